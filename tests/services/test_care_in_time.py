"""When care was given, and what birth, death, a hold and an ending leave of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.missing import Part, Why
from smf_core.domain.teaching_trouble import (
    AlreadySigned,
    BirthNotPossible,
    FamilyNameNeeded,
    NotReadyToDischarge,
    SomeoneHasDied,
    UnknownEpisode,
)
from smf_core.domain.visit import NextForm, NextKind
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.visits import bookings_not_begun
from smf_desktop.services.booking.bookings import cancel_booking, restore_booking
from smf_desktop.services.drafts import VISIT, save_draft
from smf_desktop.services.ending.discharges import discharge
from smf_desktop.services.people import NewPerson, change_demographics, new_patient, open_person
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import new_item
from smf_desktop.services.visit.visits import book_visit, open_visit, sign_visit, start_visit
from tests.support.care import missed, missing_on_signing, pathway, started
from tests.support.discharges import independent, ready
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home

__all__ = ["laptop", "store_template", "team"]


# --- time, birth and death ------------------------------------------------------------------------


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


# --- holds and visits that did not go ahead -------------------------------------------------------


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
        missed(team.nurse, form.patient, form.visit)
