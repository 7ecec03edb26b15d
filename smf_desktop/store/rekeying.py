"""A store under a new key: copied page by page into a file of its own, proven, and put in the place of the old one.

The caller keeps everybody else out. The file in place is at every moment a whole store, under the old key or the new.
"""

import hashlib
import marshal
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from smf_desktop.ports import NewId, Progress
from smf_desktop.store.audit import note_access
from smf_desktop.store.backup import copy_pages, proven
from smf_desktop.store.engine import FILE, WAL, check_driver, check_file, connect, disk_trouble, trouble
from smf_desktop.store.following import send_all_anew
from smf_desktop.store.integrity import quick_look
from smf_desktop.store.schema import sync
from smf_desktop.store.store import Store
from smf_desktop.trouble import BackupNotSound, DiskFull, StoreDamaged, StoreUnwritable

MAKING = "being-rekeyed"
SPARE = 16 * 1024 * 1024
"""Bytes that have to be free beside the copy."""
_ROWS = 2_000


def put_under(
    directory: Path,
    key: bytearray,
    new_key: bytearray,
    *,
    announce: Callable[[int, bytes], None],
    user: str,
    now: datetime,
    new_id: NewId,
    progress: Progress,
) -> None:
    """Have the store in `directory` under `new_key`; the audit in it says who did that.

    `announce` is called once the copy is proven and before it is put in place, with the number and the head of the
    last save: from then on either key may be the one. A store that is not sound is not copied.
    Raises `DiskFull`, `StoreUnwritable` (somebody else has it open), `StoreDamaged`, `BackupNotSound`,
    `BackupStopped` or what `announce` raises; the store is then under the old key.
    """
    check_driver()
    check_file(directory / FILE)
    making = directory / MAKING
    try:
        if shutil.disk_usage(directory).free < (directory / FILE).stat().st_size + SPARE:
            raise DiskFull
        if quick_look(directory, key):
            raise StoreDamaged
        clear(directory)
        making.mkdir(mode=0o700)
        copy = making / FILE
        _copy(directory / FILE, copy, key, new_key, progress)
        proven(making, new_key)
        seq, head = _told_the_audit(making, new_key, user, now, new_id)
        sync(copy)
        announce(seq, head)
        os.replace(copy, directory / FILE)
        sync(directory)
        for kept in directory.glob(f"{Path(FILE).stem}.schema-*"):
            kept.unlink()  # an earlier release's copy of all this, under the old key
    except OSError as error:
        raise disk_trouble(error) from None
    finally:
        clear(directory)


def clear(directory: Path) -> None:
    """Take away what a re-key left that was cut off: it was not in place, so nobody ever used it."""
    shutil.rmtree(directory / MAKING, ignore_errors=True)


def _copy(path: Path, copy: Path, key: bytearray, new_key: bytearray, progress: Progress) -> None:
    """The pages and their proof; closing the old file brings its log home, so that none is left for the new one."""
    source = connect(path, key)
    try:
        copy_pages(source, copy, new_key, progress)
        same = _contents(source) == _contents_of(copy, new_key)
    except sqlcipher.Error as error:
        raise trouble(error) or error from None
    finally:
        source.close()
    if not same:
        raise BackupNotSound
    if Path(f"{path}{WAL}").exists():
        raise StoreUnwritable


def _contents_of(path: Path, key: bytearray) -> dict[str, tuple[int, str]]:
    connection = connect(path, key, writable=False)
    try:
        return _contents(connection)
    finally:
        connection.close()


def _contents(connection: Any) -> dict[str, tuple[int, str]]:
    """Of every table that has pages of its own, and of the schema: how many rows, and their SHA-256."""
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    names = [name for (name,) in connection.execute(named)]
    return {name: _digest(connection, name) for name in ("sqlite_master", *names)}


def _digest(connection: Any, table: str) -> tuple[int, str]:
    count, digest = 0, hashlib.sha256()
    rows = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # a table's name has no parameter
    while some := rows.fetchmany(_ROWS):
        count += len(some)
        digest.update(marshal.dumps(some, 2))  # version 2 writes equal rows alike; later ones look at who holds them
    return count, digest.hexdigest()


def _told_the_audit(making: Path, key: bytearray, user: str, now: datetime, new_id: NewId) -> tuple[int, bytes]:
    store = Store(making, key)
    try:
        with store.work(author=user, now=now, new_id=new_id) as work:
            note_access(work.connection, user, now, "rekey")
            send_all_anew(work.connection)
        chain = store.chain()
    finally:
        store.close()
    return chain.seq, chain.head
