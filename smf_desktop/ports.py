"""What the application needs of the world, named for the need. Adapters match by shape."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

from smf_core.domain.trouble import DomainError, Known

if TYPE_CHECKING:
    from smf_core.domain.document import Kept, Media
    from smf_core.operations.enrolment import Enrol, Enrolled
    from smf_core.operations.hub import Hub
    from smf_core.operations.protocol import Signed


class Clock(Protocol):
    """The time of day with its offset, and a steady count of seconds for timeouts."""

    def now(self) -> datetime:
        """Aware local time."""
        ...

    def steady(self) -> float:
        """Seconds that never go back; only differences mean anything."""
        ...

    def local(self, wall: datetime) -> datetime:
        """What a wall clock here will show, as aware time: with the offset of that day, not of today."""
        ...


class KeyStore(Protocol):
    """The operating system's store of secrets, at most a few dozen bytes each."""

    def read(self, name: str) -> bytes | None: ...

    def write(self, name: str, secret: bytes) -> None: ...

    def delete(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class KdfParams:
    """What it costs to try one password: memory in KiB, passes over it, lanes at once."""

    memory_kib: int
    passes: int
    lanes: int


class Kdf(Protocol):
    """A password made expensive to guess. Parameters outside `floor` to `ceiling` are refused before they are run."""

    @property
    def floor(self) -> KdfParams: ...

    @property
    def ceiling(self) -> KdfParams: ...

    def derive(self, password: bytearray, salt: bytes, params: KdfParams) -> bytearray:
        """32 bytes; the caller wipes them."""
        ...


class DeviceSecret(StrEnum):
    """Where the device's half of a slot key is kept; `NONE` leaves the password alone to guard the key."""

    OS = "os"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class UnlockUser:
    """A line of the unlock page. `role` is a label; what the person may do stands in the store."""

    user_id: str
    username: str
    name: str
    role: str
    last_used: date | None
    device_secret: DeviceSecret
    connect_by: datetime | None = None
    """Until when the person may work without the hub; None where there is no hub, or no grant yet."""


@dataclass(frozen=True, slots=True)
class UnlockCard:
    """What may be known of a store before anyone has unlocked it; the person last here comes first."""

    store_id: str
    kind: Literal["training", "live"]
    device: str
    users: tuple[UnlockUser, ...]
    has_hub: bool = False


Random = Callable[[int], bytes]
"""So many bytes that nobody can guess."""

NewId = Callable[[], str]
"""A UUIDv7 as text, strictly rising within the process."""

Battery = Callable[[], int | None]
"""Per cent left while running on the battery; None while charging, or on a computer without one."""

Progress = Callable[[int, int], bool]
"""Told (done, total) between pieces of long work; answers False to stop."""


# --- what can go wrong with the store on disk ----------------------------------------------------


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


# --- security: what can go wrong between a password and the store --------------------------------


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


LEAST_MINUTES, MOST_MINUTES = 5, 15
"""Between these a service may set how long an unattended laptop waits before it locks."""


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


# --- troubles of a file of referrals -------------------------------------------------------------


class BadReferralFile(DomainError):
    """A file of referrals that cannot be read as one, so nothing of it is taken in.

    `code`: `empty`, `not_text`, `too_big`, `no_header`, `missing_columns`, `columns_twice` (with our names of the
    `columns`), `quotation_marks` (with the `line` as record number).
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


# --- troubles of a demo --------------------------------------------------------------------------


class DemoStopped(DomainError):
    """A person stopped the making of a demo; what is there so far is of no use."""


# --- documents and photographs -------------------------------------------------------------------


class Redraw(Protocol):
    """A file drawn anew: nothing the camera or another program put beside the picture is kept."""

    def __call__(self, content: bytes, media: "Media") -> "Kept":
        """Raises `DocumentTooBig` or `DocumentUnreadable`. Decodes in memory alone."""
        ...


# --- joining a hub -------------------------------------------------------------------------------


class Reach(Protocol):
    """The way to a hub over the network. Whatever does not work is a `HubTrouble` of the protocol."""

    def look(self, url: str) -> bytes:
        """The public key of the hub that answers there, by which people know it before they say anything to it."""
        ...

    def enrol(self, url: str, said: "Enrol", hub_key: bytes | None = None) -> "Enrolled":
        """Ask to join; where `hub_key` is given no other hub is believed."""
        ...

    def hub(
        self, url: str, *, device: str, device_key: bytes, hub_key: bytes, certificate: "Signed | None" = None
    ) -> "Hub":
        """The hub this laptop has joined; it has to prove itself by `hub_key`. `device_key` signs what is said.

        A hub that no longer knows the laptop is shown the `certificate` it once gave.
        """
        ...

    def leave(self, hub: "Hub") -> None:
        """Let go of the connection to it."""
        ...


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


class LockedByHub(Known):
    """The hub ordered this laptop to be locked: the windows close, and the next unlock asks the hub."""


class StoreWiped(Known):
    """The hub ordered this laptop's store to be destroyed, and it was."""


# --- on the way to the hub -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Saved:
    """One save of this laptop. `what` names each kind of thing in it, as (kind of record, unit).

    `at` is care time; `sent_at` when the hub confirmed it; `act` as in its head.
    """

    cs_id: str
    author: str
    patient: str | None
    at: datetime
    what: frozenset[tuple[str, str]]
    sent_at: datetime | None = None
    act: str = ""


@dataclass(frozen=True, slots=True)
class SentForReview:
    """A save that the hub holds for a lead: of this laptop, or a colleague's that it gave back to a hub that was
    restored. `state` is waiting, adopted or returned; `reason` a code."""

    saved: Saved
    reason: str
    since: datetime
    state: str


@dataclass(frozen=True, slots=True)
class PastExchange:
    """One exchange with the hub. `outcome` is complete, stopped, or a `Trouble` of the protocol."""

    began_at: datetime
    ended_at: datetime | None
    outcome: str
    sent: int
    received: int
    quarantined: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """What of this laptop's work is where. `unsent` counts all saves of records that no hub has confirmed; `drafts` and
    `documents` those that the hub does not have as they are here.

    `waiting` are the newest of those. `sent` are the newest of the `sent_count` saves that were confirmed since a
    moment and since this laptop had joined; `sent_joining` counts those that the joining itself took there since then.
    `offset_ms` is the hub's clock less ours; `complete` is False while the first exchange has not brought everything.
    `held` counts the saves that wait for a lead at the hub; `last` is the last exchange after which both held the same.
    """

    joined: bool
    unsent: int
    waiting: tuple[Saved, ...] = ()
    sent: tuple[Saved, ...] = ()
    sent_count: int = 0
    sent_joining: int = 0
    reviews: tuple[SentForReview, ...] = ()
    exchanges: tuple[PastExchange, ...] = ()
    offset_ms: int = 0
    complete: bool = True
    drafts: int = 0
    documents: int = 0
    held: int = 0
    last: PastExchange | None = None
