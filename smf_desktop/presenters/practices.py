"""Practices in words: as a choice of a list, and what taking a list in changed."""

from datetime import date

from smf_core.domain.practice import Practice
from smf_desktop.presenters.identity import day


def practice_words(practice: Practice, today: date) -> str:
    """`Alder Road Surgery (C81001)`; with the day it closed where it is closed."""
    closed = f", closed on {day(practice.closed_on)}" if practice.closed(today) and practice.closed_on else ""
    return f"{practice.name} ({practice.code}){closed}"


def practice_line(code: str, practice: Practice | None, successor: Practice | None, today: date) -> str:
    """A person's practice as the record shows it: by name, closed ones with who took over; "" where none is known."""
    if practice is None:
        return code
    line = practice_words(practice, today)
    if practice.closed(today):
        line += f"; taken over by {successor.name}" if successor else "; no practice is listed as taking it over"
    return line


def taken_in_words(added: int, changed: int, unchanged: int) -> str:
    """`12 practices added, 3 changed`."""
    if not added and not changed:
        return f"Nothing new: {_practices(unchanged)} as listed"
    return f"{_practices(added)} added, {changed} changed"


def _practices(count: int) -> str:
    return f"{count} practice{'' if count == 1 else 's'}"
