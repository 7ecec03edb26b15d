"""The bands around a page: header, dock, status bar and the right corner of the menu bar."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QStatusBar,
    QTabBar,
    QToolButton,
    QWidget,
)

from ui.theme import theme_in_use
from ui.widgets.buttons import Button, IconButton
from ui.widgets.flow import FlowLayout
from ui.widgets.text import Avatar, Icon, Text

NARROW_WIDTH = 900


class TopBar(QWidget):
    """The right corner of the menu bar: who is signed in, and the lock. `row` takes more at its left."""

    lock_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 0, 12, 0)
        self.row.setSpacing(8)
        self.avatar, self.name = Avatar(""), Text("", "cell")
        self.lock = IconButton("Lock now (Ctrl+L)", "lock", tone="link")
        self.lock.clicked.connect(self.lock_wanted)
        self.row.addStretch(1)
        for part in (self.avatar, self.name, self.lock):
            self.row.addWidget(part)

    def show_user(self, initials: str, name: str) -> None:
        self.avatar.initials = initials
        self.avatar.update()
        self.name.setText(name)


class PageHeader(QFrame):
    """Title, one line about it, and what the page offers at the right (`add`)."""

    def __init__(self, title: str = "", about: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page-header")
        self.setMinimumHeight(theme_in_use().px(56))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(20, 6, 20, 6)
        self._row.setSpacing(10)
        self.title, self.about = Text(title, "page", wrap=True), Text(about, "body", "text-2", wrap=True)
        words = FlowLayout(gap=12, line_gap=0, centred=True)
        words.addWidget(self.title)
        words.addWidget(self.about)
        self._row.addLayout(words, 1)
        self.tell(title, about)

    def tell(self, title: str, about: str = "") -> None:
        self.title.setText(title)
        self.about.setText(about)

    def add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)


class Tabs(QTabBar):
    """The parts of a page, from the left, with a mark under the one that is open. Ctrl+Tab moves."""

    def __init__(self, tabs: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        for words in tabs:
            self.addTab(words)


class Dock(QFrame):
    """What is left to do at the left, what to press at the right.

    Under 900 wide, or where the words would be squeezed, the primary button stays and the rest go into a menu.
    """

    link_chosen = Signal()

    def __init__(self, buttons: Sequence[Button] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock")
        self.setMinimumHeight(theme_in_use().px(46))
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 6, 20, 6)
        row.setSpacing(10)
        self.icon, self.words = Icon("info", "text-2", 16), Text("", "cell", wrap=True)
        self.link = Button("", "link")
        self.link.clicked.connect(self.link_chosen)
        row.addWidget(self.icon)
        row.addWidget(self.words)
        row.addWidget(self.link)
        row.addStretch(1)
        self.overflow = IconButton("More actions", "ellipsis", edged=True, side=32)
        self.overflow.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self.overflow.setMenu(self._menu)
        row.addWidget(self.overflow)
        self.buttons = list(buttons)
        for button in buttons:
            row.addWidget(button)
            if button.kind != "primary":
                action = QAction(button.text(), self._menu)
                action.triggered.connect(button.click)
                self._menu.addAction(action)
        self.tell("")
        self._fit()

    def tell(self, words: str, *, tone: str = "text-2", icon: str = "", link: str = "") -> None:
        """`tone` is a text token: "warn" while something is missing, "ok" when nothing is."""
        self.icon.setVisible(bool(icon))
        if icon:
            self.icon.turn_into(icon, tone)
        self.words.setText(words)
        self.words.set_tone(tone)
        self.words.set_strong(tone in ("warn", "ok", "danger"))
        self.link.setText(link)
        self.link.setVisible(bool(link))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = sum(button.sizeHint().width() + 10 for button in self.buttons) + theme_in_use().px(260)
        narrow = self.width() < max(NARROW_WIDTH, wanted)
        for button in self.buttons:
            button.setVisible(button.kind == "primary" or not narrow)
        self.overflow.setVisible(narrow and not self._menu.isEmpty())


class StatusParts(QStatusBar):
    """The status bar: every part is a button that tells which one it was."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setAccessibleName("Status")
        self._parts: dict[str, _Part] = {}

    def set_part(
        self,
        key: str,
        words: str,
        *,
        icon: str = "",
        dot: str = "",
        strong: str = "",
        tip: str = "",
        at_right: bool = False,
    ) -> None:
        """Add a part or change it. `strong` stands in bold before `words`; `dot` is a token. No words: hidden."""
        part = self._parts.get(key)
        if part is None:
            part = self._parts[key] = _Part(self)
            part.clicked.connect(lambda: self.chosen.emit(key))
            if at_right:
                self.addPermanentWidget(part)
            else:
                self.addWidget(part)
        part.tell(words, icon=icon, dot=dot, strong=strong, tip=tip)

    def set_part_shown(self, key: str, *, shown: bool) -> None:
        """Where there is little room: whether a part that has words is there."""
        self._parts[key].set_wanted(shown)


class _Part(QToolButton):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = self._strong = self._icon = self._dot = ""
        self._wanted = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def tell(self, words: str, *, icon: str, dot: str, strong: str, tip: str) -> None:
        self._words, self._strong, self._icon, self._dot = words, strong, icon, dot
        spoken = f"{strong} {words}".strip()
        self.setAccessibleName(spoken)
        self.setToolTip(tip)
        self.setVisible(bool(spoken) and self._wanted)
        self.updateGeometry()
        self.update()

    def set_wanted(self, wanted: bool) -> None:
        self._wanted = wanted
        self.setVisible(bool(self.accessibleName()) and wanted)

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        width = 20
        if self._dot:
            width += theme.px(9) + 6
        if self._icon:
            width += theme.px(14) + 7
        if self._strong:
            width += QFontMetrics(theme.font("dense", 600)).horizontalAdvance(self._strong) + 8
        width += QFontMetrics(theme.font("dense", tabular=True)).horizontalAdvance(self._words)
        return QSize(width, theme.px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.fillRect(self.rect().adjusted(0, 1, -1, -1), theme.colour("surface-3"))
        middle, x = self.height() / 2, 8
        painter.setPen(theme.colour("line"))
        painter.drawLine(self.width() - 1, 4, self.width() - 1, self.height() - 4)
        if self._dot:
            painter.setPen(theme.colour("text-2"))
            painter.setBrush(theme.colour(self._dot))
            dot = theme.px(9)
            painter.drawEllipse(QRectF(x, middle - dot / 2, dot, dot))
            x += dot + 6
        if self._icon:
            side = theme.px(14)
            drawn = theme.pixmap(self._icon, "text-2", side, self.devicePixelRatioF())
            painter.drawPixmap(QPoint(x, round(middle - side / 2)), drawn)
            x += side + 7
        for words, weight, ink in ((self._strong, 600, "text"), (self._words, 400, "text-2")):
            if words:
                font = theme.font("dense", weight, tabular=weight == 400)
                painter.setFont(font)
                painter.setPen(theme.colour(ink))
                width = QFontMetrics(font).horizontalAdvance(words)
                painter.drawText(QRectF(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, words)
                x += width + 8
        painter.end()
