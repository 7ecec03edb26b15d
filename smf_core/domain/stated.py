"""What a service states of itself: what its figures are held against, and from when a chart's limits count anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from smf_core.domain.trouble import DomainError

DAYS_A_MONTH = 30.4375


class BaselineOf(StrEnum):
    CORE_REFERRALS = "core_referrals"
    """Referrals to core teams, from one day until another."""

    CORE_VISITS = "core_visits"
    """The core team's visits a month of one skill, for episodes whose own number nobody wrote down."""

    AREAS = "areas"
    """Which edition of the index of deprivation the list of areas is of, as its source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What was stated, on which day and by whom (a user's id), with its source.

    Of core referrals: the days from `since` until `until`, both included, and the month that is left out because the
    service was only beginning, by its first day. Of core visits: a `skill` and decimal text.
    """

    id: str
    what: BaselineOf
    on: date
    by: str
    source: str
    note: str = ""
    since: date | None = None
    until: date | None = None
    bedding_in: date | None = None
    skill: str = ""
    visits_per_month: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebase:
    """The month, by its first day, from which the limits of a chart are reckoned anew, and why; `by` is a user's id."""

    id: str
    chart: str
    month: date
    cause: str
    note: str
    on: date
    by: str
    withdrawn: bool = False


CORE_REFERRALS_CHART = "core_referrals"

STARTING_VISITS_ON = date(2026, 11, 17)
STARTING_VISITS: Mapping[str, float] = {
    "self_injection": 1.0,
    "insulin": 1.0,
    "wound": 0.43,
    "compression": 0.14,
    "catheter_care": 0.14,
    "catheter_valve": 0.14,
}
"""Core visits a day where neither the episode nor the service says (`clinical.md` 3.5), as of `STARTING_VISITS_ON`.

Of a skill for which two numbers are given it is the lower, as nobody knows the regimen: what is said to be released is
then too little, not too much.
"""


class BaselineNotPossible(DomainError):
    """The days of a baseline cannot be compared with others.

    `code`: `backwards` (it ends before it begins), `ahead` (it is not over), `short` (it holds no whole month).
    """

    def __init__(self, code: Literal["backwards", "ahead", "short"]) -> None:
        super().__init__(code)
        self.code = code


class SourceNeeded(DomainError):
    """Where a number comes from has to be said."""


class CauseNeeded(DomainError):
    """Limits are reckoned anew for a named cause alone."""


class MonthAhead(DomainError):
    """The month has not begun yet."""


class NotStated(DomainError):
    """No such baseline or rebase on this laptop, or it was withdrawn."""
