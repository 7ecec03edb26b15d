"""The first exchange of a laptop that has just joined: begun, stopped, gone on with, and checked before it is done."""

from collections.abc import Callable
from functools import partial
from threading import Event

from PySide6.QtCore import QObject, QTimer, Signal

from smf_desktop.presenters.sync.facts import Progress, Result
from smf_desktop.presenters.sync.first import first_rows
from smf_desktop.presenters.sync.stopped import stopped_words
from ui.tasks import Lane
from ui.views.sync.first import FirstFetchView

Found = tuple[Result, tuple[int, int] | None]
"""What an exchange did; where everything is here, the signed visits here and at the hub."""
Fetch = Callable[[Callable[[Progress], None], Callable[[], bool]], Found]


LOOK_MS = 100
"""So often the page shows how far it is."""


class FirstFetch(QObject):
    """Owns the page; `done` when everything is here and the person goes on."""

    done = Signal()

    def __init__(self, fetch: Fetch, lane: Lane, parent: QObject | None = None) -> None:
        """`fetch` is given whom to tell how far it is, and what to ask between two steps whether to stop."""
        super().__init__(parent)
        self.view = FirstFetchView()
        self._fetch, self._lane = fetch, lane
        self._stop = Event()
        self._progress: Progress | None = None
        self._latest: Progress | None = None
        """Said by the lane, looked at by the timer: the page may be gone before what runs has heard of it."""
        self._over = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.view.stop_wanted.connect(self._stop.set)
        self.view.go_on_wanted.connect(self.begin)
        self.view.finished.connect(self.done)

    def begin(self) -> None:
        """Fetch, or go on with what is left."""
        self._stop.clear()
        self._progress = self._latest = None
        self.view.show_rows(first_rows(None))
        self._timer.start()
        self._lane.run(partial(self._fetch, self._tell, self._stop.is_set), done=self._ended, failed=self._failed)

    def end(self) -> None:
        """The page goes: what runs stops at its next step, and nothing is shown any more. What has come stays."""
        self._over = True
        self._stop.set()
        self._timer.stop()

    def _tell(self, progress: Progress) -> None:
        self._latest = progress

    def _look(self) -> None:
        if self._latest != self._progress:
            self._progress = self._latest
            self.view.show_rows(first_rows(self._progress))

    def _ended(self, answer: Found) -> None:
        if self._over:
            return
        self._look()
        self._timer.stop()
        result, figures = answer
        show = partial(first_rows, self._progress)
        stopped = self._stop.is_set() and not result.whole
        self.view.show_rows(show(stopped=True) if stopped else show(whole=result.whole, figures=figures))

    def _failed(self, error: BaseException) -> None:
        if self._over:
            return
        self._timer.stop()
        self.view.show_rows(first_rows(self._progress, trouble=stopped_words(error)))
