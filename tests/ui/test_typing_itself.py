"""What tests press keys with must itself stand what keys do."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from tests.support.keyboard import CTRL, ENTER, Keyboard, until


class ClosesOnEnter(QLineEdit):
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == ENTER:
            QTimer.singleShot(0, self.window().close)


def test_a_key_whose_going_down_takes_its_window_away_goes_up_in_the_next(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    for _ in range(20):
        dialog = QDialog(window)
        dialog.setModal(True)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        line = ClosesOnEnter(dialog)
        dialog.open()
        line.setFocus()
        Keyboard().press(ENTER, held=CTRL)
        del dialog, line
        until(lambda: window.findChild(QDialog) is None)
