"""The NHS number is right to the digit, or it is refused with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nhs_number.validate import calculate_checksum, is_valid

from smf_core.domain.nhs_number import BadNhsNumber, check, check_for_store, formatted, is_test_range

TEN_DIGITS = st.from_regex(r"[0-9]{10}", fullmatch=True)
# Scottish numbers hold a birth date that the library checks too; the rule here is the check digit alone.
NOT_SCOTTISH = TEN_DIGITS.filter(lambda number: number >= "3200000000")
SEPARATOR = st.sampled_from(["", " ", "-", "  ", "\u00a0", "\u2011"])


def _code(text: str) -> str:
    with pytest.raises(BadNhsNumber) as refusal:
        check(text)
    return refusal.value.code


@given(NOT_SCOTTISH)
def test_agrees_with_the_reference_library(number: str) -> None:
    if is_valid(number):
        assert check(number) == number
    else:
        assert _code(number) == "check_digit"


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_of_the_ten_numbers_with_one_beginning_at_most_one_is_valid(nine: str) -> None:
    digit = calculate_checksum(nine)
    valid = []
    for last in "0123456789":
        try:
            valid.append(check(nine + last))
        except BadNhsNumber:
            continue
    assert valid == ([] if digit == 10 or nine == "000000000" else [f"{nine}{digit}"])


@given(st.from_regex(r"999[0-9]{6}", fullmatch=True), SEPARATOR, SEPARATOR)
def test_spaces_and_hyphens_do_not_matter(nine: str, first: str, second: str) -> None:
    digit = calculate_checksum(nine)
    if digit == 10:
        return
    number = f"{nine}{digit}"
    assert check(f" {number[:3]}{first}{number[3:6]}{second}{number[6:]} ") == number


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        assert len(check(text)) == 10
    except BadNhsNumber:
        assert _code(text) in {"characters", "length", "zeros", "check_digit"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "length"),
        ("---", "length"),
        ("99912345", "length"),
        ("999 123 41366", "length"),
        ("0000000000", "zeros"),
        ("000 000 0000", "zeros"),
        ("999 123 4137", "check_digit"),
        ("999 000 0000", "check_digit"),  # its check value is 10, which no digit stands for
        ("9.99E+09", "characters"),
        ("999 123 413O", "characters"),
        ("９９９１２３４１３６", "characters"),
        ("٩٩٩١٢٣٤١٣٦", "characters"),
        ("+9991234136", "characters"),
    ],
)
def test_what_is_wrong_is_named(text: str, code: str) -> None:
    assert _code(text) == code


def test_a_training_store_takes_the_999_range_and_nothing_else() -> None:
    assert check_for_store("999 123 4136", training=True) == "9991234136"
    with pytest.raises(BadNhsNumber, match="live_in_training"):
        check_for_store("943 476 5919", training=True)


def test_a_live_store_takes_everything_but_the_999_range() -> None:
    assert check_for_store("943 476 5919", training=False) == "9434765919"
    with pytest.raises(BadNhsNumber, match="test_in_live"):
        check_for_store("999 123 4136", training=False)


def test_a_number_is_read_in_three_three_four() -> None:
    assert formatted("9990079323") == "999 007 9323"
    assert is_test_range("9990079323")
    assert not is_test_range("9434765919")
