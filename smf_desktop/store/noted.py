"""What was noted of an act or a record, gathered into the audit or still to be."""

from datetime import datetime

from sqlalchemy import Connection

from smf_core.records.instants import moment, utc_text
from smf_desktop.ports import Noted

_GATHERED = """SELECT done_at, done_offset FROM access
    WHERE patient = ? AND done_at >= ? AND action = ? AND author = ? ORDER BY done_at DESC LIMIT 1"""
_ALL_GATHERED = "SELECT author, done_at, done_offset, detail FROM access WHERE action = ?"
_ALL_PENDING = "SELECT author, at, detail FROM pending_access WHERE action = ?"
_PENDING = "SELECT at FROM pending_access WHERE patient = ? AND action = ? AND author = ?"


def last_noted(connection: Connection, author: str, action: str, patient: str, since: datetime) -> datetime | None:
    """The last time `author` did that with a person's record, not before a time; None for never."""
    rows = connection.exec_driver_sql(_PENDING, (patient, action, author))
    found = [at for (text,) in rows if (at := datetime.fromisoformat(text)) >= since]
    gathered = connection.exec_driver_sql(_GATHERED, (patient, utc_text(since), action, author)).first()
    found += [moment(*gathered)] if gathered else []
    return max(found, default=None)


def noted(connection: Connection, action: str) -> list[Noted]:
    """Every note of an action on this laptop and, as far as they came here, on others; the oldest first."""
    gathered = connection.exec_driver_sql(_ALL_GATHERED, (action,))
    pending = connection.exec_driver_sql(_ALL_PENDING, (action,))
    found = [Noted(author, moment(at, offset), detail) for author, at, offset, detail in gathered]
    found += [Noted(author, datetime.fromisoformat(at), detail) for author, at, detail in pending]
    return sorted(found, key=lambda each: each.at)
