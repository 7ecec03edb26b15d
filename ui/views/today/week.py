"""One day of the week strip."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from smf_desktop.presenters.today.page import WeekDay
from ui.theme import theme_in_use
from ui.views.row_paint import Line, draw_lines, draw_words, lines_height
from ui.widgets.text import plain_tip

SIDE = 10


class DayButton(QPushButton):
    """One day of the week: its name, how many visits, and below, on as many lines as it needs, how far along."""

    def __init__(self, day: WeekDay) -> None:
        super().__init__()
        self._day = day
        self._measured = ((0, 0.0), 0)
        self.setAutoDefault(False)
        self.setAccessibleName(day.spoken + (", shown" if day.chosen else ""))
        self.setToolTip(plain_tip(day.spoken))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(96), self._needed())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_in_use().px(60), self._needed())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        fill = "selected" if self._day.chosen else "surface-3" if self.underMouse() else "surface"
        painter.fillRect(self.rect(), theme.colour(fill))
        painter.setPen(theme.colour("line"))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        top = QRect(SIDE, theme.px(4), self._room(), theme.px(20))
        draw_words(painter, top, self._day.label, weight=600, tabular=True)
        if self._is_beside():
            count = self._count_width()
            draw_words(painter, top.adjusted(top.width() - count, 0, 2, 0), self._day.count, role="dense", ink="text-2")
        below = self._below()
        draw_lines(painter, QRect(SIDE, theme.px(26), self._room(), lines_height(below, self._room())), below)
        painter.end()

    def _needed(self) -> int:
        """Measured once for the same width and size of text."""
        theme = theme_in_use()
        if self._measured[0] != (self.width(), theme.text):
            high = theme.px(26) + lines_height(self._below(), self._room()) + theme.px(5)
            self._measured = ((self.width(), theme.text), max(theme.px(48), high))
        return self._measured[1]

    def _below(self) -> tuple[Line, ...]:
        words = (() if self._is_beside() else (self._day.count,)) + ((self._day.about,) if self._day.about else ())
        return tuple(Line(each, "dense", ink="text-2") for each in words)

    def _room(self) -> int:
        return self.width() - 2 * SIDE

    def _is_beside(self) -> bool:
        """Whether the count stands beside the name of the day."""
        return self._count_width() + theme_in_use().px(52) < self._room()

    def _count_width(self) -> int:
        return QFontMetrics(theme_in_use().font("dense")).horizontalAdvance(self._day.count)
