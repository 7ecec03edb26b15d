"""One tab stop for a set of buttons: the arrow keys move inside it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
ON = (Qt.Key.Key_Right, Qt.Key.Key_Down)


class Roving(QObject):
    """Moves the focus among `members`; Tab enters at the last one that had it."""

    def __init__(self, owner: QWidget, members: Sequence[QWidget]) -> None:
        super().__init__(owner)
        self._members = list(members)
        for member in self._members:
            member.installEventFilter(self)
        if self._members:
            self.enter_at(self._members[0])

    def enter_at(self, stop: QWidget) -> None:
        """Make this member the one that Tab reaches."""
        for member in self._members:
            member.setFocusPolicy(Qt.FocusPolicy.StrongFocus if member is stop else Qt.FocusPolicy.ClickFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.enter_at(watched)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.modifiers():
            return self._move(watched, Qt.Key(event.key()))
        return False

    def _move(self, now: QObject, key: Qt.Key) -> bool:
        seen = [member for member in self._members if member.isVisible() and member.isEnabled()]
        here = next((place for place, member in enumerate(seen) if member is now), None)
        if here is None:
            return False
        if key in BACK:
            there = here - 1
        elif key in ON:
            there = here + 1
        elif key == Qt.Key.Key_Home:
            there = 0
        elif key == Qt.Key.Key_End:
            there = len(seen) - 1
        else:
            return False
        seen[there % len(seen)].setFocus(Qt.FocusReason.OtherFocusReason)
        return True
