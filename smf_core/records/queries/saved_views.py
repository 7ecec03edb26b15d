"""The views users keep under a name."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from smf_core.records import tables as t


@dataclass(frozen=True, slots=True)
class SavedView:
    """`content` is JSON; `place` orders the tabs."""

    id: str
    owner: str
    page: str
    name: str
    content: str
    place: int
    deleted: bool


def saved_views(connection: Connection, owner: str, page: str) -> tuple[SavedView, ...]:
    """One user's views of a page that stand, in their order."""
    table = t.saved_view
    own = select(table).where(table.c.owner == owner, table.c.page == page, table.c.deleted.is_(False))
    return tuple(_view(row) for row in connection.execute(own.order_by(table.c.place, table.c.name, table.c.id)))


def saved_view(connection: Connection, view: str) -> SavedView | None:
    """One view, also one that was taken away."""
    row = connection.execute(select(t.saved_view).where(t.saved_view.c.id == view)).one_or_none()
    return _view(row) if row else None


def _view(row: Row[*tuple[Any, ...]]) -> SavedView:
    return SavedView(row.id, row.owner, row.page, row.name, row.content, row.place or 0, row.deleted)
