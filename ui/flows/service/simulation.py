"""One simulation at a time on the work lane: a newer one stops the one before, and its answer is let go."""

from collections.abc import Callable
from functools import partial
from threading import Event

from PySide6.QtCore import QObject, Signal

from smf_core.planner.outlook import Outlook
from smf_desktop.ports import Progress
from ui.desk import Desk
from ui.flows.telling import telling

Simulate = Callable[[Progress], Outlook | None]


class Simulation(QObject):
    """Says how far it is: done, and of how many; of none when nothing runs."""

    told = Signal(int, int)
    _heard = Signal(object, int, int)
    """From the lane: it may arrive after that simulation was stopped."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._running: Event | None = None
        self._heard.connect(self._pass_on)

    @property
    def is_running(self) -> bool:
        return self._running is not None

    def run(self, job: Simulate, came: Callable[[Outlook], object], failed: Callable[[BaseException], object]) -> None:
        """Exactly one of `came` and `failed` is called, and neither where it was stopped."""
        self.stop()
        mine = self._running = Event()

        def done(found: Outlook | None) -> None:
            if self._running is mine:
                self.stop()
                if found is not None:
                    came(found)

        def wrong(error: BaseException) -> None:
            if self._running is mine:
                self.stop()
                failed(error)

        self.told.emit(0, 1)
        tell = telling(partial(self._heard.emit, mine), mine)
        self._desk.lanes.work.run(lambda: job(tell), done=done, failed=wrong)

    def _pass_on(self, of: Event, so_far: int, total: int) -> None:
        if self._running is of:
            self.told.emit(so_far, total)

    def stop(self) -> None:
        before, self._running = self._running, None
        if before is not None:
            before.set()
            self.told.emit(0, 0)
