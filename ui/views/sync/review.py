"""What two laptops changed apart: a row for each unit, a column for each version, and what the record will say.

A row is one tab stop: a digit keeps that version, B keeps both, Backspace takes the choice back, and Tab goes into the
field where other words may be typed.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from smf_desktop.presenters.sync.review import CHOOSE, Cell, ColumnHead, QuietRow, ReviewRows, UnitRow
from ui.keys import is_quiet_letter
from ui.style import draw_radio
from ui.theme import theme_in_use
from ui.views.parts import Notes, stack
from ui.widgets.buttons import Button
from ui.widgets.emptied import emptied
from ui.widgets.marked import MarkedText, mark
from ui.widgets.text import Chip, Icon, KeyCap, Text, announce, give_role, restyle

NARROW = 620
WHAT, BOTH, NONE = 112, "both", ""


class ReviewTable(QWidget):
    """Shows the rows; says what was chosen (`chosen`: key of the row, version number, "both", or "" for none)."""

    chosen = Signal(str, str)
    typed = Signal(str, str)
    """Other words for a row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What two laptops changed apart")
        give_role(self, QAccessible.Role.Table)
        self._column = stack(self, gap=0)
        self._head: _Head | None = None
        self.columns: tuple[ColumnHead, ...] = ()
        self.rows: list[ReviewRow] = []
        self._shape: tuple[object, ...] = ()

    def fill(self, found: ReviewRows | None) -> None:
        """Show these rows; rows that are there already keep their place, their focus and what is typed in them."""
        rows = found.rows if found else ()
        columns = found.columns if found else ()
        shape = (found.patient if found else "", columns, tuple((row.key, row.cells) for row in rows))
        if shape != self._shape:
            self._shape, self.columns = shape, columns
            self._make(columns, rows)
        for widget, row in zip(self.rows, rows, strict=True):
            widget.show_row(row)
        self.show()

    def take_focus(self) -> None:
        """The first row that is still to be decided, else the first."""
        row = next((each for each in self.rows if each.row.open), self.rows[0] if self.rows else None)
        if row is not None:
            row.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self, by: int) -> bool:
        """To the next (1) or previous (-1) row that is still to be decided; False where there is none."""
        here = next((place for place, each in enumerate(self.rows) if each.has_focus()), -1 if by > 0 else 0)
        order = [(here + by * step) % len(self.rows) for step in range(1, len(self.rows) + 1)] if self.rows else []
        there = next((place for place in order if self.rows[place].row.open), None)
        if there is None:
            return False
        self.rows[there].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < theme_in_use().px(NARROW)
        if self._head is not None:
            self._head.setVisible(not narrow)
        for row in self.rows:
            row.set_narrow(narrow)

    def _make(self, columns: Sequence[ColumnHead], rows: Sequence[UnitRow]) -> None:
        for old in (self._head, *self.rows):
            if old is not None:
                self._column.removeWidget(old)
                old.hide()
                old.deleteLater()
        self.hide()  # while it is made: each row that is put where it can be seen lays the whole page out anew
        self._head = _Head(columns, self) if rows else None
        if self._head is not None:
            self._column.addWidget(self._head)
        self.rows = [ReviewRow(row, self) for row in rows]
        for place, widget in enumerate(self.rows):
            self._column.addWidget(widget)
            widget.chosen.connect(self._chosen)
            widget.typed.connect(self.typed)
            widget.moved.connect(lambda by, place=place: self._move(place + by))
        self._fit()

    def _chosen(self, key: str, choice: str) -> None:
        self.chosen.emit(key, choice)
        if choice != NONE:
            place = next(place for place, each in enumerate(self.rows) if each.row.key == key)
            row = self.rows[place].row
            announce(self, f"{row.what}: record will say {row.says}")
            if place + 1 < len(self.rows) and choice != BOTH:
                self._move(place + 1)

    def _move(self, place: int) -> None:
        if 0 <= place < len(self.rows):
            self.rows[place].setFocus(Qt.FocusReason.OtherFocusReason)


class _Head(QFrame):
    """The heads of the columns: where, who, when."""

    def __init__(self, columns: Sequence[ColumnHead], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("apart-head")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        what = _Part(fixed=WHAT)
        what.body.addStretch(1)
        what.body.addWidget(Text("Field", "caption", "text-2", strong=True))
        row.addWidget(what)
        for column in columns:
            part = _Part()
            top = QHBoxLayout()
            top.setSpacing(6)
            top.addWidget(Icon(column.icon, "text", 15))
            top.addWidget(Text(column.where, "dense", strong=True), 1)
            top.addWidget(KeyCap(str(column.number)))
            part.body.addLayout(top)
            part.body.addWidget(Text(column.about, "caption", "text-2", wrap=True))
            row.addWidget(part, 1)
        last = _Part()
        last.body.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(Icon("check", "text", 15))
        top.addWidget(Text("The record will say", "dense", strong=True), 1)
        last.body.addLayout(top)
        row.addWidget(last, 1)


class _Part(QFrame):
    """A cell of the table, as wide as its neighbours."""

    def __init__(self, *, fixed: int = 0) -> None:
        super().__init__()
        self.setObjectName("apart-cell")
        self._fixed = fixed
        self.body = stack(self, gap=2, margins=(10, 7, 10, 7))
        if not fixed:
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
        self.fit(narrow=False)

    def fit(self, *, narrow: bool) -> None:
        if self._fixed:
            self.setMinimumWidth(0 if narrow else theme_in_use().px(self._fixed))
            self.setMaximumWidth(16_777_215 if narrow else theme_in_use().px(self._fixed))


class ReviewRow(QFrame):
    chosen = Signal(str, str)
    typed = Signal(str, str)
    moved = Signal(int)

    def __init__(self, row: UnitRow, parent: QWidget) -> None:
        super().__init__(parent)
        self.row = row
        self.setObjectName("apart-row")
        give_role(self, QAccessible.Role.Row)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(0)
        self._what = _Part(fixed=WHAT)
        self._what.body.addWidget(Text(row.what, "cell", strong=True, wrap=True))
        if row.mark:
            self._what.body.addWidget(Chip(row.mark, "warn"), 0, Qt.AlignmentFlag.AlignLeft)
        self._what.body.addStretch(1)
        self._line.addWidget(self._what)
        self.cells = [_Version(number, cell) for number, cell in enumerate(row.cells, 1)]
        for cell in self.cells:
            self._line.addWidget(cell, 1)
            cell.clicked.connect(lambda number=cell.number: self._choose(str(number)))
        self._last = _Part()
        self._line.addWidget(self._last, 1)
        self._state = QHBoxLayout()
        self._state.setSpacing(5)
        self._icon, self._says = Icon("circle-alert", "warn", 14), MarkedText()
        self._choose_one = Text(CHOOSE, "cell", "warn", strong=True)
        self._state.addWidget(self._icon)
        self._state.addWidget(self._choose_one, 1)
        self._last.body.addLayout(self._state)
        self._last.body.addWidget(self._says)
        self._source = Text("", "caption", "text-2", wrap=True)
        self.line = QLineEdit()
        self.line.setProperty("dense", True)
        self.text = Notes()
        self.text.setFixedHeight(theme_in_use().px(64))
        for field in (self.line, self.text):
            field.setPlaceholderText("Or type other words")
            field.setAccessibleName(f"{row.what}: the record will say")
            self._last.body.addWidget(field)
        self.line.textEdited.connect(lambda words: self.typed.emit(row.key, words))
        self.line.returnPressed.connect(lambda: self.moved.emit(1))
        self.text.typed.connect(lambda words: self.typed.emit(row.key, words))
        self._last.body.addWidget(self._source)
        self.both = Button("Keep both", "link")
        self.both.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # B does it from the keyboard
        self.both.clicked.connect(lambda: self._choose(BOTH))
        self._last.body.addWidget(self.both, 0, Qt.AlignmentFlag.AlignLeft)
        self._last.body.addStretch(1)

    def has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return self.hasFocus() or (focus is not None and self.isAncestorOf(focus))

    def show_row(self, row: UnitRow) -> None:
        self.row = row
        self.setAccessibleName(row.spoken)
        chosen = row.chosen
        for cell in self.cells:
            on = chosen.both or (chosen.version is not None and cell.cell.version == chosen.version)
            cell.set_on(on=on, both=chosen.both)
        self._icon.setVisible(not chosen.made)
        self._icon.turn_into("lock" if row.refused else "circle-alert", "text-2" if row.refused else "warn")
        self._choose_one.setText(row.refused or CHOOSE)
        self._choose_one.set_tone("text-2" if row.refused else "warn")
        self._choose_one.setWordWrap(bool(row.refused))
        self._choose_one.setVisible(not chosen.made)
        editable = row.typed and not row.refused
        self.line.setVisible(editable and not row.long)
        self.text.setVisible(editable and row.long)
        self._says.setVisible(chosen.made and not editable)
        self._says.tell(row.says, strong=True)
        if editable:
            self._show_words(row)
        self._source.setText(row.source)
        self._source.setVisible(bool(row.source))
        self.both.setVisible(row.both and not chosen.both and not row.refused)

    def _show_words(self, row: UnitRow) -> None:
        if row.long:
            if self.text.toPlainText().strip() != row.says.strip() or not row.says:
                self.text.show_text(row.says)
            mark(self.text, row.marks)
        elif self.line.text().strip() != row.says.strip() or not row.says:
            self.line.setText(row.says)

    def set_narrow(self, narrow: bool) -> None:
        way = QBoxLayout.Direction
        self._line.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        for part in (self._what, *self.cells, self._last):
            part.fit(narrow=narrow)
        for cell in self.cells:
            cell.show_where(shown=narrow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.hasFocus() or event.modifiers() & ~_PLAIN or is_quiet_letter(event):
            super().keyPressEvent(event)
            return
        key, words = event.key(), event.text()
        numbers = "123456789"[: len(self.cells)]
        if words and words in numbers:
            self._choose(words)
        elif key == Qt.Key.Key_B:
            self._choose(BOTH)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.chosen.emit(self.row.key, NONE)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_F2 and (field := self._field()) is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _field(self) -> QWidget | None:
        return next((field for field in (self.line, self.text) if field.isVisible()), None)

    def _choose(self, choice: str) -> None:
        """`choice`: the number of a column, or both."""
        if self.row.refused:
            announce(self, self.row.refused)
            return
        if choice == BOTH:
            if self.row.both:
                self.chosen.emit(self.row.key, BOTH)
                if self.row.long:
                    self.text.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                announce(self, "Only one of these can stand")
            return
        version = self.row.cells[int(choice) - 1].version
        if version is not None:
            self.chosen.emit(self.row.key, str(version))


class _Version(_Part):
    """One version: a round mark, what it says, who wrote it when. A click chooses it."""

    clicked = Signal()

    def __init__(self, number: int, cell: Cell) -> None:
        super().__init__()
        self.number, self.cell = number, cell
        self._where = Text(f"{number}. {cell.where}" if cell.where else "", "caption", "text-2", strong=True)
        self._keep = _Keep()
        self._words = MarkedText(cell.words, cell.marks)
        self.body.addWidget(self._where)
        if cell.version is not None:
            self.body.addWidget(self._keep)
        self.body.addWidget(self._words)
        self.body.addWidget(Text(cell.about, "caption", "text-2", wrap=True))
        self.body.addStretch(1)
        self._words.setVisible(bool(cell.words))
        self._where.hide()

    def set_on(self, *, on: bool, both: bool) -> None:
        self._keep.set_on(on=on and not both)
        if bool(self.property("on")) != on:
            self.setProperty("on", on)
            restyle(self)

    def show_where(self, *, shown: bool) -> None:
        self._where.setVisible(shown and bool(self.cell.where))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.cell.version is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()


class _Keep(QWidget):
    """A round mark and "Keep this"."""

    def __init__(self) -> None:
        super().__init__()
        self._on = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_on(self, *, on: bool) -> None:
        self._on = on
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(100), theme_in_use().px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        side = theme.px(17)
        top = (self.height() - side) // 2
        draw_radio(
            painter,
            self.rect().adjusted(0, top, side - self.width(), top + side - self.height()).toRectF(),
            self._on,
            theme,
        )
        painter.setPen(theme.colour("text"))
        painter.setFont(theme.font("cell", 600 if self._on else 400))
        painter.drawText(self.rect().adjusted(side + 7, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, "Keep this")
        painter.end()


class QuietList(QWidget):
    """Fields that nobody has to settle, one to a line: what, what it says, who said so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column: QVBoxLayout = stack(self, gap=0)
        self._rows: tuple[QuietRow, ...] = ()

    @property
    def count(self) -> int:
        return len(self._rows)

    def fill(self, rows: Sequence[QuietRow]) -> None:
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        emptied(self._column)
        for row in rows:
            line = QFrame(self)
            line.setObjectName("evidence-line")
            inside = QHBoxLayout(line)
            inside.setContentsMargins(10, 5, 10, 5)
            inside.setSpacing(10)
            what = Text(row.what, "cell", strong=True, wrap=True)
            what.setFixedWidth(theme_in_use().px(WHAT - 10))
            inside.addWidget(what, 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(Text(row.says, "cell", wrap=True))
            words.addWidget(Text(row.about, "caption", "text-2", wrap=True))
            inside.addLayout(words, 1)
            self._column.addWidget(line)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._rows:
            rows, self._rows = self._rows, ()
            self.fill(rows)


_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
