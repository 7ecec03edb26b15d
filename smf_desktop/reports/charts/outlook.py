"""What is likely to come: for each scenario a line through the months, and between what most runs are."""

from collections.abc import Sequence
from dataclasses import dataclass

from smf_desktop.reports.charts import words as say
from smf_desktop.reports.charts.chart import Column, Table

NOTHING = "No scenario has been simulated yet."


@dataclass(frozen=True, slots=True)
class Likely:
    """The middle of all runs in one month, and the low and the high end of most of them."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Series:
    """One scenario; None is a month of which nothing can be said."""

    key: str
    label: str
    months: tuple[Likely | None, ...]


@dataclass(frozen=True, slots=True)
class OutlookChart:
    """Series over the same months (2026-12), three at most; `what` names what is counted and its unit."""

    series: tuple[Series, ...]
    months: tuple[str, ...] = ()
    what: str = ""
    between: str = "5th to 95th percentile of runs"
    reason: str = NOTHING

    @property
    def known(self) -> list[Likely]:
        return [each for one in self.series for each in one.months if each is not None]

    def table(self) -> Table:
        columns = [Column("Month")]
        for each in self.series:
            columns += (Column(each.label, "number"), Column("from", "number"), Column("to", "number"))
        rows = []
        for place, month in enumerate(self.months):
            cells: list[str | int | float | None] = [say.month(month)]
            for each in self.series:
                cells += _cells(each.months, place)
            rows.append(tuple(cells))
        return Table(tuple(columns), tuple(rows))

    def summary(self) -> str:
        if not self.known:
            return self.reason
        period = f"{say.month(self.months[0])} to {say.month(self.months[-1])}"
        return say.sentences((f"{self.what}, {period}, {self.between}", *map(_told, self.series)))


def _cells(months: Sequence[Likely | None], place: int) -> tuple[float | None, float | None, float | None]:
    one = months[place] if place < len(months) else None
    return (None, None, None) if one is None else (one.middle, one.low, one.high)


def _told(each: Series) -> str:
    known = [one for one in each.months if one is not None]
    if not known:
        return f"{each.label}: nothing can be said"
    return f"{each.label}: at first {said(known[0])}, at last {said(known[-1])}"


def said(one: Likely) -> str:
    """`17.4 (13.4 to 21.4)`."""
    middle, low, high = (
        say.number(round(each) if abs(each) >= 20 else each) for each in (one.middle, one.low, one.high)
    )
    return f"{middle} ({low} to {high})"
