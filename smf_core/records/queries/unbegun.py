"""What was written about somebody whose own record has not come: nothing shows it, so it is counted and told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, exists, select, union

from smf_core.operations.change_set import ChangeSet
from smf_core.records import tables as t
from smf_core.records.log import change_sets
from smf_core.records.queries.batches import among, grouped, rows_in

TOO_LONG = timedelta(days=5)
"""So long it may wait; then a lead is told."""

_ALONE = (
    *(t.referral, t.episode, t.visit, t.task, t.call, t.letter, t.equipment, t.document),
    *(t.allergy, t.alert, t.contact, t.medicine),
)
"""Records that somebody writes about a person by themselves, each with an index by person."""

_NOBODY = union(
    *(
        select(each.c.patient).where(each.c.patient.is_not(None), ~exists().where(t.patient.c.id == each.c.patient))
        for each in _ALONE
    )
)
"""Row by row, since nearly always there is nobody: to bring everybody together first takes ten times as long."""

_OF = tuple(among(select(each.c.id), each.c.patient) for each in _ALONE)
_SAVED = among(select(t.item.c.cs_id), t.item.c.entity_id)


@dataclass(frozen=True, slots=True)
class Unbegun:
    """Somebody whose record is not here: how many saves wait for it, and when the first of them was made."""

    patient: str
    saves: int
    since: datetime
    late: bool


def unbegun(connection: Connection, now: datetime) -> tuple[Unbegun, ...]:
    """Whom something here is about who is not here, the longest first; `late` since more than five days."""
    people = list(connection.scalars(_NOBODY))
    if not people:
        return ()
    records = (row.id for asked in _OF for row in rows_in(connection, asked, people))
    saves = {row.cs_id for row in rows_in(connection, _SAVED, (*people, *records))}
    by_person = grouped(change_sets(connection, sorted(saves)), lambda each: each.head.patient_id)
    found = ((patient, by_person[patient]) for patient in people if patient in by_person)
    return tuple(sorted(_told(found, now), key=lambda one: (one.since, one.patient)))


def _told(found: Iterable[tuple[str, list[ChangeSet]]], now: datetime) -> Iterator[Unbegun]:
    for patient, saves in found:
        since = datetime.fromtimestamp(min(each.stamp.ms for each in saves) / 1000, UTC)
        yield Unbegun(patient, len(saves), since, late=now - since > TOO_LONG)
