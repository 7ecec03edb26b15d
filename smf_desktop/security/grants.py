"""Whether somebody may work without the hub: a grant that the hub signed, and a time that nobody can turn back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from smf_core.operations.protocol import Grant, Order, Signed

BELIEVED_MS = 60 * 24 * 60 * 60 * 1000
"""A clock further past the end of a grant than this is more likely wrong than the laptop forgotten for so long."""

S = TypeVar("S", Grant, Order)

GRACE_MS = 24 * 60 * 60 * 1000
"""After the end of a grant: time to finish the day's visits and write them up."""


class Standing(StrEnum):
    VALID = "valid"
    GRACE = "grace"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Lease:
    """How somebody stands with the hub. `until` is when the grant ends or ended; None when none was ever given."""

    standing: Standing
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a laptop knows of the time: the hub's when it was last heard, how much it was ahead of this laptop's clock
    then, and this laptop's own highest stamp then and now. All in milliseconds since 1970."""

    heard_ms: int
    offset_ms: int
    stamp_then: int
    stamp_now: int


def used_time(now_ms: int, heard: Heard) -> int:
    """The time a grant is held against: no earlier than the hub was heard, nor than anything written since.

    The clock counts as the hub would read it. One that was set back to before the hub was heard counts as it is: what
    the two were apart then says nothing of it.
    """
    set_back = now_ms < heard.heard_ms - heard.offset_ms
    clock = now_ms if set_back else now_ms + heard.offset_ms
    written = heard.heard_ms + max(0, heard.stamp_now - heard.stamp_then)
    return max(clock, heard.heard_ms, written)


def lease(signed: Signed | None, *, hub_key: bytes, user: str, device: str, now_ms: int) -> Lease:
    """How a user stands at a time (`used_time`). A grant that is not the hub's, or another's, is none."""
    grant = granted(signed, hub_key=hub_key, device=device) if signed is not None else None
    if grant is None or grant.user != user:
        return Lease(Standing.LAPSED)
    until = datetime.fromisoformat(grant.until).astimezone(UTC)
    over = now_ms - int(until.timestamp() * 1000)
    if over <= 0:
        return Lease(Standing.VALID, until)
    return Lease(Standing.GRACE if over <= GRACE_MS else Standing.LAPSED, until)


def granted(signed: Signed, *, hub_key: bytes, device: str) -> Grant | None:
    """The grant, if the hub signed it for this laptop."""
    grant = _signed_by(hub_key, signed, Grant)
    if grant is None or grant.device != device or not _is_instant(grant.until):
        return None
    return grant


def ordered(signed: Signed, *, hub_key: bytes, device: str, store: str) -> Order | None:
    """The order, if the hub signed it for this laptop and this store."""
    order = _signed_by(hub_key, signed, Order)
    return order if order is not None and (order.device, order.store) == (device, store) else None


def _signed_by(hub_key: bytes, signed: Signed, kind: type[S]) -> S | None:
    try:
        Ed25519PublicKey.from_public_bytes(hub_key).verify(signed.signature, signed.content)
        return msgspec.json.decode(signed.content, type=kind)
    except (InvalidSignature, ValueError, RecursionError):
        return None


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
