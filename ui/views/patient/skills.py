"""Skills: gates with one key each, who learns, consent, what is in the home, and how near competence."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from smf_desktop.presenters.patient.facts import FactRow
from smf_desktop.presenters.patient.gates import GateLine
from smf_desktop.presenters.patient.page import PatientRow
from smf_desktop.presenters.patient.pathway import PathwayRow
from ui.keys import is_quiet_letter
from ui.views.patient.parts import (
    Columns,
    Line,
    facts_card,
    header_link,
    link,
    list_body,
    member_buttons,
    pathway_buttons,
)
from ui.views.patient.wants import Tell, Want
from ui.widgets.bars import Tabs
from ui.widgets.cards import Card, EmptyState, rule
from ui.widgets.text import Chip, Icon, Text

RIGHT = 430


class SkillsPart(Columns):
    """One pathway at a time; the tabs above choose it."""

    def __init__(self, tell: Tell, choose: Callable[[int], object]) -> None:
        super().__init__((0, RIGHT))
        self._tell = tell
        self._choose = choose

    def fill(self, row: PatientRow, pathway: int) -> None:
        self.clear()
        main, side = self.boxes
        if not row.pathways:
            nothing = Card()
            nothing.body.addWidget(EmptyState("clipboard-list", row.empty))
            main.addWidget(nothing)
            main.addStretch(1)
            return
        shown = row.pathways[pathway]
        if len(row.pathways) > 1:
            tabs = Tabs([one.tab if one.open else f"{one.title}, ended" for one in row.pathways])
            tabs.setAccessibleName("Skills")
            tabs.setCurrentIndex(pathway)
            tabs.currentChanged.connect(self._choose)
            main.addWidget(tabs)
        if shown.gates:
            main.addWidget(Gates(shown, self._tell))
        else:
            main.addWidget(_ended(shown))
        main.addStretch(1)
        people = facts_card("Learners and people", shown.people, self._dress_person)
        header_link(people, "History", "History of this teaching", lambda: self._tell(Want.FIELD_HISTORY, "skills"))
        side.addWidget(people)
        consent = facts_card("Consent and capacity", shown.consent)
        if shown.open:
            spoken = f"Record consent, {shown.title}"
            header_link(consent, "Record", spoken, lambda: self._tell(Want.CONSENT, shown.episode))
        side.addWidget(consent)
        equipment = facts_card("Equipment", shown.equipment, self._dress_equipment)
        if not shown.equipment:
            equipment.body.addWidget(_quiet("Nothing written down yet. Nothing is ordered here."))
        header_link(equipment, "Add", "Add equipment", lambda: self._tell(Want.EQUIPMENT, shown.episode))
        side.addWidget(equipment)
        if shown.evidence:
            side.addWidget(evidence_card(shown))
        version = list_body(Card("Checklist"))
        line = Line()
        line.column.addWidget(Text(shown.version, "cell", wrap=True))
        if shown.open:
            header_link(version, "Change", "Teach from another version", lambda: self._tell(Want.CHECKLIST, ""))
            header_link(
                version, "Paper sheet", "Paper sheet with last ratings", lambda: self._tell(Want.PAPER_SHEET, "")
            )
        version.body.addWidget(line)
        side.addWidget(version)
        side.addStretch(1)

    def _dress_person(self, line: Line, row: FactRow) -> None:
        if row.label.startswith("Core team visits"):
            spoken = "Record core visits that still go on"
            line.put(link("Record", spoken, lambda: self._tell(Want.CORE_VISITS, row.record)))
        if row.label == "Learner" and row.record:
            line.put(link("End", f"{row.words} no longer learns", lambda: self._tell(Want.END_LEARNER, row.record)))
        pathway_buttons(line, self._tell, row)

    def _dress_equipment(self, line: Line, row: FactRow) -> None:
        member_buttons(line, self._tell, row.record, row.words)


def _quiet(words: str) -> Text:
    made = Text(words, "cell", "text-2", wrap=True)
    made.setContentsMargins(12, 6, 12, 6)
    return made


def _ended(shown: PathwayRow) -> Card:
    card = Card(shown.title, icon=shown.icon)
    card.header.insertWidget(2, Chip(shown.chip, shown.chip_kind))
    card.body.addWidget(Text("Teaching of this skill has ended. Its gates and visits are under History.", wrap=True))
    return card


def evidence_card(shown: PathwayRow) -> Card:
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


class Gates(Card):
    """The gates of a skill. One tab stop; Up and Down move, M, U and / answer."""

    def __init__(self, shown: PathwayRow, tell: Tell) -> None:
        stops = shown.gates_stop
        super().__init__("Gates", icon="shield-check", icon_tone="warn" if stops else "ok", note=shown.gates_summary)
        list_body(self)
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


class _Gate(Line):
    def __init__(self, gate: GateLine, owner: Gates, tell: Tell) -> None:
        super().__init__()
        self.gate, self._owner, self._tell = gate, owner, tell
        self.setAccessibleName(". ".join(filter(None, (gate.text, gate.state, gate.about, gate.hard_refused))))
        self.setToolTip(gate.hard_refused)
        self.row.insertWidget(0, Icon(gate.icon, gate.tone, 16), 0, Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(Text(gate.text, "cell", wrap=True))
        if gate.about:
            self.column.addWidget(Text(gate.about, "dense", "text-2", wrap=True))
        self.put(Text(gate.state, "dense", gate.tone, strong=True))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_quiet_letter(event):
            event.ignore()
            return
        want = GATE_KEYS.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._owner.step(self, -1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell(Want.GATE_MET, self.gate.gate)
        elif want is not None:
            self._tell(want, self.gate.gate)
        else:
            super().keyPressEvent(event)
