"""How far each feed is folded into the records, beside them: one transaction holds both."""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import BigInteger, Column, Connection, MetaData, Row, String, Table, bindparam, delete, insert, select
from sqlalchemy.exc import DBAPIError

from smf_core.operations.protocol import Mark
from smf_core.records.binary import Bytes
from smf_core.records.making import empty_tables
from smf_core.records.rows import asked, do
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

_HEADS = "SELECT feed, n FROM feed_counter"
_MOVE = """INSERT INTO projected (feed, seq, chain) VALUES (?, ?, ?)
    ON CONFLICT (feed) DO UPDATE SET seq = excluded.seq, chain = excluded.chain"""
_C = t.change_set.c
_FED = select(_C.feed, _C.feed_seq, _C.chain, _C.cs_id, _C.head, _C.body)
_ABOVE = (
    _FED.where(_C.feed == bindparam("of"), _C.feed_seq > bindparam("above"))
    .order_by(_C.feed_seq)
    .limit(bindparam("most"))
)
"""Put at every step of a projector: statements that never change are not composed anew."""


def positions(connection: Connection) -> dict[str, int]:
    """By feed the number up to which the records hold it; none before the first was folded."""
    return dict(asked(connection, "SELECT feed, seq FROM projected"))


def take(connection: Connection) -> dict[str, Mark]:
    """By feed how far the records hold it, kept from other projectors until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {projected.name} IN SHARE ROW EXCLUSIVE MODE")
    rows = asked(connection, "SELECT feed, seq, chain FROM projected")
    return {feed: Mark(seq=seq, chain=bytes(chain)) for feed, seq, chain in rows}


def move(connection: Connection, to: Mapping[str, Mark]) -> None:
    for feed, mark in to.items():
        do(connection, _MOVE, (feed, mark.seq, bytearray(mark.chain)))


def is_of_this_hub(hub: Connection, after: Mapping[str, Mark]) -> bool:
    """Whether the feeds still hold the places that were folded; not after the hub came back from a backup alone."""
    heads: dict[str, int] = dict(asked(hub, _HEADS))
    moved = [(feed, mark) for feed, mark in after.items() if heads.get(feed, 0) != mark.seq]
    return len(recognised(hub, moved)) == len(moved)


def following(hub: Connection, after: Mapping[str, int], limit: int) -> list[Row[*tuple[Any, ...]]]:
    """(feed, feed_seq, chain, cs_id, head, body) of what is above some places: the service's feed first, in order."""
    heads: dict[str, int] = dict(asked(hub, _HEADS))
    grown = sorted(
        (feed for feed, n in heads.items() if n > after.get(feed, 0)), key=lambda feed: (feed != "service", feed)
    )
    found: list[Row[*tuple[Any, ...]]] = []
    size = 0
    for feed in grown:
        above = {"of": feed, "above": after.get(feed, 0), "most": limit - len(found)}
        with hub.execution_options(yield_per=50).execute(_ABOVE, above) as rows:
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
    wanted = _FED.where(_C.cs_id.in_(list(cs_ids)))
    return list(hub.execute(wanted.order_by(_C.feed, _C.feed_seq)))


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
