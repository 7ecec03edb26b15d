"""What an exchange with the hub does to the store, each piece in one transaction, so that it may be cut anywhere.

Nothing leaves the outbox but by a receipt whose chain was reckoned again here, and no cursor moves but together with
what it has passed.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import takewhile

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from smf_core.operations import clock as hybrid
from smf_core.operations.change_set import ChangeSet, chained
from smf_core.operations.clock import Stamp
from smf_core.operations.digest import Bucket
from smf_core.operations.exchange import Batch, Done, Entering, Here, Month, Size
from smf_core.operations.protocol import (
    Exceptional,
    Grant,
    HubTrouble,
    Mark,
    Outcome,
    Page,
    Placed,
    Pushed,
    Run,
    Scope,
    Signed,
    Trouble,
    Verify,
    Welcome,
)
from smf_core.operations.wire import Entry, Hidden
from smf_core.records import lines, log, writing
from smf_core.records.queries.disputes import people_apart
from smf_core.records.rows import asked, run
from smf_desktop.ports import Clock, NewId
from smf_desktop.store import feeds, following, scoping
from smf_desktop.store.store import AUDIT, RECORDS, Store, Work, read_chain
from smf_desktop.store.tables import (
    exchange,
    feed,
    held_grant,
    joined_hub,
    outbox,
    placed,
    review,
    sent_change_set,
)

STOPPED, COMPLETE, DIFFERS = "stopped", "complete", "differs"
"""How an exchange ended, beside the `Trouble`s: it was cut, it did all, or both sides did not hold the same."""

WHOLE_AFTER = timedelta(days=7)
SHOWN_DAYS = timedelta(days=7)
KEPT_EXCHANGES = 1_000
PIECE = 400
"""Operations taken in at once: a save that somebody waits for comes to its turn after these."""

FIRST_PIECE = 2_000
"""The same while the first exchange has not brought everything: each time costs the disk anew."""
YEARS = 10

TOLD_AGAIN = 60_000
OFFSET_SAME = 1_000
"""The hub's time, told again within the first (ms) and no further from ours than before by the second, is no news."""

_RATCHET = "SELECT ratchet, complete_at FROM joined_hub"
_HEARD = "SELECT heard_ms, offset_ms FROM joined_hub"
_COUNTS = "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM draft)"
_KEPT = "SELECT feed, scope, verified_at FROM feed"
_GRANTS = 'SELECT "user", content, signature FROM held_grant'
_OUTCOMES = "SELECT outcome FROM exchange WHERE outcome = ? OR outcome = ? ORDER BY id DESC LIMIT 3"
"""Asked by every exchange: statements that never change are not composed anew."""


class Exchanging:
    """A joined store as the exchange with its hub needs it."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store, self._clock, self._new_id = store, clock, new_id

    @contextmanager
    def _work(self, *, bulk: bool = False) -> Iterator[Work]:
        with self._store.work(author="", now=self._clock.now(), new_id=self._new_id, bulk=bulk) as work:
            yield work

    def _now(self) -> str:
        return self._clock.now().isoformat()

    # --- where we stand --------------------------------------------------------------------------

    def here(self) -> Here:
        """Where this laptop stands. Raises `LookupError` for a store that has joined no hub."""
        with self._store.read() as connection:
            hub = asked(connection, _RATCHET)
            if not hub:
                raise LookupError("no hub")
            ((ratchet, complete_at),) = hub
            ((unsent, drafts),) = asked(connection, _COUNTS)
            kept = {of: (scope, verified) for of, scope, verified in asked(connection, _KEPT)}
            return Here(
                replicas=feeds.own_replicas(connection),
                feeds=feeds.stands(connection),
                scopes={of: scope for of, (scope, _) in kept.items()},
                unsent=unsent,
                drafts=drafts,
                ratchet=ratchet,
                complete=complete_at is not None,
                due=frozenset(of for of, (_, verified) in kept.items() if self._is_due(verified)),
                differed=_differed(connection),
                leaving=bool(scoping.leaving(connection, self._clock.now())),
            )

    def _is_due(self, verified_at: str | None) -> bool:
        return verified_at is None or self._clock.now() - datetime.fromisoformat(verified_at) >= WHOLE_AFTER

    def own_chain(self, replica: str, seq: int) -> bytes | None:
        """The chain after a number of what this laptop wrote as a replica."""
        with self._store.read() as connection:
            return log.own_chain(connection, replica, seq)

    def cursor(self, of: str) -> Mark:
        """How far a feed has been pulled."""
        with self._store.read() as connection:
            return feeds.mark_of(connection, of)

    def unsent(self) -> int:
        """Change sets no hub has confirmed, others' that a restored hub may lack among them."""
        return self._store.unsent()

    def apart(self) -> Counter[tuple[str, str]]:
        """How many units of whom two people changed apart: by person and kind."""
        with self._store.read() as connection:
            found = people_apart(connection)
        return Counter({(who, kind): n for who, kinds in found.items() for kind, n in kinds.items()})

    # --- hello -----------------------------------------------------------------------------------

    def welcomed(self, said: Welcome) -> None:
        """Take in what the hub says of itself: its time, the ends of its feeds, the next ratchet value, grants.

        Our own clock of stamps follows the hub's time, so that laptops whose clocks differ still agree on an order.
        """
        hub_ms = int(datetime.fromisoformat(said.hub_time).timestamp() * 1000)
        offset = hub_ms - int(self._clock.now().timestamp() * 1000)
        grants = {msgspec.json.decode(each.content, type=Grant).user: each for each in said.grants}
        heads = {name: end.head for name, end in said.feeds.items()}
        if not said.ratchet and self._is_known(heads, grants, hub_ms, offset):
            return
        with self._work() as work:
            connection = work.connection
            stamp = _hear(connection, Stamp(hub_ms, 0), hub_ms)
            values = {"offset_ms": offset, "heard_ms": func.max(joined_hub.c.heard_ms, hub_ms), "stamp_ms": stamp.ms}
            ratchet = {"ratchet": said.ratchet} if said.ratchet else {}
            connection.execute(update(joined_hub).values(**values, **ratchet))
            feeds.heard_of(connection, heads)
            for user, each in grants.items():
                connection.execute(delete(held_grant).where(held_grant.c.user == user))
                connection.execute(
                    insert(held_grant), [{"user": user, "content": each.content, "signature": each.signature}]
                )

    def _is_known(self, heads: Mapping[str, int], grants: Mapping[str, Signed], hub_ms: int, offset: int) -> bool:
        """Whether nothing the hub said of itself is news, its time within a minute included."""
        with self._store.read() as connection:
            held = {user: (content, signature) for user, content, signature in asked(connection, _GRANTS)}
            known = feeds.ends(connection)
            ((heard, before),) = asked(connection, _HEARD)
        return (
            0 <= hub_ms - heard < TOLD_AGAIN
            and abs(offset - before) < OFFSET_SAME
            and heads.items() <= known.items()
            and all(held.get(user) == (each.content, each.signature) for user, each in grants.items())
        )

    def begin_anew(self) -> None:
        """Write under new replica ids from now on: another laptop, or this one before a restore, used these."""
        with self._work() as work:
            work.begin_anew()

    def rewind(self, of: str, to: Mark) -> bool:
        """Go back to the newest place of a feed that the hub recognises; what stood above it is to be sent again.

        Answers False where that is no place seen here, and then changes nothing.
        """
        with self._work() as work:
            following.ask_anew(work.connection)
            return feeds.rewind(work.connection, of, to)

    # --- push ------------------------------------------------------------------------------------

    def batch(self, replica: str, from_seq: int, size: Size) -> Batch | None:
        """The next change sets of one of our own chains; None when there is none, empty where its bytes have gone."""
        with self._store.read() as connection:
            before = log.own_chain(connection, replica, from_seq - 1)
            rows = log.written_from(connection, replica, from_seq, size.change_sets)
        if before is None or not rows:
            return None
        taken: list[ChangeSet] = []
        after, total = before, 0
        for row in rows:
            each = row.change_set
            if each is None or row.seq != from_seq + len(taken):
                break
            total += len(each.head_bytes) + len(each.body_bytes)
            if taken and total > size.unpacked:
                break
            taken.append(each)
            after = row.chain
        return Batch(tuple(taken), Mark(seq=from_seq - 1, chain=before), after)

    def offers(self, size: Size) -> Batch | None:
        """What a restored hub may lack of other laptops' work, of one feed; None when there is none."""
        with self._store.read() as connection:
            of = connection.execute(select(outbox.c.feed).where(outbox.c.feed.is_not(None)).limit(1)).scalar()
            if of is None:
                return None
            waiting = select(outbox.c.cs_id).where(outbox.c.feed == of).order_by(outbox.c.cs_id)
            held = log.change_sets(connection, connection.scalars(waiting.limit(size.change_sets)))
        taken: list[ChangeSet] = []
        total = 0
        for each in held:
            total += len(each.head_bytes) + len(each.body_bytes)
            if taken and total > size.unpacked:
                break
            taken.append(each)
        return Batch(tuple(taken), Mark(), feed=of)

    def leave_replica(self, replica: str, of: str) -> None:
        """The rest of a replica cannot be pushed in order any more: it is offered as work of the feed `of`."""
        with self._work() as work:
            if any(each.replica == replica and each.current for each in feeds.own_replicas(work.connection)):
                work.begin_anew()
            rest = """UPDATE outbox SET feed = ? WHERE feed IS NULL
                AND cs_id IN (SELECT cs_id FROM change_set WHERE replica = ?)"""
            work.connection.exec_driver_sql(rest, (of, replica))

    def receipt(self, sent: Sequence[ChangeSet], said: Pushed) -> Done:
        """Take in the hub's receipt, once its chains were reckoned again from what was sent.

        What it names leaves the outbox; what waits for a lead leaves the records. Raises `HubTrouble(BAD_REPLY)`.
        """
        got = _Receipt.of(sent, said)
        with self._work(bulk=True) as work:
            connection = work.connection
            months: set[Month] = set()
            for run_, part in got.runs:
                numbered = zip(range(run_.first, run_.last + 1), part, strict=True)
                months |= {(run_.feed, each) for each in feeds.place(connection, run_.feed, numbered)}
                end = Mark(seq=run_.last, chain=run_.chain_after)
                feeds.bear_witness(connection, run_.feed, (end,))
                if feeds.mark_of(connection, run_.feed) == Mark(seq=run_.first - 1, chain=run_.chain_before):
                    feeds.move(connection, run_.feed, end)  # all of it is ours: nothing of it need be pulled
            for each, of, seq in got.placed:
                feeds.place(connection, of, ((seq, each),))
            settled = [each.head.cs_id for each in (*got.accepted, *(one for one, _ in got.held))]
            run(connection, "DELETE FROM outbox WHERE cs_id = ?", [(cs_id,) for cs_id in settled])
            now = self._now()
            fresh = [(each.head.cs_id, now) for each in got.accepted]
            run(connection, "INSERT OR IGNORE INTO sent_change_set (cs_id, at) VALUES (?, ?)", fresh)
            kinds = self._hold(connection, got.held) | _let_in(connection, [each.head.cs_id for each in got.accepted])
        return Done(
            sent=len(got.accepted) + len(got.held),
            quarantined=len(got.held),
            kinds=kinds,
            months=frozenset(months),
        )

    def _hold(self, connection: Connection, held: Sequence[tuple[ChangeSet, str]]) -> frozenset[str]:
        """What waits for a lead counts nowhere here. Answers the kinds of record that changed."""
        if not held:
            return frozenset()
        rows = [(each.head.cs_id, reason, self._now()) for each, reason in held]
        waits = """INSERT INTO review (cs_id, reason, at, state) VALUES (?, ?, ?, 'waiting')
            ON CONFLICT (cs_id) DO UPDATE SET reason = excluded.reason, at = excluded.at, state = 'waiting'
            WHERE state = 'adopted'"""  # a hub that was restored has forgotten that it was let in
        run(connection, waits, rows)
        changed = writing.set_aside(connection, [each.head.cs_id for each, _ in held])
        lines.mark(connection, changed.people, changed.kinds)
        return changed.kinds

    # --- pull ------------------------------------------------------------------------------------

    def apply_page(self, page: Page, entries: Sequence[Entry]) -> Done:
        """Take in a page, in pieces between which whoever waits for the store gets it, each with its cursor.

        Nothing of it is taken in before its whole chain was reckoned. Raises `HubTrouble(BAD_REPLY)` when it does not
        follow what is here.
        """
        at = self.cursor(page.feed)
        marks = [at]
        for each in entries:
            marks.append(Mark(seq=marks[-1].seq + 1, chain=chained(marks[-1].chain, each.hash)))
        end = Mark(seq=page.last, chain=page.chain_after)
        if page.first != at.seq + 1 or marks[-1] != end or page.head < page.last:
            raise HubTrouble(Trouble.BAD_REPLY)
        done = Done()
        first, pieces = 0, _pieces(entries, PIECE if self._is_complete() else FIRST_PIECE)
        while first < len(entries):
            with self._work(bulk=True) as work:
                connection = work.connection
                if feeds.mark_of(connection, page.feed) != marks[first]:
                    raise HubTrouble(Trouble.BAD_REPLY)
                for last in pieces:
                    part = zip(marks[first + 1 : last + 1], entries[first:last], strict=True)
                    numbered = [
                        (mark.seq, each)
                        for mark, each in part
                        if not isinstance(each, Hidden) and feeds.is_readable(each)
                    ]
                    done += self._take_in(connection, page.feed, numbered)
                    first = last
                    if self._store.is_awaited():
                        break
                feeds.move(connection, page.feed, marks[first])
                if first == len(entries):
                    feeds.bear_witness(connection, page.feed, (end,))
                    connection.execute(update(feed).where(feed.c.feed == page.feed).values(head=page.head))
        return done

    def backfill(self, patient: str, said: Placed, change_sets: Sequence[ChangeSet]) -> Done:
        """Take in a page of all that is about one person. Raises `HubTrouble(BAD_REPLY)`."""
        if len(said.seqs) != len(change_sets):
            raise HubTrouble(Trouble.BAD_REPLY)
        numbered = [
            (seq, each)
            for seq, each in zip(said.seqs, change_sets, strict=True)
            if feeds.is_readable(each) and each.head.patient_id == patient
        ]
        with self._work(bulk=True) as work:
            return self._take_in(work.connection, said.feed, numbered, again=True)

    def _take_in(
        self, connection: Connection, of: str, numbered: Sequence[tuple[int, ChangeSet]], *, again: bool = False
    ) -> Done:
        """Others' work, and our own as it comes back. `again`: their payloads may have gone here, and count again."""
        sets = [each for _, each in numbered]
        ids = [each.head.cs_id for each in sets]
        fresh = set(ids) - writing.held_ids(connection, ids)
        months = feeds.place(connection, of, numbered)
        if of.startswith("held:"):  # our own from before this store was restored: nobody else has it
            writing.log_only(connection, [(each, None) for each in sets])
            gone = [(each, "unknown") for each in sets if not _is_known(connection, each)]
            return Done(kinds=self._hold(connection, gone))
        kinds: set[str] = set()
        if again:  # whatever of it is here or not: the records are folded anew
            writing.log_only(connection, [(each, None) for each in sets])
            writing.keep_payloads(connection, sets)
            changed = writing.bring_back(connection, ids)
        else:
            changed = writing.write(connection, [(each, None) for each in sets])
        lines.mark(connection, changed.people, changed.kinds)
        kinds |= changed.kinds
        kinds |= _let_in(connection, ids)
        run(connection, "DELETE FROM outbox WHERE cs_id = ?", [(each,) for each in ids])
        _note_returned(connection, sets)
        if sets:
            hub_ms = int(self._clock.now().timestamp() * 1000) + _offset(connection)
            _hear(connection, max(each.stamp for each in sets), hub_ms)
        return Done(
            received=len(fresh), kinds=frozenset(kinds), months=frozenset((of, each) for each in months if fresh)
        )

    # --- scope -----------------------------------------------------------------------------------

    def take_scope(self, of: str, said: Scope) -> Entering:
        """Who is in scope from now on. Who came in is listed only once they are back-filled (`entered`)."""
        with self._work() as work:
            return scoping.take(work.connection, of, said, self._now())

    def entered(self, of: str, people: Sequence[str], moved: Mapping[str, int]) -> None:
        """All that there is of these people is here."""
        with self._work() as work:
            scoping.entered(work.connection, of, people, moved)

    def scope_taken(self, of: str, name: bytes) -> None:
        """The list of that name is what this laptop holds."""
        with self._work() as work:
            work.connection.execute(update(feed).where(feed.c.feed == of).values(scope=name, doubted=None))

    def put_away(self) -> frozenset[str]:
        """Have people who left the scope neither shown nor found, now that the hub has confirmed all of them.

        Payloads go 35 days after they left. Nobody goes of whom anything is unsent or a draft is kept, and none before
        the first exchange has brought everything. Answers the kinds of record that changed.
        """
        kinds: frozenset[str] = frozenset()
        for patient in self._leaving():
            with self._work() as work:
                kinds |= scoping.put_away(work.connection, patient, self._clock.now())
        return kinds

    def _leaving(self) -> Sequence[str]:
        with self._store.read() as connection:
            return scoping.leaving(connection, self._clock.now())

    # --- verify ----------------------------------------------------------------------------------

    def claim(self, of: str, months: frozenset[int] | None) -> Verify:
        """What is here of a feed, of people in scope: the buckets of some months, of all for None."""
        with self._store.read() as connection:
            until = feeds.mark_of(connection, of).seq
            if months is None:
                found = feeds.all_buckets(connection, of, until)
                found = {each: Bucket() for each in _around(self._clock.now(), found)} | found
            else:
                found = feeds.month_buckets(connection, of, until, months)
            return Verify(feed=of, seq=until, scope=_scope_of(connection, of), months=found)

    def claim_people(self, of: str, month: int) -> Verify:
        """One month by person."""
        with self._store.read() as connection:
            until = feeds.mark_of(connection, of).seq
            found = feeds.people_buckets(connection, of, until, month)
            return Verify(feed=of, seq=until, scope=_scope_of(connection, of), people=found, month=month)

    def offer_rest(self, of: str, patient: str, until: int, theirs: frozenset[str]) -> int:
        """What is here of a person and not at the hub is to be offered; `theirs` are the change sets it has."""
        with self._work() as work:
            return scoping.offer_rest(work.connection, of, patient, until, theirs)

    def is_whole_due(self, of: str) -> bool:
        """Whether it is a week since all months of a feed were compared."""
        with self._store.read() as connection:
            return self._is_due(connection.execute(select(feed.c.verified_at).where(feed.c.feed == of)).scalar())

    def verified(self, of: str) -> None:
        """All months of a feed are the same on both sides."""
        with self._work() as work:
            work.connection.execute(update(feed).where(feed.c.feed == of).values(verified_at=self._now()))

    def _is_complete(self) -> bool:
        with self._store.read() as connection:
            return connection.execute(select(joined_hub.c.complete_at)).scalar() is not None

    def completed(self) -> None:
        """The first exchange has brought everything."""
        with self._work() as work:
            first = update(joined_hub).where(joined_hub.c.complete_at.is_(None))
            work.connection.execute(first.values(complete_at=self._now()))

    # --- history ---------------------------------------------------------------------------------

    def begin(self) -> int:
        """An exchange has begun. Answers its number."""
        with self._work() as work:
            row = {"began_at": self._now(), "outcome": STOPPED, "sent": 0, "received": 0}
            made = insert(exchange).values(**row, quarantined=0, conflicts=0).returning(exchange.c.id)
            number: int = work.connection.execute(made).scalar_one()
            work.connection.execute(delete(exchange).where(exchange.c.id <= number - KEPT_EXCHANGES))
            old = (self._clock.now() - SHOWN_DAYS).isoformat()
            work.connection.execute(delete(sent_change_set).where(sent_change_set.c.at < old))
            return number

    def finish(self, number: int, outcome: str, done: Done, conflicts: int) -> None:
        """How the exchange ended: complete, differs, or a `Trouble`."""
        said = {"sent": done.sent, "received": done.received, "quarantined": done.quarantined}
        ended = {"ended_at": self._now(), "outcome": outcome, "conflicts": conflicts}
        with self._work() as work:
            work.connection.execute(update(exchange).where(exchange.c.id == number).values(**said, **ended))
        self._store.rest()

    def differed(self) -> int:
        """How many of the last finished exchanges in a row found that both sides did not hold the same."""
        with self._store.read() as connection:
            return _differed(connection)


def _differed(connection: Connection) -> int:
    outcomes = (outcome for (outcome,) in asked(connection, _OUTCOMES, (COMPLETE, DIFFERS)))
    return sum(1 for _ in takewhile(DIFFERS.__eq__, outcomes))


def _pieces(entries: Sequence[Entry], most: int) -> Iterator[int]:
    """Where to pause while a page is taken in: after so many operations, and at its end."""
    operations = 0
    for at, each in enumerate(entries, start=1):
        operations += each.body_bytes.count(b'"entity_id"') if isinstance(each, ChangeSet) else 0
        if operations >= most or at == len(entries):
            yield at
            operations = 0


def _around(now: datetime, held: Collection[int]) -> range:
    """The months that are compared when all are: those from which nothing is here must show, too."""
    this = now.year * 12 + now.month - 1
    return range(min((this - YEARS * 12, *held)), max((this + 12, *held)) + 1)


class _Receipt(msgspec.Struct, frozen=True):
    """A receipt by change set. `accepted` have a place in a feed that others follow, `held` wait for a lead."""

    runs: tuple[tuple[Run, tuple[ChangeSet, ...]], ...]
    placed: tuple[tuple[ChangeSet, str, int], ...]
    accepted: tuple[ChangeSet, ...]
    held: tuple[tuple[ChangeSet, str], ...]

    @classmethod
    def of(cls, sent: Sequence[ChangeSet], said: Pushed) -> "_Receipt":
        """Raises `HubTrouble(BAD_REPLY)` when it does not speak of each of what was sent, or a chain is another."""
        by_place = {each.at: each for each in said.exceptions}
        if len(by_place) != len(said.exceptions) or any(at >= len(sent) for at in by_place):
            raise HubTrouble(Trouble.BAD_REPLY)
        plain = [each for at, each in enumerate(sent) if at not in by_place]
        runs = _reckoned(said.runs, plain)
        special = [(sent[at], each) for at, each in sorted(by_place.items())]
        held = [(one, each) for one, each in special if _is_held(each)]
        fresh = [one for one, each in held if _is_in(each, said.held)]
        of_held = _reckoned(said.held, fresh)
        again = [(one, each) for one, each in special if not _is_in(each, said.held)]
        known = [one for one, each in again if not _is_held(each)]
        if any(not each.feed or not each.seq for _, each in again):
            raise HubTrouble(Trouble.BAD_REPLY)
        return cls(
            runs=(*runs, *of_held),
            placed=tuple((one, each.feed, each.seq) for one, each in again),
            accepted=(*plain, *known),
            held=tuple((one, each.reason) for one, each in held),
        )


def _is_held(each: Exceptional) -> bool:
    return each.outcome is Outcome.QUARANTINED or each.feed.startswith("held:")


def _is_in(each: Exceptional, runs: Sequence[Run]) -> bool:
    return any(each.feed == run_.feed and run_.first <= each.seq <= run_.last for run_ in runs)


def _reckoned(runs: Sequence[Run], sent: Sequence[ChangeSet]) -> Sequence[tuple[Run, tuple[ChangeSet, ...]]]:
    found = []
    rest = list(sent)
    for each in runs:
        part, rest = rest[: each.last - each.first + 1], rest[each.last - each.first + 1 :]
        chain = each.chain_before
        for one in part:
            chain = chained(chain, one.hash)
        if each.first < 1 or len(part) != each.last - each.first + 1 or chain != each.chain_after:
            raise HubTrouble(Trouble.BAD_REPLY)
        found.append((each, tuple(part)))
    if rest:
        raise HubTrouble(Trouble.BAD_REPLY)
    return found


def _let_in(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """What a lead adopted counts again. Answers the kinds of record that changed."""
    if not asked(connection, "SELECT 1 FROM review LIMIT 1"):
        return frozenset()
    adopted: list[str] = []
    for at in range(0, len(ids), feeds.CHUNK):
        some = ids[at : at + feeds.CHUNK]
        waiting = select(review.c.cs_id).where(review.c.cs_id.in_(some), review.c.state != "adopted")
        adopted += connection.scalars(waiting)
    if not adopted:
        return frozenset()
    run(connection, "UPDATE review SET state = 'adopted' WHERE cs_id = ?", [(each,) for each in adopted])
    changed = writing.bring_back(connection, adopted)
    lines.mark(connection, changed.people, changed.kinds)
    return changed.kinds


def _is_known(connection: Connection, each: ChangeSet) -> bool:
    """Whether it is known here already what became of a change set that the hub held for a lead once."""
    cs_id, patient = each.head.cs_id, each.head.patient_id
    if connection.execute(select(review.c.cs_id).where(review.c.cs_id == cs_id)).first():
        return True
    p = placed.c
    let_in = (p.patient == patient, p.cs_id == cs_id, p.feed.not_like("held:%"))
    return connection.execute(select(p.feed_seq).where(*let_in)).first() is not None


def _note_returned(connection: Connection, sets: Sequence[ChangeSet]) -> None:
    """What a lead decided not to let in."""
    said = [one for each in sets for one in each.items if (one.entity, one.kind) == ("review", "decided")]
    returned = [(one.entity_id,) for one in said if one.payload.get("state") == "returned"]
    run(connection, "UPDATE review SET state = 'returned' WHERE cs_id = ? AND state = 'waiting'", returned)


def _hear(connection: Connection, theirs: Stamp, hub_ms: int) -> Stamp:
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
    return int(connection.execute(select(joined_hub.c.offset_ms)).scalar() or 0)


def _scope_of(connection: Connection, of: str) -> bytes:
    return bytes(connection.execute(select(feed.c.scope).where(feed.c.feed == of)).scalar() or b"")


def _count(connection: Connection, table: object) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]
