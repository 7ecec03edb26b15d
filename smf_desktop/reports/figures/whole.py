"""Files that are there whole or not at all."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from errno import EDQUOT, ENOSPC
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import TypeAlias, TypeVar

from smf_desktop.ports import Progress
from smf_desktop.trouble import FileUnwritable, NoRoomForFile, ReportStopped

One = TypeVar("One")
Write: TypeAlias = Callable[[Path], None]
"""Writes a new file at a path; raises `OSError` where it cannot."""

BETWEEN = 500
"""How many rows are written before somebody is told, and may stop it."""

NO_ROOM = frozenset({ENOSPC, EDQUOT})


def whole(files: Mapping[Path, Write], before: Callable[[Mapping[Path, str]], None]) -> Mapping[Path, str]:
    """Have files written beside their places and put there at the end. Answers the SHA-256 of each.

    `before` is told them when every byte is on the disk and nothing is in place yet; what it or a writer raises leaves
    everything as it was. Raises `FileUnwritable`, `NoRoomForFile`.
    """
    making = {path: path.with_name(f".{path.name}.making") for path in files}
    try:
        if any(path.is_dir() for path in files):
            raise FileUnwritable
        for path, beside in making.items():
            beside.unlink(missing_ok=True)
            files[path](beside)
        digests = {path: _on_disk(beside) for path, beside in making.items()}
        before(digests)
        for path, beside in making.items():
            beside.replace(path)
    except OSError as error:
        raise (NoRoomForFile if error.errno in NO_ROOM else FileUnwritable) from None
    finally:
        for beside in making.values():
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
    return digests


def _on_disk(path: Path) -> str:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        return file_digest(file, "sha256").hexdigest()


def counting(rows: Iterable[One], total: int, progress: Progress) -> Iterator[One]:
    """The rows as they come; now and then `progress` is told. Raises `ReportStopped` where it answers no."""
    done, coming = 0, iter(rows)
    while some := list(islice(coming, BETWEEN)):
        yield from some
        done += len(some)
        if len(some) == BETWEEN and not progress(min(done, total), total):
            raise ReportStopped
    if not progress(total, total):
        raise ReportStopped
