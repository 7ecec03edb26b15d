"""The navigation rail at the left of the window."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.roving import Roving
from ui.widgets.text import give_role

NARROW, USUAL, WIDE = 48, 84, 200


@dataclass(frozen=True, slots=True)
class RailItem:
    """One place to go. `badge` is a count of things to do; `amber` when it needs a decision."""

    key: str
    label: str
    icon: str
    badge: int = 0
    amber: bool = False
    at_foot: bool = False


class NavRail(QFrame):
    """Places as buttons: Up and Down move, Enter opens. Icons only at 48, labels beside at 200."""

    chosen = Signal(str)

    def __init__(self, items: Sequence[RailItem], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._width = USUAL
        self.setObjectName("rail")
        self.setAccessibleName("Main places")
        give_role(self, QAccessible.Role.PageTabList)
        self._buttons = {item.key: _RailButton(item, self) for item in items}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 7, 6, 7)
        column.setSpacing(2)
        for item in (i for i in items if not i.at_foot):
            column.addWidget(self._buttons[item.key])
        column.addStretch(1)
        for item in (i for i in items if i.at_foot):
            column.addWidget(self._buttons[item.key])
        for key, button in self._buttons.items():
            self._group.addButton(button)
            button.clicked.connect(lambda _on, key=key: self.chosen.emit(key))
        self._roving = Roving(self, list(self._buttons.values()))
        self.set_width(USUAL)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._buttons)

    def select(self, key: str) -> None:
        """Mark where the person is; says nothing back."""
        self._buttons[key].setChecked(True)
        self._roving.enter_at(self._buttons[key])
        for button in self._buttons.values():
            button.say()

    def offer(self, key: str, *, on: bool) -> None:
        """Whether this person is shown a place at all."""
        self._buttons[key].setVisible(on)

    def offers(self, key: str) -> bool:
        return key in self._buttons and not self._buttons[key].isHidden()

    def set_badge(self, key: str, badge: int, *, amber: bool = False) -> None:
        button = self._buttons[key]
        button.badge, button.amber = badge, amber
        button.say()
        button.update()

    def set_width(self, width: int) -> None:
        """`NARROW`, `USUAL` or `WIDE`; it grows with the text."""
        self._width = width
        theme = theme_in_use()
        self.setFixedWidth(theme.px(width))
        for button in self._buttons.values():
            button.set_mode(width)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and theme_in_use().px(self._width) != self.width():
            self.set_width(self._width)


class _RailButton(QToolButton):
    def __init__(self, item: RailItem, parent: QWidget) -> None:
        super().__init__(parent)
        self.item, self.badge, self.amber = item, item.badge, item.amber
        self._mode = USUAL
        self.setText(item.label)
        self.setToolTip(item.label)
        self.setCheckable(True)
        give_role(self, QAccessible.Role.PageTab)
        self.toggled.connect(lambda _on: self.say())
        self.say()

    def say(self) -> None:
        to_do = f", {self.badge} to do" if self.badge else ""
        self.setAccessibleName(f"{self.item.label}{to_do}{', selected' if self.isChecked() else ''}")

    def set_mode(self, width: int) -> None:
        self._mode = width
        theme = theme_in_use()
        self.setFixedSize(theme.px(width) - 12, theme.px(53 if width == USUAL else 42))
        self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        plate = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if on or self.underMouse():
            painter.setBrush(theme.colour("nav-2"))
            painter.drawRoundedRect(plate, 6, 6)
        if on:
            painter.setBrush(theme.colour("nav-mark"))
            painter.drawRect(QRectF(plate.left(), plate.top() + 9, 3, plate.height() - 18))
        ink = "nav-on" if on else "nav-text"
        side = theme.px(20)
        drawn = theme.pixmap(self.item.icon, ink, side, self.devicePixelRatioF())
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font("caption", 700 if on else 400))
        middle = self.rect().center()
        if self._mode == USUAL:
            corner = QPoint(middle.x() - side // 2, theme.px(8))
            label = QRect(0, theme.px(29), self.width(), theme.px(18))
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self.item.label)
        elif self._mode == WIDE:
            corner = QPoint(14, middle.y() - side // 2)
            label = QRect(side + 26, 0, self.width() - side - 40, self.height())
            painter.setFont(theme.font("cell", 700 if on else 400))
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, self.item.label)
        else:
            corner = QPoint(middle.x() - side // 2, middle.y() - side // 2)
        painter.drawPixmap(corner, drawn)
        if self.badge:
            wide = QPoint(self.width(), middle.y() + 1)
            self._paint_badge(painter, wide if self._mode == WIDE else corner + QPoint(side + 1, 2))
        painter.end()

    def _paint_badge(self, painter: QPainter, near: QPoint) -> None:
        theme = theme_in_use()
        font = theme.font("tick", 700)
        words = str(self.badge)
        height = theme.px(17)
        width = max(height, QFontMetrics(font).horizontalAdvance(words) + 8)
        left = min(near.x(), self.width() - width - (10 if self._mode == WIDE else 1))
        pill = QRectF(left, max(1, near.y() - height // 2), width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("warn-fill" if self.amber else "nav-on"))
        painter.drawRoundedRect(pill, height / 2, height / 2)
        painter.setPen(theme.colour("papertext"))
        painter.setFont(font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
