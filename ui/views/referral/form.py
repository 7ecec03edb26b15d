"""A new referral: fields in two columns, who here may be the person, and what is left to correct."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from smf_core.domain.referral_form import ReferralForm
from smf_desktop.presenters.referral.form import (
    ALLERGY_OPTIONS,
    BASELINE_OPTIONS,
    LABELS,
    OPTIONAL,
    PLACEHOLDERS,
    SEX_OPTIONS,
    SKILL_ICONS,
    SOURCE_OPTIONS,
    FormRows,
)
from ui.theme import theme_in_use
from ui.views.parts import Line, Notes, TallArea, show_value
from ui.widgets.bars import Dock
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.choices import ToggleChips
from ui.widgets.dates import DateField, day_text
from ui.widgets.fields import ChoiceField, Field, UnitEdit
from ui.widgets.notices import Notice
from ui.widgets.text import announce

Parse = Callable[[str], date | None]
PLACES: Mapping[str, tuple[int, int, int]] = {
    "nhs_number": (0, 0, 4),
    "received_on": (0, 4, 4),
    "source": (0, 8, 4),
    "family_name": (1, 0, 5),
    "given_name": (1, 5, 4),
    "title": (1, 9, 3),
    "date_of_birth": (2, 0, 5),
    "sex": (2, 5, 3),
    "phone": (2, 8, 4),
    "address": (3, 0, 8),
    "postcode": (3, 8, 4),
    "referrer": (4, 0, 6),
    "practice": (4, 6, 6),
    "allergies": (5, 0, 6),
    "visits_a_month": (5, 6, 6),
    "substance": (6, 0, 6),
    "reaction": (6, 6, 6),
    "visits_on": (7, 0, 6),
    "visits_kind": (7, 6, 6),
    "skills": (8, 0, 12),
    "reason": (9, 0, 6),
    "notes": (9, 6, 6),
}
"""Row, first of twelve columns, and how many of them."""

CANDIDATES = 3
LEAST_CHOICE = 100


class ReferralFormView(Card):
    """The form as a card. Tells what was typed, which field was left, and what was wanted."""

    edited = Signal(str, str)
    left = Signal(str)
    skills_chosen = Signal(tuple)
    compare_wanted = Signal(str)
    undecided = Signal()
    """What was decided of somebody here is to be asked again."""

    draft_wanted = Signal()
    add_wanted = Signal()
    accept_wanted = Signal()
    discard_wanted = Signal()
    practice_typed = Signal(str)

    def __init__(self, skills: Sequence[tuple[str, str]], gone_by: Parse, birth: Parse, *, accepts: bool) -> None:
        """`gone_by` and `birth` read a typed date, None when they cannot. `accepts`: this user may accept referrals."""
        super().__init__("New referral")
        self.skills = ToggleChips(skills, about=LABELS["skills"], icons=SKILL_ICONS)
        self._practices = QStringListModel(self)
        self.fields = {name: self._field(name, gone_by, birth) for name in PLACES}
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(5)
        for name, (row, column, wide) in PLACES.items():
            grid.addWidget(self.fields[name], row, column, 1, wide, Qt.AlignmentFlag.AlignTop)
        for column in range(12):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(10, 1)
        self.area = TallArea(inner)
        inner.installEventFilter(self.area)
        self.body.addWidget(self.area, 1)
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(12, 4, 12, 8)
        below.setSpacing(6)
        self.candidates = [Notice("", kind="warn", icon="copy", link="Compare") for _ in range(CANDIDATES)]
        self.decided = Notice("", kind="violet", link="Ask again")
        for notice in (*self.candidates, self.decided):
            below.addWidget(notice)
        self.body.addWidget(self._below)
        self.discard = Button("Clear form", "quiet", small=True)
        self.save = Button("Save draft", small=True)
        self.header.addWidget(self.discard)
        self.header.addWidget(self.save)
        self.add = Button(
            "Add referral", "secondary" if accepts else "primary", shortcut="" if accepts else "Ctrl+Enter"
        )
        self.accept = Button("Accept referral", "primary", shortcut="Ctrl+Enter")
        self.accept.setVisible(accepts)
        self.dock = Dock((self.add, self.accept) if accepts else (self.add,), narrow=0, words=150)
        self.body.addWidget(self.dock)
        self._rows: FormRows | None = None
        self._connect()

    # --- showing -----------------------------------------------------------------------------------------------------

    def show_form(self, form: ReferralForm, rows: FormRows) -> None:
        """What is typed, and what follows from it."""
        self._rows = rows
        for name, field in self.fields.items():
            if name == "skills":
                if self.skills.value != form.skills:
                    self.skills.set_value(form.skills)
            else:
                show_value(field.control, getattr(form, name))
            message = rows.messages.get(name, "")
            field.tell("hard" if message else "", message)
        birth = self.fields["date_of_birth"].control
        if isinstance(birth, _BirthField):
            birth.set_unit(rows.age)
        for name in ("substance", "reaction"):
            self.fields[name].setVisible(rows.allergy_known)
        for name in ("visits_on", "visits_kind"):
            self.fields[name].setVisible(rows.baseline)
        for name in ("family_name", "given_name", "date_of_birth"):
            self.fields[name].rename(LABELS[name], optional=not rows.identity_needed)
        for place, notice in enumerate(self.candidates):
            here = rows.candidates[place] if place < len(rows.candidates) else None
            if here is not None:
                notice.tell(
                    "Might already be here: " + here.words + ".", here.like.capitalize() + ".", "warn", icon="copy"
                )
            notice.setVisible(here is not None)
        self.decided.tell(rows.decided, "", "violet")
        self.decided.setVisible(bool(rows.decided))
        self._below.setVisible(bool(rows.candidates or rows.decided))
        self.dock.tell(
            rows.dock or "All fields needed unless marked optional",
            tone="danger" if rows.dock else "text-2",
            icon="circle-alert" if rows.dock else "",
            link="Go to first (F8)" if rows.dock else "",
        )

    def least_width(self) -> int:
        """Less and the right-hand fields would stand under the scroll bar."""
        inside = self.area.widget()
        wide = inside.minimumSizeHint().width() if inside is not None else 0
        return wide + self.area.verticalScrollBar().sizeHint().width() + 4  # the edges of the card, too

    def show_practices(self, practices: Sequence[str]) -> None:
        """Practices to choose from under the field; none while it holds one of them."""
        self._practices.setStringList(list(practices))
        field = self.fields["practice"].control
        if isinstance(field, QLineEdit) and field.hasFocus() and practices:
            completer = field.completer()
            if completer is not None:
                completer.complete()

    def set_busy(self, words: str) -> None:
        (self.accept if self.accept.isVisible() else self.add).set_busy(words)
        self.area.setEnabled(not words)

    def clear(self) -> None:
        """Empty everything of a person."""
        self._rows = None
        for name, field in self.fields.items():
            if name == "skills":
                self.skills.set_value(())
            else:
                show_value(field.control, "")
            field.tell()
        self._practices.setStringList([])
        for notice in (*self.candidates, self.decided):
            notice.tell("")
            notice.hide()
        self._below.hide()
        self.dock.tell("")

    def go_to(self, name: str, words: str = "") -> None:
        """Put the focus in a field and bring it into view."""
        control = self.skills if name == "skills" else self.fields[name].control
        if name == "skills":
            control = next(iter(self.skills.chips.values()), control)
        control.setFocus(Qt.FocusReason.OtherFocusReason)
        self.area.ensureWidgetVisible(self.fields[name])
        if words:
            announce(self, words, now=True)

    # --- making ------------------------------------------------------------------------------------------------------

    def _field(self, name: str, gone_by: Parse, birth: Parse) -> Field:
        control = self._control(name, gone_by, birth)
        if isinstance(control, QLineEdit) and name in PLACEHOLDERS:
            control.setPlaceholderText(PLACEHOLDERS[name])
        return Field(LABELS[name], control, optional=name in OPTIONAL)

    def _control(self, name: str, gone_by: Parse, birth: Parse) -> QWidget:
        match name:
            case "skills":
                return self.skills
            case "received_on" | "visits_on":
                return DateField(gone_by)
            case "date_of_birth":
                return _BirthField(birth)
            case "sex":
                return _narrowing(ChoiceField(SEX_OPTIONS))
            case "source":
                return _narrowing(ChoiceField(SOURCE_OPTIONS))
            case "allergies":
                return _narrowing(ChoiceField(ALLERGY_OPTIONS))
            case "visits_kind":
                return _narrowing(ChoiceField(BASELINE_OPTIONS))
            case "visits_a_month":
                return UnitEdit("a month")
            case "reason" | "notes":
                notes = Notes()
                notes.setFixedHeight(theme_in_use().px(54))
                return notes
        return Line(dense=False)

    def _connect(self) -> None:
        for name, field in self.fields.items():
            control = field.control
            if isinstance(control, ChoiceField):
                control.chosen.connect(lambda code, name=name: self.edited.emit(name, code))
                control.chosen.connect(lambda _code, name=name: self.left.emit(name))
            elif isinstance(control, Notes):
                control.typed.connect(lambda words, name=name: self.edited.emit(name, words))
            elif isinstance(control, QLineEdit):
                control.textEdited.connect(lambda words, name=name: self.edited.emit(name, words))
                control.editingFinished.connect(lambda name=name: self._finished(name))
        self.skills.changed.connect(self.skills_chosen)
        practice = self.fields["practice"].control
        if isinstance(practice, QLineEdit):
            completer = QCompleter(self._practices, self)
            completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
            practice.setCompleter(completer)
            completer.activated.connect(lambda words: self.edited.emit("practice", words))
            practice.textEdited.connect(self.practice_typed)
        for place, notice in enumerate(self.candidates):
            notice.link_chosen.connect(lambda place=place: self._compare(place))
        self.decided.link_chosen.connect(self.undecided)
        self.discard.clicked.connect(self.discard_wanted)
        self.save.clicked.connect(self.draft_wanted)
        self.add.clicked.connect(self.add_wanted)
        self.accept.clicked.connect(self.accept_wanted)

    def _finished(self, name: str) -> None:
        """What a field shows back, such as a date in full, is typed too."""
        control = self.fields[name].control
        if isinstance(control, QLineEdit):
            self.edited.emit(name, control.text())
        self.left.emit(name)

    def _compare(self, place: int) -> None:
        if self._rows is not None and place < len(self._rows.candidates):
            self.compare_wanted.emit(self._rows.candidates[place].patient)


class _BirthField(UnitEdit):
    """A date of birth, written whole, shown back in full with the age at the right."""

    def __init__(self, parse: Parse) -> None:
        super().__init__()
        self._parse = parse
        self.setPlaceholderText("dd-Mmm-yyyy")
        self.editingFinished.connect(self._read)

    def _read(self) -> None:
        day = self._parse(self.text()) if self.text().strip() else None
        if day is not None:
            self.setText(day_text(day))


def _narrowing(choice: ChoiceField) -> ChoiceField:
    """A choice that gives way: its longest answer alone would make the column wider than there is room."""
    choice.setMinimumWidth(theme_in_use().px(LEAST_CHOICE))
    return choice
