"""The people of a list in a table: pages as they are scrolled to, columns as they were chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy

from smf_desktop.presenters.caseload.page import CaseloadLine
from smf_desktop.presenters.caseload.views import HEADINGS, SORTED_BY, Column, Sort, with_person
from ui.keys import is_quiet_letter
from ui.theme import theme_in_use
from ui.views.caseload.cells import PersonDelegate
from ui.views.caseload.model import PeopleModel
from ui.widgets.tables import TableView
from ui.widgets.text import announce

ROW = 38
WIDTHS = {
    Column.PERSON: 226,
    Column.NUMBER: 112,
    Column.SKILLS: 262,
    Column.VISITS: 180,
    Column.FLAGS: 200,
    Column.LAST: 100,
    Column.NEXT: 148,
    Column.NURSE: 150,
    Column.REFERRED: 130,
    Column.CONFIDENCE: 96,
}


class PeopleTable(TableView):
    """Whole rows; several can be chosen with Shift or Ctrl. The letters and Space are commands while it has the focus.

    Alt+Up and Alt+Down order by the column the cursor is in; Left and Right move it.
    """

    key_pressed = Signal(int)
    """B, or Space."""

    columns_moved = Signal(tuple)
    """The columns in their new order, after one was dragged."""

    menu_wanted = Signal(QPoint)
    """Where on the screen."""

    def __init__(self) -> None:
        super().__init__("People", row_height=ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda at: self.menu_wanted.emit(self.viewport().mapToGlobal(at)))
        self.horizontalHeader().setMinimumSectionSize(40)
        self.model_ = PeopleModel(self)
        self.setModel(self.model_)
        self.setItemDelegate(PersonDelegate(self))
        self.horizontalHeader().sectionMoved.connect(lambda *_: QTimer.singleShot(0, self._dragged))
        self._settling = False

    @property
    def lines(self) -> Sequence[CaseloadLine]:
        return self.model_.lines

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.model_.columns

    def chosen(self) -> CaseloadLine | None:
        place = self.currentIndex().row()
        return self.lines[place] if 0 <= place < len(self.lines) else None

    def all_chosen(self) -> tuple[CaseloadLine, ...]:
        """Every row that is chosen, from the top."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.lines[place] for place in places if place < len(self.lines))

    def fill(self, lines: Sequence[CaseloadLine], *, more: bool) -> None:
        """Show the first page; whoever was chosen stays chosen where they are still there."""
        was, column = self.chosen(), max(0, self.currentIndex().column())
        self.model_.fill(lines, more=more)
        place = next((at for at, line in enumerate(lines) if was is not None and line.patient == was.patient), 0)
        if lines:
            self.setCurrentIndex(self.model_.index(place, min(column, len(self.columns) - 1)))

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Other columns, or the same in another order."""
        if tuple(columns) != self.columns:
            self.model_.show_columns(with_person(columns))
            self._share()

    def show_sort(self, sort: Sort, *, down: bool) -> None:
        by = next((column for column, key in SORTED_BY.items() if key is sort), None)
        self.model_.sorted_by = (by, down)
        if by in self.columns:
            self.show_order(self.columns.index(by), down=down)
        else:
            self.horizontalHeader().setSortIndicatorShown(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns grow with the table; where it is too narrow for them it scrolls sideways."""
        super().resizeEvent(event)
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_quiet_letter(event):
            event.ignore()
            return
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not held and event.key() in (Qt.Key.Key_B, Qt.Key.Key_Space):
            self.key_pressed.emit(event.key())
        elif held == Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.order_by(self.currentIndex().column(), down=event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def order_by(self, column: int, *, down: bool) -> None:
        """Order by a column, where it can be ordered by."""
        if 0 <= column < len(self.columns) and self.columns[column] in SORTED_BY:
            self.show_order(column, down=down)
            self.sort_wanted.emit(column, down)
            announce(self, f"{HEADINGS[self.columns[column]]}, sorted {'descending' if down else 'ascending'}")

    def _share(self) -> None:
        theme = theme_in_use()
        wanted = [theme.px(WIDTHS[column]) for column in self.columns]
        part = max(1.0, self.viewport().width() / sum(wanted))
        for column, width in enumerate(wanted[:-1]):
            self.setColumnWidth(column, int(width * part))

    def _dragged(self) -> None:
        """Take the order of the header over into the model, and put the header back."""
        if self._settling:
            return
        header = self.horizontalHeader()
        order = sorted(range(len(self.columns)), key=header.visualIndex)
        moved = with_person(self.columns[each] for each in order)
        self._settling = True
        for logical in range(len(self.columns)):
            header.moveSection(header.visualIndex(logical), logical)
        self._settling = False
        if moved != self.columns:
            self.columns_moved.emit(moved)
