"""Drafts and documents on their way to and from the hub, after the records."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from smf_desktop.store.blobs import CHUNK
from smf_desktop.store.tables import blob, blob_chunk, draft, sent_blob, sent_draft

_LACKING = """SELECT digest, max(size) FROM document
    WHERE digest NOT IN (SELECT digest FROM blob) GROUP BY digest ORDER BY digest"""


@dataclass(frozen=True, slots=True)
class DraftHere:
    """One draft, whoever's, without its content."""

    author: str
    page: str
    record: str
    patient: str
    saved_at: str

    def slot(self, device: str) -> str:
        """Where it lies at the hub: the same laptop, author, page and record always meet there."""
        named = "\0".join((device, self.author, self.page, self.record))
        return hashlib.sha256(named.encode()).hexdigest()


def drafts_here(connection: Connection) -> Sequence[DraftHere]:
    columns = (draft.c.author, draft.c.page, draft.c.record, draft.c.patient, draft.c.saved_at)
    return [DraftHere(*row) for row in connection.execute(select(*columns).order_by(draft.c.saved_at))]


def sent_drafts(connection: Connection) -> dict[str, str]:
    """By slot the state in which a draft lies at the hub."""
    return {row.slot: row.saved_at for row in connection.execute(select(sent_draft))}


def unsent_drafts(connection: Connection, device: str) -> Sequence[tuple[str, DraftHere]]:
    """Drafts that the hub does not have as they are here, each with its slot."""
    there = sent_drafts(connection)
    found = [(each.slot(device), each) for each in drafts_here(connection)]
    return [(slot, each) for slot, each in found if there.get(slot) != each.saved_at]


def note_sent(connection: Connection, slot: str, saved_at: str) -> None:
    forget_sent(connection, slot)
    connection.execute(insert(sent_draft), [{"slot": slot, "saved_at": saved_at}])


def forget_sent(connection: Connection, slot: str) -> None:
    connection.execute(delete(sent_draft).where(sent_draft.c.slot == slot))


def send_all_anew(connection: Connection) -> None:
    """The keys that drafts were sealed to are gone, so every draft is to be sent again."""
    connection.execute(sent_draft.update().values(saved_at=""))


def ask_anew(connection: Connection) -> None:
    """The hub was restored, and may have lost what it had: every draft is sent again, every document asked about."""
    send_all_anew(connection)
    connection.execute(delete(sent_blob))


# --- documents -----------------------------------------------------------------------------------


def to_send(connection: Connection) -> Sequence[tuple[str, int]]:
    """(digest, size) of what is here whole and the hub is not known to have."""
    known = select(sent_blob.c.digest)
    rows = connection.execute(select(blob).where(blob.c.digest.not_in(known)).order_by(blob.c.size, blob.c.digest))
    return [(row.digest, row.size) for row in rows]


def piece(connection: Connection, digest: str, offset: int) -> bytes:
    found = select(blob_chunk.c.content).where(blob_chunk.c.digest == digest, blob_chunk.c.place == offset // CHUNK)
    return bytes(connection.execute(found).scalar_one())


def sent(connection: Connection, digest: str) -> None:
    if connection.scalar(select(sent_blob.c.digest).where(sent_blob.c.digest == digest)) is None:
        connection.execute(insert(sent_blob), [{"digest": digest}])


def to_fetch(connection: Connection) -> Sequence[tuple[str, int]]:
    """(digest, size) of what a record names and is not here whole."""
    return [(row[0], row[1]) for row in connection.exec_driver_sql(_LACKING)]


def here(connection: Connection, digest: str) -> int:
    """How many bytes of it have come, from the beginning on."""
    pieces = select(func.length(blob_chunk.c.content)).where(blob_chunk.c.digest == digest)
    return sum(connection.scalars(pieces))


def keep_piece(connection: Connection, digest: str, offset: int, content: bytes) -> None:
    place = offset // CHUNK
    connection.execute(delete(blob_chunk).where(blob_chunk.c.digest == digest, blob_chunk.c.place >= place))
    connection.execute(insert(blob_chunk), [{"digest": digest, "place": place, "content": content}])


def finish(connection: Connection, digest: str, size: int) -> bool:
    """Whether the pieces are what the digest says; then they are a document, else they are gone again."""
    said = hashlib.sha256()
    rows = select(blob_chunk.c.content).where(blob_chunk.c.digest == digest).order_by(blob_chunk.c.place)
    for content in connection.scalars(rows):
        said.update(bytes(content))
    if said.hexdigest() != digest:
        connection.execute(delete(blob_chunk).where(blob_chunk.c.digest == digest))
        return False
    connection.execute(insert(blob), [{"digest": digest, "size": size}])
    sent(connection, digest)
    return True
