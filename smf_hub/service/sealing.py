"""What the hub signs and vouches for again and again, with the keys for it made once."""

from collections import OrderedDict
from dataclasses import dataclass, field
from hmac import new
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from smf_core.operations.protocol import Signed

KEY_BYTES = 32
KEPT = 1024
"""Signed words kept: the same grants are said to the same laptops all day."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """The hub's hand. Safe to be used by several threads."""

    _key: Ed25519PrivateKey = field(repr=False)
    _token_key: bytes = field(repr=False)
    _said: OrderedDict[bytes, Signed] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def of(cls, signing_key: bytes) -> "Sealing":
        """`signing_key` is the hub's identity (Ed25519, raw)."""
        token_key = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"smf hub 1 token").derive(signing_key)
        return cls(Ed25519PrivateKey.from_private_bytes(signing_key), token_key)

    def sign(self, content: bytes) -> Signed:
        """Bytes under the hub's signature; the same bytes have the same one."""
        with self._lock:
            if (known := self._said.get(content)) is not None:
                self._said.move_to_end(content)
                return known
        made = Signed(content=content, signature=self._key.sign(content))
        with self._lock:
            self._said[content] = made
            if len(self._said) > KEPT:
                self._said.popitem(last=False)
        return made

    def word(self, content: bytes) -> bytes:
        """The hub's signature over what is hardly ever said twice."""
        return self._key.sign(content)

    def vouch(self, text: str) -> str:
        """What only this hub can make of a text: the proof in a token."""
        return new(self._token_key, text.encode(), "sha256").hexdigest()
