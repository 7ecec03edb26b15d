"""What may be one visit with a colleague's, also one that did not go ahead, is told before a dose is given (F60)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from smf_core.domain.teaching_trouble import AlreadySigned
from smf_core.records.queries.visits import not_gone_ahead
from smf_core.records.signatures import STRUCK_AS_TWICE
from smf_desktop.presenters.patient.page import patient_row
from smf_desktop.presenters.today.page import today_row
from smf_desktop.presenters.visit.page import near_words
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.record.disputes import keep, keep_both, settle_all
from smf_desktop.services.record.overview import overview
from smf_desktop.services.sync.centre import reviews_waiting
from smf_desktop.services.visit.facts import visit_page
from smf_desktop.services.visit.visits import book_visit, sign_visit
from tests.support.three_laptops import Nurse, Three, booked, home, misses, north, rebuilt, signed_by_both, three
from tests.support.visits import Home, filled_form

__all__ = ["home", "north", "three"]


def test_F60_two_visits_near_each_other_are_asked_about_and_told_apart(three: Three, home: Home) -> None:
    """One nurse signs the booking, the other a visit of her own: two records from the start."""
    visit_id = booked(three, home)
    three.tom.signs(home, visit_id)
    three.passes(minutes=90)
    other = three.anna.signs(home)
    three.meet()
    (pair,) = three.priya.pairs(home)
    assert (pair.one.id, pair.other.id, pair.within) == (visit_id, other, "")
    assert three.priya.counted(home) == 2
    facts = overview(three.anna.session, home.patient)
    (dispute,) = facts.disputes
    (row,) = patient_row(facts, three.anna.session.checklists).disputes
    for (words, _), given in zip(row.versions, ("09:00: 12 units", "10:30: 12 units"), strict=True):
        assert f"Insulin dose given {given}" in words
    settle_all(three.anna.session, home.patient, (keep(dispute, 0),))
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert each.counted(home) == 1
    struck = three.tom.visit(other)
    assert struck.struck_reason == STRUCK_AS_TWICE


def test_a_visit_four_hours_later_is_another_dose_and_asks_nothing(three: Three, home: Home) -> None:
    three.tom.signs(home)
    three.passes(hours=4)
    three.anna.signs(home)
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert each.counted(home) == 2


def test_F60_who_began_before_a_colleague_signed_is_told_and_loses_nothing(three: Three, home: Home) -> None:
    """The page says it while the visit is written, and what was typed is signed beside the other, not thrown away."""
    booking = booked(three, home)
    form = filled_form(three.anna.team, home)
    sections = tuple(replace(each, notes="Anna was there too") for each in form.sections)
    form = replace(form, visit=booking, planned=booking, sections=sections)
    assert near_words(visit_page(three.anna.session, form)) == ("", "")
    three.tom.signs(home, booking, "Tom was there")
    three.meet()
    true, do = near_words(visit_page(three.anna.session, form))
    assert true == "A visit near this one is already recorded: Tom Okafor, 17-Nov-2026 09:00."
    assert do.startswith("Check what was given before you give a dose.")
    sign_visit(three.anna.session, form)
    three.meet()
    for each in three.all:
        (pair,) = each.pairs(home)
        assert pair.within == ""
        assert {notes for _, notes in each.signed(home)} == {("Tom was there",), ("Anna was there too",)}
    with pytest.raises(AlreadySigned):  # one's own, pressed twice, is not signed twice
        three.tom.signs(home, booking)


def test_F60_who_signed_what_a_colleague_signed_too_does_not_sign_it_again(three: Three, home: Home) -> None:
    """The record shows the first signature; the other one is there as well."""
    visit_id = signed_by_both(three, home)
    for each in (three.tom, three.anna):
        with pytest.raises(AlreadySigned):
            each.signs(home, visit_id)


def test_F60_who_is_booked_beside_a_colleague_is_told_before_setting_out(three: Three, home: Home) -> None:
    """Booked by two nurses: both bookings stand, both are told, until one is called off or the day is over."""
    tom, anna = three.tom.session, three.anna.session
    tomorrow = tom.now() + timedelta(days=1)
    for each, hours in ((tom, 0), (anna, 1)):
        at = tomorrow + timedelta(hours=hours)
        book_visit(each, patient=home.patient, episodes=home.of(), at=at, minutes=45, nurse=each.user.id)
    three.meet()
    for each in three.all:
        notices = patient_row(overview(each.session, home.patient), tom.checklists).notices
        assert (
            "Tom Okafor and Anna Wolf are both booked, for 18-Nov-2026 09:00 and 18-Nov-2026 10:00. "
            "It may be the same visit: call one of them off if it is."
        ) in notices
    three.passes(days=1)
    three.tom.signs(home)
    three.meet()
    notices = patient_row(overview(anna, home.patient), tom.checklists).notices
    assert any(one.startswith("Tom Okafor recorded a visit on 18-Nov-2026 09:00, and Anna Wolf is") for one in notices)


def test_F60_the_next_visit_is_told_that_one_was_recorded_twice_until_somebody_says_which_stands(
    three: Three, home: Home
) -> None:
    """The one who signed it herself, too: she does not know what her colleague gave."""
    signed_by_both(three, home)
    three.passes(days=2)
    for each in three.all:
        true, do = near_words(visit_page(each.session, filled_form(each.team, home)))
        assert true == (
            "A visit may be recorded twice: Tom Okafor, 17-Nov-2026 09:00, and Anna Wolf, 17-Nov-2026 09:20."
        )
        assert do == "Check what was given before you give a dose. Both are kept until somebody says which stands."
    three.tom.settles(home, 0)
    assert near_words(visit_page(three.tom.session, filled_form(three.tom.team, home))) == ("", "")


@pytest.mark.parametrize("first", ["tom", "anna"])
@pytest.mark.parametrize("stays", ["signed", "missed", "both"])
def test_F60_signed_on_one_laptop_and_not_gone_ahead_on_the_other_is_asked_about(
    three: Three, home: Home, first: str, stays: str
) -> None:
    """A dose was given, or it was not: whoever gives the next one is told, and a registered nurse says what it was."""
    visit_id = booked(three, home)
    if first == "tom":
        three.tom.signs(home, visit_id, "Tom: 12 units given")
    three.passes(minutes=20)
    misses(three.anna, home, visit_id)
    three.passes(minutes=20)
    if first == "anna":
        three.tom.signs(home, visit_id, "Tom: 12 units given")
    three.meet()
    for each in three.all:
        (pair,) = each.pairs(home)
        assert {(one.by, one.missed) for one in (pair.one, pair.other)} == {
            (three.tom.session.user.id, ""),
            (three.anna.session.user.id, "no_access"),
        }
        assert reviews_waiting(each.session) == 1
        facts = overview(each.session, home.patient)
        (row,) = patient_row(facts, each.session.checklists).disputes
        assert row.true.startswith("A visit was signed, and recorded as not gone ahead: ")
        assert any("Did not go ahead" in words and "Nobody came" in words for words, _ in row.versions)
    (dispute,) = overview(three.priya.session, home.patient).disputes
    places = {bool(one.said["missed"]): place for place, one in enumerate(dispute.versions)}
    choice = keep_both(dispute) if stays == "both" else keep(dispute, places[stays == "missed"])
    settle_all(three.priya.session, home.patient, (choice,))
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert reviews_waiting(each.session) == 0
        assert each.counted(home) == (stays != "missed")
        at = each.session.now()
        with each.session.read() as connection:
            missed = not_gone_ahead(connection, at - timedelta(days=1), at)
        assert len(missed) == (stays != "signed")
        rebuilt(each)


def test_F60_what_two_people_said_differently_is_asked_though_another_had_missed_the_visit_too(
    three: Three, home: Home
) -> None:
    """The question that both answered is about records which a third, heard of later, does not take away."""
    visit_id = booked(three, home)
    misses(three.priya, home, visit_id)
    three.passes(minutes=20)
    misses(three.anna, home, visit_id)
    three.passes(minutes=20)
    three.tom.signs(home, visit_id, "Tom: 12 units given")
    for each in (three.tom, three.anna, three.tom):
        each.exchange()
    (asked,) = three.tom.pairs(home)
    assert three.anna.pairs(home) == (asked,)
    three.tom.settles(home, None)
    (dispute,) = overview(three.anna.session, home.patient).disputes
    place = next(place for place, one in enumerate(dispute.versions) if one.said["missed"])
    settle_all(three.anna.session, home.patient, (keep(dispute, place),))
    three.meet()
    for each in three.all:
        assert {asked.one.id, asked.other.id} in [{pair.one.id, pair.other.id} for pair in each.pairs(home)]
        rebuilt(each)


def test_F60_a_visit_made_after_all_is_one_of_its_own_and_asks_nothing(three: Three, home: Home) -> None:
    """Nobody came to the door in the morning: that stays on record beside the visit of the afternoon."""
    visit_id = booked(three, home)
    misses(three.anna, home, visit_id)
    three.meet()
    three.tom.signs(home, visit_id, "Tom: at noon")
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert each.counted(home) == 1
        at = each.session.now()
        with each.session.read() as connection:
            assert len(not_gone_ahead(connection, at - timedelta(days=1), at + timedelta(days=1))) == 1


def test_F60_todays_list_marks_a_visit_that_may_be_recorded_twice(three: Three, home: Home) -> None:
    visit_id = signed_by_both(three, home)

    def marked(nurse: Nurse) -> list[str]:
        facts = today_facts(nurse.session)
        rows = today_row(facts, nurse.session.checklists).visits
        return [row.visit for row in rows if row.status == "Recorded twice?" and "Signed" in row.spoken]

    assert marked(three.tom) == [visit_id]
    three.tom.settles(home, 0)
    assert marked(three.tom) == []
