"""The recovery key: shown once on paper, and the envelope only it opens."""

import hashlib
from dataclasses import dataclass, field

from smf_desktop.ports import Random, RecoveryKeyMistyped, WrongRecoveryKey
from smf_desktop.security.sealing import KEY_BYTES, SealBroken, disclose, public_half, wipe

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\n": "", "\r": "", "\t": ""})
_CHECK_BYTES = 3


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """14 groups of 4 letters and digits without I, L, O and U; the end of it is a checksum."""

    text: str = field(repr=False)


def new_recovery_key(random: Random) -> tuple[RecoveryKey, bytes]:
    """The key to write down, and its public half, which is all that stays on the laptop."""
    secret = bytearray(random(KEY_BYTES))
    public = public_half(secret)
    number = int.from_bytes(secret + _check(secret))
    wipe(secret)
    letters = "".join(_LETTERS[number >> shift & 31] for shift in range(275, -1, -5))
    return RecoveryKey("-".join(letters[at : at + 4] for at in range(0, len(letters), 4))), public


def open_by_recovery(text: str, sealed: bytes, context: bytes) -> bytearray:
    """The data key and cipher salt. Raises `RecoveryKeyMistyped` or `WrongRecoveryKey`."""
    secret = _read(text)
    try:
        return disclose(secret, sealed, context)
    except SealBroken:
        raise WrongRecoveryKey from None
    finally:
        wipe(secret)


def _read(text: str) -> bytearray:
    letters = text.upper().translate(_MISREAD)
    if len(letters) != 56 or any(letter not in _LETTERS for letter in letters):
        raise RecoveryKeyMistyped
    number = 0
    for letter in letters:
        number = number << 5 | _LETTERS.index(letter)
    whole = bytearray(number.to_bytes(KEY_BYTES + _CHECK_BYTES))
    secret, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    wipe(whole)
    if check != _check(secret):
        raise RecoveryKeyMistyped
    return secret


def _check(secret: bytearray) -> bytes:
    return hashlib.sha256(b"smf recovery key" + secret).digest()[:_CHECK_BYTES]
