"""Two records of one person: shown as one from the merge on, and exactly two again when that was wrong."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from smf_core.domain.diary import Concern
from smf_core.domain.merge import Like
from smf_core.domain.not_gone_ahead import Coming, WhyNot
from smf_core.domain.teaching_trouble import MergedMeanwhile, NotMerged, OneHasDied, ReasonNeeded, SamePersonAlready
from smf_core.policy.rules import NotAllowed
from smf_core.records import tables as t
from smf_core.records import writing
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.patients import known_people, patient, search
from smf_core.records.queries.referrals import referrals
from smf_core.records.queries.visits import signed_visits_of_patient
from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.day.calls import open_call, save_call
from smf_desktop.services.drafts import CALL, VISIT, drafts, save_draft
from smf_desktop.services.ending.death import record_death, reverse_death
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
from smf_desktop.services.referral.merging import (
    compare,
    merge,
    merged_people,
    possible_duplicates,
    separate,
    someone_else,
    tell_apart,
    unmerge,
)
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.referral.triage import Acceptance, accept
from smf_desktop.services.session import new_item
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.not_gone_ahead import open_not_gone_ahead, save_not_gone_ahead
from smf_desktop.services.visit.visits import sign_visit, start_visit, strike_visit
from tests.services.test_calls import filled as called
from tests.services.test_main_job import filled
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught
from tests.support.worlds import dump

__all__ = ["laptop", "store_template", "team"]

TWICE = (
    b"family_name,given_name,date_of_birth,skill,referral_received,source\n"
    b"Abernathy,Doreen,1951-03-14,wound,2026-11-16,gp\n"
)


def tables(team: Team) -> Mapping[str, Any]:
    """Every record table but the audit, which grows with each reading, and what leads said of two people."""
    apart = ("access", "change_set", "item", "two_people")
    with team.lead.read() as connection:
        return {name: rows for name, rows in dump(connection).items() if name not in apart}


@pytest.fixture
def two(team: Team) -> tuple[Home, str]:
    """Mrs Abernathy with a visit and an allergy, and a second record of her from a file, with a pathway of its own."""
    home = at_home(team)
    taught(team, home, days_ago=3)
    add_member(team.nurse, home.patient, Member("allergy", {"substance": "Penicillin"}))
    take_in(team.admin, examine(team.admin, TWICE), accept_valid=True)
    with team.nurse.read() as connection:
        (row,) = referrals(connection)
    accept(team.nurse, row.referral.id, Acceptance(team.nurse.user.id, team.nurse.user.id))
    add_member(team.nurse, row.person.id, Member("allergy", {"substance": "Latex"}))
    return home, row.person.id


def test_every_row_of_both_is_shown_under_the_person_kept(team: Team, two: tuple[Home, str]) -> None:
    home, duplicate = two
    merge(team.lead, duplicate, home.patient, "Same address and daughter")
    with team.nurse.read() as connection:
        kept = patient(connection, home.patient)
        assert kept is not None
        assert {one.substance for one in kept.allergies} == {"Penicillin", "Latex"}
        assert {one.skill for one in episodes_of(connection, home.patient)} == {"insulin", "wound"}
        assert episodes_of(connection, duplicate) == ()
        assert patient(connection, duplicate) == kept, "who asks for the duplicate is shown the person kept"


def test_every_list_shows_one_person(team: Team, two: tuple[Home, str]) -> None:
    home, duplicate = two
    merge(team.lead, duplicate, home.patient, "Same person")
    with team.nurse.read() as connection:
        assert [one.id for one in search(connection, "Abernathy")] == [home.patient]
        assert {one.id for one in known_people(connection, [], [date(1951, 3, 14)])} == {home.patient}


def test_merged_then_apart_is_exactly_as_before(team: Team, two: tuple[Home, str]) -> None:
    home, duplicate = two
    before = tables(team)
    merge(team.lead, duplicate, home.patient, "Same person")
    assert tables(team) != before
    separate(team.lead, duplicate, "Two sisters")
    assert tables(team) == before


def test_a_rebuild_while_merged_makes_the_tables_that_stood(team: Team, two: tuple[Home, str]) -> None:
    home, duplicate = two
    merge(team.lead, duplicate, home.patient, "Same person")
    before = tables(team)
    with team.lead.work() as work:
        writing.rebuild(work.connection)
    assert tables(team) == before


def test_F59_what_is_written_of_the_duplicate_later_lands_on_the_person_kept(team: Team, two: tuple[Home, str]) -> None:
    """A visit begun before the merge is signed after it, and another laptop's entry names the duplicate."""
    home, duplicate = two
    with team.nurse.read() as connection:
        (wound,) = episodes_of(connection, duplicate)
    form, _ = start_visit(team.nurse, [wound.id])
    merge(team.lead, duplicate, home.patient, "Same person")
    late = new_item("allergy", team.nurse.new_id(), "member", patient=duplicate, substance="Nickel")
    with team.nurse.work() as work:
        work.save([late], patient=duplicate)
        row = work.connection.execute(select(t.visit).where(t.visit.c.id == form.visit)).one()
    assert row.patient == home.patient
    with team.nurse.read() as connection:
        kept = patient(connection, home.patient)
        assert kept is not None
        assert "Nickel" in {one.substance for one in kept.allergies}


def test_a_draft_older_than_the_merge_can_still_be_signed(team: Team) -> None:
    home, other = at_home(team, "insulin"), at_home(team, "insulin")
    form, _ = start_visit(team.nurse, list(other.episodes.values()))
    save_draft(team.nurse, VISIT, form.visit, other.patient, form)
    merge(team.lead, other.patient, home.patient, "Same person")
    assert [row.patient for row in drafts(team.nurse)] == [home.patient]
    sign_visit(team.nurse, filled(team.nurse, form))
    with team.nurse.read() as connection:
        assert [one.id for one in signed_visits_of_patient(connection, home.patient)] == [form.visit]


def test_a_chain_of_merges_ends_at_one_person_and_comes_apart_link_by_link(team: Team) -> None:
    homes = [at_home(team) for _ in range(3)]
    one, other, third = (home.patient for home in homes)
    start = tables(team)
    merge(team.lead, one, other, "Same person")
    middle = tables(team)
    merge(team.lead, other, third, "Same person")
    with team.nurse.read() as connection:
        assert len(episodes_of(connection, third)) == 3
    separate(team.lead, other, "No")
    assert tables(team) == middle
    separate(team.lead, one, "No")
    assert tables(team) == start


def test_a_merge_answers_the_mark_between_the_two_and_taking_apart_asks_again(
    team: Team, two: tuple[Home, str]
) -> None:
    home, duplicate = two
    with team.nurse.read() as connection:
        marks = select(t.referral.c.duplicate_of, t.referral.c.duplicate_settled)
        marks = marks.where(t.referral.c.duplicate_of.is_not(None))
        before = connection.execute(marks).all()
        assert [tuple(row) for row in before] == [(home.patient, None)]
    merge(team.lead, duplicate, home.patient, "Same person")
    with team.nurse.read() as connection:
        assert [row.duplicate_settled for row in connection.execute(marks)] == ["merged"]
    separate(team.lead, duplicate, "Two people")
    with team.nurse.read() as connection:
        assert connection.execute(marks).all() == before


def test_only_a_lead_merges_and_says_why(team: Team, two: tuple[Home, str]) -> None:
    home, duplicate = two
    for session in (team.nurse, team.assistant, team.admin):
        with pytest.raises(NotAllowed):
            merge(session, duplicate, home.patient, "Same person")
    with pytest.raises(ReasonNeeded):
        merge(team.lead, duplicate, home.patient, "  ")
    merge(team.lead, duplicate, home.patient, "Same person")
    with pytest.raises(SamePersonAlready):
        merge(team.lead, duplicate, home.patient, "Again")
    assert [(one.person.id, one.kept.id) for one in merged_people(team.lead)] == [(duplicate, home.patient)]
    with pytest.raises(NotMerged):
        separate(team.lead, home.patient, "Wrong one")


def test_a_death_on_one_record_alone_is_settled_first(team: Team, two: tuple[Home, str]) -> None:
    home, duplicate = two
    with team.nurse.work() as work:
        work.save([new_item("patient", duplicate, "death", died_on="2026-11-16")], patient=duplicate)
    with pytest.raises(OneHasDied):
        merge(team.lead, duplicate, home.patient, "Same person")


def test_comparing_counts_what_each_record_holds_and_is_noted(team: Team, two: tuple[Home, str]) -> None:
    home, duplicate = two
    one, other = compare(team.lead, duplicate, home.patient)
    assert (one.counts["episode"], other.counts["visit"]) == (1, 2)
    assert other.skills == ("insulin",)
    assert other.last_visit == date(2026, 11, 14)


def test_someone_else_settles_the_mark(team: Team) -> None:
    at_home(team)
    take_in(team.admin, examine(team.admin, TWICE), accept_valid=True)
    with team.nurse.read() as connection:
        (row,) = referrals(connection)
    assert row.referral.review_duplicate_of
    someone_else(team.nurse, row.referral.id)
    with team.nurse.read() as connection:
        (row,) = referrals(connection)
    assert row.referral.review_duplicate_of is None


def test_F58_two_records_with_one_number_are_proposed_to_a_lead_and_never_merged_by_the_program(team: Team) -> None:
    """As two laptops leave it: both wrote the person down, neither saw the other."""
    homes = at_home(team), at_home(team)
    (pair,) = possible_duplicates(team.lead)
    assert (pair.one.id, pair.other.id, pair.like) == (homes[0].patient, homes[1].patient, Like.NHS_NUMBER)
    with team.nurse.read() as connection:
        assert len(search(connection, "abernathy")) == 2
    with pytest.raises(NotAllowed):
        possible_duplicates(team.nurse)
    tell_apart(team.lead, homes[1].patient, homes[0].patient, "Twins with one number, being traced")
    assert possible_duplicates(team.lead) == ()
    merge(team.lead, homes[1].patient, homes[0].patient, "The same person after all")
    assert possible_duplicates(team.lead) == ()
    separate(team.lead, homes[1].patient, "No")
    assert possible_duplicates(team.lead) == (), "told apart, they are not proposed again"


def test_a_merge_taken_back_at_once_leaves_the_question_open(team: Team) -> None:
    homes = at_home(team), at_home(team)
    before = tables(team)
    merge(team.lead, homes[1].patient, homes[0].patient, "One person")
    unmerge(team.lead, homes[1].patient, "Taken back at once")
    assert tables(team) == before
    assert len(possible_duplicates(team.lead)) == 1, "nobody has said that they are two people"
    merge(team.lead, homes[1].patient, homes[0].patient, "One person after all")
    assert possible_duplicates(team.lead) == ()


def test_people_of_one_name_and_birth_are_proposed_and_others_are_not(team: Team) -> None:
    for family, born in (
        ("Abernathy", date(1951, 3, 14)),
        ("ABERNATHY", date(1951, 3, 14)),
        ("Smith", date(1940, 1, 1)),
    ):
        made, items = new_patient(team.nurse, NewPerson(family, "Doreen", born))
        with team.nurse.work() as work:
            work.save(items, patient=made)
    (pair,) = possible_duplicates(team.lead)
    assert (pair.one.name.family, pair.other.name.family) == ("Abernathy", "ABERNATHY")


def test_a_new_person_is_not_made_for_someone_merged(team: Team, two: tuple[Home, str]) -> None:
    """A file that repeats the duplicate's name and birth finds the person kept."""
    home, duplicate = two
    merge(team.lead, duplicate, home.patient, "Same person")
    found = examine(team.admin, TWICE)
    assert [row.of for row in found.rows] == [f"patient:{home.patient}"]


def test_a_merge_of_two_strangers_of_one_save_touches_nobody_else(team: Team, two: tuple[Home, str]) -> None:
    home, duplicate = two
    made, items = new_patient(team.nurse, NewPerson("Someone", "Else", date(1940, 1, 1)))
    with team.nurse.work() as work:
        work.save(items, patient=made)
    merge(team.lead, duplicate, home.patient, "Same person")
    with team.nurse.read() as connection:
        other = patient(connection, made)
    assert other is not None
    assert other.name.family == "Someone"


def test_what_stood_on_the_duplicate_is_changed_ended_and_settled_from_the_person_kept(
    team: Team, two: tuple[Home, str]
) -> None:
    home, duplicate = two
    merge(team.lead, duplicate, home.patient, "Same person")
    with team.nurse.read() as connection:
        kept = patient(connection, home.patient)
    assert kept is not None
    (latex,) = (one.id for one in kept.allergies if one.substance == "Latex")
    held = open_member(team.nurse, home.patient, "allergy", latex)
    held, _ = change_member(team.nurse, home.patient, held, {**held.member.fields, "reaction": "Rash"})
    end_member(team.nurse, home.patient, held, "Tested: none")
    with team.nurse.read() as connection:
        kept = patient(connection, home.patient)
    assert kept is not None
    assert [one.substance for one in kept.allergies] == ["Penicillin"]


def test_a_visit_of_the_duplicate_is_amended_and_struck_after_the_merge(team: Team) -> None:
    home = at_home(team)
    visit = taught(team, home, days_ago=3)
    other, items = new_patient(team.nurse, NewPerson("Abernathy", "D", date(1951, 3, 14)))
    with team.nurse.work() as work:
        work.save(items, patient=other)
    merge(team.lead, home.patient, other, "Same person")
    opened = amend_visit(team.nurse, visit)
    sign_visit(team.nurse, replace(opened, minutes="50", amend_reason="Stayed longer"))
    strike_visit(team.nurse, visit, "Never was")


def test_what_a_page_older_than_the_merge_says_of_the_person_is_not_lost_on_the_duplicate(
    team: Team, two: tuple[Home, str]
) -> None:
    home, duplicate = two
    before = open_person(team.nurse, duplicate)
    merge(team.lead, duplicate, home.patient, "Same person")
    with pytest.raises(MergedMeanwhile):
        change_demographics(team.nurse, before, {"phone": {"phone": "01632 960123"}})
    now = open_person(team.nurse, duplicate)
    change_demographics(team.nurse, now, {"phone": {"phone": "01632 960123"}})
    record_death(team.nurse, duplicate, date(2026, 11, 16), "Daughter")
    with team.nurse.read() as connection:
        kept = patient(connection, home.patient)
    assert kept is not None
    assert (kept.phone, kept.died_on) == ("01632 960123", date(2026, 11, 16))
    reverse_death(team.nurse, duplicate, "Her sister")
    with team.nurse.read() as connection:
        kept = patient(connection, home.patient)
    assert kept is not None
    assert kept.died_on is None


def test_forms_opened_before_the_merge_are_saved_after_it(team: Team) -> None:
    """A no reply, a call put right and a new booking name the record that was merged while they were typed."""
    home, other = at_home(team), at_home(team)
    episodes = tuple(other.episodes.values())
    at = team.nurse.now() + timedelta(days=1)
    new = NewBooking(other.patient, episodes, at, 45, team.nurse.user.id)
    (booked,) = book_visits(team.nurse, new).visits
    call = called(team.nurse, other)
    save_call(team.nurse, call)
    opened = open_call(team.nurse, other.patient, call=call.call).form
    missed = open_not_gone_ahead(team.nurse, other.patient, booked).form
    draft = replace(called(team.nurse, other), words="Half a sentence")
    save_draft(team.nurse, CALL, draft.call, other.patient, draft)
    team.clock.forward(days=1, hours=1)
    merge(team.lead, other.patient, home.patient, "Same person")
    assert open_call(team.nurse, other.patient).form == draft
    save_call(team.nurse, replace(opened, words="Asked about needles", amend_reason="Misheard"))
    save_not_gone_ahead(team.nurse, replace(missed, why=WhyNot.TEAM_CANCELLED, next=Coming.NOTHING))
    book_visits(team.nurse, replace(new, at=at + timedelta(days=5)), frozenset(Concern))


def test_what_was_changed_while_they_were_merged_goes_back_with_the_record_it_is_of(team: Team) -> None:
    home = at_home(team)
    visit = taught(team, home, days_ago=3)
    other, items = new_patient(team.nurse, NewPerson("Abernathy", "D", date(1951, 3, 14)))
    with team.nurse.work() as work:
        work.save(items, patient=other)
    merge(team.lead, home.patient, other, "Same person")
    sign_visit(team.nurse, replace(amend_visit(team.nurse, visit), minutes="50", amend_reason="Stayed longer"))
    separate(team.lead, home.patient, "Two sisters")
    with team.nurse.read() as connection:
        (row,) = connection.execute(select(t.visit.c.patient, t.visit.c.minutes).where(t.visit.c.id == visit))
    assert tuple(row) == (home.patient, 50)


def test_a_visit_written_while_they_were_merged_goes_back_with_the_pathway_that_it_taught(
    team: Team, two: tuple[Home, str]
) -> None:
    """The nurse opens one person and teaches a pathway that was begun on the other record: it is that one's visit."""
    home, other = two
    merge(team.lead, home.patient, other, "Same person")
    visit = taught(team, replace(home, patient=other), days_ago=1)
    at = team.nurse.now() + timedelta(days=1)
    (booked,) = book_visits(
        team.nurse, NewBooking(other, tuple(home.episodes.values()), at, 45, team.nurse.user.id)
    ).visits
    separate(team.lead, home.patient, "Two sisters")
    with team.nurse.read() as connection:
        stand = {row.id: row.patient for row in connection.execute(select(t.visit.c.id, t.visit.c.patient))}
        counted = connection.execute(select(t.counted_episode.c.patient, t.counted_episode.c.visits)).all()
    assert (stand[visit], stand[booked]) == (home.patient, home.patient)
    assert (home.patient, 2) in [tuple(row) for row in counted]


def test_a_visit_that_taught_a_pathway_of_each_stays_with_who_stood_for_them(team: Team, two: tuple[Home, str]) -> None:
    home, other = two
    with team.nurse.read() as connection:
        theirs = episodes_of(connection, other)
    merge(team.lead, home.patient, other, "Same person")
    at = team.nurse.now() + timedelta(days=1)
    both = (*home.episodes.values(), *(one.id for one in theirs))
    (booked,) = book_visits(team.nurse, NewBooking(other, both, at, 45, team.nurse.user.id)).visits
    separate(team.lead, home.patient, "Two sisters")
    with team.nurse.read() as connection:
        assert connection.scalar(select(t.visit.c.patient).where(t.visit.c.id == booked)) == other
