"""A page of numbered steps: what is to come stands at the left, the step in the middle, the way on below."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from smf_desktop import PRODUCT
from smf_desktop.presenters.first_run import strength
from ui.theme import theme_in_use
from ui.widgets.bars import Dock
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, tell_field
from ui.widgets.notices import Notice
from ui.widgets.people import PanelPage, ProductMark
from ui.widgets.text import Text

EDGE = 48
"""Pixels between the left side and the words, those of the dock too."""


@dataclass(frozen=True, slots=True)
class Step:
    """`name` and `note` stand at the left; `title` and `about` over the step; `foot` beside the buttons."""

    name: str
    note: str
    title: str = ""
    about: str = ""
    foot: str = ""


class Pages(QWidget):
    """One of several is shown, and this is as high as that one: a stacked widget is as high as the highest of all."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._pages: list[QWidget] = []
        self.at = -1
        """Which is shown."""

    def add(self, page: QWidget) -> None:
        self._pages.append(page)
        self._column.addWidget(page)
        page.setVisible(len(self._pages) - 1 == self.at)

    def show_page(self, at: int) -> None:
        self.at = at
        for place, page in enumerate(self._pages):
            page.setVisible(place == at)


class StepsView(PanelPage):
    """Holds what is typed and shows the steps; knows of no store. First focus: the first field of the step."""

    continued = Signal()
    back = Signal()
    cancelled = Signal()

    def __init__(self, steps: Sequence[Step], parent: QWidget | None = None) -> None:
        super().__init__(panel=340, widest=640, parent=parent)
        self.steps = tuple(steps)
        self.count, self.title, self.about = (
            Text("", "body", strong=True),
            Text("", "page"),
            Text("", "section", "text-2"),
        )
        self.about.set_strong(False)
        self.about.setWordWrap(True)
        self.trouble = Notice("", kind="danger")
        self.trouble.hide()
        self.fields: dict[str, Field] = {}
        self.edits: dict[str, QWidget] = {}
        """Where a field is typed into, if that is not its control."""
        self.cancel, self.go_back = Button("Cancel", "quiet"), Button("Back", shortcut="Alt+Left")
        self.go_on = Button("Continue", "primary", shortcut="Enter")
        self.dock = Dock((self.cancel, self.go_back, self.go_on))
        self.pages = Pages()
        last = len(self.steps) - 1
        self._marks = [_Mark(place + 1, step, last=place == last) for place, step in enumerate(self.steps)]
        self._lay_out()
        self.go_on.clicked.connect(self.continued)
        self.go_back.clicked.connect(self.back)
        self.cancel.clicked.connect(self.cancelled)
        alt_left = QShortcut(QKeySequence("Alt+Left"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        alt_left.activated.connect(lambda: self.back.emit() if self.dock.offers(self.go_back) else None)

    @property
    def step(self) -> int:
        return self.pages.at

    def show_step(self, step: int) -> None:
        """Show a step, with the focus on its first field."""
        said = self.steps[step]
        self.pages.show_page(step)
        self.count.setText(f"Step {step + 1} of {len(self.steps)}")
        self.title.setText(said.title)
        self.about.setText(said.about)
        self.dock.tell(said.foot, icon="lock")
        for place, mark in enumerate(self._marks):
            mark.stand("done" if place < step else "now" if place == step else "later")
        self.trouble.hide()

    def tell(self, field: str, words: str) -> None:
        """Say what is missing or wrong beside a field; "" takes it away."""
        holder = self.fields[field]
        control = self.edits.get(field, holder.control)
        tell_field(control, holder.label.text(), holder.message, "hard" if words else "", words)

    def go_to(self, field: str) -> None:
        self.edits.get(field, self.fields[field].control).setFocus(Qt.FocusReason.OtherFocusReason)
        self._scroll.ensureWidgetVisible(self.fields[field])

    def tell_trouble(self, true: str, do: str) -> None:
        """It could not be done."""
        self.trouble.tell(true, do, "danger")
        self.trouble.show()
        self._scroll.ensureWidgetVisible(self.trouble)

    def set_busy(self, words: str) -> None:
        """What goes on, "" for nothing."""
        self.go_on.set_busy(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter that no field or button wanted goes on."""
        said = isinstance(self.focusWidget(), QLineEdit)  # which tells of it and passes it on
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not said and not self.dock.isHidden():
            self.continued.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        self._fill_side()
        right = QVBoxLayout()
        right.setSpacing(0)
        column = QVBoxLayout(self.middle)
        column.setContentsMargins(20, 28, 20, 20)
        column.setSpacing(6)
        for part in (self.count, self.title, self.about):
            column.addWidget(part)
        column.addSpacing(6)
        column.addWidget(self.trouble)
        column.addWidget(self.pages, 1)
        holder = QWidget()
        holder.setObjectName("scrolled")
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.addSpacing(EDGE - 20)
        across.addWidget(self.middle, 1)
        across.addStretch(0)
        self._scroll = QScrollArea()
        self._scroll.setWidget(holder)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right.addWidget(self._scroll, 1)
        right.addWidget(self.dock)
        self.dock.setContentsMargins(EDGE - 20, 0, 0, 0)
        row.addLayout(right, 1)

    def _fill_side(self) -> None:
        column = self.side.column
        column.setContentsMargins(34, 34, 20, 24)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(13)
        top.addWidget(ProductMark(32))
        top.addWidget(Text(PRODUCT, "name", "nav-on"), 1)
        column.addLayout(top)
        column.addSpacing(34)
        for mark in self._marks:
            column.addWidget(mark)
        column.addStretch(1)


def page_of(*parts: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(11)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return page


class Meter(QWidget):
    """Four pieces that fill as the password grows, and the words for it."""

    def __init__(self) -> None:
        super().__init__()
        self._level = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        self.words = Text("", "caption", "text-2")
        column.addWidget(self.words)
        self.show_strength(*strength(""))

    def show_strength(self, level: int, words: str) -> None:
        self._level = level
        self.words.setText(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        wide = (self.width() - 18) / 4
        for place in range(4):
            token = "surface-3" if place >= self._level else "warn-fill" if self._level == 1 else "ok-fill"
            painter.setBrush(theme.colour(token))
            painter.drawRoundedRect(QRectF(place * (wide + 6), 0, wide, 6), 3, 3)
        painter.end()


class _Mark(QWidget):
    """A numbered step at the left: done, now or later; the word is in its accessible name."""

    def __init__(self, number: int, step: Step, *, last: bool) -> None:
        super().__init__()
        self._number, self._name, self._note, self._state = number, step.name, step.note, "later"
        self._last = last
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def stand(self, state: str) -> None:
        self._state = state
        self.setAccessibleName(f"Step {self._number}, {self._name}, {state}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, theme_in_use().px(60))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(28)
        if not self._last:
            painter.setPen(QPen(theme.colour("nav-2"), 2))
            painter.drawLine(side // 2, side + 2, side // 2, self.height() - 2)
        fill = {"done": "nav-mark", "now": "nav-on", "later": "nav"}[self._state]
        painter.setPen(QPen(theme.colour("nav-text" if self._state == "later" else fill), 2))
        painter.setBrush(theme.colour(fill))
        circle = QRectF(1, 1, side - 2, side - 2)
        painter.drawEllipse(circle)
        if self._state == "done":
            tick = theme.px(16)
            drawn = theme.pixmap("check", "nav", tick, self.devicePixelRatioF())
            painter.drawPixmap((side - tick) // 2, (side - tick) // 2, drawn)
        else:
            painter.setPen(theme.colour("nav" if self._state == "now" else "nav-text"))
            painter.setFont(theme.font("cell", 700))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self._number))
        left = side + 13
        painter.setPen(theme.colour("nav-on" if self._state != "later" else "nav-text"))
        painter.setFont(theme.font("body", 600))
        painter.drawText(QRectF(left, 0, self.width() - left, theme.px(20)), Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.setPen(theme.colour("nav-text"))
        painter.setFont(theme.font("dense"))
        below = QRectF(left, theme.px(19), self.width() - left, theme.px(18))
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, self._note)
        painter.end()
