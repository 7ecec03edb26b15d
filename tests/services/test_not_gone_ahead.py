"""A visit that did not go ahead: no reply is not the same as a visit in vain, and what follows is one save."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from smf_core.domain.day_trouble import NotReadyToSave
from smf_core.domain.not_gone_ahead import Coming, How, NotGoneAheadForm, Try, Whereabouts, WhyNot, gaps
from smf_core.domain.task import TaskKind
from smf_core.records import tables as t
from smf_core.records.queries.visits import bookings_not_begun
from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.drafts import NOT_GONE_AHEAD, save_draft
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.visit.not_gone_ahead import open_not_gone_ahead, save_not_gone_ahead
from smf_desktop.services.visit.visits import start_visit
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import Home, at_home

__all__ = ["laptop", "store_template", "team"]


def booked(team: Team, home: Home, dose: str = "") -> str:
    if dose:
        add_member(team.nurse, home.patient, Member("medicine", {"skill": "insulin", "name": "A", "times": dose}))
    new = NewBooking(home.patient, tuple(home.episodes.values()), START, 60, team.nurse.user.id, dose=dose)
    (visit,) = book_visits(team.nurse, new).visits
    team.clock.forward(minutes=20)
    return visit


def opened(team: Team, home: Home, visit: str, **changes: object) -> NotGoneAheadForm:
    form = open_not_gone_ahead(team.nurse, home.patient, visit).form
    return replace(form, **changes)


def row_of(team: Team, visit: str) -> tuple[str, str, str, str]:
    with team.nurse.read() as connection:
        row = connection.execute(select(t.visit).where(t.visit.c.id == visit)).one()
    return row.status, row.not_gone_ahead_reason, row.no_reply_outcome, row.told


TRIES = (Try(How.DOOR, "9:05"), Try(How.PHONE, "910"))


def test_out_and_known_to_be_safe_needs_no_search(team: Team) -> None:
    home = at_home(team)
    visit = booked(team, home)
    save_not_gone_ahead(team.nurse, opened(team, home, visit, why=WhyNot.OUT, next=Coming.NOTHING))
    assert row_of(team, visit) == ("not_gone_ahead", "no_access", "known_safe", "")
    assert tasks_about(team.nurse, home.patient).open == ()


def test_no_reply_says_how_they_were_looked_for_and_who_was_told(team: Team) -> None:
    home = at_home(team)
    visit = booked(team, home)
    form = opened(team, home, visit, why=WhyNot.NO_REPLY, next=Coming.NOTHING)
    with pytest.raises(NotReadyToSave) as told:
        save_not_gone_ahead(team.nurse, form)
    assert [gap.field for gap in told.value.gaps] == ["tries", "whereabouts"]
    with pytest.raises(NotReadyToSave) as told:
        save_not_gone_ahead(team.nurse, replace(form, tries=TRIES, whereabouts=Whereabouts.NOT_KNOWN))
    assert [gap.field for gap in told.value.gaps] == ["told"]


def test_whereabouts_not_known_leaves_a_red_task_to_go_on_looking(team: Team) -> None:
    home = at_home(team)
    visit = booked(team, home)
    said = {"why": WhyNot.NO_REPLY, "tries": TRIES, "whereabouts": Whereabouts.NOT_KNOWN, "told": "Team lead"}
    save_not_gone_ahead(team.nurse, opened(team, home, visit, next=Coming.NOTHING, **said))
    assert row_of(team, visit) == ("not_gone_ahead", "no_access", "not_known", "Team lead")
    (task,) = tasks_about(team.nurse, home.patient).open
    assert task.urgent
    assert task.text.endswith("Team lead")


def test_found_safe_after_a_search_keeps_the_tries_and_asks_nothing_more(team: Team) -> None:
    home = at_home(team)
    visit = booked(team, home)
    said = {"why": WhyNot.NO_REPLY, "tries": TRIES, "whereabouts": Whereabouts.FOUND_SAFE}
    save_not_gone_ahead(team.nurse, opened(team, home, visit, next=Coming.NOTHING, **said))
    assert row_of(team, visit)[2] == "found_safe"
    with team.nurse.read() as connection:
        tries = connection.scalar(select(t.visit.c.tries).where(t.visit.c.id == visit))
    assert '"how":"phone"' in tries
    assert "09:10" in tries
    assert tasks_about(team.nurse, home.patient).open == ()


def test_a_dose_the_visit_was_to_give_is_asked_for_in_the_same_save(team: Team) -> None:
    home = at_home(team)
    visit = booked(team, home, dose="Morning")
    recorded = save_not_gone_ahead(team.nurse, opened(team, home, visit, why=WhyNot.HOSPITAL, next=Coming.NOTHING))
    (task,) = tasks_about(team.nurse, home.patient).open
    assert (task.kind, task.urgent, (task.id,)) == (TaskKind.WHO_GIVES_DOSE, True, recorded.questions)


def test_the_next_visit_is_booked_like_the_one_in_vain(team: Team) -> None:
    home = at_home(team)
    visit = booked(team, home, dose="Morning")
    form = opened(team, home, visit, why=WhyNot.OUT, next=Coming.VISIT, next_on="tomorrow", next_at="9")
    again = save_not_gone_ahead(team.nurse, form).booked
    with team.nurse.read() as connection:
        (held,) = bookings_not_begun(connection, home.patient)
    assert (held.id, held.at.day, held.dose, held.episodes) == (again, 18, "Morning", tuple(home.episodes.values()))


def test_a_visit_begun_without_a_booking_can_be_said_not_to_have_gone_ahead(team: Team) -> None:
    home = at_home(team)
    form, _ = start_visit(team.nurse, list(home.episodes.values()))
    said = {"why": WhyNot.PATIENT_CANCELLED, "next": Coming.VISIT, "next_on": "tomorrow", "next_at": "9"}
    assert save_not_gone_ahead(team.nurse, opened(team, home, form.visit, **said)).booked
    assert team.store.drafts(team.nurse.user.id) == []


def test_its_draft_is_taken_up_again(team: Team) -> None:
    home = at_home(team)
    visit = booked(team, home)
    form = opened(team, home, visit, why=WhyNot.NO_REPLY, note="Curtains were closed")
    save_draft(team.nurse, NOT_GONE_AHEAD, visit, home.patient, form)
    assert open_not_gone_ahead(team.nurse, home.patient, visit).form == form


@pytest.mark.parametrize(
    ("tries", "enough"),
    [
        ((Try(How.PHONE, "09:10"),), False),
        ((Try(How.DOOR, "09:00"), Try(How.DOOR, "09:10")), False),
        ((Try(How.DOOR, "09:00"), Try(How.PHONE, "09:10")), True),
    ],
)
def test_no_reply_is_not_said_before_two_tries_and_another_way_than_the_door(
    team: Team, tries: tuple[Try, ...], enough: bool
) -> None:
    at = team.nurse.now()
    form = NotGoneAheadForm("v", "p", at, WhyNot.NO_REPLY, tries, Whereabouts.FOUND_SAFE, next=Coming.NOTHING)
    assert [gap.field for gap in gaps(form, at.date())] == ([] if enough else ["tries"])
