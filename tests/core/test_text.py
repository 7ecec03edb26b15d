"""Pasted text: nothing hidden stays in a name, nothing meant is lost from a note."""

import json
import sqlite3
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.text import (
    MARKS_IN_A_NOTE,
    MARKS_ON_A_LETTER,
    REPLACEMENT,
    clean_identity,
    clean_lines,
    clean_note,
    home_key,
    matching_key,
    name_key,
)

MARKS = st.sampled_from("\u0301\u0323\u0344\u0488\u0f71\u093c")
ANY_TEXT = st.text(st.one_of(st.characters(exclude_categories=()), MARKS, st.sampled_from("\u202e\u200d\x00\ud800 \n")))


def _hidden(text: str) -> list[str]:
    return [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs")]


def _longest_run_of_marks(text: str) -> int:
    run = longest = 0
    for character in text:
        run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        longest = max(longest, run)
    return longest


@given(ANY_TEXT)
def test_an_identity_field_holds_nothing_that_cannot_be_seen(text: str) -> None:
    clean, found = clean_identity(text)
    assert not _hidden(clean)
    assert clean == " ".join(clean.split())
    assert unicodedata.is_normalized("NFC", clean)
    assert _longest_run_of_marks(clean) <= MARKS_ON_A_LETTER
    assert clean_identity(clean) == (clean, 0)
    assert found or not _hidden(text.strip())


@given(ANY_TEXT)
def test_an_address_keeps_its_lines_and_nothing_hidden(text: str) -> None:
    clean, _ = clean_lines(text)
    assert not _hidden(clean.replace("\n", ""))
    assert clean_lines(clean) == (clean, 0)


@given(ANY_TEXT)
def test_a_note_can_be_stored_sent_and_read_again(text: str) -> None:
    note = clean_note(text)
    assert note.encode("utf-8").decode("utf-8") == note
    assert json.loads(json.dumps(note)) == note
    assert "\x00" not in note
    assert unicodedata.is_normalized("NFC", note)
    assert _longest_run_of_marks(note) <= MARKS_IN_A_NOTE
    assert clean_note(note) == note


@given(st.text(st.characters(categories=["L", "N", "P", "Sm", "Sc", "Sk", "So", "Zs"])))
def test_a_note_never_loses_a_word(text: str) -> None:
    assert clean_note(text) == unicodedata.normalize("NFC", text)


def test_a_note_goes_through_sqlite_unchanged() -> None:
    note = clean_note("caf\u00e9 \U0001f9f4 \x00\ud83d =1+1 <b>x</b>\r\nnext \u202eline")
    assert note == f"café \U0001f9f4 {REPLACEMENT}{REPLACEMENT} =1+1 <b>x</b>\nnext \u202eline"
    connection = sqlite3.connect(":memory:")
    try:
        assert connection.execute("select ?, length(?)", (note, note)).fetchone() == (note, len(note))
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("text", "clean", "found"),
    [
        ("  Doreen  Ann ", "Doreen Ann", 0),
        ("Doreen\u00a0Ann", "Doreen Ann", 0),
        ("O\u2019Connor", "O\u2019Connor", 0),
        ("Hu\u0308seyin", "H\u00fcseyin", 0),
        ("\u202eevil\u202c 3 Mill Lane", "evil 3 Mill Lane", 2),
        ("Do\u200breen", "Doreen", 1),
        ("Do\x00reen", "Doreen", 1),
        ("Doreen\nAnn", "Doreen Ann", 1),
        ("Do\ud800reen", "Doreen", 1),
        ("\u3164\ufe0f", "", 2),
        ("e" + "\u0301" * 500, "\u00e9" + "\u0301" * (MARKS_ON_A_LETTER - 1), 494),
        ("   ", "", 0),
    ],
)
def test_a_name_is_cleaned_and_what_went_is_counted(text: str, clean: str, found: int) -> None:
    assert clean_identity(text) == (clean, found)


def test_the_lines_of_an_address_stay() -> None:
    assert clean_lines(" Flat 2 \r\n3 Mill\u200b Lane\r\n\r\n") == ("Flat 2\n3 Mill Lane", 1)


def test_marks_that_come_apart_when_composed_are_counted_as_they_end_up() -> None:
    two_in_one = "a" + "\u0344" * 100
    assert _longest_run_of_marks(clean_identity(two_in_one).text) == MARKS_ON_A_LETTER
    assert clean_note(clean_note(two_in_one)) == clean_note(two_in_one)
    assert _longest_run_of_marks(clean_note(two_in_one)) <= MARKS_IN_A_NOTE


def test_a_flood_of_marks_takes_no_time() -> None:
    flood = "a" + "\u0301\u0323" * 1_000_000
    start = time.perf_counter()
    assert len(clean_note(flood)) <= MARKS_IN_A_NOTE + 1
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zaj\u0105c", "ZAJAC"),
        ("Stanis\u0142aw", "Stanislaw"),
        ("O\u2019Connor", "o'connor"),
        ("D'Arcy", "DArcy"),
        ("\u00dcnal", "U\u0308nal"),
        ("Ann-Marie", "Ann Marie"),
    ],
)
def test_two_spellings_of_one_name_match(one: str, other: str) -> None:
    assert matching_key(one) == matching_key(other)


def test_two_names_do_not_match() -> None:
    assert matching_key("Singh") != matching_key("Sing")
    assert matching_key("'") != matching_key("-")


def test_a_name_and_a_home_have_one_key_however_they_are_spelt() -> None:
    assert name_key("O\u2019Brien", "Ann Marie") == name_key("OBRIEN", "Ann-Marie") == "obrien annmarie"
    assert name_key("- -", "Ann").partition(" ")[2] == "ann"
    assert (
        home_key("12 Mill Lane, Oakford", "AB1 2CD")
        == home_key("12 mill lane\nOakford", "ab12cd")
        == "12milllane ab12cd"
    )
    assert home_key("", "AB1 2CD") == home_key("12 Mill Lane", "") == ""


@given(st.text(st.characters(codec="ascii")))
def test_plain_letters_have_the_key_any_letters_would_have(text: str) -> None:
    assert matching_key(text) == matching_key(f"{text}\u0301").replace("\u0301", "")
