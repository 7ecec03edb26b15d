"""The hub as one laptop sees it: every call asks first whether this laptop may."""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from smf_core.operations import protocol
from smf_core.operations.change_set import ChangeSet
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.wire import Entry
from smf_core.policy.keeping import days_for
from smf_core.policy.roles import Role
from smf_core.policy.sending import FeedKind, may_follow
from smf_core.records.rows import Values
from smf_hub.ports import Caller
from smf_hub.service import blobs, drafts, figures, greeting, ingest, opening, people, pulling, restored, reviewing
from smf_hub.service.place import Place
from smf_hub.service.scope import InScope
from smf_hub.store import feeds
from smf_hub.store import people as people_rows


class LaptopHub:
    """Implements `smf_core.operations.hub.Hub` for one caller."""

    def __init__(self, place: Place, caller: Caller) -> None:
        self.place, self.caller = place, caller
        self.noted = caller.noted or people.noted(place, caller.device)
        self.roles = self.noted.roles if self.noted else {}
        """By team the roles that the users of this laptop have there now."""

    # --- the exchange ----------------------------------------------------------------------------

    def hello(self, said: protocol.Hello) -> protocol.Welcome:
        """Who we are to each other, and where each of us stands.

        One that was shut out follows nothing, and is told of what we lack all the same, so that it gives it back.
        """
        seen = {feed: (stand.cursor, *stand.witnesses) for feed, stand in said.feeds.items()}
        marks = [(feed, mark) for feed, places in seen.items() for mark in places]
        while (heard := self._heard(said.replicas, marks)) is None:
            pass  # what was known of this laptop when it asked last holds no more: it is asked by what does
        follow, scopes, (ends, view, known), answers = heard
        place, noted = self.place, self.noted
        as_before = greeting.as_before(place, noted, answers, said) if noted else None
        common = pulling.common(known, seen)
        found = {
            feed: protocol.FeedHead(head=ends[feed].seq, common=common.get(feed), scope=scopes[feed]) for feed in follow
        }
        behind = {feed: mark for feed, mark in common.items() if mark is not None and feed not in follow}
        decided = reviewing.became(place, self.caller.device, said.waits, follow) if said.waits else ()
        if as_before is not None:
            return replace(as_before, my_view=view, feeds=found, behind=behind, decided=decided)
        return replace(greeting.welcome(place, self.caller, said, view, found), behind=behind, decided=decided)

    def push(self, said: protocol.Push, change_sets: Sequence[ChangeSet]) -> protocol.Pushed:
        self.place.asked()
        self._small_enough(change_sets)
        if self.noted is None:
            raise HubTrouble(Trouble.UNKNOWN)
        return ingest.push(self.place, self.caller, said, change_sets, self.noted.device.public_key)

    def offer(self, said: protocol.Offer, entries: Sequence[Entry]) -> protocol.Pushed:
        change_sets = [each for each in entries if isinstance(each, ChangeSet)]
        self._small_enough(change_sets, len(entries))
        if said.stretch is not None:
            return restored.take_back(self.place, self.caller, said.stretch, entries)
        if len(change_sets) != len(entries):
            raise HubTrouble(Trouble.BAD_REQUEST)
        return ingest.offer(self.place, self.caller, change_sets)

    def pull(self, said: protocol.Pull) -> tuple[protocol.Page, Sequence[Entry]]:
        self.place.asked()
        self._follows(said.feed)
        found = self._in_scope(said.feed)
        return pulling.pull(self.place, said, found.out if found else frozenset())

    def scope(self, feed: str) -> protocol.Scope:
        self._follows(feed)
        found = self._in_scope(feed)
        return self.place.scopes.told(found) if found else protocol.Scope(scope=b"", people=())

    def patient(self, feed: str, patient: str, after: int, until: int) -> tuple[protocol.Placed, Sequence[ChangeSet]]:
        """The change sets of one person of the feed, or of the feed of a team they came from.

        Of one outside the scope it is as if there were nobody.
        """
        self._allowed()
        with self.place.hub.read() as connection:
            whose = [protocol.team_feed(team) for _, team in feeds.teams_of(connection, {patient}).get(patient, ())]
        found = self._in_scope(whose[-1]) if whose and feed in whose and whose[-1] in self.feeds() else None
        if found is None or patient in found.out:
            raise HubTrouble(Trouble.UNKNOWN)
        return pulling.person(self.place, feed, patient, after, until)

    def verify(self, said: protocol.Verify) -> protocol.Verified:
        self._follows(said.feed)
        found = self._in_scope(said.feed)
        return pulling.verify(self.place, said, found) if found else protocol.Verified()

    # --- for leads -------------------------------------------------------------------------------

    def held(self) -> tuple[protocol.HeldWork, Sequence[ChangeSet]]:
        return reviewing.held(self.place, self.caller, self._led())

    def laptops(self) -> Sequence[protocol.LaptopNote]:
        return people.laptops(self.place, self._led())

    def _led(self) -> frozenset[str]:
        self._allowed()
        teams = frozenset(team for team, roles in self.roles.items() if Role.LEAD in roles)
        if not teams:
            raise HubTrouble(Trouble.NOT_ALLOWED)
        return teams

    # --- whom it does not hold -------------------------------------------------------------------

    def open_person(self, said: protocol.PersonAsked) -> protocol.PersonGiven:
        self._allowed()
        working = self.noted.working.get(said.user, {}) if self.noted else {}
        taught = {
            team: self._in_scope(protocol.team_feed(team)) for team, role in working.items() if role in opening.TEACHING
        }
        scopes = {team: found for team, found in taught.items() if found is not None}
        return opening.open_person(self.place, self.caller, said, scopes)

    # --- drafts and documents --------------------------------------------------------------------

    def keep_draft(self, slot: str, note: protocol.DraftNote, sealed: bytes) -> None:
        self._allowed()
        drafts.keep(self.place, self.caller, slot, note, sealed)

    def drop_draft(self, slot: str) -> None:
        self._allowed()
        drafts.drop(self.place, self.caller, slot)

    def drafts(self) -> Sequence[protocol.DraftNote]:
        self._allowed()
        return drafts.notes(self.place, self.caller)

    def draft(self, slot: str, reason: str = "") -> bytes:
        self._allowed()
        return drafts.sealed(self.place, self.caller, slot, reason)

    def blob_ranges(self, digest: str) -> Sequence[tuple[int, int]] | None:
        self._allowed()
        return blobs.ranges(self.place, self.caller, digest)

    def put_blob(self, digest: str, offset: int, content: bytes) -> None:
        self._allowed()
        blobs.put(self.place, self.caller, digest, offset, content)

    def commit_blob(self, digest: str, size: int) -> None:
        self._allowed()
        blobs.commit(self.place, self.caller, digest, size)

    def blob(self, digest: str, offset: int) -> bytes:
        self._allowed()
        return blobs.piece(self.place, self.caller, digest, offset)

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        self._allowed()
        return figures.told(self.place, self.caller, name, asked)

    def _heard(
        self, replicas: Collection[str], marks: Collection[tuple[str, protocol.Mark]]
    ) -> tuple[tuple[str, ...], dict[str, bytes], feeds.Where, Sequence[Sequence[Values]]] | None:
        """What a laptop that says hello follows, the names of the lists, where all stands, and what to tell it.

        Who it is now is asked with that, on a server by one journey and not two. None where it is no more who it was.
        """
        place, noted, device = self.place, self.noted, self.caller.device
        follow = () if self.caller.revoked else self.feeds()
        scopes = {feed: self._scope_name(feed) for feed in follow}
        who = people_rows.who_asks(device, place.now_ms())
        to_tell = greeting.what_to_tell(place, noted) if noted else ()
        found, answers = place.hub.at_once(lambda hub: feeds.where_and(hub, follow, replicas, marks, [*who, *to_tell]))
        now = people_rows.noted_of(device, answers[: len(who)])
        if now == noted:
            return follow, scopes, found, answers[len(who) :]
        people.remembered(place, device, now)
        if now is None or (noted is not None and now.device.public_key != noted.device.public_key):
            raise HubTrouble(Trouble.SIGNATURE)
        self.noted, self.roles, self.caller = now, now.roles, people.caller(now.device, now)
        return None

    # --- who may ---------------------------------------------------------------------------------

    def feeds(self) -> tuple[str, ...]:
        """The feeds this laptop is to follow, in the order in which they are best pulled."""
        followed = {team: _followed(roles) for team, roles in sorted(self.roles.items())}
        return (
            protocol.SERVICE,
            *(protocol.team_feed(team) for team, kinds in followed.items() if FeedKind.TEAM in kinds),
            *(protocol.audit_feed(team) for team, kinds in followed.items() if FeedKind.AUDIT in kinds),
            protocol.held_feed(self.caller.device),
        )

    def _allowed(self) -> None:
        if self.caller.revoked:
            raise HubTrouble(Trouble.REVOKED)

    def _follows(self, feed: str) -> None:
        self._allowed()
        if feed not in self.feeds():
            raise HubTrouble(Trouble.UNKNOWN)

    def _in_scope(self, feed: str) -> InScope | None:
        kind, _, team = feed.partition(":")
        if kind != FeedKind.TEAM:
            return None
        days = days_for(self.roles.get(team, frozenset()))
        return self.place.scopes.of(team, days, self.place.world.clock.now()).on(self.caller.device)

    def _scope_name(self, feed: str) -> bytes:
        found = self._in_scope(feed)
        return found.name if found else b""

    def _small_enough(self, change_sets: Sequence[ChangeSet], entries: int = 0) -> None:
        limits = pulling.LIMITS
        size = sum(len(each.head_bytes) + len(each.body_bytes) for each in change_sets)
        if not change_sets:
            raise HubTrouble(Trouble.BAD_REQUEST)
        if max(len(change_sets), entries) > limits.change_sets or size > limits.unpacked:
            raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": limits.unpacked, "max_count": limits.change_sets})


def _followed(roles: frozenset[str]) -> frozenset[FeedKind]:
    """What the laptop follows of a team in which its users have these roles."""
    known = [Role(role) for role in roles if role in frozenset(Role)]
    return frozenset(kind for role in known for kind in may_follow(role))
