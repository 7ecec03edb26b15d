"""A list that cannot be read says so in its place, with a way to try again; and its columns stay as they were put."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.opened import Open, open_page
from tests.support.pressing import press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.desk import Desk, Page, Place
from ui.flows.caseload.page import CaseloadPage
from ui.flows.day.tasks import TasksPage
from ui.flows.day.today import TodayPage
from ui.flows.letters.page import LettersPage
from ui.flows.listed import keep_columns
from ui.flows.referral.intake import ReferralsPage
from ui.tasks import Lanes
from ui.widgets.notices import Notice
from ui.widgets.states import StateCard
from ui.widgets.tables import RowsModel, TableView

__all__ = ["laptop", "open_page", "store_template", "team"]

PAGES = {
    "today": TodayPage,
    "caseload": CaseloadPage,
    "letters": LettersPage,
    "tasks": TasksPage,
    "referrals": ReferralsPage,
}


@pytest.mark.parametrize("name", PAGES)
def test_what_went_wrong_stands_where_the_list_was(team: Team, qtbot: QtBot, open_page: Open, name: str) -> None:
    make: Callable[[Desk], Page] = PAGES[name]
    gone = replace(team.nurse, user=replace(team.nurse.user, active=False))  # nobody who left may read anything
    one = open_page(gone, make, Place(name))
    (state,) = one.page.widget.findChildren(StateCard)
    qtbot.waitUntil(lambda: bool(state.shown.findChildren(Notice)))
    (notice,) = state.shown.findChildren(Notice)
    assert notice.link.text() == "Try again"
    assert QApplication.focusWidget() is notice.link, "the keyboard is on the way out of it"
    before = state.shown
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: state.shown is not before)


def test_columns_stay_as_this_user_put_them(team: Team, qtbot: QtBot) -> None:
    kept: dict[str, bytes] = {}
    lanes = Lanes()
    desk = Desk(
        team.nurse,
        lanes,
        print,
        print,
        print,
        print,
        kept=kept.get,
        keep=lambda name, state: kept.update({name: state}),
    )
    tables = []
    for _ in range(2):
        table = TableView("People")
        model: RowsModel[str] = RowsModel(("Name", "Born", "Seen"), lambda row: (row,) * 3, str, table)
        table.setModel(model)
        qtbot.addWidget(table)
        keep_columns(desk, table, "people")
        with qtbot.waitExposed(table):
            table.show()
        tables.append(table)
        if len(tables) == 1:
            table.setColumnWidth(1, 177)
            table.horizontalHeader().moveSection(0, 1)
            qtbot.waitUntil(lambda: "columns.people" in kept)
    lanes.close()
    again = tables[1]
    assert again.columnWidth(1) == 177
    assert again.horizontalHeader().visualIndex(0) == 1
