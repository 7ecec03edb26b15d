"""One file that holds an encrypted database with its key file: a plain ZIP without compression, for any tool to list.

Everything in it that concerns people is encrypted under the store's own key. What stands in clear is what the unlock
page shows, and when and by which version the file was made.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import msgspec

from smf_desktop.ports import Progress
from smf_desktop.trouble import BackupDamaged, BackupStopped, NotABackup

ABOUT = "backup.json"
_ABOUT_AT_MOST = 64 * 1024
_PIECE = 1024 * 1024
_BEGINS = b"PK\x03\x04"
_NAME_AT = 30
"""Where a ZIP's first header has the name of its first file."""


class About(msgspec.Struct, frozen=True):
    """What a packed file says of itself before any key is known.

    `seq` is the number of the last save in it; `digests` are the SHA-256 of every other file, in hexadecimal.
    """

    format: Literal[1]
    kind: Literal["backup", "salvage"]
    store: str
    made_at: datetime
    schema: int
    change_sets: int
    seq: int
    digests: Mapping[str, str]


def pack(file: Path, about: About, parts: Mapping[str, Path], progress: Progress) -> About:
    """Write `parts` (by the name they get) into a new file. Answers `about` with the digests filled in.

    The digests stand at the front though they are known last, so each part is read twice. Raises `OSError`,
    `BackupStopped`.
    """
    total = 2 * sum(path.stat().st_size for path in parts.values())
    done = 0
    digests = {}
    for name, path in parts.items():
        digest = hashlib.sha256()
        with path.open("rb") as source:
            while piece := source.read(_PIECE):
                digest.update(piece)
                done = _told(progress, done + len(piece), total)
        digests[name] = digest.hexdigest()
    about = msgspec.structs.replace(about, digests=digests)
    with open(file, "xb", opener=_private) as made, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as whole:
        whole.writestr(zipfile.ZipInfo(ABOUT), msgspec.json.encode(about))
        for name, path in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, whole.open(entry, "w") as target:
                while piece := source.read(_PIECE):
                    target.write(piece)
                    done = _told(progress, done + len(piece), total)
    return about


def about(file: Path) -> About:
    """What a packed file says of itself. Raises `NotABackup`, `BackupDamaged`."""
    with _opened(file) as whole:
        return _about(whole)


def read_part(file: Path, name: str, at_most: int) -> bytes:
    """One small part, proven. Raises `NotABackup`, `BackupDamaged`."""
    with _opened(file) as whole:
        said = _about(whole)
        if name not in said.digests or whole.getinfo(name).file_size > at_most:
            raise BackupDamaged
        data = whole.read(name)
    if hashlib.sha256(data).hexdigest() != said.digests[name]:
        raise BackupDamaged
    return data


def unpack(file: Path, folder: Path | None, names: frozenset[str], progress: Progress) -> About:
    """Read every part, prove it, and write it into `folder`; without a folder it is only proven.

    `names` are the parts there must be, no more and no fewer. Raises `NotABackup`, `BackupDamaged`, `BackupStopped`,
    `OSError`.
    """
    with _opened(file) as whole:
        said = _about(whole)
        entries = {entry.filename: entry for entry in whole.infolist() if entry.filename != ABOUT}
        stored = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries.values())
        if not set(entries) == set(said.digests) == names or not stored:
            raise BackupDamaged
        done, total = 0, sum(entry.file_size for entry in entries.values())
        for name, entry in entries.items():
            digest = hashlib.sha256()
            with whole.open(entry) as source, _written(folder, name) as target:
                while piece := source.read(_PIECE):
                    digest.update(piece)
                    if target is not None:
                        target.write(piece)
                    done = _told(progress, done + len(piece), total)
            if digest.hexdigest() != said.digests[name]:
                raise BackupDamaged
        return said


@contextmanager
def _written(folder: Path | None, name: str) -> Iterator[IO[bytes] | None]:
    if folder is None:
        yield None
        return
    with (folder / name).open("xb") as target:
        yield target


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """A file that begins as ours do, but cannot be read to its end, is damaged; any other is not ours."""
    try:
        with file.open("rb") as start:
            head = start.read(_NAME_AT + len(ABOUT))
    except OSError:
        raise NotABackup from None
    if not (head.startswith(_BEGINS) and head[_NAME_AT:] == ABOUT.encode()):
        raise NotABackup
    try:
        with zipfile.ZipFile(file) as whole:
            yield whole
    except (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, ValueError):
        raise BackupDamaged from None


def _about(whole: zipfile.ZipFile) -> About:
    if whole.getinfo(ABOUT).file_size > _ABOUT_AT_MOST:
        raise BackupDamaged
    try:
        return msgspec.json.decode(whole.read(ABOUT), type=About)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BackupDamaged from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _told(progress: Progress, done: int, total: int) -> int:
    if not progress(done, total):
        raise BackupStopped
    return done
