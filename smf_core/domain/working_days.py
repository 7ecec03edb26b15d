"""Working days: Monday to Friday, without the bank holidays the caller names."""

from collections.abc import Container
from datetime import date, timedelta

SATURDAY = 5


def is_working_day(on: date, holidays: Container[date] = ()) -> bool:
    return on.weekday() < SATURDAY and on not in holidays


def working_day_from(on: date, holidays: Container[date] = ()) -> date:
    """The day itself where it is a working day, else the next one."""
    while not is_working_day(on, holidays):
        on += timedelta(days=1)
    return on


def after_working_days(on: date, count: int, holidays: Container[date] = ()) -> date:
    """The working day so many working days after a day; `count` is 1 or more."""
    for _ in range(count):
        on = working_day_from(on + timedelta(days=1), holidays)
    return on
