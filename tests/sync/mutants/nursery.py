"""A process that has read the libraries and none of our code: each order is carried out in a copy of it.

Run as `python -m tests.sync.mutants.nursery`: a line in is an order, a line out is what pytest ended with. Where a
process cannot be copied it carries out one order itself, and the next one needs a new process.
"""

import faulthandler
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

import pytest

from tests.sync.mutants.plant import ROOT, plant

LIBRARIES = (
    "alembic.command",
    "alembic.ddl.postgresql",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "hypothesis",
    "msgspec",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite",
    "sqlcipher3.dbapi2",
    "yaml",
)
"""What takes long to read, and knows nothing of us."""
OURS = {"dev", "migrations", "smf_core", "smf_desktop", "smf_hub", "ui"}
WITHOUT = ("pytest-qt", "xvfb", "xdist", "cacheprovider", "randomly", "schemathesis")
CAN_COPY = hasattr(os, "fork")
LONGEST_S = 120
"""Seconds that an order may take: a planted bug that goes on for ever is not found, and says where it was."""


@dataclass(frozen=True)
class Order:
    """Tests to run, with a bug planted or none; what they say goes to a file in `folder`."""

    tests: list[str]
    folder: str
    planted: str | None = None

    @property
    def said(self) -> Path:
        return Path(self.folder) / "said"


@dataclass(frozen=True)
class Done:
    """What pytest ended with, and said."""

    code: int
    said: str


class Nursery:
    """The process, as whoever gives the orders has it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, order: Order) -> Done:
        process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{json.dumps(asdict(order))}\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        if not CAN_COPY:
            self.close()
        return Done(code, order.said.read_text("utf-8", errors="replace"))

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def _started(self) -> "subprocess.Popen[str]":
        plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            env=plain,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self._process


def carry_out(order: Order) -> int:
    """Run the tests in this process, without windows. Answers what pytest ends with."""
    with order.said.open("wb") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    faulthandler.dump_traceback_later(LONGEST_S, exit=True)
    if order.planted:
        plant(order.planted)
    without = [word for name in WITHOUT for word in ("-p", f"no:{name}")]
    where = ("-c", str(ROOT / "tests/sync/mutants/pytest.ini"), "--rootdir", str(ROOT), "--confcutdir", str(ROOT))
    tests = [str(ROOT / test) for test in order.tests]
    return pytest.main(["-q", "-x", *without, *where, "--basetemp", str(Path(order.folder) / "run"), *tests])


def copied(order: Order) -> int:
    """The same in a copy of this process."""
    copy = os.fork()
    if not copy:
        code = 70  # of a copy that broke
        try:
            code = carry_out(order)
        finally:
            sys.stdout.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])


def main() -> None:
    for name in LIBRARIES:
        import_module(name)
    assert not OURS & set(sys.modules)
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        for line in sys.stdin:
            order = Order(**json.loads(line))
            answers.write(f"{copied(order) if CAN_COPY else carry_out(order)}\n")
            answers.flush()


if __name__ == "__main__":
    main()
