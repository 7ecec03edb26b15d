"""A dialog in which something is typed, and what was typed in it before: said above its fields, with a link that lets
it go."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPlainTextEdit, QWidget

from ui.widgets.choices import ToggleChips
from ui.widgets.fields import ChoiceField, Field
from ui.widgets.notices import Notice


class LeftOff(Notice):
    """Knows the fields of one form by key. Hidden until something was put back."""

    filled = Signal()
    """Something else stands in the fields, and nobody typed it there just now."""

    begun_anew = Signal()
    """What was put back is gone again."""

    def __init__(self, fields: Mapping[str, Field], checks: Mapping[str, QCheckBox]) -> None:
        super().__init__("", link="Begin anew")
        self._fields, self._checks = fields, checks
        self._first: Mapping[str, str] = {}
        self.link_chosen.connect(self._begin_anew)
        self.hide()

    def values(self) -> dict[str, str]:
        """What stands in the fields: text, a choice's code, "yes" for a check, codes with | between for several."""
        found = {key: _value(field.control) for key, field in self._fields.items()}
        return found | {key: "yes" if box.isChecked() else "" for key, box in self._checks.items()}

    def lines(self, keys: Collection[str]) -> tuple[str, ...]:
        """The words typed in the fields of these keys, each after its label."""
        typed = [(field, _value(field.control)) for key, field in self._fields.items() if key in keys]
        return tuple(
            f"{field.label.text()}: {words}"
            for field, words in typed
            if words and isinstance(field.control, QLineEdit | QPlainTextEdit)
        )

    def go_on(self, typed: Mapping[str, str], words: str) -> None:
        """Put back what was typed before; `words` say that."""
        self._first = self.values()
        self._put(typed)
        self.tell(words)
        self.show()

    def go_to_ends(self) -> None:
        """Typing goes on after what was put back: a dialog that is shown has selected the line that has the focus."""
        for field in self._fields.values():
            match field.control:
                case QPlainTextEdit() as note:
                    note.moveCursor(QTextCursor.MoveOperation.End)
                case QLineEdit() as line:
                    line.end(False)

    def _begin_anew(self) -> None:
        self._put(self._first)
        self.hide()
        self.begun_anew.emit()

    def _put(self, values: Mapping[str, str]) -> None:
        for key, value in values.items():
            if key in self._fields:
                put(self._fields[key].control, value)
            elif key in self._checks:
                self._checks[key].setChecked(bool(value))
        self.filled.emit()


class TypedDialog(QDialog):
    """Its fields by key, and what was left off in them. Closing it by hand is told apart from a lock that closes it."""

    cancelled = Signal()
    """Somebody said no to it, and it closes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields: dict[str, Field] = {}
        self.checks: dict[str, QCheckBox] = {}
        self.left_off = LeftOff(self.fields, self.checks)

    def leave(self) -> None:
        """What Cancel and Esc do."""
        self.cancelled.emit()
        self.reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own button is a Cancel, too."""
        if event.spontaneous():
            self.cancelled.emit()
        super().closeEvent(event)


def put(control: QWidget, value: str) -> None:
    """Put a value into a control of a form."""
    match control:
        case QPlainTextEdit():
            control.setPlainText(value)
        case ChoiceField():
            control.select(value)
        case ToggleChips():
            control.set_value(filter(None, value.split("|")))
        case QLineEdit():
            control.setText(value)


def _value(control: QWidget) -> str:
    if isinstance(control, QPlainTextEdit):
        return control.toPlainText()
    if isinstance(control, ChoiceField):
        return control.key()
    if isinstance(control, ToggleChips):
        return "|".join(control.value)
    return control.text() if isinstance(control, QLineEdit) else ""
