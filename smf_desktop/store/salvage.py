"""From a damaged store, what no hub has yet: every unsent change set that can still be read, into a file of its own."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from smf_core.operations.change_set import ChangeSet
from smf_desktop.store.backup import place_trouble, write_packed
from smf_desktop.store.engine import FILE, connect
from smf_desktop.store.packing import About
from smf_desktop.store.schema import VERSION
from smf_desktop.trouble import BackupExists

NAME = "salvaged.db"
GIVE_UP = 10_000
"""So many row numbers in a row without a readable row are taken as the end of a table whose end cannot be read."""

_READ = "SELECT cs_id, replica, seq, cs_hash, chain, head, body FROM change_set WHERE rowid = ?"
_MAKE = "CREATE TABLE change_set (cs_id, replica, seq, cs_hash, chain, head, body)"
_WRITE = "INSERT INTO change_set VALUES (?, ?, ?, ?, ?, ?, ?)"
LogRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """`saved` change sets are in `file` (the same key opens it; None when there was nothing to save).

    `lost` is how many more the outbox names; None when the outbox itself cannot be read: all readable change sets are
    then taken as unsent.
    """

    file: Path | None
    saved: int
    lost: int | None


def salvage(directory: Path, key: bytearray, file: Path | None = None) -> Salvaged:
    """Copy what can be read of the unsent change sets into `file`, usually beside the store, which is not written to.

    Raises a `StoreTrouble` when nothing of the store can be opened, or nothing can be written in the place.
    """
    path = directory / FILE
    unsent = _unsent(path, key)
    whole = [row for row in _readable(path, key) if unsent is None or row[0] in unsent]
    kept = _keep(file or _free_name(directory), key, whole) if whole else None
    if kept is not None:
        _keep_documents(path, kept, key)
    return Salvaged(kept, len(whole), None if unsent is None else len(unsent) - len(whole))


def salvaged_files(directory: Path) -> tuple[Path, ...]:
    """What earlier salvages put beside the store."""
    return tuple(sorted(directory.glob("salvaged-*.db")))


def salvaged_count(file: Path, key: bytearray) -> int:
    """How many change sets an earlier salvage saved. Raises a `StoreTrouble`."""
    connection = connect(file, key, writable=False)
    try:
        return int(connection.execute("SELECT count(*) FROM change_set").fetchone()[0])
    finally:
        connection.close()


def salvage_packed(
    directory: Path, key: bytearray, file: Path, *, store: str, keys: Mapping[str, bytes], now: datetime
) -> Salvaged:
    """The same into one file with the key files, as a backup is: proven, whole or absent, never over another.

    Raises `BackupExists`, `BackupNoRoom`, `BackupUnwritable`, or a `StoreTrouble` of the store itself.
    """
    if file.exists():
        raise BackupExists
    making = file.with_name(f".{file.name}.making")
    try:
        shutil.rmtree(making, ignore_errors=True)  # of one that was cut off
        making.mkdir(mode=0o700)
        found = salvage(directory, key, making / NAME)
        if found.file is None:
            return found
        for name, data in keys.items():
            (making / name).write_bytes(data)
        said = About(1, "salvage", store, now, VERSION, found.saved, 0, {})
        write_packed(file, making, said, (NAME, *keys), lambda done, total: True)
        return replace(found, file=file)
    except OSError as error:
        raise place_trouble(error) from None
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _unsent(path: Path, key: bytearray) -> frozenset[str] | None:
    connection = connect(path, key, writable=False)
    try:
        return frozenset(row[0] for row in connection.execute("SELECT cs_id FROM outbox"))
    except sqlcipher.DatabaseError:
        return None
    finally:
        connection.close()


def _readable(path: Path, key: bytearray) -> Iterator[LogRow]:
    """The rows of the log whose bytes are what was hashed, one look-up each, so that a bad page costs only its own."""
    connection = connect(path, key, writable=False)
    try:
        last = _last_row(connection)
        number, missed = 0, 0
        while missed < GIVE_UP if last is None else number < last:
            number += 1
            try:
                row = connection.execute(_READ, (number,)).fetchone()
            except sqlcipher.DatabaseError:
                row = None
                connection.close()  # after one bad page a connection calls the next ones bad, too
                connection = connect(path, key, writable=False)
            missed = 0 if row else missed + 1
            if row and (row[6] is None or ChangeSet(row[5], row[6]).hash == row[3]):
                yield row
    finally:
        connection.close()


def _last_row(connection: Any) -> int | None:
    try:
        return int(connection.execute("SELECT coalesce(max(rowid), 0) FROM change_set").fetchone()[0])
    except sqlcipher.DatabaseError:
        return None


def _free_name(directory: Path) -> Path:
    number = 1
    while (file := directory / f"salvaged-{number}.db").exists():
        number += 1
    return file


def _keep(file: Path, key: bytearray, rows: Sequence[LogRow]) -> Path:
    file.touch(exist_ok=False)
    connection = connect(file, key)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_MAKE)
        connection.executemany(_WRITE, rows)
        connection.execute("COMMIT")
    finally:
        connection.close()
    return file


def _keep_documents(path: Path, file: Path, key: bytearray) -> None:
    """The bytes of documents that can be read whole; which of them are unsent only the records say."""
    source, target = connect(path, key, writable=False), connect(file, key)
    try:
        target.execute("CREATE TABLE blob_chunk (digest, place, content)")
        for digest in _digests(source):
            try:
                pieces = source.execute("SELECT digest, place, content FROM blob_chunk WHERE digest = ?", (digest,))
                target.executemany("INSERT INTO blob_chunk VALUES (?, ?, ?)", pieces.fetchall())
            except sqlcipher.DatabaseError:
                source.close()  # after one bad page a connection calls the next ones bad, too
                source = connect(path, key, writable=False)
    finally:
        source.close()
        target.close()


def _digests(source: Any) -> list[str]:
    try:
        return [row[0] for row in source.execute("SELECT digest FROM blob")]
    except sqlcipher.DatabaseError:
        return []
