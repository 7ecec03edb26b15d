"""Cards and what stands in one while there is nothing to show."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.text import Count, Icon, Text, restyle


class Card(QFrame):
    """A white sheet with a title line. Put content in `body`, and a note or a link in `header`.

    `edge` draws 4 px at the left: "focus" (blue) or "alert" (red). On a page that is made anew again and again, hand in
    the `parent`: whatever finds a parent later takes up the style sheet once more, with all that stands in it.
    """

    def __init__(
        self,
        title: str = "",
        *,
        count: int | None = None,
        note: str = "",
        icon: str = "",
        icon_tone: str = "text-2",
        edge: Literal["", "focus", "alert"] = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("edge", edge)
        whole = QVBoxLayout(self)
        left = 4 if edge else 1
        whole.setContentsMargins(left, 1, 1, 1)
        whole.setSpacing(0)
        self.title = Text(title, "section")
        self.count = Count(count or 0)
        self.count.setVisible(count is not None)
        self.note = Text(note, "dense", "text-2")
        self.note.setVisible(bool(note))
        self.header = QHBoxLayout()
        if title:
            self.setAccessibleName(title)
            bar = QFrame(self)
            bar.setObjectName("card-header")
            bar.setMinimumHeight(theme_in_use().px(38))
            bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            bar.setLayout(self.header)
            whole.addWidget(bar)
            self.header.setContentsMargins(12, 3, 12, 3)
            self.header.setSpacing(8)
            if icon:
                self.header.addWidget(Icon(icon, icon_tone, 17))
            self.header.addWidget(self.title)
            self.header.addWidget(self.count)
            self.header.addStretch(1)
            self.header.addWidget(self.note)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(12, 12, 12, 12)
        self.body.setSpacing(8)
        whole.addLayout(self.body, 1)

    def set_count(self, count: int | None) -> None:
        self.count.setText(str(count or 0))
        self.count.setVisible(count is not None)

    def set_note(self, note: str) -> None:
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def set_edge(self, edge: Literal["", "focus", "alert"]) -> None:
        self.setProperty("edge", edge)
        restyle(self)


def rule() -> QFrame:
    """A line between two parts of a card."""
    line = QFrame()
    line.setObjectName("rule")
    return line


class EmptyState(QWidget):
    """Nothing to show: what is true, what will fill it, and one or two things to do."""

    def __init__(
        self,
        icon: str,
        true: str,
        fills: str = "",
        actions: Sequence[Button] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"{true}. {fills}".strip())
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 24, 16, 24)
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(_Disc(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        self.true, self.fills = Text(true, "section", wrap=True), Text(fills, "cell", "text-2", wrap=True)
        for words in (self.true, self.fills):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            words.setVisible(bool(words.text()))
            column.addWidget(words)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for action in actions:
            row.addWidget(action)
        row.addStretch(1)
        column.addSpacing(4)
        column.addLayout(row)
        column.addStretch(1)


class _Disc(QWidget):
    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = theme_in_use().px(44)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("soft"))
        painter.drawEllipse(QRectF(self.rect()))
        side = theme.px(22)
        corner = (self.width() - side) // 2
        painter.drawPixmap(corner, corner, theme.pixmap(self._icon, "link", side, self.devicePixelRatioF()))
        painter.end()
