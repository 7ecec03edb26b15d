"""The data quality page: what was looked at, and what is to be mended, nurse by nurse."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from smf_desktop.presenters.service.quality import FaultCount, MendRow
from ui.views.parts import SideBySide, scrolling, stack
from ui.views.service.mend import MEND, RECORD, MendTable, bring_up, least_height
from ui.views.side_list import ListView
from ui.views.team.lists import RowsTable
from ui.widgets.bars import Dock, PageHeader, is_narrow
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.drops import Drops
from ui.widgets.states import StateCard

COUNTED = (("Looked for", 200), ("At fault", 170))
FILTERS = (("fault", "To mend"), ("nurse", "Nurse"))
ALONE = "Enter shows them alone"
LEAST = 240
"""Pixels of height of each table where the whole page scrolls."""


class QualityView(ListView):
    """First focus is the list; Enter mends the row. Enter on a count narrows the list to it."""

    filtered = Signal(str, str)
    """A filter by its name, and the code that was chosen."""

    mend_wanted = Signal(object)
    record_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader("Data quality")
        self.filters = Drops(FILTERS)
        self.filters.chosen.connect(self.filtered)
        self.header.mark(self.filters)
        self.counts: RowsTable[FaultCount] = RowsTable(
            "What was looked at", COUNTED, lambda row: (row.label, row.words), lambda row: f"{row.label}: {row.words}"
        )
        self.table = MendTable(with_nurse=True)
        self.table.mend_wanted.connect(self.mend_wanted)
        self.table.record_wanted.connect(self.record_wanted)
        self.list_state = StateCard(self.table)
        self.list_state.filters_cleared.connect(lambda: self.filtered.emit("", ""))
        self.record = Button(RECORD, shortcut="O")
        self.mend = Button(MEND, "primary", shortcut="Enter")
        self.dock = Dock((self.record, self.mend))
        self._counted: Sequence[FaultCount] = ()
        self._lay_out()
        self.counts.chosen.connect(lambda place: self.filtered.emit("fault", self._counted[place].fault.value))
        self.record.clicked.connect(self.table.ask_record)
        self.mend.clicked.connect(self.table.ask_mend)

    def take_focus(self) -> None:
        inside = self.table if self.table.rows else self.counts
        inside.setFocus(Qt.FocusReason.OtherFocusReason)
        self._bring_up()

    def go_on(self, by: int) -> None:
        """To the next row, or the one before."""
        self.table.go_on(by)
        self._bring_up()

    def offer_filters(self, *, on: bool) -> None:
        """Whether there is a list to narrow."""
        self.filters.setVisible(on)
        self.looked.set_note(ALONE if on else "")

    def show_counts(self, counts: Sequence[FaultCount]) -> None:
        self._counted = tuple(counts)
        self.counts.fill(self._counted)

    def show_rows(self, rows: Sequence[MendRow], many: int) -> None:
        """The rows of the list; `many` are on it in all."""
        self.list_state.show_content()
        self._show_list(rows, many)
        self.card.set_note(f"the first {len(rows):,} are here" if len(rows) < many else "")

    def show_nothing(self, icon: str, true: str, fills: str = "", *, filters: bool = False) -> None:
        """Nothing is on the list: why, or that the filters leave nothing."""
        had_focus = self.focusWidget() is self.table
        self._show_list((), 0)
        self.card.set_note("")
        if filters:
            self.list_state.show_no_match(fills, true)
        else:
            self.list_state.show_empty(icon, true, fills)
        if had_focus:
            self.counts.setFocus(Qt.FocusReason.OtherFocusReason)

    def empty(self) -> None:
        """Nobody's data is left in any widget."""
        self.list_state.show_content()
        self._show_list((), 0)
        self.show_counts(())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = is_narrow(self)
        self._line.stand(narrow=narrow)
        for table in (self.counts, self.table):
            table.setMinimumHeight(least_height(self, LEAST) if narrow else 0)

    def _show_list(self, rows: Sequence[MendRow], many: int) -> None:
        self.table.fill(rows)
        self.card.set_count(many or None)
        for button in (self.record, self.mend):
            self.dock.offer(button, offered=bool(rows))

    def _bring_up(self) -> None:
        """The table with the keyboard comes into sight, and stays in it as heights change."""
        for table in (self.counts, self.table):
            if table.hasFocus():
                bring_up(self._area, table)

    def _lay_out(self) -> None:
        self.looked = Card("What was looked at", note=ALONE)
        self.card = Card("To mend", count=0)
        for card, inside in ((self.looked, self.counts), (self.card, self.list_state)):
            card.body.setContentsMargins(0, 0, 0, 4)
            card.body.addWidget(inside, 1)
        self._line = SideBySide([(self.looked, 34), (self.card, 66)], gap=12)
        inner = QWidget()
        self._area = scrolling(inner)
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 2, 20, 14)
        column.addWidget(self._line)
        bar = self._area.verticalScrollBar()
        bar.rangeChanged.connect(lambda *_: QTimer.singleShot(0, self, self._bring_up))
        self.state = StateCard(self._area)
        whole = stack(self, gap=0)
        whole.addWidget(self.header)
        whole.addWidget(self.state, 1)
        whole.addWidget(self.dock)
