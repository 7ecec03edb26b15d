"""Today: the next visit, the day's visits, the week, and what waits at the side."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from smf_desktop.presenters.today.facts import Act, SideList
from smf_desktop.presenters.today.page import NextCard, NoteRow, TodayRow, WeekDay
from smf_desktop.presenters.today.row import VisitRow
from ui.views.side_list import ListView, SideCard, SideTable, Wish
from ui.views.today.next import NextVisitCard
from ui.views.today.table import VisitsTable
from ui.views.today.week import DayButton
from ui.widgets.bars import PageHeader, is_narrow
from ui.widgets.buttons import Button, IconButton
from ui.widgets.cards import Card, EmptyState
from ui.widgets.emptied import emptied
from ui.widgets.private_note import PrivateNote
from ui.widgets.roving import Roving
from ui.widgets.scrolling import Scrolling
from ui.widgets.states import StateCard
from ui.widgets.text import Text


class TodayView(ListView):
    """Shows a `TodayRow`; tells what was wanted."""

    wished = Signal(object)
    """A `Wish`."""

    day_wanted = Signal(object)
    """A date, or None for today."""

    triage_wanted = Signal()
    referral_wanted = Signal()
    handover_wanted = Signal()

    note_wanted = Signal(str)
    """The staff-safety note whose words are asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: date | None = None
        self._starts: tuple[Act, ...] = ()
        self.header = PageHeader("Today")
        self.before = IconButton("Previous day", "chevron-left", edged=True, side=27)
        self.today = Button("Today", shortcut="Ctrl+T", small=True)
        self.after = IconButton("Next day", "chevron-right", edged=True, side=27)
        self.start = Button("Start visit", "primary", icon="clipboard-check", shortcut="Ctrl+Enter")
        self.triage = Button("Referrals", "quiet", icon="inbox")
        self.triage.clicked.connect(self.triage_wanted)
        self.referral = Button("New referral", icon="user-round-plus")
        self.referral.setToolTip("New referral (Ctrl+N)")
        self.referral.clicked.connect(self.referral_wanted)
        self.header.add(self.triage, self.before, self.today, self.after, self.referral, self.start)
        self.before.clicked.connect(lambda: self.turn(-1))
        self.today.clicked.connect(lambda: self.day_wanted.emit(None))
        self.after.clicked.connect(lambda: self.turn(1))
        self.start.clicked.connect(self.start_chosen)
        self.next = NextVisitCard()
        self.next.open.clicked.connect(self._open_next)
        self.table = VisitsTable()
        self.table.opened.connect(self._opened)
        self.table.act_wanted.connect(self._acted)
        self.table.book_wanted.connect(self.book_chosen)
        self.table.asked.connect(self.ask_chosen)
        self.visits = Card("Visits today", count=0, note="Sorted by time")
        self.handover = Button("Hand-over sheet", "link", icon="printer")
        self.handover.clicked.connect(self.handover_wanted)
        self.visits.header.addWidget(self.handover)
        self.visits.body.setContentsMargins(0, 0, 0, 0)
        self.visits.body.addWidget(self.table)
        self.empty: QWidget | None = None
        self.notes: dict[str, PrivateNote] = {}
        self._cards: dict[str, SideCard] = {}
        self.safety = Card("Before you go in", count=0, icon="circle-alert")
        self.quiet = Card("Nothing else waits", icon="circle-check", icon_tone="ok")
        quiet = "Tasks, overdue visits, drafts and red flags stand here."
        self.quiet.body.addWidget(Text(quiet, "cell", "text-2", wrap=True))
        self.week = QHBoxLayout()
        self.week.setSpacing(0)
        self._side = QVBoxLayout()
        self._side.setSpacing(12)
        self._lay_out()

    def show_row(self, row: TodayRow) -> None:
        """Fill the page; the row chosen in the table stays chosen where it is still there."""
        self.header.tell(row.title, row.about)
        self.triage.setText(row.triage)
        self.triage.setVisible(bool(row.triage))
        self.next.setVisible(row.next is not None)
        if row.next is not None:
            self.next.fill(row.next)
        self.visits.title.setText("Visits today" if row.title == "Today" else "Visits")
        self.visits.set_count(len(row.visits))
        self.table.fill(row.visits)
        self._show_empty(row)
        self._show_week(row.week)
        self._show_notes(row.notes)
        self._show_lists(row.lists)
        self._starts = (Act.START, Act.CONTINUE, Act.OPEN) if row.title == "Today" else (Act.START, Act.CONTINUE)
        self.start.setVisible(any(one.act in self._starts for one in row.visits))

    def tell_next(self, card: NextCard | None) -> None:
        """Only the minutes until the next visit moved on."""
        if card is not None and self.next.row is not None:
            self.next.fill(card)

    def clear(self) -> None:
        """Leave no trace of anyone."""
        self.show_row(TodayRow("Today", "", None, (), (), (), (), "", "", "", ""))
        self.next.clear()

    def take_focus(self) -> None:
        """The row of the next visit, as the person comes for it; without visits the first of what waits at the side."""
        self.table.choose_next()
        waiting = (card.table for card in self._cards.values())
        first = self.table if self.table.rows else next(waiting, self.handover)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._reveal)

    def _reveal(self) -> None:
        """The row chosen, once everything is laid out: on a small screen it stands under the card of the next visit."""
        inner = self.area.widget()
        if inner is not None and self.table.hasFocus():
            row = self.table.visualRect(self.table.currentIndex())
            at = self.table.viewport().mapTo(inner, row.center())
            self.area.ensureVisible(at.x(), at.y(), 0, row.height())

    def start_chosen(self) -> None:
        """Start or continue the visit of the row that is chosen, else the next one."""
        row = self.table.chosen()
        if row is not None:
            act = Act.START if row.act in self._starts and row.act is not Act.CONTINUE else row.act
            self.wished.emit(_wish(row, act))

    def ask_chosen(self, act: Act) -> None:
        """Ask something else of the row that is chosen: move it, call it off, say that it did not go ahead."""
        row = self.table.chosen()
        if row is not None:
            self.wished.emit(_wish(row, act))

    @property
    def tasks(self) -> SideTable | None:
        """The list of tasks that has the keyboard."""
        tables = (card.table for card in self._cards.values())
        return next((table for table in tables if table.hasFocus() and table.has_task), None)

    def turn(self, days: int) -> None:
        """So many days on, or back."""
        if self._shown is not None:
            self.day_wanted.emit(self._shown + timedelta(days=days))

    def book_chosen(self) -> None:
        row = self.table.chosen()
        if row is not None:
            self.wished.emit(Wish(Act.BOOK, row.patient, "", row.episodes))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        down = is_narrow(self)
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight)
        self.next.turn(down=down)
        for part in (self.before, self.today, self.after, self.referral):  # all are in the menus, too
            part.setVisible(not down)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        # First what holds the rest: Qt styles everything anew in whatever is put into something else.
        inner = QWidget()
        inner.setObjectName("scrolled")
        self.area = Scrolling(inner)
        self.state = StateCard(self.area)
        whole.addWidget(self.state, 1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._columns.setContentsMargins(20, 4, 20, 16)
        self._columns.setSpacing(12)
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.strip = Card()
        self.strip.body.setContentsMargins(0, 0, 0, 0)
        self.strip.body.addLayout(self.week)
        for part in (self.next, self.visits, self.strip):
            column.addWidget(part)
        column.addStretch(1)
        self._side.setContentsMargins(0, 0, 0, 0)
        right.setLayout(self._side)
        self._columns.addWidget(left, 66)
        self._columns.addWidget(right, 34)
        for side in (left, right):
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def _show_empty(self, row: TodayRow) -> None:
        if self.empty is not None:
            self.visits.body.removeWidget(self.empty)
            self.empty.deleteLater()
            self.empty = None
        self.table.setVisible(bool(row.visits))
        if not row.visits and row.empty:
            self.empty = EmptyState("calendar-check", row.empty, row.empty_do)
            self.visits.body.addWidget(self.empty)

    def _show_week(self, days: Sequence[WeekDay]) -> None:
        emptied(self.week)
        self.strip.setVisible(bool(days))
        buttons = [DayButton(one) for one in days]
        for one, button in zip(days, buttons, strict=True):
            button.clicked.connect(lambda _on=False, on=one.on: self.day_wanted.emit(on))
            self.week.addWidget(button, 1)
        Roving(self.strip, buttons)
        self._shown = next((one.on for one in days if one.chosen), None)

    def _show_lists(self, lists: Sequence[SideList]) -> None:
        """Lists that are there already are filled anew, so that the focus in them stays."""
        held, self._cards = self._cards, {}
        while self._side.count():
            self._side.takeAt(0)
        self._side.addWidget(self.safety)
        for one in lists:
            card = held.pop(one.key, None)
            if card is None:
                card = SideCard(one, self.wished.emit)
            else:
                card.fill(one)
            self._cards[one.key] = card
            self._side.addWidget(card)
        for gone in held.values():
            gone.empty()  # it lives until the next turn, and must hold nobody by then
            gone.hide()
            gone.deleteLater()
        self._side.addWidget(self.quiet)
        self.quiet.setVisible(not lists)
        self._side.addStretch(1)

    def _show_notes(self, notes: Sequence[NoteRow]) -> None:
        """A neutral mark for each; the same marks stay, so that one that is open is not torn away."""
        self.safety.setVisible(bool(notes))
        if [one.alert for one in notes] == list(self.notes):
            return
        emptied(self.safety.body)
        self.notes = {}
        for one in notes:
            mark = PrivateNote(one.spoken)
            mark.asked.connect(lambda alert=one.alert: self.note_wanted.emit(alert))
            line, row = QWidget(), QHBoxLayout()
            row.setContentsMargins(0, 0, 0, 0)
            line.setLayout(row)
            row.addWidget(Text(one.name, "cell", strong=True, wrap=True), 1)
            row.addWidget(mark)
            self.safety.body.addWidget(line)
            self.notes[one.alert] = mark
        self.safety.set_count(len(notes))

    def _open_next(self) -> None:
        row = self.next.row
        if row is not None:
            self.wished.emit(Wish(Act.OPEN, row.patient, row.visit, row.episodes))

    def _opened(self, place: int) -> None:
        row = self.table.rows[place]
        self.wished.emit(_wish(row, row.act if row.act in (Act.CONTINUE, Act.CALL) else Act.OPEN))

    def _acted(self, place: int) -> None:
        row = self.table.rows[place]
        self.wished.emit(_wish(row, row.act))


def _wish(row: VisitRow, act: Act) -> Wish:
    return Wish(act, row.patient, row.visit, row.episodes)
