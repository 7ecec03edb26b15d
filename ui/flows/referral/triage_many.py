"""Several referrals of the inbox decided in one go: one form for all, each saved by itself, and who is left by name."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Event

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smf_core.domain.referral import Priority
from smf_desktop.ports import Progress
from smf_desktop.presenters.referral.inbox import InboxRow
from smf_desktop.presenters.referral.page import PRIORITIES, Colleague
from smf_desktop.presenters.referral.triage_many import (
    EACH_ITS_OWN,
    EXCLUDED,
    ONE_BY_ONE,
    done_words,
    left_lines,
    left_title,
    whom,
)
from smf_desktop.services.referral.triage import may_teach
from smf_desktop.services.referral.triage_many import AcceptMany, Many, accept_many, reject_many, wait_many
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, Typed, read_date
from ui.flows.form_draft import FormDraft, draft_anywhere
from ui.views.form_dialog import Ask, FormDialog

Job = Callable[[Typed], Callable[[Progress], Many]]


class TriageMany(QObject):
    """Asks about several rows at once. `left` has the referral to go to, of those that were not decided."""

    left = Signal(str)
    _reached = Signal(str)

    def __init__(self, desk: Desk, asker: Asker, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._asker, self._over = desk, asker, over

    def accept(self, rows: Sequence[InboxRow]) -> None:
        """Accept: how soon, who teaches, who is accountable, and whether anything is known to stop teaching."""
        job = partial(may_teach, self._desk.session)
        self._desk.lanes.read.run(job, done=partial(self._ask_accept, tuple(rows)), failed=self._desk.tell)

    def wait(self, rows: Sequence[InboxRow]) -> None:
        """Hold: what must be known first, from whom, and when to chase it."""
        session = self._desk.session
        asks = (
            Ask("reason", "What must be known first", "text"),
            Ask("whom", "From whom", optional=True, half=True),
            Ask("chase", "Chase it on", "date", optional=True, half=True, hint="tomorrow, +2d"),
        )

        def job(typed: Typed) -> Callable[[Progress], Many]:
            fields = Reader(typed, session.today())
            reason = fields.needed("reason", "Enter a reason")
            chase = fields.day("chase", needed=False, earliest=session.today())
            fields.check()
            ids, from_ = _ids(rows), fields.text("whom")
            return lambda progress: wait_many(session, ids, reason, whom=from_, chase_on=chase, progress=progress)

        self._ask(rows, "Wait for information", asks, job, "held for information", draft_anywhere(self._desk, "wait"))

    def send_back(self, rows: Sequence[InboxRow]) -> None:
        """Send back: one reason, and a letter for each."""
        session = self._desk.session

        def job(typed: Typed) -> Callable[[Progress], Many]:
            fields = Reader(typed, session.today())
            reason = fields.needed("reason", "Enter a reason")
            fields.check()
            return lambda progress: reject_many(session, _ids(rows), reason, progress)

        asks = (Ask("reason", "Reason each referrer is told", "text"),)
        self._ask(rows, "Send back", asks, job, "sent back", draft_anywhere(self._desk, "send back"))

    def _ask_accept(self, rows: Sequence[InboxRow], colleagues: tuple[Colleague, ...]) -> None:
        session = self._desk.session
        me = next((one for one in colleagues if one.is_me), None)
        everyone = tuple((one.id, one.name) for one in colleagues)
        registered = tuple((one.id, one.name) for one in colleagues if one.registered)
        accountable = me.id if me and me.registered else ""
        asks = (
            Ask("priority", "Priority", "choice", Priority.ROUTINE.value, options=PRIORITIES),
            Ask("nurse", "Taught by", "choice", me.id if me else "", options=everyone, half=True),
            Ask("accountable", "Accountable registered nurse", "choice", accountable, options=registered, half=True),
            Ask("stops", "Is anything known that stops teaching?", "choice", options=EXCLUDED),
        )

        def job(typed: Typed) -> Callable[[Progress], Many]:
            fields = Reader(typed, session.today())
            to = AcceptMany(
                nurse=fields.needed("nurse", "Choose who teaches"),
                accountable_nurse=fields.needed("accountable", "Choose a registered nurse"),
                priority=Priority(fields.text("priority") or Priority.ROUTINE.value),
            )
            if fields.needed("stops", "Choose an answer") == "yes":
                fields.problems["stops"] = ONE_BY_ONE
            fields.check()
            return lambda progress: accept_many(session, _ids(rows), to, progress)

        self._ask(rows, "Accept", asks, job, "accepted")

    def _ask(
        self,
        rows: Sequence[InboxRow],
        title: str,
        asks: Sequence[Ask],
        job: Job,
        what: str,
        draft: FormDraft | None = None,
    ) -> None:
        names = {row.referral: row.name for row in rows}
        dialog = FormDialog(
            f"{title}: {len(rows)} referrals?",
            asks,
            title,
            who=whom(list(names.values())),
            about=EACH_ITS_OWN,
            read_date=read_date(self._desk.session),
            parent=self._over.window(),
        )
        stop = Event()
        self._reached.connect(dialog.set_busy)

        def left(_code: int) -> None:
            stop.set()
            self._reached.disconnect(dialog.set_busy)

        dialog.finished.connect(left)

        def progress(done: int, total: int) -> bool:
            """Called from the store lane between two referrals."""
            self._reached.emit(f"{done} of {total}")
            return not stop.is_set()

        told = partial(self._tell, names, what)
        self._asker.ask(dialog, lambda typed: partial(job(typed), progress), told, draft=draft)

    def _tell(self, names: dict[str, str], what: str, answer: Many) -> None:
        self._asker.did(done_words(len(answer.done), what), answer.touched)
        if answer.trouble is not None:
            self._desk.tell(answer.trouble)
        lines = left_lines(answer.left, answer.not_reached, names)
        if not lines:
            return
        first = answer.left[0].referral if answer.left else answer.not_reached[0]
        title = left_title(len(answer.done), len(lines), what)
        notes = tuple(Ask(f"left{place}", line, "note") for place, line in enumerate(lines))
        dialog = FormDialog(title, notes, "Go to the first", cancel="Close", parent=self._over.window())

        def go(_typed: Typed) -> None:
            dialog.accept()
            self.left.emit(first)

        dialog.submitted.connect(go)
        dialog.open()


def _ids(rows: Sequence[InboxRow]) -> tuple[str, ...]:
    return tuple(row.referral for row in rows)
