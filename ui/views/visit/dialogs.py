"""The few questions of a visit that must be answered now. The safe answer has the focus."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from ui.views.parts import Line, Radios, height, stack
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.text import Text


class Question(QDialog):
    """One question, its answers as buttons, and where wanted a choice and a reason to type."""

    answered = Signal(str, str)
    """What was chosen and typed; not sent when the safe answer was taken."""

    def __init__(
        self,
        title: str,
        about: str,
        yes: str,
        no: str,
        *,
        choices: Sequence[tuple[str, str]] = (),
        reason: str = "",
        reason_needed: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`choices` are (code, words); `reason` labels the line to type in, "" for none."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(height(440))
        self._reason_needed = reason_needed
        whole = stack(self, gap=10, margins=(18, 16, 18, 14))
        whole.addWidget(Text(title, "section", wrap=True))
        if about:
            whole.addWidget(Text(about, "cell", "text-2", wrap=True))
        self.choices = Radios(choices, title, columns=1) if choices else None
        if self.choices:
            whole.addWidget(self.choices)
        self.reason = Line(dense=False)
        self.field = Field(reason or "Reason", self.reason, optional=not reason_needed)
        if reason:
            whole.addWidget(self.field)
        self.wanted = Text("", "dense", "danger", strong=True)
        self.wanted.hide()
        whole.addWidget(self.wanted)
        row = QHBoxLayout()
        row.addStretch(1)
        self.no, self.yes = Button(no), Button(yes, "primary")
        row.addWidget(self.no)
        row.addWidget(self.yes)
        whole.addLayout(row)
        self._has_reason = bool(reason)
        self.no.clicked.connect(self.reject)
        self.yes.clicked.connect(self._answer)
        self.reason.returnPressed.connect(self._answer)
        if self.choices:
            self.choices.take_focus()
        else:
            (self.reason if reason else self.no).setFocus()

    def _answer(self) -> None:
        if self.choices is not None and not self.choices.value:
            self._want("Choose one of these")
            self.choices.take_focus()
        elif self._has_reason and self._reason_needed and not self.reason.text().strip():
            self._want("Enter a reason")
            self.reason.setFocus()
        else:
            chosen = self.choices.value if self.choices is not None else ""
            self.accept()
            self.answered.emit(chosen, self.reason.text())

    def _want(self, words: str) -> None:
        self.wanted.setText(words)
        self.wanted.show()
