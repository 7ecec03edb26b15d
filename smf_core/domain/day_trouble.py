"""Troubles with calls, tasks, bookings and who gives a dose."""

from collections.abc import Sequence

from smf_core.domain.diary import Warned
from smf_core.domain.gap import Gap
from smf_core.domain.trouble import DomainError


class NotReadyToSave(DomainError):
    """Something on a form is still missing; `gaps` says what."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__(len(gaps))
        self.gaps = tuple(gaps)


class SecondLook(DomainError):
    """A time that may be wrong: `warned` says why. Asking again with these accepted books it."""

    def __init__(self, warned: Sequence[Warned]) -> None:
        super().__init__(len(warned))
        self.warned = tuple(warned)


class SeriesNotPossible(DomainError):
    """A series has 2 to 60 visits, 1 to 90 days apart."""


class UnknownCall(DomainError):
    """No such call on this laptop, or it was entered in error."""


class UnknownTask(DomainError):
    """No such task on this laptop."""


class TaskTextNeeded(DomainError):
    """A task says what is to be done."""


class UnknownDoseCover(DomainError):
    """No such row of who gives a dose."""


class GiverNeedsName(DomainError):
    """A carer, or somebody else, who gives a dose is named."""


class DaysTurnedRound(DomainError):
    """The last day lies before the first."""


class DoseNeeded(DomainError):
    """Who gives a dose says which dose or care time."""
