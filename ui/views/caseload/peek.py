"""The panel beside the list: what a nurse needs of one person without leaving the list."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from smf_desktop.presenters.caseload.handover import PersonSheet
from smf_desktop.presenters.opening import CLOSED, CLOSED_DO
from ui.theme import theme_in_use
from ui.widgets.buttons import Button, IconButton
from ui.widgets.notices import Notice
from ui.widgets.text import Text, announce, give_role
from ui.widgets.tracks import ProgressTrack


class PeekPanel(QFrame):
    """One person: allergies, next visit, dose cover, open flags, what is not yet on own. Esc or Space closes it.

    Nothing of somebody on a colleague's list is shown until the reason is given: Space, or the button, asks for it.
    """

    closed = Signal()
    open_wanted = Signal(str)
    reason_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        give_role(self, QAccessible.Role.Pane)
        self.patient = ""
        self.is_closed = False
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(14, 10, 8, 6)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.name, self.about = Text("", "section", wrap=True), Text("", "dense", "text-2", wrap=True, tabular=True)
        words.addWidget(self.name)
        words.addWidget(self.about)
        top.addLayout(words, 1)
        self.close_ = IconButton("Close peek", "x")
        self.close_.clicked.connect(self.closed)
        top.addWidget(self.close_, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(top)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("About this person")
        whole.addWidget(self._area, 1)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(14, 6, 14, 10)
        self.open = Button("Open record", shortcut="Enter")
        self.open.clicked.connect(lambda: self.open_wanted.emit(self.patient))
        bottom.addWidget(self.open)
        bottom.addStretch(1)
        whole.addLayout(bottom)
        self.empty()

    def show_person(self, sheet: PersonSheet) -> None:
        self.patient, self.is_closed = sheet.patient, False
        self.name.setText(sheet.name)
        self.about.setText(sheet.about)
        self.setAccessibleName(f"Peek: {sheet.name}")
        inside, column = self._inside()
        for skill in sheet.skills:
            track = ProgressTrack(skill.label, icon=skill.icon)
            track.tell(skill.done, skill.of)
            column.addWidget(track)
        for part in sheet.parts:
            column.addSpacing(6)
            column.addWidget(Text(part.heading, "caption", "text-2", strong=True))
            for line in part.lines:
                column.addWidget(Text(line, "cell", "danger" if part.danger else "", strong=part.danger, wrap=True))
        column.addStretch(1)
        self._area.setWidget(inside)
        self.open.setEnabled(True)

    def show_closed(self, name: str) -> None:
        """Somebody on a colleague's list."""
        self.empty()
        self.is_closed = True
        self.name.setText(name)
        self.setAccessibleName(f"Peek: {name}, on a colleague's list")
        inside, column = self._inside()
        notice = Notice(CLOSED, CLOSED_DO, "warn", icon="eye")
        column.addWidget(notice)
        say = Button("Say why and look", shortcut="Space")
        say.clicked.connect(self.reason_wanted)
        column.addWidget(say, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._area.setWidget(inside)
        announce(self, f"{CLOSED} {CLOSED_DO}")

    def empty(self) -> None:
        """Leave no trace of anyone."""
        self.patient = ""
        self.is_closed = False
        self.name.setText("")
        self.about.setText("")
        self.setAccessibleName("Peek")
        self._area.setWidget(self._inside()[0])
        self.open.setEnabled(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers() and self.is_closed:
            self.reason_wanted.emit()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Space) and not event.modifiers():
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _inside(self) -> tuple[QWidget, QVBoxLayout]:
        inside = QWidget()
        inside.setObjectName("scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 2, 14, 8)
        column.setSpacing(theme_in_use().px(3))
        return inside, column
