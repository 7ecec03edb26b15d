"""Looking through a hub: pages, feeds, their counters, receipts, and what laptops signed. It only reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, select

from smf_core.operations.change_set import CHAIN_START, ChangeSet, UnreadableChangeSet, chained
from smf_core.operations.protocol import Push, signed_part
from smf_hub.store import tables as t

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, as a code, and where: a feed or a replica, and a number in it."""

    what: str
    where: str = ""
    number: int = 0


def findings(connection: Connection, hub: str, hub_key: bytes) -> Iterator[Finding]:
    """Everything wrong with a hub, the deepest first. `hub` and `hub_key` are its own id and public key."""
    yield from _pages(connection)
    yield from _feeds(connection)
    yield from _signatures(connection, hub, hub_key)


def counts(connection: Connection) -> tuple[int, int]:
    """How many feeds and how many change sets there are, those that wait included."""
    feeds = list(connection.scalars(select(t.feed_counter.c.n)))
    return len(feeds), sum(feeds)


def _pages(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name == "postgresql":
        return
    if connection.exec_driver_sql("PRAGMA cipher_integrity_check").first() is not None:
        yield Finding("pages")
    elif connection.exec_driver_sql("PRAGMA quick_check").scalar_one() != "ok":
        yield Finding("database")


def _feeds(connection: Connection) -> Iterator[Finding]:
    """Each feed numbered 1, 2, 3 ... up to its counter, each chain value that of the one before and the bytes."""
    counters = {row.feed: (row.n, row.chain) for row in connection.execute(select(t.feed_counter))}
    ends = dict.fromkeys(counters, (0, CHAIN_START))
    for table in (t.change_set, t.quarantine):
        rows = select(table).order_by(table.c.feed, table.c.feed_seq)
        for row in connection.execute(rows, execution_options={"yield_per": AT_ONCE}):
            seq, chain = ends.get(row.feed, (0, CHAIN_START))
            if row.feed not in counters or row.feed_seq != seq + 1:
                yield Finding("number", row.feed, row.feed_seq)
            elif row.chain != chained(chain, row.cs_hash):
                yield Finding("chain", row.feed, row.feed_seq)
            elif row.body is not None and not _says(row.cs_hash, row.head, row.body):
                yield Finding("bytes", row.feed, row.feed_seq)
            elif table is t.change_set and not _is_receipt(row.cs_id, row.replica, row.seq, row.head):
                yield Finding("receipt", row.feed, row.feed_seq)
            ends[row.feed] = (row.feed_seq, row.chain)
    for feed, counter in sorted(counters.items()):
        if ends[feed] != counter:
            yield Finding("counter", feed, counter[0])


def _says(cs_hash: bytes, head: bytes, body: bytes) -> bool:
    return ChangeSet(head, body).hash == cs_hash


def _is_receipt(cs_id: str, replica: str, seq: int, head: bytes) -> bool:
    try:
        said = ChangeSet(head, b"").head
    except UnreadableChangeSet:
        return False
    return (said.cs_id, said.replica_id, said.seq) == (cs_id, replica, seq)


def _signatures(connection: Connection, hub: str, hub_key: bytes) -> Iterator[Finding]:
    """Each end of a replica as its laptop signed it."""
    keys = {row.device: row.public_key for row in connection.execute(select(t.device.c.device, t.device.c.public_key))}
    keys[hub] = hub_key
    s, r = t.push_signature.c, t.replica.c
    last: dict[str, tuple[int, bytes]] = {}
    for row in connection.execute(select(t.push_signature, r.device).join(r.replica.table, r.replica == s.replica)):
        said = Push(
            replica=row.replica,
            from_seq=row.from_seq,
            to_seq=row.to_seq,
            chain_before=b"",
            chain_after=row.head_hash,
            signature=row.signature,
        )
        key = keys.get(row.device)
        if key is None or not _signed(key, row.signature, signed_part(said)):
            yield Finding("signature", row.replica, row.to_seq)
        last[row.replica] = max(last.get(row.replica, (0, b"")), (row.to_seq, row.head_hash))
    for row in connection.execute(select(t.replica).where(r.last_seq > 0)):
        if last.get(row.replica) != (row.last_seq, row.head_hash):
            yield Finding("replica", row.replica, row.last_seq)


def _signed(key: bytes, signature: bytes, content: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True
