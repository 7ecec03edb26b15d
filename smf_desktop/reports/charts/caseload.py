"""How many people each nurse teaches, against the plan: load, never outcome, and in the order of names."""

from dataclasses import dataclass

from smf_desktop.reports.charts.chart import Column, Table
from smf_desktop.reports.charts.words import people, sentences

NOBODY = "Nobody is on the caseload."


@dataclass(frozen=True, slots=True)
class Load:
    """Whom one nurse teaches: each person is in one of the three. `over` have had more visits than expected.

    `plan` is how many they are to teach at a time, None where nothing is planned.
    """

    key: str
    label: str
    taught: int
    ready: int
    over: int
    plan: int | None = None

    @property
    def parts(self) -> tuple[int, int, int]:
        return self.taught, self.ready, self.over

    @property
    def all(self) -> int:
        return sum(self.parts)


@dataclass(frozen=True, slots=True)
class CaseloadChart:
    """A bar for each nurse."""

    loads: tuple[Load, ...]
    reason: str = NOBODY

    @property
    def ordered(self) -> list[Load]:
        return sorted(self.loads, key=lambda each: each.label.casefold())

    def table(self) -> Table:
        columns = (
            Column("Nurse"),
            Column("Being taught", "count"),
            Column("Ready to discharge", "count"),
            Column("Over expected visits", "count"),
            Column("All", "count"),
            Column("Plan", "count"),
        )
        return Table(columns, tuple((each.label, *each.parts, each.all, each.plan) for each in self.ordered))

    def summary(self) -> str:
        if not self.loads:
            return self.reason
        told = [f"{each.label} {_told(each)}" for each in self.ordered]
        everybody = sum(each.all for each in self.loads)
        return sentences((f"Caseload by nurse: {people(everybody)}", *told))


def _told(each: Load) -> str:
    plan = "" if each.plan is None else f", plan {each.plan}"
    return f"{each.all}: {each.taught} taught, {each.ready} ready, {each.over} over{plan}"
