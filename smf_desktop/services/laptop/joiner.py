"""Joining a hub as the windows see it."""

from collections.abc import Callable
from typing import Protocol

from smf_desktop.presenters.sync.facts import Progress, Result
from smf_desktop.services.laptop.door import Key

Fetched = tuple[Result, tuple[int, int] | None]
"""What an exchange did; where everything is here, the signed visits here and at the hub."""


class Joined(Protocol):
    """Who this laptop is at its hub now."""

    @property
    def username(self) -> str: ...
    @property
    def team_name(self) -> str: ...


class Joiner(Protocol):
    """Has this laptop join a hub: with the store that is here, or with a new one."""

    @property
    def is_empty(self) -> bool: ...

    def hub_at(self, url: str) -> bytes:
        """The public key of the hub at an address, which is told nothing. Raises `HubTrouble`."""
        ...

    def join(
        self, *, url: str, code: str, username: str, password: str, device_name: str = "", hub_key: bytes | None = None
    ) -> tuple[Key, Joined]:
        """Join the hub that has this key. Nothing is exchanged yet."""
        ...

    def fetch(self, key: Key, tell: Callable[[Progress], None], stop: Callable[[], bool]) -> Fetched:
        """The first exchange, or the rest of it; where everything is here, the signed visits here and at the hub.

        Raises `HubTrouble`, `LockedByHub`, `StoreWiped`.
        """
        ...
