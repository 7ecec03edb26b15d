"""A line that is typed in, and that opens what can be chosen instead."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import IconButton


class OpeningLine(QLineEdit):
    """The button at its right end opens, and so does Alt+Down."""

    def __init__(self, words: str, icon: str, parent: QWidget | None = None) -> None:
        """`words` say what the button does."""
        super().__init__(parent)
        self.opener = IconButton(f"{words} (Alt+Down)", icon, parent=self)
        self.opener.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.opener.clicked.connect(lambda: self.open_choice())

    def open_choice(self) -> None:
        """Show what can be chosen."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_choice()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = min(theme_in_use().px(26), self.height() - 4)
        self.opener.setGeometry(self.width() - side - 3, (self.height() - side) // 2, side, side)
        self.setTextMargins(0, 0, side, 0)
