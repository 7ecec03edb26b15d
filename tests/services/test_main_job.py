"""The main job, by services alone: from a referral file to a signed visit and a discharge."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.pathway import GateState
from smf_core.domain.teaching_trouble import AlreadyDecided, NotApproved, NotReadyToDischarge, NotReadyToSign
from smf_core.domain.visit import AnswerForm, FlagForm, Level, NextForm, NextKind, StepMark, TeachBackAnswer, VisitForm
from smf_core.policy.rules import NotAllowed
from smf_core.records import tables as t
from smf_core.records.checking import broken_links
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.referrals import referrals
from smf_core.records.queries.visits import planned_visits, visits_of_episode
from smf_desktop.services.drafts import draft, save_draft
from smf_desktop.services.ending.discharges import discharge
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import Session
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.gates import GateAnswer, answer_gate
from smf_desktop.services.visit.visits import sign_visit, start_visit, strike_visit
from tests.support.sessions import Team, live_team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "live_team", "store_template", "team"]

MESSY = Path(__file__).parents[1] / "data" / "referrals-messy.csv"


def taken_in(session: Session) -> int:
    return take_in(session, examine(session, MESSY.read_bytes()), accept_valid=True).imported


def first_insulin_referral(session: Session) -> str:
    with session.read() as connection:
        rows = referrals(connection)
    return next(row.referral.id for row in rows if row.referral.skills == ("insulin",))


ONE = (
    b"family_name,given_name,date_of_birth,skill,referral_received,source\n"
    b"Example,Ada,1950-03-04,insulin,2026-11-16,gp\n"
)


def accepted(team: Team, file: bytes = ONE) -> str:
    """One insulin referral, accepted; answers the pathway."""
    take_in(team.admin, examine(team.admin, file), accept_valid=False)
    to = Acceptance(nurse=team.nurse.user.id, accountable_nurse=team.nurse.user.id)
    (episode,), _ = accept(team.nurse, first_insulin_referral(team.nurse), to)
    return episode


def meet_all_gates(session: Session, episode: str) -> None:
    for gate in session.checklists.newest("insulin").all_gates:
        answer_gate(session, episode, GateAnswer(gate.id, GateState.MET, evidence="Seen at home"))


def filled(session: Session, form: VisitForm, level: Level = Level.INDEPENDENT) -> VisitForm:
    """The form as a nurse leaves it after a good visit."""
    checklist = session.checklists.newest("insulin")
    (section,) = form.sections
    section = replace(
        section,
        marks={step.id: StepMark(level) for step in checklist.steps},
        answers={question.id: AnswerForm(TeachBackAnswer.EXPLAINED) for question in checklist.teach_back},
        confidence=8,
        flags={sign.id: FlagForm(seen=False) for sign in checklist.red_flags},
    )
    coming = NextForm(NextKind.VISIT, on="tomorrow", at="11:30", minutes="45")
    return replace(form, right_person=True, minutes="45", sections=(section,), next=coming)


def test_a_referral_file_becomes_people_triage_due_and_nothing_is_taken_twice(team: Team) -> None:
    assert take_in(team.admin, examine(team.admin, MESSY.read_bytes()), accept_valid=False).imported == 0
    assert taken_in(team.admin) == 124
    again = examine(team.admin, MESSY.read_bytes())
    assert all(row.of is not None for row in again.rows)


def test_only_a_registered_nurse_triages_and_only_once(team: Team) -> None:
    taken_in(team.admin)
    referral = first_insulin_referral(team.nurse)
    to = Acceptance(nurse=team.assistant.user.id, accountable_nurse=team.nurse.user.id)
    with pytest.raises(NotAllowed):
        accept(team.assistant, referral, to)
    accept(team.nurse, referral, to)
    with pytest.raises(AlreadyDecided):
        accept(team.nurse, referral, to)


def test_no_pathway_starts_from_an_unapproved_checklist_in_a_live_store(live_team: Team) -> None:
    assert take_in(live_team.admin, examine(live_team.admin, ONE), accept_valid=False).imported == 1
    to = Acceptance(nurse=live_team.nurse.user.id, accountable_nurse=live_team.nurse.user.id)
    with pytest.raises(NotApproved):
        accept(live_team.nurse, first_insulin_referral(live_team.nurse), to)


def test_a_visit_is_not_signed_before_the_gates_are_met(team: Team) -> None:
    form, _ = start_visit(team.nurse, [accepted(team)])
    with pytest.raises(NotReadyToSign):
        sign_visit(team.nurse, filled(team.nurse, form))


def test_from_referral_to_discharge(team: Team) -> None:
    episode = accepted(team)
    meet_all_gates(team.nurse, episode)
    for _ in range(2):
        form, _ = start_visit(team.nurse, [episode])
        form = filled(team.nurse, form)
        save_draft(team.nurse, "visit", form.visit, form.patient, form)
        assert draft(team.nurse, "visit", form.visit, VisitForm) == form
        assert sign_visit(team.nurse, form) >= {"visit", "section"}
        assert draft(team.nurse, "visit", form.visit, VisitForm) is None
        team.clock.forward(days=1)
    attested = frozenset(each.id for each in team.nurse.checklists.newest("insulin").competence_rule.attestations)
    closing = DischargeForm(episode, Outcome.INDEPENDENT, attestations=attested, checked=True)
    with pytest.raises((NotAllowed, NotReadyToDischarge)):
        discharge(team.assistant, closing)
    discharge(team.nurse, closing)
    with team.nurse.read() as connection:
        ended = episode_of(connection, episode)
        assert ended is not None
        assert (ended.closed_on, ended.outcome) == (date(2026, 11, 19), "independent")
        assert not list(broken_links(connection))
        planned = connection.execute(select(t.visit).where(t.visit.c.status == "planned")).all()
        assert len(planned) == 2


def test_one_good_visit_is_not_enough(team: Team) -> None:
    episode = accepted(team)
    meet_all_gates(team.nurse, episode)
    form, _ = start_visit(team.nurse, [episode])
    sign_visit(team.nurse, filled(team.nurse, form))
    attested = frozenset(each.id for each in team.nurse.checklists.newest("insulin").competence_rule.attestations)
    with pytest.raises(NotReadyToDischarge):
        discharge(team.nurse, DischargeForm(episode, Outcome.INDEPENDENT, attestations=attested, checked=True))


def test_an_amendment_writes_what_changed_and_keeps_what_stood(team: Team) -> None:
    episode = accepted(team)
    meet_all_gates(team.nurse, episode)
    form, _ = start_visit(team.nurse, [episode])
    sign_visit(team.nurse, filled(team.nurse, form))
    opened = amend_visit(team.nurse, form.visit)
    (section,) = opened.sections
    marks = {**section.marks, "s01": StepMark(Level.PROMPTED)}
    amended = replace(opened, sections=(replace(section, marks=marks),), amend_reason="Typed in the wrong row")
    with team.nurse.read() as connection:
        before = len(connection.execute(select(t.item)).all())
    sign_visit(team.nurse, amended)
    with team.nurse.read() as connection:
        (visit,) = visits_of_episode(connection, episode)
        after = len(connection.execute(select(t.item)).all())
    (stands,) = visit.sections
    assert stands.ratings["s01"].level is Level.PROMPTED
    assert stands.ratings["s01"].amended
    assert not stands.ratings["s02"].amended
    assert after - before == 2  # the visit (its reason) and the section (one rating), nothing else


def test_a_visit_entered_in_error_counts_nowhere(team: Team) -> None:
    episode = accepted(team)
    meet_all_gates(team.nurse, episode)
    form, _ = start_visit(team.nurse, [episode])
    sign_visit(team.nurse, filled(team.nurse, form))
    strike_visit(team.nurse, form.visit, "Wrong person")
    with team.nurse.read() as connection:
        assert not visits_of_episode(connection, episode)


def test_F50_a_visit_booked_across_a_clock_change_keeps_the_time_on_the_wall(team: Team) -> None:
    london = ZoneInfo("Europe/London")
    team.clock.at = datetime(2026, 10, 24, 11, 0, tzinfo=london)  # the day before the clocks go back
    episode = accepted(team, ONE.replace(b"2026-11-16", b"2026-10-20"))
    meet_all_gates(team.nurse, episode)
    form, _ = start_visit(team.nurse, [episode])
    sign_visit(team.nurse, filled(team.nurse, form))
    with team.nurse.read() as connection:
        (booked,) = planned_visits(connection, team.clock.at, team.clock.at + timedelta(days=2))
    assert booked.at.isoformat() == "2026-10-25T11:30:00+00:00"
