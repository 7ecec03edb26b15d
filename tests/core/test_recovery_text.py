"""A key on paper: read back as it was written, however it was typed, and never with a letter wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.domain.recovery_key import LETTERS, Mistyped, read, written

keys = st.binary(min_size=32, max_size=32).map(bytearray)


@given(keys)
def test_what_is_written_is_read_back_however_it_is_typed(key: bytearray) -> None:
    text = written(key)
    assert [len(group) for group in text.split("-")] == [4] * 14
    for typed in (text, text.lower(), text.replace("-", " "), text.replace("0", "o").replace("1", "l"), f" {text}\n"):
        assert read(typed) == key


@given(keys, st.integers(0, 55), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_noticed(key: bytearray, at: int, letter: str) -> None:
    letters = written(key).replace("-", "")
    if letters[at] != letter:
        with pytest.raises(Mistyped):
            read(letters[:at] + letter + letters[at + 1 :])


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 56, "é" * 56, "0" * 57])
def test_what_is_no_key_is_noticed(text: str) -> None:
    with pytest.raises(Mistyped):
        read(text)
