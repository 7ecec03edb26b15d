"""A nurse's own figures: her counts, the people she teaches, what is hers to mend. Nobody else is on the page."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.figures import INCOMPLETE
from smf_desktop.presenters.service.own import ProgressRow, SkillRow
from smf_desktop.presenters.service.quality import NOTHING_TO_MEND, MendRow
from smf_desktop.presenters.team.headline import Headline
from ui.views.parts import SideBySide, scrolling, stack
from ui.views.service.mend import MendTable, bring_up, least_height
from ui.views.side_list import ListView
from ui.views.team.cards import FigureCard
from ui.views.team.lists import ListCard, RowsTable
from ui.widgets.bars import PageHeader, is_narrow
from ui.widgets.drops import Drop
from ui.widgets.notices import Notice
from ui.widgets.states import StateCard
from ui.widgets.text import Text

HEADLINES = 5
PROGRESS = (("Person", 220), ("Skill", 130), ("Visits", 130), ("Steps", 120), ("Confidence", 160), ("", 130))
SKILLS = (("Skill", 110), ("Discharged", 92), ("Median", 66), ("Interval", 172), ("", 160))


class OwnView(ListView):
    """First focus is the people; Enter opens a record."""

    period_chosen = Signal(str)
    figure_wanted = Signal(str)
    person_wanted = Signal(int)
    """The place of a row of the people."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader("My figures")
        self.period = Drop("Period")
        self.period.chosen.connect(self.period_chosen)
        self.header.mark(self.period)
        self.incomplete = Notice(INCOMPLETE, kind="warn")
        self.incomplete.hide()
        self.headlines = [FigureCard() for _ in range(HEADLINES)]
        for card in self.headlines:
            card.wanted.connect(self.figure_wanted)
        self.people: RowsTable[ProgressRow] = RowsTable(
            "People you teach",
            PROGRESS,
            lambda row: (row.name, row.skill, row.visits, row.steps, row.confidence, row.ready),
            lambda row: row.spoken,
        )
        self.people.chosen.connect(self.person_wanted)
        self.progress = ListCard("People you teach", "Enter opens the record", self.people, "You teach nobody now.")
        self.mend = MendTable(with_nurse=False)
        self.to_mend = ListCard("To mend", "Enter mends · O opens the record", self.mend, NOTHING_TO_MEND)
        self.skills: ListCard[SkillRow] = ListCard(
            "Visits to discharge, by skill",
            "of those who began in the period",
            RowsTable(
                "Visits to discharge, by skill",
                SKILLS,
                lambda row: (row.skill, row.discharged, row.median, row.interval, row.note),
                lambda row: row.spoken,
            ),
            "Nobody you teach began in this period.",
        )
        self.foot = Text("", "caption", "text-2", wrap=True)
        self._lay_out()

    def take_focus(self) -> None:
        if self.people.model().rowCount():
            self.people.setFocus(Qt.FocusReason.OtherFocusReason)
            self._bring_up()
        else:
            self.period.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self, by: int) -> None:
        """To the next thing to mend, or the one before."""
        self.mend.go_on(by)
        self._bring_up()

    def show_figures(self, rows: Sequence[Headline]) -> None:
        for card, row in zip(self.headlines, rows, strict=True):
            card.show_figure(row)
        self.incomplete.setVisible(any(row.incomplete for row in rows))

    def show_lists(self, people: Sequence[ProgressRow], mend: Sequence[MendRow], skills: Sequence[SkillRow]) -> None:
        self.progress.fill(people)
        self.to_mend.fill(mend)
        self.skills.fill(skills)
        self.to_mend.set_count(len(mend))

    def empty(self) -> None:
        """Nobody's data is left in any widget."""
        self.show_lists((), (), ())
        self.foot.setText("")
        for card in self.headlines:
            card.show_figure(Headline(key="", label=card.label.text(), words="", definition=""))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for row in self._rows:
            row.stand(narrow=is_narrow(self))
        for table, wanted in ((self.people, 240), (self.mend, 190), (self.skills.table, 190)):
            table.setMinimumHeight(least_height(self, wanted))

    def _bring_up(self) -> None:
        """The table with the keyboard comes into sight, and stays in it as heights change."""
        for table in (self.people, self.mend, self.skills.table):
            if table.hasFocus():
                bring_up(self._area, table)

    def _lay_out(self) -> None:
        self._rows = [
            SideBySide([(card, 1) for card in self.headlines]),
            SideBySide([(self.to_mend, 1), (self.skills, 1)]),
        ]
        inner = QWidget()
        self._area = scrolling(inner)
        self.state = StateCard(self._area)
        whole = stack(self, gap=0)
        whole.addWidget(self.header)
        whole.addWidget(self.state, 1)  # before it is filled: see `scrolling`
        column = stack(inner, gap=10, margins=(20, 0, 20, 10))
        for part in (self.incomplete, self._rows[0], self.progress, self._rows[1], self.foot):
            column.addWidget(part)
        column.addStretch(1)
        bar = self._area.verticalScrollBar()
        bar.rangeChanged.connect(lambda *_: QTimer.singleShot(0, self, self._bring_up))
