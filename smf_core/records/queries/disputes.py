"""What two laptops said apart: all versions side by side, until somebody who may settles which stands."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, literal_column, select

from smf_core.domain.twice import pair_id
from smf_core.operations.change_set import Ref
from smf_core.operations.fold import Operation, Record, fold
from smf_core.records import tables as t
from smf_core.records.log import held_operations
from smf_core.records.queries.batches import among, codes, rows_in
from smf_core.records.queries.history import MEMBERS, unsettled_members
from smf_core.records.queries.patients import STANDS
from smf_core.records.queries.twice import TWICE, Twice, seen_twice

CLINICAL = frozenset({"allergy", "alert", "medicine"})
"""What a registered nurse settles where two laptops disagree; the rest any clinician may."""

SAFETY = CLINICAL | {TWICE}
"""What may harm somebody while nobody has said which of two is right."""

TOO_LONG = timedelta(hours=24)
"""So long it may wait to be settled; then a lead is told."""

TYPED: Mapping[str, str] = {
    "phone": "phone",
    "preferred_name": "preferred_name",
    "gp": "gp",
    "access_note": "access_note",
    "access_needs": "access_needs",
}
"""Units of a person that may be said anew while settling, by the one field they are; the others on their own form."""

TEXTS = frozenset({"access_note", "access_needs"})
"""Those of them that are free text: everything that two people wrote can stand in one."""


@dataclass(frozen=True, slots=True)
class Version:
    """One of the values that stand: what it says, whether it ends the entry, who wrote it and when (care time).

    `here`: it was written on this laptop.
    """

    said: Mapping[str, Any]
    ended: bool
    by: str
    at: datetime
    here: bool = True


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
    twice: Twice | None = None
    """Two visits that may be one; `record` is then what `domain.twice.pair_id` calls the pair."""

    @property
    def since(self) -> datetime:
        """When the second of its versions was written: the same on every laptop, whenever it arrived there."""
        return sorted(version.at for version in self.versions)[:2][-1]

    def waits_too_long(self, now: datetime) -> bool:
        """Whether what may harm somebody has waited for longer than it may."""
        return self.clinical and now - self.since > TOO_LONG

    @property
    def typed(self) -> str:
        """The field in which another value may be typed, "" where there is none."""
        return TYPED.get(self.unit, "") if self.entity == "patient" else ""

    @property
    def is_text(self) -> bool:
        return self.entity == "patient" and self.unit in TEXTS


@dataclass(frozen=True, slots=True)
class Quiet:
    """A unit of a person that nobody has to settle: what it says, and who said so last."""

    unit: str
    said: Mapping[str, Any]
    by: str
    at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class Apart:
    """Everything of one person that waits to be settled, beside what does not.

    `merged` was changed on one side alone since the versions came apart, and stands; `same` says the rest.
    """

    disputes: tuple[Dispute, ...]
    merged: tuple[Quiet, ...] = ()
    same: tuple[Quiet, ...] = ()


_PEOPLE = select(t.patient.c.id, t.patient.c.conflicts).where(STANDS, t.patient.c.conflicts != literal_column("''"))
_MEMBERS = {
    str(table.name): select(table.c.patient).where(table.c.settled.is_(False)).order_by(table.c.patient)
    for table in MEMBERS
}
_OURS = among(select(t.change_set.c.cs_id).where(t.change_set.c.chain.is_not(None)), t.change_set.c.cs_id)


def people_apart(connection: Connection) -> dict[str, Counter[str]]:
    """Everyone here with something to settle: how many of each kind (a unit of the person, or an allergy and so on)."""
    found = {row.id: Counter(codes(row.conflicts)) for row in connection.execute(_PEOPLE)}
    for entity, asked in _MEMBERS.items():
        for patient in connection.scalars(asked):
            found.setdefault(patient, Counter())[entity] += 1
    return found


@dataclass(frozen=True, slots=True)
class Late:
    """What of one person has waited too long: how much of each kind, and the oldest of it."""

    kinds: Counter[str]
    since: datetime


def people_too_long_apart(
    connection: Connection, found: Mapping[str, Mapping[str, int]], now: datetime
) -> dict[str, Late]:
    """Of everyone with something to settle (`people_apart`), those of whom it may do harm and has waited too long.

    Reads the records of nobody but those of whom something here is of such a kind.
    """
    late: dict[str, Late] = {}
    for patient in [patient for patient, kinds in found.items() if not SAFETY.isdisjoint(kinds)]:
        if waits := [one for one in disputes(connection, patient) if one.waits_too_long(now)]:
            kinds = Counter(one.unit if one.twice is not None else one.entity for one in waits)
            late[patient] = Late(kinds, min(one.since for one in waits))
    return late


def disputes(connection: Connection, patient: str) -> tuple[Dispute, ...]:
    """Everything of one person that waits to be settled, what is clinical first."""
    return apart(connection, patient).disputes


def apart(connection: Connection, patient: str) -> Apart:
    """What waits to be settled of one person, what was merged meanwhile, and what is the same."""
    said = held_operations(connection, "patient", patient)
    person = fold("patient", patient, said)
    folded = [(person, kind, said) for kind in sorted(person.unsettled) if (kind, None) in person.units]
    for entity, record in unsettled_members(connection, patient):
        said = held_operations(connection, entity, record)
        member = fold(entity, record, said)
        if "member" in member.unsettled:
            folded.append((member, "member", said))
    written = {
        head.ref: _first_written(head, record.units[unit, None].heads, ops)
        for record, unit, ops in folded
        for head in record.units[unit, None].heads
    }
    quiet = [(kind, value) for (kind, key), value in person.units.items() if value.settled and key is None]
    ours = _ours(connection, [*written.values(), *(value.shown for _, value in quiet)])
    found = sorted(
        (_dispute(record, unit, written, ours) for record, unit, _ in folded),
        key=lambda one: (not one.clinical, one.entity, one.record, one.unit),
    )
    found = [*_visits_twice(connection, patient), *found]
    since = min((one.order for one in written.values()), default=None)
    merged: list[Quiet] = []
    same: list[Quiet] = []
    for kind, value in quiet:
        one = value.shown
        row = Quiet(kind, dict(one.payload), one.author, one.care_moment, one.ref[0] in ours)
        changed = since is not None and value.amended and one.order >= since
        (merged if changed else same).append(row)
    return Apart(tuple(found), tuple(merged), tuple(same))


def _visits_twice(connection: Connection, patient: str) -> list[Dispute]:
    """Visits that may be one, before everything else: what was given by one must not be given again."""
    pairs = seen_twice(connection, patient)
    here = {
        row.cs_id for row in rows_in(connection, _OURS, (side.saved for one in pairs for side in (one.one, one.other)))
    }
    return [
        Dispute(
            entity="visit_pair",
            record=pair_id(one.one.id, one.other.id),
            unit=TWICE,
            versions=tuple(
                Version(
                    {
                        "at": side.at,
                        "minutes": side.minutes,
                        "skills": side.skills,
                        "dose": side.dose,
                        "readings": side.readings,
                        "notes": tuple(side.notes.values()),
                        "missed": side.missed,
                    },
                    ended=not side.stands,
                    by=side.by,
                    at=side.at,
                    here=side.saved in here,
                )
                for side in (one.one, one.other)
            ),
            clinical=True,
            private=False,
            shown=Record("visit_pair", pair_id(one.one.id, one.other.id)),
            twice=one,
        )
        for one in pairs
    ]


def _ours(connection: Connection, ops: Iterable[Operation]) -> frozenset[str]:
    """Of the saves that wrote these, those that were made on this laptop."""
    return frozenset(row.cs_id for row in rows_in(connection, _OURS, (op.ref[0] for op in ops)))


def _first_written(head: Operation, heads: Iterable[Operation], ops: Iterable[Operation]) -> Operation:
    """Who wrote a version: versions put back together by one save are those that it put back."""
    if all(other.ref[0] != head.ref[0] for other in heads if other is not head):
        return head
    before = [op for op in ops if op.kind == head.kind and op.payload == head.payload and op.order < head.order]
    return min(before, key=lambda op: op.order, default=head)


def _dispute(record: Record, unit: str, written: Mapping[Ref, Operation], ours: frozenset[str]) -> Dispute:
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
                by=written[head.ref].author,
                at=written[head.ref].care_moment,
                here=written[head.ref].ref[0] in ours,
            )
            for head in value.heads
        ),
        clinical=record.entity in CLINICAL,
        private=private,
        shown=record,
    )
