"""The reports page: what to include at the left, the figures at the right, what to save them as below."""

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from smf_desktop.presenters.figures import ASK_HUB
from smf_desktop.presenters.reports.choice import Choice
from smf_desktop.presenters.reports.page import ReportRows
from smf_desktop.presenters.reports.rows import FigureRow
from ui.theme import theme_in_use
from ui.views.parts import scrolling, stack
from ui.views.reports.options import Options
from ui.views.reports.table import FiguresTable
from ui.views.side_list import ListView
from ui.widgets.bars import Dock, PageHeader, is_narrow
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.notices import Notice
from ui.widgets.states import StateCard
from ui.widgets.text import Chip, Icon, Text

LEFT = 268
HOW = "How it was counted: Enter"


class ReportsView(ListView):
    """First focus is the period; Enter in the table says how a figure was counted."""

    chosen = Signal(str, str)
    figure_wanted = Signal(object)
    hub_wanted = Signal()
    rows_wanted = Signal()
    save_wanted = Signal(str)
    """As what: csv, xlsx, pdf or json."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader("Reports")
        self.small = Chip("Small numbers shown", "warn", "eye")
        self.last_icon, self.last = Icon("clock"), Text("", "dense", "text-2")
        self.header.mark(self.small)
        self.header.add(self.last_icon, self.last)
        self.options = Options()
        self.table = FiguresTable()
        self.sentence, self.overlap = Notice(""), Notice("", kind="warn")
        self.incomplete = Notice("", kind="warn", link=ASK_HUB)
        self.preview = Button("Preview rows", icon="eye")
        self.pdf, self.xlsx = Button("PDF", icon="file-text"), Button("XLSX", icon="file-spreadsheet")
        self.json = Button("JSON", icon="file-text")
        self.csv = Button("Export CSV", "primary", icon="download", shortcut="Ctrl+E")
        self.dock = Dock((self.preview, self.json, self.pdf, self.xlsx, self.csv), words=220)
        self._lay_out()
        self.options.chosen.connect(self.chosen)
        self.table.opened.connect(self._opened)
        self.table.selectionModel().currentRowChanged.connect(self._follow)
        self.incomplete.link_chosen.connect(self.hub_wanted)
        self.preview.clicked.connect(self.rows_wanted)
        forms = {"json": self.json, "pdf": self.pdf, "xlsx": self.xlsx, "csv": self.csv}
        for form, button in forms.items():
            button.clicked.connect(lambda _on=False, form=form: self.save_wanted.emit(form))
        self._area.verticalScrollBar().rangeChanged.connect(lambda *_: QTimer.singleShot(0, self, self._bring_up))
        self.small.hide()

    def fill(self, choice: Choice, rows: ReportRows) -> None:
        self.header.tell(rows.title, rows.about)
        self.small.setVisible(rows.small_shown)
        self.last.setText(rows.last)
        self.options.show_choice(choice, rows)
        self.table.show_rows(rows.rows)
        for notice, words in (
            (self.sentence, rows.sentence),
            (self.incomplete, rows.incomplete),
            (self.overlap, rows.overlap),
        ):
            notice.setVisible(bool(words))
            if words:
                notice.tell(words, "", "info" if notice is self.sentence else "warn")
                notice.true.set_strong(False)
        self.incomplete.link.setVisible(rows.ask_hub)
        self._above.setVisible(bool(rows.incomplete or rows.overlap))
        self.dock.tell(rows.dock, icon="shield-check" if rows.may_export else "lock", tone="text-2")
        for button in (self.preview, self.json, self.pdf, self.xlsx, self.csv):
            self.dock.offer(button, offered=rows.may_export)
        self.fit()

    def empty(self) -> None:
        """Nothing of the figures is left on the page."""
        self.table.show_rows(())
        for words in (self.header.about, self.last):
            words.setText("")
        for notice in (self.sentence, self._above, self.options.unsigned):
            notice.hide()
        self.dock.tell("")

    def take_focus(self) -> None:
        self.options.take_focus()

    def _opened(self, place: int) -> None:
        row: FigureRow = self.table.rows[place]
        self.figure_wanted.emit(row)

    def _follow(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._bring_up()
        QTimer.singleShot(0, self, self._bring_up)

    def _bring_up(self) -> None:
        """Where the whole page scrolls, the row that is chosen comes into view, and stays in it as heights change."""
        if not (self._narrow and self.table.hasFocus()):
            return
        rect = self.table.visualRect(self.table.currentIndex())
        top = self.table.viewport().mapTo(self.state, rect.topLeft()).y()
        room, bar = self._area.viewport().height(), self._area.verticalScrollBar()
        if top < bar.value() or rect.height() > room:
            bar.setValue(top - 8)
        elif top + rect.height() > bar.value() + room:
            bar.setValue(top + rect.height() - room + 8)

    def fit(self) -> None:
        narrow = is_narrow(self)
        way = QBoxLayout.Direction
        self._narrow = narrow
        self._columns.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        side = theme_in_use().px(LEFT)
        self.options.setMinimumWidth(0 if narrow else side)
        self.options.setMaximumWidth(16_777_215 if narrow else side)
        self.options.set_free(narrow)
        self.table.set_narrow(narrow)
        policy = Qt.ScrollBarPolicy
        self._area.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if narrow else policy.ScrollBarAlwaysOff)
        there = bool(self.last.text()) and not narrow
        self.last.setVisible(there)
        self.last_icon.setVisible(there)

    def _lay_out(self) -> None:
        whole = stack(self, gap=0)
        whole.addWidget(self.header)
        self.card = Card("Figures", note=HOW)
        self.card.body.setContentsMargins(0, 0, 0, 0)
        self.card.body.setSpacing(0)
        self._above = QWidget()
        above = QVBoxLayout(self._above)
        above.setContentsMargins(12, 8, 12, 8)
        above.addWidget(self.incomplete)
        above.addWidget(self.overlap)
        self.card.body.addWidget(self._above)
        self.card.body.addWidget(self.table, 1)
        below = QVBoxLayout()
        below.setContentsMargins(12, 8, 12, 10)
        below.addWidget(self.sentence)
        self.card.body.addLayout(below)
        self.sentence.hide()
        self._above.hide()
        inner = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._columns.setContentsMargins(20, 2, 20, 14)
        self._columns.setSpacing(12)
        self._columns.addWidget(self.options)
        self._columns.addWidget(self.card, 1)
        self._narrow = False
        self.state = StateCard(inner)
        self._area = scrolling(self.state)
        whole.addWidget(self._area, 1)
        whole.addWidget(self.dock)
