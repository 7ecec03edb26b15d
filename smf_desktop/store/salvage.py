"""From a damaged store, what no hub has yet: every unsent change set that can still be read, into a file of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from smf_core.operations.change_set import ChangeSet
from smf_desktop.store.engine import FILE, connect

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


def salvage(directory: Path, key: bytearray) -> Salvaged:
    """Copy what can be read of the unsent change sets beside the store, which is not written to.

    Raises a `StoreTrouble` when nothing of the file can be opened, or nothing can be written beside it.
    """
    path = directory / FILE
    unsent = _unsent(path, key)
    whole = [row for row in _readable(path, key) if unsent is None or row[0] in unsent]
    file = _keep(directory, key, whole) if whole else None
    return Salvaged(file, len(whole), None if unsent is None else len(unsent) - len(whole))


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


def _keep(directory: Path, key: bytearray, rows: Sequence[LogRow]) -> Path:
    number = 1
    while (file := directory / f"salvaged-{number}.db").exists():
        number += 1
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
