"""Pathways, each with its holds, learners, core-team visits and gates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from smf_core.domain.consent import Answer, Capacity, Consent
from smf_core.domain.discharge import Discharge, Outcome
from smf_core.domain.pathway import BaselineKind, CoreVisits, Episode, GateRecord, GateState, Hold, Learner
from smf_core.records import tables as t
from smf_core.records.instants import moment
from smf_core.records.queries.batches import among, code, codes, grouped, rows_in

Rows = Sequence[Row[*tuple[Any, ...]]]

_OLDEST_FIRST = select(t.episode).order_by(t.episode.c.opened_on, t.episode.c.id)
_NAMED = among(select(t.episode), t.episode.c.id)
_OF_PERSON = among(_OLDEST_FIRST, t.episode.c.patient)
_OPEN_OF = among(_OLDEST_FIRST.where(t.episode.c.closed_on.is_(None)), t.episode.c.patient)
_LEARNERS = among(select(t.learner).order_by(t.learner.c.who), t.learner.c.episode)
_HOLDS = among(select(t.hold).order_by(t.hold.c["from"], t.hold.c.id), t.hold.c.episode)
_CORE_VISITS = among(
    select(t.core_visits).order_by(t.core_visits.c["from"], t.core_visits.c.id), t.core_visits.c.episode
)
_GATES = among(select(t.gate), t.gate.c.owner)
_MEDICINES = among(select(t.medicine), t.medicine.c.patient)
_ENDED = among(select(t.discharge), t.discharge.c.episode)


def episode(connection: Connection, episode_id: str) -> Episode | None:
    return next(iter(episodes(connection, (episode_id,))), None)


def discharge_of(connection: Connection, episode_id: str) -> Discharge | None:
    """How a pathway ended; None while it goes on."""
    return discharges_of(connection, (episode_id,)).get(episode_id)


def discharges_of(connection: Connection, ids: Iterable[str]) -> Mapping[str, Discharge]:
    """How these pathways ended, by pathway; one that goes on is not in it."""
    return {
        row.episode: Discharge(
            row.episode, row.on, code(Outcome, row.outcome, Outcome.TRANSFERRED), row.support, row.reasons, row.by
        )
        for row in rows_in(connection, _ENDED, ids)
    }


def episodes(connection: Connection, ids: Iterable[str]) -> tuple[Episode, ...]:
    """These pathways, in the order asked for; an id that is not here is passed over."""
    wanted = tuple(dict.fromkeys(ids))
    rows = {row.id: row for row in rows_in(connection, _NAMED, wanted)}
    return _whole(connection, [rows[each] for each in wanted if each in rows])


def episodes_of(connection: Connection, patient_id: str) -> tuple[Episode, ...]:
    """Every pathway of one person, open or closed, oldest first."""
    return _whole(connection, list(rows_in(connection, _OF_PERSON, (patient_id,))))


def open_episodes(connection: Connection, nurse: str | None = None) -> tuple[Episode, ...]:
    """Every open pathway, or those of one nurse, oldest first."""
    unended = _OLDEST_FIRST.where(t.episode.c.closed_on.is_(None))
    if nurse is not None:
        unended = unended.where(t.episode.c.nurse == nurse)
    return _whole(connection, connection.execute(unended).all())


def open_episodes_of(connection: Connection, patients: Iterable[str]) -> tuple[Episode, ...]:
    """The open pathways of some people, oldest first within a few hundred."""
    return _whole(connection, list(rows_in(connection, _OPEN_OF, patients)))


def learners(connection: Connection, ids: Iterable[str]) -> Mapping[str, tuple[Learner, ...]]:
    """Who learns in these pathways, by pathway."""
    rows = rows_in(connection, _LEARNERS, ids)
    by_episode = grouped(rows, lambda row: str(row.episode))
    return {
        each: tuple(Learner(row.who, codes(row.tasks), getattr(row, "from"), row.until) for row in named)
        for each, named in by_episode.items()
    }


def holds(connection: Connection, ids: Iterable[str]) -> Mapping[str, tuple[Hold, ...]]:
    """The holds of these pathways, by pathway, oldest first."""
    rows = rows_in(connection, _HOLDS, ids)
    by_episode = grouped(rows, lambda row: str(row.episode))
    return {
        each: tuple(Hold(row.id, row.reason, getattr(row, "from"), row.review_on, row.until) for row in held)
        for each, held in by_episode.items()
    }


def _whole(connection: Connection, rows: Rows) -> tuple[Episode, ...]:
    ids = [row.id for row in rows]
    on_hold, taught = holds(connection, ids), learners(connection, ids)
    core = _core_visits(connection, ids)
    gates = _gates(connection, chain(ids, (row.referral for row in rows)))
    changes = _prescription_changes(connection, (row.patient for row in rows))
    return tuple(
        Episode(
            id=row.id,
            patient=row.patient,
            referral=row.referral,
            skill=row.skill,
            checklist_version=row.checklist_version,
            expected_visits=row.expected_visits,
            opened_on=row.opened_on,
            nurse=row.nurse,
            accountable_nurse=row.accountable_nurse,
            closed_on=row.closed_on,
            outcome=row.outcome,
            baseline_visits_per_month=row.baseline_visits_per_month,
            baseline_on=row.baseline_on,
            baseline_kind=code(BaselineKind, row.baseline_kind, BaselineKind.SERVICE_DEFAULT)
            if row.baseline_kind
            else None,
            treatment_ends_on=row.treatment_ends_on,
            holds=on_hold.get(row.id, ()),
            learners=taught.get(row.id, ()),
            core_visits=core.get(row.id, ()),
            gates={**gates.get(row.referral, {}), **gates.get(row.id, {})},
            consent=_consent(row),
            prescription_changed_at=changes.get((row.patient, row.skill)),
        )
        for row in rows
    )


def _consent(row: Row[*tuple[Any, ...]]) -> Consent | None:
    if not row.consent:
        return None
    said: Mapping[str, Any] = msgspec.json.decode(row.consent_detail) if row.consent_detail else {}
    return Consent(
        # An answer that is not known here is not taken for a yes.
        answer=code(Answer, row.consent, Answer.NOT_GIVEN),
        on=row.consent_on,
        by=str(said.get("by") or ""),
        capacity=code(Capacity, row.capacity, Capacity.NOT_DOUBTED),
        capacity_on=row.capacity_on,
        basis=str(said.get("basis") or ""),
        note=str(said.get("note") or ""),
        settled="consent" not in codes(row.conflicts),
    )


def _core_visits(connection: Connection, ids: Iterable[str]) -> Mapping[str, tuple[CoreVisits, ...]]:
    rows = rows_in(connection, _CORE_VISITS, ids)
    by_episode = grouped(rows, lambda row: str(row.episode))
    return {
        each: tuple(CoreVisits(getattr(row, "from"), row.visits_per_month, row.source) for row in said)
        for each, said in by_episode.items()
    }


def _gates(connection: Connection, owners: Iterable[str]) -> Mapping[str, Mapping[str, GateRecord]]:
    by_owner = grouped(rows_in(connection, _GATES, owners), lambda row: str(row.owner))
    return {owner: {row.gate: _gate(row) for row in answered} for owner, answered in by_owner.items()}


def _gate(row: Row[*tuple[Any, ...]]) -> GateRecord:
    return GateRecord(
        gate=row.gate,
        state=code(GateState, row.state, GateState.NOT_MET),
        by=row.by,
        on=row.on,
        written_at=moment(row.written_at, row.written_offset),
        evidence=row.evidence,
        reason=row.reason,
        valid_until=row.valid_until,
        settled=row.settled,
    )


def _prescription_changes(connection: Connection, patients: Iterable[str]) -> Mapping[tuple[str, str], datetime]:
    """When what is prescribed last changed, by person and skill.

    Medicines ended or amended later changed then; one added later than the first was a change. What was written
    down first, all of one save, was not.
    """
    rows = rows_in(connection, _MEDICINES, patients)
    found: dict[tuple[str, str], datetime] = {}
    for prescribed, medicines in grouped(rows, lambda row: (str(row.patient), str(row.skill))).items():
        first = min(row.first_at for row in medicines)
        changes = [moment(row.changed_at, row.changed_offset) for row in medicines if row.changed_at]
        changes += [moment(row.first_at, row.first_offset) for row in medicines if row.first_at > first]
        if changes:
            found[prescribed] = max(changes)
    return found
