"""A page on a bench: a real store, real lanes, the real shortcuts, and everything it asked of the window."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import shiboken6
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from smf_desktop.services.session import Session, Touched
from ui.actions import Action
from ui.desk import Desk, Page, Place
from ui.tasks import Lanes


@dataclass
class OnDesk:
    """A page in a window of its own. What a service changed makes the page read again, as the window does."""

    session: Session
    lanes: Lanes
    page: Page
    window: QMainWindow
    went: list[Place] = field(default_factory=list)
    told: list[BaseException] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    changed: list[Touched] = field(default_factory=list)
    offered: list[Callable[[], object]] = field(default_factory=list)
    """What Undo beside a toast would do."""

    @property
    def is_idle(self) -> bool:
        """Nothing that the page asked for is under way."""
        return all(lane.is_idle for lane in (self.lanes.read, self.lanes.work, self.lanes.store))

    def close(self) -> None:
        self.page.leave()
        self.page.clear()
        self.lanes.store.drain()
        self.lanes.close()
        # Here and now: a collector that runs on a thread of a lane must find nothing of Qt to take down.
        for thing in (self.window, self.lanes.store, self.lanes.read, self.lanes.work):
            shiboken6.delete(thing)


def on_desk(session: Session, make: Callable[[Desk], Page]) -> OnDesk:
    window, lanes = QMainWindow(), Lanes()
    went: list[Place] = []
    told: list[BaseException] = []
    toasts: list[str] = []
    changed: list[Touched] = []
    offered: list[Callable[[], object]] = []
    made: list[Page] = []

    def touched(kinds: Touched) -> None:
        changed.append(kinds)
        made[0].refresh(kinds)

    page = make(Desk(session, lanes, went.append, told.append, toasts.append, touched, offered.append))
    made.append(page)
    window.setCentralWidget(page.widget)

    def pressed(action: Action, _on: bool = False) -> None:
        if page.can(action):
            page.do(action)

    for action in Action:
        if action.shortcut:
            command = QAction(action.text, window)
            command.setShortcut(QKeySequence(action.shortcut))
            command.triggered.connect(partial(pressed, action))
            window.addAction(command)
    window.resize(1282, 628)
    window.show()
    return OnDesk(session, lanes, page, window, went, told, toasts, changed, offered)
