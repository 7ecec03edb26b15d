"""The list of what is to be mended, a row each."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QMenu, QScrollArea, QWidget

from smf_desktop.presenters.service.quality import MendRow
from ui.keys import is_quiet_letter
from ui.views.parts import height
from ui.views.team.lists import RowsTable

MEND, RECORD = "Mend", "Open record"
NURSE = ("Nurse", 110)
COLUMNS = (("Person", 175), ("To mend", 185), ("Since", 100), ("How", 155))


class MendTable(RowsTable[MendRow]):
    """Enter mends the row, O opens the record. What was chosen stays chosen, and the next row where it is gone."""

    mend_wanted = Signal(object)
    """The `MendRow` that is to be mended."""

    record_wanted = Signal(object)
    """The `MendRow` whose record is to be opened."""

    def __init__(self, *, with_nurse: bool, parent: QWidget | None = None) -> None:
        super().__init__(
            "To mend",
            (NURSE, *COLUMNS) if with_nurse else COLUMNS,
            lambda row: (row.nurse, *_words(row)) if with_nurse else _words(row),
            lambda row: f"{row.nurse}. {row.spoken}" if with_nurse else row.spoken,
            parent,
        )
        self.opened.connect(lambda _place: self.ask_mend())

    @property
    def rows(self) -> Sequence[MendRow]:
        return self._model.rows

    @property
    def row(self) -> MendRow | None:
        """The one that is chosen."""
        place = self.currentIndex().row()
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def fill(self, rows: Sequence[MendRow]) -> None:
        before, place, top = self.row, self.currentIndex().row(), self.verticalScrollBar().value()
        self._model.fill(rows)
        self.fit()
        self.verticalScrollBar().setValue(top)
        again = next((at for at, row in enumerate(rows) if row == before), place)
        if rows:
            self.selectRow(max(0, min(again, len(rows) - 1)))

    def ask_mend(self) -> None:
        if self.row is not None:
            self.mend_wanted.emit(self.row)

    def ask_record(self) -> None:
        if self.row is not None:
            self.record_wanted.emit(self.row)

    def go_on(self, by: int) -> None:
        """To the next row, or the one before, round from the end."""
        if self.rows:
            self.selectRow((self.currentIndex().row() + by) % len(self.rows))
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if is_quiet_letter(event):
            event.ignore()
        elif plain and event.key() == Qt.Key.Key_O:
            self.ask_record()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Both things that can be asked of the row, with their keys (Shift+F10)."""
        if self.row is None:
            return
        menu = QMenu(self)
        menu.addAction(f"{MEND}\tEnter", self.ask_mend)
        menu.addAction(f"{RECORD}\tO", self.ask_record)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())


def least_height(page: QWidget, wanted: int) -> int:
    """So many pixels at 100 % for a table on a page that scrolls, or as many as are in sight at once."""
    return min(height(wanted), max(height(110), page.height() - height(150)))


def bring_up(area: QScrollArea, table: QWidget) -> None:
    """Scroll until a table is in sight as a whole: of itself, Qt looks for its current row alone."""
    if inside := area.widget():
        top = table.mapTo(inside, QPoint()).y()
        area.ensureVisible(0, top + table.height(), 0, 10)
        area.ensureVisible(0, top, 0, 10)


def _words(row: MendRow) -> tuple[str, ...]:
    return row.name, row.words, row.since, row.how
