"""A dose on paper: printed where it is beyond doubt, and out of date once it changes."""

import pytest

from smf_core.domain.letter import DoseTurn
from smf_desktop.services.people import Member, add_member, change_member, open_member
from tests.support.letters import CORE, INSULIN, PERSON, PRACTICE, body, change_medicine, ended, letters, taught
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]


def test_a_dose_is_printed_with_who_prescribed_it_when_and_where_that_was_read(team: Team) -> None:
    home = taught(team, INSULIN)
    ended(team, home)
    for kind in (PERSON, PRACTICE):
        said = body(letters(team, home)[kind])
        assert "NovoRapid 100 units/ml, FlexPen: 12 units, breakfast, tea." in said
        assert "Prescribed by Dr Shah on 3 November 2026 (chart at home)." in said
        assert len(letters(team, home)[kind].medicines) == 1
    assert "12 units" not in body(letters(team, home)[CORE])


@pytest.mark.parametrize("missing", ["prescriber", "prescribed_on", "source", "dose"])
def test_without_prescriber_date_or_source_no_dose_is_printed(team: Team, missing: str) -> None:
    home = taught(team, {name: value for name, value in INSULIN.items() if name != missing})
    ended(team, home)
    held = letters(team, home)
    assert "Take the dose on your prescription." in body(held[PERSON])
    assert "12 units" not in body(held[PERSON]) + body(held[PRACTICE])
    assert held[PERSON].medicines == ()


def test_half_of_the_doses_are_not_printed_as_the_whole(team: Team) -> None:
    from tests.support.discharges import teach
    from tests.support.visits import at_home

    home = at_home(team)
    for said in (INSULIN, {"skill": "insulin", "name": "Lantus", "dose": "20 units", "times": "bedtime"}):
        add_member(team.nurse, home.patient, Member("medicine", dict(said)))
    for _ in range(2):
        teach(team, home.episodes["insulin"])
    ended(team, home)
    said = body(letters(team, home)[PERSON])
    assert "12 units" not in said
    assert "20 units" not in said


def test_of_two_doses_that_nobody_has_settled_neither_is_printed(team: Team) -> None:
    from tests.support.discharges import teach
    from tests.support.visits import at_home

    home = at_home(team)
    held, _ = add_member(team.nurse, home.patient, Member("medicine", INSULIN))
    here, there = (open_member(each, home.patient, "medicine", held) for each in (team.nurse, team.nurse2))
    change_member(team.nurse, home.patient, here, {**INSULIN, "dose": "14 units"})
    change_member(team.nurse2, home.patient, there, {**INSULIN, "dose": "16 units"})
    for _ in range(2):
        teach(team, home.episodes["insulin"])
    ended(team, home)
    said = body(letters(team, home)[PERSON]) + body(letters(team, home)[PRACTICE])
    assert "Take the dose on your prescription." in said
    assert "14 units" not in said
    assert "16 units" not in said


def test_a_changed_or_ended_medicine_puts_the_letter_out_of_date_and_says_why(team: Team) -> None:
    home = taught(team, INSULIN)
    ended(team, home)
    assert letters(team, home)[PERSON].stale == ()
    team.clock.forward(days=1)
    change_medicine(team, home.patient, dose="14 units")
    (changed,) = letters(team, home)[PERSON].stale
    assert (changed.name, changed.on, changed.turn) == ("NovoRapid", team.nurse.today(), DoseTurn.CHANGED)
    assert letters(team, home)[CORE].stale == ()  # it gives no dose
    change_medicine(team, home.patient, dose="14 units", ended=True, ended_reason="Stopped")
    assert [one.turn for one in letters(team, home)[PERSON].stale] == [DoseTurn.ENDED]


def test_a_medicine_added_beside_it_puts_the_letter_out_of_date(team: Team) -> None:
    home = taught(team, INSULIN)
    ended(team, home)
    team.clock.forward(hours=1)
    add_member(team.nurse, home.patient, Member("medicine", {**INSULIN, "name": "Lantus"}))
    assert [(one.name, one.turn) for one in letters(team, home)[PRACTICE].stale] == [("Lantus", DoseTurn.ADDED)]


def test_a_dose_changed_before_the_letter_and_heard_of_after_it_puts_it_out_of_date(team: Team) -> None:
    home = taught(team, INSULIN)
    ended(team, home)
    team.clock.forward(hours=-2)
    change_medicine(team, home.patient, dose="2 units")
    assert [one.turn for one in letters(team, home)[PERSON].stale] == [DoseTurn.CHANGED]
    change_medicine(team, home.patient, dose="12 units")
    assert letters(team, home)[PERSON].stale == ()


def test_a_medicine_added_before_the_letter_and_heard_of_after_it_puts_it_out_of_date(team: Team) -> None:
    home = taught(team, INSULIN)
    ended(team, home)
    team.clock.forward(hours=-2)
    add_member(team.nurse, home.patient, Member("medicine", {**INSULIN, "name": "Lantus"}))
    assert [(one.name, one.turn) for one in letters(team, home)[PRACTICE].stale] == [("Lantus", DoseTurn.ADDED)]


def test_a_second_version_of_a_dose_that_comes_later_puts_the_letter_out_of_date(team: Team) -> None:
    from tests.support.discharges import teach
    from tests.support.visits import at_home

    home = at_home(team)
    held, _ = add_member(team.nurse, home.patient, Member("medicine", INSULIN))
    there = open_member(team.nurse2, home.patient, "medicine", held)
    here = open_member(team.nurse, home.patient, "medicine", held)
    change_member(team.nurse, home.patient, here, {**INSULIN, "dose": "14 units"})
    for _ in range(2):
        teach(team, home.episodes["insulin"])
    ended(team, home)
    assert letters(team, home)[PERSON].stale == ()
    team.clock.forward(hours=-2)
    change_member(team.nurse2, home.patient, there, {**INSULIN, "dose": "16 units"})
    assert [one.turn for one in letters(team, home)[PERSON].stale] == [DoseTurn.CHANGED]
