"""A dialog grows with the text, and never past the window it lies over."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from ui.theme import apply, load
from ui.views.help import HelpView
from ui.views.key_settings import KeysDialog
from ui.views.keys import KeySheet
from ui.views.openings import OpeningsDialog

DIALOGS: dict[str, Callable[[QWidget], QDialog]] = {
    "help": lambda over: HelpView("Today", "# Today", over),
    "keys of a page": lambda over: KeySheet((("Ctrl+K", "Find"),) * 40, over),
    "key settings": lambda over: KeysDialog(True, over),
    "records opened": lambda over: OpeningsDialog(over),
}


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_stays_inside_its_window_at_text_size_200(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    apply(qapp, load("light", 2))
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(1366, 690)
    window.show()
    dialog = DIALOGS[name](window)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert dialog.width() <= window.width()
    assert dialog.height() <= window.height()


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_grows_with_the_text(qtbot: QtBot, qapp: QApplication, name: str) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(3000, 2000)
    small = DIALOGS[name](window)
    apply(qapp, load("light", 2))
    large = DIALOGS[name](window)
    assert large.width() > 1.5 * small.width()
