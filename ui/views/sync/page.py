"""The sync centre: the lists at the left, what two laptops changed apart at the right."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smf_desktop.presenters.labels import ChipKind
from smf_desktop.presenters.messages.words import Words
from smf_desktop.presenters.sync.centre import NOBODY_APART, NOTHING_TO_REVIEW, CentreRows, LineRow, ListRow
from smf_desktop.presenters.sync.review import KEPT, ReviewRows, dock_words
from ui.theme import theme_in_use
from ui.views.parts import scrolling, stack
from ui.views.side_list import ListView
from ui.views.sync.review import QuietList, ReviewTable
from ui.widgets.bars import Dock, PageHeader, is_narrow
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.emptied import emptied
from ui.widgets.flow import FlowLayout
from ui.widgets.notices import Notice
from ui.widgets.roving import Roving
from ui.widgets.states import StateCard
from ui.widgets.text import Chip, Count, KeyCap, Text, announce, chip_size, paint_chip
from ui.widgets.tracks import Bar

LEFT = 312
CLOUDS: dict[ChipKind, str] = {"ok": "cloud-check", "warn": "cloud-off", "info": "cloud-upload"}


class SyncView(ListView):
    """Shows the lists and one person's table; says what was chosen, and what was asked for."""

    person_wanted = Signal(str)
    chosen = Signal(str, str)
    typed = Signal(str, str)
    apply_wanted = Signal()
    later_wanted = Signal()
    sync_wanted = Signal()
    history_wanted = Signal()
    tray_wanted = Signal()
    laptops_wanted = Signal()
    drafts_wanted = Signal()
    ask_wanted = Signal()
    record_wanted = Signal()

    def __init__(self, *, lead: bool, joined: bool = True, parent: QWidget | None = None) -> None:
        """Without a hub nothing is offered that asks one."""
        super().__init__(parent)
        self.header = PageHeader("Sync centre")
        self.link = Chip("")
        self.tray, self.laptops = Button("Sent for review"), Button("Laptops", icon="laptop")
        self.drafts = Button("Drafts")
        self.history = Button("Sync history", icon="history")
        self.now = Button("Sync now", icon="refresh-cw", shortcut="F9")
        self.header.mark(self.link)
        self._usual = self.now if joined else self.history
        """What has the focus where nothing is to be reviewed; there in a narrow window, too."""
        asking = (*((self.tray, self.laptops) if lead else ()), self.drafts)
        self.header.add(*(asking if joined else ()), self.history, *((self.now,) if joined else ()))
        self.notice = Notice("", kind="warn")
        self.bar = Bar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Sync")
        self.reviews = _Lines("To review")
        self.waiting, self.sent, self.held = _Section("Waiting to send"), _Section("Sent today"), _Section("For review")
        self._review = self._right()
        self._lay_out()
        self._connect()
        self.fill(CentreRows(), "")
        self.show_review(None)
        self.notice.hide()
        self.bar.hide()

    def fill(self, rows: CentreRows, patient: str) -> None:
        """The lists; `patient` is who is on the right."""
        self.header.tell("Sync centre", rows.about)
        self.reviews.show_people(rows.reviews, patient)
        for part, row in ((self.waiting, rows.waiting), (self.sent, rows.sent), (self.held, rows.held)):
            part.fill(row)
        self._fit_lists()

    def show_link(self, words: str, kind: ChipKind, progress: tuple[int, int] | None, trouble: Words | None) -> None:
        """How the exchange stands: the chip beside the title, the bar while one runs, a notice where it stopped."""
        self.link.turn_into(words, kind, CLOUDS.get(kind, ""))
        self.link.setVisible(bool(words))
        self.bar.setVisible(progress is not None)
        if progress is not None:
            done, of = progress
            self.bar.setRange(0, of)
            self.bar.setValue(min(done, of))
        self.notice.setVisible(trouble is not None)
        if trouble is not None:
            self.notice.tell(trouble.happened, trouble.do, "warn")

    def show_review(self, rows: ReviewRows | None) -> None:
        """The person on the right; None: nobody."""
        there = rows is not None and bool(rows.rows)
        self.card.setVisible(there)
        self.nobody.setVisible(not there)
        self._fit_lists()
        self.table.fill(rows if there else None)
        self.apply.setVisible(there)
        for button in (self.later, self.record, self.apply):
            self.dock.offer(button, offered=there)
        if rows is None or not there:
            for said in (self.name, self.about):
                said.setText("")
            self.merged.fill(())
            self.same.fill(())
            self.dock.tell("")
            self.dock.setVisible(False)
            return
        self.dock.setVisible(True)
        for number, cap in enumerate(self._numbers, 1):
            cap.setVisible(number <= len(rows.columns))
        self.name.setText(rows.name)
        self.about.setText(rows.about)
        self.said.tell(rows.said, KEPT, icon="git-merge")
        self.left.turn_into(rows.chip, "warn" if rows.left else "ok")
        self.merged_title.setVisible(bool(rows.merged))
        self.merged.setVisible(bool(rows.merged))
        self.merged.fill(rows.merged)
        self.same.fill(rows.same)
        self._name_same(len(rows.same))
        self.dock.tell(dock_words(rows))

    def offer_asking(self, whom: str) -> None:
        """Whom the other version is from; "" where nobody can be asked."""
        self.ask.setText(f"Ask {whom} to decide")
        self.dock.offer(self.ask, offered=bool(whom))

    def take_focus(self) -> None:
        if self.table.rows and self.card.isVisibleTo(self):
            self.table.take_focus()
        elif self.reviews.buttons:
            self.reviews.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._usual.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = is_narrow(self)
        way = QBoxLayout.Direction
        self._columns.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        side = theme_in_use().px(LEFT)
        self._side.setMinimumWidth(0 if narrow else side)
        self._side.setMaximumWidth(16_777_215 if narrow else side)
        for button in (self.tray, self.laptops, self.drafts, self.history):
            there = button.parentWidget() is not None
            button.setVisible(there and (not narrow or button is self._usual))
        self._fit_lists()

    def _fit_lists(self) -> None:
        """Where the lists stand over the review, those that are only read make room for it."""
        room = not is_narrow(self) or self.card.isHidden()
        self.waiting.setVisible(room)
        self.sent.setVisible(room)
        self.held.setVisible(room and self.held.has_lines)

    def _name_same(self, count: int) -> None:
        words = "Hide" if self.show_same.isChecked() else "Show"
        self.show_same.setText(f"{words} {count} fields that are the same")
        self.show_same.setVisible(count > 0)
        self.same.setVisible(self.show_same.isChecked() and count > 0)

    def _switch_same(self) -> None:
        count = self.same.count
        self._name_same(count)
        announce(self.show_same, f"{count} fields shown" if self.show_same.isChecked() else "Hidden")

    def _right(self) -> QWidget:
        self.card = Card()
        self.card.body.setContentsMargins(14, 10, 14, 12)
        top = QHBoxLayout()
        top.setSpacing(8)
        self.name, self.about = Text("", "section", wrap=True), Text("", "dense", "text-2", wrap=True)
        self.left = Chip("", "warn")
        words = FlowLayout(gap=8, line_gap=0)
        words.addWidget(self.name)
        words.addWidget(self.about)
        top.addLayout(words, 1)
        top.addWidget(self.left, 0, Qt.AlignmentFlag.AlignTop)
        self.card.body.addLayout(top)
        self.said = Notice("", icon="git-merge")
        self.card.body.addWidget(self.said)
        self.table = ReviewTable()
        self.card.body.addWidget(self.table)
        keys = QHBoxLayout()
        keys.setSpacing(5)
        self.show_same = Button("", "link")
        self.show_same.setCheckable(True)
        self.show_same.toggled.connect(lambda _on: self._switch_same())
        keys.addWidget(self.show_same)
        keys.addStretch(1)
        self._numbers = [KeyCap(str(number)) for number in (1, 2, 3)]
        for said, caps in (("Keep", self._numbers), ("both", [KeyCap("B")]), ("next to choose", [KeyCap("F8")])):
            keys.addWidget(Text(said, "dense", "text-2"))
            for cap in caps:
                keys.addWidget(cap)
        self.card.body.addLayout(keys)
        self.same, self.merged = QuietList(), QuietList()
        self.card.body.addWidget(self.same)
        self.merged_title = Text("Merged for you: changed on one laptop alone", "cell", strong=True, wrap=True)
        self.card.body.addWidget(self.merged_title)
        self.card.body.addWidget(self.merged)
        self.nobody = EmptyState("circle-check", NOTHING_TO_REVIEW, NOBODY_APART)
        holder = QWidget()
        column = stack(holder, gap=0)
        column.addWidget(self.card)
        column.addWidget(self.nobody)
        column.addStretch(1)
        return holder

    def _lay_out(self) -> None:
        whole = stack(self, gap=0)
        whole.addWidget(self.header)
        notices = QVBoxLayout()
        notices.setContentsMargins(20, 0, 20, 6)
        notices.addWidget(self.bar)
        notices.addWidget(self.notice)
        whole.addLayout(notices)
        self._side = Card()
        self._side.body.setContentsMargins(0, 0, 0, 0)
        self._side.body.setSpacing(0)
        for part in (self.reviews, self.waiting, self.held, self.sent):
            self._side.body.addWidget(part)
        self._side.body.addStretch(1)
        inner = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._columns.setContentsMargins(20, 2, 20, 14)
        self._columns.setSpacing(12)
        self._columns.addWidget(self._side, 0)
        self._columns.addWidget(self._review, 1)
        self.state = StateCard(inner)
        self._area = scrolling(self.state)
        whole.addWidget(self._area, 1)
        self.record = Button("Open record")
        self.later = Button("Review later")
        self.ask = Button("Ask a colleague to decide", icon="user-round")
        self.apply = Button("Apply choices", "primary", shortcut="Ctrl+Enter")
        self.dock = Dock((self.record, self.later, self.ask, self.apply))
        whole.addWidget(self.dock)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """What has the focus is never under the dock, nor once a page that was just filled has its heights."""
        if now is not None and self.state.isAncestorOf(now):
            self._bring_up(now)
            QTimer.singleShot(0, self, self._bring_up_again)

    def _bring_up_again(self) -> None:
        now = QApplication.focusWidget()
        if now is not None and self.state.isAncestorOf(now):
            self._bring_up(now)

    def _bring_up(self, part: QWidget) -> None:
        """All of it; of what is higher than the room there is, the top."""
        margin, bar = theme_in_use().px(10), self._area.verticalScrollBar()
        if part.height() + margin > self._area.viewport().height():
            top = part.mapTo(self.state, QPoint(0, 0)).y()
            bar.setValue(top - margin)
        else:
            self._area.ensureWidgetVisible(part, 0, margin)

    def _connect(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)
        self.reviews.opened.connect(self.person_wanted)
        self.table.chosen.connect(self.chosen)
        self.table.typed.connect(self.typed)
        self.apply.clicked.connect(self.apply_wanted)
        self.later.clicked.connect(self.later_wanted)
        self.record.clicked.connect(self.record_wanted)
        self.ask.clicked.connect(self.ask_wanted)
        self.now.clicked.connect(self.sync_wanted)
        self.history.clicked.connect(self.history_wanted)
        self.tray.clicked.connect(self.tray_wanted)
        self.laptops.clicked.connect(self.laptops_wanted)
        self.drafts.clicked.connect(self.drafts_wanted)


class _Section(QWidget):
    """A title with a count, and lines that are only read."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        column = stack(self, gap=0)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.setSpacing(8)
        self.count = Count(0)
        top.addWidget(Text(title, "section"))
        top.addWidget(self.count)
        top.addStretch(1)
        column.addLayout(top)
        self._holder = QWidget(self)
        self.lines = stack(self._holder, gap=0)
        column.addWidget(self._holder)
        self.row = ListRow()
        self._drawn: ListRow | None = None

    @property
    def has_lines(self) -> bool:
        return bool(self.row.lines)

    def fill(self, row: ListRow) -> None:
        if row == self._drawn:
            return
        self.row = self._drawn = row
        self.count.setText(str(row.count))
        emptied(self.lines)
        for one in row.lines:
            self.lines.addWidget(_Line(one, self._holder))
        if row.words:
            line = Text(row.words, "dense", "text-2", wrap=True, parent=self._holder)
            line.setContentsMargins(12, 4, 12, 10)
            self.lines.addWidget(line)


class _Lines(_Section):
    """People to review: arrows move, Enter opens."""

    opened = Signal(str)

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.buttons: list[_Line] = []
        self._roving: Roving | None = None
        self._people: tuple[LineRow, ...] = ()

    def show_people(self, rows: Sequence[LineRow], patient: str) -> None:
        """Everyone to review; `patient` is who is on the right."""
        self.count.setText(str(len(rows)))
        if tuple(rows) != self._people:
            had = any(button.hasFocus() for button in self.buttons)
            self._people = tuple(rows)
            emptied(self.lines)
            self.buttons = [_Line(row, self._holder, stops=True) for row in rows]
            for button in self.buttons:
                self.lines.addWidget(button)
                button.clicked.connect(lambda _on=False, key=button.row.key: self.opened.emit(key))
            self._roving = Roving(self, self.buttons)
            if had and self.buttons:
                self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self.show_chosen(patient)

    def show_chosen(self, patient: str) -> None:
        for button in self.buttons:
            button.setChecked(button.row.key == patient)
            if button.row.key == patient and self._roving is not None:
                self._roving.enter_at(button)


class _Line(QToolButton):
    """Who in bold, what under it, when at the right; one that stops can be chosen."""

    def __init__(self, row: LineRow, parent: QWidget, *, stops: bool = False) -> None:
        super().__init__(parent)
        self.row = row
        self.setObjectName("sync-line")
        self.setCheckable(stops)
        self.setAccessibleName(row.spoken)
        self.setToolTip(row.what)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if stops else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._stops = stops

    def sizeHint(self) -> QSize:
        return QSize(theme_in_use().px(200), theme_in_use().px(50))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._stops and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_in_use()
        painter = QPainter(self)
        if self.isChecked() or (self._stops and self.underMouse()):
            painter.fillRect(self.rect(), theme.colour("selected" if self.isChecked() else "surface-2"))
        if self.isChecked():
            painter.fillRect(0, 0, 4, self.height(), theme.colour("primary"))
        painter.setPen(theme.colour("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        bold, small = theme.font("cell", 600), theme.font("dense", tabular=True)
        left, right, half = 12, 12, self.height() // 2
        when = QFontMetrics(small).horizontalAdvance(self.row.when)
        if self.row.icon:
            side = theme.px(16)
            drawn = theme.pixmap(self.row.icon, "ok", side, painter.device().devicePixelRatioF())
            painter.drawPixmap(QPoint(left, half - side // 2), drawn)
            left += side + 8
        pill = chip_size(self.row.mark) if self.row.mark else QSize(0, 0)
        lines = (
            (self.row.who, bold, "text", 4, when),
            (self.row.what, small, "text-2", half - 1, pill.width()),
        )
        for words, font, ink, top, beside in lines:
            painter.setFont(font)
            painter.setPen(theme.colour(ink))
            room = self.width() - left - right - (beside + 8 if beside else 0)
            said = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(left, top, room, half - 2, Qt.AlignmentFlag.AlignVCenter, said)
        painter.setFont(small)
        painter.setPen(theme.colour("text-2"))
        painter.drawText(
            self.width() - right - when, 4, when + 2, half - 2, Qt.AlignmentFlag.AlignVCenter, self.row.when
        )
        if self.row.mark:
            corner = QPoint(self.width() - right - pill.width(), half + (half - pill.height()) // 2)
            paint_chip(painter, QRectF(QRect(corner, pill)), self.row.mark, "warn")
        painter.end()
