"""Lists of the team page: people by name with a few words, and tables of rates."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStyleOptionViewItem, QVBoxLayout, QWidget

from smf_desktop.presenters.team.lists import PeoplePanel, PersonRow
from ui.theme import theme_in_use
from ui.views.table_dialog import FittedTable
from ui.widgets.buttons import Button, IconButton, MoreButton
from ui.widgets.cards import Card
from ui.widgets.tables import RowDelegate, RowsModel, TableView
from ui.widgets.text import Text

T = TypeVar("T")
ROW = 29


class PeopleList(TableView):
    """One line for each: the name, and at the right why they stand here. Enter opens the record."""

    wanted = Signal(object)
    """The `PersonRow` whose record is to be opened."""

    def __init__(self, name: str, *, least: int = 2, parent: QWidget | None = None) -> None:
        """`least` rows are always in sight."""
        super().__init__(name, row_height=ROW, parent=parent)
        self._least = least
        self._model: RowsModel[PersonRow] = RowsModel((name,), lambda row: (row.name,), lambda row: row.spoken, self)
        self.setModel(self._model)
        self.setItemDelegate(_PersonDelegate(self))
        self.horizontalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.opened.connect(self._open)

    @property
    def rows(self) -> Sequence[PersonRow]:
        return self._model.rows

    def fill(self, rows: Sequence[PersonRow]) -> None:
        self._model.fill(rows)
        if rows:
            self.selectRow(0)
        self.updateGeometry()

    def add(self, rows: Sequence[PersonRow]) -> None:
        """More rows below; the keyboard goes to the first of them."""
        place = len(self.rows)
        self._model.add(rows)
        if rows:
            self.selectRow(place)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(200, theme_in_use().px(ROW) * max(self._least, min(len(self.rows), 6)) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, theme_in_use().px(ROW) * self._least + 2)

    def _open(self, place: int) -> None:
        if 0 <= place < len(self.rows) and self.rows[place].patient:
            self.wanted.emit(self.rows[place])


class _PersonDelegate(RowDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        theme, row = theme_in_use(), model.rows[index.row()]
        room = self.ground(painter, option, index, with_keyboard=True)
        bold, plain = theme.font("dense", 600), theme.font("dense")
        words = QFontMetrics(plain).elidedText(row.words, Qt.TextElideMode.ElideRight, room.width() * 3 // 5)
        wide = QFontMetrics(plain).horizontalAdvance(words) + 8
        name = room.adjusted(0, 0, -wide - 6, 0)
        painter.setFont(bold)
        painter.setPen(theme.colour("text"))
        shown = QFontMetrics(bold).elidedText(row.name, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setFont(plain)
        painter.setPen(theme.colour("text-2"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(room.adjusted(0, 0, -6, 0), right, words)


class PanelCard(Card):
    """The people behind a mark. Esc closes it."""

    closed = Signal()
    all_wanted = Signal()
    more_wanted = Signal(int)
    """How many people stand in it already."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("People", count=0, edge="focus", parent=parent)
        self.panel: PeoplePanel | None = None
        self.close_button = IconButton("Close", "x", tone="link")
        self.close_button.clicked.connect(self.closed)
        self.header.addWidget(self.close_button)
        self.body.setContentsMargins(0, 0, 0, 6)
        self.people = PeopleList("People")
        self.all = Button("All", "link")
        self.all.clicked.connect(self.all_wanted)
        self.nobody = Text("", "dense", "text-2", wrap=True)
        self.nobody.setContentsMargins(12, 10, 12, 0)
        self.nobody.hide()
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 0, 12, 0)
        self.more = MoreButton()
        self.more.clicked.connect(lambda: self.more_wanted.emit(len(self.people.rows)))
        foot.addWidget(self.more)
        foot.addWidget(self.all)
        foot.addStretch(1)
        foot.addWidget(Text("Opening a record is logged", "caption", "text-2"))
        self.body.addWidget(self.nobody)
        self.body.addWidget(self.people, 1)
        self.body.addLayout(foot)

    def show_panel(self, panel: PeoplePanel) -> None:
        self.panel = panel
        self._head(panel.title, panel.count)
        self.nobody.setVisible(not panel.rows)
        self.nobody.setText("Nobody is behind this mark.")
        self.people.setVisible(True)
        self.people.fill(panel.rows)
        self.more.tell(len(panel.rows), panel.many)
        self.all.setText(panel.all)
        self.all.setVisible(len(panel.everyone) > 0)

    def add_people(self, rows: Sequence[PersonRow]) -> None:
        """The next of them, the first of whom is then chosen."""
        self.people.add(rows)
        self.more.tell(len(self.people.rows))

    def show_words(self, title: str, words: str) -> None:
        """A mark without anybody behind it: what it says, and why there are no names."""
        self.panel = None
        self._head(title, "")
        self.people.fill(())
        self.people.hide()
        self.nobody.setText(words)
        self.nobody.show()
        self.all.hide()
        self.more.hide()

    def forget(self) -> None:
        self.show_words("People", "")

    def take_focus(self) -> None:
        (self.people if self.people.rows else self.close_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _head(self, title: str, count: str) -> None:
        self.title.setText(title)
        self.setAccessibleName(f"{title}, {count}" if count else title)
        self.people.setAccessibleName(title)
        self.count.setText(count)
        self.count.setVisible(bool(count))


class WaitingCard(Card):
    """Who is overdue and who is ready, under each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Overdue and ready", parent=parent)
        self.body.setContentsMargins(0, 4, 0, 4)
        self.body.setSpacing(2)
        self.lists: dict[str, PeopleList] = {}
        self._titles: dict[str, Text] = {}
        for key, name in (("overdue", "Visit overdue"), ("ready", "Ready to discharge")):
            self._titles[key] = Text(name, "caption", "text-2", strong=True)
            self._titles[key].setContentsMargins(12, 2, 12, 0)
            self.lists[key] = PeopleList(name, least=1)
            self.body.addWidget(self._titles[key])
            self.body.addWidget(self.lists[key], 1)
        self.body.addStretch(0)

    def fill(self, key: str, rows: Sequence[PersonRow], many: int) -> None:
        """Rows of one list; `many` are on it in all."""
        name = self.lists[key].accessibleName()
        more = f", the first {len(rows)} of them here" if len(rows) < many else ""
        self._titles[key].setText(f"{name}: {many or 'nobody'}{more}")
        self.lists[key].setVisible(bool(rows))
        self.lists[key].fill(rows)
        self.lists[key].setMaximumHeight(theme_in_use().px(ROW) * max(1, len(rows)) + 2)


class QuietTable(FittedTable):
    """No row is marked as chosen until somebody moves in it."""

    def stand_at(self, place: int) -> None:
        """Where the keys begin."""
        here = self.model().index(place, 0)
        self.selectionModel().setCurrentIndex(here, QItemSelectionModel.SelectionFlag.NoUpdate)


class _Chosen(QuietTable):
    chosen = Signal(int)
    """The place of the row that is meant."""


class RowsTable(_Chosen, Generic[T]):
    """Rows of words in columns that share the width."""

    def __init__(
        self,
        name: str,
        columns: Sequence[tuple[str, int]],
        words: Callable[[T], Sequence[str]],
        spoken: Callable[[T], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, [width for _, width in columns], parent)
        self._model: RowsModel[T] = RowsModel([title for title, _ in columns], words, spoken, self)
        self.setModel(self._model)
        self.horizontalHeader().setSectionsClickable(False)
        self.opened.connect(self.chosen)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def rows(self) -> Sequence[T]:
        return self._model.rows

    def fill(self, rows: Sequence[T]) -> None:
        self._model.fill(rows)
        self.fit()
        if rows:
            self.stand_at(0)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, theme_in_use().px(120))


class ListCard(Card, Generic[T]):
    """A table under a title, or the sentence that stands in its place."""

    def __init__(self, title: str, note: str, table: RowsTable[T], nobody: str, parent: QWidget | None = None) -> None:
        super().__init__(title, note=note, parent=parent)
        self.body.setContentsMargins(0, 0, 0, 4)
        self.table = table
        self._nobody, self._words = nobody, Text(nobody, "dense", "text-2", wrap=True)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self._words)
        column.addStretch(1)
        self._empty = holder
        self.body.addWidget(table, 1)
        self.body.addWidget(holder, 1)

    def fill(self, rows: Sequence[T], words: str = "") -> None:
        """Without rows `words` stand there, or that there is nobody."""
        self._words.setText(words or self._nobody)
        self.table.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        self.table.fill(rows)
