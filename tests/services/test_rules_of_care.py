"""The rules of care hold in the services themselves, whatever a page lets through."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.missing import Part, Why
from smf_core.domain.pathway import Episode, GateState
from smf_core.domain.red_flag import Urgency
from smf_core.domain.teaching_trouble import (
    AlreadySigned,
    BirthNotPossible,
    CareInFuture,
    FamilyNameNeeded,
    NeedsRegisteredNurse,
    NotAVisitsNumber,
    NothingChanged,
    NotReadyToDischarge,
    NotReadyToSign,
    ReadOnlyRecord,
    ReasonNeeded,
    SomeoneHasDied,
    TooMuchText,
    UnknownEpisode,
    UnknownPatient,
    UnknownRedFlag,
    UnknownVisit,
)
from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    GateForm,
    Level,
    NextForm,
    NextKind,
    NotGoneAheadReason,
    Purpose,
    ReadingForm,
    StepMark,
    TeachBackAnswer,
    VisitForm,
)
from smf_core.operations.change_set import UnfitChangeSet
from smf_core.policy.rules import Action, NotAllowed
from smf_core.records import tables as t
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.patients import search
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.referrals import referrals
from smf_core.records.queries.visits import bookings_not_begun, visits_of_episode
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.ports import NoSuchUser
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.services.booking.bookings import cancel_booking, restore_booking
from smf_desktop.services.caseload.covering import assign
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import VISIT, draft, save_draft
from smf_desktop.services.ending.discharges import discharge
from smf_desktop.services.laptop.accounts import change_setting
from smf_desktop.services.pathways import make_accountable, name_learner, record_core_visits
from smf_desktop.services.people import (
    Member,
    NewPerson,
    add_member,
    change_demographics,
    change_member,
    end_member,
    new_patient,
    open_member,
    open_person,
)
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.visit.gates import GateAnswer, answer_gate
from smf_desktop.services.visit.red_flags import close_flag, open_flag
from smf_desktop.services.visit.visits import (
    amend_visit,
    book_visit,
    open_visit,
    record_not_gone_ahead,
    sign_visit,
    start_visit,
    strike_visit,
)
from tests.support.discharges import independent, ready, teach
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home

__all__ = ["laptop", "store_template", "team"]

TEN_MB = "Slept badly. " * 800_000


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


def change_sets(session: Session) -> int:
    with session.read() as connection:
        return len(connection.execute(select(t.change_set.c.cs_id)).all())


def from_newer_version(team: Team, entity: str, entity_id: str, patient: str | None) -> None:
    """What a newer version wrote arrives: its own version would have written more beside it."""
    with team.nurse.work() as work:
        work.save([new_item(entity, entity_id, "aura", colour="blue")], patient=patient)


# --- words are kept ------------------------------------------------------------------------------


def test_F78_ten_megabytes_pasted_into_notes_are_refused_in_a_sentence_and_stay_in_the_draft(team: Team) -> None:
    home = at_home(team)
    form = in_section(started(team.nurse, home.episodes["insulin"]), notes=TEN_MB)
    save_draft(team.nurse, VISIT, form.visit, form.patient, form)
    before = change_sets(team.nurse)
    with pytest.raises(TooMuchText):
        sign_visit(team.nurse, form)
    assert change_sets(team.nurse) == before
    assert draft(team.nurse, VISIT, form.visit, VisitForm) == form
    sign_visit(team.nurse, in_section(form, notes="Slept badly."))


def test_F78_half_a_character_in_a_note_costs_neither_the_draft_nor_the_visit(team: Team) -> None:
    home = at_home(team)
    form = in_section(started(team.nurse, home.episodes["insulin"]), notes="Rene\u0301e \ud83d said\x00 no\r\nmore")
    save_draft(team.nurse, VISIT, form.visit, form.patient, form)
    kept = draft(team.nurse, VISIT, form.visit, VisitForm)
    assert kept is not None
    assert kept.sections[0].notes == "Rene\u0301e \ufffd said\x00 no\r\nmore"
    sign_visit(team.nurse, form)
    with team.nurse.read() as connection:
        visit = visit_of(connection, form.visit)
    assert visit is not None
    assert visit.sections[0].notes == "Renée \ufffd said\ufffd no\nmore"


def test_F76_markup_in_notes_is_kept_as_it_was_typed(team: Team) -> None:
    home = at_home(team)
    typed = "<img src=http://example.org/x> <b>says</b> 5 < 6 & =1+1"
    form = in_section(started(team.nurse, home.episodes["insulin"]), notes=typed)
    sign_visit(team.nurse, form)
    with team.nurse.read() as connection:
        visit = visit_of(connection, form.visit)
    assert visit is not None
    assert visit.sections[0].notes == typed


@pytest.mark.parametrize("typed", ["'; DROP TABLE patient; --", "%", "_", "' OR 1=1", "\\", '"', "Aber%"])
def test_F75_sql_typed_into_the_search_is_text(team: Team, typed: str) -> None:
    at_home(team)
    with team.nurse.read() as connection:
        assert search(connection, typed) == ()
        assert len(search(connection, "abernathy")) == 1


@pytest.mark.parametrize(
    "pasted", ["a " * 3_000, TEN_MB, "abernathy" * 100, "\ud83d", "\x00"], ids=["words", "10 MB", "long", "half", "nul"]
)
def test_F78_anything_pasted_into_the_search_is_looked_for_and_never_trips_it(team: Team, pasted: str) -> None:
    at_home(team)
    with team.nurse.read() as connection:
        assert len(search(connection, pasted)) <= 1
        assert len(search(connection, "Aber\u200bnathy")) == 1


def test_words_typed_beside_nothing_chosen_hold_the_signature_until_they_have_a_place(team: Team) -> None:
    """Signing takes the draft away, so whatever was typed has to go into the record first."""
    home = at_home(team)
    episode = home.episodes["insulin"]
    teach(team, episode)
    form = started(team.nurse, episode)
    (section,) = form.sections
    question = team.nurse.checklists.newest("insulin").teach_back[0].id
    answers = {**section.answers, question: AnswerForm(None, "Could not say when")}
    assert missing_on_signing(team.nurse, in_section(form, answers=answers)) == [
        (Part.TEACH_BACK, Why.NEEDED, question)
    ]
    noted = in_section(form, readings=(ReadingForm("cbg_mmol_l", note="Meter at the pharmacy"),))
    assert missing_on_signing(team.nurse, noted) == [(Part.READING, Why.NEEDED, "cbg_mmol_l")]
    sign_visit(team.nurse, in_section(form, readings=(ReadingForm("cbg_mmol_l"),)))


def test_a_note_on_a_step_of_another_learner_holds_the_signature_until_it_is_rated(team: Team) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    name_learner(team.nurse, episode, home.daughter, ("s09",))
    form = in_section(started(team.nurse, episode), learner=home.daughter)
    nine = {"s09": form.sections[0].marks["s09"]}
    noted = in_section(form, marks={**nine, "s01": StepMark(None, "Her hands shook")})
    assert missing_on_signing(team.nurse, noted) == [(Part.STEP, Why.NEEDED, "s01")]
    sign_visit(team.nurse, in_section(form, marks=nine))


def test_a_gate_typed_and_not_saved_holds_the_signature_of_an_assessment(team: Team) -> None:
    home = at_home(team, gates=False)
    form = replace(started(team.nurse, home.episodes["insulin"]), purpose=Purpose.ASSESSMENT)
    gate = team.nurse.checklists.newest("insulin").gates[0].id
    typed = in_section(form, gates={gate: GateForm(GateState.MET, "Chart seen in the kitchen")})
    assert missing_on_signing(team.nurse, typed) == [(Part.GATE, Why.NOT_MET, gate)]
    sign_visit(team.nurse, in_section(form, gates={gate: GateForm(GateState.MET)}))


def test_an_unsigned_draft_stays_listed_and_is_no_evidence(team: Team) -> None:
    """Until it is signed or discarded, and for its own author alone."""
    episode = at_home(team).episodes["insulin"]
    form = started(team.nurse, episode)
    save_draft(team.nurse, VISIT, form.visit, form.patient, form)
    team.clock.forward(days=30)
    assert [one.record for one in today_facts(team.nurse).drafts] == [form.visit]
    assert today_facts(team.nurse2).drafts == ()
    with team.nurse.read() as connection:
        assert visits_of_episode(connection, episode) == ()
    sign_visit(team.nurse, replace(form, late_reason="It was never finished"))
    assert today_facts(team.nurse).drafts == ()


def test_B37_a_rating_and_an_answer_taken_back_are_taken_back_and_stay_readable(team: Team) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    teach(team, episode)
    form = started(team.nurse, episode)
    sign_visit(team.nurse, form)
    opened = amend_visit(team.nurse, form.visit)
    question = team.nurse.checklists.newest("insulin").teach_back[0].id
    answers = {name: said for name, said in opened.sections[0].answers.items() if name != question}
    amended = replace(in_section(opened, answers=answers), amend_reason="Was said by her daughter")
    sign_visit(team.nurse, amended)
    with team.nurse.read() as connection:
        visit = visit_of(connection, form.visit)
    assert visit is not None
    assert set(visit.sections[0].answers) == set(answers)
    with pytest.raises(NothingChanged):
        sign_visit(team.nurse, replace(amend_visit(team.nurse, form.visit), amend_reason="Once more"))


# --- the right person ----------------------------------------------------------------------------


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
    with pytest.raises(UnknownVisit):
        record_not_gone_ahead(
            team.nurse, patient=mine.patient, visit=booked, at=team.clock.at, reason=NotGoneAheadReason.NO_ACCESS
        )
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


# --- who may -------------------------------------------------------------------------------------


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


# --- red flags -----------------------------------------------------------------------------------


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


def test_F80_a_red_flag_of_tomorrow_or_of_someone_elses_pathway_is_not_written(team: Team) -> None:
    mine, other = at_home(team), second_person(team)
    said = {"sign": "r01", "urgency": Urgency.SAME_DAY, "action": "Rang", "told": "GP"}
    with pytest.raises(CareInFuture):
        open_flag(team.nurse, patient=mine.patient, at=team.clock.at + timedelta(days=1), **said)
    with pytest.raises(UnknownEpisode):
        open_flag(
            team.nurse,
            patient=mine.patient,
            at=team.clock.at,
            episode=other.episodes["insulin"],
            **said,
        )


# --- time, birth and death -----------------------------------------------------------------------


def test_F80_care_of_tomorrow_or_from_before_birth_is_not_signed(team: Team) -> None:
    form = started(team.nurse, at_home(team).episodes["insulin"])
    ahead = replace(form, started_at=form.started_at + timedelta(days=1, minutes=1))
    assert missing_on_signing(team.nurse, ahead) == [(Part.STARTED, Why.IN_FUTURE, "")]
    early = replace(form, started_at=datetime(1950, 1, 1, 9, 0, tzinfo=form.started_at.tzinfo))
    assert (Part.STARTED, Why.IN_PAST, "") in missing_on_signing(team.nurse, early)


def test_F49_a_clock_set_back_during_a_visit_does_not_keep_it_from_being_signed(team: Team) -> None:
    form = started(team.nurse, at_home(team).episodes["insulin"])
    team.clock.forward(hours=-2)
    assert "visit" in sign_visit(team.nurse, form)


def test_F48_a_visit_begun_by_a_clock_a_year_ahead_begins_when_it_is_opened_again(team: Team) -> None:
    episode = at_home(team).episodes["insulin"]
    form = started(team.nurse, episode)
    save_draft(team.nurse, VISIT, form.visit, form.patient, form)
    team.clock.forward(days=-365)
    again = open_visit(team.nurse, visit=form.visit, patient=form.patient, episodes=[episode])
    assert again.form == replace(form, started_at=team.clock.now())


@pytest.mark.parametrize("born", ["2026-11-18", "1895-11-16"])
def test_F80_a_birth_to_come_or_over_130_years_ago_is_not_written(team: Team, born: str) -> None:
    home = at_home(team)
    with pytest.raises(BirthNotPossible):
        change_demographics(team.nurse, open_person(team.nurse, home.patient), {"born": {"date_of_birth": born}})
    with pytest.raises(BirthNotPossible):
        new_patient(team.nurse, NewPerson("Okafor", "Chidi", date.fromisoformat(born)))


def test_F78_an_identity_is_cleaned_wherever_it_is_typed_and_never_left_without_a_name(team: Team) -> None:
    home = at_home(team)
    person = open_person(team.nurse, home.patient)
    names = {"family": "Aber\u202enathy\u200b ", "given": " Doreen\x00", "title": "Mrs"}
    change_demographics(team.nurse, person, {"name": names, "phone": {"phone": "01632\u200b 960001"}})
    with team.nurse.read() as connection:
        held = patient_of(connection, home.patient)
    assert held is not None
    assert (held.name.family, held.name.given, held.phone) == ("Abernathy", "Doreen", "01632 960001")
    with pytest.raises(FamilyNameNeeded):
        change_demographics(
            team.nurse, open_person(team.nurse, home.patient), {"name": {"family": "\u200b", "given": "Doreen"}}
        )


def booked_tomorrow(team: Team, home: Home, *skills: str) -> str:
    made, _ = book_visit(
        team.nurse,
        patient=home.patient,
        episodes=[home.episodes[skill] for skill in skills],
        at=team.clock.at + timedelta(days=1),
        minutes=30,
        nurse=team.nurse.user.id,
    )
    return made


def still_booked(team: Team, home: Home) -> list[str]:
    with team.nurse.read() as connection:
        return [one.id for one in bookings_not_begun(connection, home.patient)]


def test_a_discharge_takes_back_the_bookings_of_which_nothing_goes_on(team: Team) -> None:
    home = at_home(team, "insulin", "wound")
    alone, both = booked_tomorrow(team, home, "insulin"), booked_tomorrow(team, home, "insulin", "wound")
    assert set(still_booked(team, home)) == {alone, both}
    discharge(team.nurse, DischargeForm(home.episodes["insulin"], Outcome.MOVED, checked=True))
    assert still_booked(team, home) == [both]
    discharge(team.nurse, DischargeForm(home.episodes["wound"], Outcome.MOVED, checked=True))
    assert still_booked(team, home) == []


def test_nobody_is_accepted_for_teaching_after_their_death(team: Team) -> None:
    home = at_home(team)
    discharge(team.nurse, DischargeForm(home.episodes["insulin"], Outcome.DECEASED, checked=True))
    referral = team.nurse.new_id()
    received = {"patient": home.patient, "team": team.nurse.team, "received_on": "2026-11-01", "source": "gp"}
    with team.nurse.work() as work:
        work.save([new_item("referral", referral, "received", **received, skills=["wound"])], patient=home.patient)
    with pytest.raises(SomeoneHasDied):
        accept(team.nurse, referral, Acceptance(team.nurse.user.id, team.nurse.user.id))


def test_for_someone_who_has_died_every_booking_is_taken_back_and_none_is_made(team: Team) -> None:
    home = at_home(team, "insulin", "wound")
    other = booked_tomorrow(team, home, "wound")
    discharge(team.nurse, DischargeForm(home.episodes["insulin"], Outcome.DECEASED, checked=True))
    assert still_booked(team, home) == []
    with pytest.raises(SomeoneHasDied):
        booked_tomorrow(team, home, "wound")
    with pytest.raises(SomeoneHasDied):
        restore_booking(team.nurse, other)
    with pytest.raises(SomeoneHasDied):
        start_visit(team.nurse, [home.episodes["wound"]])


def test_nothing_is_booked_for_teaching_that_has_ended(team: Team) -> None:
    home = at_home(team)
    taken_back = booked_tomorrow(team, home, "insulin")
    cancel_booking(team.nurse, taken_back)
    late = started(team.nurse, home.episodes["insulin"])
    discharge(team.nurse, DischargeForm(home.episodes["insulin"], Outcome.MOVED, checked=True))
    with pytest.raises(UnknownEpisode):
        booked_tomorrow(team, home, "insulin")
    sign_visit(team.nurse, late)
    assert still_booked(team, home) == []


def test_an_independent_discharge_is_not_dated_before_the_visits_it_stands_on(team: Team) -> None:
    episode = ready(team)
    with pytest.raises(NotReadyToDischarge) as refused:
        discharge(team.nurse, replace(independent(episode), on="17/11/2026"))
    assert [(one.part, one.why) for one in refused.value.missing] == [(Part.ON, Why.IN_PAST)]


# --- holds and visits that did not go ahead ------------------------------------------------------


def signed_with(team: Team, episode: str, coming: NextForm) -> None:
    sign_visit(team.nurse, replace(started(team.nurse, episode), next=coming))
    team.clock.forward(days=2)


def test_a_pathway_on_hold_has_one_hold_that_a_next_visit_ends(team: Team) -> None:
    episode = at_home(team).episodes["insulin"]
    signed_with(team, episode, NextForm(NextKind.HOLD, on="+1w", reason="In hospital"))
    signed_with(team, episode, NextForm(NextKind.HOLD, on="+2w", reason="Away with her sister"))
    (hold,) = pathway(team.nurse, episode).holds
    assert (hold.from_, hold.reason, hold.until) == (date(2026, 11, 17), "Away with her sister", None)
    signed_with(team, episode, NextForm(NextKind.VISIT, on="tomorrow", at="9"))
    (hold,) = pathway(team.nurse, episode).holds
    assert hold.until == date(2026, 11, 21)
    assert hold.review_on == date(2026, 12, 3)


def test_a_discharge_dated_before_a_hold_began_ends_it_on_its_first_day(team: Team) -> None:
    episode = at_home(team).episodes["insulin"]
    team.clock.forward(days=2)
    signed_with(team, episode, NextForm(NextKind.HOLD, on="+1w", reason="In hospital"))
    discharge(team.nurse, DischargeForm(episode, Outcome.HOSPITAL, on="18/11/2026", checked=True))
    (hold,) = pathway(team.nurse, episode).holds
    assert (hold.from_, hold.until) == (date(2026, 11, 19), date(2026, 11, 19))


def test_a_signed_visit_cannot_be_said_not_to_have_gone_ahead(team: Team) -> None:
    form = started(team.nurse, at_home(team).episodes["insulin"])
    sign_visit(team.nurse, form)
    with pytest.raises(AlreadySigned):
        record_not_gone_ahead(
            team.nurse,
            patient=form.patient,
            visit=form.visit,
            at=form.started_at,
            reason=NotGoneAheadReason.NO_ACCESS,
        )


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
