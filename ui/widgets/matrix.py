"""Steps by visits: what was seen of each step at each visit, in the colours of the rating."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QWidget

from ui.theme import theme_in_use
from ui.widgets.rating import paint_square
from ui.widgets.tables import RowDelegate, TableView

ROW, CELL = 28, 33

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class MatrixVisit:
    """A column: "V5", "Visit 5, 12-Nov-2026", and whether it is the one to come."""

    label: str
    spoken: str
    to_come: bool = False


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A step: a rating key ("1" to "4", "0", "/" or "") and its words for every visit.

    `open` is a step not yet on own: it is bold.
    """

    number: int
    words: str
    keys: Sequence[str]
    spoken: Sequence[str]
    critical: bool = False
    open: bool = False


class StepMatrix(TableView):
    """A table a screen reader can walk: "Hold for 10 seconds, visit 5: 3, with prompts"."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, row_height=ROW, parent=parent)
        self._model = _Matrix(self)
        self.setModel(self._model)
        self.setItemDelegate(_MatrixDelegate(self))
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setSectionsMovable(False)
        self.horizontalHeader().setStretchLastSection(False)
        self.horizontalHeader().setMinimumSectionSize(20)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def show_rows(self, visits: Sequence[MatrixVisit], rows: Sequence[MatrixRow]) -> None:
        self._model.show_rows(visits, rows)
        theme, header = theme_in_use(), self.horizontalHeader()
        header.setSectionResizeMode(0, header.ResizeMode.Stretch)
        metrics = QFontMetrics(theme.font("caption", 600))
        for column, visit in enumerate(visits, 1):
            header.setSectionResizeMode(column, header.ResizeMode.Fixed)
            grown = metrics.horizontalAdvance(visit.label) - metrics.horizontalAdvance("V9")
            self.setColumnWidth(column, theme.px(CELL) + max(0, grown))

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        rows = self._model.rowCount()
        return QSize(theme.px(480), self.horizontalHeader().height() + rows * theme.px(ROW) + 2)


class _Matrix(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.visits: Sequence[MatrixVisit] = ()
        self.rows: Sequence[MatrixRow] = ()

    def show_rows(self, visits: Sequence[MatrixVisit], rows: Sequence[MatrixRow]) -> None:
        self.beginResetModel()
        self.visits, self.rows = tuple(visits), tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.visits) + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | Qt.AlignmentFlag | QColor | None:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return "Step" if section == 0 else self.visits[section - 1].label
        if role == Qt.ItemDataRole.AccessibleTextRole and section:
            return self.visits[section - 1].spoken
        if role == Qt.ItemDataRole.ForegroundRole and section and self.visits[section - 1].to_come:
            return theme_in_use().colour("link")
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return Qt.AlignmentFlag.AlignCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        row = self.rows[index.row()]
        if index.column() == 0:
            spoken = f"{row.number}, {row.words}{', critical' if row.critical else ''}"
            return {
                Qt.ItemDataRole.DisplayRole: row.words,
                Qt.ItemDataRole.ToolTipRole: row.words,
                Qt.ItemDataRole.AccessibleTextRole: spoken,
            }.get(Qt.ItemDataRole(role))
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.spoken[index.column() - 1]
        return row.keys[index.column() - 1] if role == Qt.ItemDataRole.DisplayRole else None


class _MatrixDelegate(RowDelegate):
    """Draws each kind of cell once and then lays it down: a long record has hundreds."""

    def __init__(self, table: TableView) -> None:
        super().__init__(table)
        self._cells: dict[tuple[str, str, int, int, float], QPixmap] = {}
        self._theme: object = None

    def _cell(self, key: str, fill: str, size: QSize, ratio: float) -> QPixmap:
        theme = theme_in_use()
        if theme is not self._theme:
            self._theme = theme
            self._cells.clear()
        kind = (key, fill, size.width(), size.height(), ratio)
        found = self._cells.get(kind)
        if found is None:
            found = QPixmap(size * ratio)
            found.setDevicePixelRatio(ratio)
            found.fill(theme.colour(fill))
            rect, side = QRect(QPoint(0, 0), size), theme.px(21)
            square = QRect(0, 0, side, side)
            square.moveCenter(rect.center())
            painter = QPainter(found)
            painter.setPen(theme.colour("line"))
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())
            paint_square(painter, QRectF(square), key)
            painter.end()
            self._cells[kind] = found
        return found

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, model = theme_in_use(), index.model()
        if not isinstance(model, _Matrix):
            return
        row = model.rows[index.row()]
        rect = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if index.column():
            ratio = painter.device().devicePixelRatioF()
            fill = "selected" if chosen else "surface-2" if row.open else "surface"
            painter.drawPixmap(rect.topLeft(), self._cell(row.keys[index.column() - 1], fill, rect.size(), ratio))
            return
        painter.fillRect(rect, theme.colour("selected" if chosen else "surface-2" if row.open else "surface"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setFont(theme.font("cell", tabular=True))
        painter.setPen(theme.colour("text-2"))
        number = QRect(rect.left() + 12, rect.top(), theme.px(16), rect.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(row.number))
        font = theme.font("cell", 600 if row.open else 400)
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        shield = theme.px(14) + 8 if row.critical else 0
        words = QRect(number.right() + 8, rect.top(), rect.right() - number.right() - 12 - shield, rect.height())
        shown = QFontMetrics(font).elidedText(row.words, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
        if row.critical:
            after = words.left() + QFontMetrics(font).horizontalAdvance(shown) + 7
            drawn = theme.pixmap("shield-alert", "danger", theme.px(14), painter.device().devicePixelRatioF())
            painter.drawPixmap(QPoint(after, rect.center().y() - theme.px(7)), drawn)
