"""A discharge is taken back within 30 days: a new entry, nothing leaves the record."""

import pytest
from sqlalchemy import select

from smf_core.domain.discharge import Outcome
from smf_core.domain.letter import LetterKind, LetterState
from smf_core.domain.letter_trouble import CannotReopen
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import ReasonNeeded
from smf_core.policy.rules import NotAllowed
from smf_core.records import tables as t
from smf_core.records.log import held_record
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.letters import core_stops_waiting
from smf_core.records.queries.tasks import tasks_of
from smf_desktop.services.ending.reopening import reopen_discharge
from smf_desktop.services.letters.letters import mark_sent
from smf_desktop.services.tasks import task_item
from tests.support.discharges import teach
from tests.support.letters import ended, letters, taught
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]


def is_open(team: Team, episode: str) -> bool:
    with team.nurse.read() as connection:
        found = episode_of(connection, episode)
    assert found is not None
    return found.is_open


def test_teaching_goes_on_and_what_the_discharge_wrote_is_taken_back_with_it(team: Team) -> None:
    home = taught(team)
    episode = home.episodes["insulin"]
    ended(team, home)
    mark_sent(team.nurse, letters(team, home)[LetterKind.PERSON].id, "post")
    with team.nurse.work() as work:
        other = task_item(team.nurse, TaskKind.OTHER, "Ask the ward", patient=home.patient, about=episode)
        work.save([other], patient=home.patient)
    team.clock.forward(days=3)
    reopen_discharge(team.nurse, episode, "Signed for the wrong skill")
    assert is_open(team, episode)
    assert {one.state for one in letters(team, home).values()} == {LetterState.WITHDRAWN}
    with team.nurse.read() as connection:
        tasks = connection.execute(select(t.task.c.state, t.task.c.done_note)).all()
        assert connection.execute(select(t.discharge)).all() == []
        assert core_stops_waiting(connection) == ()
        held = held_record(connection, "episode", episode).value("discharge")
    assert sorted(tuple(one) for one in tasks) == [
        ("cancelled", "The discharge was taken back"),
        ("cancelled", "The discharge was taken back"),
        ("open", ""),
        ("open", ""),  # the person has the letter already, and is told
    ]
    assert held is not None
    assert (held.count, held.settled, held["reason"]) == (2, True, "Signed for the wrong skill")
    assert held.first.payload["outcome"] == "independent"  # the discharge itself stays in the record


def test_taught_on_it_can_be_discharged_again(team: Team) -> None:
    home = taught(team)
    episode = home.episodes["insulin"]
    ended(team, home)
    reopen_discharge(team.nurse, episode, "One more visit wanted")
    teach(team, episode)
    ended(team, home)
    assert not is_open(team, episode)
    assert {one.state for one in letters(team, home).values()} == {LetterState.TO_PRINT}


def test_only_a_registered_nurse_with_a_reason_takes_a_discharge_back(team: Team) -> None:
    home = taught(team)
    episode = home.episodes["insulin"]
    ended(team, home)
    with pytest.raises(NotAllowed):
        reopen_discharge(team.assistant, episode, "By mistake")
    with pytest.raises(ReasonNeeded):
        reopen_discharge(team.nurse, episode, " ")
    assert not is_open(team, episode)


def why_not(team: Team, episode: str) -> str:
    """Why a discharge is not taken back; "" where it is."""
    try:
        reopen_discharge(team.nurse, episode, "By mistake")
    except CannotReopen as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(("days", "code"), [(30, ""), (31, "late")])
def test_30_days_is_the_last_day(team: Team, days: int, code: str) -> None:
    home = taught(team)
    ended(team, home)
    team.clock.forward(days=days)
    assert why_not(team, home.episodes["insulin"]) == code


def test_a_death_and_teaching_that_goes_on_are_not_taken_back_here(team: Team) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    assert why_not(team, episode) == "open"
    ended(team, home, Outcome.DECEASED)
    assert why_not(team, episode) == "died"


def test_a_core_team_that_was_asked_to_stop_is_told_in_red_that_teaching_goes_on(team: Team) -> None:
    home = taught(team)
    ended(team, home)
    sent = letters(team, home)[LetterKind.CORE_TEAM].id
    mark_sent(team.nurse, sent, "secure email")
    reopen_discharge(team.nurse, home.episodes["insulin"], "She fell ill")
    with team.nurse.read() as connection:
        (asked,) = (one for one in tasks_of(connection, home.patient) if one.kind is TaskKind.LETTER)
    assert (asked.about, asked.urgent, asked.due_on) == (sent, True, team.nurse.today())
    assert asked.text.startswith("Tell the core team")
