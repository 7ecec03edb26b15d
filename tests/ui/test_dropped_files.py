"""CSV files dropped from a folder window: what core teams send, and referrals."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.records.queries.stated import core_counts
from tests.support.opened import Open, open_page
from tests.support.pressing import in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.desk import Place
from ui.flows.referral.intake import ReferralsPage
from ui.flows.service.core_teams import CoreTeamsPage
from ui.views.referral.intake import ReferralsView
from ui.views.service.core_teams import CoreTeamsView
from ui.views.table_dialog import TableDialog
from ui.widgets.dropping import FilesDropped

__all__ = ["laptop", "open_page", "store_template", "team"]

LEFT, NONE, COPY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
MONTHS = "month,team,count\n2026-09,Derby City,402\n2026-10,Derby City,377\n"
REFERRALS = """family_name,given_name,date_of_birth,skill,referral_received,source
Example,Ann,1950-02-03,insulin,2026-11-02,gp
"""
RETURNS = "nhs_number,received_on,team,reason\n9990000018,2026-10-02,Derby City,wound\n"


def hang(over: QWidget, *paths: Path) -> QMimeData | None:
    """Hold files over a widget; what is held, if it is taken there."""
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDragEnterEvent(QPoint(40, 40), COPY, held, LEFT, NONE)
    event.setAccepted(False)
    QApplication.sendEvent(over, event)
    return held if event.isAccepted() else None


def drop(over: QWidget, *paths: Path) -> None:
    held = hang(over, *paths)
    assert held is not None
    assert sign(over).isVisible()
    QApplication.sendEvent(over, QDropEvent(QPointF(40, 40), COPY, held, LEFT, NONE))
    assert not sign(over).isVisible()


def sign(over: QWidget) -> QWidget:
    """What is said while files hang there."""
    (watch,) = over.findChildren(FilesDropped, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return watch.sign


def test_months_and_people_referred_again_are_told_apart_by_their_columns(
    qtbot: QtBot, open_page: Open, team: Team, tmp_path: Path
) -> None:
    months, returns = tmp_path / "months.csv", tmp_path / "again.csv"
    months.write_text(MONTHS)
    returns.write_text(RETURNS)
    desk = open_page(team.lead, CoreTeamsPage, Place("core_counts"))
    view = desk.page.widget
    assert isinstance(view, CoreTeamsView)
    qtbot.waitUntil(lambda: bool(desk.page.facts))
    drop(view, months, returns)
    said: TableDialog[object] = in_front(qtbot, kind=TableDialog)
    assert "Nobody here has this NHS number" in said.model.index(0, 2).data()
    press(qtbot, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(view.months.model.rows) == 2)
    with team.lead.read() as connection:
        assert sorted(each.count for each in core_counts(connection).values()) == [377, 402]
    assert not desk.told


def test_what_is_no_file_and_who_may_not_import_is_not_let_in(
    qtbot: QtBot, open_page: Open, team: Team, tmp_path: Path
) -> None:
    file = tmp_path / "months.csv"
    file.write_text(MONTHS)
    desk = open_page(team.lead, CoreTeamsPage, Place("core_counts"))
    over = desk.page.widget
    assert hang(over, file) is None  # nothing is read yet, so nobody knows who may
    qtbot.waitUntil(lambda: bool(desk.page.facts))
    assert hang(over, tmp_path) is None
    assert hang(over) is None
    assert hang(over, file) is not None
    QApplication.sendEvent(over, QDragLeaveEvent())
    assert not sign(over).isVisible()
    with team.lead.read() as connection:
        assert not core_counts(connection)


@pytest.mark.parametrize("part", ["inbox", "bring"])
def test_referrals_dropped_on_the_inbox_or_the_import_are_shown_to_be_imported(
    qtbot: QtBot, open_page: Open, team: Team, tmp_path: Path, part: str
) -> None:
    files = [tmp_path / name for name in ("referrals.csv", "more.csv")]
    for file in files:
        file.write_text(REFERRALS)
    desk = open_page(team.lead, ReferralsPage, Place("referrals", record="import" if part == "bring" else None))
    view = desk.page.widget
    assert isinstance(view, ReferralsView)
    qtbot.waitUntil(lambda: desk.is_idle)
    drop(view.inbox if part == "inbox" else view.bring, *files)
    qtbot.waitUntil(lambda: desk.is_idle and not view.bring.running)
    assert view.side.currentWidget() is view.bring
    assert view.bring.file.words == "referrals.csv, 1 row"
    assert desk.toasts == ["referrals.csv is read. Drop the others when it is imported: one file at a time"]
