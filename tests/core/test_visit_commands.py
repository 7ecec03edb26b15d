"""What can be done to a visit as typed: no command loses what was typed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.competence import previous_ratings
from smf_core.domain.missing import Part
from smf_core.domain.pathway import PATIENT
from smf_core.domain.visit import (
    FlagForm,
    Level,
    Purpose,
    ReadingForm,
    StepMark,
    VisitForm,
)
from smf_core.domain.visit_rules import (
    Taught,
    add_recheck,
    change_learner,
    clear,
    fell,
    has_learner_entries,
    none_of_these_flags,
    not_applicable,
    note,
    rate,
    same_as_last,
    same_as_last_for_rest,
    stop_early,
)
from tests.support.teaching import CARER, at, episode, section, visit
from tests.support.visit_forms import COMPLETE, EMPTY, INSULIN, START, lacks, part, read, taught, with_part


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
