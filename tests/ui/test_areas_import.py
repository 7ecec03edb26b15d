"""A list of areas taken in from the Tools menu: what it changed is said, or every row that is to be put right."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from smf_core.records.queries.areas import areas
from tests.support.opened import Open, open_page
from tests.support.pressing import in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.actions import Action
from ui.desk import Place
from ui.flows.reports.page import ReportsPage
from ui.flows.service.areas import take_in_areas
from ui.places import OPENS
from ui.views.table_dialog import TableDialog

__all__ = ["laptop", "open_page", "store_template", "team"]


def test_a_list_is_taken_in_or_its_rows_are_shown(qtbot: QtBot, open_page: Open, team: Team, tmp_path: Path) -> None:
    one = open_page(team.lead, ReportsPage, Place("reports"))
    desk, over, file = one.page._desk, one.page.widget, tmp_path / "areas.csv"
    file.write_text("area,decile\nDE22,5\nDE223,4\nDE23,eleven\n")
    take_in_areas(desk, over, file)
    dialog: TableDialog[object] = in_front(qtbot, kind=TableDialog)
    assert dialog.title.text() == "Nothing was taken in (2)"
    shown = [dialog.model.index(row, 0).data() for row in range(2)]
    assert shown == ["3", "4"]
    press(qtbot, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    file.write_text("area,decile\nDE22,5\nDE22 3,4\n")
    take_in_areas(desk, over, file)
    qtbot.waitUntil(lambda: one.toasts[-1:] == ["2 areas added, 0 changed"])
    with team.lead.read() as connection:
        assert [each.code for each in areas(connection)] == ["DE22", "DE22 3"]
    take_in_areas(desk, over, tmp_path / "not there.csv")
    qtbot.waitUntil(lambda: len(one.told) == 1)


def test_the_menu_asks_for_the_file(qtbot: QtBot, open_page: Open, team: Team) -> None:
    one = open_page(team.lead, ReportsPage, Place("reports"))
    OPENS[Action.IMPORT_AREAS](one.page._desk, one.page.widget)
    dialog = in_front(qtbot, kind=QFileDialog)
    assert dialog.windowTitle() == "Choose a list of areas"
    dialog.reject()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
