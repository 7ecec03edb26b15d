"""Room set aside on the disk, given back when the disk is full so that what is on the page can still be kept."""

import contextlib
import os
from pathlib import Path

FILE = "reserve.bin"
BYTES = 64 * 1024 * 1024
_PIECE = bytes(1024 * 1024)


def make_reserve(directory: Path, size: int = BYTES) -> bool:
    """Set room aside unless it is already. Answers whether it is there; a disk too full for it is no trouble yet."""
    path = directory / FILE
    with contextlib.suppress(OSError):
        if path.stat().st_size >= size:
            return True
    try:
        with path.open("wb") as file:
            for _ in range(0, size, len(_PIECE)):  # written, not skipped over: a hole takes no room
                file.write(_PIECE)
    except OSError:
        release_reserve(directory)
        return False
    return True


def release_reserve(directory: Path) -> bool:
    """Give the room back. Answers whether there was any."""
    try:
        os.unlink(directory / FILE)
    except OSError:
        return False
    return True
