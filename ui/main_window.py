"""The window of an open store: menus, rail, banner, pages, status bar. It lives from unlock to lock."""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from smf_core.domain.trouble import DomainError
from smf_desktop import PRODUCT
from smf_desktop.presenters.accounts import initials, role_label
from smf_desktop.presenters.banner import BannerRow
from smf_desktop.presenters.messages import OUR_FAULT, words_for
from smf_desktop.presenters.unlock import NOT_CONNECTED, TRAINING, found_words, lasts, unsent
from smf_desktop.services.session import Session, StoreKind, Touched
from smf_desktop.services.sitting import Sitting
from smf_desktop.settings import Settings, keep_settings, settings_of
from ui.actions import ACTIONS, Action, Menu, Needs
from ui.desk import Desk, Page, Place
from ui.flows.account import AboutDialog, ask_password, ask_quick_code
from ui.flows.asking import Asker
from ui.flows.service_settings import ask_settings
from ui.tasks import Lanes
from ui.theme import apply, load, theme_in_use
from ui.views.keys import KeySheet
from ui.widgets.banner import BannerText, PatientBanner
from ui.widgets.bars import StatusParts, TopBar
from ui.widgets.notices import Notice, Toast
from ui.widgets.rail import NARROW, USUAL, WIDE, NavRail, RailItem
from ui.widgets.text import Icon, Text

NARROW_WIDTH, WIDE_WIDTH = 900, 1700
CLIPBOARD_MS = 60_000
MINUTE_MS = 60_000
TEXT_STEP = 0.1
ABOVE_DOCK = 84
"""How high a toast stands: over the dock, which says what is left to do."""

RAIL = (RailItem("today", "Today", "sun"), RailItem("caseload", "Caseload", "users-round"))
ALSO_KEYS = {Action.TEXT_LARGER: ("Ctrl+=",), Action.MAIN: ("Ctrl+Enter",), Action.SIGN: ("Ctrl+Shift+Enter",)}
"""Keys that do the same as the one the menu shows: without Shift, and on the number pad."""

Maker = Callable[[Desk], Page]


def _today(desk: Desk) -> Page:
    from ui.flows.today import TodayPage  # each page is imported when it is first gone to

    return TodayPage(desk)


def _caseload(desk: Desk) -> Page:
    from ui.flows.caseload import CaseloadPage

    return CaseloadPage(desk)


def _patient(desk: Desk) -> Page:
    from ui.flows.patient import PatientPage

    return PatientPage(desk)


def _visit(desk: Desk) -> Page:
    from ui.flows.visit import VisitPage

    return VisitPage(desk)


def _discharge(desk: Desk) -> Page:
    from ui.flows.discharge import DischargePage

    return DischargePage(desk)


def _import_referrals(desk: Desk, window: QWidget) -> QDialog:
    from ui.flows.referrals import ImportDialog

    return ImportDialog(desk, window)


def _checklists(desk: Desk, window: QWidget) -> QDialog:
    from ui.flows.checklists import ChecklistsDialog

    return ChecklistsDialog(desk, window)


PAGES: Mapping[str, Maker] = {
    "today": _today,
    "caseload": _caseload,
    "patient": _patient,
    "visit": _visit,
    "discharge": _discharge,
}


class Shell(QMainWindow):
    """Everything between unlock and lock. Closing it down keeps the drafts and leaves nothing of anyone behind."""

    lock_wanted = Signal()
    quit_wanted = Signal()
    place_changed = Signal(object)
    """The `Place` now shown."""

    def __init__(
        self,
        sitting: Sitting,
        directory: Path,
        *,
        pages: Mapping[str, Maker] = PAGES,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._sitting, self._session, self._directory = sitting, sitting.session, directory
        self._settings = settings_of(directory, self._session.user.id)
        self.lanes = Lanes(self)
        self.desk = Desk(self._session, self.lanes, self.go, self.tell, self._toast, self.changed)
        self._makers, self._pages = pages, dict[str, Page]()
        self._history: list[Place] = []
        self._at = -1
        self._wear()
        self.rail = NavRail(RAIL)
        self.banner = PatientBanner()
        self.stack = QStackedWidget()
        self.status = StatusParts()
        self.trouble = Notice("", kind="danger", link="Close")
        self._notices = QVBoxLayout()
        self.top = TopBar()
        self._actions = {action: self._make_action(action) for action in ACTIONS}
        self._menus = self._make_menus()
        self._one_menu = QMenu("&Menu", self)
        for menu in self._menus.values():
            self._one_menu.addMenu(menu)
        self._lay_out()
        self.toast = Toast(self, left=USUAL + 16, above=theme_in_use().px(ABOVE_DOCK))
        self._say_what_was_found()
        self.rail.chosen.connect(lambda key: self.go(Place(key)))
        self.top.lock_wanted.connect(self.lock_wanted)
        self.trouble.link_chosen.connect(self.trouble.hide)
        for lane in (self.lanes.store, self.lanes.read, self.lanes.work):
            lane.delivered.connect(self._renew)
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._each_minute)
        self._minute.start()
        self._fit()
        self._renew()
        self._count_unsent()

    # --- where we are ----------------------------------------------------------------------------

    @property
    def place(self) -> Place | None:
        return self._history[self._at] if self._history else None

    @property
    def page(self) -> Page | None:
        return self._pages.get(self.place.page) if self.place else None

    def go(self, place: Place) -> None:
        """Open a place; it becomes the newest of the history."""
        self._leave()
        del self._history[self._at + 1 :]
        self._history.append(place)
        self._at = len(self._history) - 1
        self._enter()

    def changed(self, touched: Touched) -> None:
        """Records of these kinds changed: the page in front reads them again, the others when they are next shown."""
        if "approval" in touched:
            self.lanes.read.run(self._sitting.renewed, done=self._take_up, failed=self.tell)
        elif self.page:
            self.page.refresh(touched)
        self._count_unsent()

    def _take_up(self, session: Session) -> None:
        """Another session, with the checklists as they are approved now: every page is made anew on it."""
        for page in self._pages.values():
            page.clear()
        self.lanes.store.drain()
        for page in self._pages.values():
            self.stack.removeWidget(page.widget)
            page.widget.deleteLater()
        self._pages = {}
        self._session = session
        self.desk = replace(self.desk, session=session)
        if self._history:
            self._enter()

    def tell(self, error: BaseException) -> None:
        """What went wrong, on the page, until it is closed or something else is done."""
        words = words_for(error)
        mild = isinstance(error, DomainError) and words is not OUR_FAULT
        self.trouble.tell(words.happened, words.do, "warn" if mild else "danger")
        self.trouble.show()

    def close_down(self) -> None:
        """Keep every draft, empty every page, wait for the last save. The caller then closes the sitting."""
        self._minute.stop()
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible():
                dialog.reject()
        if popup := QApplication.activePopupWidget():
            popup.close()
        for page in self._pages.values():
            page.clear()
        for _ in range(2):  # a draft that was not kept comes back once, and is given once more
            self.lanes.store.drain()
            QCoreApplication.sendPostedEvents(self.lanes.store)
        self.lanes.close()
        self.banner.forget()
        self.setWindowTitle("")

    def remember_geometry(self, geometry: str) -> None:
        self._keep(geometry=geometry)

    @property
    def settings(self) -> Settings:
        return self._settings

    def _page_at(self, name: str) -> Page:
        if name not in self._pages:
            page = self._pages[name] = self._makers[name](self.desk)
            self.stack.addWidget(page.widget)
            if says := getattr(page, "facts_changed", None):
                says.connect(self._renew)
        return self._pages[name]

    def _leave(self) -> None:
        self.trouble.hide()
        if self.page:
            self.page.leave()

    def _enter(self) -> None:
        place = self._history[self._at]
        page = self._page_at(place.page)
        self.stack.setCurrentWidget(page.widget)
        if place.page in {item.key for item in RAIL}:
            self.rail.select(place.page)
        page.enter(place)
        self._renew()
        self.place_changed.emit(place)

    def _step(self, by: int) -> None:
        if 0 <= self._at + by < len(self._history):
            self._leave()
            self._at += by
            self._enter()

    # --- what stands around the page -------------------------------------------------------------

    def _renew(self) -> None:
        """Show what the page now says of itself: whose it is, its title and its facts."""
        page = self.page
        row = page.banner if page else None
        if row is None:
            self.banner.hide()
        else:
            self.banner.fill(banner_text(row))
            self.banner.show()
        title = page.title if page else ""
        if row is not None and self._settings.hide_names:
            title = "Patient record"
        title = f"{title} · {PRODUCT}" if title else PRODUCT
        if title != self.windowTitle():
            self.setWindowTitle(title)
        self.status.set_part("facts", page.facts if page else "")

    def _count_unsent(self) -> None:
        store = self._session.store
        self.lanes.read.run(store.unsent, done=self._show_unsent, failed=self.tell)

    def _show_unsent(self, count: int) -> None:
        tip = "Saves that no hub holds yet: they are safe here, and only here"
        self.status.set_part("unsent", unsent(count), icon="hard-drive", tip=tip)

    def _say_what_was_found(self) -> None:
        found = self._sitting.found
        for told in found_words(
            behind=found.behind, missing=found.missing, set_aside=found.set_aside, damaged=found.damaged
        ):
            notice = Notice(told.true, told.do, "danger" if told.danger else "warn", link="Close")
            notice.link_chosen.connect(notice.hide)
            self._notices.addWidget(notice)

    def _toast(self, words: str) -> None:
        self.trouble.hide()
        self.toast.say(words)

    def _each_minute(self) -> None:
        if not self._sitting.found.damaged:
            self.lanes.store.run(self._sitting.each_minute, done=lambda _: None, failed=self.tell)

    def _lay_out(self) -> None:
        user = self._session.user
        self.top.show_user(initials(user.name), user.name)
        bar = self.menuBar()
        bar.setNativeMenuBar(False)
        bar.setCornerWidget(self.top)
        self._size_menu_bar()
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        row.addLayout(column, 1)
        if self._session.kind is StoreKind.TRAINING:
            column.addWidget(_training_strip())
        column.addWidget(self.banner)
        self._notices.setContentsMargins(20, 0, 20, 0)
        self._notices.setSpacing(6)
        self._notices.addWidget(self.trouble)
        self.trouble.hide()
        column.addLayout(self._notices)
        column.addWidget(self.stack, 1)
        self.banner.hide()
        self.setCentralWidget(whole)
        self.setStatusBar(self.status)
        self.status.set_part("hub", NOT_CONNECTED, dot="line-strong", tip="This store has not joined a hub")
        self.status.set_part("unsent", "", icon="hard-drive")
        self.status.set_part("facts", "")
        who = f"{user.name}, {role_label(user.role)}"
        self.status.set_part("who", who, at_right=True, tip="Who is signed in")
        minutes = lasts(self._sitting.idle.minutes)
        self.status.set_part("lock", minutes, icon="lock", at_right=True, tip="When nothing is typed; Ctrl+L locks now")
        self._show_text_size()
        self.status.chosen.connect(self._status_chosen)

    def _size_menu_bar(self) -> None:
        height = theme_in_use().px(36)
        self.menuBar().setFixedHeight(height)
        self.top.setFixedHeight(height - 1)

    def _status_chosen(self, part: str) -> None:
        if part == "lock":
            self.lock_wanted.emit()
        elif part == "text":
            self._set_text(1.0)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < NARROW_WIDTH
        self.rail.set_width(NARROW if narrow else WIDE if self.width() >= WIDE_WIDTH else USUAL)
        self.top.name.setVisible(not narrow)
        bar = self.menuBar()
        wanted = [self._one_menu.menuAction()] if narrow else [menu.menuAction() for menu in self._menus.values()]
        if bar.actions() != wanted:
            bar.clear()
            for menu_action in wanted:
                bar.addAction(menu_action)
        for part in ("who", "unsent"):
            self.status.set_part_shown(part, shown=not narrow)

    # --- commands --------------------------------------------------------------------------------

    def can(self, action: Action) -> bool:
        """Whether a command means something here and now."""
        needs, page = ACTIONS[action].needs, self.page
        if needs is Needs.PATIENT and not (page and page.banner):
            return False
        if needs in (Needs.VISIT, Needs.DISCHARGE) and not (self.place and self.place.page == needs.name.lower()):
            return False
        if action is Action.BACK:
            return self._at > 0
        if action is Action.FORWARD:
            return self._at < len(self._history) - 1
        return action in self._own or bool(page and page.can(action))

    def do(self, action: Action) -> None:
        """Do what a menu, a key or a button asks for: the page first, then the window."""
        page = self.page
        if not self.can(action):
            return
        if page and page.can(action):
            page.do(action)
        else:
            self._own[action]()
        self._renew()

    @property
    def _own(self) -> Mapping[Action, Callable[[], object]]:
        return {
            Action.LOCK: self.lock_wanted.emit,
            Action.QUIT: self.quit_wanted.emit,
            Action.TODAY: lambda: self.go(Place("today")),
            Action.CASELOAD: lambda: self.go(Place("caseload")),
            Action.BACK: lambda: self._step(-1),
            Action.FORWARD: lambda: self._step(1),
            Action.NEXT_REGION: lambda: self._next_region(1),
            Action.PREVIOUS_REGION: lambda: self._next_region(-1),
            Action.TEXT_LARGER: lambda: self._set_text(self._settings.text + TEXT_STEP),
            Action.TEXT_SMALLER: lambda: self._set_text(self._settings.text - TEXT_STEP),
            Action.TEXT_NORMAL: lambda: self._set_text(1.0),
            Action.FULL_SCREEN: self._full_screen,
            Action.HIDE_NAMES: lambda: self._keep(hide_names=not self._settings.hide_names),
            Action.OVERVIEW: self._overview,
            Action.COPY_NHS_NUMBER: self._copy_nhs_number,
            Action.IMPORT_REFERRALS: lambda: self._open(_import_referrals),
            Action.CHECKLISTS: lambda: self._open(_checklists),
            Action.SERVICE_SETTINGS: lambda: ask_settings(self.desk, Asker(self.desk, self), self),
            Action.CHANGE_PASSWORD: lambda: ask_password(self.desk, self._sitting, self),
            Action.SET_QUICK_CODE: lambda: ask_quick_code(self.desk, self._sitting, self),
            Action.KEYS: lambda: KeySheet(self._key_rows(), self).open(),
            Action.ABOUT: lambda: AboutDialog(self._sitting, self._directory, self).open(),
            Action.REFRESH: lambda: self.changed(frozenset()),
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nothing else wanted leaves the page."""
        if event.key() == Qt.Key.Key_Escape and self.page and self.page.can(Action.CLOSE_PAGE):
            self.do(Action.CLOSE_PAGE)
        else:
            super().keyPressEvent(event)

    def _make_action(self, action: Action) -> QAction:
        spec = ACTIONS[action]
        made = QAction(spec.text, self)
        keys = [key for key in (spec.shortcut, *ALSO_KEYS.get(action, ())) if key]
        made.setShortcuts([QKeySequence(key) for key in keys])
        made.setToolTip(spec.hint)
        made.setStatusTip("")
        made.setAutoRepeat(False)
        if action is Action.HIDE_NAMES:
            made.setCheckable(True)
            made.setChecked(self._settings.hide_names)
        made.triggered.connect(partial(self._triggered, action))
        self.addAction(made)
        return made

    def _triggered(self, action: Action, checked: bool = False) -> None:
        self.do(action)

    def _make_menus(self) -> Mapping[Menu, QMenu]:
        menus = {menu: QMenu(menu.value, self) for menu in Menu}
        for action, made in self._actions.items():
            menus[ACTIONS[action].menu].addAction(made)
        for menu in menus.values():
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self._show_what_can_be_done)
            menu.aboutToHide.connect(self._listen_to_every_key)
        return menus

    def _show_what_can_be_done(self) -> None:
        for action, made in self._actions.items():
            made.setEnabled(self.can(action))

    def _listen_to_every_key(self) -> None:
        """Outside a menu every action is on, since only then its key is heard; `do` asks again whether it can."""
        for made in self._actions.values():
            made.setEnabled(True)

    def _key_rows(self) -> list[tuple[str, str]]:
        return [
            (QKeySequence(spec.shortcut).toString(QKeySequence.SequenceFormat.NativeText), spec.hint)
            for action, spec in ACTIONS.items()
            if spec.shortcut and self.can(action)
        ]

    def _open(self, make: Callable[[Desk, QWidget], QDialog]) -> None:
        dialog = make(self.desk, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _overview(self) -> None:
        if self.page and self.page.banner:
            self.go(Place("patient", patient=self.page.banner.patient))

    def _copy_nhs_number(self) -> None:
        number = self.page.banner.nhs_copy if self.page and self.page.banner else ""
        if not number:
            self._toast("NHS No. not known")
            return
        clipboard = QGuiApplication.clipboard()
        clipboard.setText(number)
        QTimer.singleShot(CLIPBOARD_MS, self, lambda: clipboard.clear() if clipboard.text() == number else None)
        self._toast("NHS number copied")

    def _full_screen(self) -> None:
        window = self.window()
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)

    # --- looks -----------------------------------------------------------------------------------

    def _keep(self, **changes: object) -> None:
        now = {name: getattr(self._settings, name) for name in ("text", "geometry", "hide_names")}
        self._settings = Settings(**(now | changes))
        keep_settings(self._directory, self._session.user.id, self._settings)
        self._actions[Action.HIDE_NAMES].setChecked(self._settings.hide_names)

    def _set_text(self, size: float) -> None:
        self._keep(text=round(min(2.0, max(0.8, size)), 1))
        self._wear()
        self._size_menu_bar()
        self._fit()
        self._show_text_size()

    def _wear(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and not math.isclose(theme_in_use().text, self._settings.text):
            apply(app, load("light", self._settings.text))

    def _show_text_size(self) -> None:
        self.status.set_part("text", f"{self._settings.text:.0%}", at_right=True, tip="Text size; press for 100%")

    # --- regions ---------------------------------------------------------------------------------

    def _regions(self) -> list[QWidget]:
        """Rail, banner, page, dock, status bar: those that are there."""
        page = self.stack.currentWidget()
        dock = page.findChild(QFrame, "dock") if page else None
        found = (self.rail, self.banner, page, dock, self.status)
        return [region for region in found if region is not None and region.isVisible()]

    def _next_region(self, by: int) -> None:
        regions = self._regions()
        focus = QApplication.focusWidget()
        inside = [place for place, region in enumerate(regions) if focus and region.isAncestorOf(focus)]
        now = inside[-1] if inside else -1 if by > 0 else 0  # the dock lies inside the page
        for step in range(1, len(regions) + 1):
            place = (now + step * by) % len(regions)
            here = regions[place]
            others = [region for region in regions if region is not here and here.isAncestorOf(region)]
            if stop := _first_stop(here, others):
                stop.setFocus(Qt.FocusReason.TabFocusReason)
                return


def _first_stop(region: QWidget, others: list[QWidget]) -> QWidget | None:
    """The first control of a region that Tab would stop at, leaving out regions inside it."""
    stop = region.nextInFocusChain()
    while stop is not None and stop is not region:
        mine = region.isAncestorOf(stop) and not any(other is stop or other.isAncestorOf(stop) for other in others)
        if mine and stop.isVisible() and stop.isEnabled() and stop.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return stop
        stop = stop.nextInFocusChain()
    return None


def banner_text(row: BannerRow) -> BannerText:
    """What the presenter says, as the control takes it."""
    wanted = {field.name for field in fields(BannerText)}
    said = {field.name: getattr(row, field.name) for field in fields(row) if field.name in wanted}
    return BannerText(**said)


def _training_strip() -> QFrame:
    strip = QFrame()
    strip.setObjectName("training")
    row = QHBoxLayout(strip)
    row.setContentsMargins(20, 3, 20, 3)
    row.setSpacing(8)
    row.addWidget(Icon("graduation-cap", "text-2", 15))
    row.addWidget(Text(TRAINING, "dense", strong=True), 1)
    return strip
