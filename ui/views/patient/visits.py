"""Every visit of one person, and whether its note is in the trust's record."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from smf_desktop.presenters.patient.visits import VisitLine
from ui.views.patient.tables import Ink, LinesTable, in_card, lay_out, titled
from ui.views.patient.wants import Tell, Want
from ui.widgets.bars import Dock
from ui.widgets.buttons import Button

COLUMNS = (("When", 150), ("Visit", 330), ("About", 420), ("In the trust record", 310))


class VisitsPart(QWidget):
    """The table, and what can be done with the visit that is chosen."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell
        self.table: LinesTable[VisitLine] = LinesTable(
            "Visits, newest first", COLUMNS, _words, lambda row: row.spoken, _ink, lambda row: row.visit
        )
        self.wrong = Button("Wrong person", "danger")
        self.strike = Button("Entered in error", "danger")
        self.copy = Button("Copy note", icon="copy")
        self.open = Button("Amend visit", shortcut="Enter")
        self.dock = Dock((self.wrong, self.strike, self.copy, self.open))
        lay_out(self, in_card(self.table), dock=self.dock)
        self._wants = (
            (self.wrong, Want.WRONG_PERSON),
            (self.strike, Want.STRIKE),
            (self.copy, Want.COPY_NOTE),
            (self.open, Want.AMEND),
        )
        for button, want in self._wants:
            button.clicked.connect(lambda _on=False, want=want: self._about(want))
        self.table.opened.connect(lambda _place: self._about(Want.AMEND))
        self.table.chosen_changed.connect(self._chosen_changed)

    def fill(self, rows: Sequence[VisitLine]) -> None:
        self.table.fill(rows)

    def may(self, want: Want) -> bool:
        """Whether the visit that is chosen can be that."""
        row = self.table.chosen()
        if row is None:
            return False
        if want is Want.WRONG_PERSON:
            return row.signed or row.draft
        return row.signed or (want is Want.AMEND and (row.draft or row.planned))

    def _about(self, want: Want) -> None:
        row = self.table.chosen()
        if row is not None and self.may(want):
            self._tell(want, row.visit)

    def _chosen_changed(self) -> None:
        row = self.table.chosen()
        for button, want in self._wants:
            button.setEnabled(self.may(want))
            button.setToolTip("" if button.isEnabled() else "Choose a signed visit")
        words = "Amend visit" if row is None or row.signed else "Continue visit" if row.draft else "Start visit"
        self.open.setText(words)
        self.dock.tell(row.title if row else "No visits yet")


def _words(row: VisitLine) -> tuple[str, ...]:
    return (row.when, row.title, row.about, row.trust)


def _ink(row: VisitLine, column: int) -> Ink:
    match COLUMNS[column][0]:
        case "Visit":
            return titled(struck=row.struck, icon=row.icon, chip=row.chip)
        case "In the trust record":
            return Ink(row.trust_tone or "text-2", 600 if row.trust_tone == "warn" else 400)
        case _:
            return Ink()
