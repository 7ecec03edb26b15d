"""The left of the discharge page: what the signed visits show, and what only a nurse can confirm."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QWidget

from smf_desktop.presenters.discharge.evidence import EvidenceGroup, EvidenceRow
from smf_desktop.presenters.discharge.page import DischargeRows, TickRow
from ui.views.parts import Line, height, stack
from ui.widgets.cards import Card
from ui.widgets.fields import Field
from ui.widgets.roving import Roving
from ui.widgets.text import Icon, Text, give_role

MARKS = {True: ("circle-check", "ok"), False: ("circle-alert", "warn"), None: ("minus", "text-3")}
"""Met, not met, not asked by the rule: icon and its colour."""


class EvidenceCard(Card):
    """The lines of the rule, learner by learner: one tab stop, arrows move over them. Below, the override."""

    override_typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Evidence that the skill is safe at home", note=" ", parent=parent)
        self._mark = Icon("circle-check", "ok", 17)
        self.header.insertWidget(0, self._mark)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._groups: tuple[EvidenceGroup, ...] = ()
        self._holder = QWidget()
        self._lines = stack(self._holder, gap=0)
        self.rows: list[EvidenceLine] = []
        self._roving: Roving | None = None
        self.body.addWidget(self._holder)
        self.override = Line(dense=False)
        self.override_field = Field("Why discharge is safe with confidence under 7", self.override)
        self._below = QWidget()
        below = stack(self._below, margins=(12, 8, 12, 12))
        below.addWidget(self.override_field)
        self.body.addWidget(self._below)
        self.override.textEdited.connect(self.override_typed)

    def show_rows(self, rows: DischargeRows) -> None:
        self.set_note(rows.evidence_about)
        self._mark.turn_into(*MARKS[rows.evidence_met])
        if rows.evidence != self._groups:
            self._fill(rows.evidence)
        self._below.setVisible("confidence_override" in rows.shown)
        self.override_field.set_hint(rows.override_hint)

    def go_to(self, key: str, learner: str) -> None:
        """Put the focus on one line; the first that is not met where there is no such line."""
        found = [line for line in self.rows if (line.row.key, line.row.learner) == (key, learner)]
        found += [line for line in self.rows if line.row.met is False] + self.rows[:1]
        if found:
            found[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Nothing of anybody stays here."""
        self.set_note("")
        self._fill(())

    def _fill(self, groups: Sequence[EvidenceGroup]) -> None:
        self._groups = tuple(groups)
        while item := self._lines.takeAt(0):
            if old := item.widget():
                old.setParent(None)
                old.deleteLater()
        if self._roving is not None:
            self._roving.setParent(None)
        self.rows = []
        for group in groups:
            if group.title:
                title = Text(group.title, "dense", "text-2", strong=True)
                title.setContentsMargins(12, 5, 12, 3)
                self._lines.addWidget(title)
            for row in group.rows:
                line = EvidenceLine(row)
                self.rows.append(line)
                self._lines.addWidget(line)
                line.show()  # now, not when the event loop comes to it: the focus may go there at once
        self._roving = Roving(self._holder, self.rows)


class EvidenceLine(QFrame):
    """One line: a mark, what is there of what is needed, where it was seen, and what is missing."""

    def __init__(self, row: EvidenceRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.setObjectName("evidence-line")
        self.setAccessibleName(row.spoken)
        give_role(self, QAccessible.Role.StaticText)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 1, 12, 2)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 2)
        top = Qt.AlignmentFlag.AlignTop
        words = Text(row.words, "cell", strong=row.met is not None, wrap=True)
        detail = Text(row.detail, "cell", "text-2", wrap=True)
        for text in (words, detail):
            text.setAlignment(top | Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(Icon(*MARKS[row.met], 15), 0, 0, top)
        grid.addWidget(words, 0, 1)
        grid.addWidget(detail, 0, 2)
        if row.open:
            grid.addWidget(Text(row.open, "dense", "warn", wrap=True), 1, 1, 1, 2)


class ConfirmCard(Card):
    """What cannot be computed: each statement is ticked by name."""

    ticked = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What only you can confirm", icon="clipboard-check", parent=parent)
        self.boxes: dict[str, TickBox] = {}
        self.attested = Text("", "dense", "text-2", wrap=True)
        self.body.setSpacing(4)
        self.body.addWidget(self.attested)

    def show_rows(self, rows: DischargeRows) -> None:
        self.setVisible("attestations" in rows.shown)
        self.attested.setText(rows.attested)
        words = {tick.id: tick.words for tick in rows.attestations}
        if words != {key: box.words.text() for key, box in self.boxes.items()}:
            self._fill(rows.attestations)
        for tick in rows.attestations:
            self.boxes[tick.id].box.setChecked(tick.on)

    def forget(self) -> None:
        self.attested.setText("")
        self._fill(())

    def _fill(self, ticks: Sequence[TickRow]) -> None:
        for old in self.boxes.values():
            old.setParent(None)
            old.deleteLater()
        self.boxes = {tick.id: TickBox(tick.words) for tick in ticks}
        for place, (key, tick_box) in enumerate(self.boxes.items()):
            self.body.insertWidget(place, tick_box)
            tick_box.show()
            tick_box.box.clicked.connect(lambda on, key=key: self.ticked.emit(key, on))


class TickBox(QWidget):
    """A box to tick whose words wrap."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.box, self.words = QCheckBox(), Text(words, "cell", wrap=True)
        self.box.setAccessibleName(words)
        self.words.setBuddy(self.box)
        self.box.setFixedHeight(height(26))
        grid.addWidget(self.box, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.words, 0, 1)
        self.words.setMinimumHeight(height(26))

    def mouseReleaseEvent(self, event: object) -> None:
        """A click on the words ticks, as on any box."""
        self.box.click()
