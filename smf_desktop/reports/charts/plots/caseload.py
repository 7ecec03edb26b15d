"""A bar for each nurse, and the plan across them."""

from collections.abc import Iterable, Sequence

from smf_desktop.reports.charts.caseload import CaseloadChart, Load
from smf_desktop.reports.charts.chart import Heading, Mark, Picture, Size, Style
from smf_desktop.reports.charts.drawing import Box, Drawing
from smf_desktop.reports.charts.legend import Entry, draw_legend, legend_rows
from smf_desktop.reports.charts.words import number, ticks

_PARTS = (("taught", "c1", "on-primary"), ("ready", "c3", "c3t"), ("over", "c2", "on-primary"))
"""What a bar is made of, its colour, and the colour of a number on it."""

_TOGETHER = ("told as one", "c6", "text")


def draw(chart: CaseloadChart, style: Style, size: Size, heading: Heading) -> Picture:
    drawing = Drawing(style, size, heading, chart.summary())
    if not chart.loads:
        drawing.sentence(chart.reason)
        return drawing.picture(())
    return drawing.picture(_Plot(drawing, chart.ordered).draw())


def _total(each: Load) -> str:
    return each.instead if each.shown is None else number(each.shown)


def _drawn(each: Load) -> Iterable[tuple[tuple[str, str, str], int]]:
    """The pieces of a bar, each with how many it stands for."""
    return ((_TOGETHER, each.shown or 0),) if each.parts_hidden else zip(_PARTS, each.parts, strict=True)


class _Plot:
    """Where everything stands on one drawing."""

    def __init__(self, drawing: Drawing, loads: Sequence[Load]) -> None:
        self.drawing = drawing
        plans = {each.plan for each in loads}
        self.plan = plans.pop() if len(plans) == 1 else None
        box, line = drawing.box, drawing.line
        entries = [Entry(token, name, swatch=True) for name, token, _ in _PARTS]
        if any(each.parts_hidden for each in loads):
            entries.append(Entry(_TOGETHER[1], _TOGETHER[0], swatch=True))
        if plans:
            entries.append(Entry("text-2", "plan", dash=(3, 3)))
        rows = legend_rows(drawing, entries, box.width)
        draw_legend(drawing, entries, Box(box.left, box.top, box.right, box.top + line * rows), rows)
        top, bottom = box.top + line * (rows + 0.4), box.bottom - line * 1.4
        self.fit = max(0, min(len(loads), int((bottom - top) / (line * 1.15))))
        if self.fit < len(loads):
            self.fit = max(0, int((bottom - top - line) / (line * 1.15)))
        self.loads, self.more = loads[: self.fit], len(loads) - self.fit
        labels = max((drawing.width(each.label) for each in self.loads), default=0.0)
        left = box.left + min(labels, box.width * 0.4)
        totals = max((drawing.width(_total(each), weight=700) for each in self.loads), default=0.0)
        self.height = min(30 * line / 14, (bottom - top - (line if self.more else 0)) / max(1, self.fit))
        half = drawing.width(self._plan_said) / 2 if self.plan is not None else 0.0
        self.plot = Box(left + 8, top, box.right - max(totals + 14, 0), top + self.height * self.fit)
        self.most = max(1, *(max(each.all, each.plan or 0) for each in loads))
        free = box.right - half - self.plot.left if self.plan == self.most else self.plot.width
        self.scale = max(1.0, min(self.plot.width, free))

    @property
    def _plan_said(self) -> str:
        return f"plan {self.plan:,}"

    def x(self, count: float) -> float:
        return self.plot.left + self.scale * count / self.most

    def draw(self) -> list[Mark]:
        drawing, plot = self.drawing, self.plot
        self._axes()
        marks: list[Mark] = []
        for place, each in enumerate(self.loads):
            middle = plot.top + self.height * (place + 0.5)
            drawing.words(
                plot.left - 8, middle, each.label, colour="text", align="right", room=plot.left - 8 - drawing.box.left
            )
            drawing.words(
                drawing.box.right, middle, _total(each), colour="text", weight=700, align="right", figures=True
            )
            marks += self._bar(each, middle)
            if each.plan is not None and self.plan is None:
                drawing.stroke(
                    [self.x(each.plan)] * 2, [middle - self.height / 2, middle + self.height / 2], "text-2", 1.3, (3, 3)
                )
        if self.plan is not None:
            drawing.stroke([self.x(self.plan)] * 2, [plot.top, plot.bottom + 3], "text-2", 1.3, (3, 3))
        if self.more:
            middle = plot.bottom + drawing.line * 0.5
            drawing.words(drawing.box.left, middle, f"{self.more} more in the table", room=drawing.box.width)
        return marks

    def _bar(self, each: Load, middle: float) -> list[Mark]:
        drawing, high = self.drawing, self.height * 0.62
        top, marks = middle - high / 2, list[Mark]()
        before = 0
        for (name, token, on), count in _drawn(each):
            if not count:
                continue
            left, right = self.x(before), self.x(before + count)
            gap = 1.5 if before and right - left > 4 else 0.0
            drawing.rectangle(left + gap, top, right - left - gap, high, token)
            wide = drawing.width(number(count), weight=700)
            if right - left > wide + 6 and high > drawing.line * 0.7:
                at = left + 6 + wide / 2 if name == "taught" else (left + gap + right) / 2
                drawing.words(at, middle, number(count), colour=on, weight=700, align="center", figures=True)
            marks.append(Mark(each.key, name, f"{each.label}: {count} {name}", left, top, right - left, high))
            before += count
        return marks or [
            Mark(each.key, "", f"{each.label}: {_total(each)}", self.plot.left, top, self.plot.width, high)
        ]

    def _axes(self) -> None:
        drawing, plot = self.drawing, self.plot
        drawing.rules([(plot.left, plot.top, plot.left, plot.bottom)], "line-strong")
        room = drawing.width(number(self.most)) + 24
        counts = [each for each in ticks(0, self.most, max(2, int(self.scale / room)), whole=True) if each <= self.most]
        drawing.rules([(self.x(each), plot.top, self.x(each), plot.bottom) for each in counts[1:]], "grid")
        if self.more:
            return
        middle, taken = plot.bottom + drawing.line * 0.8, (1e9, 1e9)
        if self.plan is not None:
            at, half = self.x(self.plan), drawing.width(self._plan_said) / 2
            at = min(at, drawing.box.right - half)
            drawing.words(at, middle, self._plan_said, align="center", figures=True)
            taken = (at - half - 6, at + half + 6)
        for each in counts:
            half = drawing.width(number(each)) / 2
            if self.x(each) + half < taken[0] or self.x(each) - half > taken[1]:
                drawing.words(self.x(each), middle, number(each), align="center", figures=True)
