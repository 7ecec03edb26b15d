"""Who gives each dose until sign-off: the question that opens, its answer, and the letter it writes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from smf_core.domain.day_trouble import GiverNeedsName
from smf_core.domain.dose_cover import Giver
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import ChangedMeanwhile, ReasonNeeded
from smf_core.records import tables as t
from smf_desktop.services.booking.bookings import NewBooking, book_visits, call_off, put_back
from smf_desktop.services.booking.dose_covers import (
    NewCover,
    dose_cover_of,
    dose_question,
    end_cover,
    name_giver,
    put_cover_back,
)
from smf_desktop.services.letters.letters import mark_printed
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.tasks import finish_task
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import Home, at_home

__all__ = ["laptop", "store_template", "team"]

TODAY = START.date()


def with_evening_dose(team: Team) -> Home:
    home = at_home(team)
    said = {"skill": "insulin", "name": "Glargine", "times": "Morning, Evening"}
    add_member(team.nurse, home.patient, Member("medicine", said))
    return home


def evening(home: Home, giver: Giver, from_: date = TODAY, until: date | None = None, **more: str) -> NewCover:
    return NewCover(home.episodes["insulin"], "Evening", giver, from_, until, **more)


def waiting(team: Team) -> list[str]:
    """The letters to the core team that are to be printed."""
    held = t.letter.c
    with team.nurse.read() as connection:
        return list(connection.scalars(select(held.id).where(held.state == "to_print", held.kind == "core_team")))


def core_letters(team: Team) -> int:
    return len(waiting(team))


def test_each_dose_of_a_pathway_nobody_is_named_for_is_said(team: Team) -> None:
    home = with_evening_dose(team)
    (cover,) = dose_cover_of(team.nurse, home.patient)
    assert cover.doses == ("Morning", "Evening")
    assert [(one.dose, one.from_, one.named) for one in cover.lapses] == [("Morning", TODAY, 0), ("Evening", TODAY, 0)]


def test_a_carer_who_gives_a_dose_is_named(team: Team) -> None:
    home = with_evening_dose(team)
    with pytest.raises(GiverNeedsName):
        name_giver(team.nurse, evening(home, Giver.CARER))
    assert not name_giver(team.nurse, evening(home, Giver.CARER, who="Anne")).letter


def test_no_dose_is_given_by_two_or_by_nobody_once_somebody_takes_over(team: Team) -> None:
    home = with_evening_dose(team)
    name_giver(team.nurse, evening(home, Giver.CORE_TEAM))
    name_giver(team.nurse, evening(home, Giver.PATIENT, TODAY + timedelta(days=3)))
    (cover,) = dose_cover_of(team.nurse, home.patient)
    assert [one.dose for one in cover.lapses] == ["Morning"]
    assert [(row.giver, row.until) for row in cover.rows] == [
        (Giver.CORE_TEAM, TODAY + timedelta(days=2)),
        (Giver.PATIENT, None),
    ]


def test_every_change_that_concerns_the_core_team_writes_to_it_in_the_same_save(team: Team) -> None:
    home = with_evening_dose(team)
    assert name_giver(team.nurse, evening(home, Giver.CORE_TEAM)).letter
    assert core_letters(team) == 1
    taken = name_giver(team.nurse, evening(home, Giver.PATIENT))
    assert taken.letter
    assert core_letters(team) == 1, "the one that never left is withdrawn"
    put_cover_back(team.nurse, taken)
    (cover,) = dose_cover_of(team.nurse, home.patient)
    assert [(row.giver, row.until) for row in cover.rows] == [(Giver.CORE_TEAM, None)]


def test_any_change_of_who_gives_a_dose_is_one_letter_and_none_where_nobody_changes(team: Team) -> None:
    home = with_evening_dose(team)
    assert not name_giver(team.nurse, evening(home, Giver.PATIENT)).letter, "first named, and no core team calls"
    two, four = TODAY + timedelta(days=2), TODAY + timedelta(days=4)
    assert name_giver(team.nurse, evening(home, Giver.CARER, two, four, who="Anne")).letter
    assert core_letters(team) == 1, "one letter, though the days before and after are rows of their own"
    again = evening(home, Giver.PATIENT, TODAY, TODAY + timedelta(days=1), note="Told by phone")
    assert not name_giver(team.nurse, again).letter, "the same giver"


def test_a_change_taken_back_takes_its_letter_back_while_it_was_not_printed(team: Team) -> None:
    home = with_evening_dose(team)
    name_giver(team.nurse, evening(home, Giver.CORE_TEAM))
    (first,) = waiting(team)
    mark_printed(team.nurse, first)
    team.clock.forward(minutes=1)
    done = name_giver(team.nurse, evening(home, Giver.SMF))
    (second,) = waiting(team)
    undone = put_cover_back(team.nurse, done)
    assert waiting(team) == []
    put_cover_back(team.nurse, undone)
    assert waiting(team) == [second]
    mark_printed(team.nurse, second)
    team.clock.forward(minutes=1)
    put_cover_back(team.nurse, done)
    assert len(waiting(team)) == 1, "they have the letter: another says what holds again"


def test_a_row_taken_out_is_a_gap_again(team: Team) -> None:
    home = with_evening_dose(team)
    name_giver(team.nurse, evening(home, Giver.PATIENT))
    (cover,) = dose_cover_of(team.nurse, home.patient)
    end_cover(team.nurse, cover.rows[0].id)
    (cover,) = dose_cover_of(team.nurse, home.patient)
    assert {one.dose for one in cover.lapses} == {"Morning", "Evening"}


def test_the_red_question_stands_until_somebody_is_named_for_that_day(team: Team) -> None:
    home, nurse = with_evening_dose(team), team.nurse
    at = START.replace(day=19, hour=18)
    new = NewBooking(home.patient, tuple(home.episodes.values()), at, 60, nurse.user.id)
    (visit,) = book_visits(nurse, replace(new, dose="Evening", window_from="17:00", window_until="19:00")).visits
    (task,) = call_off(nurse, visit, "").questions
    asked = dose_question(nurse, task)
    assert (asked.dose, asked.on, asked.episode) == ("Evening", at.date(), home.episodes["insulin"])
    answer = NewCover(asked.episode, asked.dose, Giver.OTHER, asked.on, asked.on, who="Night nurse", task=task)
    done = name_giver(nurse, answer)
    assert not [one for one in tasks_about(nurse, home.patient).open if one.kind is TaskKind.WHO_GIVES_DOSE]
    put_cover_back(nurse, done)
    assert [one.id for one in tasks_about(nurse, home.patient).open] == [task]


def test_the_red_question_is_not_done_by_saying_so(team: Team) -> None:
    home, nurse = with_evening_dose(team), team.nurse
    at = START.replace(day=19, hour=18)
    new = NewBooking(home.patient, tuple(home.episodes.values()), at, 60, nurse.user.id, dose="Evening")
    (task,) = call_off(nurse, book_visits(nurse, new).visits[0], "").questions
    with pytest.raises(ReasonNeeded):
        finish_task(nurse, task)
    finish_task(nurse, task, "The prescriber stopped it today")
    assert tasks_about(nurse, home.patient).open == ()


def test_naming_somebody_elsewhere_answers_the_question_too(team: Team) -> None:
    home, nurse = with_evening_dose(team), team.nurse
    at = START.replace(day=19, hour=18)
    new = NewBooking(home.patient, tuple(home.episodes.values()), at, 60, nurse.user.id, dose="Evening")
    (visit,) = book_visits(nurse, new).visits
    call_off(nurse, visit, "")
    name_giver(nurse, evening(home, Giver.PATIENT))
    assert tasks_about(nurse, home.patient).open == ()


def test_a_change_taken_back_leaves_other_doses_as_they_were_named_since(team: Team) -> None:
    home, nurse = with_evening_dose(team), team.nurse
    done = name_giver(nurse, evening(home, Giver.PATIENT))
    name_giver(nurse, replace(evening(home, Giver.CARER, who="Anne"), dose="Morning"))
    put_cover_back(nurse, done)
    (cover,) = dose_cover_of(nurse, home.patient)
    assert [(row.dose, row.giver) for row in cover.rows] == [("Morning", Giver.CARER)]


def test_a_change_is_not_taken_back_over_a_later_one_of_the_same_dose(team: Team) -> None:
    home, nurse = with_evening_dose(team), team.nurse
    done = name_giver(nurse, evening(home, Giver.PATIENT))
    name_giver(team.lead, evening(home, Giver.CORE_TEAM))
    with pytest.raises(ChangedMeanwhile):
        put_cover_back(nurse, done)
    (cover,) = dose_cover_of(nurse, home.patient)
    assert [row.giver for row in cover.rows] == [Giver.CORE_TEAM]


def test_a_letter_written_since_does_not_go_on_saying_what_was_taken_back(team: Team) -> None:
    home, nurse = with_evening_dose(team), team.nurse
    done = name_giver(nurse, evening(home, Giver.PATIENT))
    assert not done.letter
    name_giver(nurse, replace(evening(home, Giver.CORE_TEAM), dose="Morning"))
    (letter,) = waiting(team)
    team.clock.forward(minutes=1)
    assert put_cover_back(nurse, done).letter
    (later,) = waiting(team)
    assert later != letter


def test_a_question_answered_in_passing_is_asked_again_once_that_is_taken_back(team: Team) -> None:
    home, nurse = with_evening_dose(team), team.nurse
    at = START.replace(day=19, hour=18)
    new = NewBooking(home.patient, tuple(home.episodes.values()), at, 60, nurse.user.id, dose="Evening")
    (task,) = call_off(nurse, book_visits(nurse, new).visits[0], "").questions
    done = name_giver(nurse, evening(home, Giver.PATIENT))
    undone = put_cover_back(nurse, done)
    assert [one.id for one in tasks_about(nurse, home.patient).open] == [task]
    put_cover_back(nurse, undone)
    assert tasks_about(nurse, home.patient).open == ()


def test_a_question_that_was_answered_is_not_asked_by_taking_the_move_back(team: Team) -> None:
    home, nurse = with_evening_dose(team), team.nurse
    at = START.replace(day=19, hour=18)
    new = NewBooking(home.patient, tuple(home.episodes.values()), at, 60, nurse.user.id, dose="Evening")
    off = call_off(nurse, book_visits(nurse, new).visits[0], "")
    finish_task(nurse, off.questions[0], "The prescriber stopped it today")
    put_back(nurse, off)
    assert tasks_about(nurse, home.patient).open == ()
