"""A note not everyone in the room may read: a neutral mark that opens on a key and closes by itself."""

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QGuiApplication, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.text import Text, announce, give_role

OPEN_MS = 8000
"""How long the words stay without a key; a screen reader keeps them open as long as it runs."""

WIDTH = 340


class PrivateNote(QWidget):
    """The mark "Note". It says neither what kind of note this is nor whose.

    Pressing it emits `asked`; whoever owns the words writes the reading down first and then gives them to `tell`.
    They go after a few seconds, on Esc, and when anything else is clicked or takes the focus, and are held nowhere
    after that.
    """

    asked = Signal()

    def __init__(self, about: str = "Note", *, parent: QWidget | None = None) -> None:
        """`about` is what a screen reader calls the mark: "Note, Abernathy, Doreen" in a list of several people."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.mark = Button("Note", small=True)
        self.mark.setAccessibleName(about)
        self.mark.setAccessibleDescription("Opens for a few seconds. Opening it is noted.")
        self.mark.clicked.connect(self._pressed)
        row.addWidget(self.mark)
        self.setFocusProxy(self.mark)
        self._shown: _Words | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(OPEN_MS)
        self._timer.timeout.connect(self._time_is_up)

    @property
    def is_open(self) -> bool:
        return self._shown is not None

    def tell(self, words: str) -> None:
        """Show the words beside the mark, for a few seconds. One that is no longer on screen shows nothing."""
        self.close_note()
        if not self.isVisible():
            return
        self._shown = _Words(words, self)
        self._shown.gone.connect(self._forget)
        self._shown.open_under(self.mark)
        self._timer.start()
        announce(self, words)

    def close_note(self) -> None:
        """Close it now; nothing of the words is kept."""
        if self._shown is not None:
            self._shown.close()

    def _pressed(self) -> None:
        if self.is_open:
            self.close_note()
        else:
            self.asked.emit()

    def _time_is_up(self) -> None:
        if QAccessible.isActive():
            self._timer.start()
        else:
            self.close_note()

    def _forget(self) -> None:
        self._timer.stop()
        self._shown = None


class _Words(QFrame):
    """A popup: Qt closes it when anything else is clicked, and gives the focus back to the mark."""

    gone = Signal()

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        give_role(self, QAccessible.Role.Note)
        self.setAccessibleName(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        self.words = Text(words, "cell", wrap=True)
        column.addWidget(self.words)

    def open_under(self, mark: QWidget) -> None:
        width = theme_in_use().px(WIDTH)
        self.setFixedWidth(width)
        self.adjustSize()
        place = QRect(mark.mapToGlobal(QPoint(0, mark.height() + 2)), self.size())
        screen = QGuiApplication.screenAt(place.topLeft()) or QGuiApplication.primaryScreen()
        space = screen.availableGeometry()
        place.moveRight(min(place.right(), space.right()))
        if place.bottom() > space.bottom():
            place.moveBottom(mark.mapToGlobal(QPoint(0, -2)).y())
        self.move(place.topLeft())
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Any key closes it: it was opened to be read."""
        self.close()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isVisible() and not self.isActiveWindow():
            self.close()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.words.setText("")
        self.setAccessibleName("")
        self.gone.emit()
