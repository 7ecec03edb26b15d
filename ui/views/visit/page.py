"""Record a visit, the page: header, strip, gates, three columns that scroll by themselves, dock."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from smf_core.domain.missing import Missing, Part, Why
from smf_desktop.presenters.visit.checklist import ConfidenceRow, MarkWords
from smf_desktop.presenters.visit.page import CHECK_GIVEN, DockRow, ReasonRow, VisitRows
from ui.views.parts import Line, height, in_order, scrolling, stack
from ui.views.visit.checklist import Checklist
from ui.views.visit.flags import FlagsColumn
from ui.views.visit.gates import GatesCard
from ui.views.visit.next import NextColumn
from ui.views.visit.readings import ReadingsColumn
from ui.views.visit.strip import Choices, Strip
from ui.views.visit.teaching import TeachingColumn
from ui.views.written import WrittenView
from ui.widgets.bars import Dock, Tabs
from ui.widgets.buttons import Button, IconButton
from ui.widgets.notices import Notice
from ui.widgets.text import Chip, Text, announce, plain_tip
from ui.widgets.tracks import ProgressTrack

NARROW = 860
"""Under this width the columns stand in one scroll."""

LOW = 380
"""Under this height, too: header and strip leave the columns no room to scroll in."""

CHECKLIST_AT_MOST, TEACHING, RIGHT = 720, 334, 320
"""Widths of the columns: what the checklist does not take, teaching and its notes do."""


class VisitView(WrittenView):
    """Shows rows and says what was wanted; holds nothing of the visit itself."""

    tab_chosen = Signal(int)
    amend_reason_typed = Signal(str)
    late_reason_typed = Signal(str)
    cosign_chosen = Signal(str)
    """The user id of who is asked to co-sign, "" for nobody."""

    keys_wanted = Signal()
    not_gone_ahead_wanted = Signal()
    sign_wanted = Signal()
    problem_wanted = Signal()
    focus_moved = Signal()
    """The focus went on, other than from step to step: a rating key is not to wait for a draft."""

    def __init__(
        self,
        *,
        places: Choices,
        methods: Choices,
        purposes: Choices,
        answers: Choices,
        strategies: Sequence[tuple[str, Choices]],
        next_kinds: Choices,
        gate_states: Sequence[tuple[str, str, str]],
        parse: Callable[[str], date | None],
        parent: QWidget | None = None,
    ) -> None:
        """Every choice as (code, words); `parse` reads a typed date, None when it cannot."""
        super().__init__(parent)
        self.strip = Strip(places, methods, purposes)
        self.gates = GatesCard(gate_states)
        self.amend = ReasonCard("Why it is amended (needed)", "Why the visit is amended, needed")
        self.near = Notice("", kind="danger")
        self.near.hide()
        self.late = ReasonCard("Why it is written down later (needed)", "Why it is written down later, needed")
        self.checklist = Checklist()
        self.teaching = TeachingColumn(answers, strategies)
        self.readings = ReadingsColumn()
        self.flags = FlagsColumn()
        self.next = NextColumn(next_kinds, parse)
        self._left: DockRow | None = None
        self._lay_out()
        self.amend.typed.connect(self.amend_reason_typed)
        self.late.typed.connect(self.late_reason_typed)
        self.next.cosign_chosen.connect(self.cosign_chosen)
        self.checklist.done.connect(self.teaching.focus_first)
        QApplication.instance().focusChanged.connect(self._focus_changed)  # type: ignore[union-attr]  # there is one
        self._amends = False
        self._made: Sequence[object] = ()
        self._settling = QTimer(self)  # once more when the layout has made room for what the focus opened
        self._settling.setSingleShot(True)
        self._settling.setInterval(0)
        self._settling.timeout.connect(self._bring_focus_into_view)

    # --- showing -----------------------------------------------------------------------------------------------------

    def show_rows(self, rows: VisitRows, marks: Sequence[MarkWords]) -> None:
        self.title.setText(rows.title)
        self.about.setText(rows.about)
        self.training.setVisible(bool(rows.training))
        if self.training.words != rows.training:
            self.training.turn_into(rows.training, "warn")
        self.progress.tell(rows.rated, rows.steps, words=f"{rows.rated} of {rows.steps} rated", spoken="steps rated")
        self._show_tabs(rows)
        self.strip.show_row(rows.strip)
        self.amend.show_row(rows.amend)
        self.late.show_row(rows.late)
        self._show_near(*rows.near)
        self.gates.show_row(rows.gates)
        self.checklist.show_rows(marks, rows.groups, rows.last_heading)
        self.teaching.show_rows(rows.questions, rows.no_questions, rows.confidence, rows.strategies, rows.notes)
        self.readings.show_rows(rows.readings, rows.vital_signs, rows.addable)
        self.flags.show_rows(rows.flags)
        self.next.show_row(rows.next)
        self.next.show_cosigners(rows.cosigners, rows.cosign_of)
        self._order()
        self._left = rows.dock
        self._tell_left()
        if self._amends != (rows.amend is not None):
            self._amends = rows.amend is not None
            self.sign.setText("Sign amendment" if self._amends else "Sign visit")
            self.not_gone_ahead.setEnabled(not self._amends)
        self.body.show()  # after all: each control that is put where it can be seen lays the whole page out anew

    def _show_near(self, true: str, do: str) -> None:
        """A colleague may have made this very visit. It may come while the page is open, so it is said aloud."""
        came = bool(true) and self.near.true.text() != true
        self.near.tell(true, do, "danger")
        self.near.setVisible(bool(true))
        if came:
            announce(self, f"{true} {do}", now=True)

    def _tell_left(self) -> None:
        """What is left to do: in a few words where the dock would else take half of a small page."""
        if (left := self._left) is not None:
            words = left.short if self._narrow else left.words
            if self._narrow and self.near.true.text():  # the notice itself is scrolled away under the checklist's keys
                words = f"{CHECK_GIVEN} {words}"
            icon = "circle-alert" if left.missing else "circle-check"
            self.dock.tell(words, tone=left.tone, icon=icon, link="Go to first (F8)" if left.missing else "")

    def clear(self) -> None:
        """Empty everything that came from a person's record or was typed."""
        self.body.hide()
        self._left = None
        reasons = (self.amend.about, self.amend.changes, self.late.about, self.near.true, self.near.do)
        self.near.hide()
        for text in (self.title, self.about, *reasons, self.dock.words):
            text.setText("")
        while self.tabs.count():
            self.tabs.removeTab(0)
        self.gates.clear()
        self.checklist.show_rows((), (), "")
        self.teaching.show_rows((), "", ConfidenceRow(None, "", False), (), "")
        self.readings.show_rows((), (), ())
        self.flags.show_rows(())
        self.flags.show_calls(())
        self.strip.clear()
        self.next.clear()
        for edit in self.findChildren(QLineEdit):
            edit.setText("")  # forgets what could be undone, too

    # --- focus -------------------------------------------------------------------------------------------------------

    def go_to(self, item: Missing, words: str) -> None:
        """Put the focus on something missing and say what it is."""
        match item.part:
            case Part.RIGHT_PERSON | Part.MINUTES | Part.LEARNER:
                self.strip.focus_part(item.part.value)
            case Part.GATE:
                self.gates.focus_gate(item.id)
            case Part.STEP:
                self.checklist.focus_step(item.id)
                if item.why is Why.REASON_NEEDED:
                    self.checklist.items[item.id].open_line("reason")
            case Part.TEACH_BACK:
                self.teaching.focus_question(item.id)
            case Part.CONFIDENCE:
                self.teaching.scale.setFocus(Qt.FocusReason.OtherFocusReason)
            case Part.READING | Part.VITAL_SIGN:
                self.readings.focus_reading(item.section if item.part is Part.READING else None, item.index)
            case Part.RED_FLAG:
                self.flags.focus_flag(item.id)
            case Part.NEXT:
                self.next.focus_field(item.id)
            case Part.AMEND:
                self.amend.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            case Part.LATE:
                self.late.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            case _:
                self.strip.focus_part("purpose")
        announce(self, words, now=True)

    def focus_start(self) -> None:
        """Where the nurse goes on: gates that stop teaching, else the first step without a value."""
        if not self.gates.isHidden():
            self.gates.focus_first()
        elif not self.amend.isHidden():
            self.amend.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.checklist.focus_first()

    def open_sections(self) -> None:
        """The list of the parts of the page, to go to one."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, there in self._sections():
            menu.addAction(words, there)
        menu.popup(self.mapToGlobal(QPoint(20, height(40))))
        menu.setActiveAction(menu.actions()[0])

    def minimumSizeHint(self) -> QSize:
        """Small: the page lays itself out anew where three columns have no room."""
        return QSize(height(300), height(180))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.gates.area.set_room(self.height() * 3 // 10)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._whole = stack(self, gap=0)
        self.body = QWidget()
        self.body.hide()  # until there is something to show
        self._whole.addWidget(self.body, 1)  # before it is filled: see `scrolling`
        self._whole.addWidget(self._make_dock())
        self._body = stack(self.body, gap=8, margins=(20, 6, 20, 8))
        self._header = self._make_header()
        for part in (self._header, self.near, self.strip, self.late, self.amend):
            self._body.addWidget(part)
        self._body.addWidget(self.gates, 6)
        self._columns = QWidget()
        self._body.addWidget(self._columns, 5)
        self._beside = QHBoxLayout(self._columns)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.setSpacing(8)
        self._right = QWidget()
        self._one = QScrollArea()
        self._one.setWidgetResizable(True)
        self._one.setFrameShape(QFrame.Shape.NoFrame)
        self._one.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._one.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._teaching_area, self._right_area = scrolling(self.teaching), scrolling(self._right)
        self.teaching.setObjectName("card")
        self._beside.addWidget(self.checklist, 1)
        self._beside.addWidget(self._teaching_area)
        self._beside.addWidget(self._right_area)
        right = stack(self._right, gap=8)
        for card in (self.readings, self.flags, self.next):
            right.addWidget(card)
        right.addStretch(1)
        self._narrow = False

    def _make_header(self) -> QWidget:
        header = QWidget()
        row = QHBoxLayout(header)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.title, self.about = Text("", "page"), Text("", "dense", "text-2", wrap=True)
        self.tabs = Tabs()
        self.tabs.setAccessibleName("Skills of this visit")
        self.tabs.currentChanged.connect(self._tab_changed)
        self.training = Chip("", "warn")
        self.progress = ProgressTrack(width=70)
        self.undo = IconButton("Undo (Ctrl+Z)", "undo-2", edged=True)
        self.redo = IconButton("Redo (Ctrl+Y)", "redo-2", edged=True)
        keys = Button("Keys", icon="keyboard", small=True)
        self.undo.clicked.connect(self.undo_wanted)
        self.redo.clicked.connect(self.redo_wanted)
        keys.clicked.connect(self.keys_wanted)
        row.addWidget(self.title)
        row.addWidget(self.tabs)
        row.addWidget(self.about, 1)
        for part in (self.training, self.progress, self.undo, self.redo, keys):
            row.addWidget(part)
        self._header_extras = (self.training, self.progress, keys)
        return header

    def _make_dock(self) -> Dock:
        close = Button("Save draft and close", shortcut="Esc")
        self.not_gone_ahead = Button("Visit did not go ahead", icon="calendar-x")
        self.sign = Button("Sign visit", "primary", icon="check", shortcut="Ctrl+Shift+Enter")
        self.dock = Dock((close, self.not_gone_ahead, self.sign))
        close.clicked.connect(self.close_wanted)
        self.not_gone_ahead.clicked.connect(self.not_gone_ahead_wanted)
        self.sign.clicked.connect(self.sign_wanted)
        self.dock.link_chosen.connect(self.problem_wanted)
        return self.dock

    def _fit(self) -> None:
        """Three columns where there is room for them, else one scroll."""
        narrow = self.width() < height(NARROW) or self.height() < height(LOW)
        self._right_area.setFixedWidth(height(RIGHT))
        room = self.width() - height(RIGHT) - 56  # the page's margins and the gaps between columns
        self._teaching_area.setFixedWidth(max(height(TEACHING), room - height(CHECKLIST_AT_MOST)))
        if narrow is self._narrow:
            return
        self._narrow = narrow
        self._tell_left()
        focus = QApplication.focusWidget()
        if narrow:
            for area in (self._teaching_area, self._right_area):
                area.takeWidget()
                area.hide()
            for part in (self.checklist, self.teaching, self._right):
                self._body.addWidget(part)
                part.show()
            self._columns.hide()
            self._whole.removeWidget(self.body)
            self._one.setWidget(self.body)
            self._whole.insertWidget(0, self._one, 1)
            self._one.show()
        else:
            self._one.takeWidget()
            self._one.hide()
            self._whole.removeWidget(self._one)
            for part in (self.checklist, self.teaching, self._right):
                self._body.removeWidget(part)
            self._beside.insertWidget(0, self.checklist, 1)
            self._teaching_area.setWidget(self.teaching)
            self._right_area.setWidget(self._right)
            self._teaching_area.show()
            self._right_area.show()
            self._columns.show()
            self._whole.insertWidget(0, self.body, 1)
        self.body.setVisible(self._left is not None)
        self.checklist.set_free(narrow)
        self.gates.set_free(narrow)
        for part in self._header_extras:
            part.setVisible(not narrow and (part is not self.training or bool(self.training.words)))
        if focus is not None and self.isAncestorOf(focus):
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, focus, lambda: self._go_on_at(focus))

    def _go_on_at(self, focus: QWidget) -> None:
        """Once all is laid out elsewhere, what had the keyboard has it and is in sight; else the first step."""
        if focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
            self._bring_into_view(focus)
        else:
            self.checklist.focus_first()

    def _order(self) -> None:
        """Tab goes as the page is read, also after rows were made anew."""
        made = [part.items for part in (self.gates, self.checklist, self.teaching, self.readings, self.flags)]
        if len(made) == len(self._made) and all(new is old for new, old in zip(made, self._made, strict=True)):
            return
        self._made = made
        columns = (self.checklist, self.teaching, self.readings, self.flags, self.next)
        chain = [
            stop
            for part in (self._header, self.strip, self.late, self.amend, self.gates, *columns, self.dock)
            for stop in in_order(part)
        ]
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)

    def _show_tabs(self, rows: VisitRows) -> None:
        self.tabs.blockSignals(True)
        while self.tabs.count() > len(rows.tabs):
            self.tabs.removeTab(self.tabs.count() - 1)
        for place, tab in enumerate(rows.tabs):
            if place == self.tabs.count():
                self.tabs.addTab(tab.label)
            if self.tabs.tabText(place) != tab.label:
                self.tabs.setTabText(place, tab.label)
            self.tabs.setTabToolTip(place, plain_tip(tab.spoken))
        self.tabs.setCurrentIndex(rows.section)
        self.tabs.blockSignals(False)
        self.tabs.setVisible(len(rows.tabs) > 1)

    def _tab_changed(self, place: int) -> None:
        if place >= 0:
            self.tab_chosen.emit(place)

    def _sections(self) -> list[tuple[str, Callable[[], None]]]:
        parts: list[tuple[str, Callable[[], None]]] = [
            ("&About this visit", lambda: self.strip.focus_part("right_person")),
            ("&Checklist", self.checklist.focus_first),
            ("&Teach-back", self.teaching.focus_first),
            ("&Observations", self.readings.focus_first),
            ("&Red flags", self.flags.focus_first),
            ("&What comes next", self.next.focus_first),
        ]
        if not self.gates.isHidden():
            parts.insert(1, ("&Gates", self.gates.focus_first))
        return parts

    def _focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            if isinstance(now, QLineEdit | QPlainTextEdit):
                now.removeEventFilter(self)
                now.installEventFilter(self)
            self._bring_into_view(now)
            self._settling.start()
        if old is not None and self.isAncestorOf(old):
            self.checklist.fold_complete()
            self.flags.fold_complete()
            if now is None or not (self.checklist.isAncestorOf(old) and self.checklist.isAncestorOf(now)):
                self.focus_moved.emit()

    def _bring_focus_into_view(self) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            self._bring_into_view(focus)

    def _bring_into_view(self, now: QWidget) -> None:
        """What has the focus is never hidden, neither by a column's edge nor by the dock."""
        above = now.parentWidget()
        while above is not None and above is not self:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(now, 0, height(26))
            above = above.parentWidget()


class ReasonCard(QFrame):
    """A reason that has to be typed: why a signed visit is amended, or why one is only written down later."""

    typed = Signal(str)

    def __init__(self, label: str, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setProperty("edge", "focus")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 5, 12, 6)
        column.setSpacing(2)
        self.about = Text("", "cell", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.reason = Line()
        self.reason.setAccessibleName(spoken)
        self.reason.textEdited.connect(self.typed)
        words = Text(label, "cell", strong=True)
        words.setBuddy(self.reason)
        row.addWidget(words)
        row.addWidget(self.reason, 1)
        self.changes = Text("", "dense", "text-2", wrap=True)
        column.addWidget(self.about)
        column.addLayout(row)
        column.addWidget(self.changes)

    def show_row(self, row: ReasonRow | None) -> None:
        self.setVisible(row is not None)
        if row is not None:
            self.about.setText(row.about)
            self.reason.show_text(row.reason)
            self.changes.setText(row.changes)
            self.changes.setVisible(bool(row.changes))
