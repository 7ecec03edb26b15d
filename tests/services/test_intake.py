"""A referral that is typed in, by the services alone: what it writes, what it refuses, and whom it may repeat."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from smf_core.domain.merge import Like
from smf_core.domain.pathway import GateState
from smf_core.domain.referral import Priority, ReferralStatus, Source, first_visit_by
from smf_core.domain.referral_form import Asked, ReferralForm, Whose, Why
from smf_core.domain.task import TaskState
from smf_core.domain.teaching_trouble import NotReadyToAdd
from smf_core.policy.rules import NotAllowed
from smf_core.records import tables as t
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.patients import patient
from smf_core.records.queries.referrals import referral as referral_of
from smf_core.records.queries.referrals import referrals, referrals_of, waiting_list
from smf_desktop.services.bank_holidays import bank_holidays_around
from smf_desktop.services.drafts import drafts
from smf_desktop.services.referral.inbox import inbox
from smf_desktop.services.referral.intake import add_referral, check_form, keep_form, open_form
from smf_desktop.services.referral.referrals import return_by_phone
from smf_desktop.services.referral.triage import (
    Acceptance,
    FirstVisit,
    accept,
    open_triage,
    reject,
    wait_for_information,
)
from smf_desktop.services.visit.visits import start_visit
from tests.support.discharges import independent, ready
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]


def typed(team: Team, **changes: object) -> ReferralForm:
    """A form as a nurse fills it in."""
    form = ReferralForm(
        team.nurse.new_id(),
        nhs_number="999 055 4463",
        received_on="16/11",
        family_name="Llewellyn",
        given_name="Ceri",
        title="Mr",
        date_of_birth="02/05/1960",
        sex="male",
        address="Flat 12\n40 Mill Lane",
        postcode="DE1 2AB",
        phone="01632 960305",
        source="core_team",
        referrer="Derby South, Jo Field",
        practice="Alder Road Surgery (C81001)",
        skills=("insulin", "wound"),
        reason="Twice-daily insulin started",
        visits_a_month="60",
        visits_on="14/11",
        visits_kind="prescriber_plan",
    )
    return replace(form, **changes)


def test_a_typed_referral_is_received_with_everything_that_was_typed(team: Team) -> None:
    form = typed(team, allergies=Asked.KNOWN.value, substance="Penicillin", reaction="Rash")
    made, _ = add_referral(team.nurse, form)
    with team.nurse.read() as connection:
        referral = referral_of(connection, made)
        assert referral is not None
        person = patient(connection, referral.patient)
    assert person is not None
    assert (referral.source, referral.referrer, referral.skills) == (
        Source.CORE_TEAM,
        "Derby South, Jo Field",
        ("insulin", "wound"),
    )
    assert (referral.received_on, referral.status) == (date(2026, 11, 16), ReferralStatus.RECEIVED)
    assert (referral.baseline_visits_per_month, referral.baseline_on, referral.baseline_kind) == (
        "60",
        date(2026, 11, 14),
        "prescriber_plan",
    )
    assert (person.name.family, person.nhs_number, person.address) == (
        "Llewellyn",
        "9990554463",
        "Flat 12\n40 Mill Lane",
    )
    assert person.practice_code == "C81001"
    assert [(one.substance, one.reaction) for one in person.allergies] == [("Penicillin", "Rash")]


def test_allergies_are_not_asked_yet_unless_somebody_says_so(team: Team) -> None:
    made, _ = add_referral(team.nurse, typed(team))
    other, _ = add_referral(
        team.nurse,
        typed(team, nhs_number="", family_name="Other", date_of_birth="03/05/1960", allergies=Asked.NONE_KNOWN.value),
    )
    with team.nurse.read() as connection:
        first, second = (patient(connection, referral_of(connection, each).patient) for each in (made, other))
    assert first is not None
    assert second is not None
    assert (first.no_known_allergies_on, first.allergies) == (None, ())
    assert second.no_known_allergies_on == date(2026, 11, 17)


@pytest.mark.parametrize(
    ("field", "words", "why"),
    [
        ("nhs_number", "999 055 4464", Why.CHECK_DIGIT),
        ("nhs_number", "943 476 5919", Why.LIVE_IN_TRAINING),
        ("nhs_number", "99905", Why.LENGTH),
        ("received_on", "", Why.NEEDED),
        ("received_on", "tomorrow", Why.IN_FUTURE),
        ("received_on", "30 feb", Why.NOT_A_DATE),
        ("family_name", " ", Why.NEEDED),
        ("given_name", "", Why.NEEDED),
        ("date_of_birth", "17/11", Why.NOT_A_DATE),
        ("date_of_birth", "01/01/1890", Why.TOO_OLD),
        ("date_of_birth", "17/11/2026", Why.BEFORE_BIRTH),
        ("source", "", Why.NEEDED),
        ("visits_a_month", "301", Why.NOT_A_NUMBER),
        ("visits_a_month", "many", Why.NOT_A_NUMBER),
    ],
)
def test_what_cannot_be_right_is_said_and_nothing_is_written(team: Team, field: str, words: str, why: Why) -> None:
    form = typed(team, **{field: words})
    problems = check_form(team.nurse, form).read.problems
    assert why in {problem.why for problem in problems}
    with pytest.raises(NotReadyToAdd) as refused:
        add_referral(team.nurse, form)
    assert refused.value.fields == tuple(problem.field for problem in problems)
    with team.nurse.read() as connection:
        assert referrals(connection) == ()


def test_a_draft_is_taken_up_again_to_the_letter_and_gone_once_added(team: Team) -> None:
    form = replace(open_form(team.nurse).form, nhs_number="999 05", notes="half a senten", skills=("wound",))
    keep_form(team.nurse, form)
    again = open_form(team.nurse)
    assert again.form == form
    assert again.saved_at is not None
    assert open_form(team.nurse2).form.notes == "", "a colleague's draft is never opened"
    add_referral(team.nurse, replace(typed(team), id=form.id))
    assert not drafts(team.nurse)
    assert keep_form(team.nurse, ReferralForm(form.id)) is None
    assert not drafts(team.nurse)


def test_somebody_alike_is_found_and_the_referral_joins_them_when_a_person_says_so(team: Team) -> None:
    home = at_home(team)
    form = typed(team, nhs_number="", family_name="Abernathy", given_name="doreen", date_of_birth="14/03/1951")
    (candidate,) = check_form(team.nurse, form).candidates
    assert (candidate.person.id, candidate.like) == (home.patient, Like.NAME_AND_BIRTH)
    made, _ = add_referral(team.nurse, replace(form, of=home.patient, whose=Whose.SAME.value))
    with team.nurse.read() as connection:
        assert [one.id for one in referrals_of(connection, home.patient)] == [made, home.referral]
        person = patient(connection, home.patient)
        assert person is not None
        assert person.phone == "", "what is typed beside them does not change their details"


def test_a_number_that_is_here_must_be_decided_before_a_second_person_has_it(team: Team) -> None:
    home = at_home(team)
    form = typed(team, nhs_number="999 007 9323")
    with pytest.raises(NotReadyToAdd):
        add_referral(team.nurse, form)
    made, _ = add_referral(team.nurse, replace(form, of=home.patient, whose=Whose.NOT_SURE.value))
    with team.nurse.read() as connection:
        referral = referral_of(connection, made)
    assert referral is not None
    assert referral.review_duplicate_of == home.patient
    assert referral.patient != home.patient


def test_someone_else_is_remembered_and_not_asked_again(team: Team) -> None:
    home = at_home(team)
    form = typed(team, nhs_number="", family_name="Abernathy", given_name="Doris", date_of_birth="14/03/1951")
    made, _ = add_referral(team.nurse, replace(form, of=home.patient, whose=Whose.ANOTHER.value))
    with team.nurse.read() as connection:
        row = connection.execute(select(t.referral).where(t.referral.c.id == made)).one()
    assert (row.duplicate_of, row.duplicate_settled) == (home.patient, "someone_else")


# --- triage --------------------------------------------------------------------------------------


def test_accepting_keeps_what_triage_decided(team: Team) -> None:
    made, _ = add_referral(team.nurse, typed(team))
    at = team.clock.at.replace(day=19, hour=11)
    acceptance = Acceptance(
        team.nurse.user.id,
        team.nurse.user.id,
        priority=Priority.TWO_WORKING_DAYS,
        target_date=date(2026, 11, 18),
        next_dose_at="Evening insulin, today 18:00",
        giver="core_team",
        giver_name="Derby South",
        exclusions=("insulin:p04",),
        first_visit=FirstVisit(at, 60),
    )
    episodes, _ = accept(team.nurse, made, acceptance)
    with team.nurse.read() as connection:
        referral = referral_of(connection, made)
        insulin, wound = (episode_of(connection, each) for each in episodes)
        covers = connection.execute(select(t.dose_cover)).all()
        visit = connection.execute(select(t.visit)).one()
    assert referral is not None
    assert insulin is not None
    assert wound is not None
    assert (referral.priority, referral.target_date) == (Priority.TWO_WORKING_DAYS, date(2026, 11, 18))
    assert (referral.next_dose_at, referral.dose_given_by) == (
        "Evening insulin, today 18:00",
        "Core team, Derby South",
    )
    assert referral.exclusions == ("insulin:p04",)
    assert insulin.gates["p04"].state is GateState.NOT_MET
    assert "p04" not in wound.gates
    assert insulin.baseline_kind is not None
    assert (insulin.baseline_on, insulin.baseline_kind.value) == (date(2026, 11, 14), "prescriber_plan")
    assert {(row.giver, row.who) for row in covers} == {("core_team", "Derby South")}
    assert (visit.status, visit.planned_minutes) == ("planned", 60)


def test_a_core_team_named_at_triage_is_written_to_in_the_same_save(team: Team) -> None:
    made, _ = add_referral(team.nurse, typed(team, skills=("insulin",)))
    named = Acceptance(team.nurse.user.id, team.nurse.user.id, next_dose_at="Evening insulin", giver="core_team")
    (episode,), _ = accept(team.nurse, made, named)
    with team.nurse.read() as connection:
        letter = connection.execute(select(t.letter)).one()
        of_letter = connection.scalars(select(t.item.c.cs_id).where(t.item.c.entity_id == letter.id)).all()
        of_referral = connection.scalars(select(t.item.c.cs_id).where(t.item.c.entity_id == made)).all()
    assert (letter.kind, letter.episode) == ("core_team", episode)
    assert "Evening insulin" in letter.content
    assert set(of_letter) < set(of_referral)


def test_a_dose_taken_over_at_triage_asks_the_core_team_that_calls_now_to_stop(team: Team) -> None:
    made, _ = add_referral(team.nurse, typed(team, skills=("insulin",)))
    accept(team.nurse, made, Acceptance(team.nurse.user.id, team.nurse.user.id, giver="patient"))
    with team.nurse.read() as connection:
        letter = connection.execute(select(t.letter)).one()
    assert (letter.kind, letter.cause) == ("core_team", "dose_cover")
    assert "The person gives it." in letter.content


def test_where_no_core_team_calls_the_first_name_for_a_dose_needs_no_letter(team: Team) -> None:
    form = typed(team, skills=("insulin",), source="gp", visits_a_month="", visits_on="", visits_kind="")
    made, _ = add_referral(team.nurse, form)
    accept(team.nurse, made, Acceptance(team.nurse.user.id, team.nurse.user.id, giver="patient"))
    with team.nurse.read() as connection:
        assert connection.execute(select(t.letter)).all() == []


def test_a_giver_named_for_a_pathway_that_is_open_takes_over_from_the_core_team_and_tells_it(team: Team) -> None:
    home = at_home(team)
    form = typed(team, of=home.patient, whose=Whose.SAME.value, nhs_number="", skills=("insulin",))
    nurses = (team.nurse.user.id, team.nurse.user.id)
    for giver, who in (("core_team", ""), ("carer", "Jo Abernathy")):
        made, _ = add_referral(team.nurse, replace(form, id=team.nurse.new_id()))
        accept(team.nurse, made, Acceptance(*nurses, next_dose_at="Evening", giver=giver, giver_name=who))
    with team.nurse.read() as connection:
        rows = connection.execute(select(t.dose_cover).where(t.dose_cover.c.cancelled.is_(False))).all()
        letters = connection.execute(select(t.letter).order_by(t.letter.c.id)).all()
    assert [(row.giver, row.who, row.episode) for row in rows] == [("carer", "Jo Abernathy", home.episodes["insulin"])]
    assert [letter.state for letter in letters] == ["withdrawn", "to_print"], "the later letter takes its place"
    assert "Jo Abernathy" in letters[1].content


def test_a_second_referral_for_a_skill_being_taught_joins_the_open_pathway(team: Team) -> None:
    home = at_home(team)
    form = typed(team, of=home.patient, whose=Whose.SAME.value, nhs_number="", skills=("insulin", "wound"))
    made, _ = add_referral(team.nurse, form)
    assert open_triage(team.nurse, made).open_pathways == dict(home.episodes)
    episodes, _ = accept(team.nurse, made, Acceptance(team.nurse.user.id, team.nurse.user.id))
    assert home.episodes["insulin"] in episodes
    with team.nurse.read() as connection:
        assert sorted(one.skill for one in episodes_of(connection, home.patient)) == ["insulin", "wound"]
    again, _ = add_referral(team.nurse, replace(form, id=team.nurse.new_id(), skills=("insulin",)))
    accept(team.nurse, again, Acceptance(team.nurse.user.id, team.nurse.user.id, second_pathway=True))
    with team.nurse.read() as connection:
        assert sorted(one.skill for one in episodes_of(connection, home.patient)) == ["insulin", "insulin", "wound"]


def test_sending_back_writes_the_letter_in_the_same_save(team: Team) -> None:
    made, _ = add_referral(team.nurse, typed(team))
    reject(team.nurse, made, "Outside our area")
    with team.nurse.read() as connection:
        letter = connection.execute(select(t.letter)).one()
        saves = {
            row.cs_id
            for row in connection.execute(select(t.item).where(t.item.c.entity_id.in_((made, letter.id))))
            if row.entity == "letter"
        }
        of_referral = connection.scalars(select(t.item.c.cs_id).where(t.item.c.entity_id == made)).all()
    assert (letter.kind, letter.referral) == ("referrer", made)
    assert "Outside our area" in letter.content
    assert saves < set(of_referral)


def test_waiting_asks_the_team_to_chase_and_deciding_ends_that(team: Team) -> None:
    made, _ = add_referral(team.nurse, typed(team))
    wait_for_information(team.nurse, made, "Dose", whom="the practice", chase_on=date(2026, 11, 19))
    with team.nurse.read() as connection:
        task = connection.execute(select(t.task)).one()
    assert (task.text, task.due_on, task.about) == ("Dose (from the practice)", date(2026, 11, 19), made)
    accept(team.nurse, made, Acceptance(team.nurse.user.id, team.nurse.user.id))
    with team.nurse.read() as connection:
        assert connection.scalar(select(t.task.c.state)) == TaskState.DONE.value


def test_the_waiting_list_holds_who_was_accepted_until_a_visit_begins(team: Team) -> None:
    made, _ = add_referral(team.nurse, typed(team, skills=("insulin",)))
    to = Acceptance(team.nurse.user.id, team.nurse.user.id, waits="No interpreter yet", target_date=date(2026, 11, 18))
    (episode,), _ = accept(team.nurse, made, to)
    with team.nurse.read() as connection:
        (waiting,) = waiting_list(connection)
    assert waiting.referred.referral.decision_reason == "No interpreter yet"
    assert (waiting.booked_at, waiting.nurse) == (None, team.nurse.user.id)
    start_visit(team.nurse, [episode])
    with team.nurse.read() as connection:
        assert waiting_list(connection) == ()
    assert [one.referral.id for one in inbox(team.nurse).decided] == [made]


def test_an_assistant_adds_a_referral_and_does_not_triage_it(team: Team) -> None:
    made, _ = add_referral(team.assistant, typed(team))
    with pytest.raises(NotAllowed):
        accept(team.assistant, made, Acceptance(team.nurse.user.id, team.nurse.user.id))


def test_the_target_date_counts_working_days_and_is_never_gone_by() -> None:
    thursday, christmas = date(2026, 12, 24), bank_holidays_around(date(2026, 12, 24))
    today = thursday
    assert first_visit_by(Priority.SAME_DAY, thursday, today, christmas) == thursday
    assert first_visit_by(Priority.TWO_WORKING_DAYS, thursday, today, christmas) == date(2026, 12, 30)
    assert first_visit_by(Priority.TWO_WORKING_DAYS, date(2026, 11, 2), today, christmas) == today
    assert first_visit_by(Priority.ROUTINE, date(2026, 12, 18), today, christmas) == date(2027, 1, 4)


# --- someone comes back --------------------------------------------------------------------------


def test_a_return_by_phone_is_a_referral_by_themselves_linked_to_the_discharge(team: Team) -> None:
    from smf_desktop.services.ending.discharges import discharge

    episode = ready(team)
    discharge(team.nurse, independent(episode))
    with team.nurse.read() as connection:
        ended = episode_of(connection, episode)
    assert ended is not None
    made, touched = return_by_phone(team.assistant, ended.patient, ["insulin"], "Low blood glucose twice this week")
    assert touched == {"referral"}
    with team.nurse.read() as connection:
        referral = referral_of(connection, made)
    assert referral is not None
    assert (referral.source, referral.earlier_episode, referral.skills) == (Source.SELF, episode, ("insulin",))
    (new,), _ = accept(team.nurse, made, Acceptance(team.nurse.user.id, team.nurse.user.id))
    assert new != episode, "a return opens a new pathway, never the old one"
