"""What was copied for the trust's record, and what still has to be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, literal, select, true, union_all

from smf_core.records import tables as t
from smf_core.records.instants import moment, utc_text
from smf_core.records.queries.batches import among, rows_in
from smf_core.records.queries.patients import PERSON, Known, known
from smf_core.records.queries.visits import COMPLETED

_COPIES = among(select(t.note_copy).order_by(t.note_copy.c.copied_at, t.note_copy.c.id), t.note_copy.c.record)


@dataclass(frozen=True, slots=True)
class NoteCopy:
    """One copy: `digest` is that of the text, so that an amendment made since shows."""

    record: str
    by: str
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class NotCopied:
    """A signed visit, a call or a discharge that nobody has copied yet; `of` says which, `at` when it was."""

    of: str
    record: str
    person: Known
    by: str
    at: datetime


def note_copies(connection: Connection, records: Iterable[str]) -> Mapping[str, NoteCopy]:
    """The latest copy of each of these records; one never copied is not in it."""
    rows = rows_in(connection, _COPIES, records)
    return {
        row.record: NoteCopy(row.record, row.by, moment(row.copied_at, row.copied_offset), row.digest) for row in rows
    }


def not_copied(connection: Connection, since: datetime, author: str | None = None) -> tuple[NotCopied, ...]:
    """What was written from a moment on (by one author) and is not in the trust's record yet, oldest first."""
    visit, call, closing = t.visit, t.call, t.discharge
    begun = utc_text(since)
    visits = select(
        literal("visit").label("of"),
        visit.c.id.label("record"),
        visit.c.patient,
        visit.c.signed_by.label("by"),
        visit.c.signed_at.label("at"),
        visit.c.signed_offset.label("offset"),
    ).where(COMPLETED, visit.c.signed_at >= begun, _uncopied(visit.c.id))
    calls = select(literal("call"), call.c.id, call.c.patient, call.c.by, call.c.made_at, call.c.made_offset).where(
        call.c.struck_reason == "", call.c.made_at >= begun, _uncopied(call.c.id)
    )
    closings = (
        select(
            literal("discharge"),
            closing.c.episode,
            t.episode.c.patient,
            closing.c.by,
            closing.c.signed_at,
            closing.c.signed_offset,
        )
        .join(t.episode, t.episode.c.id == closing.c.episode)
        .where(closing.c.outcome != "entered_in_error", closing.c.signed_at >= begun, _uncopied(closing.c.episode))
    )
    waiting = union_all(visits, calls, closings).subquery()
    rows = connection.execute(
        select(waiting, *PERSON)
        .join(t.patient, t.patient.c.id == waiting.c.patient)
        .where(waiting.c.by == author if author else true())
        .order_by(waiting.c.at, waiting.c.record)
    )
    return tuple(_waiting(row) for row in rows)


def _uncopied(record: ColumnElement[Any]) -> ColumnElement[bool]:
    return ~exists().where(t.note_copy.c.record == record)


def _waiting(row: Row[*tuple[Any, ...]]) -> NotCopied:
    return NotCopied(row.of, row.record, known(row), row.by or "", moment(row.at, row.offset))
