"""Referrals and where triage has got to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select

from smf_core.domain.referral import Priority, Referral, ReferralStatus, Source
from smf_core.records import tables as t
from smf_core.records.instants import moment
from smf_core.records.queries.batches import among, code, codes, rows_in
from smf_core.records.queries.patients import PERSON, Known, known

TRIAGE_DUE = (ReferralStatus.RECEIVED, ReferralStatus.WAITING_INFORMATION)
DECIDED = (ReferralStatus.ACCEPTED, ReferralStatus.REJECTED)

_PATHWAYS = among(select(t.episode).order_by(t.episode.c.id), t.episode.c.referral)
_COMING = among(
    select(t.visit.c.patient, t.visit.c.planned_at, t.visit.c.planned_offset)
    .where(t.visit.c.status == "planned", t.visit.c.cancelled.is_(False), t.visit.c.planned_at.is_not(None))
    .order_by(t.visit.c.planned_at.desc()),
    t.visit.c.patient,
)


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """An accepted referral nobody has been seen for yet, with the first visit booked for it, if any."""

    referred: Referred
    nurse: str | None
    booked_at: datetime | None


def waiting_list(connection: Connection, *, limit: int = 200, offset: int = 0) -> tuple[Waiting, ...]:
    """Accepted referrals with a pathway open and no visit begun on any of it, those waiting longest first."""
    seen = exists().where(t.visit_section.c.episode == t.episode.c.id)
    begun = exists().where(t.visit.c.patient == t.episode.c.patient, t.visit.c.status == "started")
    open_ = [t.episode.c.referral == t.referral.c.id, t.episode.c.closed_on.is_(None)]
    of_referral = (
        select(t.referral, *PERSON)
        .join(t.patient, t.patient.c.id == t.referral.c.patient)
        .where(t.referral.c.status == ReferralStatus.ACCEPTED.value)
        .where(exists().where(*open_, ~seen, ~begun), ~exists().where(t.episode.c.referral == t.referral.c.id, seen))
        .order_by(t.referral.c.received_on, t.referral.c.id)
    )
    rows = connection.execute(of_referral.limit(limit).offset(offset)).all()
    nurses = _nurses(connection, [row.id for row in rows])
    booked = _booked(connection, [row.patient for row in rows])
    return tuple(
        Waiting(Referred(_referral(row), known(row)), nurses.get(row.id), booked.get(row.patient)) for row in rows
    )


def _nurses(connection: Connection, referrals_: Iterable[str]) -> Mapping[str, str | None]:
    rows = rows_in(connection, _PATHWAYS, referrals_)
    return {row.referral: row.nurse for row in rows}


def _booked(connection: Connection, patients: Iterable[str]) -> Mapping[str, datetime]:
    """The next visit booked for each of these people."""
    rows = rows_in(connection, _COMING, patients)
    return {row.patient: moment(row.planned_at, row.planned_offset) for row in rows}


def decided_since(connection: Connection, since: date, *, limit: int = 200) -> tuple[Referred, ...]:
    """Referrals accepted or sent back on this day or later, the newest decision first."""
    of_status = (
        select(t.referral, *PERSON)
        .join(t.patient, t.patient.c.id == t.referral.c.patient)
        .where(t.referral.c.status.in_(DECIDED), t.referral.c.decided_on >= since)
        .order_by(t.referral.c.decided_on.desc(), t.referral.c.id.desc())
    )
    return tuple(Referred(_referral(row), known(row)) for row in connection.execute(of_status.limit(limit)))


@dataclass(frozen=True, slots=True)
class Marked:
    """A referral's mark "might already be here", settled or not."""

    referral: str
    patient: str
    of: str
    settled_as: str | None


def marked_between(connection: Connection, people: Collection[str]) -> tuple[Marked, ...]:
    """The marks on referrals of these people that name one of these people."""
    table = t.referral
    between = select(table).where(table.c.patient.in_(tuple(people)), table.c.duplicate_of.in_(tuple(people)))
    rows = connection.execute(between.order_by(table.c.id))
    return tuple(Marked(row.id, row.patient, row.duplicate_of, row.duplicate_settled) for row in rows)


def last_discharged(connection: Connection, patient_id: str, skills: Collection[str]) -> str | None:
    """The pathway a person comes back from: the last one ended of these skills, else the last one ended."""
    ended = select(t.episode.c.id, t.episode.c.skill).where(
        t.episode.c.patient == patient_id, t.episode.c.closed_on.is_not(None)
    )
    rows = connection.execute(ended.order_by(t.episode.c.closed_on.desc(), t.episode.c.id.desc())).all()
    return next((row.id for row in rows if row.skill in skills), rows[0].id if rows else None)


def open_tasks_about(connection: Connection, referral_id: str) -> tuple[str, ...]:
    """The open tasks that came from this referral."""
    asked = select(t.task.c.id).where(t.task.c.about == referral_id, t.task.c.state == "open").order_by(t.task.c.id)
    return tuple(connection.scalars(asked))


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
        source=code(Source, row.source, Source.OTHER),
        reason=row.reason,
        notes=row.notes,
        skills=codes(row.skills),
        status=ReferralStatus(row.status),
        priority=code(Priority, row.priority, Priority.SAME_DAY) if row.priority else None,
        decided_on=row.decided_on,
        decided_by=row.decided_by,
        decision_reason=row.decision_reason,
        review_duplicate_of=None if row.duplicate_settled else row.duplicate_of,
        written_at=moment(row.written_at, row.written_offset),
        baseline_visits_per_month=row.baseline_visits_per_month,
        target_date=row.target_date,
        referrer=row.referrer,
        earlier_episode=row.earlier_episode,
        next_dose_at=row.next_dose_at,
        dose_given_by=row.dose_given_by,
        exclusions=codes(row.exclusions),
        baseline_on=row.baseline_on,
        baseline_kind=row.baseline_kind,
    )
