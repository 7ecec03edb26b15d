"""The strip of a visit: right person, learner, who else, where, how, how long, what for."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QVBoxLayout, QWidget

from smf_desktop.presenters.visit.page import StripRow
from ui.views.parts import Line, height
from ui.widgets.choices import ToggleChips
from ui.widgets.fields import ChoiceField, FieldMessage, UnitEdit, tell_field
from ui.widgets.flow import FlowLayout
from ui.widgets.text import Text, plain_tip

Choices = Sequence[tuple[str, str]]


class Strip(QFrame):
    confirmed = Signal(bool)
    learner_chosen = Signal(str)
    also_present_typed = Signal(str)
    place_chosen = Signal(str)
    methods_chosen = Signal(tuple)
    minutes_typed = Signal(str)
    purpose_chosen = Signal(str)

    def __init__(self, places: Choices, methods: Choices, purposes: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName("About this visit")
        flow = FlowLayout(self, gap=12, line_gap=4)
        flow.setContentsMargins(10, 4, 10, 5)
        self.right_person = QCheckBox("Right person and agrees today")
        self.right_person.setToolTip("Right person and agrees today (F7)")
        self.learner, self.place, self.purpose = ChoiceField(), ChoiceField(places), ChoiceField(purposes)
        self.also_present = Line()
        self.methods = ToggleChips(methods, about="Method")
        self.minutes = UnitEdit("min", dense=True)
        self.minutes_message = FieldMessage()
        flow.addWidget(_Labelled("Confirm (F7)", self.right_person))
        flow.addWidget(_Labelled("Learner", self.learner, 168))
        flow.addWidget(_Labelled("Also present, and role (optional)", self.also_present, 170))
        flow.addWidget(_Labelled("Place", self.place, 104))
        flow.addWidget(_Labelled("Method", self.methods))
        minutes = _Labelled("Minutes", self.minutes, 74)
        flow.addWidget(minutes)
        flow.addWidget(_Labelled("Purpose", self.purpose, 142))
        flow.addWidget(self.minutes_message)
        self.right_person.clicked.connect(self.confirmed)
        self.learner.chosen.connect(self.learner_chosen)
        self.also_present.textEdited.connect(self.also_present_typed)
        self.place.chosen.connect(self.place_chosen)
        self.methods.changed.connect(self.methods_chosen)
        self.minutes.textEdited.connect(self.minutes_typed)
        self.minutes.editingFinished.connect(self._settle)
        self.purpose.chosen.connect(self.purpose_chosen)
        self._row: StripRow | None = None

    def show_row(self, row: StripRow) -> None:
        old, self._row = self._row, row
        if old == row and self._shows(row):
            return
        self.right_person.setChecked(row.right_person)
        if old is None or old.learners != row.learners:
            self.learner.set_options(row.learners)
        for field, key in ((self.learner, row.learner), (self.place, row.place), (self.purpose, row.purpose)):
            if field.key() != key:
                field.select(key)
        self.also_present.show_text(row.also_present)
        if set(self.methods.value) != set(row.methods):
            self.methods.set_value(row.methods)
        if self.minutes.text() != row.minutes:
            self.minutes.setText(row.minutes)
        if not self.minutes.hasFocus():
            self._settle()
        self.purpose.setToolTip(plain_tip(row.stopped_reason))

    def clear(self) -> None:
        """Forget who was there."""
        self._row = None
        self.learner.set_options(())
        self.learner.select("")

    def _shows(self, row: StripRow) -> bool:
        """Whether the choices on screen are the row's: one that was not taken has to go back."""
        return self.purpose.key() == row.purpose and self.learner.key() == row.learner

    def focus_part(self, part: str) -> None:
        {"right_person": self.right_person, "minutes": self.minutes, "learner": self.learner}.get(
            part, self.purpose
        ).setFocus(Qt.FocusReason.OtherFocusReason)

    def _settle(self) -> None:
        error = self._row.minutes_error if self._row else ""
        tell_field(self.minutes, "Minutes", self.minutes_message, "hard" if error else "", error)


class _Labelled(QWidget):
    """A control with its small label above, the strip's own way: two lines in all, at any size of text."""

    def __init__(self, label: str, control: QWidget, width: int = 0) -> None:
        super().__init__()
        self._control, self._width = control, width
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        words = Text(label, "caption", "text-2")
        words.setBuddy(control)
        column.addWidget(words)
        column.addWidget(control)
        control.setAccessibleName(control.text() if isinstance(control, QCheckBox) else label)
        control.setProperty("dense", True)
        self._size()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._size()

    def _size(self) -> None:
        if self._width:
            self._control.setFixedWidth(height(self._width))
        self._control.setFixedHeight(height(28))
