"""The bank holidays of England and Wales, reckoned here; no network is asked (docs/adr/0020)."""

from datetime import date, timedelta
from functools import cache

from dateutil.easter import easter

MONDAY = 0
MOVED = {
    date(1995, 5, 1): date(1995, 5, 8),
    date(2002, 5, 27): date(2002, 6, 4),
    date(2012, 5, 28): date(2012, 6, 4),
    date(2020, 5, 4): date(2020, 5, 8),
    date(2022, 5, 30): date(2022, 6, 2),
}
"""Bank holidays moved by royal proclamation: the usual day, and the day it was held."""

ADDED = frozenset(
    {
        date(1999, 12, 31),  # the millennium
        date(2002, 6, 3),  # Golden Jubilee
        date(2011, 4, 29),  # royal wedding
        date(2012, 6, 5),  # Diamond Jubilee
        date(2022, 6, 3),  # Platinum Jubilee
        date(2022, 9, 19),  # State Funeral
        date(2023, 5, 8),  # Coronation
    }
)
"""Days held once. A new one is proclaimed months ahead, and is added here."""


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of a year, substitute days included and the days they stand for left out."""
    sunday = easter(year)
    usual = (
        _working(date(year, 1, 1)),
        sunday - timedelta(days=2),
        sunday + timedelta(days=1),
        _first_monday(year, 5),
        _last_monday(year, 5),
        _last_monday(year, 8),
        *_christmas(year),
    )
    return frozenset(MOVED.get(day, day) for day in usual) | {day for day in ADDED if day.year == year}


def bank_holidays_around(on: date) -> frozenset[date]:
    """Those of the year of a day and of the years beside it."""
    return frozenset().union(*(bank_holidays(on.year + each) for each in (-1, 0, 1)))


def _working(day: date) -> date:
    """The day, or the Monday after where it falls on a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _christmas(year: int) -> tuple[date, date]:
    """Christmas Day and Boxing Day; where they fall on a weekend the next working days stand for them."""
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    match christmas.weekday():
        case 4:  # Friday: Boxing Day is on Monday
            return christmas, date(year, 12, 28)
        case 5:  # Saturday: Monday and Tuesday
            return date(year, 12, 27), date(year, 12, 28)
        case 6:  # Sunday: Boxing Day is that Monday, Christmas on Tuesday
            return date(year, 12, 27), boxing
        case _:
            return christmas, boxing


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() - MONDAY) % 7)
