"""Buttons: a verb, an icon where it helps, and its shortcut shown inside."""

from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from ui.keys import key_shown
from ui.theme import Theme, theme_in_use

ButtonKind = Literal["primary", "secondary", "quiet", "danger", "link"]


@dataclass(frozen=True, slots=True)
class Face:
    """The tokens of one state of a button; an empty token is not drawn."""

    fill: str
    edge: str
    ink: str


FACES: dict[ButtonKind, tuple[Face, Face, Face]] = {
    "primary": (
        Face("primary", "primary", "on-primary"),
        Face("primary-hover", "primary-hover", "on-primary"),
        Face("primary-press", "primary-press", "on-primary"),
    ),
    "secondary": (
        Face("surface", "line-strong", "text"),
        Face("surface-3", "line-strong", "text"),
        Face("selected", "primary", "text"),
    ),
    "quiet": (Face("", "", "link"), Face("soft", "", "link"), Face("selected", "", "link")),
    "danger": (
        Face("surface", "danger-fill", "danger"),
        Face("danger-soft", "danger-fill", "danger"),
        Face("danger-soft", "danger", "danger"),
    ),
    "link": (Face("", "", "link"), Face("", "", "link"), Face("", "", "primary-press")),
}
"""Default, hover and pressed."""

DISABLED = Face("surface-2", "line", "disabled")


class Button(QPushButton):
    """A button with words. `shortcut` is only shown: the action that owns the key is a menu's."""

    def __init__(
        self,
        words: str,
        kind: ButtonKind = "secondary",
        *,
        icon: str = "",
        shortcut: str = "",
        small: bool = False,
        ink: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`ink` is a text token for a place with a ground of its own, such as a toast."""
        super().__init__(parent)
        self.setText(words)  # not at once: to choose that constructor PySide reads the classes of the other ones
        self.kind: ButtonKind = kind
        self._ink = ink
        self._icon, self._shortcut, self._small = icon, shortcut, small
        self._busy = ""
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._key = ""
        self.renew_key()
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        if kind == "link":
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def renew_key(self) -> None:
        """Show the key that does the same now; whoever is here may have changed it."""
        self._key = key_shown(self._shortcut)
        self.setAccessibleDescription(self._key)
        self.updateGeometry()
        self.update()

    def set_busy(self, words: str) -> None:
        """Show that the work goes on ("Saving"), in the same width and still with the focus; "" ends it."""
        if words and not self._busy:
            self.setMinimumWidth(self.width() if self.isVisible() else self.sizeHint().width())
        if not words:
            self.setMinimumWidth(0)
        self._busy = words
        self.setAccessibleName(words)
        self.update()

    def event(self, event: QEvent) -> bool:
        presses = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.Shortcut)
        if self._busy and event.type() in presses:
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~KEYPAD:
            if not self._busy:
                self.click()
        elif self._busy and event.key() == Qt.Key.Key_Space:
            event.accept()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        width = self._parts_width(theme, self.text(), self._icon)
        return QSize(width + 2 * self._side(), self._height(theme))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        face = self._face()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, self.rect(), face, theme)
        words, icon = (self._busy, "loader-circle") if self._busy else (self.text(), self._icon)
        x = max(self._side(), (self.width() - self._parts_width(theme, words, icon)) // 2)
        if icon:
            side = theme.px(16)
            drawn = theme.pixmap(icon, face.ink, side, self.devicePixelRatioF())
            painter.drawPixmap(QPoint(x, (self.height() - side) // 2), drawn)
            x += side + 8
        font = theme.font("cell", 500 if self.kind == "link" else 600)
        font.setUnderline(self.kind == "link")
        painter.setFont(font)
        painter.setPen(theme.colour(face.ink))
        width = QFontMetrics(font).size(MNEMONIC, words).width()
        painter.drawText(QRect(x, 0, width + 2, self.height()), MNEMONIC | Qt.AlignmentFlag.AlignVCenter, words)
        if self._key and not self._busy:
            self._paint_shortcut(painter, x + width + 8, face, theme)
        painter.end()

    def _paint_shortcut(self, painter: QPainter, x: int, face: Face, theme: Theme) -> None:
        font = theme.font("caption", 400)
        width, height = QFontMetrics(font).horizontalAdvance(self._key) + 10, theme.px(17)
        cap = QRectF(x + 0.5, (self.height() - height) // 2 + 0.5, width - 1, height - 1)
        painter.setPen(QPen(theme.colour(face.ink), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cap, 3, 3)
        painter.setFont(font)
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)

    def _face(self) -> Face:
        if not self.isEnabled():
            return Face("", "", "disabled") if self.kind in ("quiet", "link") else DISABLED
        rest, hover, pressed = FACES[self.kind]
        face = pressed if self.isDown() else hover if self.underMouse() and not self._busy else rest
        return replace(face, ink=self._ink) if self._ink else face

    def _side(self) -> int:
        return {"link": 2, "quiet": 10}.get(self.kind, 13 if not self._small else 10)

    def _height(self, theme: Theme) -> int:
        return theme.px(26 if self.kind == "link" else 27 if self._small else 32)

    def _parts_width(self, theme: Theme, words: str, icon: str) -> int:
        weight = 500 if self.kind == "link" else 600
        width = QFontMetrics(theme.font("cell", weight)).size(MNEMONIC, words).width()
        if icon:
            width += theme.px(16) + 8
        if self._key and not self._busy:
            width += QFontMetrics(theme.font("caption")).horizontalAdvance(self._key) + 18
        return width


MNEMONIC = Qt.TextFlag.TextShowMnemonic
KEYPAD = Qt.KeyboardModifier.KeypadModifier


class MoreButton(Button):
    """Asks for the next rows of a list that is read a page at a time; hidden once all are there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "link", parent=parent)
        self._many = 0
        self.hide()
        self.clicked.connect(lambda: self.set_busy("Reading"))

    def tell(self, shown: int, many: int | None = None) -> None:
        """So many rows are shown now; of so `many`, or of as many as before."""
        self._many = self._many if many is None else many
        self.set_busy("")
        self.setText(f"More ({self._many - shown:,} left)")
        self.setVisible(shown < self._many)


class IconButton(QToolButton):
    """A picture alone: only for close, calendar, previous, next, undo, redo, note and lock. It has a name."""

    def __init__(
        self,
        name: str,
        icon: str,
        *,
        tone: str = "text-2",
        edged: bool = False,
        side: int = 26,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon, self._tone, self._edged, self._side = icon, tone, edged, side
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def turn_into(self, name: str, icon: str, tone: str = "text-2") -> None:
        self._icon, self._tone = icon, tone
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~KEYPAD:
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        side = theme_in_use().px(self._side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rest = Face("surface", "line-strong", self._tone) if self._edged else Face("", "", self._tone)
        face = rest
        if not self.isEnabled():
            face = Face("surface-2" if self._edged else "", "line" if self._edged else "", "disabled")
        elif self.isDown():
            face = Face("selected", rest.edge and "primary", self._tone)
        elif self.underMouse():
            face = Face("surface-3", rest.edge, self._tone)
        paint_box(painter, self.rect(), face, theme)
        side = theme.px(16)
        drawn = theme.pixmap(self._icon, face.ink, side, self.devicePixelRatioF())
        painter.drawPixmap(QPoint((self.width() - side) // 2, (self.height() - side) // 2), drawn)
        painter.end()


def paint_box(painter: QPainter, rect: QRect, face: Face, theme: Theme, radius: float = 4) -> None:
    """The fill and edge of a control."""
    if face.fill or face.edge:
        painter.setPen(QPen(theme.colour(face.edge), 1) if face.edge else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(face.fill) if face.fill else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
