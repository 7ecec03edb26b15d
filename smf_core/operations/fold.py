"""From a set of operations to one record. A pure function of the set: order, clocks and repeats change nothing.

Within a unit, the heads are the operations no other operation of that unit was made on top of. One head, or heads
that say the same, is the value. Otherwise two people wrote apart: the latest is shown, the unit is marked, and
nothing is dropped until a person settles it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from smf_core.operations.change_set import ChangeSet, Item, Ref
from smf_core.operations.registry import RECORDS, Rule, Unit

Key = str | None


class Operation(msgspec.Struct, frozen=True, gc=False):
    """One item with what its change set says of it. `order` sorts operations for display, the same everywhere."""

    ref: Ref
    order: tuple[int, int, str, str, int]
    author: str
    care_time: str
    entity: str
    entity_id: str
    kind: str
    bases: tuple[Ref, ...]
    payload: Mapping[str, Any]

    @property
    def care_moment(self) -> datetime:
        return datetime.fromisoformat(self.care_time)


def operations(change_set: ChangeSet) -> tuple[Operation, ...]:
    """The items of a change set as operations."""
    head = change_set.head
    cs_id, author, care_time = head.cs_id, head.author, head.care_time
    ms, counter = head.hlc
    return tuple(
        [
            Operation(
                (cs_id, index),
                (ms, counter, head.replica_id, cs_id, index),
                author,
                care_time,
                item.entity,
                item.entity_id,
                item.kind,
                item.bases,
                item.payload,
            )
            for index, item in enumerate(change_set.items)
        ]
    )


class Value(msgspec.Struct, frozen=True, gc=False):
    """One unit of a record. `heads` are all values standing, the one shown first.

    `ops` are all operations of the unit, the earliest first.
    """

    shown: Operation
    heads: tuple[Operation, ...]
    first: Operation
    count: int
    settled: bool
    ops: tuple[Operation, ...] = ()

    def __getitem__(self, name: str) -> Any:
        return self.shown.payload.get(name)

    @property
    def amended(self) -> bool:
        return self.count > 1

    @property
    def bases(self) -> tuple[Ref, ...]:
        """What a change made on top of this value must name."""
        return tuple(head.ref for head in self.heads)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of one kind. `unknown` is True when something in it was written by a newer version."""

    entity: str
    entity_id: str
    units: Mapping[tuple[str, Key], Value] = field(default_factory=dict)
    unknown: bool = False

    def value(self, kind: str, key: Key = None) -> Value | None:
        return self.units.get((kind, key))

    def values(self, kind: str) -> tuple[Value, ...]:
        """All instances of a keyed unit, by key."""
        return tuple(self.units[unit] for unit in sorted(u for u in self.units if u[0] == kind))

    @property
    def unsettled(self) -> frozenset[str]:
        return frozenset(kind for (kind, _), value in self.units.items() if not value.settled)


def is_known(op: Operation) -> bool:
    """Whether this version knows everything an operation says; a newer one wrote the others."""
    unit = RECORDS.get(op.entity, {}).get(op.kind)
    return unit is not None and unit.knows(op.payload)


def fold(entity: str, entity_id: str, ops: Iterable[Operation]) -> Record:
    """The record that a set of its operations makes. Operations may repeat and come in any order."""
    known = RECORDS.get(entity, {})
    unknown = False
    alone: dict[tuple[str, Key], Operation] = {}
    several: dict[tuple[str, Key], dict[Ref, Operation]] = {}
    for op in ops:
        unit = known.get(op.kind)
        if unit is None:
            unknown = True
            continue
        unknown = unknown or not unit.knows(op.payload)
        name = op.kind, None if unit.key is None else _key(op.payload.get(unit.key))
        first = alone.setdefault(name, op)
        if first is not op:
            several.setdefault(name, {first.ref: first})[op.ref] = op
    units = {name: Value(op, (op,), op, 1, True, (op,)) for name, op in alone.items()}
    for name, group in several.items():
        units[name] = _merge(known[name[0]], tuple(group.values()))
    return Record(entity, entity_id, units, unknown)


def _key(said: object) -> str:
    return "" if said is None else str(said)


def _merge(unit: Unit, ops: tuple[Operation, ...]) -> Value:
    if len(ops) == 1:
        return Value(shown=ops[0], heads=ops, first=ops[0], count=1, settled=True, ops=ops)
    replaced = {base for op in ops for base in op.bases if base != op.ref}
    # Only a forged ring of bases leaves no head at all; then nothing may be taken as replaced.
    standing = [op for op in ops if op.ref not in replaced] or list(ops)
    ordered = sorted(standing, key=lambda op: op.order, reverse=True)
    if unit.rule is Rule.ADD_WINS:
        ordered.sort(key=lambda op: bool(op.payload.get("ended")))
    written = in_order(ops)
    return Value(
        shown=ordered[0],
        heads=tuple(ordered),
        first=written[0],
        count=len(ops),
        settled=all(op.payload == ordered[0].payload for op in ordered) or _all_ended(unit, ordered),
        ops=written,
    )


def in_order(ops: Iterable[Operation]) -> tuple[Operation, ...]:
    """The earliest first, by stamp, and none before what it was made on top of.

    A stamp of years ahead does not drag the clocks of others along, so what they make on top of it has a lower one.
    """
    waiting = sorted(ops, key=lambda op: op.order)
    under = {op.ref for op in waiting}
    found = []
    while waiting:
        free = (
            place for place, op in enumerate(waiting) if under.isdisjoint(base for base in op.bases if base != op.ref)
        )
        found.append(waiting.pop(next(free, 0)))  # none is free in a forged ring of bases
        under.discard(found[-1].ref)
    return tuple(found)


def _all_ended(unit: Unit, ops: list[Operation]) -> bool:
    return unit.rule is Rule.ADD_WINS and all(op.payload.get("ended") for op in ops)


def edits(shown: Record, form: Mapping[str, Mapping[str, Any]]) -> list[Item]:
    """What saving a form writes: an item for each unit that no longer says what the form showed, and for no other.

    `form` holds the payload of each (unkeyed) unit on it. An item is made on top of the values that were shown, not of
    what arrived since, so a change made meanwhile elsewhere is found as a conflict and not written over. A conflict
    that was shown and left alone stays one.
    """
    items = []
    for kind, payload in form.items():
        value = shown.value(kind)
        before = value.shown.payload if value else {}
        if _said(payload) != _said(before):
            items.append(
                Item(
                    entity=shown.entity,
                    entity_id=shown.entity_id,
                    kind=kind,
                    bases=value.bases if value else (),
                    payload=dict(payload),
                )
            )
    return items


def _said(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """A payload without the fields that say nothing."""
    return {name: value for name, value in payload.items() if value not in (None, "")}
