"""Change sets from the hub into the store: others' work, and our own as it comes back."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from smf_core.operations import clock as hybrid
from smf_core.operations.change_set import ChangeSet
from smf_core.operations.clock import Stamp
from smf_core.operations.exchange import Done
from smf_core.operations.wire import Entry
from smf_core.records import lines, log, writing
from smf_core.records.rows import asked, run
from smf_desktop.store import feeds, reviewing
from smf_desktop.store.store import AUDIT, RECORDS, read_chain


def pieces(entries: Sequence[Entry], most: int) -> Iterator[int]:
    """Where to pause while a page is taken in: after so many operations, and at its end."""
    operations = 0
    for at, each in enumerate(entries, start=1):
        operations += each.body_bytes.count(b'"entity_id"') if isinstance(each, ChangeSet) else 0
        if operations >= most or at == len(entries):
            yield at
            operations = 0


def take_in(
    connection: Connection, of: str, numbered: Sequence[tuple[int, ChangeSet]], now: datetime, *, again: bool = False
) -> Done:
    """Others' work, and our own as it comes back. `again`: their payloads may have gone here, and count again."""
    sets = [each for _, each in numbered]
    ids = [each.head.cs_id for each in sets]
    held = log.held_hashes(connection, ids)
    months = feeds.place(connection, of, numbered, held)
    if of.startswith("held:"):  # our own from before this store was restored: nobody else has it
        writing.log_only(connection, [(each, None) for each in sets])
        gone = [(each, "unknown") for each in sets if not reviewing.is_decided(connection, each)]
        return Done(kinds=reviewing.hold(connection, gone, now.isoformat()))
    kinds: set[str] = set()
    if again:  # whatever of it is here or not: the records are folded anew
        writing.log_only(connection, [(each, None) for each in sets])
        writing.keep_payloads(connection, sets)
        changed = writing.bring_back(connection, ids)
    else:
        changed = writing.write(connection, [(each, None) for each in sets], held)
    lines.mark(connection, changed.people, changed.kinds)
    kinds |= changed.kinds
    kinds |= reviewing.let_in(connection, ids)
    run(connection, "DELETE FROM outbox WHERE cs_id = ?", [(each,) for each in ids])
    reviewing.note_returned(connection, sets)
    if sets:
        hub_ms = int(now.timestamp() * 1000) + _offset(connection)
        hear(connection, Stamp(*max(each.head.hlc for each in sets)), hub_ms)
    fresh = len(set(ids) - held.keys())
    return Done(received=fresh, kinds=frozenset(kinds), months=frozenset((of, each) for each in months if fresh))


def hear(connection: Connection, theirs: Stamp, hub_ms: int) -> Stamp:
    """Our stamps follow what was heard, to the bound. Answers the higher of our two chains'."""
    highest = Stamp(0, 0)
    for chain_of in (RECORDS, AUDIT):
        last = read_chain(connection, chain_of).stamp
        now, _ = hybrid.hear(last, theirs, hub_ms)
        if now != last:
            run(connection, "UPDATE replica SET ms = ?, counter = ? WHERE chain_of = ?", [(*now, chain_of)])
        highest = max(highest, now)
    return highest


def _offset(connection: Connection) -> int:
    return next((int(offset) for (offset,) in asked(connection, "SELECT offset_ms FROM joined_hub")), 0)
