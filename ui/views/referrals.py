"""A referral file before it is taken in: every row with what was found."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from smf_desktop.presenters.referrals import ImportChip, ImportRow, ImportView, RowKind
from ui.theme import theme_in_use
from ui.views.caseload import CellDelegate, ListTable
from ui.widgets.bars import Dock
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.notices import Notice
from ui.widgets.roving import Roving
from ui.widgets.tables import RowsModel
from ui.widgets.text import Chip, KeyCap, Text, announce

COLUMNS = ("Row", "NHS No.", "Name", "Born", "Skill", "", "What we found")
WIDTHS = (50, 118, 220, 104, 150, 30, 420)
MARKED = {1: "nhs", 2: "name", 3: "born", 4: "skill"}

Index = QModelIndex | QPersistentModelIndex


class ImportWindow(QDialog):
    """Shows an `ImportView`; tells what was wanted. Esc closes it, and nothing was changed."""

    file_wanted = Signal()
    import_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import referrals")
        self.setModal(True)
        theme = theme_in_use()
        self._all: tuple[ImportRow, ...] = ()
        self._kind: RowKind | None = None
        self._running = False
        self.file = Chip("", "neutral", "file-spreadsheet")
        self.choose = Button("Choose file", icon="file-spreadsheet")
        self.choose.clicked.connect(self.file_wanted)
        self.trouble = Notice("", kind="danger")
        self.notes = Notice("", kind="info")
        self.chips = QHBoxLayout()
        self.chips.setSpacing(8)
        self._chips = QWidget()
        self.table = ImportTable()
        self.empty = EmptyState(
            "file-spreadsheet",
            "No file chosen yet.",
            "Choose a CSV file of referrals. Nothing is changed until you import.",
        )
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Rows imported")
        self.close_, self.primary = Button("Close"), Button("Import", "primary", shortcut="Ctrl+Enter")
        self.dock = Dock((self.close_, self.primary))
        self.close_.clicked.connect(self.reject)
        self.primary.clicked.connect(self.import_wanted)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(20, 14, 20, 8)
        top.setSpacing(10)
        top.addWidget(Text("Import from CSV", "page"))
        top.addWidget(self.file)
        top.addStretch(1)
        top.addWidget(self.choose)
        whole.addLayout(top)
        card = Card()
        card.body.setContentsMargins(0, 0, 0, 0)
        card.body.setSpacing(0)
        self._chips.setLayout(self.chips)
        self.chips.setContentsMargins(12, 8, 12, 8)
        for part in (self._chips, self.table, self.empty):
            card.body.addWidget(part, 0 if part is self._chips else 1)
        middle = QVBoxLayout()
        middle.setContentsMargins(20, 0, 20, 10)
        middle.setSpacing(8)
        for more in (self.trouble, card, self.notes, self.bar):
            middle.addWidget(more, 1 if more is card else 0)
        whole.addLayout(middle, 1)
        whole.addWidget(self.dock)
        room = parent.window().size() if parent is not None else self.size()
        self.resize(min(theme.px(1120), max(620, room.width() - 60)), min(theme.px(620), max(330, room.height() - 60)))
        self.setMinimumSize(420, 280)
        self.clear()

    def show_view(self, name: str, view: ImportView) -> None:
        """A file that was read. `name` is the file's own."""
        self._all, self._kind = view.rows, None
        self.trouble.hide()
        self.file.turn_into(
            f"{name}, {len(view.rows)} {'row' if len(view.rows) == 1 else 'rows'}", "neutral", "file-spreadsheet"
        )
        self.file.show()
        self.choose.setText("Choose another")
        self._show_chips(view.chips)
        self.empty.hide()
        self.table.show()
        self.table.fill(view.rows)
        self.primary.setText(view.primary or "Import")
        self.primary.setVisible(bool(view.primary))
        self.dock.tell(view.dock, tone="warn" if view.errors else "ok", icon=_icon(view))
        self.notes.tell(view.notes)
        self.notes.setVisible(bool(view.notes))
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self.table, view.dock)

    def show_trouble(self, happened: str, do: str) -> None:
        """The file cannot be read, or rows could not be taken in."""
        self.set_running("")
        self.trouble.tell(happened, do, "danger")
        self.trouble.show()
        announce(self.trouble, f"{happened} {do}", now=True)
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_running(self, words: str) -> None:
        """Rows are being taken in; Close then stops it. "" ends it."""
        self._running = bool(words)
        self.primary.set_busy(words)
        self.choose.setEnabled(not words)
        self.close_.setText("Stop" if words else "Close")
        self.bar.setVisible(bool(words))

    def show_progress(self, done: int, total: int) -> None:
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        self.dock.tell(f"{done} of {total} rows imported")

    def clear(self) -> None:
        """Leave no trace of the file."""
        self._all = ()
        self.table.fill(())
        self.table.hide()
        self._show_chips(())
        self.empty.show()
        for part in (self.file, self.trouble, self.notes, self.primary):
            part.hide()
        self.set_running("")
        self.dock.tell("Nothing is changed until you import")
        self.choose.setText("Choose file")
        self.choose.setFocus()

    def next_problem(self, step: int) -> None:
        """F8: go to the next row that is not ready, round from the end."""
        rows = self.table.rows
        wrong = [place for place, row in enumerate(rows) if row.kind is not RowKind.READY]
        if not wrong:
            announce(self.table, "No problems in this list")
            return
        here = self.table.currentIndex().row()
        later = [place for place in wrong if (place > here if step > 0 else place < here)]
        self.table.selectRow((later or wrong)[0 if step > 0 else -1])
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_F8:
            self.next_problem(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if ctrl and self.primary.isVisible():
                self.primary.click()
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        if self._running:
            self.cancel_wanted.emit()
        else:
            super().reject()

    def _show_chips(self, chips: Sequence[ImportChip]) -> None:
        while (item := self.chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        buttons = [_Filter(chip) for chip in chips]
        for chip, button in zip(chips, buttons, strict=True):
            self.chips.addWidget(button)
            button.clicked.connect(lambda _on=False, kind=chip.kind: self._filter(kind))
        if chips:
            self.chips.addStretch(1)
            self.chips.addWidget(Text("Next problem", "dense", "text-2"))
            self.chips.addWidget(KeyCap("F8"))
        self._chips.setVisible(bool(chips))
        Roving(self._chips, buttons)
        self._buttons = buttons
        self._filter(None)

    def _filter(self, kind: RowKind | None) -> None:
        self._kind = kind
        for button in self._buttons:
            button.choose(button.rows is kind)
        self.table.fill([row for row in self._all if kind is None or row.kind is kind])


def _icon(view: ImportView) -> str:
    return "circle-alert" if view.errors else "circle-check"


class _Filter(Button):
    """A count that shows its rows alone."""

    def __init__(self, chip: ImportChip) -> None:
        super().__init__(chip.words, small=True)
        self.rows = chip.kind

    def choose(self, on: bool) -> None:
        self.kind = "primary" if on else "secondary"
        self.setAccessibleName(self.text() + (", shown" if on else ""))
        self.update()


class ImportTable(ListTable):
    def __init__(self) -> None:
        super().__init__("Rows of the file", WIDTHS)
        self.model_ = RowsModel(COLUMNS, _words, lambda row: row.spoken, self)
        self.setModel(self.model_)
        self.setItemDelegate(_Delegate(self))
        self.horizontalHeader().setSectionsClickable(False)

    @property
    def rows(self) -> Sequence[ImportRow]:
        return self.model_.rows

    def fill(self, rows: Sequence[ImportRow]) -> None:
        self.model_.fill(rows)
        if rows:
            self.selectRow(0)


def _words(row: ImportRow) -> tuple[str, ...]:
    return (str(row.line), row.nhs, row.name, row.born, row.skill, "", row.found)


class _Delegate(CellDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        theme, row = theme_in_use(), model.rows[index.row()]
        rect = self.ground(painter, option, index)
        wrong = MARKED.get(index.column(), "") in row.wrong
        if index.column() == 5:
            side = theme.px(17)
            drawn = theme.pixmap(row.icon, row.tone, side, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPoint(rect.left() - 2, rect.center().y() - side // 2), drawn)
            return
        if index.column() == 6:
            ready = row.kind is RowKind.READY
            self._found(painter, rect, row.found, "text-2" if ready else row.tone, 400 if ready else 600)
            return
        if wrong:
            painter.fillRect(rect.adjusted(-6, 1, 2, -1), theme.colour("danger-soft"))
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        ink = "danger" if wrong else "text-2" if index.column() == 0 else "text"
        self.words(painter, rect, words, weight=600 if wrong or index.column() == 2 else 400, ink=ink)

    def _found(self, painter: QPainter, rect: QRect, words: str, ink: str, weight: int) -> None:
        """Two lines where one is too short; the tooltip and the screen reader have it all."""
        theme = theme_in_use()
        painter.setFont(theme.font("dense", weight))
        painter.setPen(theme.colour(ink))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(rect.adjusted(0, 1, 0, -1), flags, words)
