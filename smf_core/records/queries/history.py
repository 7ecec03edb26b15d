"""Everything that was ever said of one person, operation by operation: who, when, and what stands of it now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from smf_core.operations.fold import Operation, fold
from smf_core.operations.registry import RECORDS
from smf_core.records import tables as t
from smf_core.records.log import held_operations, held_record, operations_saved

MEMBERS = (t.allergy, t.alert, t.contact, t.medicine, t.equipment)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing written of one unit. `at` is care time; `stands` is True for what holds now.

    `apart` marks one of several versions nobody has settled. `key` tells one unit of a kind from another. `unknown`
    names the fields that a newer version of the application wrote and this one does not know. `save` is the change set
    it came in.
    """

    entity: str
    record: str
    unit: str
    fields: Mapping[str, Any]
    at: datetime
    by: str
    stands: bool
    apart: bool
    first: bool
    key: str = ""
    unknown: tuple[str, ...] = field(default_factory=tuple)
    save: str = ""


def said_of(connection: Connection, patient_id: str) -> tuple[Said, ...]:
    """Everything said of a person, of what surrounds them and of their pathways, newest first."""
    found = [
        said for entity, record in _records(connection, patient_id) for said in said_in(connection, entity, record)
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def unsettled_members(connection: Connection, patient_id: str) -> tuple[tuple[str, str], ...]:
    """(kind, id) of each allergy, alert, contact, medicine or piece of equipment with two versions standing."""
    return tuple(
        (str(table.name), row.id)
        for table in MEMBERS
        for row in connection.execute(
            select(table.c.id).where(table.c.patient == patient_id, table.c.settled.is_(False)).order_by(table.c.id)
        )
    )


def _records(connection: Connection, patient_id: str) -> Iterator[tuple[str, str]]:
    yield "patient", patient_id
    for table in (*MEMBERS, t.document, t.referral, t.episode, t.dose_cover):
        own = select(table.c.id).where(table.c.patient == patient_id).order_by(table.c.id)
        for row in connection.execute(own):
            yield str(table.name), row.id


def said_in(connection: Connection, entity: str, record: str) -> Iterator[Said]:
    """Everything said in one record, in no order."""
    ops = held_operations(connection, entity, record)
    folded = fold(entity, record, ops)
    heads = {head.ref for value in folded.units.values() for head in value.heads}
    apart = {head.ref for value in folded.units.values() if not value.settled for head in value.heads}
    units = RECORDS[entity]
    for op in ops:
        known = units[op.kind].fields if op.kind in units else frozenset[str]()
        key = units[op.kind].key if op.kind in units else None
        yield Said(
            entity=entity,
            record=record,
            unit=op.kind,
            fields={name: value for name, value in op.payload.items() if name in known},
            at=op.care_moment,
            by=op.author,
            stands=op.ref in heads or op.kind not in units,
            apart=op.ref in apart,
            first=not op.bases,
            key=str(op.payload.get(key) or "") if key else "",
            unknown=tuple(name for name in op.payload if name not in known),
            save=op.ref[0],
        )


def saved_together(connection: Connection, entity: str, record: str, kind: str) -> tuple[Operation, ...]:
    """Every operation of the save that wrote what now stands of a unit; nothing where nothing does."""
    value = held_record(connection, entity, record).value(kind)
    return operations_saved(connection, value.shown.ref[0]) if value else ()
