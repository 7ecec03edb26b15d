"""Whose record a laptop has no more work with."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Connection, Date, String, and_, bindparam, exists, func, or_, select, union

from smf_core.records import tables as t
from smf_core.records.queries.referrals import TRIAGE_DUE
from smf_core.records.queries.visits import BOOKED, COMPLETED

PART = 500

_since, _today = bindparam("since", type_=Date()), bindparam("today", type_=String())
_person = t.patient.alias("person")
_episode, _referral, _visit = (
    exists().where(table.c.patient == _person.c.id) for table in (t.episode, t.referral, t.visit)
)
_TAUGHT_OR_LATELY = _episode.where(or_(t.episode.c.closed_on.is_(None), t.episode.c.closed_on >= _since))
_WAITING_OR_LATELY = _referral.where(or_(t.referral.c.status.in_(TRIAGE_DUE), t.referral.c.decided_on >= _since))
_BOOKED = _visit.where(BOOKED, t.visit.c.planned_at >= _today)
_ENDED = or_(_person.c.died_on.is_not(None), _episode, _referral.where(t.referral.c.decided_on.is_not(None)))
_PAST = and_(
    _person.c.same_as.is_(None),
    or_(_person.c.died_on.is_(None), _person.c.died_on < _since),
    ~_TAUGHT_OR_LATELY,
    ~_WAITING_OR_LATELY,
    ~_BOOKED,
    _ENDED,
)
_OUT = select(_person.c.id).where(_PAST)
_MERGED = select(t.patient.c.id, t.patient.c.same_as).join(_person, _person.c.id == t.patient.c.same_as).where(_PAST)
_TOLD_APART = union(select(t.two_people.c.id), select(t.two_people.c.other))
_STANDING = select(func.coalesce(_person.c.same_as, _person.c.id)).where(_person.c.id.in_(_TOLD_APART))
_TAUGHT_ANOTHER = (
    select(t.visit.c.patient, t.episode.c.patient)
    .join(t.visit_section, t.visit_section.c.visit == t.visit.c.id)
    .join(t.episode, t.episode.c.id == t.visit_section.c.episode)
    .where(COMPLETED, t.visit.c.patient.in_(_STANDING), t.episode.c.patient != t.visit.c.patient)
    .distinct()
)
"""Whose visit taught whose pathway, where it was written while the two were one: nearly always nobody."""


def out_of_scope(connection: Connection, as_of: date, days: int) -> frozenset[str]:
    """People whose care with us ended more than so many days before a day; those merged into them go with them.

    Care goes on while a pathway is open, a referral waits for triage or a visit is booked on that day or after. It
    ended with the last pathway, the last decision on a referral, or the death, whichever came last. Somebody of whom
    nothing is known yet is at the beginning of it, not at its end. Two people who had been taken for one may have a
    visit that taught a pathway of each: whose visit it is stays as long as the other, whose pathway would lack it.
    """
    asked = {"since": as_of - timedelta(days=days), "today": as_of.isoformat()}
    out = set(connection.scalars(_OUT, asked))
    taught = [tuple(row) for row in connection.execute(_TAUGHT_ANOTHER)] if out else []
    while needed := {whose for whose, other in taught if whose in out and other not in out}:
        out -= needed
    merged = connection.execute(_MERGED, asked).all()
    return frozenset((*out, *(row.id for row in merged if row.same_as in out)))


def signed_visits(connection: Connection, people: Collection[str]) -> int:
    """How many signed visits the records hold of these people; one entered in error is none."""
    v, ids = t.visit.c, list(people)
    signed = select(func.count()).where(v.status == "signed", v.struck_reason == "")
    parts = (ids[start : start + PART] for start in range(0, len(ids), PART))
    return sum(connection.execute(signed.where(v.patient.in_(part))).scalar_one() for part in parts)
