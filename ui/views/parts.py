"""What pages that are written share: radio buttons with keys, lines and notes to type in, quiet scrolling."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.theme import theme_in_use
from ui.widgets.fields import ChoiceField
from ui.widgets.text import give_role

BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
ON = (Qt.Key.Key_Right, Qt.Key.Key_Down)


class Radios(QWidget):
    """One of several words. One tab stop: arrows and the digits choose. Nothing is preset."""

    chosen = Signal(str)
    focused = Signal(bool)

    def __init__(
        self, options: Sequence[tuple[str, str]], about: str, *, columns: int = 2, parent: QWidget | None = None
    ) -> None:
        """`options` are (code, words); `about` is what is asked, for a screen reader."""
        super().__init__(parent)
        self.setAccessibleName(about)
        give_role(self, QAccessible.Role.Grouping)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        for place, (code, words) in enumerate(options):
            button = QRadioButton(words)
            button.setAccessibleDescription(about)
            button.clicked.connect(lambda _on, code=code: self.chosen.emit(code))
            button.installEventFilter(self)
            self._group.addButton(button)
            self.buttons[code] = button
            grid.addWidget(button, place // columns, place % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self._enter_at_choice()

    def set_value(self, code: str) -> None:
        """Show a choice, "" for none; says nothing back."""
        if self.value == code:
            return
        self._group.setExclusive(False)
        for name, button in self.buttons.items():
            button.setChecked(name == code)
        self._group.setExclusive(True)
        self._enter_at_choice()

    @property
    def value(self) -> str:
        return next((code for code, button in self.buttons.items() if button.isChecked()), "")

    def take_focus(self) -> None:
        self._stop().setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.focused.emit(event.type() == QEvent.Type.FocusIn)
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.modifiers() & _HELD:
            return False
        codes = list(self.buttons)
        here = next(place for place, button in enumerate(self.buttons.values()) if button is watched)
        if event.key() in BACK + ON:
            self._choose(codes[(here + (1 if event.key() in ON else -1)) % len(codes)])
            return True
        if event.text() in "123456789"[: len(codes)] and event.text():
            self._choose(codes[int(event.text()) - 1])
            return True
        return False

    def _choose(self, code: str) -> None:
        self.set_value(code)
        self.take_focus()
        self.chosen.emit(code)

    def _stop(self) -> QRadioButton:
        return self.buttons.get(self.value) or next(iter(self.buttons.values()))

    def _enter_at_choice(self) -> None:
        stop = self._stop()
        for button in self.buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is stop else Qt.FocusPolicy.ClickFocus)


class Line(QLineEdit):
    """One line to type in. Enter and Esc leave it where it says so; nothing typed is ever cleared."""

    finished = Signal(bool)
    """Enter (True) or Esc (False) was pressed."""

    left = Signal()

    def __init__(self, *, dense: bool = True, ends: bool = False, parent: QWidget | None = None) -> None:
        """`ends`: Enter and Esc end the typing here, and go no further."""
        super().__init__(parent)
        self.setProperty("dense", dense)
        self._ends = ends

    def show_text(self, words: str) -> None:
        if self.text() != words:
            self.setText(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _HELD
        if self._ends and (enter or event.key() == Qt.Key.Key_Escape):
            self.finished.emit(enter)
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class Notes(QPlainTextEdit):
    """Several lines of plain text. Tab goes on to the next field."""

    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.textChanged.connect(lambda: self.typed.emit(self.toPlainText()))

    def sizeHint(self) -> QSize:
        """As tall as it has to be; a layout with room makes it taller."""
        return QSize(super().sizeHint().width(), max(height(72), self.minimumHeight()))

    def show_text(self, words: str) -> None:
        """Show words without saying that they were typed."""
        if self.toPlainText() != words:
            self.blockSignals(True)
            self.setPlainText(words)
            self.blockSignals(False)


def show_value(control: QWidget, value: str) -> None:
    """Show what a field holds, without saying that it was typed. What is there already is left alone."""
    if isinstance(control, ChoiceField):
        if control.key() != value:
            control.select(value)
    elif isinstance(control, Notes):
        control.show_text(value)
    elif isinstance(control, QLineEdit) and control.text() != value:
        control.setText(value)


def scrolling(inside: QWidget) -> QScrollArea:
    """An area that scrolls up and down by itself and never sideways; what has the focus is brought into view.

    Put it where it stands before `inside` is filled: whatever is put into something else is styled anew by Qt, with all
    that stands in it, and of a page with fields that is a tenth of the time it takes to open.
    """
    area = QScrollArea()
    _prepare(area, inside)
    return area


def _prepare(area: QScrollArea, inside: QWidget) -> None:
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    inside.setObjectName("scrolled")
    area.setWidget(inside)


class TallArea(QScrollArea):
    """A list that scrolls by itself, or as tall as what it holds while the whole page scrolls."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self._free = False
        _prepare(self, inside)

    def set_room(self, least: int) -> None:
        """At least so high while it scrolls by itself."""
        if not self._free:
            self.setMinimumHeight(least)

    def set_free(self, free: bool) -> None:
        """`free`: take all the height that is needed, and leave scrolling to the page."""
        self._free = free
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if free else policy.ScrollBarAsNeeded)
        if free:
            self._grow()
        else:
            self.setMinimumHeight(0)
            self.setMaximumHeight(16_777_215)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._free:
            self._grow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._free and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._grow()
        return super().eventFilter(watched, event)

    def _grow(self) -> None:
        layout = self._inside.layout()
        wraps = layout is not None and layout.hasHeightForWidth()
        tall = layout.totalHeightForWidth(self.width()) if layout and wraps else self._inside.sizeHint().height()
        self.setFixedHeight(tall)


def in_order(place: QWidget) -> list[QWidget]:
    """What can have the focus inside a widget, in the order in which it is laid out."""
    found = [place] if place.focusPolicy() != Qt.FocusPolicy.NoFocus and place.focusProxy() is None else []
    inner = place.widget() if isinstance(place, QScrollArea) else None
    if inner is not None:
        return found + in_order(inner)
    layout = place.layout()
    return found + (_laid_out(layout) if layout is not None else [])


def _laid_out(layout: QLayout) -> list[QWidget]:
    found: list[QWidget] = []
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            found += in_order(widget)
        elif inner is not None:
            found += _laid_out(inner)
    return found


def stack(parent: QWidget, *, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(*margins)
    column.setSpacing(gap)
    return column


class SideBySide(QWidget):
    """Cards beside each other, each with its share of the width, or under each other where the page is narrow."""

    def __init__(self, cards: Sequence[tuple[QWidget, int]], gap: int = 10) -> None:
        super().__init__()
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(gap)
        for card, share in cards:
            self._line.addWidget(card, share)

    def stand(self, *, narrow: bool) -> None:
        self._line.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)


def height(pixels: int) -> int:
    return theme_in_use().px(pixels)


_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
