"""The competence rule, key by key: who is safe alone, on what evidence."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import (
    CompetenceSettings,
    Evidence,
    Readiness,
    latest_confidence,
    steps_on_own,
)
from smf_core.domain.pathway import PATIENT, GateState, Learner
from smf_core.domain.red_flag import RedFlag, RedFlagState, Urgency
from smf_core.domain.visit import Level, Place, Purpose, TeachBackAnswer
from tests.support.competence import INSULIN, LOW, good, judged, line, unmet, with_levels
from tests.support.teaching import CARER, TODAY, at, checklist, episode, met, section, visit

CATHETER = checklist("catheter_care")


def run_of(*visits, **given: object) -> int:
    return line(judged(*visits, **given), CompetenceKey.CONSECUTIVE_COMPLETED_VISITS).have


def test_two_good_visits_on_two_days_make_ready():
    found = judged(good(1), good(2))
    assert found.ready
    assert found.unmet == ()
    critical = line(found, CompetenceKey.CRITICAL_STEPS_LEVEL)
    assert (critical.have, critical.need) == (13, 13)
    counted = line(found, CompetenceKey.VISITS_APART_BY).visits
    assert [(one.number, one.on, one.by) for one in counted] == [
        (1, date(2026, 11, 2), "nurse-1"),
        (2, date(2026, 11, 3), "nurse-1"),
    ]


def test_nobody_is_ready_before_the_first_visit():
    found = judged()
    assert not found.ready
    assert unmet(found) >= {
        CompetenceKey.CRITICAL_STEPS_LEVEL,
        CompetenceKey.CONSECUTIVE_COMPLETED_VISITS,
        CompetenceKey.TEACH_BACK,
        CompetenceKey.MIN_CONFIDENCE,
    }


def test_every_key_of_the_rule_has_its_line():
    keys = [one.key for one in judged(good(1)).evidence]
    assert keys == [
        CompetenceKey.LEARNER_TASKS,
        CompetenceKey.CRITICAL_STEPS_LEVEL,
        CompetenceKey.OCCASIONAL_OBSERVATIONS,
        CompetenceKey.CONSECUTIVE_COMPLETED_VISITS,
        CompetenceKey.VISITS_APART_BY,
        CompetenceKey.REGISTERED_NURSE_IN_RUN,
        CompetenceKey.TEACH_BACK,
        CompetenceKey.MIN_CONFIDENCE,
        CompetenceKey.MAX_OPEN_RED_FLAG,
        CompetenceKey.HARD_GATES,
    ]


# --- the run ---


@pytest.mark.parametrize("low", [Level.NOT_YET, Level.ASSISTED, Level.PROMPTED])
@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("place", list(Place))
def test_one_lower_level_on_a_critical_step_starts_the_run_again_at_any_visit(low, purpose, place):
    fall = visit(at(3), section(INSULIN, levels={"s09": low}), purpose=purpose, place=place)
    assert run_of(good(1), good(2), fall) == 0
    assert run_of(good(1), good(2), fall, good(4)) == 1
    assert run_of(good(1), good(2), fall, good(4), good(5)) == 2


def test_a_lower_level_on_a_step_that_is_not_critical_changes_nothing():
    assert judged(good(1), with_levels(2, s03=LOW)).ready


def test_a_critical_step_not_seen_is_no_fall_and_leaves_the_gate_open():
    found = judged(good(1), good(2), with_levels(3, s09=Level.NOT_OBSERVED))
    assert not found.ready
    assert line(found, CompetenceKey.CRITICAL_STEPS_LEVEL).open == ("s09",)
    assert run_of(good(1), with_levels(2, s09=Level.NOT_OBSERVED), good(3)) == 1


def test_a_critical_step_without_any_rating_counts_as_not_seen():
    part = section(INSULIN)
    gap = replace(part, ratings={step: one for step, one in part.ratings.items() if step != "s09"})
    assert run_of(good(1), visit(at(2), gap)) == 0


def test_a_critical_step_that_does_not_apply_leaves_the_rule():
    found = judged(with_levels(1, s16=Level.NA), with_levels(2, s16=Level.NA))
    assert found.ready
    assert line(found, CompetenceKey.CRITICAL_STEPS_LEVEL).need == 12


@pytest.mark.parametrize("purpose", [Purpose.ASSESSMENT, Purpose.STOPPED_EARLY])
def test_visits_for_assessment_or_stopped_early_neither_count_nor_break_the_run(purpose):
    between = visit(at(2), section(INSULIN, level=Level.NOT_OBSERVED), purpose=purpose)
    assert run_of(good(1), between) == 1
    assert run_of(good(1), between, good(3)) == 2
    assert run_of(good(1), good(2, purpose=purpose)) == 1


def test_a_visit_struck_as_entered_in_error_does_not_exist():
    assert run_of(good(1), good(2, struck="wrong person")) == 1
    fall = visit(at(3), section(INSULIN, level=LOW), struck="wrong person")
    assert judged(good(1), good(2), fall).ready


def test_a_visit_of_another_skill_is_not_looked_at():
    wound = visit(at(3), section(checklist("wound"), level=LOW, episode_id="episode-2"))
    assert judged(good(1), good(2), wound).ready


def test_a_visit_that_arrives_late_takes_its_place_by_care_time():
    late = visit(at(1.5), section(INSULIN, level=LOW))
    assert run_of(good(1), good(2), late) == 1


# --- apart ---


def test_two_visits_of_one_day_count_for_a_dose_when_4_hours_apart():
    assert judged(good(1, 8), good(1, 12)).ready
    found = judged(good(1, 8), good(1, 11.99))
    assert unmet(found) == {CompetenceKey.VISITS_APART_BY}
    assert line(found, CompetenceKey.VISITS_APART_BY).have == 1


def test_other_skills_need_two_calendar_days():
    def wound(day, hour):
        return visit(at(day, hour), section(checklist("wound")))

    assert not judged(wound(1, 8), wound(1, 18), taught=checklist("wound")).ready
    assert judged(wound(1, 23), wound(2, 0), taught=checklist("wound")).ready


def test_the_counted_visits_need_not_be_neighbours_in_the_run():
    found = judged(good(1, 8), good(1, 9), good(1, 12))
    assert found.ready
    assert [one.number for one in line(found, CompetenceKey.VISITS_APART_BY).visits] == [1, 3]


def test_four_hours_are_counted_on_the_steady_clock_when_the_clocks_go_back():
    london = ZoneInfo("Europe/London")
    first, second = (datetime(2026, 10, 25, 0, 30, tzinfo=london), datetime(2026, 10, 25, 3, 45, tzinfo=london))
    pair = [replace(good(1), id=f"v{n}", started_at=when) for n, when in enumerate((first, second))]
    assert judged(*pair).ready  # 3 h 15 min by the wall, 4 h 15 min in truth


# --- who and how ---


def test_one_counted_visit_is_by_a_registered_nurse():
    found = judged(good(1, registered=False), good(2, registered=False))
    assert unmet(found) == {CompetenceKey.REGISTERED_NURSE_IN_RUN}
    assert judged(good(1), good(2, registered=False)).ready
    off = CompetenceSettings(registered_nurse_in_run=False)
    assert judged(good(1, registered=False), good(2, registered=False), settings=off).ready


def test_the_registered_nurse_may_be_further_back_in_the_run():
    found = judged(good(1), good(2, registered=False), good(3, registered=False))
    assert found.ready
    assert [one.number for one in line(found, CompetenceKey.REGISTERED_NURSE_IN_RUN).visits] == [1, 2]


def test_a_registered_nurse_before_the_run_does_not_count():
    found = judged(good(1), with_levels(2, s09=LOW), good(3, registered=False), good(4, registered=False))
    assert unmet(found) == {CompetenceKey.REGISTERED_NURSE_IN_RUN}


def test_video_counts_only_where_the_clinical_lead_allows_it():
    pair = (good(1), good(2, place=Place.VIDEO))
    assert run_of(*pair) == 1
    assert judged(*pair, settings=CompetenceSettings(video_ratings_of_critical_steps=True)).ready


def test_a_visit_by_video_between_two_good_ones_does_not_break_the_run():
    by_video = visit(at(2), section(INSULIN, levels={"s09": Level.NOT_OBSERVED}), place=Place.VIDEO)
    assert judged(good(1), by_video, good(3)).ready


# --- occasional steps ---


def catheter(day: float, place: Place = Place.HOME, purpose: Purpose = Purpose.TEACHING, **levels: Level):
    usual = {"s10": Level.NOT_OBSERVED, "s12": Level.NOT_OBSERVED} | levels
    return visit(at(day), section(CATHETER, levels=usual), place=place, purpose=purpose)


def occasional(*visits, **given: object) -> Evidence:
    return line(judged(*visits, taught=CATHETER, **given), CompetenceKey.OCCASIONAL_OBSERVATIONS)


def test_an_occasional_step_needs_one_observation_in_the_episode_and_does_not_hold_up_the_run():
    visits = (catheter(1, s10=Level.INDEPENDENT, s12=Level.INDEPENDENT), catheter(2), catheter(3))
    assert judged(*visits, taught=CATHETER).ready
    without = judged(catheter(1, s10=Level.INDEPENDENT), catheter(2), taught=CATHETER)
    assert unmet(without) == {CompetenceKey.OCCASIONAL_OBSERVATIONS}
    assert line(without, CompetenceKey.OCCASIONAL_OBSERVATIONS).open == ("s12",)


def test_a_lower_level_of_an_occasional_step_takes_its_observation_back_and_starts_the_run_again():
    both = {"s10": Level.INDEPENDENT, "s12": Level.INDEPENDENT}
    found = judged(catheter(1, **both), catheter(2), catheter(3, s12=LOW), taught=CATHETER)
    assert unmet(found) >= {CompetenceKey.OCCASIONAL_OBSERVATIONS, CompetenceKey.CONSECUTIVE_COMPLETED_VISITS}
    assert occasional(catheter(1, **both), catheter(2, s12=LOW), catheter(3, s12=Level.INDEPENDENT)).met


def test_an_occasional_step_seen_by_video_or_at_an_assessment_is_no_observation():
    both = {"s10": Level.INDEPENDENT, "s12": Level.INDEPENDENT}
    assert not occasional(catheter(1, place=Place.VIDEO, **both)).met
    assert not occasional(catheter(1, purpose=Purpose.ASSESSMENT, **both)).met
    allowed = CompetenceSettings(video_ratings_of_critical_steps=True)
    assert occasional(catheter(1, place=Place.VIDEO, **both), settings=allowed).met


def test_an_occasional_step_that_does_not_apply_leaves_the_rule():
    found = occasional(catheter(1, s10=Level.NA, s12=Level.INDEPENDENT), catheter(2))
    assert (found.met, found.need) == (True, 1)


# --- teach-back and confidence ---


def answered(day: float, **answers: TeachBackAnswer):
    part = section(INSULIN, answer=None)
    return visit(at(day), replace(part, answers={q: _answer(q, a) for q, a in answers.items()}))


def _answer(question: str, answer: TeachBackAnswer):
    return replace(section(INSULIN).answers["t01"], question=question, answer=answer)


def test_the_latest_answer_to_every_must_pass_question_is_explained():
    found = judged(good(1), answered(2, t01=TeachBackAnswer.PROMPTED))
    assert line(found, CompetenceKey.TEACH_BACK).open == ("t01",)
    again = judged(good(1), answered(2, t01=TeachBackAnswer.PROMPTED), answered(3, t01=TeachBackAnswer.EXPLAINED))
    assert line(again, CompetenceKey.TEACH_BACK).met


def test_not_covered_is_no_answer_and_an_earlier_one_stands():
    assert judged(good(1), answered(2, t01=TeachBackAnswer.NOT_COVERED)).ready
    never = judged(answered(1, t01=TeachBackAnswer.NOT_COVERED))
    assert "t01" in line(never, CompetenceKey.TEACH_BACK).open


def test_a_question_that_need_not_be_passed_stops_nobody():
    assert judged(good(1), answered(2, t06=TeachBackAnswer.WENT_OVER_AGAIN)).ready


@pytest.mark.parametrize(("confidence", "ready"), [(6, False), (7, True), (10, True), (0, False)])
def test_the_latest_confidence_is_7_or_more(confidence, ready):
    second = visit(at(2), section(INSULIN, confidence=confidence))
    found = judged(good(1), second)
    assert found.ready is ready
    assert found.only_confidence_is_low is not ready
    assert line(found, CompetenceKey.MIN_CONFIDENCE).have == confidence


def test_confidence_not_asked_leaves_the_earlier_one_standing():
    assert judged(good(1), visit(at(2), section(INSULIN, confidence=None))).ready
    assert latest_confidence([good(1)], "episode-1", CARER) is None


def test_with_anything_else_unmet_confidence_is_not_the_only_thing():
    low = visit(at(2), section(INSULIN, confidence=3, levels={"s09": LOW}))
    assert not judged(good(1), low).only_confidence_is_low
    assert not judged(good(1), good(2)).only_confidence_is_low


# --- red flags and gates ---


def flag(urgency: Urgency, state=RedFlagState.OPEN, of: str | None = "episode-1", who: str = "patient-1") -> RedFlag:
    return RedFlag("flag-1", who, "visit", of, "r05", urgency, at(2), "treated", state=state)


@pytest.mark.parametrize(
    ("one", "ready"),
    [
        (flag(Urgency.EMERGENCY), False),
        (flag(Urgency.WITHIN_HOURS), False),
        (flag(Urgency.SAME_DAY), False),
        (flag(Urgency.NEXT_WORKING_DAY), True),
        (flag(Urgency.EMERGENCY, RedFlagState.CLOSED), True),
        (flag(Urgency.EMERGENCY, of=None), False),
        (flag(Urgency.EMERGENCY, of="episode-2"), True),
        (flag(Urgency.EMERGENCY, of=None, who="patient-2"), True),
    ],
)
def test_no_open_red_flag_is_more_urgent_than_the_next_working_day(one, ready):
    found = judged(good(1), good(2), flags=[one])
    assert found.ready is ready
    assert found.line(CompetenceKey.MAX_OPEN_RED_FLAG).open == (() if ready else ("flag-1",))


@pytest.mark.parametrize("gate", ["u03", "p04"])
def test_every_hard_gate_is_met_universal_ones_included(gate):
    gates = {**episode().gates, gate: met(gate, state=GateState.NOT_MET)}
    found = judged(good(1), good(2), gates=gates)
    assert unmet(found) == {CompetenceKey.HARD_GATES}
    hard = found.line(CompetenceKey.HARD_GATES)
    assert (hard.open, hard.have, hard.need) == ((gate,), 14, 15)


def test_a_gate_that_lapsed_since_the_visits_leaves_the_rule_unmet():
    gates = {**episode().gates, "p04": met("p04", valid_until=TODAY - timedelta(days=1))}
    assert unmet(judged(good(1), good(2), gates=gates)) == {CompetenceKey.HARD_GATES}


# --- properties ---

LEVELS = st.sampled_from([Level.INDEPENDENT, Level.INDEPENDENT, LOW, Level.NOT_OBSERVED, Level.NA])
STEPS = st.sets(st.sampled_from(["s02", "s09", "s03"]), max_size=2)
ANSWERS = st.sampled_from([*TeachBackAnswer, None])
CONFIDENCE = st.one_of(st.none(), st.integers(0, 10))
DAYS, HOURS = st.integers(0, 12), st.integers(0, 20)
NUMBERS = st.integers(0, 10**9)
PURPOSES = st.sampled_from([Purpose.TEACHING, Purpose.TEACHING, *Purpose])
PLACES = st.sampled_from([Place.HOME, Place.HOME, *Place])
REGISTERED = st.booleans()
STRUCK = st.sampled_from(["", "", "", "wrong person"])


@st.composite
def visits_of(draw, learner: str = PATIENT, prefix: str = "v"):
    part = section(
        INSULIN,
        levels={step: draw(LEVELS) for step in draw(STEPS)},
        answer=draw(ANSWERS),
        confidence=draw(CONFIDENCE),
        learner=learner,
    )
    when = at(draw(DAYS), draw(HOURS))
    return visit(
        when,
        part,
        name=f"{prefix}{draw(NUMBERS)}",
        purpose=draw(PURPOSES),
        place=draw(PLACES),
        registered=draw(REGISTERED),
        struck=draw(STRUCK),
    )


MANY = st.lists(visits_of(), max_size=7, unique_by=lambda one: one.id)


@given(MANY, st.randoms())
def test_the_order_in_which_visits_are_given_does_not_matter(visits, dice):
    shuffled = list(visits)
    dice.shuffle(shuffled)
    assert judged(*shuffled) == judged(*visits)
    assert steps_on_own(INSULIN, shuffled, "episode-1", Learner(PATIENT)) == steps_on_own(
        INSULIN, visits, "episode-1", Learner(PATIENT)
    )


@given(MANY, visits_of(learner=CARER, prefix="c"))
def test_a_visit_of_another_learner_changes_nothing_for_the_first(visits, other):
    def without_numbers(found: Readiness):
        return [replace(one, visits=tuple(replace(seen, number=0) for seen in one.visits)) for one in found.evidence]

    assert without_numbers(judged(*visits, other)) == without_numbers(judged(*visits))


@given(MANY)
def test_a_later_lower_level_leaves_nobody_ready(visits):
    assert run_of(*visits, with_levels(14, s09=LOW)) == 0
    assert not judged(*visits, with_levels(14, s09=LOW)).ready


@given(MANY)
def test_a_struck_visit_might_as_well_never_have_been(visits):
    assert judged(*visits) == judged(*(one for one in visits if one.stands))


@given(MANY)
def test_whoever_is_ready_did_every_critical_step_alone_at_two_visits_that_lie_apart(visits):
    found = judged(*visits)
    if not found.ready:
        return
    counted = [one for one in visits if one.id in {v.visit for v in line(found, CompetenceKey.VISITS_APART_BY).visits}]
    assert len(counted) == 2
    assert any(one.signed_by_registered for one in counted)
    first, second = sorted(counted, key=lambda one: one.started_at)
    assert first.started_at.date() != second.started_at.date() or second.started_at - first.started_at >= timedelta(
        hours=4
    )
    for one in counted:
        assert one.stands
        assert one.purpose is Purpose.TEACHING
        assert one.place is not Place.VIDEO
        levels = {one.sections[0].ratings[step.id].level for step in INSULIN.critical_steps}
        assert levels <= {Level.INDEPENDENT, Level.NA}


@given(MANY)
def test_two_more_good_visits_make_anyone_ready(visits):
    assert judged(*visits, good(14), good(15)).ready
