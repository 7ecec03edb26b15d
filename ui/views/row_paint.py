"""Painting the rows of Today's lists: two lines of words, and a button at the right."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from ui.theme import theme_in_use
from ui.widgets.buttons import FACES, ButtonKind, Face, paint_box


def upper(rect: QRect) -> QRect:
    return QRect(rect.left(), rect.top() + 3, rect.width(), rect.height() // 2 - 1)


def lower(rect: QRect) -> QRect:
    return QRect(rect.left(), rect.top() + rect.height() // 2 + 1, rect.width(), rect.height() // 2 - 4)


def draw_words(
    painter: QPainter,
    rect: QRect,
    words: str,
    *,
    role: str = "cell",
    weight: int = 400,
    ink: str = "text",
    tabular: bool = False,
) -> None:
    theme = theme_in_use()
    font = theme.font(role, weight, tabular=tabular)
    painter.setFont(font)
    painter.setPen(theme.colour(ink))
    shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def draw_wrapped(painter: QPainter, rect: QRect, words: str) -> None:
    """On two lines where one is too short."""
    painter.setFont(theme_in_use().font("cell"))
    painter.setPen(theme_in_use().colour("text"))
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    painter.drawText(rect.adjusted(0, 2, 0, -2), flags, words)


def button_width(words: str) -> int:
    """How wide a button with these words is painted."""
    return QFontMetrics(theme_in_use().font("cell", 600)).horizontalAdvance(words) + 20


def draw_button(painter: QPainter, rect: QRect, words: str, kind: ButtonKind = "link") -> None:
    """A button at the right of a row: primary, secondary, or words alone. The keys of the table do the same."""
    theme = theme_in_use()
    wide, high = button_width(words), theme.px(28)
    box = QRect(QPoint(rect.right() - wide - 10, rect.center().y() - high // 2 + 1), QSize(wide, high))
    face = Face("", "", "link") if kind == "link" else FACES[kind][0]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_box(painter, box, face, theme)
    painter.setFont(theme.font("cell", 600))
    painter.setPen(theme.colour(face.ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
