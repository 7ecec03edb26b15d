"""The one door: change sets in, rows out. A nurse's save, an import and the hub's news all pass here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from smf_core.operations.change_set import CHAIN_START, ChangeSet, UnreadableChangeSet, chained
from smf_core.operations.fold import Operation, fold, operations
from smf_core.records.projections import PROJECTIONS
from smf_core.records.projections.values import Row
from smf_core.records.tables import LOG, change_set, item, metadata

CHUNK = 500
Named = tuple[str, str]
"""A record: its kind and its id."""


def write(connection: Connection, change_sets: Iterable[tuple[ChangeSet, bytes]]) -> frozenset[str]:
    """Remember change sets (each with its replica's chain after it) and fold what they touch.

    A change set already held is passed over. Answers the kinds of record that changed.
    The caller's transaction makes it whole.
    """
    fresh = _unheld(connection, tuple(change_sets))
    if not fresh:
        return frozenset()
    touched: defaultdict[Named, list[Operation]] = defaultdict(list)
    holding: list[Row] = []
    for each, _ in fresh:
        here: dict[Named, None] = {}
        for op in operations(each):
            touched[op.entity, op.entity_id].append(op)
            here[op.entity, op.entity_id] = None
        holding += [{"entity_id": entity_id, "cs_id": each.head.cs_id, "entity": entity} for entity, entity_id in here]
    earlier = _earlier(connection, tuple(touched))
    connection.execute(insert(change_set), [_log_row(each, chain) for each, chain in fresh])
    connection.execute(insert(item), holding)
    for records in _chunks(touched):
        _put(connection, {record: [*earlier.get(record, ()), *touched[record]] for record in records}, earlier)
    return frozenset(entity for entity, _ in touched)


def rebuild(connection: Connection) -> None:
    """Empty every record table and fold all change sets again; the tables come out identical."""
    for table in metadata.sorted_tables:
        if table not in LOG:
            connection.execute(delete(table))
    everything = select(item.c.entity, item.c.entity_id).distinct().order_by(item.c.entity, item.c.entity_id)
    for records in _chunks([(row.entity, row.entity_id) for row in connection.execute(everything)]):
        _put(connection, _earlier(connection, records), {})


def held_operations(connection: Connection, entity: str, entity_id: str) -> tuple[Operation, ...]:
    """All operations of one record, in the order people see them."""
    found = _earlier(connection, ((entity, entity_id),)).get((entity, entity_id), [])
    return tuple(sorted(found, key=lambda op: op.order))


def written_by_newer(connection: Connection, records: Iterable[Named]) -> bool:
    """Whether a newer version of the application wrote to any of these records: here they can only be read."""
    held = _earlier(connection, tuple(records))
    return any(fold(entity, entity_id, ops).unknown for (entity, entity_id), ops in held.items())


def chain_after(connection: Connection, replica: str, seq: int) -> bytes:
    """The replica's chain head after its change set number `seq`; 0 is the start."""
    if seq == 0:
        return CHAIN_START
    found = connection.execute(
        select(change_set.c.chain).where(change_set.c.replica == replica, change_set.c.seq == seq)
    ).scalar_one()
    return bytes(found)


def held_ids(connection: Connection, cs_ids: Iterable[str]) -> set[str]:
    """Those of some change sets that are here."""
    found: set[str] = set()
    for ids in _chunks(cs_ids):
        found.update(connection.scalars(select(change_set.c.cs_id).where(change_set.c.cs_id.in_(ids))))
    return found


def broken_links(connection: Connection) -> Iterator[tuple[str, int]]:
    """(replica, seq) of every change set that does not follow from those before it, or is not what its row says."""
    rows = connection.execute(select(change_set).order_by(change_set.c.replica, change_set.c.seq))
    at: tuple[str, int, bytes] = ("", 0, CHAIN_START)
    for row in rows:
        _, seq, chain = at if at[0] == row.replica else (row.replica, 0, CHAIN_START)
        if not _is_whole(row) or row.seq != seq + 1 or row.chain != chained(chain, row.cs_hash):
            yield row.replica, row.seq
        at = (row.replica, row.seq, row.chain)


def _is_whole(row: Any) -> bool:
    """Whether a row of the log says of its change set what the bytes say; a body that was dropped cannot be asked."""
    try:
        return row.body is None or _log_row(ChangeSet(row.head, row.body), row.chain) == row._asdict()
    except UnreadableChangeSet:
        return False


def _log_row(each: ChangeSet, chain: bytes) -> Row:
    return {
        "cs_id": each.head.cs_id,
        "replica": each.head.replica_id,
        "seq": each.head.seq,
        "cs_hash": each.hash,
        "chain": chain,
        "head": each.head_bytes,
        "body": each.body_bytes,
    }


def _unheld(
    connection: Connection, change_sets: Sequence[tuple[ChangeSet, bytes]]
) -> tuple[tuple[ChangeSet, bytes], ...]:
    by_id: dict[str, tuple[ChangeSet, bytes]] = {}
    for each, chain in change_sets:
        by_id.setdefault(each.head.cs_id, (each, chain))
    held = held_ids(connection, by_id)
    return tuple(pair for cs_id, pair in by_id.items() if cs_id not in held)


def _earlier(connection: Connection, records: Sequence[Named]) -> dict[Named, list[Operation]]:
    """The operations held of some records."""
    wanted = set(records)
    found: defaultdict[Named, list[Operation]] = defaultdict(list)
    for part in _chunks(sorted({entity_id for _, entity_id in records})):
        holders = select(item.c.cs_id).where(item.c.entity_id.in_(part)).distinct()
        bodies = select(change_set.c.head, change_set.c.body).where(change_set.c.cs_id.in_(holders))
        ids = set(part)
        for head, body in connection.execute(bodies):
            if body is None:
                continue
            for op in operations(ChangeSet(head, body)):
                if op.entity_id in ids and (op.entity, op.entity_id) in wanted:
                    found[op.entity, op.entity_id].append(op)
    return found


def _put(connection: Connection, ops: Mapping[Named, Sequence[Operation]], standing: Mapping[Named, Any]) -> None:
    """Write the rows of some records anew; only records in `standing` can have rows already."""
    gone: defaultdict[tuple[Table, str], list[str]] = defaultdict(list)
    rows: defaultdict[Table, list[Row]] = defaultdict(list)
    for (entity, entity_id), of_record in ops.items():
        projection = PROJECTIONS.get(entity)
        if projection is None:
            continue
        if (entity, entity_id) in standing:
            for table, owner in projection.owners:
                gone[table, owner.name].append(entity_id)
        for table, made in projection.rows(fold(entity, entity_id, of_record)).items():
            rows[table] += made
    for (table, column), ids in gone.items():
        connection.execute(delete(table).where(table.c[column] == bindparam("gone_id")), [{"gone_id": i} for i in ids])
    for table, made in rows.items():
        if made:
            connection.execute(insert(table), made)


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part
