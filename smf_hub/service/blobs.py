"""Documents in pieces: named by the SHA-256 of their bytes, whole only once every byte was found right.

A cut upload goes on where it stopped. What was said to be whole and is not is thrown away, and asked for again.
"""

from collections.abc import Sequence
from string import hexdigits

from smf_core.domain.document import PDF_AT_MOST
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.records.queries.documents import people_with
from smf_hub.ports import Caller
from smf_hub.service.place import Place
from smf_hub.store import blobs as rows

PIECE = 256 * 1024
LARGEST = PDF_AT_MOST
"""Bytes of one document: what a laptop keeps at most."""


def ranges(place: Place, caller: Caller, digest: str) -> Sequence[tuple[int, int]] | None:
    """The byte ranges that have arrived, of what this caller's team sends; None when it is whole."""
    _check(digest)
    with place.hub.read() as connection:
        there = rows.blob_of(connection, digest)
        if there is not None and there.size is not None:
            return None
        return rows.ranges(connection, digest) if there is not None and there.team == caller.team else []


def put(place: Place, caller: Caller, digest: str, offset: int, content: bytes) -> None:
    """Keep one piece: so many bytes as `PIECE` from a multiple of it, fewer only at the end. Raises `HubTrouble`."""
    _check(digest)
    if len(content) > PIECE:
        raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": PIECE})
    if offset < 0 or offset % PIECE or not content:
        raise HubTrouble(Trouble.BAD_REQUEST)
    if offset + len(content) > LARGEST:
        raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": LARGEST})
    with place.hub.write() as connection:
        there = rows.blob_of(connection, digest)
        if there is None:
            rows.begin(connection, digest, caller.team)
        elif there.size is not None:
            return
        rows.put_piece(connection, digest, offset, content)


def commit(place: Place, caller: Caller, digest: str, size: int) -> None:
    """It is whole, says the laptop. Raises `HubTrouble`; after `BAD_REQUEST` the pieces are gone."""
    _check(digest)
    with place.hub.write() as connection:
        there = rows.blob_of(connection, digest)
        if there is None:
            raise HubTrouble(Trouble.UNKNOWN)
        if there.size is not None:
            return
        right = rows.is_right(connection, digest, size)
        if right:
            rows.finish(connection, digest, size)
        else:
            rows.forget_pieces(connection, digest)
    if not right:
        raise HubTrouble(Trouble.BAD_REQUEST)


def piece(place: Place, caller: Caller, digest: str, offset: int) -> bytes:
    """A piece of a whole one from there on, empty at its end. For the team that sent it, and for the team of a person
    whose record names it. What is not there and what is not the caller's are answered alike."""
    _check(digest)
    with place.hub.read() as connection:
        there = rows.blob_of(connection, digest)
        if there is None or there.size is None:
            raise HubTrouble(Trouble.UNKNOWN)
        if there.team == caller.team:
            return rows.piece(connection, digest, offset)
    with place.records.read() as records:
        people = people_with(records, digest)
    with place.hub.read() as connection:
        if not rows.of_team(connection, people, caller.team):
            raise HubTrouble(Trouble.UNKNOWN)
        return rows.piece(connection, digest, offset)


def _check(digest: str) -> None:
    if len(digest) != 64 or any(letter not in hexdigits or letter.isupper() for letter in digest):
        raise HubTrouble(Trouble.BAD_REQUEST)
