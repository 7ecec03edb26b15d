"""The list of what is to be mended: by nurse, with the page where it is mended, and its reading is noted."""

from datetime import date

import pytest
from sqlalchemy import text

from smf_core.figures.quality import NO_PRACTICES, Fault
from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.service.quality import FAULTS, Place, by_nurse, fault_counts
from smf_desktop.services.drafts import VISIT, save_draft
from smf_desktop.services.service.quality import DATA_QUALITY, data_quality, last_in_time, own_to_mend
from smf_desktop.services.session import Session
from smf_desktop.services.visit.visits import start_visit
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught

__all__ = ["laptop", "store_template", "team"]


@pytest.fixture
def home(team: Team) -> Home:
    home = at_home(team)
    taught(team, home, days_ago=2)
    return home


def readings(session: Session) -> int:
    with session.read() as connection:
        said = text("SELECT count(*) FROM pending_access WHERE action = 'read' AND detail = :detail")
        return int(connection.scalar(said, {"detail": DATA_QUALITY}) or 0)


def test_each_thing_stands_with_its_nurse_and_the_page_where_it_is_mended(team: Team, home: Home) -> None:
    found = data_quality(team.lead)
    names = {team.nurse.user.id: team.nurse.user.name}
    (nurse,) = by_nurse(found, names)
    assert (nurse.nurse, nurse.name) == (team.nurse.user.id, "Nurse Example")
    assert nurse.words == f"{len(nurse.rows)} things to mend"
    shown = {row.words: row for row in nurse.rows}
    assert shown["No baseline of core visits"].place is Place.PATHWAY
    assert shown["No baseline of core visits"].episode == home.episodes["insulin"]
    assert shown["No language"].name == "ABERNATHY, Doreen (Mrs)"
    assert shown["No language"].place is Place.PERSON
    assert [row.words for row in nurse.rows] == [FAULTS[row.fault].label for row in nurse.rows]


def test_counts_stand_with_what_they_were_counted_among(team: Team, home: Home) -> None:
    words = {each.fault: (each.words, each.clear) for each in fault_counts(data_quality(team.lead).looked)}
    assert set(words) == set(Fault)
    assert words[Fault.NO_LANGUAGE] == ("1 of 1 person", False)
    assert words[Fault.NO_NHS_NUMBER] == ("0 of 1 person", True)
    assert words[Fault.NO_MINUTES] == ("0 of 1 visit", True)
    assert words[Fault.UNSIGNED] == ("No unsigned visit to look at", True)
    assert words[Fault.PRACTICE_CLOSED] == (NO_PRACTICES, True)


def test_a_draft_of_yesterday_is_its_authors_to_sign(team: Team, home: Home) -> None:
    form, _ = start_visit(team.nurse2, list(home.episodes.values()))
    save_draft(team.nurse2, VISIT, form.visit, home.patient, form)
    team.clock.forward(hours=23)
    assert not [row for row in data_quality(team.lead).rows if row.fault is Fault.UNSIGNED]
    team.clock.forward(hours=2)
    (row,) = (row for row in data_quality(team.lead).rows if row.fault is Fault.UNSIGNED)
    assert (row.nurse, row.patient, row.record) == (team.nurse2.user.id, home.patient, form.visit)
    assert [each.fault for each in own_to_mend(team.nurse2).rows] == [Fault.UNSIGNED]


def test_a_nurse_sees_her_own_list_and_nobody_elses(team: Team, home: Home) -> None:
    assert {row.nurse for row in own_to_mend(team.nurse).rows} == {team.nurse.user.id}
    assert own_to_mend(team.nurse2).rows == ()
    with pytest.raises(NotAllowed):
        data_quality(team.nurse)
    with pytest.raises(NotAllowed):
        own_to_mend(team.admin)


def test_reading_the_list_is_noted_and_who_opens_no_record_is_told_numbers_alone(team: Team, home: Home) -> None:
    numbers = data_quality(team.admin)
    assert (numbers.rows, numbers.people) == ((), {})
    assert any(each.faulty for each in numbers.looked)
    assert readings(team.lead) == 0
    assert data_quality(team.lead).rows
    assert readings(team.lead) == 1
    own_to_mend(team.nurse)
    assert readings(team.lead) == 2


def test_nothing_to_look_at_yet(team: Team) -> None:
    found = data_quality(team.lead)
    assert by_nurse(found, {}) == ()
    assert all(each.clear for each in fault_counts(found.looked))


def test_a_letter_is_late_after_a_working_day(team: Team, home: Home) -> None:
    assert last_in_time(date(2026, 11, 17)) == date(2026, 11, 16)  # a Tuesday: Monday's may still wait
    assert last_in_time(date(2026, 11, 16)) == date(2026, 11, 13)  # a Monday: so may Friday's
    assert last_in_time(date(2026, 12, 29)) == date(2026, 12, 24)  # after Christmas


def test_people_and_users_who_are_not_here_are_said_so(team: Team, home: Home) -> None:
    found = data_quality(team.lead)
    nobody = by_nurse(type(found)(found.looked, found.rows, {}), {})
    assert {row.name for each in nobody for row in each.rows} == {"Not on this laptop"}
