"""How teaching ends, visit by visit, with every ending competing with the others (`clinical.md` 3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from smf_core.measures import aalen_johansen_of
from smf_desktop.reports.charts.chart import Column, Table
from smf_desktop.reports.charts.survival import NOBODY
from smf_desktop.reports.charts.words import percent, sentences, visits


@dataclass(frozen=True, slots=True)
class Ending:
    """One way in which teaching ended: the visits at which it came, and the share of all who had ended so by then."""

    key: str
    label: str
    times: tuple[int, ...]
    shares: tuple[float, ...]


def endings(counts: Mapping[tuple[int, str | None], int], labels: Mapping[str, str]) -> tuple[Ending, ...]:
    """Every ending that came, the commonest first, from how many had so many visits and ended so (None: still taught).

    Raises `NoData`.
    """
    found = [Ending(key, labels.get(key, key), *curve) for key, curve in aalen_johansen_of(counts).items()]
    return tuple(sorted(found, key=lambda each: (-each.shares[-1], each.label)))


@dataclass(frozen=True, slots=True)
class IncidenceChart:
    """Cumulative incidence (Aalen-Johansen) of each ending among so many `people`; `last` is the most visits of all."""

    endings: tuple[Ending, ...]
    people: int = 0
    last: int = 1
    reason: str = NOBODY

    def table(self) -> Table:
        columns = (Column("Teaching ended as"), Column("Visit", "count"), Column("Share ended so by then", "share"))
        rows = [
            (each.label, visit, share)
            for each in self.endings
            for visit, share in zip(each.times, each.shares, strict=True)
        ]
        return Table(columns, tuple(rows))

    def summary(self) -> str:
        if not self.people:
            return self.reason
        told = [f"{each.label}: {percent(each.shares[-1])} by {visits(each.times[-1])}" for each in self.endings]
        how = "How teaching ended, with endings competing (Aalen-Johansen)"
        return sentences((f"{how}, n = {self.people}", *(told or ["Everybody is still being taught"])))
