"""A short form on a page of its own: fields under each other, notices above them, the dock below."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from smf_desktop.presenters.sheet import SheetField, SheetRow
from ui.theme import theme_in_use
from ui.views.parts import Notes, scrolling
from ui.views.written import WrittenView
from ui.widgets.bars import Dock, PageHeader
from ui.widgets.buttons import Button
from ui.widgets.cards import Card
from ui.widgets.choices import ToggleChips
from ui.widgets.dates import DateField
from ui.widgets.fields import Field
from ui.widgets.notices import Notice
from ui.widgets.pick import PickOne
from ui.widgets.text import announce

WIDTH = 860
NARROW = 620


class SheetView(WrittenView):
    """Shows a `SheetRow` and says what was typed, field by field."""

    edited = Signal(str, str)
    """A field and what now stands in it."""

    save_wanted = Signal()
    problem_wanted = Signal()

    def __init__(self, read_date: Callable[[str], date | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read_date = read_date
        self.fields: dict[str, Field] = {}
        self._shape: tuple[tuple[str, bool], ...] = ()
        self._key = ""
        self._narrow = False
        self.header = PageHeader()
        self.close_button = Button("Save draft and close", shortcut="Esc")
        self.save = Button("Save", "primary", shortcut="Ctrl+Shift+Enter")
        self.dock = Dock((self.close_button, self.save))
        self.close_button.clicked.connect(self.close_wanted)
        self.save.clicked.connect(self.save_wanted)
        self.dock.link_chosen.connect(self.problem_wanted)
        self.card = Card()
        self._notices = QVBoxLayout()
        self._notices.setSpacing(6)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(12)
        self.card.body.addLayout(self._grid)
        self._lay_out()

    def show_row(self, row: SheetRow) -> None:
        """Fill the page. What is typed in stays where the cursor is."""
        if row.key != self._key:
            self._key = row.key
            for field in self.fields.values():
                field.tell()
        self.header.tell(row.title, row.about)
        self.save.setText(row.primary)
        tone = row.tone
        icon = "circle-check" if tone == "ok" else "circle-alert"
        self.dock.tell(row.dock, tone=tone, icon=icon, link="Go to first (F8)" if tone == "warn" else "")
        self._show_notices(row)
        for shown in row.fields:
            if shown.key not in self.fields:
                self.fields[shown.key] = self._make(shown)
            self._fill(self.fields[shown.key], shown)
        self._arrange(row)

    def take_focus(self, key: str = "") -> None:
        """To a field, else to the first one that is empty."""
        shown = [self.fields[name] for name, _ in self._shape]
        empty = next((field for field in shown if not _text(field.control)), None)
        field = self.fields.get(key) or empty or (shown[0] if shown else None)
        if field is not None:
            _focus(field.control)

    def go_to(self, key: str, words: str) -> None:
        """Put the focus on what is missing and say so, to the eye and aloud."""
        field = self.fields.get(key)
        if field is not None:
            field.tell("hard", words)
            _focus(field.control)
            announce(field.control, f"{field.label.text()}: {words}", now=True)

    def clear(self) -> None:
        """Leave no trace of anyone."""
        self._key = ""
        self.header.tell("")
        self.dock.tell("")
        self._empty_notices()
        for field in self.fields.values():
            _forget(field.control)
            field.tell()
            self._grid.removeWidget(field)
            field.hide()
            field.deleteLater()
        self.fields, self._shape = {}, ()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < theme_in_use().px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._put(self._shape)

    # --- making and filling --------------------------------------------------------------------------------------

    def _make(self, shown: SheetField) -> Field:
        control = self._control(shown)
        field = Field(shown.label, control, hint=shown.hint, optional=shown.optional)
        if isinstance(control, QLineEdit | QPlainTextEdit):
            control.installEventFilter(self)
        return field

    def _control(self, shown: SheetField) -> QWidget:
        key = shown.key
        match shown.kind:
            case "pick":
                pick = PickOne(shown.options)
                pick.chosen.connect(lambda code: self.edited.emit(key, code))
                return pick
            case "several":
                chips = ToggleChips(shown.options)
                chips.changed.connect(lambda codes: self.edited.emit(key, "|".join(codes)))
                return chips
            case "text":
                notes = Notes()
                notes.setFixedHeight(theme_in_use().px(76))
                notes.typed.connect(lambda words: self.edited.emit(key, words))
                return notes
            case "date":
                day = DateField(self._read_date)
                day.textChanged.connect(lambda words: self.edited.emit(key, words))
                return day
        line = QLineEdit()
        line.textEdited.connect(lambda words: self.edited.emit(key, words))
        return line

    def _fill(self, field: Field, shown: SheetField) -> None:
        control = field.control
        if isinstance(control, PickOne):
            control.set_options(shown.options)
            control.set_value(shown.value)
        elif isinstance(control, ToggleChips):
            control.set_value(filter(None, shown.value.split("|")))
        elif isinstance(control, Notes):
            control.show_text(shown.value)
        elif isinstance(control, QLineEdit) and control.text() != shown.value:
            control.blockSignals(True)
            control.setText(shown.value)
            control.blockSignals(False)
        field.rename(shown.label, optional=shown.optional)
        field.set_hint(shown.hint)
        if not shown.problem or shown.problem != field.message.words.text():
            field.tell("hard" if shown.problem else "", shown.problem)

    def _arrange(self, row: SheetRow) -> None:
        shape = tuple((shown.key, shown.half) for shown in row.fields)
        if shape != self._shape:
            self._shape = shape
            self._put(shape)

    def _put(self, shape: tuple[tuple[str, bool], ...]) -> None:
        """Each field in its place, in the order of the row, which is the order of Tab."""
        for field in self.fields.values():
            self._grid.removeWidget(field)
        line = column = 0
        before: QWidget | None = None
        for key, half in shape:
            field = self.fields[key]
            whole = self._narrow or not half
            if whole and column:
                line, column = line + 1, 0
            self._grid.addWidget(field, line, column, 1, 2 if whole else 1, Qt.AlignmentFlag.AlignTop)
            column = 0 if whole else 1 - column
            line += column == 0
            for stop in _stops(field.control):
                if before is not None:
                    QWidget.setTabOrder(before, stop)
                before = stop
        wanted = {key for key, _ in shape}
        for key, field in self.fields.items():
            field.setVisible(key in wanted)  # said outright, or it would show only in the next turn
        for each in (0, 1):
            self._grid.setColumnStretch(each, 1)

    def _show_notices(self, row: SheetRow) -> None:
        self._empty_notices()
        for true, do, kind in row.notices:
            notice = Notice(true, do, "danger" if kind == "danger" else "warn")
            notice.setMaximumWidth(theme_in_use().px(WIDTH))
            self._notices.addWidget(notice)

    def _empty_notices(self) -> None:
        while (item := self._notices.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                if isinstance(widget, Notice):
                    widget.tell("", "")
                widget.hide()
                widget.deleteLater()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        inner = QWidget()
        row = QHBoxLayout(inner)
        row.setContentsMargins(20, 4, 20, 16)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addLayout(self._notices)
        column.addWidget(self.card)
        column.addStretch(1)
        row.addLayout(column, 1)
        row.addStretch(0)
        self.card.setMaximumWidth(theme_in_use().px(WIDTH))
        whole.addWidget(scrolling(inner), 1)
        whole.addWidget(self.dock)


def _text(control: QWidget) -> str:
    if isinstance(control, PickOne):
        return control.value
    if isinstance(control, ToggleChips):
        return "|".join(control.value)
    if isinstance(control, QPlainTextEdit):
        return control.toPlainText()
    return control.text() if isinstance(control, QLineEdit) else ""


def _forget(control: QWidget) -> None:
    """Empty a control that is about to go: it lives until the next turn."""
    control.blockSignals(True)
    if isinstance(control, PickOne):
        control.set_options(())
    elif isinstance(control, QPlainTextEdit | QLineEdit):
        control.clear()


def _focus(control: QWidget) -> None:
    if isinstance(control, PickOne):
        control.take_focus()
    elif isinstance(control, ToggleChips):
        next(iter(control.chips.values())).setFocus(Qt.FocusReason.OtherFocusReason)
    else:
        control.setFocus(Qt.FocusReason.OtherFocusReason)


def _stops(control: QWidget) -> list[QWidget]:
    if isinstance(control, PickOne):
        return list(control.picks.values())
    if isinstance(control, ToggleChips):
        return list(control.chips.values())
    return [control]
