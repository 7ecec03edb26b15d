"""A red flag that was seen: a record of its own, open until a registered nurse closes it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Urgency(StrEnum):
    """Most urgent first."""

    EMERGENCY = "emergency"
    WITHIN_HOURS = "within_hours"
    SAME_DAY = "same_day"
    NEXT_WORKING_DAY = "next_working_day"


URGENCY_ORDER = tuple(Urgency)


class RedFlagState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """`episode` is None for a flag of the person as a whole; `sign` is the id in the checklist."""

    id: str
    patient: str
    visit: str | None
    episode: str | None
    sign: str
    urgency: Urgency
    at: datetime
    action: str
    told: str = ""
    advised: str = ""
    next_check: str = ""
    state: RedFlagState = RedFlagState.OPEN
    closed_by: str | None = None
    closed_at: datetime | None = None
    closing_action: str = ""
