"""The key file as the data key vouches for it: anyone can write one, only who has the key can make its MAC."""

import hmac
from pathlib import Path

from msgspec.structs import replace as changed

from smf_desktop.security import slots
from smf_desktop.security.opened import Opened, purpose_key
from smf_desktop.security.sealing import KEY_BYTES, SealBroken, disclose, enclose, unseal, wipe
from smf_desktop.security.slots import RecoverySlot, SlotFile, Slots, UserSlot
from smf_desktop.trouble import KeyFileDamaged, KeyFileNotSaved, KeyForAnotherStore

Proof = tuple[bytearray, str]
"""The key of a slot that was just made, and whose slot it is."""


def is_genuine(file: SlotFile, key: bytearray) -> bool:
    mac_key = purpose_key(key, "slots")
    try:
        return file.vouched_for(mac_key) and key[KEY_BYTES:] == file.slots.cipher_salt
    finally:
        wipe(mac_key)


def genuine(directory: Path, opened: Opened) -> SlotFile:
    """The newest key file this key vouches for.

    Raises `KeyForAnotherStore`, `KeyFileDamaged`, or `KeyFileNotSaved` while a new key waits for a disk that takes it.
    """
    files = slots.read(directory)
    if files[0].slots.store != opened.store_id:
        raise KeyForAnotherStore
    for file in files:
        if is_genuine(file, opened.key):
            return file
        if file.slots.before is not None and file.slots.before.cipher_salt == opened.key[KEY_BYTES:]:
            raise KeyFileNotSaved
    raise KeyFileDamaged


def enclosed_for_all(held: Slots, key: bytearray) -> Slots:
    """The same slots with this data key in every one of them, the recovery slot too."""
    held = changed(held, cipher_salt=bytes(key[KEY_BYTES:]))
    users = tuple(changed(slot, enclosed=enclose(slot.public, key, held.context(slot))) for slot in held.users)
    public = held.recovery.public
    return changed(held, users=users, recovery=RecoverySlot(public, enclose(public, key, held.recovery_context())))


def save(directory: Path, held: Slots, key: bytearray, proof: Proof | None = None) -> Slots:
    """Save under the next generation, which is answered. What is read back must be genuine; the slot of `proof` opens.

    Raises `KeyFileNotSaved`.
    """
    mac_key = purpose_key(key, "slots")

    def prove(data: bytes) -> None:
        file = slots.decode(data)
        if not file.vouched_for(mac_key):
            raise KeyFileDamaged
        if proof is not None:
            slot_key, user_id = proof
            slot = next(slot for slot in file.slots.users if slot.user == user_id)
            try:
                found = key_in(file.slots, slot, slot_key)
            except SealBroken:
                raise KeyFileDamaged from None
            same = hmac.compare_digest(found, key)
            wipe(found)
            if not same:
                raise KeyFileDamaged

    held = changed(held, generation=held.generation + 1)
    try:
        slots.save(directory, slots.encode(held, mac_key), prove)
    finally:
        wipe(mac_key)
    return held


def key_in(held: Slots, slot: UserSlot, slot_key: bytearray) -> bytearray:
    """The data key a slot holds. Raises `SealBroken` for a wrong slot key, `KeyFileDamaged`."""
    private = unseal(slot_key, slot.nonce, slot.private, held.private_context(slot))
    try:
        return disclose(private, slot.enclosed, held.context(slot))
    except SealBroken:
        raise KeyFileDamaged from None
    finally:
        wipe(private)
