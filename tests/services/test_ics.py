"""Diary times for another calendar: the times, and nothing of anybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from smf_core.domain.dates import LONDON
from smf_core.records.queries.visits import Booking
from smf_desktop.services.booking.bookings import NewBooking, book_visits, call_off
from smf_desktop.services.day.ics import calendar, diary_times
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]


def test_the_times_come_back_as_they_were_booked_and_name_nobody(team: Team) -> None:
    home = at_home(team)
    new = NewBooking(home.patient, tuple(home.episodes.values()), START + timedelta(days=1), 45, team.nurse.user.id)
    booked = book_visits(team.nurse, replace(new, focus="Doreen: check the pen", times=3, every=7)).visits
    call_off(team.nurse, booked[2], "")
    made = diary_times(team.nurse)
    events = Calendar.from_ical(made).walk("VEVENT")
    assert [one.decoded("dtstart") for one in events] == [
        (START + timedelta(days=1 + 7 * each)).astimezone(LONDON) for each in (0, 1)
    ]
    assert {one.decoded("dtend") - one.decoded("dtstart") for one in events} == {timedelta(minutes=45)}
    assert {str(one["summary"]) for one in events} == {"Visit"}
    for hidden in (b"Abernathy", b"ABERNATHY", b"Doreen", b"9990079323", b"pen", home.patient.encode()):
        assert hidden not in made


def test_a_time_in_summer_keeps_its_wall_clock() -> None:
    at = datetime(2027, 7, 6, 9, 30, tzinfo=LONDON)
    made = calendar([Booking("v", "p", "planned", at.astimezone(UTC), 45, "n", ("e",), "", False)], START)
    assert b"DTSTART;TZID=Europe/London:20270706T093000" in made
    assert b"BEGIN:VTIMEZONE" in made


def test_a_colleagues_times_are_not_in_it(team: Team) -> None:
    home = at_home(team)
    at = START + timedelta(days=1)
    book_visits(team.nurse, NewBooking(home.patient, tuple(home.episodes.values()), at, 45, team.nurse.user.id))
    assert b"VEVENT" not in diary_times(team.nurse2)
