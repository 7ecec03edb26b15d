"""Red flags of a visit: Yes or No, nothing preset; Yes opens what has to be written."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from smf_desktop.presenters.visit.observations import FlagRow
from smf_desktop.presenters.visit.who_to_call import CallRow
from ui.views.parts import Line, stack
from ui.widgets.buttons import Button
from ui.widgets.emptied import emptied
from ui.widgets.fields import Field
from ui.widgets.scale import YesNo
from ui.widgets.text import Icon, Text

FIELDS = (
    ("action", "What you did", False),
    ("told", "Who was told", False),
    ("advised", "What they advised", True),
    ("next_check", "Next check due", True),
)
"""Name, label, whether it may stay empty."""


class FlagItem(QWidget):
    """One red flag, and once it was seen: how urgent, what to do, what was done."""

    answered = Signal(bool)
    typed = Signal(str, str)
    """Field and words."""

    def __init__(self, row: FlagRow) -> None:
        super().__init__()
        column = stack(self, gap=3)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.words = Text(row.short, "cell", wrap=True)
        self.words.setToolTip(row.full)
        self.control = YesNo(f"Red flag. {row.full}", alarm=True)
        self.control.answered.connect(self.answered)
        line.addWidget(self.words, 1)
        line.addWidget(self.control)
        column.addLayout(line)
        self.more = QWidget()
        below = stack(self.more, gap=5, margins=(0, 0, 0, 6))
        self.urgency = Text(row.urgency, "cell", "danger", strong=True, wrap=True)
        self.action = Text(row.action, "cell", wrap=True)
        below.addWidget(self.urgency)
        below.addWidget(self.action)
        self.fields: dict[str, tuple[Field, Line]] = {}
        for name, label, optional in FIELDS:
            edit = Line()
            edit.textEdited.connect(lambda words, name=name: self.typed.emit(name, words))
            field = Field(label if optional else f"{label} (needed)", edit, optional=optional)
            below.addWidget(field)
            self.fields[name] = (field, edit)
        column.addWidget(self.more)
        self.show_row(row)

    def show_row(self, row: FlagRow) -> None:
        self.row = row
        self.control.set_answer(row.seen)
        said = {"action": row.did, "told": row.told, "advised": row.advised, "next_check": row.next_check}
        for name, words in said.items():
            self.fields[name][1].show_text(words)
        self.words.set_strong(bool(row.seen))
        self.words.setText(row.full if row.seen else row.short)
        self.more.setVisible(bool(row.seen))

    def focus_problem(self) -> None:
        wanted = "action" if self.row.did_missing else "told" if self.row.told_missing else ""
        (self.fields[wanted][1] if wanted else self.control).setFocus(Qt.FocusReason.OtherFocusReason)


class FlagsColumn(QFrame):
    answered = Signal(int, str, bool)
    """Section, sign, seen."""

    typed = Signal(int, str, str, str)
    """Section, sign, field, words."""

    none_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("edge", "alert")
        self.items: dict[str, FlagItem] = {}
        self._section = 0
        self._opened = False
        whole = stack(self, gap=6, margins=(12, 6, 12, 10))
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(Icon("flag", "danger", 16))
        top.addWidget(Text("Red flags", "section", "danger"))
        top.addStretch(1)
        self.none = Button("None of these today", small=True)
        self.none.setToolTip("None of these today (F4)")
        self.none.clicked.connect(self.none_wanted)
        self.show_all = Button("Show all", "link")
        self.show_all.clicked.connect(self.unfold)
        top.addWidget(self.none)
        top.addWidget(self.show_all)
        whole.addLayout(top)
        self.folded = Text("", "cell", "text-2", wrap=True)
        whole.addWidget(self.folded)
        self._rows = QWidget()
        rows = stack(self._rows, gap=6)
        answers = QWidget()
        self._list = stack(answers, gap=3)
        rows.addWidget(answers)
        self.calls = Text("", "dense", wrap=True)
        self.calls.setAccessibleName("Who to call")
        rows.addSpacing(4)
        rows.addWidget(Text("Who to call", "cell", strong=True))
        rows.addWidget(self.calls)
        whole.addWidget(self._rows)
        self._fold(False)

    def show_calls(self, rows: Sequence[CallRow]) -> None:
        """Whom to call from here, with the numbers: nothing has to be looked up."""
        self.calls.setText("\n".join(f"{row.label}: {row.number}" for row in rows))

    def show_rows(self, rows: Sequence[FlagRow]) -> None:
        if tuple(self.items) != tuple(row.sign for row in rows) or any(row.section != self._section for row in rows):
            self._build(rows)
        for row in rows:
            if self.items[row.sign].row != row:
                self.items[row.sign].show_row(row)
        self.fold_complete()

    def fold_complete(self) -> None:
        """One line once every answer is No, but not while a person is among the answers, nor after they opened it."""
        all_no = bool(self.items) and all(item.row.seen is False for item in self.items.values())
        self._opened = self._opened and all_no
        focus = self.window().focusWidget()  # also while a dialog is over it
        self._fold(all_no and not self._opened and not (focus is not None and self._rows.isAncestorOf(focus)))

    def unfold(self) -> None:
        """Every flag with its answer, and whom to call."""
        self._opened = True
        self._fold(False)
        next(iter(self.items.values())).control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fold(self, on: bool) -> None:
        if on and self.none.hasFocus():
            self.show_all.show()
            self.show_all.setFocus(Qt.FocusReason.OtherFocusReason)
        self.folded.setText(f"None of these {len(self.items)} was seen today.")
        self.folded.setVisible(on)
        self._rows.setVisible(not on)
        self.none.setVisible(not on)
        self.show_all.setVisible(on)

    def focus_first(self) -> None:
        open_ = [item for item in self.items.values() if item.row.seen is None]
        if open_:
            open_[0].control.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            (self.none if self.show_all.isHidden() else self.show_all).setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_flag(self, sign: str) -> None:
        if sign in self.items:
            self.items[sign].focus_problem()

    def move_on(self, sign: str) -> None:
        """After Yes to what has to be written, after No to the next flag."""
        item = self.items[sign]
        if item.row.seen:
            item.fields["action"][1].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._step(item, 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.modifiers():
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            item = next((item for item in self.items.values() if item.control is watched), None)
            if by and item is not None:
                self._step(item, by)
                return True
        return False

    def _step(self, item: FlagItem, by: int) -> None:
        order = list(self.items.values())
        place = min(len(order) - 1, max(0, order.index(item) + by))
        order[place].control.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enter_at(self, stop: FlagItem) -> None:
        for item in self.items.values():
            policy = Qt.FocusPolicy.StrongFocus if item is stop else Qt.FocusPolicy.ClickFocus
            item.control.setFocusPolicy(policy)

    def _build(self, rows: Sequence[FlagRow]) -> None:
        emptied(self._list)
        self.items = {}
        for row in rows:
            self._section = row.section
            item = FlagItem(row)
            item.answered.connect(lambda seen, row=row: self.answered.emit(row.section, row.sign, seen))
            item.typed.connect(lambda name, words, row=row: self.typed.emit(row.section, row.sign, name, words))
            item.control.installEventFilter(self)
            item.control.focused.connect(lambda on, item=item: self._enter_at(item) if on else None)
            self._list.addWidget(item)
            self.items[row.sign] = item
        if self.items:
            self._enter_at(next(iter(self.items.values())))
