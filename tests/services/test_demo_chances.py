"""What chance has in store for the people of a demo."""

from datetime import date
from pathlib import Path
from statistics import mean, median

import pytest

from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.domain.visit import Level
from smf_desktop.demo.people import Dice
from smf_desktop.demo.plan import CURVES, course, crowd
from tests.support.demos import AS_OF, demo_in
from tests.support.teaching import shipped


def test_a_large_crowd_ends_as_the_table_of_chances_says() -> None:
    lives = list(crowd(3_000, seed=1, first=date(2025, 5, 17), last=AS_OF, library=shipped()))
    assert [life.received for life in lives] == sorted(life.received for life in lives)
    courses = [life.courses[0] for life in lives]
    well = [one for one in courses if one.outcome in FAVOURABLE]
    assert len(well) / len(courses) == pytest.approx(0.738, abs=0.025)
    assert mean(one.outcome is Outcome.INDEPENDENT for one in courses) == pytest.approx(0.597, abs=0.03)
    for skill, curve in CURVES.items():
        share = mean(one.skill == skill for one in courses)
        assert share == pytest.approx(curve.share, abs=0.03)
        assert median(len(one.lessons) for one in well if one.skill == skill) == pytest.approx(curve.visits[0], abs=0.9)


def test_a_skill_is_learned_at_the_pace_of_the_table() -> None:
    dice = Dice(1)
    checklist = shipped().newest("insulin")
    on_own = [0.0] * 7
    for _ in range(200):
        drawn = course(dice, checklist, Outcome.INDEPENDENT, 7, 7)
        for place, lesson in enumerate(drawn.lessons):
            on_own[place] += mean(level is Level.INDEPENDENT for level in lesson.levels.values()) / 200
    assert on_own == pytest.approx([0.06, 0.18, 0.33, 0.51, 0.68, 0.90, 0.96], abs=0.07)


@pytest.mark.parametrize("skill", CURVES)
def test_a_course_cut_short_leaves_a_critical_step_open(skill: str) -> None:
    dice, checklist = Dice(2), shipped().newest(skill)
    for visits in [2, 3, 5, 9] * 20:
        drawn = course(dice, checklist, Outcome.RETURNED_CORE, visits, max(1, round(visits * 0.6)))
        last = drawn.lessons[-1].levels
        seen = [step for step in checklist.critical_steps if not step.occasional]
        assert any(last[step.id] not in (Level.INDEPENDENT, Level.NOT_OBSERVED) for step in seen)


@pytest.mark.nightly
def test_a_whole_demo_comes_near_the_pilot(tmp_path: Path) -> None:
    for made in demo_in(tmp_path / "store", patients=240, months=18):
        assert made.report.discharge_rate == pytest.approx(0.74, abs=0.06)
        assert made.report.insulin_visits == pytest.approx(7, abs=1)
        assert made.report.patients == 240
