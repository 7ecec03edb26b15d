"""Small files that survive a power cut: either the old bytes are there or the new ones."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

CURRENT, PREVIOUS = "slots.json", "slots.previous.json"
"""The key file."""

ATTEMPTS = "unlocks.json"
WIPING = "wipe.ordered"
"""While it is there the store is being destroyed, and nobody is let in."""

HUB_NOTE = "hub.json"
"""By when each person has to connect, for the unlock page to show. What counts stands in the store."""


def write_durably(path: Path, data: bytes, prove: Callable[[bytes], None] | None = None) -> None:
    """Replace `path` as one step, through `<name>.new` beside it.

    `prove` is shown the new bytes as read back from the disk and raises when they are no good: `path` then stays as it
    was. Raises `OSError`.
    """
    new = path.with_name(path.name + ".new")
    try:
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        if prove is not None:
            prove(new.read_bytes())
        os.replace(new, path)
    except Exception:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Have the disk keep the names in a folder. Raises `OSError`."""
    if os.name == "nt":  # Windows opens no directories; NTFS journals the rename itself
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
