"""A referral file before it is taken in: every row with what was found, put right in its place."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QDialog, QLineEdit, QStyleOptionViewItem, QVBoxLayout, QWidget

from smf_desktop.presenters.referral.page import Fix, ImportChip, ImportRow, ImportView, RowKind
from ui.theme import theme_in_use
from ui.views.referral.tables import Index, SharedTable
from ui.views.row_paint import draw_figures
from ui.widgets.bars import Dock
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.flow import FlowLayout
from ui.widgets.notices import Notice, NoticeKind
from ui.widgets.roving import Roving
from ui.widgets.tables import RowDelegate, RowsModel
from ui.widgets.text import Chip, KeyCap, Text, announce, unbroken
from ui.widgets.tracks import Bar

COLUMNS = ("Row", "NHS No.", "Name", "Born", "Skill", "", "What we found")
WIDTHS = (42, 112, 150, 100, 96, 28, 130)
FOUND = 6
HOW_TO = "F2 corrects it here. Enter opens the whole row."
MARKED = {1: "nhs", 2: "name", 3: "born", 4: "skill"}


class ImportPanel(Card):
    """Shows an `ImportView`; tells what was wanted. Nothing is changed until rows are imported."""

    file_wanted = Signal()
    import_wanted = Signal(object)
    """The lines to take in, as a frozenset."""

    fix_wanted = Signal()
    """Save the rows to correct."""

    corrected = Signal(int, str, str)
    """A cell of a line was typed anew: our column and what it holds now."""

    row_wanted = Signal(int)
    """The whole row of this line is to be corrected."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Import from CSV", parent=parent)
        self._view: ImportView | None = None
        self._all: tuple[ImportRow, ...] = ()
        self._kind: RowKind | None = None
        self.running = False
        self.file = Chip("", "neutral", "file-spreadsheet")
        self.choose = Button("Choose file", small=True)
        self.choose.clicked.connect(self.file_wanted)
        self.header.insertWidget(2, self.file)
        self.header.addWidget(self.choose)
        self.trouble = Notice("", kind="danger")
        self.notes = Notice("", kind="info")
        self._chips = QWidget()
        self.chips = FlowLayout(self._chips, gap=8, line_gap=5)
        self.chips.setContentsMargins(12, 8, 12, 8)
        self.table = ImportTable()
        self.empty = EmptyState(
            "file-spreadsheet",
            "No file chosen yet.",
            "Choose a CSV file of referrals, or drop it here. Nothing is changed until you import.",
        )
        self.bar = Bar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Rows imported")
        self.stop, self.fix = Button("Cancel"), Button("Rows to fix", icon="download")
        self.primary = Button("Import", "primary")
        self.dock = Dock((self.stop, self.fix, self.primary), narrow=0, words=120)
        self.dock.setObjectName("dock")
        self.stop.clicked.connect(self.cancel_wanted)
        self.fix.clicked.connect(self.fix_wanted)
        self.primary.clicked.connect(self._bring)
        self.table.cell_typed.connect(self.corrected)
        self.table.row_wanted.connect(self.row_wanted)
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _was: self._explain())
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        quiet = QWidget()
        below = QVBoxLayout(quiet)
        below.setContentsMargins(12, 6, 12, 8)
        below.setSpacing(6)
        for said in (self.trouble, self.notes, self.bar):
            below.addWidget(said)
        for part in (self._chips, self.table, self.empty, quiet, self.dock):
            self.body.addWidget(part, 1 if part in (self.table, self.empty) else 0)
        self._buttons: list[_Filter] = []
        self.clear()

    def show_view(self, name: str, view: ImportView, *, at: int = 0) -> None:
        """A file that was read, or read again: then the line `at` stays chosen. `name` is the file's own."""
        self._view, self._all = view, view.rows
        self.trouble.hide()
        rows = f"{len(view.rows)} {'row' if len(view.rows) == 1 else 'rows'}"
        self.file.turn_into(f"{name}, {rows}", "neutral", "file-spreadsheet")
        self.file.show()
        self.choose.setText("Choose another")
        self._show_chips(view.chips)
        self.empty.hide()
        self.table.show()
        self.dock.offer(self.fix, offered=bool(view.errors))
        self._filter(self._kind if at else None)
        self.table.choose_line(at)
        self._tell_dock()
        if not at:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self.table, self.table.spoken() if at else view.dock)

    def show_trouble(self, happened: str, do: str) -> None:
        """The file cannot be read, or rows could not be taken in."""
        self.set_running("")
        self._tell_dock()
        self.trouble.tell(happened, do, "danger")
        self.trouble.show()
        announce(self.trouble, f"{happened} {do}", now=True)
        self.choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_running(self, words: str) -> None:
        """A file is read, or rows are being taken in; Cancel ends that. "" ends it."""
        self.running = bool(words)
        self.primary.set_busy(words)
        self.choose.setEnabled(not words)
        self.table.setEnabled(not words)
        self.dock.offer(self.stop, offered=bool(words))
        self.bar.setVisible(bool(words))
        self.bar.setRange(0, 0)
        if words:
            self.dock.tell(words)

    def show_progress(self, done: int, total: int, words: str) -> None:
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(done)
        self.dock.tell(words)

    def clear(self) -> None:
        """Leave no trace of the file."""
        self._view, self._all, self._kind = None, (), None
        self.table.fill(())
        self.table.hide()
        self._show_chips(())
        self.empty.show()
        for part in (self.file, self.trouble, self.notes):
            part.hide()
        for button in (self.primary, self.fix):
            self.dock.offer(button, offered=False)
        self.file.turn_into("", "neutral")
        self.set_running("")
        self._tell_dock()
        self.choose.setText("Choose file")

    def _tell_dock(self) -> None:
        view = self._view
        if view is None:
            self.dock.tell("Nothing is changed until you import")
        else:
            self.dock.tell(view.dock, tone="warn" if view.errors else "ok", icon=_icon(view))

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

    def _explain(self) -> None:
        """The row chosen in full where something was found in it; else how to go on."""
        place = self.table.currentIndex().row()
        row = self.table.rows[place] if 0 <= place < len(self.table.rows) else None
        if row is not None and row.kind is not RowKind.READY:
            kind: NoticeKind = (
                "danger" if row.kind is RowKind.ERROR else "violet" if row.kind is RowKind.HERE else "warn"
            )
            self.notes.tell(f"Row {row.line}. {row.found}", HOW_TO if row.fixes else "", kind)
        else:
            self.notes.tell(self._view.notes if self._view else "")
        self.notes.setVisible(self._view is not None)

    @property
    def can_bring(self) -> bool:
        return self._view is not None and not self.running and bool(self._view.bring[self._kind].lines)

    def _bring(self) -> None:
        if self._view is not None and self.can_bring:
            self.import_wanted.emit(self._view.bring[self._kind].lines)

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
            for part in (Text("Next problem", "dense", "text-2"), KeyCap("F8")):
                self.chips.addWidget(part)
        self._chips.setVisible(bool(chips))
        Roving(self._chips, buttons)
        self._buttons = buttons

    def _filter(self, kind: RowKind | None) -> None:
        self._kind = kind
        for button in self._buttons:
            button.choose(button.rows is kind)
        self.table.fill([row for row in self._all if kind is None or row.kind is kind])
        bring = self._view.bring[kind] if self._view is not None else None
        self._explain()
        self.primary.setText(bring.words if bring and bring.words else "Import")
        self.dock.offer(self.primary, offered=bool(bring and bring.words))
        self.primary.updateGeometry()


class ImportWindow(QDialog):
    """The import over another page. Esc closes it; what was not imported is not changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import referrals")
        self.setModal(True)
        theme = theme_in_use()
        self.panel = ImportPanel()
        self.table, self.primary, self.trouble = self.panel.table, self.panel.primary, self.panel.trouble
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 12, 12, 12)
        whole.addWidget(self.panel)
        room = parent.window().size() if parent is not None else self.size()
        self.resize(min(theme.px(1120), max(620, room.width() - 60)), min(theme.px(620), max(330, room.height() - 60)))
        self.setMinimumSize(420, 280)
        self.panel.choose.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_F8:
            self.panel.next_problem(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if ctrl and self.primary.isVisible():
                self.primary.click()
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        if self.panel.running:
            self.panel.cancel_wanted.emit()
        else:
            super().reject()


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


class ImportTable(SharedTable):
    """F2 types the refused cell of a row anew, in its place; Enter opens the whole row."""

    cell_typed = Signal(int, str, str)
    row_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__("Rows of the file", WIDTHS, row_height=38, least=1.0)
        self.model_ = RowsModel(COLUMNS, _words, lambda row: row.spoken, self)
        self.setModel(self.model_)
        self.setItemDelegate(_Delegate(self))
        self.editor = QLineEdit(self.viewport())
        self.editor.hide()
        self.editor.installEventFilter(self)
        self._fixing: tuple[int, Fix] | None = None
        self.opened.connect(lambda place: self.row_wanted.emit(self.rows[place].line))
        self.verticalScrollBar().valueChanged.connect(lambda _at: self._place_editor())

    @property
    def rows(self) -> Sequence[ImportRow]:
        return self.model_.rows

    def fill(self, rows: Sequence[ImportRow]) -> None:
        self._stop_typing()
        self.model_.fill(rows)
        if rows:
            self.selectRow(0)

    def choose_line(self, line: int) -> None:
        """Choose the row of a line, or the one that took its place."""
        if self.rows:
            place = next((at for at, row in enumerate(self.rows) if row.line >= line), len(self.rows) - 1)
            self.selectRow(place)

    def spoken(self) -> str:
        """What a screen reader says of the row chosen."""
        place = self.currentIndex().row()
        return self.rows[place].spoken if 0 <= place < len(self.rows) else ""

    def fix(self) -> None:
        """F2: type the first refused cell anew; a row without one, or one refused as a whole, opens whole."""
        place = self.currentIndex().row()
        if not 0 <= place < len(self.rows):
            return
        row = self.rows[place]
        if not row.fixes:
            self.row_wanted.emit(row.line)
            return
        self._fixing = (place, row.fixes[0])
        self.editor.setText(row.fixes[0].text)
        self.editor.setAccessibleName(f"Row {row.line}, {row.fixes[0].label}")
        self.editor.setPlaceholderText(row.fixes[0].label)
        self._place_editor()
        self.editor.show()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.fix()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Tab keep what was typed, Esc leaves the cell as it was."""
        if watched is self.editor and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
                self._keep()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self._stop_typing()
                return True
        if watched is self.editor and event.type() == QEvent.Type.FocusOut and self._fixing is not None:
            self._keep()
        return super().eventFilter(watched, event)

    def _keep(self) -> None:
        fixing, typed = self._fixing, self.editor.text()
        self._stop_typing()
        if fixing is not None and typed != fixing[1].text:
            self.cell_typed.emit(self.rows[fixing[0]].line, fixing[1].column, typed)

    def _stop_typing(self) -> None:
        was, self._fixing = self._fixing, None
        if was is not None:
            self.editor.hide()
            self.editor.clear()
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place_editor(self) -> None:
        if self._fixing is None:
            return
        place, fix = self._fixing
        cell = self.visualRect(self.model_.index(place, fix.at if fix.at >= 0 else FOUND))
        self.editor.setGeometry(cell.adjusted(2, 2, -2, -3))


def _words(row: ImportRow) -> tuple[str, ...]:
    return (str(row.line), row.nhs, row.name, row.born, row.skill, "", row.found)


class _Delegate(RowDelegate):
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
        if index.column() == FOUND:
            ready = row.kind is RowKind.READY
            self._found(painter, rect, row.found, "text-2" if ready else row.tone, 400 if ready else 600)
            return
        if wrong:
            painter.fillRect(rect.adjusted(-6, 1, 2, -1), theme.colour("danger-soft"))
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        ink = "danger" if wrong else "text-2" if index.column() == 0 else "text"
        draw_figures(painter, rect, words, weight=600 if wrong or index.column() == 2 else 400, ink=ink)

    def _found(self, painter: QPainter, rect: QRect, words: str, ink: str, weight: int) -> None:
        """Two lines where one is too short; the tooltip and the screen reader have it all."""
        theme, words = theme_in_use(), unbroken(words)
        painter.setFont(theme.font("dense", weight))
        painter.setPen(theme.colour(ink))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        room = rect.adjusted(0, 1, 0, -1)
        tall = painter.fontMetrics().boundingRect(room, flags, words).height()
        up = Qt.AlignmentFlag.AlignTop if tall > room.height() else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags | up, words)
