"""How a person and a number are written and read aloud (design.md sections 9 and 11)."""

import unicodedata
from datetime import date, timedelta

from smf_core.domain import nhs_number
from smf_core.domain.patient import Name, Sex, age
from smf_desktop.presenters.days import clock as clock
from smf_desktop.presenters.days import day as day
from smf_desktop.presenters.days import long_day as long_day
from smf_desktop.presenters.days import weekday_day as weekday_day

NHS_NOT_KNOWN = "NHS No. not known"

_SEX = {
    Sex.FEMALE: "Female",
    Sex.MALE: "Male",
    Sex.INDETERMINATE: "Indeterminate",
    Sex.NOT_KNOWN: "Not known",
}
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_UNITS = {"y": "year", "m": "month", "w": "week", "d": "day"}


def name_line(name: Name) -> str:
    """`ABERNATHY, Doreen (Mrs)`."""
    return isolated(_joined(name.family.upper(), name.given) + (f" ({name.title})" if name.title else ""))


def spoken_name(name: Name) -> str:
    """`Abernathy, Doreen, Mrs`: as typed, since capitals are spelled out by some screen readers."""
    return _joined(_joined(name.family, name.given), name.title)


def initials(name: Name) -> str:
    """First letters of given and family name: `DA`."""
    return (name.given[:1] + name.family[:1]).upper()


def isolated(text: str) -> str:
    """The text, fenced off when it runs from right to left, so that what stands beside it keeps its order."""
    if not text.isascii() and any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"\u2068{text}\u2069"
    return text


def born(birth: date, today: date, died_on: date | None = None) -> str:
    """`14-Mar-1951 (75y)`; without the age once the person has died, as it then stands beside the day of death."""
    return day(birth) if died_on else f"{day(birth)} ({age_label(birth, today)})"


def died(birth: date, died_on: date) -> str:
    """`02-Oct-2026 (75y)`: the day, and the age then."""
    return f"{day(died_on)} ({age_label(birth, died_on)})"


def age_label(birth: date, on: date) -> str:
    """Age on the scale of the NHS Common User Interface: `75y`, `17y 4m`, `15m 3d`, `6w 2d`, `20d`.

    Years from 18; years and months from 2; months and days from 1; weeks and days from 4 weeks. A second part
    of nought is left out.
    """
    return " ".join(f"{count}{unit}" for count, unit in _age_parts(birth, on))


def spoken_age(birth: date, on: date) -> str:
    """`75 years`, `17 years 4 months`."""
    return " ".join(f"{count} {_UNITS[unit]}{'' if count == 1 else 's'}" for count, unit in _age_parts(birth, on))


def spoken_born(birth: date, today: date, died_on: date | None = None) -> str:
    """`Born 14 March 1951, 75 years`, or with the day of death and the age then."""
    if died_on:
        return f"Born {long_day(birth)}. Died {long_day(died_on)}, {spoken_age(birth, died_on)}"
    return f"Born {long_day(birth)}, {spoken_age(birth, today)}"


def nhs(number: str | None) -> str:
    """`999 007 9323`, or that it is not known; never blank."""
    return nhs_number.formatted(number) if number else NHS_NOT_KNOWN


def spoken_nhs(number: str | None) -> str:
    """`NHS number 9 9 9, 0 0 7, 9 3 2 3`: digit by digit in three groups."""
    if not number:
        return "NHS number not known"
    return "NHS number " + ", ".join(" ".join(group) for group in nhs_number.formatted(number).split())


def sex_label(sex: Sex) -> str:
    return _SEX[sex]


def _joined(first: str, then: str) -> str:
    return ", ".join(part for part in (first, then) if part)


def _age_parts(birth: date, on: date) -> tuple[tuple[int, str], ...]:
    years = age(birth, on)
    if years >= 18:
        return ((years, "y"),)
    days = (on - birth).days
    parts: tuple[tuple[int, str], ...]
    months = 12 * (on.year - birth.year) + on.month - birth.month - (on.day < birth.day)
    if years >= 2:
        parts = ((years, "y"), (months % 12, "m"))
    elif years >= 1:
        parts = ((months, "m"), ((on - _after_months(birth, months)).days, "d"))
    elif days >= 28:
        parts = ((days // 7, "w"), (days % 7, "d"))
    else:
        parts = ((days, "d"),)
    return tuple(part for place, part in enumerate(parts) if place == 0 or part[0])


def _after_months(birth: date, months: int) -> date:
    """The same day so many months later; the 1st of the next month where a month is too short for it."""
    month = birth.month - 1 + months
    first = date(birth.year + month // 12, month % 12 + 1, 1)
    try:
        return first.replace(day=birth.day)
    except ValueError:
        return (first + timedelta(days=31)).replace(day=1)
