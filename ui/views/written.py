"""What every written page answers alike: Esc leaves it, undo and redo are the page's own."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget


class WrittenView(QWidget):
    """A page with a draft. A control that is typed in gets this as its event filter."""

    undo_wanted = Signal()
    redo_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_wanted.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo and redo are the page's, also while a field is typed in."""
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            for key, wanted in (
                (QKeySequence.StandardKey.Undo, self.undo_wanted),
                (QKeySequence.StandardKey.Redo, self.redo_wanted),
            ):
                if event.matches(key):
                    if event.type() == QEvent.Type.KeyPress:
                        wanted.emit()
                    else:
                        event.ignore()
                    return True
        return False
