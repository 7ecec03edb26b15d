"""Each learner by themselves: the steps that are theirs, and what was last seen of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import (
    OnOwn,
    carer_does_critical_part,
    last_seen_levels,
    own_steps,
    previous_ratings,
    steps_on_own,
    visit_number,
)
from smf_core.domain.pathway import PATIENT, Learner
from smf_core.domain.visit import Level, Purpose
from tests.support.competence import INSULIN, LOW, good, judged, unmet, with_levels
from tests.support.teaching import CARER, TODAY, at, checklist, episode, section, visit

CARER_TOO = (Learner(PATIENT, tuple(step.id for step in INSULIN.steps if step.id != "s09")), Learner(CARER, ("s09",)))


def pair(day: float, **carer: Level):
    """A visit at which the patient did all but the dose window, which the carer reads."""
    theirs = section(INSULIN, levels={"s09": Level.NOT_YET})
    helps = section(INSULIN, level=Level.NOT_OBSERVED, levels={"s09": Level.INDEPENDENT} | carer, learner=CARER)
    return visit(at(day), theirs, helps)


def test_each_learner_is_safe_in_the_steps_that_are_theirs():
    assert judged(pair(1), pair(2), learners=CARER_TOO).ready
    found = judged(pair(1), pair(2, s09=LOW), learners=CARER_TOO)
    assert {(one.key, one.learner) for one in found.unmet} == {
        (CompetenceKey.CRITICAL_STEPS_LEVEL, CARER),
        (CompetenceKey.CONSECUTIVE_COMPLETED_VISITS, CARER),
        (CompetenceKey.VISITS_APART_BY, CARER),
        (CompetenceKey.REGISTERED_NURSE_IN_RUN, CARER),
    }


def test_teach_back_and_confidence_are_asked_of_every_learner():
    silent = section(INSULIN, answer=None, confidence=None, learner=CARER)
    found = judged(visit(at(1), section(INSULIN), silent), visit(at(2), section(INSULIN), silent), learners=CARER_TOO)
    assert {(one.key, one.learner) for one in found.unmet} == {
        (CompetenceKey.TEACH_BACK, CARER),
        (CompetenceKey.MIN_CONFIDENCE, CARER),
    }


def test_no_critical_step_is_left_without_a_learner():
    only_some = (Learner(PATIENT, ("s01", "s02")),)
    found = judged(good(1), good(2), learners=only_some)
    assert unmet(found) == {CompetenceKey.LEARNER_TASKS}
    left = found.line(CompetenceKey.LEARNER_TASKS).open
    assert "s09" in left
    assert "s03" not in left  # not critical


def test_no_dose_time_is_left_without_a_learner():
    def tasks(*learners: Learner, times=("morning", "evening")) -> bool:
        found = judged(good(1), good(2), learners=learners, dose_times=times)
        return found.line(CompetenceKey.LEARNER_TASKS).met

    assert tasks(Learner(PATIENT))
    assert not tasks(Learner(PATIENT, ("morning",)))
    assert tasks(Learner(PATIENT, ("morning",)), Learner(CARER, ("evening",)))


def test_a_learner_who_stopped_learning_is_not_waited_for():
    gone = Learner(CARER, ("s09",), until=TODAY - timedelta(days=1))
    assert judged(good(1), good(2), learners=(Learner(PATIENT), gone)).ready
    assert not judged(good(1), good(2), learners=(gone,)).ready
    last_day = replace(gone, until=TODAY)
    assert not judged(good(1), good(2), learners=(Learner(PATIENT), last_day)).ready


def test_changing_learner_starts_that_learners_own_run():
    carer = [visit(at(day), section(INSULIN, learner=CARER)) for day in (3, 4)]
    swapped = (Learner(PATIENT, until=at(2).date()), Learner(CARER, from_=at(3).date()))
    assert not judged(good(1), good(2), carer[0], learners=swapped).ready
    assert judged(good(1), good(2), *carer, learners=swapped).ready


@pytest.mark.parametrize(
    ("learners", "does"),
    [
        ((), False),
        ((Learner(PATIENT),), False),
        ((Learner(PATIENT), Learner(CARER, ("s09",))), True),
        ((Learner(PATIENT), Learner(CARER, ("s03",))), False),
        ((Learner(PATIENT), Learner(CARER)), True),
        ((Learner(PATIENT), Learner(CARER, ("s03", "evening"))), True),
        ((Learner(PATIENT), Learner(CARER, until=date(2026, 11, 16))), False),
    ],
)
def test_a_carer_does_a_critical_part_with_a_critical_step_or_a_dose_time(learners, does):
    assert carer_does_critical_part(INSULIN, episode(learners=learners), TODAY, ("evening",)) is does


def test_a_learner_without_named_steps_learns_them_all():
    assert own_steps(INSULIN, Learner(PATIENT)) == INSULIN.steps
    assert own_steps(INSULIN, Learner(PATIENT, ("evening",))) == INSULIN.steps
    assert [step.id for step in own_steps(INSULIN, Learner(PATIENT, ("s09", "s02")))] == ["s02", "s09"]


# --- what the visit page shows ---


def test_the_previous_rating_is_that_learners_own():
    visits = [with_levels(1, s09=LOW), visit(at(2), section(INSULIN, learner=CARER))]
    assert previous_ratings(visits, "episode-1", PATIENT)["s09"].level is LOW
    assert previous_ratings(visits, "episode-1", CARER)["s09"].level is Level.INDEPENDENT
    assert previous_ratings(visits, "episode-1", "contact-9") == {}
    assert previous_ratings(visits, "episode-1", PATIENT, before=at(1)) == {}


def test_two_skills_with_the_same_step_ids_are_never_mixed():
    both = visit(at(1), section(INSULIN), section(checklist("wound"), level=LOW, episode_id="episode-2"))
    assert previous_ratings([both], "episode-1", PATIENT)["s01"].level is Level.INDEPENDENT
    assert previous_ratings([both], "episode-2", PATIENT)["s01"].level is LOW


def test_not_seen_does_not_hide_the_level_last_seen():
    visits = [good(1), with_levels(2, s09=Level.NOT_OBSERVED)]
    assert previous_ratings(visits, "episode-1", PATIENT)["s09"].level is Level.NOT_OBSERVED
    assert last_seen_levels(visits, "episode-1", PATIENT)["s09"] is Level.INDEPENDENT


def test_visits_are_numbered_by_care_time_whatever_their_purpose():
    first, second, third = good(1, purpose=Purpose.ASSESSMENT), good(2, struck="wrong person"), good(3)
    visits = [third, first, second]
    assert visit_number(visits, "episode-1", third.started_at, third.id) == 2
    assert visit_number(visits, "episode-1", at(2), "draft") == 2
    assert visit_number(visits, "episode-1", at(9)) == 3
    assert visit_number(visits, "episode-2", at(9)) == 1


def test_steps_on_own_leave_out_what_does_not_apply():
    visits = [with_levels(1, s01=LOW, s06=Level.NA), with_levels(2, s02=Level.NOT_OBSERVED, s06=Level.NA, s01=LOW)]
    assert steps_on_own(INSULIN, visits, "episode-1", Learner(PATIENT)) == OnOwn(16, 17)
    assert steps_on_own(INSULIN, [], "episode-1", Learner(PATIENT)) == OnOwn(0, 18)
    assert steps_on_own(INSULIN, visits, "episode-1", Learner(PATIENT, ("s01", "s02"))) == OnOwn(1, 2)
