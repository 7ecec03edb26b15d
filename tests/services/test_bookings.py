"""Bookings: one and a series, moved and called off; what speaks against a time is said and never forbids it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smf_core.domain.day_trouble import SecondLook, SeriesNotPossible
from smf_core.domain.diary import Concern
from smf_core.domain.dose_cover import Giver, on_day
from smf_core.domain.letter import LetterKind, LetterState
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import ChangedMeanwhile, SomeoneHasDied
from smf_core.records.log import held_operations
from smf_core.records.queries.letters import letters_of_episode
from smf_core.records.queries.visits import booking
from smf_desktop.services.booking.bookings import (
    Move,
    NewBooking,
    book_visits,
    booking_choices,
    call_off,
    cancel_booking,
    cancel_bookings,
    move_booking,
    put_back,
    restore_booking,
    unbook,
)
from smf_desktop.services.booking.dose_covers import NewCover, dose_cover_of, name_giver
from smf_desktop.services.letters.letters import mark_sent
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.session import new_item
from smf_desktop.services.visit.visits import sign_visit, strike_visit
from tests.support.letters import body
from tests.support.sessions import START, Team, Told, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import Home, at_home, filled_form

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


def test_B37_a_booking_that_another_window_moved_is_not_moved_from_where_it_was(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    (visit,) = book_visits(nurse, wanted(team, home)).visits
    shown = booking_choices(nurse, home.patient, visit).held
    move_booking(team.lead, visit, Move(THURSDAY + timedelta(days=1), 45, nurse.user.id), frozenset(Concern))
    with pytest.raises(ChangedMeanwhile):
        move_booking(nurse, visit, Move(THURSDAY, 30, nurse.user.id), frozenset(Concern), shown=shown)
    assert at_of(team, visit).day == 20
    again = booking_choices(nurse, home.patient, visit).held
    move_booking(nurse, visit, Move(THURSDAY, 30, nurse.user.id), frozenset(Concern), shown=again)
    assert at_of(team, visit).day == 19


def test_B37_a_move_is_not_taken_back_over_a_later_one_of_another_window(team: Team) -> None:
    home, nurse = at_home(team), team.nurse
    (visit,) = book_visits(nurse, wanted(team, home)).visits
    shifted = move_booking(nurse, visit, Move(THURSDAY + timedelta(days=1), 45, nurse.user.id))
    move_booking(team.lead, visit, Move(THURSDAY + timedelta(days=5), 45, nurse.user.id), frozenset(Concern))
    with pytest.raises(ChangedMeanwhile):
        put_back(nurse, shifted)
    assert at_of(team, visit).day == 24


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
    unbook(nurse, booked)
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


@pytest.mark.parametrize(
    ("later", "asked"),
    [
        (timedelta(0), False),
        (timedelta(minutes=-80), False),  # it lasts into the window
        (timedelta(minutes=30), False),
        (timedelta(hours=-5), True),
        (timedelta(hours=2), True),
        (timedelta(days=1), True),
    ],
)
def test_a_visit_made_when_it_gives_no_dose_asks_who_gives_it(team: Team, later: timedelta, asked: bool) -> None:
    home = at_home(team)
    (visit,) = book_visits(team.nurse, tied(team, home)).visits
    team.clock.at = THURSDAY + later
    form = replace(filled_form(team, home), visit=visit, planned=visit)
    sign_visit(team.nurse, form)
    assert questions(team, home) == ([THURSDAY.date()] if asked else [])
    assert givers(team, home)[0] == ([] if asked else [Giver.SMF])


def test_a_visit_moved_out_of_its_window_and_made_there_asks_once(team: Team) -> None:
    home = at_home(team)
    (visit,) = book_visits(team.nurse, tied(team, home)).visits
    at = THURSDAY.replace(hour=20)
    move_booking(team.nurse, visit, Move(at, 60, team.nurse.user.id), {Concern.OUTSIDE_WINDOW})
    team.clock.at = at
    sign_visit(team.nurse, replace(filled_form(team, home), visit=visit, planned=visit))
    assert questions(team, home) == [THURSDAY.date()]


@pytest.mark.parametrize(("days", "asked"), [(0, True), (1, False)])
def test_a_visit_struck_on_its_day_asks_who_gives_its_dose(team: Team, days: int, asked: bool) -> None:
    home = at_home(team)
    (visit,) = book_visits(team.nurse, tied(team, home)).visits
    team.clock.at = THURSDAY
    sign_visit(team.nurse, replace(filled_form(team, home), visit=visit, planned=visit))
    team.clock.forward(days=days, minutes=5)
    strike_visit(team.nurse, visit, "I was with somebody else")
    assert questions(team, home) == ([THURSDAY.date()] if asked else [])


# --- who gives the dose a visit is tied to -------------------------------------------------------


def givers(team: Team, home: Home, days: int = 3) -> list[list[Giver]]:
    """Who is named for the evening dose, on Thursday and the days after it."""
    (cover,) = dose_cover_of(team.nurse, home.patient)
    days_on = [THURSDAY.date() + timedelta(days=each) for each in range(days)]
    return [[row.giver for row in on_day(cover.rows, "Evening", day)] for day in days_on]


def core_letters(team: Team, home: Home) -> list[LetterState]:
    with team.nurse.read() as connection:
        found = letters_of_episode(connection, home.episodes["insulin"])
    return [one.state for one in found if one.kind is LetterKind.CORE_TEAM]


def given_by_core(team: Team, home: Home) -> NewBooking:
    new = tied(team, home)
    name_giver(team.nurse, NewCover(home.episodes["insulin"], "Evening", Giver.CORE_TEAM, START.date()))
    with team.nurse.read() as connection:
        (first,) = letters_of_episode(connection, home.episodes["insulin"])
    mark_sent(team.nurse, first.id, "post")
    team.clock.forward(minutes=1)
    return new


def test_a_visit_tied_to_a_dose_names_our_nurse_for_it_on_that_day_and_tells_the_core_team_once(team: Team) -> None:
    home = at_home(team)
    new = given_by_core(team, home)
    saves = team.store.unsent()
    book_visits(team.nurse, replace(new, every=2, times=2), {Concern.WEEKEND})
    core, ours = [Giver.CORE_TEAM], [Giver.SMF]
    assert givers(team, home, 4) == [ours, core, ours, core]
    assert core_letters(team, home) == [LetterState.SENT, LetterState.TO_PRINT], "one letter for the whole series"
    assert team.store.unsent() == saves + 1
    team.clock.forward(minutes=1)
    book_visits(
        team.nurse, replace(new, at=new.at + timedelta(minutes=30)), {Concern.NURSE_BUSY, Concern.SEEN_THAT_DAY}
    )
    assert len(core_letters(team, home)) == 2, "our nurse gives it that day already"


def test_visits_every_day_are_one_line_and_those_of_every_other_day_stand_together_in_the_letter(team: Team) -> None:
    home = at_home(team)
    new = given_by_core(team, home)
    book_visits(team.nurse, replace(new, times=2), {Concern.WEEKEND})
    (cover,) = dose_cover_of(team.nurse, home.patient)
    days = [(row.from_, row.until) for row in cover.rows if row.giver is Giver.SMF]
    assert days == [(THURSDAY.date(), THURSDAY.date() + timedelta(days=1))]
    team.clock.forward(minutes=1)
    book_visits(team.nurse, replace(new, at=new.at + timedelta(days=3), every=2, times=3), set(Concern))
    with team.nurse.read() as connection:
        said = body(letters_of_episode(connection, home.episodes["insulin"])[-1])
    ours = "from 19 November 2026 until 20 November 2026"
    others = "on 22 November 2026, 24 November 2026 and 26 November 2026"
    assert f"Evening, {others} and {ours}: our nurse. Before: the core team" in said


def test_a_visit_just_booked_and_taken_back_leaves_dose_and_letters_as_they_were(team: Team) -> None:
    home = at_home(team)
    booked = book_visits(team.nurse, given_by_core(team, home))
    unbook(team.nurse, booked)
    assert givers(team, home) == [[Giver.CORE_TEAM]] * 3
    assert core_letters(team, home) == [LetterState.SENT, LetterState.WITHDRAWN]
    restore_booking(team.nurse, booked.visits[0])
    assert givers(team, home)[0] == [Giver.SMF]


def test_a_visit_outside_the_window_of_its_dose_names_nobody_for_it(team: Team) -> None:
    home = at_home(team)
    book_visits(team.nurse, replace(tied(team, home), at=THURSDAY.replace(hour=20)), {Concern.OUTSIDE_WINDOW})
    assert givers(team, home)[0] == []


def test_calling_off_leaves_the_dose_without_a_name_until_answered_and_undo_names_us_again(team: Team) -> None:
    home = at_home(team)
    (visit,) = book_visits(team.nurse, given_by_core(team, home)).visits
    before = core_letters(team, home)
    off = call_off(team.nurse, visit, "")
    assert givers(team, home) == [[], [Giver.CORE_TEAM], [Giver.CORE_TEAM]]
    assert core_letters(team, home).count(LetterState.TO_PRINT) == 1
    back = put_back(team.nurse, off)
    assert givers(team, home)[0] == [Giver.SMF]
    assert core_letters(team, home)[: len(before)] == before, "what was to print is to print again"
    put_back(team.nurse, back)
    assert givers(team, home)[0] == []
    name_giver(
        team.nurse, NewCover(home.episodes["insulin"], "Evening", Giver.PATIENT, THURSDAY.date(), THURSDAY.date())
    )
    assert givers(team, home)[0] == [Giver.PATIENT]
    assert questions(team, home) == []


def test_a_moved_visit_gives_the_dose_of_its_new_day(team: Team) -> None:
    home = at_home(team)
    (visit,) = book_visits(team.nurse, given_by_core(team, home)).visits
    move_booking(team.nurse, visit, Move(THURSDAY + timedelta(days=1), 60, team.nurse.user.id))
    assert givers(team, home) == [[], [Giver.SMF], [Giver.CORE_TEAM]]
    assert questions(team, home) == [THURSDAY.date()]


def test_somebody_named_since_keeps_the_dose_when_the_visit_is_called_off(team: Team) -> None:
    home = at_home(team)
    (visit,) = book_visits(team.nurse, given_by_core(team, home)).visits
    name_giver(team.nurse, NewCover(home.episodes["insulin"], "Evening", Giver.CARER, THURSDAY.date(), who="Anne"))
    call_off(team.nurse, visit, "")
    assert givers(team, home)[0] == [Giver.CARER]


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
