"""Six digits to reopen after an idle lock, within 2 hours of a full unlock by the same person.

The data key is sealed by the code and a fresh secret. The sealed key is held in memory only and the secret in the
operating system's key store only, so neither a copied disk nor a copied key store is worth guessing at.
"""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from smf_desktop.ports import DeviceSecret
from smf_desktop.security import attempts
from smf_desktop.security.opened import Means, Moment, Opened
from smf_desktop.security.sealing import KEY_BYTES, NONCE_BYTES, SALT_BYTES, SealBroken, derived, seal, unseal, wipe
from smf_desktop.trouble import (
    KeyStoreSilent,
    QuickCodeGone,
    QuickCodeNotSixDigits,
    QuickCodeUnavailable,
    WrongQuickCode,
)

LASTS = timedelta(hours=2)
TRIES = 3
_CLOCK_CORRECTION = timedelta(minutes=1)
"""A wall clock may be put back so far by its time service; put back further, it is no witness."""


class QuickCode:
    """One person's code. Make it while the store is open; `forget` it on quit and when someone else unlocks."""

    def __init__(self, opened: Opened, code: str, directory: Path, means: Means) -> None:
        """Derived at the floor of the key derivation: what holds off guessing is the secret and the 3 tries.

        Raises `QuickCodeNotSixDigits`, and `QuickCodeUnavailable` where the laptop keeps no device secret.
        """
        if not _six_digits(code):
            raise QuickCodeNotSixDigits
        if means.key_store is None or opened.device_secret is DeviceSecret.NONE:
            raise QuickCodeUnavailable
        self.user_id = opened.user_id
        self._directory, self._key_store, self._means = directory, means.key_store, means
        self._name = f"{opened.store_id}/{opened.user_id}/quick"
        self._salt, self._nonce = means.random(SALT_BYTES), means.random(NONCE_BYTES)
        self._tries_left = TRIES
        self._as_opened = replace(opened, way="quick_code", key=bytearray())
        secret = bytearray(means.random(KEY_BYTES))
        try:
            means.key_store.write(self._name, bytes(secret))
        except KeyStoreSilent:
            raise QuickCodeUnavailable from None
        key = self._key(code, secret)
        self._sealed = seal(key, self._nonce, opened.key, self._name.encode())
        wipe(key)

    def usable(self, user_id: str, now: Moment) -> bool:
        """Whether the unlock page may offer the code to this person."""
        since = self._as_opened.unlocked
        by_wall = _utc(now.wall) - _utc(since.wall)
        by_steady = timedelta(seconds=now.steady - since.steady)
        return (
            user_id == self.user_id
            and self._tries_left > 0
            and by_steady < LASTS
            and -_CLOCK_CORRECTION <= by_wall < LASTS
        )

    def unlock(self, user_id: str, code: str) -> Opened:
        """The key again; its `unlocked` stays the full unlock's, so the 2 hours never grow.

        Raises `QuickCodeNotSixDigits` (not counted), `WrongQuickCode`, `QuickCodeGone`.
        """
        now = self._means.moment()
        if not self.usable(user_id, now):
            self.forget()
            raise QuickCodeGone
        if not _six_digits(code):
            raise QuickCodeNotSixDigits
        try:
            secret = bytearray(self._key_store.read(self._name) or b"")
        except KeyStoreSilent:
            secret = bytearray()
        if not secret:
            self.forget()
            raise QuickCodeGone
        key = self._key(code, secret)
        try:
            return replace(self._as_opened, key=unseal(key, self._nonce, self._sealed, self._name.encode()))
        except SealBroken:
            self._tries_left -= 1
            attempts.note_failure(self._directory, self.user_id, now.wall, waits=False)
            if not self._tries_left:
                self.forget()
            raise WrongQuickCode(self._tries_left) from None
        finally:
            wipe(key)

    def forget(self) -> None:
        """From here only the password opens."""
        self._tries_left = 0
        self._sealed = b""
        with contextlib.suppress(KeyStoreSilent):
            self._key_store.delete(self._name)

    def _key(self, code: str, secret: bytearray) -> bytearray:
        typed = bytearray(code.encode())
        stretched = self._means.kdf.derive(typed, self._salt, self._means.kdf.floor)
        material = stretched + secret
        key = derived(material, "quick code", self._salt)
        wipe(typed, stretched, material, secret)
        return key


def _six_digits(code: str) -> bool:
    return len(code) == 6 and code.isascii() and code.isdigit()


def _utc(wall: datetime) -> datetime:
    return wall.astimezone(UTC)
