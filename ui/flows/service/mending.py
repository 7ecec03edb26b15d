"""What Enter does about a thing to mend: asks for the field over the list, or goes where it is mended."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from smf_core.domain.pathway import BaselineKind
from smf_core.domain.patient import ETHNIC_CATEGORIES
from smf_core.figures.quality import Fault
from smf_desktop.presenters.banner import banner
from smf_desktop.presenters.referral.form import BASELINE_OPTIONS
from smf_desktop.presenters.service.quality import MendRow, closed_words
from smf_desktop.presenters.service.quality import Place as Where
from smf_desktop.services.pathways import state_visits_before
from smf_desktop.services.people import OpenPerson, change_demographics, say_traced
from smf_desktop.services.referral.referrals import link_return
from smf_desktop.services.service.mending import ToMend, Unit, open_to_mend, put, put_traced, unit_of
from smf_desktop.services.session import Touched
from ui.desk import Desk, Place
from ui.flows.asking import Act, Asker, Reader, Typed
from ui.flows.opening import go_to_record, with_reason
from ui.flows.patient.details import check_number
from ui.flows.patient.forms import who_line
from ui.views.form_dialog import Ask, FormDialog

Done = Callable[[], Touched]
PRACTICE = "practice"
UNITS = {
    Fault.NO_NHS_NUMBER: "nhs_number",
    Fault.PRACTICE_NOT_KNOWN: PRACTICE,
    Fault.PRACTICE_CLOSED: PRACTICE,
    Fault.NO_ETHNIC_CATEGORY: "ethnic_category",
    Fault.NO_LANGUAGE: "language",
}
"""The unit of a person that one question mends."""

QUESTIONS = {
    "nhs_number": "What is the NHS number?",
    PRACTICE: "Which practice is it now?",
    "ethnic_category": "What is the ethnic category?",
    "language": "Which language is spoken?",
}
SAVED = {
    "nhs_number": "NHS number saved",
    PRACTICE: "Practice saved",
    "ethnic_category": "Ethnic category saved",
    "language": "Language saved",
}


class Mending:
    """Mends rows over a page. The list is read again by the page, as after anything that is saved."""

    def __init__(self, desk: Desk, asker: Asker, over: QWidget) -> None:
        self._desk, self._asker, self._over = desk, asker, over

    def mend(self, row: MendRow) -> None:
        """What the row needs, after the reason where the person is on somebody else's list."""
        here = row.fault in UNITS or row.fault in (Fault.NHS_NUMBER_NOT_TRACED, Fault.NO_BASELINE)
        if row.fault is Fault.RETURN_NOT_LINKED:
            here = bool(row.record)
        if not here:
            go_to_record(self._desk, self._over, _place(row), row.name)
            return

        def read() -> None:
            job = partial(open_to_mend, self._desk.session, row.patient)
            self._desk.lanes.store.run(job, done=partial(self._ask, row), failed=self._desk.tell)

        with_reason(self._desk, self._over, row.patient, row.name, read)

    def open_record(self, row: MendRow) -> None:
        go_to_record(self._desk, self._over, Place("patient", row.patient), row.name)

    def _ask(self, row: MendRow, opened: ToMend) -> None:
        person = opened.person
        match row.fault:
            case Fault.NHS_NUMBER_NOT_TRACED:
                self._ask_traced(person)
            case Fault.NO_BASELINE:
                self._ask_baseline(row, person)
            case Fault.RETURN_NOT_LINKED:
                self._ask_link(row, person)
            case _:
                self._ask_field(UNITS[row.fault], opened)

    def _form(self, title: str, asks: tuple[Ask, ...], primary: str, person: OpenPerson, about: str = "") -> FormDialog:
        who = who_line(banner(person.patient, self._desk.session.today()))
        return FormDialog(title, asks, primary, who=who, about=about, parent=self._over.window())

    def _saves(self, form: FormDialog, job: Callable[[Typed], tuple[Done, Done]], words: str, undo: Done) -> None:
        """Ask, save, and offer to take it back. `job` reads what saves, and what does it again after an undo."""

        def work(typed: Typed) -> Callable[[], tuple[Touched, Done]]:
            save, again = job(typed)
            return lambda: (save(), again)

        def saved(answer: tuple[Touched, Done]) -> None:
            touched, again = answer
            if touched:
                self._asker.did(words, touched, Act(words, undo, again))
            else:
                self._asker.did("Nothing was changed", touched)

        self._asker.ask(form, work, saved)

    def _ask_field(self, kind: str, opened: ToMend) -> None:
        session, person, patient = self._desk.session, opened.person, opened.person.patient

        def job(typed: Typed) -> tuple[Done, Done]:
            fields = Reader(typed, session.today())
            unit = _typed(kind, fields)
            if kind == "nhs_number":
                check_number(fields, kind, session)
            fields.check()
            again = partial(put, session, patient.id, kind, unit)
            return partial(change_demographics, session, person, {kind: unit}), again

        about = closed_words(opened.practice, opened.successor) if kind == PRACTICE else ""
        form = self._form(QUESTIONS[kind], _asks(kind, opened), "Save", person, about)
        self._saves(form, job, SAVED[kind], partial(put, session, patient.id, kind, unit_of(patient, kind)))

    def _ask_traced(self, person: OpenPerson) -> None:
        session, patient = self._desk.session, person.patient
        about = "Say so once it was looked up in the trust's own system, and found to be this person's."
        form = self._form("Is this NHS number verified?", (), "It is verified", person, about)
        undo, again = (partial(put_traced, session, patient.id, traced=traced) for traced in (False, True))
        self._saves(form, lambda _typed: (partial(say_traced, session, person), again), "NHS number verified", undo)

    def _ask_baseline(self, row: MendRow, person: OpenPerson) -> None:
        session = self._desk.session
        asks = (
            Ask("count", "Core visits a month", hint="From 0 to 300", half=True),
            Ask("kind", "Where it comes from", "choice", options=BASELINE_OPTIONS, half=True),
        )
        form = self._form("How many core visits were there before teaching?", asks, "Save", person)

        def job(typed: Typed) -> tuple[Done, Done]:
            fields = Reader(typed, session.today())
            count = fields.needed("count", "Enter a number from 0 to 300")
            kind = fields.needed("kind", "Choose where it comes from")
            fields.check()
            save = partial(state_visits_before, session, row.episode, count, BaselineKind(kind))
            return save, save

        undo = partial(state_visits_before, session, row.episode, "", BaselineKind.CORE_DIARY)
        self._saves(form, job, "Core visits before teaching saved", undo)

    def _ask_link(self, row: MendRow, person: OpenPerson) -> None:
        session = self._desk.session
        about = f"They came back by a referral of {row.since}, after a discharge to self-care from the same skill."
        form = self._form("Did they come back from that discharge?", (), "Link it", person, about)
        undo, link = (partial(link_return, session, row.record, episode) for episode in (None, row.episode))
        self._saves(form, lambda _typed: (link, link), "Linked to the discharge", undo)


def _place(row: MendRow) -> Place:
    """The page where a row is mended that is not mended over the list."""
    match row.place:
        case Where.VISIT:
            return Place("visit", row.patient, row.record)
        case Where.DISCHARGE:
            return Place("discharge", row.patient, row.episode, (row.episode,))
        case Where.LETTERS:
            return Place("patient", row.patient, "letters")
    return Place("patient", row.patient)


def _asks(kind: str, opened: ToMend) -> tuple[Ask, ...]:
    patient = opened.person.patient
    match kind:
        case "nhs_number":
            return (Ask(kind, "NHS number", hint="10 digits"),)
        case "practice":
            code = opened.successor.code if opened.successor else patient.practice_code
            return (Ask(kind, "Practice code", value=code, hint="Such as C88001"),)
        case "ethnic_category":
            options = tuple((code, f"{words} ({code})") for code, words in ETHNIC_CATEGORIES.items())
            return (Ask(kind, "Ethnic category, in their own words", "choice", options=options),)
    return (
        Ask(kind, "Language"),
        Ask("interpreter", "Interpreter needed", "check", "yes" if patient.interpreter else ""),
    )


def _typed(kind: str, fields: Reader) -> Unit:
    text = fields.needed(kind, "Choose one" if kind == "ethnic_category" else "Enter it, or cancel")
    match kind:
        case "practice":
            return {"gp_practice_code": text.upper()}
        case "language":
            return {"language": text, "interpreter": fields.on("interpreter") or None}
    return {kind: text}
