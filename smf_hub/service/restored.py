"""What this hub had accepted before it was restored from a backup, taken back on its own word.

A laptop shows a stretch of a feed with the signature that the hub once gave for its end. The chain over the hashes of
all its entries leads to what was signed, so they are what was accepted, in that feed and order: nothing of it is judged
again. Who gives it back does not matter, nor whether the hub still knows that they may see it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from smf_core.operations.change_set import ChangeSet, Item, chained
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Exceptional, Mark, Pushed, Signed, Stretch, attested_part, is_shared, kept_part
from smf_core.operations.wire import Entry
from smf_core.policy.roles import Capability, Role
from smf_core.records import Connection
from smf_hub.ports import Caller
from smf_hub.service import people, reviewing
from smf_hub.service.greeting import is_signed
from smf_hub.service.ingest import OTHER_CONTENT, as_before, ids, judge_of, number, stands
from smf_hub.service.judging import UNREADABLE, Beforehand, Judge, Judged, Sent, named_in, read
from smf_hub.service.place import Place
from smf_hub.service.times import ms
from smf_hub.store import feeds
from smf_hub.store import people as rows
from smf_hub.store.authority import authors, laptops_of
from smf_hub.store.database import TakenMeanwhile
from smf_hub.store.people import Account, Membership, Team

HASH_BYTES = 32


def take_back(place: Place, caller: Caller, said: Stretch, entries: Sequence[Entry]) -> Pushed:
    """Take back the change sets of a stretch that this hub lacks. Raises `HubTrouble` where nothing is proven."""
    if not is_proven(place, said, entries):
        raise HubTrouble(Trouble.BAD_REQUEST)
    sent = [read(each) for each in entries if isinstance(each, ChangeSet)]
    try:
        pushed, judge = _take(place, caller, said.feed, sent)
    except TakenMeanwhile:
        pushed, judge = _take(place, caller, said.feed, sent)
    place.scopes.forget(judge.came_to())
    place.woken()
    return pushed


def is_proven(place: Place, said: Stretch, entries: Sequence[Entry]) -> bool:
    """Whether this hub once signed that its feed held exactly these entries, and what it holds was accepted."""
    hashes = [each.hash for each in entries]
    if not is_shared(said.feed) or any(len(each) != HASH_BYTES for each in hashes):
        return False
    hub, end = place.identity.hub, said.chain_before
    if said.first:
        for each in hashes:
            end = chained(end, each)
        content = attested_part(hub, said.feed, Mark(seq=said.last, chain=end))
        fits = said.last - said.first + 1 == len(entries) and len(said.chain_before) == HASH_BYTES
    else:
        content = kept_part(hub, said.feed, hashes)
        fits = said.last == 0
    signed = Signed(content=content, signature=said.attested)
    return fits and end == said.chain_after and is_signed(place.identity.public_key, signed)


def _take(place: Place, caller: Caller, feed: str, sent: Sequence[Sent]) -> tuple[Pushed, Judge]:
    now = place.now_ms()
    with place.hub.write() as connection:
        known = feeds.places(connection, ids(sent))
        laptops = laptops_of(connection, {each.head.replica_id for each in sent if each.head})
        judge = judge_of(connection, caller, now, sent, Beforehand({}))
        outcomes: list[Judged | Exceptional] = []
        seen: set[str] = set()
        for at, each in enumerate(sent):
            before = stands(each, known)
            if before is not None and not before.reason:
                outcomes.append(as_before(at, before))
                continue
            judged = _judged(judge, each, feed, known, seen, laptops)
            outcomes.append(judged)
            seen.add(judged.cs_id)
            if judged.reason:
                continue
            for name in {each.cs_id, each.other_id} & known.keys():
                if known[name].hash == each.change_set.hash:
                    feeds.decide(connection, name, reviewing.ADOPTED, judged.author, now)
            if people.is_about_users(judged.items):
                if (judged.author, judged.replica) == (place.identity.hub, place.identity.replica):
                    remember(connection, judged.items, judged.moment)
                else:
                    sender = laptops.get(judged.replica)
                    people.learn(connection, judged.items, sender, judged.team, judged.moment)
                judge.authors = authors(connection, named_in(sent))
        return number(place, connection, caller, judge, outcomes, now), judge


def _judged(
    judge: Judge,
    each: Sent,
    feed: str,
    known: Mapping[str, feeds.Place],
    seen: set[str],
    laptops: Mapping[str, Caller],
) -> Judged:
    """An id that another change set has taken since cannot be given twice: that waits for a lead."""
    taken = known.get(each.cs_id)
    if each.cs_id in seen or (taken is not None and not taken.reason):
        return judge.aside(each, OTHER_CONTENT)
    if each.head is None:
        return judge.aside(each, UNREADABLE)
    sender = laptops.get(each.head.replica_id, judge.caller)
    return judge.accepted_once(each, each.head, feed, sender.team)


# --- the hub's own words -------------------------------------------------------------------------


def remember(connection: Connection, items: Sequence[Item], moment: int) -> None:
    """Follow what the hub itself told laptops of its teams and users, at a moment before it was restored.

    What was decided here of somebody later than that counts.
    """
    for item in items:
        match item.entity, item.kind:
            case "team", "named":
                if all(each.team != item.entity_id for each in rows.teams(connection)):
                    rows.write_team(connection, Team(item.entity_id, str(item.payload.get("name") or "")))
            case "user", "person":
                _remember_person(connection, item, moment)
            case "user", "standing":
                _remember_standing(connection, item, moment)
            case "user", "membership":
                _remember_membership(connection, item, moment)


def _remember_person(connection: Connection, item: Item, moment: int) -> None:
    said = item.payload
    username = str(said.get("username") or "")
    listed = said.get("capabilities")
    capabilities = frozenset(map(str, listed)) if isinstance(listed, list) else frozenset[str]()
    who = Account(
        user=item.entity_id,
        username=username,
        name=str(said.get("name") or username),
        role=str(said.get("role") or ""),
        capabilities=capabilities & frozenset(Capability),
        active=True,
    )
    known = rows.account(connection, who.user)
    if known is not None:
        later = any(max(each.since, each.until or 0) > moment for each in rows.memberships(connection, (who.user,)))
        if known.active and not later:
            rows.change_account(connection, who)
        return
    named = rows.by_username(connection, username)
    if named is not None and rows.is_unused(connection, named.user):
        rows.account_becomes(connection, named.user, who.user)  # added anew since, and nobody has worked as them yet
        rows.change_account(connection, who)
    else:
        rows.write_account(connection, who)


def _remember_standing(connection: Connection, item: Item, moment: int) -> None:
    known = rows.account(connection, item.entity_id)
    active = item.payload.get("active")
    if known is None or not isinstance(active, bool) or (active and people.ended_at(connection, known.user) > moment):
        return
    rows.change_account(connection, replace(known, active=active))


def _remember_membership(connection: Connection, item: Item, moment: int) -> None:
    said = item.payload
    team, role = str(said.get("team") or ""), str(said.get("role") or "")
    since, until = _instant(said.get("from")), _instant(said.get("until"))
    if since is None or not team or role not in frozenset(Role):
        return
    held = rows.memberships(connection, (item.entity_id,))
    there = next((each for each in held if (each.team, each.since) == (team, since)), None)
    if there is None:
        who = rows.account(connection, item.entity_id)
        ended = people.ended_at(connection, item.entity_id) if who is None or not who.active else 0
        later = [each.since for each in held if each.team == team and each.since > since]
        over = until or min(later, default=None) or (ended if ended > moment else None)
        rows.add_membership(connection, Membership(item.entity_id, team, since, over, role))
    elif there.until is None and until is not None:
        rows.end_membership_at(connection, there, until)


def _instant(said: object) -> int | None:
    try:
        return ms(datetime.fromisoformat(said)) if isinstance(said, str) else None
    except ValueError:
        return None
