"""Keys made, wrapped and wiped: HKDF-SHA256 and AES-256-GCM over buffers that can be set to zero.

Key material stays in `bytearray`. Copies that cannot be avoided: what the operating system's random source and key
store answer (`bytes`), the text of a password (`str`), and what the recovery envelope opens to (`bytes`).
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
SALT_BYTES = 16
TAG_BYTES = 16
NONCE_BYTES = 12


class SealBroken(Exception):
    """The key does not fit, or what was sealed or its context has been changed."""


def wipe(*buffers: bytearray) -> None:
    """Set every byte to zero, in place."""
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))


def derived(key: bytearray, purpose: str, salt: bytes = b"") -> bytearray:
    """A 32-byte key for one purpose; keys for two purposes tell nothing of each other."""
    made = bytearray(KEY_BYTES)
    HKDF(SHA256(), KEY_BYTES, salt=salt or None, info=b"smf desktop 1 " + purpose.encode()).derive_into(key, made)
    return made


def seal(key: bytearray, nonce: bytes, plain: bytearray, context: bytes) -> bytes:
    """`plain` wrapped by `key` and bound to `context`; 16 bytes longer than `plain`."""
    return AESGCM(key).encrypt(nonce, plain, context)


def unseal(key: bytearray, nonce: bytes, sealed: bytes, context: bytes) -> bytearray:
    """What was sealed. Raises `SealBroken`."""
    plain = bytearray(max(len(sealed) - TAG_BYTES, 0))
    try:
        AESGCM(key).decrypt_into(nonce, sealed, context, plain)
    except (InvalidTag, ValueError):
        raise SealBroken from None
    return plain
