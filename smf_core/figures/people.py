"""The discharge rate of people who differ in more than their teaching."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from smf_core.figures.discharges import NOBODY, OTHERWISE, people_ended
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
    people, columns = people_ended(asked), (t.patient.c.language, t.patient.c.ethnic_category)
    asking = select(people.c.worst != OTHERWISE, *columns).select_from(
        people.join(t.patient, t.patient.c.id == people.c.patient)
    )
    good: dict[str, Counter[str]] = {column.name: Counter() for column in columns}
    every: dict[str, Counter[str]] = {column.name: Counter() for column in columns}
    for (well, language, ethnic), many in Counter(map(tuple, connection.execute(asking))).items():
        for by, name in (("language", language.strip(" ").lower()), ("ethnic_category", ethnic)):
            every[by][name] += many
            good[by][name] += many if well else 0
    found = (SplitOfPeople(by, tuple(_parts(good[by], every[by])), "" if every[by] else NOBODY) for by in every)
    return (*found, SplitOfPeople("deprivation", (), NO_DEPRIVATION))


def _parts(good: Mapping[str, int], every: Mapping[str, int]) -> Iterable[Counted]:
    for name, many in sorted(every.items()):
        whole = share(good[name], many, part=name, nobody=NOBODY)
        yield whole if many >= ENOUGH else replace(whole, value=None, low=None, high=None, reason=FEWER)
