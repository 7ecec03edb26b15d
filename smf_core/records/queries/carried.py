"""Who and what has carried a note that stood in the wrong record: letters, copies, exports, readers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, or_, select

from smf_core.domain.visit import Visit
from smf_core.records import tables as t
from smf_core.records.instants import moment, utc_text


class Carrier(StrEnum):
    LETTER = "letter"
    NOTE_COPY = "note_copy"
    EXPORT = "export"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Carried:
    """One way out. `record` is the letter or copy, "" for the rest; `who` a user, or the kind of reader of a letter;
    `at` is when, and for readers when last."""

    carrier: Carrier
    at: datetime
    who: str
    record: str = ""
    state: str = ""


def carried(connection: Connection, visit: Visit) -> tuple[Carried, ...]:
    """Everything that carried a signed visit since it was signed, by kind and time.

    A letter of the person may tell of the visit whatever it was written for; an export holds every record. What was
    read in the last minute may not be gathered into the audit yet.
    """
    return (
        *_letters(connection, visit),
        *_copies(connection, visit),
        *_exports(connection, visit),
        *_readers(connection, visit),
    )


def _letters(connection: Connection, visit: Visit) -> Iterator[Carried]:
    table = t.letter
    since = select(table).where(table.c.patient == visit.patient, table.c.written_at >= utc_text(visit.signed_at))
    for row in connection.execute(since.order_by(table.c.written_at, table.c.id)):
        yield Carried(Carrier.LETTER, moment(row.written_at, row.written_offset), row.kind, row.id, row.state)


def _copies(connection: Connection, visit: Visit) -> Iterator[Carried]:
    table = t.note_copy
    own = select(table).where(table.c.record == visit.id).order_by(table.c.copied_at, table.c.id)
    for row in connection.execute(own):
        yield Carried(Carrier.NOTE_COPY, moment(row.copied_at, row.copied_offset), row.by, row.id)


def _exports(connection: Connection, visit: Visit) -> Iterator[Carried]:
    table = t.access
    since = select(table).where(
        table.c.action == "export",
        or_(table.c.patient.is_(None), table.c.patient == visit.patient),
        table.c.done_at >= utc_text(visit.signed_at),
    )
    for row in connection.execute(since.order_by(table.c.done_at, table.c.id)):
        yield Carried(Carrier.EXPORT, moment(row.done_at, row.done_offset), row.author)


def _readers(connection: Connection, visit: Visit) -> Iterator[Carried]:
    table = t.access
    read = select(table.c.author, func.max(table.c.done_at).label("at"), table.c.done_offset).where(
        table.c.patient == visit.patient,
        table.c.action.in_(("read", "print")),
        table.c.author != visit.signed_by,
        table.c.done_at >= utc_text(visit.signed_at),
    )
    for row in connection.execute(read.group_by(table.c.author).order_by(table.c.author)):
        yield Carried(Carrier.READER, moment(row.at, row.done_offset), row.author)
