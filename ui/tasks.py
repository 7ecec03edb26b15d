"""The three lanes between the windows and the rest: jobs get values and answer values, never widgets."""

import gc
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")


class Lane(QObject):
    """Runs jobs off the interface thread and hands each answer back on it, in order."""

    delivered = Signal()
    """An answer was handed back: whoever shows what a page says of itself may look again."""
    _arrived = Signal(object)

    def __init__(self, name: str, threads: int = 1, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name, self._most = name, threads
        self._started: ThreadPoolExecutor | None = None
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._closed = False
        self._owed = 0

    @property
    def is_idle(self) -> bool:
        """Every answer asked for so far has been handed back."""
        return self._owed == 0

    def run(
        self, job: Callable[[], T], *, done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> None:
        """Run a job; exactly one of `done` and `failed` is called, on the interface thread."""
        if self._closed:
            return
        self._owed += 1
        self._pool().submit(job).add_done_callback(partial(self._answer, done, failed))

    def close(self) -> None:
        """Wait for the job that runs, drop those that wait; nothing is delivered after."""
        self._closed = True
        if self._started is not None:
            self._started.shutdown(wait=True, cancel_futures=True)

    def drain(self) -> None:
        """Wait until every job given so far has run; their answers are still delivered later."""
        self._pool().submit(lambda: None).result()

    def _pool(self) -> "ThreadPoolExecutor":
        if self._started is None:
            from concurrent.futures import ThreadPoolExecutor  # the first page is painted before anything runs here

            self._started = ThreadPoolExecutor(max_workers=self._most, thread_name_prefix=self._name)
        return self._started

    def _answer(self, done: Callable[[Any], object], failed: Callable[[BaseException], object], future: Any) -> None:
        found: Future[Any] = future
        if self._closed or found.cancelled():
            return
        error = found.exception()
        self._arrived.emit(partial(failed, error) if error else partial(done, found.result()))

    @Slot(object)
    def _deliver(self, receive: Callable[[], object]) -> None:
        if not self._closed:
            self._owed -= 1
            receive()
            self.delivered.emit()


class Lanes:
    """`store` writes in order on one thread; `read` is what a screen waits for; `work` is long or slow."""

    def __init__(self, parent: QObject | None = None) -> None:
        self.store = Lane("store", 1, parent)
        self.read = Lane("read", 2, parent)
        self.work = Lane("work", 1, parent)

    def close(self) -> None:
        for lane in (self.store, self.read, self.work):
            lane.close()


class Collector(QObject):
    """Collects reference cycles on the interface thread alone.

    Left to itself Python collects on whichever thread happens to allocate; on a lane it would then destroy widgets
    that belong to the interface thread, and end the process.
    """

    def __init__(self, parent: QObject | None = None, every_ms: int = 1_000) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(every_ms)
        gc.disable()

    def collect(self) -> None:
        """Collect the oldest generation whose turn it is, as the interpreter itself would."""
        due = [
            age
            for age, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > limit
        ]
        if due:
            gc.collect(due[-1])

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()
