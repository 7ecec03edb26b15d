"""Keys made, wrapped and wiped: HKDF-SHA256, AES-256-GCM and HPKE over buffers that can be set to zero.

Key material stays in `bytearray`. Copies that cannot be avoided: what the operating system's random source and key
store answer (`bytes`), the text of a password (`str`), and what an envelope opens to (`bytes`).
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
SALT_BYTES = 16
TAG_BYTES = 16
NONCE_BYTES = 12
"""What an envelope adds to what is in it: a one-time key share, and the tag."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


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


def public_half(private: bytearray) -> bytes:
    """The half of a key pair (X25519) that anyone may have: with it something is sealed for whoever has the other."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def enclose(public: bytes, plain: bytearray, context: bytes) -> bytes:
    """`plain` in an envelope (HPKE, RFC 9180) that only the private half opens; no password is needed for it.

    HPKE draws its own one-time key from the operating system.
    """
    return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), context)


def disclose(private: bytearray, envelope: bytes, context: bytes) -> bytearray:
    """What is in an envelope. Raises `SealBroken`."""
    try:
        return bytearray(_SUITE.decrypt(envelope, X25519PrivateKey.from_private_bytes(private), context))
    except (InvalidTag, ValueError):
        raise SealBroken from None
