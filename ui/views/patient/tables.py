"""The tables of a person's record: rows of words, every cell in its own weight and ink, and the row that is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStyleOptionViewItem, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.views.row_paint import draw_figures
from ui.widgets.bars import Dock, Tabs
from ui.widgets.cards import Card
from ui.widgets.tables import RowDelegate, RowsModel, TableView
from ui.widgets.text import chip_size, paint_chip

Index = QModelIndex | QPersistentModelIndex
Row = TypeVar("Row")
CHIP_ICON = "hard-drive"
"""Of what is on this laptop alone."""

SIDE = 20
"""Margin of a page at its sides."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How one cell is written."""

    tone: str = "text-2"
    weight: int = 400
    icon: str = ""
    chip: str = ""
    """A state of the row, at the end of the cell."""


def titled(*, struck: bool, icon: str, chip: str = "") -> Ink:
    """What a row is called: bold, but not once it was entered in error."""
    return Ink("text-2", 400, icon, chip) if struck else Ink("text", 600, icon, chip)


class LinesTable(TableView, Generic[Row]):
    """A table whose columns share its width; the narrowest it gets, it scrolls sideways within itself."""

    chosen_changed = Signal()

    def __init__(
        self,
        name: str,
        columns: Sequence[tuple[str, int]],
        words: Callable[[Row], Sequence[str]],
        spoken: Callable[[Row], str],
        ink: Callable[[Row, int], Ink],
        key: Callable[[Row], object] = lambda row: row,
    ) -> None:
        """`columns` are heading and width; `ink` says how a cell is written; `key` tells a row from the others."""
        super().__init__(name)
        self._widths = tuple(width for _, width in columns)
        self._key = key
        self.model_: RowsModel[Row] = RowsModel([heading for heading, _ in columns], words, spoken, self)
        self.setModel(self.model_)
        self.setItemDelegate(_LineDelegate(self.model_, ink, self))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.horizontalHeader().setMinimumSectionSize(40)
        self.horizontalHeader().setSectionsClickable(False)
        self.selectionModel().currentRowChanged.connect(lambda _now, _was: self.chosen_changed.emit())

    def fill(self, rows: Sequence[Row]) -> None:
        """Show rows; the one that was chosen stays so where it is still there, else the first is."""
        before = self.chosen()
        self.model_.fill(rows)
        wanted = None if before is None else self._key(before)
        if rows:
            self.selectRow(next((place for place, row in enumerate(rows) if self._key(row) == wanted), 0))
        self.chosen_changed.emit()

    def chosen(self) -> Row | None:
        place = self.currentIndex().row()
        rows = self.model_.rows
        return rows[place] if 0 <= place < len(rows) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme = theme_in_use()
        wanted = [theme.px(width) for width in self._widths]
        part = max(1.0, self.viewport().width() / sum(wanted))
        for column, width in enumerate(wanted[:-1]):
            self.setColumnWidth(column, int(width * part))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters are the page's: the table does not search by them."""
        if not event.modifiers() and Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z:
            event.ignore()
        else:
            super().keyPressEvent(event)


class _LineDelegate(RowDelegate, Generic[Row]):
    """Draws one cell: its ground, perhaps an icon, and its words on one line."""

    def __init__(self, model: RowsModel[Row], ink: Callable[[Row, int], Ink], table: TableView) -> None:
        super().__init__(table)
        self._model, self._ink = model, ink

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = theme_in_use()
        ink = self._ink(self._model.rows[index.row()], index.column())
        rect = self.ground(painter, option, index)
        if ink.icon:
            side = theme.px(15)
            drawn = theme.pixmap(ink.icon, "link", side, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPoint(rect.left(), rect.center().y() - side // 2), drawn)
            rect = rect.adjusted(side + 8, 0, 0, 0)
        if ink.chip:
            pill = QRect(QPoint(), chip_size(ink.chip, CHIP_ICON))
            pill.moveCenter(rect.center())
            pill.moveRight(rect.right() - 6)
            paint_chip(painter, QRectF(pill), ink.chip, "neutral", CHIP_ICON)
            rect.setRight(pill.left() - 8)
        words = str(index.data(Qt.ItemDataRole.DisplayRole) or "").replace("\n", " ")
        draw_figures(painter, rect, words, weight=ink.weight, ink=ink.tone)


def in_card(inside: QWidget) -> Card:
    """A table that fills its card to the edges."""
    card = Card()
    card.body.setContentsMargins(0, 0, 0, 0)
    card.body.addWidget(inside)
    return card


def lay_out(
    part: QWidget, middle: QWidget, *, lists: Tabs | None = None, dock: Dock | None = None, bare: bool = False
) -> None:
    """A part of the record: perhaps tabs on top, what is looked at, perhaps a dock. `bare`: no margins of its own."""
    whole = QVBoxLayout(part)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(0)
    if lists is not None:
        head = QHBoxLayout()
        head.setContentsMargins(SIDE, 4, SIDE, 0)
        head.addWidget(lists)
        head.addStretch(1)
        whole.addLayout(head)
    box = QVBoxLayout()
    box.setContentsMargins(*((0, 0, 0, 0) if bare else (SIDE, 8, SIDE, 8)))
    box.addWidget(middle)
    whole.addLayout(box, 1)
    if dock is not None:
        whole.addWidget(dock)
