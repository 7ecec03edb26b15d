"""The commissioning page: localities above, plans and the service's check of itself below, what to save them as."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from smf_core.figures.commissioning import NO_LOCALITIES
from smf_desktop.presenters.figures import ASK_HUB, INCOMPLETE
from smf_desktop.presenters.service.commissioning import LocalityRow
from smf_desktop.presenters.service.self_check import PartRow
from smf_desktop.presenters.service.stated import StatedRow
from ui.views.parts import SideBySide, scrolling, stack
from ui.views.service.stated import ShortTable, StatedCard
from ui.views.side_list import ListView
from ui.views.team.lists import ListCard
from ui.widgets.bars import Dock, PageHeader, is_narrow
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.drops import Drop
from ui.widgets.notices import Notice
from ui.widgets.states import StateCard
from ui.widgets.text import Text

LOCALITIES = (
    ("Locality", 130),
    ("Planned to begin", 140),
    ("Begun", 90),
    ("Discharged to self-care", 220),
    ("Visits released, gross", 150),
    ("Visits released, net", 150),
)
PLANS = (("Of", 130), ("Plan", 190), ("Source", 150), ("Stated", 140))
PARTS = (("Part", 170), ("Standing", 90), ("In words", 240), ("Before", 90))
NOBODY = f"{NO_LOCALITIES} Tools, Core teams says which locality a team is of."


class SelfCheckCard(Card):
    """One check of the service, the last at first; an earlier one is chosen by its day."""

    chosen = Signal(str)
    """The id of the check that is to be shown."""
    new_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("House of Care")
        self.earlier, self.new = Drop("Self-check of"), Button("New self-check...", "link")
        self.header.addWidget(self.earlier)
        self.header.addWidget(self.new)
        self.body.setContentsMargins(0, 4, 0, 4)
        self.said, self.note = Text("", "cell", strong=True, wrap=True), Text("", "dense", "text-2", wrap=True)
        self.parts: ShortTable[PartRow] = ShortTable(
            "Parts of the House of Care",
            PARTS,
            lambda row: (row.title, row.standing, row.words, row.before),
            lambda row: f"{row.title}: {row.standing}. {row.words} {f'Before: {row.before}.' if row.before else ''}",
        )
        self.agreed: ShortTable[str] = ShortTable("Agreed", (("Agreed", 400),), lambda row: (row,), lambda row: row)
        for words in (self.said, self.note):
            words.setContentsMargins(12, 2, 12, 2)
            self.body.addWidget(words)
        self.body.addWidget(self.parts)
        self.body.addWidget(self.agreed)
        self.body.addStretch(1)
        self.earlier.chosen.connect(self.chosen)
        self.new.clicked.connect(self.new_wanted)

    def show_check(
        self, said: str, note: str, parts: Sequence[PartRow], actions: Sequence[str], *, checked: bool, may: bool
    ) -> None:
        """`checked`: there is a check to show; `may`: whether whoever looks may make another."""
        self.said.setText(said)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.parts.setVisible(checked)
        self.parts.fill(parts if checked else ())
        self.agreed.setVisible(bool(actions))
        self.agreed.fill(actions)
        self.new.setVisible(may)

    def show_days(self, value: str, words: str, days: Sequence[tuple[str, str]]) -> None:
        self.earlier.setVisible(len(days) > 1)
        self.earlier.tell(value, words, days)


class CommissioningView(ListView):
    """Shows what it is told; says what was chosen, and what was asked for."""

    period_chosen = Signal(str)
    locality_wanted = Signal(int)
    hub_wanted = Signal()
    save_wanted = Signal(str)
    """As what: csv, xlsx or pdf."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = PageHeader("Commissioning")
        self.period = Drop("Period")
        self.period.chosen.connect(self.period_chosen)
        self.header.mark(self.period)
        self.incomplete = Notice(INCOMPLETE, kind="warn", link=ASK_HUB)
        self.incomplete.link_chosen.connect(self.hub_wanted)
        self.incomplete.hide()
        self.localities: ShortTable[LocalityRow] = ShortTable(
            "Localities", LOCALITIES, lambda row: row.words, lambda row: row.spoken
        )
        self.localities.chosen.connect(self.locality_wanted)
        self.by_locality = ListCard("By locality", "how a row was counted: Enter", self.localities, NOBODY)
        self.below = Text("", "dense", "text-2", wrap=True)
        self.below.setContentsMargins(12, 2, 12, 4)
        self.by_locality.body.addWidget(self.below)
        self.plans = StatedCard("Plans", PLANS, "Nothing is planned yet.", "State a plan")
        self.check = SelfCheckCard()
        self.pdf, self.xlsx = Button("PDF", icon="file-text"), Button("XLSX", icon="file-spreadsheet")
        self.csv = Button("Export CSV", "primary", icon="download", shortcut="Ctrl+E")
        self.dock = Dock((self.pdf, self.xlsx, self.csv))
        for button, form in ((self.pdf, "pdf"), (self.xlsx, "xlsx"), (self.csv, "csv")):
            button.clicked.connect(lambda _on=False, form=form: self.save_wanted.emit(form))
        self._lay_out()

    def take_focus(self) -> None:
        self.period.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_localities(self, rows: Sequence[LocalityRow], below: str, *, whole: bool, ask_hub: bool) -> None:
        """`below` are words under the rows; `ask_hub` says whether the hub can be asked where they are not `whole`."""
        self.by_locality.fill(rows)
        self.below.setText(below)
        self.below.setVisible(bool(below))
        self.incomplete.setVisible(not whole)
        self.incomplete.link.setVisible(ask_hub)

    def show_plans(self, rows: Sequence[StatedRow], *, may: bool) -> None:
        self.plans.show_stated(rows, may=may)

    def show_dock(self, words: str, *, may_export: bool) -> None:
        self.dock.tell(words, icon="shield-check" if may_export else "lock", tone="text-2")
        for button in (self.pdf, self.xlsx, self.csv):
            self.dock.offer(button, offered=may_export)

    def forget(self) -> None:
        """Nothing of the service is left in any widget."""
        self.show_localities((), "", whole=True, ask_hub=False)
        self.plans.show_stated((), may=False)
        self.check.show_check("", "", (), (), checked=False, may=False)
        self.check.show_days("", "", ())
        self.dock.tell("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._below.stand(narrow=is_narrow(self))

    def _lay_out(self) -> None:
        inner = QWidget()
        self._below = SideBySide([(self.plans, 1), (self.check, 1)])
        column = stack(inner, gap=10, margins=(20, 2, 20, 12))
        column.addWidget(self.incomplete)
        column.addWidget(self.by_locality)
        column.addWidget(self._below)
        column.addStretch(1)
        self.state = StateCard(scrolling(inner))
        whole = stack(self, gap=0)
        whole.addWidget(self.header)
        whole.addWidget(self.state, 1)
        whole.addWidget(self.dock)
