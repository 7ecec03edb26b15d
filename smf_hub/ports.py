"""What the hub needs of the world, and who is asking. Adapters match by shape."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from smf_core.domain.trouble import DomainError, Known

NewId = Callable[[], str]
"""A UUIDv7 as text, strictly rising within the process."""

Random = Callable[[int], bytes]
"""So many bytes that nobody can guess."""


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Aware time."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """What a hub is given: the time, new ids and chance."""

    clock: Clock
    new_id: NewId
    random: Random


@dataclass(frozen=True, slots=True)
class Device:
    """One laptop, and who may work on it. Moments are UTC milliseconds."""

    device: str
    name: str
    public_key: bytes
    team: str
    store: str
    enrolled_at: int
    revoked_at: int | None
    last_seen: int | None
    unsent: int
    drafts: int
    app: str
    ratchet: bytes | None
    ratchet_before: bytes | None
    users: frozenset[str]
    draft_keys: Mapping[str, bytes] = field(default_factory=dict)
    """By user the key that drafts for them are sealed to there."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What the hub knew of a laptop at one moment: `working` is by user who works there now their role in each team."""

    device: Device
    working: Mapping[str, Mapping[str, str]]

    @property
    def roles(self) -> Mapping[str, frozenset[str]]:
        """By team the roles that the laptop's users have there."""
        held = [(team, role) for teams in self.working.values() for team, role in teams.items()]
        return {team: frozenset(role for of, role in held if of == team) for team, _ in held}


@dataclass(frozen=True, slots=True)
class Caller:
    """The laptop that asks, proven by its signature. `users` may work on it; `revoked` may only be told so.

    `noted` is what the hub knew of it when it asked, where that was read for this request already.
    """

    device: str
    team: str
    users: frozenset[str]
    revoked: bool = False
    noted: Noted | None = None


class NoHubHere(Known):
    """There is no hub at that place yet."""


class HubExists(DomainError):
    """There is a hub at that place already; nothing is written over."""


class HubUnreadable(Known):
    """The file is not a hub's under this key, or is damaged."""


class HubKeyMissing(Known):
    """Neither SMF_HUB_KEY nor the key file is there, or it is not 64 hexadecimal digits."""


class DatabaseSilent(Known):
    """The PostgreSQL server does not answer."""


class KeyFileOpen(Known):
    """Others than its owner may read the hub's key file."""


class HubNewer(Known):
    """A newer version of the program has brought up this hub's tables."""


class NoSuchTeam(DomainError):
    """The hub has no team of that name."""


class TeamNameTaken(DomainError):
    """A team has that name already, or the name is empty."""


class NoSuchHubUser(DomainError):
    """Nobody at the hub has that username, or they no longer work here."""


class UsernameUnfit(DomainError):
    """A username is one character at least and 120 at most."""


class NoSuchDevice(DomainError):
    """No laptop has that id, and not exactly one has that name."""


class BackupIsTheServers(DomainError):
    """A hub on PostgreSQL is backed up and brought back by the means of its server."""


class CopyNotWritten(Known):
    """A backup could not be written to its end."""


class BackupNotSound(Known):
    """A backup does not open under the hub's key, or what is in it does not hold."""


class NoBackupThere(DomainError):
    """There is no file of that name."""


class PlainHttp(DomainError):
    """Without a certificate a hub serves its own computer alone."""


class CertificateUnreadable(DomainError):
    """The files for TLS are not there, are no certificate and key, or do not belong together."""


class PortTaken(Known):
    """The hub cannot listen at that address and port."""


class ServedAlready(Known):
    """Another program serves this hub, which lies in a file."""
