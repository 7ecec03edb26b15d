"""What an exchange with the hub does to the store, each piece in one transaction, so that it may be cut anywhere.

Nothing leaves the outbox but by a receipt whose chain was reckoned again here, and no cursor moves but together with
what it has passed.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import accumulate, takewhile

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from smf_core.operations.change_set import ChangeSet, chained
from smf_core.operations.clock import Stamp
from smf_core.operations.digest import Bucket
from smf_core.operations.exchange import Batch, Done, Entering, Here, Returning, Size
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Grant, Mark, Page, Placed, Pushed, Scope, Signed, Verify, Welcome
from smf_core.operations.wire import Entry, Hidden
from smf_core.records import log
from smf_core.records.queries.disputes import people_apart
from smf_core.records.rows import asked, do
from smf_desktop.ports import Clock, NewId
from smf_desktop.store import feeds, following, incoming, receipts, reviewing, scoping, stretches
from smf_desktop.store.store import Store, Work
from smf_desktop.store.tables import (
    feed,
    held_grant,
    joined_hub,
    outbox,
)

STOPPED, COMPLETE, DIFFERS = "stopped", "complete", "differs"
"""How an exchange ended, beside the `Trouble`s and `not_compared`: it was cut, it did all, or both sides did not hold
the same."""

WHOLE_AFTER = timedelta(days=7)
"""So often all of a feed is compared, whatever exchanges touched meanwhile."""

SENT_KEPT = timedelta(days=7)
"""What was confirmed is shown as sent today; a clock that is put right by a few days takes none of that away."""

EXCHANGES_KEPT = 1_000
"""Well beyond those that the history shows and those whose outcomes in a row count."""

PIECE = 1_000
"""Operations taken in at once: a save that somebody waits for comes to its turn after these."""

FIRST_PIECE = 2_000
"""The same while the first exchange has not brought everything: each time costs the disk anew."""

YEARS = 10
"""A hub compares the months it is asked about: when all are compared, these too, though nothing of them is here."""

TOLD_AGAIN = 60_000
OFFSET_SAME = 1_000
"""The hub's time, told again within the first (ms) and no further from ours than before by the second, is no news."""

_RATCHET = "SELECT ratchet, complete_at FROM joined_hub"
_HEARD = "SELECT heard_ms, offset_ms FROM joined_hub"
_COUNTS = "SELECT (SELECT count(*) FROM outbox), (SELECT count(feed) FROM outbox), (SELECT count(*) FROM draft)"
_KEPT = "SELECT feed, scope, verified_at FROM feed"
_GRANTS = 'SELECT "user", content, signature FROM held_grant'
_OUTCOMES = "SELECT outcome FROM exchange WHERE outcome = ? OR outcome = ? ORDER BY id DESC LIMIT 9"
_WELCOMED = """UPDATE joined_hub SET offset_ms = ?, heard_ms = max(heard_ms, ?), stamp_ms = ?,
    ratchet = coalesce(?, ratchet)"""
_BEGUN = """INSERT INTO exchange (began_at, outcome, sent, received, quarantined, conflicts)
    VALUES (?, ?, 0, 0, 0, 0) RETURNING id"""
_ENDED = """UPDATE exchange SET ended_at = ?, outcome = ?, sent = ?, received = ?, quarantined = ?, conflicts = ?
    WHERE id = ?"""
_ENDS = "UPDATE feed SET head = ? WHERE feed = ?"
_TAKEN = "UPDATE feed SET scope = ?, doubted = NULL WHERE feed = ?"
_VERIFIED = "UPDATE feed SET verified_at = ? WHERE feed = ?"
_COMPLETE = "SELECT 1 FROM joined_hub WHERE complete_at IS NOT NULL"
_UNCOMPARED = """SELECT 1 FROM exchange WHERE id > coalesce((SELECT max(id) FROM exchange
    WHERE outcome = 'complete' OR outcome = 'differs'), 0)
    AND (outcome = 'stopped' OR outcome = 'not_compared' OR sent + received > 0) LIMIT 1"""
"""Asked by every exchange: statements that never change are not composed anew."""


class Exchanging:
    """A joined store as the exchange with its hub needs it."""

    def __init__(self, store: Store, clock: Clock, new_id: NewId) -> None:
        self._store, self._clock, self._new_id = store, clock, new_id

    @contextmanager
    def _work(self, *, bulk: bool = True) -> Iterator[Work]:
        with self._store.work(author="", now=self._clock.now(), new_id=self._new_id, bulk=bulk) as work:
            yield work

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with self._store.read(bulk=True) as connection:
            yield connection

    def _now(self) -> str:
        return self._clock.now().isoformat()

    # --- where we stand --------------------------------------------------------------------------

    def here(self) -> Here:
        """Where this laptop stands. Raises `LookupError` for a store that has joined no hub."""
        with self._read() as connection:
            hub = asked(connection, _RATCHET)
            if not hub:
                raise LookupError("no hub")
            ((ratchet, complete_at),) = hub
            ((unsent, of_others, drafts),) = asked(connection, _COUNTS)
            kept = {of: (scope, verified) for of, scope, verified in asked(connection, _KEPT)}
            outcomes = _outcomes(connection)
            return Here(
                replicas=feeds.own_replicas(connection),
                feeds=feeds.stands(connection),
                scopes={of: scope for of, (scope, _) in kept.items()},
                unsent=unsent,
                of_others=of_others,
                drafts=drafts,
                ratchet=ratchet,
                complete=complete_at is not None,
                due=frozenset(of for of, (_, verified) in kept.items() if self._is_due(verified)),
                differed=_differed(outcomes),
                uncompared=bool(asked(connection, _UNCOMPARED)),
                leaving=bool(scoping.leaving(connection, self._clock.now())),
                waits=reviewing.waits(connection),
            )

    def _is_due(self, verified_at: str | None) -> bool:
        return verified_at is None or self._clock.now() - datetime.fromisoformat(verified_at) >= WHOLE_AFTER

    def own_chain(self, replica: str, seq: int) -> bytes | None:
        """The chain after a number of what this laptop wrote as a replica."""
        with self._read() as connection:
            return log.own_chain(connection, replica, seq)

    def cursor(self, of: str) -> Mark:
        """How far a feed has been pulled."""
        with self._read() as connection:
            return feeds.mark_of(connection, of)

    def unsent(self) -> int:
        """Change sets no hub has confirmed, others' that a restored hub may lack among them."""
        with self._read() as connection:
            ((count,),) = asked(connection, "SELECT count(*) FROM outbox")
            return int(count)

    def apart(self) -> Counter[tuple[str, str]]:
        """How many units of whom two people changed apart: by person and kind."""
        with self._read() as connection:
            found = people_apart(connection)
        return Counter({(who, kind): n for who, kinds in found.items() for kind, n in kinds.items()})

    # --- hello -----------------------------------------------------------------------------------

    def welcomed(self, said: Welcome) -> Done:
        """Take in what the hub says: its time, the ends of its feeds, the next ratchet value, grants, leads' decisions.

        Our own clock of stamps follows the hub's time, so that laptops whose clocks differ still agree on an order.
        """
        hub_ms = int(datetime.fromisoformat(said.hub_time).timestamp() * 1000)
        offset = hub_ms - int(self._clock.now().timestamp() * 1000)
        grants = {msgspec.json.decode(each.content, type=Grant).user: each for each in said.grants}
        heads = {name: end.head for name, end in said.feeds.items()}
        behind = {name for name, end in said.feeds.items() if end.common is not None} | said.behind.keys()
        if not said.ratchet and not said.decided and self._is_known(heads, grants, hub_ms, offset):
            return Done()
        with self._work(bulk=False) as work:
            connection = work.connection
            stamp = incoming.hear(connection, Stamp(hub_ms, 0), hub_ms)
            do(connection, _WELCOMED, (offset, hub_ms, stamp.ms, bytearray(said.ratchet) or None))
            feeds.heard_of(connection, heads)
            stretches.passed(connection, behind)
            for user, each in grants.items():
                connection.execute(delete(held_grant).where(held_grant.c.user == user))
                connection.execute(
                    insert(held_grant), [{"user": user, "content": each.content, "signature": each.signature}]
                )
            return Done(kinds=reviewing.heard(connection, said.decided))

    def _is_known(self, heads: Mapping[str, int], grants: Mapping[str, Signed], hub_ms: int, offset: int) -> bool:
        """Whether nothing the hub said of itself is news, its time within a minute included."""
        with self._read() as connection:
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
        with self._read() as connection:
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

    def returning(self, size: Size) -> Returning | None:
        """What a restored hub may lack and had signed once, of one stretch; None when there is none."""
        with self._read() as connection:
            if not stretches.is_due(connection):
                return None
        with self._work() as work:
            return stretches.returning(work.connection, size)

    def unproven(self, number: int) -> None:
        """The hub does not take its own word for a stretch, so what is in it is offered without."""
        with self._work() as work:
            stretches.unproven(work.connection, number)

    def offers(self, size: Size) -> Batch | None:
        """What a restored hub may lack and nothing proves; None when there is none."""
        with self._read() as connection:
            waiting = select(outbox.c.cs_id).where(outbox.c.feed.is_not(None)).order_by(outbox.c.cs_id)
            held = log.change_sets(connection, connection.scalars(waiting.limit(size.change_sets)))
        taken: list[ChangeSet] = []
        total = 0
        for each in held:
            total += len(each.head_bytes) + len(each.body_bytes)
            if taken and total > size.unpacked:
                break
            taken.append(each)
        return Batch(tuple(taken), Mark()) if taken else None

    def leave_replica(self, replica: str, of: str) -> None:
        """The rest of a replica cannot be pushed in order any more: it is offered as work of the feed `of`."""
        with self._work() as work:
            if any(each.replica == replica and each.current for each in feeds.own_replicas(work.connection)):
                work.begin_anew()
            rest = "UPDATE outbox SET feed = ? WHERE feed IS NULL AND replica = ?"
            work.connection.exec_driver_sql(rest, (of, replica))

    def receipt(self, sent: Sequence[ChangeSet], said: Pushed) -> Done:
        """Take in the hub's receipt, once its chains were reckoned again from what was sent.

        What it names leaves the outbox; what waits for a lead leaves the records. Raises `HubTrouble(BAD_REPLY)`.
        """
        got = receipts.Receipt.of(sent, said)
        with self._work() as work:
            return receipts.settle(work.connection, got, self._now())

    # --- pull ------------------------------------------------------------------------------------

    def apply_page(self, page: Page, entries: Sequence[Entry]) -> Done:
        """Take in a page, in pieces between which whoever waits for the store gets it, each with its cursor.

        Nothing of it is taken in before its whole chain was reckoned. Raises `HubTrouble(BAD_REPLY)` when it does not
        follow what is here.
        """
        at = self.cursor(page.feed)
        hashes = [each.hash for each in entries]
        chains = list(accumulate(hashes, chained, initial=at.chain))
        after, end = Mark(seq=at.seq + len(entries), chain=chains[-1]), Mark(seq=page.last, chain=page.chain_after)
        if page.first != at.seq + 1 or after != end or page.head < page.last:
            raise HubTrouble(Trouble.BAD_REPLY)
        done, is_kept = Done(), False
        first, pieces = 0, incoming.pieces(entries, PIECE if self._is_complete() else FIRST_PIECE)
        while first < len(entries):
            with self._work() as work:
                connection = work.connection
                if feeds.mark_of(connection, page.feed) != Mark(seq=at.seq + first, chain=chains[first]):
                    raise HubTrouble(Trouble.BAD_REPLY)
                for last in pieces:
                    part = enumerate(entries[first:last], start=page.first + first)
                    numbered = [
                        (seq, each) for seq, each in part if not isinstance(each, Hidden) and feeds.is_readable(each)
                    ]
                    done += incoming.take_in(connection, page.feed, numbered, self._clock.now())
                    first = last
                    if self._store.is_awaited():
                        break
                if not is_kept:
                    stretches.keep(connection, page.feed, at, hashes, page.chain_after, page.attested)
                    is_kept = True
                feeds.move(connection, page.feed, Mark(seq=at.seq + first, chain=chains[first]))
                if first == len(entries):
                    feeds.bear_witness(connection, page.feed, (end,))
                    do(connection, _ENDS, (page.head, page.feed))
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
        with self._work() as work:
            stretches.keep_elsewhere(work.connection, said.feed, [each.hash for each in change_sets], said.attested)
            feeds.bear_witness(work.connection, said.feed, (said.end,))
            return incoming.take_in(work.connection, said.feed, numbered, self._clock.now(), again=True)

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
            do(work.connection, _TAKEN, (bytearray(name), of))

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
        with self._read() as connection:
            return scoping.leaving(connection, self._clock.now())

    # --- verify ----------------------------------------------------------------------------------

    def claim(self, of: str, months: frozenset[int] | None) -> Verify:
        """What is here of a feed, of people in scope: the buckets of some months, of all for None."""
        with self._read() as connection:
            until = feeds.mark_of(connection, of).seq
            if months is None:
                found = feeds.all_buckets(connection, of, until)
                found = {each: Bucket() for each in _around(self._clock.now(), found)} | found
            else:
                found = feeds.month_buckets(connection, of, until, months)
            return Verify(feed=of, seq=until, scope=_scope_of(connection, of), months=found)

    def claim_people(self, of: str, month: int) -> Verify:
        """One month by person."""
        with self._read() as connection:
            until = feeds.mark_of(connection, of).seq
            found = feeds.people_buckets(connection, of, until, month)
            return Verify(feed=of, seq=until, scope=_scope_of(connection, of), people=found, month=month)

    def offer_rest(self, of: str, patient: str, until: int, theirs: frozenset[str]) -> int:
        """What is here of a person and not at the hub is to be offered; `theirs` are the change sets it has."""
        with self._work() as work:
            return scoping.offer_rest(work.connection, of, patient, until, theirs)

    def is_whole_due(self, of: str) -> bool:
        """Whether it is a week since all months of a feed were compared."""
        with self._read() as connection:
            return self._is_due(connection.execute(select(feed.c.verified_at).where(feed.c.feed == of)).scalar())

    def verified(self, of: str) -> None:
        """All months of a feed are the same on both sides."""
        with self._work() as work:
            do(work.connection, _VERIFIED, (self._now(), of))

    def _is_complete(self) -> bool:
        with self._read() as connection:
            return bool(asked(connection, _COMPLETE))

    def completed(self) -> None:
        """The first exchange has brought everything."""
        with self._work() as work:
            first = update(joined_hub).where(joined_hub.c.complete_at.is_(None))
            work.connection.execute(first.values(complete_at=self._now()))

    # --- history ---------------------------------------------------------------------------------

    def begin(self) -> int:
        """An exchange has begun. Answers its number."""
        with self._work() as work:
            ((number,),) = asked(work.connection, _BEGUN, (self._now(), STOPPED))
            do(work.connection, "DELETE FROM exchange WHERE id <= ?", (number - EXCHANGES_KEPT,))
            old = (self._clock.now() - SENT_KEPT).isoformat()
            do(work.connection, "DELETE FROM sent_change_set WHERE at < ?", (old,))
            return int(number)

    def finish(self, number: int, outcome: str, done: Done, conflicts: int) -> None:
        """How the exchange ended: complete, differs, or a `Trouble`."""
        counts = done.sent, done.received, done.quarantined, conflicts
        with self._work() as work:
            do(work.connection, _ENDED, (self._now(), outcome, *counts, number))
        self._store.rest()

    def differed(self) -> int:
        """How many of the last finished exchanges in a row found that both sides did not hold the same."""
        with self._read() as connection:
            return _differed(_outcomes(connection))


def _outcomes(connection: Connection) -> list[str]:
    """Of the last exchanges that compared, the newest first."""
    return [outcome for (outcome,) in asked(connection, _OUTCOMES, (COMPLETE, DIFFERS))]


def _differed(outcomes: Sequence[str]) -> int:
    """In how many in a row both sides did not hold the same: what could not be compared neither counts nor ends it."""
    return sum(1 for _ in takewhile(DIFFERS.__eq__, outcomes))


def _around(now: datetime, held: Collection[int]) -> range:
    """The months that are compared when all are: those from which nothing is here must show, too."""
    this = now.year * 12 + now.month - 1
    return range(min((this - YEARS * 12, *held)), max((this + 12, *held)) + 1)


def _scope_of(connection: Connection, of: str) -> bytes:
    return bytes(next((scope for (scope,) in asked(connection, "SELECT scope FROM feed WHERE feed = ?", (of,))), b""))
