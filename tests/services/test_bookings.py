"""Bookings: one and a series, moved and called off; what speaks against a time is said and never forbids it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smf_core.domain.day_trouble import SecondLook, SeriesNotPossible
from smf_core.domain.diary import Concern
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import SomeoneHasDied
from smf_core.records.queries.visits import booking
from smf_core.records.writing import held_operations
from smf_desktop.services.bookings import (
    Move,
    NewBooking,
    book_visits,
    call_off,
    cancel_booking,
    cancel_bookings,
    move_booking,
    put_back,
    restore_booking,
)
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.session import new_item
from smf_desktop.services.tasks import tasks_about
from tests.support.sessions import START, Team, Told, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home

__all__ = ["laptop", "store_template", "team"]

THURSDAY = START.replace(day=19, hour=18)


def wanted(team: Team, home: Home, at: datetime = THURSDAY) -> NewBooking:
    return NewBooking(home.patient, tuple(home.episodes.values()), at, 60, team.nurse.user.id)


def tied(team: Team, home: Home) -> NewBooking:
    add_member(
        team.nurse, home.patient, Member("medicine", {"skill": "insulin", "name": "Glargine", "times": "Evening"})
    )
    return replace(wanted(team, home), dose="Evening", window_from="17:00", window_until="19:00")


def questions(team: Team, home: Home) -> list[date | None]:
    found = tasks_about(team.nurse, home.patient).open
    return [one.due_on for one in found if one.kind is TaskKind.WHO_GIVES_DOSE and one.urgent]


def at_of(team: Team, visit: str) -> datetime:
    with team.nurse.read() as connection:
        held = booking(connection, visit)
    assert held is not None
    return held.at


def test_a_series_of_six_every_two_days_is_one_save_and_one_name(team: Team) -> None:
    home = at_home(team)
    new = replace(wanted(team, home), every=2, times=6)
    booked = book_visits(team.nurse, new, {Concern.WEEKEND})
    assert [at_of(team, one).day for one in booked.visits] == [19, 21, 23, 25, 27, 29]
    with team.nurse.read() as connection:
        names = {held.series for one in booked.visits if (held := booking(connection, one))}
    assert len(names) == 1


def test_a_series_has_bounds(team: Team) -> None:
    home = at_home(team)
    with pytest.raises(SeriesNotPossible):
        book_visits(team.nurse, replace(wanted(team, home), every=0, times=3))


def test_each_thing_that_speaks_against_a_time_is_said_and_then_accepted(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    book_visits(nurse, wanted(team, home))
    with nurse.work() as work:
        said = {"nurse": nurse.user.id, "from": "2026-11-19", "until": "2026-11-20", "reason": "leave"}
        work.save([new_item("absence", nurse.new_id(), "away", **said)], patient=None)
    with pytest.raises(SecondLook) as told:
        book_visits(nurse, replace(wanted(team, home), at=THURSDAY + timedelta(minutes=30)))
    found = {one.concern for one in told.value.warned}
    assert found == {Concern.NURSE_BUSY, Concern.NURSE_AWAY}
    assert book_visits(nurse, replace(wanted(team, home), at=THURSDAY + timedelta(minutes=30)), found).visits


def test_a_bank_holiday_a_weekend_and_a_second_visit_that_day_are_said(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    christmas, saturday = datetime(2026, 12, 25, 9, tzinfo=START.tzinfo), datetime(2026, 11, 21, 9, tzinfo=START.tzinfo)
    for at, concern in ((christmas, Concern.BANK_HOLIDAY), (saturday, Concern.WEEKEND)):
        with pytest.raises(SecondLook) as told:
            book_visits(nurse, wanted(team, home, at))
        assert [one.concern for one in told.value.warned] == [concern]
    book_visits(nurse, wanted(team, home))
    with pytest.raises(SecondLook) as told:
        book_visits(nurse, wanted(team, home, THURSDAY.replace(hour=9)))
    assert [one.concern for one in told.value.warned] == [Concern.SEEN_THAT_DAY]


def test_nobody_books_for_someone_who_has_died(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    with nurse.work() as work:
        work.save([work.change("patient", home.patient, "death", {"died_on": "2026-11-16"})], patient=home.patient)
    with pytest.raises(SomeoneHasDied):
        book_visits(nurse, wanted(team, home))


def test_a_moved_booking_keeps_how_it_was_planned(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    (visit,) = book_visits(nurse, wanted(team, home)).visits
    shifted = move_booking(nurse, visit, Move(THURSDAY + timedelta(days=1), 45, nurse.user.id))
    assert at_of(team, visit).day == 20
    with nurse.read() as connection:
        assert [op.payload["at"][:10] for op in held_operations(connection, "visit", visit)] == [
            "2026-11-19",
            "2026-11-20",
        ]
    assert shifted.questions == ()
    put_back(nurse, shifted)
    assert at_of(team, visit).day == 19


def test_all_later_ones_of_a_series_move_and_are_called_off_together(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    first, second, third = book_visits(nurse, replace(wanted(team, home), every=7, times=3)).visits
    move_booking(nurse, second, Move(at_of(team, second) + timedelta(days=1), 60, nurse.user.id, later=True))
    assert [at_of(team, one).day for one in (first, second, third)] == [19, 27, 4]
    assert len(call_off(nurse, second, "holiday", later=True).before) == 2
    with nurse.read() as connection:
        gone = [held.cancelled for one in (first, second, third) if (held := booking(connection, one))]
    assert gone == [False, True, True]


def test_moving_a_visit_outside_its_dose_window_asks_who_gives_the_dose(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    (visit,) = book_visits(nurse, tied(team, home)).visits
    move_booking(nurse, visit, Move(THURSDAY.replace(hour=18, minute=30), 60, nurse.user.id))
    assert questions(team, home) == []
    with pytest.raises(SecondLook) as told:
        move_booking(nurse, visit, Move(THURSDAY.replace(hour=20), 60, nurse.user.id))
    assert [one.concern for one in told.value.warned] == [Concern.OUTSIDE_WINDOW]
    shifted = move_booking(nurse, visit, Move(THURSDAY.replace(hour=20), 60, nurse.user.id), {Concern.OUTSIDE_WINDOW})
    assert questions(team, home) == [THURSDAY.date()]
    put_back(nurse, shifted)
    assert questions(team, home) == []


def test_a_visit_moved_to_another_day_and_back_asks_no_longer(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    (visit,) = book_visits(nurse, tied(team, home)).visits
    move_booking(nurse, visit, Move(THURSDAY + timedelta(days=1), 60, nurse.user.id))
    assert questions(team, home) == [THURSDAY.date()]
    move_booking(nurse, visit, Move(THURSDAY, 60, nurse.user.id))
    assert questions(team, home) == [date(2026, 11, 20)]


def test_calling_a_dose_visit_off_asks_in_the_same_save(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    (visit,) = book_visits(nurse, tied(team, home)).visits
    assert len(call_off(nurse, visit, "").questions) == 1
    assert questions(team, home) == [THURSDAY.date()]


def test_a_booking_taken_back_keeps_its_dose_and_its_series(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    booked = book_visits(nurse, replace(tied(team, home), every=7, times=2))
    cancel_bookings(nurse, booked.visits, just_made=True)
    assert questions(team, home) == []
    with nurse.read() as connection:
        held = [booking(connection, one) for one in booked.visits]
    assert all(one is not None and one.cancelled and one.dose == "Evening" and one.series for one in held)


def test_a_dose_booking_taken_back_later_asks_and_put_back_asks_no_more(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    (visit,) = book_visits(nurse, tied(team, home)).visits
    cancel_booking(nurse, visit)
    assert questions(team, home) == [THURSDAY.date()]
    restore_booking(nurse, visit)
    assert questions(team, home) == []


# --- the clocks change ---------------------------------------------------------------------------

LONDON = ZoneInfo("Europe/London")


class OnTheWall(Told):
    """A laptop's clock: aware times have the offset of their own day and no name of a zone."""

    def now(self) -> datetime:
        at = self.at.astimezone(LONDON)
        return at.replace(tzinfo=timezone(at.utcoffset() or timedelta()))

    def local(self, wall: datetime) -> datetime:
        at = wall.replace(tzinfo=LONDON)
        return at.replace(tzinfo=timezone(at.utcoffset() or timedelta()))


@given(
    hour=st.integers(0, 23),
    minute=st.sampled_from([0, 15, 30]),
    every=st.integers(1, 9),
    first=st.integers(0, 6),
    moved=st.integers(-2, 5),
    to=st.integers(0, 23),
)
@example(hour=0, minute=15, every=2, first=0, moved=1, to=9)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_F50_a_series_across_a_clock_change_keeps_its_days_and_its_time_on_the_wall(
    team: Team, hour: int, minute: int, every: int, first: int, moved: int, to: int
) -> None:
    clock = OnTheWall(datetime(2026, 10, 19, 8, tzinfo=UTC))
    nurse = replace(team.nurse, clock=clock)
    home = at_home(team)
    start = nurse.local(date(2026, 10, 20) + timedelta(days=first), time(hour, minute))
    new = replace(wanted(team, home, start), every=every, times=6)
    visits = book_visits(nurse, new, frozenset(Concern)).visits
    days = [start.date() + timedelta(days=every * place) for place in range(6)]
    assert [(at_of(team, one).date(), at_of(team, one).time()) for one in visits] == [
        (day, time(hour, minute)) for day in days
    ]
    shifted = nurse.local(days[2] + timedelta(days=moved), time(to, minute))
    move_booking(nurse, visits[2], Move(shifted, 60, nurse.user.id, later=True), frozenset(Concern))
    assert [(at_of(team, one).date(), at_of(team, one).time()) for one in visits[2:]] == [
        (day + timedelta(days=moved), time(to, minute)) for day in days[2:]
    ]
    cancel_bookings(nurse, visits)
