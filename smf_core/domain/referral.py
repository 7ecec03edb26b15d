"""A request to teach one person one or more skills."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from smf_core.domain.working_days import after_working_days, working_day_from


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


WORKING_DAYS: Mapping[Priority, int | None] = {
    Priority.SAME_DAY: 0,
    Priority.TWO_WORKING_DAYS: 2,
    Priority.ROUTINE: None,
}
"""How many working days after it came in a referral's first visit is due; None where the service sets the day."""

ROUTINE_DAYS = 14
"""Days proposed for a routine first visit; a person chooses."""


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral as received, and what triage decided.

    `earlier_episode` is the discharged pathway the person comes back from. `next_dose_at` and `dose_given_by` are as
    typed; `exclusions` are gates known not to be met at triage, as `skill:gate`.
    """

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
    referrer: str = ""
    earlier_episode: str | None = None
    next_dose_at: str = ""
    dose_given_by: str = ""
    exclusions: tuple[str, ...] = ()
    baseline_on: date | None = None
    baseline_kind: str | None = None


def first_visit_by(priority: Priority, received_on: date, today: date, holidays: Container[date] = ()) -> date:
    """The target date that triage proposes: from when it came in, and never a day that has gone by."""
    days = WORKING_DAYS[priority]
    if days is None:
        return max(working_day_from(received_on + timedelta(days=ROUTINE_DAYS), holidays), today)
    if days == 0:
        return today
    return max(after_working_days(received_on, days, holidays), today)
