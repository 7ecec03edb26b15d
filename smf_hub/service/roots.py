"""Once a day the hub signs where all its feeds end. Kept elsewhere, nobody can change what was there unnoticed.

The chain value of a feed covers everything below it, so the signed list of ends is the root of all there is.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from smf_core.operations.protocol import Mark, Message, Signed
from smf_core.records import Connection
from smf_hub.service.place import Place
from smf_hub.store import feeds, roots
from smf_hub.store.checking import Finding

UNREADABLE, UNSIGNED, OTHER_HISTORY = "root_unreadable", "root_unsigned", "root"


class DailyRoot(Message, frozen=True, kw_only=True):
    """Where each feed of a hub ended when it first looked on a day (UTC)."""

    hub: str
    day: str
    feeds: Mapping[str, Mark]


def today(place: Place) -> str:
    """The day in UTC, as a root is named."""
    return place.world.clock.now().astimezone(UTC).date().isoformat()


def keep_root(place: Place, folder: Path | None = None) -> None:
    """Sign the root of today, unless that was done, and write every root that a folder lacks into it.

    What lies in the folder is never written over: where it is other than what is kept here, or the folder cannot be
    written, the administrator is told.
    """
    day = today(place)
    with place.hub.write() as connection:
        if roots.root_of(connection, day) is None:
            ends = feeds.heads(connection, feeds.every_feed(connection))
            root = DailyRoot(hub=place.identity.hub, day=day, feeds=ends)
            roots.keep(connection, day, place.sealing.sign(msgspec.json.encode(root, order="sorted")))
        every = list(roots.all_roots(connection))
    if folder is not None:
        for of, signed in every:
            trouble = _write(folder / f"{of}.root", msgspec.json.encode(signed))
            if trouble:
                _tell(place, trouble, of)


def _write(file: Path, content: bytes) -> str:
    """Why it cannot stand there, as a code; empty when it does."""
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
    except FileExistsError:
        return "" if file.read_bytes() == content else "other_root"
    except OSError:
        return "root_not_written"
    return ""


def _tell(place: Place, kind: str, day: str) -> None:
    """Once for each day: every start meets the same files."""
    with place.hub.write() as connection:
        if not roots.is_told(connection, kind, day):
            feeds.note_event(connection, place.world.new_id(), place.now_ms(), kind, device=None, user=None, detail=day)


def findings(place: Place, connection: Connection, folder: Path | None = None) -> Iterator[Finding]:
    """Each root, kept here or in a folder, whose ends the feeds do not have."""
    for day, signed in roots.all_roots(connection):
        yield from _of_root(place, connection, day, signed)
    for file in sorted(folder.glob("*.root")) if folder else ():
        try:
            signed = msgspec.json.decode(file.read_bytes(), type=Signed)
        except (OSError, ValueError):
            yield Finding(UNREADABLE, file.stem)
            continue
        yield from _of_root(place, connection, file.stem, signed)


def _of_root(place: Place, connection: Connection, day: str, signed: Signed) -> Iterator[Finding]:
    try:
        Ed25519PublicKey.from_public_bytes(place.identity.public_key).verify(signed.signature, signed.content)
        root = msgspec.json.decode(signed.content, type=DailyRoot)
    except (InvalidSignature, ValueError):
        yield Finding(UNSIGNED, day)
        return
    if (root.hub, root.day) != (place.identity.hub, day):
        yield Finding(UNSIGNED, day)
    known = feeds.recognised(connection, list(root.feeds.items()))
    for feed, mark in sorted(root.feeds.items()):
        if (feed, mark.seq) not in known:
            yield Finding(OTHER_HISTORY, feed, mark.seq)
