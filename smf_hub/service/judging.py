"""Each change set of a push judged: whether it can be read, by whom it is, about whom, and whether they might."""

import re
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from smf_core.operations.change_set import BODY_MAX, ITEMS_MAX, ChangeSet, Head, Item, UnreadableChangeSet
from smf_core.operations.digest import month
from smf_core.operations.protocol import SERVICE, audit_feed, team_feed
from smf_core.policy.roles import Role, User
from smf_core.policy.rules import may_manage
from smf_core.policy.sending import (
    OF_THE_SERVICE,
    Refusal,
    Standing,
    care_that_counts,
    judged_moment,
    other_person,
    refusal,
)
from smf_core.records import Connection
from smf_hub.ports import Caller
from smf_hub.store import feeds
from smf_hub.store.authority import Author, authors

UNREADABLE, OTHER_LAPTOP = "unreadable", "other_laptop"
_MANAGERS = frozenset({Role.ADMIN, Role.LEAD})
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_UUID = re.compile(_ID)
_FOUR_IDS = re.compile(" ".join([_ID] * 4))
_NAMED = re.compile(f"[a-z0-9_]{{1,40}} {_ID}")
"""The name of a kind of record, and a record's id."""

_NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the hub makes of one change set. `reason` says why it is to wait for a lead; empty when it is accepted.

    `moment` is when its author is taken to have acted; `team` whose feed it belongs to, or whose lead is to see it.
    """

    change_set: ChangeSet
    cs_id: str
    author: str
    patient: str | None
    feed: str
    team: str
    month: int
    moment: int
    suspect: bool
    reason: str
    replica: str
    seq: int
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Beforehand:
    """What is known of a push before it is judged.

    `owners`: by kind and id of a record under whom it may be written on, where that is known.
    """

    owners: Mapping[tuple[str, str], frozenset[str]]

    def elsewhere(self, items: Sequence[Item], patient: str | None) -> Mapping[tuple[str, str], str]:
        """Of the records that some items name those that are about somebody else, and about whom."""
        if not self.owners:
            return {}
        names = ((item.entity, item.entity_id) for item in items)
        found = ((name, self.owners.get(name)) for name in names)
        return {name: min(theirs) for name, theirs in found if theirs and patient not in theirs}


@dataclass(slots=True)
class Judge:
    """Judges one push. What it hears (new people, transfers) counts for what follows in the same push."""

    caller: Caller
    now: int
    authors: Mapping[str, Author]
    teams: dict[str, list[tuple[int, str]]]
    beforehand: "Beforehand"
    moves: list[tuple[str, int, str]] = field(default_factory=list)
    """(patient, moment, team) heard in this push."""
    _stood: dict[str, tuple[Author, tuple[bool, ...], Standing]] = field(default_factory=dict)
    """By author who they are known to be, which of their memberships held when that was last asked, and as what."""

    def judge(self, sent: "Sent", replica: str | None = None, seq: int | None = None) -> Judged:
        """`replica` and `seq` are what the push says of it, None for an offer."""
        change_set, head = sent.change_set, sent.head
        if head is None or (replica is not None and (head.replica_id, head.seq) != (replica, seq)):
            return self.aside(sent, UNREADABLE)
        items = change_set.items
        care = care_that_counts(items, datetime.fromisoformat(head.care_time))
        author = self.authors.get(head.author)
        since = min((each.since for each in author.memberships), default=0) if author else 0
        moment, suspect = judged_moment(care, head.hlc[0], self.now, since)
        standing = self._standing(head.author, author, moment) if author else None
        home = self._home(author, moment, self.caller.team)
        patient = head.patient_id
        whose = self._team_of(patient, moment) if patient else None
        reason = self._reason(head, items, author, standing, whose, moment)
        team = home
        if patient is not None:
            if not reason:
                self._hear(patient, items, standing, home, moment)
            team = self.teams[patient][-1][1] if patient in self.teams else home
            if not reason and any(map(_is_move, items)) and whose is not None:
                team = whose  # a transfer is told where the person leaves
        return Judged(
            change_set=change_set,
            cs_id=head.cs_id,
            author=head.author,
            patient=patient,
            feed=_feed(patient, items, team),
            team=team,
            month=month(head),
            moment=moment,
            suspect=suspect,
            reason=reason,
            replica=head.replica_id,
            seq=head.seq,
            items=items,
        )

    def _standing(self, name: str, author: Author, moment: int) -> Standing:
        """What somebody was at a moment: nearly always what they were when the change set before was written."""
        held = tuple([each.holds(moment) for each in author.memberships])
        known = self._stood.get(name)
        if known is None or known[0] is not author or known[1] != held:
            self._stood[name] = known = (author, held, standing_of(author, moment))
        return known[2]

    def _reason(
        self,
        head: Head,
        items: Sequence[Item],
        author: Author | None,
        standing: Standing | None,
        whose: str | None,
        moment: int,
    ) -> str:
        if self.caller.revoked:
            return "revoked"
        if author is not None and self.caller.device not in author.devices:
            return OTHER_LAPTOP
        found = (
            other_person(items, head.patient_id, self.beforehand.elsewhere(items, head.patient_id))
            or refusal(items, standing, whose, author is not None and author.active)
            or self._of_colleagues(items, head.author, author, standing, moment)
        )
        return found.value if found else ""

    def _of_colleagues(
        self, items: Sequence[Item], name: str, author: Author | None, standing: Standing | None, moment: int
    ) -> Refusal | None:
        """Why an author may not say this of those who work here: nobody manages another team, raises themselves, or
        says who is an administrator without being one."""
        if author is None or standing is None:
            return None
        managed = {team for team, role in standing.roles.items() if role in _MANAGERS}
        for item in items:
            if item.entity == "team" and item.entity_id not in managed:
                return Refusal.OTHER_TEAM
            if item.entity != "user":
                continue
            if item.entity_id == name and item.kind == "person" and not _is_already(author, item, moment):
                return Refusal.ROLE
            subject = self.authors.get(item.entity_id)
            if item.kind == "membership" and item.payload.get("team") not in managed:
                return Refusal.OTHER_TEAM
            if subject is not None and not _manages(managed, subject, ends=item.payload.get("active") is False):
                return Refusal.OTHER_TEAM
            told = subject is not None and _is_already(subject, item, moment)
            if not told and not _is_theirs_to_say(standing, managed, item, subject):
                return Refusal.ROLE
        return None

    def accepted_once(self, sent: "Sent", head: Head, feed: str, laptop_team: str) -> Judged:
        """What the hub had accepted in a feed before it was restored: nothing of it is judged again.

        `laptop_team` is the team of the laptop that had sent it.
        """
        items, patient = sent.change_set.items, head.patient_id
        author = self.authors.get(head.author)
        since = min((each.since for each in author.memberships), default=0) if author else 0
        care = care_that_counts(items, datetime.fromisoformat(head.care_time))
        moment, suspect = judged_moment(care, head.hlc[0], self.now, since)
        team = feed.partition(":")[2] or self._home(author, moment, laptop_team)
        if patient is not None:
            self._hear_again(patient, items, team, moment)
        return Judged(
            change_set=sent.change_set,
            cs_id=head.cs_id,
            author=head.author,
            patient=patient,
            feed=feed,
            team=team,
            month=month(head),
            moment=moment,
            suspect=suspect,
            reason="",
            replica=head.replica_id,
            seq=head.seq,
            items=items,
        )

    def _home(self, author: Author | None, moment: int, laptop_team: str) -> str:
        """The team of somebody's own work: the laptop's where they are a member of it, else their first."""
        teams = [each.team for each in author.memberships if each.holds(moment)] if author else []
        return laptop_team if laptop_team in teams or not teams else teams[0]

    def _team_of(self, patient: str, moment: int) -> str | None:
        known = self.teams.get(patient)
        if not known:
            return None
        return next((team for since, team in reversed(known) if since <= moment), known[0][1])

    def _hear(self, patient: str, items: Sequence[Item], standing: Standing | None, home: str, moment: int) -> None:
        """Whose patient somebody is from now on, as far as this says so."""
        named = next((str(item.payload.get("team") or "") for item in items if _is_move(item)), "")
        known = self.teams.get(patient)
        if not known:
            may_name = standing is not None and named in standing.teams
            self._move(patient, 0, named if may_name else home)
        elif named and named != known[-1][1] and _UUID.fullmatch(named):
            self._move(patient, max(moment, known[-1][0] + 1), named)

    def _hear_again(self, patient: str, items: Sequence[Item], team: str, moment: int) -> None:
        """Whose patient somebody was, as far as that tells what stood in a team's feed; what came later still counts.

        A transfer stands where the person left. Anything else, in the feed of a team they are not known to have been
        in since, tells of a transfer that has not come back yet.
        """
        move = next((item for item in items if _is_move(item)), None)
        named = str(move.payload.get("team") or "") if move else ""
        moves = move is not None and bool(move.bases or (patient in self.teams and named != team))
        if moves and patient not in self.teams:
            self._move(patient, max(moment - 1, 0), team)  # what came before is not heard of yet
        since = 0 if move and not moves else moment
        to = named if moves else team
        known = self.teams.get(patient, [])
        at = next((of for begun, of in reversed(known) if begun <= since), "")
        if moves:
            is_told = at == to
        elif move:
            is_told = bool(at)
        else:
            is_told = at == to or to in {of for begun, of in known if begun > since}
        if not is_told and _UUID.fullmatch(to):
            while any(begun == since for begun, _ in known):
                since += 1
            self._move(patient, since, to)

    def _move(self, patient: str, since: int, team: str) -> None:
        insort(self.teams.setdefault(patient, []), (since, team))
        self.moves.append((patient, since, team))

    def came_to(self) -> frozenset[str]:
        """The teams that somebody came to in this push."""
        return frozenset(team for _, _, team in self.moves)

    def of_laptop(self, device: str) -> "Judge":
        """The same judge of what another laptop of this hub wrote itself."""
        caller = Caller(device, self.caller.team, frozenset())
        return Judge(caller, self.now, self.authors, self.teams, Beforehand({}), self.moves)

    def learn_of(self, connection: Connection, sent: "Sent") -> None:
        """Read what is to be known of one that was not in this push."""
        head = sent.head
        if head is None:
            return
        self.authors = {**authors(connection, named_in([sent])), **self.authors}
        if head.patient_id is not None and head.patient_id not in self.teams:
            self.teams |= feeds.teams_of(connection, {head.patient_id})

    def learn_of_author(self, connection: Connection, author: str) -> None:
        """Read who somebody is who wrote nothing of this push."""
        if author not in self.authors:
            self.authors = {**authors(connection, {author}), **self.authors}

    def refuses_to(self, author: str, led: Standing, items: Sequence[Item]) -> bool:
        """Whether a lead might not have written some items themselves."""
        refused = refusal(items, led, None, active=True)
        return bool(refused or self._of_colleagues(items, author, self.authors.get(author), led, self.now))

    def let_in(self, sent: "Sent", head: Head, team: str) -> Judged:
        """What waited in a team, as a lead adopts it: whatever it was held for, it counts from now on."""
        items, patient = sent.change_set.items, head.patient_id
        if patient is not None:
            if not self.teams.get(patient):
                self._move(patient, 0, team)
            team = self.teams[patient][-1][1]
            self._hear(patient, items, None, team, self.now)
        return Judged(
            change_set=sent.change_set,
            cs_id=head.cs_id,
            author=head.author,
            patient=patient,
            feed=_feed(patient, items, team),
            team=team,
            month=month(head),
            moment=self.now,
            suspect=False,
            reason="",
            replica=head.replica_id,
            seq=head.seq,
            items=items,
        )

    def aside(self, sent: "Sent", reason: str) -> Judged:
        """One that may not keep its id: it cannot be read, or another one came under that id before."""
        head = sent.head
        return Judged(
            change_set=sent.change_set,
            cs_id=sent.other_id,
            author=head.author if head else _NOBODY,
            patient=head.patient_id if head else None,
            feed="",
            team=self.caller.team,
            month=0,
            moment=self.now,
            suspect=False,
            reason=reason,
            replica=head.replica_id if head else _NOBODY,
            seq=head.seq if head else 0,
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A change set as it came. `head` is None where it cannot be read, or an id or a size in it does not fit."""

    change_set: ChangeSet
    head: Head | None

    @property
    def cs_id(self) -> str:
        return self.head.cs_id if self.head else self.other_id

    @property
    def other_id(self) -> str:
        """What names one whose own id cannot: made from its hash."""
        return str(UUID(bytes=self.change_set.hash[:16]))


def named_in(sent: Sequence[Sent]) -> set[str]:
    """Whom some change sets are by, and of which colleagues they speak."""
    named = {each.head.author for each in sent if each.head}
    for each in sent:
        if each.head and each.head.patient_id is None:
            named.update(item.entity_id for item in each.change_set.items if item.entity == "user")
    return named


def read(change_set: ChangeSet) -> Sent:
    """Look whether it can be read and everything in it fits a row."""
    try:
        head = change_set.head
        return Sent(change_set, head if _fits(head, change_set.items, change_set) else None)
    except UnreadableChangeSet:
        return Sent(change_set, None)


def standing_of(author: Author, moment: int) -> Standing:
    """What somebody was at a moment."""
    held = {each.team: each.role for each in author.memberships if each.holds(moment)}
    return Standing.of(held, author.capabilities)


def _is_already(subject: Author, item: Item, moment: int) -> bool:
    """Whether this says no more of somebody than the hub knew then, or knows by now."""
    if item.kind == "standing":
        return item.payload.get("active") == subject.active
    roles = {each.role for each in subject.memberships if each.until is None or moment < each.until}
    return _given(item) <= subject.capabilities and item.payload.get("role") in roles


def _given(item: Item) -> frozenset[str]:
    said = item.payload.get("capabilities")
    return frozenset(map(str, said)) if isinstance(said, list) else frozenset()


def _is_theirs_to_say(standing: Standing, managed: set[str], item: Item, subject: Author | None) -> bool:
    """Whether who manages these teams manages somebody like this, too, as they are and as it makes them."""
    lasting = [each for each in subject.memberships if each.until is None] if subject else []
    roles = {each.role for each in lasting} | {str(each) for each in (item.payload.get("role"),) if each}
    theirs = managed & ({str(item.payload.get("team"))} | {each.team for each in lasting}) or managed
    given = _given(item) - (subject.capabilities if subject else frozenset())
    acting = [User("", "", "", role, standing.capabilities) for team in theirs if (role := standing.roles[team])]
    return any(all(may_manage(user, role, given).allowed for role in roles) for user in acting)


def _manages(managed: set[str], subject: Author, *, ends: bool) -> bool:
    """Whether who manages these teams may say who somebody is, or that they work nowhere here any more."""
    teams = {each.team for each in subject.memberships if each.until is None}
    if ends and teams:
        return teams <= managed
    return bool(managed & (teams or {each.team for each in subject.memberships})) or not subject.memberships


def _is_move(item: Item) -> bool:
    return item.entity == "patient" and item.kind == "team"


def _feed(patient: str | None, items: Sequence[Item], team: str) -> str:
    kinds = {item.entity for item in items}
    if patient is None and kinds <= OF_THE_SERVICE:
        return SERVICE
    if patient is None and kinds == {"access"}:
        return audit_feed(team)
    return team_feed(team)


def _fits(head: Head, items: Sequence[Item], change_set: ChangeSet) -> bool:
    """Whether ids are ids, and nothing is larger than a row may hold."""
    ids = f"{head.cs_id} {head.replica_id} {head.author} {head.patient_id or head.author}"
    return (
        _FOUR_IDS.fullmatch(ids) is not None
        and 0 < len(items) <= ITEMS_MAX
        and len(change_set.body_bytes) <= BODY_MAX
        and all(map(_is_named, items))
    )


def _is_named(item: Item) -> bool:
    return _NAMED.fullmatch(f"{item.entity} {item.entity_id}") is not None
