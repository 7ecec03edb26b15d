"""The right of the discharge page: how teaching ended, the agreed support, and what is signed."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from smf_desktop.presenters.discharge.page import DischargeRows, NoticeRow
from ui.views.parts import Line, Notes, height, stack
from ui.widgets.cards import Card
from ui.widgets.choices import ChoiceTiles
from ui.widgets.dates import DateField
from ui.widgets.fields import ChoiceField, Field, UnitEdit
from ui.widgets.notices import Notice
from ui.widgets.text import Text

Choices = Sequence[tuple[str, str]]
Parse = Callable[[str], date | None]
NOTICES = 3


class OutcomeCard(Card):
    """Every outcome in a tile: three, and a fourth that opens the rest. Below, what the chosen one asks for."""

    chosen = Signal(str)

    def __init__(
        self,
        tiles: Sequence[tuple[str, str, str]],
        others: Sequence[tuple[str, str, str]],
        reasons: Choices,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("Outcome", note=" ", parent=parent)
        self._notices = [Notice("") for _ in range(NOTICES)]
        for notice in self._notices:
            self.body.addWidget(notice)
        self.tiles = ChoiceTiles(tiles, about="Outcome")
        self.others = ChoiceTiles(others, about="Other outcomes")
        self.main_reason = ChoiceField(reasons)
        self.visits = UnitEdit("visits a month")
        self.visits.setMaximumWidth(height(200))
        self.reason = Notes()
        self.reason.setFixedHeight(height(54))
        self.fields = {
            "main_reason": Field("Main reason", self.main_reason),
            "visits_per_month_left": Field("Visits the core team still makes", self.visits),
            "reason": Field("Reason", self.reason),
        }
        self.body.addWidget(self.tiles)
        self.body.addWidget(self.others)
        for field in self.fields.values():
            self.body.addWidget(field)
        self.tiles.chosen.connect(self.chosen)
        self.others.chosen.connect(self.chosen)

    def show_rows(self, rows: DischargeRows) -> None:
        self.set_note(rows.counts)
        show_notices(self._notices, rows.notices)
        if self.tiles.value != rows.tile:
            self.tiles.set_value(rows.tile)
        if self.others.value != rows.other:
            self.others.set_value(rows.other)
        self.others.setVisible("others" in rows.shown)
        for name, field in self.fields.items():
            field.setVisible(name in rows.shown)
        self.fields["reason"].rename(rows.reason_label, optional=rows.reason_optional)

    def focus_choice(self) -> None:
        """The tile that is chosen, the first of the open list, or the first tile."""
        tiles = self.others if self.tiles.value and not self.others.isHidden() else self.tiles
        tile = tiles.tiles.get(tiles.value) or next(iter(tiles.tiles.values()))
        tile.setFocus(Qt.FocusReason.OtherFocusReason)


class SupportCard(Card):
    """Who helps, with what, how often, until when; and for a carer, what was agreed, by whom and when."""

    def __init__(self, types: Choices, carer: Choices, to_come: Parse, gone_by: Parse) -> None:
        super().__init__("Agreed support", icon="heart-handshake")
        self.kind = ChoiceField(types)
        self.review = DateField(to_come)
        self.fields: dict[str, Field] = {
            "support_type": Field("Kind of support", self.kind),
            "support_review_on": Field("Day of review", self.review),
            "support_who": Field("Who helps", Line(dense=False)),
            "support_how_often": Field("How often", Line(dense=False)),
            "support_what": Field("With what", Line(dense=False)),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for place, name in enumerate(("support_type", "support_review_on", "support_who", "support_how_often")):
            grid.addWidget(self.fields[name], place // 2, place % 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.fields["support_what"], 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self._carer = QWidget()
        column = stack(self._carer, gap=6)
        self._about = Text("", "dense", "text-2", wrap=True)
        column.addWidget(Text("What was agreed about the carer", "cell", strong=True))
        column.addWidget(self._about)
        said = QGridLayout()
        said.setHorizontalSpacing(12)
        said.setVerticalSpacing(6)
        said.setColumnStretch(0, 1)
        column.addLayout(said)
        for place, (key, words) in enumerate(carer):
            who, on = Line(dense=False), DateField(gone_by)
            named, dated = Field(words, who), Field("Date", on)
            who.setAccessibleName(f"{words}: name")
            on.setAccessibleName(f"{words}: date")
            who.setPlaceholderText("Name")
            dated.setFixedWidth(height(168))
            self.fields |= {f"{key}.name": named, f"{key}.on": dated}
            said.addWidget(named, place, 0, Qt.AlignmentFlag.AlignTop)
            said.addWidget(dated, place, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._carer)

    def show_rows(self, rows: DischargeRows) -> None:
        self.setVisible("support" in rows.shown)
        self._carer.setVisible("carer" in rows.shown)
        self._about.setText(rows.carer_about)


class SignCard(Card):
    """The day, and that this is the right person and pathway."""

    ticked = Signal(str, bool)

    def __init__(self, gone_by: Parse, parent: QWidget | None = None) -> None:
        super().__init__("Sign", icon="pencil", parent=parent)
        self.on = DateField(gone_by)
        self.fields = {"on": Field("Date of discharge", self.on)}
        self.checked = QCheckBox("I have checked this is the right person and pathway")
        self.signs_as = Text("", "dense", "text-2", wrap=True)
        self.on.setMaximumWidth(height(200))
        self.body.addWidget(self.fields["on"])
        self.body.addWidget(self.checked)
        self.body.addWidget(self.signs_as)
        self.checked.clicked.connect(lambda on: self.ticked.emit("checked", on))

    def show_rows(self, rows: DischargeRows) -> None:
        day = self.fields["on"]
        day.rename(rows.date_label, optional=True)
        day.set_hint(rows.date_hint)
        self.checked.setChecked(rows.checked)
        self.signs_as.setText(rows.signs_as)


def show_notices(notices: Sequence[Notice], rows: Sequence[NoticeRow]) -> None:
    """Put the sentences in as many of the notices as there are sentences; the others are hidden."""
    for place, notice in enumerate(notices):
        if place < len(rows):
            row = rows[place]
            notice.tell(row.true, row.do, row.tone)
        notice.setVisible(place < len(rows))
