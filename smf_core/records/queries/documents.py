"""Documents, photographs and equipment of one person."""

from typing import Any

from sqlalchemy import Connection, Row, select

from smf_core.domain.document import Document, DocumentKind, Media
from smf_core.domain.equipment import Equipment, Standing
from smf_core.records import tables as t
from smf_core.records.instants import moment
from smf_core.records.queries.batches import among, code, rows_in

_DOCUMENTS = among(
    select(t.document).order_by(t.document.c.written_at.desc(), t.document.c.id.desc()), t.document.c.patient
)
_EQUIPMENT = among(
    select(t.equipment).where(t.equipment.c.active.is_(True)).order_by(t.equipment.c.item, t.equipment.c.id),
    t.equipment.c.patient,
)


def documents_of(connection: Connection, patient_id: str) -> tuple[Document, ...]:
    """Every document about one person, newest first; those entered in error among them, with the reason."""
    return tuple(_document(row) for row in rows_in(connection, _DOCUMENTS, (patient_id,)))


def document(connection: Connection, document_id: str) -> Document | None:
    row = connection.execute(select(t.document).where(t.document.c.id == document_id)).one_or_none()
    return _document(row) if row else None


def people_with(connection: Connection, digest: str) -> frozenset[str]:
    """The people whose records name these bytes."""
    return frozenset(connection.scalars(select(t.document.c.patient).where(t.document.c.digest == digest)))


def _document(row: Row[*tuple[Any, ...]]) -> Document:
    return Document(
        id=row.id,
        patient=row.patient,
        kind=code(DocumentKind, row.kind, DocumentKind.OTHER),
        title=row.title,
        media=code(Media, row.media, Media.PDF),
        digest=row.digest,
        size=row.size,
        by=row.by,
        written_at=moment(row.written_at, row.written_offset),
        taken_on=row.taken_on,
        referral=row.referral,
        episode=row.episode,
        struck_reason=row.struck_reason,
    )


def equipment_of(connection: Connection, patient_id: str) -> tuple[Equipment, ...]:
    """What stands in a person's home or was lent, by name; what has come back among it, until it is ended."""
    return tuple(
        Equipment(
            id=row.id,
            item=row.item,
            standing=code(Standing, row.standing, Standing.IN_HOME),
            episode=row.episode,
            since=row.since,
            note=row.note,
            settled=row.settled,
        )
        for row in rows_in(connection, _EQUIPMENT, (patient_id,))
    )
