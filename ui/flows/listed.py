"""What every list does: a bar where reading takes long, what went wrong in its place, and columns that stay.

And what a page of lists does alike: it reads them anew, shows the newest answer, and takes back what was done.
"""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtWidgets import QTableView, QWidget

from smf_desktop.presenters.banner import BannerRow
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.today.facts import Act
from smf_desktop.services.session import Touched
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Asker
from ui.views.side_list import ListView
from ui.widgets.buttons import Button
from ui.widgets.states import StateCard

T = TypeVar("T")
View = TypeVar("View", bound=ListView)
Found = TypeVar("Found")
SETTLED_MS = 400
"""A column that is dragged tells each step; it is kept once it rests."""


def read_list(desk: Desk, card: StateCard, job: Callable[[], T], done: Callable[[T], object]) -> None:
    """Read what a card shows. `done` has the answer; a failure is told on the card and nowhere else."""
    card.begin()

    def came(answer: T) -> None:
        card.show_content()
        done(answer)

    desk.lanes.read.run(job, done=came, failed=partial(_failed, card))


def ask_hub(link: Button, desk: Desk, job: Callable[[], T], done: Callable[[T], object]) -> None:
    """Ask the hub for what this laptop cannot say whole; the link that was pressed is busy until it has answered."""
    held = link.hasFocus()
    link.set_busy("Asking")

    def came(answer: T) -> None:
        link.set_busy("")
        done(answer)

    def failed(error: BaseException) -> None:
        link.set_busy("")
        if held:
            link.setFocus(Qt.FocusReason.OtherFocusReason)
        desk.tell(error)

    desk.lanes.work.run(job, done=came, failed=failed)


def keep_columns(desk: Desk, table: QTableView, name: str) -> None:
    """The widths and the order of a table's columns stay as this user put them, on this laptop."""
    header, key = table.horizontalHeader(), f"columns.{name}"
    if kept := desk.kept(key):
        header.restoreState(QByteArray(kept))
    pause = QTimer(table)
    pause.setSingleShot(True)
    pause.setInterval(SETTLED_MS)
    pause.timeout.connect(lambda: desk.keep(key, bytes(header.saveState().data())))
    for moved in (header.sectionResized, header.sectionMoved):
        moved.connect(lambda *_: pause.start() if table.isVisible() else None)


def _failed(card: StateCard, error: BaseException) -> None:
    words = words_for(error)
    card.show_error(words.happened, words.do)


class ListPage(Generic[View, Found]):
    """A page that is read afresh whenever something changed. What is special to it is in the methods that raise."""

    def __init__(self, desk: Desk, view: View) -> None:
        self._desk, self._view = desk, view
        self._asker = Asker(desk, view)
        self._turn = 0
        self._fresh = True
        self._words = ""
        view.state.again_wanted.connect(self._read)

    def _job(self) -> Callable[[], Found]:
        """What is read, off the interface thread."""
        raise NotImplementedError

    def _show(self, found: Found) -> None:
        raise NotImplementedError

    @property
    def widget(self) -> QWidget:
        return self._view

    @property
    def banner(self) -> BannerRow | None:
        return None

    @property
    def facts(self) -> str:
        return self._words

    def enter(self, place: Place) -> None:
        self._fresh = True
        self._read()

    def refresh(self, touched: Touched) -> None:
        self._read()

    def leave(self) -> None:
        self._asker.close()

    def clear(self) -> None:
        self._asker.forget()
        self._turn += 1
        self._words = ""

    def can(self, action: Action) -> bool:
        match action:
            case Action.UNDO:
                return self._asker.can_undo
            case Action.REDO:
                return self._asker.can_redo
            case Action.TASK_DONE | Action.HAND_OVER_TASK:
                return self._view.tasks is not None
        return action is Action.REFRESH

    def do(self, action: Action) -> None:
        match action:
            case Action.UNDO:
                self._asker.undo()
            case Action.REDO:
                self._asker.redo()
            case Action.REFRESH:
                self._read()
            case Action.TASK_DONE | Action.HAND_OVER_TASK if self._view.tasks is not None:
                self._view.tasks.ask(Act.DONE if action is Action.TASK_DONE else Act.HAND_OVER)

    def _read(self) -> None:
        self._turn += 1
        read_list(self._desk, self._view.state, self._job(), partial(self._came, self._turn))

    def _came(self, turn: int, found: Found) -> None:
        """The newest answer is shown; an older one came too late."""
        if turn != self._turn:
            return
        self._show(found)
        if self._fresh:
            self._fresh = False
            self._view.take_focus()
