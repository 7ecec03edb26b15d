"""A picture with marks: the mouse or the arrow keys point at one, Enter asks for the people behind it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from smf_desktop.reports.charts.chart import Mark
from ui.theme import theme_in_use
from ui.widgets.text import announce, give_role, plain_tip

AT_REST_MS = 120
"""A window that is dragged tells each step; a picture is drawn once it rests."""

KEYS = "Arrow keys go from mark to mark, Enter shows the people behind one. Enter without a mark shows the table."
ON = (Qt.Key.Key_Right, Qt.Key.Key_Down)
BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class ChartPane(QWidget):
    """Shows the last picture it was given until there is one of its new size or look."""

    drawing_wanted = Signal()
    """It has another size, or the look changed."""

    chosen = Signal(object)
    """The `Mark` whose people are wanted."""

    table_wanted = Signal()
    menu_wanted = Signal(QPoint)
    """What can be done with the picture, at a place of the screen."""

    def __init__(self, name: str, height: int, parent: QWidget | None = None) -> None:
        """`height` is what it needs at 100 %."""
        super().__init__(parent)
        self._height = height
        self._picture = QImage()
        self._marks: Sequence[Mark] = ()
        self._at = -1
        self._stale = True
        """Nobody was asked yet to draw it as it is now."""

        self.setAccessibleName(name)
        give_role(self, QAccessible.Role.Graphic)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(AT_REST_MS)
        self._rest.timeout.connect(self._ask)

    @property
    def marks(self) -> Sequence[Mark]:
        return self._marks

    @property
    def current(self) -> Mark | None:
        return self._marks[self._at] if 0 <= self._at < len(self._marks) else None

    @property
    def picture(self) -> QImage:
        return self._picture

    def tell(self, summary: str) -> None:
        """What a screen reader says of it; the picture it shows is of something else by now."""
        self.setAccessibleDescription(f"{summary} {KEYS}")
        self._stale = True
        self._ask()

    def show_picture(self, picture: QImage, marks: Sequence[Mark]) -> None:
        """A picture of this size, and what can be pointed at; what was pointed at stays."""
        before = self.current
        self._picture, self._marks = picture, marks
        again = (at for at, one in enumerate(marks) if before and (one.key, one.part) == (before.key, before.part))
        self._at = next(again, -1)
        self.update()

    def forget(self) -> None:
        """Nothing is shown, and nothing is pointed at."""
        self._picture, self._marks, self._at = QImage(), (), -1
        self._stale = True
        self.setAccessibleDescription("")
        self.setToolTip("")
        self.update()

    def leave_mark(self) -> None:
        self._at = -1
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(320), theme_in_use().px(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, theme_in_use().px(self._height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stale = True
        if self.isVisible():
            self._rest.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._rest.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rest"):
            self._stale = True
            self.updateGeometry()
            if self.isVisible():
                self._rest.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        if not self._picture.isNull():
            painter.drawImage(0, 0, self._picture)
        mark = self.current
        if mark is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("primary"), 2))
            around = QRectF(mark.left, mark.top, mark.width, mark.height).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(around, 3, 3)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held or key not in (*ON, *BACK, *ENTER, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        elif key in ENTER:
            self._choose()
        elif self._marks:
            last = len(self._marks) - 1
            step = 1 if key in ON else -1
            begins = 0 if key in ON else last
            at = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}.get(
                Qt.Key(key), begins if self._at < 0 else min(max(self._at + step, 0), last)
            )
            self._point(at)
            announce(self, self._marks[at].words, now=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._mark_at(event.position().x(), event.position().y())
        self.setToolTip(plain_tip(self._marks[at].words) if at >= 0 else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        at = self._mark_at(event.position().x(), event.position().y())
        if at >= 0 and event.button() is Qt.MouseButton.LeftButton:
            self._point(at)
            self._choose()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def _point(self, at: int) -> None:
        self._at = at
        self.update()

    def _choose(self) -> None:
        if self.current is None:
            self.table_wanted.emit()
        else:
            self.chosen.emit(self.current)

    def _mark_at(self, x: float, y: float) -> int:
        """The smallest mark there: a point of a curve lies inside others."""
        under = [
            (one.width * one.height, at)
            for at, one in enumerate(self._marks)
            if one.left <= x <= one.left + one.width and one.top <= y <= one.top + one.height
        ]
        return min(under)[1] if under else -1

    def _ask(self) -> None:
        """One that is not seen is drawn when it is."""
        if self.isVisible():
            self._stale = False
            self.drawing_wanted.emit()
