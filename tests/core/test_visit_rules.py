"""Recording a visit: nothing may be missing at signing, and no command loses what was typed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.competence import previous_ratings
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
    add_recheck,
    assess_only,
    change_learner,
    clear,
    fell,
    has_learner_entries,
    missing,
    none_of_these_flags,
    not_applicable,
    note,
    questions_to_ask,
    rate,
    same_as_last,
    same_as_last_for_rest,
    steps_to_rate,
    stop_early,
)
from tests.support.teaching import CARER, at, checklist, episode, met, patient, section, shipped, visit

INSULIN = checklist()
NOW = datetime(2026, 11, 17, 12, 30, tzinfo=UTC)
START = datetime(2026, 11, 17, 11, 31, tzinfo=UTC)


def part(taught=INSULIN, episode_id="episode-1", learner=PATIENT) -> SectionForm:
    """One skill filled in completely."""
    return SectionForm(
        episode=episode_id,
        learner=learner,
        marks={step.id: StepMark(Level.INDEPENDENT) for step in taught.steps},
        answers={question.id: AnswerForm(TeachBackAnswer.EXPLAINED) for question in taught.must_pass},
        confidence=8,
        flags={sign.id: FlagForm(seen=False) for sign in taught.red_flags},
    )


COMPLETE = VisitForm(
    visit="visit-9",
    patient="patient-1",
    started_at=START,
    sections=(part(),),
    right_person=True,
    minutes="40",
    next=NextForm(NextKind.VISIT, on="19/11", at="11:30", minutes="40"),
)
OPENED = OpenedForm(COMPLETE)
EMPTY = VisitForm("visit-9", "patient-1", START, (SectionForm("episode-1", PATIENT),))


def taught(*visits, **changes: object) -> dict[str, Taught]:
    return {"episode-1": Taught(episode(**changes), INSULIN, visits)}


def lacks(form: VisitForm, known=None, *, registered=True, now=NOW, who=None) -> tuple[Missing, ...]:
    return missing(form, known or taught(), who or patient(), shipped().common, registered_nurse=registered, now=now)


def with_part(form: VisitForm = COMPLETE, **changes: object) -> VisitForm:
    return replace(form, sections=(replace(form.sections[0], **changes),))


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


def read(*readings: ReadingForm) -> VisitForm:
    return with_part(readings=readings)


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


# --- commands ---


def marks(form: VisitForm) -> dict[str, StepMark]:
    return dict(form.sections[0].marks)


def test_rating_keeps_the_note_and_drops_the_reason():
    form = note(not_applicable(EMPTY, 0, "s06", "clear insulin"), 0, "s06", "uses a pen")
    assert marks(rate(form, 0, "s06", Level.PROMPTED))["s06"] == StepMark(Level.PROMPTED, "uses a pen", "")
    assert marks(rate(form, 0, "s06", Level.NA))["s06"].reason == "clear insulin"
    assert marks(clear(form, 0, "s06"))["s06"] == StepMark(None, "uses a pen", "")


def test_a_command_leaves_the_form_it_was_given_as_it_was():
    before = marks(EMPTY)
    rate(EMPTY, 0, "s01", Level.INDEPENDENT)
    assert marks(EMPTY) == before == {}


LAST = previous_ratings(
    [visit(at(3), section(INSULIN, level=Level.PROMPTED, levels={"s06": Level.NA}))], "episode-1", PATIENT
)


def test_same_as_last_copies_that_learners_last_rating():
    assert marks(same_as_last(EMPTY, 0, "s09", LAST))["s09"].level is Level.PROMPTED
    assert marks(same_as_last(EMPTY, 0, "s06", LAST))["s06"] == StepMark(Level.NA, "", "does not apply here")
    assert same_as_last(EMPTY, 0, "s09", {}) == EMPTY


def test_same_as_last_for_the_rest_never_fills_a_critical_step_nor_changes_one_that_is_rated():
    form = same_as_last_for_rest(rate(EMPTY, 0, "s03", Level.INDEPENDENT), 0, LAST, INSULIN)
    assert marks(form)["s03"].level is Level.INDEPENDENT
    assert {step for step, mark in marks(form).items() if mark.level is not None} == {
        step.id for step in INSULIN.steps if not step.critical
    }


def test_none_of_these_answers_no_but_never_takes_back_a_flag_that_was_seen():
    seen = FlagForm(seen=True, action="15 g glucose", told="GP")
    form = none_of_these_flags(with_part(EMPTY, flags={"r05": seen, "r06": FlagForm(action="typed")}), 0, INSULIN)
    assert form.sections[0].flags["r05"] == seen
    assert form.sections[0].flags["r06"] == FlagForm(seen=False, action="typed")
    assert [sign for sign, one in form.sections[0].flags.items() if one.seen] == ["r05"]
    assert set(form.sections[0].flags) == {sign.id for sign in INSULIN.red_flags}


def test_stopping_early_sets_the_rest_to_not_seen_and_keeps_what_was_rated():
    form = stop_early(rate(EMPTY, 0, "s01", Level.PROMPTED), "felt faint", taught())
    assert (form.purpose, form.stopped_reason) == (Purpose.STOPPED_EARLY, "felt faint")
    assert marks(form)["s01"].level is Level.PROMPTED
    assert {mark.level for step, mark in marks(form).items() if step != "s01"} == {Level.NOT_OBSERVED}
    assert Part.STEP not in {one.part for one in lacks(form)}


def test_a_recheck_is_added_after_the_reading_and_replaces_nothing():
    first, other = ReadingForm("cbg_mmol_l", "3.6", "11:31"), ReadingForm("hypos_since", "1")
    form = add_recheck(read(first, other), 0, "cbg_mmol_l", "11:46")
    assert form.sections[0].readings == (first, ReadingForm("cbg_mmol_l", at="11:46"), other)
    vital = add_recheck(COMPLETE, None, "pulse_bpm", "11:50")
    assert vital.vital_signs == (ReadingForm("pulse_bpm", at="11:50"),)
    assert vital.sections == COMPLETE.sections


def test_what_one_learner_did_is_never_credited_to_another():
    form = with_part(read(ReadingForm("cbg_mmol_l", "5")), notes="by the lamp")
    changed = change_learner(form, 0, CARER).sections[0]
    assert (changed.learner, changed.marks, changed.answers, changed.confidence) == (CARER, {}, {}, None)
    assert (changed.readings, changed.flags, changed.notes) == (
        form.sections[0].readings,
        form.sections[0].flags,
        "by the lamp",
    )
    assert change_learner(form, 0, PATIENT) is form


def test_the_page_asks_before_changing_learner_when_something_was_recorded():
    assert has_learner_entries(COMPLETE.sections[0])
    assert not has_learner_entries(EMPTY.sections[0])
    assert not has_learner_entries(clear(rate(EMPTY, 0, "s01", Level.ASSISTED), 0, "s01").sections[0])
    assert has_learner_entries(note(EMPTY, 0, "s01", "slow").sections[0])


@pytest.mark.parametrize(
    ("today", "falls"),
    [
        (Level.NOT_YET, True),
        (Level.ASSISTED, True),
        (Level.PROMPTED, False),
        (Level.INDEPENDENT, False),
        (Level.NOT_OBSERVED, False),
        (Level.NA, False),
    ],
)
def test_a_critical_step_that_goes_down_is_reported(today, falls):
    earlier = (
        visit(at(3), section(INSULIN, level=Level.PROMPTED)),
        visit(at(4), section(INSULIN, level=Level.NOT_OBSERVED)),
    )
    known = Taught(episode(), INSULIN, earlier)
    form = rate(rate(EMPTY, 0, "s09", today), 0, "s03", Level.NOT_YET)
    assert fell(form.sections[0], known, START) == (("s09",) if falls else ())
    assert fell(replace(form.sections[0], learner=CARER), known, START) == ()


# --- properties ---

STEPS = st.sampled_from([step.id for step in INSULIN.steps])
COMMANDS = st.one_of(
    st.tuples(st.just(rate), STEPS, st.sampled_from([level for level in Level if level is not Level.NA])),
    st.tuples(st.just(not_applicable), STEPS, st.sampled_from(["", "left handed"])),
    st.tuples(st.just(clear), STEPS),
    st.tuples(st.just(same_as_last), STEPS, st.just(LAST)),
)


@given(st.lists(COMMANDS, max_size=40), st.booleans())
def test_the_steps_counted_missing_are_exactly_those_that_cannot_be_signed(commands, registered):
    form = replace(COMPLETE, sections=(replace(part(), marks={}),))
    for command, *arguments in commands:
        form = command(form, 0, *arguments)
    found = {one.id for one in lacks(form, registered=registered) if one.part is Part.STEP}
    for step in INSULIN.steps:
        mark = marks(form).get(step.id, StepMark())
        signable = mark.level is not None and (
            mark.level is not Level.NA or (bool(mark.reason) and (registered or not step.critical))
        )
        assert (step.id in found) is not signable


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=10))
def test_nothing_that_can_be_typed_stops_the_counting(on, value, time):
    form = replace(
        COMPLETE,
        minutes=value,
        next=NextForm(NextKind.VISIT, on=on, at=time, minutes=value),
        vital_signs=(ReadingForm("weight_kg", value, time),),
    )
    assert isinstance(lacks(form), tuple)
