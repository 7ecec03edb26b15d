"""Written at a visit before its author heard that it was told apart from a colleague's: it stands where meant (F60)."""

from dataclasses import replace

import pytest

from smf_core.domain.visit import ReadingForm
from smf_desktop.services.record.disputes import keep, settle_all
from smf_desktop.services.record.overview import overview
from smf_desktop.services.referral.merging import merge
from smf_desktop.services.sync.centre import reviews_waiting
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.visits import sign_visit, strike_visit
from tests.support.three_laptops import Nurse, Three, booked, home, north, rebuilt, three
from tests.support.visits import Home, at_home

__all__ = ["home", "north", "three"]


def settled_without_her(three: Three, home: Home, stays: int | None) -> tuple[str, str]:
    """Tom and Anna signed one booking; Priya has settled it (None: both stand), of which Anna has not heard. Answers
    the booking, and the visit that Anna's signature is since."""
    visit_id = booked(three, home)
    three.tom.signs(home, visit_id, "Tom: 12 units given")
    three.passes(minutes=20)
    three.anna.signs(home, visit_id, "Anna: 12 units given")
    for each in (three.anna, three.tom, three.priya):
        each.exchange()
    (pair,) = three.priya.pairs(home)
    three.priya.settles(home, stays)
    three.priya.exchange()
    return visit_id, pair.other.id


def amends(nurse: Nurse, visit_id: str) -> None:
    """Other words, and a reading that was forgotten."""
    form = amend_visit(nurse.session, visit_id)
    (section,) = form.sections
    sections = (replace(section, notes="Anna: 10 units given"),)
    more = ReadingForm("temperature_c", "37.1")
    sign_visit(
        nurse.session,
        replace(form, minutes="70", amend_reason="It was 10", sections=sections, vital_signs=(more,)),
    )


@pytest.mark.parametrize("earlier", [False, True])
@pytest.mark.parametrize("stays", [None, 1])
def test_F60_what_is_amended_before_hearing_of_the_other_stands_where_its_author_meant_it(
    three: Three, home: Home, stays: int | None, earlier: bool
) -> None:
    """Her clock may be before or behind that of whoever settled it."""
    visit_id, hers_id = settled_without_her(three, home, stays)
    if not earlier:
        three.passes(minutes=10)
    else:
        three.anna.laptop.clock.passes(-600)
    amends(three.anna, visit_id)
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        his, hers = each.visit(visit_id), each.visit(hers_id)
        assert [one.notes for one in his.sections] == ["Tom: 12 units given"]
        assert (his.minutes, his.vital_signs, his.amended) == (45, (), True)
        assert [one.notes for one in hers.sections] == ["Anna: 10 units given"]
        assert hers.signed_by == three.anna.session.user.id
        assert (hers.minutes, [one.value for one in hers.vital_signs]) == (70, ["37.1"])
        rebuilt(each)
    form = amend_visit(three.anna.session, hers_id)
    assert form.minutes == "70"
    sign_visit(three.anna.session, replace(form, minutes="75", amend_reason="Once more"))
    three.meet()
    for each in three.all:
        again = each.visit(hers_id)
        assert again.minutes == 75


def test_F60_F59_who_is_merged_since_takes_what_was_told_apart_along_as_it_stands(three: Three, home: Home) -> None:
    visit_id, hers_id = settled_without_her(three, home, None)
    amends(three.anna, visit_id)
    three.meet()
    other = at_home(three.tom.team, "insulin")
    three.meet()
    merge(three.priya.session, home.patient, other.patient, "Same address and daughter")
    three.meet()
    for each in three.all:
        his, hers = each.visit(visit_id), each.visit(hers_id)
        assert hers.patient == his.patient == other.patient
        assert [one.notes for one in his.sections] == ["Tom: 12 units given"]
        assert [one.notes for one in hers.sections] == ["Anna: 10 units given"]
        assert hers.minutes == 70
        rebuilt(each)


def test_F60_a_record_that_was_set_aside_and_amended_before_hearing_of_it_is_asked_about_again(
    three: Three, home: Home
) -> None:
    """Priya said that Tom's stands, and had not read what Anna wrote since: nothing of it is lost behind a strike."""
    visit_id, hers_id = settled_without_her(three, home, 0)
    amends(three.anna, visit_id)
    three.meet()
    for each in three.all:
        (pair,) = each.pairs(home)
        assert (pair.one.id, pair.other.id, pair.one.stands, pair.other.stands) == (visit_id, hers_id, True, True)
        assert set(pair.other.notes.values()) == {"Anna: 10 units given"}
        assert "37.1" in [one.value for one in pair.other.readings]
        assert set(pair.one.notes.values()) == {"Tom: 12 units given"}
        assert reviews_waiting(each.session) == 1
        rebuilt(each)
    three.tom.settles(home, 0)
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        ((_, notes),) = each.signed(home)
        assert notes == ("Tom: 12 units given",)
        assert {notes for _, notes in each.signed(home, struck=True)} == {notes, ("Anna: 10 units given",)}


@pytest.mark.parametrize("stays", [None, 0, 1])
def test_F60_a_strike_by_who_had_not_heard_of_the_other_is_of_her_own_record(
    three: Three, home: Home, stays: int | None
) -> None:
    """What Tom gave is not hidden by it; and where hers was to stand for both, somebody says so again."""
    visit_id, hers_id = settled_without_her(three, home, stays)
    strike_visit(three.anna.session, visit_id, "I wrote this for another day")
    three.meet()
    for each in three.all:
        his, hers = each.visit(visit_id), each.visit(hers_id)
        assert hers.struck_reason
        assert his.stands is (stays != 1)
        assert len(each.pairs(home)) == (stays == 1)
        rebuilt(each)
    if stays == 1:
        (dispute,) = overview(three.priya.session, home.patient).disputes
        settle_all(three.priya.session, home.patient, (keep(dispute, 0),))
        three.meet()
        for each in three.all:
            assert each.pairs(home) == ()
            assert each.notes(home) == [("Tom: 12 units given",)]
