"""What is to be done and what was, on a page of its own."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from smf_desktop.presenters.today.facts import SideList
from smf_desktop.presenters.today.tasks import EMPTY, EMPTY_DO
from ui.theme import theme_in_use
from ui.views.parts import scrolling
from ui.views.side_list import ListView, SideTable
from ui.widgets.bars import PageHeader
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.states import StateCard

MOST = 10
WIDEST = 960


class TasksView(ListView):
    """Shows lists of tasks; says what was asked of a row (a `Wish`)."""

    wished = Signal(object)
    new_wanted = Signal()
    everyone_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.new = Button("New task", "primary", icon="plus")
        self.new.clicked.connect(self.new_wanted)
        self.everyone = Button("Everyone's tasks")
        self.everyone.setCheckable(True)
        self.everyone.toggled.connect(self.everyone_wanted)
        self.waiting, self.ended = Card("To do", count=0), Card("Done of late", count=0)
        self.tables = {"tasks": SideTable("To do", tasks=True), "done": SideTable("Done of late", tasks=True)}
        self.empty = EmptyState("check", EMPTY, EMPTY_DO)
        for table in self.tables.values():
            table.wished.connect(self.wished)
        for card in (self.waiting, self.ended):
            card.body.setContentsMargins(0, 0, 0, 0)
        self.waiting.body.addWidget(self.empty)
        self.waiting.body.addWidget(self.tables["tasks"])
        self.ended.body.addWidget(self.tables["done"])
        self._lay_out()

    def show_lists(self, lists: Sequence[SideList]) -> None:
        """What is to be done, and what was."""
        rows = {one.key: one.rows for one in lists}
        for key, card in (("tasks", self.waiting), ("done", self.ended)):
            shown = rows.get(key, ())
            card.set_count(len(shown))
            self.tables[key].fill(shown, MOST)
            self.tables[key].setVisible(bool(shown))
        self.empty.setVisible(not rows.get("tasks"))
        self.ended.setVisible(bool(rows.get("done")))

    @property
    def tasks(self) -> SideTable | None:
        """The list of what is to be done, where a task is chosen in it."""
        table = self.tables["tasks"]
        return table if table.has_task else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """No line is longer than can be read with ease, at any size of text."""
        super().resizeEvent(event)
        for card in (self.waiting, self.ended):
            card.setMaximumWidth(theme_in_use().px(WIDEST))

    def take_focus(self) -> None:
        table = self.tables["tasks"]
        (table if table.rows else self.new).setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        header = PageHeader("Tasks", "D is done, H hands over, O opens the person")
        header.add(self.everyone, self.new)
        whole.addWidget(header)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 4, 20, 16)
        column.setSpacing(12)
        for card in (self.waiting, self.ended):
            column.addWidget(card)
        column.addStretch(1)
        self.state = StateCard(inner)
        whole.addWidget(scrolling(self.state), 1)
