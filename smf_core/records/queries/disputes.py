"""What two laptops said apart: both versions side by side, until somebody who may settles which stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from smf_core.operations.fold import Record, fold
from smf_core.records.queries.history import unsettled_members
from smf_core.records.writing import held_operations

CLINICAL = frozenset({"allergy", "alert", "medicine"})
"""What a registered nurse settles where two laptops disagree; the rest any clinician may."""


@dataclass(frozen=True, slots=True)
class Version:
    """One of the values that stand: what it says, whether it ends the entry, who wrote it and when (care time)."""

    said: Mapping[str, Any]
    ended: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """One unit two laptops changed apart: a phone of the person, or a whole allergy, alert, contact or medicine.

    `clinical` is what only a registered nurse settles; it blocks the page until then. `private` holds no words.
    """

    entity: str
    record: str
    unit: str
    versions: tuple[Version, ...]
    clinical: bool
    private: bool
    shown: Record


def disputes(connection: Connection, patient: str) -> tuple[Dispute, ...]:
    """Everything of one person that waits to be settled, what is clinical first."""
    person = fold("patient", patient, held_operations(connection, "patient", patient))
    found = [_dispute(person, kind) for kind in sorted(person.unsettled) if (kind, None) in person.units]
    for entity, record in unsettled_members(connection, patient):
        member = fold(entity, record, held_operations(connection, entity, record))
        if "member" in member.unsettled:
            found.append(_dispute(member, "member"))
    return tuple(sorted(found, key=lambda one: (not one.clinical, one.entity, one.record, one.unit)))


def _dispute(record: Record, unit: str) -> Dispute:
    value = record.units[unit, None]
    private = any(head.payload.get("private") for head in value.heads)
    return Dispute(
        entity=record.entity,
        record=record.entity_id,
        unit=unit,
        versions=tuple(
            Version(
                said={} if private else dict(head.payload),
                ended=bool(head.payload.get("ended")),
                by=head.author,
                at=head.care_moment,
            )
            for head in value.heads
        ),
        clinical=record.entity in CLINICAL,
        private=private,
        shown=record,
    )
