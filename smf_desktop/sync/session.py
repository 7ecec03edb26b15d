"""One exchange with the hub, as steps between which it may be cut anywhere (`docs/protocol.md`).

Pure control: the hub and the store are handed in, and every change is one call of either. What is cut is done again by
the next exchange; nothing is remembered here.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

from msgspec.structs import replace

from smf_core.operations.change_set import EXACT, SCHEMA, ChangeSet
from smf_core.operations.exchange import Batch, Done, Entering, Here, OwnReplica, Size
from smf_core.operations.protocol import (
    PROTOS,
    SERVICE,
    Hello,
    Hub,
    HubTrouble,
    Limits,
    Mark,
    Offer,
    Page,
    Placed,
    Pull,
    Push,
    Pushed,
    Scope,
    Signed,
    Trouble,
    Verify,
    Welcome,
    signed_part,
)
from smf_core.operations.wire import Entry

COMPLETE, DIFFERS = "complete", "differs"

NOBODY = b"nobody"
"""The name of the list of a team that is no longer ours."""

TRIES = 6
"""So often in a row a request may fail, or the exchange begin over without getting anywhere, before it stops."""

_PASSING = frozenset({Trouble.UNREACHABLE, Trouble.TOO_LARGE, Trouble.BAD_REPLY})
"""What the next try, or one for less, may not meet."""

_FROM_HELLO = frozenset({Trouble.TOKEN, Trouble.GAP})
"""The hub no longer knows us, or is not where it said: both sides say anew where they stand."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """What has just been done, and how far that part is: `done` of `of` (0 of 0 where it is one thing).

    `what` is hello, push, pull, scope, verify, or again (a request failed and is made once more). `kinds` of record
    are other than before.
    """

    what: str
    done: int = 0
    of: int = 0
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Exchanged:
    """How an exchange ended. Counts are of change sets, `conflicts` of units that came apart by it.

    `pending` is what no hub has confirmed. `digest_equal`: both sides were found to hold the same. `retry_after`:
    seconds the hub asks us to wait. `differed`: exchanges in a row, this one too, that found a difference.
    """

    sent: int = 0
    received: int = 0
    quarantined: int = 0
    conflicts: int = 0
    pending: int = 0
    digest_equal: bool = False
    trouble: Trouble | None = None
    retry_after: int | None = None
    orders: tuple[Signed, ...] = ()
    kinds: frozenset[str] = frozenset()
    differed: int = 0

    @property
    def all_sent(self) -> bool:
        """The hub has confirmed all that was saved here, and both sides hold the same."""
        return self.trouble is None and not self.pending and self.digest_equal


class SyncStore(Protocol):
    """What an exchange needs of the store; each call is one transaction (`store.exchanging.Exchanging`)."""

    def here(self) -> Here: ...
    def own_chain(self, replica: str, seq: int) -> bytes | None: ...
    def cursor(self, of: str) -> Mark: ...
    def unsent(self) -> int: ...
    def apart(self) -> Counter[tuple[str, str]]: ...
    def welcomed(self, said: Welcome) -> None: ...
    def begin_anew(self) -> None: ...
    def rewind(self, of: str, to: Mark) -> bool: ...
    def batch(self, replica: str, from_seq: int, size: Size) -> Batch | None: ...
    def offers(self, size: Size) -> Batch | None: ...
    def leave_replica(self, replica: str, of: str) -> None: ...
    def receipt(self, sent: Sequence[ChangeSet], said: Pushed) -> Done: ...
    def apply_page(self, page: Page, entries: Sequence[Entry]) -> Done: ...
    def backfill(self, patient: str, said: Placed, change_sets: Sequence[ChangeSet]) -> Done: ...
    def take_scope(self, of: str, said: Scope) -> Entering: ...
    def entered(self, of: str, people: Sequence[str], moved: Mapping[str, int]) -> None: ...
    def scope_taken(self, of: str, name: bytes) -> None: ...
    def put_away(self) -> frozenset[str]: ...
    def claim(self, of: str, months: frozenset[int] | None) -> Verify: ...
    def claim_people(self, of: str, month: int) -> Verify: ...
    def offer_rest(self, of: str, patient: str, until: int, theirs: frozenset[str]) -> int: ...
    def is_whole_due(self, of: str) -> bool: ...
    def verified(self, of: str) -> None: ...
    def completed(self) -> None: ...
    def begin(self) -> int: ...
    def finish(self, number: int, outcome: str, done: Done, conflicts: int) -> None: ...
    def differed(self) -> int: ...


class Now(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Who:
    """What the laptop says of itself: its version, how it signs, its users' keys for drafts, orders it obeyed."""

    app: str
    sign: Callable[[bytes], bytes]
    draft_keys: Mapping[str, bytes] = field(default_factory=dict)
    done: tuple[str, ...] = ()


Steps = Generator[Step, None, T]


class _FromTheTop(Exception):
    """Both sides say anew where they stand; what was done counts."""


def exchange(hub: Hub, store: SyncStore, clock: Now, who: Who) -> Steps[Exchanged]:
    """One exchange. It may be closed between any two steps; the value it returns says how it ended.

    Raises what the store raises (`StoreTrouble`; `LookupError` without a hub); troubles of the hub are in the answer.
    """
    return _Exchange(hub, store, clock, who).run()


def run(steps: Steps[Exchanged]) -> Exchanged:
    """An exchange without anybody looking on."""
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            found: Exchanged = ended.value
            return found


@dataclass(slots=True)
class _Pace:
    """How much is said at once: half after a failure, a quarter more after each success."""

    limits: Limits = field(default_factory=Limits)
    share: float = 1.0

    def worse(self) -> None:
        self.share = max(self.share / 2, 1 / (2 * self.limits.change_sets))

    def better(self) -> None:
        self.share = min(1.0, self.share * 1.25)

    @property
    def size(self) -> Size:
        unpacked = min(self.limits.unpacked, 4 * self.limits.packed)
        return Size(max(1, int(self.limits.change_sets * self.share)), int(unpacked * self.share))

    @property
    def is_least(self) -> bool:
        return self.size.change_sets == 1


@dataclass(slots=True)
class _Exchange:
    hub: Hub
    store: SyncStore
    clock: Now
    who: Who
    done: Done = field(default_factory=Done)
    orders: tuple[Signed, ...] = ()
    pace: _Pace = field(default_factory=_Pace)
    number: int | None = None
    before: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: int = 0
    """Requests that failed since the last one that did not."""
    moved: int = 0
    """What got anywhere so far; only its growth means something."""
    doubted: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    """Feeds of which all months are to be compared."""
    equal: bool = False

    def run(self) -> Steps[Exchanged]:
        trouble: HubTrouble | None = None
        try:
            yield from self._rounds()
        except HubTrouble as error:
            trouble, self.equal = error, False
        conflicts = (self.store.apart() - self.before).total() if self.done.kinds else 0
        if self.number is not None:
            outcome = trouble.why.value if trouble else COMPLETE if self.equal else DIFFERS
            self.store.finish(self.number, outcome, self.done, conflicts)
        return Exchanged(
            sent=self.done.sent,
            received=self.done.received,
            quarantined=self.done.quarantined,
            conflicts=conflicts,
            pending=self.store.unsent(),
            digest_equal=self.equal,
            trouble=trouble.why if trouble else None,
            retry_after=trouble.detail.get("retry_after") if trouble else None,
            orders=self.orders,
            kinds=self.done.kinds,
            differed=0 if trouble or self.equal else self.store.differed(),
        )

    def _rounds(self) -> Steps[None]:
        """Rounds until nothing is left to do. Only those that got nowhere are counted."""
        stuck = 0
        while stuck < TRIES:
            moved = self.moved
            try:
                if (yield from self._round()):
                    return
            except _FromTheTop:
                yield Step("again")
            stuck = 0 if self.moved > moved else stuck + 1

    def _round(self) -> Steps[bool]:
        here, welcome = yield from self._hello()
        if welcome.feeds and self._is_all_said(here, welcome):
            if here.leaving:
                self.store.put_away()
            self.equal = True
            return True
        if self.number is None:
            self.before, self.number = self.store.apart(), self.store.begin()
        for each in here.replicas:
            first = self._first(each, welcome)
            if first is not None:
                yield from self._push(each, first)
        if not welcome.feeds:
            raise HubTrouble(Trouble.REVOKED if welcome.revoked else Trouble.TOO_OLD)
        yield from self._offer_all()
        for of in sorted(welcome.feeds, key=_order):
            yield from self._pull(of)
        found: list[bool | None] = []
        for of, end in welcome.feeds.items():
            if end.scope:
                found.append((yield from self._settle(of, here, end.scope)))
        for of in _left(here, welcome):
            found.append(self._let_go(of))
        self.equal = all(found)
        if self.equal:
            if not here.complete:
                self.store.completed()
            self._note(Done(kinds=self.store.put_away()))
        return False not in found and self.store.offers(Size(1, 1)) is None

    def _note(self, done: Done) -> None:
        self.done += done
        self.moved += done.sent + done.received

    # --- hello -----------------------------------------------------------------------------------

    def _hello(self) -> Steps[tuple[Here, Welcome]]:
        """Greet until both sides agree where each stands: what the hub does not recognise is rewound."""
        for _ in range(TRIES):
            here = self.store.here()
            welcome = yield from self._until(partial(self.hub.hello, self._greeting(here)))
            self._check(here, welcome)
            self.store.welcomed(welcome)
            self.orders, self.pace.limits = welcome.orders, welcome.limits
            yield Step("hello")
            lost = {of: end.common for of, end in welcome.feeds.items() if end.common is not None}
            lost |= welcome.behind
            for of, common in lost.items():
                if not self.store.rewind(of, common):
                    raise HubTrouble(Trouble.BAD_REPLY)
                yield Step("hello")
            if any(self._is_used_elsewhere(each, welcome) for each in here.replicas):
                self.store.begin_anew()
                yield Step("hello")
            elif not lost:
                return here, welcome
        raise HubTrouble(Trouble.BAD_REPLY)

    def _greeting(self, here: Here) -> Hello:
        return Hello(
            protos=PROTOS,
            app=self.who.app,
            schema=SCHEMA,
            replicas={each.replica: each.end for each in here.replicas},
            feeds=here.feeds,
            local_time=self.clock.now().isoformat(),
            unsent=here.unsent,
            drafts=here.drafts,
            ratchet=here.ratchet,
            draft_keys=self.who.draft_keys,
            done=self.who.done,
        )

    def _check(self, here: Here, welcome: Welcome) -> None:
        """No hub may speak what we do not, or say without a word that a feed ends before where it was seen to go on."""
        if welcome.proto not in PROTOS:
            raise HubTrouble(Trouble.TOO_OLD)
        for of, end in welcome.feeds.items():
            if end.common is None and of in here.feeds and end.head < here.feeds[of].cursor.seq:
                raise HubTrouble(Trouble.BAD_REPLY)

    def _is_used_elsewhere(self, each: OwnReplica, welcome: Welcome) -> bool:
        """Whether the hub has numbers of ours that are not as written here: after a restore, or of a copied disk."""
        seen = welcome.my_view.get(each.replica)
        if not each.current or seen is None or seen == each.end:
            return False
        return self.store.own_chain(each.replica, seen.seq) != seen.chain

    def _is_all_said(self, here: Here, welcome: Welcome) -> bool:
        """Whether neither side has anything the other has not heard, so that the exchange may end at hello."""
        return (
            not here.unsent
            and here.complete
            and not self.whole
            and not any(self._first(each, welcome) for each in here.replicas)
            and all(
                of in here.feeds and end.head == here.feeds[of].cursor.seq and end.scope == here.scopes.get(of)
                for of, end in welcome.feeds.items()
            )
            and not _left(here, welcome)
            and not any(of in here.due for of, end in welcome.feeds.items() if end.scope)
            and not here.differed
        )

    # --- push ------------------------------------------------------------------------------------

    def _first(self, each: OwnReplica, welcome: Welcome) -> int | None:
        """The number to push from; None for nothing. A hub that was restored may have less than it confirmed."""
        seen = welcome.my_view.get(each.replica, Mark())
        lacks = (
            bool(welcome.feeds)
            and seen.seq < each.end.seq
            and self.store.own_chain(each.replica, seen.seq) == seen.chain
        )
        wanted = (each.unsent_from, seen.seq + 1 if lacks else None)
        return min((seq for seq in wanted if seq is not None), default=None)

    def _push(self, own: OwnReplica, first: int) -> Steps[None]:
        at, clash = first, False
        while at <= own.end.seq:
            batch = self.store.batch(own.replica, at, self.pace.size)
            if batch is None:
                return
            if not batch.change_sets:
                self._leave(own)
                return
            said = Push(
                replica=own.replica,
                from_seq=at,
                to_seq=at + len(batch.change_sets) - 1,
                chain_before=batch.before.chain,
                chain_after=batch.after,
                signature=b"",
            )
            said = replace(said, signature=self.who.sign(signed_part(said)))
            pushed = yield from self._once(partial(self.hub.push, said, batch.change_sets))
            if pushed is None:
                continue
            done = self.store.receipt(batch.change_sets, pushed)
            self._note(done)
            at += len(batch.change_sets)
            if pushed.clash and own.current and not clash:
                clash = True
                self.store.begin_anew()
            yield Step("push", at - first, own.end.seq - first + 1, done.kinds)

    def _leave(self, own: OwnReplica) -> None:
        """What follows bytes that have gone cannot be pushed in its order any more; it is offered."""
        team = next((of for of in sorted(self.store.here().scopes) if of.startswith("team:")), SERVICE)
        self.store.leave_replica(own.replica, team)

    def _offer_all(self) -> Steps[None]:
        while (batch := self.store.offers(self.pace.size)) is not None:
            pushed = yield from self._once(partial(self.hub.offer, Offer(feed=batch.feed), batch.change_sets))
            if pushed is not None:
                done = self.store.receipt(batch.change_sets, pushed)
                self._note(done)
                yield Step("push", len(batch.change_sets), self.store.unsent(), done.kinds)

    # --- pull ------------------------------------------------------------------------------------

    def _pull(self, of: str) -> Steps[None]:
        first = at = self.store.cursor(of)
        while True:
            answer = yield from self._once(
                partial(self.hub.pull, Pull(feed=of, after=at, limit=self.pace.size.change_sets))
            )
            if answer is None:
                continue
            page, entries = answer
            if page.common is not None:
                raise _FromTheTop
            if page.last < page.first:
                if page.more:
                    raise HubTrouble(Trouble.BAD_REPLY)
                return
            done = self.store.apply_page(page, entries)
            self._note(done)
            self.moved += 1
            at = self.store.cursor(of)
            yield Step("pull", page.last - first.seq, page.head - first.seq, done.kinds)
            if not page.more:
                return

    # --- scope and verify ------------------------------------------------------------------------

    def _settle(self, of: str, here: Here, told: bytes) -> Steps[bool | None]:
        """Hold the people of the hub's list, and compare what is here of them.

        True when it is the same; False when it was not and something was done about it; None when nothing could be
        compared, since the list is doubted or changes too quickly.
        """
        stale = told != self.store.here().scopes.get(of)
        for _ in range(TRIES // 2):
            if stale and not (yield from self._take_scope(of)):
                return None
            whole = of in self.whole or not here.complete or self.store.is_whole_due(of) or self.store.differed() > 0
            months = None if whole else frozenset(month for name, month in self.done.months if name == of)
            claim = self.store.claim(of, months)
            if not claim.months:
                return True
            verified = yield from self._until(partial(self.hub.verify, claim))
            yield Step("verify")
            stale = verified.stale
            if stale:
                continue
            if not verified.months:
                if whole:
                    self.store.verified(of)
                    self.whole.discard(of)
                return True
            self.whole.add(of)
            yield from self._mend(of, verified.months)
            return False
        return None

    def _take_scope(self, of: str) -> Steps[bool]:
        if of in self.doubted:
            return False
        said = yield from self._until(partial(self.hub.scope, of))
        entering = self.store.take_scope(of, said)
        if entering.all_months:
            self.whole.add(of)
        for count, patient in enumerate(entering.people, start=1):
            yield from self._backfill(of, patient)
            self.store.entered(of, (patient,), said.moved)
            yield Step("scope", count, len(entering.people), self.done.kinds)
        if entering.doubted:
            self.doubted.add(of)
            return False
        self.store.scope_taken(of, said.scope)
        return True

    def _let_go(self, of: str) -> bool | None:
        """The hub no longer names a team among ours: nobody of it is in scope. It has to say so twice."""
        entering = self.store.take_scope(of, Scope(scope=NOBODY, people=(), seq=EXACT - 1))
        if entering.doubted:
            return None
        self.store.scope_taken(of, NOBODY)
        self.moved += 1
        return True

    def _backfill(self, of: str, patient: str) -> Steps[frozenset[str]]:
        """Have all that the hub has of one person, in this feed up to our cursor. Answers which change sets of it."""
        theirs, elsewhere = yield from self._fetch(of, patient, self.store.cursor(of).seq)
        for other in elsewhere:
            yield from self._fetch(other, patient, EXACT - 1)
        return theirs

    def _fetch(self, of: str, patient: str, until: int) -> Steps[tuple[frozenset[str], tuple[str, ...]]]:
        theirs: set[str] = set()
        after = 0
        while True:
            answer = yield from self._once(partial(self.hub.patient, of, patient, after, until))
            if answer is None:
                continue
            placed, change_sets = answer
            self._note(self.store.backfill(patient, placed, change_sets))
            theirs.update(each.head.cs_id for each in change_sets)
            if not placed.more:
                return frozenset(theirs), placed.elsewhere
            if not placed.seqs or placed.seqs[-1] <= after:
                raise HubTrouble(Trouble.BAD_REPLY)
            after = placed.seqs[-1]

    def _mend(self, of: str, months: Iterable[int]) -> Steps[None]:
        """Find who differs, fetch what is missing here, and have what the hub lacks offered."""
        people: set[str] = set()
        for month in months:
            verified = yield from self._until(partial(self.hub.verify, self.store.claim_people(of, month)))
            people.update(verified.people)
            yield Step("verify")
        for patient in sorted(people):
            theirs = yield from self._backfill(of, patient)
            self.store.offer_rest(of, patient, self.store.cursor(of).seq, theirs)
            yield Step("verify")

    # --- asking ----------------------------------------------------------------------------------

    def _once(self, act: Callable[[], T]) -> Steps[T | None]:
        """Ask. None when it failed and is to be asked again, for less; raises when it failed too often in a row."""
        try:
            found = act()
        except HubTrouble as error:
            self.failed += 1
            hopeless = error.why is Trouble.TOO_LARGE and self.pace.is_least
            if self.failed >= TRIES or hopeless or error.why not in _PASSING | _FROM_HELLO:
                raise
            if error.why in _FROM_HELLO:
                raise _FromTheTop from None
            self.pace.worse()
            yield Step("again")
            return None
        self.failed = 0
        self.pace.better()
        return found

    def _until(self, act: Callable[[], T]) -> Steps[T]:
        while (found := (yield from self._once(act))) is None:
            pass
        return found


def _left(here: Here, welcome: Welcome) -> list[str]:
    """Feeds of people that we held and that the hub no longer names; a hub that names none at all says nothing."""
    held = [of for of, name in here.scopes.items() if name not in (b"", NOBODY)]
    return [of for of in held if of not in welcome.feeds] if welcome.feeds else []


def _order(of: str) -> tuple[int, str]:
    """What others refer to comes first, what concerns nobody's records last."""
    kinds = (SERVICE, "team", "audit", "held")
    kind = of.partition(":")[0]
    return (kinds.index(kind) if kind in kinds else len(kinds), of)
