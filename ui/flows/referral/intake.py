"""The Referrals page: a new referral as a drafted form, the inbox, and a file that is imported."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from smf_core.domain.dates import BadDate, parse_csv_date
from smf_core.domain.referral_form import Problem, ReferralForm, Whose
from smf_core.domain.teaching_trouble import NotReadyToAdd
from smf_desktop.presenters.banner import BannerRow
from smf_desktop.presenters.referral.compare import against_person
from smf_desktop.presenters.referral.form import (
    FormRows,
    form_rows,
    practice_words,
    sentence,
    skill_chips,
    typed_number,
)
from smf_desktop.services.letters.practices import find_practices
from smf_desktop.services.referral.importing import save_template
from smf_desktop.services.referral.intake import (
    Checked,
    OpenForm,
    add_referral,
    check_form,
    keep_form,
    look_at,
    open_form,
)
from smf_desktop.services.referral.merging import Held, may_merge
from smf_desktop.services.session import Touched
from smf_desktop.services.team.who import home_of
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Asker, read_date
from ui.flows.drafted import DraftedPage, Keep
from ui.flows.referral.inbox import InboxFlow
from ui.flows.referral.merging import Comparing
from ui.flows.referral.page import DROP, ImportFlow
from ui.history import History
from ui.views.referral.compare import Answer, CompareDialog
from ui.views.referral.intake import ReferralsView
from ui.widgets.dropping import FilesDropped
from ui.widgets.text import announce

CHECK_AFTER_MS = 350
"""From the last key to the look for people who are alike."""

NEW, IMPORT = "new", "import"
"""What `Place.record` may name: the form, or the import."""


class ReferralsPage(DraftedPage[ReferralForm]):
    """One page of the window. `Place.record` may be `new`, `import`, or the id of a referral in the inbox."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, keep=self._job, show=self._show)
        session = desk.session
        self._accepts = session.user.is_registered_nurse
        self._view = ReferralsView(
            skill_chips(session.checklists),
            read_date(session, past=True),
            _birth,
            accepts=self._accepts,
            leads=may_merge(session),
        )
        self._asker = Asker(desk, self._view)
        self._comparing = Comparing(desk, self._view, self._asker)
        self._bring = ImportFlow(desk, self._view.bring)
        self._bring.emptied.connect(self._to_inbox)
        self._inbox = InboxFlow(desk, self._view.inbox, self._view, self._asker)
        self._checked: Checked | None = None
        self._rows: FormRows | None = None
        self._told: frozenset[str] = frozenset()
        self._problem = -1
        self._check_turn = 0
        self._open_place: Place | None = None
        self._checking = QTimer(self)
        self._checking.setSingleShot(True)
        self._checking.setInterval(CHECK_AFTER_MS)
        self._checking.timeout.connect(self._check)
        self._connect()

    # --- the page ----------------------------------------------------------------------------------------------------

    @property
    def widget(self) -> QWidget:
        return self._view

    @property
    def title(self) -> str:
        return "Referrals"

    @property
    def banner(self) -> BannerRow | None:
        return None

    def enter(self, place: Place) -> None:
        """Open the form where it was left, and read the inbox."""
        self._open_place = place
        self._show_side(import_=place.record == IMPORT)
        self._inbox.read()
        if self.form is None:
            # In the lane of the drafts: what was kept a moment ago is there before it is read.
            job = partial(open_form, self._desk.session)
            self._desk.lanes.store.run(job, done=partial(self._opened, place), failed=self._desk.tell)
        else:
            self._focus(place)

    def refresh(self, touched: Touched) -> None:
        self._inbox.read()
        if self.form is not None and not self._signing:
            self._check()

    def leave(self) -> None:
        super().leave()
        self._asker.close()
        self._comparing.close()
        self._inbox.leave()

    def clear(self) -> None:
        self.save_now()
        self._forget()
        self._inbox.forget()
        self._asker.forget()
        self._comparing.close()
        self._bring.forget()
        self._view.clear()

    def can(self, action: Action) -> bool:
        match action:
            case Action.UNDO:
                return self.can_undo or self._asker.can_undo
            case Action.REDO:
                return self.can_redo or self._asker.can_redo
        return self._inbox.can(action) or (action in self._commands() and not self._signing)

    def do(self, action: Action) -> None:
        if self._inbox.can(action):
            self._inbox.do(action)
        elif self.can(action):
            self._commands()[action]()

    def _commands(self) -> dict[Action, Callable[[], None]]:
        return {
            Action.UNDO: self._undo_one,
            Action.REDO: self._redo_one,
            Action.SAVE_DRAFT: self.save_now,
            Action.MAIN: self._main,
            Action.NEW_REFERRAL: partial(self._view.form.go_to, "nhs_number"),
            Action.NEXT_PROBLEM: partial(self._go_to_problem, 1),
            Action.PREVIOUS_PROBLEM: partial(self._go_to_problem, -1),
            Action.REFRESH: self._inbox.read,
            Action.CLOSE_PAGE: self._close,
        }

    def _turn(self, history: History[ReferralForm]) -> None:
        super()._turn(history)
        self._checking.start()

    def _undo_one(self) -> None:
        """Typing first: a decision of the inbox is taken back from there, or when nothing typed is left to undo."""
        if self.can_undo and not self._in_side():
            self._undo()
        else:
            self._asker.undo()

    def _redo_one(self) -> None:
        if self.can_redo and not self._in_side():
            self._redo()
        else:
            self._asker.redo()

    def _in_side(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self._view.side.isAncestorOf(focus) and self._asker.can_undo

    def _main(self) -> None:
        """Ctrl+Enter: the form's main button; the import's, or the inbox's, where the keyboard is there."""
        focus = QApplication.focusWidget()
        if focus is not None and self._view.bring.isAncestorOf(focus):
            self._view.bring.primary.click()
        elif focus is not None and self._view.inbox.isAncestorOf(focus):
            self._inbox.do(Action.ACCEPT_REFERRAL)
        else:
            self._add(accept=self._accepts)

    def _close(self) -> None:
        kept = self.form is not None and self.form != ReferralForm(self.form.id)
        self.save_now()
        self._desk.go(Place(home_of(self._desk.session)))
        if kept:
            self._desk.toast("Draft kept. Alt+Left goes back")

    # --- the form ----------------------------------------------------------------------------------------------------

    def _job(self, form: ReferralForm) -> Keep:
        return partial(keep_form, self._desk.session, form)

    def _opened(self, place: Place, opened: OpenForm) -> None:
        if place is not self._open_place or self.form is not None:
            return
        self._begin(opened.form, opened.saved_at)
        self._show()
        self._check()
        self._focus(place)
        self.facts_changed.emit()

    def _focus(self, place: Place) -> None:
        if place.record == IMPORT:
            self._view.bring.choose.setFocus()
        else:
            self._view.form.go_to("nhs_number")

    def _forget(self) -> None:
        self._drop()
        self._checking.stop()
        self._check_turn += 1
        self._checked = self._rows = self._open_place = None
        self._told, self._problem = frozenset(), -1
        self._view.form.set_busy("")

    def _problems(self) -> tuple[Problem, ...]:
        return self._checked.read.problems if self._checked else ()

    def _show(self) -> None:
        form = self.form
        if form is None:
            return
        checked = self._checked
        born = checked.read.date_of_birth if checked else None
        candidates = checked.candidates if checked else ()
        today = self._desk.session.today()
        self._rows = form_rows(form, self._problems(), born, candidates, today, self._told)
        self._view.form.show_form(form, self._rows)

    def _type(self, form: ReferralForm, field: str = "") -> None:
        self._change(form, field)
        self._checking.start()

    def _edit(self, field: str, words: str) -> None:
        form = self.form
        if form is not None and getattr(form, field) != words:
            self._type(edited(form, field, words), field)

    def _left_field(self, field: str) -> None:
        """What is wrong is said once a field is left with something in it, and then until it is mended."""
        form = self.form
        if form is None:
            return
        if field == "nhs_number":
            self._edit(field, typed_number(form.nhs_number))
        if getattr(form, field):
            self._told |= {field}
        self._check()

    def _choose_skills(self, skills: tuple[str, ...]) -> None:
        form = self.form
        if form is not None:
            self._told |= {"skills"}
            self._type(replace(form, skills=skills))

    def _check(self) -> None:
        """Hold the form against the rules and everyone here; the newest answer wins."""
        form = self.form
        if form is None:
            return
        self._checking.stop()
        self._check_turn += 1
        job = partial(check_form, self._desk.session, form)
        self._desk.lanes.read.run(job, done=partial(self._found, self._check_turn), failed=self._desk.tell)

    def _found(self, turn: int, checked: Checked) -> None:
        if turn == self._check_turn and self.form is not None:
            told = self._rows.candidates if self._rows else ()
            self._checked = checked
            self._show()
            if self._rows and self._rows.candidates and self._rows.candidates != told:
                announce(self._view.form, f"Might already be here: {self._rows.candidates[0].words}")

    def _find_practices(self, words: str) -> None:
        if len(words.strip()) < 2:
            self._view.form.show_practices(())
            return
        session = self._desk.session

        def job() -> tuple[str, ...]:
            return tuple(practice_words(one, session.today()) for one in find_practices(session, words, 8))

        def done(found: tuple[str, ...]) -> None:
            if self.form is not None and self.form.practice == words:
                self._view.form.show_practices(found)

        self._desk.lanes.read.run(job, done=done, failed=self._desk.tell)

    def _go_to_problem(self, by: int) -> None:
        """F8 walks the fields to correct, or the rows of the file where the keyboard is in it."""
        focus = QApplication.focusWidget()
        if focus is not None and self._view.bring.isAncestorOf(focus):
            self._view.bring.next_problem(by)
            return
        fields = self._rows.problems if self._rows else ()
        if not fields:
            announce(self._view.form, "Nothing to correct")
            return
        self._told |= set(fields)
        self._show()
        here = next((place for place, name in enumerate(fields) if self._has_focus(name)), -1 if by > 0 else 0)
        field = fields[(here + by) % len(fields)]
        words = next(sentence(problem) for problem in self._problems() if problem.field == field)
        self._view.form.go_to(field, words)

    def _has_focus(self, field: str) -> bool:
        focus = QApplication.focusWidget()
        widget = self._view.form.fields[field]
        return focus is not None and widget.isAncestorOf(focus)

    # --- who it is ---------------------------------------------------------------------------------------------------

    def _compare(self, patient: str) -> None:
        """The referral as typed beside somebody here: the nurse says whether it is them."""
        form, session = self.form, self._desk.session
        if form is None:
            return
        born = self._checked.read.date_of_birth if self._checked else None
        answers = (
            Answer("not_sure", "Not sure"),
            Answer("another", "Someone else"),
            Answer("same", "Same person", "primary"),
        )

        def done(here: Held) -> None:
            rows = against_person(form, born, here, session.today(), session.checklists)
            about = "Not sure adds a new person and links both for review."
            dialog = CompareDialog("Is this the same person?", rows, answers, about=about, parent=self._view.window())
            self._comparing.show(dialog, lambda key, _keep, _reason: self._decide(here.patient.id, key))

        # The reading is noted, so this is work for the store.
        self._desk.lanes.store.run(partial(look_at, session, patient), done=done, failed=self._desk.tell)

    def _decide(self, patient: str, key: str) -> None:
        self._comparing.close()
        form = self.form
        if form is not None:
            self._type(replace(form, of=patient, whose=Whose(key).value))
            self._check()

    def _ask_again(self) -> None:
        form = self.form
        if form is not None:
            self._type(replace(form, of="", whose=""))
            self._check()

    # --- adding ------------------------------------------------------------------------------------------------------

    def _add(self, *, accept: bool) -> None:
        """Add the referral; nothing is disabled: what is missing is said and gone to."""
        form = self.form
        if form is None or self._signing:
            return
        self._begin_signing()
        self._view.form.set_busy("Saving")
        job = partial(add_referral, self._desk.session, form)
        self._desk.lanes.store.run(job, done=partial(self._added, accept), failed=self._not_added)

    def _added(self, accept: bool, answer: tuple[str, Touched]) -> None:
        referral, touched = answer
        self._forget()
        self._begin(ReferralForm(self._desk.session.new_id()), None)
        self._show()
        self._view.form.go_to("nhs_number")
        self._desk.changed(touched)
        self._desk.toast("Referral added")
        self._show_side(import_=False)
        if accept:
            self._inbox.accept_new(referral)

    def _not_added(self, error: BaseException) -> None:
        self._view.form.set_busy("")
        self._stop_signing()
        if isinstance(error, NotReadyToAdd):
            self._told |= set(error.fields)
            self._check()
            self._show()
            self._view.form.go_to(error.fields[0], f"{len(error.fields)} to correct")
        else:
            self._desk.tell(error)

    def _clear_form(self) -> None:
        """An empty form; one undo brings everything back."""
        form = self.form
        if form is not None:
            self._told = frozenset()
            self._type(ReferralForm(form.id))
            self._view.form.go_to("nhs_number")
            self._desk.toast("Form cleared. Ctrl+Z brings it back")

    # --- the other half -----------------------------------------------------------------------------------------------

    def _show_side(self, *, import_: bool) -> None:
        self._view.show_side(self._view.bring if import_ else self._view.inbox)

    def _to_import(self) -> None:
        self._show_side(import_=True)
        (self._view.bring.table if self._bring.holds_a_file else self._view.bring.choose).setFocus()

    def _take(self, paths: Sequence[Path]) -> None:
        """Files dropped on the inbox are those of the import."""
        self._to_import()
        self._bring.take(paths)

    def _to_inbox(self) -> None:
        self._show_side(import_=False)
        self._inbox.read(to_rows=True)

    def _save_template(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self._view, "Save the template", "referrals.csv", "CSV files (*.csv)")
        if path:
            done = partial(self._desk.toast, "Template saved")
            self._desk.lanes.work.run(
                partial(save_template, Path(path)), done=lambda _none: done(), failed=self._desk.tell
            )

    def _connect(self) -> None:
        view, form = self._view, self._view.form
        FilesDropped(view.inbox, DROP, lambda: not view.bring.running).came.connect(self._take)
        view.undo_wanted.connect(partial(self.do, Action.UNDO))
        view.redo_wanted.connect(partial(self.do, Action.REDO))
        view.close_wanted.connect(self._close)
        view.inbox_wanted.connect(self._to_inbox)
        view.import_wanted.connect(self._to_import)
        view.template_wanted.connect(self._save_template)
        form.edited.connect(self._edit)
        form.left.connect(self._left_field)
        form.skills_chosen.connect(self._choose_skills)
        form.compare_wanted.connect(self._compare)
        form.undecided.connect(self._ask_again)
        form.draft_wanted.connect(self.save_now)
        form.add_wanted.connect(partial(self._add, accept=False))
        form.accept_wanted.connect(partial(self._add, accept=True))
        form.discard_wanted.connect(self._clear_form)
        form.practice_typed.connect(self._find_practices)
        form.dock.link_chosen.connect(partial(self._go_to_problem, 1))
        self._inbox.came.connect(view.show_inbox)


def edited(form: ReferralForm, field: str, words: str) -> ReferralForm:
    """The form after one field was typed or chosen."""
    typed: dict[str, Any] = {field: words}
    return replace(form, **typed)


def _birth(typed: str) -> date | None:
    """A date of birth is written whole."""
    try:
        return parse_csv_date(typed.strip())
    except BadDate:
        return None
