"""A store destroyed because the hub ordered it, in an order that survives a power cut at any point.

First a marker that says so, then the keys, then all that they opened. Without its keys nothing that a drive keeps of
the rest can be read. The marker goes last; while it is there, whoever comes near the store goes on with the wipe.
"""

import contextlib
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from smf_core.operations.protocol import Mark, Signed
from smf_desktop.ports import KeyStore
from smf_desktop.security.files import CURRENT, PREVIOUS, WIPING, sync_directory, write_durably
from smf_desktop.trouble import KeyStoreSilent


class Marker(msgspec.Struct, frozen=True):
    """What is left to know of the store: whose secrets the operating system holds, whom to tell that it is gone, and
    how much of its work no hub had confirmed.

    The device key signs nothing but that any more.
    """

    serial: str
    device: str
    url: str
    hub_key: bytes
    device_key: bytes
    ratchet: bytes
    secrets: tuple[str, ...]
    replicas: Mapping[str, Mark] = {}
    """Where its chains ended: of what was not confirmed to it, the hub knows by this what came all the same."""
    unsent: int = 0
    of_others: int = 0
    certificate: Signed | None = None
    """For a hub that was restored to before the laptop joined it."""


def begin(directory: Path, marker: Marker) -> None:
    """From here on there is no way back. Raises `OSError`; then nothing has begun."""
    write_durably(directory / WIPING, msgspec.json.encode(marker))


def go_on(directory: Path, key_store: KeyStore | None, *, keep: Sequence[str] = ()) -> Marker | None:
    """Destroy what is still there. Answers the marker, or None where there is none; `finish` takes it away.

    A marker that cannot be read is one all the same: it is written whole or not at all. `keep` names files that
    the caller holds open, such as the lock of the folder. Raises `OSError`, and may be called again.
    """
    path = directory / WIPING
    if not path.exists():
        return None
    try:
        marker = msgspec.json.decode(path.read_bytes(), type=Marker)
    except msgspec.MsgspecError:
        marker = Marker("", "", "", b"", b"", b"", ())
    for name in (CURRENT, PREVIOUS, f"{CURRENT}.new", f"{PREVIOUS}.new"):
        _shred(directory / name)
    sync_directory(directory)
    if key_store is not None:
        for name in marker.secrets:
            with contextlib.suppress(KeyStoreSilent):
                key_store.delete(name)
    for each in sorted(directory.iterdir()):
        if each.name == WIPING or each.name in keep:
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink(missing_ok=True)
    sync_directory(directory)
    return marker


def finish(directory: Path) -> None:
    """The hub knows; nothing is left to do here."""
    (directory / WIPING).unlink(missing_ok=True)
    sync_directory(directory)


def _shred(path: Path) -> None:
    """Overwrite a small file before its name goes: what a drive keeps besides is beyond us."""
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        os.write(handle, bytes(os.fstat(handle).st_size))
        os.fsync(handle)
    finally:
        os.close(handle)
    path.unlink()
