"""Gates: what must be so before teaching starts (`gate_rules` of the common checklist file)."""

from collections.abc import Iterable
from datetime import date, datetime

from smf_core.domain.checklist_pieces import Gate, LapsesOn
from smf_core.domain.pathway import Episode, GateRecord, GateState
from smf_core.domain.teaching_trouble import GateRecordIncomplete


def check_record(record: GateRecord) -> None:
    """Raises GateRecordIncomplete where an answer may not be written down as it is."""
    needs = _lacks(record)
    if needs:
        raise GateRecordIncomplete(record.gate, needs)


def gate_state(
    gate: Gate, record: GateRecord | None, today: date, prescription_changed_at: datetime | None
) -> GateState:
    """What a gate reads on a day. It reads not met while unanswered, incomplete, disputed or lapsed.

    A gate lapses on the day after its valid-until date and, where it holds `lapses_on`, when what is prescribed
    changes after it was answered.
    """
    if record is None or not record.settled or _lacks(record):
        return GateState.NOT_MET
    if record.valid_until is not None and today > record.valid_until:
        return GateState.NOT_MET
    lapses = gate.lapses_on is LapsesOn.PRESCRIPTION_CHANGE
    if lapses and prescription_changed_at is not None and prescription_changed_at > record.written_at:
        return GateState.NOT_MET
    return record.state


def unmet_hard_gates(gates: Iterable[Gate], episode: Episode, today: date) -> tuple[Gate, ...]:
    """The hard gates that stop teaching, in the order given. Pass `Checklist.all_gates`: universal ones included."""
    return tuple(
        gate
        for gate in gates
        if gate.is_hard
        and gate_state(gate, episode.gates.get(gate.id), today, episode.prescription_changed_at) is GateState.NOT_MET
    )


def _lacks(record: GateRecord) -> str:
    if record.state is GateState.MET and not record.evidence.strip():
        return "evidence"
    if record.state is GateState.NA and not record.reason.strip():
        return "reason"
    return ""
