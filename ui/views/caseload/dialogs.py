"""The columns of the list, chosen and ordered by keyboard; and the hand-over sheet, to copy or to print."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QTextBrowser, QVBoxLayout, QWidget

from smf_desktop.presenters.caseload.views import HEADINGS, Column, with_person
from ui.theme import theme_in_use
from ui.widgets.buttons import Button
from ui.widgets.clipboard import copy_for_a_while
from ui.widgets.text import Text, announce

_CODE = Qt.ItemDataRole.UserRole


class ColumnsDialog(QDialog):
    """Space shows or leaves out a column, Alt+Up and Alt+Down move it. The person always comes first."""

    chosen = Signal(tuple)

    def __init__(self, columns: Iterable[Column], usual: Iterable[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Which columns?")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(theme_in_use().px(420))
        self._usual = tuple(usual)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(10)
        whole.addWidget(Text("Which columns?", "section"))
        keys = "Space shows or leaves out a column. Alt+Up and Alt+Down move it."
        whole.addWidget(Text(keys, "dense", "text-2", wrap=True))
        middle = QHBoxLayout()
        self.list = _Columns()
        self.list.setAccessibleName("Columns")
        self.list.moved.connect(self.move_by)
        middle.addWidget(self.list, 1)
        side = QVBoxLayout()
        self.up, self.down, self.reset = Button("Move up"), Button("Move down"), Button("Usual columns")
        for button in (self.up, self.down, self.reset):
            side.addWidget(button)
        side.addStretch(1)
        middle.addLayout(side)
        whole.addLayout(middle, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.cancel, self.primary = Button("Cancel"), Button("Show columns", "primary")
        row.addWidget(self.cancel)
        row.addWidget(self.primary)
        whole.addLayout(row)
        self.up.clicked.connect(lambda: self.move_by(-1))
        self.down.clicked.connect(lambda: self.move_by(1))
        self.reset.clicked.connect(lambda: self._fill(self._usual))
        self.cancel.clicked.connect(self.reject)
        self.primary.clicked.connect(self._choose)
        self._fill(columns)
        self.list.setFocus()

    def columns(self) -> tuple[Column, ...]:
        """The columns that are on, in their order."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return with_person(Column(item.data(_CODE)) for item in items if item.checkState() == Qt.CheckState.Checked)

    def move_by(self, by: int) -> None:
        """Move the column under the cursor; the first place is the person's."""
        row = self.list.currentRow()
        there = row + by
        if row < 1 or not 1 <= there < self.list.count():
            return
        item = self.list.takeItem(row)
        self.list.insertItem(there, item)
        self.list.setCurrentRow(there)
        announce(self.list, f"{item.text()}, place {there + 1} of {self.list.count()}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        else:
            super().keyPressEvent(event)

    def _fill(self, columns: Iterable[Column]) -> None:
        shown = with_person(columns)
        self.list.clear()
        for column in (*shown, *(each for each in Column if each not in shown)):
            item = QListWidgetItem(HEADINGS[column])
            item.setData(_CODE, column.value)
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(flags if column is Column.PERSON else flags | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if column in shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _choose(self) -> None:
        self.chosen.emit(self.columns())
        self.accept()


class _Columns(QListWidget):
    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


class SheetDialog(QDialog):
    """A sheet to read, to copy as plain text, or to print."""

    print_wanted = Signal()

    def __init__(self, title: str, page: str, plain: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._plain = plain
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 18, 14)
        whole.setSpacing(10)
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setAccessibleName(title)
        self.page.setHtml(page)
        whole.addWidget(self.page, 1)
        row = QHBoxLayout()
        self.said = Text("", "dense", "text-2")
        row.addWidget(self.said, 1)
        self.copy, self.print_ = Button("Copy as text", icon="copy"), Button("Print", "primary", icon="printer")
        self.close_ = Button("Close")
        for button in (self.close_, self.copy, self.print_):
            row.addWidget(button)
        whole.addLayout(row)
        self.copy.clicked.connect(self._copy)
        self.print_.clicked.connect(self.print_wanted)
        self.close_.clicked.connect(self.reject)
        theme = theme_in_use()
        self.resize(theme.px(760), theme.px(600))
        self.page.setFocus()

    def document(self) -> QTextDocument:
        return self.page.document()

    def _copy(self) -> None:
        copy_for_a_while(self._plain)
        self.said.setText("Copied. Whoever pastes it takes it out of the encrypted store.")
        announce(self.copy, "Copied")
