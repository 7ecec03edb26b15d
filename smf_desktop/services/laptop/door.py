"""The door of a store as the windows see it: who may come in, and with what. Nothing here reaches a database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from smf_desktop.ports import UnlockCard

if TYPE_CHECKING:
    from smf_desktop.presenters.sync.facts import Progress, Result

Kind = Literal["training", "live"]
Tell = Callable[["Progress"], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class NewService:
    """What a person says of a new store without a hub. `role` is a code; `device` the name of this laptop."""

    service: str
    team: str
    device: str
    kind: Kind
    name: str
    username: str
    role: str
    password: str = field(repr=False)
    clinical_lead: bool = False


class Key(Protocol):
    """The key of the store in a person's hand."""

    def again(self) -> "Key":
        """The same once more, to be wiped apart from this."""
        ...

    @property
    def user_id(self) -> str: ...

    def zero(self) -> None: ...


class Door(Protocol):
    """One store on this computer. What goes wrong is a `DomainError` or a `Known` of `ports`."""

    def card(self) -> UnlockCard:
        """Who may come in. Raises `NoStoreHere` where there is no store yet."""
        ...

    def unlock(self, username: str, password: str) -> Key: ...

    def has_quick_code(self, user_id: str) -> bool:
        """Whether six digits will do for this person now."""
        ...

    def unlock_quickly(self, user_id: str, code: str) -> Key: ...

    def recover(self, recovery_key: str, username: str, new_password: str) -> Key: ...


class Maker(Protocol):
    """Makes the store of a new service, whole or not at all."""

    def make(self, new: NewService) -> tuple[Key, str]:
        """Answers the first user's key, and the recovery key as text: it exists nowhere else."""
        ...


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

    def fetch(self, key: Key, tell: Tell, stop: Stop) -> "tuple[Result, tuple[int, int] | None]":
        """The first exchange, or the rest of it; where everything is here, the signed visits here and at the hub.

        Raises `HubTrouble`, `LockedByHub`, `StoreWiped`.
        """
        ...


class IdleRule(Protocol):
    """When an unattended laptop locks itself; times are steady seconds."""

    @property
    def minutes(self) -> int: ...

    def active(self, now: float) -> "IdleRule": ...

    def visit(self, now: float, *, is_open: bool) -> "IdleRule": ...

    def is_due(self, now: float) -> bool: ...
