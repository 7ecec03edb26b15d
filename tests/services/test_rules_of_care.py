"""The rules of care hold in the services themselves, whatever a page lets through: whose record, and who may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.missing import Part, Why
from smf_core.domain.pathway import GateState
from smf_core.domain.teaching_trouble import (
    BirthNotPossible,
    CareInFuture,
    FamilyNameNeeded,
    NeedsRegisteredNurse,
    NotAVisitsNumber,
    ReadOnlyRecord,
    ReasonNeeded,
    TooMuchText,
    UnknownBooking,
    UnknownEpisode,
    UnknownPatient,
    UnknownVisit,
)
from smf_core.domain.visit import Level, Purpose, StepMark
from smf_core.operations.change_set import UnfitChangeSet
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.patients import search
from smf_core.records.queries.referrals import referrals
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.services.caseload.covering import assign
from smf_desktop.services.ending.discharges import discharge
from smf_desktop.services.laptop.accounts import change_setting
from smf_desktop.services.pathways import make_accountable, record_core_visits
from smf_desktop.services.people import Member, add_member, change_member, end_member, open_member
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.session import new_item
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.gates import GateAnswer, answer_gate
from smf_desktop.services.visit.visits import book_visit, sign_visit, start_visit, strike_visit
from smf_desktop.trouble import NoSuchUser
from tests.support.care import in_section, missed, missing_on_signing, pathway, second_person, started
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]


def from_newer_version(team: Team, entity: str, entity_id: str, patient: str | None) -> None:
    """What a newer version wrote arrives: its own version would have written more beside it."""
    with team.nurse.work() as work:
        work.save([new_item(entity, entity_id, "aura", colour="blue")], patient=patient)


# --- the right person -----------------------------------------------------------------------------


def test_a_visit_cannot_be_signed_before_the_right_person_is_confirmed(team: Team) -> None:
    form = started(team.nurse, at_home(team).episodes["insulin"])
    assert missing_on_signing(team.nurse, replace(form, right_person=False)) == [(Part.RIGHT_PERSON, Why.NEEDED, "")]


def test_a_form_of_one_person_never_writes_to_another(team: Team) -> None:
    mine, other = at_home(team), second_person(team)
    form = started(team.nurse, mine.episodes["insulin"])
    with pytest.raises(UnknownVisit):
        sign_visit(team.nurse, replace(form, patient=other.patient))
    with pytest.raises(UnknownEpisode):
        sign_visit(team.nurse, replace(form, patient=other.patient, visit=team.nurse.new_id()))
    with pytest.raises(UnknownEpisode):
        sign_visit(team.nurse, in_section(form, episode=other.episodes["insulin"]))
    booked, _ = book_visit(
        team.nurse,
        patient=other.patient,
        episodes=[other.episodes["insulin"]],
        at=team.clock.at + timedelta(days=1),
        minutes=30,
        nurse=team.nurse.user.id,
    )
    with pytest.raises(UnknownVisit):
        sign_visit(team.nurse, replace(form, visit=booked))
    with pytest.raises(UnknownVisit):
        start_visit(team.nurse, [mine.episodes["insulin"]], booked)
    with pytest.raises(UnknownBooking):
        missed(team.nurse, mine.patient, booked)
    with pytest.raises(UnknownEpisode):
        book_visit(
            team.nurse,
            patient=mine.patient,
            episodes=[other.episodes["insulin"]],
            at=team.clock.at,
            minutes=30,
            nurse=team.nurse.user.id,
        )


def test_a_change_set_belongs_to_one_person(team: Team) -> None:
    mine, other = at_home(team), second_person(team)
    alert = new_item("alert", team.nurse.new_id(), "member", patient=other.patient, text="Dog")
    with team.nurse.work() as work, pytest.raises(UnfitChangeSet):
        work.save([alert], patient=mine.patient)


HEADER = b"family_name,given_name,date_of_birth,nhs_number,skill,referral_received,source\n"


def test_a_possible_duplicate_is_linked_and_never_merged(team: Team) -> None:
    """The same number under another name may be a slip of either: two people until a person has looked."""
    known = second_person(team)
    row = HEADER + b"Okafour,Chidi,1944-05-06,9990079315,insulin,2026-11-16,gp\n"
    take_in(team.nurse, examine(team.nurse, row), accept_valid=False)
    with team.nurse.read() as connection:
        (line,) = referrals(connection)
        both = search(connection, "Chidi")
    assert line.referral.review_duplicate_of == known.patient
    assert line.person.id != known.patient
    assert [one.name.family for one in both] == ["Okafor", "Okafour"]


def test_an_allergy_never_moves_to_another_person(team: Team) -> None:
    mine, other = at_home(team), second_person(team)
    allergy = Member("allergy", {"substance": "Latex"})
    made, _ = add_member(team.nurse, mine.patient, allergy)
    held = open_member(team.nurse, mine.patient, "allergy", made)
    for act in (lambda *said: change_member(*said, allergy.fields), lambda *said: end_member(*said, "Not hers")):
        with pytest.raises(UnknownPatient):
            act(team.nurse, other.patient, held)
    with pytest.raises(UnknownPatient):
        open_member(team.nurse, other.patient, "allergy", made)
    with pytest.raises(ReasonNeeded):
        end_member(team.nurse, mine.patient, held, " ")
    with team.nurse.read() as connection:
        held = patient_of(connection, mine.patient)
    assert held is not None
    assert [one.substance for one in held.allergies] == ["Latex"]


def test_F36_a_record_a_newer_version_wrote_to_is_only_read(team: Team) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    form = started(team.nurse, episode)
    sign_visit(team.nurse, form)
    from_newer_version(team, "visit", form.visit, home.patient)
    with pytest.raises(ReadOnlyRecord):
        strike_visit(team.nurse, form.visit, "Wrong person")
    opened = amend_visit(team.nurse, form.visit)
    with pytest.raises(ReadOnlyRecord):
        sign_visit(team.nurse, replace(opened, minutes="50", amend_reason="Longer"))
    from_newer_version(team, "episode", episode, home.patient)
    with pytest.raises(ReadOnlyRecord):
        discharge(team.nurse, DischargeForm(episode, Outcome.MOVED, checked=True))
    assert pathway(team.nurse, episode).is_open


# --- who may --------------------------------------------------------------------------------------


def test_an_assistant_cannot_set_a_critical_step_to_not_applicable_through_a_signature(team: Team) -> None:
    form = started(team.assistant, at_home(team).episodes["insulin"])
    step = team.nurse.checklists.newest("insulin").critical_steps[0].id
    marks = {**form.sections[0].marks, step: StepMark(Level.NA, reason="Uses a pen")}
    form = in_section(form, marks=marks)
    assert missing_on_signing(team.assistant, form) == [(Part.STEP, Why.REGISTERED_NURSE, step)]
    sign_visit(team.nurse, form)


def test_an_assistant_cannot_meet_a_hard_gate(team: Team) -> None:
    home = at_home(team, gates=False)
    with pytest.raises(NotAllowed):
        answer_gate(team.assistant, home.episodes["insulin"], GateAnswer("u01", GateState.MET, evidence="Card seen"))


def test_an_unmet_hard_gate_stops_teaching(team: Team) -> None:
    home = at_home(team, gates=False)
    form = started(team.nurse, home.episodes["insulin"])
    assert (Part.GATE, Why.NOT_MET, "u01") in missing_on_signing(team.nurse, form)
    sign_visit(team.nurse, replace(form, purpose=Purpose.ASSESSMENT))


def test_an_assistant_does_not_amend_what_counts_as_a_registered_nurses_visit(team: Team) -> None:
    episode = at_home(team).episodes["insulin"]
    form = started(team.nurse, episode)
    sign_visit(team.nurse, form)
    with pytest.raises(NotAllowed):
        amend_visit(team.assistant, form.visit)
    opened = replace(amend_visit(team.nurse, form.visit), minutes="50", amend_reason="Longer")
    with pytest.raises(NotAllowed):
        sign_visit(team.assistant, opened)
    own = started(team.assistant, episode)
    sign_visit(team.assistant, own)
    sign_visit(team.assistant, replace(amend_visit(team.assistant, own.visit), minutes="50", amend_reason="Longer"))
    with pytest.raises(NotAllowed):
        strike_visit(team.assistant, own.visit, "Twice")


def test_a_visit_entered_in_error_takes_no_amendment_that_was_begun_before(team: Team) -> None:
    form = started(team.nurse, at_home(team).episodes["insulin"])
    sign_visit(team.nurse, form)
    opened = replace(amend_visit(team.nurse, form.visit), minutes="50", amend_reason="Longer")
    strike_visit(team.nurse, form.visit, "Wrong person")
    with pytest.raises(UnknownVisit):
        sign_visit(team.nurse, opened)


def test_a_pathway_is_given_only_to_people_who_work_here_and_may_teach(team: Team) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    for nobody in (team.nurse.new_id(), team.admin.user.id):
        with pytest.raises(NoSuchUser):
            assign(team.nurse, (episode,), nobody)
    with pytest.raises(NeedsRegisteredNurse):
        make_accountable(team.nurse, episode, team.assistant.user.id)


def test_the_rule_of_competence_is_changed_only_with_a_reason(team: Team) -> None:
    with pytest.raises(ReasonNeeded):
        change_setting(team.lead, "registered_nurse_in_run", False)
    with pytest.raises(NotAllowed):
        change_setting(team.nurse, "registered_nurse_in_run", False, "Too few nurses")
    change_setting(team.lead, "registered_nurse_in_run", False, "Agreed at the clinical meeting")


# --- holds and visits that did not go ahead -------------------------------------------------------


@pytest.mark.parametrize("a_month", ["", "many", "-1", "301", "NaN", "1e3"])
def test_core_visits_a_month_are_a_number_that_can_be_counted(team: Team, a_month: str) -> None:
    episode = at_home(team).episodes["insulin"]
    with pytest.raises(NotAVisitsNumber):
        record_core_visits(team.nurse, episode, from_=team.nurse.today(), a_month=a_month, source="core_diary")


@pytest.mark.parametrize(
    "trouble",
    [TooMuchText(), CareInFuture(), BirthNotPossible(), FamilyNameNeeded(), NotAVisitsNumber()],
    ids=lambda one: type(one).__name__,
)
def test_each_of_these_troubles_has_a_sentence(trouble: Exception) -> None:
    assert words_for(trouble) is not OUR_FAULT
