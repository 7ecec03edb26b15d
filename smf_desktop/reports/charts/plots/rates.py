"""A dot and its interval for each, over the band of the whole."""

from collections.abc import Sequence

from smf_desktop.reports.charts.chart import Heading, Mark, Picture, Size, Style
from smf_desktop.reports.charts.drawing import Box, Drawing
from smf_desktop.reports.charts.legend import Entry, draw_legend
from smf_desktop.reports.charts.rates import FEW, Rate, RatesChart, told
from smf_desktop.reports.charts.words import percent


def draw(chart: RatesChart, style: Style, size: Size, heading: Heading) -> Picture:
    drawing = Drawing(style, size, heading, chart.summary())
    if not chart.rates:
        drawing.sentence(chart.reason)
        return drawing.picture(())
    return drawing.picture(_Plot(drawing, chart.ordered, chart.whole).draw())


class _Plot:
    """Where everything stands on one drawing."""

    def __init__(self, drawing: Drawing, rates: Sequence[Rate], whole: Rate | None) -> None:
        self.drawing, self.whole = drawing, whole
        box, line = drawing.box, drawing.line
        top = box.top
        if whole is not None:
            said = f", {', '.join(part for part in whole.said if part)}"
            entries = [Entry("cband", whole.label, said, swatch=True)]
            draw_legend(drawing, entries, Box(box.left, top, box.right, top + line), 1)
            top += line * 1.3
        bottom = box.bottom - line * 1.4
        self.fit = max(1, min(len(rates), int((bottom - top) / (line * 1.1))))
        if self.fit < len(rates):
            self.fit = max(0, int((bottom - top - line) / (line * 1.1)))
        self.rates, self.more = rates[: self.fit], len(rates) - self.fit
        labels = max((drawing.width(each.label) for each in self.rates), default=0.0)
        left = box.left + min(labels, box.width * 0.34)
        counts = max((_said_width(drawing, each) for each in self.rates if each.share is not None), default=0.0)
        right = box.right - counts
        self.height = min(30 * drawing.line / 14, (bottom - top - (line if self.more else 0)) / max(1, self.fit))
        self.plot = Box(left + 14, top, right - 16, top + self.height * self.fit)
        self.shown = self.plot.width > line * 3
        lows = [each.low for each in (*rates, *((whole,) if whole else ())) if each.low is not None]
        self.least = min(0.6, int(min(lows, default=0.0) * 5) / 5)

    def x(self, share: float) -> float:
        return self.plot.left + self.plot.width * (share - self.least) / (1 - self.least)

    def draw(self) -> list[Mark]:
        drawing, plot = self.drawing, self.plot
        if self.shown:
            self._axes()
        marks: list[Mark] = []
        for place, each in enumerate(self.rates):
            middle = plot.top + self.height * (place + 0.5)
            drawing.words(
                plot.left - 14, middle, each.label, colour="text", align="right", room=plot.left - 14 - drawing.box.left
            )
            share, counts = each.said
            if each.share is None:
                drawing.words(plot.left, middle, counts, colour="text-3", room=drawing.box.right - plot.left)
            else:
                if self.shown:
                    self._dot(each, middle)
                start = plot.right + 16 if self.shown else plot.left
                room = drawing.box.right + 0.5 - start
                wide = drawing.words(start, middle, share, colour="text", weight=700, room=room)
                gap = drawing.width(" ") if share else 0.0
                drawing.words(start + wide + gap, middle, counts, room=room - wide - gap)
            left, top = drawing.box.left, middle - self.height / 2
            marks.append(Mark(each.key, "", told(each), left, top, drawing.box.width, self.height))
        if self.more:
            middle = plot.bottom + drawing.line * 0.5
            drawing.words(drawing.box.left, middle, f"{self.more} more in the table", room=drawing.box.width)
        return marks

    def _axes(self) -> None:
        drawing, plot = self.drawing, self.plot
        over = 1 - self.least
        most = int(plot.width / (drawing.width("100%") + 10))
        parts = next((each for each in (5, 4, 3, 2) if each <= most and (over * 100 / each) % 10 < 1e-6), 1)
        shares = [self.least + over * place / parts for place in range(parts + 1)]
        bottom = plot.top + self.height * sum(each.share is not None for each in self.rates)
        if self.whole is not None and self.whole.low is not None and self.whole.high is not None:
            low, high = self.x(self.whole.low), self.x(self.whole.high)
            drawing.rectangle(low, plot.top, high - low, bottom - plot.top, "cband")
        drawing.rules([(self.x(share), plot.top, self.x(share), bottom) for share in shares], "grid")
        if self.whole is not None and self.whole.share is not None:
            x = self.x(self.whole.share)
            drawing.stroke([x, x], [plot.top, bottom], "text-2", 1.2, (3, 3))
        if self.more:
            return
        for share in shares:
            middle = plot.bottom + drawing.line * 0.8
            drawing.words(self.x(share), middle, percent(share), align="center", figures=True)

    def _dot(self, each: Rate, middle: float) -> None:
        assert each.share is not None
        if each.low is not None and each.high is not None:
            self.drawing.stroke([self.x(each.low), self.x(each.high)], [middle, middle], "c1", 2)
        self.drawing.dots([self.x(each.share)], [middle], "c1", "o", 9, hollow=(each.among or 0) < FEW)


def _said_width(drawing: Drawing, each: Rate) -> float:
    share, counts = each.said
    return drawing.width(share, weight=700) + drawing.width(f" {counts}" if share else counts)
