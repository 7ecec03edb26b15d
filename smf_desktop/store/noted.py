"""When somebody last noted something of a record, gathered into the audit or still to be."""

from datetime import datetime

from sqlalchemy import Connection

from smf_core.records.instants import moment, utc_text

_GATHERED = """SELECT done_at, done_offset FROM access
    WHERE patient = ? AND done_at >= ? AND action = ? AND author = ? ORDER BY done_at DESC LIMIT 1"""
_PENDING = "SELECT at FROM pending_access WHERE patient = ? AND action = ? AND author = ?"


def last_noted(connection: Connection, author: str, action: str, patient: str, since: datetime) -> datetime | None:
    """The last time `author` did that with a person's record, not before a time; None for never."""
    rows = connection.exec_driver_sql(_PENDING, (patient, action, author))
    found = [at for (text,) in rows if (at := datetime.fromisoformat(text)) >= since]
    gathered = connection.exec_driver_sql(_GATHERED, (patient, utc_text(since), action, author)).first()
    found += [moment(*gathered)] if gathered else []
    return max(found, default=None)
