"""Keys pressed on whatever has the focus, and the dialog that is in front of it all."""

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from ui.views.form_dialog import FormDialog

Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
Ctrl, Shift, Alt = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
D = TypeVar("D", bound=QDialog)


def press(qtbot: QtBot, *keys: Qt.Key | str, held: Qt.KeyboardModifier = NONE) -> None:
    """Press keys on whatever has the focus, by name or as words."""
    for key in keys:
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        if isinstance(key, str):
            qtbot.keyClicks(QApplication.focusWidget(), key, held)
        else:
            qtbot.keyClick(QApplication.focusWidget(), key, held)


def in_front(qtbot: QtBot, title: str = "", kind: type[D] = FormDialog) -> D:
    """The dialog that is open, once it has the keyboard; of this title, where one follows another."""

    def there() -> bool:
        front = QApplication.activeModalWidget()
        return isinstance(front, kind) and title in ("", front.windowTitle())

    qtbot.waitUntil(there)
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    with qtbot.waitActive(found):
        found.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and found.isAncestorOf(QApplication.focusWidget()))
    return found
