"""The bytes of documents as rows: pieces as they come, and a mark once all of them were found right."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from smf_hub.store.tables import blob, blob_piece, person_team


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of one document's bytes; `size` is None until they are whole."""

    size: int | None
    team: str


def blob_of(connection: Connection, digest: str) -> Blob | None:
    row = connection.execute(select(blob.c.size, blob.c.team).where(blob.c.digest == digest)).one_or_none()
    return Blob(row.size, row.team) if row else None


def begin(connection: Connection, digest: str, team: str) -> None:
    connection.execute(insert(blob), [{"digest": digest, "size": None, "team": team}])


def put_piece(connection: Connection, digest: str, offset: int, content: bytes) -> None:
    """Keep a piece in place of what came of it before."""
    connection.execute(delete(blob_piece).where(blob_piece.c.digest == digest, blob_piece.c.begin == offset))
    connection.execute(insert(blob_piece), [{"digest": digest, "begin": offset, "content": content}])


def ranges(connection: Connection, digest: str) -> Sequence[tuple[int, int]]:
    """Where bytes have come, as (first, one past the last), joined where they touch."""
    rows = connection.execute(
        select(blob_piece.c.begin, func.length(blob_piece.c.content))
        .where(blob_piece.c.digest == digest)
        .order_by(blob_piece.c.begin)
    )
    found: list[tuple[int, int]] = []
    for begin_at, length in rows:
        end = begin_at + length
        if found and begin_at <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin_at, end))
    return found


def is_right(connection: Connection, digest: str, size: int) -> bool:
    """Whether the pieces, one after the other, are so many bytes of that SHA-256."""
    said, at = hashlib.sha256(), 0
    rows = select(blob_piece.c.begin, blob_piece.c.content).where(blob_piece.c.digest == digest)
    for begin_at, content in connection.execute(rows.order_by(blob_piece.c.begin)):
        if begin_at != at:
            return False
        said.update(content)
        at += len(content)
    return at == size and said.hexdigest() == digest


def finish(connection: Connection, digest: str, size: int) -> None:
    connection.execute(update(blob).where(blob.c.digest == digest).values(size=size))


def forget_pieces(connection: Connection, digest: str) -> None:
    connection.execute(delete(blob_piece).where(blob_piece.c.digest == digest))


def piece(connection: Connection, digest: str, offset: int) -> bytes:
    """The piece that begins or lies around there, from there on; empty at the end."""
    row = connection.execute(
        select(blob_piece.c.begin, blob_piece.c.content)
        .where(blob_piece.c.digest == digest, blob_piece.c.begin <= offset)
        .order_by(blob_piece.c.begin.desc())
        .limit(1)
    ).one_or_none()
    return bytes(row.content)[offset - row.begin :] if row else b""


def of_team(connection: Connection, people: Collection[str], team: str) -> bool:
    """Whether a team has one of some people now."""
    rows = connection.execute(
        select(person_team.c.patient, person_team.c.team)
        .where(person_team.c.patient.in_(sorted(people)))
        .order_by(person_team.c.since)
    )
    return team in {row.patient: row.team for row in rows}.values()
