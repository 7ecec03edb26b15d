"""Records that were opened by somebody whose list the person was not on: who, when, why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from smf_core.records import tables as t
from smf_core.records.instants import moment, utc_text


@dataclass(frozen=True, slots=True)
class Opening:
    """`why` is the code of the reason that was given for an `action`."""

    action: str
    at: datetime
    by: str
    patient: str
    why: str


def openings(connection: Connection, actions: Collection[str], since: datetime, limit: int) -> tuple[Opening, ...]:
    """What the audit holds of these actions since a time, newest first."""
    found = (
        select(t.access)
        .where(t.access.c.action.in_(actions), t.access.c.done_at >= utc_text(since), t.access.c.patient.is_not(None))
        .order_by(t.access.c.done_at.desc(), t.access.c.id)
        .limit(limit)
    )
    return tuple(
        Opening(row.action, moment(row.done_at, row.done_offset), row.author, row.patient, row.detail)
        for row in connection.execute(found)
    )
