"""Our reckoning of bank holidays, held against a calendar that others keep."""

from datetime import date

import holidays
import pytest

from smf_desktop.services.bank_holidays import bank_holidays, bank_holidays_around

MONDAY_TO_FRIDAY = range(5)


@pytest.mark.parametrize("year", range(1995, 2051))
def test_every_bank_holiday_of_a_year_is_the_one_others_know(year: int) -> None:
    theirs = holidays.country_holidays("GB", subdiv="ENG", years=year)
    assert bank_holidays(year) == {day for day in theirs if day.weekday() in MONDAY_TO_FRIDAY}


def test_the_years_beside_are_known_at_the_turn_of_the_year() -> None:
    assert {date(2026, 12, 25), date(2027, 1, 1)} <= bank_holidays_around(date(2026, 12, 31))
