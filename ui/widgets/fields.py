"""Fields: a label above, a hint below until there is something to say. What was typed is never cleared."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import tabular_figures, theme_in_use
from ui.widgets.text import Icon, Text, announce, restyle

FieldState = Literal["", "hard", "soft"]
"""Right; cannot be right (blocks signing); may be right (asks for a note)."""


class FieldMessage(QWidget):
    """The line under a field: a hint before input, what to do after."""

    def __init__(self, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint = hint
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 0)
        row.setSpacing(5)
        self._icon = Icon("circle-alert", "danger", 14)
        self.words = Text("", "caption", "text-3", wrap=True)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        self.tell("", "")

    def tell(self, state: FieldState, message: str) -> None:
        self._icon.setVisible(bool(state))
        if state:
            hard = state == "hard"
            self._icon.turn_into("circle-alert" if hard else "triangle-alert", "danger" if hard else "warn")
        self.words.setText(message or self.hint)
        self.words.set_tone({"hard": "danger", "soft": "warn", "": "text-3"}[state])
        self.words.set_strong(bool(state))
        self.setVisible(bool(message or self.hint))


class Field(QWidget):
    """A control with its label above and its message below.

    `optional` marks the label "(optional)": required is the default and is not marked.
    """

    def __init__(
        self,
        label: str,
        control: QWidget,
        *,
        hint: str = "",
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._name = label
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        top = QHBoxLayout()
        top.setSpacing(4)
        self.label = Text(label, "dense", strong=True)
        self.label.setBuddy(control)
        top.addWidget(self.label)
        self._optional = Text("(optional)", "dense", "text-2")
        top.addWidget(self._optional)
        top.addStretch(1)
        self.message = FieldMessage(hint)
        column.addLayout(top)
        column.addWidget(control)
        column.addWidget(self.message)
        control.setAccessibleDescription(hint)
        self.rename(label, optional=optional)

    def rename(self, label: str, *, optional: bool) -> None:
        """Another label, where what is asked follows from a choice elsewhere."""
        self._name = label
        self.label.setText(label)
        self._optional.setVisible(optional)
        self.control.setAccessibleName(label + (", optional" if optional else ""))

    def set_hint(self, hint: str) -> None:
        """Another hint; it shows while there is nothing else to say."""
        if self.message.hint != hint:
            self.message.hint = hint
            self.tell()

    def tell(self, state: FieldState = "", message: str = "") -> None:
        """Mark the field and say why, to the eye and aloud."""
        tell_field(self.control, self._name, self.message, state, message)


def tell_field(control: QWidget, name: str, line: FieldMessage, state: FieldState, message: str) -> None:
    """Put a state on a control: its edge, its message, its description, and an announcement when it is new."""
    changed = (control.property("state") or "") != state
    new = changed or line.words.text() != (message or line.hint)
    if changed:
        control.setProperty("state", state)
        restyle(control)
    line.tell(state, message)
    control.setAccessibleDescription(message or line.hint)
    if new and state and message:
        announce(control, f"{name}: {message}", now=True)


class UnitEdit(QLineEdit):
    """One line of typing with its unit inside at the right."""

    def __init__(self, unit: str = "", *, dense: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("dense", dense)
        self.setFont(tabular_figures(QFont()))
        self.unit = Text(unit, "dense", "text-3", parent=self)
        self.unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_unit(self, unit: str) -> None:
        self.unit.setText(unit)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "unit"):
            self._place()

    def _place(self) -> None:
        width = self.unit.sizeHint().width() if self.unit.text() else 0
        self.unit.setGeometry(self.width() - width - 8, 0, width, self.height())
        self.setTextMargins(0, 0, width + 1 if width else 0, 0)


class MeasureField(QWidget):
    """One observation on one line: label, value with its unit, what it was last time; the message below."""

    edited = Signal(str)
    left = Signal()

    def __init__(
        self,
        label: str,
        unit: str = "",
        *,
        last: str = "",
        label_width: int = 100,
        width: int = 116,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = label
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        self._widths = (label_width, width)
        self.label = Text(label, "cell", strong=True, wrap=True)
        self.edit = UnitEdit(unit, dense=True)
        self._size()
        self.label.setBuddy(self.edit)
        self.last = Text(last, "dense", "text-2")
        self.last.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.message = FieldMessage()
        grid.addWidget(self.label, 0, 0)
        grid.addWidget(self.edit, 0, 1)
        grid.addWidget(self.last, 0, 2)
        grid.addWidget(self.message, 1, 0, 1, 3)
        grid.setColumnStretch(2, 1)
        self.edit.setAccessibleName(f"{label}, {unit}" if unit else label)
        self.edit.setAccessibleDescription(last)
        self.edit.textEdited.connect(self.edited)
        self.edit.editingFinished.connect(self.left)
        self.setFocusProxy(self.edit)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "edit"):
            self._size()

    def _size(self) -> None:
        label, width = (theme_in_use().px(size) for size in self._widths)
        self.label.setFixedWidth(label)
        self.edit.setFixedWidth(width)

    def tell(self, state: FieldState = "", message: str = "") -> None:
        tell_field(self.edit, self._name, self.message, state, message)

    def set_last(self, words: str) -> None:
        self.last.setText(words)
        self.edit.setAccessibleDescription(words)


class ChoiceField(QComboBox):
    """One of a list, as (key, words). Nothing is preset; the wheel moves it only while it has the focus."""

    chosen = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]] = (),
        *,
        placeholder: str = "Choose",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_options(options)
        self.activated.connect(lambda place: self.chosen.emit(self.itemData(place)))

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Put in another list; the choice stays where its key is still there."""
        now = self.key()
        self.clear()
        for key, words in options:
            self.addItem(words, key)
        self.select(now)

    def key(self) -> str:
        """The key chosen, "" for none."""
        return str(self.currentData()) if self.currentIndex() >= 0 else ""

    def select(self, key: str) -> None:
        self.setCurrentIndex(self.findData(key) if key else -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = theme_in_use()
        side = theme.px(15)
        painter = QPainter(self)
        token = "text-2" if self.isEnabled() else "disabled"
        drawn = theme.pixmap("chevron-down", token, side, self.devicePixelRatioF())
        painter.drawPixmap(QPoint(self.width() - side - 8, (self.height() - side) // 2), drawn)
        painter.end()
