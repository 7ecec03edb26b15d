"""The one door: change sets in, rows out. A nurse's save, an import and the hub's news all pass here."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any

from msgspec.json import encode
from msgspec.structs import replace
from sqlalchemy import Connection, Table, bindparam, delete, select, update

from smf_core.domain.merge import standing_for
from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, UnreadableChangeSet, chained
from smf_core.operations.fold import Operation, fold, is_known, operations
from smf_core.records.lines import people_of
from smf_core.records.projections import PROJECTIONS
from smf_core.records.projections.values import Row
from smf_core.records.rows import asked, insert_rows, replace_rows
from smf_core.records.signatures import PARTS, Apart, signatures_of, with_own
from smf_core.records.tables import LOG, access, change_set, item, metadata, patient, visit

CHUNK = 500
FEW = 8
"""Records whose operations are sooner asked for one by one."""
_HOLDING = ("entity_id", "cs_id", "entity")
_OF_ONE = """SELECT head, body FROM item JOIN change_set ON change_set.cs_id = item.cs_id
    WHERE item.entity_id = ? AND item.entity = ?"""
_BODIES = """SELECT head, body FROM change_set WHERE cs_id IN (
    SELECT cs_id FROM item WHERE entity_id IN (SELECT value FROM json_each(?)))"""
_HELD = "SELECT cs_id, cs_hash FROM change_set WHERE cs_id IN (SELECT value FROM json_each(?))"
_MERGED = "SELECT id, kept FROM same_person"
_ALSO_SIGNED = "SELECT id, signed_also FROM visit WHERE signed_also IS NOT NULL"
_VISITS = "SELECT id FROM visit WHERE id IN (SELECT value FROM json_each(?))"
"""Statements that never change are not composed anew for every save."""

Named = tuple[str, str]
"""A record: its kind and its id."""

Logged = tuple[ChangeSet, bytes | None]
"""A change set and its replica's chain after it; others' work has none."""

OF_A_PERSON = tuple(
    (entity, table, owner)
    for entity, projection in PROJECTIONS.items()
    for table, owner in projection.owners
    if "patient" in table.c and table is not access
)
"""Where rows name the person they are about. The audit is left as written: it says whose record was opened then."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The kinds of record that changed, and the people whose lines in lists are behind the records now."""

    kinds: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


def write(
    connection: Connection,
    change_sets: Iterable[tuple[ChangeSet, bytes | None]],
    here: Container[str] | None = None,
) -> Changed:
    """Remember change sets (each with its replica's chain after it, None for others' work) and fold what they touch.

    A change set already held is passed over; `here` names those where the caller knows them. The caller's transaction
    makes it whole; where lines are kept, the caller marks those of the people answered (`lines.mark`) in it.
    """
    fresh = _unheld(connection, tuple(change_sets), here)
    touched = _by_record(op for each, _ in fresh for op in operations(each))
    return _take(connection, fresh, touched, held(connection, tuple(touched)), standing(connection))


def write_own(
    connection: Connection,
    own: Logged,
    ops: Iterable[Operation],
    earlier: Mapping[Named, Sequence[Operation]],
    people: Mapping[str, str],
) -> Changed:
    """`write` for a change set this laptop has just made, so nothing of it is here yet.

    `ops` are its operations, `earlier` holds every operation of the records it touches, `people` is what `standing`
    answers: whoever saves has read them already.
    """
    return _take(connection, (own,), _by_record(ops), earlier, people)


def log_only(connection: Connection, change_sets: Iterable[Logged]) -> None:
    """Remember change sets that are to count nowhere, for now: their bytes alone. Those held are passed over."""
    insert_rows(connection, change_set, [_log_row(*each) for each in _unheld(connection, tuple(change_sets))])


def set_aside(connection: Connection, cs_ids: Iterable[str]) -> Changed:
    """Have the records as if these change sets had never come; their bytes stay. Some may be aside already.

    `bring_back` is the way back. What `write` says of lines holds here, too.
    """
    kinds: set[str] = set()
    behind: set[str] = set()
    for part in _chunks(cs_ids):
        holding = _holding(connection, part)
        _drop_items(connection, holding)
        changed = _again(connection, holding)
        kinds |= changed.kinds
        behind |= changed.people
    return Changed(frozenset(kinds), frozenset(behind))


def bring_back(connection: Connection, cs_ids: Iterable[str]) -> Changed:
    """Have change sets that are held count again. Those that do, and those without their bytes, are passed over."""
    kinds: set[str] = set()
    behind: set[str] = set()
    for part in _chunks(cs_ids):
        wanted = _holding(connection, part)
        there = _with_items(connection, wanted)
        holding = [each for each in wanted if each not in there]
        insert_rows(connection, item, [dict(zip(_HOLDING, each, strict=True)) for each in holding])
        changed = _again(connection, holding)
        kinds |= changed.kinds
        behind |= changed.people
    return Changed(frozenset(kinds), frozenset(behind))


def drop_payloads(connection: Connection, cs_ids: Iterable[str]) -> None:
    """The payloads of change sets that were set aside go; what remains proves what they were."""
    for part in _chunks(cs_ids):
        connection.execute(update(change_set).where(change_set.c.cs_id.in_(part)).values(body=None))


def keep_payloads(connection: Connection, change_sets: Iterable[ChangeSet]) -> None:
    """Payloads that went and have come again, of change sets whose hash is as it was."""
    for each in change_sets:
        c = change_set.c
        same = (c.cs_id == each.head.cs_id, c.cs_hash == each.hash, c.body.is_(None))
        connection.execute(update(change_set).where(*same).values(body=each.body_bytes))


def _holding(connection: Connection, cs_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """What the rows of `item` are for some change sets, by their bytes."""
    asked = select(change_set.c.head, change_set.c.body).where(change_set.c.cs_id.in_(cs_ids))
    found: dict[tuple[str, str, str], None] = {}
    for head, body in connection.execute(asked):
        for op in operations(ChangeSet(head, body)) if body is not None else ():
            found[op.entity_id, op.ref[0], op.entity] = None
    return list(found)


def without_items(connection: Connection, cs_ids: Iterable[str]) -> set[str]:
    """Those of some change sets that count nowhere."""
    out: set[str] = set()
    for part in _chunks(cs_ids):
        wanted = _holding(connection, part)
        out |= set(part) - {cs_id for _, cs_id, _ in _with_items(connection, wanted)}
    return out


def _with_items(connection: Connection, holding: Sequence[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    for part in _chunks({entity_id for entity_id, _, _ in holding}):
        rows = connection.execute(
            select(item.c.entity_id, item.c.cs_id, item.c.entity).where(item.c.entity_id.in_(part))
        )
        found.update((row.entity_id, row.cs_id, row.entity) for row in rows)
    return found


def _drop_items(connection: Connection, holding: Sequence[tuple[str, str, str]]) -> None:
    gone = delete(item).where(*(item.c[name] == bindparam(f"of_{name}") for name in _HOLDING))
    if holding:
        connection.execute(gone, [{f"of_{n}": v for n, v in zip(_HOLDING, each, strict=True)} for each in holding])


def _again(connection: Connection, holding: Iterable[tuple[str, str, str]]) -> Changed:
    """Fold the records anew that some rows of `item` name, whatever stands there now."""
    records = dict.fromkeys((entity, entity_id) for entity_id, _, entity in holding)
    people, signed = standing(connection), _signed_apart(connection, records)
    behind: set[str] = set()
    for part in _chunks(records):
        behind |= _put(connection, held(connection, part), dict.fromkeys(part, True), people, signed)
    return _with_others(connection, records, behind, people, signed)


def _by_record(ops: Iterable[Operation]) -> Mapping[Named, list[Operation]]:
    found: defaultdict[Named, list[Operation]] = defaultdict(list)
    for op in ops:
        found[op.entity, op.entity_id].append(op)
    return found


def _take(
    connection: Connection,
    fresh: Sequence[Logged],
    touched: Mapping[Named, Sequence[Operation]],
    earlier: Mapping[Named, Sequence[Operation]],
    people: Mapping[str, str],
) -> Changed:
    if not fresh:
        return Changed()
    holding = {(entity_id, op.ref[0], entity): None for (entity, entity_id), ops in touched.items() for op in ops}
    insert_rows(connection, change_set, [_log_row(each, chain) for each, chain in fresh])
    insert_rows(connection, item, [dict(zip(_HOLDING, each, strict=True)) for each in holding])
    signed = _signed_apart(connection, touched)
    behind: set[str] = set()
    for records in _chunks(touched):
        ops = {record: [*earlier.get(record, ()), *touched[record]] for record in records}
        behind |= _put(connection, ops, earlier, people, signed)
    return _with_others(connection, touched, behind, people, signed)


def rebuild(connection: Connection) -> None:
    """Empty every record table and fold all change sets again; the tables come out identical.

    The lines of lists stay as they are: whoever brings other columns marks everyone's.
    """
    for table in metadata.sorted_tables:
        if table not in LOG:
            connection.execute(delete(table))
    everything = select(item.c.entity, item.c.entity_id).distinct().order_by(item.c.entity, item.c.entity_id)
    for records in _chunks([(row.entity, row.entity_id) for row in connection.execute(everything)]):
        _put(connection, held(connection, records), {}, {}, Apart())
    _regroup(connection, {})
    _place_again(connection, {}, Apart())


def held_operations(connection: Connection, entity: str, entity_id: str) -> tuple[Operation, ...]:
    """All operations of one record, in the order people see them."""
    found = held(connection, ((entity, entity_id),))[entity, entity_id]
    return tuple(sorted(found, key=lambda op: op.order))


def operations_saved(connection: Connection, cs_id: str) -> tuple[Operation, ...]:
    """The operations of one save, in its order; none where it is not here."""
    row = connection.execute(select(change_set.c.head, change_set.c.body).where(change_set.c.cs_id == cs_id)).first()
    return tuple(operations(ChangeSet(row.head, row.body))) if row and row.body is not None else ()


def written_by_newer(ops: Iterable[Operation]) -> bool:
    """Whether a newer version of the application wrote any of this: here the record can only be read."""
    return not all(map(is_known, ops))


def chain_after(connection: Connection, replica: str, seq: int) -> bytes:
    """The replica's chain head after its change set number `seq`; 0 is the start."""
    if seq == 0:
        return CHAIN_START
    found = connection.execute(
        select(change_set.c.chain).where(
            change_set.c.replica == replica, change_set.c.seq == seq, change_set.c.chain.is_not(None)
        )
    ).scalar_one()
    return bytes(found)


def held_ids(connection: Connection, cs_ids: Iterable[str]) -> set[str]:
    """Those of some change sets that are here."""
    return set(held_hashes(connection, cs_ids))


def held_hashes(connection: Connection, cs_ids: Iterable[str]) -> dict[str, bytes]:
    """By id the hashes of those of some change sets that are here."""
    found: dict[str, bytes] = {}
    for ids in _chunks(cs_ids):
        found |= {cs_id: bytes(hash_) for cs_id, hash_ in asked(connection, _HELD, (encode(ids).decode(),))}
    return found


def broken_links(connection: Connection) -> Iterator[tuple[str, int]]:
    """(replica, seq) of every change set that does not follow from those before it, or is not what its row says.

    Of others' work, which comes without a chain, only the bytes are asked.
    """
    rows = connection.execute(select(change_set).order_by(change_set.c.replica, change_set.c.seq))
    at: tuple[str, int, bytes] = ("", 0, CHAIN_START)
    for row in rows:
        if row.chain is None:
            if not _is_whole(row):
                yield row.replica, row.seq
            continue
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


def _log_row(each: ChangeSet, chain: bytes | None) -> Row:
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
    connection: Connection, change_sets: Sequence[Logged], here: Container[str] | None = None
) -> tuple[Logged, ...]:
    by_id: dict[str, Logged] = {}
    for each, chain in change_sets:
        by_id.setdefault(each.head.cs_id, (each, chain))
    held = held_ids(connection, by_id) if here is None else here
    return tuple(pair for cs_id, pair in by_id.items() if cs_id not in held)


def held(connection: Connection, records: Sequence[Named]) -> Mapping[Named, list[Operation]]:
    """The operations held of some records, none for one that is not here; in no order."""
    found: dict[Named, list[Operation]] = {record: [] for record in records}
    if len(found) <= FEW:
        for entity, entity_id in found:
            _read(asked(connection, _OF_ONE, (entity_id, entity)), {entity_id}, found)
        return found
    for part in _chunks(sorted({entity_id for _, entity_id in records})):
        _read(asked(connection, _BODIES, (encode(part).decode(),)), set(part), found)
    return found


def _read(rows: Iterable[Sequence[Any]], ids: Container[str], into: Mapping[Named, list[Operation]]) -> None:
    for head, body in rows:
        for op in operations(ChangeSet(head, body)) if body is not None else ():
            if op.entity_id in ids and (ops := into.get((op.entity, op.entity_id))) is not None:
                ops.append(op)


def of_whoever_stands(
    people: Mapping[str, str], person: str | None, items: Sequence[Item]
) -> tuple[str | None, Sequence[Item]]:
    """What is about to be saved, under whoever stands for the person by now: a page may be older than a merge.

    The link between two records itself stays on the record that was merged.
    """
    if not people or any(is_link(each) for each in items):
        return person, items
    return people.get(person or "", person), [
        replace(each, payload={**each.payload, "patient": people[each.payload["patient"]]})
        if each.payload.get("patient") in people
        else each
        for each in items
    ]


def is_link(each: Item) -> bool:
    """Whether this says that two records are one person, or two."""
    return each.entity == patient.name and each.kind == "same_person"


def standing(connection: Connection) -> Mapping[str, str]:
    """For everyone merged into somebody, who stands for them. Nearly always nobody."""
    return standing_for({row[0]: row[1] for row in connection.exec_driver_sql(_MERGED)})


def standing_operations(connection: Connection, entity: str, entity_id: str) -> tuple[Operation, ...]:
    """`held_operations`, and those that were written under another record's name before they had this one."""
    ops = held_operations(connection, entity, entity_id)
    return tuple(_of_this(connection, entity, entity_id, ops, _signed_apart(connection, ((entity, entity_id),))))


def _with_others(
    connection: Connection, records: Collection[Named], behind: Set[str], people: Mapping[str, str], signed: Apart
) -> Changed:
    """What changed with some records that were written, and with those that follow from them.

    `people` and `signed` are as they were before.
    """
    kinds = frozenset(entity for entity, _ in records)
    moved = _regroup(connection, people) if patient.name in kinds else Changed()
    placed = _place_again(connection, records, signed) if visit.name in kinds else Changed()
    return Changed(kinds | moved.kinds | placed.kinds, moved.people | placed.people | behind)


def _signed_apart(connection: Connection, records: Iterable[Named]) -> Apart:
    """Signatures that have a record of their own, where that may matter to some records."""
    if not any(entity == visit.name or entity in PARTS for entity, _ in records):
        return Apart()
    saves = {
        save: (row[0], each)
        for row in asked(connection, _ALSO_SIGNED)
        for each, of_each in signatures_of(row[1]).items()
        for save in of_each
    }
    if not saves:
        return Apart()
    ids = sorted({own for _, own in saves.values()})
    there = {row[0] for row in asked(connection, _VISITS, (encode(ids).decode(),))}
    return Apart({save: each for save, each in saves.items() if each[1] in there})


def _place_again(connection: Connection, records: Collection[Named], before: Apart) -> Changed:
    """After signatures of a visit were told apart, or one of those was amended under the other's name: everything that
    was written at it under the visit that it is of. `before` is how they stood when the rows were written."""
    after = _signed_apart(connection, ((visit.name, ""),))
    moved = {save for save, _ in before.saves.items() ^ after.saves.items()}
    found: dict[Named, None] = {
        (op.entity, op.entity_id): None
        for save in sorted(moved)
        for op in operations_saved(connection, save)
        if op.entity in PARTS
    }
    for save, (named, own) in after.saves.items():
        if save in moved or (visit.name, named) in records:
            found[visit.name, own] = None
    people = standing(connection) if found else {}
    behind: set[str] = set()
    for part in _chunks(found):
        behind |= _put(connection, held(connection, part), dict.fromkeys(found, True), people, after)
    return Changed(frozenset(entity for entity, _ in found), frozenset(behind))


def _of_this(
    connection: Connection, entity: str, entity_id: str, ops: Sequence[Operation], signed: Apart
) -> Sequence[Operation]:
    if entity in PARTS:
        return signed.part(ops)
    named = signed.named(entity_id) if entity == visit.name else ""
    return with_own(entity_id, ops, held_operations(connection, entity, named)) if named else ops


def _regroup(connection: Connection, before: Mapping[str, str]) -> Changed:
    """After people were merged or found to be two: every row of theirs under whoever stands for them now.

    `before` is who stood for whom when the rows were written.
    """
    after = standing(connection)
    moved = {each for each in before.keys() | after.keys() if before.get(each) != after.get(each)}
    if not moved:
        return Changed()
    under = moved | {before[each] for each in moved if each in before}
    found: dict[Named, None] = {(patient.name, each): None for each in sorted(moved)}
    for entity, table, owner in OF_A_PERSON:
        for part in _chunks(sorted(under)):
            ids = connection.scalars(select(owner).where(table.c.patient.in_(part)).order_by(owner))
            found |= {(entity, each): None for each in ids}
    signed, behind = _signed_apart(connection, found), set[str]()
    for records in _chunks(found):
        behind |= _put(connection, held(connection, records), dict.fromkeys(found, True), after, signed)
    return Changed(frozenset(entity for entity, _ in found), frozenset(behind))


def _put(
    connection: Connection,
    ops: Mapping[Named, Sequence[Operation]],
    earlier: Mapping[Named, object],
    people: Mapping[str, str],
    signed: Apart,
) -> frozenset[str]:
    """Have the rows of some records as their operations make them. Answers the people whose lines are behind now.

    Only records with something in `earlier` can have rows already. `people` names for everyone merged into somebody the
    person their rows are to be under, `signed` the visit that what was written at one is of.
    """
    fresh: defaultdict[Table, list[Row]] = defaultdict(list)
    behind: set[str] = set()
    for (entity, entity_id), of_record in ops.items():
        projection = PROJECTIONS.get(entity)
        if projection is None:
            continue
        if signed.saves:
            of_record = _of_this(connection, entity, entity_id, of_record, signed)
        made = projection.rows(fold(entity, entity_id, of_record))
        if people:
            made = {table: _of_whoever_stands(table, rows, people) for table, rows in made.items()}
        if earlier.get((entity, entity_id)):
            differing = {
                table: replace_rows(connection, table, owner.name, entity_id, made.get(table, ()))
                for table, owner in projection.owners
            }
            if any(differing.values()):
                # A rating or a gate names nobody: whose it is, the record says that it is a part of.
                for table, differ in differing.items():
                    behind |= people_of(table, (*differ, *made.get(table, ())))
        else:
            for table, rows in made.items():
                fresh[table] += rows
    for table, rows in fresh.items():
        insert_rows(connection, table, rows)
        behind |= people_of(table, rows)
    return frozenset(behind)


def _of_whoever_stands(table: Table, rows: list[Row], people: Mapping[str, str]) -> list[Row]:
    if table is patient:
        return [row | {"same_as": people.get(row["id"])} for row in rows]
    if "patient" not in table.c or table is access:
        return rows
    return [row | {"patient": people.get(row["patient"], row["patient"])} for row in rows]


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part
