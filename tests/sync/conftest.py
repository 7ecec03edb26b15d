"""A town with its hub, made anew for each test, and a second team in it for the tests that ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smf_core.policy.roles import Role
from smf_hub.service.managing import add_team, add_user
from tests.support.laptops import BackedUp, BeforeTheMove, SyncLaptop, Town, town_at
from tests.support.stores import store_template

__all__ = ["store_template"]


@pytest.fixture
def town(tmp_path: Path, store_template: Path) -> Iterator[Town]:
    with town_at(tmp_path, store_template) as made:
        yield made


@pytest.fixture
def south(town: Town) -> tuple[str, SyncLaptop]:
    """A second team with one nurse, and her laptop."""
    team = add_team(town.place, "South")
    town.users["dot"] = add_user(town.place, "dot", role=Role.NURSE, team=team)
    town.passes(minutes=1)
    (dot,) = town.joined("dot")
    return team, dot


@pytest.fixture
def before_the_move(town: Town, south: tuple[str, SyncLaptop]) -> BeforeTheMove:
    """Somebody who is known to one team and will be the other's, and a backup of the hub from then."""
    (ann,) = town.joined("ann")
    who = ann.person()
    town.meet(2)
    return *south, ann, who, town.backup()


@pytest.fixture
def backed_up(town: Town) -> BackedUp:
    """Two laptops that know somebody, and a backup of the hub from then."""
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    return ann, bea, who, town.backup()
