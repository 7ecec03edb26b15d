"""The look and the keys of every table. Rows come from a model; SQL sorts and filters them."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QFont, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.theme import tabular_figures, theme_in_use
from ui.widgets.text import plain_tip

ROW, HEADER = 33, 29
Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class RowsModel(QAbstractTableModel, Generic[Row]):
    """A short table held whole: the words of each row by column, and what a screen reader says of the first."""

    def __init__(
        self,
        headers: Sequence[str],
        words: Callable[[Row], Sequence[str]],
        spoken: Callable[[Row], str],
        parent: QWidget,
        tone: Callable[[Row], str] = lambda row: "",
    ) -> None:
        """`tone` is the text token of a row that stands out."""
        super().__init__(parent)
        self.rows: Sequence[Row] = ()
        self._headers, self._words, self._spoken, self._tone = tuple(headers), words, spoken, tone

    def fill(self, rows: Sequence[Row], headers: Sequence[str] | None = None) -> None:
        """Other rows; with `headers`, under other columns."""
        self.beginResetModel()
        self.rows = tuple(rows)
        if headers is not None:
            self._headers = tuple(headers)
        self.endResetModel()

    def add(self, rows: Sequence[Row]) -> None:
        """More rows below."""
        if rows:
            self.beginInsertRows(_NOWHERE, len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows = (*self.rows, *rows)
            self.endInsertRows()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        across = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._headers[section] if across else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | QBrush | None:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.ForegroundRole and (tone := self._tone(row)):
            return QBrush(theme_in_use().colour(tone))
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return self._spoken(row)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(row)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._words(row)[index.column()])
        return None


class TableView(QTableView):
    """Whole rows of one height, one selected. Enter or a double click opens; a header click asks for an order."""

    opened = Signal(int)
    """The row to open."""

    sort_wanted = Signal(int, bool)
    """A column, and whether it is to go downwards."""

    def __init__(
        self, name: str, *, row_height: int = ROW, header_height: int = HEADER, parent: QWidget | None = None
    ) -> None:
        """`name` is what a screen reader calls the table."""
        super().__init__(parent)
        rows, columns = QHeaderView(Qt.Orientation.Vertical), QHeaderView(Qt.Orientation.Horizontal)
        # Grounds that Python made: to know Qt's own, PySide reads every class of QtWidgets.
        for scrolling, role in (
            (self, QPalette.ColorRole.Base),
            (rows, QPalette.ColorRole.Button),
            (columns, QPalette.ColorRole.Button),
        ):
            ground = QWidget()
            ground.setBackgroundRole(role)
            scrolling.setViewport(ground)
        self.setVerticalHeader(rows)
        self.setHorizontalHeader(columns)
        self.setAccessibleName(name)
        self.hovered = -1
        self._row_height, self._header_height = row_height, header_height
        self.setFont(tabular_figures(QFont()))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._size()
        columns.setHighlightSections(False)
        columns.setSectionsMovable(True)
        columns.setStretchLastSection(True)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setSortIndicatorShown(False)
        columns.setSectionsClickable(True)
        columns.sectionClicked.connect(self._sort_by)
        self._sorted: tuple[int, bool] | None = None
        self.setItemDelegate(RowDelegate(self))
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def show_order(self, column: int, *, down: bool) -> None:
        """Mark the column the rows are sorted by."""
        self._sorted = (column, down)
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicatorShown(True)
        self.horizontalHeader().setSortIndicator(column, order)

    def setModel(self, model: QAbstractItemModel | None) -> None:
        super().setModel(model)
        self.hovered = -1

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_row_height"):
            self._size()

    def _size(self) -> None:
        theme = theme_in_use()
        self.verticalHeader().setMinimumSectionSize(20)
        self.verticalHeader().setDefaultSectionSize(theme.px(self._row_height))
        self.horizontalHeader().setFixedHeight(theme.px(self._header_height))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            self.hovered = row
            self.viewport().update()

    def _sort_by(self, column: int) -> None:
        down = self._sorted == (column, False)
        self.show_order(column, down=down)
        self.sort_wanted.emit(column, down)


class RowDelegate(QStyledItemDelegate):
    """Hovers whole rows and draws no focus rectangle around one cell. Other cell painters start from it."""

    def __init__(self, table: TableView) -> None:
        super().__init__(table)
        self._table = table

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        flags = QStyle.StateFlag
        state = option.state & ~flags.State_HasFocus & ~flags.State_MouseOver
        option.state = state | flags.State_MouseOver if index.row() == self._table.hovered else state

    def ground(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        *,
        with_keyboard: bool = False,
    ) -> QRect:
        """Fill a cell as its row stands, and answer the room inside it.

        `with_keyboard`: a row is shown as chosen only while its table has the keyboard.
        """
        theme, rect = theme_in_use(), QRect(option.rect)
        # Of the style's option only this is asked: filling in the rest reads each cell seven times over.
        chosen = bool(option.state & QStyle.StateFlag.State_Selected) and (not with_keyboard or self._table.hasFocus())
        hovered = index.row() == self._table.hovered
        painter.fillRect(rect, theme.colour("selected" if chosen else "surface-2" if hovered else "surface"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        return rect.adjusted(10, 0, -4, -1)
