"""The same tests of the hub on both of its engines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smf_hub.service.place import Place
from tests.support.hubs import new_hub
from tests.support.postgres import database, postgres

__all__ = ["postgres"]


@pytest.fixture(params=["sqlite", "postgresql"])
def hub_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a hub can be made: a file that is not there yet, or a new empty database of a real PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.db'}"
        return
    with database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def place(hub_url: str) -> Iterator[Place]:
    """A new hub on either engine."""
    with new_hub(hub_url) as made:
        yield made
