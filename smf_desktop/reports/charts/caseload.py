"""How many people each nurse teaches, against the plan: load, never outcome, and in the order of names."""

from dataclasses import dataclass

from smf_desktop.reports.charts.chart import Column, Table
from smf_desktop.reports.charts.words import people, sentences

NOBODY = "Nobody is on the caseload."
SMALL = 5
UNDER = "under 5"
"""What stands in the place of a number of people from 1 to 4."""
HIDDEN = "hidden"
"""What stands in the place of another, which would tell of one that is under 5."""


@dataclass(frozen=True, slots=True)
class Load:
    """Whom one nurse teaches: each person is in one of the three. `over` have had more visits than expected.

    `plan` is how many they are to teach at a time, None where nothing is planned. Where `parts_hidden` the three are
    told as one, and where `hidden` not at all.
    """

    key: str
    label: str
    taught: int
    ready: int
    over: int
    plan: int | None = None
    parts_hidden: bool = False
    hidden: bool = False

    @property
    def shown(self) -> int | None:
        """All of them, where they may be told."""
        return None if self.hidden else self.all

    @property
    def instead(self) -> str:
        """What stands in the place of all of them where they are not told."""
        return UNDER if 0 < self.all < SMALL else HIDDEN

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
        return Table(columns, tuple(map(_row, self.ordered)))

    def summary(self) -> str:
        if not self.loads:
            return self.reason
        told = [f"{each.label} {_told(each)}" for each in self.ordered]
        everybody = people(sum(each.all for each in self.loads))
        hidden = any(each.parts_hidden for each in self.loads)
        return sentences(("Caseload by nurse" if hidden else f"Caseload by nurse: {everybody}", *told))


def _row(each: Load) -> tuple[str | int | None, ...]:
    parts = (None, None, None) if each.parts_hidden else each.parts
    return (each.label, *parts, each.shown, each.plan)


def _told(each: Load) -> str:
    plan = "" if each.plan is None else f", plan {each.plan}"
    if each.parts_hidden:
        return f"{each.instead if each.shown is None else each.shown}{plan}"
    return f"{each.all}: {each.taught} taught, {each.ready} ready, {each.over} over{plan}"
