"""What laptops are given: pages of a feed, the whole of one person, and whether both sides hold the same."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.digest import Bucket, bucket
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import START, Limits, Mark, Page, Placed, Pull, Verified, Verify, is_shared, team_feed
from smf_core.operations.wire import Entry, Hidden
from smf_hub.service.place import Place
from smf_hub.service.scope import InScope
from smf_hub.store import feeds

LIMITS = Limits()


def pull(place: Place, said: Pull, out: frozenset[str]) -> tuple[Page, Sequence[Entry]]:
    """What follows a place in a feed; of people who are `out` the hashes alone. Raises `HubTrouble` for another chain.

    A page ends before it is larger than `Limits` allow, but never without an entry when there is one.
    """
    entries: list[Entry] = []
    size, last = 0, said.after
    with place.hub.read() as connection:
        heads, _, known = feeds.where(connection, (said.feed,), (), [(said.feed, said.after)])
        if not known:
            raise HubTrouble(Trouble.GAP)
        head = heads[said.feed].seq
        # Of receipts, which are all their own, a laptop lacks the bytes whatever it says.
        mine = said.mine if is_shared(said.feed) else {}
        for row in feeds.after(connection, said.feed, said.after.seq, min(max(said.limit, 1), LIMITS.change_sets)):
            entry = _entry(row, out, mine)
            size += len(entry.hash) if isinstance(entry, Hidden) else len(entry.head_bytes) + len(entry.body_bytes)
            if entries and size > LIMITS.unpacked:
                break
            entries.append(entry)
            last = Mark(seq=row.feed_seq, chain=row.chain)
    page = Page(
        feed=said.feed,
        first=said.after.seq + 1,
        last=last.seq,
        chain_after=last.chain,
        head=head,
        attested=place.attested(said.feed, last.seq, last.chain) if entries and is_shared(said.feed) else b"",
    )
    return page, entries


def _entry(row: feeds.Fed, out: frozenset[str], mine: Mapping[str, int]) -> Entry:
    known = mine and row.seq <= mine.get(row.replica, 0)
    if known or row.body is None or row.patient in out:
        return Hidden(row.cs_hash)
    return ChangeSet(row.head, row.body)


def person(place: Place, feed: str, patient: str, after: int, until: int) -> tuple[Placed, Sequence[ChangeSet]]:
    """The change sets of one person in a feed above a number up to another, with their numbers, a page of them."""
    taken: list[Any] = []
    size, more = 0, False
    with place.hub.read() as connection:
        teams = feeds.teams_of(connection, {patient}).get(patient, [])
        for row in feeds.of_person(connection, feed, patient, after, until, LIMITS.change_sets + 1):
            size += len(row.head) + len(row.body or b"")
            more = len(taken) == LIMITS.change_sets or (bool(taken) and size > LIMITS.unpacked)
            if more:
                break
            taken.append(row)
    theirs = [team_feed(team) for _, team in teams]
    before = tuple(dict.fromkeys(each for each in theirs if each != feed)) if theirs[-1:] == [feed] else ()
    held = [row for row in taken if row.body is not None]
    seqs = tuple(row.feed_seq for row in held)
    change_sets = [ChangeSet(row.head, row.body) for row in held]
    placed = Placed(feed=feed, seqs=seqs, more=more, elsewhere=before)
    if held and theirs[-1:] != [feed]:
        word, end = place.kept(feed, [each.hash for each in change_sets]), held[-1]
        placed = replace(placed, attested=word, end=Mark(seq=end.feed_seq, chain=end.chain))
    return placed, change_sets


def verify(place: Place, said: Verify, scope: InScope) -> Verified:
    """Whether both sides hold the same of the people in scope, each reckoned from its own rows."""
    if said.scope != scope.name:
        return Verified(stale=True)
    if said.month:
        with place.hub.read() as connection:
            found = _buckets(feeds.by_person(connection, said.feed, said.seq, said.month, scope.people))
        differ = {each for each in found.keys() | said.people.keys() if found.get(each) != said.people.get(each)}
        return Verified(people=tuple(sorted(differ & frozenset(scope.people))))
    with place.hub.read() as connection:
        months = _buckets(feeds.by_month(connection, said.feed, said.seq, said.months.keys(), scope.people))
    none = Bucket()
    return Verified(months=tuple(sorted(m for m, held in said.months.items() if months.get(m, none) != held)))


def _buckets(rows: Any) -> dict[Any, Bucket]:
    hashes: defaultdict[Any, list[bytes]] = defaultdict(list)
    for key, each in rows:
        hashes[key].append(each)
    return {key: bucket(held) for key, held in hashes.items()}


def common(known: Collection[tuple[str, int]], stands: Mapping[str, Sequence[Mark]]) -> Mapping[str, Mark | None]:
    """By feed the newest of the places a laptop has seen up to which the hub knows them all; None when it knows each.

    One that it does not know may stand below one that it does: of a hub that was restored in the middle of an exchange.
    """
    found: dict[str, Mark | None] = {}
    for feed, seen in stands.items():
        strange = min((mark.seq for mark in seen if (feed, mark.seq) not in known), default=None)
        below = (mark for mark in seen if strange is not None and mark.seq < strange)
        found[feed] = None if strange is None else max(below, key=lambda mark: mark.seq, default=START)
    return found
