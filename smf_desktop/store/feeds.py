"""Where this laptop stands in the hub's feeds: marks, witnesses, and the places of what is here."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec.json import encode
from sqlalchemy import Connection, delete, insert, select

from smf_core.operations.change_set import CHAIN_START, EXACT, ChangeSet, UnreadableChangeSet
from smf_core.operations.digest import Bucket, bucket, month
from smf_core.operations.exchange import OwnReplica
from smf_core.operations.protocol import START, Mark, Stand
from smf_core.records import log
from smf_core.records.rows import asked, do, run
from smf_desktop.store import stretches
from smf_desktop.store.tables import feed, scope_person, witness

DENSE, SPARSE = 16, 24
"""Witnesses kept of one feed: so many of the newest, and so many before them, ever further apart."""

_NUMBERED = "INSERT OR IGNORE INTO feed_number (feed) VALUES (?)"
_NEW_PEOPLE = "INSERT OR IGNORE INTO person_number (patient) SELECT value FROM json_each(?)"
_PEOPLE = "SELECT patient, number FROM person_number WHERE patient IN (SELECT value FROM json_each(?))"
_PLACE = """INSERT INTO placed (place, cs_id, cs_hash, person, month) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (place) DO UPDATE SET cs_id = excluded.cs_id, cs_hash = excluded.cs_hash,
    person = excluded.person, month = excluded.month"""
_STAYS = """UPDATE scope_person SET away_at = NULL, purged_at = NULL
    WHERE left_at IS NOT NULL AND away_at IS NOT NULL AND patient IN (SELECT value FROM json_each(?))"""
_MARK = "SELECT cursor, chain FROM feed WHERE feed = ?"
_MOVED = "UPDATE feed SET cursor = ?, chain = ? WHERE feed = ?"
_WITNESS = "INSERT OR REPLACE INTO witness (feed, feed_seq, chain) VALUES (?, ?, ?)"
_UNSENT = "SELECT min(seq) FROM outbox WHERE replica = ? AND feed IS NULL"
_CURRENT = "SELECT replica_id, seq, chain FROM replica WHERE seq > 0"
_STANDS = "SELECT feed, cursor, chain FROM feed"
_SEEN = "SELECT feed_seq FROM witness WHERE feed = ? ORDER BY feed_seq DESC"
_WITNESSES = "SELECT feed, feed_seq, chain FROM witness ORDER BY feed DESC, feed_seq DESC"
"""As the key has them, from its end: what has to be sorted takes five times as long."""
_ABOVE = """SELECT cs_id, placed.cs_hash, chain IS NOT NULL, replica, seq
    FROM placed JOIN change_set USING (cs_id) WHERE place BETWEEN ? AND ? AND body IS NOT NULL"""
_AGAIN = "INSERT OR IGNORE INTO outbox (cs_id, feed, replica, seq) VALUES (?, ?, ?, ?)"
_STRAYED = """INSERT OR IGNORE INTO outbox (cs_id, replica, seq)
    SELECT placed.cs_id, replica, seq FROM placed JOIN change_set USING (cs_id)
    WHERE change_set.chain IS NOT NULL AND body IS NOT NULL AND place / ? NOT IN (
        SELECT number FROM feed_number JOIN feed USING (feed))
    AND change_set.replica NOT IN (SELECT replica_id FROM replica)"""
"""Our own under a name that is no longer used, in feeds that are not followed: no witness tells whether the hub has it,
and where another laptop used its numbers the end of the replica does not, either."""
_OF_PERSON = """SELECT DISTINCT cs_id FROM placed
    WHERE person = (SELECT number FROM person_number WHERE patient = ?)"""
_BUCKETS = """SELECT {what} FROM placed {by} JOIN change_set USING (cs_id)
    JOIN person_number ON person_number.number = placed.person
    JOIN scope_person ON scope_person.patient = person_number.patient AND scope_person.feed = ?
    WHERE place BETWEEN ? AND ? AND scope_person.left_at IS NULL"""
_OF_A_MONTH = "INDEXED BY placed_month"
"""Left to itself SQLite reads the whole feed in its order to find one month of it."""


def own_replicas(connection: Connection) -> tuple[OwnReplica, ...]:
    """Every chain this laptop writes or wrote. A replica whose first number came without a chain is another's."""
    current = {name: Mark(seq=seq, chain=chain) for name, seq, chain in asked(connection, _CURRENT)}
    written = log.written_replicas(connection)
    earlier = {name: log.end_of(connection, name) for name in written if name not in current}
    found = {**current, **earlier}
    return tuple(OwnReplica(each, end, each in current, _unsent_from(connection, each)) for each, end in found.items())


def _unsent_from(connection: Connection, replica: str) -> int | None:
    ((seq,),) = asked(connection, _UNSENT, (replica,))
    return None if seq is None else int(seq)


def mark_of(connection: Connection, of: str) -> Mark:
    """How far a feed has been pulled."""
    found = asked(connection, _MARK, (of,))
    return Mark(seq=found[0][0], chain=found[0][1]) if found else START


def move(connection: Connection, of: str, to: Mark) -> None:
    """The feed has been pulled to there."""
    do(connection, _MOVED, (to.seq, bytearray(to.chain), of))


def heard_of(connection: Connection, heads: Mapping[str, int]) -> None:
    """Where the hub's feeds end; one never heard of before is begun."""
    known = ends(connection)
    run(connection, "UPDATE feed SET head = ? WHERE feed = ?", [(head, name) for name, head in heads.items()])
    for name, head in heads.items():
        if name not in known:
            row = {"feed": name, "cursor": 0, "chain": CHAIN_START, "head": head, "scope": b""}
            connection.execute(insert(feed), [row])


def ends(connection: Connection) -> dict[str, int]:
    """Where the hub's feeds ended when last heard of."""
    return dict(asked(connection, "SELECT feed, head FROM feed"))


def stands(connection: Connection) -> dict[str, Stand]:
    """Where each feed stands, with its witnesses, the newest first; also of feeds that were only sent to."""
    seen: dict[str, list[Mark]] = {}
    for name, seq, chain in asked(connection, _WITNESSES):
        seen.setdefault(name, []).append(Mark(seq=seq, chain=chain))
    cursors = {name: Mark(seq=seq, chain=chain) for name, seq, chain in asked(connection, _STANDS)}
    return {
        name: Stand(cursor=cursors.get(name, START), witnesses=tuple(seen.get(name, ())))
        for name in {**seen, **cursors}
    }


def bear_witness(connection: Connection, of: str, marks: Iterable[Mark]) -> None:
    """Remember places that were seen, and let go of what is too dense by now."""
    rows = [(of, mark.seq, bytearray(mark.chain)) for mark in marks if mark.seq]
    if not rows:
        return
    run(connection, _WITNESS, rows)
    seqs = [seq for (seq,) in asked(connection, _SEEN, (of,))]
    kept = set(thinned(seqs))
    gone = [(of, seq) for seq in seqs if seq not in kept]
    run(connection, "DELETE FROM witness WHERE feed = ? AND feed_seq = ?", gone)


def thinned(newest_first: Sequence[int]) -> list[int]:
    """Which places stay witnesses: the newest, and before them one for each doubling of the distance."""
    kept = list(newest_first[:DENSE])
    spread: dict[int, int] = {}
    for seq in newest_first[DENSE:]:
        spread[(newest_first[0] - seq).bit_length()] = seq  # of those about as far away the oldest
    return kept + sorted(spread.values(), reverse=True)[:SPARSE]


def before_all(connection: Connection, of: str) -> int:
    """The place that number 0 of a feed would have. In one without a place here it is such that none is found."""
    found = asked(connection, "SELECT number FROM feed_number WHERE feed = ?", (of,))
    return int(found[0][0]) * EXACT if found else 0


def places(connection: Connection, of: str, until: int = EXACT - 1, above: int = 0) -> tuple[int, int]:
    """The first and the last place that the numbers of a feed `above` one and up to another may have."""
    start = before_all(connection, of)
    return start + above + 1, start + until


def place(
    connection: Connection, of: str, entries: Iterable[tuple[int, ChangeSet]], here: Mapping[str, bytes] | None = None
) -> frozenset[int]:
    """Write down where change sets stand in a feed. Answers the months they are reckoned in.

    `here` names the hashes of those that were here before: what is compared with the hub is what is held.
    What comes of somebody who was put away, their work that waits for a lead as any, is put away after them.
    """
    run(connection, _NUMBERED, [(of,)])
    start = before_all(connection, of)
    placing = [(seq, each, each.head) for seq, each in entries]
    about = encode(sorted({head.patient_id for _, _, head in placing if head.patient_id is not None})).decode()
    run(connection, _NEW_PEOPLE, [(about,)])
    people: dict[str | None, int] = dict(asked(connection, _PEOPLE, (about,)))
    rows = []
    for seq, each, head in placing:
        hash_ = here.get(head.cs_id, each.hash) if here else each.hash
        rows.append((start + seq, head.cs_id, bytearray(hash_), people.get(head.patient_id), month(head)))
    run(connection, _PLACE, rows)
    if people:
        run(connection, _STAYS, [(about,)])
    return frozenset(row[4] for row in rows)


def is_readable(each: ChangeSet) -> bool:
    try:
        return bool(each.head) and bool(each.items)
    except UnreadableChangeSet:
        return False


def rewind(connection: Connection, of: str, to: Mark) -> bool:
    """The hub recognises nothing of a feed above `to`: what stood there is to be given back, and pulled again.

    Our own is pushed besides, so that our replicas end there where they end here. Answers False where `to` is no place
    that was seen here, and then changes nothing.
    """
    cursor = mark_of(connection, of)
    seen = stands(connection).get(of, Stand())
    if to not in (START, cursor, *seen.witnesses):
        return False
    beyond = places(connection, of, above=to.seq)
    above = asked(connection, _ABOVE, beyond)
    run(connection, _AGAIN, [(cs_id, None if own else of, replica, seq) for cs_id, _, own, replica, seq in above])
    connection.exec_driver_sql(_STRAYED, (EXACT,))
    stretches.lost(connection, of, {bytes(hash_): cs_id for cs_id, hash_, *_ in above})
    stretches.forget(connection, of, to.seq)
    run(connection, "DELETE FROM placed WHERE place BETWEEN ? AND ?", [beyond])
    connection.execute(delete(witness).where(witness.c.feed == of, witness.c.feed_seq > to.seq))
    if cursor.seq > to.seq:
        move(connection, of, to)
    return True


def month_buckets(connection: Connection, of: str, until: int, months: Collection[int]) -> dict[int, Bucket]:
    """The buckets of some months of a feed up to a number, of people in scope, from the rows here."""
    text = _BUCKETS.format(what="placed.cs_hash", by=_OF_A_MONTH) + " AND placed.month = ?"
    by = of, *places(connection, of, until)
    return {each: bucket(hash_ for (hash_,) in asked(connection, text, (*by, each))) for each in months}


def all_buckets(connection: Connection, of: str, until: int) -> dict[int, Bucket]:
    """The buckets of all months, reckoned from the bytes themselves where they are here."""
    asked = _BUCKETS.format(what="placed.month, change_set.cs_hash, change_set.head, change_set.body", by="")
    found: dict[int, list[bytes]] = {}
    for at, hash_, head, body in connection.exec_driver_sql(asked, (of, *places(connection, of, until))):
        found.setdefault(at, []).append(hash_ if body is None else ChangeSet(head, body).hash)
    return {at: bucket(hashes) for at, hashes in found.items()}


def people_buckets(connection: Connection, of: str, until: int, of_month: int) -> dict[str, Bucket]:
    """One month's bucket by person."""
    text = _BUCKETS.format(what="person_number.patient, placed.cs_hash", by=_OF_A_MONTH) + " AND placed.month = ?"
    found: dict[str, list[bytes]] = {}
    for patient, hash_ in asked(connection, text, (of, *places(connection, of, until), of_month)):
        found.setdefault(patient, []).append(hash_)
    return {patient: bucket(hashes) for patient, hashes in found.items()}


def count_placed(connection: Connection, of: str, until: int) -> int:
    ((count,),) = asked(
        connection, "SELECT count(*) FROM placed WHERE place BETWEEN ? AND ?", places(connection, of, until)
    )
    return int(count)


def of_person(connection: Connection, patient: str) -> list[str]:
    """The change sets about somebody that have a place at the hub."""
    return [cs_id for (cs_id,) in asked(connection, _OF_PERSON, (patient,))]


def is_unsent_about(connection: Connection, patient: str) -> bool:
    """Whether something about somebody waits to be confirmed."""
    waiting = connection.exec_driver_sql("SELECT head FROM change_set JOIN outbox USING (cs_id)")
    return any(patient.encode() in head for (head,) in waiting)


def listed(connection: Connection, of: str) -> dict[str, str | None]:
    """Who is or was in scope of a feed, and since when they are not."""
    s = scope_person.c
    return {row.patient: row.left_at for row in connection.execute(select(s.patient, s.left_at).where(s.feed == of))}
