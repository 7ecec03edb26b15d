"""Drafts on their way to the hub: sealed so that only their author's laptops and the service's recovery key open them.

Each laptop has a key pair for each of its users, made from the data key, so nothing of it is kept. Under a new data
key the pairs are new; what was sealed to the old ones is sent again.
"""

from collections.abc import Sequence

import msgspec

from smf_core.domain import recovery_key as on_paper
from smf_desktop.ports import Random
from smf_desktop.security.opened import Opened
from smf_desktop.security.sealing import (
    KEY_BYTES,
    NONCE_BYTES,
    SealBroken,
    disclose,
    enclose,
    public_half,
    seal,
    unseal,
    wipe,
)
from smf_desktop.trouble import RecoveryKeyMistyped, WrongRecoveryKey


class Box(msgspec.Struct, frozen=True):
    """The draft under a key of its own, and that key enclosed once for everyone who may open it."""

    nonce: bytes
    sealed: bytes
    keys: tuple[bytes, ...]


class Draft(msgspec.Struct, frozen=True):
    """What is in a box: the form as it was kept, and the visit or pathway it is about."""

    record: str
    form: bytes


def draft_key(opened: Opened, user: str) -> bytes:
    """The public half of a user's key for drafts on this laptop."""
    private = opened.derive(f"drafts {user}")
    try:
        return public_half(private)
    finally:
        wipe(private)


def seal_draft(draft: Draft, slot: str, keys: Sequence[bytes], random: Random) -> bytes:
    """A box that any of these keys opens."""
    key, plain = bytearray(random(KEY_BYTES)), bytearray(msgspec.msgpack.encode(draft))
    try:
        nonce, context = random(NONCE_BYTES), slot.encode()
        box = Box(nonce, seal(key, nonce, plain, context), tuple(enclose(each, key, context) for each in keys))
        return msgspec.msgpack.encode(box)
    finally:
        wipe(key, plain)


def open_draft(opened: Opened, user: str, slot: str, sealed: bytes) -> Draft:
    """A draft of a user of this laptop. Raises `SealBroken`."""
    private = opened.derive(f"drafts {user}")
    try:
        return open_box(private, slot, sealed)
    finally:
        wipe(private)


def open_by_service_key(recovery_key: str, slot: str, sealed: bytes) -> Draft:
    """Anybody's draft, by the service's recovery key as text. Raises `RecoveryKeyMistyped`, `WrongRecoveryKey`."""
    try:
        private = on_paper.read(recovery_key)
    except on_paper.Mistyped:
        raise RecoveryKeyMistyped from None
    try:
        return open_box(private, slot, sealed)
    except SealBroken:
        raise WrongRecoveryKey from None
    finally:
        wipe(private)


def open_box(private: bytearray, slot: str, sealed: bytes) -> Draft:
    """What is in a box, by the private half of a key it was sealed to. Raises `SealBroken`."""
    try:
        box = msgspec.msgpack.decode(sealed, type=Box)
    except msgspec.MsgspecError:
        raise SealBroken from None
    for each in box.keys:
        try:
            key = disclose(private, each, slot.encode())
        except SealBroken:
            continue
        try:
            return msgspec.msgpack.decode(unseal(key, box.nonce, box.sealed, slot.encode()), type=Draft)
        except msgspec.MsgspecError:
            raise SealBroken from None
        finally:
            wipe(key)
    raise SealBroken
