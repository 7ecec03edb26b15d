"""A figure of a longer time than this laptop keeps says so; whoever may ask is offered the hub's."""

from datetime import timedelta

import pytest

from smf_core.figures.figure import Asked, NoSuchFigure
from smf_core.policy.keeping import LEAD_DAYS, NURSE_DAYS
from smf_desktop.presenters.figures import ASK_HUB, INCOMPLETE, BesideFigure, beside_figure
from smf_desktop.services.figures import FiguresHere, figures_here
from smf_desktop.services.session import Session
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]


def of_days(session: Session, days: int, name: str = "discharge_rate", *, joined: bool = True) -> FiguresHere:
    today = session.today()
    asked = Asked(since=today - timedelta(days=days), until=today, as_of=today)
    return figures_here(session, name, asked, joined=joined)


def test_as_far_back_as_a_laptop_keeps_its_people_a_figure_is_whole(team: Team) -> None:
    assert [of_days(team.nurse, days).whole for days in (NURSE_DAYS, NURSE_DAYS + 1)] == [True, False]
    assert [of_days(team.lead, days).whole for days in (NURSE_DAYS + 1, LEAD_DAYS, LEAD_DAYS + 1)] == [
        True,
        True,
        False,
    ]


def test_a_store_without_a_hub_and_what_no_period_changes_are_always_whole(team: Team) -> None:
    assert of_days(team.nurse, 3_000, joined=False).whole
    assert of_days(team.nurse, 3_000, "caseload_now").whole


def test_the_hub_is_offered_to_those_it_would_answer(team: Team) -> None:
    nurse, lead = of_days(team.nurse, LEAD_DAYS + 1), of_days(team.lead, LEAD_DAYS + 1)
    assert (nurse.ask_hub, lead.ask_hub, of_days(team.lead, 30).ask_hub) == (False, True, False)
    assert beside_figure(whole=nurse.whole, ask_hub=nurse.ask_hub) == BesideFigure(INCOMPLETE)
    assert beside_figure(whole=lead.whole, ask_hub=lead.ask_hub) == BesideFigure(INCOMPLETE, ASK_HUB)
    assert beside_figure(whole=True, ask_hub=False) == BesideFigure()


def test_a_figure_nobody_defined_is_none(team: Team) -> None:
    with pytest.raises(NoSuchFigure):
        of_days(team.nurse, 30, "happiness")
