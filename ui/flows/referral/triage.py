"""Triage: accept, wait for information, send back. The same three forms from every list of referrals."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from smf_core.domain.dates import parse_time
from smf_core.domain.referral import Priority, first_visit_by
from smf_core.domain.trouble import DomainError
from smf_core.domain.visit_rules import MINUTES_AT_MOST
from smf_desktop.presenters.referral.page import PRIORITIES
from smf_desktop.presenters.referral.triage import GIVERS, NAMED, asked_for, exclusions, joins, proposed, what_follows
from smf_desktop.services.referral.triage import (
    Acceptance,
    FirstVisit,
    TriageForm,
    accept,
    open_triage,
    reject,
    wait_for_information,
)
from smf_desktop.services.session import Session, Touched
from ui.desk import Desk
from ui.flows.asking import Asker, Reader, ToCorrect, Typed, read_date
from ui.flows.form_draft import draft_of_record
from ui.views.form_dialog import Ask, FormDialog
from ui.widgets.dates import DateField
from ui.widgets.fields import ChoiceField
from ui.widgets.notices import Notice

USUAL_MINUTES = "60"


class Triaged(Protocol):
    """A row of a list that names a referral and whose it is; `about` is the person for a dialog."""

    @property
    def referral(self) -> str: ...
    @property
    def patient(self) -> str: ...
    @property
    def about(self) -> str: ...


def ask_accept(desk: Desk, asker: Asker, over: QWidget, row: Triaged) -> None:
    """Accept: how soon, who gives the next dose, what stops teaching, who teaches, the first visit."""
    job = partial(open_triage, desk.session, row.referral)
    desk.lanes.read.run(job, done=partial(_ask, desk, asker, over, row), failed=desk.tell)


def _ask(desk: Desk, asker: Asker, over: QWidget, row: Triaged, form: TriageForm) -> None:
    session = desk.session
    dialog = AcceptDialog(session, form, row.about, over.window())

    def job(typed: Typed) -> Callable[[], tuple[tuple[str, ...], Touched]]:
        return partial(accept, session, row.referral, _acceptance(session, typed, dialog.codes))

    draft = draft_of_record(desk, row.patient, f"accept {row.referral}")
    asker.ask(dialog, job, lambda answer: asker.did("Referral accepted", answer[1]), "Accepting", draft=draft)


class AcceptDialog(FormDialog):
    """The form of an acceptance. The target date follows the priority until somebody types one."""

    def __init__(self, session: Session, form: TriageForm, who: str, parent: QWidget) -> None:
        self._session, self._read = session, form
        library, referral = session.checklists, form.referral
        self.codes = exclusions(referral.skills, library)
        super().__init__(
            "Accept this referral?",
            _asks(session, form, self.codes),
            "Accept referral",
            who=who,
            about=asked_for(referral),
            read_date=read_date(session),
            parent=parent,
        )
        self.follows = Notice("", kind="warn")
        self.follows.hide()
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(layout.count() - 1, self.follows)
        target = self.fields["target"].control
        self._target = target if isinstance(target, DateField) else None
        self._proposed = self._target.text() if self._target else ""
        priority = self.fields["priority"].control
        if isinstance(priority, ChoiceField):
            priority.chosen.connect(self._propose)
        for key, box in self.checks.items():
            if key.startswith("x:"):
                box.toggled.connect(lambda _on: self._say())
        self.left_off.filled.connect(self._say)
        self.setMinimumWidth(min(620, max(460, parent.width() - 40)))

    def _propose(self, code: str) -> None:
        """Another priority, another target date; one that was typed stays."""
        if self._target is not None and self._target.text() == self._proposed:
            by = _target(self._session, self._read, Priority(code))
            self._proposed = proposed(by)
            self._target.setText(self._proposed)
        self._say()

    def _say(self) -> None:
        excluded = any(box.isChecked() for key, box in self.checks.items() if key.startswith("x:"))
        words = what_follows(self.values()["priority"], excluded)
        self.follows.tell(words, "", "warn")
        self.follows.setVisible(bool(words))


def _target(session: Session, form: TriageForm, priority: Priority) -> date:
    return first_visit_by(priority, form.referral.received_on, session.today(), form.holidays)


def _asks(session: Session, form: TriageForm, codes: tuple[tuple[str, str], ...]) -> tuple[Ask, ...]:
    referral, library, colleagues = form.referral, session.checklists, form.colleagues
    me = next((one for one in colleagues if one.is_me), None)
    everyone = tuple((one.id, one.name) for one in colleagues)
    registered = tuple((one.id, one.name) for one in colleagues if one.registered)
    skills = tuple((code, library.newest(code).label) for code in referral.skills)
    accountable = me.id if me and me.registered else ""
    join = joins(referral.skills, form.open_pathways, library)
    by = proposed(_target(session, form, Priority.ROUTINE))
    return (
        Ask("priority", "Priority", "choice", Priority.ROUTINE.value, options=PRIORITIES, half=True),
        Ask("target", "First visit by", "date", by, half=True, hint="17/11, +2w"),
        Ask("nurse", "Taught by", "choice", me.id if me else "", options=everyone, half=True),
        Ask("accountable", "Accountable registered nurse", "choice", accountable, options=registered, half=True),
        Ask("skills", "Skills to teach", "several", "|".join(referral.skills), options=skills),
        *((Ask("join", join, "note"), Ask("second", "Open a second pathway all the same", "check")) if join else ()),
        Ask("dose", "Next dose or care due", optional=True, half=True, hint="Today 18:00"),
        Ask("giver", "Who gives it", "choice", options=(("", "Not said"), *GIVERS), optional=True, half=True),
        Ask("giver_name", "Their name or team", optional=True),
        Ask(
            "exclusions",
            "What is known to stop teaching? Tick only what is known not to be met; the rest is asked at the visit.",
            "note",
        ),
        *(Ask(f"x:{code}", words, "check") for code, words in codes),
        Ask("visit_on", "Book the first visit on", "date", optional=True, half=True, hint="17/11, thu, tomorrow"),
        Ask("visit_at", "Time", optional=True, half=True, hint="9:05 or 1430"),
        Ask("minutes", "Minutes", value=USUAL_MINUTES, half=True),
        Ask("waits", "Why the first visit waits, if none is booked", optional=True),
    )


def _acceptance(session: Session, typed: Typed, codes: tuple[tuple[str, str], ...]) -> Acceptance:
    fields = Reader(typed, session.today())
    visit = _first_visit(session, fields, typed)
    acceptance = Acceptance(
        nurse=fields.needed("nurse", "Choose who teaches"),
        accountable_nurse=fields.needed("accountable", "Choose a registered nurse"),
        priority=Priority(fields.text("priority") or Priority.ROUTINE.value),
        target_date=fields.day("target", needed=False, earliest=session.today()),
        skills=fields.several("skills"),
        next_dose_at=fields.text("dose"),
        giver=fields.text("giver"),
        giver_name=fields.text("giver_name"),
        exclusions=tuple(code for code, _ in codes if fields.on(f"x:{code}")),
        waits=fields.text("waits"),
        first_visit=visit,
        second_pathway=fields.on("second"),
    )
    if acceptance.giver in NAMED and not acceptance.giver_name:
        fields.problems["giver_name"] = "Enter their name"
    if not acceptance.skills:
        fields.problems["skills"] = "Choose at least one skill"
    fields.check()
    return acceptance


def _first_visit(session: Session, fields: Reader, typed: Typed) -> FirstVisit | None:
    if not (fields.text("visit_on") or fields.text("visit_at")):
        return None
    on = fields.day("visit_on", earliest=session.today())
    text = fields.needed("visit_at", "Enter a time such as 9:05 or 1430")
    minutes = fields.whole("minutes", 1, MINUTES_AT_MOST)
    try:
        at = parse_time(text) if text else None
    except DomainError as wrong:
        fields.wrong("visit_at", wrong)
        at = None
    if on is None or at is None:
        return None
    when: datetime = session.local(on, at)
    return FirstVisit(when, minutes)


def ask_wait(desk: Desk, asker: Asker, over: QWidget, row: Triaged) -> None:
    """Hold a referral: what must be known first, from whom, and when to chase it."""
    session = desk.session
    asks = (
        Ask("reason", "What must be known first", "text"),
        Ask("whom", "From whom", optional=True, half=True),
        Ask("chase", "Chase it on", "date", optional=True, half=True, hint="tomorrow, +2d"),
    )
    dialog = FormDialog(
        "Wait for information?",
        asks,
        "Wait for information",
        who=row.about,
        about="With a day, a task for the team asks to chase it.",
        read_date=read_date(session),
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], Touched]:
        fields = Reader(typed, session.today())
        reason = fields.needed("reason", "Enter a reason")
        chase = fields.day("chase", needed=False, earliest=session.today())
        fields.check()
        whom = fields.text("whom")
        return partial(wait_for_information, session, row.referral, reason, whom=whom, chase_on=chase)

    draft = draft_of_record(desk, row.patient, f"wait {row.referral}")
    asker.ask(dialog, job, lambda touched: asker.did("Referral waits for information", touched), draft=draft)


def ask_reject(desk: Desk, asker: Asker, over: QWidget, row: Triaged) -> None:
    """Send a referral back: the reason goes into the letter to whoever referred."""
    dialog = FormDialog(
        "Send this referral back?",
        (Ask("reason", "Reason the referrer is told", "text"),),
        "Send back",
        who=row.about,
        about="A letter with this reason is written, to print and send.",
        parent=over.window(),
    )

    def job(typed: Typed) -> Callable[[], Touched]:
        reason = typed["reason"].strip()
        if not reason:
            raise ToCorrect({"reason": "Enter a reason"})
        return partial(reject, desk.session, row.referral, reason)

    draft = draft_of_record(desk, row.patient, f"send back {row.referral}")
    asker.ask(dialog, job, lambda touched: asker.did("Referral sent back", touched), draft=draft)
