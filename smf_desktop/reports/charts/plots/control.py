"""Values over their moving ranges, with means, limits, and the names of what reset them."""

from collections.abc import Sequence
from itertools import pairwise

from smf_core.measures import Verdict
from smf_desktop.reports.charts import words as say
from smf_desktop.reports.charts.chart import Heading, Mark, Picture, Size, Style
from smf_desktop.reports.charts.control import NO_LIMITS, RULES, ControlChart, Month, first_point
from smf_desktop.reports.charts.drawing import Box, Drawing, Shape
from smf_desktop.reports.charts.legend import Entry, draw_legend, legend_rows

_LOOKS: dict[Verdict, tuple[str, Shape]] = {
    "common": ("text-2", "o"),
    "improvement": ("c1", "s"),
    "concern": ("c2", "D"),
    "high": ("violet", "^"),
    "low": ("violet", "v"),
}
_RANGE = 3.267
"""The limit of moving ranges over their mean."""


def draw(chart: ControlChart, style: Style, size: Size, heading: Heading) -> Picture:
    drawing = Drawing(style, size, heading, chart.summary())
    if not chart.counted:
        drawing.sentence(chart.reason)
        return drawing.picture(())
    return drawing.picture(_Plot(drawing, chart).draw())


class _Plot:
    """Where everything stands on one drawing."""

    def __init__(self, drawing: Drawing, chart: ControlChart) -> None:
        self.drawing, self.chart = drawing, chart
        box, line = drawing.box, drawing.line
        self.months = sorted(chart.months, key=lambda each: each.month)
        self.segments = chart.segments
        self.labels = self._labels()
        points = [each.limited for each in self.months if each.limited is not None]
        seen = {point.verdict for point in points if point.rule is not None}
        entries = [Entry(token, each, shape=shape) for each, (token, shape) in _LOOKS.items() if each in seen]
        if chart.latest()[0] is None:
            entries.append(Entry("text-2", "", NO_LIMITS))
        wide = max((drawing.width(said, weight=600) for _, said, _ in self.labels), default=0.0)
        self.beside = bool(self.labels) and wide < box.width * 0.24
        if self.labels and not self.beside:
            said = ", ".join(each[1] for each in sorted(self.labels, key=lambda each: not each[2]))
            entries.insert(0, Entry("text-2", "", said))
        rows = min(2, legend_rows(drawing, entries, box.width))
        draw_legend(drawing, entries, Box(box.left, box.top, box.right, box.top + line * rows), rows)
        top = box.top + line * (rows + (0.3 if rows else 0.0))
        causes = {each.month: each.cause for each in chart.rebases}
        starts = [months[0] for months in self.segments]
        self.resets = [(each, causes[each.month]) for each in starts if each.month in causes]
        self.named = min(len(self.resets), max(1, int(box.height / line / 8)))
        self.named_at = top + line * 0.5
        top += line * (self.named + 0.1 if self.named else 0.0)
        bottom = box.bottom - line * 1.45
        moves = any(each.limited is not None and each.limited.moving_range is not None for each in self.months)
        self.moving = moves and bottom - top > line * 8
        split = top + (bottom - top) * 0.7 if self.moving else bottom
        self.low, self.high, self.ticks = self._scale(split - top)
        numbers = max(drawing.width(chart.said(each)) for each in self.ticks)
        named = max(drawing.width("Moving"), drawing.width("range"))
        left = box.left + max(numbers, named if self.moving else 0.0) + 12
        right = box.right - (wide + 12 if self.beside else drawing.width("May-26") / 2 - 4)
        self.plot = Box(left, top, right, split)
        self.below = Box(left, split + line * 0.9, right, bottom)
        self.first = self.months[0].place
        self.over = max(1, self.months[-1].place - self.first)

    def x(self, place: float) -> float:
        inner = self.plot.width - 12
        return self.plot.left + 6 + inner * (place - self.first) / self.over

    def y(self, value: float) -> float:
        return self.plot.bottom - self.plot.height * (value - self.low) / (self.high - self.low)

    def draw(self) -> list[Mark]:
        self._axes()
        self._resets()
        self._lines()
        if self.moving:
            self._moves()
        self._values()
        if self.beside:
            self._said_beside()
        return [self._mark(each) for each in self.months if each.value is not None]

    def _labels(self) -> list[tuple[float, str, bool]]:
        """(where, what is said, whether it is the mean) at the right."""
        chart, (point, before) = self.chart, self.chart.latest()
        old = [] if before is None else [(before.mean, f"before {chart.said(before.mean)}", False)]
        if point is None:
            return [*old, (chart.median(), f"median {chart.said(chart.median())}", True)]
        now = [(point.mean, f"mean {chart.said(point.mean)}", True), (point.mean, chart.limits(point), False)]
        return old + now if before is None or before.mean >= point.mean else now + old

    def _scale(self, height: float) -> tuple[float, float, tuple[float, ...]]:
        values = [each.value for each in self.months if each.value is not None]
        for each in self.months:
            if each.limited is not None:
                values += [max(0.0, each.limited.lower), each.limited.upper]
        low, high = min(values), max(values)
        room = (high - low) * 0.06
        whole = self.chart.kind == "count"
        most = max(2, int(height / (self.drawing.line * 2)))
        if high <= low:
            low, *_, high = say.ticks(low, high, 2, whole=whole)
        floor, ceiling = max(0.0, low - room), high + room
        for many in range(most, most + 6):
            named = [each for each in say.ticks(low, high, many, whole=whole) if floor <= each <= ceiling]
            if len(named) > 1:
                break
        while len(named) > 1 and (named[1] - named[0]) / (ceiling - floor) * height < self.drawing.line:
            named = named[::2]
        return floor, ceiling, tuple(named)

    def _axes(self) -> None:
        drawing, plot = self.drawing, self.plot
        drawing.rules([(plot.left, self.y(each), plot.right, self.y(each)) for each in self.ticks], "grid")
        for each in self.ticks:
            drawing.words(plot.left - 7, self.y(each), self.chart.said(each), align="right", figures=True)
        base = self.below.bottom if self.moving else plot.bottom
        drawing.rules([(plot.left, base, plot.right, base)], "line-strong")
        wide = drawing.width("May-26") + 14
        every = max(1, -(-int(wide * self.over) // max(1, int(plot.width - 12))))
        every = next((each for each in (1, 2, 3, 4, 6, 12, 24, 36, 60) if each >= every), 120)
        for place in range(self.first, self.first + self.over + 1, every):
            x, half = self.x(place), drawing.width("May-26") / 2
            if x + half <= drawing.box.right + 0.5 and x - half >= drawing.box.left - 0.5:
                iso = f"{place // 12:04}-{place % 12 + 1:02}"
                drawing.words(x, base + drawing.line * 0.95, say.month(iso), align="center", figures=True)

    def _resets(self) -> None:
        """The names of what reset the limits, each on a line of its own where there is room for so many."""
        drawing, left = self.drawing, self.drawing.box.left
        base = self.below.bottom if self.moving else self.plot.bottom
        for row, (month, cause) in enumerate(self.resets):
            at, middle = self.x(month.place - 0.5), self.named_at + drawing.line * min(row, self.named)
            drawing.rules([(at, middle - drawing.line * 0.4, at, base)], "text-2")
            if row < self.named:
                self._name(left, at, middle, cause)
            left = at + 6

    def _lines(self) -> None:
        """Means and limits; the mean before carries on as dots."""
        drawing, old = self.drawing, None
        for months in self.segments:
            start, end = self.x(months[0].place - 0.4), self.x(months[-1].place + 0.4)
            start, end = max(start, self.plot.left), min(end, self.plot.right)
            if old is not None:
                drawing.stroke([start, end], [self.y(old)] * 2, "text-2", 1.3, (2, 4))
            point = first_point(months)
            if point is None:
                if months is self.segments[-1]:
                    drawing.stroke([start, end], [self.y(self.chart.median())] * 2, "text-2", 1.3)
                continue
            drawing.stroke([start, end], [self.y(point.mean)] * 2, "text-2", 1.3)
            for limit in (max(0.0, point.lower), point.upper):
                drawing.stroke([start, end], [self.y(limit)] * 2, "c4", 1.3, (6, 4))
            old = point.mean

    def _name(self, left: float, at: float, middle: float, cause: str) -> None:
        """What reset the limits: to the right of its line, or to the left where only that has the room."""
        drawing, said = self.drawing, f"{cause}, limits reset"
        after, before = drawing.box.right - at - 6, at - 6 - left
        if drawing.width(said) > max(after, before):
            said = cause
        if drawing.width(said) > after < before:
            drawing.words(at - 6, middle, said, colour="text", align="right", room=before)
        else:
            drawing.words(at + 6, middle, said, colour="text", room=after)

    def _values(self) -> None:
        self._run([(each, self.y(each.value)) for each in self.months if each.value is not None], 1.5)
        for verdict, (token, shape) in _LOOKS.items():
            here = [each for each in self.months if each.value is not None and _verdict(each) == verdict]
            if here:
                ys = [self.y(each.value or 0.0) for each in here]
                self.drawing.dots([self.x(each.place) for each in here], ys, token, shape, 8)

    def _run(self, values: Sequence[tuple[Month, float]], width: float) -> None:
        """A line through values of months that follow one another, broken at gaps and where limits are reset."""
        starts = {each.month for each in self.chart.rebases}
        runs: list[list[tuple[Month, float]]] = []
        for value in values:
            follows = runs and value[0].place == runs[-1][-1][0].place + 1 and value[0].month not in starts
            runs[-1].append(value) if follows else runs.append([value])
        for run in runs:
            if len(run) > 1:
                xs, ys = [self.x(each.place) for each, _ in run], [y for _, y in run]
                self.drawing.stroke(xs, ys, "text-2", width)

    def _moves(self) -> None:
        drawing, box = self.drawing, self.below
        moved = [(each, each.limited) for each in self.months]
        tops = [max(point.range_upper, point.moving_range or 0.0) for _, point in moved if point is not None]
        most = max(tops) or 1.0
        for place, said in enumerate(("Moving", "range")):
            drawing.words(drawing.box.left, box.top + drawing.line * (place + 0.3), said)

        def y(value: float) -> float:
            return box.bottom - 4 - (box.height - 4) * value / most

        for months in self.segments:
            point = first_point(months)
            if point is not None:
                start = max(self.x(months[0].place - 0.4), box.left)
                end = min(self.x(months[-1].place + 0.4), box.right)
                drawing.stroke([start, end], [y(point.range_upper)] * 2, "c4", 1.1, (5, 4))
                drawing.stroke([start, end], [y(point.range_upper / _RANGE)] * 2, "text-2", 1)
        told = [(each, y(p.moving_range)) for each, p in moved if p is not None and p.moving_range is not None]
        self._run(told, 1)
        drawing.dots([self.x(each.place) for each, _ in told], [at for _, at in told], "text-2", "o", 4)

    def _said_beside(self) -> None:
        """What the lines are, at their ends, one under another."""
        drawing, line = self.drawing, self.drawing.line
        at = [self.y(where) for where, _, _ in self.labels]
        for _ in self.labels:
            for place, (one, other) in enumerate(pairwise(at)):
                if other - one < line:
                    at[place + 1] = one + line
        over = at[-1] + line / 2 - self.plot.bottom
        at = [each - max(0.0, over) for each in at]
        for y, (_, said, mean) in zip(at, self.labels, strict=True):
            colour, weight = ("c1", 600) if mean else ("text-2", 400)
            drawing.words(self.plot.right + 8, y, said, colour=colour, weight=weight)

    def _mark(self, each: Month) -> Mark:
        assert each.value is not None
        said = f"{say.month(each.month)}: {self.chart.said(each.value)}"
        if each.limited is not None and each.limited.rule is not None:
            said += f", {each.limited.verdict}, {RULES[each.limited.rule]}"
        half = max(5.0, (self.plot.width - 12) / self.over / 2)
        return Mark(each.month, "", said, self.x(each.place) - half, self.plot.top, 2 * half, self.plot.height)


def _verdict(each: Month) -> Verdict:
    point = each.limited
    return "common" if point is None or point.rule is None else point.verdict
