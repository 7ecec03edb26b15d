"""Dialogs about oneself: a new password, a quick code; and about the application."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.buttons import Button
from ui.widgets.fields import Field, tell_field
from ui.widgets.notices import Notice
from ui.widgets.password import PasswordField
from ui.widgets.text import Text


class SecretDialog(QDialog):
    """Asks for secrets, each under its label; the last two have to be the same. Gives them as a tuple."""

    given = Signal(tuple)

    def __init__(
        self, title: str, about: str, labels: Sequence[str], button: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 14, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(Text(title, "section"))
        whole.addWidget(Text(about, "cell", "text-2", wrap=True))
        self.secrets = [PasswordField() for _ in labels]
        self.fields = [Field(label, secret) for label, secret in zip(labels, self.secrets, strict=True)]
        for field, secret in zip(self.fields, self.secrets, strict=True):
            secret.edit.setAccessibleName(field.label.text())
            secret.edit.returnPressed.connect(self._submit)
            whole.addWidget(field)
        self.save, self.cancel = Button(button, "primary", shortcut="Enter"), Button("Cancel")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        whole.addLayout(row)
        self.save.clicked.connect(self._submit)
        self.cancel.clicked.connect(self.reject)
        self.finished.connect(self._forget)
        self.setMinimumWidth(420)
        self.secrets[0].setFocus()
        self._busy = False

    def tell(self, place: int, words: str) -> None:
        """What is wrong with one of them."""
        self.set_busy(False)
        field, edit = self.fields[place], self.secrets[place].edit
        tell_field(edit, field.label.text(), field.message, "hard" if words else "", words)
        edit.setFocus()
        edit.selectAll()

    def set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.save.set_busy("Saving" if busy else "")

    def _submit(self) -> None:
        if self._busy:
            return
        typed = tuple(secret.edit.take() for secret in self.secrets)
        for field, secret in zip(self.fields, self.secrets, strict=True):
            tell_field(secret.edit, field.label.text(), field.message, "", "")
        if typed[-1] != typed[-2]:
            self.tell(len(typed) - 1, "The two differ. Type the same one twice.")
        else:
            self.set_busy(True)
            self.given.emit(typed)

    def _forget(self) -> None:
        for secret in self.secrets:
            secret.forget()


class AboutView(QDialog):
    """A few facts, each a label and what it says."""

    def __init__(self, title: str, facts: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"About {title}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 14, 18, 14)
        whole.setSpacing(8)
        whole.addWidget(Text(title, "page"))
        for label, words in facts:
            whole.addWidget(Text(label, "dense", "text-2"))
            value = Text(words, "cell", wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
            whole.addWidget(value)
        whole.addWidget(
            Notice("Use it with made-up people.", "A service's clinical safety officer has to accept it first.")
        )
        close = Button("Close", "primary")
        close.clicked.connect(self.accept)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(460)
        close.setFocus()
