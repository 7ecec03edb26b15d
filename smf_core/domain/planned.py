"""What a service sets itself to do: plans in numbers, actions with an owner and a day, months it has closed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from smf_core.domain.trouble import DomainError

AT_MOST = 100_000
"""A plan of more people than this is a slip of the keys."""


class PlanOf(StrEnum):
    CASELOAD = "caseload"
    """People that a nurse teaches at a time; of no nurse in particular, each."""

    PEOPLE = "people"
    """People of a locality whose teaching begins, a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was planned from a day on, and until another where one is said; `of` is a nurse's id or a locality.

    `by` is the id of the user who stated it.
    """

    id: str
    what: PlanOf
    of: str
    number: int
    since: date
    source: str
    by: str
    until: date | None = None
    withdrawn: bool = False

    def stands_on(self, day: date) -> bool:
        return not self.withdrawn and self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something agreed: what is done, who sees to it (a name, they may work elsewhere), and by when."""

    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonth:
    """The figures of a month as they were kept: by whom, when, and why again where it had been closed before.

    `intact`: the figures are those whose digest (SHA-256) was written down with them.
    """

    id: str
    month: date
    team: str
    at: datetime
    by: str
    definitions: str
    digest: str
    intact: bool
    reason: str = ""
    note: str = ""
    actions: tuple[ToDo, ...] = ()


class MonthRuns(DomainError):
    """A month is closed once it is over."""


class ClosedBefore(DomainError):
    """The month was closed already: closing it again takes a reason."""


class NoSuchMonth(DomainError):
    """No such closed month on this laptop, or a newer version of the application closed it."""


class ToDoIncomplete(DomainError):
    """An action says what is to be done, who sees to it and by when."""


class PlanNotPossible(DomainError):
    """A plan that cannot be held against anything.

    `code`: `number` (no whole number from 0 to 100,000), `backwards` (it ends before it begins), `locality` (no core
    team is of it), `nurse` (nobody here teaches under that id).
    """

    def __init__(self, code: Literal["number", "backwards", "locality", "nurse"]) -> None:
        super().__init__(code)
        self.code = code
