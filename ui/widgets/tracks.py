"""How far along: steps of a skill, visits beside those expected, steps of a page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.roving import Roving
from ui.widgets.text import Icon, Text, give_role


class Bar(QProgressBar):
    """How far something is. It is painted with all else: Qt's own paints what waits in the whole window at once."""

    def setValue(self, value: int) -> None:
        if value != self.value():
            self.setUpdatesEnabled(False)
            super().setValue(value)
            self.setUpdatesEnabled(True)


class ProgressTrack(QWidget):
    """Icon, name, track and "11/18": blue until complete, then green with the count in bold."""

    def __init__(self, name: str = "", *, icon: str = "", width: int = 78, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        if icon:
            row.addWidget(Icon(icon, "text-2", 15))
        self._name = name
        if name:
            row.addWidget(Text(name, "cell"))
        self.track = _Track(width)
        self.count = Text("", "cell", tabular=True)
        row.addWidget(self.track)
        row.addWidget(self.count)
        row.addStretch(1)

    def tell(self, done: int, of: int, *, words: str = "", spoken: str = "steps on own") -> None:
        """Show the count, or `words` in its place ("8 of 14 rated")."""
        self.track.setRange(0, max(1, of))
        self.track.setValue(done)
        self.track.setAccessibleName(f"{self._name}, {done} of {of} {spoken}".removeprefix(", "))
        self.count.setText(words or f"{done}/{of}")
        self.count.set_strong(done == of)


class _Track(Bar):
    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(self._width), theme_in_use().px(6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill = "ok-fill" if self.value() == self.maximum() else "primary"
        paint_track(painter, QRectF(self.rect()), self.value() / self.maximum(), fill)
        painter.end()


def paint_track(painter: QPainter, rect: QRectF, part: float, fill: str) -> None:
    """A bar from 0 to `part` of 1; tables use it in their cells."""
    theme = theme_in_use()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("surface-3"))
    painter.drawRoundedRect(rect, 3, 3)
    if part > 0:
        painter.setBrush(theme.colour(fill))
        width = max(rect.height(), rect.width() * min(1.0, part))
        painter.drawRoundedRect(QRectF(rect.left(), rect.top(), width, rect.height()), 3, 3)
    painter.restore()


class Legend(QWidget):
    """What the bars and ticks of a list of people are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for place, (mark, words) in enumerate(
            ((_Mark(14, 6, "primary"), "Steps on own"), (_Mark(2, 14, "text"), "Expected visits"))
        ):
            if place:
                row.addSpacing(10)
            row.addWidget(mark)
            row.addWidget(Text(words, "dense", "text-2"))


class _Mark(QWidget):
    """A bar or a tick; the words beside it say what it is."""

    def __init__(self, wide: int, high: int, ink: str) -> None:
        super().__init__()
        self._size, self._ink = (wide, high), ink
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(*map(theme_in_use().px, self._size))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme_in_use().colour(self._ink))
        painter.end()


class VisitsTrack(QWidget):
    """Visits so far, a track to 12 with a tick at the expected count, "of 7". Over it all turns amber."""

    LONGEST = 12

    def __init__(self, visits: int = 0, expected: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_role(self, QAccessible.Role.StaticText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tell(visits, expected)

    def tell(self, visits: int, expected: int) -> None:
        self.visits, self.expected = visits, expected
        over = ", over expected" if visits > expected else ""
        self.setAccessibleName(f"{visits} visits, {expected} expected{over}")
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        of = QFontMetrics(theme.font("dense", tabular=True)).horizontalAdvance(f"of {self.expected}")
        return QSize(theme.px(20) + theme.px(96) + 8 + of + 2, theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_visits(painter, QRectF(self.rect()), self.visits, self.expected)
        painter.end()


def paint_visits(painter: QPainter, rect: QRectF, visits: int, expected: int) -> None:
    """Number, track, tick and "of 7" in one line; tables use it in their cells."""
    theme = theme_in_use()
    over = visits > expected
    painter.save()
    painter.setFont(theme.font("cell", 600, tabular=True))
    painter.setPen(theme.colour("warn" if over else "text"))
    number = QRectF(rect.left(), rect.top(), theme.px(20), rect.height())
    painter.drawText(number, Qt.AlignmentFlag.AlignVCenter, str(visits))
    middle = rect.center().y()
    track = QRectF(number.right(), middle - theme.px(3), theme.px(96), theme.px(6))
    paint_track(painter, track, visits / VisitsTrack.LONGEST, "warn-fill" if over else "primary")
    tick = track.left() + track.width() * min(expected, VisitsTrack.LONGEST) / VisitsTrack.LONGEST
    painter.fillRect(QRectF(tick - 1, track.top() - 3, 2, track.height() + 6), theme.colour("text"))
    painter.setFont(theme.font("dense", tabular=True))
    painter.setPen(theme.colour("text-2"))
    after = QRectF(track.right() + 8, rect.top(), rect.right() - track.right() - 8, rect.height())
    painter.drawText(after, Qt.AlignmentFlag.AlignVCenter, f"of {expected}")
    painter.restore()


StepState = Literal["done", "now", "ahead"]


@dataclass(frozen=True, slots=True)
class TrailStep:
    key: str
    title: str
    note: str = ""
    state: StepState = "ahead"


class StepsTrail(QWidget):
    """The steps of a page in a row, or down the navy side of the set-up.

    In a row each is a button that says which part to go to; down the side they only show.
    """

    chosen = Signal(str)

    def __init__(self, steps: Sequence[TrailStep], *, down: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_role(self, QAccessible.Role.Grouping)
        line: QVBoxLayout | QHBoxLayout = QVBoxLayout(self) if down else QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0 if down else 28)
        last = len(steps) - 1
        self.steps = {
            step.key: _Step(step, place + 1, down=down, last=place == last) for place, step in enumerate(steps)
        }
        for key, step in self.steps.items():
            line.addWidget(step)
            step.clicked.connect(lambda _on=False, key=key: self.chosen.emit(key))
        line.addStretch(1)
        if not down:
            Roving(self, list(self.steps.values()))
        self._say()

    def set_state(self, key: str, state: StepState) -> None:
        self.steps[key].set_state(state)
        self._say()

    def show_steps(self, keys: Collection[str]) -> None:
        """Show only these steps, counted from 1: a step that does not apply is not there."""
        number = 0
        for key, step in self.steps.items():
            step.setVisible(key in keys)
            number += key in keys
            step.set_number(number)
        self._say()

    def _say(self) -> None:
        now = next((step for step in self.steps.values() if step.state == "now" and not step.isHidden()), None)
        of = sum(not step.isHidden() for step in self.steps.values())
        self.setAccessibleName(f"Step {now.number} of {of}, {now.text()}" if now else f"{of} steps")


class _Step(QPushButton):
    def __init__(self, step: TrailStep, number: int, *, down: bool, last: bool) -> None:
        super().__init__(step.title)
        self.number, self.state = number, step.state
        self._note, self._down, self._last = step.note, down, last
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if down:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_state(step.state)

    def set_number(self, number: int) -> None:
        self.number = number
        self.set_state(self.state)

    def set_state(self, state: StepState) -> None:
        self.state = state
        words = {"done": "done", "now": "now", "ahead": "to do"}[state]
        self.setAccessibleName(f"{self.number}, {self.text()}, {words}")
        self.update()

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        words = QFontMetrics(theme.font("cell", 600)).horizontalAdvance(self.text())
        if self._down:
            note = QFontMetrics(theme.font("dense")).horizontalAdvance(self._note)
            return QSize(theme.px(28) + 16 + max(words, note), theme.px(60))
        return QSize(theme.px(22) + 10 + words, theme.px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(28 if self._down else 22)
        disc = QRectF(1, 1 if self._down else (self.height() - side) / 2, side - 2, side - 2)
        fill, edge, ink = self._disc_colours()
        painter.setPen(QPen(theme.colour(edge), 1.5))
        painter.setBrush(theme.colour(fill) if fill else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(disc)
        if self.state == "done":
            mark = theme.px(14)
            drawn = theme.pixmap("check", ink, mark, self.devicePixelRatioF())
            corner = disc.center() - QRectF(0, 0, mark, mark).center()
            painter.drawPixmap(corner, drawn)
        else:
            painter.setPen(theme.colour(ink))
            painter.setFont(theme.font("dense", 600, tabular=True))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self.number))
        if self._down and not self._last:
            painter.setPen(QPen(theme.colour("nav-2"), 2))
            x = round(disc.center().x())
            painter.drawLine(QPoint(x, round(disc.bottom()) + 3), QPoint(x, self.height() - 1))
        self._paint_words(painter, side)
        painter.end()

    def _paint_words(self, painter: QPainter, side: int) -> None:
        theme = theme_in_use()
        now = self.state == "now"
        painter.setFont(theme.font("cell", 600 if now or self._down else 400))
        if self._down:
            painter.setPen(theme.colour("nav-on" if now else "nav-text"))
            words = QRect(side + 13, 0, self.width() - side - 13, theme.px(20))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
            painter.setFont(theme.font("dense"))
            painter.setPen(theme.colour("nav-text"))
            painter.drawText(words.translated(0, theme.px(18)), Qt.AlignmentFlag.AlignVCenter, self._note)
        else:
            painter.setPen(theme.colour("text" if now else "text-2"))
            words = QRect(side + 7, 0, self.width() - side - 7, self.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())

    def _disc_colours(self) -> tuple[str, str, str]:
        """Fill, edge and mark."""
        if self._down:
            return {
                "done": ("nav-mark", "nav-mark", "nav"),
                "now": ("nav-on", "nav-on", "nav"),
                "ahead": ("", "nav-text", "nav-text"),
            }[self.state]
        return {
            "done": ("ok-fill", "ok-fill", "surface"),
            "now": ("primary", "primary", "on-primary"),
            "ahead": ("surface", "line-strong", "text-2"),
        }[self.state]
