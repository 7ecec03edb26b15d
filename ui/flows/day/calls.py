"""The call page: Ctrl+J, wherever a person is on the screen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import ClassVar

from smf_core.domain.call import (
    CallForm,
    CallNext,
    CallOutcome,
    CallPurpose,
    Direction,
    FlagsTold,
    gaps,
    outcomes_for,
)
from smf_core.domain.gap import Gap
from smf_desktop.presenters.calls import call_row
from smf_desktop.presenters.identity import name_line
from smf_desktop.presenters.sheet import SheetRow
from smf_desktop.services.day.calls import (
    CallFacts,
    CallPage,
    SavedCall,
    open_call,
    save_call,
    strike_call,
    unstrike_call,
)
from smf_desktop.services.drafts import CALL, discard_draft, save_draft
from smf_desktop.services.referral.referrals import return_by_phone
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.visit.note_copies import NoteOf
from smf_desktop.services.visit.wrong_person import Moved, move_call_draft
from ui.actions import Action
from ui.desk import Place
from ui.flows.asking import Act, Reader, Typed
from ui.flows.day.booking import book
from ui.flows.day.call_place import AMEND, TASK
from ui.flows.drafted import Keep
from ui.flows.form_draft import draft_of_record
from ui.flows.note_copy import copy_to_clipboard
from ui.flows.sheet import SheetPage
from ui.flows.wrong_person import ask_right_person
from ui.views.form_dialog import Ask, FormDialog


class CallFlow(SheetPage[CallForm, CallFacts, SavedCall]):
    """One call while it is written down, or while it is amended."""

    CODES: ClassVar[Mapping[str, type[StrEnum]]] = {
        "purpose": CallPurpose,
        "outcome": CallOutcome,
        "direction": Direction,
        "flags": FlagsTold,
        "next": CallNext,
    }

    def _commands(self) -> Mapping[Action, Callable[[], None]]:
        first_time = self.form is not None and not self.form.amends
        return {**super()._commands(), **({Action.WRONG_PERSON: self._wrong_person} if first_time else {})}

    def _wrong_person(self) -> None:
        """The call was about somebody else: the draft goes there, with all that was typed."""
        form, facts = self.form, self._facts
        if form is None or facts is None:
            return
        self.save_now()

        def moved(where: Moved) -> None:
            self._forget()  # the draft is under another name now: this page keeps nothing of it
            self._desk.go(Place("call", where.patient))

        ask_right_person(
            self._desk,
            self._asker,
            self._view,
            visit=form.call,
            patient=form.patient,
            who=name_line(facts.patient.name),
            signed=False,
            names=dict,
            done=moved,
            move=move_call_draft,
        )

    def can(self, action: Action) -> bool:
        if action in (Action.ENTERED_IN_ERROR, Action.COPY_NOTE):
            return self.form is not None and self.form.amends and not self._signing
        return super().can(action)

    def do(self, action: Action) -> None:
        form = self.form
        if form is None or not self.can(action):
            return
        if action is Action.ENTERED_IN_ERROR:
            self._ask_strike(form)
        elif action is Action.COPY_NOTE:
            copy_to_clipboard(self._desk, NoteOf.CALL, form.call)
        else:
            super().do(action)

    def _ask_strike(self, form: CallForm) -> None:
        """A call written down in error stays readable and counts nowhere; what is typed here goes with it."""
        session = self._desk.session
        dialog = FormDialog(
            "Was this call entered in error?",
            (Ask("reason", "Why"),),
            "Take it out",
            kind="danger",
            about="It stays readable in the history and counts nowhere. Red flags told in it are taken out too.",
            cancel="Keep the call",
            parent=self._view.window(),
        )

        def job(typed: Typed) -> Callable[[], tuple[str, Touched]]:
            fields = Reader(typed, session.today())
            reason = fields.needed("reason", "Enter why")
            fields.check()
            return lambda: (reason, _strike(session, form, reason))

        def done(answer: tuple[str, Touched]) -> None:
            reason, touched = answer
            self._forget()
            self._desk.go(Place("patient", form.patient))
            undo, redo = partial(unstrike_call, session, form.call), partial(_strike, session, form, reason)
            self._asker.did("Call taken out", touched, Act("Call taken out", undo, redo))

        draft = draft_of_record(self._desk, form.patient, f"strike call {form.call}")
        self._asker.ask(dialog, job, done, draft=draft)

    def _job(self, form: CallForm) -> Keep:
        return partial(save_draft, self._desk.session, CALL, form.call, form.patient, form)

    def _read(self, place: Place) -> Callable[[], CallPage]:
        record = place.record or ""
        task = record.removeprefix(TASK) if record.startswith(TASK) else None
        call = record.removeprefix(AMEND) if record.startswith(AMEND) else None
        return partial(open_call, self._desk.session, place.patient or "", call=call, task=task)

    def _row(self, form: CallForm, facts: CallFacts, asked: bool) -> SheetRow:
        return call_row(form, facts.patient, facts.pathways, self._gaps(form), asked=asked)

    def _gaps(self, form: CallForm) -> Sequence[Gap]:
        return gaps(form, self._desk.session.today())

    def _typed(self, form: CallForm, facts: CallFacts, key: str, value: str) -> CallForm:
        if key == "signs":
            return replace(form, signs=tuple(filter(None, value.split("|"))))
        if key == "direction" and not value:
            return replace(form, direction=Direction.IN)
        changed = super()._typed(form, facts, key, value)
        if key == "purpose" and form.outcome not in outcomes_for(changed.purpose):
            return replace(changed, outcome=None)
        return changed

    def _save(self, form: CallForm) -> Callable[[], SavedCall]:
        return partial(save_call, self._desk.session, form)

    def _saved(self, form: CallForm, saved: SavedCall) -> None:
        self._desk.go(Place("patient", form.patient))
        self._desk.changed(saved.touched)
        self._desk.toast("Call saved")
        if saved.needs_help:
            self._offer_referral(form, saved)
        elif form.next is CallNext.VISIT and not form.amends:
            book(self._desk, self._asker, self._view.window(), patient=form.patient, who="", episodes=())

    def _offer_referral(self, form: CallForm, saved: SavedCall) -> None:
        """Help is needed again: a referral by the person, linked to what ended, or nothing more."""
        session = self._desk.session
        labels = tuple((skill, session.checklists.newest(skill).label) for skill in saved.needs_help)
        dialog = FormDialog(
            "Take them back as a new referral?",
            (
                Ask("skills", "Skills", "several", "|".join(skill for skill, _ in labels), options=labels),
                Ask("reason", "Why", "text", form.words),
            ),
            "Make the referral",
            about="It stands under Referrals to triage, linked to the discharge before.",
            cancel="Not now",
            parent=self._view.window(),
        )

        def job(typed: Typed) -> Callable[[], object]:
            fields = Reader(typed, session.today())
            skills, reason = fields.several("skills"), fields.needed("reason", "Enter why help is needed")
            if not skills:
                fields.problems["skills"] = "Choose at least one skill"
            fields.check()
            return partial(return_by_phone, session, form.patient, skills, reason)

        def done(answer: object) -> None:
            assert isinstance(answer, tuple)
            self._desk.changed(answer[1])
            self._desk.toast("Referral made, to triage")

        draft = draft_of_record(self._desk, form.patient, f"return {form.call}")
        self._asker.ask(dialog, job, done, "Saving", draft=draft)


def _strike(session: Session, form: CallForm, reason: str) -> Touched:
    """Take the call out, and the draft of its amendment with it."""
    touched = strike_call(session, form.call, reason)
    discard_draft(session, CALL, form.call)
    return touched
