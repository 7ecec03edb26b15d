"""A field for a secret: it keeps no history, gives nothing to the clipboard, and says when Caps Lock is on."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from ui.widgets.buttons import Button

_KEEPS_IN = (
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
)


class PasswordEdit(QLineEdit):
    """Pasting is welcome; copying, cutting, dragging and undo are not there."""

    caps_lock = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caps_on = False
        self.setEchoMode(QLineEdit.EchoMode.Password)
        hint = Qt.InputMethodHint
        self.setInputMethodHints(
            hint.ImhHiddenText | hint.ImhSensitiveData | hint.ImhNoPredictiveText | hint.ImhNoAutoUppercase
        )
        self.setDragEnabled(False)

    def take(self) -> str:
        """What was typed. It stays for another try until `forget`."""
        return self.text()

    def forget(self) -> None:
        """Empty the field and its history, and hide again what is typed next."""
        self.setText("")
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and any(event.matches(key) for key in _KEEPS_IN):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._watch_caps_lock(event)
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        from PySide6.QtGui import QAction, QGuiApplication
        from PySide6.QtWidgets import QMenu

        menu = QMenu(self)
        paste = QAction("Paste", menu)
        paste.setEnabled(bool(QGuiApplication.clipboard().text()))
        paste.triggered.connect(self.paste)
        menu.addAction(paste)
        menu.exec(event.globalPos())

    def _watch_caps_lock(self, event: QKeyEvent) -> None:
        """Qt does not tell the lock's state, but a letter that comes out in the wrong height does."""
        text, shifted = event.text(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_CapsLock and self._caps_on:
            self._tell(False)
        elif len(text) == 1 and text.lower() != text.upper():
            self._tell(text.isupper() != shifted)

    def _tell(self, on: bool) -> None:
        if on != self._caps_on:
            self._caps_on = on
            self.caps_lock.emit(on)


class PasswordField(QWidget):
    """The secret with "Show" beside it, in one frame's width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.edit = PasswordEdit()
        self.edit.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_button = Button("Show", "quiet", icon="eye")
        self.show_button.setAccessibleName("Show password")
        self.show_button.clicked.connect(self._turn)
        row.addWidget(self.edit)
        row.addWidget(self.show_button)
        self.setFocusProxy(self.edit)

    def setAccessibleName(self, name: str) -> None:
        """What is typed into bears the name, too: that is what a screen reader comes to."""
        super().setAccessibleName(name)
        self.edit.setAccessibleName(name)

    def forget(self) -> None:
        self.edit.forget()
        self._name_button()

    def _turn(self) -> None:
        hidden = self.edit.echoMode() == QLineEdit.EchoMode.Password
        self.edit.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._name_button()

    def _name_button(self) -> None:
        hidden = self.edit.echoMode() == QLineEdit.EchoMode.Password
        self.show_button.setText("Show" if hidden else "Hide")
        self.show_button.setAccessibleName("Show password" if hidden else "Hide password")
