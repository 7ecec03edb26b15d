"""A line and its band for each scenario, over the months ahead."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from smf_desktop.reports.charts import words as say
from smf_desktop.reports.charts.chart import Heading, Mark, Picture, Size, Style
from smf_desktop.reports.charts.drawing import SERIES, Box, Drawing
from smf_desktop.reports.charts.legend import Entry, draw_legend, legend_rows
from smf_desktop.reports.charts.outlook import Likely, OutlookChart, Series, said


def draw(chart: OutlookChart, style: Style, size: Size, heading: Heading) -> Picture:
    drawing = Drawing(style, size, heading, chart.summary())
    if not chart.known:
        drawing.sentence(chart.reason)
        return drawing.picture(())
    return drawing.picture(_Plot(drawing, chart).draw())


class _Plot:
    """Where everything stands on one drawing."""

    def __init__(self, drawing: Drawing, chart: OutlookChart) -> None:
        self.drawing, self.chart = drawing, chart
        box, line = drawing.box, drawing.line
        self.entries = [
            Entry(token, each.label, dash=dash) for each, (token, _, dash) in zip(chart.series, SERIES, strict=False)
        ]
        self.entries.append(Entry("text-2", "", chart.between))
        self.rows = max(1, min(3, legend_rows(drawing, self.entries, box.width), int(box.height / line - 6)))
        top = box.top + line * (self.rows + 0.6)
        bottom = box.bottom - line * 1.5
        self.ticks = _ticks(chart.known, int((bottom - top) / (line * 1.8)))
        self.low, self.high = self.ticks[0], self.ticks[-1]
        left = box.left + max(drawing.width(say.number(each)) for each in self.ticks) + 12
        self.plot = Box(left, top, box.right - drawing.width("May-26") / 2, bottom)
        self.over = max(1, len(chart.months) - 1)

    def x(self, place: int) -> float:
        inner = self.plot.width - 12
        return self.plot.left + 6 + inner * place / self.over

    def y(self, value: float) -> float:
        return self.plot.bottom - self.plot.height * (value - self.low) / (self.high - self.low)

    def draw(self) -> list[Mark]:
        drawing, box = self.drawing, self.drawing.box
        draw_legend(
            drawing, self.entries, Box(box.left, box.top, box.right, box.top + drawing.line * self.rows), self.rows
        )
        self._axes()
        shown = list(zip(self.chart.series, SERIES, strict=False))
        for each, (token, _, _) in shown:
            for run in _runs(each.months):
                above = [(self.x(place), self.y(one.high)) for place, one in run]
                below = [(self.x(place), self.y(one.low)) for place, one in run]
                drawing.area([*above, *reversed(below)], token, 0.16)
        for each, (token, shape, dash) in shown:
            for run in _runs(each.months):
                xs = [self.x(place) for place, _ in run]
                ys = [self.y(one.middle) for _, one in run]
                drawing.stroke(xs, ys, token, 2.2, dash)
                drawing.dots(xs, ys, token, shape, 5)
        return [mark for each, _ in shown for mark in self._marks(each)]

    def _axes(self) -> None:
        drawing, plot = self.drawing, self.plot
        drawing.rules([(plot.left, self.y(each), plot.right, self.y(each)) for each in self.ticks], "grid")
        zero = self.y(max(self.low, 0.0))
        drawing.rules([(plot.left, zero, plot.right, zero)], "line-strong")
        apart = plot.height / (len(self.ticks) - 1)
        for each in self.ticks[:: max(1, -int(-drawing.line // apart))]:
            drawing.words(plot.left - 7, self.y(each), say.number(each), align="right", figures=True)
        wide = drawing.width("May-26") + 14
        fit = max(1, int((plot.width - 12) / wide))
        every = next((each for each in (1, 2, 3, 6, 12, 24) if len(self.chart.months) <= each * fit), 36)
        for place in range(0, len(self.chart.months), every):
            middle = plot.bottom + drawing.line * 0.95
            drawing.words(self.x(place), middle, say.month(self.chart.months[place]), align="center", figures=True)

    def _marks(self, each: Series) -> Iterator[Mark]:
        for place, one in enumerate(each.months):
            if one is not None:
                month = self.chart.months[place]
                words = f"{each.label}, {say.month(month)}: {said(one)}"
                yield Mark(each.key, month, words, self.x(place) - 7, self.y(one.middle) - 7, 14, 14)


def _runs(months: Sequence[Likely | None]) -> Iterator[list[tuple[int, Likely]]]:
    """Months that follow one another and are known."""
    for known, run in groupby(enumerate(months), key=lambda each: each[1] is not None):
        if known:
            yield [(place, one) for place, one in run if one is not None]


def _ticks(known: Sequence[Likely], most: int) -> tuple[float, ...]:
    """From nothing, or from under it where something is less than nothing."""
    return say.ticks(min(0.0, *(each.low for each in known)), max(each.high for each in known), max(3, most))
