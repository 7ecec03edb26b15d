"""One of a few short answers, each with its digit: a digit answers and goes on to the next field."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QSizePolicy, QWidget

from ui.style import draw_chip
from ui.theme import theme_in_use
from ui.widgets.flow import FlowLayout
from ui.widgets.text import give_role

DIGITS = "123456789"
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_BACK, _ON = (Qt.Key.Key_Left, Qt.Key.Key_Up), (Qt.Key.Key_Right, Qt.Key.Key_Down)


class PickOne(QWidget):
    """Nothing is preset. One tab stop; arrows move and choose, a digit chooses and moves on, Backspace takes back."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]] = (), *, parent: QWidget | None = None) -> None:
        """`options` are (code, words)."""
        super().__init__(parent)
        give_role(self, QAccessible.Role.Grouping)
        self._flow = FlowLayout(self, gap=6, line_gap=5)
        self._group = QButtonGroup(self)
        self._options: tuple[tuple[str, str], ...] = ()
        self.picks: dict[str, _Pick] = {}
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_options(options)

    @property
    def value(self) -> str:
        return next((code for code, pick in self.picks.items() if pick.isChecked()), "")

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Other answers; the one chosen stays where it is still there."""
        if tuple(options) == self._options:
            return
        now, focused = self.value, any(pick.hasFocus() for pick in self.picks.values())
        self._options = tuple(options)
        for pick in self.picks.values():
            self._group.removeButton(pick)
            self._flow.removeWidget(pick)
            pick.setText("")  # it lives until the next turn, and may name somebody
            pick.setAccessibleName("")
            pick.hide()
            pick.deleteLater()
        self.picks = {}
        for place, (code, words) in enumerate(options):
            pick = _Pick(words, DIGITS[place] if place < len(DIGITS) else "", self)
            pick.installEventFilter(self)
            pick.clicked.connect(lambda _on, code=code: self._choose(code))
            self._group.addButton(pick)
            self._flow.addWidget(pick)
            pick.show()
            self.picks[code] = pick
        self._name_all()
        self.set_value(now)
        if focused:
            self.take_focus()

    def set_value(self, code: str) -> None:
        """Show an answer, "" for none; says nothing back."""
        if code != self.value:
            self._group.setExclusive(False)
            for name, pick in self.picks.items():
                pick.setChecked(name == code)
            self._group.setExclusive(True)
        stop = self._stop()
        for pick in self.picks.values():
            pick.setFocusPolicy(Qt.FocusPolicy.StrongFocus if pick is stop else Qt.FocusPolicy.ClickFocus)
        if stop is not None:
            self.setFocusProxy(stop)

    def take_focus(self) -> None:
        if (stop := self._stop()) is not None:
            stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.modifiers() & _HELD:
            return False
        codes = list(self.picks)
        here = next((place for place, pick in enumerate(self.picks.values()) if pick is watched), None)
        if here is None:
            return False
        key, typed = event.key(), event.text()
        if key in _BACK + _ON:
            self._choose(codes[(here + (1 if key in _ON else -1)) % len(codes)])
            self.take_focus()
            return True
        if key == Qt.Key.Key_Backspace and self.value:
            self.set_value("")
            self.chosen.emit("")
            return True
        if typed and typed in DIGITS[: len(codes)]:
            self._choose(codes[int(typed) - 1])
            self.take_focus()  # from the answer itself, or the next stop would be that answer
            self.focusNextChild()
            return True
        return False

    def _name_all(self) -> None:
        """Each answer says what is asked, so that it is understood alone."""
        for (_, words), pick in zip(self._options, self.picks.values(), strict=True):
            pick.setAccessibleName(words)
            pick.setAccessibleDescription(self.accessibleName())

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self._name_all()

    def _choose(self, code: str) -> None:
        self.set_value(code)
        self.chosen.emit(code)

    def _stop(self) -> "_Pick | None":
        return self.picks.get(self.value) or next(iter(self.picks.values()), None)


class _Pick(QRadioButton):
    def __init__(self, words: str, digit: str, parent: QWidget) -> None:
        super().__init__(words, parent)
        self._digit = digit
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        words = QFontMetrics(theme.font("cell", 600)).horizontalAdvance(self.text())
        return QSize(words + theme.px(18) + 24, theme.px(30))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        on = self.isChecked()
        draw_chip(painter, self.rect(), on, self.underMouse(), theme)
        painter.setFont(theme.font("caption", 600, tabular=True))
        painter.setPen(theme.colour("on-primary" if on else "text-3"))
        key = QRect(10, 0, theme.px(12), self.height())
        if on:
            side = theme.px(14)
            drawn = theme.pixmap("check", "on-primary", side, self.devicePixelRatioF())
            painter.drawPixmap(QPoint(8, (self.height() - side) // 2), drawn)
        else:
            painter.drawText(key, Qt.AlignmentFlag.AlignCenter, self._digit)
        painter.setFont(theme.font("cell", 600))
        painter.setPen(theme.colour("on-primary" if on else "text"))
        words = QRect(theme.px(18) + 12, 0, self.width() - theme.px(18) - 12, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
