"""The team page: filters, headline figures, charts, the people behind a mark, and lists."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from smf_desktop.presenters.figures import ASK_HUB, INCOMPLETE
from smf_desktop.presenters.team.headline import Headline
from smf_desktop.presenters.team.lists import PeoplePanel, RateRow, StepRow
from ui.theme import theme_in_use
from ui.views.parts import SideBySide, scrolling, stack
from ui.views.side_list import ListView
from ui.views.team.cards import ChartCard, FigureCard
from ui.views.team.lists import ListCard, PanelCard, RowsTable, WaitingCard
from ui.widgets.bars import PageHeader, is_narrow
from ui.widgets.buttons import Button
from ui.widgets.drops import Drops
from ui.widgets.notices import Notice
from ui.widgets.states import StateCard
from ui.widgets.text import Text

TOP, BOTTOM = 195, 152
"""Pixels of height that the charts of the two rows need."""

FILTERS = (("team", "Team"), ("period", "Period"), ("skill", "Skill"), ("nurse", "Nurse"), ("locality", "Locality"))
CHARTS = (
    ("survival", "Visits until discharge to self-care", "share still being taught · band is 95% CI", TOP),
    ("referrals", "Referrals to core teams each month", "", TOP),
    ("rates", "Discharged to self-care, by skill", "95% CI", BOTTOM),
    ("caseload", "Caseload by nurse", "", BOTTOM),
)
TWO_CHARTS = 1_150
"""Pixels of width at 100 % that the words above the two charts of the first row need side by side."""

HELD_AGAINST = (("Rebase", "rebase"), ("Baseline", "baseline"))
"""What the chart of referrals leads to, and the record of that place."""

HEADLINES, BESIDE = 4, 3
STEPS = (("Step", 300), ("Skill", 110), ("Held back", 90))
REFERRERS = (("Core team", 210), ("Accepted", 90), ("Share", 60), ("Interval", 140))
SPLITS = (("", 110), ("Part", 240), ("Discharged", 90), ("Share", 60), ("Interval", 200))


class TeamView(ListView):
    """Shows what it is told; says what was chosen, and what was asked for."""

    filtered = Signal(str, str)
    """A filter by its name, and the code that was chosen."""

    figure_wanted = Signal(str)
    hub_wanted = Signal()
    report_wanted = Signal()
    tables_wanted = Signal(bool)
    step_wanted = Signal(int)
    stated_wanted = Signal(str)
    """What the chart of referrals is held against: the baseline, or a rebase."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader("Team")
        self.filters = Drops(FILTERS)
        self.filters.chosen.connect(self.filtered)
        self.header.mark(self.filters)
        self.tables = Button("Show as tables", icon="list")
        self.tables.setCheckable(True)
        self.tables.toggled.connect(self.tables_wanted)
        self.report = Button("Open report", "primary", icon="file-chart-column")
        self.report.clicked.connect(self.report_wanted)
        self.header.add(self.tables, self.report)
        self.incomplete = Notice(INCOMPLETE, kind="warn", link=ASK_HUB)
        self.incomplete.link_chosen.connect(self.hub_wanted)
        self.incomplete.hide()
        self.headlines = [FigureCard() for _ in range(HEADLINES)]
        self.beside = [FigureCard(slim=True) for _ in range(BESIDE)]
        for card in (*self.headlines, *self.beside):
            card.wanted.connect(self.figure_wanted)
        self.charts = {key: ChartCard(title, note, height) for key, title, note, height in CHARTS}
        for words, record in HELD_AGAINST:
            link = Button(words, "link")
            link.clicked.connect(lambda _on=False, record=record: self.stated_wanted.emit(record))
            self.charts["referrals"].header.addWidget(link)
        self.waiting, self.panel = WaitingCard(), PanelCard()
        self._third = QStackedWidget()
        self._third.addWidget(self.waiting)
        self._third.addWidget(self.panel)
        self.steps: RowsTable[StepRow] = RowsTable(
            "Stuck steps", STEPS, lambda row: (row.step, row.skill, row.count), lambda row: row.spoken
        )
        self.steps.chosen.connect(self.step_wanted)
        self.stuck = ListCard(
            "Stuck steps",
            "critical steps not yet on own · Enter shows whom",
            self.steps,
            "No critical step holds anybody back.",
        )
        self.referrers = ListCard(
            "Referrals by core team",
            "accepted of those triaged",
            _rates("Referrals by core team", REFERRERS, 1),
            "No core team referred anybody in this period.",
        )
        self.splits = ListCard(
            "Discharged to self-care, by people",
            "a percentage only of 10 or more",
            _rates("Discharged to self-care, by people", SPLITS, 0),
            "Nobody's teaching ended in this period.",
        )
        self.split_source = Text("", "dense", "text-2", wrap=True)
        self.split_source.setContentsMargins(12, 4, 12, 4)
        self.splits.body.addWidget(self.split_source)
        self.foot = Text("", "caption", "text-2", wrap=True)
        self._as_tables = False
        self._rows = self._lay_out()

    def take_focus(self) -> None:
        self.filters.each["team"].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_figures(self, headlines: Sequence[Headline], beside: Sequence[Headline], *, ask_hub: bool) -> None:
        for card, row in zip((*self.headlines, *self.beside), (*headlines, *beside), strict=True):
            card.show_figure(row)
        incomplete = any(row.incomplete for row in (*headlines, *beside))
        self.incomplete.setVisible(incomplete)
        self.incomplete.link.setVisible(ask_hub)

    def show_splits(self, splits: Sequence[RateRow], source: str = "", words: str = "") -> None:
        """`source` says by what places are called deprived, `words` why there are no rows."""
        self.splits.fill(splits, words)
        self.split_source.setText(source)
        self.split_source.setVisible(bool(source))

    def show_panel(self, panel: PeoplePanel, *, focus: bool) -> None:
        """The people behind a mark, in the place of the lists; `focus` takes the keyboard to them."""
        self.panel.show_panel(panel)
        self._third.setCurrentWidget(self.panel)
        if focus:
            self._bring_panel()

    def show_words(self, title: str, words: str) -> None:
        self.panel.show_words(title, words)
        self._third.setCurrentWidget(self.panel)
        self._bring_panel()

    def _bring_panel(self) -> None:
        self._area.ensureWidgetVisible(self._third, 0, 10)
        self.panel.take_focus()

    @property
    def panel_is_open(self) -> bool:
        return self._third.currentWidget() is self.panel

    def close_panel(self) -> None:
        self._third.setCurrentWidget(self.waiting)
        self.panel.forget()

    def show_tables(self, on: bool) -> None:
        self.tables.setText("Show as charts" if on else "Show as tables")
        self._as_tables = on
        for card in self.charts.values():
            card.show_table(on)
        self._stand()

    def forget(self) -> None:
        """Nobody's data is left in any widget."""
        self.close_panel()
        for card in self.charts.values():
            card.forget()
        for key in self.waiting.lists:
            self.waiting.fill(key, (), 0)
        self.stuck.fill(())
        self.referrers.fill(())
        self.show_splits(())
        self.foot.setText("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stand()

    def _stand(self) -> None:
        """Tables have more columns than half a page has room for: each then has the whole width."""
        narrow = is_narrow(self)
        self.report.setVisible(not narrow)  # it stands in the rail and in a menu, too
        tight = self.width() < theme_in_use().px(TWO_CHARTS)
        for row in self._rows:
            stacked = (self._as_tables and row in self._of_charts) or (tight and row is self._of_charts[0])
            row.stand(narrow=narrow or stacked)

    def _lay_out(self) -> list[SideBySide]:
        strip = QFrame()
        strip.setObjectName("card")
        inner_strip = SideBySide(list(zip(self.beside, (10, 10, 19), strict=True)))
        stack(strip, gap=0).addWidget(inner_strip)
        charts = self.charts
        rows = [
            SideBySide([(card, 1) for card in self.headlines]),
            SideBySide([(charts["survival"], 1), (charts["referrals"], 1)]),
            SideBySide([(charts["rates"], 35), (charts["caseload"], 31), (self._third, 40)]),
            SideBySide([(self.stuck, 1), (self.referrers, 1)]),
            SideBySide([(self.splits, 1)]),
        ]
        inner = QWidget()
        column = stack(inner, gap=8, margins=(20, 0, 20, 10))
        column.addWidget(self.incomplete)
        column.addWidget(rows[0])
        column.addWidget(strip)
        for row in rows[1:]:
            column.addWidget(row)
        column.addWidget(self.foot)
        column.addStretch(1)
        self._of_charts = rows[1:3]
        self._area = scrolling(inner)
        self.state = StateCard(self._area)
        whole = stack(self, gap=0)
        whole.addWidget(self.header)
        whole.addWidget(self.state, 1)
        return [*rows, inner_strip]


def _rates(name: str, columns: Sequence[tuple[str, int]], left_out: int) -> RowsTable[RateRow]:
    """A table of shares; without the first column where all are of one thing."""
    return RowsTable(
        name,
        columns,
        lambda row: (row.of, row.part, row.count, row.share, row.interval)[left_out:],
        lambda row: row.spoken,
    )
