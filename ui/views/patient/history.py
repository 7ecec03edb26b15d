"""History: everything that happened, and every field with who wrote it and when."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from smf_desktop.presenters.patient.history import HistoryRow
from smf_desktop.presenters.patient.timeline import TimelineRow
from ui.theme import theme_in_use
from ui.views.patient.tables import Ink, LinesTable, in_card, lay_out, titled
from ui.views.patient.wants import Tell, Want
from ui.widgets.bars import Dock, Tabs
from ui.widgets.buttons import Button
from ui.widgets.text import Text

COLUMNS = (("When", 150), ("What happened", 420), ("About", 640))
FIELD_COLUMNS = (("When", 150), ("What", 190), ("Says", 540), ("By", 180), ("Now", 150))
HAPPENED, FIELDS = range(2)


class HistoryPart(QWidget):
    """Two lists. A signed visit of the first can be amended or marked as entered in error."""

    fields_wanted = Signal()
    """The second list was turned to: it is read when it is first looked at."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self.lists = Tabs(("What happened", "Every field"))
        self.lists.setAccessibleName("History lists")
        self.table: LinesTable[TimelineRow] = LinesTable(
            "Everything that happened, newest first", COLUMNS, _words, lambda row: row.spoken, _ink
        )
        self.fields = fields_table()
        self._stack = QStackedWidget()
        for table in (self.table, self.fields):
            self._stack.addWidget(in_card(table))
        self.strike, self.amend = Button("Entered in error", "danger"), Button("Amend visit", shortcut="Enter")
        self.dock = Dock((self.strike, self.amend))
        lay_out(self, self._stack, lists=self.lists, dock=self.dock)
        self.amend.clicked.connect(lambda: self._about(Want.AMEND))
        self.strike.clicked.connect(lambda: self._about(Want.STRIKE))
        self.table.opened.connect(lambda _place: self._about(Want.AMEND))
        self.table.chosen_changed.connect(self._chosen_changed)
        self.lists.currentChanged.connect(self._turn)

    def fill(self, rows: Sequence[TimelineRow]) -> None:
        self.table.fill(rows)

    def fill_fields(self, rows: Sequence[HistoryRow]) -> None:
        self.fields.fill(rows)

    def clear(self) -> None:
        self.fill(())
        self.fill_fields(())
        self.lists.setCurrentIndex(HAPPENED)

    @property
    def shows_fields(self) -> bool:
        return self.lists.currentIndex() == FIELDS

    def chosen(self) -> TimelineRow | None:
        return None if self.shows_fields else self.table.chosen()

    def _turn(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._chosen_changed()
        if place == FIELDS:
            self.fields_wanted.emit()

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
        words = row.title if row else "No entries yet"
        self.dock.tell("Every version of every field is kept" if self.shows_fields else words)


def fields_table() -> LinesTable[HistoryRow]:
    """Every field, newest first: what it said, who wrote it, and whether that stands."""
    name = "Every field with who wrote it and when, newest first"
    return LinesTable(name, FIELD_COLUMNS, _field_words, lambda row: row.spoken, _field_ink)


class FieldHistoryDialog(QDialog):
    """The history of one card of the page, over it."""

    def __init__(self, title: str, who: str, rows: Sequence[HistoryRow], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        theme = theme_in_use()
        room = parent.window().size()
        self.resize(min(theme.px(960), room.width() - 40), min(theme.px(440), room.height() - 60))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(Text(title, "section", wrap=True))
        whole.addWidget(Text(who, "cell", strong=True, wrap=True))
        self.table = fields_table()
        self.table.fill(rows)
        whole.addWidget(self.table, 1)
        if not rows:
            whole.addWidget(Text("Nothing has been written here yet.", "cell", "text-2", wrap=True))
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = Button("Close", "primary")
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        whole.addLayout(foot)
        self.table.setFocus()


def _words(row: TimelineRow) -> tuple[str, ...]:
    return (row.when, row.title, row.about)


def _ink(row: TimelineRow, column: int) -> Ink:
    return titled(struck=row.struck, icon=row.icon, chip=row.chip) if COLUMNS[column][0] == "What happened" else Ink()


def _field_words(row: HistoryRow) -> tuple[str, ...]:
    return (row.when, row.what, row.says, row.by, row.state)


def _field_ink(row: HistoryRow, column: int) -> Ink:
    stands = row.tone != "text-2"
    match FIELD_COLUMNS[column][0]:
        case "What":
            return Ink("text" if stands else "text-2", 600)
        case "Says":
            return Ink("text" if stands else "text-2")
        case "Now":
            return Ink(row.tone or "text", 600 if stands else 400)
        case _:
            return Ink()
