"""When somebody rings after a discharge: once within a week, once after three months."""

from collections.abc import Container
from datetime import date, timedelta

from smf_core.domain.working_days import is_working_day

EARLIEST, LATEST, USUAL = 3, 7, 5
"""Days after the discharge between which the first call is made, and the one proposed."""

SECOND = 90
"""Days after the discharge of the second call."""


def first_call_window(discharged: date, today: date) -> tuple[date, date]:
    """From when to when the first call may be: 3 to 7 days after the discharge, and never before today."""
    return (
        max(discharged + timedelta(days=EARLIEST), today),
        max(discharged + timedelta(days=LATEST), today),
    )


def first_call_proposed(discharged: date, today: date, holidays: Container[date] = ()) -> date:
    """The working day of the window nearest to five days after; the last day of it where it holds none."""
    first, last = first_call_window(discharged, today)
    usual = discharged + timedelta(days=USUAL)
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    working = [each for each in days if is_working_day(each, holidays)]
    return min(working, key=lambda each: (abs((each - usual).days), each), default=last)


def second_call(discharged: date, today: date, holidays: Container[date] = ()) -> date:
    """The first working day from 90 days after on, and never before today."""
    on = max(discharged + timedelta(days=SECOND), today)
    while not is_working_day(on, holidays):
        on += timedelta(days=1)
    return on
