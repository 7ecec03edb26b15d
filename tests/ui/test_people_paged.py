"""Many people behind a mark are named a page at a time; their numbers are whole from the first."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_desktop.presenters.team.lists import NOT_HERE
from tests.support.opened import Open, open_page
from tests.support.pressing import in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import people_taught
from tests.ui.test_team_page import opened
from ui.views.table_dialog import TableDialog

__all__ = ["laptop", "open_page", "store_template", "team"]

Key = Qt.Key


@pytest.fixture(autouse=True)
def three_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smf_desktop.services.team.people.PAGE", 3)


def test_the_panel_and_the_window_of_everyone_take_more_with_the_keyboard(
    qtbot: QtBot, open_page: Open, team: Team
) -> None:
    people_taught(team, 12)
    _, view = opened(qtbot, open_page, team.lead)
    view.charts["rates"].pane.setFocus()
    press(qtbot, Key.Key_Down, Key.Key_Return)
    panel = view.panel
    qtbot.waitUntil(panel.people.hasFocus)
    assert (panel.count.text(), len(panel.people.rows), panel.more.text()) == ("4 of 11", 3, "More (1 left)")
    press(qtbot, Key.Key_Tab)
    assert panel.more.hasFocus()
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: len(panel.people.rows) == 4)
    assert panel.people.hasFocus()
    assert panel.people.currentIndex().row() == 3
    assert not panel.more.isVisible()
    assert len({row.patient for row in panel.people.rows} - {""}) == 4

    panel.all.setFocus()
    press(qtbot, Key.Key_Return)
    dialog = in_front(qtbot, "Insulin: other outcomes", TableDialog)
    for shown in (3, 6, 9):
        assert dialog.title.text() == "Insulin: other outcomes (11)"
        assert len(dialog.model.rows) == shown
        dialog.more.setFocus()
        press(qtbot, Key.Key_Return)
        qtbot.waitUntil(lambda many=shown: len(dialog.model.rows) > many)
        assert dialog.table.hasFocus()
        assert dialog.table.currentIndex().row() == shown
    assert not dialog.more.isVisible()
    rows = dialog.model.rows
    assert len({row.patient for row in rows}) == 11
    assert NOT_HERE not in {row.name for row in rows}


def test_the_people_of_a_figure_come_a_page_at_a_time(qtbot: QtBot, open_page: Open, team: Team) -> None:
    people_taught(team, 12)
    one, view = opened(qtbot, open_page, team.lead)
    view.headlines[0].setFocus()
    press(qtbot, Key.Key_Return)
    dialog = in_front(qtbot, "Discharged to self-care", TableDialog)
    qtbot.waitUntil(lambda: len(dialog.model.rows) == 3)
    assert dialog.title.text() == "Discharged to self-care (11)"
    assert "7 of 11 people whose teaching ended" in dialog.note.text()
    dialog.more.setFocus()
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: len(dialog.model.rows) == 6)
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: len(one.went) == 1)
    assert one.went[0].patient == dialog.model.rows[3].patient
