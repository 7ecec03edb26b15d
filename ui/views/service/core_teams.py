"""The page of what core teams count: the change with all that stands beside it, months by team, what is stated."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from smf_desktop.presenters.service.core_teams import FIGURES, MonthRow, MonthsTable
from smf_desktop.presenters.team.headline import Headline
from ui.theme import theme_in_use
from ui.views.parts import SideBySide, scrolling, stack
from ui.views.service.stated import StatedCard
from ui.views.side_list import ListView
from ui.views.team.cards import FigureCard
from ui.widgets.bars import PageHeader, is_narrow
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.drops import Drop
from ui.widgets.states import StateCard
from ui.widgets.tables import RowsModel, TableView
from ui.widgets.text import Text

BASELINES = (("Months", 150), ("Counted", 170), ("Source", 190), ("Stated", 130))
REBASES = (("From", 110), ("Cause", 220), ("Note", 140), ("Stated", 130))
USUAL = (("Skill", 130), ("Core visits", 150), ("Source", 190), ("Stated", 130))
MONTH, CELL, MOST = 84, 130, 240
"""Widths at 100 %: of the month, of the narrowest other column, of the widest."""

NOT_YET = ("chart-line", "No core team has sent a count yet", "Import a CSV file of month, team and count, or drop it.")


class MonthsCard(Card):
    """Months down, teams across. Months without a count of each team are marked and say so."""

    row_wanted = Signal(object)
    """The `MonthRow` that is meant."""

    def __init__(self) -> None:
        super().__init__("Referrals counted by core teams", note="a month whole: Enter")
        self.body.setContentsMargins(0, 0, 0, 4)
        self.table = TableView("Referrals counted by core teams")
        self.table.horizontalHeader().setSectionsClickable(False)
        self.table.horizontalHeader().setSectionsMovable(False)
        self.table.horizontalHeader().setStretchLastSection(False)
        self.table.opened.connect(lambda place: self.row_wanted.emit(self.model.rows[place]))
        self.model: RowsModel[MonthRow] = RowsModel(
            (), lambda row: row.cells, lambda row: row.spoken, self.table, lambda row: "" if row.whole else "warn"
        )
        self.table.setModel(self.model)
        self.about = Text("", "dense", "text-2", wrap=True)
        self.about.setContentsMargins(12, 4, 12, 4)
        self.empty = EmptyState(*NOT_YET)
        for part, share in ((self.table, 1), (self.empty, 1), (self.about, 0)):
            self.body.addWidget(part, share)
        self.show_months(MonthsTable((), (), ""))

    def show_months(self, found: MonthsTable) -> None:
        """Other teams are other columns."""
        place = max(0, self.table.currentIndex().row())
        self.model.fill(found.rows, found.columns)
        self._share(len(found.columns))
        self.table.setVisible(bool(found.rows))
        self.empty.setVisible(not found.rows)
        self.about.setText(found.about)
        self.about.setVisible(bool(found.about))
        if found.rows:
            self.table.selectRow(min(place, len(found.rows) - 1))

    def _share(self, columns: int) -> None:
        theme, header = theme_in_use(), self.table.horizontalHeader()
        self.table.setMinimumHeight(theme.px(200))
        for column in range(columns):
            wanted = header.sectionSizeHint(column) if column else 0
            least = theme.px(CELL if column else MONTH)
            self.table.setColumnWidth(column, min(max(least, wanted + theme.px(12)), theme.px(MOST)))
        if columns:
            header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)


class CoreTeamsView(ListView):
    """Shows what it is told; says what was chosen, and what was asked for."""

    period_chosen = Signal(str)
    figure_wanted = Signal(str)
    import_wanted = Signal(bool)
    """False: months; True: people who were referred again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader("Core teams")
        self.period = Drop("Period")
        self.period.chosen.connect(self.period_chosen)
        self.header.mark(self.period)
        self.again = Button("Import people referred again...", icon="upload")
        self.months_file = Button("Import months...", "primary", icon="upload")
        self.again.clicked.connect(lambda: self.import_wanted.emit(True))
        self.months_file.clicked.connect(lambda: self.import_wanted.emit(False))
        self.header.add(self.again, self.months_file)
        self.figures = [FigureCard() for _ in FIGURES]
        for card in self.figures:
            card.wanted.connect(self.figure_wanted)
        self.months = MonthsCard()
        self.baselines = StatedCard("Baseline", BASELINES, "No baseline is stated.", "State baseline")
        self.rebases = StatedCard("Rebases of the chart", REBASES, "The limits run through every month.", "Rebase")
        self.usual = StatedCard("Usual core visits", USUAL, "The service has stated none.", "State visits")
        self._lay_out()

    @property
    def stated(self) -> tuple[StatedCard, ...]:
        return self.baselines, self.rebases, self.usual

    def take_focus(self) -> None:
        self.period.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to(self, card: StatedCard) -> None:
        """Bring a card into sight, with the keyboard."""
        first = card.table if card.table.isVisible() else card.state
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.ensureWidgetVisible(card, 0, 10)

    def show_figures(self, rows: Sequence[Headline]) -> None:
        for card, row in zip(self.figures, rows, strict=True):
            card.show_figure(row)

    def show_imports(self, *, may: bool) -> None:
        for button in (self.again, self.months_file):
            button.setVisible(may)

    def forget(self) -> None:
        """Nothing of the service is left in any widget."""
        self.months.show_months(MonthsTable((), (), ""))
        for card in self.stated:
            card.show_stated((), may=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = is_narrow(self)
        for row in (self._above, self._below):
            row.stand(narrow=narrow)

    def _lay_out(self) -> None:
        inner, column_of_stated = QWidget(), QWidget()
        right = stack(column_of_stated, gap=10)
        for card in self.stated:
            right.addWidget(card)
        right.addStretch(1)
        self._above = SideBySide([(card, 1) for card in self.figures])
        self._below = SideBySide([(self.months, 11), (column_of_stated, 10)])
        column = stack(inner, gap=10, margins=(20, 2, 20, 12))
        column.addWidget(self._above)
        column.addWidget(self._below, 1)
        self._area = scrolling(inner)
        self.state = StateCard(self._area)
        whole = stack(self, gap=0)
        whole.addWidget(self.header)
        whole.addWidget(self.state, 1)
