"""What else is looked at before a pathway ends, each line with one thing that can be done about it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from smf_desktop.presenters.discharge.around import ACT_WORDS, AroundAct, AroundRow
from smf_desktop.presenters.discharge.page import DischargeRows
from ui.views.patient.parts import Line, link
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, rule
from ui.widgets.emptied import emptied
from ui.widgets.text import Text


class AroundCard(Card):
    """Consent, what is lent, documents, core visits so far. A line is made anew only where its words changed."""

    wanted = Signal(str, str)
    """What was asked for (`AroundAct`), and the record it is about."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Consent, equipment, documents", icon="clipboard-list", parent=parent)
        self.body.setContentsMargins(0, 0, 0, 4)
        self.body.setSpacing(0)
        self._rows: tuple[AroundRow, ...] = ()
        self.buttons: list[Button] = []

    def show_rows(self, rows: DischargeRows) -> None:
        if rows.around != self._rows:
            self._fill(rows.around)

    def forget(self) -> None:
        self._fill(())

    def _fill(self, rows: Sequence[AroundRow]) -> None:
        """The focus stays on the button it was on, or goes to the one that stands there now."""
        focused = QApplication.focusWidget()
        place = next((at for at, button in enumerate(self.buttons) if button is focused), None)
        emptied(self.body)
        self._rows, self.buttons = tuple(rows), []
        for row in rows:
            if self.body.count():
                self.body.addWidget(rule())
            self.body.addWidget(self._line(row))
        if place is not None and self.buttons:
            self.buttons[min(place, len(self.buttons) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, row: AroundRow) -> Line:
        line = Line()
        line.row.setContentsMargins(12, 3, 10, 3)
        label = Text(row.label, "cell", "text-2", wrap=True)
        label.setFixedWidth(label.fontMetrics().horizontalAdvance("Core team visits  "))
        line.row.insertWidget(0, label, 0, Qt.AlignmentFlag.AlignTop)
        words = Text(row.words, "cell", row.tone, strong=True, wrap=True)
        words.setAccessibleName(row.spoken)
        line.column.addWidget(words)
        line.row.setAlignment(line.column, Qt.AlignmentFlag.AlignTop)
        if row.about:
            line.column.addWidget(Text(row.about, "dense", "text-2", wrap=True))
        if row.act is not None:
            act = row.act
            button = link(ACT_WORDS[act], _spoken(act, row), lambda: self.wanted.emit(act.value, row.record))
            self.buttons.append(button)
            line.put(button)
        line.show()
        return line


def _spoken(act: AroundAct, row: AroundRow) -> str:
    match act:
        case AroundAct.CONSENT:
            return "Record consent and capacity"
        case AroundAct.RETURNED:
            return f"{row.words} has come back"
        case AroundAct.DOCUMENTS:
            return "Open the documents"
        case AroundAct.CORE_VISITS:
            return "Record core visits that still go on"
