"""Referrals: a file taken in off the interface thread, and what triage decides of each."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from smf_core.domain.referral import Priority
from smf_core.domain.teaching_trouble import ImportStopped
from smf_core.domain.trouble import DomainError
from smf_desktop.ports import FileUnreadable
from smf_desktop.presenters.messages import words_for
from smf_desktop.presenters.referrals import (
    PRIORITIES,
    Colleague,
    ImportView,
    TriageRow,
    import_view,
    imported_words,
)
from smf_desktop.services.referral_file import ReferralFile
from smf_desktop.services.referrals import Acceptance, Imported, accept, examine, reject, take_in, wait_for_information
from smf_desktop.services.session import Session, Touched
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, ToCorrect, Typed, read_date
from ui.views.form_dialog import Ask, FormDialog
from ui.views.referrals import ImportWindow

REFERRALS: Touched = frozenset({"patient", "referral"})
"""What an import that was stopped may have changed."""


class ImportDialog(ImportWindow):
    """Choose a file, see every row, import those that can be taken in. A bad file changes nothing."""

    _told = Signal(int, int)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._asker = Asker(desk, self)
        self._found: ReferralFile | None = None
        self._view: ImportView | None = None
        self._stop = Event()
        self.file_wanted.connect(self._choose)
        self.import_wanted.connect(self._ask)
        self.cancel_wanted.connect(self._stop.set)
        self._told.connect(self.show_progress)
        self.finished.connect(self._left)

    def read(self, path: Path) -> None:
        """Read a file and hold it against the people here."""
        job = partial(_examined, self._desk.session, path)
        self._desk.lanes.work.run(job, done=partial(self._examined, path.name), failed=self._refused)

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Choose a referral file", "", "CSV files (*.csv);;All files (*)")
        if path:
            self.read(Path(path))

    def _examined(self, name: str, answer: tuple[ReferralFile, ImportView]) -> None:
        if self.isVisible():
            self._found, self._view = answer
            self.show_view(name, self._view)

    def _ask(self) -> None:
        """With rows to correct it says so first: what is left out is left as it is."""
        if self._view is None or self._found is None:
            return
        if not self._view.errors:
            self._import()
            return
        question = FormDialog(
            self._view.ask, (), self._view.primary, about=self._view.ask_do, cancel="Go back", parent=self
        )
        question.submitted.connect(lambda _typed: question.accept())
        question.accepted.connect(self._import)
        question.open()

    def _import(self) -> None:
        found = self._found
        if found is None:
            return
        self._stop.clear()
        self.set_running("Importing")
        job = partial(take_in, self._desk.session, found, accept_valid=True, progress=self._progress)
        self._desk.lanes.work.run(job, done=self._imported, failed=self._not_imported)

    def _progress(self, done: int, total: int) -> bool:
        """Called from the work lane between rows."""
        if done % 10 == 0:
            self._told.emit(done, total)
        return not self._stop.is_set()

    def _imported(self, answer: Imported) -> None:
        self.set_running("")
        self._desk.changed(answer.touched)
        self._desk.toast(imported_words(answer.imported))
        self.accept()

    def _not_imported(self, error: BaseException) -> None:
        self._desk.changed(REFERRALS)
        if isinstance(error, ImportStopped):
            self.show_trouble(
                f"Stopped after {imported_words(error.imported)}.",
                "Those stand. Import the file again for the rest: people already taken in are marked.",
            )
            return
        self._refused(error)

    def _refused(self, error: BaseException) -> None:
        words = words_for(error)
        self.show_trouble(words.happened, words.do)
        if not isinstance(error, DomainError):
            self._desk.tell(error)

    def _left(self) -> None:
        self._stop.set()
        self._found = self._view = None
        self.clear()


def _examined(session: Session, path: Path) -> tuple[ReferralFile, ImportView]:
    try:
        data = path.read_bytes()
    except OSError:
        raise FileUnreadable from None
    found = examine(session, data)
    return found, import_view(found, session.checklists)


# --- triage --------------------------------------------------------------------------------------


def ask_accept(desk: Desk, asker: Asker, over: QWidget, row: TriageRow, colleagues: tuple[Colleague, ...]) -> None:
    """Accept: who teaches, who is accountable, how soon, which skills."""
    session = desk.session
    me = next((one for one in colleagues if one.is_me), None)
    everyone = tuple((one.id, one.name) for one in colleagues)
    registered = tuple((one.id, one.name) for one in colleagues if one.registered)
    skills = tuple((code, session.checklists.newest(code).label) for code in row.skill_codes)
    asks = (
        Ask("nurse", "Taught by", "choice", me.id if me else "", options=everyone, half=True),
        Ask(
            "accountable",
            "Accountable registered nurse",
            "choice",
            me.id if me and me.registered else "",
            options=registered,
            half=True,
        ),
        Ask("priority", "Priority", "choice", Priority.ROUTINE.value, options=PRIORITIES, half=True),
        Ask("target", "First visit by", "date", optional=True, half=True, hint="17/11, +2w"),
        Ask("skills", "Skills to teach", "several", "|".join(row.skill_codes), options=skills),
    )
    dialog = FormDialog(
        "Accept this referral?",
        asks,
        "Accept referral",
        who=row.about,
        about=row.mark_full,
        read_date=read_date(session),
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], tuple[tuple[str, ...], Touched]]:
        fields = Reader(typed, session.today())
        acceptance = Acceptance(
            nurse=fields.needed("nurse", "Choose who teaches"),
            accountable_nurse=fields.needed("accountable", "Choose a registered nurse"),
            priority=Priority(fields.text("priority") or Priority.ROUTINE.value),
            target_date=fields.day("target", needed=False, earliest=session.today()),
            skills=fields.several("skills"),
        )
        if not acceptance.skills:
            fields.problems["skills"] = "Choose at least one skill"
        fields.check()
        return partial(accept, session, row.referral, acceptance)

    asker.ask(dialog, job, lambda answer: asker.did("Referral accepted", answer[1]), "Accepting")


def ask_wait(desk: Desk, asker: Asker, over: QWidget, row: TriageRow) -> None:
    """Hold a referral: what must be known first."""
    decide = partial(wait_for_information, desk.session, row.referral)
    title, primary = "Wait for information?", "Wait for information"
    _ask_reason(asker, over, row, title, "What must be known first", primary, decide, "Referral waits for information")


def ask_reject(desk: Desk, asker: Asker, over: QWidget, row: TriageRow) -> None:
    """Send a referral back: the reason the referrer is told."""
    decide = partial(reject, desk.session, row.referral)
    title, label = "Send this referral back?", "Reason the referrer is told"
    _ask_reason(asker, over, row, title, label, "Send back", decide, "Referral sent back")


def _ask_reason(
    asker: Asker,
    over: QWidget,
    row: TriageRow,
    title: str,
    label: str,
    primary: str,
    decide: Callable[[str], Touched],
    done: str,
) -> None:
    dialog = FormDialog(title, (Ask("reason", label, "text"),), primary, who=row.about, parent=over.window())

    def job(typed: Typed) -> Callable[[], Touched]:
        reason = typed["reason"].strip()
        if not reason:
            raise ToCorrect({"reason": "Enter a reason"})
        return partial(decide, reason)

    asker.ask(dialog, job, lambda touched: asker.did(done, touched))
