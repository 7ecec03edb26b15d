"""Whom a laptop holds: the people of its teams who are taught or waiting, or whose teaching ended not long ago."""

from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from smf_core.operations.protocol import Scope, team_feed
from smf_core.policy.roles import Role
from smf_core.records.queries.scope import out_of_scope, signed_visits
from smf_hub.service.times import ms
from smf_hub.store import feeds, projected
from smf_hub.store.database import Database

NURSE_DAYS = 125
LEAD_DAYS = 3 * 365 + 1
FRESH_MS = 5_000
"""A scope is reckoned anew at most so often, however much is sent meanwhile: nobody leaves it by the minute."""


def days_for(roles: frozenset[str]) -> int:
    """How long a laptop whose users have these roles keeps those who were discharged."""
    return LEAD_DAYS if Role.LEAD in roles else NURSE_DAYS


@dataclass(frozen=True, slots=True)
class InScope:
    """The people of one feed for one kind of laptop, as the records stood at `seq` of the feed.

    `out` are those who may not be had in full; somebody in neither is too new for the records to know.
    """

    name: bytes
    people: tuple[str, ...]
    out: frozenset[str]
    seq: int
    head: int
    day: date
    made_at: int


@dataclass
class Scopes:
    """The scopes of a hub, those reckoned last kept."""

    hub: Database
    records: Database
    _kept: dict[tuple[str, int], InScope] = field(default_factory=dict)

    def of(self, team: str, days: int, now: datetime) -> InScope:
        """The scope as it is, or was at most `FRESH_MS` ago."""
        feed, at = team_feed(team), ms(now)
        kept = self._kept.get((feed, days))
        if kept is not None and kept.day == now.date() and 0 <= at - kept.made_at < FRESH_MS:
            return kept
        with self.records.read() as connection:
            seq = projected.positions(connection).get(feed, 0)
            with self.hub.read() as feeds_of_hub:
                head = feeds.heads(feeds_of_hub, (feed,))[feed].seq
                if kept is not None and (kept.seq, kept.head, kept.day) == (seq, head, now.date()):
                    return kept
                theirs = feeds.people_of(feeds_of_hub, team)
            gone = out_of_scope(connection, now.date(), days) & theirs
        people = tuple(sorted(theirs - gone))
        name = sha256("".join(people).encode()).digest()[:16]
        made = InScope(name, people, gone, seq, head, now.date(), at)
        self._kept[feed, days] = made
        return made

    def told(self, found: InScope) -> Scope:
        """The list of people itself, and how many signed visits the hub's records hold of them."""
        with self.records.read() as connection:
            signed = signed_visits(connection, found.people)
        return Scope(scope=found.name, people=found.people, seq=found.seq, signed_visits=signed)
