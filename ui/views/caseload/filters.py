"""The bar over the list of people: the field to type in, and the filters as chips."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from smf_desktop.presenters.caseload.views import FilterChip
from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.chips import FilterChip as Chip
from ui.widgets.flow import FlowLayout
from ui.widgets.text import KeyCap

TYPING_PAUSE = 150
"""Milliseconds without a key before the list is asked for again."""

FIELD = 210


class FilterBar(QWidget):
    """On a small screen the chips fold behind one button."""

    typed = Signal(str)
    entered = Signal()
    """Enter in the field: on to the list."""

    chosen = Signal(str, str)
    """The filter, and the code that was chosen; "" takes it away."""

    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_narrowed = False
        """Whether any filter stands."""

        self._small = False
        self.field = QLineEdit()
        self.field.setPlaceholderText("Name, number, carer, street")
        self.field.setAccessibleName("Filter this list by name, number, telephone, carer, postcode or street (Ctrl+F)")
        self.field.setClearButtonEnabled(False)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE)
        self._pause.timeout.connect(lambda: self.typed.emit(self.field.text()))
        self.field.textEdited.connect(lambda _words: self._pause.start())
        self.field.returnPressed.connect(self._enter)
        self.chips: dict[str, Chip] = {}
        self.more = Button("Filters", icon="filter")
        self.more.setCheckable(True)
        self.more.toggled.connect(lambda _on: self._show())
        self.clear_all = Button("Clear filters", "link")
        self.clear_all.clicked.connect(self.cleared)
        self._row = FlowLayout(self, gap=8, line_gap=6, centred=True)
        self._row.setContentsMargins(20, 8, 20, 0)
        self._cap = KeyCap("Ctrl+F")
        for part in (self.field, self._cap, self.more, self.clear_all):
            self._row.addWidget(part)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_filters(self, filters: Sequence[FilterChip], text: str) -> None:
        for one in filters:
            chip = self.chips.get(one.key)
            if chip is None:
                chip = self.chips[one.key] = Chip(one.label)
                chip.chosen.connect(lambda code, key=one.key: self.chosen.emit(key, code))
                self._row.addWidget(chip)
                self._row.addWidget(self.clear_all)
            chip.tell(one.value, active=one.active, options=one.options, several=one.several)
        self.is_narrowed = any(one.active for one in filters) or bool(text.strip())
        self._show()
        if text != self.field.text() and not self._pause.isActive():
            self.field.setText(text)

    def fit(self, *, small: bool) -> None:
        self._small = small
        self.field.setFixedWidth(theme_in_use().px(FIELD))
        self._show()

    def clear(self) -> None:
        self._pause.stop()
        self.field.clear()

    def take_focus(self) -> None:
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _show(self) -> None:
        self._cap.setVisible(not self._small)
        self.more.setVisible(self._small)
        unfolded = not self._small or self.more.isChecked()
        for chip in self.chips.values():
            chip.setVisible(unfolded)
        self.clear_all.setVisible(unfolded and self.is_narrowed)

    def _enter(self) -> None:
        self._pause.stop()
        self.typed.emit(self.field.text())
        self.entered.emit()
