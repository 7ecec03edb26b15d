"""The tables of the referrals page: columns that share the width, letters that are commands, cells with marks."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QStyleOptionViewItem

from smf_desktop.presenters.referral.inbox import InboxRow
from ui.keys import is_quiet_letter
from ui.theme import theme_in_use
from ui.views.row_paint import draw_figures
from ui.widgets.tables import RowDelegate, RowsModel, TableView

Index = QModelIndex | QPersistentModelIndex
ROW = 40
INBOX = ("Waiting", "Name", "Skills", "What it waits for")
WIDTHS = (76, 210, 130, 270)


class SharedTable(TableView):
    """A table whose columns share its width, and whose letters are commands while it has the focus."""

    key_pressed = Signal(int)

    def __init__(self, name: str, widths: Sequence[int], *, row_height: int = ROW, least: float = 0.75) -> None:
        """`least` is the part of their widths to which columns give way; where that is too wide it scrolls sideways."""
        super().__init__(name, row_height=row_height)
        self._widths, self._least = tuple(widths), least
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setMinimumSectionSize(30)
        self.horizontalHeader().setSectionsClickable(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme = theme_in_use()
        wanted = [theme.px(width) for width in self._widths]
        part = max(self._least, self.viewport().width() / sum(wanted))
        for column, width in enumerate(wanted[:-1]):
            self.setColumnWidth(column, int(width * part))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_quiet_letter(event):
            event.ignore()
            return
        if not event.modifiers() and Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z:
            self.key_pressed.emit(event.key())
        else:
            super().keyPressEvent(event)


class InboxTable(SharedTable):
    """Several rows can be chosen with Shift and the arrow keys, or with Ctrl+Space."""

    def __init__(self) -> None:
        super().__init__("Inbox of referrals", WIDTHS)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.model_ = RowsModel(INBOX, _words, lambda row: row.spoken, self)
        self.setModel(self.model_)
        self.setItemDelegate(_InboxDelegate(self))

    @property
    def rows(self) -> Sequence[InboxRow]:
        return self.model_.rows

    def chosen(self) -> InboxRow | None:
        place = self.currentIndex().row()
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def all_chosen(self) -> tuple[InboxRow, ...]:
        """Every row that is chosen, from the top."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.rows[place] for place in places if place < len(self.rows))

    def choose(self, referral: str) -> None:
        """Choose the row of one referral, where it is in the list."""
        place = next((at for at, row in enumerate(self.rows) if row.referral == referral), None)
        if place is not None:
            self.selectRow(place)

    def fill(self, rows: Sequence[InboxRow]) -> None:
        """A row that is gone gives the choice to the one that takes its place; several that stay, stay chosen."""
        was, at = self.chosen(), max(0, self.currentIndex().row())
        several = {row.referral for row in self.all_chosen()}
        self.model_.fill(rows)
        same = next((place for place, row in enumerate(rows) if was is not None and row.referral == was.referral), at)
        if rows:
            self.selectRow(min(same, len(rows) - 1))
        flags = QItemSelectionModel.SelectionFlag
        for place, row in enumerate(rows):
            if len(several) > 1 and row.referral in several:
                self.selectionModel().select(self.model_.index(place, 0), flags.Select | flags.Rows)


def _words(row: InboxRow) -> tuple[str, ...]:
    what = ". ".join(filter(None, (row.mark, row.what, row.detail)))
    return (row.waiting, row.name, row.skills, what)


class _InboxDelegate(RowDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        row: InboxRow = model.rows[index.row()]
        rect = self.ground(painter, option, index)
        match index.column():
            case 0:
                draw_figures(
                    painter, rect, row.waiting, weight=700 if row.late else 400, ink="warn" if row.late else "text"
                )
            case 1:
                self._name(painter, rect, row)
            case 2:
                draw_figures(painter, rect, row.skills)
            case _:
                top, below = QRect(rect), QRect(rect)
                top.setBottom(rect.center().y())
                below.setTop(rect.center().y())
                draw_figures(painter, top, row.what, weight=600, role="dense", ink="warn" if row.late else "text")
                draw_figures(painter, below, row.detail, ink="text-2", role="dense")

    def _name(self, painter: QPainter, rect: QRect, row: InboxRow) -> None:
        if not row.mark:
            draw_figures(painter, rect, row.name, weight=600)
            return
        theme = theme_in_use()
        top, below = QRect(rect), QRect(rect)
        top.setBottom(rect.center().y())
        below.setTop(rect.center().y())
        draw_figures(painter, top, row.name, weight=600)
        side = theme.px(13)
        drawn = theme.pixmap("copy", "violet", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(below.left(), below.center().y() - side // 2, drawn)
        draw_figures(painter, below.adjusted(side + 5, 0, 0, 0), "Might already be here", ink="violet", role="dense")
