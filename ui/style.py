"""How the platform's style draws what a style sheet cannot.

Only what is drawn once a first page stands: reading Qt's classes for it takes longer than painting that page.
"""

from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QWidget


class Ink(Protocol):
    """What drawing needs of a theme."""

    def colour(self, token: str) -> QColor: ...
    def pixmap(self, name: str, token: str, size: int, dpr: float = 1.0) -> QPixmap: ...


class Style(QProxyStyle):
    """Fusion, with check boxes, radio buttons and sort arrows drawn from the tokens and no focus rectangle."""

    def __init__(self, ink: Ink) -> None:
        super().__init__("Fusion")
        self.ink = ink

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        kind = QStyle.PrimitiveElement
        if element == kind.PE_FrameFocusRect:
            return
        if element in (kind.PE_IndicatorCheckBox, kind.PE_IndicatorItemViewItemCheck):
            self._check_box(option, painter)
        elif element == kind.PE_IndicatorRadioButton:
            draw_radio(painter, QRectF(option.rect), bool(option.state & QStyle.StateFlag.State_On), self.ink)
        elif element == kind.PE_IndicatorHeaderArrow:
            # Qt's up arrow stands for a descending order; here rising rows have the arrow that rises.
            falling = bool(option.state & QStyle.StateFlag.State_UpArrow)
            self._icon("arrow-down" if falling else "arrow-up", "text-2", option.rect, painter)
        else:
            super().drawPrimitive(element, option, painter, widget)

    def _check_box(self, option: QStyleOption, painter: QPainter) -> None:
        on = bool(option.state & QStyle.StateFlag.State_On)
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "line" if not enabled else "primary" if on else "line-strong"
        painter.setPen(QPen(self.ink.colour(edge), 1.2))
        painter.setBrush(self.ink.colour("primary" if on and enabled else "surface" if enabled else "surface-2"))
        painter.drawRoundedRect(QRectF(option.rect).adjusted(0.6, 0.6, -0.6, -0.6), 3, 3)
        painter.restore()
        if on:
            inner = option.rect.adjusted(2, 2, -2, -2)
            self._icon("check", "on-primary" if enabled else "disabled", inner, painter)

    def _icon(self, name: str, token: str, rect: QRect, painter: QPainter) -> None:
        size = min(rect.width(), rect.height())
        drawn = self.ink.pixmap(name, token, size, painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.center() - QPoint(size // 2 - 1, size // 2 - 1), drawn)


def draw_radio(painter: QPainter, rect: QRectF, on: bool, ink: Ink) -> None:
    """A round mark: an empty circle, or a filled one with a dot."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(rect.width(), rect.height())
    circle = QRectF(rect.left(), rect.center().y() - side / 2, side, side).adjusted(0.75, 0.75, -0.75, -0.75)
    painter.setPen(QPen(ink.colour("primary" if on else "line-strong"), 1.5))
    painter.setBrush(ink.colour("surface"))
    painter.drawEllipse(circle)
    if on:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.colour("primary"))
        painter.drawEllipse(circle.center(), side * 0.27, side * 0.27)
    painter.restore()


def draw_chip(painter: QPainter, rect: QRect, on: bool, over: bool, ink: Ink) -> None:
    """The ground of a short answer: an outline, or filled where it was chosen. `over`: the pointer is on it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(ink.colour("primary" if on else "line-strong"), 1))
    fill = ("primary-hover" if over else "primary") if on else ("surface-3" if over else "surface")
    painter.setBrush(ink.colour(fill))
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 1.5, -0.5, -1.5), 4, 4)
