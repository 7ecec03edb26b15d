"""Both legs of 10,000 operations beside peers that sync: Anki's new notes, and PouchDB's documents 1,000 at a time.

Ours and theirs move as many of what they save in turn, each from one store to a server on this computer and from there
to another store. `SMF_PEERS` names a folder: its `venv` is a virtual environment with the package `anki`, its `pouchdb`
holds the packages `pouchdb-node`, `express-pouchdb` and `express` in `node_modules`. Who is not there is not measured,
and that is said.
"""

import gc
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from benchmarks._timing import Figure, tell
from benchmarks._work import SAVES
from benchmarks.sync import OPERATIONS, ours, processor, save, timed

PLACE = "SMF_PEERS"
ROUNDS = 3
HERE = Path(__file__).parent
GOALS = (
    ("Anki", "saves of 1-28", SAVES, 1 / 3),
    ("Anki", "one by one", (1,), 1 / 1.2),
    ("PouchDB", "saves of 1-28", SAVES, 1 / 8),
)
"""How many of their times ours may take at the most."""


class NotThere(Exception):
    """A peer that is not installed where it would be."""


@dataclass(slots=True)
class Peer:
    """A peer in a process of its own: `name` says which, and its version."""

    name: str
    process: int
    asks: IO[str]
    answers: IO[str]

    def does(self, what: str) -> None:
        """Have it add so many new ones, or `sync` them. Raises `ChildProcessError` where it has ended."""
        print(what, file=self.asks, flush=True)
        if not self.answers.readline():
            raise ChildProcessError(self.name)

    def computed(self) -> float:
        """Milliseconds of processor so far, its server's too."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        return processor(self.process) + sum(processor(int(each)) for each in children)


@dataclass(slots=True)
class Costs:
    """What an exchange took, and what it cost in milliseconds of processor by what `computed` answers."""

    act: Callable[[], None]
    computed: Callable[[], float]
    took: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)

    def measure(self) -> None:
        before = self.computed()
        self.took.append(timed(self.act))
        self.cost.append(self.computed() - before)

    def middle(self) -> tuple[float, float]:
        """Without the first round, which warms up."""
        return statistics.median(self.took[1:]), statistics.median(self.cost[1:])


@contextmanager
def peer(which: str) -> Iterator[Peer]:
    """Raises `NotThere`."""
    words = _started_by(which)
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        if not name:
            raise NotThere(f"{which} does not start")
        yield Peer(name, process.pid, process.stdin, process.stdout)


def _started_by(which: str) -> Sequence[str]:
    place = os.environ.get(PLACE)
    if not place:
        raise NotThere(f"{PLACE} names no folder")
    if which == "Anki":
        found = Path(place, "venv", "Scripts" if os.name == "nt" else "bin", "python")
        return [_there(found), "-I", str(HERE / "_anki_peer.py")]
    node, packages = shutil.which("node"), Path(place, "pouchdb")
    if node is None:
        raise NotThere("there is no Node.js")
    _there(packages / "node_modules" / "pouchdb-node")
    return [node, str(HERE / "_pouchdb_peer.mjs"), str(packages)]


def _there(path: Path) -> str:
    if not path.exists():
        raise NotThere(f"there is no {path.name} where {PLACE} says")
    return str(path)


def beside(which: str, kind: str, sizes: Sequence[int], goal: float) -> None:
    """Both legs, ours and the peer's in turn; the first round warms up."""
    chance = random.Random(f"{which} {kind}")
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(place)
        other = stack.enter_context(peer(which))
        a, b, hub = stack.enter_context(ours(f"sqlite:///{folder / 'hub.db'}", folder))

        def exchanged() -> None:
            a.sync()
            b.sync()

        mine = Costs(exchanged, lambda: time.process_time() * 1000 + processor(hub))
        theirs = Costs(lambda: other.does("sync"), other.computed)
        for _ in range(ROUNDS + 1):
            save(a, sizes, chance)
            other.does(str(OPERATIONS))
            mine.measure()
            theirs.measure()
    (took, cost), (their_took, their_cost) = mine.middle(), theirs.middle()
    tell(Figure(f"10,000 operations, {kind}", took, their_took, f"{other.name}, 10,000 new", goal, ROUNDS))
    rates = [OPERATIONS / each * 1000 for each in (took, their_took)]
    print(f"  ours {rates[0]:,.0f} a second, theirs {rates[1]:,.0f}: {their_took / took:.2f} x")
    print(f"  processor: ours {cost:,.0f} ms, theirs {their_cost:,.0f}: {their_cost / cost:.2f} x")


def main(chosen: Sequence[str]) -> None:
    """`python -m benchmarks.peers Anki` runs beside that one alone."""
    gc.disable()  # as the windows do
    for which, kind, sizes, goal in GOALS:
        if chosen and which not in chosen:
            continue
        try:
            beside(which, kind, sizes, goal)
        except NotThere as why:
            print(f"{which} was not measured, {kind}: {why}")


if __name__ == "__main__":
    main(sys.argv[1:])
