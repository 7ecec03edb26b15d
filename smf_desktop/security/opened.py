"""The key of an unlocked store, and what it is worked with."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from smf_desktop.ports import Clock, DeviceSecret, Kdf, KdfParams, KeyStore, Random
from smf_desktop.security.sealing import KEY_BYTES, derived, wipe
from smf_desktop.security.slots import Kind

_HEX = b"0123456789abcdef"

Way = Literal["password", "recovery", "quick_code"]


@dataclass(frozen=True, slots=True)
class Means:
    """What the vault needs of the world. `key_store` is None on a laptop that has none; `params` are for new slots."""

    key_store: KeyStore | None
    kdf: Kdf
    params: KdfParams
    random: Random
    clock: Clock

    def moment(self) -> "Moment":
        return Moment(self.clock.now(), self.clock.steady())


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks: the wall clock can be set, the steady one stops while the laptop sleeps."""

    wall: datetime
    steady: float


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """An unlocked key. `unlocked` is the full unlock (password or recovery key), also when a quick code reopened it."""

    store_id: str
    kind: Kind
    user_id: str
    username: str
    device_secret: DeviceSecret
    way: Way
    unlocked: Moment
    key: bytearray = field(repr=False)
    """Data key 32 bytes, cipher salt 16; all zero once locked."""

    def raw_key(self) -> bytearray:
        """SQLCipher's raw key text x'<64 hex key><32 hex salt>' for `set_key`. The caller wipes it."""
        self._check_awake()
        text = bytearray(len(self.key) * 2 + 3)
        text[:2], text[-1:] = b"x'", b"'"
        for at, byte in enumerate(self.key):
            text[2 * at + 2], text[2 * at + 3] = _HEX[byte >> 4], _HEX[byte & 15]
        return text

    def derive(self, purpose: str) -> bytearray:
        """A 32-byte key for one purpose, such as "high-water". The caller wipes it."""
        self._check_awake()
        return purpose_key(self.key, purpose)

    def again(self) -> "Opened":
        """The same with a key of its own, to be wiped apart from this."""
        return replace(self, key=bytearray(self.key))

    def zero(self) -> None:
        """Forget the key. Nothing can be opened with this value afterwards."""
        wipe(self.key)

    def _check_awake(self) -> None:
        if not any(self.key):
            raise ValueError("the key has been wiped")


def purpose_key(key: bytearray, purpose: str) -> bytearray:
    """The key for one purpose from the 48 bytes of a vault: of its data key alone, the salt being public."""
    data_key = key[:KEY_BYTES]
    try:
        return derived(data_key, purpose)
    finally:
        wipe(data_key)
