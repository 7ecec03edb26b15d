"""What is asked and answered about the teaching of one skill: gates, learners, who is accountable, red flags."""

from collections.abc import Callable
from datetime import date
from functools import partial

from smf_core.domain.checklist import Checklist
from smf_core.domain.pathway import PATIENT, Episode, GateState
from smf_core.domain.patient import Patient
from smf_desktop.presenters.identity import day
from smf_desktop.services.ending.discharges import dose_times
from smf_desktop.services.pathways import (
    end_learner,
    make_accountable,
    name_learner,
    set_treatment_end,
    who_may_be_accountable,
)
from smf_desktop.services.session import Touched
from smf_desktop.services.visit.gates import GateAnswer, answer_gate
from smf_desktop.services.visit.red_flags import close_flag, reopen_flag
from ui.flows.asking import Act, Reader, ToCorrect, Typed
from ui.flows.consent import ask_consent
from ui.flows.patient.forms import About, Forms
from ui.views.form_dialog import Ask
from ui.views.patient.wants import Want

STATES = {Want.GATE_MET: GateState.MET, Want.GATE_NA: GateState.NA, Want.GATE_NOT_MET: GateState.NOT_MET}
WORDS = {
    GateState.MET: ("Is this gate met?", "Evidence", "Gate met"),
    GateState.NA: ("Does this gate not apply?", "Why it does not apply", "Not applicable"),
    GateState.NOT_MET: ("Is this gate not met?", "What is missing", "Gate not met"),
}


class Care:
    """Forms about one pathway of the person whose page is open."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def close_flag(self, about: About, flag: str) -> None:
        session = self._forms.desk.session
        words = "Closing a red flag is a registered nurse's act. It stays in the history."
        asks = (Ask("action", "What was done", "text"),)
        dialog = self._forms.form("Close this red flag?", asks, "Close flag", about, words)

        def job(typed: Typed) -> Callable[[], Touched]:
            if not typed["action"].strip():
                raise ToCorrect({"action": "Say what was done"})
            return partial(close_flag, session, flag, typed["action"].strip())

        def done(touched: Touched) -> None:
            undo = partial(reopen_flag, session, flag, "Closed by mistake")
            redo = partial(close_flag, session, flag, "Closed again")
            self._forms.asker.did("Red flag closed", touched, Act("Red flag closed", undo, redo))

        self._forms.ask(about, f"close flag {flag}", dialog, job, done)

    def gate(self, about: About, want: Want, episode: str, gate: str) -> None:
        """Answer one gate: evidence for met, a reason for not applicable."""
        session = self._forms.desk.session
        pathways = (path for path in about.row.pathways if path.episode == episode)
        shown = next((one for path in pathways for one in path.gates if one.gate == gate), None)
        if shown is None:
            return
        state = STATES[want]
        title, label, primary = WORDS[state]
        asks: tuple[Ask, ...] = (Ask("words", label, "text", optional=state is GateState.NOT_MET),)
        if state is GateState.MET:
            asks += (Ask("until", "Valid until", "date", optional=True, hint="The gate lapses the day after"),)
        dialog = self._forms.form(title, asks, primary, about, shown.text)

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

        name = f"gate {episode} {gate} {state.value}"
        self._forms.ask(about, name, dialog, job, lambda touched: self._forms.asker.did(primary, touched))

    def learner(self, about: About, episode: str, contact: str) -> None:
        """Make a contact a learner of the pathway, with the steps and dose times that are theirs."""
        session = self._forms.desk.session
        found = _open(about, episode)
        person = about.facts.patient.contact(contact)
        if found is None or person is None:
            return
        checklist = session.checklists.checklist(found.skill, found.checklist_version)
        tasks = _tasks(about.facts.patient, found, checklist)
        asks = (Ask("tasks", "Their steps and dose times; none chosen means all", "several", options=tasks),)
        dialog = self._forms.form(f"Make {person.name} a learner?", asks, "Make a learner", about)

        def job(typed: Typed) -> Callable[[], Touched]:
            chosen = Reader(typed, session.today()).several("tasks")
            return partial(name_learner, session, episode, contact, chosen)

        def done(touched: Touched) -> None:
            undo, redo = (
                partial(end_learner, session, episode, contact),
                partial(name_learner, session, episode, contact),
            )
            self._forms.asker.did("Learner named", touched, Act("Learner named", undo, redo))

        self._forms.asker.ask(dialog, job, done)

    def end_learner(self, about: About, episode: str, who: str) -> None:
        """Somebody no longer learns from today; what they did stays."""
        session = self._forms.desk.session
        found = _open(about, episode)
        if found is None:
            return
        standing = next((one for one in found.learners if one.who == who), None)
        tasks = standing.tasks if standing else ()
        undo = partial(name_learner, session, episode, who, tasks)
        redo = partial(end_learner, session, episode, who)
        words = "Learner ended" if who != PATIENT else "The person no longer learns"
        self._forms.asker.run(redo, lambda touched: self._forms.asker.did(words, touched, Act(words, undo, redo)))

    # --- who answers for it, and until when ---

    def accountable(self, about: About, episode: str) -> None:
        """Choose the registered nurse who is accountable for an open pathway."""
        forms, session, found = self._forms, self._forms.desk.session, _open(about, episode)
        if found is None:
            return
        before = found.accountable_nurse
        title = f"Who is accountable for {_title(about, episode)}?"

        def ask(nurses: tuple[tuple[str, str], ...]) -> None:
            if not nurses:
                forms.desk.toast("There is no registered nurse to name")
                return
            ids = [nurse for nurse, _ in nurses]
            chosen = next((nurse for nurse in (before, session.user.id) if nurse in ids), ids[0])
            asks = (Ask("nurse", "Accountable registered nurse", "choice", chosen, options=nurses),)
            words = "Who teaches stays as it is."
            forms.asker.ask(forms.form(title, asks, "Name nurse", about, words), job, done)

        def job(typed: Typed) -> Callable[[], tuple[str, Touched]]:
            fields = Reader(typed, session.today())
            nurse = fields.needed("nurse", "Choose a registered nurse")
            fields.check()
            return lambda: (nurse, make_accountable(session, episode, nurse) if nurse != before else frozenset())

        def done(answer: tuple[str, Touched]) -> None:
            nurse, touched = answer
            undo, redo = (partial(make_accountable, session, episode, who) for who in (before, nurse))
            self._saved("Accountable nurse named", touched, undo, redo)

        forms.desk.lanes.read.run(partial(who_may_be_accountable, session), done=ask, failed=forms.desk.tell)

    def treatment_end(self, about: About, episode: str) -> None:
        """The day the treatment of an open pathway itself ends; left empty, no end is expected."""
        forms, session, found = self._forms, self._forms.desk.session, _open(about, episode)
        if found is None:
            return
        before, began = found.treatment_ends_on, found.opened_on
        title = f"When does treatment end: {_title(about, episode)}?"
        hint = "End of the course or expected healing. Empty where no end is expected"
        asks = (Ask("on", "Treatment ends", "date", day(before) if before else "", hint=hint, optional=True),)

        def job(typed: Typed) -> Callable[[], tuple[date | None, Touched]]:
            fields = Reader(typed, session.today())
            on = fields.day("on", needed=False)
            if on and began and on < began:
                fields.problems["on"] = f"Enter {day(began)}, when teaching began, or a later date"
            fields.check()
            return lambda: (on, set_treatment_end(session, episode, on) if on != before else frozenset())

        def done(answer: tuple[date | None, Touched]) -> None:
            on, touched = answer
            undo, redo = (partial(set_treatment_end, session, episode, when) for when in (before, on))
            self._saved("End of treatment set" if on else "End of treatment taken out", touched, undo, redo)

        forms.asker.ask(forms.form(title, asks, "Set end", about), job, done)

    def _saved(self, words: str, touched: Touched, undo: Callable[[], Touched], redo: Callable[[], Touched]) -> None:
        if touched:
            self._forms.asker.did(words, touched, Act(words, undo, redo))
        else:
            self._forms.desk.toast("Nothing was changed")

    # --- consent ---

    def consent(self, about: About, episode: str) -> None:
        """Open the form on what is recorded of the pathway."""
        forms = self._forms
        skill = _title(about, episode)
        ask_consent(forms.desk, forms.asker, forms.over, episode, who=about.who, skill=skill)


def _open(about: About, episode: str) -> Episode | None:
    return next((one for one in about.facts.episodes if one.id == episode and one.is_open), None)


def _title(about: About, episode: str) -> str:
    return next((one.title for one in about.row.pathways if one.episode == episode), "")


def _tasks(patient: Patient, episode: Episode, checklist: Checklist) -> tuple[tuple[str, str], ...]:
    times = tuple((time, f"Dose: {time}") for time in dose_times(patient, episode.skill))
    return (*times, *((step.id, step.short) for step in checklist.steps))
