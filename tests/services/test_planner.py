"""The planner over a real store: what it begins with, what it answers, what it keeps and what it saves."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.planner.outlook import RUNS, Outlook
from smf_core.planner.run import Measure
from smf_core.planner.scenario import LIMITS, NotPlannable, Scenario
from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.presenters.service.planner import NOBODY, assumptions, file_rows, months_ahead, whole_rows
from smf_desktop.presenters.service.planner_form import LABELS, ToCorrect, observed_words, read_typed, typed
from smf_desktop.services.service.planner import (
    HOURS,
    as_now,
    kept,
    plan_ahead,
    planner_facts,
    read_kept,
    save_plan,
)
from tests.support.planner import accepted, scenario, seen, skill
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import people_taught

__all__ = ["laptop", "store_template", "team"]


def ahead(asked: Scenario) -> Outlook:
    found = plan_ahead(seen(), asked, lambda done, total: True)
    assert found is not None
    return found


def test_as_now_is_what_the_records_say(team: Team) -> None:
    accepted(team, people_taught(team, 14))
    facts = planner_facts(team.lead, joined=False)
    assert facts.whole
    assert facts.labels["insulin"] == "Insulin"
    now = as_now(facts.seen)
    assert now.referrals == pytest.approx(14 / facts.seen.days * 30.4375, abs=0.1)
    assert dict(now.mix)["insulin"] == 100
    assert (now.nurses, now.hours, now.at_most, now.scale) == (1, HOURS, None, 1)
    found = plan_ahead(facts.seen, replace(now, months=3), lambda done, total: True)
    assert found is not None
    assert found.runs == RUNS
    assert found.whole[Measure.VISITS] is not None
    hints = observed_words(facts.seen, now.travel)
    assert hints.keys() == typed(now).keys()
    assert hints["referrals"].endswith(f"14 in {facts.seen.days} days")
    rows = {row.what: row for row in assumptions(facts.seen, facts.labels)}
    assert rows["Insulin: visits and ends"].observed
    assert rows["Insulin: visits and ends"].rests_on.startswith("14 pathways, 1 still taught")
    wound = next(row for name, row in rows.items() if "ound" in name and "visits and ends" in name)
    assert not wound.observed
    assert "as its checklist expects" in wound.value
    assert wound.rests_on.startswith("never taught, 10 needed")
    assert "nan" not in " ".join(row.spoken for row in rows.values()).casefold()


def test_who_may_not_read_figures_may_not_plan(team: Team) -> None:
    for session in (team.nurse, team.assistant):
        with pytest.raises(NotAllowed):
            planner_facts(session, joined=False)
    assert planner_facts(team.admin, joined=False).seen.referrals == 0


def test_a_service_where_nobody_has_ended_is_told_so_in_words(team: Team) -> None:
    people_taught(team, 5)
    facts = planner_facts(team.lead, joined=True)
    with pytest.raises(NotPlannable) as refused:
        plan_ahead(facts.seen, as_now(facts.seen), lambda done, total: True)
    assert words_for(refused.value).happened == "Too few pathways have ended here to plan from."
    assert assumptions(facts.seen, facts.labels)


@pytest.mark.parametrize("code", ["limits", "mix", "too_many", "too_little_seen"])
def test_every_refusal_has_its_own_words(code: str) -> None:
    assert words_for(NotPlannable(code, "nurses")).happened != OUR_FAULT


def test_it_says_how_far_it_is_and_stops_when_asked() -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 3

    assert plan_ahead(seen(), scenario(months=1), progress) is None
    assert told == [(1, RUNS), (2, RUNS), (3, RUNS)]


def test_where_nobody_can_start_that_stands_in_place_of_a_wait() -> None:
    found = ahead(scenario(nurses=0.0, months=2))
    rows = {row[0].split(",")[0]: row[1] for row in whole_rows([found])}
    assert rows["Weeks waited before the start"] == NOBODY
    assert rows["Visits made"] == "0 (0 to 0)"
    assert months_ahead(seen().until, 3) == ("2026-12", "2027-01", "2027-02")


@given(st.builds(
    scenario,
    name=st.sampled_from(("As now", "Ten times", "ŵ")),
    referrals=st.integers(0, 200).map(float),
    nurses=st.integers(0, 40).map(lambda each: each / 4),
    at_most=st.none() | st.integers(1, 200),
    months=st.integers(1, 36),
    mix=st.integers(1, 99).map(lambda each: (("insulin", float(each)), ("wound", 100.0 - each))),
))  # fmt: skip
def test_a_scenario_typed_or_kept_is_the_same_again(one: Scenario) -> None:
    assert read_typed(typed(one)) == one
    assert read_kept(kept((one, one))) == (one, one)


@given(st.dictionaries(st.sampled_from(("name", *LABELS, "mix:insulin")), st.text() | st.floats().map(str)))
def test_whatever_is_typed_is_a_scenario_or_has_a_sentence(said: dict[str, str]) -> None:
    found = read_typed({**typed(scenario()), **said})
    if isinstance(found, ToCorrect):
        assert all(words and words[0].isupper() for words in found.problems.values())
        assert found.problems.keys() <= typed(scenario()).keys()
    else:
        found.check()


def test_a_number_outside_its_limits_is_answered_with_them() -> None:
    huge = read_typed({**typed(scenario()), "nurses": "1e300", "months": "2.5", "minutes": ""})
    assert isinstance(huge, ToCorrect)
    assert huge.problems == {
        "nurses": "Enter a number from 0 to 500",
        "months": f"Enter a whole number from 1 to {LIMITS['months'][1]}",
        "minutes": "Enter a number from 5 to 240",
    }
    many = read_typed({**typed(scenario()), "referrals": "1,000", "scale": "10"})
    assert isinstance(many, ToCorrect)
    assert many.problems.keys() == {"referrals"}


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b"[]", b"\xff", b'[{"name": "x"}]'])
def test_what_was_kept_and_cannot_be_read_is_let_go(content: bytes | None) -> None:
    assert read_kept(content) == ()
    assert read_kept(kept([replace(scenario(), nurses=-1.0)])) == ()
    assert len(read_kept(kept([scenario()] * 9))) == 3


def read_csv(path: Path) -> Sequence[Sequence[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_months_are_saved_whole_and_noted(team: Team, tmp_path: Path) -> None:
    found = ahead(scenario(name="=cmd|' /C calc'!A0", months=2, nurses=0.0))
    columns, rows = file_rows([found], seen().until)
    path = tmp_path / "plan.csv"
    save_plan(team.lead, columns, rows, path)
    head, *lines = read_csv(path)
    assert head == list(columns)
    assert len(lines) == 2 * len(Measure)
    assert all(line[0].startswith("'=") for line in lines)
    waited = [line for line in lines if line[1] == "Weeks waited before the start"]
    assert [line[2:] for line in waited] == [["2026-12", "", "", "", "200"], ["2027-01", "", "", "", "200"]]
    assert [each.name for each in tmp_path.glob("*plan*")] == ["plan.csv"]
    with pytest.raises(NotAllowed):
        save_plan(team.nurse, columns, rows, tmp_path / "other.csv")


def test_a_skill_with_few_discharges_has_the_usual_core_visits_said_so() -> None:
    few = replace(skill(), releases=skill().releases[:3])
    row = next(row for row in assumptions(seen(few), {}) if "released" in row.what)
    assert not row.observed
    assert row.value == "Not observed: 7 core visits a week, as is usual for the skill"
    assert row.rests_on == "3 discharges 90 days ago or more, 10 needed"
