"""What the page tells: notices that stay, toasts that go."""

from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.text import Icon, Text, announce, give_role, restyle

NoticeKind = Literal["info", "ok", "warn", "danger", "violet"]

LOOKS: dict[NoticeKind, tuple[str, str]] = {
    "info": ("info", "text"),
    "ok": ("shield-check", "ok"),
    "warn": ("triangle-alert", "warn"),
    "danger": ("octagon-alert", "danger"),
    "violet": ("git-merge", "violet"),
}
"""Icon and its colour, by kind."""

TOAST_MS = 8000


class Notice(QFrame):
    """A first sentence in bold that says what is true, then what to do, and perhaps a link."""

    link_chosen = Signal()

    def __init__(
        self,
        true: str,
        do: str = "",
        kind: NoticeKind = "info",
        *,
        icon: str = "",
        link: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        give_role(self, QAccessible.Role.AlertMessage if kind in ("warn", "danger") else QAccessible.Role.Note)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 12, 8)
        row.setSpacing(10)
        self._icon = Icon("info", "text", 17)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(1)
        row.addLayout(column, 1)
        self.true, self.do = Text(strong=True, wrap=True), Text(wrap=True)
        self.link = Button(link, "link")
        self.link.clicked.connect(self.link_chosen)
        for part in (self.true, self.do):
            column.addWidget(part)
        column.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)
        self.tell(true, do, kind, icon=icon)
        self.link.setVisible(bool(link))

    def tell(self, true: str, do: str = "", kind: NoticeKind = "info", *, icon: str = "") -> None:
        """Say something else in the same place."""
        name, token = LOOKS[kind]
        self._icon.turn_into(icon or name, token)
        self.true.setText(true)
        self.do.setText(do)
        self.do.setVisible(bool(do))
        self.setAccessibleName(f"{true} {do}".strip())
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            restyle(self)


class Toast(QFrame):
    """What was just done, at the bottom left of its window, with Undo. Never for an error.

    It goes after 8 seconds, but not while it has the focus or a screen reader is running.
    """

    undo_wanted = Signal()

    def __init__(self, window: QWidget, *, left: int = 20, above: int = 38) -> None:
        """`left` and `above` are how far from the window's left and lower edges it stands, in pixels."""
        super().__init__(window)
        self.setObjectName("toast")
        self._window = window
        give_role(self, QAccessible.Role.Notification)
        self._left, self._above = left, above
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(10)
        row.addWidget(Icon("check", "toast-text", 16))
        self.words = Text("", "cell", "toast-text")
        row.addWidget(self.words)
        self.undo = Button("Undo", "link", ink="toast-link")
        self.undo.clicked.connect(self._undo)
        row.addWidget(self.undo)
        self.close_it = Button("Close", "link", ink="toast-link")
        self.close_it.clicked.connect(self._close)
        row.addWidget(self.close_it)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOAST_MS)
        self._timer.timeout.connect(self._time_is_up)
        self.hide()
        window.installEventFilter(self)

    def say(self, words: str, *, undo: bool = False) -> None:
        self.words.setText(words)
        self.setAccessibleName(words)
        self.undo.setVisible(undo)
        self.close_it.setVisible(QAccessible.isActive())  # then it does not go by itself
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        announce(self, words)

    def stand(self, *, left: int, above: int) -> None:
        """Another distance from the window's left and lower edges."""
        self._left, self._above = left, above
        if not self.isHidden():
            self._place()

    def offer_undo(self) -> None:
        """Put Undo beside the words that stand there."""
        self.undo.show()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def _place(self) -> None:
        self.setMinimumHeight(theme_in_use().px(38))
        self.adjustSize()
        self.move(self._left, self._window.height() - self.height() - self._above)

    def _time_is_up(self) -> None:
        held = any(button.isVisible() and button.hasFocus() for button in (self.undo, self.close_it))
        if held or QAccessible.isActive():
            self._timer.start()
        else:
            self._close()

    def _undo(self) -> None:
        self._close()
        self.undo_wanted.emit()

    def _close(self) -> None:
        self._timer.stop()
        self.hide()
