"""The caseload: everyone being taught, and the referrals that wait for triage."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedLayout,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from smf_desktop.presenters.caseload import CaseloadLine, SkillLine
from smf_desktop.presenters.referrals import NOBODY_WAITS, TriageRow
from ui.theme import theme_in_use
from ui.widgets.bars import Dock, PageHeader, Tabs
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.tables import RowDelegate, RowsModel, TableView
from ui.widgets.text import ChipKind, KeyCap, Text, announce, paint_chip, plain_tip
from ui.widgets.tracks import paint_track, paint_visits

MINE, EVERYONE, REFERRALS = range(3)
ROW = 38
TYPING_PAUSE = 250
"""Milliseconds without a key before the list is asked for again."""

PEOPLE = ("Patient", "NHS No.", "Skill and steps on own", "Visits, of expected", "Flags", "Last visit", "Next visit")
SORTS = {0: "name", 1: "nhs_number", 5: "last_visit", 6: "next_visit"}
PEOPLE_WIDTHS = (226, 112, 262, 180, 200, 100, 148)
TRIAGE = ("Received", "Waiting", "Patient", "NHS No.", "Born", "Skills", "Referred by", "Status", "Reason")
TRIAGE_WIDTHS = (104, 72, 196, 116, 104, 164, 112, 168, 192)

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class CaseloadView(QWidget):
    """Three tabs over one place. Rows come a page at a time; the model asks for more as they are scrolled to."""

    tab_chosen = Signal(int)
    filtered = Signal(str)
    sort_wanted = Signal(str, bool)
    more_wanted = Signal(int)
    """The offset of the next page of people."""

    open_wanted = Signal(object)
    start_wanted = Signal(object)
    book_wanted = Signal(object)
    """A `CaseloadLine`."""

    accept_wanted = Signal(object)
    wait_wanted = Signal(object)
    reject_wanted = Signal(object)
    """A `TriageRow`."""

    person_wanted = Signal(object)
    import_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.header = PageHeader("Caseload")
        self.bring = Button("Import referrals", "primary", icon="file-spreadsheet", shortcut="Ctrl+Shift+I")
        self.bring.clicked.connect(self.import_wanted)
        self.header.add(self.bring)
        self.tabs = Tabs(("My caseload", "Everyone", "Referrals"))
        self.tabs.setAccessibleName("Caseload lists")
        self.tabs.currentChanged.connect(self.tab_chosen)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Name or NHS number")
        self.filter.setAccessibleName("Filter this list by name or NHS number (Ctrl+F)")
        self.filter.setClearButtonEnabled(False)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE)
        self._pause.timeout.connect(lambda: self.filtered.emit(self.filter.text()))
        self.filter.textEdited.connect(lambda _words: self._pause.start())
        self.filter.returnPressed.connect(self._to_table)
        self.found = Text("", "dense", "text-2")
        self.people = PeopleTable()
        self.triage = TriageTable()
        self.people.model_.more_wanted.connect(self.more_wanted)
        self.people.opened.connect(lambda place: self.open_wanted.emit(self.people.lines[place]))
        self.people.sort_wanted.connect(self._sorted)
        self.people.key_pressed.connect(self._people_key)
        self.triage.opened.connect(lambda place: self.person_wanted.emit(self.triage.rows[place]))
        self.triage.key_pressed.connect(self._triage_key)
        for table in (self.people, self.triage):
            table.selectionModel().currentRowChanged.connect(self._chosen_changed)
        self._lay_out()
        self._chosen_changed()

    # --- what is shown ---

    def show_titles(self, titles: Sequence[str]) -> None:
        for place, words in enumerate(titles):
            self.tabs.setTabText(place, words)

    def show_lines(self, lines: Sequence[CaseloadLine], total: int, about: str, empty: tuple[str, str]) -> None:
        """The first page of people."""
        self.people.fill(lines, total)
        self.header.tell("Caseload", about)
        self.found.setText(about if self.filter.text().strip() else "")
        if self.filter.text().strip():
            announce(self.filter, about)
        self._show(self._people_card if lines else self._nobody(*empty))
        self._chosen_changed()

    def add_lines(self, lines: Sequence[CaseloadLine], offset: int) -> None:
        """One more page of people."""
        self.people.model_.add(lines, offset)

    def show_triage(self, rows: Sequence[TriageRow], about: str) -> None:
        self.triage.fill(rows)
        self.header.tell("Caseload", about)
        self._show(self._triage_card if rows else self._nobody(*NOBODY_WAITS))
        self._chosen_changed()

    def show_order(self, sort: str, *, down: bool) -> None:
        column = next(place for place, name in SORTS.items() if name == sort)
        self.people.show_order(column, down=down)

    def clear(self) -> None:
        """Leave no trace of anyone."""
        self._pause.stop()
        self.filter.clear()
        self.people.fill((), 0)
        self.triage.fill(())
        self.found.setText("")
        self.header.tell("Caseload")
        self._chosen_changed()

    def take_focus(self) -> None:
        table = self.triage if self.tabs.currentIndex() == REFERRALS else self.people
        if table.isVisible() and table.model().rowCount():
            table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def to_filter(self) -> None:
        if self.tabs.currentIndex() != REFERRALS:
            self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.filter.selectAll()

    def main(self) -> None:
        """Ctrl+Enter: start a visit, or accept a referral."""
        if self.tabs.currentIndex() == REFERRALS:
            self._with_row(self.accept_wanted.emit)
        else:
            self._with_line(self.start_wanted.emit)

    # --- inside ---

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(20, 0, 20, 0)
        tabs.addWidget(self.tabs)
        tabs.addStretch(1)
        whole.addLayout(tabs)
        self._bar = QWidget()
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(20, 8, 20, 0)
        bar.setSpacing(8)
        self.filter.setFixedWidth(theme_in_use().px(252))
        for part in (self.filter, KeyCap("Ctrl+F"), self.found):
            bar.addWidget(part)
        bar.addStretch(1)
        whole.addWidget(self._bar)
        self._people_card, self._triage_card = _sheet(self.people), _sheet(self.triage)
        self._empty_card = Card()
        self._stack = QStackedLayout()
        for card in (self._people_card, self._triage_card, self._empty_card):
            self._stack.addWidget(card)
        middle = QVBoxLayout()
        middle.setContentsMargins(20, 8, 20, 8)
        middle.addLayout(self._stack)
        whole.addLayout(middle, 1)
        self.accept = Button("Accept", "primary", shortcut="Ctrl+Enter")
        self.wait, self.reject = Button("Wait for information"), Button("Send back")
        self.start = Button("Start visit", "primary", shortcut="Ctrl+Enter")
        self.open, self.book = Button("Open", shortcut="Enter"), Button("Book visit", shortcut="B")
        self.people_dock = Dock((self.open, self.book, self.start))
        self.triage_dock = Dock((self.reject, self.wait, self.accept))
        whole.addWidget(self.people_dock)
        whole.addWidget(self.triage_dock)
        self.accept.clicked.connect(lambda: self._with_row(self.accept_wanted.emit))
        self.wait.clicked.connect(lambda: self._with_row(self.wait_wanted.emit))
        self.reject.clicked.connect(lambda: self._with_row(self.reject_wanted.emit))
        self.start.clicked.connect(lambda: self._with_line(self.start_wanted.emit))
        self.open.clicked.connect(lambda: self._with_line(self.open_wanted.emit))
        self.book.clicked.connect(lambda: self._with_line(self.book_wanted.emit))

    def _show(self, card: QWidget) -> None:
        left = self._stack.currentWidget()
        focus = self.window().focusWidget()  # also while a dialog is over it
        had_focus = left is not None and left is not card and focus is not None and left.isAncestorOf(focus)
        self._stack.setCurrentWidget(card)
        if had_focus:
            self.take_focus()
        referrals = self.tabs.currentIndex() == REFERRALS
        self._bar.setVisible(not referrals)
        self.people_dock.setVisible(not referrals and card is self._people_card)
        self.triage_dock.setVisible(card is self._triage_card)

    def _nobody(self, true: str, fills: str) -> QWidget:
        body = self._empty_card.body
        while (item := body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        body.addWidget(EmptyState("users-round", true, fills), 1)
        return self._empty_card

    def _chosen_changed(self) -> None:
        line, row = self.people.chosen(), self.triage.chosen()
        self.people_dock.tell(f"{line.name} selected" if line else "Nobody selected")
        words = row.mark_full or f"{row.name} selected" if row else "Nothing selected"
        tone, icon = ("violet", "copy") if row and row.mark else ("text-2", "")
        self.triage_dock.tell(words, tone=tone, icon=icon)

    def _to_table(self) -> None:
        self._pause.stop()
        self.filtered.emit(self.filter.text())
        self.people.setFocus(Qt.FocusReason.OtherFocusReason)

    def _sorted(self, column: int, down: bool) -> None:
        if column in SORTS:
            self.sort_wanted.emit(SORTS[column], down)

    def _people_key(self, key: int) -> None:
        if key == Qt.Key.Key_B:
            self._with_line(self.book_wanted.emit)

    def _triage_key(self, key: int) -> None:
        wanted = {Qt.Key.Key_A: self.accept_wanted, Qt.Key.Key_W: self.wait_wanted, Qt.Key.Key_R: self.reject_wanted}
        signal = wanted.get(Qt.Key(key))
        if signal is not None:
            self._with_row(signal.emit)

    def _with_line(self, then: Callable[[CaseloadLine], object]) -> None:
        line = self.people.chosen()
        if line is not None:
            then(line)

    def _with_row(self, then: Callable[[TriageRow], object]) -> None:
        row = self.triage.chosen()
        if row is not None:
            then(row)


def _sheet(table: TableView) -> Card:
    card = Card()
    card.body.setContentsMargins(0, 0, 0, 0)
    card.body.addWidget(table)
    return card


# --- tables --------------------------------------------------------------------------------------


class ListTable(TableView):
    """A table whose columns share its width, and whose letters are commands while it has the focus."""

    key_pressed = Signal(int)

    def __init__(self, name: str, widths: Sequence[int]) -> None:
        super().__init__(name, row_height=ROW)
        self._widths = tuple(widths)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setMinimumSectionSize(40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns grow with the table; where it is too narrow for them it scrolls sideways."""
        super().resizeEvent(event)
        theme = theme_in_use()
        wanted = [theme.px(width) for width in self._widths]
        part = max(1.0, self.viewport().width() / sum(wanted))
        for column, width in enumerate(wanted[:-1]):
            self.setColumnWidth(column, int(width * part))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not event.modifiers() and Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z:
            self.key_pressed.emit(event.key())
        else:
            super().keyPressEvent(event)


class PeopleTable(ListTable):
    def __init__(self) -> None:
        super().__init__("People being taught", PEOPLE_WIDTHS)
        self.model_ = PeopleModel(self)
        self.setModel(self.model_)
        self.setItemDelegate(_PersonDelegate(self))

    @property
    def lines(self) -> Sequence[CaseloadLine]:
        return self.model_.lines

    def chosen(self) -> CaseloadLine | None:
        place = self.currentIndex().row()
        return self.lines[place] if 0 <= place < len(self.lines) else None

    def fill(self, lines: Sequence[CaseloadLine], total: int) -> None:
        """Show the first page; whoever was chosen stays chosen where they are still there."""
        was = self.chosen()
        self.model_.fill(lines, total)
        place = next((at for at, line in enumerate(lines) if was is not None and line.patient == was.patient), 0)
        if lines:
            self.selectRow(place)


class PeopleModel(QAbstractTableModel):
    """Rows as they arrive; the view asks for the next page by scrolling to the end."""

    more_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[CaseloadLine] = []
        self._total = 0
        self._asked = 0

    def fill(self, lines: Sequence[CaseloadLine], total: int) -> None:
        self.beginResetModel()
        self.lines, self._total, self._asked = list(lines), total, 0
        self.endResetModel()

    def add(self, lines: Sequence[CaseloadLine], offset: int) -> None:
        if offset != len(self.lines) or not lines:
            return
        self.beginInsertRows(QModelIndex(), offset, offset + len(lines) - 1)
        self.lines += lines
        self.endInsertRows()

    def canFetchMore(self, parent: Index = _NOWHERE) -> bool:
        return not parent.isValid() and len(self.lines) < self._total and self._asked < len(self.lines)

    def fetchMore(self, parent: Index = _NOWHERE) -> None:
        if self.canFetchMore(parent):
            self._asked = len(self.lines)
            self.more_wanted.emit(len(self.lines))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(PEOPLE)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        across = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return PEOPLE[section] if across else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | QColor | None:
        line = self.lines[index.row()]
        shown = (line.name, line.nhs, line.spoken_skills, line.spoken_visits, line.spoken_flags, line.last, line.next)
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            return line.spoken
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return shown[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(shown[index.column()])
        return None


class TriageTable(ListTable):
    def __init__(self) -> None:
        super().__init__("Referrals that wait for triage", TRIAGE_WIDTHS)
        self.model_ = RowsModel(TRIAGE, _triage_words, lambda row: row.spoken, self)
        self.setModel(self.model_)
        self.setItemDelegate(_TriageDelegate(self))
        self.horizontalHeader().setSectionsClickable(False)

    @property
    def rows(self) -> Sequence[TriageRow]:
        return self.model_.rows

    def chosen(self) -> TriageRow | None:
        place = self.currentIndex().row()
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def fill(self, rows: Sequence[TriageRow]) -> None:
        """A row that is gone gives the choice to the one that takes its place."""
        was, at = self.chosen(), max(0, self.currentIndex().row())
        self.model_.fill(rows)
        same = next((place for place, row in enumerate(rows) if was is not None and row.referral == was.referral), at)
        if rows:
            self.selectRow(min(same, len(rows) - 1))


def _triage_words(row: TriageRow) -> tuple[str, ...]:
    status = row.mark_full or row.status
    return (row.received, row.waiting, row.name, row.nhs, row.born, row.skills, row.source, status, row.reason)


# --- cells ---------------------------------------------------------------------------------------


class CellDelegate(RowDelegate):
    """Draws the ground of a row and its words; others draw their own marks on it."""

    def ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> QRect:
        """Fill the cell and answer the room inside it."""
        theme = theme_in_use()
        self.initStyleOption(option, index)
        rect = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, theme.colour("selected" if chosen else "surface-2" if hovered else "surface"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        return rect.adjusted(10, 0, -4, -1)

    def words(
        self, painter: QPainter, rect: QRect, words: str, *, weight: int = 400, ink: str = "text", tabular: bool = True
    ) -> None:
        theme = theme_in_use()
        font = theme.font("cell", weight, tabular=tabular)
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def chips(self, painter: QPainter, rect: QRect, chips: Sequence[tuple[str, ChipKind, str]]) -> None:
        """As many (words, kind, icon) as there is room for; the rest as "+2"."""
        theme = theme_in_use()
        metrics = QFontMetrics(theme.font("caption", 500))
        x = rect.left()
        for place, (words, kind, icon) in enumerate(chips):
            wide = metrics.horizontalAdvance(words) + 22 + (theme.px(14) + 5 if icon else 0)
            left = len(chips) - place
            if x + wide + (theme.px(24) if left > 1 else 0) > rect.right() and place:
                more = QRect(x + 2, rect.top(), rect.right() - x, rect.height())
                self.words(painter, more, f"+{left}", ink="text-2")
                return
            box = QRectF(x, rect.center().y() - theme.px(11) + 1, min(wide, rect.right() - x), theme.px(22))
            paint_chip(painter, box, words, kind, icon)
            x += wide + 5


class _PersonDelegate(CellDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, PeopleModel):
            return
        line, rect = model.lines[index.row()], self.ground(painter, option, index)
        match index.column():
            case 0:
                self.words(painter, rect, line.name, weight=600, tabular=False)
            case 1:
                self.words(painter, rect, line.nhs)
            case 2 | 3:
                self._skills(painter, rect, line.skills, visits=index.column() == 3)
            case 4:
                self.chips(painter, rect, [(flag.words, flag.kind, flag.icon) for flag in line.flags])
            case 5:
                self.words(painter, rect, line.last, ink="text-2" if line.last == "None yet" else "text")
            case _:
                weight, ink = (700, "danger") if line.overdue else (400, "text")
                self.words(painter, rect, line.next, weight=weight, ink="text-2" if not line.booking else ink)

    def _skills(self, painter: QPainter, rect: QRect, skills: Sequence[SkillLine], *, visits: bool) -> None:
        shown = skills[:2]
        high = rect.height() // max(1, len(shown)) if len(shown) > 1 else rect.height()
        for place, skill in enumerate(shown):
            line = QRect(rect.left(), rect.top() + place * high, rect.width(), high)
            if visits:
                paint_visits(painter, QRectF(line), skill.visits, skill.expected)
            else:
                more = f" +{len(skills) - 2}" if len(skills) > 2 and place == 1 else ""
                self._steps(painter, line, skill, more)

    def _steps(self, painter: QPainter, line: QRect, skill: SkillLine, more: str) -> None:
        theme = theme_in_use()
        side = theme.px(15)
        drawn = theme.pixmap(skill.icon, "text-2", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPoint(line.left(), line.center().y() - side // 2), drawn)
        name = QRect(line.left() + side + 7, line.top(), theme.px(92), line.height())
        self.words(painter, name, skill.label)
        track = QRectF(name.right() + 2, line.center().y() - theme.px(3) + 1, theme.px(78), theme.px(6))
        done = skill.of > 0 and skill.done == skill.of
        paint_track(painter, track, skill.done / max(1, skill.of), "ok-fill" if done else "primary")
        count = QRect(int(track.right()) + 8, line.top(), line.right() - int(track.right()) - 8, line.height())
        self.words(painter, count, f"{skill.done}/{skill.of}{more}", weight=600 if done else 400)


class _TriageDelegate(CellDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        row, rect = model.rows[index.row()], self.ground(painter, option, index)
        if index.column() == 7:
            marks: list[tuple[str, ChipKind, str]] = [("Might be here", "violet", "copy")] if row.mark else []
            self.chips(painter, rect, [*marks, (row.status, "neutral" if row.held else "info", "")])
            return
        words = str(index.data(Qt.ItemDataRole.DisplayRole))
        self.words(painter, rect, words, weight=600 if index.column() == 2 else 400, tabular=index.column() != 2)
