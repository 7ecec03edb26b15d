"""Whether the tables are what the change sets make: the same look on a laptop and on the hub."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Dialect, Row, select

from smf_core.operations.change_set import CHAIN_START, ChangeSet, UnreadableChangeSet, chained
from smf_core.operations.fold import operations
from smf_core.records import writing
from smf_core.records.log import CHUNK, log_row
from smf_core.records.making import create_tables
from smf_core.records.rows import Values
from smf_core.records.tables import LOG, change_set, item, metadata

TABLES = (item.name, *(table.name for table in metadata.sorted_tables if table not in LOG))
"""The tables that follow from the log of change sets."""

LOG_TABLE = change_set.name


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was read of the log; `unreadable` are the ids of change sets whose bytes say nothing."""

    operations: int
    change_sets: int
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the change sets make: `missing`, `extra` or `differs`. `record` is its key, ids only."""

    kind: str
    table: str
    record: str


def end_of_chain(connection: Connection, replica: str) -> tuple[int, bytes]:
    """The last number written here as a replica, and its chain there."""
    newest = select(change_set.c.seq, change_set.c.chain).where(
        change_set.c.replica == replica, change_set.c.chain.is_not(None)
    )
    found = connection.execute(newest.order_by(change_set.c.seq.desc()).limit(1)).one_or_none()
    return (found.seq, found.chain) if found else (0, CHAIN_START)


def replay(live: Connection, again: Connection, aside: Collection[str] = ()) -> Replayed:
    """Write every change set held in `live` once more, through the one door, into a new set of tables in `again`.

    Those that count nowhere are left out, where they are among `aside`; so are those whose payload has gone.
    """
    create_tables(again)
    counted = made = 0
    unreadable: list[str] = []
    rows = iter(live.execute(select(change_set.c.cs_id, change_set.c.head, change_set.c.body, change_set.c.chain)))
    while piece := list(islice(rows, CHUNK)):
        readable = []
        out = writing.without_items(live, [row.cs_id for row in piece if row.cs_id in aside])
        for row in piece:
            if row.body is None or row.cs_id in out:
                continue
            each = ChangeSet(row.head, row.body)
            try:
                counted += len(operations(each))
                readable.append((each, row.chain))
            except UnreadableChangeSet:
                unreadable.append(row.cs_id)
        made += len(readable)
        writing.write(again, readable)
    return Replayed(counted, made, tuple(unreadable))


def differences(live: Connection, again: Connection, name: str) -> Iterator[Difference]:
    """What differs in one table, row by row, both sides in the order of the key and of one engine."""
    ours, theirs = _in_order(live, name), _in_order(again, name)
    keys = len(metadata.tables[name].primary_key.columns)
    here, there = next(ours, None), next(theirs, None)
    while here or there:
        our_key = here[:keys] if here else None
        their_key = there[:keys] if there else None
        if here == there:
            here, there = next(ours, None), next(theirs, None)
        elif our_key and (their_key is None or our_key < their_key):
            yield Difference("extra", name, " ".join(map(str, our_key)))
            here = next(ours, None)
        elif their_key and our_key != their_key:
            yield Difference("missing", name, " ".join(map(str, their_key)))
            there = next(theirs, None)
        else:
            yield Difference("differs", name, " ".join(map(str, our_key or ())))
            here, there = next(ours, None), next(theirs, None)


def _in_order(connection: Connection, name: str) -> Iterator[Values]:
    """The rows of a table, each behind its key, as the driver has them."""
    cursor = connection.connection.cursor()
    cursor.execute(_rows_in_order(name, connection.dialect))
    while row := cursor.fetchone():
        yield row


@cache
def _rows_in_order(name: str, dialect: Dialect) -> str:
    table = metadata.tables[name]
    keys = tuple(table.primary_key.columns)
    columns = (column.label(f"the_{column.name}") for column in table.columns)
    return str(select(*keys, *columns).order_by(*keys).compile(dialect=dialect))


def broken_links(connection: Connection) -> Iterator[tuple[str, int]]:
    """(replica, seq) of every change set that does not follow from those before it, or is not what its row says.

    Of others' work, which comes without a chain, only the bytes are asked.
    """
    own = select(change_set).where(change_set.c.chain.is_not(None)).order_by(change_set.c.replica, change_set.c.seq)
    at: tuple[str, int, bytes] = ("", 0, CHAIN_START)
    for row in connection.execute(own):
        _, seq, chain = at if at[0] == row.replica else (row.replica, 0, CHAIN_START)
        if not _is_whole(row) or row.seq != seq + 1 or row.chain != chained(chain, row.cs_hash):
            yield row.replica, row.seq
        at = (row.replica, row.seq, row.chain)
    for row in connection.execute(select(change_set).where(change_set.c.chain.is_(None))):
        if not _is_whole(row):
            yield row.replica, row.seq


def _is_whole(row: Row[*tuple[Any, ...]]) -> bool:
    """Whether a row of the log says of its change set what the bytes say; a body that was dropped cannot be asked."""
    try:
        return row.body is None or log_row(ChangeSet(row.head, row.body), row.chain) == tuple(row)
    except UnreadableChangeSet:
        return False
