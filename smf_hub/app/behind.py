"""What the door leads to: the services of one place, as `Reception` needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from smf_core.operations.enrolment import Again, Enrol, Enrolled
from smf_core.operations.hub import Hub
from smf_hub.ports import Caller, Clock


@dataclass(frozen=True, slots=True)
class Known:
    """A laptop that the hub knows: the public key it signs with, and who it is as a caller."""

    key: bytes
    caller: Caller


class Behind(Protocol):
    """A hub, without the network before it."""

    @property
    def clock(self) -> Clock: ...

    @property
    def signing_key(self) -> bytes:
        """The hub's identity (Ed25519, raw)."""
        ...

    def known(self, device: str, *, lately: bool = False) -> Known | None:
        """`lately`: what was known of it when it asked last will do, where that is here still."""
        ...

    def token_holds(self, device: str, token: str) -> bool: ...

    def hub(self, caller: Caller) -> Hub: ...

    def enrol(self, said: Enrol) -> Enrolled:
        """Raises `HubTrouble`."""
        ...

    def come_back(self, said: Again) -> None:
        """Raises `HubTrouble`."""
        ...

    def figure(self, caller: Caller, name: str, asked: Mapping[str, str]) -> bytes:
        """A figure as JSON. Raises `HubTrouble`."""
        ...

    def not_there(self, caller: Caller, path: str) -> None:
        """Write down that somebody asked for what is not there, or not theirs. `path` is the route's, without ids."""
        ...

    def health(self) -> Mapping[str, int]:
        """How many feeds there are, and how many change sets in them. Raises whatever the database does."""
        ...
