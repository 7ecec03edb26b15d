"""Telephone calls about people."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from smf_core.domain.call import Call, CallOutcome, CallPurpose, Direction
from smf_core.records import tables as t
from smf_core.records.instants import moment, utc_text
from smf_core.records.queries.batches import among, code, codes, rows_in

STANDS = t.call.c.struck_reason == ""

_NEWEST_FIRST = select(t.call).order_by(t.call.c.made_at.desc(), t.call.c.id)
_ALL_OF = among(_NEWEST_FIRST, t.call.c.patient)
_STANDING_OF = among(_NEWEST_FIRST.where(STANDS), t.call.c.patient)


def call(connection: Connection, call_id: str) -> Call | None:
    """One call, also one entered in error."""
    row = connection.execute(select(t.call).where(t.call.c.id == call_id)).one_or_none()
    return _call(row) if row else None


def calls_of(connection: Connection, patient: str, *, with_struck: bool = False) -> tuple[Call, ...]:
    """The calls about one person, newest first."""
    return tuple(_call(row) for row in rows_in(connection, _ALL_OF if with_struck else _STANDING_OF, (patient,)))


def calls_by(connection: Connection, author: str, from_: datetime, to: datetime) -> tuple[Call, ...]:
    """The calls one person wrote down, from one moment up to, not including, another, by time."""
    made = select(t.call).where(
        t.call.c.by == author, STANDS, t.call.c.made_at >= utc_text(from_), t.call.c.made_at < utc_text(to)
    )
    return tuple(_call(row) for row in connection.execute(made.order_by(t.call.c.made_at, t.call.c.id)))


def _call(row: Row[*tuple[Any, ...]]) -> Call:
    return Call(
        id=row.id,
        patient=row.patient,
        at=moment(row.made_at, row.made_offset),
        minutes=row.minutes,
        direction=code(Direction, row.direction, Direction.IN),
        who=row.who,
        purpose=code(CallPurpose, row.purpose, CallPurpose.OTHER),
        outcome=code(CallOutcome, row.outcome, CallOutcome.NO_ANSWER),
        words=row.words,
        action=row.action,
        next=row.next,
        since=row.since,
        episodes=codes(row.episodes),
        by=row.by,
        amended=row.amended,
        struck_reason=row.struck_reason,
    )
