"""A discharge is signed on the evidence as it stands in the record, and what follows from it is written with it."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from smf_core.domain.diary import Concern
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome, ReturnReason, SignedWord, SupportType
from smf_core.domain.dose_cover import Giver
from smf_core.domain.letter import LetterKind
from smf_core.domain.missing import Part, Why
from smf_core.domain.pathway import PATIENT
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import AlreadyClosed, NotReadyToDischarge, UnknownEpisode
from smf_core.policy.rules import NotAllowed
from smf_core.records import tables as t
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.letters import core_stops, letters_of_episode
from smf_core.records.queries.patients import patient as patient_of
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.booking.dose_covers import NewCover, dose_question, name_giver
from smf_desktop.services.drafts import DISCHARGE, draft, save_draft
from smf_desktop.services.ending.discharges import closing, discharge, open_discharge
from smf_desktop.services.pathways import name_learner
from smf_desktop.services.session import Session
from smf_desktop.store.tables import pending_access
from tests.support.discharges import ATTESTED, independent, ready, teach
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]

SAID = SignedWord("Anne Abernathy", "yesterday")
SUPPORTED = {
    "support_type": SupportType.PHARMACY,
    "support_who": "High Street pharmacy",
    "support_what": "Fills the pen box",
    "support_how_often": "Weekly",
    "support_review_on": "+2w",
}


def reads(session: Session) -> list[str]:
    with session.read() as connection:
        noted = connection.execute(select(pending_access.c.patient).where(pending_access.c.action == "read"))
        return [row.patient for row in noted]


def signed(session: Session, episode: str) -> dict[str, object]:
    """What was signed, as the record holds it."""
    with session.read() as connection:
        detail = connection.execute(select(t.discharge.c.detail).where(t.discharge.c.episode == episode)).scalar_one()
    return dict(json.loads(detail))


def test_opening_the_page_is_noted_and_answers_the_draft_to_the_character(team: Team) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    assert open_discharge(team.nurse, episode).form == DischargeForm(episode)
    assert reads(team.nurse) == [home.patient]
    form = replace(DischargeForm(episode), outcome=Outcome.MOVED, reason="  to Leeds,\nshe says ", on="17/1")
    kept_at = save_draft(team.nurse, DISCHARGE, episode, home.patient, form)
    again = open_discharge(team.nurse, episode)
    assert (again.form, again.saved_at) == (form, kept_at)
    assert open_discharge(team.nurse2, episode).saved_at is None  # a colleague's draft is theirs


def test_only_those_who_may_open_the_record_see_the_page(team: Team) -> None:
    episode = at_home(team).episodes["insulin"]
    with pytest.raises(NotAllowed):
        open_discharge(team.admin, episode)
    assert reads(team.admin) == []
    with pytest.raises(UnknownEpisode):
        open_discharge(team.nurse, team.nurse.new_id())


@pytest.mark.parametrize("outcome", [one for one in Outcome if one not in FAVOURABLE])
def test_every_other_ending_can_be_signed_without_the_evidence_also_by_an_assistant(
    team: Team, outcome: Outcome
) -> None:
    episode = at_home(team, gates=False).episodes["insulin"]
    form = DischargeForm(
        episode,
        outcome,
        main_reason=ReturnReason.SIGHT,
        reason="as she asked",
        visits_per_month_left="8",
        checked=True,
    )
    discharge(team.assistant, form)
    with team.nurse.read() as connection:
        ended = episode_of(connection, episode)
        assert ended is not None
        person = patient_of(connection, ended.patient)
    assert person is not None
    assert (ended.closed_on, ended.outcome) == (team.nurse.today(), outcome.value)
    assert (person.died_on is not None) == (outcome is Outcome.DECEASED)
    assert [one.visits_per_month for one in ended.core_visits] == (["8"] if outcome is Outcome.SHARED_CORE else [])


def test_an_assistant_cannot_sign_an_independent_discharge_and_nothing_changes(team: Team) -> None:
    episode = ready(team)
    with pytest.raises(NotReadyToDischarge) as refused:
        discharge(team.assistant, independent(episode))
    assert [(one.part, one.why) for one in refused.value.missing] == [(Part.OUTCOME, Why.REGISTERED_NURSE)]
    with team.nurse.read() as connection:
        held = episode_of(connection, episode)
    assert held is not None
    assert held.is_open


def test_attestations_are_signed_with_name_and_day_and_the_evidence_is_kept_with_them(team: Team) -> None:
    episode = ready(team)
    discharge(team.nurse, independent(episode))
    said = signed(team.nurse, episode)
    on = team.nurse.today().isoformat()
    assert said["attestations"] == [{"id": each, "by": team.nurse.user.id, "on": on} for each in sorted(ATTESTED)]
    evidence = said["evidence"]
    assert isinstance(evidence, list)
    assert all(line["met"] for line in evidence)


def test_low_confidence_is_overridden_with_a_reason_that_is_kept(team: Team) -> None:
    episode = ready(team, confidence=6)
    with pytest.raises(NotReadyToDischarge):
        discharge(team.nurse, independent(episode))
    discharge(team.nurse, replace(independent(episode), confidence_override=" sister is next door "))
    assert signed(team.nurse, episode)["confidence_override"] == "sister is next door"


def test_a_reason_for_low_confidence_that_is_no_longer_low_is_not_signed(team: Team) -> None:
    """An older draft may hold one that the page does not show any more."""
    episode = ready(team)
    discharge(team.nurse, replace(independent(episode), confidence_override="was afraid of the needle"))
    assert "confidence_override" not in signed(team.nurse, episode)


def test_agreed_support_is_kept_whole_and_a_carers_agreements_only_for_a_carer(team: Team) -> None:
    episode = ready(team)
    form = replace(independent(episode), outcome=Outcome.INDEPENDENT_SUPPORT, back_up=SAID, **SUPPORTED)
    discharge(team.nurse, form)
    said = signed(team.nurse, episode)
    assert {key: said[key] for key in SUPPORTED} == {
        "support_type": "pharmacy",
        "support_who": "High Street pharmacy",
        "support_what": "Fills the pen box",
        "support_how_often": "Weekly",
        "support_review_on": "2026-12-03",
    }
    assert "back_up" not in said


def test_a_carer_who_does_a_critical_part_is_agreed_with_by_name_and_day(team: Team) -> None:
    home = at_home(team)
    episode = home.episodes["insulin"]
    name_learner(team.nurse, episode, PATIENT)
    name_learner(team.nurse, episode, home.daughter, ("s09",))
    for learner in (PATIENT, home.daughter) * 2:
        teach(team, episode, learner=learner)
    form = replace(independent(episode), outcome=Outcome.INDEPENDENT_SUPPORT, **SUPPORTED)
    form = replace(form, support_type=SupportType.INFORMAL_CARER, person_consents=SAID, carer_agrees=SAID)
    with pytest.raises(NotReadyToDischarge) as refused:
        discharge(team.nurse, form)
    assert [one.id for one in refused.value.missing] == ["back_up.name", "back_up.on"]
    discharge(team.nurse, replace(form, back_up=SAID))
    assert signed(team.nurse, episode)["back_up"] == {"name": "Anne Abernathy", "on": "2026-11-20"}


def test_what_came_into_the_record_since_the_page_was_read_counts_when_it_is_signed(team: Team) -> None:
    episode = ready(team)
    seen = closing(team.nurse, episode)
    form = independent(episode)
    assert seen.missing(form, team.nurse.today()) == ()
    save_draft(team.nurse, DISCHARGE, episode, seen.patient.id, form)
    teach(team, episode, by=team.nurse2, flag="r01")
    with pytest.raises(NotReadyToDischarge) as refused:
        discharge(team.nurse, form)
    assert [one.id for one in refused.value.missing] == ["max_open_red_flag"]
    assert draft(team.nurse, DISCHARGE, episode, DischargeForm) == form


def test_signing_ends_the_pathway_once_and_takes_the_draft_away(team: Team) -> None:
    episode = ready(team)
    form = replace(independent(episode), on="yesterday")
    patient = closing(team.nurse, episode).patient.id
    save_draft(team.nurse, DISCHARGE, episode, patient, form)
    assert "episode" in discharge(team.nurse, form).touched
    assert draft(team.nurse, DISCHARGE, episode, DischargeForm) is None
    with team.nurse.read() as connection:
        ended = episode_of(connection, episode)
    assert ended is not None
    assert ended.closed_on == date(2026, 11, 18)
    with pytest.raises(AlreadyClosed):
        discharge(team.nurse2, independent(episode))


def test_the_troubles_of_a_discharge_have_words(team: Team) -> None:
    assert words_for(AlreadyClosed()) is not OUR_FAULT
    assert words_for(NotReadyToDischarge(())) is not OUR_FAULT


# --- a visit that was to give a dose -------------------------------------------------------------


def dose_visit(team: Team, episode: str) -> str:
    """An evening visit tomorrow that gives a dose the core team gives on other days."""
    patient = _patient(team, episode)
    name_giver(team.nurse, NewCover(episode, "Evening", Giver.CORE_TEAM, team.nurse.today()))
    at = team.nurse.now().replace(hour=18) + timedelta(days=1)
    new = NewBooking(patient, (episode,), at, 30, team.nurse.user.id, dose="Evening")
    return book_visits(team.nurse, new, frozenset(Concern)).visits[0]


def _patient(team: Team, episode: str) -> str:
    with team.nurse.read() as connection:
        found = episode_of(connection, episode)
    assert found is not None
    return found.patient


def test_a_discharge_that_takes_a_dose_visit_back_asks_who_gives_the_dose(team: Team) -> None:
    episode = ready(team)
    dose_visit(team, episode)
    signed = discharge(team.nurse, independent(episode))
    (task,) = signed.questions
    asked = dose_question(team.nurse, task)
    assert (asked.dose, asked.episode) == ("Evening", episode)
    open_now = tasks_about(team.nurse, asked.patient).open
    assert [one.id for one in open_now if one.kind is TaskKind.WHO_GIVES_DOSE and one.urgent] == [task]
    with team.nurse.read() as connection:
        written = [one for one in letters_of_episode(connection, episode) if one.kind is LetterKind.CORE_TEAM]
    standing = [one for one in written if one.stands]
    assert [one.cause for one in standing] == ["taken_over"], "the discharge's own letter, and no other beside it"
    answer = NewCover(episode, asked.dose, Giver.PATIENT, asked.on, asked.on, task=task)
    assert not name_giver(team.nurse, answer).letter, "its letter says that the care is taken over"
    assert not [one for one in tasks_about(team.nurse, asked.patient).open if one.kind is TaskKind.WHO_GIVES_DOSE]


def test_the_core_team_hears_of_a_dose_it_is_to_give_after_the_discharge_too(team: Team) -> None:
    episode = ready(team)
    dose_visit(team, episode)
    (task,) = discharge(team.nurse, independent(episode)).questions
    asked = dose_question(team.nurse, task)
    team.clock.forward(minutes=1)
    answer = NewCover(episode, asked.dose, Giver.CORE_TEAM, asked.on, asked.on, task=task)
    assert name_giver(team.nurse, answer).letter
    with team.nurse.read() as connection:
        written = [one for one in letters_of_episode(connection, episode) if one.kind is LetterKind.CORE_TEAM]
        waiting = core_stops(connection, (asked.patient,))[asked.patient]
    assert [one.cause for one in written if one.stands] == ["taken_over", "dose_cover"]
    assert [one.letter for one in waiting] == [written[-1].id], "what it was asked to stop is still to be confirmed"


def test_nobody_is_asked_for_the_doses_of_someone_who_has_died(team: Team) -> None:
    episode = ready(team)
    dose_visit(team, episode)
    form = DischargeForm(episode, Outcome.DECEASED, on="yesterday", checked=True)
    assert discharge(team.nurse, form).questions == ()
