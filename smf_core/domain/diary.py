"""Times in the diary: what stands in the way of a booking, and a dose that a visit is tied to."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from smf_core.domain.dates import BadTime, parse_time

SERIES_AT_MOST = 60
EVERY_AT_MOST = 90
DEFAULT_MINUTES = 60
SATURDAY = 5


class Concern(StrEnum):
    """Why a time may be wrong. None of these stops a booking."""

    NURSE_BUSY = "nurse_busy"
    NURSE_AWAY = "nurse_away"
    BANK_HOLIDAY = "bank_holiday"
    WEEKEND = "weekend"
    SEEN_THAT_DAY = "seen_that_day"
    OUTSIDE_WINDOW = "outside_window"


@dataclass(frozen=True, slots=True)
class Warned:
    """One concern about one day; `clock` is the start of the other visit where there is one."""

    concern: Concern
    on: date
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is taken: another visit of the nurse, or of the person."""

    visit: str
    patient: str
    nurse: str | None
    at: datetime
    minutes: int | None

    @property
    def ends(self) -> datetime:
        return self.at + timedelta(minutes=self.minutes or DEFAULT_MINUTES)


@dataclass(frozen=True, slots=True)
class Window:
    """Between which times of the day a dose may be given, both included. An end may lie after midnight."""

    from_: time
    until: time

    def holds(self, at: time) -> bool:
        if self.from_ <= self.until:
            return self.from_ <= at <= self.until
        return at >= self.from_ or at <= self.until


def window(from_: str, until: str) -> Window | None:
    """A window as stored, None where there is none or it cannot be read."""
    try:
        return Window(parse_time(from_), parse_time(until)) if from_ and until else None
    except BadTime:
        return None


def series(first: date, every: int, times: int) -> tuple[date, ...]:
    """The days of a planned series, the first included."""
    return tuple(first + timedelta(days=every * place) for place in range(times))


def concerns(
    at: datetime,
    minutes: int,
    *,
    patient: str,
    nurse: str,
    taken: Iterable[Slot],
    away: Container[date],
    holidays: Container[date],
    dose_window: Window | None = None,
) -> tuple[Warned, ...]:
    """What speaks against one time. `taken` holds the other visits of that nurse and of that person around it."""
    on, ends = at.date(), at + timedelta(minutes=minutes)
    found: list[Warned] = []
    for slot in taken:
        if slot.nurse == nurse and slot.at < ends and at < slot.ends:
            found.append(Warned(Concern.NURSE_BUSY, on, f"{slot.at.astimezone(at.tzinfo):%H:%M}"))
        elif slot.patient == patient and slot.at.astimezone(at.tzinfo).date() == on:
            found.append(Warned(Concern.SEEN_THAT_DAY, on, f"{slot.at.astimezone(at.tzinfo):%H:%M}"))
    if on in away:
        found.append(Warned(Concern.NURSE_AWAY, on))
    if on in holidays:
        found.append(Warned(Concern.BANK_HOLIDAY, on))
    elif on.weekday() >= SATURDAY:
        found.append(Warned(Concern.WEEKEND, on))
    if dose_window is not None and not dose_window.holds(at.time()):
        found.append(Warned(Concern.OUTSIDE_WINDOW, on))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose that a visit gives or sees, and when it may be given."""

    dose: str
    window: Window | None = None

    def still_given(self, before: datetime, after: datetime) -> bool:
        """Whether a visit that moves still gives it: on the same day, and inside its window where it has one."""
        same_day = before.date() == after.astimezone(before.tzinfo).date()
        return same_day and (self.window is None or self.window.holds(after.timetz().replace(tzinfo=None)))

    def given_at(self, booked: datetime, began: datetime, minutes: int) -> bool:
        """Whether a visit that was made gives it: on the day it was booked for, and some of it inside its window."""
        began = began.astimezone(booked.tzinfo)
        last = min(began + timedelta(minutes=minutes), datetime.combine(began, time.max, began.tzinfo))
        if began.date() != booked.date() or self.window is None:
            return began.date() == booked.date()
        ends = (began.time(), last.time())
        return any(map(self.window.holds, ends)) or ends[0] <= self.window.from_ <= ends[1]


@dataclass(frozen=True, slots=True)
class Away:
    """A nurse away from one day to another, both included."""

    nurse: str
    from_: date
    until: date
    reason: str = ""
    covered_by: str | None = None


def days_away(absences: Sequence[Away], from_: date, until: date) -> frozenset[date]:
    """The days between two days, both included, that lie in one of these absences."""
    days = ((until - from_).days + 1) if until >= from_ else 0
    each = (from_ + timedelta(days=place) for place in range(days))
    return frozenset(day for day in each if any(one.from_ <= day <= one.until for one in absences))
