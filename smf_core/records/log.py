"""The log of change sets, read: what was said of some records, which change sets are here, our own chains in order."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from msgspec.json import encode
from sqlalchemy import Connection, select

from smf_core.operations.change_set import CHAIN_START, ChangeSet
from smf_core.operations.fold import Operation, Record, fold, is_known, operations
from smf_core.operations.protocol import Mark
from smf_core.records.rows import Values, asked
from smf_core.records.tables import change_set

V = TypeVar("V")

CHUNK = 500
"""Ids in one statement: answers come in pieces, so that no thread keeps others waiting for long."""

FEW = 8
"""Records whose operations are sooner asked for one by one."""
_OF_ONE = """SELECT head, body FROM item JOIN change_set ON change_set.cs_id = item.cs_id
    WHERE item.entity_id = ? AND item.entity = ?"""
_BODIES = """SELECT head, body FROM change_set WHERE cs_id IN (
    SELECT cs_id FROM item WHERE entity_id IN (SELECT value FROM json_each(?)))"""
_HELD = "SELECT cs_id, cs_hash FROM change_set WHERE cs_id IN (SELECT value FROM json_each(?))"
_WITH_BODY = """SELECT cs_id, head, body FROM change_set
    WHERE body IS NOT NULL AND cs_id IN (SELECT value FROM json_each(?))"""
NEXT_REPLICA = "SELECT min(replica) FROM change_set WHERE replica > ? AND chain IS NOT NULL"
_END = "SELECT seq, chain FROM change_set WHERE replica = ? AND chain IS NOT NULL ORDER BY seq DESC LIMIT 1"
_CHAIN = "SELECT chain FROM change_set WHERE replica = ? AND seq = ? AND chain IS NOT NULL"
_WRITTEN = """SELECT seq, chain, head, body FROM change_set
    WHERE replica = ? AND seq >= ? AND chain IS NOT NULL ORDER BY seq LIMIT ?"""

Named = tuple[str, str]
"""A record: its kind and its id."""


@dataclass(frozen=True, slots=True)
class Written:
    """One of our own change sets with its number and the chain after it; None where the bytes have gone."""

    seq: int
    chain: bytes
    change_set: ChangeSet | None


def written_replicas(connection: Connection) -> Iterator[str]:
    """Every replica that was written here: what others wrote came without a chain."""
    at = ""
    while (found := asked(connection, NEXT_REPLICA, (at,))[0][0]) is not None:
        at = str(found)
        yield at


def end_of(connection: Connection, replica: str) -> Mark:
    """Where a replica that was written here ends."""
    ((seq, chain),) = asked(connection, _END, (replica,))
    return Mark(seq=seq, chain=chain)


def own_chain(connection: Connection, replica: str, seq: int) -> bytes | None:
    """The chain after number `seq` of what was written here as a replica; None where no such number was."""
    if seq == 0:
        return CHAIN_START
    found = asked(connection, _CHAIN, (replica, seq))
    return bytes(found[0][0]) if found else None


def written_from(connection: Connection, replica: str, seq: int, limit: int) -> list[Written]:
    """What was written here as a replica from a number on, in order, at most so many."""
    rows = asked(connection, _WRITTEN, (replica, seq, limit))
    return [
        Written(number, chain, None if body is None else ChangeSet(head, body)) for number, chain, head, body in rows
    ]


def change_sets(connection: Connection, cs_ids: Iterable[str]) -> list[ChangeSet]:
    """Some change sets by id, those whose bytes are here, in the order asked for."""
    wanted = list(cs_ids)
    found: dict[str, ChangeSet] = {}
    for part in chunks(wanted):
        rows = asked(connection, _WITH_BODY, (encode(part).decode(),))
        found |= {cs_id: ChangeSet(head, body) for cs_id, head, body in rows}
    return [found[each] for each in wanted if each in found]


def held(connection: Connection, records: Sequence[Named]) -> Mapping[Named, list[Operation]]:
    """The operations held of some records, none for one that is not here; in no order."""
    found: dict[Named, list[Operation]] = {record: [] for record in records}
    if len(found) <= FEW:
        for entity, entity_id in found:
            _read(asked(connection, _OF_ONE, (entity_id, entity)), {entity_id}, found)
        return found
    for part in chunks(sorted({entity_id for _, entity_id in records})):
        _read(asked(connection, _BODIES, (encode(part).decode(),)), set(part), found)
    return found


def _read(rows: Iterable[Sequence[Any]], ids: Container[str], into: Mapping[Named, list[Operation]]) -> None:
    for head, body in rows:
        for op in operations(ChangeSet(head, body)) if body is not None else ():
            if op.entity_id in ids and (ops := into.get((op.entity, op.entity_id))) is not None:
                ops.append(op)


def held_operations(connection: Connection, entity: str, entity_id: str) -> tuple[Operation, ...]:
    """All operations of one record, in the order people see them."""
    found = held(connection, ((entity, entity_id),))[entity, entity_id]
    return tuple(sorted(found, key=lambda op: op.order))


def held_record(connection: Connection, entity: str, entity_id: str) -> Record:
    """A record as its operations make it; without units where it is not here."""
    return fold(entity, entity_id, held(connection, ((entity, entity_id),))[entity, entity_id])


def operations_saved(connection: Connection, cs_id: str) -> tuple[Operation, ...]:
    """The operations of one save, in its order; none where it is not here."""
    row = connection.execute(select(change_set.c.head, change_set.c.body).where(change_set.c.cs_id == cs_id)).first()
    return tuple(operations(ChangeSet(row.head, row.body))) if row and row.body is not None else ()


def written_by_newer(ops: Iterable[Operation]) -> bool:
    """Whether a newer version of the application wrote any of this: here the record can only be read."""
    return not all(map(is_known, ops))


def held_hashes(connection: Connection, cs_ids: Iterable[str]) -> dict[str, bytes]:
    """By id the hashes of those of some change sets that are here."""
    found: dict[str, bytes] = {}
    for ids in chunks(cs_ids):
        found |= {cs_id: bytes(hash_) for cs_id, hash_ in asked(connection, _HELD, (encode(ids).decode(),))}
    return found


def log_row(each: ChangeSet, chain: bytes | None) -> Values:
    """A change set as a row of `change_set`, with its replica's chain after it."""
    head = each.head
    return head.cs_id, head.replica_id, head.seq, each.hash, chain, each.head_bytes, each.body_bytes


def chunks(values: Iterable[V]) -> Iterator[list[V]]:
    """Some at a time, as many as one statement takes well."""
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part
