"""A list in a window of its own, with what can be done with the line that is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStyleOptionViewItem, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import Button, ButtonKind, MoreButton
from ui.widgets.cards import EmptyState
from ui.widgets.dialogs import give_room
from ui.widgets.states import StateCard
from ui.widgets.tables import RowDelegate, RowsModel, TableView
from ui.widgets.text import Text, announce, unbroken

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to do with a line, in a button."""

    key: str
    words: str
    kind: ButtonKind = "secondary"


class _WholeDates(RowDelegate):
    """Lines do not end inside a date."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.text = unbroken(option.text)


class FittedTable(TableView):
    """Its columns share the width there is, and words that do not fit go on in a second line: nothing is sideways."""

    def __init__(self, name: str, widths: Sequence[int], parent: QWidget | None = None) -> None:
        """`widths` are the columns' shares: their pixels at 100 %."""
        super().__init__(name, parent=parent)
        self._widths = tuple(widths)
        self.horizontalHeader().setStretchLastSection(False)  # a stretched column is not measured as narrow as asked
        self.setItemDelegate(_WholeDates(self))
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def fit(self) -> None:
        least, more = self.verticalHeader().defaultSectionSize(), theme_in_use().px(9)
        self._share(theme_in_use().px(16))  # what is asked how high it would be does not count the room beside words
        heights = [max(least, self.sizeHintForRow(row) + more) for row in range(self.model().rowCount())]
        self._share(0)
        for row, height in enumerate(heights):
            self.setRowHeight(row, height)

    def _share(self, less: int) -> None:
        room, whole = self.viewport().width(), sum(self._widths)
        shares = [room * width // whole for width in self._widths]
        shares[-1] += room - sum(shares)
        for column, share in enumerate(shares):
            self.setColumnWidth(column, share - less)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()


class _Dialog(QDialog):
    act_wanted = Signal(str, object)
    """The key of an offer, and the line."""

    more_wanted = Signal(int)
    """How many lines there are already."""


class TableDialog(_Dialog, Generic[T]):
    """Enter does the first thing that can be done with the line."""

    def __init__(
        self,
        title: str,
        about: str,
        columns: Sequence[tuple[str, int]],
        words: Callable[[T], tuple[str, ...]],
        spoken: Callable[[T], str],
        *,
        empty: tuple[str, str, str],
        offers: Sequence[Offer] = (),
        can: Callable[[str, T], bool] = lambda key, row: True,
        tone: Callable[[T], str] = lambda row: "",
        counted: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`columns` are (title, width at 100 %); `empty` is icon, what is true, what will fill it; `counted`: the title
        says how many lines there are."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._name, self._can, self._counted = title, can, counted
        self.title = Text(title, "section")
        self.note = Text("", "cell", wrap=True)
        self.table = FittedTable(title, [width for _, width in columns])
        self.model: RowsModel[T] = RowsModel([name for name, _ in columns], words, spoken, self.table, tone)
        self.table.setModel(self.model)
        self.table.horizontalHeader().setSectionsClickable(False)
        self.empty = EmptyState(*empty)
        inner = QWidget()
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.table)
        inside.addWidget(self.empty)
        self.empty.hide()
        self.state = StateCard(inner)
        row = QHBoxLayout()
        row.addWidget(Text(about, "dense", "text-2", wrap=True), 1)
        self.buttons: dict[str, Button] = {}
        for offer in offers:
            button = self.buttons[offer.key] = Button(offer.words, offer.kind)
            button.clicked.connect(lambda _on=False, key=offer.key: self._ask(key))
            row.addWidget(button)
        self.more = MoreButton()
        self.more.clicked.connect(lambda: self.more_wanted.emit(len(self.model.rows)))
        row.insertWidget(1, self.more)
        self.close_button = Button("Close")
        self.close_button.clicked.connect(self.reject)
        row.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(self.title)
        whole.addWidget(self.note)
        self.note.hide()
        whole.addWidget(self.state, 1)
        whole.addLayout(row)
        self.table.opened.connect(lambda _place: self._ask(next(iter(self.buttons), "")))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self._offer()
        give_room(self, 980, 520)

    @property
    def chosen(self) -> T | None:
        place = self.table.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

    def show_rows(self, rows: Sequence[T], note: str = "", tone: str = "", many: int | None = None) -> None:
        """`note` is a line above the list; the rows are the first of so `many`, or all."""
        self.state.show_content()
        many = len(rows) if many is None else many
        self.more.tell(len(rows), many)
        self.model.fill(rows)
        self.table.fit()
        self.title.setText(f"{self._name} ({many:,})" if self._counted else self._name)
        if note:
            self.tell_note(note, tone)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        if rows:
            self.table.selectRow(0)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self, self.empty.accessibleName())
        self._offer()

    def add_rows(self, rows: Sequence[T]) -> None:
        """The next lines, the first of which is then chosen."""
        place = len(self.model.rows)
        self.model.add(rows)
        self.table.fit()
        if rows:
            self.table.selectRow(place)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.more.tell(len(self.model.rows))

    def tell_note(self, note: str, tone: str) -> None:
        """A line above the list; `tone` is a text token."""
        self.note.setText(note)
        self.note.set_tone(tone)
        self.note.show()

    def _offer(self) -> None:
        row = self.chosen
        for key, button in self.buttons.items():
            button.setEnabled(row is not None and self._can(key, row))

    def _ask(self, key: str) -> None:
        row = self.chosen
        if row is not None and key and self._can(key, row):
            self.act_wanted.emit(key, row)
