"""What was written about somebody whose own record has not come: nothing shows it, so it is counted and told.

A lead who returns what begins the record returns with it what waits for that. Should the record come after all, it
stands.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_REVIEWED = among(select(t.item.c.cs_id).where(t.item.c.entity == "review"), t.item.c.entity_id)


@dataclass(frozen=True, slots=True)
class Returned:
    """A lead has returned what waited for a record: when, and with what reason."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Unbegun:
    """Somebody whose record is not here: how many saves wait for it, by whom, and when the first of them was made.

    `late`: they have waited for more than five days. `returned`: they wait no more.
    """

    patient: str
    saves: int
    authors: frozenset[str]
    since: datetime
    late: bool
    returned: Returned | None = None


def begins(change_set: ChangeSet) -> str | None:
    """Whose record a change set begins, if any."""
    patient = change_set.head.patient_id
    named = any((each.entity, each.entity_id, each.kind) == ("patient", patient, "name") for each in change_set.items)
    return patient if named else None


def unbegun(connection: Connection, now: datetime) -> tuple[Unbegun, ...]:
    """Whom something here is about who is not here, the longest first."""
    people = list(connection.scalars(_NOBODY))
    if not people:
        return ()
    by_person = grouped(_saves(connection, people), lambda each: each.head.patient_id)
    found = ((patient, by_person[patient]) for patient in people if patient in by_person)
    back = _returned(connection, people)
    return tuple(sorted(_told(found, back, now), key=lambda one: (one.since, one.patient)))


def saves_about(connection: Connection, patient: str) -> list[ChangeSet]:
    """What was written about somebody whose record is not here, in the order it was made."""
    return [each for each in _saves(connection, (patient,)) if each.head.patient_id == patient]


def _saves(connection: Connection, people: Sequence[str]) -> list[ChangeSet]:
    records = (row.id for asked in _OF for row in rows_in(connection, asked, people))
    return change_sets(connection, sorted({row.cs_id for row in rows_in(connection, _SAVED, (*people, *records))}))


def _returned(connection: Connection, people: Iterable[str]) -> dict[str, Returned]:
    """By person what a lead said last."""
    decided = {row.cs_id for row in rows_in(connection, _REVIEWED, people)}
    in_order = sorted(change_sets(connection, sorted(decided)), key=lambda each: each.stamp)
    return {
        item.entity_id: Returned(_moment(each), str(item.payload.get("reason") or ""))
        for each in in_order
        for item in each.items
        if (item.entity, item.kind) == ("review", "unbegun")
    }


def _told(
    found: Iterable[tuple[str, list[ChangeSet]]], back: Mapping[str, Returned], now: datetime
) -> Iterator[Unbegun]:
    for patient, saves in found:
        since, returned = min(map(_moment, saves)), back.get(patient)
        authors = frozenset(each.head.author for each in saves)
        late = returned is None and now - since > TOO_LONG
        yield Unbegun(patient, len(saves), authors, since, late, returned)


def _moment(each: ChangeSet) -> datetime:
    return datetime.fromtimestamp(each.stamp.ms / 1000, UTC)
