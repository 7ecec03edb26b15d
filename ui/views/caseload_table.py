"""The people of a list in a table: pages as they are scrolled to, columns as they were chosen, cells drawn by hand."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QStyle, QStyleOptionViewItem, QWidget

from smf_desktop.presenters.caseload import CaseloadLine, SkillLine
from smf_desktop.presenters.caseload_views import HEADINGS, SORTED_BY, USUAL, Column, Sort, with_person
from ui.keys import is_quiet_letter
from ui.theme import theme_in_use
from ui.widgets.tables import RowDelegate, TableView
from ui.widgets.text import ChipKind, announce, paint_chip, plain_tip
from ui.widgets.tracks import paint_track, paint_visits

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

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


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
        self.setItemDelegate(_PersonDelegate(self))
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


class CellDelegate(RowDelegate):
    """Draws the ground of a row and its words; others draw their own marks on it."""

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> QRect:
        """Fill the cell and answer the room inside it."""
        theme = theme_in_use()
        rect = QRect(option.rect)
        # Of the style's option only this is asked: filling in the rest reads each cell seven times over.
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = index.row() == self._table.hovered
        painter.fillRect(rect, theme.colour("selected" if chosen else "surface-2" if hovered else "surface"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        return rect.adjusted(10, 0, -4, -1)

    def words(
        self, painter: QPainter, rect: QRect, words: str, *, weight: int = 400, ink: str = "text", tabular: bool = True
    ) -> None:
        theme = theme_in_use()
        font = theme.font("cell", weight, tabular=tabular)
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def chips(self, painter: QPainter, rect: QRect, chips: Sequence[tuple[str, ChipKind, str]]) -> None:
        """As many (words, kind, icon) as there is room for; the rest as "+2"."""
        theme = theme_in_use()
        metrics = QFontMetrics(theme.font("caption", 500))
        x = rect.left()
        for place, (words, kind, icon) in enumerate(chips):
            wide = metrics.horizontalAdvance(words) + 22 + (theme.px(14) + 5 if icon else 0)
            left = len(chips) - place
            if x + wide + (theme.px(24) if left > 1 else 0) > rect.right() and place:
                more = QRect(x + 2, rect.top(), rect.right() - x, rect.height())
                self.words(painter, more, f"+{left}", ink="text-2")
                return
            box = QRectF(x, rect.center().y() - theme.px(11) + 1, min(wide, rect.right() - x), theme.px(22))
            paint_chip(painter, box, words, kind, icon)
            x += wide + 5


class _PersonDelegate(CellDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, PeopleModel):
            return
        line, rect = model.lines[index.row()], self.ground(painter, option, index)
        match model.columns[index.column()]:
            case Column.PERSON:
                self.words(painter, rect, line.name, weight=600, tabular=False)
            case Column.SKILLS:
                self._skills(painter, rect, line.skills, visits=False)
            case Column.VISITS:
                self._skills(painter, rect, line.skills, visits=True)
            case Column.FLAGS:
                self.chips(painter, rect, [(flag.words, flag.kind, flag.icon) for flag in line.flags])
            case Column.LAST:
                self.words(painter, rect, line.last, ink="text-2" if line.last == "None yet" else "text")
            case Column.NEXT:
                weight, ink = (700, "danger") if line.overdue else (400, "text")
                self.words(painter, rect, line.next, weight=weight, ink="text-2" if not line.booking else ink)
            case column:
                self.words(painter, rect, line.words(column), tabular=column is Column.NUMBER)

    def _skills(self, painter: QPainter, rect: QRect, skills: Sequence[SkillLine], *, visits: bool) -> None:
        shown = skills[:2]
        high = rect.height() // max(1, len(shown)) if len(shown) > 1 else rect.height()
        for place, skill in enumerate(shown):
            line = QRect(rect.left(), rect.top() + place * high, rect.width(), high)
            if visits:
                paint_visits(painter, QRectF(line), skill.visits, skill.expected)
            else:
                more = f" +{len(skills) - 2}" if len(skills) > 2 and place == 1 else ""
                self._steps(painter, line, skill, more)

    def _steps(self, painter: QPainter, line: QRect, skill: SkillLine, more: str) -> None:
        theme = theme_in_use()
        side = theme.px(15)
        drawn = theme.pixmap(skill.icon, "text-2", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPoint(line.left(), line.center().y() - side // 2), drawn)
        name = QRect(line.left() + side + 7, line.top(), theme.px(92), line.height())
        self.words(painter, name, skill.label)
        track = QRectF(name.right() + 2, line.center().y() - theme.px(3) + 1, theme.px(78), theme.px(6))
        done = skill.of > 0 and skill.done == skill.of
        paint_track(painter, track, skill.done / max(1, skill.of), "ok-fill" if done else "primary")
        count = QRect(int(track.right()) + 8, line.top(), line.right() - int(track.right()) - 8, line.height())
        self.words(painter, count, f"{skill.done}/{skill.of}{more}", weight=600 if done else 400)
