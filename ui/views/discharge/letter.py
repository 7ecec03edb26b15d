"""The right of the discharge page: the letter that signing would write, as it prints."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from smf_desktop.presenters.discharge.page import DischargeRows
from ui.views.parts import Line, height
from ui.widgets.bars import Tabs
from ui.widgets.cards import Card
from ui.widgets.dates import DateField
from ui.widgets.fields import ChoiceField, Field
from ui.widgets.notices import Notice
from ui.widgets.pdf import PdfPreview

NOTES = 5


class AfterwardsCard(Card):
    """The first call after the discharge, and what the core team is told."""

    def __init__(self, to_come: Callable[[str], date | None], parent: QWidget | None = None) -> None:
        super().__init__("After discharge", icon="phone", parent=parent)
        self.on, self.since, self.team = DateField(to_come), Line(dense=False), ChoiceField(())
        self.on.setMaximumWidth(height(200))
        self.fields = {
            "check_in_on": Field("Check-in call", self.on, optional=True),
            "core_from": Field("Core team stops from which dose or visit", self.since, optional=True),
            "core_team": Field("Core team the letter goes to", self.team),
        }
        for field in self.fields.values():
            self.body.addWidget(field)
        self._teams: tuple[tuple[str, str], ...] = ()

    def show_rows(self, rows: DischargeRows) -> None:
        after = rows.afterwards
        self.setVisible("afterwards" in rows.shown)
        if after.core_teams != self._teams:
            self._teams = after.core_teams
            self.team.set_options(after.core_teams)
        for name, field in self.fields.items():
            field.setVisible(name in rows.shown)
        self.fields["check_in_on"].set_hint(after.check_in_hint)
        self.fields["core_from"].set_hint(after.core_from_hint)


class LetterCard(Card):
    """The letter of the chosen kind, live. Below the header what to know before it goes."""

    kind_chosen = Signal(str)
    large_wanted = Signal(bool)

    def __init__(self, kinds: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__("Letter preview", parent=parent)
        self._kinds = tuple(code for code, _ in kinds)
        self.tabs = Tabs([words for _, words in kinds])
        self.tabs.setAccessibleName("Letter to show")
        self.large = QCheckBox("Large print")
        self.header.insertWidget(self.header.indexOf(self.count), self.tabs)
        self.header.addWidget(self.large)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.notices = [Notice("") for _ in range(NOTES)]
        notes = QVBoxLayout()
        notes.setContentsMargins(12, 6, 12, 6)
        notes.setSpacing(6)
        for notice in self.notices:
            notice.hide()
            notes.addWidget(notice)
        self.body.addLayout(notes)
        self.preview = PdfPreview("Letter preview")
        self.preview.setMinimumHeight(height(220))
        self.body.addWidget(self.preview, 1)
        self.tabs.currentChanged.connect(lambda place: self.kind_chosen.emit(self._kinds[place]))
        self.large.toggled.connect(self.large_wanted)

    @property
    def kind(self) -> str:
        return self._kinds[self.tabs.currentIndex()]

    def show_rows(self, rows: DischargeRows) -> None:
        after = rows.afterwards
        for place, code in enumerate(self._kinds):
            self.tabs.setTabEnabled(place, not after.letters or code in after.letters)
        for place, notice in enumerate(self.notices):
            if place < len(after.notes):
                notice.tell(after.notes[place].true, after.notes[place].do, after.notes[place].tone)
            notice.setVisible(place < len(after.notes))
        if not after.letters:
            self.preview.clear(after.why_none)

    def forget(self) -> None:
        """Nothing of anybody stays here."""
        for notice in self.notices:
            notice.tell("")
            notice.hide()
        self.preview.clear("The letters show here once an outcome is chosen")
