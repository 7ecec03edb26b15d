"""Red flags: what was seen, and what still stands open. One entered in error is none."""

from typing import Any

from sqlalchemy import Connection, Row, case, or_, select

from smf_core.domain.red_flag import URGENCY_ORDER, RedFlag, RedFlagState, Urgency
from smf_core.records import tables as t
from smf_core.records.instants import moment, optional_moment
from smf_core.records.queries.batches import among, code, rows_in

STANDS = t.red_flag.c.struck_reason == ""
_URGENCY = case({urgency.value: place for place, urgency in enumerate(URGENCY_ORDER)}, value=t.red_flag.c.urgency)
_NEWEST_FIRST = (t.red_flag.c.seen_at.desc(), t.red_flag.c.id)
_OPEN = select(t.red_flag).where(t.red_flag.c.state == RedFlagState.OPEN, STANDS).order_by(_URGENCY, *_NEWEST_FIRST)
_OPEN_OF = among(_OPEN, t.red_flag.c.patient)
_ALL_OF = among(select(t.red_flag).where(STANDS).order_by(*_NEWEST_FIRST), t.red_flag.c.patient)


def flag(connection: Connection, flag_id: str) -> RedFlag | None:
    row = connection.execute(select(t.red_flag).where(t.red_flag.c.id == flag_id, STANDS)).one_or_none()
    return red_flag(row) if row else None


def open_flags(connection: Connection, patient_id: str) -> tuple[RedFlag, ...]:
    """What is open of one person, most urgent first, then newest first."""
    return tuple(red_flag(row) for row in rows_in(connection, _OPEN_OF, (patient_id,)))


def open_flags_for(connection: Connection, nurse: str) -> tuple[RedFlag, ...]:
    """What is open of everyone this nurse teaches or is accountable for, most urgent first, then newest first.

    The end of a pathway takes nobody off: a red flag stays in sight until a registered nurse closes it.
    """
    theirs = select(t.episode.c.patient).where(or_(t.episode.c.nurse == nurse, t.episode.c.accountable_nurse == nurse))
    return tuple(red_flag(row) for row in connection.execute(_OPEN.where(t.red_flag.c.patient.in_(theirs))))


def flags_of(connection: Connection, patient_id: str) -> tuple[RedFlag, ...]:
    """Every flag of one person, open or closed, newest first."""
    return tuple(red_flag(row) for row in rows_in(connection, _ALL_OF, (patient_id,)))


def flags_of_visit(connection: Connection, visit_id: str) -> tuple[RedFlag, ...]:
    """The flags seen at one visit, in the order they were written."""
    patient = select(t.visit.c.patient).where(t.visit.c.id == visit_id).scalar_subquery()
    own = select(t.red_flag).where(t.red_flag.c.patient == patient, t.red_flag.c.visit == visit_id, STANDS)
    return tuple(red_flag(row) for row in connection.execute(own.order_by(t.red_flag.c.id)))


def flags_of_call(connection: Connection, call_id: str, *, with_struck: bool = False) -> tuple[RedFlag, ...]:
    """The flags told in one call, in the order they were written."""
    patient = select(t.call.c.patient).where(t.call.c.id == call_id).scalar_subquery()
    own = select(t.red_flag).where(t.red_flag.c.patient == patient, t.red_flag.c.call == call_id)
    if not with_struck:
        own = own.where(STANDS)
    return tuple(red_flag(row) for row in connection.execute(own.order_by(t.red_flag.c.id)))


def red_flag(row: Row[*tuple[Any, ...]]) -> RedFlag:
    """The red flag of a row of its table."""
    return RedFlag(
        id=row.id,
        patient=row.patient,
        visit=row.visit,
        episode=row.episode,
        sign=row.sign,
        urgency=code(Urgency, row.urgency, Urgency.EMERGENCY),
        at=moment(row.seen_at, row.seen_offset),
        action=row.action,
        told=row.told,
        advised=row.advised,
        next_check=row.next_check,
        state=RedFlagState(row.state),
        closed_by=row.closed_by,
        closed_at=optional_moment(row.closed_at, row.closed_offset),
        closing_action=row.closing_action,
    )
