"""A list of areas taken in from the Tools menu: what it changed is said, or every row that is to be put right."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from smf_core.records.queries.areas import areas, edition
from tests.support.opened import Open, open_page
from tests.support.pressing import in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.actions import Action
from ui.desk import Place
from ui.flows.asking import Asker
from ui.flows.reports.page import ReportsPage
from ui.flows.service.areas import take_in_areas
from ui.places import OPENS
from ui.views.table_dialog import TableDialog

Key = Qt.Key
__all__ = ["laptop", "open_page", "store_template", "team"]


def test_a_list_is_taken_in_or_its_rows_are_shown(qtbot: QtBot, open_page: Open, team: Team, tmp_path: Path) -> None:
    one = open_page(team.lead, ReportsPage, Place("reports"))
    desk, over, file = one.page._desk, one.page.widget, tmp_path / "areas.csv"
    file.write_text("area,decile\nDE22,5\nDE223,4\nDE23,eleven\n")
    asker = Asker(desk, over)

    def take_in(edition: str = "") -> None:
        take_in_areas(desk, asker, over, file)
        in_front(qtbot, "Import this list of areas?")
        press(qtbot, edition, Key.Key_Return)

    take_in()
    dialog: TableDialog[object] = in_front(qtbot, kind=TableDialog)
    assert dialog.title.text() == "Nothing was taken in (2)"
    shown = [dialog.model.index(row, 0).data() for row in range(2)]
    assert shown == ["3", "4"]
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    file.write_text("area,decile\nDE22,5\nDE22 3,4\n")
    take_in("Indices of Deprivation 2025")
    qtbot.waitUntil(lambda: one.toasts[-1:] == ["2 areas added, 0 changed"])
    with team.lead.read() as connection:
        assert [each.code for each in areas(connection)] == ["DE22", "DE22 3"]
        assert edition(connection) == "Indices of Deprivation 2025"
    file.unlink()
    take_in()
    asking = in_front(qtbot)
    qtbot.waitUntil(asking.trouble.isVisible)
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_the_menu_asks_for_the_file(qtbot: QtBot, open_page: Open, team: Team) -> None:
    one = open_page(team.lead, ReportsPage, Place("reports"))
    OPENS[Action.IMPORT_AREAS](one.page._desk, one.page.widget)
    dialog = in_front(qtbot, kind=QFileDialog)
    assert dialog.windowTitle() == "Choose a list of areas"
    dialog.reject()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
