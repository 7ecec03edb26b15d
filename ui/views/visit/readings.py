"""Observations of a visit: what was measured beside what it was last time, marks beside the field, rechecks."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from smf_desktop.presenters.visit.observations import AddChoice, ReadingRow
from ui.views.parts import Line, height, stack
from ui.widgets.buttons import Button
from ui.widgets.emptied import emptied
from ui.widgets.fields import ChoiceField, FieldMessage, MeasureField, tell_field
from ui.widgets.text import Text, announce


class ReadingItem(QWidget):
    """One reading: value and unit, last value, the finding, and where wanted a time and a note."""

    value_typed = Signal(str)
    at_typed = Signal(str)
    note_typed = Signal(str)
    recheck_wanted = Signal()

    def __init__(self, row: ReadingRow) -> None:
        super().__init__()
        self.row = row
        column = stack(self, gap=3)
        self.number: MeasureField | None = None
        self.choice: ChoiceField | None = None
        if row.options:
            column.addWidget(self._choice_line(row))
        else:
            self.number = MeasureField(row.label, row.unit, last=row.last, label_width=124, width=96)
            self.number.edit.textEdited.connect(self.value_typed)
            self.number.left.connect(self.settle)
            self.number.edit.installEventFilter(self)
            column.addWidget(self.number)
        self.more = QWidget()
        line = QHBoxLayout(self.more)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self.at_label, self.at = Text("At", "dense", "text-2"), Line()
        self.at.setFixedWidth(height(64))
        self.at.setAccessibleName(f"Time of {row.label}")
        self.note = Line()
        self.note.setPlaceholderText("What you did (needed)")
        self.note.setAccessibleName(f"What you did about {row.label}")
        self.recheck = Button("Add recheck", "link")
        self.recheck.setAccessibleName(f"Add recheck of {row.label} (Ctrl+Shift+R)")
        line.addWidget(self.at_label)
        line.addWidget(self.at)
        line.addWidget(self.note, 1)
        line.addWidget(self.recheck)
        line.addStretch(0)
        column.addWidget(self.more)
        self.at.textEdited.connect(self.at_typed)
        self.at.left.connect(self.settle)
        self.note.textEdited.connect(self.note_typed)
        self.recheck.clicked.connect(self.recheck_wanted)
        self._show_value()
        self.settle()

    @property
    def control(self) -> QWidget:
        return self.number.edit if self.number else self.choice or self

    def show_row(self, row: ReadingRow) -> None:
        """Show the value; the finding waits until the field is left, so that nobody is told while typing."""
        self.row = row
        self._show_value()
        if not self.control.hasFocus() and not self.at.hasFocus():
            self.settle()

    def settle(self) -> None:
        """Say what is found about the value as it stands."""
        row = self.row
        if self.number is not None:
            self.number.tell(row.state, row.message)
        elif self.choice is not None:
            tell_field(self.choice, row.label, self.message, row.state, row.message)
        noted = row.note_wanted
        timed = row.timed
        self.note.setVisible(noted)
        self.at.setVisible(timed)
        self.at_label.setVisible(timed)
        self.recheck.setVisible(row.may_recheck)
        self.more.setVisible(noted or timed or row.may_recheck)

    def focus_problem(self) -> None:
        """Where the person has to type: the note when only that is wanted."""
        self.settle()
        wanted = self.row.state == "soft" and not self.row.note.strip()
        (self.note if wanted else self.control).setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            self.settle()  # so that Tab finds the note that is now wanted
        return False

    def _choice_line(self, row: ReadingRow) -> QWidget:
        holder = QWidget()
        column = stack(holder, gap=1)
        line = QHBoxLayout()
        line.setSpacing(8)
        label = Text(row.label, "cell", strong=True, wrap=True)
        label.setFixedWidth(height(124))
        label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.choice = ChoiceField(row.options)
        self.choice.setAccessibleName(row.label)
        self.choice.setAccessibleDescription(row.last_spoken)
        self.choice.setToolTip(row.last_spoken)
        self.choice.chosen.connect(self.value_typed)
        label.setBuddy(self.choice)
        self.message = FieldMessage(row.last)
        line.addWidget(label)
        line.addWidget(self.choice, 1)
        column.addLayout(line)
        column.addWidget(self.message)
        return holder

    def _show_value(self) -> None:
        row = self.row
        if self.number is not None:
            if self.number.edit.text() != row.value:
                self.number.edit.setText(row.value)
            self.number.set_last(row.last)
            self.number.last.setToolTip(row.last_spoken)
            self.number.edit.setAccessibleDescription(row.message or row.last_spoken)
        elif self.choice is not None and self.choice.key() != row.value:
            self.choice.select(row.value)
        self.at.show_text(row.at)
        self.note.show_text(row.note)


class ReadingsColumn(QFrame):
    """Observations of the skill, then the vital signs of the visit. `section` is None for a vital sign."""

    value_typed = Signal(object, int, str)
    at_typed = Signal(object, int, str)
    note_typed = Signal(object, int, str)
    recheck_wanted = Signal(object, str)
    """Section and observation."""

    added = Signal(object, tuple)
    """Section and observations."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.items: dict[tuple[int | None, int], ReadingItem] = {}
        whole = stack(self, gap=6, margins=(12, 6, 12, 10))
        top = QHBoxLayout()
        self.add = Button("Add reading", "link")
        self.add.setToolTip("Add a reading or a vital sign (F3)")
        self.add.clicked.connect(self.open_choices)
        top.addWidget(Text("Observations", "section"))
        top.addStretch(1)
        top.addWidget(self.add)
        whole.addLayout(top)
        self._own, self._vital = QWidget(), QWidget()
        self._lists = (stack(self._own, gap=6), stack(self._vital, gap=6))
        self.vital_title = Text("Vital signs, once per visit", "dense", "text-2")
        whole.addWidget(self._own)
        whole.addWidget(self.vital_title)
        whole.addWidget(self._vital)
        self.menu = QMenu(self)
        self._choices: tuple[AddChoice, ...] = ()
        self._shape: tuple[object, ...] = ()

    def show_rows(self, own: Sequence[ReadingRow], vital: Sequence[ReadingRow], choices: Sequence[AddChoice]) -> None:
        self._choices = tuple(choices)
        self.add.setVisible(bool(choices))
        self.vital_title.setVisible(bool(vital))
        self._vital.setVisible(bool(vital))
        shape = tuple((row.section, row.index, row.observation, row.label) for row in (*own, *vital))
        if shape != self._shape:
            self._shape = shape
            self.items = {}
            self._build(self._lists[0], own)
            self._build(self._lists[1], vital)
            return
        for row in (*own, *vital):
            item = self.items[row.section, row.index]
            if item.row != row:
                item.show_row(row)

    def open_choices(self) -> None:
        """The list of what else can be measured, by keyboard or mouse."""
        if not self._choices:
            announce(self, "Every reading is on the page", now=True)
            return
        self.menu.clear()
        vital = False
        for choice in self._choices:
            if choice.section is None and not vital:
                self.menu.addSeparator()
                vital = True
            self.menu.addAction(choice.label, self._adder(choice))
        self.menu.popup(self.add.mapToGlobal(QPoint(0, self.add.height())))
        self.menu.setActiveAction(self.menu.actions()[0])

    def current(self) -> ReadingRow | None:
        """The reading that has the focus."""
        focus = QApplication.focusWidget()
        return next((item.row for item in self.items.values() if focus and item.isAncestorOf(focus)), None)

    def focus_first(self) -> None:
        first = next(iter(self.items.values()), None)
        (first.control if first else self.add).setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_reading(self, section: int | None, index: int) -> None:
        if (section, index) in self.items:
            self.items[section, index].focus_problem()

    def focus_last_of(self, section: int | None, observation: str) -> None:
        """The newest reading of an observation: where a recheck is typed."""
        same = [
            item for (part, _), item in self.items.items() if part == section and item.row.observation == observation
        ]
        if same:
            same[-1].control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _adder(self, choice: AddChoice) -> Callable[[], None]:
        return lambda: self.added.emit(choice.section, choice.observations)

    def _build(self, column: QVBoxLayout, rows: Sequence[ReadingRow]) -> None:
        emptied(column)
        for row in rows:
            item = ReadingItem(row)
            key = (row.section, row.index)
            item.value_typed.connect(lambda words, key=key: self.value_typed.emit(*key, words))
            item.at_typed.connect(lambda words, key=key: self.at_typed.emit(*key, words))
            item.note_typed.connect(lambda words, key=key: self.note_typed.emit(*key, words))
            item.recheck_wanted.connect(lambda row=row: self.recheck_wanted.emit(row.section, row.observation))
            column.addWidget(item)
            item.show()  # now, so that Tab finds it before the layout is done
            self.items[key] = item
