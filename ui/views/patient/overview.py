"""The overview: what to know at the door, in 20 seconds."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from smf_desktop.presenters.dose_cover import DoseCoverRow
from smf_desktop.presenters.letters.rows import CoreStopRow
from smf_desktop.presenters.patient.alerts import AlertRow
from smf_desktop.presenters.patient.facts import FactRow
from smf_desktop.presenters.patient.page import PatientRow
from smf_desktop.presenters.patient.pathway import LearnerRow, PathwayRow, ProgressRow
from smf_desktop.presenters.patient.timeline import TimelineRow
from smf_desktop.presenters.today.facts import ACT_WORDS, SideRow
from ui.views.patient.parts import (
    Columns,
    Line,
    facts_card,
    header_link,
    link,
    list_body,
    member_buttons,
    pathway_buttons,
)
from ui.views.patient.tables import CHIP_ICON
from ui.views.patient.wants import Tell, Want
from ui.widgets.bars import Tabs
from ui.widgets.buttons import Button, IconButton
from ui.widgets.cards import Card, EmptyState, rule
from ui.widgets.matrix import MatrixRow, MatrixVisit, StepMatrix
from ui.widgets.private_note import PrivateNote
from ui.widgets.rating import Mark, legend
from ui.widgets.sparkline import Progress, Sparkline
from ui.widgets.text import Chip, Icon, Text

LEFT, RIGHT = 290, 372
MARKS = (
    Mark("1", "not_yet", "Not yet"),
    Mark("2", "assisted", "With help"),
    Mark("3", "prompted", "With prompts"),
    Mark("4", "independent", "On own"),
)


class Overview(Columns):
    """Alerts and plan, the steps of one skill, how near discharge and what happened."""

    def __init__(self, tell: Tell, choose: Callable[[int], object]) -> None:
        super().__init__((LEFT, 0, RIGHT))
        self._tell, self._choose = tell, choose
        self.notes: dict[str, PrivateNote] = {}
        self._steps: PathwayCard | None = None

    def fill(self, row: PatientRow, pathway: int) -> None:
        self.clear()
        left, middle, right = self.boxes
        shown = row.pathways[pathway] if row.pathways else None
        left.addWidget(self._alerts(row.alerts))
        if row.stops:
            left.addWidget(self._stops(row.stops))
        left.addWidget(
            facts_card("Plan", (*row.about, *(shown.people if shown else ())), self._dress_plan, self.columns[0])
        )
        if row.covers:
            left.addWidget(self._covers(row.covers))
        left.addStretch(1)
        if shown is None:
            nothing = Card()
            nothing.body.addWidget(EmptyState("clipboard-list", row.empty))
            middle.addWidget(nothing)
        else:
            if len(row.pathways) > 1:
                middle.addWidget(self._pathway_tabs(row.pathways, pathway))
            self._steps = PathwayCard(shown, self.columns[1])
            middle.addWidget(self._steps)
            right.addWidget(_progress(shown.progress, self.columns[2]))
        middle.addWidget(self._medicines(row.medicines))
        middle.addWidget(self._details(row.person))
        middle.addStretch(1)
        if row.tasks:
            right.addWidget(self._tasks(row.tasks))
        right.addWidget(self._timeline(row.timeline, row.history_title))
        right.addWidget(self._contacts(row.contacts))
        right.addStretch(1)

    def clear(self) -> None:
        for note in self.notes.values():
            note.close_note()
        self.notes = {}
        self._steps = None
        super().clear()

    def next_learner(self) -> None:
        """Show the steps of the next one who learns."""
        if self._steps is not None:
            self._steps.next_learner()

    def _contacts(self, rows: Sequence[FactRow]) -> Card:
        card = facts_card("Contacts", rows, self._dress_contact, self.columns[2])
        header_link(card, "Add", "Add a contact", lambda: self._tell(Want.CONTACT, ""))
        self._history(card, "contacts")
        return card

    def _medicines(self, rows: Sequence[FactRow]) -> Card:
        card = facts_card("Medicines and products", rows, self._dress_member, self.columns[1])
        header_link(card, "Add", "Add a medicine", lambda: self._tell(Want.MEDICINE, ""))
        self._history(card, "medicines")
        return card

    def _details(self, rows: Sequence[FactRow]) -> Card:
        card = facts_card("Details", rows, parent=self.columns[1])
        header_link(card, "Edit", "Edit details", lambda: self._tell(Want.EDIT, ""))
        self._history(card, "details")
        return card

    def _history(self, card: Card, section: str) -> None:
        spoken = f"History of {card.title.text().lower()}"
        header_link(card, "History", spoken, lambda: self._tell(Want.FIELD_HISTORY, section))

    def _alerts(self, rows: Sequence[AlertRow]) -> Card:
        harm = any(row.tone == "danger" for row in rows)
        card = list_body(
            Card(
                "Alerts",
                count=len(rows),
                icon="triangle-alert",
                icon_tone="danger" if harm else "text-2",
                parent=self.columns[0],
            )
        )
        card.set_edge("alert" if harm else "")
        header_link(card, "Add", "Add an alert", lambda: self._tell(Want.ALERT, ""))
        self._history(card, "alerts")
        for place, row in enumerate(rows):
            if place:
                card.body.addWidget(rule())
            card.body.addWidget(self._alert(row, card))
        return card

    def _alert(self, row: AlertRow, card: Card) -> Line:
        line = Line(card)
        if row.private:
            note = PrivateNote("Note about this person")
            note.asked.connect(lambda: self._tell(Want.READ_NOTE, row.private))
            self.notes[row.private] = note
            line.column.addWidget(note, 0, Qt.AlignmentFlag.AlignLeft)
            member_buttons(line, self._tell, f"alert:{row.member}", "this note")
            return line
        line.column.addWidget(Text(row.title, "cell", row.tone, strong=True, wrap=True))
        if row.about:
            line.column.addWidget(Text(row.about, "cell", "text-2", wrap=True))
        if row.flag:
            close = Button("Close", small=True)
            close.setAccessibleName(f"Close {row.title}")
            close.clicked.connect(lambda: self._tell(Want.CLOSE_FLAG, row.flag))
            line.put(close)
        elif row.member:
            member_buttons(line, self._tell, f"{row.entity}:{row.member}", row.title)
        return line

    def _stops(self, rows: Sequence[CoreStopRow]) -> Card:
        card = list_body(
            Card("Core visits to stop", count=len(rows), icon="flag", icon_tone="warn", parent=self.columns[0])
        )
        for row in rows:
            line = Line(card)
            line.column.addWidget(Text(row.words, "cell", "warn" if row.tone == "warn" else "", strong=True, wrap=True))
            line.column.addWidget(Text(row.detail, "dense", "text-2", wrap=True))
            spoken = f"Confirm that core visits stop, {row.detail}"
            line.put(link("Confirm", spoken, partial(self._tell, Want.CONFIRM_STOP, row.letter)))
            card.body.addWidget(line)
        return card

    def _covers(self, rows: Sequence[DoseCoverRow]) -> Card:
        card = list_body(Card("Cover until sign-off", parent=self.columns[0]))
        header_link(card, "Change", "Change who gives a dose", lambda: self._tell(Want.DOSE_COVER, ""))
        for place, row in enumerate(rows):
            if place:
                card.body.addWidget(rule())
            line = Line(card)
            line.column.addWidget(Text(row.words, "cell", row.tone, strong=row.tone == "danger", wrap=True))
            if row.covers:
                end = IconButton(f"End {row.words}", "x")
                end.clicked.connect(partial(self._end_cover, row))
                line.put(end)
            card.body.addWidget(line)
        return card

    def _end_cover(self, row: DoseCoverRow, _on: bool = False) -> None:
        self._tell(Want.END_DOSE_COVER, "|".join(row.covers))

    def _tasks(self, rows: Sequence[SideRow]) -> Card:
        card = list_body(Card("Tasks", count=len(rows), icon="list-checks", parent=self.columns[2]))
        for place, row in enumerate(rows):
            if place:
                card.body.addWidget(rule())
            line = Line(card)
            line.column.addWidget(Text(row.name, "cell", row.tone, strong=True, wrap=True))
            if row.about:
                line.column.addWidget(Text(row.about, "dense", "text-2", wrap=True))
            button = Button(ACT_WORDS[row.act], small=True)
            button.setAccessibleName(row.spoken)
            button.clicked.connect(partial(self._tell_task, row))
            line.put(button)
            card.body.addWidget(line)
        return card

    def _tell_task(self, row: SideRow, _on: bool = False) -> None:
        self._tell(Want.TASK, f"{row.act.value}:{row.record}")

    def _pathway_tabs(self, pathways: Sequence[PathwayRow], now: int) -> Tabs:
        tabs = Tabs([one.tab if one.open else f"{one.title}, ended" for one in pathways])
        tabs.setAccessibleName("Skills")
        tabs.setCurrentIndex(now)
        tabs.currentChanged.connect(self._choose)
        return tabs

    def _dress_plan(self, line: Line, row: FactRow) -> None:
        if row.label == "Next visit" and row.record:
            spoken = f"Take back the booking, {row.words}"
            line.put(link("Take back", spoken, lambda: self._tell(Want.CANCEL_BOOKING, row.record)))
        pathway_buttons(line, self._tell, row)

    def _dress_contact(self, line: Line, row: FactRow) -> None:
        if "informal carer" in row.about:
            contact = row.record.partition(":")[2]
            line.put(link("Learner", f"Make {row.words} a learner", lambda: self._tell(Want.LEARNER, contact)))
        self._dress_member(line, row)

    def _dress_member(self, line: Line, row: FactRow) -> None:
        member_buttons(line, self._tell, row.record, row.words)

    def _timeline(self, rows: Sequence[TimelineRow], more: str) -> Card:
        card = Card("Timeline", parent=self.columns[2])
        card.body.setSpacing(8)
        if rows:
            header_link(card, more, f"{more}, opens History", lambda: self._tell(Want.ALL_ENTRIES, ""))
        for row in rows:
            line = QHBoxLayout()
            line.setSpacing(10)
            line.addWidget(Icon(row.icon, "link", 16), 0, Qt.AlignmentFlag.AlignTop)
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(Text(row.title, "cell", strong=True, wrap=True))
            words.addWidget(Text(row.when, "dense", "text-2", tabular=True))
            if row.about:
                words.addWidget(Text(row.about, "dense", "text-2", wrap=True))
            if row.chip:
                words.addWidget(Chip(row.chip, icon=CHIP_ICON), 0, Qt.AlignmentFlag.AlignLeft)
            line.addLayout(words, 1)
            card.body.addLayout(line)
        if not rows:
            card.body.addWidget(Text("Nothing has happened yet. Visits and referrals stand here.", "cell", wrap=True))
        return card


class PathwayCard(Card):
    """Steps by visits for each learner of a skill."""

    def __init__(self, shown: PathwayRow, parent: QWidget) -> None:
        super().__init__(shown.title, icon=shown.icon, parent=parent)
        self._shown = shown
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.header.insertWidget(2, Chip(shown.chip, shown.chip_kind))
        self._total, self._critical = Text("", "cell", strong=True), Text("", "dense", "text-2")
        self.header.addWidget(self._total)
        self.header.addWidget(self._critical)
        self._tabs: Tabs | None = None
        if len(shown.learners) > 1:
            self._tabs = Tabs([one.name for one in shown.learners])
            self._tabs.setAccessibleName("Learners")
            self._tabs.setToolTip("L shows the next learner")
            self._tabs.currentChanged.connect(lambda place: self._fill(shown.learners[place]))
            self.body.addWidget(self._tabs)
        self.matrix = StepMatrix(f"{shown.title}: steps by visits")
        self.matrix.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.matrix.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.matrix)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 6, 12, 6)
        foot.addWidget(legend(MARKS), 1)
        self.body.addLayout(foot)
        self._fill(shown.learners[0])

    def next_learner(self) -> None:
        if self._tabs is not None:
            self._tabs.setCurrentIndex((self._tabs.currentIndex() + 1) % self._tabs.count())

    def _fill(self, one: LearnerRow) -> None:
        self._total.setText(one.on_own)
        self._critical.setText(one.critical)
        visits = [MatrixVisit(column.label, column.spoken, column.to_come) for column in one.columns]
        rows = [
            MatrixRow(step.number, step.words, step.keys, step.spoken, step.critical, step.open) for step in one.steps
        ]
        self.matrix.show_rows(visits, rows)
        self.matrix.setFixedHeight(self.matrix.sizeHint().height())


def _progress(shown: ProgressRow, parent: QWidget) -> Card:
    card = Card("Visits to discharge", note=shown.note, parent=parent)
    card.body.setSpacing(4)
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addWidget(Text(shown.visits, "figure", tabular=True), 0, Qt.AlignmentFlag.AlignBaseline)
    line.addWidget(Text(shown.sentence, "cell", "text-2", wrap=True), 1, Qt.AlignmentFlag.AlignBaseline)
    card.body.addLayout(line)
    picture = Sparkline()
    picture.show_progress(Progress(shown.on_own, shown.steps, shown.usual, shown.about), shown.finding)
    table = Text(
        "\n".join(f"{visit}: {count}" for visit, count in shown.table) or "No visits yet", "dense", tabular=True
    )
    table.hide()
    as_table = Button("Show as table", "link")

    def turn() -> None:
        table.setVisible(table.isHidden())
        as_table.setText("Hide table" if table.isVisible() else "Show as table")

    picture.table_wanted.connect(turn)
    as_table.clicked.connect(turn)
    card.body.addWidget(picture)
    card.body.addWidget(Text(shown.caption, "dense", "text-2", wrap=True))
    card.body.addWidget(as_table, 0, Qt.AlignmentFlag.AlignLeft)
    card.body.addWidget(table)
    return card
