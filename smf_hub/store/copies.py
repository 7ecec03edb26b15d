"""A hub's own file copied while the hub serves, and put in the place of one that is gone. SQLite only."""

import os
import shutil
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import URL, Connection
from sqlalchemy.exc import DatabaseError

from smf_hub.ports import BackupNotSound, CopyNotWritten, HubUnreadable
from smf_hub.store import checking
from smf_hub.store.database import HUB, open_database
from smf_hub.store.identity import read_identity

BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a file that is open."""


def copy_pages(connection: Connection, key: bytearray, copy: Path) -> None:
    """What a connection sees, page by page, into a new file under the same key, for its owner alone.

    Whoever writes to the hub goes on meanwhile, and is not in it. Raises `CopyNotWritten`, `FileExistsError`.
    """
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    target = sqlcipher.connect(str(copy), isolation_level=None)
    try:
        target.set_key(key)
        target.execute("PRAGMA cipher_log_level = NONE")
        target.execute("PRAGMA journal_mode = OFF")  # half a copy is thrown away, never rolled back
        target.execute("PRAGMA synchronous = OFF")
        source = connection.connection.driver_connection
        if source is None:
            raise CopyNotWritten
        source.backup(target)
    except sqlcipher.Error:
        raise CopyNotWritten from None
    finally:
        target.close()
    _sync(copy)


def proven(copy: Path, key: bytearray) -> tuple[int, int]:
    """Open a copy as the hub would and look through every page, feed and signature: its feeds and its change sets.

    Raises `BackupNotSound`.
    """
    try:
        database = open_database(URL.create("sqlite", database=str(copy)), HUB, key)
        try:
            with database.read() as connection:
                who = read_identity(connection)
                if who is None or next(checking.findings(connection, who.hub, who.public_key), None) is not None:
                    raise BackupNotSound
                return checking.counts(connection)
        finally:
            database.close()
    except (HubUnreadable, DatabaseError, sqlcipher.DatabaseError):
        raise BackupNotSound from None


def named(copy: Path, file: Path) -> None:
    """Give a whole copy its name, which nothing else may have. Raises `FileExistsError`."""
    if file.exists():
        raise FileExistsError
    copy.rename(file)
    _sync(file.parent)


def copy_file(source: Path, copy: Path) -> None:
    """The bytes of a file, for their owner alone. Raises `FileExistsError`."""
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with source.open("rb") as read, copy.open("wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
    _sync(copy)


def put_aside_what_was_beside(file: Path) -> None:
    """What SQLite kept beside a file that is gone must not be taken for the next one's."""
    for end in BESIDE:
        left = file.with_name(f"{file.name}{end}")
        if left.exists():
            left.replace(left.with_name(f"{left.name}.aside"))


def making_of(file: Path) -> Path:
    """What a file is called until it is whole."""
    return file.with_name(f".{file.name}.making")


def cleared(copy: Path) -> None:
    """Take away a copy that did not become whole, with what SQLite left beside it."""
    for name in (copy.name, *(f"{copy.name}{end}" for end in BESIDE)):
        copy.with_name(name).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """To the disk, a folder where the system knows how."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
