"""The same tests of the hub on both of its engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smf_hub.service.place import Place
from tests.support.emptied import emptied
from tests.support.hubs import new_hub
from tests.support.joining import world
from tests.support.postgres import database, postgres
from tests.support.pushing import HandClock, HubTown, Writer, town

__all__ = ["emptied", "postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def hub_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where `new_hub` makes a hub: a file that is not there yet, or empty tables of a real PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.db'}"
        return
    with request.getfixturevalue("emptied").lent() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def nothing_yet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where the product itself can make a hub: on a PostgreSQL, in a database that is new and empty."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.db'}"
        return
    with database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def clock() -> HandClock:
    """The hub's."""
    return HandClock()


@pytest.fixture
def place(hub_url: str, clock: HandClock) -> Iterator[Place]:
    """A new hub on either engine."""
    with new_hub(hub_url, world(clock)) as made:
        yield made


@pytest.fixture
def here(hub_url: str) -> Iterator[HubTown]:
    """A new hub on either engine with a team in it."""
    made = town(hub_url)
    yield made
    made.place.close()


@pytest.fixture
def nurse(here: HubTown) -> Writer:
    """A nurse's laptop."""
    return here.laptop(here.user("nurse"))


@pytest.fixture
def lead(here: HubTown) -> Writer:
    """A lead's laptop."""
    return here.laptop(here.user("lead"))
