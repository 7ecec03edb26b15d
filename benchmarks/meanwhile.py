"""The interface while an exchange runs: how late a timer of 16 ms comes, and how long a rating key takes to its paint.

Two laptops of which one is at its page send and fetch ten thousand operations each on the work lane, to a hub in a
process of its own. Before it and after it nothing runs, and for comparison a thread that only reckons: rounds of all
three, on the same page. A minute and a half in all; `python -m benchmarks.meanwhile 5` has threads take turns every
5 ms. Beside other work it measures that work; `chrt -r 1 python -m benchmarks.meanwhile` goes before it.
"""

import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks._timing import Figure, tell
from benchmarks._work import SAVES
from benchmarks.keys import Painted
from benchmarks.reading import settle
from benchmarks.sync import ours, save
from smf_desktop.store.store import Store
from tests.services.test_main_job import accepted, meet_all_gates
from tests.support.sessions import team_at
from tests.support.stores import make_store, raw_key
from tests.support.visit_bench import Bench, bench
from ui.desk import Place
from ui.tasks import TURN_S, Collector, Lane
from ui.theme import apply, load

ROUNDS, QUIET_S, TICK_MS, KEY_EVERY_S = 3, 3.0, 16, 0.25
LONGEST_S = 90.0
"""Of one arm: more than that is no measurement any more."""
MOST_MS, KEY_MS = 33, 16


@dataclass
class Ticks:
    """A timer of 16 ms: how late each of its ticks came."""

    late: list[float] = field(default_factory=list)
    last: float = 0.0

    def tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self.last) * 1000 - TICK_MS))
        self.last = now


@contextmanager
def ticking(parent: QObject) -> Iterator[Ticks]:
    ticks, timer = Ticks(), QTimer(parent)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(ticks.tick)
    ticks.last = time.perf_counter()
    timer.start(TICK_MS)
    yield ticks
    timer.stop()


def live(until: Callable[[], bool], press: Callable[[], None] | None = None) -> None:
    """The interface's own turn, until something is so; a key is pressed every quarter of a second."""
    loop, due = QEventLoop(), time.perf_counter() + KEY_EVERY_S
    while not until():
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if press and time.perf_counter() >= due:
            press()
            due = time.perf_counter() + KEY_EVERY_S


class Keys:
    """Ratings typed into the visit page, and how long each took to its paint."""

    def __init__(self, one: Bench, app: QApplication) -> None:
        self.one, self.painted = one, Painted(app)
        self.turn = 0
        self.took: list[float] = []

    def press(self) -> None:
        steps = self.one.view.checklist
        target = QApplication.focusWidget()
        if target is None or not steps.isAncestorOf(target):
            steps.focus_step(next(iter(steps.items)))
            QCoreApplication.processEvents()
            target = QApplication.focusWidget()
        assert target is not None
        seen, began = self.painted.times, time.perf_counter()
        QTest.keyClick(target, Qt.Key(ord("1") + self.turn // 3 % 4))
        while self.painted.times == seen:
            QCoreApplication.processEvents()
        self.took.append((time.perf_counter() - began) * 1000)
        self.turn += 1


@contextmanager
def page(app: QApplication, folder: Path) -> Iterator[Bench]:
    """The visit page on somebody with every gate met."""
    make_store(folder / "page", raw_key())
    store = Store(folder / "page", raw_key())
    team = team_at(store)
    episode = accepted(team)
    meet_all_gates(team.nurse, episode)
    with store.read() as connection:
        asked = "SELECT patient FROM episode WHERE id = ?"
        patient = connection.exec_driver_sql(asked, (episode,)).scalar_one()
    one = bench(team.nurse)
    one.page.enter(Place("visit", patient, None, (episode,)))
    settle(one.lanes.read, one.lanes.store, one.lanes.work)
    yield one
    one.close()
    store.close()


@dataclass
class Arm:
    late: list[float] = field(default_factory=list)
    keys: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.late, n=100)[-1]

    def key(self, percent: int) -> float:
        return statistics.quantiles(self.keys, n=100)[percent - 1]


@contextmanager
def running(app: QApplication, work: Callable[[], object] | None) -> Iterator[Callable[[], bool]]:
    """Whether `work` on a lane has ended, or a quiet while where nothing runs."""
    began, ended, wrong = time.perf_counter(), threading.Event(), list[BaseException]()
    lane = Lane("work", parent=app)

    def failed(error: BaseException) -> None:
        wrong.append(error)
        ended.set()

    def is_over() -> bool:
        took = time.perf_counter() - began
        if took > LONGEST_S:
            raise TimeoutError
        return ended.is_set() if work else took >= QUIET_S

    if work:
        lane.run(work, done=lambda _: ended.set(), failed=failed)
    yield is_over
    lane.close()
    for each in wrong:
        raise each


def during(app: QApplication, arm: Arm, work: Callable[[], object] | None) -> None:
    """Ticks while `work` runs on a lane, or while nothing does."""
    began = time.perf_counter()
    with running(app, work) as is_over, ticking(app) as ticks:
        live(is_over)
    arm.late += ticks.late[5:]
    arm.seconds.append(time.perf_counter() - began)


def typing(app: QApplication, keys: Keys, work: Callable[[], object] | None) -> None:
    """Keys alone: they are painted between ticks, which would count against the timer."""
    with running(app, work) as is_over, ticking(app):  # the ticks wake the loop
        live(is_over, keys.press)


def give_way(process: int) -> None:
    """The hub is another computer in truth: here it must not take the turns of the interface, however it was begun."""
    for thread in Path(f"/proc/{process}/task").iterdir():
        os.sched_setscheduler(int(thread.name), os.SCHED_BATCH, os.sched_param(0))


def reckon(seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        sum(n * n for n in range(20_000))


def main() -> None:
    app = QApplication([])
    apply(app, load("light"))
    collector = Collector(app)
    arms = {name: Arm() for name in ("idle", "thread", "sync")}
    chance = random.Random(16)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with ours(f"sqlite:///{folder / 'hub.db'}", folder) as (a, b, hub), page(app, folder) as one:
            give_way(hub)
            keys = Keys(one, app)

            def meet() -> None:
                for each in (b, a, b):
                    each.sync()

            collector.spare()  # as once everything is imported
            works = {"idle": None, "thread": lambda: reckon(QUIET_S), "sync": meet}
            for turn in range(ROUNDS * 2):
                save(a, SAVES, chance)
                save(b, SAVES, chance)
                for name, work in works.items():
                    if turn % 2:
                        keys.took = arms[name].keys
                        typing(app, keys, work)
                    else:
                        during(app, arms[name], work)
    collector.stop()
    idle, thread, sync = arms["idle"], arms["thread"], arms["sync"]
    tell(Figure("a 16 ms timer while syncing, p99 late", sync.p99, idle.p99, "nothing runs", 1.5, len(sync.late)))
    tell(Figure("  the same beside a thread that reckons", sync.p99, thread.p99, "a pure Python thread", 1.5, ROUNDS))
    tell(Figure("  the latest", max(sync.late), MOST_MS, f"{MOST_MS} ms", 1.0, len(sync.late)))
    tell(Figure("  a rating key while syncing, p95", sync.key(95), KEY_MS, f"{KEY_MS} ms", 1.0, len(sync.keys)))
    over = sum(each > MOST_MS for each in sync.late)
    print(
        f"  latest: idle {max(idle.late):.1f} ms, beside a thread {max(thread.late):.1f} ms, syncing"
        f" {max(sync.late):.1f} ms; over {MOST_MS} ms: {sum(each > MOST_MS for each in idle.late)} of {len(idle.late)}"
        f" idle, {over} of {len(sync.late)} syncing; keys idle p95 {idle.key(95):.1f} ms; the exchanges took"
        f" {statistics.median(sync.seconds):.1f} s; switch interval {sys.getswitchinterval() * 1000:.1f} ms;"
        f" load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    sys.setswitchinterval(float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else TURN_S)
    main()
