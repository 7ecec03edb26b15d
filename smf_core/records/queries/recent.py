"""Whose records a member of staff opened last."""

from sqlalchemy import Connection, select

from smf_core.records import tables as t

LOOKED_BACK = 400
"""Notes of the audit that are looked through, newest first: what was opened longer ago is not recent."""


def recently_opened(connection: Connection, author: str, action: str, limit: int) -> tuple[str, ...]:
    """People by id, the one whose record `author` opened last first. The audit's ids rise with time."""
    newest = select(t.access.c.author, t.access.c.action, t.access.c.patient).order_by(t.access.c.id.desc())
    opened = (
        row.patient
        for row in connection.execute(newest.limit(LOOKED_BACK))
        if row.author == author and row.action == action and row.patient
    )
    return tuple(dict.fromkeys(opened))[:limit]
