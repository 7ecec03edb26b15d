"""What stands where a list would: reading, nothing, no match, and failure with a way on."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from ui.widgets.buttons import Button
from ui.widgets.states import StateCard


@pytest.fixture
def card(qtbot: QtBot) -> StateCard:
    made = StateCard(QListWidget())
    qtbot.addWidget(made)
    made.resize(500, 300)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def test_a_bar_shows_only_where_reading_takes_longer_than_a_second(qtbot: QtBot, card: StateCard) -> None:
    card.begin()
    card.show_content()
    assert not card._patience.isActive()
    card.begin()
    assert not card.bar.isVisible()
    card._patience.timeout.emit()
    assert card.bar.isVisible()
    assert card.shown.isVisible()
    card.show_content()
    assert not card.bar.isVisible()


def test_no_match_says_the_filters_in_words_and_clears_them_by_a_key(qtbot: QtBot, card: StateCard) -> None:
    card.show_no_match("Skill is compression, and visits are over expected.")
    assert card.shown.accessibleName().startswith("No one matches these filters")
    (clear,) = card.shown.findChildren(Button)
    clear.setFocus()
    with qtbot.waitSignal(card.filters_cleared):
        qtbot.keyClick(clear, Qt.Key.Key_Return)


def test_a_failure_says_what_is_safe_and_is_tried_again(qtbot: QtBot, card: StateCard) -> None:
    card.show_error("The list could not be read.", "Nothing was changed. Try again.")
    link = next(button for button in card.shown.findChildren(Button) if button.text() == "Try again")
    with qtbot.waitSignal(card.again_wanted):
        qtbot.keyClick(link, Qt.Key.Key_Return)


def test_the_list_comes_back_as_it_was_and_nothing_else_is_left(qtbot: QtBot, card: StateCard) -> None:
    first = card.shown
    for _ in range(3):
        card.show_empty("users-round", "No one on your caseload yet", "People appear here when a referral is accepted.")
    card.show_content()
    assert card.shown is first
    qtbot.waitUntil(lambda: card._stack.count() == 1)
