"""Under which person and which visit rows stand, where several records turned out to be one, or one to be two."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.json import encode
from msgspec.structs import replace
from sqlalchemy import Connection, Table

from smf_core.domain.merge import standing_for
from smf_core.operations.change_set import Item
from smf_core.operations.fold import Operation
from smf_core.records.log import Named, held_operations
from smf_core.records.projections import PROJECTIONS
from smf_core.records.projections.values import Row
from smf_core.records.rows import asked
from smf_core.records.signatures import PARTS, Apart, signatures_of, with_own
from smf_core.records.tables import access, patient, visit

_MERGED = "SELECT id, kept FROM same_person"
_ALSO_SIGNED = "SELECT id, signed_also FROM visit WHERE signed_also IS NOT NULL"
_VISITS = "SELECT id FROM visit WHERE id IN (SELECT value FROM json_each(?))"

_PART_OF = {"referral": "referral", "episode": "episode", "episodes": "episode", "visit": "visit"}
"""By field the kind of record that what is said there is a part of."""

OF_A_PERSON = tuple(
    (entity, table, owner)
    for entity, projection in PROJECTIONS.items()
    for table, owner in projection.owners
    if "patient" in table.c and table is not access
)
"""Where rows name the person they are about. The audit is left as written: it says whose record was opened then."""


def standing(connection: Connection) -> Mapping[str, str]:
    """For everyone merged into somebody, who stands for them. Nearly always nobody."""
    return standing_for(dict(asked(connection, _MERGED)))


def of_whoever_stands(
    people: Mapping[str, str], person: str | None, items: Sequence[Item], earlier: Mapping[Named, Sequence[Operation]]
) -> tuple[str | None, Sequence[Item]]:
    """What is about to be saved, under whoever stands for the person by now: a page may be older than a merge.

    The link between two records itself stays on the record that was merged, and so does what is said of something that
    was written there (`earlier`), or of a pathway, visit or referral begun there: all of it goes back together should
    they be two people after all. What is said of something of each goes whole under who stands.
    """
    if not people or any(is_link(each) for each in items):
        return person, items
    named = dict(people)
    if person is not None:
        stands = person = people.get(person, person)
        theirs = {_written_of(ops) for ops in earlier.values()} - {""}
        if len(theirs) == 1 and not any(each.entity == patient.name for each in items):
            (whose,) = theirs
            person = whose if people.get(whose, whose) == stands else stands
        named |= {each: person for each in (*people, stands) if people.get(each, each) == stands}
    return person, [
        replace(each, payload={**each.payload, "patient": named[each.payload["patient"]]})
        if each.payload.get("patient") in named
        else each
        for each in items
    ]


def parts_of(items: Iterable[Item]) -> set[Named]:
    """The referrals, pathways and visits that some items name as what they are a part of."""
    return {
        (entity, each)
        for one in items
        for field, entity in _PART_OF.items()
        if (said := one.payload.get(field))
        for each in (said if isinstance(said, list | tuple) else (said,))
    }


def _written_of(ops: Sequence[Operation]) -> str:
    """Whom a record was written of at first; nobody where none of it says."""
    named = [op for op in ops if "patient" in op.payload]
    return str(min(named, key=lambda op: op.order).payload["patient"]) if named else ""


def is_link(each: Item) -> bool:
    """Whether this says that two records are one person, or two."""
    return each.entity == patient.name and each.kind == "same_person"


def rows_of_whoever_stands(table: Table, rows: list[Row], people: Mapping[str, str]) -> list[Row]:
    """Rows of a table under whoever stands for the person that they name."""
    if table is patient:
        return [row | {"same_as": people.get(row["id"])} for row in rows]
    if "patient" not in table.c or table is access:
        return rows
    return [row | {"patient": people.get(row["patient"], row["patient"])} for row in rows]


def signed_apart(connection: Connection, records: Iterable[Named]) -> Apart:
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


def of_its_visit(
    connection: Connection, entity: str, entity_id: str, ops: Sequence[Operation], signed: Apart
) -> Sequence[Operation]:
    """A record's operations as they count: those written under another visit's id before it had its own with them.

    Where nothing is left of what gave it its own, none: its row, which stands until then, does not keep it.
    """
    if entity in PARTS:
        return signed.part(ops)
    named = signed.named(entity_id) if entity == visit.name and ops else ""
    return with_own(entity_id, ops, held_operations(connection, entity, named)) if named else ops


def standing_operations(connection: Connection, visit_id: str) -> tuple[Operation, ...]:
    """`held_operations` of a visit, and those that were written under another's id before it had its own."""
    ops = held_operations(connection, visit.name, visit_id)
    signed = signed_apart(connection, ((visit.name, visit_id),))
    return tuple(of_its_visit(connection, visit.name, visit_id, ops, signed))
