"""A service on a laptop of its own: a real encrypted store, cheap keys, a clock that is told."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from smf_core.policy.roles import Role
from smf_desktop.compose import Computer, House, rising
from smf_desktop.compose.demo import build_demo
from smf_desktop.compose.nowhere import Nowhere
from smf_desktop.ports import Reach
from smf_desktop.services.laptop.door import NewService
from smf_desktop.services.laptop.setup import new_user
from tests.support.keys import KeysInMemory, ToldClock, chance, means_of
from tests.support.made_once import made_once

PASSWORD = "three plain words"


def numbered_ids(first: int = 1) -> Callable[[], str]:
    """UUIDs that rise, the same in every run."""
    return rising(lambda: UUID(int=(0x01930000_0000_7000_8000 << 48) + first))


def computer(
    *,
    clock: ToldClock | None = None,
    keys: KeysInMemory | None = None,
    first_id: int = 1,
    seed: int = 1,
    reach: Callable[[], Reach] | None = None,
) -> Computer:
    """A computer without a key store unless one is given. `seed` decides what keys it makes."""
    clock = clock or ToldClock()
    means = means_of(keys=keys, clock=clock, seed=seed)
    return Computer(
        clock=clock,
        new_id=numbered_ids(first_id),
        random=chance(seed),
        means=lambda _: means,
        pid=4711,
        name="SMF-LT-014",
        environ={},
        mounts=lambda: "",
        battery=lambda: None,
        reach=reach or Nowhere,
        reserve=0,
        pause=clock.passes,
    )


def new_service(**changes: object) -> NewService:
    said: dict[str, object] = {
        "service": "Derby community nursing",
        "team": "North",
        "device": "SMF-LT-014",
        "kind": "training",
        "name": "Priya Nair",
        "username": "priya",
        "role": "lead",
        "password": PASSWORD,
        "clinical_lead": True,
    }
    return NewService(**(said | changes))  # type: ignore[arg-type]  # a test names the fields


def house_with_service(directory: Path, on: Computer | None = None, **changes: object) -> House:
    """A house whose store has just been made and is locked again."""
    house = House(on or computer(), directory)
    key, _ = house.make(new_service(**changes))
    key.zero()
    return house


@pytest.fixture(scope="session")
def service_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A service's store with the lead priya and the nurse tom, to be copied."""

    def make(folder: Path) -> None:
        house = House(computer(), folder / "store")
        key, _ = house.make(new_service())
        sitting = house.enter(key)
        tom, _ = new_user(sitting.session, username="tom", name="Tom Okafor", role=Role.NURSE)
        house.add_user(key, tom, PASSWORD)
        sitting.close()
        house.release()

    return made_once(tmp_path_factory, "service", make) / "store"


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The people of a demo's last day, 17 November 2026, to be copied; every user has `PASSWORD`."""

    def make(folder: Path) -> None:
        build_demo(
            computer(),
            folder / "store",
            patients=12,
            months=3,
            seed=1,
            as_of=date(2026, 11, 17),
            password=PASSWORD,
            progress=lambda done, total: True,
        )

    return made_once(tmp_path_factory, "last-day", make) / "store"


@pytest.fixture
def clock() -> ToldClock:
    return ToldClock(datetime(2026, 11, 17, 10, 0, tzinfo=UTC))


@pytest.fixture
def keys() -> KeysInMemory:
    return KeysInMemory()


@pytest.fixture
def house(service_template: Path, tmp_path: Path, clock: ToldClock) -> Iterator[House]:
    """The service's store, locked, on a computer without a key store."""
    shutil.copytree(service_template, tmp_path / "store")
    made = House(computer(clock=clock, first_id=1_000_000), tmp_path / "store")
    yield made
    made.release()
