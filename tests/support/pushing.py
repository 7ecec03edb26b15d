"""A hub with a team in it, and something that writes and signs change sets as a laptop does, without a store."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert

from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, chained, write_change_set
from smf_core.operations.clock import START, Stamp, tick
from smf_core.operations.protocol import Push, Pushed, signed_part
from smf_hub.ports import Caller, World
from smf_hub.service.laptop import LaptopHub
from smf_hub.service.place import Place
from smf_hub.store import tables as t
from tests.support.hubs import new_place

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
_serial = count(1)


def new_id() -> str:
    """Ids that rise and look like those of the product."""
    number = next(_serial)
    return f"019a{number >> 32:04x}-{(number >> 16) & 0xFFFF:04x}-7{number & 0xFFF:03x}-8000-{number:012x}"


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def on(self, **step: float) -> None:
        self.at += timedelta(**step)


@dataclass
class Writer:
    """One laptop as the hub sees it: a device with a key, and one replica that writes."""

    place: Place
    clock: HandClock
    device: str
    team: str
    users: frozenset[str]
    key: Ed25519PrivateKey
    replica: str = field(default_factory=new_id)
    seq: int = 0
    chain: bytes = CHAIN_START
    stamp: Stamp = START
    written: list[ChangeSet] = field(default_factory=list)
    revoked: bool = False

    @property
    def hub(self) -> LaptopHub:
        return LaptopHub(self.place, Caller(self.device, self.team, self.users, self.revoked))

    @property
    def author(self) -> str:
        return min(self.users)

    def write(
        self,
        *items: Item,
        patient: str | None = None,
        author: str | None = None,
        care_time: datetime | None = None,
        cs_id: str | None = None,
    ) -> ChangeSet:
        """One save, kept in `written` and not sent yet."""
        self.stamp = tick(self.stamp, int(self.clock.at.timestamp() * 1000))
        self.seq += 1
        made = write_change_set(
            cs_id=cs_id or new_id(),
            replica_id=self.replica,
            seq=self.seq,
            stamp=self.stamp,
            author=author or self.author,
            patient_id=patient,
            care_time=care_time or self.clock.at,
            items=items,
        )
        self.written.append(made)
        return made

    def pushing(self, sets: Sequence[ChangeSet], before: bytes, from_seq: int) -> Push:
        """What says that these follow `before`, signed."""
        after = before
        for each in sets:
            after = chained(after, each.hash)
        said = Push(
            replica=self.replica,
            from_seq=from_seq,
            to_seq=from_seq + len(sets) - 1,
            chain_before=before,
            chain_after=after,
            signature=b"",
        )
        return Push(
            replica=said.replica,
            from_seq=said.from_seq,
            to_seq=said.to_seq,
            chain_before=before,
            chain_after=after,
            signature=self.key.sign(signed_part(said)),
        )

    def send(self) -> Pushed:
        """Push everything written and not sent yet."""
        sets, self.written = self.written, []
        said = self.pushing(sets, self.chain, self.seq - len(sets) + 1)
        self.chain = said.chain_after
        return self.hub.push(said, sets)


@dataclass
class HubTown:
    """A hub with one team or more, and their people."""

    place: Place
    clock: HandClock
    team: str

    def add_team(self) -> str:
        team = new_id()
        self._row(t.team, team=team, name="Derby South")
        return team

    def user(self, role: str, *teams: str, since: int = 0, until: int | None = None) -> str:
        """Somebody with a role in some teams (this town's own when none is named)."""
        user = new_id()
        self._row(t.account, user=user, username=user[-6:], name="A Nurse", role=role, capabilities="", active=True)
        for team in teams or (self.team,):
            self._row(t.membership, user=user, team=team, since=since, until=until, role=role)
        return user

    def laptop(self, *users: str, team: str | None = None) -> Writer:
        key = Ed25519PrivateKey.from_private_bytes(os.urandom(32))
        device = new_id()
        self._row(
            t.device,
            device=device,
            name="SMF-LT-014",
            public_key=key.public_key().public_bytes_raw(),
            team=team or self.team,
            store=new_id(),
            enrolled_at=0,
            unsent=0,
            drafts=0,
            app="",
        )
        for user in users:
            self._row(t.device_user, device=device, user=user, since=0)
        return Writer(self.place, self.clock, device, team or self.team, frozenset(users), key)

    def _row(self, table: Any, **values: Any) -> None:
        with self.place.hub.write() as connection:
            connection.execute(insert(table), [values])


def town(url: str) -> HubTown:
    """A new hub at a URL with one team; the caller closes its place."""
    clock = HandClock()
    place = new_place(url, World(clock, new_id, os.urandom))
    made = HubTown(place, clock, new_id())
    made._row(t.team, team=made.team, name="Derby North")
    return made


def person(town_team: str, name: str = "ABERNATHY") -> tuple[str, tuple[Item, ...]]:
    """Somebody new: an id, and what says who they are."""
    patient = new_id()
    items = (
        Item(entity="patient", entity_id=patient, kind="name", payload={"family": name, "given": "Doreen"}),
        Item(entity="patient", entity_id=patient, kind="born", payload={"date_of_birth": "1951-03-14"}),
        Item(entity="patient", entity_id=patient, kind="team", payload={"team": town_team}),
    )
    return patient, items


def phone(patient: str, number: str) -> Item:
    return Item(entity="patient", entity_id=patient, kind="phone", payload={"phone": number})
