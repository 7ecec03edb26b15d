"""Working days, and the days on which somebody rings after a discharge."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.check_in import first_call_proposed, first_call_window, second_call
from smf_core.domain.working_days import after_working_days, is_working_day, working_day_from
from smf_desktop.services.bank_holidays import bank_holidays, bank_holidays_around

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
FRIDAY = date(2026, 12, 18)


def test_a_weekend_and_a_bank_holiday_are_no_working_days() -> None:
    christmas = bank_holidays(2026)
    assert [
        on.day for on in (FRIDAY + timedelta(days=each) for each in range(14)) if is_working_day(on, christmas)
    ] == [
        18,
        21,
        22,
        23,
        24,
        29,
        30,
        31,
    ]
    assert working_day_from(date(2026, 12, 25), christmas) == date(2026, 12, 29)
    assert after_working_days(date(2026, 12, 24), 1, christmas) == date(2026, 12, 29)
    assert after_working_days(FRIDAY, 1) == date(2026, 12, 21)


def test_substitute_days_are_bank_holidays_and_the_years_beside_are_known() -> None:
    assert date(2026, 12, 28) in bank_holidays(2026)  # Boxing Day fell on a Saturday
    assert date(2027, 1, 1) in bank_holidays_around(date(2026, 12, 30))
    assert date(2026, 11, 30) not in bank_holidays(2026)  # a holiday of Scotland


@given(discharged=DAYS, late=st.integers(0, 40))
def test_the_first_call_is_proposed_on_a_working_day_of_its_window(discharged: date, late: int) -> None:
    today = discharged + timedelta(days=late)
    holidays = bank_holidays_around(today)
    first, last = first_call_window(discharged, today)
    proposed = first_call_proposed(discharged, today, holidays)
    assert today <= first <= proposed <= last
    if late <= 3:
        assert (first, last) == (discharged + timedelta(days=3), discharged + timedelta(days=7))
        assert is_working_day(proposed, holidays)


@given(discharged=DAYS)
def test_the_second_call_is_the_first_working_day_from_90_days_on(discharged: date) -> None:
    on = second_call(discharged, discharged, bank_holidays_around(discharged))
    assert timedelta(days=90) <= on - discharged <= timedelta(days=95)
    assert on.weekday() < 5


@given(on=DAYS, count=st.integers(1, 25))
def test_so_many_working_days_on_is_the_day_a_calendar_counts_to(on: date, count: int) -> None:
    holidays = bank_holidays_around(on)
    found = after_working_days(on, count, holidays)
    between = [on + timedelta(days=each) for each in range(1, (found - on).days + 1)]
    assert sum(is_working_day(day, holidays) for day in between) == count
    assert is_working_day(found, holidays)
