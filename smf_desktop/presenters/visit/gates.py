"""The gates list on top of a visit: what must be so before teaching starts, and who answers it."""

from dataclasses import dataclass

from smf_core.domain.checklist_pieces import Gate, LapsesOn
from smf_core.domain.gates import gate_state, unmet_hard_gates
from smf_core.domain.pathway import Episode, GateRecord, GateState
from smf_core.domain.visit import GateForm, Purpose, VisitForm
from smf_core.domain.visit_facts import VisitFacts
from smf_desktop.presenters.identity import day
from smf_desktop.presenters.visit.words import GATES


@dataclass(frozen=True, slots=True)
class GateRow:
    """One gate. `state` is what it reads today ("" while unanswered), `typing` the answer being typed.

    `needs` labels the words that answer needs, "" for none. `refused` says why this person cannot settle it.
    """

    gate: str
    text: str
    hard: bool
    state: str
    about: str
    typing: str
    needs: str
    words: str
    valid_until: str
    refused: str


@dataclass(frozen=True, slots=True)
class GatesRow:
    """`open` still stop or ask; `settled` are met or do not apply. `true` and `do` are the notice above them."""

    true: str
    do: str
    stops: bool
    open: tuple[GateRow, ...]
    settled: tuple[GateRow, ...]


def gates(form: VisitForm, facts: VisitFacts, section: int) -> GatesRow | None:
    """The gates of the pathway shown, while a hard one is unmet; None when teaching may go on or was signed before."""
    mine = form.sections[section]
    taught = facts.taught[mine.episode]
    today = form.started_at.date()
    unmet = unmet_hard_gates(taught.checklist.all_gates, taught.episode, today)
    if not unmet or form.amends:
        return None
    rows = [
        (_row(gate, form, facts, taught.episode, mine.gates.get(gate.id)), gate) for gate in taught.checklist.all_gates
    ]
    hard = sum(gate.is_hard for gate in taught.checklist.all_gates)
    return GatesRow(
        true=f"Before teaching: {hard - len(unmet)} of {hard} hard gates met",
        do=_do(form.purpose, facts.registered_nurse),
        stops=form.purpose is Purpose.TEACHING,
        open=tuple(row for row, _ in rows if row.state in ("", GateState.NOT_MET.value)),
        settled=tuple(row for row, _ in rows if row.state not in ("", GateState.NOT_MET.value)),
    )


def gate_needs(state: GateState) -> str:
    """The label of the words that an answer needs."""
    return {GateState.MET: "Evidence", GateState.NA: "Why it does not apply", GateState.NOT_MET: ""}[state]


def _do(purpose: Purpose, registered_nurse: bool) -> str:
    who = "" if registered_nurse else " A registered nurse answers the hard gates."
    if purpose is Purpose.TEACHING:
        return f"Teaching cannot be signed until every hard gate is met; an assessment can.{who}"
    return f"This visit can be signed. Teaching waits until every hard gate is met.{who}"


def _row(gate: Gate, form: VisitForm, facts: VisitFacts, episode: Episode, typed: GateForm | None) -> GateRow:
    record = episode.gates.get(gate.id)
    state = gate_state(gate, record, form.started_at.date(), episode.prescription_changed_at)
    return GateRow(
        gate=gate.id,
        text=gate.text,
        hard=gate.is_hard,
        state=state.value if record is not None else "",
        about=_about(gate, record, state, facts, episode),
        typing=typed.state.value if typed else "",
        needs=gate_needs(typed.state) if typed else "",
        words=typed.words if typed else "",
        valid_until=typed.valid_until if typed else "",
        refused=""
        if facts.registered_nurse or not gate.is_hard
        else "Only a registered nurse can set a hard gate to met or not applicable.",
    )


def _about(gate: Gate, record: GateRecord | None, state: GateState, facts: VisitFacts, episode: Episode) -> str:
    if record is None:
        return ""
    word = next(words for code, _, words in GATES if code is record.state)
    by = facts.names.get(record.by, "")
    said = f"{word} on {day(record.on)}" + (f" by {by}" if by else "")
    words = record.evidence if record.state is GateState.MET else record.reason
    said += f": {words}" if words else ""
    if record.valid_until is not None:
        said += f". Valid until {day(record.valid_until)}"
    if state is GateState.NOT_MET and record.state is not GateState.NOT_MET:
        changed = gate.lapses_on is LapsesOn.PRESCRIPTION_CHANGE and episode.prescription_changed_at is not None
        why = "what is prescribed changed" if changed else "its time is over"
        return f"Lapsed: {why}. {said}" if record.settled else f"Two laptops answered apart. {said}"
    return said
