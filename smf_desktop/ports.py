"""What the application needs of the world, named for the need. Adapters match by shape."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, Protocol

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


@dataclass(frozen=True, slots=True)
class Noted:
    """A note of the audit: who did something, when, and what; `detail` holds codes and counts only."""

    author: str
    at: datetime
    detail: str


Progress = Callable[[int, int], bool]
"""Told (done, total) between pieces of long work; answers False to stop."""


LEAST_MINUTES, MOST_MINUTES = 5, 15
"""Between these a service may set how long an unattended laptop waits before it locks."""


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
class Decision:
    """What a lead said of a save that waited, and when."""

    by: str
    at: datetime
    word: str


@dataclass(frozen=True, slots=True)
class SentForReview:
    """A save that the hub holds for a lead: of this laptop, or a colleague's that it gave back to a hub that was
    restored. `state` is waiting, adopted, elsewhere (adopted into what is not on this laptop), returned, or done (its
    author has seen that it came back); `reason` a code."""

    saved: Saved
    reason: str
    since: datetime
    state: str
    decision: Decision | None = None


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
