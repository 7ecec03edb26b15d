"""Discharge with evidence: keeps the form, its undo and its draft; asks the rules, tells the services."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.missing import Missing
from smf_core.domain.teaching_trouble import NotReadyToDischarge
from smf_desktop.presenters.banner import BannerRow, banner
from smf_desktop.presenters.discharge.afterwards import LETTER_KINDS, letter_count
from smf_desktop.presenters.discharge.missing import missing_sentence, missing_summary
from smf_desktop.presenters.discharge.page import (
    CARER_WORDS,
    OTHER,
    OTHER_TILES,
    RETURN_REASONS,
    STEPS,
    SUPPORT_TYPES,
    TILES,
    DischargeRows,
    discharge_rows,
)
from smf_desktop.services.drafts import DISCHARGE, discard_draft, save_draft
from smf_desktop.services.ending.discharges import Discharged, Opened, closing, discharge, open_discharge
from smf_desktop.services.ending.reopening import reopen_discharge
from smf_desktop.services.session import Touched
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Asker, Reader, Typed, read_date
from ui.flows.day.dose_cover import ask_dose
from ui.flows.discharge.around import around_wanted
from ui.flows.discharge.edits import edited
from ui.flows.discharge.letter import LetterBeside
from ui.flows.drafted import DraftedPage, Keep, Walk
from ui.flows.form_draft import draft_of_record
from ui.history import History
from ui.views.discharge.page import DischargeView
from ui.views.form_dialog import Ask, FormDialog
from ui.widgets.text import announce

UNDONE = "Undone straight after signing"


class DischargePage(DraftedPage[DischargeForm]):
    """One pathway while its discharge is written. `Place.record` is the pathway."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, keep=self._job, show=self._show)
        self._view = DischargeView(
            steps=STEPS,
            tiles=TILES,
            others=OTHER_TILES,
            reasons=RETURN_REASONS,
            support_types=SUPPORT_TYPES,
            carer=CARER_WORDS,
            letters=LETTER_KINDS,
            to_come=read_date(desk.session),
            gone_by=read_date(desk.session, past=True),
        )
        self._place: Place | None = None
        self._closing: Closing | None = None
        self._rows: DischargeRows | None = None
        self._missing: tuple[Missing, ...] = ()
        self._walk: Walk[Missing] = Walk()
        self._other_open = False
        self._asker = Asker(desk, self._view)
        self._letter = LetterBeside(desk, self._view.letter, self)
        self._connect()

    # --- the page ----------------------------------------------------------------------------------------------------

    @property
    def widget(self) -> QWidget:
        return self._view

    @property
    def title(self) -> str:
        return self._rows.title if self._rows else "Discharge"

    @property
    def banner(self) -> BannerRow | None:
        return banner(self._closing.patient, self._desk.session.today()) if self._closing else None

    def enter(self, place: Place) -> None:
        """Open a pathway's discharge: its draft where there is one, to the character."""
        self.save_now()
        self._forget()
        self._place = place
        episode = place.record or next(iter(place.episodes), "")
        job = partial(open_discharge, self._desk.session, episode)
        # In the lane of the drafts: what was kept a moment ago is there before it is read.
        self._desk.lanes.store.run(job, done=partial(self._opened, place), failed=self._desk.tell)

    def refresh(self, touched: Touched) -> None:
        if self.form is not None and touched and not self._signing:
            self._read_again(self._show)

    def clear(self) -> None:
        self.save_now()
        self._forget()
        self._view.clear()

    def can(self, action: Action) -> bool:
        return super().can(action) and not (self._rows is not None and self._rows.ended)

    def _job(self, form: DischargeForm) -> Keep:
        """An empty page keeps no draft."""
        session, stand = self._desk.session, self._closing
        if stand is None or form == DischargeForm(form.episode):
            return partial(discard_draft, session, DISCHARGE, form.episode)
        return partial(save_draft, session, DISCHARGE, form.episode, stand.patient.id, form)

    # --- opening and showing -----------------------------------------------------------------------------------------

    def _opened(self, place: Place, opened: Opened) -> None:
        if place is not self._place:
            return
        self._closing = opened.closing
        self._begin(opened.form, opened.saved_at)
        self._show()
        self._focus_start()
        self.facts_changed.emit()

    def _forget(self) -> None:
        self._drop()
        self._asker.forget()
        self._letter.forget()
        self._place = self._closing = self._rows = None
        self._walk.forget()
        self._missing, self._other_open = (), False
        self._view.set_signing(False)

    def _show(self) -> None:
        """Everything on the page follows from the form and the record."""
        form, stand = self.form, self._closing
        if form is None or stand is None:
            return
        session = self._desk.session
        self._missing = stand.missing(form, session.today())
        self._rows = discharge_rows(
            form, stand, self._missing, session.today(), author=session.user.name, other_open=self._other_open
        )
        self._view.show_rows(self._rows)
        self._view.undo.setEnabled(self.can_undo)
        self._view.redo.setEnabled(self.can_redo)
        self._view.reopen.setVisible(session.user.is_registered_nurse)
        if not self._rows.ended:
            self._letter.follow(form, stand)

    def _large_print(self, on: bool) -> None:
        self._letter.show_large(on)
        self._show()

    def _focus_start(self) -> None:
        """The first unfinished part; the way to the overview where teaching has ended."""
        if self._rows is not None and self._rows.ended:
            self._view.overview.setFocus()
        elif self._missing:
            self._view.go_to(self._missing[0], "")
        else:
            self._view.focus_sign()

    def _read_again(self, then: Callable[[], None]) -> None:
        form, place = self.form, self._place
        if form is None:
            return

        def done(stand: Closing) -> None:
            if place is self._place:
                self._closing = stand
                then()

        self._desk.lanes.read.run(partial(closing, self._desk.session, form.episode), done=done, failed=self._desk.tell)

    # --- changing ----------------------------------------------------------------------------------------------------

    def _turn(self, history: History[DischargeForm]) -> None:
        self._other_open = False
        super()._turn(history)

    def _choose(self, code: str) -> None:
        form = self.form
        if form is None:
            return
        self._other_open = code == OTHER
        if code != OTHER:
            self._change(replace(form, outcome=Outcome(code)))
        elif self._rows is None or self._rows.tile != OTHER:
            self._change(replace(form, outcome=None))

    def _edit(self, field: str, words: str) -> None:
        if self.form is not None:
            self._change(edited(self.form, field, words), field)

    def _tick(self, name: str, on: bool) -> None:
        form = self.form
        if form is None:
            return
        if name == "checked":
            self._change(replace(form, checked=on))
        else:
            ticked = form.attestations | {name} if on else form.attestations - {name}
            self._change(replace(form, attestations=ticked))

    # --- commands ----------------------------------------------------------------------------------------------------

    def _commands(self) -> Mapping[Action, Callable[[], None]]:
        return {
            **super()._commands(),
            Action.CLOSE_PAGE: self._close,
            Action.SIGN: self._sign,
            Action.NEXT_PROBLEM: partial(self._go_to_problem, 1),
            Action.PREVIOUS_PROBLEM: partial(self._go_to_problem, -1),
            Action.REFRESH: partial(self._read_again, self._show),
        }

    def _close(self) -> None:
        stand = self._closing
        if stand is None:
            return
        kept = self.form != DischargeForm(stand.episode.id)
        self.save_now()
        self._desk.go(Place("patient", stand.patient.id))
        if kept:
            self._desk.toast("Draft kept. Alt+Left goes back")

    def _go_to_problem(self, by: int) -> None:
        """Walk what is missing, from one to the next and round again."""
        if not self._missing:
            announce(self._view, missing_summary(()))
            return
        item = self._walk.step(self._missing, by)
        self._view.go_to(item, missing_sentence(item))

    def _go_to_first(self) -> None:
        self._walk.forget()
        self._go_to_problem(1)

    def _sign(self) -> None:
        form = self.form
        if form is None:
            return
        self._show()
        if self._missing:
            self._view.go_to(self._walk.first(self._missing), missing_summary(self._missing))
            return
        self._begin_signing()
        self._view.set_signing(True)
        job = partial(discharge, self._desk.session, form)
        self._desk.lanes.store.run(job, done=partial(self._signed, form), failed=self._not_signed)

    def _signed(self, form: DischargeForm, done: Discharged) -> None:
        patient = self._closing.patient.id if self._closing else ""
        self._forget()
        self._desk.changed(done.touched)
        self._desk.go(Place("patient", patient))
        letters = letter_count(form.outcome)
        self._desk.toast(f"Discharge signed. Ctrl+P prints {letters} letters" if letters else "Discharge signed")
        if self._desk.session.user.is_registered_nurse and form.outcome is not Outcome.DECEASED:
            self._desk.offer_undo(partial(self._undo_signing, form, patient))
        if done.questions:
            ask_dose(self._desk, self._asker, self._view, done.questions[0])

    def _undo_signing(self, form: DischargeForm, patient: str) -> None:
        """Undo, at once after signing: the discharge is taken back and the form is a draft again."""
        session = self._desk.session

        def job() -> Touched:
            touched = reopen_discharge(session, form.episode, UNDONE)
            save_draft(session, DISCHARGE, form.episode, patient, replace(form, checked=False))
            return touched

        self._desk.lanes.store.run(
            job, done=partial(self._reopened, Place("discharge", patient, form.episode)), failed=self._desk.tell
        )

    def _not_signed(self, error: BaseException) -> None:
        """Nothing was written; the form is as it was, and its draft is kept."""
        self._view.set_signing(False)
        self._stop_signing()
        self._view.focus_sign()
        self._desk.tell(error)
        if isinstance(error, NotReadyToDischarge):
            self._read_again(self._show)  # the record has changed since it was read

    def _ask_reopen(self) -> None:
        """Take a signed discharge back, with a reason: within 30 days, where nothing newer stands on it."""
        stand = self._closing
        if stand is None:
            return
        about = (
            "Teaching goes on as before. The letters of the discharge are withdrawn and its calls cancelled. "
            "The discharge itself stays in History."
        )
        asks = (Ask("reason", "Reason"),)
        who = banner(stand.patient, self._desk.session.today()).name
        title = "Take this discharge back?"
        form = FormDialog(title, asks, "Take it back", who=who, about=about, parent=self._view.window())

        def job(typed: Typed) -> Callable[[], Touched]:
            read = Reader(typed, self._desk.session.today())
            reason = read.needed("reason", "Enter why the discharge is taken back")
            read.check()
            return partial(reopen_discharge, self._desk.session, stand.episode.id, reason)

        patient = stand.patient.id
        draft = draft_of_record(self._desk, patient, f"reopen {stand.episode.id}")
        self._asker.ask(form, job, partial(self._reopened, Place("patient", patient)), draft=draft)

    def _reopened(self, place: Place, touched: Touched) -> None:
        self._desk.changed(touched)
        self._desk.go(place)
        self._desk.toast("Discharge taken back")

    def _around(self, act: str, record: str) -> None:
        if self._closing is not None:
            self.save_now()
            around_wanted(self._desk, self._asker, self._view, self._closing, act, record)

    def _overview(self) -> None:
        if self._closing is not None:
            self._desk.go(Place("patient", self._closing.patient.id))

    def _connect(self) -> None:
        view = self._view
        view.outcome_chosen.connect(self._choose)
        view.edited.connect(self._edit)
        view.ticked.connect(self._tick)
        view.undo_wanted.connect(partial(self.do, Action.UNDO))
        view.redo_wanted.connect(partial(self.do, Action.REDO))
        view.close_wanted.connect(self._close)
        view.sign_wanted.connect(partial(self.do, Action.SIGN))
        view.problem_wanted.connect(self._go_to_first)
        view.overview_wanted.connect(self._overview)
        view.reopen_wanted.connect(self._ask_reopen)
        view.around.wanted.connect(self._around)
        view.letter.kind_chosen.connect(lambda _kind: self._show())
        view.letter.large_wanted.connect(self._large_print)
        view.focus_moved.connect(self.save_now)
