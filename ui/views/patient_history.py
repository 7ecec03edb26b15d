"""History: everything that happened, and every field with who wrote it and when."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QStyleOptionViewItem, QVBoxLayout, QWidget

from smf_desktop.presenters.patient_history import HistoryRow
from smf_desktop.presenters.patient_timeline import TimelineRow
from ui.theme import theme_in_use
from ui.views.patient_parts import FittedTable
from ui.views.patient_visits import LineDelegate
from ui.views.patient_wants import Tell, Want
from ui.widgets.bars import Dock, Tabs
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.tables import RowsModel
from ui.widgets.text import Text

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("When", "What happened", "About")
WIDTHS = (150, 420, 640)
FIELD_COLUMNS = ("When", "What", "Says", "By", "Now")
FIELD_WIDTHS = (150, 190, 540, 180, 150)
HAPPENED, FIELDS = range(2)


class HistoryPart(QWidget):
    """Two lists. A signed visit of the first can be amended or marked as entered in error."""

    fields_wanted = Signal()
    """The second list was turned to: it is read when it is first looked at."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.lists = Tabs(("What happened", "Every field"))
        self.lists.setAccessibleName("History lists")
        head = QHBoxLayout()
        head.setContentsMargins(20, 4, 20, 0)
        head.addWidget(self.lists)
        head.addStretch(1)
        whole.addLayout(head)
        self.table, self.fields = _HistoryTable(), FieldTable()
        self._stack = QStackedWidget()
        for table in (self.table, self.fields):
            card = Card()
            card.body.setContentsMargins(0, 0, 0, 0)
            card.body.addWidget(table)
            self._stack.addWidget(card)
        middle = QVBoxLayout()
        middle.setContentsMargins(20, 8, 20, 8)
        middle.addWidget(self._stack)
        whole.addLayout(middle, 1)
        self.strike, self.amend = Button("Entered in error", "danger"), Button("Amend visit", shortcut="Enter")
        self.dock = Dock((self.strike, self.amend))
        whole.addWidget(self.dock)
        self.amend.clicked.connect(lambda: self._about(Want.AMEND))
        self.strike.clicked.connect(lambda: self._about(Want.STRIKE))
        self.table.opened.connect(lambda _place: self._about(Want.AMEND))
        self.table.selectionModel().currentRowChanged.connect(self._chosen_changed)
        self.lists.currentChanged.connect(self._turn)

    def fill(self, rows: Sequence[TimelineRow]) -> None:
        self.table.model_.fill(rows)
        if rows:
            self.table.selectRow(0)
        self._chosen_changed()

    def fill_fields(self, rows: Sequence[HistoryRow]) -> None:
        self.fields.model_.fill(rows)
        if rows:
            self.fields.selectRow(0)

    def clear(self) -> None:
        self.fill(())
        self.fill_fields(())
        self.lists.setCurrentIndex(HAPPENED)

    @property
    def shows_fields(self) -> bool:
        return self.lists.currentIndex() == FIELDS

    def chosen(self) -> TimelineRow | None:
        place = self.table.currentIndex().row()
        rows = self.table.model_.rows
        return rows[place] if 0 <= place < len(rows) and not self.shows_fields else None

    def _turn(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._chosen_changed()
        if place == FIELDS:
            self.fields_wanted.emit()

    def _about(self, want: Want) -> None:
        row = self.chosen()
        if row is not None and row.visit:
            self._tell(want, row.visit)

    def _chosen_changed(self) -> None:
        row = self.chosen()
        signed = row is not None and bool(row.visit)
        for button in (self.amend, self.strike):
            button.setEnabled(signed)
            button.setToolTip("" if signed else "Choose a signed visit")
        words = row.title if row else "No entries yet"
        self.dock.tell("Every version of every field is kept" if self.shows_fields else words)


class FieldTable(FittedTable):
    """Every field, newest first: what it said, who wrote it, and whether that stands."""

    def __init__(self) -> None:
        super().__init__("Every field with who wrote it and when, newest first", FIELD_WIDTHS)
        self.model_ = RowsModel(FIELD_COLUMNS, _field_words, lambda row: row.spoken, self)
        self.setModel(self.model_)
        self.setItemDelegate(_FieldDelegate(self))


class FieldHistoryDialog(QDialog):
    """The history of one card of the page, over it."""

    def __init__(self, title: str, who: str, rows: Sequence[HistoryRow], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        theme = theme_in_use()
        room = parent.window().size()
        self.resize(min(theme.px(960), room.width() - 40), min(theme.px(440), room.height() - 60))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(Text(title, "section", wrap=True))
        whole.addWidget(Text(who, "cell", strong=True, wrap=True))
        self.table = FieldTable()
        self.table.model_.fill(rows)
        if rows:
            self.table.selectRow(0)
        whole.addWidget(self.table, 1)
        if not rows:
            whole.addWidget(Text("Nothing has been written here yet.", "cell", "text-2", wrap=True))
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = Button("Close", "primary")
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        whole.addLayout(foot)
        self.table.setFocus()


class _HistoryTable(FittedTable):
    def __init__(self) -> None:
        super().__init__("Everything that happened, newest first", WIDTHS)
        self.model_ = RowsModel(COLUMNS, _history_words, lambda row: row.spoken, self)
        self.setModel(self.model_)
        self.setItemDelegate(_HistoryDelegate(self))


def _history_words(row: TimelineRow) -> tuple[str, ...]:
    return (row.when, row.title, row.about)


def _field_words(row: HistoryRow) -> tuple[str, ...]:
    return (row.when, row.what, row.says, row.by, row.state)


class _HistoryDelegate(LineDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        row = model.rows[index.row()]
        if index.column() == 1:
            weight, ink = (400, "text-2") if row.struck else (600, "text")
            self.draw(painter, option, index, weight=weight, ink=ink, icon=row.icon)
        else:
            self.draw(painter, option, index, ink="text-2")


class _FieldDelegate(LineDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        row = model.rows[index.row()]
        now = row.tone != "text-2"
        if index.column() == 4:
            self.draw(painter, option, index, weight=600 if now else 400, ink=row.tone or "text")
        elif index.column() in (1, 2):
            weight = 600 if index.column() == 1 else 400
            self.draw(painter, option, index, weight=weight, ink="text" if now else "text-2")
        else:
            self.draw(painter, option, index, ink="text-2")
