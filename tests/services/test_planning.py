"""Plans, the commissioning view and the service's check of itself, through a real store."""

from datetime import date, timedelta
from typing import Literal

import pytest

from smf_core.domain.day_trouble import DaysTurnedRound
from smf_core.domain.house_of_care import Answer, Part, PartsUnanswered, Standing
from smf_core.domain.planned import PlanNotPossible, PlanOf, ToDo, ToDoIncomplete
from smf_core.domain.practice import CoreTeam
from smf_core.domain.stated import NotStated, SourceNeeded
from smf_core.figures.figure import Asked
from smf_core.figures.loads import caseload_by_nurse
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.users import users
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.presenters.service.commissioning import elsewhere_words, locality_rows
from smf_desktop.presenters.service.self_check import (
    NO_CHECK,
    NOT_ANSWERED,
    action_rows,
    checked_words,
    part_rows,
)
from smf_desktop.services.letters.practices import add_core_team
from smf_desktop.services.service.commissioning import commissioning
from smf_desktop.services.service.plans import plans, state_plan, withdraw_plan
from smf_desktop.services.service.self_check import self_checks, state_self_check
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home, taught

__all__ = ["laptop", "store_template", "team"]

SINCE = date(2026, 4, 1)
ALL = {part: Answer(Standing.PARTLY, "Half the team is trained") for part in Part}


def test_a_plan_is_stated_and_withdrawn_and_the_log_keeps_both(team: Team) -> None:
    at_home(team)
    state_plan(team.admin, PlanOf.CASELOAD, team.nurse.user.id, 18, SINCE, source="rota")
    state_plan(team.lead, PlanOf.CASELOAD, "", 20, SINCE, source=" team meeting ", until=date(2027, 3, 31))
    first, second = plans(team.lead, PlanOf.CASELOAD)
    assert {(each.what.of, each.what.number, each.what.source) for each in (first, second)} == {
        (team.nurse.user.id, 18, "rota"),
        ("", 20, "team meeting"),
    }
    team.clock.forward(days=1)
    (own,) = (each for each in (first, second) if each.what.of)
    withdraw_plan(team.lead, own.what.id)
    (log,) = (each for each in plans(team.lead, PlanOf.CASELOAD) if each.what.withdrawn)
    assert [(act.by, act.withdrawn) for act in log.acts] == [("Admin Example", False), ("Lead Example", True)]
    assert log.acts[1].at - log.acts[0].at == timedelta(days=1)
    with team.lead.read() as connection:
        asked = Asked(since=SINCE, until=team.lead.today(), as_of=team.lead.today())
        assert {each.planned for each in caseload_by_nurse(connection, asked)} == {20}
    for unknown in (own.what.id, "0193"):
        with pytest.raises(NotStated):
            withdraw_plan(team.lead, unknown)
    withdraw_plan(team.admin, own.what.id, withdrawn=False)
    with pytest.raises(NotStated):
        withdraw_plan(team.admin, own.what.id, withdrawn=False)
    (back,) = (each for each in plans(team.lead, PlanOf.CASELOAD) if each.what.of)
    assert (back.what.withdrawn, [act.withdrawn for act in back.acts]) == (False, [False, True, False])


def test_a_plan_that_cannot_be_held_against_anything(team: Team) -> None:
    for number in (-1, 100_001):
        with pytest.raises(PlanNotPossible, match="number"):
            state_plan(team.lead, PlanOf.CASELOAD, "", number, SINCE, source="rota")
    with pytest.raises(PlanNotPossible, match="backwards"):
        state_plan(team.lead, PlanOf.CASELOAD, "", 5, SINCE, source="rota", until=SINCE - timedelta(days=1))
    with pytest.raises(PlanNotPossible, match="locality"):
        state_plan(team.lead, PlanOf.PEOPLE, "Nowhere", 5, SINCE, source="board")
    with pytest.raises(PlanNotPossible, match="locality"):
        state_plan(team.lead, PlanOf.PEOPLE, "", 5, SINCE, source="board")
    for nobody in ("0193", team.admin.user.id):
        with pytest.raises(PlanNotPossible, match="nurse"):
            state_plan(team.lead, PlanOf.CASELOAD, nobody, 5, SINCE, source="rota")
    with pytest.raises(SourceNeeded):
        state_plan(team.lead, PlanOf.CASELOAD, "", 5, SINCE, source="  ")
    assert plans(team.lead, PlanOf.CASELOAD) == plans(team.lead, PlanOf.PEOPLE) == ()


@pytest.mark.parametrize("code", ["number", "backwards", "locality", "nurse"])
def test_each_of_these_has_a_sentence_of_its_own(code: Literal["number", "backwards", "locality", "nurse"]) -> None:
    assert words_for(PlanNotPossible(code)) != OUR_FAULT


def test_only_who_leads_or_runs_the_service_plans_it(team: Team) -> None:
    for session in (team.nurse, team.assistant):
        with pytest.raises(NotAllowed):
            state_plan(session, PlanOf.CASELOAD, "", 5, SINCE, source="rota")
        with pytest.raises(NotAllowed):
            state_self_check(session, ALL)
        with pytest.raises(NotAllowed):
            plans(session, PlanOf.PEOPLE)
        with pytest.raises(NotAllowed):
            self_checks(session)
        with pytest.raises(NotAllowed):
            commissioning(session, SINCE, SINCE, joined=False)


def test_the_commissioning_view_says_what_is_not_planned(team: Team) -> None:
    add_core_team(team.lead, CoreTeam("", "City North", locality="North"))
    taught(team, at_home(team), days_ago=3)
    found = commissioning(team.lead, SINCE, date(2026, 11, 17), joined=False)
    assert found.whole
    (row,) = locality_rows(found.found.localities)
    assert (row.name, row.planned) == ("North", "Nothing was planned for this locality on these days.")
    assert row.discharged == "Nobody's teaching ended in this period."
    assert elsewhere_words(found.found) == "Referred by no core team of these localities: 1 person of 1 who began."
    state_plan(team.lead, PlanOf.PEOPLE, "North", 120, date(2026, 11, 1), source="board paper 7")
    (row,) = locality_rows(commissioning(team.lead, SINCE, date(2026, 11, 17), joined=False).found.localities)
    assert row.planned == "5.6 people in 17 days"
    assert row.beside[0] == "Planned: 120 people a year from 01-Nov-2026 (board paper 7)."
    with pytest.raises(DaysTurnedRound):
        commissioning(team.lead, date(2026, 11, 17), SINCE, joined=False)


def test_the_last_check_is_shown_and_the_earlier_ones_stay(team: Team) -> None:
    assert self_checks(team.lead) == ()
    assert checked_words(None, "") == NO_CHECK
    state_self_check(team.admin, ALL, note="First look")
    team.clock.forward(days=90)
    better = ALL | {Part.PEOPLE: Answer(Standing.IN_PLACE, "Results go out a week before")}
    agreed = [ToDo("Train the rest", "Lead Example", date(2027, 6, 1)), ToDo("Ask the board", "Dr Osei", SINCE)]
    state_self_check(team.lead, better, agreed)
    last, first = self_checks(team.lead)
    assert (last.name, first.name, first.check.note) == ("Lead Example", "Admin Example", "First look")
    assert (last.check.on, first.check.on) == (date(2027, 2, 15), date(2026, 11, 17))
    assert checked_words(last.check, last.name) == "Checked 15-Feb-2027, Lead Example. 1 of 5 parts in place."
    people = next(row for row in part_rows(last.check, first.check) if row.part is Part.PEOPLE)
    assert (people.standing, people.words, people.before) == (
        "In place",
        "Results go out a week before",
        "Partly in place",
    )
    assert action_rows(last.check) == (
        "Ask the board. Dr Osei, by 01-Apr-2026",
        "Train the rest. Lead Example, by 01-Jun-2027",
    )


def test_every_part_is_answered_and_every_action_is_whole(team: Team) -> None:
    some = {Part.PEOPLE: Answer(Standing.NOT_YET)}
    with pytest.raises(PartsUnanswered) as left:
        state_self_check(team.lead, some)
    assert set(left.value.parts) == set(Part) - {Part.PEOPLE}
    assert str(words_for(left.value)).startswith("4 of the parts are not answered yet.")
    assert str(words_for(PartsUnanswered((Part.PEOPLE,)))).startswith("One part is not answered.")
    with pytest.raises(ToDoIncomplete):
        state_self_check(team.lead, ALL, [ToDo("Ring them", " ", SINCE)])
    assert self_checks(team.lead) == ()
    assert {row.standing for row in part_rows(None)} == {NOT_ANSWERED}


def test_words_of_a_check_are_kept_as_they_were_typed(team: Team) -> None:
    odd = "=SUM(A1)\nnext line \u202eturned"
    state_self_check(team.lead, ALL | {Part.PROCESSES: Answer(Standing.PARTLY, odd)})
    (only,) = self_checks(team.lead)
    assert only.check.answers[Part.PROCESSES].words == odd


def test_users_stay_named_after_they_left(team: Team) -> None:
    state_self_check(team.lead, ALL)
    with team.lead.read() as connection:
        assert team.lead.user.name in {user.name for user in users(connection)}
    assert self_checks(team.admin)[0].name == "Lead Example"
