"""Backups: a whole copy of the store in one encrypted file, and a store made from one."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from smf_core.policy.rules import Action, require
from smf_desktop.ports import Progress, UnlockCard
from smf_desktop.services.auditing import BACKUP, note
from smf_desktop.services.laptop.door import Key
from smf_desktop.services.session import Session


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was written, read back and proven. `change_sets` are the saves in it, `size` is in bytes."""

    file: Path
    made_at: datetime
    change_sets: int
    size: int


@dataclass(frozen=True, slots=True)
class FoundBackup:
    """What a backup file says before any key is known."""

    file: Path
    made_at: datetime
    change_sets: int
    card: UnlockCard


@dataclass(frozen=True, slots=True)
class ByPassword:
    """On the laptop that made the backup."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ByRecoveryKey:
    """On any laptop; the person gets a new password."""

    username: str
    recovery_key: str = field(repr=False)
    new_password: str = field(repr=False)


Way = ByPassword | ByRecoveryKey


@dataclass(frozen=True, slots=True)
class RestoredStore:
    """A store made from a backup, with the key of whoever opened it.

    `behind`: the store that was here before had saves that this one has not, `missing` of them (None: nobody can say
    how many). `set_aside` is where that store is now.
    """

    key: Key
    made_at: datetime
    change_sets: int
    behind: bool = False
    missing: int | None = None
    set_aside: Path | None = None


class BackupWriter(Protocol):
    """Copies the store that is open. Raises what `ports` has under backups."""

    def write(self, file: Path, progress: Progress) -> BackedUp: ...

    def last(self) -> datetime | None:
        """When this store was last backed up from this laptop."""
        ...


class BackupReader(Protocol):
    """Makes the store of this place from a backup."""

    @property
    def is_empty(self) -> bool:
        """Nothing is in the place, so nothing has to be set aside."""
        ...

    def look_at(self, file: Path) -> FoundBackup:
        """Raises `NotABackup`, `BackupDamaged`."""
        ...

    def restore(self, file: Path, way: Way, progress: Progress, *, set_aside: bool = False) -> RestoredStore:
        """Whole or not at all; what is in the place is put beside it, and only when that is asked for."""
        ...


def back_up(session: Session, backups: BackupWriter, file: Path, progress: Progress) -> BackedUp:
    """Copy the whole store into a new file. The audit knows of it before the first page is copied.

    Raises `NotAllowed` or what the writer raises; then there is no file.
    """
    require(session.user, Action.BACK_UP)
    note(session, BACKUP)
    return backups.write(file, progress)
