"""The page about one person: its tabs, what can be started, and what must be seen first whichever tab is open."""

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from smf_desktop.presenters.patient.page import PatientRow
from ui.keys import is_quiet_letter
from ui.views.patient.documents import LettersPart
from ui.views.patient.history import HistoryPart
from ui.views.patient.overview import Overview
from ui.views.patient.parts import focus_first, kept_focus
from ui.views.patient.skills import SkillsPart
from ui.views.patient.visits import VisitsPart
from ui.views.patient.wants import Tab, Want
from ui.widgets.bars import Tabs, is_narrow
from ui.widgets.buttons import Button
from ui.widgets.emptied import emptied
from ui.widgets.notices import Notice

TABS = {
    Tab.OVERVIEW: "Overview",
    Tab.VISITS: "Visits",
    Tab.SKILLS: "Skills",
    Tab.LETTERS: "Letters and documents",
    Tab.HISTORY: "History",
}
ADDS = (
    (Want.ALLERGY, "Allergy"),
    (Want.NO_ALLERGIES, "No known allergies, asked today"),
    (Want.ALERT, "Alert"),
    (Want.CONTACT, "Contact"),
    (Want.MEDICINE, "Medicine"),
    (Want.EQUIPMENT, "Equipment"),
    (Want.DOCUMENT, "Document or photograph"),
    (Want.EDIT, "Edit details"),
    (Want.BOOK, "Book next visit"),
    (Want.DISCHARGE, "Discharge"),
    (Want.DEATH, "Record a death"),
    (Want.REVERSE_DEATH, "Not died: take the death back"),
)


class PatientView(QWidget):
    """Shows a `PatientRow`; tells what was wanted. A tab is filled when it is looked at."""

    wanted = Signal(object, str)
    """A `Want`, and what it is about."""

    letters_wanted = Signal()
    """The letters are to be seen."""

    def __init__(self, letters: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.row: PatientRow | None = None
        self._pathway = 0
        self._stale: set[Tab] = set()
        self._secondary: tuple[Button, ...] = ()
        self.tabs = Tabs(tuple(TABS.values()))
        self.tabs.setAccessibleName("Parts of the record")
        self.tabs.currentChanged.connect(self._turn)
        self.add = Button("Add", icon="plus")
        self._menu = QMenu(self)
        self._adds: dict[Want, QAction] = {}
        for want, words in ADDS:
            action = QAction(words, self._menu)
            action.triggered.connect(lambda _on=False, want=want: self._tell(want))
            self._menu.addAction(action)
            self._adds[want] = action
        self.add.clicked.connect(lambda: self._menu.exec(self.add.mapToGlobal(QPoint(0, self.add.height()))))
        self.call = Button("Log call", icon="phone")
        self.book = Button("Book visit", shortcut="B")
        self.discharge = Button("Discharge")
        self.start = Button("Start visit", "primary", icon="clipboard-check", shortcut="Ctrl+Enter")
        self.call.clicked.connect(lambda: self._tell(Want.CALL))
        self.book.clicked.connect(lambda: self._tell(Want.BOOK))
        self.discharge.clicked.connect(lambda: self._tell(Want.DISCHARGE, self.pathway))
        self.start.clicked.connect(lambda: self._tell(Want.START))
        self.notices = QVBoxLayout()
        self.overview = Overview(self._tell, self._choose_pathway)
        self.visits = VisitsPart(self._tell)
        self.skills = SkillsPart(self._tell, self._choose_pathway)
        self.letters = LettersPart(self._tell, letters)
        self.letters.lists.currentChanged.connect(self._ask_letters)
        self.history = HistoryPart(self._tell)
        self._lay_out()

    @property
    def tab(self) -> Tab:
        return Tab(max(0, self.tabs.currentIndex()))

    @property
    def shows_letters(self) -> bool:
        return self.tab is Tab.LETTERS and self.letters.shows_letters

    @property
    def pathway(self) -> str:
        """The pathway shown, "" for none."""
        return self.row.pathways[self._pathway].episode if self.row and self.row.pathways else ""

    def show_row(self, row: PatientRow) -> None:
        """Fill the page; the same pathway stays in view."""
        was, focus = self.pathway, self.window().focusWidget()  # also while a dialog is over it
        self.row = row
        self._pathway = next((at for at, one in enumerate(row.pathways) if one.episode == was), 0)
        self.start.setText(row.start)
        self.start.setVisible(bool(row.start))
        open_ones = any(one.open for one in row.pathways)
        counts = {
            Tab.VISITS: sum(one.signed for one in row.visits),
            Tab.SKILLS: sum(one.open for one in row.pathways),
        }
        for tab, count in counts.items():
            self.tabs.setTabText(tab, f"{TABS[tab]} {count}" if count else TABS[tab])
        self._adds[Want.DEATH].setVisible(not row.died)
        self._adds[Want.REVERSE_DEATH].setVisible(row.died)
        self._show_notices(row)
        self._stale = set(Tab)
        self._fill(self.tab)
        self._secondary = (self.book, self.discharge) if open_ones else ()
        self._fit()
        if focus in (self.start, self.book, self.discharge) and focus.isHidden():  # nothing is taught any more
            self.take_focus()

    def clear(self) -> None:
        """Leave no trace of anyone."""
        self.row = None
        self._pathway = 0
        self._stale = set()
        emptied(self.notices)
        self.overview.clear()
        self.visits.fill(())
        self.skills.clear()
        self.letters.documents.fill(())
        self.history.clear()
        self.start.setText("Start visit")
        for tab, words in TABS.items():
            self.tabs.setTabText(tab, words)
        self.tabs.setCurrentIndex(Tab.OVERVIEW)

    def take_focus(self) -> None:
        """What the user came for: the next visit, or what the tab that was asked for shows first."""
        if self.tab is not Tab.OVERVIEW:
            self.show_tab(self.tab)
            return
        first = self.start if self.start.isVisible() else self.tabs
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_tab(self, tab: Tab) -> None:
        """Open a tab and go to the first thing in it."""
        self.tabs.setCurrentIndex(tab)
        tables: dict[Tab, QWidget] = {Tab.VISITS: self.visits.table, Tab.HISTORY: self.history.table}
        if tab in tables:
            tables[tab].setFocus(Qt.FocusReason.OtherFocusReason)
        elif tab is Tab.LETTERS:
            self.letters.take_focus()
        elif tab is Tab.SKILLS:
            focus_first(self.skills)

    def minimumSizeHint(self) -> QSize:
        """Buttons go where there is no room for them: those shown now keep no window from being made narrower."""
        return QSize(320, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """B books; L shows the next learner; S the next skill."""
        if is_quiet_letter(event):
            event.ignore()
            return
        plain = not event.modifiers()
        if plain and event.key() == Qt.Key.Key_B:
            self._tell(Want.BOOK)
        elif plain and event.key() == Qt.Key.Key_L:
            self.overview.next_learner()
        elif plain and event.key() == Qt.Key.Key_S and self.row and self.row.pathways:
            self._choose_pathway((self._pathway + 1) % len(self.row.pathways))
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(20, 4, 20, 4)
        top.setSpacing(8)
        top.addWidget(self.tabs, 1)
        for button in (self.add, self.call, self.book, self.discharge, self.start):
            top.addWidget(button)
        whole.addLayout(top)
        self.notices.setContentsMargins(20, 0, 20, 0)
        self.notices.setSpacing(6)
        whole.addLayout(self.notices)
        self._parts = QStackedWidget()
        whole.addWidget(self._parts, 1)  # before it is filled: see `scrolling`
        for part in (self.overview, self.visits, self.skills, self.letters, self.history):
            self._parts.addWidget(part)

    def _fit(self) -> None:
        narrow = is_narrow(self)
        for button in (self.book, self.discharge):
            button.setVisible(button in self._secondary and not narrow)
        self.call.setVisible(not narrow)
        self.overview.turn(down=narrow)
        self.skills.turn(down=narrow)

    def _turn(self, tab: int) -> None:
        self._parts.setCurrentIndex(tab)
        self._fill(Tab(tab))
        self._ask_letters()

    def _ask_letters(self) -> None:
        if self.shows_letters:
            self.letters_wanted.emit()

    def _fill(self, tab: Tab) -> None:
        if self.row is None or tab not in self._stale:
            return
        self._stale.discard(tab)
        match tab:
            case Tab.OVERVIEW:
                with kept_focus(self.overview):
                    self.overview.fill(self.row, self._pathway)
            case Tab.VISITS:
                self.visits.fill(self.row.visits)
            case Tab.SKILLS:
                with kept_focus(self.skills):
                    self.skills.fill(self.row, self._pathway)
            case Tab.LETTERS:
                self.letters.documents.fill(self.row.documents)
            case Tab.HISTORY:
                self.history.fill(self.row.history)

    def _choose_pathway(self, place: int) -> None:
        if self.row is not None and 0 <= place < len(self.row.pathways) and place != self._pathway:
            self._pathway = place
            self._stale |= {Tab.OVERVIEW, Tab.SKILLS}
            self._fill(self.tab)

    def _show_notices(self, row: PatientRow) -> None:
        """What two laptops disagree on stands first and goes only when it is settled."""
        emptied(self.notices)
        for dispute in row.disputes[:1]:
            more = len(row.disputes) - 1
            do = f"{dispute.do} {more} more to settle after it." if more else dispute.do
            settle = "" if dispute.refused else "Settle"
            notice = Notice(dispute.true, do, "danger" if dispute.clinical else "violet", link=settle)
            notice.link_chosen.connect(partial(self._tell, Want.SETTLE, dispute.key))
            self.notices.addWidget(notice)
        for words in (row.cannot, *row.notices):
            if words:
                self.notices.addWidget(Notice(words, kind="info" if words == row.cannot else "warn"))
        above = 4 if self.notices.count() else 0
        self.notices.setContentsMargins(20, above, 20, above)

    def _tell(self, want: Want, about: str = "") -> None:
        self.wanted.emit(want, about)
