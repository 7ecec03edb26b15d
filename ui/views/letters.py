"""Letters: a list at the left, the letter chosen at the right as it prints, and what can be done with it below."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QStyleOptionViewItem, QVBoxLayout, QWidget

from smf_desktop.presenters.letters.rows import LetterRow, LettersRows
from ui.views.parts import height, scrolling, stack
from ui.widgets.bars import Dock, PageHeader, Tabs
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.notices import Notice
from ui.widgets.pdf import PdfPreview
from ui.widgets.states import StateCard
from ui.widgets.tables import RowDelegate, RowsModel, TableView

NARROW = 900
ROW = 44
"""Two lines: names and addresses are not cut."""

NOTICES = 3
WIDTHS = {5: (172, 120, 142, 108, 80), 4: (130, 190, 108, 80)}
"""Column widths, by how many columns there are; the last takes what is left."""


class LettersView(QWidget):
    """Shows rows and says what was wanted; holds nothing of the letters but the pages shown."""

    pile_chosen = Signal(str)
    chosen = Signal(str)
    """The letter to show."""

    opened = Signal(str)
    """The person whose letter it is."""

    large_wanted = Signal(bool)
    print_wanted = Signal()
    print_all_wanted = Signal()
    sent_wanted = Signal()
    save_wanted = Signal()
    withdraw_wanted = Signal()
    agreed = Signal(str)
    """The `act` of a notice."""

    def __init__(self, columns: Sequence[str], piles: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`piles` are the tabs, as (code, words); without them no header and no tabs: the letters of one person."""
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._piles = tuple(code for code, _ in piles)
        self._rows: tuple[LetterRow, ...] = ()
        self.page_header = PageHeader("Letters")
        self.tabs = Tabs([words for _, words in piles])
        self.tabs.setAccessibleName("Letters by what is to be done")
        self.table = TableView("Letters", row_height=ROW)
        self.table.setWordWrap(True)
        self.table.setItemDelegate(_BoldFirst(self.table))
        self._model: RowsModel[LetterRow] = RowsModel(
            tuple(columns), lambda row: row.cells, lambda row: row.spoken, self
        )
        self.table.setModel(self._model)
        self.table.horizontalHeader().setSectionsClickable(False)
        for column, width in enumerate(WIDTHS[len(columns)]):
            self.table.setColumnWidth(column, height(width))
        self.none = EmptyState("mail", " ", " ")
        self.notices = [Notice("", link=" ") for _ in range(NOTICES)]
        self._acts = [""] * NOTICES
        self.large = QCheckBox("Large print")
        self.preview = PdfPreview("Letter", none="No letter chosen")
        self.print = Button("Print", "primary", icon="printer", shortcut="Ctrl+P")
        self.print_all = Button("Print all", icon="printer")
        self.page_header.add(self.print_all)
        self.sent = Button("Mark as sent", shortcut="Ctrl+Enter")
        self.save = Button("Save as PDF")
        self.withdraw = Button("Withdraw")
        self.dock = Dock((self.withdraw, self.save, self.sent, self.print))
        self._lay_out(with_tabs=bool(piles))
        self._connect()

    # --- showing -----------------------------------------------------------------------------------------------------

    def show_rows(self, rows: LettersRows) -> None:
        """Show a list; the letter that was chosen stays chosen while it is there, else the first is."""
        before = self.selected
        self._rows = rows.rows
        for place, (_, words) in enumerate(rows.tabs):
            self.tabs.setTabText(place, words)
        self.page_header.tell("Letters", rows.about)
        with QSignalBlocker(self.table.selectionModel()):
            self._model.fill(rows.rows)
        self.table.setVisible(bool(rows.rows))
        self.none.setVisible(not rows.rows)
        self.none.true.setText(rows.none[0])
        self.none.fills.setText(rows.none[1])
        for part, words in ((self.none.true, rows.none[0]), (self.none.fills, rows.none[1])):
            part.setVisible(bool(words))
        self.none.setAccessibleName(". ".join(rows.none))
        ids = [row.id for row in rows.rows]
        self.table.selectRow(ids.index(before.id) if before and before.id in ids else 0)
        self._show_one()

    @property
    def selected(self) -> LetterRow | None:
        place = self.table.currentIndex().row()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def offer_all(self, count: int) -> None:
        """Offer to print so many letters in one go; 0 offers nothing."""
        self.print_all.setVisible(count > 0)
        self.print_all.setAccessibleName(f"Print all {count} letters")

    def show_pdf(self, pdf: bytes, words: str) -> None:
        self.preview.show_pdf(pdf, words)

    def choose(self, letter: str) -> bool:
        """Choose a letter of the list; answers False where it is not in it."""
        at = next((place for place, row in enumerate(self._rows) if row.id == letter), None)
        if at is not None:
            self.table.selectRow(at)
        return at is not None

    def show_pile(self, pile: str) -> None:
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentIndex(self._piles.index(pile))

    def clear(self) -> None:
        """Empty everything that came from a record."""
        self._rows = ()
        self._model.fill(())
        self.preview.clear("No letter chosen")
        for notice in self.notices:
            notice.tell("")
            notice.hide()
        self.page_header.tell("Letters")
        self.dock.tell("")

    def focus_list(self) -> None:
        (self.table if self._rows else self.tabs).setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        narrow = self.width() < height(NARROW)
        self._columns.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _lay_out(self, *, with_tabs: bool) -> None:
        whole = stack(self, gap=0)
        whole.addWidget(self.page_header)
        row = QVBoxLayout()
        row.setContentsMargins(20, 0, 20, 0)
        row.addWidget(self.tabs)
        whole.addLayout(row)
        self.page_header.setVisible(with_tabs)
        self.tabs.setVisible(with_tabs)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setContentsMargins(20, 10, 20, 12)
        self._columns.setSpacing(12)
        listed, shown = Card(), Card("Letter")
        for card in (listed, shown):
            card.body.setContentsMargins(0, 0, 0, 0)
            card.body.setSpacing(0)
        lists = QWidget()
        rows = stack(lists, gap=0)
        for part in (self.table, self.none):
            rows.addWidget(part, 1)
        self.state = StateCard(lists)
        listed.body.addWidget(self.state, 1)
        shown.header.addWidget(self.large)
        self.about = QVBoxLayout()
        self.about.setContentsMargins(12, 6, 12, 6)
        self.about.setSpacing(6)
        for notice in self.notices:
            notice.hide()
            self.about.addWidget(notice)
        shown.body.addLayout(self.about)
        shown.body.addWidget(self.preview, 1)
        self._columns.addWidget(listed, 7)
        self._columns.addWidget(shown, 5)
        listed.setMinimumHeight(height(150))
        shown.setMinimumHeight(height(320))
        inside = QWidget()
        inside.setLayout(self._columns)
        whole.addWidget(scrolling(inside), 1)
        whole.addWidget(self.dock)
        links = [notice.link for notice in self.notices]
        for earlier, later in pairwise((self.print_all, self.tabs, self.table, self.large, *links, self.preview.view)):
            QWidget.setTabOrder(earlier, later)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(lambda place: self.pile_chosen.emit(self._piles[place]))
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _before: self._show_one())
        self.table.opened.connect(lambda place: self.opened.emit(self._rows[place].patient))
        self.large.toggled.connect(self.large_wanted)
        self.print.clicked.connect(self.print_wanted)
        self.print_all.clicked.connect(self.print_all_wanted)
        self.sent.clicked.connect(self.sent_wanted)
        self.save.clicked.connect(self.save_wanted)
        self.withdraw.clicked.connect(self.withdraw_wanted)
        for place, notice in enumerate(self.notices):
            notice.link_chosen.connect(lambda place=place: self.agreed.emit(self._acts[place]))

    def _show_one(self) -> None:
        row = self.selected
        notices = row.notices if row else ()
        for place, notice in enumerate(self.notices):
            if place < len(notices):
                said = notices[place]
                notice.tell(said.true, said.do, said.tone)
                notice.link.setText(said.act_words)
                notice.link.setVisible(bool(said.act))
                self._acts[place] = said.act
            notice.setVisible(place < len(notices))
        for button, may in (
            (self.print, row is not None and row.may_print),
            (self.save, row is not None and row.may_print),
            (self.sent, row is not None and row.may_send),
            (self.withdraw, row is not None and row.may_withdraw),
        ):
            button.setEnabled(may)
            button.setToolTip("" if may else self._why_not(row))
        if row is None:
            self.dock.tell("")
            self.preview.clear("No letter chosen")
        else:
            self.dock.tell(row.cells[-1], tone="warn" if row.tone != "neutral" else "text-2", icon="mail")
            self.chosen.emit(row.id)

    def _why_not(self, row: LetterRow | None) -> str:
        if row is None:
            return "No letter is chosen"
        return "The letter was sent" if row.may_print else "The letter was withdrawn"


class _BoldFirst(RowDelegate):
    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.column() == 0:
            option.font.setWeight(QFont.Weight.DemiBold)
