"""Words of which some parts are underlined: what one of two people added."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QWidget

from ui.theme import theme_in_use
from ui.widgets.text import give_role

Span = tuple[int, int]
"""Where a part begins, and how long it is."""


class MarkedText(QWidget):
    """Plain words that wrap; the parts that are marked have a ground and a line under them."""

    def __init__(self, words: str = "", marks: Sequence[Span] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_role(self, QAccessible.Role.StaticText)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.strong = False
        self.tell(words, marks)

    def tell(self, words: str, marks: Sequence[Span] = (), *, strong: bool = False) -> None:
        self.words, self.marks, self.strong = words, tuple(marks), strong
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = round(QFontMetricsF(self._font()).horizontalAdvance(self.words)) + 2
        most = theme_in_use().px(300)
        return QSize(min(width, most), self.heightForWidth(min(width, most)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_in_use().px(60), theme_in_use().px(18))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._laid_out(width)[1]) + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme_in_use().colour("text"))
        layouts, _ = self._laid_out(self.width())
        for layout, top in layouts:
            layout.draw(painter, QPointF(0, top))
        painter.end()

    def _font(self) -> QFont:
        return theme_in_use().font("cell", 600 if self.strong else 400)

    def _laid_out(self, width: int) -> tuple[list[tuple[QTextLayout, float]], float]:
        """A layout for each line that was typed, with where it stands, and the height of all."""
        font, top, start = self._font(), 0.0, 0
        found: list[tuple[QTextLayout, float]] = []
        for line in self.words.split("\n"):
            layout = QTextLayout(line, font)
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            layout.setTextOption(option)
            layout.setFormats([_range(at - start, length) for at, length in self._within(start, len(line))])
            layout.beginLayout()
            high = 0.0
            while (part := layout.createLine()).isValid():
                part.setLineWidth(max(width, 1))
                part.setPosition(QPointF(0, high))
                high += part.height()
            layout.endLayout()
            found.append((layout, top))
            top += high
            start += len(line) + 1
        return found, top

    def _within(self, start: int, length: int) -> list[Span]:
        return [(at, many) for at, many in self.marks if start <= at < start + length]


def mark(editor: QPlainTextEdit, marks: Sequence[Span]) -> None:
    """Underline parts of what stands in a field; the words stay plain."""
    chosen = []
    for at, length in marks:
        one = QTextEdit.ExtraSelection()
        cursor = editor.textCursor()
        cursor.setPosition(at)
        cursor.setPosition(at + length, cursor.MoveMode.KeepAnchor)
        one.cursor, one.format = cursor, _look()
        chosen.append(one)
    editor.setExtraSelections(chosen)


def _range(at: int, length: int) -> QTextLayout.FormatRange:
    found = QTextLayout.FormatRange()
    found.start, found.length, found.format = at, length, _look()
    return found


def _look() -> QTextCharFormat:
    theme = theme_in_use()
    look = QTextCharFormat()
    look.setBackground(theme.colour("warn-soft"))
    look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    look.setUnderlineColor(theme.colour("warn"))
    return look
