"""The curves, their bands and medians, and under them how many were still being taught."""

from dataclasses import replace

from smf_desktop.reports.charts.chart import Heading, Mark, Picture, Size, Style
from smf_desktop.reports.charts.drawing import SERIES, WRITABLE, Box, Drawing
from smf_desktop.reports.charts.legend import Entry, draw_legend, legend_rows, legend_width
from smf_desktop.reports.charts.survival import Curve, SurvivalChart, share_at, shares_named, steps
from smf_desktop.reports.charts.words import number, percent, ticks

_BANDS = 3
"""Of so many curves each shows its interval; more of them would hide one another, and the table has them all."""


def draw(chart: SurvivalChart, style: Style, size: Size, heading: Heading) -> Picture:
    drawing = Drawing(style, size, heading, chart.summary())
    if not chart.curves:
        drawing.sentence(chart.reason)
        return drawing.picture(())
    return drawing.picture(_Plot(drawing, chart).draw())


class _Plot:
    """Where everything stands on one drawing."""

    def __init__(self, drawing: Drawing, chart: SurvivalChart) -> None:
        self.drawing, self.chart, self.curves, self.of = drawing, chart, chart.curves[:6], len(chart.curves)
        curves = self.curves
        box, line = drawing.box, drawing.line
        self.last = max(1, *(each.last for each in curves))
        names = max(drawing.width(each.label) for each in curves) + self._widest() / 2
        gutter = max(drawing.width("100%"), drawing.width("Visit number") + drawing.width("0") / 2, names)
        left = box.left + min(gutter, max(drawing.width("100%"), box.width * 0.28)) + 8
        axis, counts = line * 1.4, line * (len(curves) + 1.4)
        self.counted = box.height - line / 2 - axis - counts >= line * 4
        plot = Box(left, box.top + line / 2, box.right - 8, box.bottom - axis - (counts if self.counted else 0))
        self.entries = self._entries(medians=True)
        found = self._free(plot)
        self.rows = len(self.entries)
        if found is None:
            wanted = legend_rows(drawing, self.entries, plot.right - box.left)
            self.rows = max(1, min(wanted, int((plot.height - line * 3) / line)))
            if self.rows < wanted:
                self.entries = self._entries(medians=False)
            found = Box(box.left, box.top, plot.right, box.top + line * self.rows)
            plot = replace(plot, top=plot.top + line * (self.rows + 0.3))
            if self.counted and plot.height < line * 3:
                self.counted, plot = False, replace(plot, bottom=box.bottom - axis)
        self.legend, self.plot = found, plot

    def _entries(self, *, medians: bool) -> list[Entry]:
        entries = [
            Entry(token, each.label, f", n = {each.people:,}" + (f", {each.median}" if medians else ""), dash)
            for each, (token, _, dash) in zip(self.curves, SERIES, strict=False)
        ]
        more = self.of - len(self.curves)
        return [*entries, Entry("text-2", "", f"{more} more in the table")] if more else entries

    def x(self, visit: float) -> float:
        return self.plot.left + self.plot.width * visit / self.last

    def y(self, share: float) -> float:
        return self.plot.bottom - self.plot.height * share

    def draw(self) -> list[Mark]:
        self._axes()
        many = len(self.curves) > _BANDS
        for each, (token, _, _) in zip(self.curves, SERIES, strict=False):
            if not many:
                self._band(each, token)
        marks: list[Mark] = []
        for each, (token, shape, dash) in zip(self.curves, SERIES, strict=False):
            xs, ys = steps((0, *each.survival.times), (1.0, *each.survival.survival), each.last)
            self.drawing.stroke([self.x(x) for x in xs], [self.y(y) for y in ys], token, 2.2, dash)
            median = each.survival.median
            if median is not None:
                down = [self.x(median)] * 2
                self.drawing.stroke(down, [self.y(0.5), self.plot.bottom], token, 1.3, (1, 3))
                self.drawing.dots(down[:1], [self.y(0.5)], token, shape, 8)
            marks += self._marks(each)
        draw_legend(self.drawing, self.entries, self.legend, self.rows)
        if self.counted:
            self._counts()
        return marks

    def _free(self, plot: Box) -> Box | None:
        """The corner over the curves, where the longest entry stays clear of every curve and its band."""
        drawing = self.drawing
        wide = legend_width(drawing, self.entries)
        high = drawing.line * len(self.entries)
        left = plot.right - wide
        if left < plot.left + plot.width * 0.25 or high > plot.height * 0.6:
            return None
        visit = (left - 6 - plot.left) / plot.width * self.last
        many = len(self.curves) > _BANDS
        highest = max(share_at(each, visit, band=not many) for each in self.curves)
        if plot.bottom - plot.height * highest < plot.top + high + 2:
            return None
        return Box(left, plot.top, plot.right + 0.5, plot.top + high)

    def _axes(self) -> None:
        drawing, plot = self.drawing, self.plot
        shares = shares_named(plot.height / drawing.line)
        drawing.rules([(plot.left, self.y(share), plot.right, self.y(share)) for share in shares[1:]], "grid")
        drawing.rules([(plot.left, plot.bottom, plot.right, plot.bottom)], "line-strong")
        for share in shares:
            drawing.words(plot.left - 7, self.y(share), percent(share), align="right", figures=True)
        middle = plot.bottom + drawing.line * 0.9
        said = "Visit number"
        room = self.x(0) - drawing.width("0") - drawing.box.left
        drawing.words(drawing.box.left, middle, said if drawing.width(said) <= room else "Visit", room=room)
        for visit in self._visits():
            drawing.words(self.x(visit), middle, f"{visit:.0f}", align="center", figures=True)

    def _visits(self) -> list[int]:
        """The visits that are named: as many as have room for the numbers under them."""
        most = int(self.plot.width / (max(self._widest(), self.drawing.width("00")) + 24))
        return [int(each) for each in ticks(0, self.last, max(2, most), whole=True) if each <= self.last]

    def _widest(self) -> float:
        """How wide the largest of the numbers under the axis is."""
        return self.drawing.width(number(max(each.people for each in self.curves)), weight=700)

    def _counts(self) -> None:
        drawing, line = self.drawing, self.drawing.line
        top = self.plot.bottom + line * 1.6
        drawing.rules([(drawing.box.left, top, drawing.box.right, top)], "line")
        room = self.plot.right - drawing.box.left
        said = "Number still being taught" + (", to the nearest 5" if self.chart.rounded else "")
        drawing.words(drawing.box.left, top + line * 0.7, said, room=room)
        for row, (each, (token, _, _)) in enumerate(zip(self.curves, SERIES, strict=False), start=1):
            middle = top + line * (row + 0.65)
            colour = token if token in WRITABLE else "text"
            room = self.x(0) - self._widest() / 2 - 4 - drawing.box.left
            drawing.words(drawing.box.left, middle, each.label, colour=colour, room=room)
            for visit in self._visits():
                left = each.still_taught[visit] if visit <= each.last else 0
                drawing.words(
                    self.x(visit), middle, number(left), colour=colour, weight=700, align="center", figures=True
                )

    def _band(self, each: Curve, colour: str) -> None:
        found = each.survival
        if not found.times:
            return
        xs, lows = steps(found.times, found.low, each.last)
        _, highs = steps(found.times, found.high, each.last)
        lower = [(self.x(x), self.y(y)) for x, y in zip(xs, lows, strict=True)]
        upper = [(self.x(x), self.y(y)) for x, y in zip(xs, highs, strict=True)]
        self.drawing.area([*upper, *reversed(lower)], colour, 0.18)

    def _marks(self, each: Curve) -> list[Mark]:
        found, half = each.survival, self.plot.width / self.last / 2
        before = (1.0, *found.survival)
        return [
            Mark(
                each.key,
                str(visit),
                f"{each.label}, visit {visit}: {ended} of {risk} discharged, {percent(share)} still being taught",
                self.x(visit) - max(6, half),
                self.y(over) - 6,
                2 * max(6, half),
                self.y(share) - self.y(over) + 12,
            )
            for visit, ended, risk, share, over in zip(
                found.times, found.events, found.at_risk, found.survival, before, strict=False
            )
        ]
