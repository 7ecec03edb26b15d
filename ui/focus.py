"""The ring around whatever has the focus."""

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QTabBar, QWidget
from shiboken6 import Shiboken

RING = 4
"""Pixels the ring stands outside the control: 2 of each colour."""


class Ink(Protocol):
    """What drawing the ring needs of a theme."""

    def focus_colours(self) -> tuple[QColor, QColor]: ...


class FocusRing(QWidget):
    """The ring of one window: two lines around whatever has the focus, over everything, deaf to the mouse."""

    def __init__(self, window: QWidget, ink: Ink) -> None:
        super().__init__(window)
        self.ink = ink
        self.target: QWidget | None = None
        self.setObjectName("focus-ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        window.installEventFilter(self)

    @property
    def over(self) -> QWidget:
        """The window. Not held: a ring that is taken away must not be the last to let go of its window."""
        window = self.parentWidget()
        assert window is not None
        return window

    def surround(self, target: QWidget | None) -> None:
        self.target = target
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Every repaint of the window passes here first, so the ring is never behind what it surrounds."""
        if event.type() in (QEvent.Type.UpdateRequest, QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._follow()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        inner, outer = self.ink.focus_colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self._frame()
        painter.translate(-self.x(), -self.y())
        for colour, inset, radius in ((outer, 1, 7), (inner, 3, 5)):
            painter.setPen(QPen(colour, 2))
            painter.drawRoundedRect(QRectF(frame).adjusted(inset, inset, -inset, -inset), radius, radius)
        painter.end()

    def _frame(self) -> QRect:
        target = self.target
        if target is None:
            return QRect()
        rect = target.tabRect(target.currentIndex()) if isinstance(target, QTabBar) else target.rect()
        rect.moveTopLeft(target.mapTo(self.over, rect.topLeft()))
        return rect.adjusted(-RING, -RING, RING, RING)

    def _follow(self) -> None:
        target = self.target
        if target is None or not Shiboken.isValid(target) or not target.hasFocus():
            self.target = None
            self.hide()
            return
        if not target.isVisible():  # a page that is being filled gives the focus before it is laid out
            self.hide()
            return
        seen = self._frame()
        above = target.parentWidget()
        while above is not None and above is not self.over:
            if isinstance(above, QAbstractScrollArea):
                port = above.viewport()
                corner = port.mapTo(self.over, QPoint(0, 0))
                seen &= QRect(corner, port.size()).adjusted(-RING, -RING, RING, RING)
            above = above.parentWidget()
        if seen.isEmpty():
            self.hide()
            return
        if seen != self.geometry():
            self.setGeometry(seen)
        if self.isHidden():
            self.show()
        if self.over.children()[-1] is not self:
            self.raise_()


class FocusWatcher(QObject):
    """Moves the ring to whatever control of whatever window has the focus."""

    def __init__(self, app: QApplication, ink: Ink) -> None:
        super().__init__(app)
        self._ink = ink
        self._ring: FocusRing | None = None
        app.focusChanged.connect(self._moved)

    def use(self, ink: Ink) -> None:
        self._ink = ink
        if self._ring is not None and Shiboken.isValid(self._ring):
            self._ring.ink = ink
            self._ring.update()

    def _moved(self, old: QWidget | None, now: QWidget | None) -> None:
        ring = self._ring if self._ring is not None and Shiboken.isValid(self._ring) else None
        popup = Qt.WindowType.Popup
        target = now if now is not None and now is not now.window() and now.window().windowType() != popup else None
        if ring is not None and (target is None or ring.over is not target.window()):
            ring.surround(None)
            ring.deleteLater()
            ring = None
        if target is not None:
            ring = ring or FocusRing(target.window(), self._ink)
            ring.surround(target)
        self._ring = ring
