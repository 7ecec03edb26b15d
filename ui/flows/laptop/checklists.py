"""Tools, Checklists: reads the versions, and passes the clinical lead's approval on."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from smf_core.domain.dates import parse_typed
from smf_desktop.presenters.checklists import COLUMNS, NOT_LEAD, checklists_rows, problems
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.laptop.checklists import Versions, approve, versions
from smf_desktop.services.session import StoreKind, Touched
from ui.desk import Desk
from ui.flows.asking import read_date
from ui.views.checklists import ChecklistsView
from ui.widgets.dialogs import give_room


class ChecklistsDialog(QDialog):
    """After an approval the window is told that `approval` changed: it takes up a session with the new library."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Checklists")
        self.setModal(True)
        self._desk = desk
        self.view = ChecklistsView(COLUMNS, NOT_LEAD, read_date(desk.session))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        give_room(self, 1040, 520)
        self.view.approve_wanted.connect(self._approve)
        self.view.close_wanted.connect(self.reject)
        self._open = True
        self.finished.connect(self._closed)
        self.view.table.setFocus()
        self._read()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter belongs to the table and the fields; it never closes the dialog."""
        if event.key() == Qt.Key.Key_Escape:
            self.reject()

    def _read(self) -> None:
        job = partial(versions, self._desk.session)
        self._desk.lanes.read.run(job, done=self._show, failed=self._failed)

    def _show(self, found: Versions) -> None:
        if not self._open:
            return
        session = self._desk.session
        rows = checklists_rows(
            found.library,
            session.today(),
            may_approve=found.may_approve,
            training=session.kind is StoreKind.TRAINING,
            author=session.user.name,
        )
        self.view.show_rows(rows)

    def _approve(self, skill: str, version: str, role: str, review: str) -> None:
        session = self._desk.session
        wrong = problems(role, review, session.today())
        self.view.tell(wrong)
        if wrong:
            return
        due = parse_typed(review, session.today())
        self.view.approve.set_busy("Saving")
        job = partial(approve, session, skill, version, role=role, next_review_due=due)
        self._desk.lanes.store.run(job, done=self._approved, failed=self._failed)

    def _approved(self, touched: Touched) -> None:
        self._desk.changed(touched)
        self._desk.toast("Checklist approved")
        if self._open:
            self.view.approve.set_busy("")
            self._read()

    def _failed(self, error: BaseException) -> None:
        if not self._open:
            self._desk.tell(error)
            return
        self.view.approve.set_busy("")
        words = words_for(error)
        self.view.complain(words.happened, words.do)

    def _closed(self, _result: int) -> None:
        self._open = False
