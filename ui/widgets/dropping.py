"""Files that are dropped on a part of a page, beside the button that asks for them."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import theme_in_use

GOES = (QEvent.Type.DragLeave, QEvent.Type.Drop)


class FilesDropped(QObject):
    """Watches a widget for files; while they hang over it, it says what dropping them does."""

    came = Signal(list)
    """The files, as paths, in the order in which they were chosen."""

    def __init__(self, over: QWidget, words: str, may: Callable[[], bool]) -> None:
        """`may` is asked each time whether files are wanted now."""
        super().__init__(over)
        self._over, self._may = over, may
        self.sign = _Sign(words, over)
        over.setAcceptDrops(True)
        over.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent) and not (self._may() and _files(event)):
            event.ignore()
            return True
        if event.type() in GOES:
            self.sign.hide()
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            event.acceptProposedAction()
            self.came.emit(_files(event))
            return True
        if isinstance(event, QDragEnterEvent):
            self.sign.setGeometry(self._over.rect())
            self.sign.show()
            self.sign.raise_()
        if isinstance(event, QDragMoveEvent):  # entering is one, too
            event.acceptProposedAction()
            return True
        return False


def _files(event: QDropEvent) -> list[Path]:
    """The files of this computer that are held; a folder is none."""
    found = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in found if path.is_file()]


class _Sign(QWidget):
    """A dashed frame with a sentence in its middle, over what it stands on."""

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = words
        self.setAccessibleName(words)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self.rect().adjusted(6, 6, -6, -6)
        painter.setBrush(theme.colour("surface"))
        painter.setPen(QPen(theme.colour("primary"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(room, 8, 8)
        painter.setFont(theme.font("section"))
        painter.setPen(theme.colour("text"))
        middle = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room.adjusted(20, 20, -20, -20), middle, self._words)
        painter.end()
