"""What the records of a demo say, counted from the rows that anyone may export."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.records import Connection
from smf_core.records.export import Fields, export

_READ = frozenset({"patient", "episode", "visit", "visit_section"})


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was made, counted from the records.

    `closed` counts people with an ended pathway that had a visit, `discharged` those of them whose pathways of every
    skill ended well at last (`clinical.md` 3.2). `insulin_visits` is the median number of visits of the insulin
    pathways that ended well, None without any.
    """

    users: tuple[str, ...]
    patients: int
    visits: int
    as_of: date
    closed: int
    discharged: int
    insulin_visits: float | None
    outcomes: Mapping[str, int] = field(default_factory=dict)

    @property
    def discharge_rate(self) -> float | None:
        """From 0 to 1; None without anybody to count."""
        return self.discharged / self.closed if self.closed else None


def counted(connection: Connection, *, users: tuple[str, ...], as_of: date) -> DemoReport:
    rows = {name: list(lines) for name, lines in export(connection, today=as_of) if name in _READ}
    signed = {visit["id"] for visit in rows["visit"] if visit["status"] == "signed" and not visit["struck"]}
    taught = {(part["episode"], part["visit"]) for part in rows["visit_section"] if part["visit"] in signed}
    visits = Counter(episode for episode, _ in taught)
    ended = [one for one in rows["episode"] if one["closed_on"] and one["outcome"] != Outcome.ENTERED_IN_ERROR]
    with_visits = [one for one in ended if visits[one["id"]]]
    well = _ended_well(with_visits)
    insulin = [visits[one["id"]] for one in with_visits if one["skill"] == "insulin" and one["outcome"] in FAVOURABLE]
    return DemoReport(
        users=users,
        patients=len(rows["patient"]),
        visits=len(signed),
        as_of=as_of,
        closed=len(well),
        discharged=sum(well.values()),
        insulin_visits=median(insulin) if insulin else None,
        outcomes=dict(Counter(str(one["outcome"]) for one in ended).most_common()),
    )


def _ended_well(episodes: Iterable[Fields]) -> Mapping[str, bool]:
    """By person: whether the last pathway of every skill ended well; of several on one day, whether all did."""
    last: dict[tuple[str, str], str] = {}
    well: dict[tuple[str, str], bool] = {}
    for one in sorted(episodes, key=lambda each: str(each["closed_on"])):
        skill = str(one["patient"]), str(one["skill"])
        so_far = well[skill] if last.get(skill) == one["closed_on"] else True
        last[skill] = one["closed_on"]
        well[skill] = so_far and one["outcome"] in FAVOURABLE
    people: defaultdict[str, bool] = defaultdict(lambda: True)
    for (person, _), ended_well in well.items():
        people[person] &= ended_well
    return people
