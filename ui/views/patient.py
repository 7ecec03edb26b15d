"""One person's overview and history."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from smf_desktop.presenters.patient import (
    AlertRow,
    FactRow,
    GateLine,
    LearnerRow,
    PathwayRow,
    PatientRow,
    ProgressRow,
    TimelineRow,
)
from ui.theme import theme_in_use
from ui.views.caseload import CellDelegate, ListTable
from ui.widgets.bars import NARROW_WIDTH, Dock, Tabs
from ui.widgets.buttons import Button, IconButton
from ui.widgets.cards import Card, EmptyState, rule
from ui.widgets.matrix import MatrixRow, MatrixVisit, StepMatrix
from ui.widgets.notices import Notice
from ui.widgets.rating import Mark, legend
from ui.widgets.sparkline import Progress, Sparkline
from ui.widgets.tables import RowsModel
from ui.widgets.text import Chip, Icon, Text

Index = QModelIndex | QPersistentModelIndex

OVERVIEW, HISTORY = range(2)
LEFT, RIGHT = 290, 372


class Want(StrEnum):
    """What was asked for. What it is about comes with it: a flag, gate, contact, visit or pathway."""

    START = "start"
    BOOK = "book"
    DISCHARGE = "discharge"
    EDIT = "edit"
    ALLERGY = "allergy"
    NO_ALLERGIES = "no_allergies"
    ALERT = "alert"
    CONTACT = "contact"
    MEDICINE = "medicine"
    END_MEMBER = "end_member"
    CLOSE_FLAG = "close_flag"
    LEARNER = "learner"
    GATE_MET = "gate_met"
    GATE_NOT_MET = "gate_not_met"
    GATE_NA = "gate_na"
    AMEND = "amend"
    STRIKE = "strike"
    CANCEL_BOOKING = "cancel_booking"


ADDS = (
    (Want.ALLERGY, "Allergy"),
    (Want.NO_ALLERGIES, "No known allergies, asked today"),
    (Want.ALERT, "Alert"),
    (Want.CONTACT, "Contact"),
    (Want.MEDICINE, "Medicine"),
    (Want.EDIT, "Edit details"),
    (Want.BOOK, "Book next visit"),
    (Want.DISCHARGE, "Discharge"),
)
MARKS = (
    Mark("1", "not_yet", "Not yet"),
    Mark("2", "assisted", "With help"),
    Mark("3", "prompted", "With prompts"),
    Mark("4", "independent", "On own"),
)

Tell = Callable[[Want, str], object]


class PatientView(QWidget):
    """Shows a `PatientRow`; tells what was wanted."""

    wanted = Signal(object, str)
    """A `Want`, and what it is about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.row: PatientRow | None = None
        self._pathway = 0
        self._secondary: tuple[Button, ...] = ()
        self.tabs = Tabs(("Overview", "History"))
        self.tabs.setAccessibleName("Parts of the record")
        self.tabs.currentChanged.connect(self._turn)
        self.add = Button("Add", icon="plus")
        menu = QMenu(self)
        for want, words in ADDS:
            action = QAction(words, menu)
            action.triggered.connect(lambda _on=False, want=want: self._tell(want))
            menu.addAction(action)
        self.add.clicked.connect(lambda: menu.exec(self.add.mapToGlobal(QPoint(0, self.add.height()))))
        self.book = Button("Book visit", shortcut="B")
        self.discharge = Button("Discharge")
        self.start = Button("Start visit", "primary", icon="clipboard-check", shortcut="Ctrl+Enter")
        self.book.clicked.connect(lambda: self._tell(Want.BOOK))
        self.discharge.clicked.connect(lambda: self._tell(Want.DISCHARGE, self.pathway))
        self.start.clicked.connect(lambda: self._tell(Want.START))
        self.notices = QVBoxLayout()
        self.overview = _Overview(self._tell, self._choose_pathway)
        self.history = HistoryPart(self._tell)
        self._lay_out()

    @property
    def pathway(self) -> str:
        """The pathway shown, "" for none."""
        return self.row.pathways[self._pathway].episode if self.row and self.row.pathways else ""

    def show_row(self, row: PatientRow) -> None:
        """Fill the page; the same pathway and learner stay in view."""
        was = self.pathway
        self.row = row
        self._pathway = next((at for at, one in enumerate(row.pathways) if one.episode == was), 0)
        self.start.setText(row.start)
        self.start.setVisible(bool(row.start))
        open_ones = any(one.open for one in row.pathways)
        self._show_notices(row)
        self.overview.fill(row, self._pathway)
        self.history.fill(row.history)
        self._secondary = (self.book, self.discharge) if open_ones else ()
        self._fit()

    def clear(self) -> None:
        """Leave no trace of anyone."""
        self.row = None
        self._pathway = 0
        _emptied(self.notices)
        self.overview.clear()
        self.history.fill(())
        self.start.setText("Start visit")
        self.tabs.setCurrentIndex(OVERVIEW)

    def take_focus(self) -> None:
        first = self.start if self.start.isVisible() else self.tabs
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_B and not event.modifiers():
            self._tell(Want.BOOK)
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(20, 4, 20, 4)
        top.setSpacing(8)
        top.addWidget(self.tabs)
        top.addStretch(1)
        for button in (self.add, self.book, self.discharge, self.start):
            top.addWidget(button)
        whole.addLayout(top)
        self.notices.setContentsMargins(20, 4, 20, 4)
        self.notices.setSpacing(6)
        whole.addLayout(self.notices)
        self._parts = QStackedWidget()
        self._parts.addWidget(self.overview)
        self._parts.addWidget(self.history)
        whole.addWidget(self._parts, 1)

    def _fit(self) -> None:
        narrow = self.width() < NARROW_WIDTH
        for button in (self.book, self.discharge):
            button.setVisible(button in self._secondary and not narrow)
        self.overview.turn(down=narrow)

    def _turn(self, tab: int) -> None:
        self._parts.setCurrentIndex(tab)

    def _choose_pathway(self, place: int) -> None:
        if self.row is not None and 0 <= place < len(self.row.pathways) and place != self._pathway:
            self._pathway = place
            self.overview.fill(self.row, place)

    def _show_notices(self, row: PatientRow) -> None:
        _emptied(self.notices)
        for words in (row.cannot, *row.notices):
            if words:
                self.notices.addWidget(Notice(words, kind="info" if words == row.cannot else "warn"))

    def _tell(self, want: Want, about: str = "") -> None:
        self.wanted.emit(want, about)


def _emptied(layout: QBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


# --- overview ------------------------------------------------------------------------------------


class _Overview(QScrollArea):
    """Three columns; under each other where there is no room. The middle scrolls alone."""

    def __init__(self, tell: Tell, choose: Callable[[int], object]) -> None:
        super().__init__()
        self._tell, self._choose = tell, choose
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._columns.setContentsMargins(20, 6, 20, 16)
        self._columns.setSpacing(12)
        self._left, self._middle, self._right = (QWidget() for _ in range(3))
        for column in (self._left, self._middle, self._right):
            box = QVBoxLayout(column)
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(12)
            self._columns.addWidget(column, 1 if column is self._middle else 0)
        self._middle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setWidget(inner)

    def turn(self, *, down: bool) -> None:
        theme, most = theme_in_use(), 16_777_215
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight)
        for column, width in ((self._left, LEFT), (self._right, RIGHT)):
            column.setMinimumWidth(0 if down else theme.px(width))
            column.setMaximumWidth(most if down else theme.px(width))

    def fill(self, row: PatientRow, pathway: int) -> None:
        self.clear()
        left, middle, right = self._boxes()
        shown = row.pathways[pathway] if row.pathways else None
        left.addWidget(_alerts(row.alerts, self._tell))
        left.addWidget(_facts("Plan", (*row.about, *(shown.people if shown else ())), self._plan_button))
        if row.medicines:
            left.addWidget(_facts("Medicines and products", row.medicines, self._end_button("medicine")))
        if row.contacts:
            left.addWidget(_facts("Contacts", row.contacts, self._contact_button))
        left.addStretch(1)
        if shown is None:
            nothing = Card()
            nothing.body.addWidget(EmptyState("clipboard-list", row.empty))
            middle.addWidget(nothing)
        else:
            if len(row.pathways) > 1:
                middle.addWidget(self._pathway_tabs(row.pathways, pathway))
            middle.addWidget(_PathwayCard(shown))
            if shown.gates:
                middle.addWidget(_Gates(shown, self._tell))
            right.addWidget(_progress(shown.progress))
            if shown.evidence:
                right.addWidget(_evidence(shown))
        middle.addStretch(1)
        right.addWidget(_timeline(row.timeline, row.history_title))
        right.addStretch(1)

    def clear(self) -> None:
        for box in self._boxes():
            _emptied(box)

    def _boxes(self) -> tuple[QVBoxLayout, QVBoxLayout, QVBoxLayout]:
        boxes = [column.layout() for column in (self._left, self._middle, self._right)]
        left, middle, right = (box for box in boxes if isinstance(box, QVBoxLayout))
        return left, middle, right

    def _pathway_tabs(self, pathways: Sequence[PathwayRow], now: int) -> Tabs:
        tabs = Tabs([one.tab if one.open else f"{one.title}, ended" for one in pathways])
        tabs.setAccessibleName("Skills")
        tabs.setCurrentIndex(now)
        tabs.currentChanged.connect(self._choose)
        return tabs

    def _plan_button(self, row: FactRow) -> Button | None:
        if row.label != "Next visit" or not row.record:
            return None
        button = Button("Take back", "link")
        button.setAccessibleName(f"Take back the booking, {row.words}")
        button.clicked.connect(lambda: self._tell(Want.CANCEL_BOOKING, row.record))
        return button

    def _end_button(self, entity: str) -> Callable[[FactRow], Button]:
        def made(row: FactRow) -> Button:
            button = Button("End", "link")
            button.setAccessibleName(f"End {row.words}")
            button.clicked.connect(lambda: self._tell(Want.END_MEMBER, f"{entity}:{row.record}"))
            return button

        return made

    def _contact_button(self, row: FactRow) -> Button | None:
        if "informal carer" not in row.about:
            return None
        button = Button("Learner", "link")
        button.setAccessibleName(f"Make {row.words} a learner")
        button.clicked.connect(lambda: self._tell(Want.LEARNER, row.record))
        return button


def _alerts(rows: Sequence[AlertRow], tell: Tell) -> Card:
    harm = any(row.tone == "danger" for row in rows)
    card = Card("Alerts", count=len(rows), icon="triangle-alert", icon_tone="danger" if harm else "text-2")
    card.set_edge("alert" if harm else "")
    _list_body(card)
    for place, row in enumerate(rows):
        if place:
            card.body.addWidget(rule())
        line = _Line()
        line.column.addWidget(Text(row.title, "cell", row.tone, strong=True, wrap=True))
        if row.about:
            line.column.addWidget(Text(row.about, "cell", "text-2", wrap=True))
        if row.flag:
            close = Button("Close", small=True)
            close.setAccessibleName(f"Close {row.title}")
            close.clicked.connect(lambda _on=False, flag=row.flag: tell(Want.CLOSE_FLAG, flag))
            line.row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        elif row.member:
            entity = "allergy" if row.tone == "danger" else "alert"
            end = IconButton(f"End {row.title}", "x")
            end.clicked.connect(lambda _on=False, which=f"{entity}:{row.member}": tell(Want.END_MEMBER, which))
            line.row.addWidget(end, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addWidget(line)
    return card


def _facts(title: str, rows: Sequence[FactRow], button: Callable[[FactRow], Button | None]) -> Card:
    card = Card(title)
    _list_body(card)
    for place, row in enumerate(rows):
        if place:
            card.body.addWidget(rule())
        line = _Line()
        line.column.addWidget(Text(row.label, "dense", "text-2"))
        line.column.addWidget(Text(row.words, "cell", strong=place == 0 and title == "Plan", wrap=True))
        if row.about:
            line.column.addWidget(Text(row.about, "dense", "text-2", wrap=True))
        made = button(row)
        if made is not None:
            line.row.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addWidget(line)
    return card


def _list_body(card: Card) -> None:
    card.body.setContentsMargins(0, 0, 0, 4)
    card.body.setSpacing(0)


class _Line(QWidget):
    """A line of a card: words in a column, perhaps a button at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(12, 6, 10, 6)
        self.row.setSpacing(8)
        self.column = QVBoxLayout()
        self.column.setSpacing(1)
        self.row.addLayout(self.column, 1)


class _PathwayCard(Card):
    """Steps by visits for each learner of a skill."""

    def __init__(self, shown: PathwayRow) -> None:
        super().__init__(shown.title, icon=shown.icon)
        self._shown = shown
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.header.insertWidget(2, Chip(shown.chip, shown.chip_kind))
        self._total, self._critical = Text("", "cell", strong=True), Text("", "dense", "text-2")
        self.header.addWidget(self._total)
        self.header.addWidget(self._critical)
        if len(shown.learners) > 1:
            tabs = Tabs([one.name for one in shown.learners])
            tabs.setAccessibleName("Learners")
            tabs.currentChanged.connect(lambda place: self._fill(shown.learners[place]))
            self.body.addWidget(tabs)
        self.matrix = StepMatrix(f"{shown.title}: steps by visits")
        self.matrix.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.matrix.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.matrix)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 6, 12, 6)
        foot.addWidget(legend(MARKS), 1)
        self.body.addLayout(foot)
        self._fill(shown.learners[0])

    def _fill(self, one: LearnerRow) -> None:
        self._total.setText(one.on_own)
        self._critical.setText(one.critical)
        visits = [MatrixVisit(column.label, column.spoken, column.to_come) for column in one.columns]
        rows = [
            MatrixRow(step.number, step.words, step.keys, step.spoken, step.critical, step.open) for step in one.steps
        ]
        self.matrix.show_rows(visits, rows)
        self.matrix.setFixedHeight(self.matrix.sizeHint().height())


def _evidence(shown: PathwayRow) -> Card:
    card = Card("Competence", icon="list-checks")
    card.header.addWidget(Chip(shown.ready, shown.ready_kind))
    card.body.setSpacing(4)
    for line in shown.evidence:
        row = QHBoxLayout()
        row.setSpacing(8)
        icon, tone = ("circle-check", "ok") if line.met else ("circle", "text-2")
        row.addWidget(Icon(icon, tone, 15), 0, Qt.AlignmentFlag.AlignTop)
        words = Text(line.words, "cell", "" if line.met else "text-2", wrap=True)
        words.setAccessibleName(f"{'Met' if line.met else 'Not met yet'}: {line.words}")
        row.addWidget(words, 1)
        card.body.addLayout(row)
    return card


class _Gates(Card):
    """The gates of a skill. One tab stop; Up and Down move, M, U and / answer."""

    def __init__(self, shown: PathwayRow, tell: Tell) -> None:
        stops = shown.gates_stop
        super().__init__("Gates", icon="shield-check", icon_tone="warn" if stops else "ok", note=shown.gates_summary)
        _list_body(self)
        self.lines = [_Gate(gate, self, tell) for gate in shown.gates]
        for place, line in enumerate(self.lines):
            if place:
                self.body.addWidget(rule())
            self.body.addWidget(line)
            line.setFocusPolicy(Qt.FocusPolicy.StrongFocus if place == 0 else Qt.FocusPolicy.ClickFocus)
        hint = Text("M met, U not met, / not applicable", "caption", "text-3")
        hint.setContentsMargins(12, 4, 12, 4)
        self.body.addWidget(hint)

    def step(self, line: "_Gate", by: int) -> None:
        there = self.lines.index(line) + by
        if 0 <= there < len(self.lines):
            for one in self.lines:
                one.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self.lines[there].setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.lines[there].setFocus(Qt.FocusReason.OtherFocusReason)


GATE_KEYS = {
    Qt.Key.Key_M: Want.GATE_MET,
    Qt.Key.Key_U: Want.GATE_NOT_MET,
    Qt.Key.Key_Slash: Want.GATE_NA,
}


class _Gate(_Line):
    def __init__(self, gate: GateLine, owner: _Gates, tell: Tell) -> None:
        super().__init__()
        self.gate, self._owner, self._tell = gate, owner, tell
        self.setAccessibleName(". ".join(filter(None, (gate.text, gate.state, gate.about, gate.hard_refused))))
        self.setToolTip(gate.hard_refused)
        self.row.insertWidget(0, Icon(gate.icon, gate.tone, 16), 0, Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(Text(gate.text, "cell", wrap=True))
        if gate.about:
            self.column.addWidget(Text(gate.about, "dense", "text-2", wrap=True))
        self.row.addWidget(Text(gate.state, "dense", gate.tone, strong=True), 0, Qt.AlignmentFlag.AlignTop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        want = GATE_KEYS.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._owner.step(self, -1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(Want.GATE_MET, self.gate.gate)
        elif want is not None:
            self._tell(want, self.gate.gate)
        else:
            super().keyPressEvent(event)


def _progress(shown: ProgressRow) -> Card:
    card = Card("Visits to discharge", note=shown.note)
    card.body.setSpacing(4)
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addWidget(Text(shown.visits, "figure", tabular=True), 0, Qt.AlignmentFlag.AlignBaseline)
    line.addWidget(Text(shown.sentence, "cell", "text-2", wrap=True), 1, Qt.AlignmentFlag.AlignBaseline)
    card.body.addLayout(line)
    picture = Sparkline()
    picture.show_progress(Progress(shown.on_own, shown.steps, None, shown.about), shown.finding)
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
    card.body.addWidget(Text("Steps on own, by visit.", "dense", "text-2", wrap=True))
    card.body.addWidget(as_table, 0, Qt.AlignmentFlag.AlignLeft)
    card.body.addWidget(table)
    return card


def _timeline(rows: Sequence[TimelineRow], more: str) -> Card:
    card = Card("Timeline", note=f"{more} under History" if rows else "")
    card.body.setSpacing(8)
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
        line.addLayout(words, 1)
        card.body.addLayout(line)
    if not rows:
        card.body.addWidget(Text("Nothing has happened yet. Visits and referrals stand here.", "cell", wrap=True))
    return card


# --- history -------------------------------------------------------------------------------------

COLUMNS = ("When", "What happened", "About")
WIDTHS = (150, 420, 640)


class HistoryPart(QWidget):
    """Every entry, newest first; a signed visit can be amended or marked as entered in error."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.table = _HistoryTable()
        card = Card()
        card.body.setContentsMargins(0, 0, 0, 0)
        card.body.addWidget(self.table)
        middle = QVBoxLayout()
        middle.setContentsMargins(20, 8, 20, 8)
        middle.addWidget(card)
        whole.addLayout(middle, 1)
        self.strike, self.amend = Button("Entered in error", "danger"), Button("Amend visit", shortcut="Enter")
        self.dock = Dock((self.strike, self.amend))
        whole.addWidget(self.dock)
        self.amend.clicked.connect(lambda: self._about(Want.AMEND))
        self.strike.clicked.connect(lambda: self._about(Want.STRIKE))
        self.table.opened.connect(lambda _place: self._about(Want.AMEND))
        self.table.selectionModel().currentRowChanged.connect(self._chosen_changed)

    def fill(self, rows: Sequence[TimelineRow]) -> None:
        self.table.model_.fill(rows)
        if rows:
            self.table.selectRow(0)
        self._chosen_changed()

    def chosen(self) -> TimelineRow | None:
        place = self.table.currentIndex().row()
        rows = self.table.model_.rows
        return rows[place] if 0 <= place < len(rows) else None

    def _about(self, want: Want) -> None:
        row = self.chosen()
        if row is not None and row.visit:
            self._tell(want, row.visit)

    def _chosen_changed(self) -> None:
        row = self.chosen()
        signed = row is not None and bool(row.visit)
        for button in (self.amend, self.strike):
            button.setEnabled(signed)
            button.setToolTip("" if signed else "Choose a signed visit")
        self.dock.tell(row.title if row else "No entries yet")


class _HistoryTable(ListTable):
    def __init__(self) -> None:
        super().__init__("Everything that happened, newest first", WIDTHS)
        self.model_ = RowsModel(COLUMNS, _history_words, lambda row: row.spoken, self)
        self.setModel(self.model_)
        self.setItemDelegate(_HistoryDelegate(self))
        self.horizontalHeader().setSectionsClickable(False)


def _history_words(row: TimelineRow) -> tuple[str, ...]:
    return (row.when, row.title, row.about)


class _HistoryDelegate(CellDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        theme, row = theme_in_use(), model.rows[index.row()]
        rect = self.ground(painter, option, index)
        words = str(index.data(Qt.ItemDataRole.DisplayRole)).replace("\n", " ")
        if index.column() == 1:
            side = theme.px(15)
            drawn = theme.pixmap(row.icon, "link", side, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPoint(rect.left(), rect.center().y() - side // 2), drawn)
            rect = rect.adjusted(side + 8, 0, 0, 0)
        ink = "text-2" if row.struck or index.column() != 1 else "text"
        self.words(painter, rect, words, weight=600 if index.column() == 1 and not row.struck else 400, ink=ink)
