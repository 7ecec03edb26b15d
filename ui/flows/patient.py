"""The Overview page: opens one person's record, and takes what is asked of it to the services."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from smf_core.domain.checklist import Checklist
from smf_core.domain.nhs_number import check_for_store
from smf_core.domain.pathway import Episode, GateState
from smf_core.domain.patient import Alert, Allergy, Medicine, Name, Patient
from smf_core.domain.trouble import DomainError
from smf_desktop.presenters.banner import BannerRow
from smf_desktop.presenters.identity import day, nhs, sex_label
from smf_desktop.presenters.patient import PatientFacts, PatientRow, patient_row
from smf_desktop.services.bookings import cancel_booking, restore_booking
from smf_desktop.services.discharges import dose_times
from smf_desktop.services.gates import GateAnswer, answer_gate
from smf_desktop.services.overview import open_record, overview
from smf_desktop.services.pathways import name_learner
from smf_desktop.services.people import (
    Member,
    OpenPerson,
    add_member,
    change_demographics,
    change_member,
    end_member,
    no_known_allergies,
    open_person,
)
from smf_desktop.services.red_flags import close_flag, reopen_flag
from smf_desktop.services.session import Touched
from smf_desktop.services.visits import strike_visit
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Act, Asker, Reader, ToCorrect, Typed, read_date
from ui.flows.booking import book
from ui.views.form_dialog import Ask, FormDialog
from ui.views.patient import HISTORY, OVERVIEW, PatientView, Want

ACTIONS: Mapping[Action, Want] = {
    Action.MAIN: Want.START,
    Action.BOOK: Want.BOOK,
    Action.ADD_ALLERGY: Want.ALLERGY,
    Action.NO_ALLERGIES: Want.NO_ALLERGIES,
    Action.ADD_ALERT: Want.ALERT,
    Action.ADD_CONTACT: Want.CONTACT,
    Action.ADD_MEDICINE: Want.MEDICINE,
    Action.EDIT_PERSON: Want.EDIT,
}
FIELDS: Mapping[str, tuple[Ask, ...]] = {
    "allergy": (
        Ask("substance", "Allergy or intolerance to"),
        Ask("reaction", "Reaction", optional=True),
        Ask("noted_on", "When, or where it is written", optional=True),
    ),
    "alert": (Ask("text", "What everyone must see"), Ask("detail", "More about it", "text", optional=True)),
    "contact": (
        Ask("name", "Name"),
        Ask("relation", "Relation", optional=True, half=True),
        Ask("phone", "Phone", optional=True, half=True),
        Ask("informal_carer", "Informal carer, may learn a skill", "check"),
    ),
}
TITLES = {"allergy": "Add an allergy", "alert": "Add an alert", "contact": "Add a contact"}


class PatientPage:
    """One page of the window. Opening a record is noted in the audit before anything of it is shown."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._view = PatientView()
        self._asker = Asker(desk, self._view)
        self._facts: PatientFacts | None = None
        self._row: PatientRow | None = None
        self._patient = ""
        self._turn = 0
        self._view.wanted.connect(self._wanted)

    @property
    def widget(self) -> QWidget:
        return self._view

    @property
    def title(self) -> str:
        return self._row.banner.title if self._row else "Overview"

    @property
    def banner(self) -> BannerRow | None:
        return self._row.banner if self._row else None

    @property
    def facts(self) -> str:
        return self._row.facts if self._row else ""

    def enter(self, place: Place) -> None:
        patient = place.patient or ""
        if patient != self._patient:
            self.clear()
        self._patient = patient
        self._view.tabs.setCurrentIndex(HISTORY if place.record == "history" else OVERVIEW)
        self._turn += 1
        job = partial(open_record, self._desk.session, patient)
        self._desk.lanes.store.run(job, done=partial(self._show, self._turn, True), failed=self._desk.tell)

    def refresh(self, touched: Touched) -> None:
        if self._patient:
            self._turn += 1
            job = partial(overview, self._desk.session, self._patient)
            self._desk.lanes.read.run(job, done=partial(self._show, self._turn, False), failed=self._desk.tell)

    def leave(self) -> None:
        self._asker.close()

    def clear(self) -> None:
        self._turn += 1
        self._asker.forget()
        self._facts = self._row = None
        self._patient = ""
        self._view.clear()

    def can(self, action: Action) -> bool:
        if self._row is None:
            return False
        match action:
            case Action.MAIN:
                return bool(self._row.start)
            case Action.BOOK:
                return bool(self._row.episodes) and not self._row.cannot
            case Action.DISCHARGE:
                return any(one.open for one in self._row.pathways)
            case Action.AMEND | Action.ENTERED_IN_ERROR:
                chosen = self._view.history.chosen()
                return self._view.tabs.currentIndex() == HISTORY and chosen is not None and bool(chosen.visit)
            case Action.COPY_NHS_NUMBER:
                return bool(self._row.banner.nhs_copy)
            case Action.UNDO:
                return self._asker.can_undo
            case Action.REDO:
                return self._asker.can_redo
        return action in ACTIONS or action in (Action.REFRESH, Action.OVERVIEW, Action.HISTORY)

    def do(self, action: Action) -> None:
        if action in ACTIONS:
            self._wanted(ACTIONS[action], "")
            return
        chosen = self._view.history.chosen()
        match action:
            case Action.DISCHARGE:
                self._wanted(Want.DISCHARGE, self._view.pathway)
            case Action.AMEND if chosen is not None:
                self._wanted(Want.AMEND, chosen.visit)
            case Action.ENTERED_IN_ERROR if chosen is not None:
                self._wanted(Want.STRIKE, chosen.visit)
            case Action.OVERVIEW:
                self._view.tabs.setCurrentIndex(OVERVIEW)
            case Action.HISTORY:
                self._view.tabs.setCurrentIndex(HISTORY)
            case Action.COPY_NHS_NUMBER if self._row is not None:
                QGuiApplication.clipboard().setText(self._row.banner.nhs_copy)
            case Action.REFRESH:
                self.refresh(frozenset())
            case Action.UNDO:
                self._asker.undo()
            case Action.REDO:
                self._asker.redo()

    def _show(self, turn: int, fresh: bool, facts: PatientFacts) -> None:
        if turn != self._turn:
            return
        self._facts = facts
        self._row = patient_row(facts, self._desk.session.checklists)
        self._view.show_row(self._row)
        if fresh:
            self._view.take_focus()

    # --- what was wanted ---

    def _wanted(self, want: Want, about: str) -> None:
        row, facts = self._row, self._facts
        if row is None or facts is None:
            return
        match want:
            case Want.START:
                self._start(row)
            case Want.BOOK:
                if row.episodes and not row.cannot:
                    who = _who(row)
                    book(self._desk, self._asker, self._view, patient=self._patient, who=who, episodes=row.episodes)
            case Want.DISCHARGE:
                self._desk.go(Place("discharge", self._patient, about, (about,)))
            case Want.AMEND:
                self._desk.go(Place("visit", self._patient, about))
            case Want.STRIKE:
                self._strike(row, about)
            case Want.ALLERGY | Want.ALERT | Want.CONTACT:
                self._add(row, want.value)
            case Want.NO_ALLERGIES:
                job = partial(no_known_allergies, self._desk.session, self._patient)
                self._asker.run(job, partial(self._asker.did, "No known allergies, asked today"))
            case Want.MEDICINE:
                self._add_medicine(row, facts)
            case Want.EDIT:
                job_open = partial(open_person, self._desk.session, self._patient)
                self._desk.lanes.read.run(job_open, done=self._edit, failed=self._desk.tell)
            case Want.END_MEMBER:
                self._end(row, facts, about)
            case Want.CLOSE_FLAG:
                self._close_flag(row, about)
            case Want.LEARNER:
                self._learner(row, facts, about)
            case Want.CANCEL_BOOKING:
                session = self._desk.session
                undo, redo = partial(restore_booking, session, about), partial(cancel_booking, session, about)
                act = Act("Booking taken back", undo, redo)
                self._asker.run(redo, lambda touched: self._asker.did("Booking taken back", touched, act))
            case Want.GATE_MET | Want.GATE_NOT_MET | Want.GATE_NA:
                self._gate(row, want, about)

    def _start(self, row: PatientRow) -> None:
        if row.start:
            self._desk.go(Place("visit", self._patient, row.resumes or row.planned or None, row.episodes))

    def _form(self, title: str, asks: tuple[Ask, ...], primary: str, row: PatientRow, about: str = "") -> FormDialog:
        session = self._desk.session
        return FormDialog(
            title,
            asks,
            primary,
            who=_who(row),
            about=about,
            read_date=read_date(session),
            parent=self._view.window(),
        )

    def _add(self, row: PatientRow, entity: str) -> None:
        """Add an allergy, alert or contact; taking it back ends it with that reason."""
        session, patient = self._desk.session, self._patient
        dialog = self._form(TITLES[entity], FIELDS[entity], "Save", row)
        first = FIELDS[entity][0].key

        def job(typed: Typed) -> Callable[[], tuple[str, Member, Touched]]:
            if not typed[first].strip():
                raise ToCorrect({first: "Enter this first"})
            said: dict[str, object] = {key: words.strip() for key, words in typed.items() if words.strip()}
            if "informal_carer" in said:
                said["informal_carer"] = True
            return partial(_added, Member(entity, said))

        def _added(member: Member) -> tuple[str, Member, Touched]:
            made, touched = add_member(session, patient, member)
            return made, member, touched

        def done(answer: tuple[str, Member, Touched]) -> None:
            made, member, touched = answer
            undo = partial(end_member, session, patient, made, member, "Taken back")
            act = Act(f"{entity.capitalize()} added", undo, partial(change_member, session, patient, made, member))
            self._asker.did(f"{entity.capitalize()} added", touched, act)

        self._asker.ask(dialog, job, done)

    def _add_medicine(self, row: PatientRow, facts: PatientFacts) -> None:
        """A later medicine is a change of what is prescribed: gates that hang on it lapse, and the form says so."""
        session, patient = self._desk.session, self._patient
        library = session.checklists
        skills = tuple((skill, library.newest(skill).label) for skill in library.skills)
        taught = next((one.skill for one in facts.episodes if one.is_open), "")
        again = {one.skill for one in facts.patient.medicines}
        about = ""
        if again:
            about = "Adding to what is prescribed lets gates lapse that hang on it. Teaching stops until they are met."
        asks = (
            Ask("skill", "For", "choice", taught, options=skills),
            Ask("name", "Name of the medicine or product"),
            Ask("strength", "Strength", optional=True, half=True),
            Ask("device", "Device", optional=True, half=True),
            Ask("dose", "Dose as prescribed", optional=True, half=True),
            Ask("times", "Dose times, with commas", optional=True, half=True, hint="morning, evening"),
            Ask("targets", "Targets", optional=True),
            Ask("ends_on", "Ends on", "date", optional=True),
        )
        dialog = self._form("Add a medicine", asks, "Save", row, about)

        def job(typed: Typed) -> Callable[[], tuple[str, Touched]]:
            fields = Reader(typed, session.today())
            ends = fields.day("ends_on", needed=False)
            said = {key: fields.text(key) for key in ("strength", "device", "dose", "times", "targets")}
            said |= {"skill": fields.needed("skill", "Choose a skill"), "name": fields.needed("name", "Enter the name")}
            fields.check()
            if ends is not None:
                said["ends_on"] = ends.isoformat()
            return partial(add_member, session, patient, Member("medicine", _said(said)))

        self._asker.ask(dialog, job, lambda answer: self._asker.did("Medicine added", answer[1]))

    def _end(self, row: PatientRow, facts: PatientFacts, about: str) -> None:
        """End an allergy, alert or medicine with a reason; what it said stays readable."""
        session, patient = self._desk.session, self._patient
        entity, _, member_id = about.partition(":")
        held = _member(facts.patient, entity, member_id)
        if held is None:
            return
        warn = "Ending what is prescribed lets gates lapse that hang on it." if entity == "medicine" else ""
        dialog = self._form(f"End this {entity}?", (Ask("reason", "Reason", "text"),), "End it", row, warn)

        def job(typed: Typed) -> Callable[[], Touched]:
            reason = typed["reason"].strip()
            if not reason:
                raise ToCorrect({"reason": "Enter a reason"})
            return partial(end_member, session, patient, member_id, held, reason)

        def done(touched: Touched) -> None:
            undo = partial(change_member, session, patient, member_id, held)
            redo = partial(end_member, session, patient, member_id, held, "Ended again")
            self._asker.did(f"{entity.capitalize()} ended", touched, Act(f"{entity.capitalize()} ended", undo, redo))

        self._asker.ask(dialog, job, done)

    def _close_flag(self, row: PatientRow, flag: str) -> None:
        session = self._desk.session
        about = "Closing a red flag is a registered nurse's act. It stays in the history."
        dialog = self._form("Close this red flag?", (Ask("action", "What was done", "text"),), "Close flag", row, about)

        def job(typed: Typed) -> Callable[[], Touched]:
            if not typed["action"].strip():
                raise ToCorrect({"action": "Say what was done"})
            return partial(close_flag, session, flag, typed["action"].strip())

        def done(touched: Touched) -> None:
            undo = partial(reopen_flag, session, flag, "Closed by mistake")
            redo = partial(close_flag, session, flag, "Closed again")
            self._asker.did("Red flag closed", touched, Act("Red flag closed", undo, redo))

        self._asker.ask(dialog, job, done)

    def _strike(self, row: PatientRow, visit: str) -> None:
        session = self._desk.session
        about = "It stays readable with your reason, and counts nowhere. This cannot be undone."
        asks = (
            Ask("reason", "Reason", "text"),
            Ask("name", "Type the family name to confirm", hint=row.banner.name),
        )
        dialog = self._form("Mark this visit as entered in error?", asks, "Entered in error", row, about)
        family = self._facts.patient.name.family.casefold() if self._facts else ""

        def job(typed: Typed) -> Callable[[], Touched]:
            problems = {}
            if not typed["reason"].strip():
                problems["reason"] = "Enter a reason"
            if typed["name"].strip().casefold() != family:
                problems["name"] = "Enter the family name as it stands above"
            if problems:
                raise ToCorrect(problems)
            return partial(strike_visit, session, visit, typed["reason"].strip())

        self._asker.ask(dialog, job, lambda touched: self._asker.did("Visit marked as entered in error", touched))

    def _gate(self, row: PatientRow, want: Want, gate: str) -> None:
        session, episode = self._desk.session, self._view.pathway
        shown = next(
            (one for path in row.pathways if path.episode == episode for one in path.gates if one.gate == gate), None
        )
        if shown is None:
            return
        state = {Want.GATE_MET: GateState.MET, Want.GATE_NA: GateState.NA}.get(want, GateState.NOT_MET)
        title, label, primary = {
            GateState.MET: ("Is this gate met?", "Evidence", "Gate met"),
            GateState.NA: ("Does this gate not apply?", "Why it does not apply", "Not applicable"),
            GateState.NOT_MET: ("Is this gate not met?", "What is missing", "Gate not met"),
        }[state]
        asks: tuple[Ask, ...] = (Ask("words", label, "text", optional=state is GateState.NOT_MET),)
        if state is GateState.MET:
            asks += (Ask("until", "Valid until", "date", optional=True, hint="The gate lapses the day after"),)
        dialog = self._form(title, asks, primary, row, shown.text)

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            until = fields.day("until", needed=False, earliest=session.today())
            words = (
                fields.text("words") if state is GateState.NOT_MET else fields.needed("words", f"Enter {label.lower()}")
            )
            fields.check()
            evidence = words if state is not GateState.NA else ""
            answer = GateAnswer(gate, state, evidence, words if state is GateState.NA else "", until)
            return partial(answer_gate, session, episode, answer)

        self._asker.ask(dialog, job, lambda touched: self._asker.did(primary, touched))

    def _learner(self, row: PatientRow, facts: PatientFacts, contact: str) -> None:
        session, episode = self._desk.session, self._view.pathway
        found = next((one for one in facts.episodes if one.id == episode and one.is_open), None)
        person = facts.patient.contact(contact)
        if found is None or person is None:
            return
        tasks = _tasks(facts.patient, found, session.checklists.checklist(found.skill, found.checklist_version))
        asks = (Ask("tasks", "Their steps and dose times; none chosen means all", "several", options=tasks),)
        dialog = self._form(f"Make {person.name} a learner?", asks, "Make a learner", row)

        def job(typed: Typed) -> Callable[[], Touched]:
            chosen = Reader(typed, session.today()).several("tasks")
            return partial(name_learner, session, episode, contact, chosen)

        self._asker.ask(dialog, job, lambda touched: self._asker.did("Learner named", touched))

    # --- details ---

    def _edit(self, person: OpenPerson) -> None:
        """The form of units: only those changed are saved, each on top of what the form showed."""
        row = self._row
        if row is None or person.patient.id != self._patient:
            return
        session, known = self._desk.session, person.patient
        dialog = self._form("Edit details", _details(known), "Save details", row)

        def job(typed: Typed) -> Callable[[], Touched]:
            fields = Reader(typed, session.today())
            birth = fields.day("born", birth=True)
            family = fields.needed("family", "Enter the family name")
            given = fields.needed("given", "Enter the given name")
            if fields.text("nhs"):
                try:
                    check_for_store(fields.text("nhs"), training=session.kind.value == "training")
                except DomainError as wrong:
                    fields.wrong("nhs", wrong)
            fields.check()
            units: dict[str, dict[str, object]] = {
                "name": {**asdict(Name(family, given, fields.text("title")))},
                "born": {"date_of_birth": birth.isoformat() if birth else ""},
                "sex": {"sex": fields.text("sex")},
                "nhs_number": {"nhs_number": fields.text("nhs")},
                "preferred_name": {"preferred_name": fields.text("preferred")},
                "address": {"address": typed["address"].strip(), "postcode": fields.text("postcode")},
                "phone": {"phone": fields.text("phone")},
                "access_note": {"access_note": fields.text("access")},
                "practice": {"gp_practice_code": fields.text("practice")},
                "gp": {"gp": fields.text("gp")},
                "language": {"language": fields.text("language"), "interpreter": fields.on("interpreter") or None},
            }
            return partial(change_demographics, session, person, units)

        self._asker.ask(dialog, job, self._edited)

    def _edited(self, touched: Touched) -> None:
        self._asker.did("Details saved" if touched else "Nothing was changed", touched)


def _who(row: PatientRow) -> str:
    head = row.banner
    number = head.nhs if head.nhs.startswith("NHS") else f"NHS No. {head.nhs}"
    return f"{head.name} · Born {head.born} · {number}"


def _said(fields: Mapping[str, str]) -> dict[str, str]:
    return {key: words for key, words in fields.items() if words}


def _member(patient: Patient, entity: str, member_id: str) -> Member | None:
    """What stands of an allergy, alert or medicine, as the record has it."""
    held: Mapping[str, Sequence[Allergy | Alert | Medicine]] = {
        "allergy": patient.allergies,
        "alert": patient.alerts,
        "medicine": patient.medicines,
    }
    one = next((each for each in held.get(entity, ()) if each.id == member_id), None)
    if one is None:
        return None
    fields = {key: value for key, value in asdict(one).items() if key not in ("id", "settled")}
    if fields.get("ends_on"):
        fields["ends_on"] = fields["ends_on"].isoformat()
    return Member(entity, {key: value for key, value in fields.items() if value not in (None, "", False)})


def _tasks(patient: Patient, episode: Episode, checklist: Checklist) -> tuple[tuple[str, str], ...]:
    times = tuple((time, f"Dose: {time}") for time in dose_times(patient, episode.skill))
    return (*times, *((step.id, step.short) for step in checklist.steps))


def _details(known: Patient) -> tuple[Ask, ...]:
    sexes = tuple((sex.value, sex_label(sex)) for sex in type(known.sex))
    return (
        Ask("family", "Family name", value=known.name.family, half=True),
        Ask("given", "Given name", value=known.name.given, half=True),
        Ask("title", "Title", value=known.name.title, optional=True, half=True),
        Ask("preferred", "Preferred name", value=known.preferred_name, optional=True, half=True),
        Ask("born", "Born", value=day(known.date_of_birth), half=True),
        Ask("sex", "Gender", "choice", known.sex.value, options=sexes, half=True),
        Ask("nhs", "NHS number", value=nhs(known.nhs_number) if known.nhs_number else "", optional=True, half=True),
        Ask("phone", "Phone", value=known.phone, optional=True, half=True),
        Ask("address", "Address", "text", known.address, optional=True),
        Ask("postcode", "Postcode", value=known.postcode, optional=True, half=True),
        Ask("access", "Access note", value=known.access_note, optional=True, half=True),
        Ask("practice", "Practice code", value=known.practice_code, optional=True, half=True),
        Ask("gp", "GP", value=known.gp, optional=True, half=True),
        Ask("language", "Language", value=known.language, optional=True, half=True),
        Ask("interpreter", "Interpreter needed", "check", "yes" if known.interpreter else "", half=True),
    )
