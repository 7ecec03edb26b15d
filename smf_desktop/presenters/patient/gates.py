"""The gates of a pathway in words: what must be so before teaching, who answered it and on what evidence."""

from collections.abc import Mapping
from dataclasses import dataclass

from smf_core.domain.checklist_pieces import Gate, LapsesOn
from smf_core.domain.gates import gate_state
from smf_core.domain.pathway import Episode, GateRecord, GateState
from smf_desktop.presenters.identity import day, isolated
from smf_desktop.presenters.patient.facts import PatientFacts


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate as it stands today; `hard_refused` says why this user cannot settle it, "" when they can."""

    gate: str
    text: str
    state: str
    tone: str
    icon: str
    about: str
    hard_refused: str


def state_of(gate: Gate, one: Episode, facts: PatientFacts) -> GateState:
    return gate_state(gate, one.gates.get(gate.id), facts.now.date(), one.prescription_changed_at)


def gate_line(gate: Gate, one: Episode, facts: PatientFacts) -> GateLine:
    record, state = one.gates.get(gate.id), state_of(gate, one, facts)
    lapsed = state is GateState.NOT_MET and record is not None and record.state is not GateState.NOT_MET
    words = "Lapsed" if lapsed else GATE_WORDS[state] if record else "Not asked yet"
    tone, icon = {
        GateState.MET: ("ok", "circle-check"),
        GateState.NA: ("text-2", "minus"),
        GateState.NOT_MET: ("warn", "triangle-alert"),
    }[state]
    if state is GateState.NOT_MET and not gate.is_hard:
        tone, icon = "text-2", "circle"
    refused = "" if facts.registered or not gate.is_hard else "A registered nurse settles a hard gate."
    return GateLine(
        gate=gate.id,
        text=gate.text,
        state=words if gate.is_hard else f"{words} (asked only)",
        tone=tone,
        icon=icon,
        about=isolated(_gate_about(gate, record, one, facts, lapsed)),
        hard_refused=refused,
    )


def _gate_about(gate: Gate, record: GateRecord | None, one: Episode, facts: PatientFacts, lapsed: bool) -> str:
    if record is None:
        return ""
    parts = [f"{day(record.on)}"]
    if name := facts.names.get(record.by):
        parts.append(name)
    parts.append(record.evidence or record.reason)
    if record.valid_until:
        parts.append(f"valid until {day(record.valid_until)}")
    if lapsed and not record.settled:
        parts.insert(0, "Two laptops answered apart")
    elif lapsed and gate.lapses_on is LapsesOn.PRESCRIPTION_CHANGE and one.prescription_changed_at:
        parts.insert(0, f"What is prescribed changed on {day(one.prescription_changed_at.date())}")
    return " · ".join(filter(None, parts))


GATE_WORDS: Mapping[GateState, str] = {
    GateState.MET: "Met",
    GateState.NOT_MET: "Not met",
    GateState.NA: "Not applicable",
}
