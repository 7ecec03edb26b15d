"""Rating a step: four joined buttons, the last visit beside today, one key each."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import IconButton
from ui.widgets.flow import FlowLayout
from ui.widgets.segments import Option, Segments
from ui.widgets.text import Icon, Text, give_role, restyle

NOT_SEEN, NOT_APPLICABLE = "0", "/"
FIRST, LAST = -1000, 1000
"""What `step_wanted` says for Home and End."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One value of the scale: its key ("1" to "4", "0", "/"), the code that is kept, the word that is shown."""

    key: str
    code: str
    word: str


class RatingControl(Segments):
    """Keys 1 to 4 and 0 rate; = + / N Backspace and the arrows ask. One tab stop.

    It shows and tells, and decides nothing: "not applicable" needs a reason first, so `/` only asks.
    """

    rated = Signal(str)
    """The code of the mark just given by a key or a click."""

    same_as_last = Signal()
    rest_as_last = Signal()
    not_applicable_wanted = Signal()
    note_wanted = Signal()
    cleared = Signal()
    step_wanted = Signal(int)
    """Rows to move by: -1, 1, `FIRST` or `LAST`."""

    def __init__(self, marks: Sequence[Mark], parent: QWidget | None = None) -> None:
        self.marks = {mark.key: mark for mark in marks}
        self._about = self._last = ""
        super().__init__([_option(mark) for mark in marks if mark.key in "1234"], 37, 26, parent)
        self.chosen.connect(self.rated)

    def describe(self, about: str, last: str = "") -> None:
        """What a screen reader says before today's value: "Step 8 of 18, …, critical", "Last visit 2, with help"."""
        self._about, self._last = about, last
        self._say()

    def set_value(self, code: str) -> None:
        """Show a mark by its code, "" for none."""
        super().set_value(code)
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = Qt.KeyboardModifier
        if event.modifiers() & (modifiers.ControlModifier | modifiers.AltModifier | modifiers.MetaModifier):
            super().keyPressEvent(event)
            return
        typed, key = event.text().lower(), event.key()
        asks = {"=": self.same_as_last, "+": self.rest_as_last, "/": self.not_applicable_wanted, "n": self.note_wanted}
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: FIRST, Qt.Key.Key_End: LAST}
        if typed in self.marks and typed != NOT_APPLICABLE:
            self.pick(self.marks[typed].code)
        elif typed in asks:
            asks[typed].emit()
        elif key == Qt.Key.Key_Backspace:
            self.set_value("")
            self.cleared.emit()
        elif key in moves:
            self.step_wanted.emit(moves[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        key = self._key()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if key not in (NOT_SEEN, NOT_APPLICABLE):
            self.paint_frame(painter)
            self.paint_cells(painter, "text" if self.isEnabled() else "disabled")
        elif self.underMouse():
            self.paint_frame(painter, dashed=key == NOT_SEEN)
            self.paint_cells(painter, "text-3")
        else:
            if key == NOT_SEEN:
                self.paint_frame(painter, dashed=True)
            painter.setPen(theme.colour("text-2"))
            painter.setFont(theme.font("caption"))
            sign = "–" if key == NOT_SEEN else "/"
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, f"{sign}  {self.marks[key].word}")
        painter.end()

    def _key(self) -> str:
        return next((mark.key for mark in self.marks.values() if mark.code == self.value), "")

    def _say(self) -> None:
        mark = self.marks.get(self._key())
        today = f"Today {mark.key}, {mark.word.lower()}" if mark else "Today not rated"
        if mark and mark.key in (NOT_SEEN, NOT_APPLICABLE):
            today = f"Today {mark.word.lower()}"
        self.setAccessibleName(". ".join(part for part in (self._about, self._last, today) if part))


class RatingSquare(QWidget):
    """A rating given before, as a coloured square with its number; a dash or a slash where there is none."""

    def __init__(self, key: str = "", spoken: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_role(self, QAccessible.Role.StaticText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_mark(key, spoken)

    def show_mark(self, key: str, spoken: str = "") -> None:
        """`spoken` is "Visit 5: 2, with help"."""
        self.key = key
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.update()

    def sizeHint(self) -> QSize:
        side = theme_in_use().px(21)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_square(painter, QRectF(self.rect()), self.key)
        painter.end()


def paint_square(painter: QPainter, rect: QRectF, key: str) -> None:
    """Draw the square of a rating key: "1" to "4" from the ramp, "0" dashed, "/" a slash, "" nothing."""
    if not key:
        return
    theme = theme_in_use()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(theme.colour("rline"), 1)
    if key == NOT_SEEN:
        pen.setDashPattern([3, 2])
    ramp = key in "1234"
    painter.setPen(Qt.PenStyle.NoPen if key in ("3", "4", NOT_APPLICABLE) else pen)
    painter.setBrush(theme.colour(f"r{key}") if ramp else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if key == NOT_APPLICABLE:
        painter.setPen(QPen(theme.colour("text-3"), 1.5))
        painter.drawLine(QLineF(rect.left() + 7, rect.bottom() - 4, rect.right() - 7, rect.top() + 4))
    else:
        painter.setPen(theme.colour(f"r{key}t" if ramp else "text-2"))
        painter.setFont(theme.font("caption", 700 if ramp else 400, tabular=True))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key if ramp else "–")
    painter.restore()


class StepMark(QWidget):
    """What kind of step it is, by a sign and a word; by the sign alone where there is no room."""

    def __init__(self, word: str, icon: str, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(f"{word} step")
        self.setAccessibleName(f"{word} step")
        give_role(self, QAccessible.Role.StaticText)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_BESIDE)
        self.word = Text(word, "caption", tone, strong=tone == "danger")
        row.addWidget(Icon(icon, tone, 14))
        row.addWidget(self.word)

    def set_brief(self, brief: bool) -> None:
        self.word.setVisible(not brief)

    def width_hidden(self) -> int:
        """How much wider it is with its word, while that is hidden."""
        return _BESIDE + self.word.sizeHint().width() if self.word.isHidden() else 0


_BESIDE = 4
"""Between the sign of a step and its word."""


class RatingRow(QFrame):
    """One step: number, words, Critical, last visit's square, the control, the pencil."""

    chosen = Signal()
    """The row was clicked or its control took the focus."""

    def __init__(
        self,
        number: int,
        words: str,
        marks: Sequence[Mark],
        *,
        critical: bool = False,
        occasional: bool = False,
        last_key: str = "",
        last_spoken: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rating-row")
        self.number, self.critical = number, critical
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 3, 0)
        row.setSpacing(0)
        count = Text(f"{number:\u2007>2}", "cell", "text-2", tabular=True)
        self.words = Text(words, wrap=True)
        self.last = RatingSquare(last_key, last_spoken)
        self.control = RatingControl(marks)
        self.control.describe(f"Step {number}, {words}{', critical' if critical else ''}", last_spoken)
        self.note = IconButton(f"Add a note to step {number} (N)", "pencil")
        self.note.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.note.clicked.connect(self.control.note_wanted)
        self.marks: list[StepMark] = []
        if critical:
            self.marks.append(StepMark("Critical", "shield-alert", "danger"))
        if occasional:
            self.marks.append(StepMark("Occasional", "calendar-clock", "text-2"))
        row.addWidget(count)
        row.addSpacing(8)
        row.addWidget(self.words)
        for mark in self.marks:
            row.addSpacing(6)
            row.addWidget(mark)
        row.addSpacing(6)
        row.addStretch(1)
        row.addWidget(self.last)
        row.addSpacing(11)
        row.addWidget(self.control)
        row.addSpacing(2)
        row.addWidget(self.note)
        self.control.focused.connect(self._mark_current)

    def width_in_words(self) -> int:
        """How wide this row is on one line with its marks in words, also while its step is in bold."""
        return self._width_in_bold() + sum(mark.width_hidden() for mark in self.marks)

    def _width_in_bold(self) -> int:
        layout = self.layout()
        assert layout is not None
        for part in self.findChildren(QWidget):
            part.ensurePolished()
        layout.invalidate()  # what it knows of parts without their font, or of words in another one, is no measure
        bold = QFontMetrics(theme_in_use().font("cell", 600)).horizontalAdvance(self.words.text())
        return layout.sizeHint().width() - self.words.sizeHint().width() + bold + 2

    def set_brief(self, brief: bool) -> None:
        """Show the marks by their signs alone, to leave room for the words of the step."""
        for mark in self.marks:
            mark.set_brief(brief)

    def set_note(self, there: bool) -> None:
        """Show whether the step has a note."""
        if there:
            self.note.turn_into(f"Note on step {self.number} (N)", "message-square-quote", "link")
        else:
            self.note.turn_into(f"Add a note to step {self.number} (N)", "pencil")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.control.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)

    def _mark_current(self, current: bool) -> None:
        self.setProperty("current", current)
        self.words.set_strong(current and self._width_in_bold() <= self.width())  # never a line taller: nothing jumps
        restyle(self)
        if current:
            self.chosen.emit()


class GroupBar(QToolButton):
    """The heading of a group of steps; it folds them. Says how many are rated."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._count = words, ""
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(lambda _open: self._say())
        self._say()

    def set_count(self, rated: int, steps: int) -> None:
        self._count = f"{rated} of {steps}"
        self._say()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, theme_in_use().px(19))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface-3" if self.underMouse() else "surface-2"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.setPen(theme.colour("text-2"))
        painter.setFont(theme.font("caption", 600))
        inside = self.rect().adjusted(12, 0, -theme.px(14) - 20, 0)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, self._words)
        painter.setFont(theme.font("caption", tabular=True))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._count)
        side = theme.px(14)
        name = "chevron-down" if self.isChecked() else "chevron-right"
        drawn = theme.pixmap(name, "text-2", side, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - side - 11, (self.height() - side) // 2, drawn)
        painter.end()

    def _say(self) -> None:
        state = "open" if self.isChecked() else "folded"
        count = f", {self._count} rated" if self._count else ""
        self.setAccessibleName(f"{self._words}{count}, {state}")


def legend(marks: Sequence[Mark]) -> QWidget:
    """The squares with their words, for the foot of a list."""
    whole = QWidget()
    flow = FlowLayout(whole, gap=14)
    for mark in marks:
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(RatingSquare(mark.key, mark.word))
        row.addWidget(Text(mark.word, "dense", "text-2"))
        flow.addWidget(pair)
    return whole


def _option(mark: Mark) -> Option:
    spoken = f"{mark.key}, {mark.word.lower()}"
    if mark.key == "1":
        return Option(mark.code, mark.key, spoken, "surface-3", "text", "text")
    return Option(mark.code, mark.key, spoken, f"r{mark.key}", f"r{mark.key}t", "r4")
