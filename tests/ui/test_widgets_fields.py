"""Fields say what is wrong beside themselves, never clear what was typed, and preset nothing."""

from datetime import date

import pytest
from PySide6.QtCore import QDate, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCalendarWidget, QFileDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.theme import theme_in_use
from ui.widgets.choices import ChoiceTiles, ToggleChips
from ui.widgets.dates import MONTHS, DateField, day_text
from ui.widgets.fields import ChoiceField, Field, MeasureField
from ui.widgets.folders import FolderField

Key = Qt.Key
TOLD = {"17/11": date(2026, 11, 17), "17-Nov-2026": date(2026, 11, 17), "tomorrow": date(2026, 11, 18)}


def read(typed: str) -> date | None:
    """A stand-in for the reader of dates."""
    day, _, rest = typed.partition("-")
    month, _, year = rest.partition("-")
    if typed in TOLD:
        return TOLD[typed]
    return date(int(year), MONTHS.index(month) + 1, int(day)) if month in MONTHS else None


def opened(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


@pytest.mark.parametrize("typed", ["17/11", "17-Nov-2026"])
def test_a_date_that_can_be_read_is_shown_with_its_month_and_year(qtbot: QtBot, typed: str) -> None:
    field = DateField(read)
    opened(qtbot, field)
    heard: list[date] = []
    field.picked.connect(heard.append)
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Key.Key_Return)
    assert field.text() == "17-Nov-2026"
    assert heard == [date(2026, 11, 17)]
    assert field.day() == date(2026, 11, 17)


def test_a_date_that_cannot_be_read_stays_as_it_was_typed(qtbot: QtBot) -> None:
    field = DateField(read)
    opened(qtbot, field)
    heard: list[str] = []
    field.not_read.connect(heard.append)
    qtbot.keyClicks(field, "31-Fbe ")
    qtbot.keyClick(field, Key.Key_Return)
    assert field.text() == "31-Fbe "
    assert heard == ["31-Fbe "]
    assert field.day() is None


def test_alt_down_opens_the_calendar_and_a_day_is_taken_from_it(qtbot: QtBot) -> None:
    field = DateField(read)
    opened(qtbot, field)
    field.set_day(date(2026, 11, 17))
    qtbot.keyClick(field, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    calendar = field.findChild(QCalendarWidget)
    assert calendar is not None
    assert calendar.isVisible()
    assert calendar.selectedDate() == QDate(2026, 11, 17)
    calendar.setSelectedDate(QDate(2026, 11, 19))
    with qtbot.waitSignal(field.picked, timeout=500) as said:
        calendar.activated.emit(calendar.selectedDate())
    assert said.args == [date(2026, 11, 19)]
    assert field.text() == "19-Nov-2026"
    assert not calendar.isVisible()


def test_escape_closes_the_calendar_and_changes_nothing(qtbot: QtBot) -> None:
    field = DateField(read)
    opened(qtbot, field)
    field.set_day(date(2026, 11, 17))
    qtbot.mouseClick(field.opener, Qt.MouseButton.LeftButton)
    calendar = field.findChild(QCalendarWidget)
    assert calendar is not None
    assert calendar.isVisible()
    qtbot.keyClick(calendar, Key.Key_Escape)
    assert not calendar.isVisible()
    assert field.text() == "17-Nov-2026"


def test_no_date_is_numbers_only() -> None:
    assert [day_text(date(2026, month, 3)) for month in (1, 12)] == ["03-Jan-2026", "03-Dec-2026"]


def test_what_is_wrong_stands_beside_the_field_and_goes_when_it_is_right(qtbot: QtBot) -> None:
    edit = QLineEdit("31-Feb-2026")
    field = Field("Born", edit, hint="For example 14-Mar-1951")
    opened(qtbot, field)
    assert field.message.words.text() == "For example 14-Mar-1951"
    assert edit.accessibleName() == "Born"
    field.tell("hard", "February 2026 has 28 days")
    assert edit.property("state") == "hard"
    assert field.message.words.text() == "February 2026 has 28 days"
    assert edit.accessibleDescription() == "February 2026 has 28 days"
    assert edit.text() == "31-Feb-2026"
    assert edit.grab().toImage().pixelColor(1, edit.height() // 2) == theme_in_use().colour("danger-fill")
    field.tell()
    assert field.message.words.text() == "For example 14-Mar-1951"
    assert edit.grab().toImage().pixelColor(1, edit.height() // 2) == theme_in_use().colour("surface")


def test_only_what_is_optional_says_so(qtbot: QtBot) -> None:
    field = Field("In her words", QLineEdit(), optional=True)
    qtbot.addWidget(field)
    assert field.control.accessibleName() == "In her words, optional"


def test_a_state_moves_nothing_on_the_line(qtbot: QtBot) -> None:
    glucose = MeasureField("Blood glucose", "mmol/L", last="6.8 last")
    opened(qtbot, glucose)
    before = glucose.edit.sizeHint().height()
    glucose.tell("soft", "Under 4.0. Treat, then check again in 15 min.")
    assert glucose.edit.sizeHint().height() == before


def test_a_reading_takes_any_key_and_tells_when_it_is_left(qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    glucose, warm = MeasureField("Blood glucose", "mmol/L", last="6.8 last"), MeasureField("Temperature", "°C")
    column.addWidget(glucose)
    column.addWidget(warm)
    opened(qtbot, window)
    heard: list[str] = []
    glucose.edited.connect(heard.append)
    glucose.edit.setFocus()
    qtbot.keyClicks(glucose.edit, "HI 3,6x")
    with qtbot.waitSignal(glucose.left, timeout=500):
        qtbot.keyClick(glucose.edit, Key.Key_Tab)
    assert warm.edit.hasFocus()
    assert heard[-1] == "HI 3,6x"
    assert glucose.edit.accessibleName() == "Blood glucose, mmol/L"
    assert glucose.edit.accessibleDescription() == "6.8 last"


def test_the_unit_stands_clear_of_the_value(qtbot: QtBot) -> None:
    pressure = MeasureField("Blood pressure", "mmHg")
    opened(qtbot, pressure)
    pressure.edit.setText("132/78")
    room = pressure.edit.width() - pressure.edit.textMargins().right() - 2 * 11
    assert pressure.edit.fontMetrics().horizontalAdvance("132/78") <= room


def test_a_choice_is_not_preset_and_the_wheel_passes_by(qtbot: QtBot) -> None:
    choice = ChoiceField([("a", "Alder Road"), ("b", "Larkspur Close")])
    window = QWidget()
    QVBoxLayout(window).addWidget(choice)
    opened(qtbot, window)
    choice.clearFocus()
    assert choice.key() == ""
    heard: list[str] = []
    choice.chosen.connect(heard.append)
    at = QPointF(5, 5)
    down = QWheelEvent(
        at, at, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(choice, down)
    assert choice.key() == ""
    choice.setFocus()
    qtbot.keyClick(choice, Key.Key_Down)
    assert choice.key() == "a"
    assert heard == ["a"]
    choice.select("b")
    choice.set_options([("b", "Larkspur Close"), ("c", "Elm Street")])
    assert choice.key() == "b"
    choice.set_options([("c", "Elm Street")])
    assert choice.key() == ""
    assert heard == ["a"]


TILES = [("alone", "Independent", "Does the whole task alone"), ("help", "With agreed support", "Named help at home")]


def test_a_tile_is_chosen_by_key_or_click_and_none_is_preset(qtbot: QtBot) -> None:
    tiles = ChoiceTiles(TILES)
    opened(qtbot, tiles)
    heard: list[str] = []
    tiles.chosen.connect(heard.append)
    assert tiles.value == ""
    tiles.tiles["alone"].setFocus()
    qtbot.keyClick(tiles.tiles["alone"], Key.Key_Space)
    qtbot.keyClick(tiles.tiles["alone"], Key.Key_Right)
    assert tiles.tiles["help"].hasFocus()
    tile = tiles.tiles["alone"]
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton, pos=QPoint(tile.width() - 4, tile.height() - 4))
    assert heard == ["alone", "help", "alone"]
    tiles.set_value("")
    assert tiles.value == ""
    assert heard == ["alone", "help", "alone"]
    assert tile.accessibleDescription() == "Does the whole task alone"


def test_chips_are_one_tab_stop_with_arrows_inside(qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    chips, after = ToggleChips([("s", "Show"), ("c", "Chunk"), ("p", "Plan")]), QLineEdit()
    column.addWidget(chips)
    column.addWidget(after)
    opened(qtbot, window)
    heard: list[tuple[str, ...]] = []
    chips.changed.connect(heard.append)
    chips.set_value(["p"])
    first, last = chips.chips["s"], chips.chips["p"]
    first.setFocus()
    qtbot.keyClick(first, Key.Key_Space)
    qtbot.keyClick(first, Key.Key_End)
    assert last.hasFocus()
    qtbot.keyClick(last, Key.Key_Space)
    assert heard == [("s", "p"), ("s",)]
    qtbot.keyClick(last, Key.Key_Home)
    assert first.hasFocus()
    qtbot.keyClick(first, Key.Key_Tab)
    assert after.hasFocus()
    qtbot.keyClick(after, Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert first.hasFocus()


# --- a folder ------------------------------------------------------------------------------------


def test_a_folder_is_typed_or_looked_for_and_giving_up_keeps_what_was_typed(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = FolderField()
    opened(qtbot, field)
    field.setFocus()
    qtbot.keyClicks(field, "/figures")
    found = iter(("", "/found"))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(found))
    qtbot.keyClick(field, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert field.text() == "/figures"
    qtbot.mouseClick(field.opener, Qt.MouseButton.LeftButton)
    assert field.text() == "/found"
    assert field.opener.accessibleName() == "Look for the folder (Alt+Down)"
