"""The caseload: tabs of views, filters as chips, the people, and a panel beside them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from smf_desktop.presenters.caseload.handover import PersonSheet
from smf_desktop.presenters.caseload.page import CaseloadLine, Nobody
from smf_desktop.presenters.caseload.views import SORTED_BY, Column, FilterChip, Sort
from ui.theme import theme_in_use
from ui.views.caseload.filters import FilterBar
from ui.views.caseload.peek import PeekPanel
from ui.views.caseload.table import PeopleTable
from ui.widgets.bars import Dock, PageHeader, Tabs
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.states import StateCard
from ui.widgets.text import announce
from ui.widgets.tracks import Legend

PEEK_PAUSE = 120
WIDE, NARROW = 1_500, 900
PEEK_WIDE, PEEK = 420, 340


class CaseloadView(QWidget):
    """Rows come a page at a time; the model asks for more as they are scrolled to."""

    tab_chosen = Signal(int)
    filtered = Signal(str)
    filter_chosen = Signal(str, str)
    """The filter, and the code that was chosen; "" takes it away."""

    clear_wanted = Signal()
    sort_wanted = Signal(str, bool)
    columns_moved = Signal(tuple)
    more_wanted = Signal(int)
    """The offset of the next page of people."""

    open_wanted = Signal(object)
    start_wanted = Signal(object)
    book_wanted = Signal(object)
    """A `CaseloadLine`."""

    peek_wanted = Signal(str)
    """The person to show beside the list."""

    reason_wanted = Signal(object)
    """A `CaseloadLine`: why their record is looked at, before the panel shows it."""

    command = Signal(str)
    """columns, print, referral, triage, save, change, rename, left, right, delete, assign, cover, end_cover, away,
    handover, chosen."""

    width_changed = Signal(bool)
    """Whether there is room for more columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.is_wide = False
        self.header = PageHeader("Caseload")
        self.columns = Button("Columns", icon="columns-3")
        self.print_ = Button("Print list", icon="printer")
        self.referral = Button("New referral", "primary", icon="user-round-plus", shortcut="Ctrl+N")
        self.columns.clicked.connect(lambda: self.command.emit("columns"))
        self.print_.clicked.connect(lambda: self.command.emit("print"))
        self.referral.clicked.connect(lambda: self.command.emit("referral"))
        self.header.add(self.columns, self.print_, self.referral)
        self.tabs = Tabs(())
        self.tabs.setAccessibleName("Caseload lists")
        self.tabs.setUsesScrollButtons(True)
        self.tabs.currentChanged.connect(self.tab_chosen)
        self.save = Button("Save view", "link", icon="bookmark")
        self.save.clicked.connect(self._save_menu)
        self.own_view = False
        self.filters = FilterBar()
        self.filters.typed.connect(self.filtered)
        self.filters.chosen.connect(self.filter_chosen)
        self.filters.cleared.connect(self.clear_wanted)
        self._peek_pause = QTimer(self)
        self._peek_pause.setSingleShot(True)
        self._peek_pause.setInterval(PEEK_PAUSE)
        self._peek_pause.timeout.connect(self._peek_now)
        self.legend = Legend()
        self.people = PeopleTable()
        people = self.people
        self.filters.entered.connect(lambda: people.setFocus(Qt.FocusReason.OtherFocusReason))
        people.model_.more_wanted.connect(self.more_wanted)
        people.opened.connect(lambda place: self.open_wanted.emit(people.lines[place]))
        people.sort_wanted.connect(self._sorted)
        people.columns_moved.connect(self.columns_moved)
        people.key_pressed.connect(self._key)
        people.menu_wanted.connect(self._row_menu)
        people.selectionModel().currentRowChanged.connect(self._chosen_changed)
        people.selectionModel().selectionChanged.connect(self._chosen_changed)
        self.peek = PeekPanel()
        self.peek.hide()
        self.peek.closed.connect(self.close_peek)
        self.peek.reason_wanted.connect(lambda: self._with_line(self.reason_wanted.emit))
        self.peek.open_wanted.connect(lambda _patient: self._with_line(self.open_wanted.emit))
        self._lay_out()
        self._chosen_changed()

    # --- what is shown ---

    def show_tabs(self, titles: Sequence[str], current: int) -> None:
        """The tabs; says nothing back."""
        self.tabs.blockSignals(True)
        while self.tabs.count() > len(titles):
            self.tabs.removeTab(self.tabs.count() - 1)
        for place, words in enumerate(titles):
            title = words.replace("&", "&&")
            if place == self.tabs.count():
                self.tabs.addTab(title)
            elif self.tabs.tabText(place) != title:  # the same again would lay the page out anew
                self.tabs.setTabText(place, title)
        self.tabs.setCurrentIndex(current)
        self.tabs.blockSignals(False)

    def show_filters(self, filters: Sequence[FilterChip], text: str) -> None:
        self.filters.show_filters(filters, text)

    def show_lines(self, lines: Sequence[CaseloadLine], empty: Nobody, *, more: bool) -> None:
        """The first page of people."""
        self.people.fill(lines, more=more)
        self._show(self._people_card if lines else self._nobody(empty))
        self._chosen_changed()

    def add_lines(self, lines: Sequence[CaseloadLine], offset: int, *, more: bool) -> None:
        """One more page of people."""
        self.people.model_.add(lines, offset, more=more)

    def show_about(self, words: str) -> None:
        """How many there are, under the title."""
        self.header.tell("Caseload", words)
        if self.filters.field.text().strip():
            announce(self.filters.field, words)

    def show_order(self, sort: Sort, *, down: bool) -> None:
        self.people.show_sort(sort, down=down)

    def show_columns(self, columns: Sequence[Column]) -> None:
        self.people.show_columns(columns)

    def show_person(self, sheet: PersonSheet) -> None:
        """Whoever is shown beside the list; an answer about somebody else came too late."""
        line = self.people.chosen()
        if self.peek.isVisibleTo(self) and line is not None and line.patient == sheet.patient:
            self.peek.show_person(sheet)

    def show_closed(self, patient: str) -> None:
        """Whoever is shown is on a colleague's list: the panel says so and asks for the reason."""
        line = self.people.chosen()
        if self.peek.isVisibleTo(self) and line is not None and line.patient == patient:
            self.peek.show_closed(line.name)

    def clear(self) -> None:
        """Leave no trace of anyone."""
        self._peek_pause.stop()
        self.filters.clear()
        self.people.fill((), more=False)
        self.close_peek()
        self.header.tell("Caseload")
        self._nobody(Nobody("", ""))
        self._chosen_changed()

    def take_focus(self) -> None:
        if self._stack.currentWidget() is self._people_card and self.people.lines:
            self.people.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def to_filter(self) -> None:
        self.filters.take_focus()

    def main(self) -> None:
        """Ctrl+Enter: start a visit."""
        self._with_line(self.start_wanted.emit)

    def toggle_peek(self) -> None:
        """Space: show whoever is chosen beside the list, or close the panel; where a reason is needed, give it."""
        if self.peek.isVisibleTo(self) and self.peek.is_closed:
            self._with_line(self.reason_wanted.emit)
        elif self.peek.isVisibleTo(self):
            self.close_peek()
        elif self.people.chosen() is not None:
            self.peek.show()
            self._fit()
            self._peek_now()

    def close_peek(self) -> None:
        focus: QWidget | None = self.focusWidget()
        had_focus = focus is not None and self.peek.isAncestorOf(focus)
        was_shown = self.peek.isVisibleTo(self)
        self.peek.hide()
        self.peek.empty()
        self._fit()
        if had_focus or (was_shown and not self.people.isVisibleTo(self)):
            self.take_focus()

    # --- inside ---

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(20, 0, 20, 0)
        tabs.setSpacing(10)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        tabs.addWidget(self.tabs)
        tabs.addWidget(self.save)
        tabs.addStretch(1)
        tabs.addWidget(self.legend)
        whole.addLayout(tabs)
        whole.addWidget(self.filters)
        self._people_card = Card()
        self._people_card.body.setContentsMargins(0, 0, 0, 0)
        self._people_card.body.addWidget(self.people)
        self._empty_card = Card()
        self._lists = QWidget()
        self._stack = QStackedLayout(self._lists)
        for card in (self._people_card, self._empty_card):
            self._stack.addWidget(card)
        middle = QHBoxLayout()
        middle.setContentsMargins(20, 8, 20, 8)
        middle.setSpacing(10)
        self.state = StateCard(self._lists)
        middle.addWidget(self.state, 1)
        middle.addWidget(self.peek)
        whole.addLayout(middle, 1)
        self.start = Button("Start visit", "primary", shortcut="Ctrl+Enter")
        self.open, self.book = Button("Open", shortcut="Enter"), Button("Book", shortcut="B")
        self.peek_at = Button("Peek", shortcut="Space")
        self.hand = Button("Assign or cover")
        self.dock = Dock((self.hand, self.peek_at, self.book, self.open, self.start))
        whole.addWidget(self.dock)
        self.start.clicked.connect(lambda: self._with_line(self.start_wanted.emit))
        self.open.clicked.connect(lambda: self._with_line(self.open_wanted.emit))
        self.book.clicked.connect(lambda: self._with_line(self.book_wanted.emit))
        self.peek_at.clicked.connect(self.toggle_peek)
        self.hand.clicked.connect(self._hand_menu)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The panel takes a side of the page; on a small screen it stands in place of the list, filters fold away."""
        theme = theme_in_use()
        narrow, shown = self.width() < theme.px(NARROW), self.peek.isVisibleTo(self)
        for widget in (self.columns, self.print_, self.legend):  # the buttons are in the menus, too
            widget.setVisible(not narrow)
        self.filters.fit(small=narrow)
        wide = self.width() - (theme.px(PEEK_WIDE) if shown else 0) >= theme.px(WIDE)
        if wide != self.is_wide:
            self.is_wide = wide
            self.width_changed.emit(wide)
        self._lists.setVisible(not (narrow and shown))
        if narrow:
            self.peek.setMinimumWidth(0)
            self.peek.setMaximumWidth(16_777_215)
        else:
            self.peek.setFixedWidth(theme.px(PEEK_WIDE if self.width() >= theme.px(WIDE) else PEEK))
        if narrow and shown and self.people.hasFocus():
            self.peek.close_.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.peek.isVisibleTo(self):
            self.close_peek()
        else:
            super().keyPressEvent(event)

    def _show(self, card: QWidget) -> None:
        left = self._stack.currentWidget()
        focus = self.window().focusWidget()  # also while a dialog is over it
        had_focus = left is not None and left is not card and focus is not None and left.isAncestorOf(focus)
        self._stack.setCurrentWidget(card)
        if had_focus:
            self.take_focus()
        self.dock.setVisible(card is self._people_card)

    def _nobody(self, empty: Nobody) -> QWidget:
        body = self._empty_card.body
        while (item := body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        actions = []
        if empty.offers:
            accept, new = Button("Accept a referral", "primary"), Button("New referral")
            accept.clicked.connect(lambda: self.command.emit("triage"))
            new.clicked.connect(lambda: self.command.emit("referral"))
            actions = [accept, new]
        elif self.filters.is_narrowed:
            clear = Button("Clear filters")
            clear.clicked.connect(self.clear_wanted)
            actions = [clear]
        body.addWidget(EmptyState(empty.icon, empty.true, empty.fills, actions), 1)
        return self._empty_card

    def _chosen_changed(self) -> None:
        line, several = self.people.chosen(), len(self.people.selectionModel().selectedRows())
        words = f"{several} people selected" if several > 1 else f"{line.name} selected" if line else "Nobody selected"
        self.dock.tell(words)
        if self.peek.isVisibleTo(self):
            self._peek_pause.start()

    def _peek_now(self) -> None:
        line = self.people.chosen()
        if line is not None and self.peek.isVisibleTo(self) and line.patient != self.peek.patient:
            self.peek.empty()
            self.peek_wanted.emit(line.patient)

    def _sorted(self, column: int, down: bool) -> None:
        shown = self.people.columns[column]
        if shown in SORTED_BY:
            self.sort_wanted.emit(SORTED_BY[shown].value, down)

    def _key(self, key: int) -> None:
        if key == Qt.Key.Key_Space:
            self.toggle_peek()
        else:
            self._with_line(self.book_wanted.emit)

    def _with_line(self, then: Callable[[CaseloadLine], object]) -> None:
        line = self.people.chosen()
        if line is not None:
            then(line)

    def _row_menu(self, at: QPoint) -> None:
        if self.people.chosen() is None:
            return
        menu = QMenu(self)
        for words, act in (
            ("Open\tEnter", self.open.click),
            ("Start visit\tCtrl+Enter", self.start.click),
            ("Book next visit...\tB", self.book.click),
            ("Peek\tSpace", self.toggle_peek),
        ):
            menu.addAction(words, act)
        menu.addSeparator()
        self._add_hand(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _hand_menu(self) -> None:
        menu = QMenu(self)
        self._add_hand(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.hand.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _add_hand(self, menu: QMenu) -> None:
        lines = self.people.all_chosen()
        self._entry(menu, "Assign to...", "assign")
        self._entry(menu, "Arrange cover...", "cover")
        if any(line.lent for line in lines):
            self._entry(menu, "End cover", "end_cover")
        self._entry(menu, "Choose everyone on this list", "chosen")
        menu.addSeparator()
        self._entry(menu, "Colleague away...", "away")
        self._entry(menu, "Hand-over sheet...", "handover")

    def _save_menu(self) -> None:
        menu = QMenu(self)
        self._entry(menu, "Save as a new view...", "save")
        if self.own_view:
            for words, key in (
                ("Keep these filters in this view", "change"),
                ("Rename view...", "rename"),
                ("Move left", "left"),
                ("Move right", "right"),
                ("Delete view", "delete"),
            ):
                self._entry(menu, words, key)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.save.mapToGlobal(QPoint(0, self.save.height())))

    def _entry(self, menu: QMenu, words: str, key: str) -> None:
        action = QAction(words, menu)
        action.triggered.connect(lambda: self.command.emit(key))
        menu.addAction(action)
