"""The dialog for keys of one's own: every command with its key, and a field that takes the keys pressed in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.dialogs import give_room
from ui.widgets.notices import Notice
from ui.widgets.tables import RowsModel, TableView
from ui.widgets.text import Text

COLUMNS = ("Command", "Key", "Usual key")
WIDTHS = (250, 130)
MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A command with the key it has now, the usual one, and whether it was changed."""

    name: str
    words: str
    key: str
    usual: str
    changed: bool


class KeyField(QLineEdit):
    """Takes the keys pressed in it as one shortcut. Tab, Shift+Tab and Esc leave it, as everywhere."""

    taken = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setPlaceholderText("Press the new keys here")
        self.setAccessibleName("New key")
        self.setAccessibleDescription("Press the keys together. Tab leaves this field.")

    def event(self, event: QEvent) -> bool:
        """Every key is this field's before it is a command's."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        leaves = key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)
        if leaves or key in MODIFIERS:
            super().keyPressEvent(event)
            event.setAccepted(not leaves)
            return
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence(held.value | key.value)
        self.setText(pressed.toString(QKeySequence.SequenceFormat.NativeText))
        self.taken.emit(pressed.toString(QKeySequence.SequenceFormat.PortableText))


class KeysDialog(QDialog):
    """Says what was wanted; decides nothing. Esc closes it: what was set is set."""

    letters_turned = Signal(bool)
    key_typed = Signal(str, str)
    """The command's name, and the keys pressed for it."""

    usual_wanted = Signal(str)
    all_usual_wanted = Signal()

    def __init__(self, letters: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme = theme_in_use()
        self._rows: tuple[KeyRow, ...] = ()
        self.letters = QCheckBox("Letters alone are commands in lists, such as B to book")
        self.letters.setChecked(letters)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Find a command")
        self.filter.setAccessibleName("Find a command")
        self.table = TableView("Commands and their keys")
        self.model: RowsModel[KeyRow] = RowsModel(COLUMNS, _cells, _spoken, self)
        self.table.setModel(self.model)
        self.table.horizontalHeader().setSectionsClickable(False)
        for column, width in enumerate(WIDTHS):
            self.table.setColumnWidth(column, theme.px(width))
        self.field = KeyField()
        self.usual = Button("Usual key")
        self.all_usual = Button("All usual keys")
        self.close_ = Button("Close", "primary")
        self.said = Notice("", kind="info")
        self.said.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 14, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(Text("Keys", "section"))
        for part in (self.letters, self.filter):
            whole.addWidget(part)
        whole.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addWidget(Text("New key for this command", "cell", strong=True))
        row.addWidget(self.field, 1)
        row.addWidget(self.usual)
        whole.addLayout(row)
        whole.addWidget(self.said)
        below = QHBoxLayout()
        below.addWidget(self.all_usual)
        below.addStretch(1)
        below.addWidget(self.close_)
        whole.addLayout(below)
        self.letters.toggled.connect(self.letters_turned)
        self.filter.textChanged.connect(lambda _words: self._show())
        self.table.opened.connect(lambda _row: self.field.setFocus(Qt.FocusReason.OtherFocusReason))
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _was: self._choose())
        self.field.taken.connect(self._typed)
        self.usual.clicked.connect(self._ask_usual)
        self.all_usual.clicked.connect(self.all_usual_wanted)
        self.close_.clicked.connect(self.accept)
        give_room(self, 620, 560)
        self.filter.setFocus()

    def show_rows(self, rows: Sequence[KeyRow]) -> None:
        self._rows = tuple(rows)
        self._show()

    def tell(self, words: str, *, wrong: bool) -> None:
        """What was done, or why not."""
        self.said.tell(words, "", "warn" if wrong else "info")
        self.said.show()

    def chosen(self) -> KeyRow | None:
        place = self.table.currentIndex().row()
        return self.model.rows[place] if 0 <= place < len(self.model.rows) else None

    def _show(self) -> None:
        was, words = self.chosen(), self.filter.text().casefold().strip()
        rows = [row for row in self._rows if words in row.words.casefold() or words in row.key.casefold()]
        self.model.fill(rows)
        names = [row.name for row in rows]
        if rows:
            self.table.selectRow(names.index(was.name) if was and was.name in names else 0)
        self._choose()

    def _choose(self) -> None:
        row = self.chosen()
        self.field.setText(row.key if row else "")
        self.field.setEnabled(row is not None)
        self.field.setAccessibleName(f"New key for {row.words}" if row else "New key")
        self.usual.setEnabled(row is not None and row.changed)

    def _typed(self, key: str) -> None:
        row = self.chosen()
        if row is not None:
            self.key_typed.emit(row.name, key)

    def _ask_usual(self) -> None:
        row = self.chosen()
        if row is not None:
            self.usual_wanted.emit(row.name)


def _cells(row: KeyRow) -> tuple[str, str, str]:
    return (row.words, row.key or "None", row.usual or "None")


def _spoken(row: KeyRow) -> str:
    return f"{row.words}. {row.key or 'No key'}" + (f". Usually {row.usual or 'none'}" if row.changed else "")
