"""Rating a step takes one key, and the control tells and never decides."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QRadioButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.gallery import MARKS
from ui.theme import apply, load
from ui.widgets.rating import FIRST, LAST, GroupBar, RatingControl, RatingRow, RatingSquare
from ui.widgets.scale import ScaleControl, YesNo

Key = Qt.Key


class Ears:
    """Everything a control said, in order."""

    def __init__(self, control: RatingControl) -> None:
        self.heard: list[object] = []
        control.rated.connect(lambda code: self.heard.append(("rated", code)))
        for name in ("same_as_last", "rest_as_last", "not_applicable_wanted", "note_wanted", "cleared"):
            getattr(control, name).connect(lambda name=name: self.heard.append(name))
        control.step_wanted.connect(lambda rows: self.heard.append(("step", rows)))


@pytest.fixture
def control(qtbot: QtBot) -> RatingControl:
    control = RatingControl(MARKS)
    control.describe("Step 8 of 18, check the dose in the window, critical", "Last visit 2, with help")
    qtbot.addWidget(control)
    control.show()
    return control


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (Key.Key_1, "not_yet"),
        (Key.Key_2, "assisted"),
        (Key.Key_3, "prompted"),
        (Key.Key_4, "independent"),
        (Key.Key_0, "not_observed"),
    ],
)
def test_one_key_rates(qtbot: QtBot, control: RatingControl, key: Key, code: str) -> None:
    ears = Ears(control)
    qtbot.keyClick(control, key)
    assert ears.heard == [("rated", code)]
    assert control.value == code


@pytest.mark.parametrize(
    ("typed", "said"),
    [("=", "same_as_last"), ("+", "rest_as_last"), ("/", "not_applicable_wanted"), ("n", "note_wanted")],
)
def test_a_key_that_asks_changes_nothing(qtbot: QtBot, control: RatingControl, typed: str, said: str) -> None:
    control.set_value("prompted")
    ears = Ears(control)
    qtbot.keyClicks(control, typed)
    assert ears.heard == [said]
    assert control.value == "prompted"


@pytest.mark.parametrize(
    ("key", "rows"), [(Key.Key_Up, -1), (Key.Key_Down, 1), (Key.Key_Home, FIRST), (Key.Key_End, LAST)]
)
def test_the_arrows_ask_for_another_row(qtbot: QtBot, control: RatingControl, key: Key, rows: int) -> None:
    ears = Ears(control)
    qtbot.keyClick(control, key)
    assert ears.heard == [("step", rows)]


def test_backspace_clears(qtbot: QtBot, control: RatingControl) -> None:
    control.set_value("prompted")
    ears = Ears(control)
    qtbot.keyClick(control, Key.Key_Backspace)
    assert ears.heard == ["cleared"]
    assert control.value == ""


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier])
def test_a_shortcut_of_the_window_never_rates(
    qtbot: QtBot, control: RatingControl, modifier: Qt.KeyboardModifier
) -> None:
    ears = Ears(control)
    qtbot.keyClick(control, Key.Key_1, modifier)
    assert ears.heard == []


def test_letters_and_other_digits_do_nothing(qtbot: QtBot, control: RatingControl) -> None:
    ears = Ears(control)
    qtbot.keyClicks(control, "56789xyz")
    assert ears.heard == []


def test_setting_a_value_says_nothing_back(control: RatingControl) -> None:
    ears = Ears(control)
    control.set_value("assisted")
    control.set_value("")
    assert ears.heard == []


def test_a_click_rates_also_where_the_step_was_not_seen(qtbot: QtBot, control: RatingControl) -> None:
    control.set_value("not_observed")
    ears = Ears(control)
    for cell in control.findChildren(QRadioButton)[1:3]:
        qtbot.mouseClick(cell, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(control.findChildren(QRadioButton)[2], Qt.MouseButton.LeftButton)
    assert ears.heard == [("rated", "assisted"), ("rated", "prompted"), ("rated", "prompted")]
    assert control.value == "prompted"


def test_a_list_of_steps_is_one_tab_stop_each(qtbot: QtBot) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    rows = [RatingRow(n, f"Step {n}", MARKS, critical=n == 2) for n in (1, 2, 3)]
    for row in rows:
        column.addWidget(row)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    rows[0].control.setFocus()
    for row, after in pairwise(rows):
        qtbot.keyClick(row.control, Key.Key_Tab)
        assert after.control.hasFocus()
        assert after.property("current") is True
    assert rows[0].property("current") is False


def test_a_screen_reader_hears_step_last_visit_and_today(control: RatingControl) -> None:
    assert control.accessibleName().endswith("Last visit 2, with help. Today not rated")
    control.set_value("prompted")
    assert control.accessibleName() == (
        "Step 8 of 18, check the dose in the window, critical. Last visit 2, with help. Today 3, with prompts"
    )
    control.set_value("na")
    assert control.accessibleName().endswith("Today not applicable")
    whole = QAccessible.queryAccessibleInterface(control)
    assert whole.role() == QAccessible.Role.Grouping
    assert [whole.child(n).role() for n in range(4)] == [QAccessible.Role.RadioButton] * 4
    assert whole.child(2).text(QAccessible.Text.Name) == "3, with prompts"


def test_every_value_looks_different(control: RatingControl) -> None:
    drawn = []
    for mark in (*MARKS, None):
        control.set_value(mark.code if mark else "")
        drawn.append(control.grab().toImage())
    assert all(one != other for place, one in enumerate(drawn) for other in drawn[:place])


def test_every_square_looks_different_without_colour(qtbot: QtBot) -> None:
    drawn = []
    for key in ("", "0", "/", "1", "2", "3", "4"):
        square = RatingSquare(key, "Visit 5")
        qtbot.addWidget(square)
        image = square.grab().toImage()
        drawn.append(image.convertToFormat(image.Format.Format_Mono))
    assert all(one != other for place, one in enumerate(drawn) for other in drawn[:place])


def test_sizes_are_the_designs(control: RatingControl) -> None:
    assert control.sizeHint().height() == 26
    assert all(cell.width() == 37 and cell.height() == 26 for cell in control.findChildren(QRadioButton))
    row = RatingRow(1, "Wash and dry hands", MARKS)
    assert row.sizeHint().height() <= 27


def test_the_pencil_asks_for_a_note_and_tells_whether_there_is_one(qtbot: QtBot) -> None:
    row = RatingRow(3, "Prime with 2 units", MARKS)
    qtbot.addWidget(row)
    with qtbot.waitSignal(row.control.note_wanted, timeout=500):
        qtbot.mouseClick(row.note, Qt.MouseButton.LeftButton)
    row.set_note(True)
    assert row.note.accessibleName() == "Note on step 3 (N)"


def test_a_click_on_the_row_goes_to_its_control(qtbot: QtBot) -> None:
    row = RatingRow(3, "Prime with 2 units", MARKS)
    qtbot.addWidget(row)
    row.show()
    row.activateWindow()
    qtbot.waitUntil(row.isActiveWindow)
    row.control.clearFocus()
    with qtbot.waitSignal(row.chosen, timeout=500):
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    assert row.control.hasFocus()


def test_a_group_says_how_far_it_is_and_folds_by_key(qtbot: QtBot) -> None:
    bar = GroupBar("Before")
    qtbot.addWidget(bar)
    bar.set_count(6, 6)
    assert bar.accessibleName() == "Before, 6 of 6 rated, open"
    qtbot.keyClick(bar, Key.Key_Space)
    assert not bar.isChecked()
    assert bar.accessibleName().endswith("folded")


# --- 0 to 10 -------------------------------------------------------------------------------------


@pytest.fixture
def scale(qtbot: QtBot) -> tuple[ScaleControl, Callable[[float], None], list[int]]:
    now = [0.0]
    control = ScaleControl("Confidence to do this alone", clock=lambda: now[0])
    qtbot.addWidget(control)
    heard: list[int] = []
    control.scored.connect(heard.append)

    def wait(seconds: float) -> None:
        now[0] += seconds

    return control, wait, heard


Scale = tuple[ScaleControl, Callable[[float], None], list[int]]


def test_a_digit_scores(qtbot: QtBot, scale: Scale) -> None:
    control, _, heard = scale
    for digit in "0123456789":
        qtbot.keyClicks(control, digit)
        assert control.score == int(digit)
    assert heard == list(range(10))


def test_one_then_nought_at_once_is_ten(qtbot: QtBot, scale: Scale) -> None:
    control, wait, heard = scale
    qtbot.keyClicks(control, "1")
    wait(0.6)
    qtbot.keyClicks(control, "0")
    assert heard == [1, 10]


def test_one_then_nought_later_is_nought(qtbot: QtBot, scale: Scale) -> None:
    control, wait, heard = scale
    qtbot.keyClicks(control, "1")
    wait(0.61)
    qtbot.keyClicks(control, "0")
    assert heard == [1, 0]


def test_only_one_then_nought_is_ten(qtbot: QtBot, scale: Scale) -> None:
    control, _, heard = scale
    qtbot.keyClicks(control, "120")
    qtbot.keyClicks(control, "100")
    assert heard == [1, 2, 0, 1, 10, 0]


def test_arrows_move_by_one_and_stop_at_the_ends(qtbot: QtBot, scale: Scale) -> None:
    control, _, heard = scale
    qtbot.keyClick(control, Key.Key_Right)
    assert control.score == 0
    qtbot.keyClick(control, Key.Key_Left)
    control.set_score(10)
    qtbot.keyClick(control, Key.Key_Right)
    assert heard == [0, 0, 10]


def test_no_score_is_not_nought(qtbot: QtBot, scale: Scale) -> None:
    control, _, _ = scale
    assert control.score is None
    assert control.accessibleName() == "Confidence to do this alone, no score"
    control.set_score(0)
    assert control.score == 0
    assert control.accessibleName() == "Confidence to do this alone, 0 of 10"
    with qtbot.waitSignal(control.cleared, timeout=500):
        qtbot.keyClick(control, Key.Key_Backspace)
    assert control.score is None


# --- yes or no -----------------------------------------------------------------------------------


def test_nothing_is_preset_and_a_key_answers(qtbot: QtBot) -> None:
    asked = YesNo("Site hot or weeping", alarm=True)
    qtbot.addWidget(asked)
    heard: list[bool] = []
    asked.answered.connect(heard.append)
    assert asked.answer is None
    assert asked.accessibleName() == "Site hot or weeping, not answered"
    qtbot.keyClicks(asked, "n")
    assert asked.answer is False
    qtbot.keyClicks(asked, "Y")
    assert asked.answer is True
    qtbot.keyClick(asked, Key.Key_Left)
    asked.set_answer(None)
    assert heard == [False, True, False]
    assert asked.answer is None


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_yes_that_alarms_is_red(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    theme = load(name)
    apply(qapp, theme)
    asked = YesNo("Site hot or weeping", alarm=True)
    qtbot.addWidget(asked)
    asked.set_answer(True)
    assert asked.grab().toImage().pixelColor(asked.width() - 6, 4) == theme.colour("danger-fill")
