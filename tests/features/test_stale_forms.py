"""A form that stood open while the record behind it was read anew, or should have been."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smf_core.operations.hub import HubTrouble
from smf_core.records.queries.disputes import disputes
from smf_core.records.queries.patients import patient as patient_of
from smf_desktop.services.people import (
    Member,
    OpenPerson,
    add_member,
    change_demographics,
    change_member,
    new_patient,
    open_member,
    open_person,
)
from smf_desktop.services.session import new_item
from smf_hub.service.place import Place
from tests.support.joined import north
from tests.support.three_laptops import Nurse, at_laptops
from tests.support.visits import DOREEN

__all__ = ["north"]


def exchange_fails(nurse: Nurse) -> None:
    """The hub answers the greeting, and nothing after it arrives."""
    nurse.laptop.reach.lost_after = 1
    with pytest.raises(HubTrouble):
        nurse.exchange()
    nurse.laptop.reach.lost_after = None


def phone(nurse: Nurse, opened: OpenPerson, number: str) -> None:
    change_demographics(nurse.session, opened, {"phone": {"phone": number}})


def stands(nurse: Nurse, patient: str) -> list[tuple[str, set[str]]]:
    """What waits to be settled of a person here: which unit, and what each version of it says."""
    with nurse.session.read() as connection:
        found = disputes(connection, patient)
    return [(one.unit, {str(text) for each in one.versions for text in each.said.values()}) for one in found]


@pytest.fixture
def both(north: Place, tmp_path: Path) -> Iterator[tuple[Nurse, Nurse]]:
    """Tom and Anna, each at a laptop of their own."""
    with at_laptops(north, tmp_path, "tom", "anna") as (tom, anna):
        yield tom, anna


def somebody(tom: Nurse, anna: Nurse) -> str:
    """A person whom both laptops know."""
    session = tom.session
    patient, items = new_patient(session, DOREEN)
    received = {"patient": patient, "team": session.team, "received_on": "2026-11-16", "source": "gp"}
    items.append(new_item("referral", session.new_id(), "received", **received, reason="New", skills=["insulin"]))
    with session.work() as work:
        work.save(items, patient=patient)
    phone(tom, open_person(session, patient), "01632 960000")
    tom.exchange()
    anna.exchange()
    return patient


def test_reg_B38_a_form_opened_before_a_failed_exchange_is_not_saved_over_what_came_by_the_next(
    both: tuple[Nurse, Nurse],
) -> None:
    tom, anna = both
    patient = somebody(tom, anna)
    phone(tom, open_person(tom.session, patient), "01632 960222")
    tom.exchange()
    shown = open_person(anna.session, patient)
    assert shown.patient.phone == "01632 960000"
    exchange_fails(anna)
    with anna.session.read() as connection:
        here = patient_of(connection, patient)
    assert here is not None
    assert here.phone == "01632 960000", "nothing of what failed is here"
    anna.exchange()
    phone(anna, shown, "01632 960111")
    anna.exchange()
    tom.exchange()
    for each in both:
        assert stands(each, patient) == [("phone", {"01632 960111", "01632 960222"})]


def test_reg_B38_an_allergy_on_a_form_that_stood_open_meanwhile_is_not_written_over(both: tuple[Nurse, Nurse]) -> None:
    tom, anna = both
    patient = somebody(tom, anna)
    allergy, _ = add_member(tom.session, patient, Member("allergy", {"substance": "Latex", "reaction": "Rash"}))
    tom.exchange()
    anna.exchange()
    shown = open_member(anna.session, patient, "allergy", allergy)
    worse = open_member(tom.session, patient, "allergy", allergy)
    change_member(tom.session, patient, worse, {"substance": "Latex", "reaction": "Could not breathe"})
    tom.exchange()
    exchange_fails(anna)
    anna.exchange()
    change_member(anna.session, patient, shown, {"substance": "Latex", "reaction": "Rash, blisters"})
    anna.exchange()
    tom.exchange()
    for each in both:
        ((unit, said),) = stands(each, patient)
        assert unit == "member"
        assert {"Could not breathe", "Rash, blisters"} <= said
