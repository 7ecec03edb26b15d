"""Joined buttons of which one may be chosen: one tab stop, keys inside, a radio button each to a screen reader."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QEnterEvent, QFocusEvent, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from ui.theme import theme_in_use
from ui.widgets.text import give_role


@dataclass(frozen=True, slots=True)
class Option:
    """One of the joined buttons. `spoken` is what a screen reader says; the rest are tokens of the chosen look."""

    code: str
    label: str
    spoken: str
    fill: str = "r4"
    ink: str = "r4t"
    edge: str = "r4"


class Segments(QWidget):
    """Nothing is preset. `chosen` says what a person picked; `set_value` says nothing back."""

    chosen = Signal(str)
    focused = Signal(bool)

    def __init__(self, options: Sequence[Option], width: int, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.options = tuple(options)
        self._cell = (width, height)
        self._value = ""
        give_role(self, QAccessible.Role.Grouping)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._cells = [_Segment(option, self) for option in self.options]
        for cell in self._cells:
            cell.clicked.connect(lambda _on, code=cell.code: self.pick(code))

    @property
    def value(self) -> str:
        """The code chosen, "" for none."""
        return self._value

    def set_value(self, code: str) -> None:
        self._value = code
        for cell in self._cells:
            cell.setAutoExclusive(False)  # or the last one could never be taken back
            cell.setChecked(cell.code == code)
            cell.setAutoExclusive(True)
        self.update()

    def pick(self, code: str) -> None:
        """What a key or a click does."""
        self.set_value(code)
        self.chosen.emit(code)

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        width, height = self._cell
        return QSize((theme.px(width) - 1) * len(self.options) + 1, theme.px(height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for place, cell in enumerate(self._cells):
            cell.setGeometry(self.cell_rect(place))

    def cell_rect(self, place: int) -> QRect:
        """Where a button stands; neighbours share one pixel of edge."""
        step = (self.width() - 1) / len(self.options)
        left, right = round(place * step), round((place + 1) * step)
        return QRect(left, 0, right - left + 1, self.height())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_frame(painter)
        self.paint_cells(painter)
        painter.end()

    def paint_frame(self, painter: QPainter, *, dashed: bool = False) -> None:
        theme = theme_in_use()
        pen = QPen(theme.colour("line-strong" if self.isEnabled() else "line"), 1)
        if dashed:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def paint_cells(self, painter: QPainter, ink: str = "text") -> None:
        """The buttons; `ink` is the token of those not chosen."""
        theme = theme_in_use()
        last = len(self.options) - 1
        for place, cell in enumerate(self._cells):
            rect = self.cell_rect(place)
            if place:
                painter.setPen(QPen(theme.colour("line-strong" if self.isEnabled() else "line"), 1))
                painter.drawLine(QLineF(rect.left() + 0.5, 1, rect.left() + 0.5, self.height() - 1))
            if cell.underMouse() and self.isEnabled() and not cell.isChecked():
                painter.fillPath(_ends(rect, place == 0, place == last, 1), theme.colour("surface-3"))
        for place, (option, cell) in enumerate(zip(self.options, self._cells, strict=True)):
            rect, on = self.cell_rect(place), cell.isChecked()
            if on:
                painter.setPen(QPen(theme.colour(option.edge), 2))
                painter.setBrush(theme.colour(option.fill))
                painter.drawPath(_ends(rect, place == 0, place == last, 1))
            painter.setPen(theme.colour(("disabled" if not self.isEnabled() else option.ink) if on else ink))
            painter.setFont(theme.font("cell", 700 if on else 400, tabular=True))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, option.label)


class _Segment(QRadioButton):
    """The part a click and a screen reader meet; the whole is painted by its owner."""

    def __init__(self, option: Option, owner: Segments) -> None:
        super().__init__(option.label, owner)
        self.code = option.code
        self._owner = owner
        self.setAccessibleName(option.spoken)
        self.setToolTip(option.spoken if option.spoken != option.label else "")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(1, 1)

    def hitButton(self, position: object) -> bool:
        return True

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._owner.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._owner.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        return


def _ends(rect: QRect, first: bool, last: bool, inset: float) -> QPainterPath:
    """A cell's outline, round only where it is an end of the control."""
    box = QRectF(rect).adjusted(inset, inset, -inset, -inset)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRoundedRect(box, 3 if first or last else 0, 3 if first or last else 0)
    if first and not last:
        path.addRect(box.adjusted(6, 0, 0, 0))
    if last and not first:
        path.addRect(box.adjusted(0, 0, -6, 0))
    return path.simplified()
