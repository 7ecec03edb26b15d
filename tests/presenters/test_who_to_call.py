"""Whom to call from a kitchen without a signal."""

from datetime import date

from smf_core.domain.patient import Contact, ContactKind
from smf_core.domain.practice import Practice
from smf_desktop.presenters.visit.who_to_call import NOT_SET, ServiceLine, who_to_call
from tests.support.teaching import TODAY, patient


def lines(
    *contacts: Contact, line: ServiceLine | None = None, practice: Practice | None = None
) -> list[tuple[str, str]]:
    rows = who_to_call(patient(contacts=contacts), line or ServiceLine(), practice, TODAY)
    return [(row.label, row.number) for row in rows]


def test_the_emergency_comes_first_and_a_missing_number_says_so():
    assert lines()[:3] == [("Life in danger", "999"), ("SMF team", NOT_SET), ("Out of hours", "NHS 111")]


def test_the_services_own_line_has_its_hours():
    line = ServiceLine("01632 960100", "weekdays 8 to 6", "01632 960199")
    assert ("SMF team (weekdays 8 to 6)", "01632 960100") in lines(line=line)
    assert ("Out of hours", "01632 960199") in lines(line=line)


def test_a_practice_that_closed_says_so():
    practice = Practice("C81001", "Alder Road Surgery", phone="01632 960111", closed_on=date(2026, 4, 1))
    assert ("Practice: Alder Road Surgery, closed", "01632 960111") in lines(practice=practice)


def test_the_pharmacy_and_the_emergency_contact_are_there_and_nobody_else():
    daughter = Contact("1", "Anne", "daughter", "01632 960222", emergency=True)
    pharmacy = Contact("2", "Alder Pharmacy", phone="", kind=ContactKind.PHARMACY)
    neighbour = Contact("3", "Bert", "neighbour", "01632 960333")
    assert lines(daughter, pharmacy, neighbour)[3:] == [
        ("Emergency contact: Anne (daughter)", "01632 960222"),
        ("Pharmacy: Alder Pharmacy", "number not known"),
    ]
