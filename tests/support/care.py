"""Visits begun on the laptop of one team, for the tests of the rules of care."""

from dataclasses import replace
from datetime import date

import pytest

from smf_core.domain.missing import Part, Why
from smf_core.domain.not_gone_ahead import Coming, NotGoneAheadForm, WhyNot
from smf_core.domain.pathway import Episode
from smf_core.domain.teaching_trouble import NotReadyToSign
from smf_core.domain.visit import AnswerForm, FlagForm, Level, NextForm, NextKind, StepMark, TeachBackAnswer, VisitForm
from smf_core.records.queries.episodes import episode as episode_of
from smf_desktop.services.people import NewPerson, new_patient
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.visit.not_gone_ahead import save_not_gone_ahead
from smf_desktop.services.visit.visits import sign_visit, start_visit
from tests.support.sessions import Team
from tests.support.visits import Home


def started(session: Session, *episodes: str) -> VisitForm:
    """A visit of insulin as a nurse leaves it after a good lesson, not signed yet."""
    form, _ = start_visit(session, list(episodes))
    sections = []
    for section in form.sections:
        with session.read() as connection:
            held = episode_of(connection, section.episode)
        assert held is not None
        checklist = session.checklists.newest(held.skill)
        sections.append(
            replace(
                section,
                marks={step.id: StepMark(Level.INDEPENDENT) for step in checklist.steps},
                answers={question.id: AnswerForm(TeachBackAnswer.EXPLAINED) for question in checklist.teach_back},
                confidence=8,
                flags={sign.id: FlagForm(seen=False) for sign in checklist.red_flags},
            )
        )
    coming = NextForm(NextKind.VISIT, on="tomorrow", at="11:30", minutes="45")
    return replace(form, right_person=True, minutes="45", sections=tuple(sections), next=coming)


def missed(session: Session, patient: str, visit: str, *, why: WhyNot = WhyNot.OUT, note: str = "") -> None:
    """A visit that did not go ahead now, with nothing to follow."""
    save_not_gone_ahead(session, NotGoneAheadForm(visit, patient, session.now(), why, note=note, next=Coming.NOTHING))


def in_section(form: VisitForm, **changes: object) -> VisitForm:
    first, *others = form.sections
    return replace(form, sections=(replace(first, **changes), *others))


def second_person(team: Team) -> Home:
    """Somebody else who is taught insulin by the same nurse."""
    session = team.nurse
    patient, items = new_patient(session, NewPerson("Okafor", "Chidi", date(1944, 5, 6), nhs_number="9990079315"))
    referral = session.new_id()
    received = {"patient": patient, "team": session.team, "received_on": "2026-10-01", "source": "gp"}
    items.append(new_item("referral", referral, "received", **received, skills=["insulin"]))
    with session.work() as work:
        work.save(items, patient=patient)
    (episode,), _ = accept(session, referral, Acceptance(session.user.id, session.user.id))
    return Home(patient, referral, {"insulin": episode}, "")


def pathway(session: Session, episode: str) -> Episode:
    with session.read() as connection:
        held = episode_of(connection, episode)
    assert held is not None
    return held


def missing_on_signing(session: Session, form: VisitForm) -> list[tuple[Part, Why, str]]:
    with pytest.raises(NotReadyToSign) as refused:
        sign_visit(session, form)
    return [(one.part, one.why, one.id) for one in refused.value.missing]
