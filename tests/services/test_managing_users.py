"""Who adds and removes the users of a laptop, and whom."""

from itertools import product

import pytest

from smf_core.domain.teaching_trouble import WorksElsewhere
from smf_core.policy.roles import Capability, Role, User
from smf_core.policy.rules import NotAllowed, Reason
from smf_core.records.queries.users import users
from smf_desktop.services.laptop.setup import new_user, remove_user, take_back
from smf_desktop.services.session import Session
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]

TEACHERS = (Role.NURSE, Role.ASSISTANT, Role.LEAD)


def added(session: Session, role: Role, *capabilities: Capability) -> User:
    username = f"{role}-{session.user.username}"
    return new_user(session, username=username, name="New", role=role, capabilities=frozenset(capabilities))[0]


def names(team: Team) -> set[str]:
    with team.lead.read() as connection:
        return {each.username for each in users(connection) if each.active}


@pytest.mark.parametrize(("who", "role"), list(product(("lead", "admin"), Role)))
def test_a_lead_adds_those_who_teach_and_an_administrator_anybody(team: Team, who: str, role: Role) -> None:
    session = getattr(team, who)
    if who == "admin" or role in TEACHERS:
        assert added(session, role).username in names(team)
        return
    before = names(team)
    with pytest.raises(NotAllowed) as trouble:
        added(session, role)
    assert trouble.value.reason is Reason.ADMINISTRATOR
    assert names(team) == before


def test_a_capability_is_given_by_who_has_it_or_an_administrator(team: Team) -> None:
    assert added(team.lead, Role.NURSE, Capability.CLINICAL_LEAD).is_clinical_lead
    assert added(team.admin, Role.LEAD, Capability.CLINICAL_LEAD).is_clinical_lead


def test_a_lead_does_not_remove_an_administrator(team: Team) -> None:
    with pytest.raises(NotAllowed):
        remove_user(team.lead, "admin")
    removed, _ = remove_user(team.lead, "nurse2")
    assert (removed.user.username, removed.from_service) == ("nurse2", False)
    remove_user(team.admin, "lead")
    assert names(team) == {"nurse", "assistant", "admin"}


def test_the_first_administrator_of_a_store_without_a_hub_is_named_by_its_lead(team: Team) -> None:
    added(team.admin, Role.LEAD)
    take_back(team.admin, team.admin.user)
    first = added(team.lead, Role.ADMIN)
    with pytest.raises(NotAllowed):
        new_user(team.lead, username="second", name="Second", role=Role.ADMIN)
    with pytest.raises(NotAllowed):
        remove_user(team.lead, first.username)


def test_who_works_in_another_team_is_not_ended_from_here(team: Team) -> None:
    """The hub tells where somebody works: a laptop of one team does not end them in all."""
    since = "2026-11-01T09:00:00+00:00"
    later = "2026-11-02T09:00:00+00:00"
    with team.lead.work() as work:
        for key, where in ((since, team.lead.team), (later, "another")):
            said = {"team": where, "role": "nurse", "from": key, "until": None}
            item = work.change("user", team.nurse.user.id, "membership", said, key=key)
            work.save([item], patient=None)
    with pytest.raises(WorksElsewhere):
        remove_user(team.lead, "nurse")
    assert "nurse" in names(team)
    with team.lead.work() as work:
        said = {"team": "another", "role": "nurse", "from": later, "until": later}
        work.save([work.change("user", team.nurse.user.id, "membership", said, key=later)], patient=None)
    remove_user(team.lead, "nurse")
    assert "nurse" not in names(team)
