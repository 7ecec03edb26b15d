"""What was passed of the hub's feeds with the hub's own word for it: proof for a hub that has forgotten it since.

A page or a receipt ends in a place that the hub signed. Kept with the hashes of all it passed, it can be shown to that
hub again, whole, with the bytes of what is here (`docs/adr/0032`).
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest

from msgspec.json import decode, encode
from sqlalchemy import Connection

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.exchange import Returning, Size
from smf_core.operations.protocol import Mark, Stretch
from smf_core.operations.wire import Entry, Hidden
from smf_core.records import log
from smf_core.records.rows import asked, run

HASH_BYTES = 32
JOINED = 64
"""So many entries at the most are kept as one stretch because each saves of a few followed the other."""

_TWICE = "DELETE FROM stretch WHERE feed = ? AND last BETWEEN ? AND ? AND first >= ? AND lost IS NULL"
_BEFORE = """SELECT id, hashes FROM stretch
    WHERE feed = ? AND last = ? AND chain_after = ? AND length(hashes) <= ? AND lost IS NULL LIMIT 1"""
_LONGER = "UPDATE stretch SET last = ?, chain_after = ?, hashes = ?, attested = ? WHERE id = ?"
_NEW = """INSERT INTO stretch (feed, first, last, chain_before, chain_after, hashes, attested)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
_KEPT = "SELECT id, hashes, lost FROM stretch WHERE feed = ?"
_LOST = "UPDATE stretch SET lost = ? WHERE id = ?"
_WHOLLY_ABOVE = "DELETE FROM stretch WHERE feed = ? AND last > ? AND first > ? AND lost IS NULL"
_NEXT = """SELECT id, feed, first, last, chain_before, chain_after, hashes, attested, lost
    FROM stretch INDEXED BY stretch_lost WHERE lost IS NOT NULL AND lost <> '[]'
    ORDER BY feed <> 'service', first = 0, feed, first LIMIT 1"""
_WAITING = "SELECT cs_id FROM outbox WHERE cs_id IN (SELECT value FROM json_each(?))"
_SAME = "DELETE FROM stretch WHERE feed = ? AND last = 0 AND hashes = ? AND lost IS NULL"
_GIVEN = """UPDATE stretch SET lost = CASE
    WHEN first > coalesce((SELECT cursor FROM feed WHERE feed.feed = stretch.feed), 0) THEN '[]' END WHERE id = ?"""
"""What may be numbered anew by now proves what is in it until its new places were passed, too: `[]`."""

_PASSED = """DELETE FROM stretch WHERE lost = '[]' AND feed NOT IN (SELECT feed FROM feed WHERE cursor < head)
    AND feed NOT IN (SELECT value FROM json_each(?))"""


def keep(
    connection: Connection, of: str, before: Mark, hashes: Sequence[bytes], chain_after: bytes, attested: bytes
) -> None:
    """What follows a place in a feed, as the hub signed its end. Nothing is kept without that."""
    if not attested or not hashes:
        return
    first, last, said = before.seq + 1, before.seq + len(hashes), b"".join(hashes)
    run(connection, _TWICE, [(of, first, last, first)])
    room = (JOINED - len(hashes)) * HASH_BYTES
    earlier = asked(connection, _BEFORE, (of, before.seq, bytearray(before.chain), room)) if room > 0 else ()
    if earlier:
        ((number, held),) = earlier
        row = (last, bytearray(chain_after), bytearray(bytes(held) + said), bytearray(attested), number)
        run(connection, _LONGER, [row])
        return
    chains = (bytearray(before.chain), bytearray(chain_after))
    run(connection, _NEW, [(of, first, last, *chains, bytearray(said), bytearray(attested))])


def keep_elsewhere(connection: Connection, of: str, hashes: Sequence[bytes], attested: bytes) -> None:
    """What stood in the feed of a team that somebody belonged to before, as the hub signed it."""
    if attested:
        said = bytearray(b"".join(hashes))
        run(connection, _SAME, [(of, said)])
        run(connection, _NEW, [(of, 0, 0, bytearray(), bytearray(), said, bytearray(attested))])


def lost(connection: Connection, of: str, here: Mapping[bytes, str]) -> None:
    """The hub lacks something that stood in a feed: `here` are the ids by hash of what can be given back.

    Whatever its number was when it was signed: another restore may have come before all was given back.
    """
    for number, said, before in asked(connection, _KEPT, (of,)):
        ids = [here.get(hash_) for hash_ in _hashes(said)]
        if any(ids):
            also = decode(before) if before else ()
            both = [one or other for one, other in zip_longest(ids, also)]
            run(connection, _LOST, [(encode(both).decode(), number)])


def forget(connection: Connection, of: str, above: int) -> None:
    """What stood in a feed above a number is no longer so: only what is to be given back is kept of it."""
    run(connection, _WHOLLY_ABOVE, [(of, above, above)])


def returning(connection: Connection, size: Size) -> Returning | None:
    """What the hub is to be shown next, the service's feed first: one stretch with the bytes of as much as may be."""
    while rows := asked(connection, _NEXT):
        number, of, first, last, before, after, said, attested, ids = rows[0]
        given = _given(connection, [cs_id for cs_id in decode(ids) if cs_id is not None], size)
        if given:
            entries: list[Entry] = [
                given.get(cs_id) or Hidden(hash_) for cs_id, hash_ in zip(decode(ids), _hashes(said), strict=True)
            ]
            stretch = Stretch(
                feed=of,
                first=first,
                last=last,
                chain_before=bytes(before),
                chain_after=bytes(after),
                attested=bytes(attested),
            )
            return Returning(number, stretch, tuple(entries))
        run(connection, _GIVEN, [(number,)])
    return None


def is_due(connection: Connection) -> bool:
    """Whether anything is to be given back that can be proven."""
    return bool(asked(connection, _NEXT))


def passed(connection: Connection, behind: Collection[str]) -> None:
    """What was given back and has been passed again is kept once; not of feeds of which the hub lacks something."""
    run(connection, _PASSED, [(encode(sorted(behind)).decode(),)])


def unproven(connection: Connection, number: int) -> None:
    """The hub does not take its own word for it: what is in a stretch is given back without."""
    run(connection, "DELETE FROM stretch WHERE id = ?", [(number,)])


def _given(connection: Connection, ids: Sequence[str], size: Size) -> dict[str, ChangeSet]:
    """By id the first of some change sets that wait to be given back, as many as fit."""
    waiting = {cs_id for (cs_id,) in asked(connection, _WAITING, (encode(ids).decode(),))}
    found: dict[str, ChangeSet] = {}
    total = 0
    for each in log.change_sets(connection, [cs_id for cs_id in ids if cs_id in waiting]):
        total += len(each.head_bytes) + len(each.body_bytes)
        if found and (total > size.unpacked or len(found) == size.change_sets):
            break
        found[each.head.cs_id] = each
    return found


def _hashes(said: bytes) -> list[bytes]:
    held = bytes(said)
    return [held[at : at + HASH_BYTES] for at in range(0, len(held), HASH_BYTES)]
