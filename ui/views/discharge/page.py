"""Discharge with evidence, the page: steps trail, two columns in one scroll, dock."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from smf_core.domain.missing import Missing, Part
from smf_desktop.presenters.discharge.page import DischargeRows, FieldRow
from ui.views.discharge.around import AroundCard
from ui.views.discharge.evidence import ConfirmCard, EvidenceCard
from ui.views.discharge.form import OutcomeCard, SignCard, SupportCard
from ui.views.discharge.letter import AfterwardsCard, LetterCard
from ui.views.parts import Notes, height, scrolling, show_value, stack
from ui.views.written import WrittenView
from ui.widgets.bars import Dock
from ui.widgets.buttons import Button, IconButton
from ui.widgets.cards import EmptyState
from ui.widgets.dates import DateField
from ui.widgets.fields import ChoiceField, Field
from ui.widgets.flow import FlowLayout
from ui.widgets.text import Text, announce
from ui.widgets.tracks import StepsTrail, TrailStep

Choices = Sequence[tuple[str, str]]
Tiles = Sequence[tuple[str, str, str]]
Parse = Callable[[str], date | None]

NARROW, LOW = 900, 420
"""Under these the columns stand in one, and the trail scrolls with them."""


class DischargeView(WrittenView):
    """Shows rows and says what was wanted; holds nothing of the discharge itself."""

    outcome_chosen = Signal(str)
    edited = Signal(str, str)
    """A field, and what was typed or chosen in it."""

    ticked = Signal(str, bool)
    """An attestation, or `checked`."""

    sign_wanted = Signal()
    problem_wanted = Signal()
    overview_wanted = Signal()
    reopen_wanted = Signal()
    focus_moved = Signal()

    def __init__(
        self,
        *,
        steps: Choices,
        tiles: Tiles,
        others: Tiles,
        reasons: Choices,
        support_types: Choices,
        carer: Choices,
        letters: Choices,
        to_come: Parse,
        gone_by: Parse,
        parent: QWidget | None = None,
    ) -> None:
        """Every choice as (code, words); `to_come` and `gone_by` read a typed date, None when they cannot."""
        super().__init__(parent)
        self.evidence, self.confirm = EvidenceCard(), ConfirmCard()
        self.outcome = OutcomeCard(tiles, others, reasons)
        self.support = SupportCard(support_types, carer, to_come, gone_by)
        self.around = AroundCard()
        self.afterwards = AfterwardsCard(to_come)
        self.signing = SignCard(gone_by)
        self.letter = LetterCard(letters)
        self.fields: dict[str, Field] = {
            "confidence_override": self.evidence.override_field,
            **self.outcome.fields,
            **self.support.fields,
            **self.afterwards.fields,
            **self.signing.fields,
        }
        self._rows: DischargeRows | None = None
        self._asked: set[str] = set()
        self._ordered: list[QWidget] = []
        self._lay_out(steps)
        self._connect()

    # --- showing -----------------------------------------------------------------------------------------------------

    def show_rows(self, rows: DischargeRows) -> None:
        self._rows = rows
        self.ended.true.setText(rows.ended)
        self.ended.setVisible(bool(rows.ended))
        self.body.setVisible(not rows.ended)
        self.dock.setVisible(not rows.ended)
        self.title.setText(rows.title)
        self.trail.show_steps([key for key, _ in rows.trail])
        for key, state in rows.trail:
            self.trail.set_state(key, state)
        self.evidence.show_rows(rows)
        for card in (self.outcome, self.confirm, self.support, self.around, self.afterwards, self.signing, self.letter):
            card.show_rows(rows)
        self._put_in_order()
        for name, field in self.fields.items():
            row = rows.fields[name]
            if not row.needed:
                self._asked.discard(name)
            show_value(field.control, row.value)
            self._settle(name, field, row)
        dock = rows.dock
        icon = "circle-alert" if dock.missing else "circle-check"
        self.dock.tell(dock.words, tone=dock.tone, icon=icon, link="Go to first (F8)" if dock.missing else "")

    def set_signing(self, signing: bool) -> None:
        self.sign.set_busy("Signing" if signing else "")
        self.body.setEnabled(not signing)

    def clear(self) -> None:
        """Empty everything that came from a person's record."""
        self._rows = None
        self._asked.clear()
        self._ordered.clear()
        self.title.setText("")
        self.ended.true.setText("")
        for field in self.fields.values():
            show_value(field.control, "")
            field.tell()
        self.evidence.forget()
        self.confirm.forget()
        self.around.forget()
        self.letter.forget()
        self.body.hide()
        self.dock.tell("")

    # --- focus -------------------------------------------------------------------------------------------------------

    def go_to(self, item: Missing, words: str) -> None:
        """Put the focus on something missing and say what it is, to the eye where there is a field, and aloud.

        Without words it only goes there: a page that was just opened blames nobody.
        """
        name = "confidence_override" if item.part is Part.EVIDENCE and item.id == "min_confidence" else item.id
        field = self.fields.get(name)
        if field is not None and not field.isHidden() and field.isVisibleTo(self):
            if words:
                self._asked.add(name)
            if self._rows is not None:
                self._settle(name, field, self._rows.fields[name])
            field.control.setFocus(Qt.FocusReason.OtherFocusReason)
        elif item.part in (Part.EVIDENCE, Part.EPISODE):
            self.evidence.go_to(item.id, item.learner)
        elif item.part is Part.ATTESTATION and item.id in self.confirm.boxes:
            self.confirm.boxes[item.id].box.setFocus(Qt.FocusReason.OtherFocusReason)
        elif item.part is Part.CHECKED:
            self.signing.checked.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.outcome.focus_choice()
        if words:
            announce(self, words, now=True)

    def focus_step(self, key: str) -> None:
        """Go to a step of the trail: its first control."""
        match key:
            case "evidence":
                self.evidence.go_to("", "")
            case "outcome":
                self.outcome.focus_choice()
            case "support":
                self.support.kind.setFocus(Qt.FocusReason.OtherFocusReason)
            case "letter":
                self._to_letters()
            case _:
                self.signing.on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _to_letters(self) -> None:
        """The first field about the calls and the core team; the preview where there is none."""
        shown = [field.control for field in self.afterwards.fields.values() if field.isVisibleTo(self)]
        (shown or [self.letter.preview.view])[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_sign(self) -> None:
        self.sign.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        QTimer.singleShot(0, self, self._reveal)

    def _reveal(self) -> None:
        """What has the focus, once everything is laid out where it stays."""
        now = self.focusWidget()
        if now is not None and now.hasFocus() and self._area.isAncestorOf(now):
            self._area.ensureWidgetVisible(now, 0, height(26))

    # --- inside ------------------------------------------------------------------------------------------------------

    def _lay_out(self, steps: Choices) -> None:
        self._whole = stack(self, gap=0)
        self.overview = Button("Open overview", "primary")
        self.overview.clicked.connect(self.overview_wanted)
        said = "The discharge and its evidence stand in the record."
        self.reopen = Button("Take discharge back")
        self.reopen.clicked.connect(self.reopen_wanted)
        self.ended = EmptyState("circle-check", "Teaching ended", said, (self.overview, self.reopen))
        self.ended.hide()
        self.body = QWidget()
        self._body = stack(self.body, gap=0)
        for part in (self.ended, self.body):  # before it is filled: see `scrolling`
            self._whole.addWidget(part, 1)
        self._whole.addWidget(self._make_dock())
        self._header = self._make_header(steps)
        self._body.addWidget(self._header)
        columns = QHBoxLayout()
        columns.setSpacing(0)
        self._body.addLayout(columns, 1)
        inside = QWidget()
        self._area = scrolling(inside)
        columns.addWidget(self._area, 27)
        self._letter_side = QWidget()
        columns.addWidget(self._letter_side, 23)
        self._inside = stack(inside, gap=10, margins=(20, 0, 10, 12))
        cards = (self.outcome, self.confirm, self.support, self.around, self.afterwards, self.signing)
        for card in (self.evidence, *cards):
            self._inside.addWidget(card)
        self._inside.addStretch(1)
        self._beside = stack(self._letter_side, gap=0, margins=(2, 0, 20, 12))
        self._beside.addWidget(self.letter)
        self._low = self._narrow = False

    def _make_header(self, steps: Choices) -> QWidget:
        header = QWidget()
        row = QHBoxLayout(header)
        row.setContentsMargins(20, 5, 20, 5)
        row.setSpacing(10)
        words = FlowLayout(gap=22, line_gap=4, centred=True)
        self.title = Text("", "page")
        self.trail = StepsTrail([TrailStep(key, title) for key, title in steps])
        self.how = Text("All on one page. Work in any order.", "cell", "text-2")
        for part in (self.title, self.trail, self.how):
            words.addWidget(part)
        self.undo = IconButton("Undo (Ctrl+Z)", "undo-2", edged=True)
        self.redo = IconButton("Redo (Ctrl+Y)", "redo-2", edged=True)
        row.addLayout(words, 1)
        for button in (self.undo, self.redo):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        header.setMinimumHeight(height(40))
        return header

    def _make_dock(self) -> Dock:
        close = Button("Save draft and close", shortcut="Esc")
        self.sign = Button("Sign and discharge", "primary", icon="check", shortcut="Ctrl+Shift+Enter")
        self.dock = Dock((close, self.sign))
        close.clicked.connect(self.close_wanted)
        self.sign.clicked.connect(self.sign_wanted)
        self.dock.link_chosen.connect(self.problem_wanted)
        return self.dock

    def _connect(self) -> None:
        self.undo.clicked.connect(self.undo_wanted)
        self.redo.clicked.connect(self.redo_wanted)
        self.trail.chosen.connect(self.focus_step)
        self.outcome.chosen.connect(self.outcome_chosen)
        self.confirm.ticked.connect(self.ticked)
        self.signing.ticked.connect(self.ticked)
        for name, field in self.fields.items():
            control = field.control
            if isinstance(control, ChoiceField):
                control.chosen.connect(lambda code, name=name: self.edited.emit(name, code))
            elif isinstance(control, Notes):
                control.typed.connect(lambda words, name=name: self.edited.emit(name, words))
            elif isinstance(control, QLineEdit):
                control.textEdited.connect(lambda words, name=name: self.edited.emit(name, words))
                control.editingFinished.connect(self._settle_all)
            if isinstance(control, DateField):
                control.picked.connect(lambda _day, name=name, edit=control: self.edited.emit(name, edit.text()))
            if isinstance(control, QLineEdit | QPlainTextEdit):
                control.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._focus_changed)  # type: ignore[union-attr]  # there is one

    def _put_in_order(self) -> None:
        """Lines and boxes made for this person come into the order of Tab where they stand on the page."""
        boxes = [tick.box for tick in self.confirm.boxes.values()]
        first_tile = next(iter(self.outcome.tiles.tiles.values()))
        made = [*self.evidence.rows, *boxes, *self.around.buttons]
        if made != self._ordered:
            self._ordered = made
            for stops in (
                [self.redo, *self.evidence.rows, self.evidence.override, first_tile],
                [self.outcome.reason, *boxes, self.support.kind],
                [list(self.support.fields.values())[-1].control, *self.around.buttons, self.afterwards.on],
            ):
                for earlier, later in pairwise(stops):
                    QWidget.setTabOrder(earlier, later)

    def _settle(self, name: str, field: Field, row: FieldRow) -> None:
        """Say what cannot be as it was typed, once the field is left; and what is needed, once signing was tried."""
        if name in self._asked:
            words = row.needed
        elif row.error and field.control.hasFocus():
            return
        else:
            words = row.error
        field.tell("hard" if words else "", words)

    def _settle_all(self) -> None:
        if self._rows is not None:
            for name, field in self.fields.items():
                self._settle(name, field, self._rows.fields[name])

    def _focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._area.isAncestorOf(now):
            self._area.ensureWidgetVisible(now, 0, height(26))
            QTimer.singleShot(0, self, self._reveal)
        if old is not None and self.isAncestorOf(old):
            self._settle_all()
            self.focus_moved.emit()

    def _fit(self) -> None:
        """Narrow, the letter stands under the cards; low, the steps scroll with them."""
        narrow, low = self.width() < height(NARROW), self.height() < height(LOW)
        if narrow is not self._narrow:
            self._narrow = narrow
            if narrow:
                self._inside.insertWidget(self._inside.count() - 1, self.letter)
            else:
                self._beside.addWidget(self.letter)
            self.letter.setMinimumHeight(height(420) if narrow else 0)
            self._letter_side.setVisible(not narrow)
            self._inside.setContentsMargins(20, 0, 20 if narrow else 10, 12)
        self.how.setVisible(not narrow)
        if low is not self._low:
            self._low = low
            if low:
                self._inside.insertWidget(0, self._header)
            else:
                self._body.insertWidget(0, self._header)
            self._header.layout().setContentsMargins(0 if low else 20, 5, 0 if low else 20, 5)  # type: ignore[union-attr]  # it has one
