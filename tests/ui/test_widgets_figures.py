"""Tracks, tables and the small picture: the count is always there, and a screen reader gets it too."""

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible, QImage, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ui import gallery
from ui.theme import theme_in_use
from ui.widgets.matrix import MatrixRow, MatrixVisit, StepMatrix
from ui.widgets.sparkline import Progress, Sparkline
from ui.widgets.tables import TableView
from ui.widgets.text import Text
from ui.widgets.tracks import ProgressTrack, StepsTrail, TrailStep, VisitsTrack

Key = Qt.Key


def opened(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def colours(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_progress_always_has_its_count_and_turns_green_when_complete(qtbot: QtBot) -> None:
    track = ProgressTrack("Insulin", icon="droplet")
    opened(qtbot, track)
    track.tell(11, 18)
    assert track.count.text() == "11/18"
    heard = QAccessible.queryAccessibleInterface(track.track)
    assert heard.role() == QAccessible.Role.ProgressBar
    assert heard.text(QAccessible.Text.Name) == "Insulin, 11 of 18 steps on own"
    assert theme_in_use().colour("primary").name() in colours(track.track)
    track.tell(18, 18)
    assert theme_in_use().colour("ok-fill").name() in colours(track.track)
    assert track.count.property("strong") is True
    track.tell(0, 0)
    assert track.count.text() == "0/0"


def test_visits_over_the_expected_say_so_in_words_and_colour(qtbot: QtBot) -> None:
    track = VisitsTrack(5, 7)
    opened(qtbot, track)
    assert track.accessibleName() == "5 visits, 7 expected"
    assert theme_in_use().colour("warn-fill").name() not in colours(track)
    track.tell(10, 6)
    assert track.accessibleName() == "10 visits, 6 expected, over expected"
    assert theme_in_use().colour("warn-fill").name() in colours(track)


def test_a_trail_says_where_one_is_and_goes_by_key(qtbot: QtBot) -> None:
    trail = StepsTrail([TrailStep("e", "Evidence", state="done"), TrailStep("o", "Outcome", state="now")])
    opened(qtbot, trail)
    assert trail.accessibleName() == "Step 2 of 2, Outcome"
    first, second = trail.findChildren(QPushButton)
    assert first.accessibleName() == "1, Evidence, done"
    first.setFocus()
    qtbot.keyClick(first, Key.Key_Right)
    with qtbot.waitSignal(trail.chosen, timeout=500) as said:
        qtbot.keyClick(second, Key.Key_Space)
    assert said.args == ["o"]
    trail.set_state("o", "done")
    assert trail.accessibleName() == "2 steps"


@pytest.fixture
def table(qtbot: QtBot) -> TableView:
    table = TableView("Caseload")
    model = QStandardItemModel(0, 2, table)
    model.setHorizontalHeaderLabels(["Patient", "NHS No."])
    for name in ("ABERNATHY, Doreen (Mrs)", "CHAUDHRY, Nasreen (Mrs)", "LLEWELLYN, Ceri (Ms)"):
        model.appendRow([QStandardItem(name), QStandardItem("999 007 9323")])
    table.setModel(model)
    table.resize(500, 200)
    opened(qtbot, table)
    return table


def test_rows_and_header_have_the_height_of_the_design(table: TableView) -> None:
    assert table.rowHeight(0) == 33
    assert table.horizontalHeader().height() == 29
    heard = QAccessible.queryAccessibleInterface(table)
    assert heard.role() == QAccessible.Role.Table
    assert heard.text(QAccessible.Text.Name) == "Caseload"


def test_a_row_is_opened_by_enter_and_by_double_click(qtbot: QtBot, table: TableView) -> None:
    heard: list[int] = []
    table.opened.connect(heard.append)
    table.setFocus()
    table.selectRow(0)
    qtbot.keyClick(table, Key.Key_Down)
    qtbot.keyClick(table, Key.Key_Return)
    at = table.visualRect(table.model().index(2, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseRelease(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert heard == [1, 2]


def test_a_header_asks_for_an_order_and_then_for_the_other(qtbot: QtBot, table: TableView) -> None:
    heard: list[tuple[int, bool]] = []
    table.sort_wanted.connect(lambda column, down: heard.append((column, down)))
    for _ in range(2):
        table.horizontalHeader().sectionClicked.emit(1)
    table.horizontalHeader().sectionClicked.emit(0)
    assert heard == [(1, False), (1, True), (0, False)]


def test_hovering_marks_the_whole_row_and_leaving_ends_it(qtbot: QtBot, table: TableView) -> None:
    qtbot.mouseMove(table.viewport(), table.visualRect(table.model().index(1, 0)).center())
    qtbot.waitUntil(lambda: table.hovered == 1)
    image = table.viewport().grab().toImage()
    for column in (0, 1):
        at = table.visualRect(table.model().index(1, column)).topRight()
        assert image.pixelColor(at.x() - 5, at.y() + 4) == theme_in_use().colour("surface-2")


def test_a_matrix_can_be_walked_by_a_screen_reader(qtbot: QtBot) -> None:
    matrix = StepMatrix("Insulin, steps by visit")
    opened(qtbot, matrix)
    row = MatrixRow(
        11, "Hold for 10 seconds", ("2", "3"), ("Visit 1: 2, with help", "Visit 2: 3, with prompts"), True, True
    )
    matrix.show_rows((MatrixVisit("V1", "Visit 1"), MatrixVisit("V2", "Visit 2", True)), (row,))
    model, said = matrix.model(), Qt.ItemDataRole.AccessibleTextRole
    assert model.data(model.index(0, 0), said) == "11, Hold for 10 seconds, critical"
    assert model.data(model.index(0, 2), said) == "Visit 2: 3, with prompts"
    assert model.headerData(2, Qt.Orientation.Horizontal) == "V2"
    assert model.rowCount(QModelIndex()) == 1
    assert theme_in_use().colour("r3").name() in colours(matrix)


def test_the_picture_says_its_finding_and_offers_the_table(qtbot: QtBot) -> None:
    line = Sparkline()
    opened(qtbot, line)
    line.show_progress(Progress((0, 1, 3, 9, 11), 14, (5, 8), 7), "11 of 14 steps on own after 5 visits.")
    heard = QAccessible.queryAccessibleInterface(line)
    assert heard.role() == QAccessible.Role.Graphic
    assert heard.text(QAccessible.Text.Name) == "11 of 14 steps on own after 5 visits. Press Enter for the table"
    with qtbot.waitSignal(line.table_wanted, timeout=500):
        qtbot.keyClick(line, Key.Key_Return)


def test_nothing_is_projected_before_three_visits(qtbot: QtBot) -> None:
    line = Sparkline()
    opened(qtbot, line)

    def drawn(about: int | None, *on_own: int) -> QImage:
        line.show_progress(Progress(on_own, 14, (5, 8), about), "")
        return line.grab().toImage()

    assert drawn(8, 0, 1) == drawn(8, 0, 1)
    goal = [drawn(8, *on_own).pixelColor(*_goal(line)) for on_own in ((0, 1), (0, 1, 3))]
    assert goal[0] != goal[1]


def _goal(line: Sparkline) -> tuple[int, int]:
    """Where the ring at visit 8 of 9 stands, on its edge."""
    left, right = theme_in_use().px(34), line.width() - 12
    return round(left + (right - left) * 8 / 9) - 4, 8


@pytest.mark.parametrize("progress", [Progress((), 0), Progress((3,), 3), Progress((0,) * 40, 20, (5, 8), 60)])
def test_any_progress_can_be_drawn(qtbot: QtBot, progress: Progress) -> None:
    line = Sparkline()
    opened(qtbot, line)
    line.show_progress(progress, "")
    assert not line.grab().isNull()


@pytest.mark.parametrize(("theme", "text"), [("light", 0.8), ("light", 1.0), ("light", 2.0), ("dark", 1.0)])
def test_no_word_of_the_gallery_is_cut(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, theme: str, text: float
) -> None:
    cut: list[str] = []
    grab = QWidget.grab

    def look(widget: QWidget) -> object:
        for label in widget.findChildren(Text):
            needs = label.fontMetrics().horizontalAdvance(label.text())
            low = label.wordWrap() and label.height() < label.heightForWidth(label.width())
            if label.isVisible() and (low or (not label.wordWrap() and label.width() < needs)):
                cut.append(label.text())
        return grab(widget)

    monkeypatch.setattr(QWidget, "grab", look)
    drawn = gallery.draw(qapp, tmp_path, theme, text)
    assert cut == []
    assert len(drawn) == len(gallery.SAMPLES)
    assert all(path.stat().st_size > 5_000 for path in drawn)
