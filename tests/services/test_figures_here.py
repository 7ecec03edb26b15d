"""How far back a laptop can tell a figure whole."""

from datetime import timedelta

from smf_core.policy.keeping import LEAD_DAYS, NURSE_DAYS
from smf_desktop.services.figures import holds_all_since
from smf_desktop.services.session import Session
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]


def whole(session: Session, days: int, *, joined: bool = True) -> bool:
    return holds_all_since(session, session.today() - timedelta(days=days), joined=joined)


def test_as_far_back_as_a_laptop_keeps_its_people_a_figure_is_whole(team: Team) -> None:
    assert [whole(team.nurse, days) for days in (NURSE_DAYS, NURSE_DAYS + 1)] == [True, False]
    assert [whole(team.lead, days) for days in (NURSE_DAYS + 1, LEAD_DAYS, LEAD_DAYS + 1)] == [True, True, False]


def test_a_store_without_a_hub_holds_everybody_there_is(team: Team) -> None:
    assert whole(team.nurse, 3_000, joined=False)
