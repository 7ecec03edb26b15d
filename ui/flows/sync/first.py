"""The first exchange of a laptop that has just joined: begun, stopped, gone on with, and checked before it is done."""

from collections.abc import Callable
from functools import partial
from threading import Event

from PySide6.QtCore import QObject, Qt, Signal

from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.messages.words import Words
from smf_desktop.presenters.sync.facts import Progress, Result
from smf_desktop.presenters.sync.first import first_rows
from ui.tasks import Lane
from ui.views.sync.first import FirstFetchView

Found = tuple[Result, tuple[int, int] | None]
"""What an exchange did; where everything is here, the signed visits here and at the hub."""
Fetch = Callable[[Callable[[Progress], None], Callable[[], bool]], Found]


class FirstFetch(QObject):
    """Owns the page; `done` when everything is here and the person goes on."""

    done = Signal()
    _told = Signal(object)

    def __init__(self, fetch: Fetch, lane: Lane, parent: QObject | None = None) -> None:
        """`fetch` is given whom to tell how far it is, and what to ask between two steps whether to stop."""
        super().__init__(parent)
        self.view = FirstFetchView()
        self._fetch, self._lane = fetch, lane
        self._stop = Event()
        self._progress: Progress | None = None
        self._told.connect(self._progressed, Qt.ConnectionType.QueuedConnection)
        self.view.stop_wanted.connect(self.stop)
        self.view.go_on_wanted.connect(self.begin)
        self.view.finished.connect(self.done)

    def begin(self) -> None:
        """Fetch, or go on with what is left."""
        self._stop.clear()
        self._progress = None
        self.view.show_rows(first_rows(None))
        self._lane.run(partial(self._fetch, self._told.emit, self._stop.is_set), done=self._ended, failed=self._failed)

    def stop(self) -> None:
        """At the next step. What has come stays."""
        self._stop.set()

    def _progressed(self, progress: Progress) -> None:
        if not self.view.begin.isVisibleTo(self.view) and not self.view.go_on.isVisibleTo(self.view):
            self._progress = progress
            self.view.show_rows(first_rows(progress))

    def _ended(self, answer: Found) -> None:
        result, figures = answer
        show = partial(first_rows, self._progress)
        stopped = self._stop.is_set() and not result.whole
        self.view.show_rows(show(stopped=True) if stopped else show(whole=result.whole, figures=figures))

    def _failed(self, error: BaseException) -> None:
        words: Words = words_for(error)
        self.view.show_rows(first_rows(self._progress, trouble=words))
