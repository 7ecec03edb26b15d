"""The discharge rate of people who differ in more than their teaching."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from smf_core.figures.discharges import NOBODY, OTHERWISE, people_ended
from smf_core.figures.episodes import counted
from smf_core.figures.figure import Asked, Counted, share
from smf_core.records import tables as t

ENOUGH = 10
FEWER = "Fewer than 10 people, so no percentage is shown."
NO_DEPRIVATION = "Nothing in the records says how deprived the place is where somebody lives."


@dataclass(frozen=True, slots=True)
class SplitOfPeople:
    """`by` is language, ethnic_category or deprivation; a part is named by what the record says ("" is not known).

    Without parts `reason`, a plain sentence, says why.
    """

    by: str
    parts: tuple[Counted, ...]
    reason: str = ""


def splits_of_people(connection: Connection, asked: Asked) -> tuple[SplitOfPeople, ...]:
    """The discharge rate of each part with 10 people or more; of a smaller one the counts alone."""
    people = people_ended(asked)
    found = []
    for column in (t.patient.c.language, t.patient.c.ethnic_category):
        part = func.lower(func.trim(column)) if column is t.patient.c.language else column
        asking = select(part, counted(people.c.worst != OTHERWISE), func.count()).select_from(
            people.join(t.patient, t.patient.c.id == people.c.patient)
        )
        parts = tuple(_parts(sorted(map(tuple, connection.execute(asking.group_by(part))))))
        found.append(SplitOfPeople(column.name, parts, "" if parts else NOBODY))
    return (*found, SplitOfPeople("deprivation", (), NO_DEPRIVATION))


def _parts(rows: Iterable[tuple[str, int, int]]) -> Iterable[Counted]:
    for name, good, every in rows:
        whole = share(good, every, part=name, nobody=NOBODY)
        yield whole if every >= ENOUGH else replace(whole, value=None, low=None, high=None, reason=FEWER)
