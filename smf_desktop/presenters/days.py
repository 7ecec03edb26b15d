"""How a day and a time of day are written and read aloud (design.md sections 9 and 11)."""

from datetime import date, datetime

from smf_core.domain.dates import MONTHS, WEEKDAYS, written_day


def day(on: date) -> str:
    """`17-Nov-2026`."""
    return written_day(on)


def weekday_day(on: date) -> str:
    """`Thu 19-Nov-2026`, for planning."""
    return f"{WEEKDAYS[on.weekday()][:3]} {day(on)}"


def long_day(on: date) -> str:
    """`14 March 1951`: letters, and dates read aloud."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def clock(at: datetime) -> str:
    """`09:05`, in the offset the moment carries."""
    return f"{at.hour:02}:{at.minute:02}"
