"""Making a store whole or not at all, and bringing one to the newest schema. Alembic is imported only when needed."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from smf_desktop.ports import (
    FolderNotEmpty,
    NewId,
    StoreDamaged,
    StoreExists,
    StoreNewer,
    StoreUnwritable,
)
from smf_desktop.store.engine import FILE, SHM, WAL, connect, disk_trouble, engine
from smf_desktop.store.store import AUDIT, RECORDS, Store, begin_chain, create_file

VERSION = 1
"""The newest schema; kept in the file's `user_version`, so that no library is needed to read it."""


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
            _check_empty(directory)
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


def _check_empty(directory: Path) -> None:
    if (directory / FILE).exists():
        raise StoreExists
    if not directory.is_dir() or any(directory.iterdir()):
        raise FolderNotEmpty


def version(path: Path, key: bytearray) -> int:
    """The schema of a store file. Raises a `StoreTrouble`, `StoreNewer` for one from a later release."""
    connection = connect(path, key)
    try:
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()
    if found > VERSION:
        raise StoreNewer
    return found


def bring_up(directory: Path, key: bytearray, scripts: Path) -> None:
    """Migrate the store when it is behind: copy, migrate the copy, check it, swap it in whole.

    `scripts` is the folder of the migrations. The old file stays beside the new one, encrypted under the same key.
    The caller has opened the store through `recovery` before, so no foreign log can be merged here.
    """
    path = directory / FILE
    found = version(path, key)
    if found == VERSION:
        return
    copy = path.with_suffix(".migrating")
    try:
        for side in ("", WAL, SHM):  # of a migration that was cut off
            Path(f"{copy}{side}").unlink(missing_ok=True)
        _copy(path, copy, key)
        upgrade(copy, key, scripts)
        sync(copy)
        kept = path.with_suffix(f".schema-{found}")
        shutil.copyfile(path, kept)
        sync(kept)
        copy.replace(path)
        sync(directory)
    except OSError as error:
        raise disk_trouble(error) from None


def _copy(path: Path, copy: Path, key: bytearray) -> None:
    """A copy in one file: the log is brought home first, and closing takes it away."""
    connection = connect(path, key)
    try:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    if busy or Path(f"{path}{WAL}").exists():
        raise StoreUnwritable
    shutil.copyfile(path, copy)


def upgrade(path: Path, key: bytearray, scripts: Path) -> None:
    """Run the migrations on one file and check the result."""
    from alembic import command
    from alembic.config import Config

    made = engine(path, key, writer=True)
    try:
        with made.begin() as connection:
            config = Config(str(scripts / "alembic.ini"), ini_section="records")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            _check(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {VERSION}")
    finally:
        made.dispose()  # closing the last connection writes the log back into the one file


def _check(connection: Connection) -> None:
    broken: list[Any] = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
    sound = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
    if broken or sound != "ok":
        raise StoreDamaged


def sync(path: Path) -> None:
    """Have the disk keep a file, or the names in a folder."""
    if os.name == "nt" and path.is_dir():  # Windows opens no folders; its file system journals the names itself
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
