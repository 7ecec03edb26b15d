"""The daily roots that a hub has signed, as rows."""

from collections.abc import Iterator

from sqlalchemy import Connection, select, text

from smf_core.operations.protocol import Signed
from smf_hub.store import tables as t

_KEEP = text(
    "INSERT INTO daily_root (day, content, signature) VALUES (:day, :content, :signature) ON CONFLICT (day) DO NOTHING"
)


def keep(connection: Connection, day: str, root: Signed) -> None:
    """Keep the root of a day; the first one stays."""
    connection.execute(_KEEP, {"day": day, "content": bytearray(root.content), "signature": bytearray(root.signature)})


def root_of(connection: Connection, day: str) -> Signed | None:
    return next((root for _, root in _roots(connection, day)), None)


def all_roots(connection: Connection) -> Iterator[tuple[str, Signed]]:
    """Every day with its root, the first day first."""
    return _roots(connection)


def is_told(connection: Connection, kind: str, day: str) -> bool:
    """Whether the administrator was told that of the root of a day."""
    e = t.event.c
    return connection.execute(select(e.event).where(e.kind == kind, e.detail == day).limit(1)).first() is not None


def _roots(connection: Connection, day: str | None = None) -> Iterator[tuple[str, Signed]]:
    wanted = select(t.daily_root).order_by(t.daily_root.c.day)
    for row in connection.execute(wanted if day is None else wanted.where(t.daily_root.c.day == day)):
        yield row.day, Signed(content=row.content, signature=row.signature)
