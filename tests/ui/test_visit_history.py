"""Undo and redo of a page."""

from hypothesis import given
from hypothesis import strategies as st

from ui.history import History


def test_typing_in_one_field_within_a_second_is_undone_together() -> None:
    typed = History("").changed("a", "notes", 0.0).changed("ab", "notes", 0.9).changed("abc", "notes", 1.8)
    assert typed.undone().now == ""
    paused = typed.changed("abcd", "notes", 5.0)
    assert paused.undone().now == "abc"
    elsewhere = typed.changed("abc!", "minutes", 1.9)
    assert elsewhere.undone().now == "abc"


def test_a_change_that_stands_alone_is_never_merged() -> None:
    rated = History(0).changed(1, "", 0.0).changed(2, "", 0.1)
    assert rated.undone().now == 1


@given(st.lists(st.integers(0, 3), max_size=20))
def test_undoing_everything_and_redoing_it_ends_where_it_began(values: list[int]) -> None:
    history = History(-1)
    for value in values:
        history = history.changed(value, "", 0.0)
    back = history
    while back.past:
        back = back.undone()
    assert back.now == -1
    again = back
    while again.future:
        again = again.redone()
    assert again.now == history.now


def test_a_new_change_ends_what_could_be_redone() -> None:
    history = History(0).changed(1, "", 0.0).undone().changed(2, "", 1.0)
    assert history.redone() is history
    assert History(0).undone().now == 0
