"""Backup, restore, salvage and re-key: the vault and the store put together, each knowing nothing of the other."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from smf_desktop.ports import Clock, NewId, Progress
from smf_desktop.security import rekeying as keys
from smf_desktop.security import slots, vault
from smf_desktop.security.card import card_in
from smf_desktop.security.files import CURRENT
from smf_desktop.security.opened import Means, Opened
from smf_desktop.security.sealing import wipe
from smf_desktop.services.laptop.backups import BackedUp, ByPassword, FoundBackup, RestoredStore, Way
from smf_desktop.store.backup import (
    Unlocked,
    about,
    key_file_of,
    last_backup,
    move_aside,
    note_backup,
    restore_backup,
    write_backup,
)
from smf_desktop.store.engine import FILE
from smf_desktop.store.high_water import HighWater
from smf_desktop.store.instance import BESIDE, Instance
from smf_desktop.store.rekeying import put_under
from smf_desktop.store.salvage import Salvaged, salvage, salvage_packed, salvaged_count, salvaged_files
from smf_desktop.trouble import (
    BackupNoRoom,
    BackupStopped,
    DiskFull,
    RekeyWaits,
    SecurityTrouble,
    StoreInUse,
    StoreTrouble,
    StoreUnwritable,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backups:
    """The `BackupWriter` of an unlocked store, open here or in another window."""

    directory: Path
    opened: Opened
    clock: Clock

    def write(self, file: Path, progress: Progress) -> BackedUp:
        key = self.opened.raw_key()
        try:
            made = write_backup(
                self.directory,
                key,
                file,
                store=self.opened.store_id,
                keys=_key_files(self.directory),
                now=self.clock.now(),
                progress=progress,
            )
        finally:
            wipe(key)
        note_backup(self.directory, made.made_at)
        return BackedUp(made.file, made.made_at, made.change_sets, made.size)

    def last(self) -> datetime | None:
        return last_backup(self.directory)


def look_at(file: Path) -> FoundBackup:
    """What a backup says before any key is known. Raises `NotABackup`, `BackupDamaged`, `KeyFileDamaged`."""
    said = about(file)
    return FoundBackup(file, said.made_at, said.change_sets, card_in(key_file_of(file, CURRENT)))


def restore(
    file: Path,
    directory: Path,
    way: Way,
    *,
    means: Callable[[bool], Means],
    let_go: Callable[[], None] | None,
    now: datetime,
    new_id: NewId,
    progress: Progress,
) -> RestoredStore:
    """Make the store in `directory` from a backup, whole or not at all.

    `let_go` of what is there lets it be put aside; without it the folder has to be empty or absent. `means` of the
    vault: asked for a new slot (True) they take seconds. Raises what `store.backup.restore_backup` does, and what
    unlocking or the recovery key raise.
    """
    given: list[Opened] = []
    aside: list[Path] = []

    def unlock(folder: Path) -> Unlocked:
        given.append(opened := _opened(folder, way, means))
        mac_key = opened.derive("high-water")
        before, mark = HighWater(directory, mac_key), HighWater(folder, mac_key)
        wipe(mac_key)
        return Unlocked(opened.user_id, opened.raw_key(), before, mark)

    def put_aside() -> None:
        if let_go is not None:
            let_go()
        aside.append(move_aside(directory))

    try:
        made = restore_backup(
            file,
            directory,
            key_files=frozenset({CURRENT}),
            unlock=unlock,
            set_aside=put_aside if let_go is not None else None,
            now=now,
            new_id=new_id,
            progress=progress,
        )
    except BaseException:
        for opened in given:
            opened.zero()
        raise
    return RestoredStore(
        given[0],
        made.made_at,
        made.change_sets,
        behind=made.behind is not None,
        missing=made.behind.missing if made.behind else None,
        set_aside=aside[0] if aside else None,
    )


def _opened(folder: Path, way: Way, means: Callable[[bool], Means]) -> Opened:
    database = folder / FILE
    if isinstance(way, ByPassword):
        return vault.unlock(folder, way.username, way.password, means(False), database=database)
    return vault.recover(folder, way.recovery_key, way.username, way.new_password, means(True), database=database)


def salvage_into(file: Path, directory: Path, opened: Opened, now: datetime) -> Salvaged:
    """From a damaged store, which is only read, what no hub has yet, with the key file in one file.

    Raises `BackupExists`, `BackupNoRoom`, `BackupUnwritable` or a `StoreTrouble`; then there is no file.
    """
    key = opened.raw_key()
    try:
        return salvage_packed(directory, key, file, store=opened.store_id, keys=_key_files(directory), now=now)
    finally:
        wipe(key)


def salvage_once(directory: Path, opened: Opened) -> int | None:
    """The same beside the store, unless it was done before. Answers how many saves; None when it cannot be done."""
    key = opened.raw_key()
    try:
        if before := salvaged_files(directory):
            return salvaged_count(before[-1], key)
        return salvage(directory, key).saved
    except (StoreTrouble, OSError) as error:
        log.error("nothing salvaged from a damaged store: %s", type(error).__name__)
        return None
    finally:
        wipe(key)


def rekey(
    directory: Path, opened: Opened, means: Means, *, pid: int, now: datetime, new_id: NewId, progress: Progress
) -> Opened:
    """Put a closed store that this process holds under a new data key. Answers it, and wipes the old one.

    Power may go at any moment: the old or the new key opens the store. Raises `RekeyWaits`: it is still under the old
    one, which is left as it was.
    """
    fresh, database = keys.fresh_key(opened, means), directory / FILE
    key, new_key = opened.raw_key(), fresh.raw_key()

    def announce(seq: int, head: bytes) -> None:
        mac_key = fresh.derive("high-water")
        mark = HighWater(directory, mac_key)
        mark.note(seq, head)
        mark.close()
        wipe(mac_key)
        keys.announce(directory, opened, fresh, means)

    try:
        with Instance(directory, pid=pid, since=now, file=BESIDE):
            put_under(
                directory,
                key,
                new_key,
                announce=announce,
                user=opened.user_id,
                now=now,
                new_id=new_id,
                progress=progress,
            )
    except (StoreTrouble, SecurityTrouble, BackupStopped) as error:
        if keys.settled(directory, opened, fresh, database) is opened:
            fresh.zero()
            raise _why_it_waits(error) from None
    except BaseException:
        fresh.zero()
        raise
    else:
        keys.settled(directory, opened, fresh, database)
    finally:
        wipe(key, new_key)
    opened.zero()
    return fresh


def _why_it_waits(error: Exception) -> RekeyWaits:
    match error:
        case DiskFull() | BackupNoRoom():
            return RekeyWaits("room")
        case StoreInUse() | StoreUnwritable() | BackupStopped():
            return RekeyWaits("busy")
    log.error("the store keeps its key for now: %s", type(error).__name__)
    return RekeyWaits("fault")


def _key_files(directory: Path) -> dict[str, bytes]:
    return {CURRENT: slots.read(directory)[0].data}
