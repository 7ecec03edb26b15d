"""An episode: one person, one skill, one referral, taught until discharge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from smf_core.domain.consent import Consent

PATIENT = "patient"
"""The learner code of the patient; any other learner is the id of a contact."""


class GateState(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NA = "na_with_reason"


class BaselineKind(StrEnum):
    """Where the number of core-team visits a month before teaching comes from."""

    CORE_DIARY = "core_diary"
    PRESCRIBER_PLAN = "prescriber_plan"
    SERVICE_DEFAULT = "service_default"


@dataclass(frozen=True, slots=True)
class GateRecord:
    """One answer to one gate. `written_at` is care time; `valid_until` is the last valid day."""

    gate: str
    state: GateState
    by: str
    on: date
    written_at: datetime
    evidence: str = ""
    reason: str = ""
    valid_until: date | None = None
    settled: bool = True


@dataclass(frozen=True, slots=True)
class Learner:
    """Who is learning, and which steps are theirs: no tasks named means all of them."""

    who: str
    tasks: tuple[str, ...] = ()
    from_: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    id: str
    reason: str
    from_: date
    review_on: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CoreVisits:
    """Core-team visits a month that still go on, from a day until the next such row."""

    from_: date
    visits_per_month: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """One person + one skill + one accepted referral; the checklist version is pinned at the start."""

    id: str
    patient: str
    referral: str
    skill: str
    checklist_version: str
    expected_visits: int
    opened_on: date | None
    nurse: str | None = None
    accountable_nurse: str | None = None
    closed_on: date | None = None
    outcome: str | None = None
    baseline_visits_per_month: str | None = None
    baseline_on: date | None = None
    baseline_kind: BaselineKind | None = None
    treatment_ends_on: date | None = None
    holds: tuple[Hold, ...] = ()
    learners: tuple[Learner, ...] = ()
    core_visits: tuple[CoreVisits, ...] = ()
    gates: Mapping[str, GateRecord] = field(default_factory=dict)
    """The gate records in force, universal gates of the referral included."""

    consent: Consent | None = None
    """Consent to be taught, and capacity for that decision; None while nobody has recorded it."""

    prescription_changed_at: datetime | None = None
    """Care time at which what is prescribed last changed (not when it was first written down)."""

    @property
    def is_open(self) -> bool:
        return self.closed_on is None
