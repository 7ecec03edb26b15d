"""What every list does: a bar where reading takes long, what went wrong in its place, and columns that stay."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtWidgets import QTableView

from smf_desktop.presenters.messages import words_for
from ui.desk import Desk
from ui.widgets.states import StateCard

T = TypeVar("T")
SETTLED_MS = 400
"""A column that is dragged tells each step; it is kept once it rests."""


def read_list(desk: Desk, card: StateCard, job: Callable[[], T], done: Callable[[T], object]) -> None:
    """Read what a card shows. `done` has the answer; a failure is told on the card and nowhere else."""
    card.begin()

    def came(answer: T) -> None:
        card.show_content()
        done(answer)

    desk.lanes.read.run(job, done=came, failed=partial(_failed, card))


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
