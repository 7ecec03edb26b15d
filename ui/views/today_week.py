"""One day of the week strip."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from smf_desktop.presenters.today import WeekDay
from ui.theme import theme_in_use
from ui.views.row_paint import draw_words, lower, upper


class DayButton(QPushButton):
    """One day of the week: its name, how many visits, how far along."""

    def __init__(self, day: WeekDay) -> None:
        super().__init__()
        self._day = day
        self.setAutoDefault(False)
        self.setAccessibleName(day.spoken + (", shown" if day.chosen else ""))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(96), theme_in_use().px(48))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_in_use().px(60), theme_in_use().px(48))

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
        inner = self.rect().adjusted(12, 0, -8, 0)
        draw_words(painter, upper(inner), self._day.label, weight=600, tabular=True)
        count = QFontMetrics(theme.font("dense")).horizontalAdvance(self._day.count)
        if count + theme.px(52) < inner.width():
            right = QRect(inner.right() - count, upper(inner).top(), count + 2, upper(inner).height())
            draw_words(painter, right, self._day.count, role="dense", ink="text-2")
            draw_words(painter, lower(inner), self._day.about, role="dense", ink="text-2")
        else:
            draw_words(painter, lower(inner), self._day.count, role="dense", ink="text-2")
        painter.end()
