"""A gate that is not surely met reads not met, and a hard one that is not met stops teaching."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.checklist_pieces import Gate, GateKind, LapsesOn
from smf_core.domain.gates import check_record, gate_state, unmet_hard_gates
from smf_core.domain.pathway import GateState
from smf_core.domain.teaching_trouble import GateRecordIncomplete
from tests.support.teaching import TODAY, checklist, episode, met

PLAIN = Gate("p09", GateKind.HARD, "Contact sheet left")
DOSE = Gate("p01", GateKind.HARD, "Current prescription", LapsesOn.PRESCRIPTION_CHANGE)
WRITTEN = met("p01").written_at


def state(gate: Gate = PLAIN, changed_at: datetime | None = None, today: date = TODAY, **record: object) -> GateState:
    return gate_state(gate, met(gate.id, **record), today, changed_at)


def test_a_gate_never_answered_is_not_met():
    assert gate_state(PLAIN, None, TODAY, None) is GateState.NOT_MET


def test_a_gate_answered_with_evidence_is_met():
    assert state() is GateState.MET


def test_a_gate_lapses_on_the_day_after_its_last_valid_day():
    last = date(2026, 11, 17)
    assert state(valid_until=last, today=last) is GateState.MET
    assert state(valid_until=last, today=last + timedelta(days=1)) is GateState.NOT_MET


def test_not_applicable_lapses_too():
    gone = {"state": GateState.NA, "reason": "type 2", "valid_until": date(2026, 11, 16)}
    assert state(**gone) is GateState.NOT_MET


def test_a_gate_about_the_dose_lapses_when_the_prescription_changes():
    assert state(DOSE, changed_at=WRITTEN + timedelta(minutes=1)) is GateState.NOT_MET


def test_a_gate_met_again_after_the_change_stands():
    assert state(DOSE, changed_at=WRITTEN - timedelta(minutes=1)) is GateState.MET
    assert state(DOSE, changed_at=WRITTEN) is GateState.MET


def test_times_of_different_offsets_are_compared_as_instants():
    summer = timezone(timedelta(hours=1))
    before = (WRITTEN - timedelta(minutes=30)).astimezone(summer)
    assert before.replace(tzinfo=None) > WRITTEN.replace(tzinfo=None)  # the clock on the wall says later
    assert state(DOSE, changed_at=before) is GateState.MET


def test_a_gate_that_does_not_concern_the_dose_stays_when_the_prescription_changes():
    assert state(PLAIN, changed_at=WRITTEN + timedelta(days=1)) is GateState.MET


def test_two_laptops_that_disagree_leave_the_gate_not_met():
    assert state(settled=False) is GateState.NOT_MET


@pytest.mark.parametrize(
    ("record", "needs"),
    [
        ({"evidence": "  "}, "evidence"),
        ({"state": GateState.NA, "reason": ""}, "reason"),
        ({"state": GateState.NA, "reason": "\n"}, "reason"),
    ],
)
def test_an_answer_without_its_grounds_is_refused_and_reads_not_met(record, needs):
    with pytest.raises(GateRecordIncomplete) as trouble:
        check_record(met("p09", **record))
    assert trouble.value.needs == needs
    assert state(**record) is GateState.NOT_MET


def test_not_met_needs_no_grounds():
    check_record(met("p09", state=GateState.NOT_MET, evidence=""))


def test_teaching_may_start_when_every_hard_gate_is_met_or_not_applicable():
    taught = checklist()
    assert not unmet_hard_gates(taught.all_gates, episode(), TODAY)
    gates = {**episode().gates, "p10": met("p10", state=GateState.NA, reason="type 2", evidence="")}
    assert not unmet_hard_gates(taught.all_gates, episode(gates=gates), TODAY)


def test_a_soft_gate_stops_nothing():
    gates = {gate: record for gate, record in episode().gates.items() if gate not in ("p11", "p12", "p13")}
    assert not unmet_hard_gates(checklist().all_gates, episode(gates=gates), TODAY)


@pytest.mark.parametrize("gate", ["u01", "u05", "p01", "p10"])
def test_every_hard_gate_stops_teaching_universal_ones_included(gate):
    gates = {**episode().gates, gate: met(gate, state=GateState.NOT_MET)}
    found = unmet_hard_gates(checklist().all_gates, episode(gates=gates), TODAY)
    assert [one.id for one in found] == [gate]


def test_a_change_of_dose_stops_teaching_until_its_gates_are_met_again():
    changed = WRITTEN + timedelta(days=1)
    stopped = episode(prescription_changed_at=changed)
    assert [gate.id for gate in unmet_hard_gates(checklist().all_gates, stopped, TODAY)] == ["p01", "p02", "p08"]
    again = {gate: met(gate, written_at=changed + timedelta(hours=1)) for gate in ("p01", "p02", "p08")}
    assert not unmet_hard_gates(checklist().all_gates, replace(stopped, gates={**stopped.gates, **again}), TODAY)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_lapsed_gate_never_comes_back_by_itself(valid_until, today):
    lapsed = state(valid_until=valid_until, today=today) is GateState.NOT_MET
    assert lapsed is (today > valid_until)
    if lapsed:
        assert state(valid_until=valid_until, today=today + timedelta(days=400)) is GateState.NOT_MET
