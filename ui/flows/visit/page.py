"""Record a visit: keeps the form, its undo and its draft; asks the rules, tells the services."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from smf_core.domain.missing import Missing
from smf_core.domain.teaching_trouble import NotReadyToSign
from smf_core.domain.visit import NextKind, TeachBackAnswer, VisitForm
from smf_core.domain.visit_edits import (
    answer,
    choose_next,
    open_readings,
    own_words,
    score,
    use_strategies,
    write_next,
    write_notes,
)
from smf_core.domain.visit_facts import VisitFacts
from smf_desktop.presenters.banner import BannerRow, banner
from smf_desktop.presenters.identity import clock, name_line, weekday_day
from smf_desktop.presenters.visit.checklist import marks
from smf_desktop.presenters.visit.page import (
    METHOD_CHOICES,
    NEXT_CHOICES,
    PLACE_CHOICES,
    PURPOSE_CHOICES,
    VisitRows,
    visit_rows,
)
from smf_desktop.presenters.visit.words import GATES, KEYS, STRATEGIES, missing_sentence, missing_summary
from smf_desktop.services import auditing
from smf_desktop.services.drafts import VISIT, save_draft
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.visit.facts import visit_page
from smf_desktop.services.visit.visits import Begun, begun_by_colleague, open_visit, sign_visit
from smf_desktop.services.visit.visits import VisitPage as Opened
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import read_date
from ui.flows.drafted import DraftedPage, Keep, Walk
from ui.flows.visit.findings import VisitFindings
from ui.flows.visit.gates import VisitGates
from ui.flows.visit.steps import VisitSteps
from ui.flows.visit.strip import VisitStrip
from ui.views.keys import KeySheet
from ui.views.visit.dialogs import Question
from ui.views.visit.page import VisitView
from ui.widgets.text import announce

FIRST_TIME_ONLY = frozenset(
    {Action.NOT_GONE_AHEAD, Action.STOP_EARLY, Action.ASSESS_ONLY, Action.WRITTEN_LATER, Action.WRONG_PERSON}
)
"""What a visit that is being amended no longer offers."""


class VisitPage(DraftedPage[VisitForm]):
    """One visit while it is written, or a signed one while it is amended."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, keep=self._job, show=self._show)
        common = desk.session.checklists.common
        self._view = VisitView(
            places=PLACE_CHOICES,
            methods=METHOD_CHOICES,
            purposes=PURPOSE_CHOICES,
            answers=tuple((words.code.value, words.screen) for words in common.teach_back_answers),
            strategies=STRATEGIES,
            next_kinds=NEXT_CHOICES,
            gate_states=tuple((state.value, key, words) for state, key, words in GATES),
            parse=read_date(desk.session),
        )
        self._place: Place | None = None
        self._over: list[Place] = []
        self._facts: VisitFacts | None = None
        self._section = 0
        self._missing: tuple[Missing, ...] = ()
        self._rows: VisitRows | None = None
        self._walk: Walk[Missing] = Walk()
        self._strip, self._gates = VisitStrip(self), VisitGates(self)
        self._steps, self._findings = VisitSteps(self), VisitFindings(self)
        self._connect()

    # --- what its parts ask ------------------------------------------------------------------------------------------

    @property
    def desk(self) -> Desk:
        return self._desk

    @property
    def view(self) -> VisitView:
        return self._view

    @property
    def facts_held(self) -> VisitFacts | None:
        return self._facts

    @property
    def rows(self) -> VisitRows | None:
        return self._rows

    @property
    def section(self) -> int:
        return self._section

    def change(self, form: VisitForm, field: str = "") -> None:
        self._change(form, field)

    def edit(self, edit: Callable[[VisitForm], VisitForm], field: str = "") -> None:
        if self.form is not None:
            self._change(edit(self.form), field)

    def turn_to(self, form: VisitForm, section: int) -> None:
        self._section = section
        self._change(form)

    def amend(self, form: VisitForm) -> None:
        self._amend(form)

    def show(self) -> None:
        self._show()

    def reread(self, then: Callable[[], None]) -> None:
        self._read_facts(then)

    def still_here(self) -> Callable[[], bool]:
        place = self._place
        return lambda: place is self._place

    def keep_now(self) -> None:
        self.save_now()

    def go_on_at(self, place: Place) -> None:
        self._end()
        self._desk.go(place)

    # --- the page ----------------------------------------------------------------------------------------------------

    @property
    def widget(self) -> QWidget:
        return self._view

    @property
    def title(self) -> str:
        if self._rows is None or self._facts is None:
            return "Visit"
        return f"{name_line(self._facts.patient.name)} · {self._rows.title}"

    @property
    def banner(self) -> BannerRow | None:
        return banner(self._facts.patient, self._desk.session.today()) if self._facts else None

    def enter(self, place: Place) -> None:
        """Open a visit: its draft where there is one, to the character."""
        self.save_now()
        self._forget()
        if any(place is over for over in self._over):
            # Going back to a visit that is signed must not start another one.
            QTimer.singleShot(0, self, lambda: self._desk.go(Place("patient", place.patient)))
            return
        self._place = place
        job = partial(_open, self._desk.session, place)
        self._desk.lanes.store.run(job, done=partial(self._opened, place), failed=self._not_opened)

    def refresh(self, touched: Touched) -> None:
        if self.form is not None and touched and not self._signing:
            self._read_facts(self._show)

    def clear(self) -> None:
        self.save_now()
        self._forget()
        self._view.clear()

    def can(self, action: Action) -> bool:
        amends = self.form is not None and self.form.amends
        return super().can(action) and not (amends and action in FIRST_TIME_ONLY)

    def _job(self, form: VisitForm) -> Keep:
        return partial(save_draft, self._desk.session, VISIT, form.visit, form.patient, form)

    # --- opening and showing -----------------------------------------------------------------------------------------

    def _opened(self, place: Place, opened: Opened | Begun) -> None:
        if place is not self._place:
            return
        if isinstance(opened, Begun):
            self._begun_by(place, opened)
            return
        self._facts = opened.facts
        form = open_readings(opened.form, opened.facts.taught)
        self._begin(form, opened.saved_at)
        self._view.flags.show_calls(opened.calls)
        self._unsaved = bool(opened.touched)  # a visit that has just begun is found again from its draft
        self._show()
        self.save_now()
        self._view.focus_start()
        self.facts_changed.emit()
        if opened.touched:
            self._desk.changed(opened.touched)

    def _begun_by(self, place: Place, begun: Begun) -> None:
        """A colleague's visit: hers to finish. Opening it by mistake would write two into one."""
        self._forget()
        question = Question(
            f"{begun.by or 'A colleague'} began this visit",
            f"It was begun {weekday_day(begun.at.date())} at {clock(begun.at)} and is not signed. "
            "The draft stays with who wrote it. You can start a visit of your own beside it.",
            "Start my own visit",
            "Leave it",
            parent=self._view,
        )
        own = Place("visit", place.patient, None, begun.episodes)
        question.answered.connect(lambda: self._desk.go(own))
        question.rejected.connect(lambda: self._desk.go(Place("patient", place.patient)))
        question.open()

    def _not_opened(self, error: BaseException) -> None:
        self._desk.tell(error)

    def _forget(self) -> None:
        self._drop()
        self._strip.forget()
        self._place = self._facts = self._rows = None
        self._walk.forget()
        self._section, self._missing = 0, ()

    def _end(self) -> None:
        """The visit is over: its place leads nowhere any more."""
        if self._place is not None:
            self._over.append(self._place)
        self._forget()

    def _show(self) -> None:
        """Everything on the page follows from the form and the facts."""
        form, facts = self.form, self._facts
        if form is None or facts is None:
            return
        self._section = min(self._section, len(form.sections) - 1)
        self._missing = facts.missing(form, self._desk.session.now())
        self._rows = visit_rows(form, facts, self._section, self._missing)
        self._view.show_rows(self._rows, marks(facts))
        self._view.undo.setEnabled(self.can_undo)
        self._view.redo.setEnabled(self.can_redo)

    def _read_facts(self, then: Callable[[], None]) -> None:
        form, place = self.form, self._place
        if form is None:
            return

        def done(facts: VisitFacts) -> None:
            if place is self._place:
                self._facts = facts
                then()

        self._desk.lanes.read.run(partial(visit_page, self._desk.session, form), done=done, failed=self._desk.tell)

    # --- commands ----------------------------------------------------------------------------------------------------

    def _commands(self) -> Mapping[Action, Callable[[], None]]:
        return {
            **super()._commands(),
            Action.CLOSE_PAGE: self._close,
            Action.SIGN: self._sign,
            Action.NOT_GONE_AHEAD: self._strip.not_gone_ahead,
            Action.RIGHT_PERSON: self._strip.turn_right_person,
            Action.WRITTEN_LATER: self._strip.ask_when,
            Action.WRONG_PERSON: self._strip.ask_right_person,
            Action.ASSESS_ONLY: self._strip.assess_only,
            Action.STOP_EARLY: self._strip.ask_stop_early,
            Action.ADD_READING: self._view.readings.open_choices,
            Action.ADD_RECHECK: self._findings.recheck_here,
            Action.NO_RED_FLAGS: self._findings.no_red_flags,
            Action.SECTION: self._view.open_sections,
            Action.NEXT_SKILL: partial(self._turn_tab, 1),
            Action.PREVIOUS_SKILL: partial(self._turn_tab, -1),
            Action.NEXT_PROBLEM: partial(self._go_to_problem, 1),
            Action.PREVIOUS_PROBLEM: partial(self._go_to_problem, -1),
            Action.KEYS: lambda: KeySheet(KEYS, self._view).open(),
            Action.REFRESH: partial(self._read_facts, self._show),
        }

    def _close(self) -> None:
        form = self.form
        if form is not None:
            self.save_now()
            self._desk.go(Place("patient", form.patient))
            self._desk.toast("Draft kept. Alt+Left goes back")

    def _go_to_problem(self, by: int) -> None:
        """Walk what is missing, from one to the next and round again."""
        if not self._missing:
            announce(self._view, missing_summary(()))
            return
        item = self._walk.step(self._missing, by)
        self._go_to(item, missing_sentence(item))

    def _go_to(self, item: Missing, words: str) -> None:
        if item.section is not None and item.section != self._section:
            self._section = item.section
            self._show()
        self._view.go_to(item, words)

    def _sign(self) -> None:
        form = self.form
        if form is None:
            return
        self._show()
        if self._missing:
            self._go_to(self._walk.first(self._missing), missing_summary(self._missing))
            return
        self._begin_signing()
        self._view.sign.set_busy("Signing")
        job = partial(sign_visit, self._desk.session, form)
        self._desk.lanes.store.run(job, done=partial(self._signed, form), failed=self._not_signed)

    def _signed(self, form: VisitForm, touched: Touched) -> None:
        self._view.sign.set_busy("")
        self._end()
        self._desk.changed(touched)
        ends = form.next.kind in (NextKind.DISCHARGE, NextKind.CORE_TEAM) and not form.amends
        page = "discharge" if ends else "patient"
        episodes = tuple(dict.fromkeys(section.episode for section in form.sections))
        self._desk.go(Place(page, form.patient, episodes[0] if ends else None, episodes if ends else ()))
        self._desk.toast("Amendment signed" if form.amends else "Visit signed")

    def _not_signed(self, error: BaseException) -> None:
        """Nothing was written; the form is as it was, and its draft is kept."""
        self._view.sign.set_busy("")
        self._stop_signing()
        if isinstance(error, NotReadyToSign):
            self._read_facts(self._sign)  # the record has changed since the facts were read
        else:
            self._desk.tell(error)

    def _type_next(self, field: str, words: str) -> None:
        form = self.form
        if form is None:
            return
        said = replace(
            form.next,
            on=words if field == "on" else form.next.on,
            at=words if field == "at" else form.next.at,
            minutes=words if field == "minutes" else form.next.minutes,
            focus=words if field == "focus" else form.next.focus,
            reason=words if field == "reason" else form.next.reason,
        )
        self._change(write_next(form, said), f"next {field}")

    # --- tabs and wiring ---------------------------------------------------------------------------------------------

    def _episode(self) -> str:
        assert self.form is not None
        return self.form.sections[self._section].episode

    def _turn_tab(self, by: int) -> None:
        if self.form is not None and len(self.form.sections) > 1:
            self._choose_tab((self._section + by) % len(self.form.sections))

    def _choose_tab(self, section: int) -> None:
        self._section = section
        self._show()
        self.facts_changed.emit()
        self._view.checklist.focus_first()

    def _connect(self) -> None:
        view = self._view
        view.tab_chosen.connect(self._choose_tab)
        view.undo_wanted.connect(partial(self.do, Action.UNDO))
        view.redo_wanted.connect(partial(self.do, Action.REDO))
        view.keys_wanted.connect(partial(self.do, Action.KEYS))
        view.close_wanted.connect(partial(self.do, Action.CLOSE_PAGE))
        view.not_gone_ahead_wanted.connect(partial(self.do, Action.NOT_GONE_AHEAD))
        view.sign_wanted.connect(partial(self.do, Action.SIGN))
        view.problem_wanted.connect(self._go_to_first)
        view.focus_moved.connect(self.save_now)
        view.amend_reason_typed.connect(
            lambda words: self.edit(lambda form: replace(form, amend_reason=words), "amend")
        )
        self._connect_columns()

    def _go_to_first(self) -> None:
        self._walk.forget()
        self._go_to_problem(1)

    def _connect_columns(self) -> None:
        teaching = self._view.teaching
        teaching.answered.connect(
            lambda question, code: self.edit(lambda form: answer(form, self._section, question, TeachBackAnswer(code)))
        )
        teaching.said.connect(
            lambda question, words: self.edit(
                lambda form: own_words(form, self._section, question, words), f"words {self._section} {question}"
            )
        )
        teaching.scored.connect(
            lambda value: self.edit(lambda form: score(form, self._section, value), f"score {self._section}")
        )
        teaching.strategies_chosen.connect(
            lambda codes: self.edit(lambda form: use_strategies(form, self._section, codes))
        )
        teaching.notes_typed.connect(
            lambda words: self.edit(lambda form: write_notes(form, self._section, words), f"notes {self._section}")
        )
        self._view.next.chosen.connect(lambda code: self.edit(lambda form: choose_next(form, NextKind(code))))
        self._view.next.typed.connect(self._type_next)


def _open(session: Session, place: Place) -> Opened | Begun:
    begun = begun_by_colleague(session, place.record)
    if begun is not None:
        return begun
    opened = open_visit(session, visit=place.record, patient=place.patient, episodes=place.episodes)
    auditing.note(session, auditing.READ, opened.form.patient, "visit")
    return opened
