"""Making a store whole or not at all, and bringing one to the newest schema. Alembic is imported only when needed."""

import logging
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from smf_core.records import checking, writing
from smf_desktop.ports import NewId
from smf_desktop.store import index
from smf_desktop.store.engine import FILE, SHM, WAL, connect, disk_trouble, engine, trouble
from smf_desktop.store.store import AUDIT, RECORDS, Store, begin_chain, create_file
from smf_desktop.trouble import (
    DiskFaulty,
    DiskFull,
    FolderNotEmpty,
    StoreDamaged,
    StoreExists,
    StoreNewer,
    StoreTrouble,
    StoreUnwritable,
    UpgradeFailed,
)

VERSION = 1
"""The newest schema; kept in the file's `user_version`, so that no library is needed to read it."""

KEPT_SECONDS = 7 * 24 * 60 * 60
"""How long the file of the schema before stays beside the new one."""

log = logging.getLogger(__name__)


def create_store(
    directory: Path,
    *,
    scripts: Path,
    new_id: NewId,
    fill: Callable[[Path], bytearray],
    first: Callable[[Store], None] = lambda store: None,
) -> None:
    """A new store in `directory`, whole or absent; never over anything that is there.

    It is built in a folder beside and renamed at the end. `fill` puts the key file into the folder it is given and
    answers the raw key text, which is wiped here; `first` writes the first records. `scripts`: the migrations.
    Raises `StoreExists`, `FolderNotEmpty`, `StoreUnwritable`, `DiskFull` and what `fill` and `first` raise.
    """
    directory = directory.absolute()
    making = directory.with_name(f"{directory.name}.being-made")
    try:
        if directory.exists():
            check_empty(directory)
        if making.exists():
            shutil.rmtree(making)  # of an attempt that was cut off; nobody ever used it
        making.mkdir(mode=0o700, parents=True)
        try:
            _build(making, scripts, new_id, fill, first)
            if directory.exists():
                directory.rmdir()
            making.rename(directory)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        sync(directory.parent)
    except OSError as error:
        raise disk_trouble(error) from None


def _build(
    making: Path,
    scripts: Path,
    new_id: NewId,
    fill: Callable[[Path], bytearray],
    first: Callable[[Store], None],
) -> None:
    key = fill(making)
    try:
        path = create_file(making, key)
        upgrade(path, key, scripts)
        made = engine(path, key, writer=True)
        with made.begin() as connection:
            for chain_of in (RECORDS, AUDIT):
                begin_chain(connection, chain_of, new_id())
        made.dispose()
        store = Store(making, key)
        try:
            first(store)
        finally:
            store.close()
    finally:
        key[:] = bytes(len(key))
    for made_file in making.iterdir():
        sync(made_file)
    sync(making)


def check_empty(directory: Path) -> None:
    """Raise `StoreExists` or `FolderNotEmpty` where a new store may not be made."""
    if (directory / FILE).exists():
        raise StoreExists
    if not directory.is_dir() or any(directory.iterdir()):
        raise FolderNotEmpty


def version(path: Path, key: bytearray) -> int:
    """The schema of a store file, which is only read. Raises a `StoreTrouble`, `StoreNewer` for a later release's."""
    connection = connect(path, key, writable=False)
    try:
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()
    if found > VERSION:
        raise StoreNewer
    return found


def bring_up(directory: Path, key: bytearray, scripts: Path) -> None:
    """Migrate the store when it is behind: copy, migrate the copy, fold it anew, check it, swap it in whole.

    `scripts` is the folder of the migrations. The old file stays beside the new one, encrypted under the same key,
    until `erase_old`. Whatever happens meanwhile, the old or the new file is in place, and the next start goes on.
    The caller has opened the store through `recovery` before, so no foreign log can be merged here.
    Raises `DiskFull`, `StoreUnwritable`, `StoreNewer`, or `UpgradeFailed`: the store is then as it was.
    """
    path = directory / FILE
    found = version(path, key)
    if found == VERSION:
        return
    copy = path.with_suffix(".migrating")
    try:
        _remove(copy)  # of a migration that was cut off
        held = _log(path, key)
        _copy(path, copy, key)
        upgrade(copy, key, scripts)
        if _log(copy, key) != held:
            raise StoreDamaged
        _bring_home(copy, key)
        sync(copy)
        kept = path.with_suffix(f".schema-{found}")
        shutil.copyfile(path, kept)
        sync(kept)
        copy.replace(path)
        sync(directory)
    except Exception as error:
        with suppress(OSError):
            _remove(copy)
        raise _why_not(error, found) from None


def _remove(copy: Path) -> None:
    for side in ("", WAL, SHM):
        Path(f"{copy}{side}").unlink(missing_ok=True)


def _why_not(error: Exception, found: int) -> StoreTrouble:
    """The trouble that ended a migration; whatever is not the disk's is the migration's, and told to support."""
    if isinstance(error, OSError):
        return disk_trouble(error)
    known = trouble(error.orig if isinstance(error, DBAPIError) and error.orig else error) or error
    if isinstance(known, DiskFull | DiskFaulty | StoreUnwritable):
        return known
    log.error("records not brought from schema %d to %d: %s", found, VERSION, type(error).__name__)
    return UpgradeFailed()


def erase_old(directory: Path, now: datetime) -> None:
    """Take away the files that migrations kept, a week after they were made; what cannot be erased now is later."""
    for kept in directory.glob(f"{Path(FILE).stem}.schema-*"):
        with suppress(OSError):
            if now.timestamp() - kept.stat().st_mtime > KEPT_SECONDS:
                kept.unlink()


def _copy(path: Path, copy: Path, key: bytearray) -> None:
    _bring_home(path, key)
    shutil.copyfile(path, copy)


def _bring_home(path: Path, key: bytearray) -> None:
    """Have all of it in one file: the log is brought home, and closing takes it away. Raises `StoreUnwritable`."""
    connection = connect(path, key)
    try:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    if busy or Path(f"{path}{WAL}").exists():
        raise StoreUnwritable


def upgrade(path: Path, key: bytearray, scripts: Path) -> None:
    """Run the migrations on one file and check the result."""
    made = engine(path, key, writer=True)
    try:
        with made.begin() as connection:
            migrate(connection, scripts)
            if connection.exec_driver_sql("SELECT 1 FROM change_set LIMIT 1").first():
                writing.rebuild(connection)  # what an older version kept without knowing it has its columns now
                index.all_behind(connection)
            _check(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
    finally:
        made.dispose()  # closing the last connection writes the log back into the one file


def migrate(connection: Connection, scripts: Path) -> None:
    """Run what is to be run of the migrations, in the transaction of the connection."""
    from alembic import command
    from alembic.config import Config

    config = Config(str(scripts / "alembic.ini"), ini_section="records")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check(connection: Connection) -> None:
    broken: list[Any] = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
    sound = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
    if broken or sound != "ok":
        raise StoreDamaged


def _log(path: Path, key: bytearray) -> tuple[Any, ...]:
    """How many change sets a file holds, and where each chain ends. Raises `StoreDamaged` where one is broken."""
    made = engine(path, key, writer=False, writable=False)
    try:
        with made.connect() as connection:
            if not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'change_set'").first():
                return ()  # a file that has no schema yet
            if next(checking.broken_links(connection), None) is not None:
                raise StoreDamaged
            ends = connection.exec_driver_sql(
                "SELECT replica, count(*), max(seq), chain FROM change_set GROUP BY replica ORDER BY replica"
            ).all()
            ours = connection.exec_driver_sql(
                "SELECT chain_of, replica_id, seq, chain FROM replica ORDER BY chain_of"
            ).all()
            return tuple(map(tuple, (*ends, *ours)))
    finally:
        made.dispose()


def sync(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder."""
    if os.name == "nt" and path.is_dir():  # Windows opens no folders; its file system journals the names itself
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
