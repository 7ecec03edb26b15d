"""What a report includes: which one, of when and whom, told apart by what, and what of people goes with it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from smf_desktop.presenters.reports.choice import REPORT_NAMES, SPLITS, Choice
from smf_desktop.presenters.reports.page import ROWS_ABOUT, SMALL_ABOUT, SMALL_NOT_YOURS, ReportRows
from ui.views.parts import scrolling, stack
from ui.widgets.cards import Card, rule
from ui.widgets.fields import ChoiceField, Field
from ui.widgets.notices import Notice
from ui.widgets.text import Text

NOT_SPLIT = "none"


class Options(Card):
    """Says what was chosen; shows what stands."""

    chosen = Signal(str, str)
    """Of which part of the choice, and its code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What to include", parent=parent)
        self.report = ChoiceField(tuple(REPORT_NAMES.items()))
        self.period, self.baseline = ChoiceField(), ChoiceField()
        self.team, self.skill, self.nurse, self.locality = (ChoiceField() for _ in range(4))
        self.split = ChoiceField(tuple((code or NOT_SPLIT, words) for code, words in SPLITS))
        self.with_rows = QCheckBox("Add pseudonymised rows")
        self.hide_small = QCheckBox("Hide small numbers")
        self.rows_about = Text(ROWS_ABOUT, "dense", "text-2", wrap=True)
        self.small_about = Text(SMALL_ABOUT, "dense", "text-2", wrap=True)
        self.unsigned = Notice("")
        self._lay_out()
        for key, field in self._fields().items():
            field.chosen.connect(lambda code, key=key: self.chosen.emit(key, code))
        self.with_rows.clicked.connect(lambda on: self.chosen.emit("rows", "yes" if on else ""))
        self.hide_small.clicked.connect(self._small_wanted)

    def show_choice(self, choice: Choice, rows: ReportRows) -> None:
        for field, options, key in (
            (self.period, rows.periods, choice.period),
            (self.baseline, rows.baselines, choice.baseline),
            (self.team, _coded(rows.teams), choice.team or EVERY),
            (self.skill, _coded(rows.skills), choice.skill or EVERY),
            (self.nurse, _coded(rows.nurses), choice.nurse or EVERY),
            (self.locality, _coded(rows.localities), choice.locality or EVERY),
        ):
            _show(field, options, key)
        self.report.select(choice.report)
        self.split.select(choice.by.value or NOT_SPLIT)
        self.with_rows.setChecked(choice.with_rows)
        self.hide_small.setChecked(not choice.why_small)
        self.with_rows.setEnabled(rows.may_export)
        self.hide_small.setEnabled(rows.may_show_small)
        self.small_about.setText(SMALL_ABOUT if rows.may_show_small else SMALL_NOT_YOURS)
        self.hide_small.setAccessibleDescription(self.small_about.text())
        self.unsigned.setVisible(bool(rows.notice))
        if rows.notice:
            self.unsigned.tell(rows.notice)
            self.unsigned.true.set_strong(False)

    def take_focus(self) -> None:
        self.period.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_free(self, free: bool) -> None:
        """`free`: as tall as it is, since the page scrolls; otherwise it scrolls by itself."""
        policy = Qt.ScrollBarPolicy
        self._area.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if free else policy.ScrollBarAsNeeded)
        layout = self._inner.layout()
        if free and layout is not None:
            self._area.setMinimumHeight(layout.totalHeightForWidth(max(200, self.width() - 4)))
        else:
            self._area.setMinimumHeight(0)

    def _small_wanted(self, on: bool) -> None:
        """Ticked it is done at once; unticked somebody asks why first, so until then it stays as it was."""
        self.hide_small.setChecked(True)
        self.chosen.emit("small", "" if on else "ask")

    def _fields(self) -> dict[str, ChoiceField]:
        return {
            "report": self.report,
            "period": self.period,
            "baseline": self.baseline,
            "team": self.team,
            "skill": self.skill,
            "nurse": self.nurse,
            "locality": self.locality,
            "by": self.split,
        }

    def _lay_out(self) -> None:
        self.body.setContentsMargins(0, 0, 0, 0)
        self._inner = QWidget()
        column = stack(self._inner, gap=7, margins=(12, 6, 12, 8))
        column.addWidget(Field("Report", self.report))
        column.addWidget(Field("Period", self.period))
        column.addWidget(Field("Baseline", self.baseline))
        column.addLayout(_pair(("Teams", self.team), ("Skills", self.skill)))
        column.addLayout(_pair(("Nurses", self.nurse), ("Localities", self.locality)))
        column.addWidget(Field("Split by", self.split))
        column.addWidget(rule())
        column.addWidget(Text("Privacy", "dense", strong=True))
        for box, about in ((self.with_rows, self.rows_about), (self.hide_small, self.small_about)):
            box.setAccessibleDescription(about.text())
            part = QVBoxLayout()
            part.setSpacing(0)
            part.addWidget(box)
            about.setContentsMargins(26, 0, 0, 0)
            part.addWidget(about)
            column.addLayout(part)
        column.addStretch(1)
        column.addWidget(self.unsigned)
        self._area = scrolling(self._inner)
        self.body.addWidget(self._area, 1)


EVERY = "*"
"""All of them, where a list must have a code for it."""


def _pair(*fields: tuple[str, ChoiceField]) -> QHBoxLayout:
    """Fields beside one another, each as narrow as there is room for."""
    pair = QHBoxLayout()
    pair.setSpacing(8)
    for label, field in fields:
        field.setMinimumContentsLength(4)
        field.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        pair.addWidget(Field(label, field), 1)
    return pair


def _coded(options: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((code or EVERY, words) for code, words in options)


def _show(field: ChoiceField, options: Sequence[tuple[str, str]], key: str) -> None:
    now = [(field.itemData(place), field.itemText(place)) for place in range(field.count())]
    if now != list(options):
        field.set_options(options)
    field.select(key)
