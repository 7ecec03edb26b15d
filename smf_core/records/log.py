"""The log of change sets as an exchange reads it: our own chains in their order, and the bytes of some."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from smf_core.operations.change_set import CHAIN_START, ChangeSet
from smf_core.operations.protocol import Mark
from smf_core.records.rows import asked
from smf_core.records.tables import change_set

CHUNK = 500
_NEXT_REPLICA = "SELECT min(replica) FROM change_set WHERE replica > ?"
_BEGINS = "SELECT chain FROM change_set WHERE replica = ? ORDER BY seq LIMIT 1"
_ENDS = "SELECT seq, chain FROM change_set WHERE replica = ? AND chain IS NOT NULL ORDER BY seq DESC LIMIT 1"

_CHAIN = "SELECT chain FROM change_set WHERE replica = ? AND seq = ? AND chain IS NOT NULL"
_WRITTEN = """SELECT seq, chain, head, body FROM change_set
    WHERE replica = ? AND seq >= ? AND chain IS NOT NULL ORDER BY seq LIMIT ?"""


@dataclass(frozen=True, slots=True)
class Written:
    """One of our own change sets with its number and the chain after it; None where the bytes have gone."""

    seq: int
    chain: bytes
    change_set: ChangeSet | None


def written_replicas(connection: Connection) -> Iterator[tuple[str, Mark]]:
    """Every replica that was written here, with its end. Another's begins with a number that came without a chain."""
    at = ""
    while (found := asked(connection, _NEXT_REPLICA, (at,))[0][0]) is not None:
        at = str(found)
        if asked(connection, _BEGINS, (at,))[0][0] is not None:
            ((seq, chain),) = asked(connection, _ENDS, (at,))
            yield at, Mark(seq=seq, chain=chain)


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
    c = change_set.c
    for at in range(0, len(wanted), CHUNK):
        wanted_here = select(c.cs_id, c.head, c.body).where(c.cs_id.in_(wanted[at : at + CHUNK]), c.body.is_not(None))
        found |= {row.cs_id: ChangeSet(row.head, row.body) for row in connection.execute(wanted_here)}
    return [found[each] for each in wanted if each in found]
