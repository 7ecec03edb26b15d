"""The numbered feeds and their chains, the ends of replicas, and what waits for a lead.

The counter row of a feed is taken last, and several in the order of their names: whoever adds waits for it until the
other has committed, so a number can be seen only after all below it (`docs/adr/0026`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from msgspec.json import encode
from sqlalchemy import Connection, Row, and_, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from smf_core.operations.change_set import CHAIN_START, chained
from smf_core.operations.protocol import START, Mark, Run, held_feed, team_feed
from smf_core.records.rows import Values, asked, do
from smf_hub.store import tables as t
from smf_hub.store.database import TakenMeanwhile, add_rows
from smf_hub.store.together import Question, asked_together

PART = 500
AT_ONCE = 250
"""Rows of a feed that are read at once: what follows the last that was wanted of them is read in vain."""

_HEADS = "SELECT feed, '', n, 0, chain FROM feed_counter WHERE feed IN (SELECT value FROM json_each(?))"
_TEAM_ENDS = "SELECT feed, n FROM feed_counter WHERE feed >= 'team:' AND feed < 'team;'"
_REPLICAS = """SELECT replica, '', last_seq, 0, head_hash FROM replica
    WHERE replica IN (SELECT value FROM json_each(?))"""
_SOME = """SELECT feed, '', feed_seq, 0, chain FROM {}
    WHERE feed = ? AND feed_seq IN (SELECT CAST(value AS integer) FROM json_each(?))"""
_CHAINS = {False: _SOME.format(t.change_set.name), True: _SOME.format(t.quarantine.name)}
_COUNTER = "SELECT n, chain FROM feed_counter WHERE feed = ?"
_NEW_COUNTER = "INSERT INTO feed_counter (feed, n, chain) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_MOVE_COUNTER = "UPDATE feed_counter SET n = ?, chain = ? WHERE feed = ?"
_REPLICA = "SELECT last_seq, head_hash, device FROM replica WHERE replica = ?"
_NEW_REPLICA = "INSERT INTO replica (replica, device, last_seq, head_hash) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_MOVE_REPLICA = "UPDATE replica SET last_seq = ?, head_hash = ? WHERE replica = ?"
_SIGNED = """INSERT INTO push_signature (replica, from_seq, to_seq, head_hash, signature) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING"""
_AFTER = """SELECT feed_seq, chain, cs_hash, replica, seq, patient, head, body FROM feed_change_set
    WHERE feed = ? AND feed_seq > ? ORDER BY feed_seq LIMIT ?"""
_HELD_AFTER = """SELECT feed_seq, chain, cs_hash, '', 0, patient, head, body FROM quarantine
    WHERE feed = ? AND feed_seq > ? ORDER BY feed_seq LIMIT ?"""
"""Put with every request: statements that never change are not composed anew."""

_HELD_AT = """SELECT cs_id, feed, feed_seq, cs_hash, chain, reason FROM quarantine
    WHERE cs_id IN (SELECT value FROM json_each(?))"""
_ACCEPTED_AT = """SELECT cs_id, feed, feed_seq, cs_hash, chain, '' FROM feed_change_set
    WHERE cs_id IN (SELECT value FROM json_each(?))"""
_HELD_SINCE = """SELECT count(*) FROM quarantine WHERE feed = ? AND received_at >= ?
    AND (decided_at IS NULL OR decided_at > received_at)"""
_NOT_ADOPTED = """SELECT 1 FROM quarantine
    WHERE cs_id IN (SELECT value FROM json_each(?)) AND state <> 'adopted' LIMIT 1"""
_ACCEPTED = "SELECT 1 FROM feed_change_set WHERE cs_id IN (SELECT value FROM json_each(?)) LIMIT 1"

Where = tuple[dict[str, Mark], dict[str, Mark], set[tuple[str, int]]]
"""Where some feeds end, where some replicas do (one never heard of is left out), and which places are `recognised`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change set stands already; `reason` is empty unless it waits, or waited, for a lead."""

    feed: str
    seq: int
    hash: bytes
    chain: bytes
    reason: str = ""


class Fed(NamedTuple):
    """What stands in a feed. A receipt's replica and number are not told."""

    feed_seq: int
    chain: bytes
    cs_hash: bytes
    replica: str
    seq: int
    patient: str | None
    head: bytes
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A change set to be numbered: the row it will be, without its number and chain."""

    feed: str
    hash: bytes
    row: Mapping[str, Any]


def places(connection: Connection, cs_ids: Collection[str]) -> dict[str, Place]:
    """Which of some change sets are here, and where; one that was adopted stands where it was accepted."""
    found: dict[str, Place] = {}
    for ids in _parts(cs_ids):
        for text in (_HELD_AT, _ACCEPTED_AT):
            for cs_id, feed, seq, hash_, chain, reason in asked(connection, text, (encode(ids).decode(),)):
                found[cs_id] = Place(feed, seq, bytes(hash_), bytes(chain), reason)
    return found


def add(connection: Connection, kept: Sequence[Entry], held: Sequence[Entry] = ()) -> tuple[dict[str, Run], list[Mark]]:
    """Number some change sets, each in its feed, and write them. The last thing a transaction does.

    Answers by feed the run that it got, and where each stands, `kept` before `held`. Raises `TakenMeanwhile` where one
    to be accepted waits for a lead or was returned, or one to wait stands: whoever writes has to look at that first.
    """
    counters = _take_counters(connection, {each.feed for each in (*kept, *held)})
    if _is_any(connection, _NOT_ADOPTED, kept) or _is_any(connection, _ACCEPTED, held):
        raise TakenMeanwhile
    began = {feed: (mark.seq, mark.chain) for feed, mark in counters.items()}
    marks: list[Mark] = []
    written: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    for rows, entries in zip(written, (kept, held), strict=True):
        for each in entries:
            before = counters[each.feed]
            mark = Mark(seq=before.seq + 1, chain=chained(before.chain, each.hash))
            counters[each.feed] = mark
            marks.append(mark)
            place = {"feed": each.feed, "feed_seq": mark.seq, "chain": mark.chain, "cs_hash": each.hash}
            rows.append({**each.row, **place})
    add_rows(connection, t.change_set, written[0])
    add_rows(connection, t.quarantine, written[1])
    for feed, mark in counters.items():
        do(connection, _MOVE_COUNTER, (mark.seq, bytearray(mark.chain), feed))
    runs = {
        feed: Run(feed=feed, first=n + 1, last=counters[feed].seq, chain_before=chain, chain_after=counters[feed].chain)
        for feed, (n, chain) in began.items()
    }
    return runs, marks


def _is_any(connection: Connection, text: str, entries: Sequence[Entry]) -> bool:
    return bool(entries) and bool(asked(connection, text, (_json([each.row["cs_id"] for each in entries]),)))


def _take_counters(connection: Connection, feeds: Iterable[str]) -> dict[str, Mark]:
    taken = {}
    for feed in sorted(feeds):
        rows = _locked(connection, _COUNTER, feed)
        if not rows:
            do(connection, _NEW_COUNTER, (feed, 0, bytearray(CHAIN_START)))
            rows = _locked(connection, _COUNTER, feed)
        ((n, chain),) = rows
        taken[feed] = Mark(seq=n, chain=bytes(chain))
    return taken


def _locked(connection: Connection, text: str, name: str) -> Sequence[Values]:
    """A row that is kept from others until the transaction ends: on SQLite whoever writes has all to himself."""
    return asked(connection, f"{text} FOR UPDATE" if connection.dialect.name == "postgresql" else text, (name,))


def heads(connection: Connection, feeds: Collection[str]) -> dict[str, Mark]:
    """Where each of some feeds ends; one that nobody has added to ends at its start."""
    return _marks(feeds, asked(connection, _HEADS, (_json(feeds),)))


def ends_of_teams(connection: Connection) -> dict[str, int]:
    """The last number of each team's feed."""
    return {row[0]: row[1] for row in asked(connection, _TEAM_ENDS)}


def every_feed(connection: Connection) -> tuple[str, ...]:
    return tuple(connection.scalars(select(t.feed_counter.c.feed).order_by(t.feed_counter.c.feed)))


def recognised(connection: Connection, marks: Collection[tuple[str, Mark]]) -> set[tuple[str, int]]:
    """Which places (feed and mark) the hub knows with the same chain value; the start of a feed always."""
    return _same(marks, asked_together(connection, _places_of(marks)))


def where(
    connection: Connection, feeds: Collection[str], replicas: Collection[str], marks: Collection[tuple[str, Mark]]
) -> Where:
    """Where feeds and replicas end and which places are known, of one moment, by one statement."""
    found, _ = where_and(connection, feeds, replicas, marks, ())
    return found


def where_and(
    connection: Connection,
    feeds: Collection[str],
    replicas: Collection[str],
    marks: Collection[tuple[str, Mark]],
    more: Sequence[Question],
) -> tuple[Where, list[list[Values]]]:
    """`where`, and what some questions answer that are asked with it."""
    ours = [(_HEADS, (_json(feeds),)), (_REPLICAS, (_json(replicas),)), *_places_of(marks)]
    ends, seen, *rest = asked_together(connection, [*ours, *more])
    places = rest[: len(rest) - len(more)]
    return (_marks(feeds, ends), _marks((), seen), _same(marks, places)), rest[len(places) :]


def _places_of(marks: Collection[tuple[str, Mark]]) -> list[Question]:
    """What asks for the chains at some places: feed by feed, by the index."""
    wanted: dict[str, set[int]] = {}
    for feed, mark in marks:
        if mark.seq:
            wanted.setdefault(feed, set()).add(mark.seq)
    return [
        (_CHAINS[feed.startswith("held:")], (feed, encode(sorted(seqs)).decode()))
        for feed, seqs in sorted(wanted.items())  # in one order: the same statement for the same kinds of feeds
    ]


def _same(marks: Collection[tuple[str, Mark]], answers: Iterable[Sequence[Values]]) -> set[tuple[str, int]]:
    chains = {(feed, seq): bytes(chain) for rows in answers for feed, _, seq, _, chain in rows}
    return {(feed, mark.seq) for feed, mark in marks if mark == START or chains.get((feed, mark.seq)) == mark.chain}


def _marks(names: Iterable[str], rows: Iterable[Values]) -> dict[str, Mark]:
    return dict.fromkeys(names, START) | {name: Mark(seq=seq, chain=bytes(chain)) for name, _, seq, _, chain in rows}


def _json(names: Collection[str]) -> str:
    return encode(sorted(names)).decode()


def after(connection: Connection, feed: str, seq: int, limit: int) -> Iterator[Fed]:
    """What stands in a feed above a number, in order, at most so many."""
    text = _HELD_AFTER if feed.startswith("held:") else _AFTER
    while limit > 0:
        rows = asked(connection, text, (feed, seq, min(limit, AT_ONCE)))
        yield from map(Fed._make, rows)
        limit = limit - AT_ONCE if len(rows) == AT_ONCE else 0
        seq = rows[-1][0] if rows else seq


def of_person(
    connection: Connection, feed: str, patient: str, above: int, until: int, limit: int
) -> Iterator[Row[Any]]:
    """The change sets about one person in a feed, in order."""
    c = t.change_set.c
    about = and_(c.feed == feed, c.patient == patient, c.feed_seq > above, c.feed_seq <= until)
    wanted = select(t.change_set).where(about).order_by(c.feed_seq).limit(limit)
    with connection.execute(wanted, execution_options={"yield_per": 50}) as rows:  # whoever stops early closes it
        yield from rows


_ABOUT = """SELECT {}, cs_hash FROM feed_change_set
    WHERE feed = ? AND patient IN (SELECT value FROM json_each(?))"""
_IN_MONTHS = " AND month IN (SELECT CAST(value AS integer) FROM json_each(?))"
_UNTIL = " AND feed_seq <= ?"
FEW_MONTHS = 24


def by_month(
    connection: Connection, feed: str, until: int, months: Collection[int], people: Collection[str]
) -> Iterator[Values]:
    """(month, cs_hash) of all that is about some people in some months, up to a number.

    One index holds all of it. Of few months it is gone through by person and month, so that an exchange which touched
    one month costs no more when the feed has years.
    """
    few = len(months) <= FEW_MONTHS
    rows = _hashes(connection, "month", feed, until, months if few else None, people)
    return rows if few else (row for row in rows if row[0] in months)


def by_person(connection: Connection, feed: str, until: int, month: int, people: Collection[str]) -> Iterator[Values]:
    """(patient, cs_hash) of all that is about some people in a month, up to a number."""
    return _hashes(connection, "patient", feed, until, (month,), people)


def _hashes(
    connection: Connection, key: str, feed: str, until: int, months: Collection[int] | None, people: Collection[str]
) -> Iterator[Values]:
    goes_on = until < heads(connection, (feed,))[feed].seq
    text = f"{_ABOUT.format(key)}{'' if months is None else _IN_MONTHS}{_UNTIL if goes_on else ''}"
    told = (*(() if months is None else (encode(list(months)).decode(),)), *((until,) if goes_on else ()))
    for some in _parts(people):
        yield from asked(connection, text, (feed, encode(some).decode(), *told))


# --- replicas ------------------------------------------------------------------------------------


def take_replica(connection: Connection, replica: str, device: str) -> tuple[Mark, str]:
    """The end of a replica, kept from others until the transaction ends, and whose it is: this device's if nobody's."""
    rows = _locked(connection, _REPLICA, replica)
    if not rows:
        do(connection, _NEW_REPLICA, (replica, device, 0, bytearray(CHAIN_START)))
        rows = _locked(connection, _REPLICA, replica)
    ((seq, chain, whose),) = rows
    return Mark(seq=seq, chain=bytes(chain)), str(whose)


def are_one_store(connection: Connection, one: str, other: str) -> bool:
    """Whether two devices are one laptop's store, enrolled twice."""
    stores = select(t.device.c.store).where(t.device.c.device.in_((one, other)))
    return len(set(connection.scalars(stores))) == 1


def move_replica(connection: Connection, replica: str, end: Mark, first: int, signature: bytes) -> None:
    """The replica ends there now; the device's signature says so for every change set before."""
    chain = bytearray(end.chain)
    do(connection, _MOVE_REPLICA, (end.seq, chain, replica))
    do(connection, _SIGNED, (replica, first, end.seq, chain, bytearray(signature)))


# --- whose patient -------------------------------------------------------------------------------


_TEAMS = """SELECT patient, since, team FROM person_team
    WHERE patient IN (SELECT value FROM json_each(?)) ORDER BY since"""


def teams_of(connection: Connection, patients: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """By person (moment, team) in order: whose they were from then on."""
    found: dict[str, list[tuple[int, str]]] = {}
    for ids in _parts(patients):
        for patient, since, team in asked(connection, _TEAMS, (encode(ids).decode(),)):
            found.setdefault(patient, []).append((since, team))
    return found


_PATIENTS = "SELECT cs_id, patient FROM feed_change_set WHERE cs_id IN (SELECT value FROM json_each(?))"


def patients_of(connection: Connection, cs_ids: Collection[str]) -> dict[str, str | None]:
    """Whom some accepted change sets are about."""
    return {
        cs_id: patient
        for ids in _parts(cs_ids)
        for cs_id, patient in asked(connection, _PATIENTS, (encode(ids).decode(),))
    }


def now_of(connection: Connection, patients: Sequence[tuple[str, int, str]]) -> None:
    """From a moment on each of these people (patient, moment, team) is that team's."""
    rows = [{"patient": patient, "since": since, "team": team} for patient, since, team in patients]
    if rows:
        connection.execute(_upsert(connection, t.person_team).on_conflict_do_nothing(), rows)


def people_of(connection: Connection, team: str) -> tuple[dict[str, int], set[str]]:
    """Everyone who is this team's now, and who was, and is no more.

    Each with 0, or for who was another team's before with a number that changes when they move or when more of them
    stands in the feed of another team: a hub that was restored may hear of work there before it hears of the transfer.
    """
    p, c = t.person_team.c, t.change_set.c
    last: dict[str, tuple[int, str]] = {}
    times: Counter[str] = Counter()
    others: set[str] = set()
    ever = select(p.patient).where(p.team == team)
    for row in connection.execute(select(p.patient, p.since, p.team).where(p.patient.in_(ever))):
        last[row.patient] = max(last.get(row.patient, (-1, "")), (row.since, row.team))
        times[row.patient] += 1
        others.add(team_feed(row.team))
    theirs = {patient: times[patient] - 1 for patient, (_, whose) in last.items() if whose == team}
    elsewhere = c.feed.in_(sorted(others - {team_feed(team)}))
    for ids in _parts([patient for patient, moves in theirs.items() if moves]):
        for patient, hash_ in connection.execute(select(c.patient, c.cs_hash).where(elsewhere, c.patient.in_(ids))):
            theirs[patient] = (theirs[patient] + int.from_bytes(hash_[:6], "big")) % 2**48
    return theirs, last.keys() - theirs.keys()


def count_people(connection: Connection, team: str) -> int:
    """How many have ever been this team's."""
    ((count,),) = asked(connection, "SELECT count(*) FROM person_team WHERE team = ?", (team,))
    return int(count)


# --- what waits for a lead -----------------------------------------------------------------------


def waiting(connection: Connection, cs_id: str) -> Row[Any] | None:
    """A quarantined change set, kept from others until the transaction ends."""
    return connection.execute(select(t.quarantine).where(t.quarantine.c.cs_id == cs_id).with_for_update()).one_or_none()


def is_accepted(connection: Connection, cs_id: str) -> bool:
    """Whether a change set of that id stands in a feed that others follow."""
    return connection.execute(select(t.change_set.c.cs_id).where(t.change_set.c.cs_id == cs_id)).first() is not None


def all_waiting(connection: Connection, teams: Collection[str], limit: int) -> list[Row[Any]]:
    """What waits for a lead of these teams or of the people they have now, the oldest first.

    Two processes on PostgreSQL may accept a change set and set it aside at one moment: what stands waits for nobody.
    """
    q, p, later = t.quarantine.c, t.person_team.c, t.person_team.alias()
    since = select(func.max(later.c.since)).where(later.c.patient == p.patient).scalar_subquery()
    theirs = select(p.patient).where(p.team.in_(teams), p.since == since)
    stands = select(t.change_set.c.cs_id).where(t.change_set.c.cs_id == q.cs_id).exists()
    mine = and_(q.state == "waiting", q.team.in_(teams) | q.patient.in_(theirs), ~stands)
    return list(connection.execute(select(t.quarantine).where(mine).order_by(q.received_at, q.cs_id).limit(limit)))


def count_held(connection: Connection, device: str, since: int) -> int:
    """How many change sets of a laptop had to wait for a lead from a moment on, whatever became of them."""
    ((count,),) = asked(connection, _HELD_SINCE, (held_feed(device), since))
    return int(count)


def waiting_about(connection: Connection, patients: Collection[str], reason: str) -> list[Row[Any]]:
    """What waits about some people for one reason, in the order it came."""
    q = t.quarantine.c
    return [
        row
        for ids in _parts(sorted(patients))
        for row in connection.execute(
            select(t.quarantine)
            .where(q.patient.in_(ids), q.state == "waiting", q.reason == reason)
            .order_by(q.received_at, q.feed, q.feed_seq)
            .with_for_update()
        )
    ]


def decide(connection: Connection, cs_id: str, state: str, by: str, at: int, word: str = "") -> None:
    values = {"state": state, "decided_by": by, "decided_at": at, "word": word}
    connection.execute(update(t.quarantine).where(t.quarantine.c.cs_id == cs_id).values(values))


def decided_early(connection: Connection, cs_id: str, state: str, by: str, moment: int) -> None:
    """Somebody has decided of work that does not wait here; the first counts."""
    row = {"cs_id": cs_id, "by": by, "moment": moment, "state": state}
    connection.execute(_upsert(connection, t.early_decision).on_conflict_do_nothing(), [row])


def early_decisions(connection: Connection, cs_ids: Collection[str]) -> list[Row[Any]]:
    """What was decided of some work before it came."""
    of = select(t.early_decision).where(t.early_decision.c.cs_id.in_(sorted(cs_ids)))
    return list(connection.execute(of))


def note_event(
    connection: Connection, event: str, at: int, kind: str, *, device: str | None, user: str | None, detail: str = ""
) -> None:
    """Something an administrator must know of. `detail` holds codes, counts and ids only."""
    row = {"event": event, "at": at, "kind": kind, "device": device, "user": user, "detail": detail[:80]}
    connection.execute(insert(t.event), [row])


def _upsert(connection: Connection, table: Any) -> Any:
    """An insert that may say what to do when the row is there."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def _parts(values: Collection[Any]) -> Iterator[list[Any]]:
    held = list(values)
    for start in range(0, len(held), PART):
        yield held[start : start + PART]
