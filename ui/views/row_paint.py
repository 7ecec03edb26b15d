"""Painting the rows of lists: words on one line or more, and a button at the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from ui.theme import theme_in_use
from ui.widgets.buttons import FACES, ButtonKind, Face, paint_box
from ui.widgets.text import unbroken


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
    """On one line, cut off with dots where it is too long."""
    theme = theme_in_use()
    font = theme.font(role, weight, tabular=tabular)
    painter.setFont(font)
    painter.setPen(theme.colour(ink))
    shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


draw_figures = partial(draw_words, tabular=True)
"""`draw_words` of what has figures that stand under each other."""


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one kind in a row, on as many lines as they need."""

    words: str
    role: str = "cell"
    weight: int = 400
    ink: str = "text"


_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


def lines_height(lines: Sequence[Line], wide: int) -> int:
    """How high `draw_lines` draws these in that width."""
    return sum(_height(line, wide) for line in lines)


def draw_lines(painter: QPainter, rect: QRect, lines: Sequence[Line]) -> None:
    """Under each other, the whole in the middle of the height; nothing is cut off where there is the room."""
    theme = theme_in_use()
    top = rect.top() + max(0, (rect.height() - lines_height(lines, rect.width())) // 2)
    for line in lines:
        painter.setFont(theme.font(line.role, line.weight))
        painter.setPen(theme.colour(line.ink))
        high = _height(line, rect.width())
        words = breakable(line.words, painter.fontMetrics(), rect.width())
        painter.drawText(QRect(rect.left(), top, rect.width(), high), _WRAPPED, words)
        top += high


def _height(line: Line, wide: int) -> int:
    metrics = QFontMetrics(theme_in_use().font(line.role, line.weight))
    if metrics.horizontalAdvance(line.words) <= wide:
        return metrics.height()
    words = breakable(line.words, metrics, wide)
    return metrics.boundingRect(QRect(0, 0, max(1, wide), 10_000), _WRAPPED, words).height()


def breakable(words: str, metrics: QFontMetrics, wide: int) -> str:
    """Where it has to be broken, it is between parts, else between words; not inside a date or before a dot."""
    if metrics.horizontalAdvance(words) <= wide:
        return words
    parts = [f"{part}\u00a0·" for part in words.split(" · ")]
    parts[-1] = parts[-1][:-2]
    kept = (part.replace(" ", "\u00a0") if metrics.horizontalAdvance(part) <= wide else part for part in parts)
    return unbroken(" ".join(kept))


def draw_wrapped(painter: QPainter, rect: QRect, words: str) -> None:
    """On two lines where one is too short."""
    painter.setFont(theme_in_use().font("cell"))
    painter.setPen(theme_in_use().colour("text"))
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    painter.drawText(rect.adjusted(0, 2, 0, -2), flags, unbroken(words))


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
