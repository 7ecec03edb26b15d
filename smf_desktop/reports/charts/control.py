"""Which months differ by more than chance: the XmR chart, values over the steps between them (`field.md` 4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from smf_core.measures import Point, Rule, Verdict
from smf_desktop.reports.charts import words as say
from smf_desktop.reports.charts.chart import Column, Table

NOTHING = "No month has been counted in this period."
NO_LIMITS = "Fewer than 12 months: no limits yet"
RULES: dict[Rule, str] = {
    "outside": "outside the limits",
    "trend": "part of a trend",
    "two_of_three": "two of three near a limit",
    "shift": "part of a run on one side of the mean",
}
SPECIAL: tuple[Verdict, ...] = "improvement", "concern", "high", "low"
"""What a month that is not common cause is."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month (2026-11). Without a value nothing is known of it; without a point there are no limits to hold it to."""

    month: str
    value: float | None
    point: Point | None = None

    @property
    def place(self) -> int:
        """How many months after year 0: what is missing between two of them is a gap."""
        year, month = self.month.split("-")
        return int(year) * 12 + int(month) - 1

    @property
    def limited(self) -> Point | None:
        """Its point, where limits come from 12 months or more."""
        return self.point if self.point is not None and not self.point.trial else None


@dataclass(frozen=True, slots=True)
class Rebase:
    """The month from which limits are told anew, and why."""

    month: str
    cause: str


@dataclass(frozen=True, slots=True)
class ControlChart:
    """What happened month by month; `what` names it in a sentence. `kind` says how values are told."""

    months: tuple[Month, ...]
    rebases: tuple[Rebase, ...] = ()
    what: str = "Referrals to core teams each month"
    kind: Literal["count", "share", "number"] = "count"
    reason: str = NOTHING

    @property
    def counted(self) -> list[Month]:
        return [each for each in self.months if each.value is not None]

    @property
    def segments(self) -> list[list[Month]]:
        """Months between one rebase and the next, in order; those without any are left out."""
        starts = {each.month for each in self.rebases}
        found: list[list[Month]] = [[]]
        for each in sorted(self.months, key=lambda each: each.month):
            if each.month in starts:
                found.append([])
            found[-1].append(each)
        return [months for months in found if months]

    def said(self, value: float) -> str:
        if self.kind == "share":
            return say.percent(value)
        return say.number(round(value) if self.kind == "count" and value >= 20 else value)

    def table(self) -> Table:
        kind = self.kind
        columns = (
            Column("Month"),
            Column("Value", kind),
            Column("Mean", "share" if kind == "share" else "number"),
            Column("Lower limit", "share" if kind == "share" else "number"),
            Column("Upper limit", "share" if kind == "share" else "number"),
            Column("Moving range", kind),
            Column("Marked because"),
            Column("It is"),
            Column("Limits reset"),
        )
        causes = {each.month: each.cause for each in self.rebases}
        rows: list[tuple[str | int | float | None, ...]] = []
        for each in sorted(self.months, key=lambda each: each.month):
            point, cause = each.limited, causes.get(each.month, "")
            moved = each.point.moving_range if each.point is not None else None
            limits = (None, None, None) if point is None else (point.mean, point.lower, point.upper)
            told = ("", "") if point is None or point.rule is None else (RULES[point.rule], point.verdict)
            rows.append((say.month(each.month), each.value, *limits, moved, *told, cause))
        return Table(columns, tuple(rows))

    def summary(self) -> str:
        counted = self.counted
        if not counted:
            return self.reason
        first, last = counted[0].month, counted[-1].month
        gaps = len(self.months) - len(counted)
        return say.sentences(
            (
                f"{self.what}, {say.month(first)} to {say.month(last)}, {len(counted)} months",
                "" if not gaps else f"{gaps} {'month' if gaps == 1 else 'months'} not counted",
                self._of_now(),
                *(f"Limits reset from {say.month(each.month)}: {each.cause}" for each in self.rebases),
            )
        )

    def latest(self) -> tuple[Point | None, Point | None]:
        """A point of the limits that hold now, and one of those before them; None where there are none."""
        points = [first_point(months) for months in self.segments]
        return points[-1], next((point for point in reversed(points[:-1]) if point is not None), None)

    def median(self) -> float:
        """The middle of the months since limits were last reset: the line of a chart without limits."""
        since = [each.value for each in self.segments[-1] if each.value is not None]
        return median(since or [self.counted[-1].value or 0.0])

    def _of_now(self) -> str:
        point, before = self.latest()
        was = "" if before is None else f", before {self.said(before.mean)}"
        if point is None:
            return f"{NO_LIMITS}; median {self.said(self.median())}{was}"
        verdicts = [each.limited.verdict for each in self.segments[-1] if each.limited is not None]
        counts = [f"{verdicts.count(each)} {each}" for each in SPECIAL if each in verdicts]
        marked = f"months marked: {say.listed(counts)}" if counts else "no month differs by more than chance"
        return f"Mean {self.said(point.mean)}, {self.limits(point)}{was}; {marked}"

    def limits(self, point: Point) -> str:
        return f"limits {self.said(max(0.0, point.lower))} to {self.said(point.upper)}"


def first_point(months: Sequence[Month]) -> Point | None:
    return next((each.limited for each in months if each.limited is not None), None)
