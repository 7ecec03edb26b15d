"""Mending a field over the list: the services behind it, and that everything can be taken back."""

import pytest
from sqlalchemy import text

from smf_core.domain.pathway import BaselineKind
from smf_core.domain.patient import NhsNumberStatus
from smf_core.domain.teaching_trouble import NotAVisitsNumber, UnknownEpisode, UnknownReferral
from smf_core.figures.quality import Fault
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.episodes import episode
from smf_core.records.queries.patients import patient
from smf_core.records.queries.referrals import referral
from smf_desktop.services.pathways import state_visits_before
from smf_desktop.services.people import open_person, say_traced
from smf_desktop.services.referral.referrals import link_return
from smf_desktop.services.service.mending import open_to_mend, put, put_traced, unit_of
from smf_desktop.services.service.quality import DATA_QUALITY, data_quality
from smf_desktop.services.session import Session, new_item
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught

__all__ = ["laptop", "store_template", "team"]

DIARY = BaselineKind.CORE_DIARY


@pytest.fixture
def home(team: Team) -> Home:
    home = at_home(team)
    taught(team, home, days_ago=2)
    return home


def faults(session: Session) -> set[Fault]:
    return {row.fault for row in data_quality(session).rows}


def test_a_number_is_verified_and_that_is_taken_back(team: Team, home: Home) -> None:
    assert Fault.NHS_NUMBER_NOT_TRACED in faults(team.lead)
    assert say_traced(team.nurse, open_person(team.nurse, home.patient)) == {"patient"}
    assert Fault.NHS_NUMBER_NOT_TRACED not in faults(team.lead)
    assert say_traced(team.nurse, open_person(team.nurse, home.patient)) == frozenset()
    put_traced(team.nurse, home.patient, traced=False)
    with team.nurse.read() as connection:
        found = patient(connection, home.patient)
    assert found is not None
    assert (found.nhs_number, found.nhs_number_status) == ("9990079323", NhsNumberStatus.NOT_TRACED)
    with pytest.raises(NotAllowed):
        say_traced(team.admin, open_person(team.nurse, home.patient))


def test_visits_before_teaching_are_stated_also_of_a_pathway_and_taken_back(team: Team, home: Home) -> None:
    pathway = home.episodes["insulin"]
    for wrong in ("-1", "301", "many", "1e3"):
        with pytest.raises(NotAVisitsNumber):
            state_visits_before(team.nurse, pathway, wrong, DIARY)
    with pytest.raises(NotAllowed):
        state_visits_before(team.assistant, pathway, "60", DIARY)
    with pytest.raises(UnknownEpisode):
        state_visits_before(team.nurse, "nobody's", "60", DIARY)
    assert Fault.NO_BASELINE in faults(team.lead)
    state_visits_before(team.nurse, pathway, "60,5", BaselineKind.PRESCRIBER_PLAN)
    with team.nurse.read() as connection:
        found = episode(connection, pathway)
    assert found is not None
    assert (found.baseline_visits_per_month, found.baseline_on) == ("60.5", found.opened_on)
    assert found.baseline_kind is BaselineKind.PRESCRIBER_PLAN
    assert Fault.NO_BASELINE not in faults(team.lead)
    state_visits_before(team.nurse, pathway, "", DIARY)
    assert Fault.NO_BASELINE in faults(team.lead)


def test_a_return_is_linked_and_all_else_it_said_stays(team: Team, home: Home) -> None:
    made = team.nurse.new_id()
    said = {"patient": home.patient, "team": team.nurse.team, "received_on": "2026-11-10", "source": "self"}
    with team.nurse.work() as work:
        work.save([new_item("referral", made, "received", **said, reason="Rang", skills=["insulin"])], patient=None)
    for earlier in (home.episodes["insulin"], None):
        assert link_return(team.nurse, made, earlier) == {"referral"}
        with team.nurse.read() as connection:
            found = referral(connection, made)
        assert found is not None
        assert (found.earlier_episode, found.reason, found.skills) == (earlier, "Rang", ("insulin",))
    with pytest.raises(UnknownReferral):
        link_return(team.nurse, "nobody's", None)


def test_who_is_mended_is_looked_at_and_that_is_noted(team: Team, home: Home) -> None:
    assert open_to_mend(team.lead, home.patient).practice is None
    with team.lead.read() as connection:
        said = text("SELECT patient FROM pending_access WHERE action = 'read' AND detail = :detail")
        assert connection.scalar(said, {"detail": DATA_QUALITY}) == home.patient
    with pytest.raises(NotAllowed):
        open_to_mend(team.admin, home.patient)


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("nhs_number", {"nhs_number": "9990079331"}),
        ("practice", {"gp_practice_code": "C88001"}),
        ("ethnic_category", {"ethnic_category": "A"}),
        ("language", {"language": "Polish", "interpreter": True}),
    ],
)
def test_a_unit_is_put_back_as_it_was(team: Team, home: Home, kind: str, unit: dict[str, object]) -> None:
    before = unit_of(open_person(team.nurse, home.patient).patient, kind)
    put(team.nurse, home.patient, kind, unit)
    assert unit_of(open_person(team.nurse, home.patient).patient, kind) == unit
    put(team.nurse, home.patient, kind, before)
    assert unit_of(open_person(team.nurse, home.patient).patient, kind) == before
