"""The page about one person: opens the record, and takes what is asked of it to the services."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.usual_visits import UsualVisits
from smf_desktop.presenters.banner import BannerRow
from smf_desktop.presenters.patient.facts import PatientFacts
from smf_desktop.presenters.patient.history import HistoryRow
from smf_desktop.presenters.patient.page import PatientRow, patient_row
from smf_desktop.presenters.sync.facts import SyncState
from smf_desktop.presenters.today.facts import Act as TaskAct
from smf_desktop.services.booking.bookings import cancel_booking, restore_booking
from smf_desktop.services.people import no_known_allergies
from smf_desktop.services.record.overview import open_record, overview, usual
from smf_desktop.services.record.private_notes import read_private_note
from smf_desktop.services.session import Touched
from smf_desktop.services.tasks import finish_task, reopen_task
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.after_signing import AfterSigning
from ui.flows.asking import Act, Asker
from ui.flows.checklist_change import ask_checklist
from ui.flows.day.booking import ask_call_off, book, move
from ui.flows.day.call_place import TASK
from ui.flows.day.dose_cover import ask_dose, ask_dose_cover, ask_end_cover
from ui.flows.letters.core_stop import ask_core_stop, ask_core_visits
from ui.flows.letters.page import LettersPanel
from ui.flows.paper_sheet import show_sheet_for
from ui.flows.patient.care import Care
from ui.flows.patient.death import Death
from ui.flows.patient.details import Details
from ui.flows.patient.disputes import Disputes
from ui.flows.patient.documents import Documents
from ui.flows.patient.forms import About, Forms
from ui.flows.patient.history import FieldHistory
from ui.flows.patient.members import Members
from ui.flows.patient.visits import Visits
from ui.views.form_dialog import Ask, FormDialog
from ui.views.patient.history import FIELDS
from ui.views.patient.page import PatientView
from ui.views.patient.wants import Tab, Want
from ui.widgets.clipboard import copy_for_a_while

ACTIONS: Mapping[Action, Want] = {
    Action.MAIN: Want.START,
    Action.BOOK: Want.BOOK,
    Action.ADD_ALLERGY: Want.ALLERGY,
    Action.NO_ALLERGIES: Want.NO_ALLERGIES,
    Action.ADD_ALERT: Want.ALERT,
    Action.ADD_CONTACT: Want.CONTACT,
    Action.ADD_MEDICINE: Want.MEDICINE,
    Action.ADD_EQUIPMENT: Want.EQUIPMENT,
    Action.ADD_DOCUMENT: Want.DOCUMENT,
    Action.EDIT_PERSON: Want.EDIT,
    Action.CALL: Want.CALL,
    Action.DOSE_COVER: Want.DOSE_COVER,
    Action.END_DOSE_COVER: Want.END_DOSE_COVER,
    Action.SETTLE: Want.SETTLE,
    Action.RECORD_DEATH: Want.DEATH,
    Action.REVERSE_DEATH: Want.REVERSE_DEATH,
}
TABS: Mapping[Action, Tab] = {
    Action.OVERVIEW: Tab.OVERVIEW,
    Action.VISITS: Tab.VISITS,
    Action.SKILLS: Tab.SKILLS,
    Action.LETTERS_TAB: Tab.LETTERS,
    Action.HISTORY: Tab.HISTORY,
}
PLACES: Mapping[str, Tab] = {
    "visits": Tab.VISITS,
    "skills": Tab.SKILLS,
    "letters": Tab.LETTERS,
    "documents": Tab.LETTERS,
    "history": Tab.HISTORY,
}
"""What the record of a place may name: the tab to open on; documents are beside the letters."""

OF_A_VISIT: Mapping[Action, Want] = {
    Action.AMEND: Want.AMEND,
    Action.ENTERED_IN_ERROR: Want.STRIKE,
    Action.WRONG_PERSON: Want.WRONG_PERSON,
    Action.COPY_NOTE: Want.COPY_NOTE,
    Action.ASK_COSIGN: Want.ASK_COSIGN,
    Action.COSIGN: Want.COSIGN,
}
OF_A_SKILL: Mapping[Action, Want] = {
    Action.RECORD_CONSENT: Want.CONSENT,
    Action.PAPER_SHEET: Want.PAPER_SHEET,
    Action.CHANGE_CHECKLIST: Want.CHECKLIST,
    Action.ACCOUNTABLE_NURSE: Want.ACCOUNTABLE,
    Action.TREATMENT_END: Want.TREATMENT_END,
}


class PatientPage:
    """One page of the window. Opening a record is noted in the audit before anything of it is shown."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._letters = LettersPanel(desk)
        self._view = PatientView(self._letters.widget)
        self._asker = Asker(desk, self._view)
        self._after = AfterSigning(desk, self._asker)
        forms = Forms(desk, self._asker, self._view)
        self._members, self._care, self._details = Members(forms), Care(forms), Details(forms)
        self.documents, self._death, self._disputes = Documents(forms), Death(forms), Disputes(forms)
        self._visits, self._fields = Visits(forms), FieldHistory(forms)
        self.forms = forms
        self._about: About | None = None
        self._usual: dict[str, UsualVisits] = {}
        self._usual_asked: set[str] = set()
        self._patient = ""
        self._turn = 0
        self._fresh = False
        self._sync = desk.syncer.state
        self._end_sync: Callable[[], None] = lambda: None
        self._view.wanted.connect(self._wanted)
        self._view.letters_wanted.connect(self._read_letters)
        self._view.history.fields_wanted.connect(self._read_fields)

    @property
    def widget(self) -> QWidget:
        return self._view

    @property
    def title(self) -> str:
        return self._about.row.banner.title if self._about else "Overview"

    @property
    def banner(self) -> BannerRow | None:
        return self._about.row.banner if self._about else None

    @property
    def facts(self) -> str:
        return self._about.row.facts if self._about else ""

    def enter(self, place: Place) -> None:
        patient = place.patient or ""
        if self._patient and patient != self._patient:  # emptied already, it is not emptied and painted once more
            self.clear()
        self._patient = patient
        self._view.letters.show_documents(on=place.record == "documents")
        self._view.tabs.setCurrentIndex(PLACES.get(place.record or "", Tab.OVERVIEW))
        self._fresh = True
        self._end_sync()
        self._sync = self._desk.syncer.state
        self._end_sync = self._desk.syncer.subscribe(self._hub_heard)
        self._turn += 1
        job = self._words(partial(open_record, self._desk.session, patient))
        self._desk.lanes.store.run(job, done=partial(self._show, self._turn), failed=self._desk.tell)

    def refresh(self, touched: Touched) -> None:
        if self._patient:
            self._turn += 1
            job = self._words(partial(overview, self._desk.session, self._patient))
            self._desk.lanes.read.run(job, done=partial(self._show, self._turn), failed=self._desk.tell)

    def _hub_heard(self, state: SyncState) -> None:
        """What was marked as not yet at the hub is read again as soon as the hub may have it."""
        before, self._sync = self._sync, state
        moved = (before.waiting, before.last) != (state.waiting, state.last)
        if moved and self._about is not None and self._about.facts.waits:
            self.refresh(frozenset())

    def _words(self, read: Callable[[], PatientFacts]) -> Callable[[], tuple[PatientFacts, PatientRow]]:
        """What was read, already in words when it comes back: the interface thread only shows them."""
        library, known = self._desk.session.checklists, dict(self._usual)

        def job() -> tuple[PatientFacts, PatientRow]:
            facts = read()
            return facts, patient_row(facts, library, known)

        return job

    def leave(self) -> None:
        self._fresh = False
        self._end_sync()
        self._asker.close()
        self._letters.leave()
        self.documents.close()
        self._fields.close()

    def clear(self) -> None:
        self._turn += 1
        self._asker.forget()
        self._letters.clear()
        self.documents.close()
        self._fields.close()
        self._about = None
        self._patient = ""
        self._view.clear()

    def can(self, action: Action) -> bool:
        about = self._about
        if about is None:
            return False
        if self._view.shows_letters and self._letters.can(action):
            return True
        row = about.row
        if action in OF_A_VISIT:
            return bool(self._chosen_visit(OF_A_VISIT[action]))
        if action in OF_A_SKILL:
            return any(one.open and one.episode == self._view.pathway for one in row.pathways)
        match action:
            case Action.MAIN:
                return bool(row.start)
            case Action.BOOK:
                return bool(row.episodes) and not row.cannot
            case Action.DISCHARGE:
                return any(one.open for one in row.pathways)
            case Action.COPY_NHS_NUMBER:
                return bool(row.banner.nhs_copy)
            case Action.SETTLE:
                return any(not one.refused for one in row.disputes)
            case Action.RECORD_DEATH:
                return not row.died
            case Action.REVERSE_DEATH:
                return row.died
            case Action.DOSE_COVER:
                return any(one.open for one in row.pathways)
            case Action.PRINT:
                return True
            case Action.END_DOSE_COVER:
                return any(one.covers for one in row.covers)
            case Action.NOT_GONE_AHEAD:
                return about.facts.booking is not None
            case Action.MOVE_VISIT | Action.CALL_OFF:
                return about.facts.booking is not None and about.facts.booking.status == "planned"
            case Action.NO_ALLERGIES:
                return not about.facts.patient.allergies
            case Action.UNDO:
                return self._asker.can_undo
            case Action.REDO:
                return self._asker.can_redo
        return action in ACTIONS or action in TABS or action in (Action.REFRESH, Action.EVERY_FIELD)

    def do(self, action: Action) -> None:
        if self._view.shows_letters and self._letters.can(action):
            self._letters.do(action)
            return
        if action in ACTIONS:
            self._wanted(ACTIONS[action], "")
            return
        if action in TABS:
            self._view.show_tab(TABS[action])
            return
        if action in OF_A_VISIT:
            self._wanted(OF_A_VISIT[action], self._chosen_visit(OF_A_VISIT[action]))
            return
        if action in OF_A_SKILL:
            self._wanted(OF_A_SKILL[action], self._view.pathway)
            return
        match action:
            case Action.NOT_GONE_AHEAD | Action.MOVE_VISIT | Action.CALL_OFF:
                self._change_booking(action)
            case Action.DISCHARGE:
                self._wanted(Want.DISCHARGE, self._view.pathway)
            case Action.EVERY_FIELD:
                self._view.show_tab(Tab.HISTORY)
                self._view.history.lists.setCurrentIndex(FIELDS)
            case Action.PRINT:
                self._letters.ask_waiting(self._patient, self._view)
            case Action.COPY_NHS_NUMBER if self._about is not None:
                copy_for_a_while(self._about.row.banner.nhs_copy)
            case Action.REFRESH:
                self.refresh(frozenset())
            case Action.UNDO:
                self._asker.undo()
            case Action.REDO:
                self._asker.redo()

    def _chosen_visit(self, want: Want) -> str:
        """The visit that is chosen in the list in front, where it can be that; "" for none."""
        if self._view.tab is Tab.VISITS:
            line = self._view.visits.table.chosen()
            return line.visit if line is not None and self._view.visits.may(want) else ""
        chosen = self._view.history.chosen() if self._view.tab is Tab.HISTORY else None
        return chosen.visit if chosen is not None else ""

    def _show(self, turn: int, read: tuple[PatientFacts, PatientRow]) -> None:
        if turn != self._turn:
            return
        facts, row = read
        self._patient = facts.patient.id  # somebody merged meanwhile is shown as who stands for them
        self._about = About(self._patient, row, facts)
        self._view.show_row(row)
        if self._view.history.shows_fields:
            self._read_fields()
        if self._view.shows_letters:
            self._read_letters()
        if self._fresh:  # also where something changed before the first reading was answered
            self._fresh = False
            self._view.take_focus()
        self._ask_usual(facts)

    def _read_letters(self) -> None:
        """The letters are read when they are first looked at."""
        if self._patient:
            self._letters.enter(self._patient)

    def _ask_usual(self, facts: PatientFacts) -> None:
        """The usual range is read once the page stands, once a skill: counting others' visits makes nobody wait."""
        skills = {one.skill for one in facts.episodes if one.is_open} - self._usual_asked
        if skills:
            self._usual_asked |= skills
            job = partial(usual, self._desk.session, skills, joined=self._desk.hub is not None)
            self._desk.lanes.work.run(job, done=self._show_usual, failed=self._desk.tell)

    def _show_usual(self, found: Mapping[str, UsualVisits]) -> None:
        self._usual |= found
        if found and self._about is not None:
            facts = self._about.facts
            self._show(self._turn, (facts, patient_row(facts, self._desk.session.checklists, self._usual)))

    # --- what was wanted ---

    def _wanted(self, want: Want, which: str) -> None:
        """`which` is what it is about: an entry as kind:id, a flag, gate, visit, document or pathway."""
        about = self._about
        if about is None:
            return
        act = self._acts(about, which).get(want)
        if act is not None:
            act()

    def _acts(self, about: About, which: str) -> Mapping[Want, Callable[[], object]]:
        members, care, documents = self._members, self._care, self.documents
        pathway = self._view.pathway
        return {
            Want.START: lambda: self._start(about.row),
            Want.BOOK: lambda: self._book(about),
            Want.DISCHARGE: lambda: self._desk.go(Place("discharge", self._patient, which, (which,))),
            Want.AMEND: lambda: self._desk.go(Place("visit", self._patient, which)),
            Want.STRIKE: lambda: self._visits.strike(about, which),
            Want.COPY_NOTE: lambda: self._after.copy_note(which),
            Want.WRONG_PERSON: lambda: self._visits.wrong_person(about, which),
            Want.ALLERGY: lambda: members.add(about, "allergy"),
            Want.ALERT: lambda: members.add(about, "alert"),
            Want.CONTACT: lambda: members.add(about, "contact"),
            Want.MEDICINE: lambda: members.add(about, "medicine"),
            Want.EQUIPMENT: lambda: members.add(about, "equipment", which or pathway),
            Want.CHANGE_MEMBER: lambda: members.change(about, which),
            Want.END_MEMBER: lambda: members.end(about, which),
            Want.READ_NOTE: lambda: self._read_note(which),
            Want.NO_ALLERGIES: self._no_allergies,
            Want.EDIT: lambda: self._details.edit(about),
            Want.CLOSE_FLAG: lambda: care.close_flag(about, which),
            Want.LEARNER: lambda: care.learner(about, pathway, which),
            Want.END_LEARNER: lambda: care.end_learner(about, pathway, which),
            Want.CONSENT: lambda: care.consent(about, which),
            Want.GATE_MET: lambda: care.gate(about, Want.GATE_MET, pathway, which),
            Want.GATE_NOT_MET: lambda: care.gate(about, Want.GATE_NOT_MET, pathway, which),
            Want.GATE_NA: lambda: care.gate(about, Want.GATE_NA, pathway, which),
            Want.CANCEL_BOOKING: lambda: self._cancel_booking(which),
            Want.DOCUMENT: lambda: documents.add(about),
            Want.OPEN_DOCUMENT: lambda: documents.open(about, which),
            Want.STRIKE_DOCUMENT: lambda: documents.strike(about, which),
            Want.FIELD_HISTORY: lambda: self._card_history(about, which),
            Want.SETTLE: lambda: self._disputes.settle(about, which),
            Want.DEATH: lambda: self._death.record(about),
            Want.REVERSE_DEATH: lambda: self._death.take_back(about),
            Want.CALL: lambda: self._desk.go(Place("call", self._patient)),
            Want.TASK: lambda: self._task(which),
            Want.CONFIRM_STOP: lambda: ask_core_stop(
                self._desk, self._asker, self._view, which, self._patient, about.who
            ),
            Want.CORE_VISITS: lambda: ask_core_visits(
                self._desk, self._asker, self._view, which, self._patient, about.who
            ),
            Want.DOSE_COVER: lambda: ask_dose_cover(
                self._desk, self._asker, self._view, self._patient, about.who, which
            ),
            Want.END_DOSE_COVER: lambda: ask_end_cover(
                self._desk, self._asker, self._view, about.row.covers, about.who, tuple(filter(None, which.split("|")))
            ),
            Want.ASK_COSIGN: lambda: self._after.ask_cosign(which, self._maker(about)),
            Want.COSIGN: lambda: self._after.cosign(which, self._patient, self._maker(about)),
            Want.PAPER_SHEET: lambda: self._sheet(about),
            Want.CHECKLIST: lambda: self._checklist(about),
            Want.ACCOUNTABLE: lambda: care.accountable(about, which),
            Want.TREATMENT_END: lambda: care.treatment_end(about, which),
            Want.ALL_ENTRIES: lambda: self._view.show_tab(Tab.HISTORY),
        }

    def _start(self, row: PatientRow) -> None:
        if row.start:
            self._desk.go(Place("visit", self._patient, row.resumes or row.planned or None, row.episodes))

    def _task(self, which: str) -> None:
        """Do what the button of a task says: it is done, or it opens the call or the question it asks for."""
        act, _, task = which.partition(":")
        session = self._desk.session
        match TaskAct(act):
            case TaskAct.ANSWER:
                ask_dose(self._desk, self._asker, self._view, task)
            case TaskAct.CALL:
                self._desk.go(Place("call", self._patient, f"{TASK}{task}"))
            case TaskAct.REOPEN:
                self._asker.run(partial(reopen_task, session, task), partial(self._asker.did, "Task open again"))
            case _:
                done = Act("Task done", partial(reopen_task, session, task), partial(finish_task, session, task))
                self._asker.run(done.redo, lambda touched: self._asker.did("Task done", touched, done))

    def _maker(self, about: About) -> Callable[[str, tuple[Ask, ...], str, str], FormDialog]:
        return lambda title, asks, primary, words: self.forms.form(title, asks, primary, about, words)

    def _sheet(self, about: About) -> None:
        shown = next((one for one in about.row.pathways if one.episode == self._view.pathway), None)
        if shown is not None:
            show_sheet_for(self._desk, shown.episode, shown.title, self._view)

    def _checklist(self, about: About) -> None:
        """Another version of the checklist, by choice and with a reason."""
        one = next((one for one in about.facts.episodes if one.id == self._view.pathway and one.is_open), None)
        if one is not None:
            ask_checklist(
                self._desk,
                self._asker,
                self._maker(about),
                patient=self._patient,
                episode=one.id,
                skill=one.skill,
                version=one.checklist_version,
            )

    def _book(self, about: About) -> None:
        row = about.row
        if row.episodes and not row.cannot:
            book(self._desk, self._asker, self._view, patient=self._patient, who=about.who, episodes=row.episodes)

    def _no_allergies(self) -> None:
        job = partial(no_known_allergies, self._desk.session, self._patient)
        self._asker.run(job, partial(self._asker.did, "No known allergies, asked today"))

    def _change_booking(self, action: Action) -> None:
        """What becomes of the next visit that is booked."""
        about = self._about
        if about is None or about.facts.booking is None:
            return
        visit = about.facts.booking.id
        if action is Action.NOT_GONE_AHEAD:
            self._desk.go(Place("not_gone_ahead", self._patient, visit))
        else:
            ask = move if action is Action.MOVE_VISIT else ask_call_off
            ask(self._desk, self._asker, self._view, patient=self._patient, who=about.who, visit=visit)

    def _cancel_booking(self, visit: str) -> None:
        session = self._desk.session
        undo, redo = partial(restore_booking, session, visit), partial(cancel_booking, session, visit)
        act = Act("Booking taken back", undo, redo)
        self._asker.run(redo, lambda touched: self._asker.did("Booking taken back", touched, act))

    def _read_note(self, alert: str) -> None:
        """The reading is on disk before the words are shown."""

        def show(words: str) -> None:
            note = self._view.overview.notes.get(alert)
            if note is not None:
                note.tell(words)

        self._asker.run(partial(read_private_note, self._desk.session, alert), show)

    def _read_fields(self) -> None:
        """Every field of the record, for the History tab."""
        turn = self._turn

        def show(rows: tuple[HistoryRow, ...]) -> None:
            if turn == self._turn:
                self._view.history.fill_fields(rows)

        if self._about is not None:
            self._fields.read(self._about, show)

    def _card_history(self, about: About, section: str) -> None:
        turn = self._turn
        self._fields.open_card(about, section, lambda: turn == self._turn)
