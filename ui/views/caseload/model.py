"""The people of a list, a page at a time, with the words of each cell."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.caseload.page import CaseloadLine
from smf_desktop.presenters.caseload.views import HEADINGS, USUAL, Column
from ui.widgets.text import plain_tip

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class PeopleModel(QAbstractTableModel):
    """Rows as they arrive; the view asks for the next page by scrolling to the end."""

    more_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[CaseloadLine] = []
        self.columns: tuple[Column, ...] = USUAL
        self.sorted_by: tuple[Column | None, bool] = (None, False)
        self._more, self._asked = False, -1

    def fill(self, lines: Sequence[CaseloadLine], *, more: bool) -> None:
        self.beginResetModel()
        self.lines, self._more, self._asked = list(lines), more, -1
        self.endResetModel()

    def add(self, lines: Sequence[CaseloadLine], offset: int, *, more: bool) -> None:
        if offset != len(self.lines) or not lines:
            return
        self.beginInsertRows(QModelIndex(), offset, offset + len(lines) - 1)
        self.lines += lines
        self._more = more
        self.endInsertRows()

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        self.beginResetModel()
        self.columns = columns
        self.endResetModel()

    def canFetchMore(self, parent: Index = _NOWHERE) -> bool:
        return not parent.isValid() and self._more and self._asked != len(self.lines)

    def fetchMore(self, parent: Index = _NOWHERE) -> None:
        if self.canFetchMore(parent):
            self._asked = len(self.lines)
            self.more_wanted.emit(len(self.lines))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        words = HEADINGS[self.columns[section]]
        if role == Qt.ItemDataRole.DisplayRole:
            return words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            by, down = self.sorted_by
            return f"{words}, sorted {'descending' if down else 'ascending'}" if by is self.columns[section] else words
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return line.spoken
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.words(self.columns[index.column()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(line.words(self.columns[index.column()]))
        return None
