"""Recording a visit: nothing may be missing at signing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import PATIENT, GateState, Learner
from smf_core.domain.patient import Sex
from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    Level,
    NextForm,
    NextKind,
    OpenedForm,
    Purpose,
    Reading,
    ReadingForm,
    SectionForm,
    StepMark,
    TeachBackAnswer,
    VisitForm,
)
from smf_core.domain.visit_rules import (
    Taught,
    assess_only,
    clear,
    not_applicable,
    questions_to_ask,
    rate,
    steps_to_rate,
)
from tests.support.teaching import CARER, at, checklist, episode, met, patient, section, visit
from tests.support.visit_forms import COMPLETE, EMPTY, INSULIN, NOW, START, lacks, part, read, taught, with_part

OPENED = OpenedForm(COMPLETE)


def test_a_complete_visit_may_be_signed():
    assert lacks(COMPLETE) == ()
    assert lacks(COMPLETE, registered=False) == ()


def test_an_empty_form_counts_everything_in_the_order_of_the_page():
    parts = [one.part for one in lacks(EMPTY)]
    assert parts == (
        [Part.RIGHT_PERSON, Part.MINUTES]
        + [Part.STEP] * 18
        + [Part.TEACH_BACK] * 5
        + [Part.CONFIDENCE]
        + [Part.RED_FLAG] * 11
        + [Part.NEXT]
    )
    assert [one.id for one in lacks(EMPTY) if one.part is Part.STEP] == [step.id for step in INSULIN.steps]


def test_two_skills_are_walked_one_after_the_other_and_what_is_next_once():
    both = replace(EMPTY, sections=(SectionForm("episode-1", PATIENT), SectionForm("episode-2", PATIENT)))
    wound = Taught(episode("wound", id="episode-2"), checklist("wound"))
    found = lacks(both, taught() | {"episode-2": wound})
    order = [one.section for one in found if one.section is not None]
    assert order == sorted(order)
    assert [one.part for one in found].count(Part.NEXT) == 1
    assert {one.section for one in found if one.part is Part.STEP} == {0, 1}


# --- the strip ---


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"right_person": False}, Missing(Part.RIGHT_PERSON)),
        ({"minutes": " "}, Missing(Part.MINUTES)),
        ({"minutes": "an hour"}, Missing(Part.MINUTES, Why.NOT_A_NUMBER)),
        ({"minutes": "٤٠"}, Missing(Part.MINUTES, Why.NOT_A_NUMBER)),
        ({"minutes": "-5"}, Missing(Part.MINUTES, Why.NOT_A_NUMBER)),
        ({"minutes": "0"}, Missing(Part.MINUTES, Why.OUT_OF_RANGE)),
        ({"minutes": "721"}, Missing(Part.MINUTES, Why.OUT_OF_RANGE)),
        ({"started_at": NOW + timedelta(days=1, minutes=1)}, Missing(Part.STARTED, Why.IN_FUTURE)),
        ({"sections": ()}, Missing(Part.SECTION)),
        ({"opened": OPENED}, Missing(Part.AMEND, Why.REASON_NEEDED)),
        ({"purpose": Purpose.STOPPED_EARLY}, Missing(Part.STOPPED, Why.REASON_NEEDED)),
    ],
)
def test_what_the_visit_as_a_whole_needs(changes, expected):
    assert lacks(replace(COMPLETE, **changes)) == (expected,)


# --- steps ---


def test_every_step_needs_a_value_and_not_seen_is_one():
    gap = clear(COMPLETE, 0, "s03")
    assert lacks(gap) == (Missing(Part.STEP, Why.NEEDED, 0, "s03"),)
    assert lacks(rate(gap, 0, "s03", Level.NOT_OBSERVED)) == ()


def test_not_applicable_needs_a_reason():
    assert lacks(not_applicable(COMPLETE, 0, "s06", " ")) == (Missing(Part.STEP, Why.REASON_NEEDED, 0, "s06"),)
    assert lacks(not_applicable(COMPLETE, 0, "s06", "clear insulin"), registered=False) == ()


def test_not_applicable_on_a_critical_step_needs_a_registered_nurse():
    form = not_applicable(COMPLETE, 0, "s16", "no sick days to plan for")
    assert lacks(form) == ()
    assert lacks(form, registered=False) == (Missing(Part.STEP, Why.REGISTERED_NURSE, 0, "s16"),)


def test_a_learner_rates_only_the_steps_that_are_theirs():
    known = taught(learners=(Learner(PATIENT), Learner(CARER, ("s09", "s02"))))
    form = with_part(learner=CARER, marks={"s02": StepMark(Level.ASSISTED)})
    assert lacks(form, known) == (Missing(Part.STEP, Why.NEEDED, 0, "s09"),)
    assert steps_to_rate(known["episode-1"], CARER) == ("s02", "s09")


# --- learner ---


@pytest.mark.parametrize("who", ["contact-2", "a paid carer nobody knows"])
def test_only_the_patient_or_an_informal_carer_learns(who):
    found = lacks(with_part(learner=who))
    assert Missing(Part.LEARNER, Why.NOT_AN_INFORMAL_CARER, 0, who) in found
    assert lacks(with_part(learner=CARER)) == ()


# --- gates ---


def test_a_gate_that_is_not_met_stops_teaching_and_not_assessment():
    known = taught(gates={**episode().gates, "p04": met("p04", state=GateState.NOT_MET)})
    assert lacks(COMPLETE, known) == (Missing(Part.GATE, Why.NOT_MET, 0, "p04"),)
    assert lacks(replace(COMPLETE, purpose=Purpose.ASSESSMENT), known) == ()


def test_a_gate_is_read_on_the_day_of_care():
    last_day = START.date()
    known = taught(gates={**episode().gates, "p04": met("p04", valid_until=last_day)})
    form = replace(COMPLETE, next=NextForm(NextKind.DISCHARGE), late_reason="Signal lost")
    assert lacks(form, known, now=NOW + timedelta(days=1)) == ()
    later = replace(form, started_at=START + timedelta(days=1))
    assert lacks(later, known, now=NOW + timedelta(days=1)) == (Missing(Part.GATE, Why.NOT_MET, 0, "p04"),)


def test_a_change_of_prescription_stops_teaching():
    found = lacks(COMPLETE, taught(prescription_changed_at=at(0)))
    assert [one.id for one in found] == ["p01", "p02", "p08"]


def test_an_amendment_does_not_ask_again_for_gates_that_lapsed_since():
    known = taught(prescription_changed_at=at(0))
    assert lacks(replace(COMPLETE, opened=OPENED, amend_reason="wrong key"), known) == ()


def test_a_closed_episode_takes_no_new_visit_but_one_given_before_it_closed():
    assert lacks(COMPLETE, taught(closed_on=date(2026, 11, 17))) == ()
    assert lacks(COMPLETE, taught(closed_on=date(2026, 11, 16))) == (Missing(Part.SECTION, Why.CLOSED, 0),)


# --- teach-back and confidence ---


def test_each_must_pass_question_not_yet_explained_needs_an_answer_and_not_covered_is_one():
    form = with_part(answers={})
    assert [one.id for one in lacks(form)] == ["t01", "t02", "t03", "t04", "t05"]
    silent = with_part(answers={q.id: AnswerForm(TeachBackAnswer.NOT_COVERED) for q in INSULIN.must_pass})
    assert lacks(silent) == ()


def test_what_the_learner_explained_before_is_not_asked_again():
    known = taught(visit(at(3), section(INSULIN)))
    assert questions_to_ask(known["episode-1"], PATIENT) == ()
    assert questions_to_ask(known["episode-1"], CARER) == ("t01", "t02", "t03", "t04", "t05", "t06")
    assert lacks(with_part(answers={}), known) == ()
    assert len(lacks(with_part(answers={}, learner=CARER), known)) == 5


def test_the_visit_that_is_amended_does_not_answer_for_itself():
    itself = replace(visit(START, section(INSULIN)), id="visit-9")
    form = replace(with_part(answers={}), opened=OPENED, amend_reason="wrong key")
    assert len(lacks(form, taught(itself))) == 5


def test_confidence_is_asked_of_each_learner_of_each_skill_taught():
    assert lacks(with_part(confidence=None)) == (Missing(Part.CONFIDENCE, section=0),)
    assert lacks(with_part(confidence=11)) == (Missing(Part.CONFIDENCE, Why.OUT_OF_RANGE, 0),)
    two = replace(COMPLETE, sections=(part(), replace(part(learner=CARER), confidence=None)))
    assert lacks(two) == (Missing(Part.CONFIDENCE, section=1),)


@pytest.mark.parametrize("purpose", [Purpose.ASSESSMENT, Purpose.STOPPED_EARLY])
def test_without_teaching_there_is_no_teach_back_and_no_confidence_to_give(purpose):
    form = with_part(answers={}, confidence=None)
    assert lacks(replace(form, purpose=purpose, stopped_reason="felt faint")) == ()


# --- readings ---


def test_a_reading_that_cannot_be_right_stops_signing():
    form = read(ReadingForm("cbg_mmol_l", "5.5"), ReadingForm("cbg_mmol_l", "55", at="11:46"))
    assert lacks(form) == (Missing(Part.READING, Why.OUT_OF_RANGE, 0, "cbg_mmol_l", 1),)


def test_a_reading_that_may_be_right_asks_for_a_note():
    assert lacks(read(ReadingForm("cbg_mmol_l", "3.6"))) == (Missing(Part.READING, Why.NOTE_NEEDED, 0, "cbg_mmol_l"),)
    assert lacks(read(ReadingForm("cbg_mmol_l", "3.6", note="treated, recheck 4.8"))) == ()
    assert lacks(read(ReadingForm("cbg_mmol_l", "HI"))) != ()


def test_a_reading_left_empty_is_no_reading():
    assert lacks(read(ReadingForm("cbg_mmol_l", " "))) == ()


def test_vital_signs_are_checked_once_for_the_visit():
    pressure = (ReadingForm("systolic_mmhg", "120"), ReadingForm("diastolic_mmhg", "125", note="felt well"))
    found = lacks(replace(COMPLETE, vital_signs=pressure))
    assert found == (Missing(Part.VITAL_SIGN, Why.OUT_OF_RANGE, None, "diastolic_mmhg", 1),)


def test_a_weight_is_compared_with_the_last_days_whichever_visit_holds_it():
    before = replace(section(INSULIN), readings=(Reading("r", "weight_kg", at(14), "70", "kg"),))
    form = replace(COMPLETE, vital_signs=(ReadingForm("weight_kg", "74"),))
    assert lacks(form, taught(visit(at(14), before))) == (Missing(Part.VITAL_SIGN, Why.NOTE_NEEDED, None, "weight_kg"),)
    assert lacks(form, taught(visit(at(14), before, struck="wrong person"))) == ()


def test_a_female_length_catheter_in_a_man_cannot_be_signed():
    care = checklist("catheter_care")
    known = {"episode-1": Taught(episode("catheter_care"), care)}
    readings = (ReadingForm("catheter_route", "urethral"), ReadingForm("catheter_length", "female"))
    form = replace(COMPLETE, sections=(replace(part(care), readings=readings),))
    found = lacks(form, known, who=patient(sex=Sex.MALE))
    assert found == (Missing(Part.READING, Why.OUT_OF_RANGE, 0, "catheter_length", 1),)
    assert lacks(form, known) == ()


# --- red flags ---


def flags(**changed: FlagForm) -> VisitForm:
    return with_part(flags={**COMPLETE.sections[0].flags, **changed})


def test_every_red_flag_is_answered_whatever_the_purpose():
    form = flags(r05=FlagForm())
    assert lacks(form) == (Missing(Part.RED_FLAG, Why.NEEDED, 0, "r05"),)
    assert lacks(assess_only(form, taught())) == (Missing(Part.RED_FLAG, Why.NEEDED, 0, "r05"),)


def test_a_flag_that_was_seen_says_what_was_done_and_who_was_told():
    assert lacks(flags(r05=FlagForm(seen=True))) == (
        Missing(Part.RED_FLAG, Why.ACTION_NEEDED, 0, "r05"),
        Missing(Part.RED_FLAG, Why.TOLD_NEEDED, 0, "r05"),
    )
    assert lacks(flags(r05=FlagForm(seen=True, action="15 g glucose", told="GP"))) == ()


def test_two_learners_of_one_skill_are_asked_about_red_flags_once():
    second = replace(part(learner=CARER), flags={})
    assert lacks(replace(COMPLETE, sections=(part(), second))) == ()
    assert lacks(replace(COMPLETE, sections=(second, part()))) == ()
    seen = replace(second, flags={"r05": FlagForm(seen=True, action="15 g glucose")})
    found = lacks(replace(COMPLETE, sections=(part(), seen)))
    assert found == (Missing(Part.RED_FLAG, Why.TOLD_NEEDED, 1, "r05"),)


# --- what comes next ---


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (NextForm(), [(Why.NEEDED, "kind")]),
        (NextForm(NextKind.VISIT), [(Why.NEEDED, "on"), (Why.NEEDED, "at")]),
        (NextForm(NextKind.VISIT, on="17/11/2026", at="16:00"), []),
        (NextForm(NextKind.VISIT, on="tomorrow", at="9"), []),
        (NextForm(NextKind.VISIT, on="16/11/2026", at="9"), [(Why.IN_PAST, "on")]),
        (NextForm(NextKind.VISIT, on="31/02/2027", at="9"), [(Why.NOT_A_DATE, "on")]),
        (NextForm(NextKind.VISIT, on="soon", at="25:00"), [(Why.NOT_A_DATE, "on"), (Why.NOT_A_TIME, "at")]),
        (NextForm(NextKind.VISIT, on="+2w", at="9", minutes="x"), [(Why.NOT_A_NUMBER, "minutes")]),
        (NextForm(NextKind.CALL, on="+3d"), []),
        (NextForm(NextKind.CALL), [(Why.NEEDED, "on")]),
        (NextForm(NextKind.HOLD), [(Why.REASON_NEEDED, "reason"), (Why.NEEDED, "on")]),
        (NextForm(NextKind.HOLD, reason="in hospital", on="+2w"), []),
        (NextForm(NextKind.HOLD, reason="in hospital", on="yesterday"), [(Why.IN_PAST, "on")]),
        (NextForm(NextKind.DISCHARGE), []),
        (NextForm(NextKind.CORE_TEAM), []),
    ],
)
def test_signing_asks_what_comes_next(form, expected):
    found = lacks(replace(COMPLETE, next=form))
    assert {one.part for one in found} <= {Part.NEXT}
    assert [(one.why, one.id) for one in found] == expected


def test_no_visit_is_booked_for_someone_who_died():
    assert lacks(COMPLETE, who=patient(died_on=date(2026, 11, 17))) == (Missing(Part.NEXT, Why.DIED, id="kind"),)


def test_an_amendment_keeps_the_next_visit_that_has_passed_since():
    form = replace(COMPLETE, opened=OPENED, amend_reason="wrong key", next=replace(COMPLETE.next, on="19/11/2026"))
    assert lacks(form, now=NOW + timedelta(days=30)) == ()
    assert lacks(replace(form, opened=None), now=NOW + timedelta(days=30)) != ()


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=10))
def test_nothing_that_can_be_typed_stops_the_counting(on, value, time):
    form = replace(
        COMPLETE,
        minutes=value,
        next=NextForm(NextKind.VISIT, on=on, at=time, minutes=value),
        vital_signs=(ReadingForm("weight_kg", value, time),),
    )
    assert isinstance(lacks(form), tuple)
