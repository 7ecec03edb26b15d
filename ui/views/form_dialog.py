"""A few fields that must be filled in now, about one person. What was typed stays until it is saved or left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.theme import theme_in_use
from ui.views.left_off import TypedDialog, put
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.choices import ToggleChips
from ui.widgets.dates import DateField
from ui.widgets.fields import ChoiceField, Field
from ui.widgets.folders import FolderField
from ui.widgets.notices import Notice
from ui.widgets.text import Text

Kind = Literal["line", "text", "date", "choice", "check", "several", "folder", "note"]
ReadDate = Callable[[str], date | None]

GAP = 12
"""Pixels between parts of a form; the buttons stand this far from what is said under its last field."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One field. `value` is its text, a choice's code, "yes" for a check, codes with | between for several.

    A note only says something between the fields; its words are the label.
    """

    key: str
    label: str
    kind: Kind = "line"
    value: str = ""
    hint: str = ""
    optional: bool = False
    options: tuple[tuple[str, str], ...] = ()
    half: bool = False
    """Shares its line with the next half."""


class FormDialog(TypedDialog):
    """The title is the question, the primary button the answer. Esc leaves it, after asking nothing."""

    submitted = Signal(dict)
    """The values by key, as text."""

    def __init__(
        self,
        title: str,
        asks: Sequence[Ask],
        primary: str,
        *,
        who: str = "",
        about: str = "",
        kind: ButtonKind = "primary",
        cancel: str = "Cancel",
        read_date: ReadDate = lambda typed: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        theme = theme_in_use()
        self.setMinimumWidth(theme.px(460))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(GAP)
        whole.addWidget(Text(title, "section", wrap=True))
        for words, tone in ((who, ""), (about, "text-2")):
            if words:
                whole.addWidget(Text(words, "cell", tone, strong=not tone, wrap=True))
        self.trouble = Notice("", kind="danger")
        self.left_off.begun_anew.connect(self._begun_anew)
        self.trouble.hide()
        for notice in (self.trouble, self.left_off):
            whole.addWidget(notice)
        self._area = self._form(asks, read_date)
        self._give_room()
        whole.addWidget(self._area, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.cancel, self.primary = Button(cancel), Button(primary, kind)
        row.addWidget(self.cancel)
        row.addWidget(self.primary)
        whole.addLayout(row)
        self.cancel.clicked.connect(self.leave)
        self.primary.clicked.connect(self._submit)
        first = next((field.control for field in self.fields.values()), None)
        (first or self.cancel).setFocus()

    def values(self) -> dict[str, str]:
        """What stands in the fields, as typed."""
        return self.left_off.values()

    def tell(self, problems: Mapping[str, str]) -> None:
        """Mark what cannot stay as it is, and go to the first of them."""
        self.set_busy("")
        for key, field in self.fields.items():
            field.tell("hard" if key in problems else "", problems.get(key, ""))
        first = next((self.fields[key] for key in self.fields if key in problems), None)
        if first is not None:
            first.control.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, first, lambda: self._show_whole(first))  # once what is said of it is laid out

    def complain(self, happened: str, do: str) -> None:
        """Say what went wrong; everything typed stays."""
        self.set_busy("")
        self.trouble.tell(happened, do, "danger")
        self.trouble.show()

    def set_busy(self, words: str) -> None:
        self.primary.set_busy(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter saves from any field; Enter alone saves from a line; Esc leaves."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if enter and (ctrl or isinstance(self.focusWidget(), QLineEdit | QCheckBox)):
            self._submit()
        elif not enter:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """As tall as its words are at this width, but no taller than the window under it, where its fields scroll.

        Qt knows the first only of a dialog that is not shown yet."""
        grows = event.type() == QEvent.Type.LayoutRequest
        done = super().event(event)
        if grows and (layout := self.layout()):
            wanted, parent = max(self.height(), layout.totalHeightForWidth(self.width())), self.parentWidget()
            self.resize(self.width(), min(wanted, parent.window().height()) if parent else wanted)
        return done

    def _begun_anew(self) -> None:
        self.tell({})
        first = next(iter((*self.fields.values(), *self.checks.values())), None)
        (first.control if isinstance(first, Field) else first or self.cancel).setFocus()

    def _form(self, asks: Sequence[Ask], read_date: ReadDate) -> QScrollArea:
        area, inner = QScrollArea(), QWidget()
        inner.setObjectName("scrolled")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grid = QGridLayout(inner)
        grid.setContentsMargins(4, 4, 8, 4)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        area.setWidget(inner)  # before it is filled: see `scrolling`
        row = column = 0
        for ask in asks:
            made = self._make(ask, read_date)
            if not ask.half and column:
                row, column = row + 1, 0
            grid.addWidget(made, row, column, 1, 1 if ask.half else 2, Qt.AlignmentFlag.AlignTop)
            column = 1 - column if ask.half else 0
            row += column == 0
        grid.setRowStretch(row + 1, 1)
        area.setVisible(bool(asks))
        return area

    def _show_whole(self, field: Field) -> None:
        self._give_room()
        self._area.ensureWidgetVisible(field, 0, 4)

    def _give_room(self) -> None:
        """As tall as the fields are with what is said of them, where the window under it has that much."""
        inner = self._area.widget()
        if inner is None:
            return
        inner.adjustSize()
        parent, theme = self.parentWidget(), theme_in_use()
        room = parent.window().height() - theme.px(220) if parent else theme.px(420)  # no taller than its window
        self._area.setMinimumHeight(min(inner.sizeHint().height() + 8, max(room, theme.px(120)), theme.px(420)))

    def _make(self, ask: Ask, read_date: ReadDate) -> QWidget:
        if ask.kind == "check":
            box = QCheckBox(ask.label)
            box.setChecked(bool(ask.value))
            box.setAccessibleDescription(ask.hint)
            self.checks[ask.key] = box
            return box
        if ask.kind == "note":
            return Text(ask.label, "dense", "text-2", wrap=True)
        field = Field(ask.label, _control(ask, read_date), hint=ask.hint, optional=ask.optional)
        self.fields[ask.key] = field
        return field

    def _submit(self) -> None:
        self.trouble.hide()
        self.submitted.emit(self.values())


def _control(ask: Ask, read_date: ReadDate) -> QWidget:
    made = _empty(ask, read_date)
    put(made, ask.value)
    return made


def _empty(ask: Ask, read_date: ReadDate) -> QWidget:
    match ask.kind:
        case "text":
            note = QPlainTextEdit()
            note.setTabChangesFocus(True)
            note.setFixedHeight(theme_in_use().px(76))
            return note
        case "choice":
            return ChoiceField(ask.options)
        case "several":
            return ToggleChips(ask.options)
        case "date":
            return DateField(read_date)
        case "folder":
            return FolderField()
    return QLineEdit()
