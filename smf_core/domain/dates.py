"""Dates and times as people type them and as other systems write them. English month names, whatever the locale."""

import re
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from smf_core.domain.trouble import DomainError

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

LONDON = ZoneInfo("Europe/London")
"""Where the service is: what a day is, for all that is counted by day."""

YEARS_AWAY = 150
"""A typed date further off than this is a slip of the finger."""

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NUMERIC = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_NAMED = re.compile(r"([0-9]{2})-([A-Za-z]{3})-([0-9]{4})")

_TYPED_DAY = re.compile(r"[0-9a-z][0-9a-z ,/.-]*")
_PIECE = re.compile(r"[0-9]+|[a-z]+")
_TYPED_STEP = re.compile(r"(?P<sign>[+-]) ?(?P<count>[0-9]{1,4}) ?(?P<unit>[dw])")
_TYPED_TIME = re.compile(r"([0-9]{1,2})(?:[:. ]?([0-9]{2}))?")
_NAMED_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


class BadDate(DomainError):
    """Not a date. `code`: `file_shape`, `shape`, `impossible`, `weekday` (does not fall on it), `far`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadTime(DomainError):
    """Not a time of day. `code`: `shape`, `impossible`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def written_day(day: date) -> str:
    """17-Nov-2026."""
    return f"{day.day:02}-{MONTHS[day.month - 1][:3]}-{day.year:04}"


def parse_csv_date(text: str) -> date:
    """A date of a file: 2026-11-17, 17/11/2026 or 17-Nov-2026, every digit written; else `BadDate`.

    Nothing looser: 3/4/1950 comes from a program that may have meant either day.
    """
    if found := _ISO.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(text):
        return _day(int(found[3]), int(found[2]), int(found[1]))
    if found := _NAMED.fullmatch(text):
        return _day(int(found[3]), _month(found[2], "file_shape"), int(found[1]))
    raise BadDate("file_shape")


def parse_typed(text: str, today: date, *, past: bool = False) -> date:
    """A date as typed: 17/11, 17 nov, 17/11/26, Thu 19-Nov-2026, tomorrow, +2w, +3d, monday, thu; else `BadDate`.

    Without a year, or with a day name alone, it is the next such day (the last one when `past`): 17/11 may be
    today, a day name never is. A year of two digits is the one nearest to today. A date of birth may be a hundred
    years off, so read it with `parse_csv_date`.
    """
    typed = " ".join(text.casefold().split())
    found = _typed_step(typed, today) or _typed_weekday(typed, today, past=past) or _typed_day(typed, today, past=past)
    if abs(found.year - today.year) > YEARS_AWAY:
        raise BadDate("far")
    return found


def parse_time(text: str) -> time:
    """A time of day on the 24 hour clock: 1130, 11:30, 9.05, 905 or 9; else `BadTime`."""
    found = _TYPED_TIME.fullmatch(" ".join(text.split()))
    if not found:
        raise BadTime("shape")
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        raise BadTime("impossible") from None


def _typed_step(typed: str, today: date) -> date | None:
    if typed in _NAMED_DAYS:
        return today + timedelta(days=_NAMED_DAYS[typed])
    found = _TYPED_STEP.fullmatch(typed)
    if not found:
        return None
    days = int(found["count"]) * (7 if found["unit"] == "w" else 1)
    try:
        return today + timedelta(days=-days if found["sign"] == "-" else days)
    except OverflowError:
        raise BadDate("far") from None


def _typed_weekday(typed: str, today: date, *, past: bool) -> date | None:
    wanted = _named(typed, WEEKDAYS)
    if wanted is None:
        return None
    if past:
        return today - timedelta(days=(today.weekday() - wanted - 1) % 7 + 1)
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _typed_day(typed: str, today: date, *, past: bool) -> date:
    try:
        return parse_csv_date(typed)
    except BadDate as trouble:
        if trouble.code != "file_shape":
            raise
    weekday = None
    pieces = _PIECE.findall(typed) if _TYPED_DAY.fullmatch(typed) else []
    if pieces and (weekday := _named(pieces[0], WEEKDAYS)) is not None:
        del pieces[0]
    if tuple(map(len, pieces[2:])) not in ((), (2,), (4,)) or not all(map(str.isdecimal, pieces[:1] + pieces[2:])):
        raise BadDate("shape")
    if len(pieces) < 2 or len(pieces[0]) > 2:
        raise BadDate("shape")
    month = int(pieces[1]) if pieces[1].isdecimal() else _month(pieces[1], "shape")
    found = _in_year(pieces[2] if pieces[2:] else None, month, int(pieces[0]), today, past=past)
    if weekday is not None and weekday != found.weekday():
        raise BadDate("weekday")
    return found


def _in_year(year: str | None, month: int, day: int, today: date, *, past: bool) -> date:
    if year is None:
        # Eight years hold a 29 February even around a year such as 2100.
        years = range(today.year, today.year - 9, -1) if past else range(today.year, today.year + 9)
        return _first(years, month, day, lambda found: found <= today if past else found >= today)
    if len(year) == 2:
        century = today.year - today.year % 100
        years_meant = (century + int(year) + shift for shift in (-100, 0, 100))
        return _day(min(years_meant, key=lambda meant: abs(meant - today.year)), month, day)
    return _day(int(year), month, day)


def _first(years: Iterable[int], month: int, day: int, fits: Callable[[date], bool]) -> date:
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if fits(found):
            return found
    raise BadDate("impossible")


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadDate("impossible") from None


def _month(name: str, code: str) -> int:
    month = _named(name, MONTHS)
    if month is None:
        raise BadDate(code)
    return month + 1


def _named(text: str, names: tuple[str, ...]) -> int | None:
    """Which of the names begins so; three letters are enough."""
    if len(text) < 3:
        return None
    return next((place for place, name in enumerate(names) if name.casefold().startswith(text.casefold())), None)
