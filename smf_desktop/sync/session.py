"""One exchange with the hub, as steps between which it may be cut anywhere (`docs/protocol.md`).

Pure control: the hub and the store are handed in, and every change is one call of either. What is cut is done again by
the next exchange; nothing is remembered here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from msgspec.structs import replace

from smf_core.operations.exchange import Batch, Done, Here, OwnReplica, Size
from smf_core.operations.hub import Hub, HubTrouble, Trouble
from smf_core.operations.protocol import (
    PROTOS,
    SERVICE,
    Mark,
    Offer,
    Page,
    Pull,
    Push,
    Pushed,
    Signed,
    Welcome,
    signed_part,
)
from smf_core.operations.wire import Entry
from smf_desktop.sync.asking import TRIES, Asking, FromTheTop
from smf_desktop.sync.comparing import NOBODY, Comparing
from smf_desktop.sync.meanwhile import Apart, when_asked
from smf_desktop.sync.steps import Exchanged, Gains, Now, Step, Steps, SyncStore, Who, greeting

COMPLETE, DIFFERS, NOT_COMPARED = "complete", "differs", "not_compared"

_UNPROVEN = frozenset({Trouble.BAD_REQUEST, Trouble.TOO_LARGE})
"""What a hub answers to a stretch that it does not take."""

_OUTCOMES: Mapping[bool | None, str] = {True: COMPLETE, False: DIFFERS, None: NOT_COMPARED}


def exchange(hub: Hub, store: SyncStore, clock: Now, who: Who, apart: Apart = when_asked) -> Steps[Exchanged]:
    """One exchange. It may be closed between any two steps; the value it returns says how it ended.

    The next batch is sent and the next page asked for `apart`, while what came before is taken in: a request may then
    be under way between two steps, and what it brings is dropped where the exchange is closed.

    Raises what the store raises (`StoreTrouble`; `LookupError` without a hub); troubles of the hub are in the answer.
    """
    return _Exchange(hub, store, clock, who, apart).run()


def run(steps: Steps[Exchanged]) -> Exchanged:
    """An exchange without anybody looking on."""
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            found: Exchanged = ended.value
            return found


@dataclass(slots=True)
class _Exchange:
    hub: Hub
    store: SyncStore
    clock: Now
    who: Who
    apart: Apart
    gains: Gains = field(default_factory=Gains)
    asking: Asking = field(default_factory=Asking)
    comparing: Comparing = field(init=False)
    orders: tuple[Signed, ...] = ()
    number: int | None = None
    before: Counter[tuple[str, str]] = field(default_factory=Counter)
    rewound: int = 0
    """How often the hub said that it had less than it confirmed. One that goes on so would be given the same for
    ever."""
    equal: bool | None = None
    """Whether both sides hold the same; None while that could not be compared."""

    def __post_init__(self) -> None:
        self.comparing = Comparing(self.hub, self.store, self.asking, self.gains)

    def run(self) -> Steps[Exchanged]:
        trouble: HubTrouble | None = None
        try:
            yield from self._rounds()
        except HubTrouble as error:
            trouble, self.equal = error, False
        pending = self.store.unsent()  # also after hello alone: something may have been saved meanwhile
        conflicts = 0
        if self.number is not None:
            conflicts = (self.store.apart() - self.before).total() if self.gains.done.kinds else 0
            outcome = trouble.why.value if trouble else _OUTCOMES[self.equal]
            self.store.finish(self.number, outcome, self.gains.done, conflicts)
        return Exchanged(
            sent=self.gains.done.sent,
            received=self.gains.done.received,
            quarantined=self.gains.done.quarantined,
            conflicts=conflicts,
            pending=pending,
            digest_equal=self.equal is True,
            trouble=trouble.why if trouble else None,
            retry_after=trouble.detail.get("retry_after") if trouble else None,
            orders=self.orders,
            kinds=self.gains.done.kinds,
            differed=self.store.differed() if self.equal is False and not trouble else 0,
        )

    def _rounds(self) -> Steps[None]:
        """Rounds until nothing is left to do. Only those that got nowhere are counted."""
        stuck = 0
        while stuck < TRIES:
            moved = self.gains.moved
            try:
                if (yield from self._round()):
                    return
            except FromTheTop:
                yield Step("again")
            stuck = 0 if self.gains.moved > moved else stuck + 1

    def _round(self) -> Steps[bool]:
        here, welcome = yield from self._hello()
        if welcome.feeds and self._is_all_said(here, welcome):
            if here.leaving:
                self.store.put_away()
            self.equal = True
            return True
        if self.number is None:
            self.before, self.number = self.store.apart(), self.store.begin()
            if here.uncompared:
                self.comparing.whole.update(of for of, end in welcome.feeds.items() if end.scope)
        if here.unsent and (yield from self._give_back()):
            raise FromTheTop  # what came back may say who works on this laptop, and so what it follows
        for each in here.replicas:
            first = self._first(each, welcome)
            if first is not None:
                yield from self._push(each, first)
        yield from self._offer_all()
        if not welcome.feeds:
            raise HubTrouble(Trouble.REVOKED if welcome.revoked else Trouble.TOO_OLD)
        for of in sorted(welcome.feeds, key=_order):
            yield from self._pull(of)
        found: list[bool | None] = []
        for of, end in welcome.feeds.items():
            if end.scope:
                found.append((yield from self.comparing.settle(of, end.scope, complete=here.complete)))
        for of in _left(here, welcome):
            found.append(self.comparing.let_go(of))
        self.equal = _agreed(found, self.equal)
        if self.equal:
            if not here.complete:
                self.store.completed()
            self.gains.note(Done(kinds=self.store.put_away()))
        return False not in found and self.store.offers(Size(1, 1)) is None

    # --- hello -----------------------------------------------------------------------------------

    def _hello(self) -> Steps[tuple[Here, Welcome]]:
        """Greet until both sides agree where each stands: what the hub does not recognise is rewound."""
        for _ in range(TRIES):
            here = self.store.here()
            welcome = yield from self.asking.until(partial(self.hub.hello, greeting(here, self.who, self.clock.now())))
            self._check(here, welcome)
            self.gains.note(self.store.welcomed(welcome))
            self.orders, self.asking.pace.limits = welcome.orders, welcome.limits
            yield Step("hello")
            lost = {of: end.common for of, end in welcome.feeds.items() if end.common is not None}
            lost |= welcome.behind
            self.rewound += bool(lost)
            for of, common in lost.items():
                if self.rewound > TRIES or not self.store.rewind(of, common):
                    raise HubTrouble(Trouble.BAD_REPLY)
                yield Step("hello")
            if any(self._is_used_elsewhere(each, welcome) for each in here.replicas):
                self.store.begin_anew()
                yield Step("hello")
            elif not lost:
                return here, welcome
        raise HubTrouble(Trouble.BAD_REPLY)

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
            and not self.comparing.whole
            and not any(self._first(each, welcome) for each in here.replicas)
            and all(
                of in here.feeds and end.head == here.feeds[of].cursor.seq and end.scope == here.scopes.get(of)
                for of, end in welcome.feeds.items()
            )
            and not _left(here, welcome)
            and not any(of in here.due for of, end in welcome.feeds.items() if end.scope)
            and not here.differed
            and not here.uncompared
        )

    # --- push ------------------------------------------------------------------------------------

    def _first(self, each: OwnReplica, welcome: Welcome) -> int | None:
        """The number to push from; None for nothing. A hub that was restored may have less than it confirmed.

        Where it has other numbers of this replica than are written here, nothing is left out before what is unsent.
        """
        seen = welcome.my_view.get(each.replica, Mark())
        lacks = seen.seq < each.end.seq and (
            (each.unsent_from or 0) > seen.seq + 1 or self.store.own_chain(each.replica, seen.seq) == seen.chain
        )
        wanted = (each.unsent_from, seen.seq + 1 if lacks else None)
        return min((seq for seq in wanted if seq is not None), default=None)

    def _push(self, own: OwnReplica, first: int) -> Steps[None]:
        clash = False
        batch, answer = self._batch(own, first), None
        while batch is not None and batch.change_sets:
            answer = answer or self.apart(partial(self._send, own, batch))
            last = batch.before.seq + len(batch.change_sets)
            following = self._batch(own, last + 1)
            pushed = yield from self.asking.once(answer)
            answer = None
            if pushed is None:
                batch = self._batch(own, batch.before.seq + 1)
                continue
            if following is not None and following.change_sets:
                answer = self.apart(partial(self._send, own, following))
            done = self.store.receipt(batch.change_sets, pushed)
            self.gains.note(done)
            if pushed.clash and own.current and not clash:
                clash = True
                self.store.begin_anew()
            yield Step("push", last - first + 1, own.end.seq - first + 1, done.kinds)
            batch = following
        if batch is not None:
            self._leave(own)

    def _batch(self, own: OwnReplica, at: int) -> Batch | None:
        return self.store.batch(own.replica, at, self.asking.pace.size) if at <= own.end.seq else None

    def _send(self, own: OwnReplica, batch: Batch) -> Pushed:
        said = Push(
            replica=own.replica,
            from_seq=batch.before.seq + 1,
            to_seq=batch.before.seq + len(batch.change_sets),
            chain_before=batch.before.chain,
            chain_after=batch.after,
            signature=b"",
        )
        said = replace(said, signature=self.who.sign(signed_part(said)))
        return self.hub.push(said, batch.change_sets)

    def _leave(self, own: OwnReplica) -> None:
        """What follows bytes that have gone cannot be pushed in its order any more; it is offered."""
        team = next((of for of in sorted(self.store.here().scopes) if of.startswith("team:")), SERVICE)
        self.store.leave_replica(own.replica, team)

    def _give_back(self) -> Steps[bool]:
        """Show a hub that was restored what it had signed once. Answers whether there was anything."""
        gave = False
        while (back := self.store.returning(self.asking.pace.size)) is not None:
            try:
                pushed = yield from self.asking.once(partial(self.hub.offer, Offer(stretch=back.stretch), back.entries))
            except HubTrouble as error:
                if error.why not in _UNPROVEN:
                    raise
                self.store.unproven(back.number)
                continue
            if pushed is not None:
                gave = True
                done = self.store.receipt(back.change_sets, pushed)
                self.gains.note(done)
                yield Step("push", len(back.change_sets), self.store.unsent(), done.kinds)
        return gave

    def _offer_all(self) -> Steps[None]:
        while (batch := self.store.offers(self.asking.pace.size)) is not None:
            pushed = yield from self.asking.once(partial(self.hub.offer, Offer(), batch.change_sets))
            if pushed is not None:
                done = self.store.receipt(batch.change_sets, pushed)
                self.gains.note(done)
                yield Step("push", len(batch.change_sets), self.store.unsent(), done.kinds)

    # --- pull ------------------------------------------------------------------------------------

    def _pull(self, of: str) -> Steps[None]:
        first = self.store.cursor(of)
        coming = self._ask(of, first)
        while True:
            answer = yield from self.asking.once(coming)
            if answer is None:
                coming = self._ask(of, self.store.cursor(of))
                continue
            page, entries = answer
            if page.common is not None:
                raise FromTheTop
            if page.last < page.first:
                if page.more:
                    raise HubTrouble(Trouble.BAD_REPLY)
                return
            if page.more:
                coming = self._ask(of, Mark(seq=page.last, chain=page.chain_after))
            done = self.store.apply_page(page, entries)
            self.gains.note(done)
            self.gains.moved += 1
            yield Step("pull", page.last - first.seq, page.head - first.seq, done.kinds)
            if not page.more:
                return

    def _ask(self, of: str, after: Mark) -> Callable[[], tuple[Page, Sequence[Entry]]]:
        return self.apart(partial(self.hub.pull, Pull(feed=of, after=after, limit=self.asking.pace.size.change_sets)))


def _left(here: Here, welcome: Welcome) -> list[str]:
    """Feeds of people that we held and that the hub no longer names; a hub that names none at all says nothing."""
    held = [of for of, name in here.scopes.items() if name not in (b"", NOBODY)]
    return [of for of in held if of not in welcome.feeds] if welcome.feeds else []


def _agreed(found: Iterable[bool | None], before: bool | None) -> bool | None:
    """Whether all that was compared is the same. A difference stands until a comparison finds none."""
    said = set(found)
    if False in said or (None in said and before is False):
        return False
    return None if None in said else True


def _order(of: str) -> tuple[int, str]:
    """What others refer to comes first, what concerns nobody's records last."""
    kinds = (SERVICE, "team", "audit", "held")
    kind = of.partition(":")[0]
    return (kinds.index(kind) if kind in kinds else len(kinds), of)
