"""The device's half of a slot key: 32 bytes that stay in the operating system's key store.

Each slot has its own, so that one person's recovery takes nothing from another. An empty secret means there is none.
"""

import contextlib
import hmac

from smf_desktop.ports import DeviceSecret, KeyStore, Random
from smf_desktop.security.sealing import KEY_BYTES
from smf_desktop.security.slots import UserSlot
from smf_desktop.trouble import KeyStoreSilent


def secret_name(store_id: str, user_id: str) -> str:
    return f"{store_id}/{user_id}"


def mark(secret: bytearray) -> bytes:
    """8 bytes that tell one secret from another and say nothing of it."""
    return hmac.digest(secret, b"smf device secret", "sha256")[:8]


def stored_secret(key_store: KeyStore | None, name: str, secret_mark: bytes) -> bytearray:
    """The secret a slot was sealed with; empty when gone or another stands in its place. Raises `KeyStoreSilent`."""
    secret = bytearray(key_store.read(name) or b"") if key_store else bytearray()
    return secret if secret and hmac.compare_digest(mark(secret), secret_mark) else bytearray()


def secret_for_new_slot(key_store: KeyStore | None, name: str, before: UserSlot | None, random: Random) -> bytearray:
    """The secret in use by the slot `before`, else a fresh one; empty where none can be kept.

    One in use is never replaced: it is stored apart from the key file, so a power cut between the two would leave the
    old slot without its half.
    """
    if key_store is None:
        return bytearray()
    with contextlib.suppress(KeyStoreSilent):
        if before is not None and before.device_secret is DeviceSecret.OS:
            in_use = stored_secret(key_store, name, before.secret_mark)
            if in_use:
                return in_use
        fresh = bytearray(random(KEY_BYTES))
        key_store.write(name, bytes(fresh))
        if stored_secret(key_store, name, mark(fresh)):
            return fresh
    return bytearray()
