"""The world of the vault without its cost: a cheap key derivation, a key store in memory, a clock that is told."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random as Dice

from smf_desktop.ports import KdfParams
from smf_desktop.security.opened import Means
from smf_desktop.trouble import KeyStoreSilent

CHEAP = KdfParams(memory_kib=8, passes=1, lanes=1)


class CheapKdf:
    """One hash instead of Argon2id; as strict about its own bounds. Counts how often it was run."""

    floor = CHEAP
    ceiling = KdfParams(memory_kib=16, passes=10, lanes=8)

    def __init__(self) -> None:
        self.runs = 0

    def derive(self, password: bytearray, salt: bytes, params: KdfParams) -> bytearray:
        self.runs += 1
        cost = f"{params.memory_kib} {params.passes} {params.lanes}".encode()
        return bytearray(hashlib.blake2b(bytes(password), salt=salt, person=cost[:16], digest_size=32).digest())


class KeysInMemory:
    """A `KeyStore`. `silent`: it is there but locked."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.silent = False

    def read(self, name: str) -> bytes | None:
        self._answer()
        return self.held.get(name)

    def write(self, name: str, secret: bytes) -> None:
        self._answer()
        self.held[name] = secret

    def delete(self, name: str) -> None:
        self._answer()
        self.held.pop(name, None)

    def _answer(self) -> None:
        if self.silent:
            raise KeyStoreSilent


class ToldClock:
    """A `Clock` that moves only when it is told to; the wall clock may be set apart from the steady one."""

    def __init__(self, now: datetime = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)) -> None:
        self.wall = now
        self.seconds = 1_000.0

    def now(self) -> datetime:
        return self.wall

    def steady(self) -> float:
        return self.seconds

    def local(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.wall.tzinfo)

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds

    def is_set(self, by: timedelta) -> None:
        self.wall += by


def chance(seed: int = 1) -> Callable[[int], bytes]:
    return Dice(seed).randbytes


def means_of(
    *, keys: KeysInMemory | None, clock: ToldClock | None = None, kdf: CheapKdf | None = None, seed: int = 1
) -> Means:
    """`Means` of the vault for a test; `keys=None` is a laptop without a key store."""
    return Means(keys, kdf or CheapKdf(), CHEAP, chance(seed), clock or ToldClock())
