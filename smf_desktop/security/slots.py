"""The key file: who may unlock this store, each with the data key in an envelope that their own password opens.

Each slot has a key pair. Its private half is sealed under the password; the data key is enclosed for the public half,
so that a new data key reaches everybody without anybody's password, as it does the recovery key.

`slots.json` is `{"body", "checksum", "mac"}`. The checksum finds damage before any key is known; the MAC, keyed from
the data key, finds a change made on purpose once a slot has opened. `slots.previous.json` is one step behind while a
change is being made, and a copy at rest.
"""

import contextlib
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from smf_desktop.ports import DeviceSecret, KdfParams
from smf_desktop.security.files import CURRENT, PREVIOUS, write_durably
from smf_desktop.trouble import KeyFileDamaged, KeyFileMissing, KeyFileNotSaved, KeyForAnotherStore

LARGEST = 1 << 20

Kind = Literal["training", "live"]
Bytes8 = Annotated[bytes, msgspec.Meta(min_length=8, max_length=8)]
Bytes12 = Annotated[bytes, msgspec.Meta(min_length=12, max_length=12)]
Bytes16 = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
Bytes32 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Bytes48 = Annotated[bytes, msgspec.Meta(min_length=48, max_length=48)]
Bytes64 = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
Enclosed = Annotated[bytes, msgspec.Meta(min_length=96, max_length=96)]
"""One-time key share 32 bytes, data key 32, cipher salt 16, tag 16."""


class UserSlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One person. `name` and `role` are labels for the unlock page; what the person may do stands in the store."""

    user: str
    username: str
    name: str
    role: str
    memory_kib: int
    passes: int
    lanes: int
    salt: Bytes16
    device_secret: DeviceSecret
    secret_mark: Bytes8
    """Tells a changed device secret from a wrong password; says nothing of the secret itself."""
    nonce: Bytes12
    private: Bytes48
    """Sealed under password and device secret: 32 bytes, tag 16."""
    public: Bytes32
    enclosed: Enclosed

    @property
    def params(self) -> KdfParams:
        return KdfParams(self.memory_kib, self.passes, self.lanes)


class RecoverySlot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data key enclosed for the key that was written down."""

    public: Bytes32
    enclosed: Enclosed


class KeyBefore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """While a store is being re-keyed: the data key before, sealed under the new one.

    Which of the two counts the database says: it begins with the cipher salt of its own.
    """

    cipher_salt: Bytes16
    nonce: Bytes12
    sealed: Bytes64


class Slots(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of the key file. `generation` rises with every change; of two sound files the higher one counts."""

    format: Literal[1]
    store: str
    kind: Kind
    device: str
    cipher_salt: Bytes16
    """Also the first 16 bytes of the encrypted database, where anyone can read it: it tells whose key this is."""
    generation: int
    users: tuple[UserSlot, ...]
    recovery: RecoverySlot
    rekey_due: bool = False
    """Somebody was removed who had the data key."""
    before: KeyBefore | None = None

    def private_context(self, slot: UserSlot) -> bytes:
        """What the seal of a private half is bound to: all that decides how its key is made, and for which store."""
        return msgspec.json.encode(
            (
                *("smf user slot", self.format, self.store, self.kind),
                *(slot.user, slot.username, slot.memory_kib, slot.passes, slot.lanes),
                *(slot.salt, slot.device_secret, slot.secret_mark, slot.public),
            )
        )

    def context(self, slot: UserSlot) -> bytes:
        """What the envelope of a slot is bound to."""
        return msgspec.json.encode(
            ("smf data key", self.format, self.store, self.kind, self.cipher_salt, slot.user, slot.public)
        )

    def recovery_context(self) -> bytes:
        return msgspec.json.encode(("smf recovery slot", self.format, self.store, self.kind, self.cipher_salt))

    def before_context(self) -> bytes:
        return msgspec.json.encode(("smf key before", self.format, self.store, self.kind, self.cipher_salt))


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    body: msgspec.Raw
    checksum: Bytes32
    mac: Bytes32


@dataclass(frozen=True, slots=True)
class SlotFile:
    """A key file that is whole; whether it is also genuine only the data key can tell."""

    slots: Slots
    data: bytes
    body: bytes
    mac: bytes

    def vouched_for(self, mac_key: bytearray) -> bool:
        return hmac.compare_digest(hmac.digest(mac_key, self.body, "sha256"), self.mac)


def encode(slots: Slots, mac_key: bytearray) -> bytes:
    body = msgspec.json.encode(slots)
    checksum = hashlib.sha256(body).digest()
    return msgspec.json.encode(_Envelope(msgspec.Raw(body), checksum, hmac.digest(mac_key, body, "sha256")))


def decode(data: bytes) -> SlotFile:
    """Raises `KeyFileDamaged`."""
    try:
        if len(data) > LARGEST:
            raise KeyFileDamaged
        envelope = msgspec.json.decode(data, type=_Envelope)
        body = bytes(envelope.body)
        if not hmac.compare_digest(hashlib.sha256(body).digest(), envelope.checksum):
            raise KeyFileDamaged
        return SlotFile(msgspec.json.decode(body, type=Slots), data, body, envelope.mac)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise KeyFileDamaged from None


def read(directory: Path) -> tuple[SlotFile, ...]:
    """The whole key files here, newest first; never empty.

    Raises `KeyFileMissing`, `KeyFileDamaged`, or `KeyForAnotherStore` when the two are of different stores.
    """
    found, whole = 0, dict[bytes, SlotFile]()
    for name in (CURRENT, PREVIOUS):
        try:
            with (directory / name).open("rb") as file:
                data = file.read(LARGEST + 1)
        except FileNotFoundError:
            continue
        except OSError:
            data = b""
        found += 1
        with contextlib.suppress(KeyFileDamaged):
            whole.setdefault(data, decode(data))
    if not found:
        raise KeyFileMissing
    if not whole:
        raise KeyFileDamaged
    if len({file.slots.store for file in whole.values()}) > 1:
        raise KeyForAnotherStore
    return tuple(sorted(whole.values(), key=lambda file: -file.slots.generation))


def save(directory: Path, data: bytes, prove: Callable[[bytes], None]) -> None:
    """Put a new key file in force, keeping the one before until the new one is proven and in place.

    Power may go at any moment: the old or the new file is then whole. Raises `KeyFileNotSaved`: the old one counts.
    """
    try:
        write_durably(directory / CURRENT, data, prove)
    except (OSError, KeyFileDamaged):
        if _bytes_of(directory / CURRENT) != data:
            raise KeyFileNotSaved from None
    level(directory, data)


def level(directory: Path, data: bytes) -> None:
    """Bring both files to `data`, so that no password or person of an earlier file lives on in its copy.

    What fails here is done at the next unlock.
    """
    with contextlib.suppress(OSError):
        for name in (CURRENT, PREVIOUS):
            if _bytes_of(directory / name) != data:
                write_durably(directory / name, data)
            (directory / f"{name}.new").unlink(missing_ok=True)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
