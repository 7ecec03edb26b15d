"""What core teams count of themselves: referrals a month, and people who were referred to them again."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from smf_core.domain.dates import MONTHS, BadDate, parse_csv_date
from smf_core.domain.text import matching_key
from smf_core.domain.trouble import DomainError

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})")
_NUMERIC = re.compile(r"([0-9]{2})/([0-9]{4})")
_NAMED = re.compile(r"([A-Za-z]{3,9})[ -]([0-9]{4}|[0-9]{2})")


class BadMonth(DomainError):
    """Not a month."""


@dataclass(frozen=True, slots=True)
class CoreCount:
    """Referrals of a kind ("" is all of them) to a core team in a month, named by its first day.

    `comparison` is a team that works without self-management.
    """

    month: date
    team: str
    count: int
    registered_population: int | None = None
    kind: str = ""
    comparison: bool = False

    @property
    def id(self) -> str:
        """The same wherever it is imported, however the team's name is spelled."""
        return str(uuid5(NAMESPACE_OID, f"core_count/{'/'.join(self.series)}/{self.month:%Y-%m}"))

    @property
    def series(self) -> tuple[str, str]:
        """What is one line of numbers over the months."""
        return series(self.team, self.kind)


def series(team: str, kind: str) -> tuple[str, str]:
    return matching_key(team), matching_key(kind)


def core_return_id(patient: str, received_on: date, team: str) -> str:
    """The record of a person's coming back to a core team on a day, the same wherever it is imported."""
    return str(uuid5(NAMESPACE_OID, f"core_return/{patient}/{received_on.isoformat()}/{matching_key(team)}"))


def parse_month(text: str) -> date:
    """The first day of a month as files write it: 2026-11, 11/2026, Nov-2026, Nov-26, or the date of its first day.

    Raises `BadMonth`. A date within the month is refused: it may be a day that somebody was referred on.
    """
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), 1)
        if found := _NUMERIC.fullmatch(text):
            return date(int(found[2]), int(found[1]), 1)
        if found := _NAMED.fullmatch(text):
            year = int(found[2])
            return date(year if year > 99 else 2000 + year, _named(found[1]), 1)
        day = parse_csv_date(text)
    except (BadDate, ValueError):
        raise BadMonth from None
    if day.day != 1:
        raise BadMonth
    return day


def written_month(month: date) -> str:
    """Nov-2026."""
    return f"{MONTHS[month.month - 1][:3]}-{month.year:04}"


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _named(name: str) -> int:
    for number, full in enumerate(MONTHS, start=1):
        if full.casefold().startswith(name.casefold()):
            return number
    raise BadMonth
