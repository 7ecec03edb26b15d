"""Referrals and where triage has got to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from smf_core.domain.referral import Priority, Referral, ReferralStatus, Source
from smf_core.records import tables as t
from smf_core.records.instants import moment
from smf_core.records.queries.batches import codes
from smf_core.records.queries.patients import PERSON, Known, known

TRIAGE_DUE = (ReferralStatus.RECEIVED, ReferralStatus.WAITING_INFORMATION)


@dataclass(frozen=True, slots=True)
class Referred:
    """A referral and whom it is for, as a line of the list."""

    referral: Referral
    person: Known


def referral(connection: Connection, referral_id: str) -> Referral | None:
    row = connection.execute(select(t.referral).where(t.referral.c.id == referral_id)).one_or_none()
    return _referral(row) if row else None


def referrals_of(connection: Connection, patient_id: str) -> tuple[Referral, ...]:
    """One person's referrals, newest first."""
    own = select(t.referral).where(t.referral.c.patient == patient_id)
    rows = connection.execute(own.order_by(t.referral.c.received_on.desc(), t.referral.c.id.desc()))
    return tuple(_referral(row) for row in rows)


def referrals(
    connection: Connection,
    *,
    status: Collection[ReferralStatus] = TRIAGE_DUE,
    limit: int = 200,
    offset: int = 0,
) -> tuple[Referred, ...]:
    """Referrals of these statuses with their people, those waiting longest first."""
    of_status = (
        select(t.referral, *PERSON)
        .join(t.patient, t.patient.c.id == t.referral.c.patient)
        .where(t.referral.c.status.in_(tuple(status)))
        .order_by(t.referral.c.received_on, t.referral.c.id)
    )
    rows = connection.execute(of_status.limit(limit).offset(offset))
    return tuple(Referred(_referral(row), known(row)) for row in rows)


def count_by_status(connection: Connection) -> Mapping[ReferralStatus, int]:
    """How many referrals stand at each status, those without any included."""
    counted = connection.execute(
        select(t.referral.c.status, func.count().label("number")).group_by(t.referral.c.status)
    )
    found = {row.status: row.number for row in counted}
    return {status: found.get(status, 0) for status in ReferralStatus}


def _referral(row: Row[*tuple[Any, ...]]) -> Referral:
    return Referral(
        id=row.id,
        patient=row.patient,
        team=row.team,
        received_on=row.received_on,
        source=Source(row.source),
        reason=row.reason,
        notes=row.notes,
        skills=codes(row.skills),
        status=ReferralStatus(row.status),
        priority=Priority(row.priority) if row.priority else None,
        decided_on=row.decided_on,
        decided_by=row.decided_by,
        decision_reason=row.decision_reason,
        review_duplicate_of=None if row.duplicate_settled else row.duplicate_of,
        written_at=moment(row.written_at, row.written_offset),
        baseline_visits_per_month=row.baseline_visits_per_month,
        target_date=row.target_date,
    )
