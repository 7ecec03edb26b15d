"""The page of closed months: the list at the left, what was noted of one and the monthly export at the right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from smf_desktop.presenters.service.months import closed_words, todo_words
from smf_desktop.presenters.service.months_page import (
    ABOUT,
    COLUMNS,
    NO_EXPORT,
    NOT_CLOSED,
    TITLE,
    MonthLine,
    close_words,
    is_closed,
)
from ui.theme import theme_in_use
from ui.views.parts import scrolling, stack
from ui.views.side_list import ListView
from ui.views.table_dialog import FittedTable
from ui.widgets.bars import Dock, PageHeader, is_narrow
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.emptied import emptied
from ui.widgets.states import StateCard
from ui.widgets.tables import RowsModel
from ui.widgets.text import Text

SIDE = 330
LEAST = 260
"""Pixels of the list where the page is narrow and scrolls."""
HOW = "Then and now: Enter"
NOTHING_NOTED = "Nothing was noted."


class MonthsView(ListView):
    """Shows what it is told; says what was asked for. First focus is the list."""

    opened = Signal(object)
    """The `MonthLine` that is to be looked at, or closed where it is not."""
    close_wanted = Signal()
    note_wanted = Signal()
    pack_wanted = Signal()
    export_wanted = Signal()
    export_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader(TITLE, ABOUT)
        self.table = FittedTable(TITLE, [width for _, width in COLUMNS])
        self.model: RowsModel[MonthLine] = RowsModel(
            [name for name, _ in COLUMNS],
            lambda line: line.words,
            lambda line: line.spoken,
            self.table,
            lambda line: line.tone,
        )
        self.table.setModel(self.model)
        self.table.horizontalHeader().setSectionsClickable(False)
        self.list = Card("Months", note=HOW)
        self.list.body.setContentsMargins(0, 0, 0, 0)
        self.list.body.addWidget(self.table)
        self.noted, self.export = Card("Noted"), Card("Monthly export")
        self.exported = Text(NO_EXPORT, "cell", wrap=True)
        self.change, self.end = Button("Set up..."), Button("Stop")
        self.note, self.pack = Button("Note and actions..."), Button("Monthly pack", icon="printer", shortcut="Ctrl+P")
        self.close_month = Button("Close", "primary", shortcut="Ctrl+Enter")
        self.dock = Dock((self.note, self.pack, self.close_month))
        self._may_close = self._may_export = False
        self._lay_out()
        self.table.opened.connect(lambda place: self.opened.emit(self.model.rows[place]))
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._offer())
        for button, signal in (
            (self.close_month, self.close_wanted),
            (self.note, self.note_wanted),
            (self.pack, self.pack_wanted),
            (self.change, self.export_wanted),
            (self.end, self.export_ended),
        ):
            button.clicked.connect(signal)

    @property
    def chosen(self) -> MonthLine | None:
        place = self.table.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

    def fill(self, lines: Sequence[MonthLine], words: str, *, may_close: bool, may_export: bool) -> None:
        """`words` stand in the dock. The line that was chosen stays chosen; at first it is the last month."""
        before = self.chosen
        self._may_close, self._may_export = may_close, may_export
        self.model.fill(lines)
        self.table.fit()
        self.dock.tell(words, icon="info" if may_close else "lock")
        if lines:
            same = (place for place, line in enumerate(lines) if before and _is_same(line, before))
            again = (place for place, line in enumerate(lines) if before and line.month == before.month)
            self.table.selectRow(next(same, next(again, 0)))
        self._offer()

    def show_export(self, words: str) -> None:
        """`words` say what is saved every month; "" where nothing is."""
        self.exported.setText(words or NO_EXPORT)
        self.change.setText("Change..." if words else "Set up...")
        self.end.setVisible(bool(words))

    def empty(self) -> None:
        """Nothing of the service is left on the page."""
        self.fill((), "", may_close=False, may_export=False)
        self.show_export("")

    def take_focus(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer(self) -> None:
        """What can be done with the line that is chosen, and what was noted of it."""
        line = self.chosen
        closed = line.closed if line else None
        self.dock.offer(self.close_month, offered=self._may_close and line is not None)
        self.dock.offer(self.note, offered=self._may_close and closed is not None)
        self.dock.offer(self.pack, offered=self._may_export and closed is not None)
        for button in (self.change, self.end):
            button.setEnabled(self._may_export)
        if line is not None:
            self.close_month.setText(close_words(line.month, again=is_closed(self.model.rows, line.month)))
        self._show_noted(line)

    def _show_noted(self, line: MonthLine | None) -> None:
        emptied(self._notes)
        if line is None:
            return
        if line.closed is None:
            said: tuple[str, ...] = (f"{NOT_CLOSED}.",)
        else:
            done = tuple(f"• {todo_words(each)}" for each in line.closed.actions)
            said = (closed_words(line.closed, line.name), line.closed.note or ("" if done else NOTHING_NOTED), *done)
        for place, words in enumerate(filter(None, said)):
            self._notes.addWidget(Text(words, "dense" if not place else "cell", "" if place else "text-2", wrap=True))

    def fit(self) -> None:
        narrow, theme, way = is_narrow(self), theme_in_use(), QBoxLayout.Direction
        self._columns.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        self._side.setMinimumWidth(0 if narrow else theme.px(SIDE))
        self._side.setMaximumWidth(16_777_215 if narrow else theme.px(SIDE))
        self.table.setMinimumHeight(theme.px(LEAST) if narrow else 0)
        policy = Qt.ScrollBarPolicy
        self._area.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if narrow else policy.ScrollBarAlwaysOff)

    def _lay_out(self) -> None:
        whole = stack(self, gap=0)
        whole.addWidget(self.header)
        inner, self._side, notes = QWidget(), QWidget(), QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._columns.setContentsMargins(20, 2, 20, 14)
        self._columns.setSpacing(12)
        self._columns.addWidget(self.list, 1)
        self._columns.addWidget(self._side)
        side = stack(self._side, gap=12)
        self._notes = stack(notes, gap=6)
        self.noted.body.addWidget(notes)
        self.noted.body.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.change)
        row.addWidget(self.end)
        row.addStretch(1)
        self.export.body.addWidget(self.exported)
        self.export.body.addLayout(row)
        side.addWidget(self.noted, 1)
        side.addWidget(self.export)
        self.state = StateCard(inner)
        self._area = scrolling(self.state)
        whole.addWidget(self._area, 1)
        whole.addWidget(self.dock)


def _is_same(line: MonthLine, other: MonthLine) -> bool:
    return (line.month, line.closed and line.closed.id) == (other.month, other.closed and other.closed.id)
