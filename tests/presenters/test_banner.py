"""The banner says who this is, and never leaves allergies blank."""

from dataclasses import replace
from datetime import date

from smf_core.domain.patient import Allergy, Name, NhsNumberStatus
from smf_desktop.presenters.banner import AllergyKind, address_line, banner, similar_line
from tests.support.teaching import TODAY, patient

DOREEN = patient(nhs_number="9990079323", nhs_number_status=NhsNumberStatus.NOT_TRACED, preferred_name="Dot")


def test_the_name_the_birth_and_the_number_are_written_as_the_standards_ask() -> None:
    row = banner(DOREEN, TODAY)
    assert (row.name, row.born, row.nhs) == ("ABERNATHY, Doreen (Mrs)", "14-Mar-1951 (75y)", "999 007 9323")
    assert (row.nhs_chip, row.nhs_copy, row.preferred) == ("not traced", "9990079323", "Dot")


def test_allergies_known_none_and_not_asked_are_three_different_sentences() -> None:
    known = replace(DOREEN, allergies=(Allergy("a", "Penicillin", "rash", "1988"),))
    none = replace(DOREEN, no_known_allergies_on=date(2026, 10, 14))
    assert banner(known, TODAY).allergies == "Penicillin (rash, 1988)"
    assert banner(none, TODAY).allergies == "No known allergies (asked 14-Oct-2026)"
    assert banner(DOREEN, TODAY).allergies == "Allergies not asked yet"
    assert [banner(one, TODAY).allergies_kind for one in (known, none, DOREEN)] == list(AllergyKind)


def test_an_allergy_found_later_outweighs_having_known_none() -> None:
    both = replace(DOREEN, allergies=(Allergy("a", "Latex"),), no_known_allergies_on=date(2026, 10, 14))
    assert banner(both, TODAY).allergies == "Latex"
    assert "Allergies: Latex" in banner(both, TODAY).spoken


def test_an_allergy_two_laptops_disagree_about_says_so() -> None:
    disputed = replace(DOREEN, allergies=(Allergy("a", "Latex", settled=False),))
    assert "two versions to settle" in banner(disputed, TODAY).allergies


def test_someone_without_a_number_is_said_to_have_none() -> None:
    row = banner(patient(), TODAY)
    assert (row.nhs, row.nhs_chip, row.nhs_copy) == ("NHS No. not known", "", "")


def test_someone_who_has_died_has_the_day_and_the_age_then() -> None:
    row = banner(patient(died_on=date(2026, 10, 2)), TODAY)
    assert row.died == "02-Oct-2026 (75y)"
    assert row.born == "14-Mar-1951"


def test_a_screen_reader_hears_the_whole_banner() -> None:
    assert banner(DOREEN, TODAY).spoken == (
        "Patient: Abernathy, Doreen, Mrs. Born 14 March 1951, 75 years. Female. "
        "NHS number 9 9 9, 0 0 7, 9 3 2 3. Allergies not asked yet"
    )


def test_a_similar_name_asks_to_check_the_birth() -> None:
    line = similar_line((Name("Abernathy", "Dora", "Mrs"),))
    assert line == "Similar name: ABERNATHY, Dora (Mrs). Check the date of birth."
    assert similar_line(()) == ""


def test_an_address_of_several_lines_stands_on_one() -> None:
    assert address_line(patient(address="14 Larkspur Close,\nDerby", postcode="DE22 3ZA")) == (
        "14 Larkspur Close, Derby, DE22 3ZA"
    )
