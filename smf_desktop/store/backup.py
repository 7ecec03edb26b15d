"""A whole copy of a store in one encrypted file, proven before it counts; and a store made from such a file.

The copy is made by SQLCipher's own backup from one snapshot, so the store may be in use. It is built in a folder beside
the file and renamed at the end: a file of that name is whole, or not there. A store that was restored goes on as
another laptop would, under new replica ids, so that no number is ever used twice.
"""

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from smf_desktop.ports import NewId, Progress
from smf_desktop.store.audit import note_access
from smf_desktop.store.engine import FILE, check_driver, check_file, connect, disk_trouble, trouble
from smf_desktop.store.high_water import HighWater
from smf_desktop.store.integrity import quick_look
from smf_desktop.store.packing import About, pack, read_part, unpack
from smf_desktop.store.packing import about as about
from smf_desktop.store.recovery import Behind, behind_mark
from smf_desktop.store.schema import check_empty, sync, version
from smf_desktop.store.store import AUDIT, RECORDS, Store, begin_chain, read_chain
from smf_desktop.trouble import (
    BackupDamaged,
    BackupExists,
    BackupNoRoom,
    BackupNotSound,
    BackupStopped,
    BackupUnwritable,
    DiskFaulty,
    DiskFull,
    FolderNotEmpty,
    NotABackup,
    NotOurStore,
    StoreDamaged,
    StoreTrouble,
)

LAST = "last-backup"
KEYS_AT_MOST = 1 << 20
_PAGES = 1_000
"""Copied between two looks at whether someone wants to stop."""

_SHARED_MEMORY = 32_768
"""Bytes of the file that SQLite makes beside a database in WAL mode to open it."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A backup that was made and proven. `size` in bytes."""

    file: Path
    made_at: datetime
    change_sets: int
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A store made from a backup. `behind`: what the store that was there before had and this one has not."""

    made_at: datetime
    change_sets: int
    behind: Behind | None


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Who opened a backup, with what. `raw_key` is wiped and both marks are closed by whoever is given this.

    `before` is the high-water mark of the store that was in the place, `mark` the one of the new folder.
    """

    user_id: str
    raw_key: bytearray
    before: HighWater
    mark: HighWater


# --- making one ----------------------------------------------------------------------------------


def write_backup(
    directory: Path,
    key: bytearray,
    file: Path,
    *,
    store: str,
    keys: Mapping[str, bytes],
    now: datetime,
    progress: Progress,
) -> Copied:
    """Copy the store in `directory` with the key files `keys` into `file`, which must not be there.

    Raises `BackupExists`, `BackupStopped`, `BackupNoRoom`, `BackupUnwritable`, `BackupNotSound`, or a `StoreTrouble` of
    the store itself. Then there is no file.
    """
    check_driver()
    check_file(directory / FILE)
    if file.exists():
        raise BackupExists
    making = file.with_name(f".{file.name}.making")
    try:
        shutil.rmtree(making, ignore_errors=True)  # of a backup that was cut off
        making.mkdir(mode=0o700)
        copy = making / FILE
        source = connect(directory / FILE, key, writable=False)
        try:
            copy_pages(source, copy, key, progress)
        finally:
            source.close()
        sync(copy)
        counts = _proven_where_made(making, key)
        for name, data in keys.items():
            (making / name).write_bytes(data)
        said = About(1, "backup", store, now, counts.schema, counts.change_sets, counts.seq, {})
        return write_packed(file, making, said, (FILE, *keys), progress)
    except OSError as error:
        raise place_trouble(error) from None
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _proven_where_made(making: Path, key: bytearray) -> "Counts":
    """Prove the copy. It is opened with a shared-memory file beside it, which may be what no longer fits the disk."""
    try:
        return proven(making, key)
    except (DiskFull, DiskFaulty):
        raise (BackupNoRoom if shutil.disk_usage(making).free < _SHARED_MEMORY else BackupUnwritable) from None


def write_packed(file: Path, making: Path, said: About, names: tuple[str, ...], progress: Progress) -> Copied:
    """Pack what lies in the folder `making`, read it back from the disk, and give it its name. Raises `OSError`."""
    whole = making / "whole"
    said = pack(whole, said, {name: making / name for name in names}, progress)
    sync(whole)
    try:
        unpack(whole, None, frozenset(names), progress)
    except BackupDamaged:
        raise BackupNotSound from None
    size = whole.stat().st_size
    if file.exists():
        raise BackupExists
    whole.rename(file)
    sync(file.parent)
    return Copied(file, said.made_at, said.change_sets, size)


def copy_pages(source: Any, copy: Path, key: bytearray, progress: Progress) -> None:
    """One snapshot of an open store, page by page, into a new file under `key`, which may be another than its own.

    Saves go on meanwhile and are not in it. Raises `BackupStopped` or a `StoreTrouble`.
    """

    def tell(_status: int, left: int, total: int) -> None:
        if not progress(total - left, total):
            raise BackupStopped

    copy.touch(exist_ok=False)
    try:
        target = sqlcipher.connect(str(copy), isolation_level=None)
        try:
            target.set_key(key)
            target.execute("PRAGMA cipher_log_level = NONE")
            target.execute("PRAGMA journal_mode = OFF")  # half a copy is thrown away, never rolled back
            target.execute("PRAGMA synchronous = OFF")
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(target, pages=_PAGES, progress=tell)
        finally:
            target.close()
    except sqlcipher.Error as error:
        raise _copy_trouble(error) or error from None
    finally:
        if source.in_transaction:
            source.execute("COMMIT")


_SAID: dict[str, type[StoreTrouble]] = {
    "database or disk is full": BackupNoRoom,
    "disk I/O error": BackupUnwritable,
    "database disk image is malformed": StoreDamaged,
    "file is not a database": StoreDamaged,
}
"""What the library says when pages cannot be copied; of the backup alone the driver hands on no error code."""


def _copy_trouble(error: sqlcipher.Error) -> StoreTrouble | None:
    """Which side an error is of: pages that do not hold are the store's, the rest is the place written to."""
    if kind := _SAID.get(str(error)):
        return kind()
    return trouble(error)


def place_trouble(error: OSError) -> StoreTrouble:
    """What the operating system says of the place a backup is written to."""
    return BackupNoRoom() if error.errno in (ENOSPC, EDQUOT) else BackupUnwritable()


@dataclass(frozen=True, slots=True)
class Counts:
    """What a store holds: its schema, its change sets, the number of its last save."""

    schema: int
    change_sets: int
    seq: int


def proven(folder: Path, key: bytearray) -> Counts:
    """Open a copy as the application would: every page, every chain. Raises `BackupNotSound`, `StoreNewer`."""
    try:
        schema = version(folder / FILE, key)
        if quick_look(folder, key):
            raise BackupNotSound
        connection = connect(folder / FILE, key, writable=False)
        try:
            sets = connection.execute("SELECT count(*) FROM change_set").fetchone()[0]
            seq = connection.execute("SELECT seq FROM replica WHERE chain_of = ?", (RECORDS,)).fetchone()[0]
        finally:
            connection.close()
    except (NotOurStore, StoreDamaged, sqlcipher.DatabaseError):
        raise BackupNotSound from None
    return Counts(schema, int(sets), int(seq))


def note_backup(directory: Path, at: datetime) -> None:
    """Remember beside the store when it was last backed up; a disk too full for it changes nothing."""
    new = directory / f"{LAST}.new"
    with suppress(OSError):
        new.write_text(at.isoformat(), "utf-8")
        new.replace(directory / LAST)


def last_backup(directory: Path) -> datetime | None:
    """When the store was last backed up, as far as is known here."""
    try:
        return datetime.fromisoformat((directory / LAST).read_text("utf-8"))
    except (OSError, ValueError):
        return None


# --- making a store from one ---------------------------------------------------------------------


def key_file_of(file: Path, name: str) -> bytes:
    """The key file in a backup, before anything is unpacked. Raises `NotABackup`, `BackupDamaged`."""
    return read_part(file, name, KEYS_AT_MOST)


def restore_backup(
    file: Path,
    directory: Path,
    *,
    key_files: frozenset[str],
    unlock: Callable[[Path], Unlocked],
    set_aside: Callable[[], None] | None,
    now: datetime,
    new_id: NewId,
    progress: Progress,
) -> Restored:
    """Make the store in `directory` from a backup, whole or absent, and never over one that is there.

    `unlock` is shown the unpacked folder. `set_aside` puts what is in `directory` out of the way once the new store is
    proven; without it the folder has to be empty or absent.
    Raises `StoreExists`, `FolderNotEmpty`, what the packing and `unlock` raise, or a `StoreTrouble`.
    """
    directory = directory.absolute()
    making = directory.with_name(f"{directory.name}.being-restored")
    check_driver()
    try:
        if set_aside is None and directory.exists():
            check_empty(directory)
        if making.exists():
            shutil.rmtree(making)  # of a restore that was cut off; the backup still has it all
        making.mkdir(mode=0o700, parents=True)
        try:
            if about(file).kind != "backup":
                raise NotABackup
            said = unpack(file, making, key_files | {FILE}, progress)
            behind = _begin_anew(making, unlock, now, new_id)
            for made in making.iterdir():
                sync(made)
            sync(making)
            if set_aside is not None:
                set_aside()
            elif directory.exists():
                directory.rmdir()
            making.rename(directory)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)
            raise
        sync(directory.parent)
    except OSError as error:
        raise disk_trouble(error) from None
    return Restored(said.made_at, said.change_sets, behind)


def _begin_anew(
    making: Path,
    unlock: Callable[[Path], Unlocked],
    now: datetime,
    new_id: NewId,
) -> Behind | None:
    """Prove the unpacked store, hold it against the mark that was there, and let it go on under new numbers."""
    held = unlock(making)
    key = held.raw_key
    try:
        try:
            proven(making, key)
        except BackupNotSound:
            raise BackupDamaged from None
        store = Store(making, key)
        try:
            behind = behind_mark(store, held.before)
            with store.work(author=held.user_id, now=now, new_id=new_id) as work:
                for chain_of in (RECORDS, AUDIT):
                    stamp = read_chain(work.connection, chain_of).stamp
                    begin_chain(work.connection, chain_of, new_id(), stamp)
                note_access(work.connection, held.user_id, now, "restore")
            chain = store.chain()
            held.mark.note(chain.seq, chain.head)
        finally:
            store.close()
    finally:
        held.before.close()
        held.mark.close()
        key[:] = bytes(len(key))
    return behind


def free_place(directory: Path) -> Path:
    """Where a store that is set aside goes: beside, under a name nobody has."""
    number = 1
    while (free := directory.with_name(f"{directory.name}.set-aside-{number}")).exists():
        number += 1
    return free


def move_aside(directory: Path) -> Path:
    """Rename a store's folder with everything in it. The caller has let go of it. Raises a `StoreTrouble`."""
    if not directory.is_dir():
        raise FolderNotEmpty
    try:
        return directory.rename(free_place(directory))
    except OSError as error:
        raise disk_trouble(error) from None
