"""A red flag is answered, told, and closed by a registered nurse, whatever a page lets through."""

from dataclasses import replace

import pytest

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.missing import Part, Why
from smf_core.domain.teaching_trouble import UnknownRedFlag
from smf_core.domain.visit import FlagForm, VisitForm
from smf_core.policy.rules import Action, NotAllowed
from smf_core.records.queries.red_flags import open_flags
from smf_desktop.services.caseload.covering import assign
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.ending.discharges import discharge
from smf_desktop.services.session import Session
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.red_flags import close_flag
from smf_desktop.services.visit.visits import sign_visit, strike_visit
from tests.support.care import in_section, missing_on_signing, started
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]


def flagged(session: Session, episode: str) -> VisitForm:
    """A signed visit at which a sign was seen."""
    form = started(session, episode)
    seen = FlagForm(seen=True, action="Rang the diabetes team", told="On-call nurse")
    form = in_section(form, flags={**form.sections[0].flags, "r01": seen})
    sign_visit(session, form)
    return form


def test_every_red_flag_is_answered_before_signing(team: Team) -> None:
    form = started(team.nurse, at_home(team).episodes["insulin"])
    signs = [sign.id for sign in team.nurse.checklists.newest("insulin").red_flags]
    asked = missing_on_signing(team.nurse, in_section(form, flags={}))
    assert asked == [(Part.RED_FLAG, Why.NEEDED, sign) for sign in signs]


def test_a_seen_red_flag_needs_an_action_and_who_was_told(team: Team) -> None:
    form = started(team.nurse, at_home(team).episodes["insulin"])
    bare = in_section(form, flags={**form.sections[0].flags, "r01": FlagForm(seen=True)})
    assert missing_on_signing(team.nurse, bare) == [
        (Part.RED_FLAG, Why.ACTION_NEEDED, "r01"),
        (Part.RED_FLAG, Why.TOLD_NEEDED, "r01"),
    ]


def test_only_a_registered_nurse_closes_a_red_flag(team: Team) -> None:
    """By closing it, or by amending the visit so that it was never seen: both are refused to an assistant."""
    episode = at_home(team).episodes["insulin"]
    form = flagged(team.assistant, episode)
    with team.nurse.read() as connection:
        (flag,) = open_flags(connection, form.patient)
    with pytest.raises(NotAllowed):
        close_flag(team.assistant, flag.id, "Nothing to it")
    opened = amend_visit(team.assistant, form.visit)
    unseen = in_section(opened, flags={**opened.sections[0].flags, "r01": FlagForm(seen=False)})
    with pytest.raises(NotAllowed) as refused:
        sign_visit(team.assistant, replace(unseen, amend_reason="A slip"))
    assert refused.value.action is Action.CLOSE_RED_FLAG
    with team.nurse.read() as connection:
        assert open_flags(connection, form.patient) == (flag,)
    sign_visit(team.nurse, replace(unseen, amend_reason="A slip"))
    with team.nurse.read() as connection:
        assert open_flags(connection, form.patient) == ()


def test_a_red_flag_of_a_visit_entered_in_error_stays_open_until_a_registered_nurse_closes_it(team: Team) -> None:
    form = flagged(team.nurse, at_home(team).episodes["insulin"])
    strike_visit(team.nurse, form.visit, "Signed twice")
    with team.nurse.read() as connection:
        (flag,) = open_flags(connection, form.patient)
    close_flag(team.nurse, flag.id, "Told at the other visit")


def test_an_open_red_flag_stays_on_today(team: Team) -> None:
    """With whoever teaches and whoever is accountable, also after the pathway has ended."""
    episode = at_home(team).episodes["insulin"]
    assign(team.nurse, (episode,), team.assistant.user.id)
    flagged(team.assistant, episode)
    for session in (team.assistant, team.nurse):
        assert len(today_facts(session).flags) == 1
    assert today_facts(team.nurse2).flags == ()
    discharge(team.assistant, DischargeForm(episode, Outcome.DECLINED, checked=True))
    for session in (team.assistant, team.nurse):
        (flag,) = today_facts(session).flags
    close_flag(team.nurse, flag.flag.id, "Seen by the GP")
    assert today_facts(team.nurse).flags == ()


def test_a_sign_the_checklist_does_not_have_is_no_red_flag(team: Team) -> None:
    form = started(team.nurse, at_home(team).episodes["insulin"])
    odd = {**form.sections[0].flags, "r99": FlagForm(seen=True, action="Rang", told="GP")}
    with pytest.raises(UnknownRedFlag):
        sign_visit(team.nurse, in_section(form, flags=odd))
