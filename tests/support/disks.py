"""A disk of the test's own, small enough to be filled."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, kib: int) -> Iterator[Path]:
    """A disk of that size, where one may be mounted; the test is skipped by name where not."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "none", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here: root is needed")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def fill_up(disk: Path, but_for: int = 0) -> None:
    """Leave that many bytes free, to the page; `filler` may be deleted again."""
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with (disk / "filler").open("ab") as file:
        for _ in range(0, max(0, free - but_for), 4096):
            try:
                os.write(file.fileno(), bytes(4096))
            except OSError:
                return
