"""Steps on own by visit, on the way to discharge: one small picture with its sentence."""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import theme_in_use
from ui.widgets.text import give_role

PROJECT_FROM = 3
"""Visits needed before a projection is drawn."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`on_own` is steps on own at visit 1, 2 …; `steps` is how many there are.

    `usual` is the middle half of visits to discharge, first and last; `about` the visit by which all steps
    are expected on own, None when that cannot be said.
    """

    on_own: tuple[int, ...]
    steps: int
    usual: tuple[int, int] | None = None
    about: int | None = None


class Sparkline(QWidget):
    """The line so far, the usual range as a band, a dashed projection. Enter asks for the table."""

    table_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_role(self, QAccessible.Role.Graphic)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._progress = Progress((), 0)
        self._drawn: tuple[str, QPixmap] | None = None

    def show_progress(self, progress: Progress, finding: str) -> None:
        """`finding` is the picture in one sentence, for a screen reader."""
        self._progress = progress
        self._drawn = None
        self.setAccessibleName(f"{finding} Press Enter for the table")
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        return QSize(theme.px(340), theme.px(124))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._drawn = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.table_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        ratio = self.devicePixelRatioF()
        key = f"{theme.name} {theme.text} {ratio}"
        if self._drawn is None or self._drawn[0] != key:
            pixmap = QPixmap(self.size() * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            canvas = QPainter(pixmap)
            canvas.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(canvas)
            canvas.end()
            self._drawn = (key, pixmap)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._drawn[1])
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        theme, progress = theme_in_use(), self._progress
        plot = QRectF(theme.px(34), 8, self.width() - theme.px(34) - 12, self.height() - theme.px(24) - 8)
        furthest = max(len(progress.on_own), progress.about or 0, progress.usual[1] if progress.usual else 0, 4) + 1
        top = max(1, progress.steps)

        def at(visit: float, steps: float) -> QPointF:
            return QPointF(plot.left() + plot.width() * visit / furthest, plot.bottom() - plot.height() * steps / top)

        if progress.usual:
            first, last = progress.usual
            painter.fillRect(QRectF(at(first, top), at(last, 0)), theme.colour("cband"))
        painter.setFont(theme.font("tick", tabular=True))
        for steps in sorted({0, progress.steps // 2, progress.steps}):
            level = at(0, steps)
            painter.setPen(QPen(theme.colour("grid"), 1))
            painter.drawLine(QLineF(level, QPointF(plot.right(), level.y())))
            painter.setPen(theme.colour("text-2"))
            label = QRectF(0, level.y() - 9, plot.left() - 9, 18)
            painter.drawText(label, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(steps))
        self._draw_visits(painter, furthest, at(0, 0).y() + 4, plot)
        points = [at(visit, steps) for visit, steps in enumerate(progress.on_own, 1)]
        painter.setPen(QPen(theme.colour("c1"), 2.2))
        painter.drawPolyline(QPolygonF(points))
        if progress.about and points and len(points) >= PROJECT_FROM:
            self._draw_projection(painter, points[-1], at(progress.about, top), plot.bottom())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("c1"))
        for point in points:
            painter.drawEllipse(point, 4, 4)

    def _draw_visits(self, painter: QPainter, furthest: int, y: float, plot: QRectF) -> None:
        theme = theme_in_use()
        every = 1 + furthest // 16
        for visit in range(1, furthest + 1):
            bold = visit == self._progress.about
            if bold or visit % every == 0 or every == 1:
                painter.setFont(theme.font("tick", 700 if bold else 400, tabular=True))
                painter.setPen(theme.colour("text" if bold else "text-2"))
                x = plot.left() + plot.width() * visit / furthest
                label = QRectF(x - 14, y, 28, theme.px(17))
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, str(visit))

    def _draw_projection(self, painter: QPainter, last: QPointF, goal: QPointF, foot: float) -> None:
        theme = theme_in_use()
        pen = QPen(theme.colour("c1"), 2)
        pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.drawLine(last, goal)
        pen = QPen(theme.colour("text"), 1.5)
        pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.drawLine(goal, QPointF(goal.x(), foot))
        painter.setPen(QPen(theme.colour("c1"), 2))
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(goal, 4, 4)
