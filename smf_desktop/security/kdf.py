"""The password made expensive to guess: Argon2id, and how expensive this laptop can afford."""

import unicodedata
from dataclasses import replace

from argon2.low_level import Type, hash_secret_raw

from smf_desktop.ports import Clock, Kdf, KdfParams
from smf_desktop.security.sealing import KEY_BYTES

START = KdfParams(memory_kib=64 * 1024, passes=3, lanes=4)
"""Where calibration begins, and what a laptop that can give no more stays at."""


class Argon2id:
    """The `Kdf` of the product."""

    floor = KdfParams(memory_kib=64 * 1024, passes=3, lanes=1)
    ceiling = KdfParams(memory_kib=1024 * 1024, passes=10, lanes=8)

    def derive(self, password: bytearray, salt: bytes, params: KdfParams) -> bytearray:
        """32 bytes. The library takes and answers `bytes`: two copies here cannot be wiped."""
        return bytearray(
            hash_secret_raw(
                bytes(password), salt, params.passes, params.memory_kib, params.lanes, hash_len=KEY_BYTES, type=Type.ID
            )
        )


def password_bytes(password: str) -> bytearray:
    """One spelling for every way of typing it: NFKC, UTF-8. The caller wipes it."""
    return bytearray(unicodedata.normalize("NFKC", password).encode())


def within_bounds(params: KdfParams, kdf: Kdf) -> bool:
    """Whether the parameters may be run at all: asked before any memory is taken."""
    return (
        kdf.floor.memory_kib <= params.memory_kib <= kdf.ceiling.memory_kib
        and kdf.floor.passes <= params.passes <= kdf.ceiling.passes
        and kdf.floor.lanes <= params.lanes <= kdf.ceiling.lanes
    )


def calibrate(kdf: Kdf, clock: Clock, *, seconds: float = 0.5, start: KdfParams = START) -> KdfParams:
    """The dearest parameters that stay within about `seconds` here: memory first, then passes; never below `start`."""

    def affordable(params: KdfParams) -> bool:
        if not within_bounds(params, kdf):
            return False
        began = clock.steady()
        kdf.derive(bytearray(b"a password of usual length"), bytes(16), params)
        return clock.steady() - began <= seconds

    chosen = start
    while affordable(dearer := replace(chosen, memory_kib=chosen.memory_kib * 2)):
        chosen = dearer
    while affordable(dearer := replace(chosen, passes=chosen.passes + 1)):
        chosen = dearer
    return chosen
