"""A note about the wrong person goes to the right one, whole, and whoever carried it is named."""

from dataclasses import replace
from datetime import timedelta

import pytest

from smf_core.domain.call import CallForm, FlagsTold
from smf_core.domain.pathway import PATIENT
from smf_core.domain.red_flag import Urgency
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import NotTaughtThat, ReasonNeeded, SamePerson
from smf_core.domain.visit import FlagForm, StepMark, VisitForm
from smf_core.operations.change_set import Item
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.carried import Carrier
from smf_core.records.queries.open_ends import open_ends
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.visits import booking
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.presenters.patient.page import patient_row
from smf_desktop.services.auditing import EXPORT, READ, note
from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.drafts import CALL, VISIT, draft, drafts, save_draft
from smf_desktop.services.people import NewPerson, new_patient
from smf_desktop.services.record.overview import overview
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import new_item
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.items import unit_name
from smf_desktop.services.visit.visits import book_visit, sign_visit, start_visit, strike_visit
from smf_desktop.services.visit.wrong_person import move_call_draft, move_draft, move_signed_visit
from smf_desktop.store.audit import gather_access
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import Home, at_home, filled_form, meet_gates, taught

__all__ = ["laptop", "store_template", "team"]


def neighbour(team: Team, *skills: str) -> Home:
    """Somebody else with the same skills (insulin when none is named), gates met."""
    session, wanted = team.nurse, skills or ("insulin",)
    person = NewPerson("Abernethy", "Dora", START.date().replace(year=1949), nhs_number="9990079315")
    patient, items = new_patient(session, person)
    referral = session.new_id()
    received = {"patient": patient, "team": session.team, "received_on": "2026-10-01", "source": "gp"}
    items.append(new_item("referral", referral, "received", **received, skills=list(wanted)))
    with session.work() as work:
        work.save(items, patient=patient)
    episodes, _ = accept(session, referral, Acceptance(session.user.id, session.user.id))
    home = Home(patient, referral, dict(zip(wanted, episodes, strict=True)), "")
    meet_gates(session, home)
    return home


def kept(team: Team, visit: str) -> VisitForm:
    found = draft(team.nurse, VISIT, visit, VisitForm)
    assert found is not None
    return found


def begun(team: Team, home: Home, planned: str | None = None) -> VisitForm:
    """A draft with something typed."""
    form, _ = start_visit(team.nurse, list(home.episodes.values()), planned)
    (section,) = form.sections
    step = team.nurse.checklists.newest("insulin").steps[0].id
    section = replace(section, marks={step: StepMark(note="Hands shake")}, notes="Tired today", confidence=4)
    form = replace(form, sections=(section,), right_person=True, minutes="40")
    save_draft(team.nurse, VISIT, form.visit, form.patient, form)
    return form


def test_a_draft_goes_to_the_right_person_with_everything_typed(team: Team) -> None:
    wrong, right = at_home(team), neighbour(team)
    form = begun(team, wrong)
    moved = move_draft(team.nurse, form.visit, right.patient)
    now = kept(team, moved.visit)
    (before,), (after,) = form.sections, now.sections
    assert (now.patient, after.episode, after.learner) == (right.patient, right.episodes["insulin"], PATIENT)
    assert (after.marks, after.notes, after.confidence) == (before.marks, "Tired today", 4)
    assert (now.minutes, now.started_at) == ("40", form.started_at)
    assert not now.right_person  # who this is, is asked again
    assert [row.record for row in drafts(team.nurse)] == [moved.visit]


def test_a_booking_begun_by_mistake_is_planned_again(team: Team) -> None:
    wrong, right = at_home(team), neighbour(team)
    at = team.nurse.now() + timedelta(hours=1)
    episodes = list(wrong.episodes.values())
    booked, _ = book_visit(
        team.nurse, patient=wrong.patient, episodes=episodes, at=at, minutes=45, nurse=team.nurse.user.id
    )
    begun(team, wrong, booked)
    with team.nurse.read() as connection:
        held = booking(connection, booked)
        assert held is not None
        assert held.status == "started"
    move_draft(team.nurse, booked, right.patient)
    with team.nurse.read() as connection:
        held = booking(connection, booked)
    assert held is not None
    assert held.status == "planned"


def test_a_draft_is_not_moved_to_who_is_not_taught_that(team: Team) -> None:
    wrong, right = at_home(team), neighbour(team, "wound")
    form = begun(team, wrong)
    with pytest.raises(NotTaughtThat):
        move_draft(team.nurse, form.visit, right.patient)
    with pytest.raises(SamePerson):
        move_draft(team.nurse, form.visit, wrong.patient)
    assert kept(team, form.visit) == form


def test_a_signed_visit_is_struck_and_begun_again_where_it_belongs(team: Team) -> None:
    wrong, right = at_home(team), neighbour(team)
    visit = taught(team, wrong, days_ago=1)
    moved = move_signed_visit(team.nurse, visit, right.patient, "Opened the neighbour's record")
    with team.nurse.read() as connection:
        struck = visit_of(connection, visit)
    assert struck is not None
    assert (struck.stands, struck.moved_to) == (False, moved.visit)
    form = kept(team, moved.visit)
    assert (form.copied_from, form.amends, form.patient) == (visit, False, right.patient)
    assert len(form.sections[0].marks) == len(team.nurse.checklists.newest("insulin").steps)
    sign_visit(team.nurse, replace(form, right_person=True))
    with team.nurse.read() as connection:
        signed = visit_of(connection, moved.visit)
    assert signed is not None
    assert (signed.patient, signed.copied_from, signed.started_at) == (right.patient, visit, struck.started_at)


def test_the_dose_of_who_was_not_seen_is_asked_for(team: Team) -> None:
    wrong, right = at_home(team), neighbour(team)
    now = team.clock.at
    new = NewBooking(wrong.patient, wrong.of(), now, 45, team.nurse.user.id, dose="Morning")
    (visit,) = book_visits(team.nurse, new).visits
    sign_visit(team.nurse, replace(filled_form(team, wrong), visit=visit, planned=visit))
    move_signed_visit(team.nurse, visit, right.patient, "Opened the neighbour's record")
    asked = [one for one in tasks_about(team.nurse, wrong.patient).open if one.kind is TaskKind.WHO_GIVES_DOSE]
    assert [one.due_on for one in asked] == [now.date()]


def test_its_red_flags_are_struck_with_it_and_come_along(team: Team) -> None:
    wrong, right = at_home(team), neighbour(team)
    visit = taught(team, wrong, days_ago=1)
    sign = next(one for one in team.nurse.checklists.newest("insulin").red_flags if one.urgency is Urgency.SAME_DAY)
    form = amend_visit(team.nurse, visit)
    (section,) = form.sections
    seen = FlagForm(True, "Rang the surgery", "Duty doctor")
    section = replace(section, flags={**section.flags, sign.id: seen})
    sign_visit(team.nurse, replace(form, sections=(section,), amend_reason="Forgot it"))
    with team.nurse.read() as connection:
        assert len(open_flags(connection, wrong.patient)) == 1
    moved = move_signed_visit(team.nurse, visit, right.patient, "Wrong record")
    with team.nurse.read() as connection:
        assert open_flags(connection, wrong.patient) == ()
    flag = kept(team, moved.visit).sections[0].flags[sign.id]
    assert (flag.seen, flag.action, flag.id) == (True, "Rang the surgery", "")


def test_whatever_carried_it_is_listed_and_becomes_tasks(team: Team) -> None:
    wrong, right = at_home(team), neighbour(team)
    visit = taught(team, wrong, days_ago=1)
    session, now = team.nurse, team.clock.at.isoformat()
    letter = {"patient": wrong.patient, "kind": "practice", "by": session.user.id, "at": now, "content": {}}
    copied = {"patient": wrong.patient, "of": "visit", "record": visit, "by": session.user.id, "at": now}
    with session.work() as work:
        items = [new_item("letter", session.new_id(), "written", **letter)]
        items.append(new_item("note_copy", session.new_id(), "copied", **copied, digest="0"))
        work.save(items, patient=wrong.patient)
    note(team.nurse2, READ, wrong.patient)
    note(team.lead, EXPORT)
    with team.store.work(author=session.user.id, now=team.clock.at, new_id=session.new_id) as work:
        gather_access(work, everything=True)
    moved = move_signed_visit(session, visit, right.patient, "Wrong record")
    assert [way.carrier for way in moved.carried] == [
        Carrier.LETTER,
        Carrier.NOTE_COPY,
        Carrier.EXPORT,
        Carrier.READER,
    ]
    assert moved.carried[-1].who == team.nurse2.user.id
    with session.read() as connection:
        asked = open_ends(connection, wrong.patient, team.clock.at.date()).tasks
    assert len(asked) == 5  # each of them, and what the visit booked


def test_only_a_registered_nurse_with_a_reason_moves_a_signed_visit(team: Team) -> None:
    wrong, right = at_home(team), neighbour(team)
    visit = taught(team, wrong, days_ago=1)
    with pytest.raises(NotAllowed):
        move_signed_visit(team.assistant, visit, right.patient, "Wrong record")
    with pytest.raises(ReasonNeeded):
        move_signed_visit(team.nurse, visit, right.patient, "")


def test_a_call_goes_to_the_right_person_and_asks_again_whom_it_was_with(team: Team) -> None:
    wrong, right = at_home(team), neighbour(team)
    sign = team.nurse.checklists.newest("insulin").red_flags[0].id
    form = CallForm(
        team.nurse.new_id(),
        wrong.patient,
        team.clock.at,
        who=wrong.daughter,
        words="Felt shaky at noon",
        flags=FlagsTold.SOME,
        signs=(f"{wrong.episodes['insulin']}:{sign}",),
        flag_action="Told her to eat",
    )
    save_draft(team.nurse, CALL, form.call, form.patient, form)
    moved = move_call_draft(team.nurse, form.call, right.patient)
    now = draft(team.nurse, CALL, moved.visit, CallForm)
    assert now is not None
    assert (now.patient, now.who, now.words, now.flag_action) == (right.patient, "", form.words, form.flag_action)
    assert now.signs == (f"{right.episodes['insulin']}:{sign}",)
    assert [row.record for row in drafts(team.nurse)] == [moved.visit]


def test_F55_a_visit_amended_here_and_struck_there_keeps_both_and_says_so(team: Team) -> None:
    home = at_home(team)
    visit = taught(team, home, days_ago=1)
    form = amend_visit(team.nurse, visit)
    strike_visit(team.nurse2, visit, "Entered twice")
    with team.nurse.work() as work:
        held = work.record("visit", visit).value("signed")
        assert held is not None
        said = {**held.shown.payload, "minutes": 50, "amend_reason": "Longer than I wrote"}
        bases = form.opened.bases[unit_name(visit, "signed")] if form.opened else ()
        work.save(
            [Item(entity="visit", entity_id=visit, kind="signed", bases=bases, payload=said)], patient=home.patient
        )
    with team.nurse.read() as connection:
        found = visit_of(connection, visit)
    assert found is not None
    assert (found.minutes, found.amended, found.struck_reason) == (50, True, "Entered twice")
    row = next(
        one for one in patient_row(overview(team.nurse, home.patient), team.nurse.checklists).history if one.struck
    )
    assert row.about == "Entered in error: Entered twice. It was also amended: both are kept."
