"""A death is recorded once, stops everything that was still to happen, and comes back whole when it was none."""

from datetime import date, timedelta

import pytest

from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.task import TaskKind
from smf_core.domain.teaching_trouble import DeathNotPossible, NotDied, ReasonNeeded, SomeoneHasDied
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.dose_covers import dose_cover
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.letters import letters_of
from smf_core.records.queries.open_ends import OpenEnds, open_ends
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.tasks import tasks_of
from smf_core.records.queries.visits import bookings_not_begun
from smf_desktop.services.ending.death import record_death, reverse_death
from smf_desktop.services.ending.discharges import closing, discharge
from smf_desktop.services.letters.letters import mark_sent
from smf_desktop.services.people import Member, add_member
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.tasks import task_item
from smf_desktop.services.visit.visits import book_visit
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught

__all__ = ["laptop", "store_template", "team"]

ON = date(2026, 11, 16)


def picture(session: Session, patient: str) -> dict[str, object]:
    """What a death may stop, as the record has it."""
    with session.read() as connection:
        person = patient_of(connection, patient)
        assert person is not None
        return {
            "died": person.died_on,
            "pathways": {one.id: (one.closed_on, one.outcome, one.holds) for one in episodes_of(connection, patient)},
            "bookings": [(one.id, one.at) for one in bookings_not_begun(connection, patient)],
            "ends": open_ends(connection, patient, ON),
        }


def busy(team: Team, home: Home) -> None:
    """Everything a death has to stop."""
    session, patient = team.nurse, home.patient
    taught(team, home, days_ago=3)
    episodes = list(home.episodes.values())
    at = session.now() + timedelta(days=2)
    book_visit(session, patient=patient, episodes=episodes, at=at, minutes=45, nurse=session.user.id)
    about = {"patient": patient, "episode": episodes[0]}
    cover = {"dose": "evening", "giver": "core_team", "from": "2026-11-01"}
    later = {"dose": "morning", "giver": "smf", "from": "2026-11-20"}
    letter = {"kind": "person", "by": session.user.id, "at": session.now().isoformat(), "content": {}}
    waiting = {"patient": patient, "team": session.team, "received_on": "2026-11-15", "source": "gp"}
    with session.work() as work:
        items = [
            task_item(session, TaskKind.CALL_BACK, "Ring her daughter", patient=patient),
            new_item("dose_cover", session.new_id(), "row", **about, **cover),
            new_item("dose_cover", session.new_id(), "row", **about, **later),
            new_item("letter", session.new_id(), "written", **about, **letter),
            new_item("referral", session.new_id(), "received", **waiting, skills=["wound"]),
        ]
        work.save(items, patient=patient)
    pump = {"item": "Pen magnifier", "standing": "lent", "episode": episodes[0]}
    add_member(session, patient, Member("equipment", pump))


def test_a_death_stops_everything_and_leaves_what_follows(team: Team) -> None:
    home = at_home(team)
    busy(team, home)
    record_death(team.nurse, home.patient, ON, "Daughter, on the phone")
    with team.nurse.read() as connection:
        found = patient_of(connection, home.patient)
        assert found is not None
        assert found.died_on == ON
        assert [(one.closed_on, one.outcome) for one in episodes_of(connection, home.patient)] == [
            (ON, Outcome.DECEASED.value)
        ]
        assert [one for one in bookings_not_begun(connection, home.patient) if one.at.date() >= ON] == []
        ends = open_ends(connection, home.patient, ON)
    assert ends.referrals == ends.letters_to_person == ends.dose_covers == ends.nurse_covers == ()
    assert len(ends.tasks) == 4  # the core team, the practice, the equipment, the family


def test_a_death_that_was_none_reopens_exactly_what_it_closed(team: Team) -> None:
    home = at_home(team)
    busy(team, home)
    before = picture(team.nurse, home.patient)
    record_death(team.nurse, home.patient, ON, "A call for someone else")
    assert picture(team.nurse, home.patient) != before
    reverse_death(team.nurse, home.patient, "It was her neighbour")
    assert picture(team.nurse, home.patient) == before


def test_what_was_settled_before_the_death_stays_settled(team: Team) -> None:
    home = at_home(team, "insulin", "wound")
    with team.nurse.work() as work:
        closing = {"on": "2026-11-10", "outcome": "declined", "by": team.nurse.user.id}
        closed = home.episodes["wound"]
        work.save([work.change("episode", closed, "discharge", closing)], patient=home.patient)
    record_death(team.nurse, home.patient, ON, "The practice")
    reverse_death(team.nurse, home.patient, "A slip")
    with team.nurse.read() as connection:
        found = {one.skill: one.outcome for one in episodes_of(connection, home.patient)}
    assert found == {"insulin": None, "wound": "declined"}


def test_nobody_is_booked_after_a_death(team: Team) -> None:
    home = at_home(team)
    record_death(team.assistant, home.patient, ON, "The practice")
    at = team.nurse.now() + timedelta(days=1)
    episodes = list(home.episodes.values())
    with pytest.raises(SomeoneHasDied):
        book_visit(team.nurse, patient=home.patient, episodes=episodes, at=at, minutes=45, nurse=team.nurse.user.id)
    with pytest.raises(SomeoneHasDied):
        record_death(team.nurse, home.patient, ON, "Again")


@pytest.mark.parametrize("on", [date(2026, 11, 18), date(1951, 3, 13)])
def test_F80_a_day_of_death_is_not_to_come_and_not_before_the_birth(team: Team, on: date) -> None:
    home = at_home(team)
    with pytest.raises(DeathNotPossible):
        record_death(team.nurse, home.patient, on, "The practice")


def test_only_a_registered_nurse_with_a_reason_takes_a_death_back(team: Team) -> None:
    home = at_home(team)
    with pytest.raises(NotDied):
        reverse_death(team.nurse, home.patient, "A slip")
    record_death(team.nurse, home.patient, ON, "The practice")
    with pytest.raises(NotAllowed):
        reverse_death(team.assistant, home.patient, "A slip")
    with pytest.raises(ReasonNeeded):
        reverse_death(team.nurse, home.patient, " ")
    assert isinstance(picture(team.nurse, home.patient)["ends"], OpenEnds)


def test_a_discharge_as_deceased_stops_everything_and_comes_back_with_it(team: Team) -> None:
    home = at_home(team, "insulin", "wound")
    busy(team, home)
    before = picture(team.nurse, home.patient)
    said = {"reason": "The practice rang", "checked": True}
    form = DischargeForm(home.episodes["insulin"], outcome=Outcome.DECEASED, **said)
    stand = closing(team.nurse, form.episode)
    assert stand.missing(form, team.nurse.today()) == ()
    discharge(team.nurse, form)
    with team.nurse.read() as connection:
        found = episodes_of(connection, home.patient)
    assert {one.outcome for one in found} == {Outcome.DECEASED.value}
    reverse_death(team.nurse, home.patient, "It was her neighbour")
    after = picture(team.nurse, home.patient)
    assert after["pathways"] == before["pathways"]
    assert after["bookings"] == before["bookings"]
    with team.nurse.read() as connection:
        assert open_ends(connection, home.patient, ON) == before["ends"]


def test_what_somebody_changed_since_stays_as_it_is_now(team: Team) -> None:
    home = at_home(team)
    busy(team, home)
    with team.nurse.read() as connection:
        cover = open_ends(connection, home.patient, ON).dose_covers[0]
    record_death(team.nurse, home.patient, ON, "The practice")
    with team.nurse2.work() as work:
        about = {"patient": home.patient, "episode": home.episodes["insulin"], "dose": "evening", "giver": "core_team"}
        said = {**about, "from": "2026-11-01", "until": "2026-11-14"}
        work.save([work.change("dose_cover", cover, "row", said)], patient=home.patient)
    reverse_death(team.nurse, home.patient, "It was her neighbour")
    with team.nurse.read() as connection:
        found = dose_cover(connection, cover)
        assert episodes_of(connection, home.patient)[0].is_open
    assert found is not None
    assert found.until == date(2026, 11, 14)


def test_a_practice_that_was_told_of_the_death_is_to_be_told_that_it_was_none(team: Team) -> None:
    home = at_home(team)
    form = DischargeForm(home.episodes["insulin"], outcome=Outcome.DECEASED, reason="The practice rang", checked=True)
    discharge(team.nurse, form)
    with team.nurse.read() as connection:
        written = letters_of(connection, home.patient)
    for one in written:
        mark_sent(team.nurse, one.id, "post")
    reverse_death(team.nurse, home.patient, "It was her neighbour")
    with team.nurse.read() as connection:
        told = {one.about for one in tasks_of(connection, home.patient) if one.kind is TaskKind.LETTER}
    assert told == {one.id for one in written}
    assert len(written) == 2
