"""The bytes of documents, in the one encrypted file beside the records: nothing of them is ever on disk in clear."""

import hashlib

from sqlalchemy import Connection, insert, select

from smf_desktop.store.tables import blob, blob_chunk

CHUNK = 256 * 1024
"""Bytes of a piece. Small enough to send one by one, and to leave no page of the file half a picture long."""


def keep_blob(connection: Connection, content: bytes) -> str:
    """Keep some bytes, once however often they come. Answers their SHA-256 in hexadecimal.

    The caller's transaction makes it whole: a document is there with all its bytes or not at all.
    """
    digest = hashlib.sha256(content).hexdigest()
    if connection.scalar(select(blob.c.size).where(blob.c.digest == digest)) is None:
        connection.execute(insert(blob), [{"digest": digest, "size": len(content)}])
        pieces = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)]
        rows = [{"digest": digest, "place": place, "content": piece} for place, piece in enumerate(pieces)]
        if rows:
            connection.execute(insert(blob_chunk), rows)
    return digest


def blob_bytes(connection: Connection, digest: str) -> bytes | None:
    """The bytes kept under a digest; None where they are not here, not all here, or not what the digest says."""
    if connection.scalar(select(blob.c.size).where(blob.c.digest == digest)) is None:
        return None
    pieces = select(blob_chunk.c.content).where(blob_chunk.c.digest == digest).order_by(blob_chunk.c.place)
    content = b"".join(bytes(piece) for piece in connection.scalars(pieces))
    return content if hashlib.sha256(content).hexdigest() == digest else None
