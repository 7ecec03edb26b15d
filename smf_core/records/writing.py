"""The one door: change sets in, rows out. A nurse's save, an import and the hub's news all pass here."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.fold import Operation, fold, operations
from smf_core.records.counting import follow
from smf_core.records.lines import people_of
from smf_core.records.log import Named, chunks, held, held_hashes, log_row, operations_saved
from smf_core.records.placing import OF_A_PERSON, of_its_visit, rows_of_whoever_stands, signed_apart, standing
from smf_core.records.projections import PROJECTIONS
from smf_core.records.projections.values import Row
from smf_core.records.rows import insert_rows, insert_values, replace_rows
from smf_core.records.signatures import PARTS, Apart
from smf_core.records.tables import LOG, change_set, item, metadata, patient, visit

_HOLDING = ("entity_id", "cs_id", "entity")

Logged = tuple[ChangeSet, bytes | None]
"""A change set and its replica's chain after it; others' work has none."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The kinds of record that changed, and the people whose lines in lists are behind the records now."""

    kinds: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    def __or__(self, other: "Changed") -> "Changed":
        return Changed(self.kinds | other.kinds, self.people | other.people)


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
    insert_values(connection, change_set, [log_row(*each) for each in _unheld(connection, tuple(change_sets))])


def set_aside(connection: Connection, cs_ids: Iterable[str]) -> Changed:
    """Have the records as if these change sets had never come; their bytes stay. Some may be aside already.

    `bring_back` is the way back. What `write` says of lines holds here, too.
    """
    changed = Changed()
    for part in chunks(cs_ids):
        holding = _holding(connection, part)
        _drop_items(connection, holding)
        changed |= _again(connection, holding)
    return changed


def bring_back(connection: Connection, cs_ids: Iterable[str]) -> Changed:
    """Have change sets that are held count again. Those that do, and those without their bytes, are passed over."""
    changed = Changed()
    for part in chunks(cs_ids):
        wanted = _holding(connection, part)
        there = _with_items(connection, wanted)
        holding = [each for each in wanted if each not in there]
        insert_values(connection, item, holding)
        changed |= _again(connection, holding)
    return changed


def drop_payloads(connection: Connection, cs_ids: Iterable[str]) -> None:
    """The payloads of change sets that were set aside go; what remains proves what they were."""
    for part in chunks(cs_ids):
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
    for part in chunks(cs_ids):
        wanted = _holding(connection, part)
        out |= set(part) - {cs_id for _, cs_id, _ in _with_items(connection, wanted)}
    return out


def _with_items(connection: Connection, holding: Sequence[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    for part in chunks({entity_id for entity_id, _, _ in holding}):
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
    people, signed = standing(connection), signed_apart(connection, records)
    return _with_others(connection, records, _put_again(connection, records, people, signed), people, signed)


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
    insert_values(connection, change_set, [log_row(*each) for each in fresh])
    insert_values(connection, item, tuple(holding))
    signed = signed_apart(connection, touched)
    behind: set[str] = set()
    for records in chunks(touched):
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
    for records in chunks([(row.entity, row.entity_id) for row in connection.execute(everything)]):
        _put(connection, held(connection, records), {}, {}, Apart())
    _regroup(connection, {})
    _place_again(connection, {}, Apart())


def _unheld(
    connection: Connection, change_sets: Sequence[Logged], here: Container[str] | None = None
) -> tuple[Logged, ...]:
    by_id: dict[str, Logged] = {}
    for each, chain in change_sets:
        by_id.setdefault(each.head.cs_id, (each, chain))
    known = held_hashes(connection, by_id) if here is None else here
    return tuple(pair for cs_id, pair in by_id.items() if cs_id not in known)


def _with_others(
    connection: Connection, records: Collection[Named], behind: Set[str], people: Mapping[str, str], signed: Apart
) -> Changed:
    """What changed with some records that were written, and with those that follow from them.

    `people` and `signed` are as they were before.
    """
    kinds = frozenset(entity for entity, _ in records)
    moved = _regroup(connection, people) if patient.name in kinds else Changed()
    placed = _place_again(connection, records, signed) if visit.name in kinds else Changed()
    return moved | placed | Changed(kinds, frozenset(behind))


def _place_again(connection: Connection, records: Collection[Named], before: Apart) -> Changed:
    """After signatures of a visit were told apart, or one of those was amended under the other's name: everything that
    was written at it under the visit that it is of. `before` is how they stood when the rows were written."""
    after = signed_apart(connection, ((visit.name, ""),))
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
    return Changed(frozenset(entity for entity, _ in found), _put_again(connection, found, people, after))


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
        for part in chunks(sorted(under)):
            ids = connection.scalars(select(owner).where(table.c.patient.in_(part)).order_by(owner))
            found |= {(entity, each): None for each in ids}
    signed = signed_apart(connection, found)
    return Changed(frozenset(entity for entity, _ in found), _put_again(connection, found, after, signed))


def _put_again(
    connection: Connection, records: Iterable[Named], people: Mapping[str, str], signed: Apart
) -> frozenset[str]:
    """`_put` for records that are held, and may have rows."""
    behind: set[str] = set()
    for part in chunks(records):
        behind |= _put(connection, held(connection, part), dict.fromkeys(part, True), people, signed)
    return frozenset(behind)


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
    changed: defaultdict[Table, list[Mapping[str, object]]] = defaultdict(list)
    behind: set[str] = set()
    for (entity, entity_id), of_record in ops.items():
        projection = PROJECTIONS.get(entity)
        if projection is None:
            continue
        if signed.saves:
            of_record = of_its_visit(connection, entity, entity_id, of_record, signed)
        made = projection.rows(fold(entity, entity_id, of_record))
        if people:
            made = {table: rows_of_whoever_stands(table, rows, people) for table, rows in made.items()}
        if earlier.get((entity, entity_id)):
            differing = {
                table: replace_rows(connection, table, owner.name, entity_id, made.get(table, ()))
                for table, owner in projection.owners
            }
            if any(differing.values()):
                # A rating or a gate names nobody: whose it is, the record says that it is a part of.
                for table, differ in differing.items():
                    behind |= people_of(table, (*differ, *made.get(table, ())))
                    changed[table] += differ
        else:
            for table, rows in made.items():
                fresh[table] += rows
    for table, rows in fresh.items():
        insert_rows(connection, table, rows)
        behind |= people_of(table, rows)
        changed[table] += rows
    follow(connection, changed)
    return frozenset(behind)
