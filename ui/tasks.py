"""The three lanes between the windows and the rest: jobs get values and answer values, never widgets."""

import gc
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")

TURN_S = 0.001
"""How long a job keeps the interpreter where the interface waits for it. At the usual 5 ms a page that asks for it ten
times while it paints stands still for 50.
"""


class Lane(QObject):
    """Runs jobs off the interface thread and hands each answer back on it, in order.

    One `beside` another has its threads: its jobs take their turn there, and outlive it.
    """

    delivered = Signal()
    """An answer was handed back: whoever shows what a page says of itself may look again."""
    _arrived = Signal(object)

    def __init__(
        self, name: str, threads: int = 1, parent: QObject | None = None, *, beside: "Lane | None" = None
    ) -> None:
        super().__init__(parent)
        self._name, self._most, self._beside = name, threads, beside
        self._started: ThreadPoolExecutor | None = None
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._closed = False
        self._asked = count()
        self._awaiting: dict[int, tuple[Callable[[Any], object], Callable[[BaseException], object]]] = {}
        # Kept here and never given to a job's thread: what lets go of them last takes their widgets down.

    @property
    def is_idle(self) -> bool:
        """Every answer asked for so far has been handed back."""
        return not self._awaiting

    def run(
        self, job: Callable[[], T], *, done: Callable[[T], object], failed: Callable[[BaseException], object]
    ) -> None:
        """Run a job; exactly one of `done` and `failed` is called, on the interface thread."""
        if self._closed:
            return
        number = next(self._asked)
        self._awaiting[number] = done, failed
        self._pool().submit(job).add_done_callback(partial(self._answer, number))

    def close(self) -> None:
        """Wait for the job that runs, drop those that wait; nothing is delivered after. Threads of another go on."""
        self._closed = True
        self._awaiting.clear()
        if self._started is not None:
            self._started.shutdown(wait=True, cancel_futures=True)

    def drain(self) -> None:
        """Wait until every job given so far has run; their answers are still delivered later."""
        self._pool().submit(lambda: None).result()

    def _pool(self) -> "ThreadPoolExecutor":
        if self._beside is not None:
            return self._beside._pool()
        if self._started is None:
            from concurrent.futures import ThreadPoolExecutor  # the first page is painted before anything runs here

            self._started = ThreadPoolExecutor(max_workers=self._most, thread_name_prefix=self._name)
        return self._started

    def _answer(self, number: int, found: "Future[Any]") -> None:
        """On the thread of the job."""
        if not self._closed and not found.cancelled():
            self._arrived.emit((number, found))

    @Slot(object)
    def _deliver(self, arrived: "tuple[int, Future[Any]]") -> None:
        if self._closed:
            return
        number, found = arrived
        done, failed = self._awaiting.pop(number)
        error = found.exception()
        if error is None:
            done(found.result())
        else:
            failed(error)
        self.delivered.emit()


class Lanes:
    """`store` writes in order on one thread; `read` is what a screen waits for; `work` is long or slow.

    A window `beside` the first has answers of its own, which end with it, from the threads of the first.
    """

    def __init__(self, parent: QObject | None = None, *, beside: "Lanes | None" = None) -> None:
        self.store: Lane = Lane("store", 1, parent, beside=beside.store if beside else None)
        self.read: Lane = Lane("read", 2, parent, beside=beside.read if beside else None)
        self.work: Lane = Lane("work", 1, parent, beside=beside.work if beside else None)

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

    def spare(self) -> None:
        """Leave what is there now out of every later search. Once all is imported a search of the modules alone keeps
        the interface still for 75 ms, and finds nothing."""
        gc.freeze()

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
