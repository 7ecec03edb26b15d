"""A nurse's laptop that has joined a hub in the same process and fetched everything."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smf_core.policy.roles import Role
from smf_desktop.compose import House
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.sync.steps import Exchanged
from smf_hub.service import enrolling, managing
from smf_hub.service.place import Place
from smf_hub.store import people
from tests.support.houses import PASSWORD, computer
from tests.support.hubs import new_hub
from tests.support.keys import KeysInMemory, ToldClock
from tests.support.reaching import InProcess

URL = "http://127.0.0.1:8443"
START = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
ANEW = 100
"""Added to the number of a laptop that joined before: what it draws and counts is not what it drew then."""


class Joined:
    """One laptop, with a clock and a key store of its own. `reach.down` takes the network away.

    `before`: it has joined already, its disk stands in the folder as it was left then.
    """

    def __init__(
        self, place: Place, folder: Path, user: str = "tom", number: int = 1, before: "Joined | None" = None
    ) -> None:
        self.place, self.user, self.number = place, user, number
        self.clock, self.keys, self.reach = ToldClock(START), KeysInMemory(), InProcess(place)
        seed = number if before is None else number + ANEW
        on = computer(clock=self.clock, keys=self.keys, reach=lambda: self.reach, first_id=seed * 1_000_000, seed=seed)
        self.house = House(on, folder / f"laptop-{number}")
        if before is not None:
            self.keys.held, self.told = dict(before.keys.held), before.told
            return
        code = enrolling.new_code(place, user)
        key, self.told = self.house.join(url=URL, code=code, username=user, password=PASSWORD)
        assert self.house.exchange(key, lambda told: None, lambda: False).digest_equal
        key.zero()

    @property
    def device(self) -> people.Device:
        with self.place.hub.read() as connection:
            found = people.device(connection, self.told.device)
        assert found is not None
        return found

    @contextmanager
    def sitting(self) -> Iterator[Sitting]:
        made = self.house.enter(self.house.unlock(self.user, PASSWORD))
        try:
            yield made
        finally:
            made.close()

    def sync(self) -> Exchanged:
        key = self.house.unlock(self.user, PASSWORD)
        try:
            return self.house.exchange(key, lambda told: None, lambda: False)
        finally:
            key.zero()

    def unlocks(self) -> bool:
        """Whether the user gets in, and not only to finish the day."""
        with self.sitting() as made:
            return not made.in_grace


@contextmanager
def new_north(folder: Path) -> Iterator[Place]:
    """A hub with the team North: the lead priya, the nurses tom and anna."""
    with new_hub(hub_in(folder)) as place:
        managing.add_team(place, "North")
        managing.add_user(place, "priya", role=Role.LEAD, team="North", name="Priya Nair", clinical_lead=True)
        managing.add_user(place, "tom", role=Role.NURSE, team="North", name="Tom Okafor")
        managing.add_user(place, "anna", role=Role.NURSE, team="North", name="Anna Wolf")
        yield place


def hub_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'hub.db'}"


@pytest.fixture
def north(tmp_path: Path) -> Iterator[Place]:
    """As `new_north` makes it."""
    with new_north(tmp_path) as place:
        yield place


@pytest.fixture
def joined(north: Place, tmp_path: Path) -> Iterator[Joined]:
    """The laptop of the nurse tom."""
    made = Joined(north, tmp_path)
    yield made
    made.house.release()
