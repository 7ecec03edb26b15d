"""The referrals page: a new referral at the left; the inbox or an import at the right."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from smf_desktop.presenters.referral.inbox import EMPTY, Box, InboxRow, InboxRows
from ui.actions import Action
from ui.theme import theme_in_use
from ui.views.referral.form import ReferralFormView
from ui.views.referral.page import ImportPanel
from ui.views.referral.tables import InboxTable
from ui.views.written import WrittenView
from ui.widgets.bars import NARROW_WIDTH, PageHeader
from ui.widgets.buttons import Button
from ui.widgets.cards import Card, EmptyState
from ui.widgets.flow import FlowLayout
from ui.widgets.roving import Roving
from ui.widgets.states import StateCard

Parse = Callable[[str], date | None]
STACKED_SIDE = 460
TRIAGE_WORDS = ("Accept", "Wait for information", "Send back")


class InboxCard(Card):
    """Four lists as chips with counts; one is shown. Letters are commands on the chosen row."""

    accept_wanted = Signal(object)
    wait_wanted = Signal(object)
    back_wanted = Signal(object)
    compare_wanted = Signal(object)
    open_wanted = Signal(object)
    merged_wanted = Signal()
    """The list of merged records."""

    many_wanted = Signal(object, object)
    """An `Action` of triage, and the several rows that are chosen."""

    def __init__(self, *, leads: bool) -> None:
        super().__init__("Inbox")
        self.box = Box.TRIAGE
        self._all: Mapping[Box, Sequence[InboxRow]] = {}
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.merged = Button("Merged records", "quiet", small=True)
        self.merged.setVisible(leads)
        self.merged.clicked.connect(self.merged_wanted)
        self.header.addWidget(self.merged)
        chips = QWidget()
        flow = FlowLayout(chips, gap=8, line_gap=5)
        flow.setContentsMargins(12, 8, 12, 8)
        self.chips = {box: Button("", small=True) for box in Box}
        for box, chip in self.chips.items():
            flow.addWidget(chip)
            chip.clicked.connect(lambda _on=False, box=box: self.choose(box))
        self.chips[Box.DUPLICATES].setVisible(leads)
        Roving(chips, list(self.chips.values()))
        self.table = InboxTable()
        self.empty = EmptyState("inbox", *EMPTY[Box.TRIAGE])
        self.accept, self.wait, self.back = (
            Button(TRIAGE_WORDS[0], small=True, shortcut="A"),
            Button(TRIAGE_WORDS[1], small=True, shortcut="W"),
            Button(TRIAGE_WORDS[2], small=True, shortcut="R"),
        )
        self.compare, self.open = Button("Compare", small=True, shortcut="C"), Button("Open record", small=True)
        self._acts = QWidget()
        row = FlowLayout(self._acts, gap=8, line_gap=5)
        row.setContentsMargins(12, 7, 12, 8)
        lists = QWidget()
        listed = QVBoxLayout(lists)
        listed.setContentsMargins(0, 0, 0, 0)
        listed.setSpacing(0)
        listed.addWidget(self.table, 1)
        listed.addWidget(self.empty, 1)
        listed.addWidget(self._acts)
        self.state = StateCard(lists)
        self.body.addWidget(chips)
        self.body.addWidget(self.state, 1)
        self._triage = {
            self.accept: Action.ACCEPT_REFERRAL,
            self.wait: Action.WAIT_FOR_INFORMATION,
            self.back: Action.SEND_BACK_REFERRAL,
        }
        for button in self._buttons():
            row.addWidget(button)
            button.clicked.connect(lambda _on=False, button=button: self._tell(button))
        self.table.key_pressed.connect(self._key)
        self.table.opened.connect(lambda _row: self._tell(self.open))
        self.table.selectionModel().currentRowChanged.connect(lambda _now, _was: self._offer())
        self.table.selectionModel().selectionChanged.connect(lambda _now, _was: self._offer())
        self.choose(Box.TRIAGE)

    def show_rows(self, rows: InboxRows) -> None:
        self._all = rows.boxes
        for box, chip in self.chips.items():
            chip.setText(rows.titles[box])
        self.choose(self.box)

    def choose(self, box: Box) -> None:
        """Show one of the lists."""
        self.box = box
        for each, chip in self.chips.items():
            chip.kind = "primary" if each is box else "secondary"
            chip.setAccessibleName(chip.text() + (", shown" if each is box else ""))
            chip.update()
        rows, held = self._all.get(box, ()), self.window().focusWidget() is self.table
        self.table.fill(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        true, fills = EMPTY[box]
        self.empty.true.setText(true)
        self.empty.fills.setText(fills)
        if held and not rows:
            self.take_focus()
        self._offer()

    def chosen(self) -> InboxRow | None:
        return self.table.chosen()

    def several(self) -> tuple[InboxRow, ...]:
        """The rows that triage may decide together; empty where one is chosen."""
        rows = self.table.all_chosen() if self.box in (Box.TRIAGE, Box.INFORMATION) else ()
        return rows if len(rows) > 1 else ()

    def take_focus(self) -> None:
        """To the rows shown; to the lists where there are none."""
        (self.table if self.table.rows else self.chips[self.box]).setFocus(Qt.FocusReason.OtherFocusReason)

    def triages(self) -> bool:
        """Whether the row chosen is one that triage may decide."""
        return self.box in (Box.TRIAGE, Box.INFORMATION) and self.chosen() is not None

    def clear(self) -> None:
        self._all = {}
        for chip in self.chips.values():
            chip.setText("")
        self.choose(Box.TRIAGE)

    def _buttons(self) -> dict[Button, SignalInstance]:
        return {
            self.accept: self.accept_wanted,
            self.wait: self.wait_wanted,
            self.back: self.back_wanted,
            self.compare: self.compare_wanted,
            self.open: self.open_wanted,
        }

    def _offer(self) -> None:
        row, triages, many = self.chosen(), self.triages(), len(self.several())
        for button, words in zip(self._triage, TRIAGE_WORDS, strict=True):
            button.setText(f"{words} ({many})" if many else words)
            button.setAccessibleName(f"{words}, {many} referrals" if many else words)
            button.updateGeometry()
        for button in (self.accept, self.wait, self.back):
            button.setVisible(triages)
        self.compare.setVisible(bool(row and row.of and not many))
        self.open.setVisible(row is not None and not many)
        self._acts.setVisible(row is not None)

    def _tell(self, button: Button) -> None:
        row, rows = self.chosen(), self.several()
        if rows and button in self._triage:
            self.many_wanted.emit(self._triage[button], rows)
        elif row is not None:
            self._buttons()[button].emit(row)

    def _key(self, key: int) -> None:
        acts = {
            Qt.Key.Key_A: self.accept,
            Qt.Key.Key_W: self.wait,
            Qt.Key.Key_R: self.back,
            Qt.Key.Key_C: self.compare,
        }
        button = acts.get(Qt.Key(key))
        if button is not None and not button.isHidden():
            button.click()


class ReferralsView(WrittenView):
    """The page. `form` is the new referral, `inbox` and `bring` (the import) share the place beside it."""

    inbox_wanted = Signal()
    import_wanted = Signal()
    template_wanted = Signal()

    def __init__(
        self,
        skills: Sequence[tuple[str, str]],
        gone_by: Parse,
        birth: Parse,
        *,
        accepts: bool,
        leads: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.header = PageHeader("Referrals", "")
        self.to_inbox = Button("Inbox", icon="inbox")
        self.to_import = Button("Import from CSV", icon="file-spreadsheet")
        self.template = Button("CSV template", icon="download")
        self.header.add(self.to_inbox, self.to_import, self.template)
        self.form = ReferralFormView(skills, gone_by, birth, accepts=accepts)
        self.inbox, self.bring = InboxCard(leads=leads), ImportPanel()
        self.side = QStackedWidget()
        self._inner = QWidget()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner.setObjectName("scrolled")
        self._area.setWidget(self._inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self._area, 1)
        self._whole = whole
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._inner)
        self._columns.setContentsMargins(20, 0, 20, 10)
        self._columns.setSpacing(12)
        self._columns.addWidget(self.form, 46)  # after its place is placed: see `scrolling`
        self._columns.addWidget(self.side, 54)
        self.side.addWidget(self.inbox)
        self.side.addWidget(self.bring)
        self.to_inbox.clicked.connect(self.inbox_wanted)
        self.to_import.clicked.connect(self.import_wanted)
        self.template.clicked.connect(self.template_wanted)
        for field in self.form.fields.values():
            field.control.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._reveal)

    def show_inbox(self, rows: InboxRows) -> None:
        self.header.tell("Referrals", rows.summary)
        self.to_inbox.setText(f"Inbox {len(rows.boxes[Box.TRIAGE]) + len(rows.boxes[Box.INFORMATION])}")
        self.to_inbox.updateGeometry()
        self.inbox.show_rows(rows)

    def show_side(self, side: QWidget) -> None:
        """The inbox or the import."""
        self.side.setCurrentWidget(side)

    def _reveal(self, _was: QWidget | None, now: QWidget | None) -> None:
        """Where both halves stand in one scroll, what has the focus is brought into view."""
        if now is not None and self._inner.isAncestorOf(now) and self._area.verticalScrollBar().maximum():
            self._area.ensureWidgetVisible(now, 0, 24)

    def clear(self) -> None:
        self.form.clear()
        self.inbox.clear()
        self.bring.clear()
        self.header.tell("Referrals", "")
        self.to_inbox.setText("Inbox")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for two columns they stand in one scroll, and the form's dock under it."""
        super().resizeEvent(event)
        theme = theme_in_use()
        narrow = self.width() < NARROW_WIDTH * max(1.0, theme.text)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(way)
        # A form that wraps would ask for its whole height; beside another column it scrolls by itself.
        self._inner.setMaximumHeight(16_777_215 if narrow else max(200, self.height() - self.header.height()))
        dock, holder = self.form.dock, self._whole if narrow else self.form.body
        if holder.indexOf(dock) < 0:
            holder.addWidget(dock)
        self.form.area.set_free(narrow)
        self.form.setMinimumWidth(0 if narrow else self.form.least_width())
        self.side.setMinimumHeight(theme.px(STACKED_SIDE) if narrow else 0)
        for button in (self.to_import, self.template):
            button.setVisible(not narrow or self.width() > 620)
