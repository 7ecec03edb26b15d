"""The bands around a page: header, dock, status bar and the right corner of the menu bar."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QStatusBar, QTabBar, QToolButton, QWidget

from ui.keys import key_shown
from ui.theme import theme_in_use
from ui.widgets.buttons import Button, Face, IconButton, paint_box
from ui.widgets.flow import FlowLayout
from ui.widgets.text import Avatar, Icon, Text

NARROW_WIDTH = 900


def is_narrow(page: QWidget) -> bool:
    """Whether its columns have to stack: 900 wide at 100 %, and as much more as the text is larger."""
    return page.width() < theme_in_use().px(NARROW_WIDTH)


class TopBar(QWidget):
    """The right corner of the menu bar: who is signed in, and the lock. `row` takes more at its left."""

    lock_wanted = Signal()
    search_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 0, 12, 0)
        self.row.setSpacing(8)
        self.avatar, self.name = Avatar(""), Text("", "cell")
        self.lock = IconButton("Lock now (Ctrl+L)", "lock", tone="link")
        self.lock.clicked.connect(self.lock_wanted)
        self.search = SearchBox("Find a patient, or type > for a command", "Ctrl+K")
        self.search.clicked.connect(self.search_wanted)
        self.row.addStretch(1)
        self.row.addWidget(self.search)
        for part in (self.avatar, self.name, self.lock):
            self.row.addWidget(part)

    def show_user(self, initials: str, name: str) -> None:
        self.avatar.initials = initials
        self.avatar.update()
        self.name.setText(name)


class SearchBox(QToolButton):
    """Looks like a field and opens the one that searches: nothing is typed here. Without room, its icon alone."""

    def __init__(self, words: str, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._shortcut, self._small = words, shortcut, False
        self.setAccessibleName("Search people and commands")
        self.setAccessibleDescription(shortcut)
        self.setToolTip(f"Search people and commands ({shortcut})")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_small(self, small: bool) -> None:
        if small != self._small:
            self._small = small
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        return QSize(theme.px(27), theme.px(27)) if self._small else QSize(theme.px(348), theme.px(27))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, self.rect(), Face("surface-3" if self.underMouse() else "surface", "line-strong", ""), theme)
        side = theme.px(15)
        left = (self.width() - side) // 2 if self._small else 10
        top = (self.height() - side) // 2
        painter.drawPixmap(left, top, theme.pixmap("search", "text-2", side, self.devicePixelRatioF()))
        if not self._small:
            painter.setFont(theme.font("dense"))
            painter.setPen(theme.colour("text-3"))
            inside = self.rect().adjusted(left + side + 9, 0, -8, 0)
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, self._words)
            font = theme.font("tick")
            key = key_shown(self._shortcut)
            width, height = QFontMetrics(font).horizontalAdvance(key) + 10, theme.px(17)
            cap = QRectF(self.width() - width - 7.5, (self.height() - height) // 2 + 0.5, width, height)
            painter.setPen(theme.colour("line"))
            painter.setBrush(theme.colour("surface-2"))
            painter.drawRoundedRect(cap, 3, 3)
            painter.setFont(font)
            painter.setPen(theme.colour("text-2"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
        painter.end()


class _Band(QFrame):
    """At least so high at 100 %, and as much more as the text is larger, also when its size changes."""

    HIGH = 0

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(theme_in_use().px(self.HIGH))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setMinimumHeight(theme_in_use().px(self.HIGH))


class PageHeader(_Band):
    """Title, one line about it, and what the page offers at the right (`add`)."""

    HIGH = 56

    def __init__(self, title: str = "", about: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page-header")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(20, 6, 20, 6)
        self._row.setSpacing(10)
        self.title, self.about = Text(title, "page", wrap=True), Text(about, "body", "text-2", wrap=True)
        self._words = FlowLayout(gap=12, line_gap=0, centred=True)
        self._words.addWidget(self.title)
        self._words.addWidget(self.about)
        self._row.addLayout(self._words, 1)
        self.tell(title, about)

    def tell(self, title: str, about: str = "") -> None:
        self.title.setText(title)
        self.about.setText(about)

    def mark(self, chip: QWidget) -> None:
        """A state, beside the title."""
        self._words.removeWidget(self.about)
        self._words.addWidget(chip)
        self._words.addWidget(self.about)

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


class Dock(_Band):
    """What is left to do at the left, what to press at the right.

    Under 900 wide, or where the words would be squeezed, the primary button stays and the rest go into a menu.
    """

    HIGH = 46
    link_chosen = Signal()

    def __init__(
        self,
        buttons: Sequence[Button] = (),
        parent: QWidget | None = None,
        *,
        narrow: int = NARROW_WIDTH,
        words: int = 260,
    ) -> None:
        """Under `narrow` wide only the primary button stays; `words` is kept for the words at the left."""
        super().__init__(parent)
        self._narrow, self._words_room = narrow, words
        self.setObjectName("dock")
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
        self._withheld: set[Button] = set()
        self._acts: dict[Button, QAction] = {}
        for button in buttons:
            row.addWidget(button)
            if button.kind != "primary":
                action = self._acts[button] = QAction(button.text(), self._menu)
                action.triggered.connect(button.click)
                self._menu.addAction(action)
        self.tell("")
        self._fit()

    def offer(self, button: Button, *, offered: bool) -> None:
        """Whether a button means something now: one that does not is neither here nor in the menu."""
        (self._withheld.discard if offered else self._withheld.add)(button)
        if button in self._acts:
            self._acts[button].setVisible(offered)
        self._fit()

    def offers(self, button: Button) -> bool:
        return button not in self._withheld

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
        offered = [button for button in self.buttons if button not in self._withheld]
        wanted = sum(button.sizeHint().width() + 10 for button in offered) + theme_in_use().px(self._words_room)
        narrow = self.width() < max(self._narrow, wanted)
        for button in self.buttons:
            button.setVisible(button in offered and (button.kind == "primary" or not narrow))
        self.overflow.setVisible(narrow and any(button.kind != "primary" for button in offered))


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
        spoken: str = "",
        at_right: bool = False,
    ) -> None:
        """Add a part or change it. `strong` stands in bold before `words`; `dot` is a token. No words: hidden.

        `spoken` is what a screen reader says, where that is more than the words.
        """
        part = self._parts.get(key)
        if part is None:
            part = self._parts[key] = _Part(self)
            part.clicked.connect(lambda: self.chosen.emit(key))
            if at_right:
                self.addPermanentWidget(part)
            else:
                self.addWidget(part)
        part.tell(words, icon=icon, dot=dot, strong=strong, tip=tip, spoken=spoken)

    def part(self, key: str) -> QWidget:
        """The button of a part, to open something beside it."""
        return self._parts[key]

    def set_part_shown(self, key: str, *, shown: bool) -> None:
        """Where there is little room: whether a part that has words is there."""
        self._parts[key].set_wanted(shown)


class _Part(QToolButton):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = self._strong = self._icon = self._dot = ""
        self._wanted = True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def tell(self, words: str, *, icon: str, dot: str, strong: str, tip: str, spoken: str) -> None:
        self._words, self._strong, self._icon, self._dot = words, strong, icon, dot
        said = f"{strong} {words}".strip()
        self.setAccessibleName(spoken or said)
        self.setToolTip(tip)
        self.setVisible(bool(said) and self._wanted)
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
