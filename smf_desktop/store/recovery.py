"""Opening a store that may not have been closed: prove its log, and notice what it has lost.

SQLite merges whatever log lies beside the file, also another store's, and drops a damaged end of its own without a
word. So a log that was left behind is read first beside a second name of the file that nothing can write to, and the
store as opened is held against the high-water mark.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import sqlcipher3.dbapi2 as sqlcipher

from smf_core.operations.change_set import CHAIN_START
from smf_core.records.log import own_chain
from smf_desktop.ports import NewId
from smf_desktop.store.engine import FILE, SHM, WAL, check_driver, check_file, connect, disk_trouble, trouble
from smf_desktop.store.high_water import HighWater, Verdict
from smf_desktop.store.reserve import BYTES as RESERVE_BYTES
from smf_desktop.store.reserve import make_reserve, release_reserve
from smf_desktop.store.store import RECORDS, Store
from smf_desktop.trouble import DiskFull, NotOurStore, StoreDamaged

PROOF = "proof.db"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Behind:
    """The store lacks saves that were acknowledged: `missing` of them, None when an earlier copy was written to."""

    missing: int | None


@dataclass(frozen=True, slots=True)
class Opening:
    """A store as it was found. `set_aside` are files put out of the way; they stay in its folder."""

    store: Store
    behind: Behind | None = None
    set_aside: tuple[Path, ...] = ()


def open_store(
    directory: Path,
    key: bytearray,
    high_water: HighWater,
    *,
    now: datetime,
    new_id: NewId,
    reserve: int = RESERVE_BYTES,
) -> Opening:
    """Open a store however it was left. The caller holds its `Instance` and releases `high_water` after the store.

    A store that is behind its mark goes on under new replica ids, so that no number is used twice. One with damaged
    pages can be opened to be read (`store.damaged`). Raises a `StoreTrouble`.
    """
    path = directory / FILE
    check_driver()
    check_file(path)
    aside, damaged = _with_room(directory, lambda: _prove_log(path, key, high_water))
    store = _with_room(directory, lambda: Store(directory, key, high_water.note, damaged=damaged))
    if damaged:
        return Opening(store, set_aside=aside)
    try:
        behind = behind_mark(store, high_water)
        if behind:
            with store.work(author="", now=now, new_id=new_id) as work:
                work.begin_anew()
        chain = store.chain()
    except StoreDamaged:
        return Opening(store, set_aside=aside)
    except BaseException:
        store.close()
        raise
    high_water.note(chain.seq, chain.head)
    make_reserve(directory, reserve)
    return Opening(store, behind, aside)


def _with_room(directory: Path, act: Callable[[], T]) -> T:
    """Do it; when the disk is full, once more without the reserve."""
    try:
        return act()
    except DiskFull:
        if not release_reserve(directory):
            raise
        return act()


def behind_mark(store: Store, high_water: HighWater) -> Behind | None:
    """What a mark knows of that the store has not; None when nothing, and when there is no mark."""
    chain, mark = store.chain(), high_water.mark()
    if mark is None:
        return None
    match mark.verdict(chain.seq, chain.head):
        case Verdict.BEHIND:
            return Behind(mark.seq - chain.seq)
        case Verdict.FORKED:
            return Behind(None)
        case Verdict.AHEAD:
            with store.read() as connection:
                followed = own_chain(connection, chain.replica_id, mark.seq) == mark.head
            return None if followed else Behind(None)
        case _:
            return None


def _prove_log(path: Path, key: bytearray, high_water: HighWater) -> tuple[tuple[Path, ...], bool]:
    """Put a log out of the way that is not this store's. Answers what was set aside, and whether pages are damaged."""
    log = Path(f"{path}{WAL}")
    if not log.exists() or not log.stat().st_size:
        return (), False
    merged = _reads_to(path, key, log)
    mark = high_water.mark()
    if merged is not None and (mark is None or merged >= mark.seq):
        return (), False
    alone = _reads_to(path, key, None)
    if alone is None and merged is None:
        return (), True
    if merged is None or (alone is not None and alone > merged):
        return tuple(_set_aside(each) for each in (log, Path(f"{path}{SHM}")) if each.exists()), False
    kept = _free_name(log)  # ours, but its end is lost; what is left of that end may still be read one day
    try:
        shutil.copyfile(log, kept)
    except OSError as error:
        raise disk_trouble(error) from None
    return (kept,), False


def _reads_to(path: Path, key: bytearray, log: Path | None) -> int | None:
    """The number of the last save when every page of the file (with the log merged) reads well, else None."""
    proof = path.with_name(PROOF)
    _remove_proof(proof)
    try:
        _name_again(path, proof)
        if log is None:
            Path(f"{proof}{WAL}").touch()
        else:
            shutil.copyfile(log, f"{proof}{WAL}")
        return _last_save(proof, key)
    except OSError as error:
        raise disk_trouble(error) from None
    finally:
        _remove_proof(proof)


def _name_again(path: Path, proof: Path) -> None:
    try:
        os.link(path, proof)
    except OSError:  # a file system without second names
        shutil.copyfile(path, proof)


def _last_save(proof: Path, key: bytearray) -> int | None:
    try:
        connection = connect(proof, key, writable=False)
    except (NotOurStore, StoreDamaged):
        return None
    try:
        if [row[0] for row in connection.execute("PRAGMA quick_check")] != ["ok"]:
            return None
        said = connection.execute(
            "SELECT replica_id, seq, chain FROM replica WHERE chain_of = ?", (RECORDS,)
        ).fetchone()
        newest = (
            said
            and connection.execute(
                "SELECT seq, chain FROM change_set WHERE replica = ? AND chain IS NOT NULL ORDER BY seq DESC LIMIT 1",
                said[:1],
            ).fetchone()
        )
        return int(said[1]) if said and (newest or (0, CHAIN_START)) == said[1:] else None
    except sqlcipher.DatabaseError as error:
        if isinstance(trouble(error), StoreDamaged | NotOurStore):
            return None
        raise
    finally:
        connection.close()


def _remove_proof(proof: Path) -> None:
    for side in ("", WAL, SHM):
        with suppress(OSError):
            Path(f"{proof}{side}").unlink(missing_ok=True)


def _set_aside(path: Path) -> Path:
    return path.rename(_free_name(path))


def _free_name(path: Path) -> Path:
    number = 1
    while (free := path.with_name(f"{path.name}.kept-{number}")).exists():
        number += 1
    return free
