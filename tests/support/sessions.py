"""People at an open store: services on a real encrypted file, with a clock the test tells."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from smf_core.policy.roles import Capability, Role, User
from smf_desktop.services.laptop.setup import first_records, record_user
from smf_desktop.services.session import Session, StoreKind
from smf_desktop.store.store import Store
from tests.support.stores import Laptop, ids
from tests.support.teaching import shipped

START = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@dataclass
class Told:
    """A clock that stands still until the test moves it."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def steady(self) -> float:
        return self.at.timestamp()

    def local(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.at.tzinfo)

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Team:
    """Everyone at one laptop; each attribute is that person's session."""

    store: Store
    clock: Told
    nurse: Session
    nurse2: Session
    assistant: Session
    lead: Session
    admin: Session


def team_at(store: Store, *, kind: StoreKind = StoreKind.TRAINING, clock: Told | None = None) -> Team:
    """A service with a nurse, a second nurse, an assistant, a lead (clinical lead) and an administrator."""
    clock = clock or Told()
    new_id = ids(500_000)
    people = {
        name: User(new_id(), name, f"{name.title()} Example", role, capabilities)
        for name, role, capabilities in (
            ("nurse", Role.NURSE, frozenset[Capability]()),
            ("nurse2", Role.NURSE, frozenset[Capability]()),
            ("assistant", Role.ASSISTANT, frozenset[Capability]()),
            ("lead", Role.LEAD, frozenset({Capability.CLINICAL_LEAD})),
            ("admin", Role.ADMIN, frozenset[Capability]()),
        )
    }
    service, team = new_id(), new_id()
    with store.work(author=people["lead"].id, now=clock.now(), new_id=new_id) as work:
        first_records(work, service=service, service_name="City SMF", team=team, team_name="City", kind=kind)
        for person in people.values():
            record_user(work, person)
    lead = Session(
        store=store,
        user=people["lead"],
        clock=clock,
        new_id=new_id,
        checklists=shipped(),
        kind=kind,
        service=service,
        team=team,
    )
    sessions = {name: replace(lead, user=person) for name, person in people.items()}
    return Team(store=store, clock=clock, **sessions)


@pytest.fixture
def team(laptop: Laptop) -> Iterator[Team]:
    """A training store with its people, open."""
    store = Store(laptop.directory, laptop.key)
    yield team_at(store)
    store.close()


@pytest.fixture
def live_team(laptop: Laptop) -> Iterator[Team]:
    """A live store with its people, open."""
    store = Store(laptop.directory, laptop.key)
    yield team_at(store, kind=StoreKind.LIVE)
    store.close()
