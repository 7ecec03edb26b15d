"""Gates: what must be so before teaching starts, each answered by name with its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from smf_core.domain.gates import check_record
from smf_core.domain.pathway import GateRecord, GateState
from smf_core.domain.teaching_trouble import UnknownGate
from smf_core.policy.rules import require, to_record_gate
from smf_desktop.services.known import known_episode
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """One answer to one gate, as the gates list takes it."""

    gate: str
    state: GateState
    evidence: str = ""
    reason: str = ""
    valid_until: date | None = None


def answer_gate(session: Session, episode_id: str, answer: GateAnswer) -> Touched:
    """Record one gate as met, not met, or not applicable with a reason."""
    return answer_gates(session, episode_id, (answer,))


def answer_gates(session: Session, episode_id: str, answers: Sequence[GateAnswer]) -> Touched:
    """Record several gates in one save: all of them, or none.

    A universal gate is kept with the referral and holds for all its episodes.
    """
    with session.work() as work:
        episode = known_episode(work.connection, episode_id)
        writable(work.connection, episode.patient)
        checklist = session.checklists.checklist(episode.skill, episode.checklist_version)
        changes = []
        for answer in answers:
            gate = checklist.gate(answer.gate)
            if gate is None:
                raise UnknownGate
            require(session.user, to_record_gate(answer.state, hard=gate.is_hard))
            check_record(_record(session, answer))
            entity, owner = ("episode", episode.id) if gate in checklist.gates else ("referral", episode.referral)
            changes.append(work.change(entity, owner, "gate", _payload(session, answer), key=answer.gate))
        work.save(changes, patient=episode.patient)
    return frozenset(work.touched)


def _record(session: Session, answer: GateAnswer) -> GateRecord:
    return GateRecord(
        gate=answer.gate,
        state=answer.state,
        by=session.user.id,
        on=session.today(),
        written_at=session.now(),
        evidence=answer.evidence,
        reason=answer.reason,
        valid_until=answer.valid_until,
    )


def _payload(session: Session, answer: GateAnswer) -> dict[str, str]:
    said = {
        "gate": answer.gate,
        "state": answer.state.value,
        "by": session.user.id,
        "on": session.today().isoformat(),
        "evidence": answer.evidence,
        "reason": answer.reason,
        "valid_until": answer.valid_until.isoformat() if answer.valid_until else "",
    }
    return {name: value for name, value in said.items() if value}
