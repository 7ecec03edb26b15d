"""The figures of a report, a row each: words that wrap, a large number, and what it means."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from smf_desktop.presenters.reports.rows import FigureRow
from ui.theme import Theme, tabular_figures, theme_in_use
from ui.widgets.tables import RowDelegate, TableView
from ui.widgets.text import chip_size, paint_chip, unbroken

COLUMNS = ("Measure", "Figure", "Counted from", "95% CI", "Baseline", "Change", "What it means")
MEASURE, FIGURE, COUNTED, INTERVAL, BASELINE, CHANGE, MEANS = range(7)
SHARES = (160, 110, 106, 128, 94, 122, 226)
"""How the columns share the width, in pixels at 100 %."""

NARROW_SHARES = (144, 92, 98, 104, 0, 100, 0)
"""Where there is little room: the rest is one key away."""

SIDE, ABOVE, INDENT = 10, 7, 14
MEANS_LINES = 5
ESTIMATE = "Estimate"
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_WRAP = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignTop.value


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a cell in one font and one colour."""

    words: str
    font: QFont
    tone: str


class FiguresModel(QAbstractTableModel):
    """The rows; what a screen reader hears of the first column is the whole row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: tuple[FigureRow, ...] = ()

    def fill(self, rows: Sequence[FigureRow]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        across = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return COLUMNS[section] if across else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == MEASURE:
            return row.spoken
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(piece.words for piece in pieces(row, index.column(), theme_in_use()))
        return None


def pieces(row: FigureRow, column: int, theme: Theme) -> list[Piece]:
    """What a cell says, piece under piece; a large number has its unit beside it."""
    said, cell, dense = row.said, theme.font("cell", tabular=True), theme.font("dense", tabular=True)
    match column:
        case 0:
            found = [Piece(row.measure, theme.font("cell", 400 if row.under else 600), "text")]
        case 1 if row.reason and not said.value:
            found = [Piece(row.reason, dense, "text-2")]
        case 1:
            large = theme.font("section" if row.under else "name", 700, tabular=True)
            found = [Piece(said.value, large, "text"), Piece(said.unit, dense, "text-2")]
        case 2:
            found = [Piece(said.counted, cell, "text")]
        case 3:
            found = [Piece(said.interval, cell, "text")]
        case 4:
            found = [Piece(said.baseline, cell, "text-2")]
        case 5:
            strong = theme.font("cell", 600, tabular=True)
            found = [Piece(said.change, strong, "link" if said.change_interval else "text")]
            found.append(Piece(said.change_interval, dense, "text-2"))
        case _:
            found = [Piece(" ".join((row.means, *map(_ended, row.beside))).strip(), dense, "text-2")]
    return [piece for piece in found if piece.words]


def _ended(words: str) -> str:
    return words if words.endswith(".") else f"{words}."


class FiguresTable(TableView):
    """Up and Down move, Enter says how the figure was counted. As high as its rows where the page scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Figures", parent=parent)
        self.model_ = FiguresModel(self)
        self.setModel(self.model_)
        self.setItemDelegate(_Cells(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setSectionsMovable(False)
        self._narrow = False
        self._fitted: tuple[tuple[FigureRow, ...], int, bool, Theme] | None = None
        """What the columns and heights were last reckoned for: every word is measured for them."""

    @property
    def rows(self) -> tuple[FigureRow, ...]:
        return self.model_.rows

    @property
    def chosen(self) -> FigureRow | None:
        place = self.currentIndex().row()
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def show_rows(self, rows: Sequence[FigureRow]) -> None:
        """The row that was chosen stays chosen where it is still there."""
        if tuple(rows) == self.rows:
            return
        key, top = self.chosen.key if self.chosen else "", self.verticalScrollBar().value()
        self.clearSpans()
        self.model_.fill(rows)
        for place, row in enumerate(rows):
            if row.reason and not row.said.value:
                self.setSpan(place, FIGURE, 1, MEANS - FIGURE)
        self.fit()
        self.selectRow(next((place for place, row in enumerate(rows) if row.key == key), 0))
        self.verticalScrollBar().setValue(top)

    def set_narrow(self, narrow: bool) -> None:
        """`narrow`: fewer columns, and as high as its rows, as the whole page scrolls."""
        self._narrow = narrow
        for column in (BASELINE, MEANS):
            self.setColumnHidden(column, narrow)
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if narrow else policy.ScrollBarAsNeeded)
        self.fit()

    def fit(self) -> None:
        """The columns share the width; every row is as high as its words need."""
        theme, room = theme_in_use(), self.viewport().width()
        before, self._fitted = self._fitted, (self.rows, room, self._narrow, theme)
        if before and before[0] is self.rows and before[1:] == self._fitted[1:]:
            return
        shares = NARROW_SHARES if self._narrow else SHARES
        whole = sum(shares)
        for column, share in enumerate(shares):
            if share:
                self.setColumnWidth(column, room * share // whole)
        for place, row in enumerate(self.rows):
            self.setRowHeight(place, self._row_high(row, theme))
        high = self.horizontalHeader().height() + sum(self.rowHeight(place) for place in range(len(self.rows))) + 2
        self.setMinimumHeight(high if self._narrow else theme.px(150))
        self.setMaximumHeight(high if self._narrow else 16_777_215)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_fitted"):
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def _row_high(self, row: FigureRow, theme: Theme) -> int:
        spans = bool(row.reason and not row.said.value)
        highest = 0
        for column in range(len(COLUMNS)):
            if self.isColumnHidden(column) or (spans and FIGURE < column < MEANS):
                continue
            wide = self.columnWidth(column)
            if spans and column == FIGURE:
                wide = sum(self.columnWidth(each) for each in range(FIGURE, MEANS) if not self.isColumnHidden(each))
            wide -= SIDE + 4 + (INDENT if column == MEASURE and row.under else 0)
            highest = max(highest, sum(rect.height() for _, rect in laid(row, column, QRect(0, 0, wide, 0), theme)))
        if row.estimate:
            highest = max(highest, self._measure_high(row, theme) + chip_size(ESTIMATE).height() + 3)
        return max(theme.px(29), highest + 2 * ABOVE)

    def _measure_high(self, row: FigureRow, theme: Theme) -> int:
        wide = self.columnWidth(MEASURE) - SIDE - 4 - (INDENT if row.under else 0)
        return sum(rect.height() for _, rect in laid(row, MEASURE, QRect(0, 0, wide, 0), theme))


def laid(row: FigureRow, column: int, room: QRect, theme: Theme) -> list[tuple[Piece, QRect]]:
    """Each piece of a cell with where it stands, from the top of the room down; a unit beside its number if it fits."""
    found: list[tuple[Piece, QRect]] = []
    top = room.top()
    for piece in pieces(row, column, theme):
        metrics = QFontMetrics(piece.font)
        if column == FIGURE and found and (beside := _beside(found[-1], metrics, piece, room)) is not None:
            found.append((piece, beside))
            continue
        words = unbroken(piece.words)
        high = metrics.boundingRect(QRect(0, 0, max(20, room.width()), 10_000), _WRAP, words).height()
        if column == MEANS:
            high = min(high, MEANS_LINES * metrics.lineSpacing())
        found.append((piece, QRect(room.left(), top, room.width(), high)))
        top += high
    return found


def _beside(before: tuple[Piece, QRect], metrics: QFontMetrics, piece: Piece, room: QRect) -> QRect | None:
    number, rect = before
    large = QFontMetrics(number.font)
    left = rect.left() + large.horizontalAdvance(number.words) + 7
    if left + metrics.horizontalAdvance(piece.words) > room.right() + 1:
        return None
    # On the line the number stands on; it adds no height of its own.
    return QRect(left, rect.top() + large.ascent() - metrics.ascent(), room.right() - left + 1, 0)


class _Cells(RowDelegate):
    """Draws the pieces; rows under another one stand on a tint."""

    def __init__(self, table: FiguresTable) -> None:
        super().__init__(table)
        self._figures = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, self._figures.rowHeight(index.row()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, row, column = theme_in_use(), self._figures.rows[index.row()], index.column()
        painter.save()
        inner = self.ground(painter, option, index, with_keyboard=True)
        plain = index.row() != self._table.hovered and not (
            self._table.hasFocus() and index.row() == self._table.currentIndex().row()
        )
        if row.under and plain:
            painter.fillRect(QRect(option.rect).adjusted(0, 0, 0, -1), theme.colour("surface-2"))
        indent = INDENT if column == MEASURE and row.under else 0
        room = inner.adjusted(indent, ABOVE, 0, -ABOVE)
        bottom = room.top()
        for piece, rect in laid(row, column, room, theme):
            painter.setFont(piece.font)
            painter.setPen(theme.colour(piece.tone))
            high = rect.height() or QFontMetrics(piece.font).height()
            words = unbroken(piece.words)
            if column == MEANS:
                words = _cut(words, piece.font, rect.width())
            left = rect.left()
            if column == CHANGE and piece.words == row.said.change and row.said.change_interval:
                left = self._arrow(painter, rect, high, row, theme)
            painter.drawText(QRect(left, rect.top(), rect.right() - left + 1, high), _WRAP, words)
            bottom = max(bottom, rect.bottom())
        if column == MEASURE and row.estimate:
            size = chip_size(ESTIMATE)
            paint_chip(painter, QRectF(room.left(), bottom + 4, size.width(), size.height()), ESTIMATE, "warn")
        painter.restore()

    def _arrow(self, painter: QPainter, rect: QRect, high: int, row: FigureRow, theme: Theme) -> int:
        """Which way it went, before the number. Answers where the number begins."""
        side = theme.px(15)
        name = "trending-down" if row.said.change.startswith("−") else "trending-up"
        drawn = theme.pixmap(name, "link", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.left(), rect.top() + (high - side) // 2, drawn)
        return rect.left() + side + 5


def _cut(words: str, font: QFont, wide: int) -> str:
    """As many words as the lines hold; what is cut off is one key away."""
    metrics = QFontMetrics(tabular_figures(font))
    most = MEANS_LINES * metrics.lineSpacing()

    def high(said: str) -> int:
        return metrics.boundingRect(QRect(0, 0, wide, 10_000), _WRAP, said).height()

    if high(words) <= most:
        return words
    parts = words.split(" ")
    least, over = 0, len(parts)
    while over - least > 1:
        middle = (least + over) // 2
        if high(" ".join(parts[:middle]) + " …") <= most:
            least = middle
        else:
            over = middle
    return " ".join(parts[:least]) + " …"
