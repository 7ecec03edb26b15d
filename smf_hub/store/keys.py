"""The key of a hub on SQLite: in the environment, or in a file beside the database that only its owner may read."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import URL

from smf_hub.ports import HubKeyMissing, KeyFileOpen, Random
from smf_hub.store.database import HUB, file_of

VARIABLE = "SMF_HUB_KEY"
_KEY_BYTES, _SALT_BYTES = 32, 16
_HEX = re.compile("[0-9a-fA-F]{64}", re.ASCII)
_OTHERS = 0o077


def key_file(url: URL) -> Path:
    """Where the key of a hub on SQLite lies when it is not in the environment."""
    path = file_of(url, HUB)
    return path.with_name(f"{path.name}.key")


def find_key(url: URL, environ: Mapping[str, str]) -> str | None:
    """The key as 64 hexadecimal digits; None on PostgreSQL. Raises `HubKeyMissing` or `KeyFileOpen`."""
    if url.get_backend_name() == "postgresql":
        return None
    if VARIABLE in environ:
        return _checked(environ[VARIABLE])
    path = key_file(url)
    try:
        if sys.platform != "win32" and path.stat().st_mode & _OTHERS:
            raise KeyFileOpen
        return _checked(path.read_text("ascii", errors="replace"))
    except OSError:
        raise HubKeyMissing from None


def make_key(url: URL, environ: Mapping[str, str], random: Random) -> str | None:
    """The key of a hub about to be made: the environment's, or a new one in its file, never over one that is there."""
    if url.get_backend_name() == "postgresql":
        return None
    if VARIABLE in environ or key_file(url).exists():
        return find_key(url, environ)
    key = random(_KEY_BYTES).hex()
    handle = os.open(key_file(url), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{key}\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def raw_key(key: str | None, part: str) -> bytearray | None:
    """SQLCipher's raw key text for one of the hub's files: key and cipher salt, both derived, so no two files share."""
    if key is None:
        return None
    derived = HKDF(SHA256(), _KEY_BYTES + _SALT_BYTES, salt=None, info=b"smf hub 1 " + part.encode())
    return bytearray(b"x'" + derived.derive(bytes.fromhex(key)).hex().encode() + b"'")


def _checked(text: str) -> str:
    if not _HEX.fullmatch(text.strip()):
        raise HubKeyMissing
    return text.strip().lower()
