"""What is on a page and not signed yet: one row per author, page and record, replaced in place. Not operations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from smf_core.records.queries.merges import whoever_stands
from smf_core.records.rows import insert_rows, run
from smf_desktop.store.tables import draft as table


@dataclass(frozen=True, slots=True)
class DraftRow:
    """That a draft exists, without its content. `record` is the visit or episode it is about."""

    page: str
    record: str
    patient: str
    saved_at: datetime


def save_draft(
    connection: Connection, author: str, page: str, record: str, patient: str, saved_at: datetime, form: bytes
) -> None:
    """Keep the form as it stands, in place of what was kept of it before."""
    discard_draft(connection, author, page, record)
    row = {"author": author, "page": page, "record": record, "patient": patient, "saved_at": saved_at.isoformat()}
    insert_rows(connection, table, [{**row, "form": form}])


def drafts(connection: Connection, author: str) -> Sequence[DraftRow]:
    """An author's drafts, newest first. One about somebody merged since is about whoever stands for them."""
    rows = connection.execute(
        select(table.c.page, table.c.record, table.c.patient, table.c.saved_at).where(table.c.author == author)
    ).all()
    stands = whoever_stands(connection, (row.patient for row in rows))
    found = [
        DraftRow(row.page, row.record, stands.get(row.patient, row.patient), datetime.fromisoformat(row.saved_at))
        for row in rows
    ]
    return sorted(found, key=lambda row: row.saved_at, reverse=True)


def draft(connection: Connection, author: str, page: str, record: str) -> bytes | None:
    """The form as it was last kept, to the byte."""
    return connection.execute(
        select(table.c.form).where(table.c.author == author, table.c.page == page, table.c.record == record)
    ).scalar_one_or_none()


def discard_draft(connection: Connection, author: str, page: str, record: str) -> None:
    """Take a draft away: it was signed, or the person said so."""
    gone = "DELETE FROM draft WHERE author=? AND page=? AND record=?"
    run(connection, gone, [(author, page, record)])


def move_draft(connection: Connection, author: str, page: str, record: str, to: str) -> None:
    """Keep a draft under another page's name, with the moment it was kept; nothing that stands there is replaced."""
    moved = "UPDATE OR IGNORE draft SET page=? WHERE author=? AND page=? AND record=?"
    connection.exec_driver_sql(moved, (to, author, page, record))
