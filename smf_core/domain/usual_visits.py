"""How many visits people usually need to be discharged in one skill: only where enough have been, to say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median, quantiles

PEOPLE_NEEDED = 12
"""People discharged before a usual range is said at all: fewer would be anybody's chance."""


@dataclass(frozen=True, slots=True)
class UsualVisits:
    """The middle half of `people` discharged to self-care from one day to another, both included.

    `whole` is False where this laptop does not keep everybody discharged in that time.
    """

    people: int
    first: int
    median: int
    last: int
    from_: date
    to: date
    whole: bool = True


def usual_visits(counts: Sequence[int], from_: date, to: date, *, whole: bool = True) -> UsualVisits | None:
    """The usual range of these numbers of visits, one per person; None while there are too few."""
    if len(counts) < PEOPLE_NEEDED:
        return None
    low, _, high = quantiles(counts, n=4, method="inclusive")
    return UsualVisits(len(counts), round(low), round(median(counts)), round(high), from_, to, whole)
