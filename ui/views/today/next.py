"""The card of the next visit: when, who, where, and the steps to focus on."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from smf_desktop.presenters.today.page import NextCard
from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.emptied import emptied
from ui.widgets.flow import FlowLayout
from ui.widgets.rating import paint_square
from ui.widgets.text import Icon, Text


class NextVisitCard(Card):
    sheet_wanted = Signal(str, str)
    """A pathway and the label of its skill: the paper sheet with the last ratings."""

    def __init__(self) -> None:
        super().__init__(edge="focus")
        self.row: NextCard | None = None
        self.when, self.time = Text("", "cell", "text-2", strong=True), Text("", "hero", tabular=True)
        self.minutes = Text("", "cell", "text-2")
        self.name, self.about = Text("", "name", wrap=True), Text("", "cell", "text-2", wrap=True)
        self.instead = Text("", "cell", strong=True, wrap=True)
        self.address, self.phone = Text("", "cell", wrap=True), Text("", "cell", tabular=True)
        self.open = Button("Open record")
        self.line, self.boxes = Text("", "cell", "text-2", strong=True), _VisitBoxes()
        self.title = Text("", "cell", strong=True, wrap=True)
        self.steps = QVBoxLayout()
        self.steps.setSpacing(4)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(18)
        clock, person, focus = (QVBoxLayout() for _ in range(3))
        clock.setSpacing(0)
        for words in (self.when, self.time, self.minutes):
            words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            clock.addWidget(words)
        clock.addStretch(1)
        person.setSpacing(4)
        for part in (self.name, self.about, self.instead):
            person.addWidget(part)
        for icon, words in (("map-pin", self.address), ("phone", self.phone)):
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(Icon(icon, "text-2", 15), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            person.addLayout(line)
        self._acts = QWidget()
        self.acts = FlowLayout(self._acts, gap=8, line_gap=4, centred=True)
        self.acts.setContentsMargins(0, 4, 0, 0)
        self.acts.addWidget(self.open)
        self.sheets: list[Button] = []
        policy = self._acts.sizePolicy()
        policy.setHeightForWidth(True)
        self._acts.setSizePolicy(policy)
        person.addWidget(self._acts)
        person.addStretch(1)
        focus.setSpacing(6)
        for more in (self.line, self.boxes, self.title):
            focus.addWidget(more)
        focus.addLayout(self.steps)
        focus.addStretch(1)
        self._row.addLayout(clock, 0)
        self._row.addLayout(person, 3)
        self._row.addLayout(focus, 2)
        self.body.addLayout(self._row)

    def turn(self, *, down: bool) -> None:
        """Parts under each other where there is no room beside each other."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight)

    def fill(self, row: NextCard) -> None:
        self.row = row
        self.setAccessibleName(row.spoken)
        texts = (
            (self.when, row.when),
            (self.time, row.time),
            (self.minutes, row.minutes),
            (self.name, row.name),
            (self.about, row.about),
            (self.instead, row.instead),
            (self.address, row.address),
            (self.phone, row.phone),
            (self.line, row.visit_line),
            (self.title, row.focus_title),
        )
        for label, words in texts:
            label.setText(words)
            label.setVisible(bool(words))
        self.open.setAccessibleName(f"Open record, {row.name}")
        self.boxes.tell(row.done, row.expected)
        emptied(self.steps)
        for step in row.focus:
            self.steps.addWidget(_FocusLine(step.key, step.words, step.spoken))
        self._show_sheets(row.sheets)

    def _show_sheets(self, sheets: Sequence[tuple[str, str]]) -> None:
        """The same buttons stay: the card is filled anew each minute, and one of them may have the focus."""
        wanted = [f"Paper sheet: {label}" for _, label in sheets]
        if [one.text() for one in self.sheets] != wanted:
            for one in self.sheets:
                one.hide()
                one.deleteLater()
            self.sheets = [Button(words, "link") for words in wanted]
            for place, one in enumerate(self.sheets):
                one.clicked.connect(lambda _on=False, place=place: self._ask_sheet(place))
                self.acts.addWidget(one)
            for before, after in pairwise((self.open, *self.sheets)):  # made later, it is read here all the same
                QWidget.setTabOrder(before, after)

    def _ask_sheet(self, place: int) -> None:
        if self.row is not None:
            self.sheet_wanted.emit(*self.row.sheets[place])

    def clear(self) -> None:
        for label in (self.when, self.time, self.minutes, self.name, self.about, self.address, self.phone):
            label.setText("")
        self.instead.setText("")
        self.line.setText("")
        self.title.setText("")
        self.setAccessibleName("")
        self.open.setAccessibleName("")
        emptied(self.steps)
        self._show_sheets(())
        self.row = None


class _FocusLine(QWidget):
    def __init__(self, key: str, words: str, spoken: str) -> None:
        super().__init__()
        self.setAccessibleName(spoken)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(_Square(key))
        row.addWidget(Text(words, "cell", wrap=True), 1)


class _Square(QWidget):
    """The colour of a level with its number."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key or "0"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = theme_in_use().px(21)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_square(painter, QRectF(self.rect()), self._key)
        painter.end()


class _VisitBoxes(QWidget):
    """One box per expected visit: done, today, to come. The line above says it in words."""

    def __init__(self) -> None:
        super().__init__()
        self._done = self._of = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, done: int, expected: int) -> None:
        self._done, self._of = done, min(max(expected, done + 1), 16)
        self.setVisible(expected > 0)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(120), theme_in_use().px(9))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = min(theme.px(31), (self.width() - 4 * self._of) / max(1, self._of))
        for place in range(self._of):
            box = QRectF(place * (wide + 4) + 0.5, 0.5, wide - 1, self.height() - 1)
            done, now = place < self._done, place == self._done
            painter.setPen(QPen(theme.colour("primary" if done or now else "line"), 1.5 if now else 1))
            painter.setBrush(theme.colour("primary" if done else "surface" if now else "surface-3"))
            painter.drawRoundedRect(box, 2, 2)
        painter.end()
