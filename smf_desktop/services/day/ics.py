"""Visit times for another calendar: when, and nothing of whom. No name, number, address or note leaves the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from smf_core.domain.dates import LONDON
from smf_core.policy.rules import Action, require
from smf_core.records.queries.diary import diary_of
from smf_core.records.queries.visits import Booking
from smf_desktop.services.session import Session

WEEKS_BACK, WEEKS_AHEAD = 2, 26
USUAL_MINUTES = 60
SUMMARY = "Visit"


def diary_times(session: Session) -> bytes:
    """This user's booked times of the last weeks and the next half year, as an iCalendar file.

    An entry holds its start, its end and the word "Visit". Its id says nothing of the person: it is the booking's.
    """
    require(session.user, Action.BOOK_VISIT)
    now = session.now()
    with session.read() as connection:
        from_, to = now - timedelta(weeks=WEEKS_BACK), now + timedelta(weeks=WEEKS_AHEAD)
        booked = [one for one, _ in diary_of(connection, session.user.id, from_, to)]
    return calendar(booked, now)


def calendar(booked: Sequence[Booking], now: datetime) -> bytes:
    """Bookings as an iCalendar file in the time zone of the service, clock changes included."""
    from icalendar import Calendar, Event  # slow to load, and asked for once in a while

    made = Calendar()
    made.add("prodid", "-//SMF Desktop//Diary times//EN")
    made.add("version", "2.0")
    for one in booked:
        start = one.at.astimezone(LONDON)
        event = Event()
        event.add("uid", f"{one.id}@smf-desktop")
        event.add("dtstamp", now)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=one.minutes or USUAL_MINUTES))
        event.add("summary", SUMMARY)
        event.add("class", "PRIVATE")
        made.add_component(event)
    made.add_missing_timezones()
    return bytes(made.to_ical())
