"""From an overdue letter on Today to that letter, whether it waits to be printed or to be sent."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_desktop.services.letters.letters import Pile, letters_to_send, mark_printed
from tests.support.letters import ended, taught
from tests.support.opened import Open, open_page
from tests.support.pressing import press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.desk import Place
from ui.flows.day.today import TodayPage
from ui.flows.letters.page import LettersPage

__all__ = ["laptop", "open_page", "store_template", "team"]


@pytest.mark.parametrize("printed", [False, True])
def test_enter_on_an_overdue_letter_chooses_it_in_the_list_where_it_stands(
    team: Team, qtbot: QtBot, open_page: Open, printed: bool
) -> None:
    ended(team, taught(team))
    letter = letters_to_send(team.nurse, Pile.TO_PRINT).letters[-1].letter.id
    if printed:
        mark_printed(team.nurse, letter)
    team.clock.forward(days=5)
    today = open_page(team.nurse, TodayPage, Place("today"))
    view = today.page.widget
    qtbot.waitUntil(lambda: "letters" in view._cards)
    table = view._cards["letters"].table
    at = [row.record for row in table.rows].index(letter)
    table.setFocus()
    press(qtbot, *[Qt.Key.Key_Down] * at, Qt.Key.Key_Return)
    (place,) = today.went
    letters = open_page(team.nurse, LettersPage, place)
    page = letters.page
    assert isinstance(page, LettersPage)
    qtbot.waitUntil(lambda: page.view.selected is not None and page.view.selected.id == letter)
    assert page.view.tabs.currentIndex() == int(printed)
    qtbot.waitUntil(page.view.table.hasFocus)
