"""The visit page on a bench: a real store, real lanes, real keys."""

from dataclasses import dataclass, field

import shiboken6
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow

from smf_core.domain.visit import VisitForm
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.visit.visits import open_visit
from tests.support.visits import Home
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.visit.page import VisitPage
from ui.tasks import Lanes


def visit_place(home: Home, *skills: str) -> Place:
    """Where a visit to someone begins, for these skills or all of theirs."""
    return Place("visit", home.patient, None, home.of(*skills))


@dataclass
class Bench:
    """The visit page in a window with its shortcuts, and everything it asked of the window."""

    session: Session
    lanes: Lanes
    page: VisitPage
    window: QMainWindow
    went: list[Place] = field(default_factory=list)
    told: list[BaseException] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    changed: list[Touched] = field(default_factory=list)

    @property
    def form(self) -> VisitForm:
        assert self.page.form is not None
        return self.page.form

    @property
    def view(self):  # type: ignore[no-untyped-def]  # the view of the page
        return self.page.widget

    def kept(self) -> VisitForm:
        """The draft as a new start of the application would find it."""
        return open_visit(self.session, visit=self.form.visit).form

    def close(self) -> None:
        self.page.leave()
        self.lanes.store.drain()
        self.lanes.close()
        # Here and now: a collector that runs on a thread of a lane must find nothing of Qt to take down.
        for thing in (self.window, self.page, self.lanes.store, self.lanes.read, self.lanes.work):
            shiboken6.delete(thing)


def bench(session: Session) -> Bench:
    window, lanes = QMainWindow(), Lanes()
    went: list[Place] = []
    told: list[BaseException] = []
    toasts: list[str] = []
    changed: list[Touched] = []
    desk = Desk(session, lanes, went.append, told.append, toasts.append, changed.append)
    page = VisitPage(desk)
    window.setCentralWidget(page.widget)
    for action in Action:
        if action.shortcut:
            made = QAction(action.text, window)
            made.setShortcut(QKeySequence(action.shortcut))
            made.triggered.connect(lambda _on, action=action: page.do(action))
            window.addAction(made)
    window.resize(1282, 553)
    window.show()
    return Bench(session, lanes, page, window, went, told, toasts, changed)
