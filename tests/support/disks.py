"""Disks of the test's own: one small enough to be filled, and one whose power is cut at a step."""

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


class PowerCut(BaseException):
    """The laptop is dead; nothing after this runs."""


class Disk:
    """Counts each write, flush and rename, and cuts the power at one of them.

    What was written and not flushed is cut to half. A rename whose folder was not flushed is undone if `forgetful`.
    """

    def __init__(self, cut_at: int, *, forgetful: bool) -> None:
        self.steps, self.cut_at, self.forgetful = 0, cut_at, forgetful
        self.paths: dict[int, Path] = {}
        self.unflushed: set[Path] = set()
        self.renamed: list[tuple[Path, bytes | None]] = []

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.cut_at:
            self.lose()
            raise PowerCut

    def lose(self) -> None:
        """What a disk may lose with the power."""
        for path in self.unflushed:
            data = path.read_bytes()
            path.write_bytes(data[: len(data) // 2])
        for path, before in reversed(self.renamed if self.forgetful else []):
            path.unlink() if before is None else path.write_bytes(before)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real_open, real_write, real_fsync, real_replace = os.open, os.write, os.fsync, os.replace

        def opened(path: Path, flags: int, mode: int = 0o777, **where: int) -> int:
            if where:
                return real_open(path, flags, mode, **where)  # a folder that is being cleared
            self.step()
            handle = real_open(path, flags, mode)
            self.paths[handle] = Path(path)
            return handle

        def written(handle: int, data: memoryview) -> int:
            done = real_write(handle, data[:700])
            self.unflushed.add(self.paths[handle])
            self.step()
            return done

        def flushed(handle: int) -> None:
            self.step()
            real_fsync(handle)
            path = self.paths[handle]
            if path.is_dir():
                self.renamed.clear()
            self.unflushed.discard(path)

        def replaced(source: Path, target: Path) -> None:
            self.step()
            self.renamed.append((Path(target), Path(target).read_bytes() if Path(target).exists() else None))
            real_replace(source, target)

        for name, double in (("open", opened), ("write", written), ("fsync", flushed), ("replace", replaced)):
            monkeypatch.setattr(os, name, double)
