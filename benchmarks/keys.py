"""A rating key on the visit page, to the paint of what it changed: the slowest twentieth."""

import statistics
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks._timing import Figure, tell
from benchmarks.reading import settle
from smf_desktop.store.store import Store
from tests.services.test_main_job import accepted, meet_all_gates
from tests.support.sessions import team_at
from tests.support.stores import make_store, raw_key
from tests.support.visit_bench import bench
from ui.desk import Place
from ui.tasks import Collector
from ui.theme import apply, load

KEYS, KEY_MS = 200, 16


class Painted(QObject):
    """Counts how often anything was painted."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.times = 0
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.times += event.type() == QEvent.Type.Paint
        return False


def main() -> None:
    app = QApplication([])
    apply(app, load("light"))
    collector = Collector(app)  # as the application has it
    with tempfile.TemporaryDirectory() as folder:
        make_store(Path(folder) / "store", raw_key())
        store = Store(Path(folder) / "store", raw_key())
        team = team_at(store)
        episode = accepted(team)
        meet_all_gates(team.nurse, episode)
        with store.read() as connection:
            asked = "SELECT patient FROM episode WHERE id = ?"
            patient = connection.exec_driver_sql(asked, (episode,)).scalar_one()
        one = bench(team.nurse)
        one.page.enter(Place("visit", patient, None, (episode,)))
        settle(one.lanes.read, one.lanes.store, one.lanes.work)
        steps, painted = one.view.checklist, Painted(app)
        took: list[float] = []
        spent: list[float] = []
        for turn in range(KEYS + 20):
            target = QApplication.focusWidget()
            if target is None or not steps.isAncestorOf(target):  # the last step was rated: from the first again
                steps.focus_step(next(iter(steps.items)))
                QCoreApplication.processEvents()
                target = QApplication.focusWidget()
            assert target is not None
            seen = painted.times
            began, used = time.perf_counter(), time.thread_time()
            QTest.keyClick(target, Qt.Key(ord("1") + turn // 3 % 4))
            while painted.times == seen:
                QCoreApplication.processEvents()
            took.append((time.perf_counter() - began) * 1000)
            spent.append((time.thread_time() - used) * 1000)
        one.close()
        store.close()
    collector.stop()
    for what, each in (("by the clock", took), ("processor time", spent)):
        slow = statistics.quantiles(each[20:], n=20)[-1]
        tell(Figure(f"a rating key to its paint, p95, {what}", slow, KEY_MS, f"{KEY_MS} ms", 1, KEYS))


if __name__ == "__main__":
    main()
