"""Two nurses, two laptops and a hub: one visit that both write down is kept twice, told to everyone, counted once and
settled by a registered nurse (F60)."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from smf_core.domain.teaching_trouble import AlreadySigned, SettledAlready
from smf_core.domain.visit import NotGoneAheadReason, ReadingForm, VisitForm
from smf_core.policy.roles import Role
from smf_core.policy.rules import NotAllowed
from smf_core.records.queries.twice import Twice, seen_twice
from smf_core.records.queries.visits import not_gone_ahead, signed_visits_of_patient, visit, visits_of_episode
from smf_core.records.signatures import STRUCK_AS_TWICE
from smf_core.records.tables import LOG, metadata
from smf_core.records.writing import rebuild
from smf_desktop.presenters.patient.page import patient_row
from smf_desktop.presenters.sync.centre import centre_rows
from smf_desktop.presenters.today.page import today_row
from smf_desktop.presenters.visit.page import near_words
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import VISIT, draft
from smf_desktop.services.record.disputes import keep, keep_both, settle_again, settle_all, unsettle
from smf_desktop.services.record.overview import overview
from smf_desktop.services.referral.merging import merge
from smf_desktop.services.session import Session
from smf_desktop.services.sync.centre import centre, reviews_waiting
from smf_desktop.services.sync.state import HubAccess
from smf_desktop.services.visit.visits import (
    amend_visit,
    book_visit,
    record_not_gone_ahead,
    sign_visit,
    strike_visit,
    visit_page,
)
from smf_desktop.services.visit.wrong_person import move_signed_visit
from smf_hub.service.place import Place
from tests.support.joined import Joined, north
from tests.support.sessions import Team, Told
from tests.support.visits import Home, at_home, filled_form

__all__ = ["north"]


@dataclass
class Nurse:
    """Somebody at a laptop of their own."""

    laptop: Joined
    session: Session
    hub: HubAccess

    @property
    def team(self) -> Team:
        one = self.session
        return Team(
            store=self.laptop,
            clock=Told(self.laptop.clock.now()),
            nurse=one,
            nurse2=one,
            assistant=one,
            lead=one,
            admin=one,
        )

    def signs(self, home: Home, planned: str | None = None, notes: str = "") -> str:
        """A visit of now; `planned` is the booking it was made for."""
        form = filled_form(self.team, home)
        sections = tuple(replace(each, notes=notes) for each in form.sections)
        form = replace(form, sections=sections, visit=planned or form.visit, planned=planned)
        sign_visit(self.session, form)
        return form.visit

    def exchange(self) -> None:
        self.hub.exchange(lambda told: None, lambda: False)

    def pairs(self, home: Home) -> tuple[Twice, ...]:
        with self.session.read() as connection:
            return seen_twice(connection, home.patient)

    def counted(self, home: Home) -> int:
        """Visits of the pathway that count towards discharge."""
        with self.session.read() as connection:
            return len(visits_of_episode(connection, home.episodes["insulin"]))

    def signed(self, home: Home, *, struck: bool = False) -> list[tuple[str, tuple[str, ...]]]:
        """Each visit in order of care: by whom it was signed, and what was noted in its sections."""
        with self.session.read() as connection:
            found = signed_visits_of_patient(connection, home.patient, with_struck=struck)
            names = {self.session.user.id: "me"}
            return [(names.get(one.signed_by, one.signed_by), tuple(s.notes for s in one.sections)) for one in found]


@dataclass
class Three:
    tom: Nurse
    anna: Nurse
    priya: Nurse

    @property
    def all(self) -> tuple[Nurse, ...]:
        return self.tom, self.anna, self.priya

    def meet(self, rounds: int = 2) -> None:
        for _ in range(rounds):
            for each in self.all:
                each.exchange()

    def passes(self, **by: float) -> None:
        for each in self.all:
            each.laptop.clock.passes(timedelta(**by).total_seconds())


@pytest.fixture
def three(north: Place, tmp_path: Path) -> Iterator[Three]:
    with ExitStack() as open_:
        made = []
        for number, user in enumerate(("tom", "anna", "priya"), start=1):
            laptop = Joined(north, tmp_path, user, number)
            open_.callback(laptop.house.release)
            sitting = open_.enter_context(laptop.sitting())
            assert sitting.hub is not None
            made.append(Nurse(laptop, sitting.session, sitting.hub))
        yield Three(*made)


@pytest.fixture
def home(three: Three) -> Home:
    """Somebody whom Tom teaches, known on all three laptops."""
    made = at_home(three.tom.team, "insulin")
    three.meet()
    return made


def booked(three: Three, home: Home) -> str:
    tom = three.tom.session
    made, _ = book_visit(
        tom, patient=home.patient, episodes=home.of(), at=tom.now(), minutes=45, nurse=tom.user.id, focus=""
    )
    three.meet()
    return made


def signed_by_both(three: Three, home: Home) -> str:
    """One booking, signed on two laptops before they have heard of each other."""
    visit = booked(three, home)
    three.tom.signs(home, visit, "Tom: 12 units given")
    three.passes(minutes=20)
    three.anna.signs(home, visit, "Anna: 12 units given")
    three.meet()
    return visit


def test_two_records_of_one_visit_are_both_kept_and_flagged(three: Three, home: Home) -> None:
    """F60. Neither is shown as none, and it counts once until somebody has said what they were."""
    signed_by_both(three, home)
    for each in three.all:
        (pair,) = each.pairs(home)
        tom, anna = three.tom.session.user.id, three.anna.session.user.id
        assert (pair.one.by, pair.other.by) == (tom, anna)
        assert pair.within
        assert each.counted(home) == 1
        ((_, notes),) = each.signed(home)
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
    (dispute,) = overview(three.priya.session, home.patient).disputes
    settle_all(three.priya.session, home.patient, (keep_both(dispute),))
    three.meet()
    tom, anna = three.tom.session.user.id, three.anna.session.user.id
    for each in three.all:
        assert each.pairs(home) == ()
        assert reviews_waiting(each.session) == 0
        assert each.counted(home) == 2
        me = {each.session.user.id: "me"}
        assert each.signed(home) == [
            (me.get(tom, tom), ("Tom: 12 units given",)),
            (me.get(anna, anna), ("Anna: 12 units given",)),
        ]
    with three.anna.session.read() as connection:
        first = visit(connection, visit_id)
    assert first is not None
    assert first.signed_by == tom


@pytest.mark.parametrize("stays", [0, 1])
def test_F60_one_stands_and_the_other_is_struck_and_stays_readable(three: Three, home: Home, stays: int) -> None:
    signed_by_both(three, home)
    (dispute,) = overview(three.tom.session, home.patient).disputes
    settle_all(three.tom.session, home.patient, (keep(dispute, stays),))
    three.meet()
    three.passes(days=200)
    words = ("Tom: 12 units given", "Anna: 12 units given")
    for each in three.all:
        assert each.pairs(home) == ()
        assert reviews_waiting(each.session) == 0
        assert each.counted(home) == 1
        ((_, notes),) = each.signed(home)
        assert notes == (words[stays],)
        assert {notes for _, notes in each.signed(home, struck=True)} == {(one,) for one in words}


def test_F60_two_people_who_settle_it_differently_are_asked_again(three: Three, home: Home) -> None:
    signed_by_both(three, home)
    tom, priya = three.tom.session, three.priya.session
    (mine,), (theirs,) = (overview(each, home.patient).disputes for each in (tom, priya))
    settle_all(tom, home.patient, (keep(mine, 0),))
    settle_all(priya, home.patient, (keep_both(theirs),))
    three.meet()
    for each in three.all:
        (pair,) = each.pairs(home)
        assert not pair.within
        assert {pair.one.stands, pair.other.stands} == {True, False}
    (again,) = overview(priya, home.patient).disputes
    settle_all(priya, home.patient, (keep_both(again),))
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert each.counted(home) == 2


def test_F60_the_same_answer_on_two_laptops_is_one_answer(three: Three, home: Home) -> None:
    signed_by_both(three, home)
    for each in (three.tom.session, three.priya.session):
        (dispute,) = overview(each, home.patient).disputes
        settle_all(each, home.patient, (keep_both(dispute),))
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        assert each.counted(home) == 2


def test_F60_two_people_who_each_strike_the_other_record_are_asked_again(three: Three, home: Home) -> None:
    """Both say that it was one visit, and not which: between them neither record would stand."""
    signed_by_both(three, home)
    for each, stands in ((three.tom.session, 0), (three.priya.session, 1)):
        (dispute,) = overview(each, home.patient).disputes
        settle_all(each, home.patient, (keep(dispute, stands),))
    three.meet()
    for each in three.all:
        assert each.counted(home) == 0
        (pair,) = each.pairs(home)
        assert {pair.one.stands, pair.other.stands} == {False}
        assert reviews_waiting(each.session) == 1
    (again,) = overview(three.priya.session, home.patient).disputes
    settle_all(three.priya.session, home.patient, (keep(again, 1),))
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        ((_, notes),) = each.signed(home)
        assert notes == ("Anna: 12 units given",)


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
    (dispute,) = overview(three.priya.session, home.patient).disputes
    settle_all(three.priya.session, home.patient, (keep(dispute, stays),))
    three.meet()
    for each in three.all:
        assert each.pairs(home) == ()
        ((_, notes),) = each.signed(home)
        assert notes == (("Tom: 12 units given", "Anna: 12 units given")[stays],)


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
        ((_, notes),) = each.signed(home)
        assert notes == ("Anna: 12 units given",)


def test_F60_striking_the_first_leaves_what_was_amended_in_the_other_since(three: Three, home: Home) -> None:
    visit_id = signed_by_both(three, home)
    (dispute,) = overview(three.priya.session, home.patient).disputes
    (pair,) = three.priya.pairs(home)
    settle_all(three.priya.session, home.patient, (keep_both(dispute),))
    three.meet()
    form = amend_visit(three.anna.session, pair.other.id)
    sign_visit(three.anna.session, replace(form, minutes="70", amend_reason="typing"))
    three.meet()
    strike_visit(three.tom.session, visit_id, "I wrote this for another day")
    three.meet()
    for each in three.all:
        with each.session.read() as connection:
            hers = visit(connection, pair.other.id)
        assert hers is not None
        assert hers.minutes == 70


def test_F60_moving_one_that_two_signed_to_another_person_leaves_the_others(three: Three, home: Home) -> None:
    visit_id = signed_by_both(three, home)
    right = at_home(three.tom.team, "insulin")
    moved = move_signed_visit(three.tom.session, visit_id, right.patient, "Written in the wrong record")
    begun = draft(three.tom.session, VISIT, moved.visit, VisitForm)
    assert begun is not None
    assert [each.notes for each in begun.sections] == ["Tom: 12 units given"]
    three.meet()
    for each in three.all:
        ((_, notes),) = each.signed(home)
        assert notes == ("Anna: 12 units given",)


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
    with three.tom.session.read() as connection:
        struck = visit(connection, other)
    assert struck is not None
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
    (dispute,) = overview(three.tom.session, home.patient).disputes
    settle_all(three.tom.session, home.patient, (keep(dispute, 0),))
    assert near_words(visit_page(three.tom.session, filled_form(three.tom.team, home))) == ("", "")


def settled_without_her(three: Three, home: Home, stays: int | None) -> tuple[str, str]:
    """Tom and Anna signed one booking; Priya has settled it (None: both stand), of which Anna has not heard. Answers
    the booking, and the visit that Anna's signature is since."""
    visit_id = booked(three, home)
    three.tom.signs(home, visit_id, "Tom: 12 units given")
    three.passes(minutes=20)
    three.anna.signs(home, visit_id, "Anna: 12 units given")
    for each in (three.anna, three.tom, three.priya):
        each.exchange()
    (pair,), (dispute,) = three.priya.pairs(home), overview(three.priya.session, home.patient).disputes
    choice = keep_both(dispute) if stays is None else keep(dispute, stays)
    settle_all(three.priya.session, home.patient, (choice,))
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
        with each.session.read() as connection:
            his, hers = visit(connection, visit_id), visit(connection, hers_id)
        assert his is not None
        assert hers is not None
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
        with each.session.read() as connection:
            again = visit(connection, hers_id)
        assert again is not None
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
        with each.session.read() as connection:
            his, hers = visit(connection, visit_id), visit(connection, hers_id)
        assert his is not None
        assert hers is not None
        assert hers.patient == his.patient == other.patient
        assert [one.notes for one in his.sections] == ["Tom: 12 units given"]
        assert [one.notes for one in hers.sections] == ["Anna: 10 units given"]
        assert hers.minutes == 70
        rebuilt(each)


def rebuilt(nurse: Nurse) -> None:
    """Folded anew from nothing, the records are what they are."""

    def rows() -> list[list[str]]:
        return [
            sorted(map(str, work.connection.execute(select(table))))
            for table in metadata.sorted_tables
            if table not in LOG
        ]

    with nurse.session.work() as work:
        before = rows()
        rebuild(work.connection)
        assert rows() == before


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
    (dispute,) = overview(three.tom.session, home.patient).disputes
    settle_all(three.tom.session, home.patient, (keep(dispute, 0),))
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
        with each.session.read() as connection:
            his, hers = visit(connection, visit_id), visit(connection, hers_id)
        assert his is not None
        assert hers is not None
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
            ((_, notes),) = each.signed(home)
            assert notes == ("Tom: 12 units given",)


def misses(nurse: Nurse, home: Home, visit_id: str) -> None:
    record_not_gone_ahead(
        nurse.session,
        patient=home.patient,
        visit=visit_id,
        at=nurse.session.now(),
        reason=NotGoneAheadReason.NO_ACCESS,
        note="Nobody came to the door",
    )


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
    (dispute,) = overview(three.tom.session, home.patient).disputes
    settle_all(three.tom.session, home.patient, (keep(dispute, 0),))
    assert marked(three.tom) == []
