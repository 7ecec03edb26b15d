"""A child process of the test: to be killed, starved or traced while it works on a store."""

import gc
import os
import re
import shutil
import signal
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


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
            sys.dont_write_bytecode = True  # its writes are counted
            gc.freeze()  # to go through what it has from its parent would copy all of that
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


WRITES = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,mkdir,rmdir,copy_file_range,sendfile"
"""The calls by which a process changes what is on the disk."""


@dataclass(frozen=True)
class Point:
    """Before the `nth` call of one kind, counted from the start of the act: the tracer counts each kind apart."""

    call: str
    nth: int


def write_points(act: Callable[[], object], trace: Path, wider: int = 1_000_000) -> list[Point]:
    """Do it once, watched. Answers every write and flush of it in order.

    Of each kind of call the first few and the last are taken, and between them ever fewer: the gap grows by one for
    each `wider` passed.
    """
    child = _starting(act)
    with traced(child, "-e", f"trace={WRITES}", into=trace):
        child.go()
        said, _ = child.end()
    assert said == ["done"]
    made: Counter[str] = Counter()
    points = []
    for line in trace.read_text().splitlines():
        if found := re.match(r"(?:\d+\s+)?(\w+)\(", line):
            made[found[1]] += 1
            points.append(Point(found[1], made[found[1]]))
    del points[-1]  # the child's own word that it is done
    last = {point.call: point.nth for point in points}
    due: Counter[str] = Counter()
    wanted = []
    for point in points:
        if point.nth >= due[point.call] or point.nth == last[point.call]:
            wanted.append(point)
            due[point.call] = point.nth + 1 + point.nth // wider
    return wanted


def killed_at(act: Callable[[], object], point: Point) -> None:
    """Do it in a child that is killed there."""
    child = _starting(act)
    with traced(child, "-e", f"trace={WRITES}", "-e", f"inject={point.call}:signal=KILL:when={point.nth}"):
        child.go()
        said, code = child.end()
    assert (said, code) == ([], -signal.SIGKILL), f"not killed at {point}"


def _starting(act: Callable[[], object]) -> Child:
    def run(say: Callable[[str], None], wait: Callable[[], None]) -> None:
        say("ready")
        wait()
        act()
        say("done")

    child = Child(run)
    assert child.line() == "ready"
    return child


def loaded_by(code: str, *libraries: str) -> list[str]:
    """Which of some libraries a new process has loaded once it has run a line of code."""
    asked = f"import sys; {code}; print(*(each for each in {libraries!r} if each in sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()
