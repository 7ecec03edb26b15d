"""One visit in two records: two nurses each wrote it down, or each was booked for it. Both are kept, and a registered
nurse says which stands.

Whether two records are one visit nobody can reckon. What is told is that they may be: a dose given by one of them must
not be given again by the other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import NAMESPACE_OID, uuid5

from smf_core.domain.competence import DOSE_TIMES_APART

DAY = timedelta(days=1)


class PairState(StrEnum):
    """What was said of two visits: they were one, or really two."""

    ONE = "one"
    TWO = "two"


@dataclass(frozen=True, slots=True)
class Made:
    """A visit that was signed, or that is booked (`signed` False) for `nurse`. `dose` is the one it was booked for;
    `missed`: somebody wrote that it did not go ahead."""

    id: str
    patient: str
    at: datetime
    minutes: int
    nurse: str
    episodes: frozenset[str]
    signed: bool
    dose: str = ""
    missed: bool = False


def may_be_one(one: Made, other: Made) -> bool:
    """Whether two visits of a person may be one that two nurses have: the same dose of a day, or the same pathway with
    less than four hours between, by which dose times lie apart (`clinical.md` section 1)."""
    if one.nurse == other.nurse or not one.episodes & other.episodes:
        return False
    if one.dose and other.dose:
        return (
            one.dose.casefold() == other.dose.casefold() and one.at.date() == other.at.astimezone(one.at.tzinfo).date()
        )
    return abs(one.at.astimezone(UTC) - other.at.astimezone(UTC)) < DOSE_TIMES_APART


def pairs_that_may_be_one(made: Iterable[Made]) -> Iterator[tuple[Made, Made]]:
    """Of one person's visits those pairs that may be one, the earlier first."""
    in_order = sorted(made, key=lambda each: (each.at.astimezone(UTC), each.id))
    for place, one in enumerate(in_order):
        for other in in_order[place + 1 :]:
            if other.at - one.at > DAY:
                break
            if may_be_one(one, other):
                yield one, other


def pair_id(one: str, other: str) -> str:
    """The record in which it stands what two visits are, the same wherever somebody says it."""
    return str(uuid5(NAMESPACE_OID, "/".join(sorted((one, other)))))
