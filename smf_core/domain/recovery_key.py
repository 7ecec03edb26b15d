"""How a key of 32 bytes is written on paper: letters nobody misreads, and a checksum at the end."""

import hashlib

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 letters and digits without I, L, O and U."""

KEY_BYTES = 32
_CHECK_BYTES = 3
_GROUP = 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\n": "", "\r": "", "\t": ""})


class Mistyped(ValueError):
    """Not a key as it was written down."""


def as_read(text: str) -> str:
    """What somebody typed, in capitals without the gaps; what is often misread is put right."""
    return text.upper().translate(_MISREAD)


def in_groups(letters: str) -> str:
    """Letters in groups of four."""
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def written(secret: bytearray) -> str:
    """The key as 14 groups of 4 letters and digits."""
    number = int.from_bytes(secret + _check(secret))
    return in_groups("".join(LETTERS[number >> shift & 31] for shift in range(275, -1, -5)))


def read(text: str) -> bytearray:
    """The key that somebody typed, to be wiped by the caller. Raises `Mistyped`."""
    letters = as_read(text)
    if len(letters) != 56 or any(letter not in LETTERS for letter in letters):
        raise Mistyped
    number = 0
    for letter in letters:
        number = number << 5 | LETTERS.index(letter)
    whole = bytearray(number.to_bytes(KEY_BYTES + _CHECK_BYTES))
    secret, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    whole[:] = bytes(len(whole))
    if check != _check(secret):
        secret[:] = bytes(len(secret))
        raise Mistyped
    return secret


def _check(secret: bytearray) -> bytes:
    return hashlib.sha256(b"smf recovery key" + secret).digest()[:_CHECK_BYTES]
