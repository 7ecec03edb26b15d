"""One person's record and the lists it stands on, over a real store."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from smf_core.domain.nhs_number import BadNhsNumber
from smf_core.domain.patient import Patient
from smf_core.domain.red_flag import Urgency
from smf_core.domain.teaching_trouble import UnknownBooking
from smf_core.domain.visit import AnswerForm, FlagForm, Level, NextForm, NextKind, StepMark, TeachBackAnswer
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.patients import patient as patient_of
from smf_desktop.presenters.caseload.views import BUILT_IN, Asked, Sort
from smf_desktop.services.booking.bookings import cancel_booking, restore_booking
from smf_desktop.services.caseload.caseload import caseload_counts, caseload_page
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.people import change_demographics, open_person
from smf_desktop.services.record.overview import open_record, overview
from smf_desktop.services.session import Session
from smf_desktop.services.visit.visits import book_visit, sign_visit, start_visit
from smf_desktop.store.tables import pending_access
from tests.support.flags import flag_seen
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught

__all__ = ["laptop", "store_template", "team"]


def booked(team: Team, home: Home, *, days: int = 0, hour: int = 11) -> str:
    at = team.clock.at.replace(hour=hour, minute=30) + timedelta(days=days)
    episodes = list(home.episodes.values())
    nurse = team.nurse.user.id
    visit, _ = book_visit(team.nurse, patient=home.patient, episodes=episodes, at=at, minutes=45, nurse=nurse)
    return visit


def stored(session: Session, patient: str) -> Patient:
    with session.read() as connection:
        found = patient_of(connection, patient)
    assert found is not None
    return found


def test_a_record_is_noted_as_read_before_it_is_shown(team: Team) -> None:
    home = at_home(team)
    open_record(team.nurse, home.patient)
    with team.nurse.read() as connection:
        noted = connection.execute(select(pending_access.c.action, pending_access.c.patient)).all()
    assert [tuple(row) for row in noted] == [("read", home.patient)]


def test_an_administrator_opens_no_record_and_leaves_no_note(team: Team) -> None:
    home = at_home(team)
    with pytest.raises(NotAllowed):
        open_record(team.admin, home.patient)
    with team.nurse.read() as connection:
        assert connection.execute(select(pending_access)).all() == []


def test_a_record_holds_every_visit_and_what_was_planned(team: Team) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    facts = overview(team.nurse, home.patient)
    assert len(facts.signed) == 1
    assert facts.booking is not None
    assert set(facts.readiness) == set(home.episodes.values())


# --- a form of units -----------------------------------------------------------------------------


def test_B37_a_form_saved_as_it_was_writes_nothing(team: Team) -> None:
    home = at_home(team)
    person = open_person(team.nurse, home.patient)
    known = person.patient
    before = team.store.unsent()
    units = {
        "name": {"family": known.name.family, "given": known.name.given, "title": known.name.title},
        "born": {"date_of_birth": known.date_of_birth.isoformat()},
        "nhs_number": {"nhs_number": known.nhs_number},
        "phone": {"phone": ""},
    }
    assert change_demographics(team.nurse, person, units) == frozenset()
    assert team.store.unsent() == before


def test_F62_two_forms_of_one_person_keep_what_each_changed(team: Team) -> None:
    home = at_home(team)
    mine, theirs = open_person(team.nurse, home.patient), open_person(team.nurse2, home.patient)
    change_demographics(team.nurse, mine, {"phone": {"phone": "01632 960111"}, "gp": {"gp": ""}})
    change_demographics(team.nurse2, theirs, {"phone": {"phone": ""}, "gp": {"gp": "Dr Moss"}})
    found = stored(team.nurse, home.patient)
    assert (found.phone, found.gp, found.conflicts) == ("01632 960111", "Dr Moss", frozenset())


def test_F62_one_unit_changed_on_two_forms_is_a_conflict_and_loses_nothing(team: Team) -> None:
    home = at_home(team)
    mine, theirs = open_person(team.nurse, home.patient), open_person(team.nurse2, home.patient)
    change_demographics(team.nurse, mine, {"phone": {"phone": "01632 960111"}})
    change_demographics(team.nurse2, theirs, {"phone": {"phone": "01632 960222"}})
    assert stored(team.nurse, home.patient).conflicts == {"phone"}


def test_a_new_number_is_checked_and_is_not_traced(team: Team) -> None:
    home = at_home(team)
    person = open_person(team.nurse, home.patient)
    with pytest.raises(BadNhsNumber):
        change_demographics(team.nurse, person, {"nhs_number": {"nhs_number": "999 007 9324"}})
    change_demographics(team.nurse, person, {"nhs_number": {"nhs_number": "999 055 4463"}})
    found = stored(team.nurse, home.patient)
    assert (found.nhs_number, found.nhs_number_status.value) == ("9990554463", "not_traced")


# --- bookings ------------------------------------------------------------------------------------


def test_a_booking_taken_back_is_gone_and_can_be_put_back_as_it_was(team: Team) -> None:
    home = at_home(team)
    visit = booked(team, home)
    assert [one.id for one in today_facts(team.nurse).visits] == [visit]
    cancel_booking(team.nurse, visit)
    assert today_facts(team.nurse).visits == ()
    restore_booking(team.nurse, visit)
    (again,) = today_facts(team.nurse).visits
    assert (again.id, again.minutes, [one.episode for one in again.skills]) == (
        visit,
        45,
        list(home.episodes.values()),
    )


def test_a_visit_that_was_made_is_no_booking_to_take_back(team: Team) -> None:
    home = at_home(team)
    visit = taught(team, home, days_ago=3)
    with pytest.raises(UnknownBooking):
        cancel_booking(team.nurse, visit)


# --- today and the caseload ----------------------------------------------------------------------


def test_the_next_visit_names_the_steps_not_yet_on_own(team: Team) -> None:
    home = at_home(team)
    checklist = team.nurse.checklists.newest("insulin")
    weak = checklist.critical_steps[1].id
    taught(team, home, days_ago=3, levels={weak: Level.PROMPTED})
    booked(team, home)
    coming = today_facts(team.nurse).next
    assert coming is not None
    assert [(step.id, level) for step, level in coming.focus] == [(weak, Level.PROMPTED)]


def test_a_visit_planned_and_not_made_is_overdue_and_not_listed_without_a_next_visit(team: Team) -> None:
    home = at_home(team)
    booked(team, home, days=-2)
    facts = today_facts(team.nurse)
    assert [one.person.id for one in facts.overdue] == [home.patient]
    assert facts.no_next == ()


def test_someone_with_nothing_booked_is_listed_and_another_nurse_does_not_see_them(team: Team) -> None:
    home = at_home(team)
    assert [one.person.id for one in today_facts(team.nurse).no_next] == [home.patient]
    assert today_facts(team.nurse2).no_next == ()


def safe_visit(team: Team, home: Home, *, days_ago: int) -> None:
    """A visit at which everything was on own, explained, and confident."""
    now = team.clock.at
    team.clock.at = now - timedelta(days=days_ago)
    form, _ = start_visit(team.nurse, list(home.episodes.values()))
    (skill,) = home.episodes
    checklist = team.nurse.checklists.newest(skill)
    section = replace(
        form.sections[0],
        marks={step.id: StepMark(Level.INDEPENDENT) for step in checklist.steps},
        answers={one.id: AnswerForm(TeachBackAnswer.EXPLAINED) for one in checklist.teach_back},
        confidence=9,
        flags={sign.id: FlagForm(seen=False) for sign in checklist.red_flags},
    )
    form = replace(form, right_person=True, minutes="45", sections=(section,), next=NextForm(NextKind.DISCHARGE))
    sign_visit(team.nurse, form)
    team.clock.at = now


def test_ready_people_are_listed_once_and_never_without_a_next_visit(team: Team) -> None:
    home = at_home(team, "self_injection")
    for days_ago in (9, 6, 3):
        safe_visit(team, home, days_ago=days_ago)
    facts = today_facts(team.nurse)
    assert [(one.episode, one.on_own.have == one.on_own.of) for one in facts.ready] == [
        (home.episodes["self_injection"], True)
    ]
    (row,) = caseload_page(team.nurse, Asked()).rows
    assert set(row.ready) == set(home.episodes.values())
    assert facts.no_next == ()


def test_an_urgent_red_flag_open_means_nobody_is_ready(team: Team) -> None:
    home = at_home(team, "self_injection")
    for days_ago in (9, 6, 3):
        safe_visit(team, home, days_ago=days_ago)
    flag_seen(team.nurse, home, "other", Urgency.EMERGENCY)
    facts = today_facts(team.nurse)
    assert facts.ready == ()
    assert [one.person.id for one in facts.flags] == [home.patient]


def test_the_list_is_filtered_by_name_or_number_and_counted(team: Team) -> None:
    home = at_home(team)
    for text in ("aber", "DOREEN", "999 007"):
        page = caseload_page(team.nurse, Asked(text=text, sort=Sort.NAME))
        assert [row.person.id for row in page.rows] == [home.patient]
    assert caseload_page(team.nurse, Asked(text="smith")).rows == ()
    assert caseload_page(team.nurse2, Asked()).rows == ()
    counts = caseload_counts(team.nurse2, {view.key: view.asked for view in BUILT_IN})
    assert (counts["mine"], counts["everyone"], counts["referrals"]) == (0, 1, 0)
