"""One person with two records: who stands for whom, and how alike two people are.

A merge takes nothing out of the record. It says of one record that another stands for it; what was written of the
one is then shown under the other, whenever it was written and whoever wrote it, until somebody says they are two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from smf_core.domain.patient import Name
from smf_core.domain.text import matching_key

MERGED, APART, OPEN = "merged", "apart", "open"
"""What is said of two records: one person, two people, or nothing yet: a merge was taken back at once."""


def standing_for(links: Mapping[str, str]) -> Mapping[str, str]:
    """For everyone merged into somebody, the record that now stands for them. A pure function of the links.

    `links` names for each record the one it was merged into. Links may follow one another. Where two leads merged
    in a ring, no record of which stands by itself, the first by id does: nobody is lost.
    """
    found: dict[str, str] = {}
    for start in links:
        path = [start]
        while (into := links.get(path[-1])) is not None and into not in path:
            path.append(into)
        end = path[-1] if into is None else min(path[path.index(into) :])
        if end != start:
            found[start] = end
    return found


class Like(StrEnum):
    """In what two people are alike, the surest first."""

    NHS_NUMBER = "nhs_number"
    NAME_AND_BIRTH = "name_and_birth"
    NAMES_SWAPPED = "names_swapped"
    SIMILAR_NAME_AND_BIRTH = "similar_name_and_birth"
    NAME_AND_HOME = "name_and_home"
    NAME_AND_PHONE = "name_and_phone"
    NAME_AND_NEAR_BIRTH = "name_and_near_birth"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is held of one person against another; what is not known is empty."""

    name: Name
    date_of_birth: date | None = None
    nhs_number: str | None = None
    postcode: str = ""
    phone: str = ""


def alike(one: Likeness, other: Likeness) -> Like | None:
    """Why these two may be one person, or None. Case, accents and punctuation of a name do not tell them apart."""
    if one.nhs_number and one.nhs_number == other.nhs_number:
        return Like.NHS_NUMBER
    family, given = matching_key(one.name.family), matching_key(one.name.given)
    their_family, their_given = matching_key(other.name.family), matching_key(other.name.given)
    if not family or not their_family:
        return None
    same = (family, given) == (their_family, their_given)
    if one.date_of_birth and one.date_of_birth == other.date_of_birth:
        if same:
            return Like.NAME_AND_BIRTH
        if (family, given) == (their_given, their_family):
            return Like.NAMES_SWAPPED
        if (family == their_family and given[:1] == their_given[:1]) or (given and given == their_given):
            return Like.SIMILAR_NAME_AND_BIRTH
    if not same:
        return None
    if _plain(one.postcode) and _plain(one.postcode) == _plain(other.postcode):
        return Like.NAME_AND_HOME
    if _plain(one.phone) and _plain(one.phone) == _plain(other.phone):
        return Like.NAME_AND_PHONE
    if _near(one.date_of_birth, other.date_of_birth):
        return Like.NAME_AND_NEAR_BIRTH
    return None


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _near(one: date | None, other: date | None) -> bool:
    """Day and month the other way round, or two of day, month and year the same: a slip of the pen."""
    if one is None or other is None:
        return False
    if (one.day, one.month, one.year) == (other.month, other.day, other.year):
        return True
    return sum((one.day == other.day, one.month == other.month, one.year == other.year)) == 2
