"""What laptops send, taken in: judged, numbered, chained and receipted in one transaction, or held for a lead."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec.structs import replace

from smf_core.operations.change_set import ChangeSet, chained
from smf_core.operations.digest import month
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Exceptional, Mark, Outcome, Push, Pushed, Run, held_feed, signed_part
from smf_core.records import Connection
from smf_hub.ports import Caller
from smf_hub.service import people, reviewing
from smf_hub.service.judging import Beforehand, Judge, Judged, Sent, named_in, read
from smf_hub.service.owning import owners
from smf_hub.service.place import Place
from smf_hub.service.times import ms
from smf_hub.store import feeds
from smf_hub.store import people as people_rows
from smf_hub.store.authority import authors
from smf_hub.store.database import TakenMeanwhile

OTHER_CONTENT, BORROWED = "other_content", "borrowed_replica"
ALARM_AFTER, DAY_MS = 5, 86_400_000
"""More quarantined change sets of one laptop in a day than this are told to the administrator."""


def push(place: Place, caller: Caller, said: Push, change_sets: Sequence[ChangeSet], public_key: bytes) -> Pushed:
    """Take in a replica's next change sets. Raises `HubTrouble` when the push as such cannot be believed."""
    end = said.chain_before
    for each in change_sets:
        end = chained(end, each.hash)
    if said.to_seq - said.from_seq + 1 != len(change_sets) or said.from_seq < 1 or end != said.chain_after:
        raise HubTrouble(Trouble.BAD_REQUEST)
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(said.signature, signed_part(said))
    except InvalidSignature:
        raise HubTrouble(Trouble.SIGNATURE) from None
    return _twice(place, caller, said, change_sets)


def offer(place: Place, caller: Caller, change_sets: Sequence[ChangeSet]) -> Pushed:
    """Take in what a hub restored from a backup may lack, without anything to prove it: each judged as if pushed."""
    return _twice(place, caller, None, change_sets)


def _twice(place: Place, caller: Caller, said: Push | None, change_sets: Sequence[ChangeSet]) -> Pushed:
    """Take it in; where another push of the same work was quicker, once more with that work in sight."""
    sent = [read(each) for each in change_sets]
    beforehand = Beforehand(owners(place, sent))
    try:
        pushed, judge = _take(place, caller, said, sent, beforehand, look=False)
    except TakenMeanwhile:
        pushed, judge = _take(place, caller, said, sent, beforehand, look=True)
    place.scopes.forget(judge.came_to())
    place.lately.took(pushed, sent)
    place.woken()
    return pushed


def _take(
    place: Place, caller: Caller, said: Push | None, sent: Sequence[Sent], beforehand: Beforehand, *, look: bool
) -> tuple[Pushed, Judge]:
    now = ms(place.world.clock.now())
    with place.hub.write() as connection:
        chain = _Chain.of(connection, caller, said) if said is not None else None
        known = feeds.places(connection, ids(sent)) if look or chain is None or not chain.continues else {}
        judge = judge_of(connection, caller, now, sent, beforehand)
        outcomes: list[Judged | Exceptional] = []
        seen: set[str] = set()
        for at, each in enumerate(sent):
            before = stands(each, known)
            again = _again(connection, judge, each, at, said, chain, before)
            if before is not None and again is None:
                outcomes.append(as_before(at, before))
                continue
            twice = each.cs_id in known or each.cs_id in seen
            judged = again or _one(judge, each, at, said, chain, twice=twice)
            seen.add(judged.cs_id)
            outcomes.append(judged)
            if not judged.reason and people.is_about_users(judged.items):
                people.learn(connection, judged.items, caller, judged.team, judged.moment)
                judge.authors = authors(connection, named_in(sent))
        if said is not None:
            people_rows.came(connection, caller.device, sum(isinstance(each, Judged) for each in outcomes), now)
        pushed = number(place, connection, caller, judge, outcomes, now)
        if chain is None or said is None:
            return pushed, judge
        clash = chain.close(connection, said, sent, outcomes)
        if clash:
            _event(place, connection, now, "clash", caller, said.replica)
        return Pushed(runs=pushed.runs, exceptions=pushed.exceptions, held=pushed.held, clash=clash), judge


def stands(each: Sent, known: Mapping[str, feeds.Place]) -> feeds.Place | None:
    """Where exactly this stands already."""
    if not known:
        return None
    places = (known.get(each.cs_id), known.get(each.other_id))
    return next((place for place in places if place and place.hash == each.change_set.hash), None)


def _again(
    connection: Connection,
    judge: Judge,
    each: Sent,
    at: int,
    said: Push | None,
    chain: "_Chain | None",
    before: feeds.Place | None,
) -> Judged | None:
    """What waits because another laptop gave it back, and may stand now that its own laptop sends it."""
    if before is None or not before.reason or said is None or chain is None or chain.borrowed:
        return None
    row = feeds.waiting(connection, each.cs_id)
    if row is None or row.state != "waiting" or row.device == judge.caller.device:
        return None
    judged = judge.judge(each, said.replica, said.from_seq + at)
    if judged.reason:
        return None
    feeds.decide(connection, each.cs_id, reviewing.ADOPTED, judged.author, judge.now)
    return judged


def _one(judge: Judge, each: Sent, at: int, said: Push | None, chain: "_Chain | None", *, twice: bool) -> Judged:
    if twice:
        return judge.aside(each, OTHER_CONTENT)
    if chain is not None and chain.borrowed:
        return judge.aside(each, BORROWED)
    return judge.judge(each, said.replica, said.from_seq + at) if said is not None else judge.judge(each)


@dataclass(frozen=True, slots=True)
class _Chain:
    """Where the hub has a replica end, held against what a push says of it.

    `borrowed`: the replica is another store's. A store that was enrolled anew goes on with its own.
    """

    end: Mark
    continues: bool
    borrowed: bool

    @classmethod
    def of(cls, connection: Connection, caller: Caller, said: Push) -> "_Chain":
        end, whose = feeds.take_replica(connection, said.replica, caller.device)
        borrowed = whose != caller.device and not feeds.are_one_store(connection, whose, caller.device)
        if said.from_seq > end.seq + 1 and not borrowed:
            raise HubTrouble(Trouble.GAP)
        follows = said.from_seq == end.seq + 1 and said.chain_before == end.chain
        return cls(end, follows and not borrowed, borrowed)

    def close(
        self, connection: Connection, said: Push, sent: Sequence[Sent], outcomes: Sequence[Judged | Exceptional]
    ) -> bool:
        """Move the replica on where the push follows what is here. Answers whether numbers were used twice."""
        if self.continues or (not self.borrowed and self._repeats(said, sent)):
            if said.to_seq > self.end.seq:
                end = Mark(seq=said.to_seq, chain=said.chain_after)
                feeds.move_replica(connection, said.replica, end, said.from_seq, said.signature)
            return False
        return any(isinstance(each, Judged) for each in outcomes)

    def _repeats(self, said: Push, sent: Sequence[Sent]) -> bool:
        """Whether it begins with what we have, up to our very end, so that the rest continues it."""
        overlap = self.end.seq - said.from_seq + 1
        if not 0 < overlap <= len(sent):
            return False
        chain = said.chain_before
        for each in sent[:overlap]:
            chain = chained(chain, each.change_set.hash)
        return chain == self.end.chain


def write_own(place: Place, connection: Connection, change_sets: Iterable[ChangeSet], feed: str) -> None:
    """Number what the hub itself says: of its teams and users. The last thing the transaction does."""
    now, identity = ms(place.world.clock.now()), place.identity
    entries = [feeds.Entry(feed, each.hash, _row(_of_the_hub(each, feed), identity.hub, now)) for each in change_sets]
    feeds.add(connection, entries)


def _of_the_hub(each: ChangeSet, feed: str) -> Judged:
    head = each.head
    return Judged(
        change_set=each,
        cs_id=head.cs_id,
        author=head.author,
        patient=None,
        feed=feed,
        team="",
        month=month(head),
        moment=0,
        suspect=False,
        reason="",
        replica=head.replica_id,
        seq=head.seq,
    )


def judge_of(connection: Connection, caller: Caller, now: int, sent: Sequence[Sent], beforehand: Beforehand) -> Judge:
    patients = {each.head.patient_id for each in sent if each.head and each.head.patient_id}
    return Judge(
        caller=caller,
        now=now,
        authors=authors(connection, named_in(sent)),
        teams=feeds.teams_of(connection, patients),
        beforehand=beforehand,
    )


def ids(sent: Sequence[Sent]) -> set[str]:
    """Every id that some change sets may be here under."""
    return {name for each in sent for name in (each.cs_id, each.other_id)}


def number(
    place: Place,
    connection: Connection,
    caller: Caller,
    judge: Judge,
    outcomes: Sequence[Judged | Exceptional],
    now: int,
) -> Pushed:
    """Number and write what is new, then what leads have decided by it. Makes the receipt."""
    fresh = [each for each in outcomes if isinstance(each, Judged)]
    kept = [each for each in fresh if not each.reason]
    held = [each for each in fresh if each.reason]
    held_in = held_feed(caller.device)
    adopted = reviewing.decided(connection, kept, judge) + reviewing.released(connection, judge)
    for one, _ in adopted:
        if people.is_about_users(one.items):
            people.learn(connection, one.items, caller, one.team, one.moment)
    feeds.now_of(connection, judge.moves)
    entries = [feeds.Entry(each.feed, each.change_set.hash, _row(each, caller.device, now)) for each in kept]
    entries += [feeds.Entry(each.feed, each.change_set.hash, _row(each, device, now)) for each, device in adopted]
    returned = reviewing.returned_before(connection, held, judge)
    _tell(place, connection, caller, held, returned, now)
    waiting = [feeds.Entry(held_in, each.change_set.hash, _held_row(each, caller, now, returned)) for each in held]
    if not entries and not waiting:
        return Pushed(exceptions=_witnessed([each for each in outcomes if isinstance(each, Exceptional)]))
    runs, marks = feeds.add(connection, entries, waiting)
    of_held = iter(marks[len(entries) :])
    exceptions: list[Exceptional] = []
    for at, each in enumerate(outcomes):
        if isinstance(each, Exceptional):
            exceptions.append(each)
        elif each.reason:
            seq = next(of_held).seq
            exceptions.append(
                Exceptional(at=at, outcome=Outcome.QUARANTINED, reason=each.reason, feed=held_in, seq=seq)
            )
    return Pushed(
        runs=_attested(place, list(_runs(kept, marks, runs))),
        exceptions=_witnessed(exceptions),
        held=(runs[held_in],) if held else (),
    )


def _attested(place: Place, made: Sequence[Run]) -> tuple[Run, ...]:
    """The runs, the last one of each feed with the hub's own word for its end."""
    last = {run.feed: at for at, run in enumerate(made)}
    return tuple(
        replace(run, attested=place.attested(run.feed, run.last, run.chain_after)) if last[run.feed] == at else run
        for at, run in enumerate(made)
    )


def _runs(kept: Sequence[Judged], marks: Sequence[Mark], got: Mapping[str, Run]) -> Iterator[Run]:
    """What was numbered one after the other in one feed, each time the feed changes another run; `got` is all that each
    feed was given."""
    chains = {feed: run.chain_before for feed, run in got.items()}
    for feed, of_one in groupby(zip(kept, marks, strict=False), key=lambda each: each[0].feed):
        numbered = [mark for _, mark in of_one]
        before, end = chains[feed], numbered[-1]
        chains[feed] = end.chain
        yield Run(feed=feed, first=numbered[0].seq, last=end.seq, chain_before=before, chain_after=end.chain)


def _row(each: Judged, device: str, now: int) -> dict[str, Any]:
    return {
        "cs_id": each.cs_id,
        "replica": each.replica,
        "seq": each.seq,
        "patient": each.patient,
        "month": each.month,
        "author": each.author,
        "device": device,
        "received_at": now,
        "suspect": each.suspect,
        "head": each.change_set.head_bytes,
        "body": each.change_set.body_bytes,
    }


def _held_row(each: Judged, caller: Caller, now: int, returned: Mapping[str, str]) -> dict[str, Any]:
    by = returned.get(each.cs_id)
    return {
        "cs_id": each.cs_id,
        "device": caller.device,
        "team": each.team,
        "author": each.author,
        "patient": each.patient,
        "reason": each.reason,
        "received_at": now,
        "state": reviewing.RETURNED if by else "waiting",
        "decided_by": by,
        "decided_at": now if by else None,
        "word": "",
        "head": each.change_set.head_bytes,
        "body": each.change_set.body_bytes,
    }


def as_before(at: int, found: feeds.Place) -> Exceptional:
    """What is said of a change set that stands here already."""
    if found.reason:
        return Exceptional(at=at, outcome=Outcome.QUARANTINED, reason=found.reason, feed=found.feed, seq=found.seq)
    return Exceptional(at=at, outcome=Outcome.DUPLICATE, feed=found.feed, seq=found.seq, chain=found.chain)


def _witnessed(exceptions: Sequence[Exceptional]) -> tuple[Exceptional, ...]:
    """With the chain where each feed was seen last, and no other: whose first answer was lost sees it here alone."""
    last = {each.feed: each.seq for each in sorted(exceptions, key=lambda each: each.seq) if each.chain}
    return tuple(each if last.get(each.feed) == each.seq else replace(each, chain=b"") for each in exceptions)


def _tell(
    place: Place,
    connection: Connection,
    caller: Caller,
    held: Sequence[Judged],
    returned: Collection[str],
    now: int,
) -> None:
    """To the administrator: work that waits from now on; loudly when it looks like tampering or comes in numbers."""
    waits = [each.reason for each in held if each.cs_id not in returned]
    for reason in sorted(set(waits)):
        _event(place, connection, now, "quarantined", caller, reason)
    for reason in sorted({each.reason for each in held} & {OTHER_CONTENT, BORROWED}):
        _event(place, connection, now, "tampering", caller, reason)
    before = feeds.count_held(connection, caller.device, now - DAY_MS) if waits else 0
    if before <= ALARM_AFTER < before + len(waits):
        _event(place, connection, now, "many_quarantined", caller, str(before + len(waits)))


def _event(place: Place, connection: Connection, now: int, kind: str, caller: Caller, detail: str) -> None:
    feeds.note_event(connection, place.world.new_id(), now, kind, device=caller.device, user=None, detail=detail)
