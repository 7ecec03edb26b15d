"""A filter as a chip: what it is, what it stands at, a list to choose from, and a cross to take it away."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import IconButton

Option = tuple[str, str, bool]
"""A code, its words, and whether it stands."""

HEIGHT = 32


class FilterChip(QWidget):
    """ "Skill: any" with a list under it. One that narrows has an edge, a fill, its value in bold and a cross.

    Space, Enter or Down opens the list; Delete takes the filter away.
    """

    chosen = Signal(str)
    """The code that was chosen; "" for taking the filter away."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self.value, self.active = label, "", False
        self._told: tuple[object, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.face = _Face(self)
        self.menu = QMenu(self)
        self.face.setMenu(self.menu)
        self.clear = IconButton(f"Clear {label}", "x", side=26)
        self.clear.clicked.connect(self._clear)
        row.addWidget(self.face)
        row.addWidget(self.clear)
        self.tell("", active=False, options=())

    def tell(self, value: str, *, active: bool, options: Sequence[Option], several: bool = False) -> None:
        """Show how the filter stands, and what can be chosen."""
        told = (value, active, tuple(options), several)
        if told == self._told:
            return
        self._told = told
        self.value, self.active = value, active
        had_focus = self.clear.hasFocus()
        self.clear.setVisible(active)
        if had_focus and not active:
            self.face.setFocus(Qt.FocusReason.OtherFocusReason)
        state = "" if active else ", does not narrow the list"
        self.face.setAccessibleName(f"{self.label}: {value or 'any'}{state}")
        self.menu.clear()
        for code, words, on in options:
            action = QAction(words.replace("&", "&&"), self.menu)
            action.setCheckable(True)
            action.setChecked(on)
            action.setData(code)
            action.triggered.connect(lambda _on, code=code: self.chosen.emit(code))
            self.menu.addAction(action)
        self.face.setToolTip(f"{self.label}: choose one or more" if several else f"{self.label}: choose one")
        self.face.updateGeometry()
        self.update()
        self.face.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.active:
            self._clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("primary" if self.active else "line-strong"), 1))
        over = self.underMouse() and not self.active
        painter.setBrush(theme.colour("selected" if self.active else "surface-3" if over else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def _clear(self) -> None:
        self.chosen.emit("")


class _Face(QToolButton):
    def __init__(self, chip: FilterChip) -> None:
        super().__init__(chip)
        self._chip = chip
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down) and not event.modifiers():
            self.showMenu()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        label, value = self._widths()
        return QSize(label + value + 20 + (0 if self._chip.active else theme.px(22)), theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, chip = theme_in_use(), self._chip
        painter = QPainter(self)
        label, value = self._widths()
        inside = self.rect().adjusted(10, 0, 0, 0)
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("cell"))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, f"{chip.label}: ")
        painter.setFont(theme.font("cell", 700 if chip.active else 400))
        painter.drawText(inside.adjusted(label, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, chip.value or "any")
        if not chip.active:
            side = theme.px(14)
            drawn = theme.pixmap("chevron-down", "text-2", side, self.devicePixelRatioF())
            painter.drawPixmap(inside.left() + label + value + 6, (self.height() - side) // 2, drawn)
        painter.end()

    def _widths(self) -> tuple[int, int]:
        theme, chip = theme_in_use(), self._chip
        label = QFontMetrics(theme.font("cell")).horizontalAdvance(f"{chip.label}: ")
        weight = 700 if chip.active else 400
        return label, QFontMetrics(theme.font("cell", weight)).horizontalAdvance(chip.value or "any")
