"""Steps by visits: what was seen of each step at each visit, in the colours of the rating."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from ui.theme import theme_in_use
from ui.widgets.rating import paint_square
from ui.widgets.tables import TableView

ROW, HEADER, CELL = 23, 24, 33

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
        super().__init__(name, row_height=ROW, header_height=HEADER, parent=parent)
        self._model = _Matrix(self)
        self.setModel(self._model)
        self._cells = _Cells()
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

    def paintEvent(self, event: QPaintEvent) -> None:
        """All of it at once: a delegate would be asked for each of some hundred cells."""
        painter, ratio = QPainter(self.viewport()), self.devicePixelRatioF()
        chosen = {index.row() for index in self.selectionModel().selectedRows()}
        columns = [(self.columnViewportPosition(at), self.columnWidth(at)) for at in range(self._model.columnCount())]
        for place, row in enumerate(self._model.rows):
            top, height = self.rowViewportPosition(place), self.rowHeight(place)
            if not event.rect().intersects(QRect(0, top, self.viewport().width(), height)):
                continue
            fill = "selected" if place in chosen else "surface-2" if row.open else "surface"
            (left, width), *visits = columns
            _paint_step(painter, QRect(left, top, width, height), row, fill, ratio)
            for (left, width), key in zip(visits, row.keys, strict=True):
                painter.drawPixmap(left, top, self._cells.cell(key, fill, QSize(width, height), ratio))
        painter.end()

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


class _Cells:
    """Draws each kind of cell once and then lays it down: a long record has hundreds."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[str, str, int, int, float], QPixmap] = {}
        self._theme: object = None

    def cell(self, key: str, fill: str, size: QSize, ratio: float) -> QPixmap:
        theme = theme_in_use()
        if theme is not self._theme:
            self._theme = theme
            self._drawn.clear()
        kind = (key, fill, size.width(), size.height(), ratio)
        found = self._drawn.get(kind)
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
            self._drawn[kind] = found
        return found


def _paint_step(painter: QPainter, rect: QRect, row: MatrixRow, fill: str, ratio: float) -> None:
    theme = theme_in_use()
    painter.fillRect(rect, theme.colour(fill))
    painter.setPen(theme.colour("line"))
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    painter.setFont(theme.font("cell", tabular=True))
    painter.setPen(theme.colour("text-2"))
    number = QRect(rect.left() + 9, rect.top(), theme.px(16), rect.height())
    painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(row.number))
    font = theme.font("cell", 600 if row.open else 400)
    painter.setFont(font)
    painter.setPen(theme.colour("text"))
    shield = theme.px(14) + 7 if row.critical else 0
    words = QRect(number.right() + 7, rect.top(), rect.right() - number.right() - 9 - shield, rect.height())
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(row.words, Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
    if row.critical:
        after = words.left() + metrics.horizontalAdvance(shown) + 7
        drawn = theme.pixmap("shield-alert", "danger", theme.px(14), ratio)
        painter.drawPixmap(QPoint(after, rect.center().y() - theme.px(7)), drawn)
