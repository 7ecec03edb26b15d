"""A child process of the test: to be killed, starved or traced while it works on a store."""

import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Child:
    """A fork of this process doing one thing. `act` is given `say`, a line to the parent, and `wait`, until `go`."""

    def __init__(self, act: Callable[[Callable[[str], None], Callable[[], None]], None]) -> None:
        heard, says = os.pipe()
        waits, goes = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            code = 1
            try:
                os.close(heard)
                os.close(goes)
                act(lambda line: _write(says, line), lambda: _read(waits))
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        os.close(says)
        os.close(waits)
        self._heard, self._goes = os.fdopen(heard, encoding="utf-8"), goes

    def line(self) -> str:
        """The next line it says; empty when it has ended."""
        return self._heard.readline().rstrip("\n")

    def go(self) -> None:
        os.write(self._goes, b".")

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> tuple[list[str], int]:
        """Wait until it is over: what it said that nobody read, and its exit code (below 0: the signal)."""
        said = self._heard.read().splitlines()
        self._heard.close()
        os.close(self._goes)
        _, status = os.waitpid(self.pid, 0)
        return said, os.waitstatus_to_exitcode(status)


def _write(handle: int, line: str) -> None:
    os.write(handle, f"{line}\n".encode())


def _read(handle: int) -> None:
    os.read(handle, 1)


@contextmanager
def traced(child: Child, *options: str, into: Path | None = None) -> Iterator[None]:
    """Watch or disturb a child's system calls; inside the block the tracer is on."""
    output = ("-o", str(into)) if into else ("-o", os.devnull)
    tracer = subprocess.Popen(
        ["strace", *options, *output, "-p", str(child.pid)], stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    assert tracer.stderr is not None
    try:
        first = tracer.stderr.readline()
        if "attached" not in first:
            child.kill()
            child.end()
            pytest.skip(f"strace may not attach here: {first.strip()}")
        yield
    finally:
        tracer.wait(30)
        tracer.stderr.close()


needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
