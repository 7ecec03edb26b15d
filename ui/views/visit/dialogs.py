"""The few questions of a visit that must be answered now. The safe answer has the focus."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from ui.views.parts import height, stack
from ui.widgets.buttons import Button
from ui.widgets.text import Text


class Question(QDialog):
    """One question, its two answers as buttons."""

    answered = Signal()
    """Yes; not sent when the safe answer was taken."""

    def __init__(self, title: str, about: str, yes: str, no: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(height(440))
        whole = stack(self, gap=10, margins=(18, 16, 18, 14))
        whole.addWidget(Text(title, "section", wrap=True))
        if about:
            whole.addWidget(Text(about, "cell", "text-2", wrap=True))
        row = QHBoxLayout()
        row.addStretch(1)
        self.no, self.yes = Button(no), Button(yes, "primary")
        row.addWidget(self.no)
        row.addWidget(self.yes)
        whole.addLayout(row)
        self.no.clicked.connect(self.reject)
        self.yes.clicked.connect(self._answer)
        self.no.setFocus()

    def _answer(self) -> None:
        self.accept()
        self.answered.emit()
