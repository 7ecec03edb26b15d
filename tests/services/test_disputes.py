"""Two laptops that disagree: nothing is dropped, and who may settles which version stands (F55, F56, B37)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from smf_core.domain.patient import Patient
from smf_core.domain.teaching_trouble import ChangedMeanwhile, SettledAlready
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.disputes import TOO_LONG, Dispute, disputes, people_apart, people_too_long_apart
from smf_core.records.queries.patients import patient as patient_of
from smf_desktop.presenters.sync.centre import OVER, centre_rows
from smf_desktop.presenters.sync.review import review_rows
from smf_desktop.presenters.today.facts import Act
from smf_desktop.presenters.today.lists import side_lists
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.people import (
    Member,
    NewPerson,
    add_member,
    change_demographics,
    change_member,
    end_member,
    open_member,
    open_person,
)
from smf_desktop.services.record.disputes import keep, keep_both, say, settle, settle_all, unsettle
from smf_desktop.services.record.private_notes import read_private_note
from smf_desktop.services.session import Session
from smf_desktop.services.sync.centre import centre, open_apart, person_apart
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught

__all__ = ["laptop", "store_template", "team"]

LATEX: Mapping[str, str] = {"substance": "Latex", "reaction": "rash"}


def person(session: Session, patient: str) -> Patient:
    with session.read() as connection:
        found = patient_of(connection, patient)
    assert found is not None
    return found


def open_disputes(session: Session, patient: str) -> tuple[Dispute, ...]:
    with session.read() as connection:
        return disputes(connection, patient)


def apart(team: Team, patient: str) -> str:
    """An allergy ended on one laptop and amended on another, each on top of the same words."""
    made, _ = add_member(team.nurse, patient, Member("allergy", LATEX))
    one = open_member(team.nurse, patient, "allergy", made)
    other = open_member(team.nurse2, patient, "allergy", made)
    end_member(team.nurse, patient, one, "Tested, none")
    change_member(team.nurse2, patient, other, {"substance": "Latex", "reaction": "swollen lips"})
    return made


def test_B37_a_form_left_open_finds_the_newer_wording_and_does_not_write_over_it(team: Team) -> None:
    home = at_home(team)
    made, _ = add_member(team.nurse, home.patient, Member("contact", {"name": "Ade", "phone": "01632 960001"}))
    stale = open_member(team.nurse, home.patient, "contact", made)
    fresh = open_member(team.nurse2, home.patient, "contact", made)
    change_member(team.nurse2, home.patient, fresh, {"name": "Ade", "phone": "01632 960002"})
    change_member(team.nurse, home.patient, stale, {"name": "Ade Okafor", "phone": "01632 960001"})
    (dispute,) = open_disputes(team.nurse, home.patient)
    assert {version.said["phone"] for version in dispute.versions} == {"01632 960001", "01632 960002"}
    assert not dispute.clinical


def test_a_form_saved_unchanged_writes_nothing(team: Team) -> None:
    home = at_home(team)
    made, _ = add_member(team.nurse, home.patient, Member("allergy", LATEX))
    held = open_member(team.nurse, home.patient, "allergy", made)
    _, touched = change_member(team.nurse, home.patient, held, LATEX)
    assert touched == frozenset()


def test_F56_an_allergy_ended_here_and_amended_there_stays_and_blocks(team: Team) -> None:
    home = at_home(team)
    apart(team, home.patient)
    (allergy,) = person(team.nurse, home.patient).allergies
    assert (allergy.substance, allergy.settled) == ("Latex", False)
    (dispute,) = open_disputes(team.nurse, home.patient)
    assert dispute.clinical
    assert [version.ended for version in dispute.versions] == [False, True]


def test_F56_a_registered_nurse_settles_it_and_both_versions_stay_in_the_history(team: Team) -> None:
    home = at_home(team)
    made = apart(team, home.patient)
    (dispute,) = open_disputes(team.assistant, home.patient)
    with pytest.raises(NotAllowed):
        settle(team.assistant, home.patient, dispute, 0)
    held = open_member(team.assistant, home.patient, "allergy", made)
    with pytest.raises(NotAllowed):  # nor by the way of an ordinary change
        change_member(team.assistant, home.patient, held, LATEX)
    settle(team.nurse, home.patient, dispute, 0)
    (allergy,) = person(team.nurse, home.patient).allergies
    assert (allergy.reaction, allergy.settled) == ("swollen lips", True)
    assert open_disputes(team.nurse, home.patient) == ()
    with pytest.raises(SettledAlready):
        settle(team.nurse2, home.patient, dispute, 1)


def test_settled_as_ended_it_is_no_allergy_any_more(team: Team) -> None:
    home = at_home(team)
    apart(team, home.patient)
    (dispute,) = open_disputes(team.nurse, home.patient)
    settle(team.nurse, home.patient, dispute, 1)
    assert person(team.nurse, home.patient).allergies == ()


def test_both_versions_of_a_contact_are_kept_as_two(team: Team) -> None:
    home = at_home(team)
    made, _ = add_member(team.nurse, home.patient, Member("contact", {"name": "Ade"}))
    one, other = (open_member(each, home.patient, "contact", made) for each in (team.nurse, team.nurse2))
    change_member(team.nurse, home.patient, one, {"name": "Ade Okafor"})
    change_member(team.nurse2, home.patient, other, {"name": "Ada Okafor"})
    (dispute,) = open_disputes(team.nurse, home.patient)
    settle(team.assistant, home.patient, dispute, 0, both=True)
    names = {one.name for one in person(team.nurse, home.patient).contacts}
    assert names == {"Ade Okafor", "Ada Okafor", "Anne Abernathy"}


def test_a_telephone_changed_apart_is_settled_by_any_clinician(team: Team) -> None:
    home = at_home(team)
    one, other = open_person(team.nurse, home.patient), open_person(team.nurse2, home.patient)
    change_demographics(team.nurse, one, {"phone": {"phone": "01632 960001"}})
    change_demographics(team.nurse2, other, {"phone": {"phone": "01632 960002"}})
    assert person(team.nurse, home.patient).conflicts == {"phone"}
    (dispute,) = open_disputes(team.nurse, home.patient)
    wanted = next(at for at, one in enumerate(dispute.versions) if one.said["phone"] == "01632 960001")
    settle(team.assistant, home.patient, dispute, wanted)
    found = person(team.nurse, home.patient)
    assert (found.phone, found.conflicts) == ("01632 960001", frozenset())


def test_a_private_alert_is_a_mark_and_its_words_are_read_one_by_one(team: Team) -> None:
    home = at_home(team)
    words = {"text": "Dog at the back door", "detail": "Ring first", "private": "staff_safety"}
    made, _ = add_member(team.nurse, home.patient, Member("alert", words))
    found = person(team.nurse, home.patient)
    assert found.alerts == ()
    assert [mark.id for mark in found.private] == [made]
    assert "Dog" not in repr(found)
    assert read_private_note(team.assistant, made) == "Dog at the back door\nRing first"
    with team.nurse.work() as work:
        noted = work.connection.exec_driver_sql("select author, action, patient from pending_access").all()
    assert (team.assistant.user.id, "reveal", home.patient) in [tuple(row) for row in noted]


def test_a_dispute_about_a_private_alert_holds_no_words(team: Team) -> None:
    home = at_home(team)
    made, _ = add_member(team.nurse, home.patient, Member("alert", {"text": "Dog", "private": "staff_safety"}))
    one, other = (open_member(each, home.patient, "alert", made) for each in (team.nurse, team.nurse2))
    change_member(team.nurse, home.patient, one, {"text": "Two dogs", "private": "staff_safety"})
    change_member(team.nurse2, home.patient, other, {"text": "No dog now", "private": "staff_safety"})
    (dispute,) = open_disputes(team.nurse, home.patient)
    assert dispute.private
    assert "dog" not in repr(dispute.versions)


# --- many at once, new words, and taking it back ------------------------------------------------


def several(team: Team, patient: str) -> None:
    """A phone, an access note and an allergy changed on two laptops."""
    one, other = open_person(team.nurse, patient), open_person(team.nurse2, patient)
    change_demographics(
        team.nurse, one, {"phone": {"phone": "01632 960001"}, "access_note": {"access_note": "Key safe. Dog."}}
    )
    change_demographics(
        team.nurse2, other, {"phone": {"phone": "01632 960002"}, "access_note": {"access_note": "Key safe. Ring."}}
    )
    apart(team, patient)


def test_everyone_with_something_to_settle_is_found_with_what_it_is(team: Team) -> None:
    home = at_home(team)
    with team.nurse.read() as connection:
        assert people_apart(connection) == {}
    several(team, home.patient)
    with team.nurse.read() as connection:
        assert people_apart(connection) == {home.patient: {"phone": 1, "access_note": 1, "allergy": 1}}


def test_finding_them_reads_no_list_of_people(team: Team) -> None:
    with team.nurse.read() as connection:
        plans = [
            str(row)
            for asked in (
                "SELECT id FROM patient WHERE conflicts != ''",
                "SELECT patient FROM alert WHERE settled IS 0",
            )
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")
        ]
    assert ["INDEX" in plan for plan in plans] == [True, True]


def test_many_units_are_settled_by_one_save_on_top_of_all_their_versions(team: Team) -> None:
    home = at_home(team)
    several(team, home.patient)
    found = {one.unit: one for one in open_disputes(team.nurse, home.patient)}
    chosen = [
        keep(found["phone"], 1),
        say(found["access_note"], "Key safe. Dog. Ring."),
        keep(found["member"], 0),
    ]
    before = team.store.unsent()
    settle_all(team.nurse, home.patient, chosen)
    assert team.store.unsent() == before + 1
    known = person(team.nurse, home.patient)
    assert known.access_note == "Key safe. Dog. Ring."
    assert known.phone == found["phone"].versions[1].said["phone"]
    assert open_disputes(team.nurse, home.patient) == ()


def test_nothing_of_several_is_applied_when_one_may_not_be(team: Team) -> None:
    home = at_home(team)
    several(team, home.patient)
    found = open_disputes(team.assistant, home.patient)
    with pytest.raises(NotAllowed):
        settle_all(team.assistant, home.patient, [keep(one, 0) for one in found])
    assert len(open_disputes(team.assistant, home.patient)) == 3
    settle_all(team.assistant, home.patient, [keep(one, 0) for one in found if not one.clinical])
    assert [one.clinical for one in open_disputes(team.assistant, home.patient)] == [True]


def test_settling_is_taken_back_by_a_new_save_and_both_versions_stand_as_they_were(team: Team) -> None:
    home = at_home(team)
    several(team, home.patient)
    before = open_disputes(team.nurse, home.patient)
    team.clock.forward(hours=1)
    saved, _ = settle_all(team.nurse, home.patient, [keep(one, 0) for one in before])
    unsettle(team.nurse, home.patient, saved)
    after = open_disputes(team.nurse, home.patient)
    assert [(one.unit, {version.by for version in one.versions}) for one in after] == [
        (one.unit, {version.by for version in one.versions}) for one in before
    ]
    assert [set(map(repr, one.versions)) for one in after] == [set(map(repr, one.versions)) for one in before]


def test_entries_kept_twice_are_one_again_when_that_is_taken_back(team: Team) -> None:
    home = at_home(team)
    made, _ = add_member(team.nurse, home.patient, Member("contact", {"name": "Ade"}))
    one, other = (open_member(each, home.patient, "contact", made) for each in (team.nurse, team.nurse2))
    change_member(team.nurse, home.patient, one, {"name": "Ade Okafor"})
    change_member(team.nurse2, home.patient, other, {"name": "Ada Okafor"})
    (dispute,) = open_disputes(team.nurse, home.patient)
    saved, _ = settle_all(team.nurse, home.patient, [keep_both(dispute)])
    unsettle(team.nurse, home.patient, saved)
    assert len(person(team.nurse, home.patient).contacts) == 2
    assert len(open_disputes(team.nurse, home.patient)) == 1


def test_what_was_written_on_top_since_is_not_taken_back(team: Team) -> None:
    home = at_home(team)
    several(team, home.patient)
    found = open_disputes(team.nurse, home.patient)
    saved, _ = settle_all(team.nurse, home.patient, [keep(one, 0) for one in found])
    change_demographics(team.nurse2, open_person(team.nurse2, home.patient), {"phone": {"phone": "01632 960003"}})
    with pytest.raises(ChangedMeanwhile):
        unsettle(team.nurse, home.patient, saved)


def test_what_only_one_laptop_changed_is_merged_and_named(team: Team) -> None:
    home = at_home(team)
    change_demographics(
        team.nurse, open_person(team.nurse, home.patient), {"preferred_name": {"preferred_name": "Dor"}}
    )
    several(team, home.patient)
    change_demographics(
        team.nurse2, open_person(team.nurse2, home.patient), {"preferred_name": {"preferred_name": "Dottie"}}
    )
    found = open_apart(team.nurse, home.patient)
    assert found is not None
    assert [(one.unit, one.said["preferred_name"], one.by) for one in found.apart.merged] == [
        ("preferred_name", "Dottie", team.nurse2.user.id)
    ]
    assert {"name", "born", "team"} <= {one.unit for one in found.apart.same}


# --- over 24 hours ---------------------------------------------------------------------------------


def someone_else(team: Team, family: str, place: int) -> Home:
    return at_home(team, person=NewPerson(family, "Jo", date(1950, 1, place), sex="female"))


def phones_apart(team: Team, patient: str) -> None:
    one, other = open_person(team.nurse, patient), open_person(team.nurse2, patient)
    change_demographics(team.nurse, one, {"phone": {"phone": "01632 960001"}})
    change_demographics(team.nurse2, other, {"phone": {"phone": "01632 960002"}})


def recorded_twice(team: Team, home: Home) -> None:
    taught(team, home)
    taught(replace(team, nurse=team.nurse2), home)


def too_long(session: Session, later: timedelta) -> frozenset[str]:
    """Of whom something has waited too long, so much later than now."""
    with session.read() as connection:
        found = people_apart(connection)
        return frozenset(people_too_long_apart(connection, found, session.now() + later))


def test_what_may_do_harm_is_told_after_24_hours_and_a_phone_never(team: Team) -> None:
    allergic, phoned = someone_else(team, "Aldous", 1), someone_else(team, "Barrow", 2)
    apart(team, allergic.patient)
    phones_apart(team, phoned.patient)
    assert too_long(team.nurse, TOO_LONG) == frozenset()
    assert too_long(team.nurse, TOO_LONG + timedelta(seconds=1)) == {allergic.patient}
    assert too_long(team.nurse, 30 * TOO_LONG) == {allergic.patient}


def test_it_is_counted_from_the_second_version_and_a_third_does_not_begin_it_anew(team: Team) -> None:
    home = at_home(team)
    made, _ = add_member(team.nurse, home.patient, Member("alert", {"text": "Do not resuscitate form in the hall"}))
    held = [open_member(each, home.patient, "alert", made) for each in (team.nurse, team.nurse2, team.lead)]
    change_member(team.nurse, home.patient, held[0], {"text": "Form in the kitchen"})
    team.clock.forward(hours=20)
    change_member(team.nurse2, home.patient, held[1], {"text": "Form withdrawn"})
    team.clock.forward(hours=20)
    assert too_long(team.nurse, timedelta()) == frozenset()
    change_member(team.lead, home.patient, held[2], {"text": "Form in the hall, new copy"})
    assert too_long(team.nurse, timedelta(hours=5)) == {home.patient}


def test_it_stands_first_in_the_centre_marked_and_counted_until_it_is_settled(team: Team) -> None:
    """Before a visit recorded twice today, and before anybody whose name comes first."""
    twice, phoned, allergic = (someone_else(team, name, n) for n, name in enumerate(("Aldous", "Barrow", "Zane"), 1))
    apart(team, allergic.patient)
    team.clock.forward(hours=25)
    phones_apart(team, phoned.patient)
    recorded_twice(team, twice)
    rows = centre_rows(centre(team.nurse), None)
    assert [(row.key, row.mark) for row in rows.reviews] == [
        (allergic.patient, OVER),
        (twice.patient, ""),
        (phoned.patient, ""),
    ]
    assert rows.reviews[0].spoken.endswith(OVER)
    assert rows.about == "3 to review, 1 over 24\u00a0h"
    found = person_apart(team.nurse, allergic.patient)
    assert found is not None
    assert [row.mark for row in review_rows(found, {}).rows] == [OVER]
    (dispute,) = open_disputes(team.nurse, allergic.patient)
    settle(team.nurse, allergic.patient, dispute, 0)
    rows = centre_rows(centre(team.nurse), None)
    assert [row.mark for row in rows.reviews] == ["", ""]
    assert rows.about == "2 to review"


def test_a_lead_is_told_on_today_and_nobody_else(team: Team) -> None:
    allergic, twice = someone_else(team, "Aldous", 1), someone_else(team, "Barrow", 2)
    recorded_twice(team, twice)
    team.clock.forward(hours=1)
    apart(team, allergic.patient)
    assert today_facts(team.lead).late == ()
    team.clock.forward(hours=24, minutes=1)
    assert today_facts(team.nurse).late == ()
    facts = today_facts(team.lead)
    assert [person.id for person, _ in facts.late] == [twice.patient, allergic.patient], "the longest first"
    first = side_lists(facts, team.lead.checklists)[0]
    assert (first.key, first.tone) == ("late", "danger")
    assert [row.about.partition(" · ")[0] for row in first.rows] == [
        "1 visit may be recorded twice",
        "Allergy changed in two places",
    ]
    assert {row.act for row in first.rows} == {Act.REVIEW}
