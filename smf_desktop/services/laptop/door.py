"""The door of a store as the windows see it: who may come in, and with what. Nothing here reaches a database."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from smf_desktop.ports import UnlockCard

Kind = Literal["training", "live"]


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


class IdleRule(Protocol):
    """When an unattended laptop locks itself; times are steady seconds."""

    @property
    def minutes(self) -> int: ...

    def active(self, now: float) -> "IdleRule": ...

    def visit(self, now: float, *, is_open: bool) -> "IdleRule": ...

    def is_due(self, now: float) -> bool: ...
