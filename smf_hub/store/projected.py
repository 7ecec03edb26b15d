"""How far each feed is folded into the records, beside them: one transaction holds both."""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import BigInteger, Column, Connection, MetaData, Row, String, Table, delete, insert, select
from sqlalchemy.exc import DBAPIError

from smf_core.operations.protocol import Mark
from smf_core.records.binary import Bytes
from smf_core.records.making import empty_tables
from smf_hub.store import tables as t
from smf_hub.store.feeds import recognised

BYTES_MAX = 8 * 1024 * 1024
"""About so much is read at once, so that memory stays bounded whatever laptops send."""

TOO_MUCH = "54"
"""PostgreSQL's class of errors that say that one value is more than a table or index can hold."""

own = MetaData()

projected = Table(
    "projected",
    own,
    Column("feed", String(60), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("chain", Bytes, nullable=False),
)

passed_over = Table(
    "passed_over",
    own,
    Column("cs_id", String(36), primary_key=True),
    Column("feed", String(60), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("error", String(80), nullable=False),
)
"""Change sets that this version could not fold: the others went on without them."""


def positions(connection: Connection) -> dict[str, int]:
    """By feed the number up to which the records hold it; none before the first was folded."""
    return {row.feed: row.seq for row in connection.execute(select(projected))}


def take(connection: Connection) -> dict[str, Mark]:
    """By feed how far the records hold it, kept from other projectors until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {projected.name} IN SHARE ROW EXCLUSIVE MODE")
    return {row.feed: Mark(seq=row.seq, chain=bytes(row.chain)) for row in connection.execute(select(projected))}


def move(connection: Connection, to: Mapping[str, Mark]) -> None:
    connection.execute(delete(projected).where(projected.c.feed.in_(to)))
    rows = [{"feed": feed, "seq": mark.seq, "chain": mark.chain} for feed, mark in to.items()]
    if rows:
        connection.execute(insert(projected), rows)


def is_of_this_hub(hub: Connection, after: Mapping[str, Mark]) -> bool:
    """Whether the feeds still hold the places that were folded; not after the hub came back from a backup alone."""
    counter = t.feed_counter.c
    heads = {row.feed: row.n for row in hub.execute(select(counter.feed, counter.n))}
    moved = [(feed, mark) for feed, mark in after.items() if heads.get(feed, 0) != mark.seq]
    return len(recognised(hub, moved)) == len(moved)


def following(hub: Connection, after: Mapping[str, int], limit: int) -> list[Row[*tuple[Any, ...]]]:
    """(feed, feed_seq, chain, cs_id, head, body) of what is above some places: the service's feed first, in order."""
    c, counter = t.change_set.c, t.feed_counter.c
    heads = {row.feed: row.n for row in hub.execute(select(counter.feed, counter.n))}
    grown = sorted(
        (feed for feed, n in heads.items() if n > after.get(feed, 0)), key=lambda feed: (feed != "service", feed)
    )
    found: list[Row[*tuple[Any, ...]]] = []
    size = 0
    for feed in grown:
        asked = select(c.feed, c.feed_seq, c.chain, c.cs_id, c.head, c.body)
        asked = asked.where(c.feed == feed, c.feed_seq > after.get(feed, 0)).order_by(c.feed_seq)
        with hub.execution_options(yield_per=50).execute(asked.limit(limit - len(found))) as rows:
            for row in rows:
                found.append(row)
                size += len(row.body or b"")
                if size > BYTES_MAX or len(found) == limit:
                    return found
    return found


def pass_over(connection: Connection, row: Row[*tuple[Any, ...]], error: str) -> None:
    said = {"cs_id": row.cs_id, "feed": row.feed, "seq": row.feed_seq, "error": error[:80]}
    connection.execute(delete(passed_over).where(passed_over.c.cs_id == row.cs_id))
    connection.execute(insert(passed_over), [said])


def all_passed_over(connection: Connection) -> list[str]:
    return list(connection.scalars(select(passed_over.c.cs_id).order_by(passed_over.c.feed, passed_over.c.seq)))


def no_longer(connection: Connection, cs_id: str) -> None:
    connection.execute(delete(passed_over).where(passed_over.c.cs_id == cs_id))


def rows_of(hub: Connection, cs_ids: Iterable[str]) -> list[Row[*tuple[Any, ...]]]:
    """The same as `following` of some change sets."""
    c = t.change_set.c
    asked = select(c.feed, c.feed_seq, c.chain, c.cs_id, c.head, c.body).where(c.cs_id.in_(list(cs_ids)))
    return list(hub.execute(asked.order_by(c.feed, c.feed_seq)))


def empty(connection: Connection) -> None:
    """Back to the beginning: no records, no place in any feed."""
    empty_tables(connection)
    for table in (projected, passed_over):
        connection.execute(delete(table))


def is_of_the_world(error: Exception) -> bool:
    """Whether it is the disk, the server or the line that failed, and not what was to be folded."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.Error) and (cause.sqlstate or "").startswith(TOO_MUCH):
        return False
    return isinstance(
        cause, OSError | MemoryError | psycopg.OperationalError | psycopg.InterfaceError | sqlcipher.OperationalError
    )
