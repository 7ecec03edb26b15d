"""Today: the next visit, the day's visits, the week, and what waits at the side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from smf_desktop.presenters.today import ACT_WORDS, Act, NextCard, SideList, SideRow, TodayRow, VisitRow, WeekDay
from ui.theme import theme_in_use
from ui.widgets.bars import NARROW_WIDTH, PageHeader
from ui.widgets.buttons import FACES, Button, Face, IconButton, paint_box
from ui.widgets.cards import Card, EmptyState, rule
from ui.widgets.rating import paint_square
from ui.widgets.roving import Roving
from ui.widgets.tables import RowDelegate, RowsModel, TableView
from ui.widgets.text import Icon, Text, paint_chip

ROW = 45
SHOWN = 3
"""Lines of a list at the side before "Show all"."""

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Wish:
    """What a row was asked to do. `record` is the visit, draft, episode or red flag meant."""

    act: Act
    patient: str
    record: str
    episodes: tuple[str, ...]


class TodayView(QWidget):
    """Shows a `TodayRow`; tells what was wanted."""

    wished = Signal(object)
    """A `Wish`."""

    day_wanted = Signal(object)
    """A date, or None for today."""

    triage_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._shown: date | None = None
        self.header = PageHeader("Today")
        self.before = IconButton("Previous week", "chevron-left", edged=True, side=27)
        self.today = Button("Today", shortcut="Ctrl+T", small=True)
        self.after = IconButton("Next week", "chevron-right", edged=True, side=27)
        self.start = Button("Start visit", "primary", icon="clipboard-check", shortcut="Ctrl+Enter")
        self.triage = Button("Referrals", "quiet", icon="inbox")
        self.triage.clicked.connect(self.triage_wanted)
        self.header.add(self.triage, self.before, self.today, self.after, self.start)
        self.before.clicked.connect(lambda: self._turn(-1))
        self.today.clicked.connect(lambda: self.day_wanted.emit(None))
        self.after.clicked.connect(lambda: self._turn(1))
        self.start.clicked.connect(self.start_chosen)
        self.next = _NextCard()
        self.next.open.clicked.connect(self._open_next)
        self.table = _VisitsTable()
        self.table.opened.connect(self._opened)
        self.table.act_wanted.connect(self._acted)
        self.table.book_wanted.connect(self.book_chosen)
        self.visits = Card("Visits today", count=0, note="Sorted by time")
        self.visits.body.setContentsMargins(0, 0, 0, 0)
        self.visits.body.addWidget(self.table)
        self.empty: QWidget | None = None
        self.week = QHBoxLayout()
        self.week.setSpacing(0)
        self._side = QVBoxLayout()
        self._side.setSpacing(12)
        self._lay_out()

    def show_row(self, row: TodayRow) -> None:
        """Fill the page; the row chosen in the table stays chosen where it is still there."""
        self.header.tell(row.title, row.about)
        self.triage.setText(row.triage)
        self.triage.setVisible(bool(row.triage))
        self.next.setVisible(row.next is not None)
        if row.next is not None:
            self.next.fill(row.next)
        self.visits.title.setText("Visits today" if row.title == "Today" else "Visits")
        self.visits.set_count(len(row.visits))
        self.table.fill(row.visits)
        self._show_empty(row)
        self._show_week(row.week)
        self._show_lists(row.lists)
        self.start.setVisible(any(one.act in (Act.START, Act.CONTINUE, Act.OPEN) for one in row.visits))

    def tell_next(self, card: NextCard | None) -> None:
        """Only the minutes until the next visit moved on."""
        if card is not None and self.next.row is not None:
            self.next.fill(card)

    def clear(self) -> None:
        """Leave no trace of anyone."""
        self.show_row(TodayRow("Today", "", None, (), (), (), "", "", "", ""))
        self.next.clear()

    def take_focus(self) -> None:
        """The row of the next visit, as the person comes for it."""
        self.table.choose_next()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def start_chosen(self) -> None:
        """Start or continue the visit of the row that is chosen, else the next one."""
        row = self.table.chosen()
        if row is not None:
            act = Act.CONTINUE if row.act is Act.CONTINUE else Act.VIEW if row.act is Act.VIEW else Act.START
            self.wished.emit(_wish(row, act))

    def book_chosen(self) -> None:
        row = self.table.chosen()
        if row is not None:
            self.wished.emit(Wish(Act.BOOK, row.patient, "", row.episodes))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        down = self.width() < NARROW_WIDTH
        self._columns.setDirection(QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight)
        self.next.turn(down=down)
        for part in (self.before, self.today, self.after):
            part.setVisible(not down)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        self.area, inner = QScrollArea(), QWidget()
        inner.setObjectName("scrolled")
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._columns.setContentsMargins(20, 4, 20, 16)
        self._columns.setSpacing(12)
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.strip = Card()
        self.strip.body.setContentsMargins(0, 0, 0, 0)
        self.strip.body.addLayout(self.week)
        for part in (self.next, self.visits, self.strip):
            column.addWidget(part)
        column.addStretch(1)
        self._side.setContentsMargins(0, 0, 0, 0)
        right.setLayout(self._side)
        self._columns.addWidget(left, 66)
        self._columns.addWidget(right, 34)
        for side in (left, right):
            side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.area.setWidget(inner)
        whole.addWidget(self.area, 1)

    def _show_empty(self, row: TodayRow) -> None:
        if self.empty is not None:
            self.visits.body.removeWidget(self.empty)
            self.empty.deleteLater()
            self.empty = None
        self.table.setVisible(bool(row.visits))
        if not row.visits and row.empty:
            self.empty = EmptyState("calendar-check", row.empty, row.empty_do)
            self.visits.body.addWidget(self.empty)

    def _show_week(self, days: Sequence[WeekDay]) -> None:
        _emptied(self.week)
        self.strip.setVisible(bool(days))
        buttons = [_Day(one) for one in days]
        for one, button in zip(days, buttons, strict=True):
            button.clicked.connect(lambda _on=False, on=one.on: self.day_wanted.emit(on))
            self.week.addWidget(button, 1)
        Roving(self.strip, buttons)
        self._shown = next((one.on for one in days if one.chosen), None)

    def _show_lists(self, lists: Sequence[SideList]) -> None:
        _emptied(self._side)
        for one in lists:
            self._side.addWidget(_SideCard(one, self.wished.emit))
        if not lists:
            quiet = Card("Nothing else waits", icon="circle-check", icon_tone="ok")
            quiet.body.addWidget(Text("Overdue visits, drafts and red flags stand here.", "cell", "text-2", wrap=True))
            self._side.addWidget(quiet)
        self._side.addStretch(1)

    def _turn(self, weeks: int) -> None:
        if self._shown is not None:
            self.day_wanted.emit(self._shown + timedelta(days=7 * weeks))

    def _open_next(self) -> None:
        row = self.next.row
        if row is not None:
            self.wished.emit(Wish(Act.OPEN, row.patient, row.visit, row.episodes))

    def _opened(self, place: int) -> None:
        row = self.table.rows[place]
        self.wished.emit(_wish(row, Act.CONTINUE if row.act is Act.CONTINUE else Act.OPEN))

    def _acted(self, place: int) -> None:
        row = self.table.rows[place]
        self.wished.emit(_wish(row, row.act))


def _wish(row: VisitRow, act: Act) -> Wish:
    return Wish(act, row.patient, row.visit, row.episodes)


def _emptied(layout: QBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


# --- the next visit ------------------------------------------------------------------------------


class _NextCard(Card):
    def __init__(self) -> None:
        super().__init__(edge="focus")
        self.row: NextCard | None = None
        self.when, self.time = Text("", "cell", "text-2", strong=True), Text("", "hero", tabular=True)
        self.minutes = Text("", "cell", "text-2")
        self.name, self.about = Text("", "name", wrap=True), Text("", "cell", "text-2", wrap=True)
        self.address, self.phone = Text("", "cell", wrap=True), Text("", "cell", tabular=True)
        self.open = Button("Open record")
        self.line, self.boxes = Text("", "cell", "text-2", strong=True), _VisitBoxes()
        self.title = Text("", "cell", strong=True, wrap=True)
        self.steps = QVBoxLayout()
        self.steps.setSpacing(4)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(18)
        clock, person, focus = (QVBoxLayout() for _ in range(3))
        clock.setSpacing(0)
        for words in (self.when, self.time, self.minutes):
            words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            clock.addWidget(words)
        clock.addStretch(1)
        person.setSpacing(4)
        for part in (self.name, self.about):
            person.addWidget(part)
        for icon, words in (("map-pin", self.address), ("phone", self.phone)):
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(Icon(icon, "text-2", 15), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(words, 1)
            person.addLayout(line)
        person.addWidget(self.open)
        person.addStretch(1)
        focus.setSpacing(6)
        for more in (self.line, self.boxes, self.title):
            focus.addWidget(more)
        focus.addLayout(self.steps)
        focus.addStretch(1)
        self._row.addLayout(clock, 0)
        self._row.addLayout(person, 3)
        self._row.addLayout(focus, 2)
        self.body.addLayout(self._row)

    def turn(self, *, down: bool) -> None:
        """Parts under each other where there is no room beside each other."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight)

    def fill(self, row: NextCard) -> None:
        self.row = row
        self.setAccessibleName(row.spoken)
        texts = (
            (self.when, row.when),
            (self.time, row.time),
            (self.minutes, row.minutes),
            (self.name, row.name),
            (self.about, row.about),
            (self.address, row.address),
            (self.phone, row.phone),
            (self.line, row.visit_line),
            (self.title, row.focus_title),
        )
        for label, words in texts:
            label.setText(words)
            label.setVisible(bool(words))
        self.open.setAccessibleName(f"Open record, {row.name}")
        self.boxes.tell(row.done, row.expected)
        _emptied(self.steps)
        for step in row.focus:
            self.steps.addWidget(_FocusLine(step.key, step.words, step.spoken))

    def clear(self) -> None:
        for label in (self.when, self.time, self.minutes, self.name, self.about, self.address, self.phone):
            label.setText("")
        self.line.setText("")
        self.title.setText("")
        self.setAccessibleName("")
        self.open.setAccessibleName("")
        _emptied(self.steps)
        self.row = None


class _FocusLine(QWidget):
    def __init__(self, key: str, words: str, spoken: str) -> None:
        super().__init__()
        self.setAccessibleName(spoken)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(_Square(key))
        row.addWidget(Text(words, "cell", wrap=True), 1)


class _Square(QWidget):
    """The colour of a level with its number."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key or "0"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = theme_in_use().px(21)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_square(painter, QRectF(self.rect()), self._key)
        painter.end()


class _VisitBoxes(QWidget):
    """One box per expected visit: done, today, to come. The line above says it in words."""

    def __init__(self) -> None:
        super().__init__()
        self._done = self._of = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, done: int, expected: int) -> None:
        self._done, self._of = done, min(max(expected, done + 1), 16)
        self.setVisible(expected > 0)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(120), theme_in_use().px(9))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = min(theme.px(31), (self.width() - 4 * self._of) / max(1, self._of))
        for place in range(self._of):
            box = QRectF(place * (wide + 4) + 0.5, 0.5, wide - 1, self.height() - 1)
            done, now = place < self._done, place == self._done
            painter.setPen(QPen(theme.colour("primary" if done or now else "line"), 1.5 if now else 1))
            painter.setBrush(theme.colour("primary" if done else "surface" if now else "surface-3"))
            painter.drawRoundedRect(box, 2, 2)
        painter.end()


# --- the table -----------------------------------------------------------------------------------

COLUMNS = ("Time", "Patient", "Teaching", "Visit", "Status", "")
WIDTHS = (58, 222, 200, 70, 140)
ACTION = 5


class _VisitsTable(TableView):
    act_wanted = Signal(int)
    book_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("Visits today", row_height=ROW)
        self._model = RowsModel(COLUMNS, _visit_words, lambda row: row.spoken, self)
        self.setModel(self._model)
        self.setItemDelegate(_VisitDelegate(self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionsMovable(False)
        header.setStretchLastSection(True)

    @property
    def rows(self) -> Sequence[VisitRow]:
        return self._model.rows

    def fill(self, rows: Sequence[VisitRow]) -> None:
        chosen = self.chosen()
        self._model.fill(rows)
        place = next((at for at, row in enumerate(rows) if chosen is not None and row.visit == chosen.visit), None)
        if place is None:
            self.choose_next()
        else:
            self.selectRow(place)
        self.updateGeometry()

    def chosen(self) -> VisitRow | None:
        place = self.currentIndex().row()
        return self._model.rows[place] if 0 <= place < len(self._model.rows) else None

    def choose_next(self) -> None:
        """Choose the next visit, else the first that is not signed."""
        rows = self._model.rows
        wanted = [at for at, row in enumerate(rows) if row.is_next]
        wanted += [at for at, row in enumerate(rows) if row.act is not Act.VIEW]
        if rows:
            self.selectRow((wanted or [0])[0])

    def sizeHint(self) -> QSize:
        theme = theme_in_use()
        return QSize(theme.px(560), theme.px(29) + len(self._model.rows) * theme.px(ROW) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme = theme_in_use()
        room = self.viewport().width() - theme.px(110)
        wanted = [theme.px(width) for width in WIDTHS]
        part = min(1.0, room / sum(wanted))
        for column, width in enumerate(wanted):
            self.setColumnWidth(column, round(width * part))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_B and not event.modifiers():
            self.book_wanted.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.column() == ACTION and event.button() is Qt.MouseButton.LeftButton:
            self.act_wanted.emit(index.row())


def _visit_words(row: VisitRow) -> tuple[str, ...]:
    return (row.time, row.name, row.teaching, row.number, row.status, ACT_WORDS[row.act])


class _VisitDelegate(RowDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowsModel):
            return
        theme, row = theme_in_use(), model.rows[index.row()]
        self.initStyleOption(option, index)
        rect = QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, theme.colour("selected" if chosen else "surface-2" if hovered else "surface"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(10, 0, -6, -1)
        match index.column():
            case 0:
                _words(painter, inner, row.time, weight=700, tabular=True)
            case 1:
                _words(painter, _upper(inner), row.name, weight=600)
                _words(painter, _lower(inner), row.nhs, role="dense", ink="text-2", tabular=True)
            case 2:
                _wrapped(painter, inner, row.teaching)
            case 3:
                self._numbers(painter, inner, row)
            case 4:
                self._chip(painter, inner, row)
            case _:
                _button(painter, rect, row)

    def _numbers(self, painter: QPainter, rect: QRect, row: VisitRow) -> None:
        """One line per skill, or the count with what it is over."""
        first, _, second = row.number.partition(", ")
        below = second or row.over
        over = "warn" if row.over else "text"
        _words(painter, _upper(rect) if below else rect, first, tabular=True, ink=over if second else "text")
        if below:
            _words(painter, _lower(rect), below, role="dense", weight=400 if second else 600, ink=over, tabular=True)

    def _chip(self, painter: QPainter, rect: QRect, row: VisitRow) -> None:
        theme = theme_in_use()
        wide = QFontMetrics(theme.font("caption", 500)).horizontalAdvance(row.status) + 22
        wide += theme.px(14) + 5 if row.status_icon else 0
        chip = QRectF(rect.left(), rect.center().y() - theme.px(11) + 1, min(wide, rect.width()), theme.px(22))
        paint_chip(painter, chip, row.status, row.status_kind, row.status_icon)


def _upper(rect: QRect) -> QRect:
    return QRect(rect.left(), rect.top() + 3, rect.width(), rect.height() // 2 - 1)


def _lower(rect: QRect) -> QRect:
    return QRect(rect.left(), rect.top() + rect.height() // 2 + 1, rect.width(), rect.height() // 2 - 4)


def _words(
    painter: QPainter,
    rect: QRect,
    words: str,
    *,
    role: str = "cell",
    weight: int = 400,
    ink: str = "text",
    tabular: bool = False,
) -> None:
    theme = theme_in_use()
    font = theme.font(role, weight, tabular=tabular)
    painter.setFont(font)
    painter.setPen(theme.colour(ink))
    shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _wrapped(painter: QPainter, rect: QRect, words: str) -> None:
    """On two lines where one is too short."""
    painter.setFont(theme_in_use().font("cell"))
    painter.setPen(theme_in_use().colour("text"))
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
    painter.drawText(rect.adjusted(0, 2, 0, -2), flags, words)


def _button(painter: QPainter, rect: QRect, row: VisitRow) -> None:
    """The row's button; the keys of the table do the same."""
    theme = theme_in_use()
    words = ACT_WORDS[row.act]
    font = theme.font("cell", 600)
    wide, high = QFontMetrics(font).horizontalAdvance(words) + 20, theme.px(28)
    box = QRect(QPoint(rect.right() - wide - 10, rect.center().y() - high // 2 + 1), QSize(wide, high))
    kind = {Act.START: "primary", Act.CONTINUE: "secondary"}.get(row.act)
    face = FACES["primary"][0] if kind == "primary" else FACES["secondary"][0] if kind else Face("", "", "link")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_box(painter, box, face, theme)
    painter.setFont(font)
    painter.setPen(theme.colour(face.ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


# --- the week and the side -----------------------------------------------------------------------


class _Day(QPushButton):
    """One day of the week: its name, how many visits, how far along."""

    def __init__(self, day: WeekDay) -> None:
        super().__init__()
        self._day = day
        self.setAutoDefault(False)
        self.setAccessibleName(day.spoken + (", shown" if day.chosen else ""))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(96), theme_in_use().px(48))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme_in_use().px(60), theme_in_use().px(48))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        fill = "selected" if self._day.chosen else "surface-3" if self.underMouse() else "surface"
        painter.fillRect(self.rect(), theme.colour(fill))
        painter.setPen(theme.colour("line"))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        inner = self.rect().adjusted(12, 0, -8, 0)
        _words(painter, _upper(inner), self._day.label, weight=600, tabular=True)
        count = QFontMetrics(theme.font("dense")).horizontalAdvance(self._day.count)
        if count + theme.px(52) < inner.width():
            right = QRect(inner.right() - count, _upper(inner).top(), count + 2, _upper(inner).height())
            _words(painter, right, self._day.count, role="dense", ink="text-2")
            _words(painter, _lower(inner), self._day.about, role="dense", ink="text-2")
        else:
            _words(painter, _lower(inner), self._day.count, role="dense", ink="text-2")
        painter.end()


class _SideCard(Card):
    """A list with a button on each line; the first few, and the rest on asking."""

    def __init__(self, shown: SideList, wished: Callable[[Wish], object]) -> None:
        super().__init__(shown.title, count=len(shown.rows), icon=shown.icon, icon_tone=shown.tone)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self._lines = [_SideLine(row, wished) for row in shown.rows]
        for place, line in enumerate(self._lines):
            if place:
                line.rule.show()
            line.setVisible(place < SHOWN)
            self.body.addWidget(line)
        if len(self._lines) > SHOWN:
            self.more = Button("Show all", "link")
            self.more.setAccessibleName(f"Show all {len(self._lines)}, {shown.title}")
            self.more.clicked.connect(self._show_all)
            self.header.addWidget(self.more)

    def _show_all(self) -> None:
        for line in self._lines:
            line.show()
        self._lines[SHOWN].button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.more.hide()


class _SideLine(QWidget):
    def __init__(self, row: SideRow, wished: Callable[[Wish], object]) -> None:
        super().__init__()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.rule = rule()
        self.rule.hide()
        whole.addWidget(self.rule)
        line = QHBoxLayout()
        line.setContentsMargins(12, 5, 12, 5)
        line.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(row.name, "cell", strong=True, wrap=True))
        words.addWidget(Text(row.about, "dense", "text-2", wrap=True))
        line.addLayout(words, 1)
        self.button = Button(ACT_WORDS[row.act], small=True)
        self.button.setAccessibleName(row.spoken)
        self.button.clicked.connect(lambda: wished(Wish(row.act, row.patient, row.record, row.episodes)))
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        whole.addLayout(line)
