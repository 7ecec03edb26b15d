"""The gates on top of a first visit: M met, U not met, / not applicable; the words it needs; written at once."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from smf_desktop.presenters.visit.gates import GateRow, GatesRow
from ui.views.parts import Line, TallArea, height, stack
from ui.widgets.buttons import Button
from ui.widgets.emptied import emptied
from ui.widgets.segments import Option, Segments
from ui.widgets.text import Icon, Text, announce


class GateControl(Segments):
    """Keys M, U and /; Up and Down ask for another gate."""

    step_wanted = Signal(int)

    def __init__(self, states: Sequence[tuple[str, str, str]], about: str) -> None:
        """`states` are (code, key, words)."""
        super().__init__([Option(code, key, words) for code, key, words in states], 37, 26)
        self._keys = {key.lower(): code for code, key, _ in states}
        self.setAccessibleName(about)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not held and event.text().lower() in self._keys:
            self.pick(self._keys[event.text().lower()])
        elif event.key() in moves:
            self.step_wanted.emit(moves[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


class GateItem(QWidget):
    """One gate and, while it is answered, the words the answer needs."""

    picked = Signal(str)
    typed = Signal(str, str)
    """Words and valid until."""

    saved = Signal()

    def __init__(self, row: GateRow, states: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        column = stack(self, gap=2, margins=(12, 2, 12, 2))
        line = QHBoxLayout()
        line.setSpacing(8)
        self.words = Text(row.text, "cell", wrap=True)
        kind = "hard" if row.hard else "soft"
        self.control = GateControl(states, f"Gate, {kind}: {row.text}")
        self.control.chosen.connect(self.picked)
        line.addWidget(self.words, 1)
        line.addWidget(Text("Hard" if row.hard else "Soft", "caption", "text-2", strong=row.hard))
        line.addWidget(self.control)
        column.addLayout(line)
        self.about = Text("", "dense", "text-2", wrap=True)
        column.addWidget(self.about)
        self.more = QWidget()
        below = QHBoxLayout(self.more)
        below.setContentsMargins(0, 0, 0, 4)
        below.setSpacing(8)
        self.label = Text("", "dense", "text-2")
        self.evidence, self.until = Line(ends=True), Line(ends=True)
        self.until.setPlaceholderText("Valid until (optional)")
        self.until.setAccessibleName("Valid until, optional")
        self.until.setFixedWidth(height(150))
        self.save = Button("Save gate", shortcut="Enter", small=True)
        for part in (self.label, self.evidence, self.until, self.save):
            below.addWidget(part, 1 if part is self.evidence else 0)
        column.addWidget(self.more)
        for edit in (self.evidence, self.until):
            edit.textEdited.connect(lambda _words: self.typed.emit(self.evidence.text(), self.until.text()))
            edit.finished.connect(self._finished)
        self.save.clicked.connect(self.saved)
        self.show_row(row)

    def show_row(self, row: GateRow) -> None:
        self.row = row
        self.control.set_value(row.typing or row.state)
        self.about.setText(row.about)
        self.about.setVisible(bool(row.about))
        self.label.setText(row.needs)
        self.evidence.setAccessibleName(f"{row.needs}: {row.text}")
        self.evidence.show_text(row.words)
        self.until.show_text(row.valid_until)
        self.more.setVisible(bool(row.needs))

    def say(self, words: str) -> None:
        """A line under the gate that stands until the row changes."""
        self.show_row(self.row)
        self.about.setText(words)
        self.about.show()

    def _finished(self, enter: bool) -> None:
        if enter:
            self.saved.emit()
        else:
            self.control.setFocus(Qt.FocusReason.OtherFocusReason)


class GatesCard(QFrame):
    picked = Signal(str, str)
    """Gate and state."""

    typed = Signal(str, str, str)
    """Gate, words, valid until."""

    saved = Signal(str)
    assess_wanted = Signal()

    def __init__(self, states: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._states = tuple(states)
        self.items: dict[str, GateItem] = {}
        self._settled_shown = False
        whole = stack(self, gap=0, margins=(1, 1, 1, 1))
        head = QWidget()
        top = QHBoxLayout(head)
        top.setContentsMargins(12, 5, 12, 5)
        top.setSpacing(8)
        self.true, self.do = Text("", "section"), Text("", "cell", "text-2", wrap=True)
        self.settled = Button("", "link")
        self.settled.clicked.connect(self._show_settled)
        self.assess = Button("Assessment only", small=True)
        self.assess.clicked.connect(self.assess_wanted)
        top.addWidget(Icon("shield-alert", "warn", 17))
        top.addWidget(self.true)
        top.addWidget(self.do, 1)
        top.addWidget(self.settled)
        top.addWidget(self.assess)
        whole.addWidget(head)
        self._rows = QWidget()
        self._list = stack(self._rows, gap=0)
        self.area = TallArea(self._rows)
        whole.addWidget(self.area, 1)
        self._row: GatesRow | None = None

    def show_row(self, row: GatesRow | None) -> None:
        self.setVisible(row is not None)
        self._row = row
        if row is None:
            return
        self.true.setText(row.true)
        self.do.setText(row.do)
        self.assess.setVisible(row.stops)
        self.settled.setVisible(bool(row.settled))
        count = len(row.settled)
        self.settled.setText(f"Hide answered ({count})" if self._settled_shown else f"Show answered ({count})")
        rows = (*row.open, *(row.settled if self._settled_shown else ()))
        if tuple(self.items) != tuple(one.gate for one in rows):
            self._build(rows)
        for one in rows:
            if self.items[one.gate].row != one:
                self.items[one.gate].show_row(one)

    def clear(self) -> None:
        self.hide()
        self._build(())

    def set_free(self, free: bool) -> None:
        """`free`: as tall as the list, while the whole page scrolls."""
        self.area.set_free(free)

    def focus_first(self) -> None:
        first = next(iter(self.items.values()), None)
        if first is not None:
            first.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_gate(self, gate: str) -> None:
        if gate in self.items:
            self.items[gate].control.setFocus(Qt.FocusReason.OtherFocusReason)

    def following(self, gate: str) -> str:
        """The gate after this one in the list, "" for none."""
        order = list(self.items)
        place = order.index(gate) + 1 if gate in order else 0
        return order[place] if place < len(order) else order[0] if order else ""

    def ask_words(self, gate: str) -> None:
        """Say which words the answer still needs."""
        item = self.items[gate]
        item.evidence.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(item.evidence, f"{item.row.needs} is needed", now=True)

    def focus_words(self, gate: str) -> None:
        if gate in self.items and not self.items[gate].more.isHidden():
            self.items[gate].evidence.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_settled(self) -> None:
        self._settled_shown = not self._settled_shown
        self.show_row(self._row)

    def _build(self, rows: Sequence[GateRow]) -> None:
        emptied(self._list)
        self.items = {}
        for row in rows:
            item = GateItem(row, self._states)
            item.picked.connect(lambda state, gate=row.gate: self.picked.emit(gate, state))
            item.typed.connect(lambda words, until, gate=row.gate: self.typed.emit(gate, words, until))
            item.saved.connect(lambda gate=row.gate: self.saved.emit(gate))
            item.control.step_wanted.connect(lambda by, gate=row.gate: self._step(gate, by))
            self._list.addWidget(item)
            self.items[row.gate] = item
        self._list.addStretch(1)

    def _step(self, gate: str, by: int) -> None:
        order = list(self.items)
        place = min(len(order) - 1, max(0, order.index(gate) + by))
        self.focus_gate(order[place])
        self.area.ensureWidgetVisible(self.items[order[place]], 0, 8)
