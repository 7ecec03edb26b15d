"""What can go wrong on a laptop: with its store, its keys, a file, a hub. `presenters.messages` has the words."""

from datetime import date, datetime
from typing import Literal

from smf_core.domain.trouble import DomainError, Known

# --- the store on disk ---------------------------------------------------------------------------


class StoreTrouble(Known):
    """The encrypted store cannot do what was asked; what was saved before stands."""


class NoStoreHere(StoreTrouble):
    """The folder holds no store, or its database file is missing; nothing is created in its place."""


class NotOurStore(StoreTrouble):
    """The file is not an encrypted store of ours: plain, empty, foreign or under another key."""


class StoreDamaged(StoreTrouble):
    """A page of the store fails its check; it is only read from now on."""


class StoreNewer(StoreTrouble):
    """A newer version of the application wrote this store."""


class CipherTooOld(StoreTrouble):
    """The database library is plain SQLite or too old to be trusted with a store."""


class DiskFull(StoreTrouble):
    """The disk has no room; the change was taken back and the page still holds it."""


class DiskFaulty(StoreTrouble):
    """The disk reported a fault; the change was taken back and every page of the store was read again."""


class StoreUnwritable(StoreTrouble):
    """The folder cannot be written, or another program holds the file."""


class StoreExists(StoreTrouble):
    """There is a store in this folder already; it is never written over."""


class FolderNotEmpty(StoreTrouble):
    """A new store wants a folder of its own, and there is something in this one."""


class UpgradeFailed(StoreTrouble):
    """The store could not be brought to this version's schema; it is as it was, and the version before opens it."""


# --- backups -------------------------------------------------------------------------------------


class BackupExists(DomainError):
    """A file of that name is there already; nothing is written over."""


class BackupStopped(DomainError):
    """A person stopped a backup or a restore; nothing of it was kept."""


class NotABackup(DomainError):
    """The file is not one that a backup makes, or cannot be read."""


class BackupDamaged(StoreTrouble):
    """The backup file is cut short or changed; nothing was restored from it."""


class BackupNotSound(StoreTrouble):
    """The copy could not be proven to be whole, so it was not kept."""


class BackupNoRoom(StoreTrouble):
    """The disk the backup was to be written on has no room for it."""


class BackupUnwritable(StoreTrouble):
    """Nothing can be written where the backup was to be."""


# --- between a password and the store ------------------------------------------------------------


class WrongPassword(DomainError):
    """The password did not open the slot. `tries_left` before waiting begins; 0 when it has begun."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class UnlockMustWait(DomainError):
    """Too many wrong passwords in a row; the next try counts after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class NoSuchUser(DomainError):
    """Nobody of that username has a slot on this laptop."""


class UsernameTaken(DomainError):
    """Somebody of that username has a slot on this laptop already."""


class LastUser(DomainError):
    """Without this slot nobody could unlock the store by password."""


class PasswordTooShort(DomainError):
    """Fewer than `least` characters."""

    def __init__(self, least: int) -> None:
        super().__init__(least)
        self.least = least


class RecoveryKeyMistyped(DomainError):
    """The recovery key as typed fails its own checksum."""


class WrongRecoveryKey(DomainError):
    """A whole recovery key, but not this store's."""


class QuickCodeNotSixDigits(DomainError):
    """A quick code is 6 digits."""


class WrongQuickCode(DomainError):
    """`tries_left` until the quick code is gone; at 0 it is."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class QuickCodeGone(DomainError):
    """Used up, over 2 hours old, or another person's: the password is needed."""


class QuickCodeUnavailable(DomainError):
    """The slot has no device secret, so six digits alone would guard the key."""


class IdleMinutesOutOfRange(DomainError):
    """The idle time is a setting from `least` to `most` minutes."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self.least, self.most = least, most


class SecurityTrouble(Known):
    """The keys of the store cannot be had; the store itself is untouched."""


class KeyFileMissing(SecurityTrouble):
    """Neither the key file nor its copy is in the folder."""


class KeyFileDamaged(SecurityTrouble):
    """Neither the key file nor its copy is whole and genuine."""


class KeyFileNotSaved(SecurityTrouble):
    """The new key file could not be written and read back; the one before still counts."""


class KeyForAnotherStore(SecurityTrouble):
    """The key file in this folder was made for another store."""


class DeviceSecretMissing(SecurityTrouble):
    """The operating system's key store does not hold (any more) what the slot was sealed with."""


class KeyStoreSilent(SecurityTrouble):
    """The operating system's key store is there but locked or not answering."""


class StoreInUse(SecurityTrouble):
    """Another instance holds the store: process `pid`, `since` when (both None when it has not said)."""

    def __init__(self, pid: int | None, since: datetime | None) -> None:
        super().__init__(pid)
        self.pid, self.since = pid, since


class FolderIsShared(SecurityTrouble):
    """The folder is on a network drive or copied elsewhere by a sync program: `why` is 'network' or 'synced'."""

    def __init__(self, why: Literal["network", "synced"]) -> None:
        super().__init__(why)
        self.why = why


class RekeyWaits(SecurityTrouble):
    """Somebody was removed, and the store keeps the key they had for now.

    `why`: on the `battery`, no `room` for a second copy, the store is `busy`, or it could not be done (`fault`).
    """

    def __init__(self, why: Literal["battery", "room", "busy", "fault"]) -> None:
        super().__init__(why)
        self.why = why


# --- teams, exports ------------------------------------------------------------------------------


class UnknownTeam(DomainError):
    """No team of that name or id is in the store."""


class FolderTaken(DomainError):
    """The folder to export into is there already; nothing is written over."""


class ReportStopped(DomainError):
    """A person stopped a report while it was written; nothing of it was kept."""


class NoRoomForFile(DomainError):
    """The disk has no room for a file that a person wants to save; nothing of it was kept."""


class ScheduleNotPossible(DomainError):
    """A monthly export that cannot be kept to.

    `code`: `day` (not from 1 to 28), `reports` (none, or none of ours), `formats` (none), `folder` (not there).
    """

    def __init__(self, code: Literal["day", "reports", "formats", "folder"]) -> None:
        super().__init__(code)
        self.code = code


class NoSchedule(DomainError):
    """This person has no monthly export on this laptop."""


class MonthNotSaved(DomainError):
    """A file of the monthly export could not be saved, and is due still.

    `why`: the `folder` is not there or cannot be written, there is no `room`, or another file of that name `differs`.
    """

    def __init__(self, month: date, folder: str, why: Literal["folder", "room", "differs"]) -> None:
        super().__init__(why)
        self.month, self.folder, self.why = month, folder, why


class UnknownNurse(DomainError):
    """Nobody of that name, user name or id works in the store."""


class UnknownSkill(DomainError):
    """The service teaches no skill of that name or code."""


class UnknownLocality(DomainError):
    """No core team is of that locality."""


class BaselineHalfSaid(DomainError):
    """Of the days a report is held against, only the first or the last was given."""


# --- a file of referrals, and files a person chose -----------------------------------------------


class BadReferralFile(DomainError):
    """A file of referrals, or of core teams' counts, that cannot be read as one, so nothing of it is taken in.

    `code`: `empty`, `not_text`, `too_big`, `no_header`, `missing_columns`, `columns_twice` (these with our names of
    the `columns`), `quotation_marks` (with the `line` as record number).
    """

    def __init__(self, code: str, columns: tuple[str, ...] = (), line: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.columns = columns
        self.line = line


class FileUnwritable(DomainError):
    """Nothing can be written where a person chose to save a file."""


class FileUnreadable(DomainError):
    """The file that was chosen cannot be opened or read."""


# --- a demo --------------------------------------------------------------------------------------


class DemoStopped(DomainError):
    """A person stopped the making of a demo; what is there so far is of no use."""


# --- joining a hub -------------------------------------------------------------------------------


class JoinedAlready(DomainError):
    """The store has joined a hub, and belongs to that one."""


class NotJoined(DomainError):
    """The store has no hub to exchange anything with."""


class DraftHereAlready(DomainError):
    """A draft of the same page and record is on this laptop, and is not replaced."""


class NobodyFound(DomainError):
    """The hub knows nobody of this user's team by these words."""


class SeveralFound(DomainError):
    """The hub knows several people of this user's team by these words."""


class DraftSealedBefore(DomainError):
    """A draft was kept before this laptop had joined, so it is not sealed to it."""


class JoiningUnfinished(Known):
    """The store has joined a hub, and has not yet fetched everything: nobody can work in it before that."""


class GrantLapsed(Known):
    """The time that this person may work without the hub is over; `until` is when it ended, None for never given."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__(until)
        self.until = until


class NoLongerHere(Known):
    """Whoever comes in, or is in, has left the service: the records are closed to them."""


class LockedByHub(Known):
    """The hub ordered this laptop to be locked: the windows close, and the next unlock asks the hub."""


class StoreWiped(Known):
    """The hub ordered this laptop's store to be destroyed, and it was."""
