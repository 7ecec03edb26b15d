"""Whom a laptop holds: the people of its teams who are taught or waiting, or whose teaching ended not long ago."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256

from smf_core.operations.protocol import Scope, team_feed
from smf_core.records.queries.merges import all_records
from smf_core.records.queries.scope import out_of_scope, signed_visits
from smf_hub.service.times import ms
from smf_hub.store import feeds, opened, projected
from smf_hub.store.database import Database

FRESH_MS = 5_000
"""A scope is reckoned anew at most so often, however much is sent meanwhile: nobody leaves it by the minute."""


@dataclass(frozen=True, slots=True)
class InScope:
    """The people of one feed for one kind of laptop.

    `out` are those who may not be had in full; somebody in neither is too new for the records to know. Of them `gone`
    are the team's, by how often they moved, and `opened` says which of these a laptop holds for it asked for them.
    """

    name: bytes
    people: tuple[str, ...]
    moved: Mapping[str, int]
    out: frozenset[str]
    gone: Mapping[str, int]
    opened: Mapping[str, frozenset[str]]
    made_of: tuple[int, int, int]
    """How far the records had come in the feed, where the feed ended, and how many had ever been the team's."""
    day: date
    made_at: int

    @property
    def seq(self) -> int:
        """The number of the feed that the records stood at."""
        return self.made_of[0]

    def on(self, device: str) -> "InScope":
        """With whom that laptop asked for."""
        more = self.opened.get(device, frozenset()) & self.gone.keys()
        if not more:
            return self
        name = sha256(f"{self.name.hex()} {sorted(more)}".encode()).digest()[:16]
        moved = {**self.moved, **{each: self.gone[each] for each in sorted(more) if self.gone[each]}}
        return replace(self, name=name, people=tuple(sorted({*self.people, *more})), moved=moved, out=self.out - more)


@dataclass
class Scopes:
    """The scopes of a hub, those reckoned last kept."""

    hub: Database
    records: Database
    _kept: dict[tuple[str, int], InScope] = field(default_factory=dict)

    def forget(self, teams: Collection[str]) -> None:
        """Somebody came to these teams, or was asked for: their lists are reckoned anew.

        A list that lacks who came in the feed settles nothing, and the exchange that brought them could not end.
        """
        feeds_of = {team_feed(team) for team in teams}
        for name in [name for name in list(self._kept) if name[0] in feeds_of]:
            self._kept.pop(name, None)

    def of(self, team: str, days: int, now: datetime) -> InScope:
        """The scope as it is, or was at most `FRESH_MS` ago."""
        feed, at = team_feed(team), ms(now)
        kept = self._kept.get((feed, days))
        if kept is not None and kept.day == now.date() and 0 <= at - kept.made_at < FRESH_MS:
            return kept
        with self.records.read() as connection:
            seq = projected.positions(connection).get(feed, 0)
            with self.hub.read() as feeds_of_hub:
                # Who comes from another team is told in that one's feed, so its own end says nothing of it.
                standing = opened.standing(feeds_of_hub, at)
                asked_for = {device: all_records(connection, people) for device, people in standing.items()}
                made_of = (seq, feeds.heads(feeds_of_hub, (feed,))[feed].seq, feeds.count_people(feeds_of_hub, team))
                if kept is not None and (kept.made_of, kept.day) == (made_of, now.date()):
                    self._kept[feed, days] = same = replace(kept, opened=asked_for, made_at=at)
                    return same
                theirs, left = feeds.people_of(feeds_of_hub, team)
            gone = out_of_scope(connection, now.date(), days) & theirs.keys()
        people = tuple(sorted(theirs.keys() - gone))
        moved = {each: theirs[each] for each in people if theirs[each]}
        # Who went and came back between two looks is on both lists, and has more to bring than before; who was over
        # before any look is on neither, and a laptop that wrote of them has to hear of it.
        name = sha256(f"{people} {moved} {sorted(gone)}".encode()).digest()[:16]
        away = {each: theirs[each] for each in gone}
        made = InScope(name, people, moved, gone | left, away, asked_for, made_of, now.date(), at)
        self._kept[feed, days] = made
        return made

    def told(self, found: InScope) -> Scope:
        """The list of people itself, and how many signed visits the hub's records hold of them."""
        with self.records.read() as connection:
            signed = signed_visits(connection, found.people)
        return Scope(scope=found.name, people=found.people, moved=found.moved, seq=found.seq, signed_visits=signed)
