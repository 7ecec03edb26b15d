"""What the hub needs of the world, and who is asking. Adapters match by shape."""

from collections.abc import Callable
from dataclasses import dataclass
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
class Caller:
    """The laptop that asks, proven by its signature. `users` may work on it; `revoked` may only be told so."""

    device: str
    team: str
    users: frozenset[str]
    revoked: bool = False


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
