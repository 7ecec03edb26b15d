"""The hub's receipt: reckoned again from what was sent, and taken in."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from smf_core.operations.change_set import ChangeSet, chained
from smf_core.operations.exchange import Done, Month
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Exceptional, Mark, Outcome, Pushed, Run
from smf_core.records.rows import run
from smf_desktop.store import feeds, reviewing, stretches


class Receipt(msgspec.Struct, frozen=True):
    """A receipt by change set. `accepted` have a place in a feed that others follow, `held` wait for a lead."""

    runs: tuple[tuple[Run, tuple[ChangeSet, ...]], ...]
    placed: tuple[tuple[ChangeSet, str, Mark], ...]
    accepted: tuple[ChangeSet, ...]
    held: tuple[tuple[ChangeSet, str], ...]

    @classmethod
    def of(cls, sent: Sequence[ChangeSet], said: Pushed) -> "Receipt":
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
            placed=tuple((one, each.feed, Mark(seq=each.seq, chain=each.chain)) for one, each in again),
            accepted=(*plain, *known),
            held=tuple((one, each.reason) for one, each in held),
        )


def settle(connection: Connection, got: Receipt, now: str) -> Done:
    """What a receipt names leaves the outbox; what waits for a lead leaves the records."""
    months: set[Month] = set()
    _bear_out(connection, got.runs)
    for run_, part in got.runs:
        numbered = zip(range(run_.first, run_.last + 1), part, strict=True)
        months |= {(run_.feed, each) for each in feeds.place(connection, run_.feed, numbered)}
        end = Mark(seq=run_.last, chain=run_.chain_after)
        feeds.bear_witness(connection, run_.feed, (end,))
        if feeds.mark_of(connection, run_.feed) == Mark(seq=run_.first - 1, chain=run_.chain_before):
            feeds.move(connection, run_.feed, end)  # all of it is ours: nothing of it need be pulled
    for each, of, at in got.placed:
        feeds.place(connection, of, ((at.seq, each),))
        feeds.bear_witness(connection, of, (at,) if at.chain else ())
    settled = [each.head.cs_id for each in (*got.accepted, *(one for one, _ in got.held))]
    run(connection, "DELETE FROM outbox WHERE cs_id = ?", [(cs_id,) for cs_id in settled])
    fresh = [(each.head.cs_id, now) for each in got.accepted]
    run(connection, "INSERT OR IGNORE INTO sent_change_set (cs_id, at) VALUES (?, ?)", fresh)
    kinds = reviewing.hold(connection, got.held, now) | reviewing.let_in(
        connection, [each.head.cs_id for each in got.accepted]
    )
    return Done(
        sent=len(got.accepted) + len(got.held),
        quarantined=len(got.held),
        kinds=kinds,
        months=frozenset(months),
    )


def _bear_out(connection: Connection, runs: Sequence[tuple[Run, tuple[ChangeSet, ...]]]) -> None:
    """Keep what the hub signed of a receipt: its last run in a feed bears out those before it."""
    begun: dict[str, tuple[Mark, list[bytes]]] = {}
    for said, part in runs:
        before, hashes = begun.get(said.feed, (Mark(), []))
        if before.seq + len(hashes) + 1 != said.first or not hashes:
            before, hashes = Mark(seq=said.first - 1, chain=said.chain_before), []
        hashes = [*hashes, *(each.hash for each in part)]
        begun[said.feed] = before, hashes
        stretches.keep(connection, said.feed, before, hashes, said.chain_after, said.attested)


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
