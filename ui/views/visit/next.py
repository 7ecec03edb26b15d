"""What comes next: a visit, a call, discharge, back to the core team, or on hold."""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from smf_desktop.presenters.visit.page import NextRow
from ui.views.parts import Line, Radios, height, stack
from ui.widgets.dates import DateField
from ui.widgets.fields import ChoiceField, Field, UnitEdit
from ui.widgets.flow import FlowLayout
from ui.widgets.text import Text


class NextColumn(QFrame):
    chosen = Signal(str)
    typed = Signal(str, str)
    """Field and words."""

    cosign_chosen = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        parse: Callable[[str], date | None],
        parent: QWidget | None = None,
    ) -> None:
        """`options` are (code, words); `parse` reads a typed date, None when it cannot."""
        super().__init__(parent)
        self.setObjectName("card")
        whole = stack(self, gap=5, margins=(12, 6, 12, 10))
        whole.addWidget(Text("What comes next", "section"))
        self.kinds = Radios(options, "What comes next")
        self.kinds.chosen.connect(self.chosen)
        whole.addWidget(self.kinds)
        self.on = DateField(parse)
        self.at, self.minutes = Line(), UnitEdit("min", dense=True)
        self.focus_on, self.reason = Line(), Line()
        self.on.setProperty("dense", True)
        self.on.setFixedWidth(height(128))
        self.at.setFixedWidth(height(60))
        self.minutes.setFixedWidth(height(74))
        self.edits: dict[str, tuple[Field, QLineEdit]] = {
            "on": (Field("Date", self.on), self.on),
            "at": (Field("Time", self.at), self.at),
            "minutes": (Field("Minutes", self.minutes), self.minutes),
            "reason": (Field("Why on hold (needed)", self.reason), self.reason),
            "focus": (Field("Focus", self.focus_on, optional=True), self.focus_on),
        }
        self._short = QWidget()
        flow = FlowLayout(self._short, gap=6, line_gap=4)
        for name in ("on", "at", "minutes"):
            flow.addWidget(self.edits[name][0])
        whole.addWidget(self._short)
        whole.addWidget(self.edits["reason"][0])
        whole.addWidget(self.edits["focus"][0])
        self.words = Text("", "dense", "text-2", wrap=True)
        whole.addWidget(self.words)
        self.cosign = ChoiceField()
        self.cosign.setProperty("dense", True)
        self.cosign.chosen.connect(self.cosign_chosen)
        self._cosign = Field("Ask to co-sign", self.cosign, optional=True)
        whole.addWidget(self._cosign)
        whole.addStretch(1)
        for name, (_, edit) in self.edits.items():
            edit.textEdited.connect(lambda words, name=name: self.typed.emit(name, words))
            edit.editingFinished.connect(self._settle)
        self.on.picked.connect(lambda _day: self.typed.emit("on", self.on.text()))
        self._row: NextRow | None = None
        self._cosigners: tuple[tuple[str, str], ...] = ()

    def show_row(self, row: NextRow) -> None:
        if row == self._row:
            return
        self._row = row
        self.kinds.set_value(row.kind)
        self.kinds.setEnabled(not row.fixed)
        said = {"on": row.on, "at": row.at, "minutes": row.minutes, "reason": row.reason, "focus": row.focus}
        for name, (field, edit) in self.edits.items():
            if edit.text() != said[name] and not (edit is self.on and edit.hasFocus()):
                edit.setText(said[name])
            field.setVisible(name in row.fields)
            field.setEnabled(not row.fixed)
        self.edits["on"][0].label.setText("Review on" if row.kind == "hold" else "Date")
        self._short.setVisible(bool({"on", "at", "minutes"} & set(row.fields)))
        self.words.setText(row.words)
        self.words.setVisible(bool(row.words))
        if not any(edit.hasFocus() for _, edit in self.edits.values()):
            self._settle()

    def show_cosigners(self, cosigners: Sequence[tuple[str, str]], chosen: str) -> None:
        """Who may be asked to co-sign; nobody to ask hides the question."""
        self._cosign.setVisible(bool(cosigners))
        if tuple(cosigners) != self._cosigners:
            self._cosigners = tuple(cosigners)
            self.cosign.set_options((("", "Nobody"), *cosigners))
        if self.cosign.key() != chosen:
            self.cosign.select(chosen)

    def clear(self) -> None:
        """Forget what was shown; the fields are emptied by the page."""
        self._row = None
        self.kinds.set_value("")

    def focus_first(self) -> None:
        self.kinds.take_focus()

    def focus_field(self, name: str) -> None:
        """`kind`, or one of the fields of the choice."""
        if name in self.edits and not self.edits[name][0].isHidden():
            self._settle()
            self.edits[name][1].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.kinds.take_focus()

    def _settle(self) -> None:
        """Say what cannot be as it was typed; never while a field is typed in."""
        errors = dict(self._row.errors) if self._row else {}
        for name, (field, edit) in self.edits.items():
            words = errors.get(name, "")
            if not edit.hasFocus() or not words:
                field.tell("hard" if words else "", words)
