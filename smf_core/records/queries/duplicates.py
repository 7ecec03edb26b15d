"""Whom a new referral might repeat: people here who are alike in number, name, birth, home or telephone."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from smf_core.domain.merge import Like, Likeness, alike
from smf_core.records import tables as t
from smf_core.records.queries.batches import among, rows_in
from smf_core.records.queries.patients import PERSON, Known, known, known_people

AT_MOST = 5
"""Candidates told: more would not be read."""

SAME_FAMILY_AT_MOST = 500
"""People of one family name held against a new one. In a store where more share it, birth and number still tell."""

_APART = among(select(t.two_people), t.two_people.c.id)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody here who may be the person, and in what they are alike."""

    person: Known
    like: Like


def might_be_here(connection: Connection, wanted: Likeness, *, but_not: str = "") -> tuple[Candidate, ...]:
    """Those who may be this person, the surest first. Someone merged into another is told as who stands for them."""
    births = (wanted.date_of_birth,) if wanted.date_of_birth else ()
    numbers = (wanted.nhs_number,) if wanted.nhs_number else ()
    people = {(each.id, each.name, each.date_of_birth): each for each in known_people(connection, numbers, births)}
    homes: dict[str, tuple[str, str]] = {}
    family = wanted.name.family.casefold()
    if family:
        begins = select(*PERSON, t.patient.c.postcode, t.patient.c.phone).where(
            t.patient.c.sort_name >= f"{family} ", t.patient.c.sort_name < f"{family}!", t.patient.c.same_as.is_(None)
        )
        for row in connection.execute(begins.order_by(t.patient.c.sort_name).limit(SAME_FAMILY_AT_MOST)):
            each = known(row)
            people.setdefault((each.id, each.name, each.date_of_birth), each)
            homes[each.id] = (row.postcode, row.phone)
    found: dict[str, Candidate] = {}
    for each in people.values():
        postcode, phone = homes.get(each.id, ("", ""))
        like = alike(wanted, Likeness(each.name, each.date_of_birth, each.nhs_number, postcode, phone))
        if like is None or each.id == but_not:
            continue
        if each.id not in found or _rank(like) < _rank(found[each.id].like):
            found[each.id] = Candidate(each, like)
    return tuple(sorted(found.values(), key=lambda one: (_rank(one.like), one.person.id))[:AT_MOST])


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people here who may be one, the one written down first at the left."""

    one: Known
    other: Known
    like: Like


def possible_duplicates(connection: Connection, *, limit: int = 200) -> tuple[Pair, ...]:
    """People here with one NHS number, or one name and date of birth, whom nobody merged or told apart."""
    alone = t.patient.c.same_as.is_(None)
    number = t.patient.c.nhs_number
    numbers = select(number).where(alone, number.is_not(None)).group_by(number).having(func.count() > 1)
    name, born = t.patient.c.sort_name, t.patient.c.date_of_birth
    names = select(name, born).where(alone, born.is_not(None)).group_by(name, born).having(func.count() > 1).subquery()
    same_number = select(*PERSON).where(alone, number.in_(numbers.limit(limit)))
    same_name = (
        select(*PERSON)
        .join(names, and_(names.c.sort_name == name, names.c.date_of_birth == born))
        .where(alone)
        .limit(2 * limit)
    )
    groups: defaultdict[object, list[Known]] = defaultdict(list)
    for row in connection.execute(same_number.order_by(t.patient.c.id)):
        groups[row.nhs_number].append(known(row))
    for row in connection.execute(same_name):
        groups[row.family_name.casefold(), row.given_name.casefold(), row.date_of_birth].append(known(row))
    pairs: dict[tuple[str, str], Pair] = {}
    for group in groups.values():
        first, *rest = sorted(group, key=lambda each: each.id)
        for each in rest:
            like = alike(_likeness(first), _likeness(each))
            if like is not None:
                pairs.setdefault((first.id, each.id), Pair(first, each, like))
    ids = [each for pair in pairs for each in pair]
    apart = {(row.id, row.other) for row in rows_in(connection, _APART, ids)}
    open_ = [pair for key, pair in pairs.items() if key not in apart and key[::-1] not in apart]
    return tuple(sorted(open_, key=lambda pair: (_rank(pair.like), pair.one.id)))[:limit]


def _likeness(person: Known) -> Likeness:
    return Likeness(person.name, person.date_of_birth, person.nhs_number)


def _rank(like: Like) -> int:
    return list(Like).index(like)
