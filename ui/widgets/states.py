"""What a list shows while there is nothing in it: it is being read, nothing is there, nothing matches, or it failed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from ui.widgets.buttons import Button
from ui.widgets.cards import EmptyState
from ui.widgets.notices import Notice
from ui.widgets.text import announce

PATIENCE_MS = 1_000
"""Shorter reading shows no bar: it would only flicker."""


class StateCard(QWidget):
    """Holds a list and stands in for it. A list once read stays in sight while it is read again."""

    again_wanted = Signal()
    filters_cleared = Signal()

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = self._shown = content
        self._stack = QStackedWidget()
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Reading")
        self.bar.hide()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._show_bar)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.bar)
        whole.addWidget(self._stack, 1)
        self._stack.addWidget(content)  # last: Qt styles anew what is put into something else

    @property
    def shown(self) -> QWidget:
        """The list, or what stands in for it."""
        return self._shown

    def begin(self) -> None:
        """Reading begins; a bar shows where it takes longer than a second."""
        self._patience.start()

    def show_content(self) -> None:
        """The list has something in it."""
        self._instead(None)

    def show_empty(self, icon: str, true: str, fills: str = "", actions: Sequence[Button] = ()) -> None:
        """Nothing is there yet: what is true, and what will fill it."""
        self._instead(EmptyState(icon, true, fills, actions))

    def show_no_match(self, filters: str, true: str = "No one matches these filters") -> None:
        """Something is there, but not under these filters, which are said again in words."""
        clear = Button("Clear filters")
        clear.clicked.connect(self.filters_cleared)
        self._instead(EmptyState("search-x", true, filters, (clear,)))

    def show_error(self, happened: str, do: str) -> None:
        """It could not be read. What was read before is not shown as if it were still true."""
        notice = Notice(happened, do, "danger", link="Try again")
        notice.link_chosen.connect(self.again_wanted)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(notice)
        column.addStretch(1)
        holder.setAccessibleName(notice.accessibleName())
        self._instead(holder)
        if not isinstance(self.window().focusWidget(), QLineEdit):  # a filter that is being typed keeps the keyboard
            notice.link.setFocus(Qt.FocusReason.OtherFocusReason)

    def _instead(self, stands: QWidget | None) -> None:
        self._patience.stop()
        self.bar.hide()
        before, self._shown = self._shown, stands or self._content
        if stands is not None:
            self._stack.addWidget(stands)
        self._stack.setCurrentWidget(self._shown)
        if stands is not None and stands.accessibleName() != before.accessibleName():
            announce(self, stands.accessibleName())
        if before is not self._content:
            self._stack.removeWidget(before)
            before.deleteLater()

    def _show_bar(self) -> None:
        self.bar.show()
        announce(self, "Reading")
