"""A request to teach one person one or more skills."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Source(StrEnum):
    CORE_TEAM = "core_team"
    HOSPITAL = "hospital"
    GP = "gp"
    PHARMACY = "pharmacy"
    SPECIALIST_NURSE = "specialist_nurse"
    SELF = "self"
    OTHER = "other"


class ReferralStatus(StrEnum):
    """Where triage has got to. `received` is shown as "triage due"."""

    RECEIVED = "received"
    WAITING_INFORMATION = "waiting_information"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Priority(StrEnum):
    SAME_DAY = "same_day"
    TWO_WORKING_DAYS = "two_working_days"
    ROUTINE = "routine"


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral as received, and what triage decided."""

    id: str
    patient: str
    team: str
    received_on: date
    source: Source
    reason: str
    notes: str
    skills: tuple[str, ...]
    status: ReferralStatus
    priority: Priority | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    decision_reason: str = ""
    review_duplicate_of: str | None = None
    written_at: datetime | None = None
    baseline_visits_per_month: str | None = None
    target_date: date | None = None
