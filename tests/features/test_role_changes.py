"""Somebody's role changes at the hub while they sit at an open laptop."""

from collections.abc import Iterator

import pytest

from smf_core.policy.roles import Role
from smf_core.policy.rules import Action, NotAllowed, require
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.services.session import Session
from smf_desktop.trouble import NoLongerHere
from smf_hub.service import managing
from smf_hub.service.place import Place
from tests.support.joined import Joined, joined, north

__all__ = ["joined", "north"]


@pytest.fixture
def sitting(joined: Joined) -> Iterator[Sitting]:
    """The nurse tom, at work."""
    with joined.sitting() as made:
        require(made.session.user, Action.SETTLE_HARD_GATE)
        yield made


def after_an_exchange(sitting: Sitting) -> Session:
    """What every page goes on with once news of people came."""
    assert sitting.hub is not None
    result = sitting.hub.exchange(lambda told: None, lambda: False)
    assert "user" in result.kinds
    return sitting.renewed()


def test_F83_a_role_that_changed_mid_session_counts_from_the_next_action_on(sitting: Sitting, north: Place) -> None:
    managing.add_user(north, "tom", role=Role.ASSISTANT, team="North")
    session = after_an_exchange(sitting)
    assert session.user.role is Role.ASSISTANT
    with pytest.raises(NotAllowed):
        require(session.user, Action.SETTLE_HARD_GATE)


def test_F83_whoever_left_mid_session_may_not_be_in_from_then_on(joined: Joined, north: Place) -> None:
    with joined.sitting() as sitting:
        managing.end_membership(north, "tom")
        with pytest.raises(NoLongerHere):
            after_an_exchange(sitting)
    with pytest.raises(NoLongerHere):
        joined.unlocks()
