"""The usual range of visits of a pathway: of whom, how many, and what is said beside it."""

from dataclasses import replace
from datetime import date

from smf_core.domain.usual_visits import UsualVisits
from smf_core.records.queries.usual_visits import visits_to_discharge
from smf_desktop.presenters.figures import INCOMPLETE
from smf_desktop.presenters.patient.page import patient_row
from smf_desktop.services.record.overview import overview, usual
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home, taught

__all__ = ["laptop", "store_template", "team"]

FROM, TO = date(2025, 11, 17), date(2026, 11, 17)


def test_the_usual_range_counts_the_visits_of_those_discharged_to_self_care(team: Team) -> None:
    home = at_home(team)
    for days_ago in (9, 6, 3):
        taught(team, home, days_ago=days_ago)
    with team.nurse.read() as connection:
        assert visits_to_discharge(connection, "insulin", FROM, TO) == ()
    closing = {"on": "2026-11-16", "outcome": "independent", "by": team.nurse.user.id}
    with team.nurse.work() as work:
        work.save([work.change("episode", home.episodes["insulin"], "discharge", closing)], patient=home.patient)
    with team.nurse.read() as connection:
        assert visits_to_discharge(connection, "insulin", FROM, TO) == (3,)
        assert visits_to_discharge(connection, "wound", FROM, TO) == ()
    assert usual(team.nurse, ["insulin"], joined=False) == {}  # one person is no range


def test_the_band_names_how_many_people_it_is_of(team: Team) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    range_ = UsualVisits(64, 5, 7, 8, FROM, TO)
    facts, checklists = overview(team.nurse, home.patient), team.nurse.checklists
    shown = patient_row(facts, checklists, {"insulin": range_}).pathways[0].progress
    assert (shown.usual, shown.note) == ((5, 8), "typical: median 7, middle half 5 to 8")
    assert "64 people discharged to self-care" in shown.caption
    assert INCOMPLETE not in shown.caption
    of_some = patient_row(facts, checklists, {"insulin": replace(range_, whole=False)}).pathways[0].progress
    assert of_some.caption == f"{shown.caption} {INCOMPLETE}"
    without = patient_row(facts, checklists).pathways[0].progress
    assert (without.usual, without.caption) == (None, "Steps on own, by visit.")
