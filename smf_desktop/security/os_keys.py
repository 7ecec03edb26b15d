"""The operating system's key store through `keyring`: DPAPI, Keychain, Secret Service or KWallet."""

import base64
import binascii
import contextlib

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import chainer
from keyring.errors import KeyringError, PasswordDeleteError

from smf_desktop.ports import KeyStore
from smf_desktop.trouble import KeyStoreSilent

SERVICE = "SMF Desktop"
_TRUSTED = ("Windows", "macOS", "SecretService", "libsecret", "kwallet")
"""Modules of `keyring.backends` that keep secrets under the person's login; others keep them in a plain file or not at
all, and a laptop with only those has no key store."""


class OsKeys:
    """A `KeyStore` over one backend. Its text is base64: a backend stores text, the secret is bytes."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    def read(self, name: str) -> bytes | None:
        try:
            text = self._backend.get_password(SERVICE, name)
            return None if text is None else base64.b64decode(text, validate=True)
        except binascii.Error:
            return None
        except KeyringError:
            raise KeyStoreSilent from None

    def write(self, name: str, secret: bytes) -> None:
        try:
            self._backend.set_password(SERVICE, name, base64.b64encode(secret).decode())
        except KeyringError:
            raise KeyStoreSilent from None

    def delete(self, name: str) -> None:
        try:
            with contextlib.suppress(PasswordDeleteError):
                self._backend.delete_password(SERVICE, name)
        except KeyringError:
            raise KeyStoreSilent from None


def system_keys() -> KeyStore | None:
    """The key store of this computer, or None where there is none worth the name."""
    backend = keyring.get_keyring()
    candidates = backend.backends if isinstance(backend, chainer.ChainerBackend) else [backend]
    for candidate in candidates:
        if type(candidate).__module__.removeprefix("keyring.backends.") in _TRUSTED:
            return OsKeys(candidate)
    return None
