"""One instance per store, on a disk of this laptop's own."""

import contextlib
import json
import os
import re
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from smf_desktop.trouble import FolderIsShared, NoStoreHere, StoreInUse, StoreUnwritable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FILE = "instance.lock"
BESIDE = "beside.lock"
"""Held by whoever reads a store that another window has open, and while a store gets a new key."""

_LOCKED_BYTE = 4096
"""Windows bars others from reading the byte it locks, so that one lies behind what the file says."""

_SYNCED = re.compile(
    r"(onedrive|dropbox|google ?drive|my drive|icloud ?drive|com~apple~clouddocs|cloudstorage|nextcloud|owncloud"
    r"|box sync)( .*)?|googledrive-.*",
    re.IGNORECASE,
)
_SYNCED_BY_VARIABLE = ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")
_NETWORK = re.compile(
    r"nfs4?|cifs|smb2|smb3|smbfs|ncpfs|afs|ceph|glusterfs|davfs"
    r"|fuse\.(sshfs|rclone|davfs2?|glusterfs|ceph|gvfsd-fuse|onedriver|google-drive-ocamlfuse|s3fs)"
)


class Instance:
    """The hold on a store's folder. The operating system lets go of it when the process ends, however it ends."""

    def __init__(self, directory: Path, *, pid: int, since: datetime, file: str = FILE) -> None:
        """Raises `StoreInUse` naming the holder, `NoStoreHere`, or `StoreUnwritable`."""
        binary = getattr(os, "O_BINARY", 0)  # only Windows has it
        try:
            self._handle = os.open(directory / file, os.O_RDWR | os.O_CREAT | binary, 0o600)
        except (FileNotFoundError, NotADirectoryError):
            raise NoStoreHere from None
        except OSError:
            raise StoreUnwritable from None
        try:
            _lock(self._handle)
        except OSError:
            pid_there, since_there = _holder(self._handle)
            os.close(self._handle)
            raise StoreInUse(pid_there, since_there) from None
        with contextlib.suppress(OSError):  # a full disk: held all the same, only unnamed
            os.ftruncate(self._handle, 0)
            os.lseek(self._handle, 0, os.SEEK_SET)
            os.write(self._handle, json.dumps({"pid": pid, "since": since.isoformat()}).encode())

    def release(self) -> None:
        """Let go. The file stays: removing it could take away another's hold."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> "Instance":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def check_folder(directory: Path, *, environ: Mapping[str, str], mounts: str) -> None:
    """Refuse a folder that a sync program copies or that lies on a network drive: either damages a database in use.

    `mounts` is the text of `/proc/mounts`, empty where there is none. Raises `FolderIsShared`.
    """
    place = directory.expanduser().resolve()
    if any(_SYNCED.fullmatch(part) for part in place.parts):
        raise FolderIsShared("synced")
    for name in _SYNCED_BY_VARIABLE:
        root = environ.get(name)
        if root and place.is_relative_to(Path(root).resolve()):
            raise FolderIsShared("synced")
    if _on_network_drive(place) or _NETWORK.fullmatch(_filesystem(place.as_posix(), mounts)):
        raise FolderIsShared("network")


def read_mounts() -> str:
    """What `check_folder` wants to know of this machine."""
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _filesystem(place: str, mounts: str) -> str:
    """The type of the file system `place` is on: of the longest mount point above it, the latest mounted."""
    longest, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[1])
        if PurePosixPath(place).is_relative_to(point) and len(point) >= longest:
            longest, kind = len(point), fields[2]
    return kind


def _holder(handle: int) -> tuple[int | None, datetime | None]:
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        told = json.loads(os.read(handle, _LOCKED_BYTE))
        return int(told["pid"]), datetime.fromisoformat(told["since"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None, None


if sys.platform == "win32":

    def _lock(handle: int) -> None:
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _on_network_drive(place: Path) -> bool:
        import ctypes  # only where there is a Windows to ask

        return place.drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(place.anchor) == 4

else:

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _on_network_drive(place: Path) -> bool:
        return False  # the mount table says
