"""People, days and numbers look and sound the same everywhere."""

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.dates import BadDate, BadTime, parse_csv_date
from smf_core.domain.nhs_number import BadNhsNumber
from smf_core.domain.patient import Name, Sex
from smf_desktop.presenters import identity
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for

TODAY = date(2026, 11, 17)
DOREEN = Name("Abernathy", "Doreen", "Mrs")


def test_a_name_stands_family_first_in_capitals() -> None:
    assert identity.name_line(DOREEN) == "ABERNATHY, Doreen (Mrs)"
    assert identity.name_line(Name("O\u2019Connor", "Zofia")) == "O\u2019CONNOR, Zofia"
    assert identity.name_line(Name("Singh", "")) == "SINGH"
    assert identity.initials(DOREEN) == "DA"


def test_a_name_is_spoken_as_typed() -> None:
    assert identity.spoken_name(DOREEN) == "Abernathy, Doreen, Mrs"
    assert identity.spoken_name(Name("Singh", "Amina")) == "Singh, Amina"


def test_a_name_that_runs_from_right_to_left_does_not_turn_its_neighbours_round() -> None:
    line = identity.name_line(Name("\u05db\u05d4\u05df", "\u05d3\u05d5\u05d3", "Mr"))
    assert (line[0], line[-1]) == ("\u2068", "\u2069")
    assert identity.isolated("Doreen") == "Doreen"


@given(st.dates())
def test_a_day_as_shown_is_read_back(on: date) -> None:
    shown = identity.day(on)
    assert shown.isascii()
    assert parse_csv_date(shown) == on
    assert identity.weekday_day(on).endswith(shown)


def test_days_and_times() -> None:
    assert identity.day(TODAY) == "17-Nov-2026"
    assert identity.weekday_day(date(2026, 11, 19)) == "Thu 19-Nov-2026"
    assert identity.long_day(date(1951, 3, 14)) == "14 March 1951"
    assert identity.clock(datetime(2026, 11, 17, 9, 5, tzinfo=timezone(timedelta(hours=1)))) == "09:05"
    assert identity.clock(datetime(2026, 11, 17, 0, 0, 59, tzinfo=UTC)) == "00:00"


@pytest.mark.parametrize(
    ("birth", "label", "spoken"),
    [
        (date(1951, 3, 14), "75y", "75 years"),
        (date(2008, 11, 17), "18y", "18 years"),
        (date(2008, 11, 18), "17y 11m", "17 years 11 months"),
        (date(2009, 7, 10), "17y 4m", "17 years 4 months"),
        (date(2024, 8, 1), "2y 3m", "2 years 3 months"),
        (date(2024, 11, 17), "2y", "2 years"),
        (date(2025, 8, 14), "15m 3d", "15 months 3 days"),
        (date(2025, 10, 31), "12m 17d", "12 months 17 days"),
        (date(2025, 11, 18), "52w", "52 weeks"),
        (date(2026, 10, 4), "6w 2d", "6 weeks 2 days"),
        (date(2026, 10, 20), "4w", "4 weeks"),
        (date(2026, 10, 28), "20d", "20 days"),
        (date(2026, 11, 16), "1d", "1 day"),
    ],
)
def test_age_is_told_on_the_scale_of_the_common_user_interface(birth: date, label: str, spoken: str) -> None:
    assert identity.age_label(birth, TODAY) == label
    assert identity.spoken_age(birth, TODAY) == spoken


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 40_000))
def test_no_part_of_an_age_is_negative(birth: date, days: int) -> None:
    parts = identity.age_label(birth, birth + timedelta(days=days)).split()
    assert 1 <= len(parts) <= 2
    assert all(part[:-1].isdecimal() for part in parts)


def test_born_and_died() -> None:
    birth, died_on = date(1951, 3, 14), date(2026, 10, 2)
    assert identity.born(birth, TODAY) == "14-Mar-1951 (75y)"
    assert identity.born(birth, TODAY, died_on) == "14-Mar-1951"
    assert identity.died(birth, died_on) == "02-Oct-2026 (75y)"
    assert identity.spoken_born(birth, TODAY) == "Born 14 March 1951, 75 years"
    assert identity.spoken_born(birth, TODAY, died_on) == "Born 14 March 1951. Died 2 October 2026, 75 years"


def test_an_nhs_number_is_never_blank() -> None:
    assert identity.nhs("9990079323") == "999 007 9323"
    assert identity.nhs(None) == identity.nhs("") == "NHS No. not known"
    assert identity.spoken_nhs("9990079323") == "NHS number 9 9 9, 0 0 7, 9 3 2 3"
    assert identity.spoken_nhs(None) == "NHS number not known"


def test_every_sex_has_a_word() -> None:
    assert [identity.sex_label(sex) for sex in Sex] == ["Female", "Male", "Indeterminate", "Not known"]


@given(st.text(), st.text(), st.text())
def test_any_name_can_be_shown(family: str, given_name: str, title: str) -> None:
    shown = identity.name_line(Name(family, given_name, title))
    assert unicodedata.normalize("NFC", family.upper() or given_name)[:1] in unicodedata.normalize("NFC", shown)


@pytest.mark.parametrize(
    "trouble",
    [
        *(BadNhsNumber(code) for code in ("characters", "length", "zeros", "check_digit")),
        *(BadNhsNumber(code) for code in ("live_in_training", "test_in_live")),
        *(BadDate(code) for code in ("file_shape", "shape", "impossible", "weekday", "far")),
        *(BadTime(code) for code in ("shape", "impossible")),
    ],
    ids=repr,
)
def test_every_reason_to_refuse_what_was_typed_has_words(trouble: Exception) -> None:
    assert words_for(trouble) != OUR_FAULT
    assert words_for(trouble).happened.endswith(".")
