"""The visits of a day as a table: keys and clicks say what is wanted of a row."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStyleOptionViewItem

from smf_desktop.presenters.today.facts import ACT_WORDS, Act
from smf_desktop.presenters.today.row import VisitRow
from ui.keys import is_quiet_letter
from ui.theme import theme_in_use
from ui.views.row_paint import draw_button, draw_words, draw_wrapped, lower, upper
from ui.widgets.buttons import ButtonKind
from ui.widgets.tables import RowDelegate, RowsModel, TableView
from ui.widgets.text import paint_chip

ROW = 45
KEYS = {
    Qt.Key.Key_M: Act.MOVE,
    Qt.Key.Key_N: Act.NOT_GONE_AHEAD,
    Qt.Key.Key_J: Act.CALL,
}
_KINDS: Mapping[Act, ButtonKind] = {Act.START: "primary", Act.CONTINUE: "secondary"}

Index = QModelIndex | QPersistentModelIndex

COLUMNS = ("Time", "Patient", "Teaching", "Visit", "Status", "")
WIDTHS = (58, 222, 170, 66, 174)
ACTION = 5


class VisitsTable(TableView):
    act_wanted = Signal(int)
    book_wanted = Signal()
    asked = Signal(object)
    """Another `Act` asked of the chosen row."""

    def __init__(self) -> None:
        super().__init__("Visits today", row_height=ROW)
        self._model = RowsModel(COLUMNS, _visit_words, lambda row: row.spoken, self)
        self.setModel(self._model)
        self.setItemDelegate(_VisitDelegate(self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionsMovable(False)
        header.setStretchLastSection(True)

    @property
    def rows(self) -> Sequence[VisitRow]:
        return self._model.rows

    def fill(self, rows: Sequence[VisitRow]) -> None:
        chosen = self.chosen()
        self._model.fill(rows)
        place = next((at for at, row in enumerate(rows) if chosen is not None and row.visit == chosen.visit), None)
        if place is None:
            self.choose_next()
        else:
            self.selectRow(place)
        self.updateGeometry()

    def chosen(self) -> VisitRow | None:
        place = self.currentIndex().row()
        return self._model.rows[place] if 0 <= place < len(self._model.rows) else None

    def choose_next(self) -> None:
        """Choose the next visit, else the first that is not signed."""
        rows = self._model.rows
        wanted = [at for at, row in enumerate(rows) if row.is_next]
        wanted += [at for at, row in enumerate(rows) if row.act is not Act.VIEW]
        if rows:
            self.selectRow((wanted or [0])[0])

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        return QSize(theme.px(560), theme.px(29) + len(self._model.rows) * theme.px(ROW) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme = theme_in_use()
        room = self.viewport().width() - theme.px(110)
        wanted = [theme.px(width) for width in WIDTHS]
        part = min(1.0, room / sum(wanted))
        for column, width in enumerate(wanted):
            self.setColumnWidth(column, round(width * part))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_quiet_letter(event):
            event.ignore()
            return
        plain = not event.modifiers()
        act = KEYS.get(Qt.Key(event.key())) if plain else None
        if plain and event.key() == Qt.Key.Key_B:
            self.book_wanted.emit()
        elif act is not None and (row := self.chosen()) is not None and act in offered(row):
            self.asked.emit(act)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Everything that can be asked of the row, with its key (Shift+F10)."""
        row = self.chosen()
        if row is None:
            return
        menu = QMenu(self)
        letters = {act: chr(key) for key, act in KEYS.items()}
        for act in offered(row):
            letter = f"\t{letters[act]}" if act in letters else ""
            menu.addAction(f"{ACT_WORDS[act]}{letter}").triggered.connect(partial(self.asked.emit, act))
        menu.addAction("Book next visit\tB").triggered.connect(self.book_wanted)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == ACTION and event.button() is Qt.MouseButton.LeftButton:
            self.act_wanted.emit(index.row())


def _visit_words(row: VisitRow) -> tuple[str, ...]:
    status = ", ".join(filter(None, (row.status, row.instead)))
    return (row.time, row.name, row.teaching, row.number, status, ACT_WORDS[row.act])


def offered(row: VisitRow) -> tuple[Act, ...]:
    """What can be asked of a row besides its button: a signed visit or one that did not go ahead is no longer moved."""
    if row.act in (Act.VIEW, Act.CALL):
        return (Act.OPEN, Act.CALL)
    begun = row.act is Act.CONTINUE
    return (Act.OPEN, *(() if begun else (Act.MOVE, Act.CALL_OFF)), Act.NOT_GONE_AHEAD, Act.CALL)


class _VisitDelegate(RowDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        row = model.rows[index.row()]
        self.ground(painter, option, index)
        rect = QRect(option.rect)
        inner = rect.adjusted(10, 0, -6, -1)
        match index.column():
            case 0:
                draw_words(painter, inner, row.time, weight=700, tabular=True)
            case 1:
                draw_words(painter, upper(inner), row.name, weight=600)
                draw_words(painter, lower(inner), row.nhs, role="dense", ink="text-2", tabular=True)
            case 2:
                draw_wrapped(painter, inner, row.teaching)
            case 3:
                self._numbers(painter, inner, row)
            case 4:
                self._chip(painter, upper(inner) if row.instead else inner, row)
                if row.instead:
                    draw_words(painter, lower(inner), row.instead, role="dense", ink="text-2")
            case _:
                draw_button(painter, rect, ACT_WORDS[row.act], _KINDS.get(row.act, "link"))

    def _numbers(self, painter: QPainter, rect: QRect, row: VisitRow) -> None:
        """One line per skill, or the count with what it is over."""
        first, _, second = row.number.partition(", ")
        below = second or row.over
        over = "warn" if row.over else "text"
        draw_words(painter, upper(rect) if below else rect, first, tabular=True, ink=over if second else "text")
        if below:
            draw_words(painter, lower(rect), below, role="dense", weight=400 if second else 600, ink=over, tabular=True)

    def _chip(self, painter: QPainter, rect: QRect, row: VisitRow) -> None:
        theme = theme_in_use()
        wide = QFontMetrics(theme.font("caption", 500)).horizontalAdvance(row.status) + 22
        wide += theme.px(14) + 5 if row.status_icon else 0
        chip = QRectF(rect.left(), rect.center().y() - theme.px(11) + 1, min(wide, rect.width()), theme.px(22))
        paint_chip(painter, chip, row.status, row.status_kind, row.status_icon)
