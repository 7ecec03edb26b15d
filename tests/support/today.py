"""What stands in the list of today, and the page with the keyboard in that list."""

from dataclasses import replace
from datetime import datetime

from pytestqt.qtbot import QtBot

from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.session import Session
from tests.support.desks import OnDesk
from tests.support.opened import Open
from tests.support.sessions import START, Team
from tests.support.visits import Home
from ui.desk import Place
from ui.flows.day.today import TodayPage

ELEVEN = START.replace(hour=11)


def planned(team: Team, home: Home, at: datetime = ELEVEN, **more: str) -> str:
    new = NewBooking(home.patient, tuple(home.episodes.values()), at, 45, team.nurse.user.id)
    return book_visits(team.nurse, replace(new, **more)).visits[0]


def with_dose(team: Team, home: Home, at: datetime = ELEVEN) -> str:
    add_member(team.nurse, home.patient, Member("medicine", {"skill": "insulin", "name": "A", "times": "Morning"}))
    return planned(team, home, at, dose="Morning", window_from="10:00", window_until="12:00")


def on_today(qtbot: QtBot, open_page: Open, session: Session) -> OnDesk:
    """Today, as soon as its list has the keyboard."""
    one = open_page(session, TodayPage, Place("today"))
    qtbot.waitUntil(lambda: one.page.widget.table.hasFocus())
    return one
