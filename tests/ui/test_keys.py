"""Keys of one's own: changed by keyboard, checked against every other, and the usual ones brought back."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_desktop.compose import House
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.settings import settings_of
from tests.support.houses import PASSWORD, clock, house, service_template
from tests.support.pages import PlainPage
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.laptop.key_settings import keys_of, refused
from ui.keys import Keys, wear_keys
from ui.main_window import Shell
from ui.menus import key_words
from ui.views.key_settings import KeysDialog
from ui.views.referral.tables import SharedTable
from ui.widgets.buttons import Button
from ui.widgets.tables import RowsModel

__all__ = ["clock", "house", "service_template"]

Key = Qt.Key
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def usual_keys(qapp: QApplication) -> Iterator[None]:
    wear_keys(Keys())
    yield
    wear_keys(Keys())


@pytest.fixture
def shell(house: House, qtbot: QtBot) -> Iterator[Shell]:
    sitting: Sitting = house.enter(house.unlock("priya", PASSWORD))
    made: list[PlainPage] = []

    def make(desk: Desk) -> PlainPage:
        made.append(PlainPage(desk, abilities=frozenset({Action.MAIN})))
        return made[-1]

    one = Shell(sitting, house.directory, pages={"today": make, "caseload": make})
    qtbot.addWidget(one)
    one.resize(1366, 690)
    with qtbot.waitExposed(one):
        one.show()
    one.activateWindow()
    one.go(Place("today"))
    qtbot.waitUntil(lambda: made[0].button.hasFocus())
    yield one
    one.close_down()
    sitting.close()


def press(qtbot: QtBot, key: Qt.Key | str, held: Qt.KeyboardModifier = NONE) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    if isinstance(key, str):
        qtbot.keyClicks(focus, key)
    else:
        qtbot.keyClick(focus, key, held)


def settings(qtbot: QtBot, shell: Shell) -> KeysDialog:
    shell.do(Action.CHANGE_KEYS)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), KeysDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, KeysDialog)
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    qtbot.waitUntil(dialog.filter.hasFocus)
    return dialog


def change(qtbot: QtBot, dialog: KeysDialog, command: str, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    """By keyboard alone: find the command, open its field with Enter, press the keys."""
    dialog.filter.setFocus()
    dialog.filter.selectAll()
    press(qtbot, command)
    press(qtbot, Key.Key_Tab)
    assert dialog.table.hasFocus()
    press(qtbot, Key.Key_Return)
    assert dialog.field.hasFocus()
    press(qtbot, key, held)


def test_a_key_is_changed_by_keyboard_and_holds_at_once_and_at_the_next_start(
    qtbot: QtBot, shell: Shell, house: House
) -> None:
    went = shell.page
    button = Button("Caseload", shortcut="Ctrl+2", parent=shell)
    dialog = settings(qtbot, shell)
    change(qtbot, dialog, "caseload", Key.Key_F12, NONE)
    qtbot.waitUntil(lambda: key_words(Action.CASELOAD) == "F12")
    assert dialog.said.true.text() == "Caseload: F12"
    assert button.accessibleDescription() == "F12"
    press(qtbot, Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert shell.page is went
    with qtbot.waitActive(shell):
        shell.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    press(qtbot, Key.Key_2, CTRL)
    assert shell.page is went, "the usual key is free now"
    press(qtbot, Key.Key_F12)
    qtbot.waitUntil(lambda: shell.place == Place("caseload"))
    user = shell.desk.session.user.id
    assert settings_of(house.directory, user).keys == {"CASELOAD": "F12"}


def test_a_key_that_is_taken_is_refused_by_name_and_nothing_changes(qtbot: QtBot, shell: Shell) -> None:
    dialog = settings(qtbot, shell)
    change(qtbot, dialog, "caseload", Key.Key_K, CTRL)
    assert dialog.said.true.text().startswith("Ctrl+K is Search people and commands.")
    assert key_words(Action.CASELOAD) == "Ctrl+2"
    change(qtbot, dialog, "caseload", Key.Key_J, NONE)
    assert dialog.said.true.text().startswith("A letter or figure alone would act while you type.")
    change(qtbot, dialog, "caseload", Key.Key_F, ALT)
    assert dialog.said.true.text().startswith("Alt+F opens a menu.")
    assert shell.preferences.settings.keys == {}


def test_the_usual_keys_come_back_one_by_one_and_all_at_once(qtbot: QtBot, shell: Shell) -> None:
    dialog = settings(qtbot, shell)
    change(qtbot, dialog, "caseload", Key.Key_F12, NONE)
    change(qtbot, dialog, "lock", Key.Key_2, CTRL)
    change(qtbot, dialog, "caseload", Key.Key_F12, CTRL)
    assert dialog.usual.isEnabled()
    dialog.usual.click()
    assert dialog.said.true.text().startswith("Ctrl+2 is Lock."), "somebody else has it now"
    dialog.all_usual.click()
    assert shell.preferences.settings.keys == {}
    assert key_words(Action.CASELOAD) == "Ctrl+2"
    assert key_words(Action.LOCK) == "Ctrl+L"


def test_tab_leaves_the_field_that_takes_keys(qtbot: QtBot, shell: Shell) -> None:
    dialog = settings(qtbot, shell)
    dialog.field.setFocus()
    press(qtbot, Key.Key_Tab)
    assert not dialog.field.hasFocus()
    press(qtbot, Key.Key_Backtab, SHIFT)
    assert dialog.field.hasFocus()
    assert shell.preferences.settings.keys == {}


def test_letters_in_lists_are_turned_off_and_on(qtbot: QtBot, shell: Shell) -> None:
    heard: list[int] = []
    table = SharedTable("People", (100,))
    model: RowsModel[str] = RowsModel(("Name",), lambda row: (row,), str, table)
    table.setModel(model)
    table.key_pressed.connect(heard.append)
    qtbot.addWidget(table)
    table.show()
    qtbot.keyClick(table, Key.Key_A)
    assert heard == [Key.Key_A]
    dialog = settings(qtbot, shell)
    dialog.letters.setFocus()
    press(qtbot, Key.Key_Space)
    assert shell.preferences.settings.letters is False
    qtbot.keyClick(table, Key.Key_A)
    assert heard == [Key.Key_A]
    press(qtbot, Key.Key_Space)
    qtbot.keyClick(table, Key.Key_A)
    assert heard == [Key.Key_A, Key.Key_A]


def test_every_usual_key_may_be_set_again() -> None:
    for action in Action:
        for key in keys_of(action, {}):
            assert refused(action, key, {}) == "", (action, key)


def test_what_a_file_made_by_hand_holds_of_unknown_commands_is_passed_over(house: House, qtbot: QtBot) -> None:
    wear_keys(Keys(changed={"NO_SUCH_COMMAND": "F9"}))
    assert key_words(Action.CASELOAD) == "Ctrl+2"
