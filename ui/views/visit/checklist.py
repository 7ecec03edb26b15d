"""The checklist of a visit: one row a step, three groups that fold when they are complete."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QSizePolicy, QWidget

from smf_desktop.presenters.visit.checklist import GroupRow, MarkWords, StepRow
from ui.views.parts import Line, TallArea, height, stack
from ui.widgets.emptied import emptied
from ui.widgets.rating import FIRST, LAST, GroupBar, Mark, RatingRow
from ui.widgets.text import KeyCap, Text, give_role


class StepItem(QWidget):
    """A row of the checklist, and below it a line that asks, or one to type in."""

    def __init__(self, row: StepRow, marks: Sequence[Mark]) -> None:
        super().__init__()
        self.row = row
        column = stack(self, gap=0)
        self.rating = RatingRow(row.number, row.short, marks, critical=row.critical, occasional=bool(row.occasional))
        self.below = QFrame()
        self.below.setObjectName("rating-row")
        line = QHBoxLayout(self.below)
        line.setContentsMargins(height(39), 1, 8, 3)
        line.setSpacing(8)
        self.quiet = Text("", "dense", "warn", wrap=True)
        self.label = Text("", "dense", "text-2")
        self.edit = Line(ends=True)
        line.addWidget(self.quiet, 1)
        line.addWidget(self.label)
        line.addWidget(self.edit, 1)
        column.addWidget(self.rating)
        column.addWidget(self.below)
        self.typing = ""
        """What is being typed: "note", "reason" or ""."""

        self._last_edit: tuple[str, str] | None = None
        self.close_line()
        self._describe(row)

    def show_row(self, row: StepRow) -> None:
        old, self.row = self.row, row
        if self.rating.control.value != row.level:
            self.rating.control.set_value(row.level)
        if (old.about, old.last_spoken, old.last_key) != (row.about, row.last_spoken, row.last_key):
            self._describe(row)
        if bool(old.note) != bool(row.note):
            self.rating.set_note(bool(row.note))
        self._show_below()

    def open_line(self, typing: str) -> None:
        """Type the note of this step, or the reason why it does not apply."""
        self.typing = typing
        words = "Note" if typing == "note" else "Why it does not apply"
        self.label.setText(words)
        self.edit.setAccessibleName(f"{words}, step {self.row.number}")
        self._show_below()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def say(self, words: str) -> None:
        """A line under the row that stands until the row changes."""
        self.quiet.setText(words)
        self.quiet.show()
        self.below.show()

    def close_line(self) -> None:
        self.typing = ""
        self._show_below()

    def _describe(self, row: StepRow) -> None:
        self.rating.last.show_mark(row.last_key, row.last_spoken)
        self.rating.control.describe(row.about, row.last_spoken)
        self.rating.control.set_value(row.level)
        self.rating.set_note(bool(row.note))

    def _show_below(self) -> None:
        row = self.row
        reason = f"Does not apply: {row.reason}" if row.reason else ""
        quiet = row.quiet or reason
        if row.level == "na" and not row.reason:
            quiet = "Press / and enter why it does not apply."
        if self.typing:
            self.edit.show_text(row.note if self.typing == "note" else row.reason)
        self.quiet.setText(quiet)
        self.quiet.setVisible(not self.typing)
        self.label.setVisible(bool(self.typing))
        self.edit.setVisible(bool(self.typing))
        self.below.setVisible(bool(quiet or self.typing))


class Checklist(QFrame):
    """Shows steps and tells what was wanted of which. One tab stop: Up and Down move, also over folded groups."""

    rated = Signal(str, str)
    """Step and level."""

    cleared = Signal(str)
    same_as_last = Signal(str)
    rest_as_last = Signal()
    note_typed = Signal(str, str)
    reason_typed = Signal(str, str)
    refused = Signal(str)
    """Why `/` was not taken."""

    done = Signal()
    """There is no step to go on to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        give_role(self, QAccessible.Role.Grouping)
        self.setAccessibleName("Checklist")
        self.items: dict[str, StepItem] = {}
        self.bars: list[GroupBar] = []
        self._groups: list[tuple[GroupBar, QWidget, tuple[str, ...]]] = []
        self._complete: list[bool] = []
        self._marks: tuple[Mark, ...] = ()
        self._shape: tuple[object, ...] = ()
        whole = stack(self, gap=0, margins=(1, 1, 1, 1))
        whole.addWidget(self._heading())
        self._rows = QWidget()
        self._list = stack(self._rows, gap=0)
        self.area = TallArea(self._rows)
        self.area.verticalScrollBar().rangeChanged.connect(self._align_heading)
        whole.addWidget(self.area, 1)
        whole.addWidget(self._foot())

    def show_rows(self, marks: Sequence[MarkWords], groups: Sequence[GroupRow], last: str) -> None:
        """Show the steps. The same steps again are changed in place, so that the focus stays."""
        self.last.setText(last)
        shape = tuple(
            (group.title, tuple((row.step, row.critical, row.short) for row in group.steps)) for group in groups
        )
        if shape != self._shape:
            self._shape = shape
            self._marks = tuple(Mark(one.key, one.code, one.word) for one in marks)
            self.legend.setText("  ".join(f"{one.key} {one.word}" for one in marks if one.key in "1234"))
            self._build(groups)
        for (bar, _, _), group in zip(self._groups, groups, strict=True):
            bar.set_count(group.rated, len(group.steps))
            for row in group.steps:
                item = self.items[row.step]
                if item.row != row:
                    item.show_row(row)
        self._note_complete([group.complete for group in groups])
        self.fold_complete()
        self._tell_full()

    def move_on(self, step: str) -> str:
        """Go on from a step that was rated: the next that is open, else the first without a value. Answers which."""
        order = list(self.items)
        after = [
            name for name in order[order.index(step) + 1 :] if self._is_open(name) or not self.items[name].row.level
        ]
        rest = [name for name in order if not self.items[name].row.level]
        for name in (*after, *rest):
            if name != step:
                self.focus_step(name)
                self.fold_complete()
                return name
        self.done.emit()
        self.fold_complete()
        return ""

    def focus_step(self, step: str) -> None:
        """Put the focus on a step, opening its group."""
        for bar, _, steps in self._groups:
            if step in steps and not bar.isChecked():
                bar.setChecked(True)
        self.items[step].rating.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_free(self, free: bool) -> None:
        """`free`: as tall as the list, while the whole page scrolls."""
        self.area.set_free(free)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def focus_first(self) -> None:
        """The first step without a value; the first step where all have one."""
        if self.items:
            self.focus_step(
                next((name for name, item in self.items.items() if not item.row.level), next(iter(self.items)))
            )

    def fold_complete(self) -> None:
        """Fold the groups that became complete, but not the one a person is in."""
        focus = self.window().focusWidget()  # also while a dialog is over it
        for place, (bar, box, _) in enumerate(self._groups):
            inside = focus is not None and (box.isAncestorOf(focus) or focus is bar)
            if self._complete[place] and not self._opened[place] and bar.isChecked() and not inside:
                bar.setChecked(False)

    def current(self) -> str:
        """The step that has the focus, "" for none."""
        focus = QApplication.focusWidget()
        return next((name for name, item in self.items.items() if focus and item.isAncestorOf(focus)), "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and isinstance(watched, GroupBar):
            moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: FIRST, Qt.Key.Key_End: LAST}
            if event.key() in moves:
                self._step(watched, moves[Qt.Key(event.key())])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
                watched.click()
                return True
        return False

    def _heading(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("rating-group")
        bar.setMinimumHeight(height(24))
        row = QHBoxLayout(bar)
        row.setContentsMargins(height(12), 1, 0, 1)
        row.setSpacing(0)
        self._heading_row = row
        self.legend = Text("", "caption", "text-2")
        self.legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.last = Text("", "caption", "text-2", strong=True)
        self.today = Text("Today", "caption", "text-2", strong=True)
        row.addWidget(self.legend, 1)
        row.addWidget(self.last)
        row.addSpacing(12)
        row.addWidget(self.today)
        return bar

    def _fit(self) -> None:
        """What follows the size of the text: the heading over the levels of today, and the marks."""
        self.today.setFixedWidth(height(176))
        self._fit_marks()

    def _fit_marks(self) -> None:
        """Every step on one line: where "Critical" has no room beside one of them, all show its sign alone."""
        rows = [item.rating for item in self.items.values()]
        room = self.width() - 2 - self.area.verticalScrollBar().sizeHint().width()
        brief = any(row.width_in_words() > room for row in rows)
        for row in rows:
            row.set_brief(brief)

    def _align_heading(self, _least: int, most: int) -> None:
        """The headings stand over their columns, with a scroll bar beside them or without."""
        beside = self.area.verticalScrollBar().sizeHint().width() if most else 0  # not laid out yet, it has no width
        self._heading_row.setContentsMargins(height(12), 1, beside, 1)

    def _foot(self) -> QFrame:
        foot = QFrame()
        foot.setObjectName("page-header")
        column = stack(foot, gap=3, margins=(12, 0, 12, 4))
        line = QFrame()
        line.setObjectName("rule")
        self.full = Text("", "cell", wrap=True)
        self.full.setMinimumHeight(height(18))
        keys = QWidget()
        row = QHBoxLayout(keys)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for caps, words in _KEYS:
            for cap in caps:
                row.addWidget(KeyCap(cap))
            row.addWidget(Text(words, "caption", "text-2"))
            row.addSpacing(7)
        row.addStretch(1)
        self.keys = keys
        column.addWidget(line)
        column.addWidget(self.full)
        column.addWidget(keys)
        return foot

    def _build(self, groups: Sequence[GroupRow]) -> None:
        emptied(self._list)
        self.items, self._groups, self.bars = {}, [], []
        self.full.setMinimumHeight(height(18))
        for place, group in enumerate(groups):
            bar, box = GroupBar(group.title), QWidget()
            bar.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            bar.installEventFilter(self)
            rows = stack(box, gap=0)
            for row in group.steps:
                item = self._item(row)
                self.items[row.step] = item
                rows.addWidget(item)
            bar.toggled.connect(box.setVisible)
            bar.clicked.connect(lambda on, place=place: self._opened_by_hand(place, on))
            self._list.addWidget(bar)
            self._list.addWidget(box)
            self._groups.append((bar, box, tuple(row.step for row in group.steps)))
            self.bars.append(bar)
        self._list.addStretch(1)
        self._complete = [False] * len(groups)
        self._opened = [False] * len(groups)
        self._enter_at(next(iter(self.items), ""))
        self._fit_marks()

    def _item(self, row: StepRow) -> StepItem:
        item = StepItem(row, self._marks)
        control, step = item.rating.control, row.step
        control.rated.connect(lambda level: self.rated.emit(step, level))
        control.cleared.connect(lambda: self.cleared.emit(step))
        control.same_as_last.connect(lambda: self.same_as_last.emit(step))
        control.rest_as_last.connect(self.rest_as_last)
        control.note_wanted.connect(lambda: item.open_line("note"))
        control.not_applicable_wanted.connect(lambda: self._not_applicable(item))
        control.step_wanted.connect(lambda by: self._step(control, by))
        item.rating.chosen.connect(lambda: self._arrived(item))
        item.edit.textEdited.connect(lambda words: self._typed(item, words))
        item.edit.finished.connect(lambda enter: self._end_line(item, on=enter))
        item.edit.left.connect(item.close_line)
        return item

    def _not_applicable(self, item: StepItem) -> None:
        if item.row.na_refused:
            item.say(item.row.na_refused)
            self.refused.emit(item.row.na_refused)
        else:
            item.open_line("reason")

    def _typed(self, item: StepItem, words: str) -> None:
        told = self.note_typed if item.typing == "note" else self.reason_typed
        told.emit(item.row.step, words)

    def _end_line(self, item: StepItem, *, on: bool) -> None:
        """Leave the line: back to the step, or on to the next one where the reason given rates it."""
        goes_on = on and item.typing == "reason" and bool(item.row.reason)
        item.rating.control.setFocus(Qt.FocusReason.OtherFocusReason)
        item.close_line()
        if goes_on:
            self.move_on(item.row.step)

    def _arrived(self, item: StepItem) -> None:
        self._enter_at(item.row.step)
        self.area.ensureWidgetVisible(item, 0, height(14))
        self._tell_full()

    def _tell_full(self) -> None:
        item = self.items.get(self.current() or self._stop)
        if item is None:
            self.full.setText("")
            return
        note = f" Note: {item.row.note}" if item.row.note else ""
        occasional = f" {item.row.occasional}." if item.row.occasional else ""
        self.full.setText(f"{item.row.number}. {item.row.full}.{occasional}{note}")
        # Once a line taller, it stays so: from step to step nothing jumps, and nothing is laid out anew.
        self.full.setMinimumHeight(max(self.full.minimumHeight(), self.full.heightForWidth(self.full.width())))

    def _enter_at(self, step: str) -> None:
        """Make this step the one that Tab reaches."""
        self._stop = step
        for name, item in self.items.items():
            policy = Qt.FocusPolicy.StrongFocus if name == step else Qt.FocusPolicy.ClickFocus
            item.rating.control.setFocusPolicy(policy)

    def _step(self, here: QWidget, by: int) -> None:
        """Move over the rows that are open and the bars of groups that are folded."""
        chain: list[QWidget] = []
        for bar, _, steps in self._groups:
            if bar.isChecked():
                chain += [self.items[step].rating.control for step in steps]
                if here is bar:
                    chain.insert(len(chain) - len(steps), bar)
            else:
                chain.append(bar)
        if not chain:
            return
        place = chain.index(here) if here in chain else 0
        there = chain[min(len(chain) - 1, max(0, place + by))]
        there.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(there, GroupBar):
            self.area.ensureWidgetVisible(there, 0, 4)

    def _opened_by_hand(self, place: int, on: bool) -> None:
        self._opened[place] = on

    def _note_complete(self, complete: Sequence[bool]) -> None:
        for place, now in enumerate(complete):
            if not now:
                self._opened[place] = False
                if self._complete[place] and not self._groups[place][0].isChecked():
                    self._groups[place][0].setChecked(True)
            self._complete[place] = now

    def _is_open(self, step: str) -> bool:
        return next(bar.isChecked() for bar, _, steps in self._groups if step in steps)


_KEYS = (
    (("1", "2", "3", "4"), "rate"),
    (("0",), "not seen"),
    (("/",), "does not apply"),
    (("=",), "same as last"),
    (("N",), "note"),
)
