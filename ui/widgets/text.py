"""Words and small marks: labels, icons, key caps, chips, counts, initials."""

import re
from typing import Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.theme import tabular_figures, theme_in_use

ChipKind = Literal["neutral", "info", "ok", "warn", "danger", "violet"]

CHIP_COLOURS: dict[ChipKind, tuple[str, str, str]] = {
    "neutral": ("surface-2", "line", "text-2"),
    "info": ("soft", "soft-line", "link"),
    "ok": ("ok-soft", "ok-line", "ok"),
    "warn": ("warn-soft", "warn-line", "warn"),
    "danger": ("danger-soft", "danger-line", "danger"),
    "violet": ("violet-soft", "violet-line", "violet"),
}
"""Fill, edge and text of each kind of chip."""


READABLE = 520
"""Pixels of a line of about 75 characters."""

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
_HYPHEN = re.compile(r"(?<=\d)-(?=\w)|(?<=\w)-(?=\d)")


def announce(about: QWidget, words: str, *, now: bool = False) -> None:
    """Say `words` to a screen reader; `now` interrupts what it is reading."""
    event = QAccessibleAnnouncementEvent(about, words)
    loudness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(loudness.Assertive if now else loudness.Polite)
    QAccessible.updateAccessibility(event)


def give_role(widget: QWidget, role: QAccessible.Role) -> None:
    """What a screen reader calls a control that Qt has no name for."""
    widget.setProperty("accessibleRole", role)


def plain_tip(words: str) -> str:
    """A tooltip that says exactly these words: Qt would read words that look like markup as markup."""
    if "<" not in words:
        return words
    return "<span>" + words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + "</span>"


def unbroken(words: str) -> str:
    """For painting alone: lines do not end inside a date. The typeface has no hyphen that holds, so a joiner does."""
    return _HYPHEN.sub("-\u2060", words) if "-" in words else words


def restyle(widget: QWidget) -> None:
    """Take up the style sheet again after a property it asks about has changed."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # it takes the sheet up when it is first shown
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Text(QLabel):
    """Words from data, always as plain text. `role` is a type size, `tone` a text token."""

    def __init__(
        self,
        words: str = "",
        role: str = "cell",
        tone: str = "",
        *,
        strong: bool | None = None,
        wrap: bool = False,
        tabular: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(words)
        self.setProperty("role", role)
        self.setProperty("tone", tone)
        if strong is not None:
            self.setProperty("strong", strong)
        self.setWordWrap(wrap)
        if tabular:
            self.setFont(tabular_figures(QFont()))

    def sizeHint(self) -> QSize:
        """Words that may wrap still ask for one line, as far as a line is easy to read."""
        if not self.wordWrap():
            return super().sizeHint()
        longest = theme_in_use().px(READABLE)
        width = min(longest, self.fontMetrics().horizontalAdvance(self.text()) + 2 * self.margin() + 2)
        return QSize(width, self.heightForWidth(width))

    def heightForWidth(self, width: int) -> int:
        if "-" not in self.text():  # most words, and layouts ask often
            return super().heightForWidth(width)
        sides = self.contentsMargins()
        room = width - sides.left() - sides.right() - 2 * self.margin()
        if not (shown := self._held(room)):
            return super().heightForWidth(width)
        tall = self.fontMetrics().boundingRect(QRect(0, 0, room, 10_000), self._flags(), shown).height()
        return tall + sides.top() + sides.bottom() + 2 * self.margin()

    def paintEvent(self, event: QPaintEvent) -> None:
        margin = self.margin()
        room = self.contentsRect().adjusted(margin, margin, -margin, -margin)
        if not (shown := self._held(room.width())):
            super().paintEvent(event)
            return
        QFrame.paintEvent(self, event)
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, self._flags(), shown)
        painter.end()

    def _held(self, room: int) -> str:
        """The words with their dates held together; "" where they stand as they are: without any, or too narrow."""
        words = self.text()
        if "-" not in words or not self.wordWrap() or (shown := unbroken(words)) == words:
            return ""
        if self.textInteractionFlags() & _SELECTABLE:
            return ""
        wide = self.fontMetrics().boundingRect(QRect(0, 0, room, 0), self._flags(), shown).width()
        return shown if wide <= room else ""

    def _flags(self) -> int:
        return self.alignment().value | Qt.TextFlag.TextWordWrap.value

    def set_tone(self, tone: str) -> None:
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)

    def set_strong(self, strong: bool) -> None:
        if self.property("strong") is not strong:
            self.setProperty("strong", strong)
            restyle(self)


class Icon(QWidget):
    """A picture beside words. It says nothing by itself, so it has no name."""

    def __init__(self, name: str, tone: str = "text-2", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._tone, self._size = name, tone, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def turn_into(self, name: str, tone: str) -> None:
        self._name, self._tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:
        side = theme_in_use().px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = theme_in_use()
        side = min(self.width(), self.height())
        painter.drawPixmap(0, 0, theme.pixmap(self._name, self._tone, side, self.devicePixelRatioF()))
        painter.end()


class KeyCap(Text):
    """A key of the keyboard, as printed on it."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(key, "keycap", parent=parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(18)


class Count(Text):
    """How many, in a grey pill beside a title."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(str(number), "count", tabular=True, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Chip(QWidget):
    """A state in a word: a pill, with an icon where it has one."""

    def __init__(
        self,
        words: str,
        kind: ChipKind = "neutral",
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        give_role(self, QAccessible.Role.StaticText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.turn_into(words, kind, icon)

    def turn_into(self, words: str, kind: ChipKind, icon: str = "") -> None:
        self.words, self.kind, self._icon = words, kind, icon
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return chip_size(self.words, self._icon)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_chip(painter, QRectF(self.rect()), self.words, self.kind, self._icon)
        painter.end()


def chip_size(words: str, icon: str = "") -> QSize:
    """The room a chip takes."""
    theme = theme_in_use()
    wide = QFontMetrics(theme.font("caption", 500)).horizontalAdvance(words)
    return QSize(wide + 20 + (theme.px(14) + 5 if icon else 0), theme.px(22))


def paint_chip(painter: QPainter, rect: QRectF, words: str, kind: ChipKind, icon: str = "") -> None:
    """Draw a chip; tables use it in their cells."""
    theme = theme_in_use()
    fill, edge, ink = CHIP_COLOURS[kind]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour(edge), 1))
    painter.setBrush(theme.colour(fill))
    pill = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    left = rect.left() + 10
    if icon:
        side = theme.px(14)
        drawn = theme.pixmap(icon, ink, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(round(left - 2), round(rect.center().y() - side / 2), drawn)
        left += side + 3
    painter.setPen(theme.colour(ink))
    painter.setFont(theme.font("caption", 500))
    painter.drawText(QRectF(left, rect.top(), rect.right() - left, rect.height()), Qt.AlignmentFlag.AlignVCenter, words)
    painter.restore()


class Avatar(QWidget):
    """The initials of a member of staff in a circle."""

    def __init__(self, initials: str, size: int = 24, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.initials, self._size = initials, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = theme_in_use().px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("soft-line"), 1))
        painter.setBrush(theme.colour("soft"))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(theme.colour("link"))
        painter.setFont(theme.font("caption" if self._size < 30 else "cell", 600))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.initials)
        painter.end()
