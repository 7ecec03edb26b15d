"""Who read what: noted at once, and gathered into one change set per minute and person in a chain of its own."""

from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from smf_core.operations.change_set import ITEMS_MAX, Item
from smf_desktop.store.store import AUDIT, Work
from smf_desktop.store.tables import pending_access

Noted = Row[Any]


def note_access(
    connection: Connection, author: str, at: datetime, action: str, patient: str | None = None, detail: str = ""
) -> None:
    """Remember that someone read, exported, printed or unlocked something. `detail` holds codes and counts only."""
    row = {"author": author, "at": at.isoformat(), "action": action, "patient": patient, "detail": detail}
    connection.execute(insert(pending_access), [row])


def gather_access(work: Work, *, everything: bool = False) -> int:
    """Put what was noted before the running minute into the audit chain. Answers how many change sets that made.

    Called each minute; at lock, at close and after an unlock with `everything`, so that nothing waits.
    What is dated after the time of the work was noted before the clock was set back, and is gathered, too.
    """
    minute = work.now.replace(second=0, microsecond=0)
    noted = work.connection.execute(select(pending_access).order_by(pending_access.c.id)).all()
    ripe = [row for row in noted if everything or not minute <= datetime.fromisoformat(row.at) <= work.now]
    made = 0
    for (author, _), of_minute in groupby(sorted(ripe, key=_minute), key=_minute):
        rows = list(of_minute)
        for part in (rows[start : start + ITEMS_MAX] for start in range(0, len(rows), ITEMS_MAX)):
            items = [_item(row) for row in part]
            at = datetime.fromisoformat(part[0].at)
            work.save(items, patient=None, care_time=at, chain_of=AUDIT, author=author)
            made += 1
    if ripe:
        gathered = delete(pending_access).where(pending_access.c.id == bindparam("gathered"))
        work.connection.execute(gathered, [{"gathered": row.id} for row in ripe])
    return made


def _minute(row: Noted) -> tuple[str, str]:
    at = datetime.fromisoformat(row.at).astimezone(UTC)
    return row.author, at.strftime("%Y-%m-%dT%H:%M")


def _item(row: Noted) -> Item:
    """Named by what was noted: a store that was restored or copied gathers it again, and it still counts once."""
    noted = (row.id, row.author, row.at, row.action, row.patient, row.detail)
    entity_id = str(UUID(bytes=sha256(repr(noted).encode()).digest()[:16]))
    said = {"action": row.action, "patient": row.patient, "at": row.at, "detail": row.detail}
    payload = {name: value for name, value in said.items() if value}
    return Item(entity="access", entity_id=entity_id, kind="done", payload=payload)
