"""Filters that always stand at something: their words, and a list under each."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import Face, paint_box
from ui.widgets.flow import FlowLayout

OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Space)
MOST = 210
"""Pixels of words; what is longer is cut short and stands whole in the tip."""


class Drop(QToolButton):
    """Space, Enter or Down opens the list; the arrows choose in it."""

    chosen = Signal(str)
    """The code that was chosen."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._told: tuple[object, ...] = ()
        self._choices = QMenu(self)
        self.setMenu(self._choices)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def tell(self, value: str, words: str, options: Sequence[tuple[str, str]]) -> None:
        """Show what it stands at, and what can be chosen."""
        told = (value, words, tuple(options))
        if told == self._told:
            return
        self._told = told
        self.setText(words)
        self.setAccessibleName(f"{self._label}: {words}")
        self.setToolTip(f"{self._label}: {words}")
        self._choices.clear()
        for code, said in options:
            action = QAction(said.replace("&", "&&"), self._choices)
            action.setCheckable(True)
            action.setChecked(code == value)
            action.triggered.connect(lambda _on, code=code: self.chosen.emit(code))
            self._choices.addAction(action)
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in OPENS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._choices.popup(self.mapToGlobal(self.rect().bottomLeft()))
            standing = next((each for each in self._choices.actions() if each.isChecked()), None)
            if standing is not None:
                self._choices.setActiveAction(standing)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        wide = min(QFontMetrics(theme.font("dense", 600)).horizontalAdvance(self.text()), theme.px(MOST))
        return QSize(wide + theme.px(14) + 28, theme.px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = "surface-3" if self.underMouse() or self.isDown() else "surface"
        paint_box(painter, self.rect(), Face(fill, "line-strong", ""), theme)
        side = theme.px(14)
        room = self.rect().adjusted(9, 0, -side - 14, 0)
        font = theme.font("dense", 600)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        shown = QFontMetrics(font).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        drawn = theme.pixmap("chevron-down", "text-2", side, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - side - 8, (self.height() - side) // 2, drawn)
        painter.end()


class Drops(QWidget):
    """Several of them, one after the other and on as many lines as they need."""

    chosen = Signal(str, str)
    """A filter by its name, and the code that was chosen."""

    def __init__(self, labels: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`labels`: of each its name and the words for it."""
        super().__init__(parent)
        self.each: dict[str, Drop] = {}
        flow = FlowLayout(self, gap=8, line_gap=4)
        for key, label in labels:
            drop = self.each[key] = Drop(label)
            drop.chosen.connect(lambda code, key=key: self.chosen.emit(key, code))
            flow.addWidget(drop)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def tell(self, told: Mapping[str, tuple[str, str, Sequence[tuple[str, str]]]]) -> None:
        """By filter: the code it stands at, its words, and what can be chosen."""
        for key, (value, words, options) in told.items():
            self.each[key].tell(value, words, options)
