"""The discharge rate of people who differ in more than their teaching."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from smf_core.domain.area import fifth
from smf_core.figures.discharges import NOBODY, OTHERWISE, people_ended
from smf_core.figures.figure import Asked, Counted, share
from smf_core.records import tables as t
from smf_core.records.queries.areas import any_areas, deciles, edition

ENOUGH = 10
FEWER = "Fewer than 10 people, so no percentage is shown."
NO_AREAS = "No list of areas is imported, so nothing says how deprived the place is where somebody lives."


@dataclass(frozen=True, slots=True)
class SplitOfPeople:
    """`by` is language, ethnic_category or deprivation; a part is named by what the record says ("" is not known).

    Deprivation is told by fifths of the country, "1" the most deprived: of tenths most would be too few to tell.
    `source` is the edition of its index, "" where nobody recorded it. Without parts `reason`, a plain sentence, says
    why.
    """

    by: str
    parts: tuple[Counted, ...]
    reason: str = ""
    source: str = ""


def splits_of_people(connection: Connection, asked: Asked) -> tuple[SplitOfPeople, ...]:
    """The discharge rate of each part with 10 people or more; of a smaller one the counts alone."""
    people, said = people_ended(asked), t.patient.c
    asking = select(people.c.worst != OTHERWISE, said.language, said.ethnic_category, said.postcode).select_from(
        people.join(t.patient, said.id == people.c.patient)
    )
    alike = Counter(map(tuple, connection.execute(asking)))
    fifths = _fifths(connection, {postcode for *_, postcode in alike})
    good: dict[str, Counter[str]] = {by: Counter() for by in ("language", "ethnic_category", "deprivation")}
    every: dict[str, Counter[str]] = {by: Counter() for by in good}
    for (well, language, ethnic, postcode), many in alike.items():
        names = language.strip(" ").lower(), ethnic, fifths.get(postcode, "")
        for by, name in zip(every, names, strict=True):
            every[by][name] += many
            good[by][name] += many if well else 0
    if not any_areas(connection):
        every["deprivation"].clear()
    reasons = {"deprivation": NO_AREAS} if alike else dict.fromkeys(every, NOBODY)
    sources = {"deprivation": edition(connection)}
    return tuple(
        SplitOfPeople(by, tuple(_parts(good[by], every[by])), "" if every[by] else reasons[by], sources.get(by, ""))
        for by in every
    )


def _fifths(connection: Connection, postcodes: Set[str]) -> Mapping[str, str]:
    """The fifth of the country that each postcode is in, as far as the list of areas says."""
    return {postcode: str(fifth(decile)) for postcode, decile in deciles(connection, postcodes).items()}


def _parts(good: Mapping[str, int], every: Mapping[str, int]) -> Iterable[Counted]:
    for name, many in sorted(every.items()):
        whole = share(good[name], many, part=name, nobody=NOBODY)
        yield whole if many >= ENOUGH else replace(whole, value=None, low=None, high=None, reason=FEWER)
