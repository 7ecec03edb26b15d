"""Whose record a laptop has no more work with."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Connection, Date, String, and_, bindparam, exists, func, or_, select

from smf_core.records import tables as t
from smf_core.records.queries.referrals import TRIAGE_DUE
from smf_core.records.queries.visits import BOOKED

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
_MERGED = select(t.patient.c.id).join(_person, _person.c.id == t.patient.c.same_as).where(_PAST)


def out_of_scope(connection: Connection, as_of: date, days: int) -> frozenset[str]:
    """People whose care with us ended more than so many days before a day; those merged into them go with them.

    Care goes on while a pathway is open, a referral waits for triage or a visit is booked on that day or after. It
    ended with the last pathway, the last decision on a referral, or the death, whichever came last. Somebody of whom
    nothing is known yet is at the beginning of it, not at its end.
    """
    asked = {"since": as_of - timedelta(days=days), "today": as_of.isoformat()}
    return frozenset((*connection.scalars(_OUT, asked), *connection.scalars(_MERGED, asked)))


def signed_visits(connection: Connection, people: Collection[str]) -> int:
    """How many signed visits the records hold of these people; one entered in error is none."""
    v, ids = t.visit.c, list(people)
    signed = select(func.count()).where(v.status == "signed", v.struck_reason == "")
    parts = (ids[start : start + PART] for start in range(0, len(ids), PART))
    return sum(connection.execute(signed.where(v.patient.in_(part))).scalar_one() for part in parts)
