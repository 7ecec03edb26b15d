"""Two nurses, two laptops and a hub: one visit that both write down is kept twice, told to everyone, counted once and
settled by a registered nurse (F60)."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from smf_core.domain.teaching_trouble import SettledAlready
from smf_core.domain.visit import VisitForm
from smf_core.policy.roles import Role
from smf_core.policy.rules import NotAllowed
from smf_core.records.tables import change_set
from smf_core.records.writing import bring_back, set_aside
from smf_desktop.presenters.patient.page import patient_row
from smf_desktop.presenters.sync.centre import centre_rows
from smf_desktop.services.drafts import VISIT, draft
from smf_desktop.services.record.disputes import keep, keep_both, settle_again, settle_all, unsettle
from smf_desktop.services.record.overview import overview
from smf_desktop.services.sync.centre import centre, reviews_waiting
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.visits import sign_visit, strike_visit
from smf_desktop.services.visit.wrong_person import move_signed_visit
from tests.support.three_laptops import Nurse, Three, booked, home, north, rebuilt, signed_by_both, three
from tests.support.visits import Home, at_home

__all__ = ["home", "north", "three"]


def test_two_records_of_one_visit_are_both_kept_and_flagged(three: Three, home: Home) -> None:
    """F60. Neither is shown as none, and it counts once until somebody has said what they were."""
    signed_by_both(three, home)
    for each in three.all:
        (pair,) = each.pairs(home)
        tom, anna = three.tom.session.user.id, three.anna.session.user.id
        assert (pair.one.by, pair.other.by) == (tom, anna)
        assert pair.within
        assert each.counted(home) == 1
        (notes,) = each.notes(home)
        assert set(notes) == {"Tom: 12 units given", "Anna: 12 units given"}
        assert reviews_waiting(each.session) == 1
        (row,) = centre_rows(centre(each.session), None).reviews
        assert row.what == "1 visit may be recorded twice"
        facts = overview(each.session, home.patient)
        first = patient_row(facts, each.session.checklists).disputes[0]
        assert "Tom Okafor" in first.true
        assert "Anna Wolf" in first.true
        assert first.clinical
        assert first.do.startswith("Check what was given before the next dose.")
        for (words, who), by, at in zip(first.versions, ("Tom", "Anna"), ("09:00", "09:20"), strict=True):
            assert f"{by}: 12 units given" in words
            assert f"Insulin dose given {at}: 12 units" in words  # which is what somebody has to decide by
            assert who.startswith(by)


def test_F60_there_really_were_two_visits(three: Three, home: Home) -> None:
    visit_id = signed_by_both(three, home)
    three.priya.settles(home, None)
    three.meet()
    tom, anna = three.tom.session.user.id, three.anna.session.user.id
    for each in three.all:
        assert each.pairs(home) == ()
        assert reviews_waiting(each.session) == 0
        assert each.counted(home) == 2
        assert each.signed(home) == [(tom, ("Tom: 12 units given",)), (anna, ("Anna: 12 units given",))]
    assert three.anna.visit(visit_id).signed_by == tom


@pytest.mark.parametrize("stays", [0, 1])
def test_F60_one_stands_and_the_other_is_struck_and_stays_readable(three: Three, home: Home, stays: int) -> None:
    signed_by_both(three, home)
    three.tom.settles(home, stays)
    three.meet()
    three.passes(days=200)
    words = ("Tom: 12 units given", "Anna: 12 units given")
    for each in three.all:
        assert each.pairs(home) == ()
        assert reviews_waiting(each.session) == 0
        assert each.counted(home) == 1
        assert each.notes(home) == [(words[stays],)]
        assert set(each.notes(home, struck=True)) == {(one,) for one in words}


def test_F60_two_people_who_settle_it_differently_are_asked_again(three: Three, home: Home) -> None:
    signed_by_both(three, home)
    three.tom.settles(home, 0)
    three.priya.settles(home, None)
    three.meet()
    for each in three.all:
        (pair,) = each.pairs(home)
        assert not pair.within
        assert {pair.one.stands, pair.other.stands} == {True, False}
    three.priya.settles(home, None)
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert each.counted(home) == 2


def test_F60_the_same_answer_on_two_laptops_is_one_answer(three: Three, home: Home) -> None:
    signed_by_both(three, home)
    for each in (three.tom, three.priya):
        each.settles(home, None)
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert each.counted(home) == 2


def saves_of(nurse: Nurse) -> set[str]:
    with nurse.session.read() as connection:
        return set(connection.scalars(select(change_set.c.cs_id)))


@pytest.mark.parametrize("stays", [0, 1])
def test_F60_what_told_two_signatures_apart_and_is_taken_back_leaves_one_visit(
    three: Three, home: Home, stays: int
) -> None:
    """As when a lead is to read it first: the record it made goes with it, and comes with it again."""
    signed_by_both(three, home)
    before = saves_of(three.priya)
    three.priya.settles(home, stays)
    settled = saves_of(three.priya) - before
    for change in (set_aside, bring_back):
        with three.priya.session.work() as work:
            change(work.connection, settled)
        rebuilt(three.priya)
        assert len(three.priya.signed(home, struck=True)) == (1 if change is set_aside else 2)


def test_F60_two_people_who_each_strike_the_other_record_are_asked_again(three: Three, home: Home) -> None:
    """Both say that it was one visit, and not which: between them neither record would stand."""
    signed_by_both(three, home)
    three.tom.settles(home, 0)
    three.priya.settles(home, 1)
    three.meet()
    for each in three.all:
        assert each.counted(home) == 0
        (pair,) = each.pairs(home)
        assert {pair.one.stands, pair.other.stands} == {False}
        assert reviews_waiting(each.session) == 1
    three.priya.settles(home, 1)
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert each.notes(home) == [("Anna: 12 units given",)]


@pytest.mark.parametrize("strikes", ["tom", "anna"])
@pytest.mark.parametrize("stays", [0, 1])
def test_F60_a_strike_that_knew_one_signature_hides_no_other(
    three: Three, home: Home, strikes: str, stays: int
) -> None:
    """Whoever struck it had not heard that a colleague signed it, too: who settles it says which stands."""
    visit = booked(three, home)
    three.tom.signs(home, visit, "Tom: 12 units given")
    three.passes(minutes=20)
    three.anna.signs(home, visit, "Anna: 12 units given")
    strike_visit(getattr(three, strikes).session, visit, "I wrote this for another day")
    three.meet()
    for each in three.all:
        assert len(each.pairs(home)) == 1
        assert reviews_waiting(each.session) == 1
    three.priya.settles(home, stays)
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert each.notes(home) == [(("Tom: 12 units given", "Anna: 12 units given")[stays],)]


def test_F60_what_was_settled_is_taken_back_and_done_again(three: Three, home: Home) -> None:
    signed_by_both(three, home)
    tom = three.tom.session
    (dispute,) = overview(tom, home.patient).disputes
    choice = keep(dispute, 0)
    saved, _ = settle_all(tom, home.patient, (choice,))
    assert three.tom.counted(home) == 1
    unsettle(tom, home.patient, saved)
    assert len(three.tom.pairs(home)) == 1
    settle_again(tom, home.patient, (choice,))
    assert three.tom.pairs(home) == ()
    assert three.tom.counted(home) == 1
    with pytest.raises(SettledAlready):
        settle_all(tom, home.patient, (choice,))


def test_F60_amending_a_visit_that_two_signed_does_not_settle_it(three: Three, home: Home) -> None:
    visit_id = signed_by_both(three, home)
    form = amend_visit(three.tom.session, visit_id)
    sign_visit(three.tom.session, replace(form, minutes="50", amend_reason="typing"))
    three.meet()
    for each in three.all:
        assert len(each.pairs(home)) == 1
        assert each.counted(home) == 1


def test_F60_striking_one_that_two_signed_leaves_the_others(three: Three, home: Home) -> None:
    visit_id = signed_by_both(three, home)
    strike_visit(three.tom.session, visit_id, "I wrote this for another day")
    three.meet()
    for each in three.all:
        assert each.notes(home) == [("Anna: 12 units given",)]


def test_F60_striking_the_first_leaves_what_was_amended_in_the_other_since(three: Three, home: Home) -> None:
    visit_id = signed_by_both(three, home)
    (pair,) = three.priya.pairs(home)
    three.priya.settles(home, None)
    three.meet()
    form = amend_visit(three.anna.session, pair.other.id)
    sign_visit(three.anna.session, replace(form, minutes="70", amend_reason="typing"))
    three.meet()
    strike_visit(three.tom.session, visit_id, "I wrote this for another day")
    three.meet()
    for each in three.all:
        assert each.visit(pair.other.id).minutes == 70


def test_F60_moving_one_that_two_signed_to_another_person_leaves_the_others(three: Three, home: Home) -> None:
    visit_id = signed_by_both(three, home)
    right = at_home(three.tom.team, "insulin")
    moved = move_signed_visit(three.tom.session, visit_id, right.patient, "Written in the wrong record")
    begun = draft(three.tom.session, VISIT, moved.visit, VisitForm)
    assert begun is not None
    assert [each.notes for each in begun.sections] == ["Tom: 12 units given"]
    three.meet()
    for each in three.all:
        assert each.notes(home) == [("Anna: 12 units given",)]


def test_F60_an_assistant_reads_of_it_and_does_not_settle_it(three: Three, home: Home) -> None:
    signed_by_both(three, home)
    tom = three.tom.session
    assistant = replace(tom, user=replace(tom.user, role=Role.ASSISTANT))
    (dispute,) = overview(assistant, home.patient).disputes
    for choice in (keep(dispute, 0), keep_both(dispute)):
        with pytest.raises(NotAllowed):
            settle_all(assistant, home.patient, (choice,))
    (row,) = patient_row(overview(assistant, home.patient), tom.checklists).disputes
    assert row.refused == "A registered nurse says which stands."
