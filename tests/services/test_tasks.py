"""Tasks: asked, done, taken back, handed on; two people who end one keep both."""

from datetime import timedelta

import pytest

from smf_core.domain.day_trouble import TaskTextNeeded
from smf_core.domain.task import TaskState
from smf_desktop.services.session import Session
from smf_desktop.services.tasks import (
    NewTask,
    ask_task,
    cancel_task,
    finish_task,
    hand_over,
    my_tasks,
    reopen_task,
    takers,
)
from tests.support.sessions import Team, team
from tests.support.stores import item, laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]


def texts(session: Session) -> list[str]:
    return [one.text for one in my_tasks(session).open]


def test_a_task_for_nobody_is_the_teams_and_red_ones_stand_first(team: Team) -> None:
    today = team.nurse.today()
    ask_task(team.nurse, NewTask("Ring the pharmacy", due_on=today))
    ask_task(team.nurse, NewTask("Order dressings", due_on=today + timedelta(days=3)))
    ask_task(team.nurse, NewTask("Answer the lead", to_user=team.nurse2.user.id, urgent=True))
    assert texts(team.nurse) == ["Ring the pharmacy", "Order dressings"]
    assert texts(team.nurse2) == ["Answer the lead", "Ring the pharmacy", "Order dressings"]


def test_a_task_says_what_is_to_be_done(team: Team) -> None:
    with pytest.raises(TaskTextNeeded):
        ask_task(team.nurse, NewTask("  "))


def test_done_can_be_taken_back(team: Team) -> None:
    task, _ = ask_task(team.nurse, NewTask("Ring the pharmacy"))
    finish_task(team.nurse, task, "They deliver on Friday")
    found = my_tasks(team.nurse)
    assert found.open == ()
    assert (found.done[0].done_by, found.done[0].done_note) == (team.nurse.user.id, "They deliver on Friday")
    reopen_task(team.nurse, task)
    assert texts(team.nurse) == ["Ring the pharmacy"]
    cancel_task(team.nurse, task)
    assert my_tasks(team.nurse).done[0].state is TaskState.CANCELLED


def test_a_task_handed_on_keeps_all_it_says(team: Team) -> None:
    home = at_home(team)
    due = team.nurse.today() + timedelta(days=1)
    task, _ = ask_task(team.nurse, NewTask("Call back", home.patient, due_on=due, urgent=True))
    hand_over(team.nurse, task, to_user=team.nurse2.user.id)
    assert texts(team.nurse) == []
    (found,) = my_tasks(team.nurse2).open
    assert (found.patient, found.due_on, found.urgent, found.text) == (home.patient, due, True, "Call back")
    assert my_tasks(team.nurse2).people[home.patient].name.family == "Abernathy"


def test_two_people_who_end_one_task_apart_keep_both_and_it_is_shown(team: Team) -> None:
    home = at_home(team)
    task, _ = ask_task(team.nurse, NewTask("Ring the pharmacy", home.patient))
    for session, state in ((team.nurse, "done"), (team.nurse2, "cancelled")):
        said = {"state": state, "by": session.user.id, "at": session.now().isoformat()}
        with session.work() as work:  # as two laptops write that do not know of each other
            work.save([item("task", task, "done", **said)], patient=home.patient)
    (found,) = tasks_about(team.nurse, home.patient).done
    assert not found.settled
    finish_task(team.nurse, task)
    assert tasks_about(team.nurse, home.patient).done == ()


def test_those_who_left_are_given_nothing(team: Team) -> None:
    with team.lead.work() as work:
        work.save([work.change("user", team.nurse2.user.id, "standing", {"active": False})], patient=None)
    assert team.nurse2.user.id not in {one for one, _ in takers(team.nurse).users}
