"""What stands around a page: menus, rail, banner, notices, hint, toast, status bar."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from smf_desktop import PRODUCT
from smf_desktop.presenters.accounts import initials, role_label
from smf_desktop.presenters.banner import BannerRow
from smf_desktop.presenters.hints import Hint, next_hint
from smf_desktop.presenters.sync.facts import Link, SyncState
from smf_desktop.presenters.sync.status import CENTRE, announced, status_row
from smf_desktop.presenters.unlock import NOT_CONNECTED, TRAINING, found_words, grace_words, lasts, unsent
from smf_desktop.services.day.to_do import Waiting
from smf_desktop.services.laptop.sitting import Found, Sitting
from smf_desktop.services.session import Session, StoreKind
from smf_desktop.services.team.who import pages_of
from smf_desktop.settings import Look
from ui.actions import Action
from ui.desk import Page, Place
from ui.menus import Menus
from ui.places import RAIL, REPORTS
from ui.preferences import Preferences
from ui.theme import theme_in_use
from ui.widgets.banner import BannerText, PatientBanner
from ui.widgets.bars import StatusParts, Tabs, TopBar
from ui.widgets.buttons import Button
from ui.widgets.notices import Notice, Toast
from ui.widgets.rail import NARROW, USUAL, WIDE, NavRail
from ui.widgets.text import Icon, Text, announce

NARROW_WIDTH, WIDE_WIDTH = 900, 1700
LOW_HEIGHT = 520
ABOVE_DOCK = 84
"""How high a toast stands: over the dock, which says what is left to do."""

LOOKS: Mapping[Action, Look] = {
    Action.LOOK_SYSTEM: "system",
    Action.LOOK_LIGHT: "light",
    Action.LOOK_DARK: "dark",
}


class Frame(QMainWindow):
    """The window around whatever page is in front. It shows and folds; where to go is for who inherits it."""

    def __init__(self, sitting: Sitting, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.preferences = preferences
        preferences.wear()
        self._hint: Hint | None = None
        self._undo: Callable[[], object] | None = None
        self._sync = SyncState()
        self._now = sitting.session.now
        self.rail = NavRail(RAIL)
        self.banner = PatientBanner()
        self.tabs = Tabs()
        self.stack = QStackedWidget()
        self.status = StatusParts()
        self.trouble = Notice("", kind="danger", link="Close")
        self.grace = Notice("", kind="warn", icon="wifi-off")
        self.hint = Notice("", icon="lightbulb", link="Got it")
        self._notices = QVBoxLayout()
        self.top = TopBar()
        self.menus = Menus(self, do=self.do, can=self.can)
        self._lay_out(sitting)
        self.toast = Toast(self, left=USUAL + 16, above=theme_in_use().px(ABOVE_DOCK))
        self._say_what_was_found(sitting.found)
        self._show_grace(sitting.connect_by if sitting.in_grace else None)
        self.top.lock_wanted.connect(lambda: self.do(Action.LOCK))
        self.top.search_wanted.connect(lambda: self.do(Action.SEARCH))
        self.hint.link_chosen.connect(self._put_hint_away)
        self.toast.undo_wanted.connect(self._undo_from_toast)
        self.trouble.link_chosen.connect(self.trouble.hide)
        preferences.changed.connect(self._show_preferences)
        preferences.keys_changed.connect(self._show_keys_now)

    @property
    def page(self) -> Page | None:
        """The page in front."""
        raise NotImplementedError

    def can(self, action: Action) -> bool:
        """Whether a command means something here and now."""
        raise NotImplementedError

    def do(self, action: Action) -> None:
        """Do what a menu, a key or a button asks for."""
        raise NotImplementedError

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
        if row is not None and self.preferences.settings.hide_names:
            title = "Patient record"
        title = f"{title} · {PRODUCT}" if title else PRODUCT
        if title != self.windowTitle():
            self.setWindowTitle(title)
        self.status.set_part("facts", page.facts if page else "")

    def _show_tabs(self, page: str, there: Collection[str]) -> None:
        """The pages beside this one, where it is one of those that Reports stands for."""
        keys = [key for key in REPORTS if key in there]
        with QSignalBlocker(self.tabs):
            while self.tabs.count() > len(keys):
                self.tabs.removeTab(0)
            for place, key in enumerate(keys):
                if place == self.tabs.count():
                    self.tabs.addTab("")
                self.tabs.setTabText(place, REPORTS[key])
                self.tabs.setTabData(place, key)
            self.tabs.setCurrentIndex(keys.index(page) if page in keys else -1)
        self.tabs.setVisible(page in keys and len(keys) > 1)

    def _show_sync(self, state: SyncState) -> None:
        """How the exchange with the hub stands; a change of it is said aloud."""
        before, self._sync = self._sync, state
        if words := announced(before, state):
            announce(self, words)
        self._fit_sync()

    def _show_reviews(self, count: int) -> None:
        if "sync" in self.rail.keys:
            self.rail.set_badge("sync", count, amber=count > 0)

    def _fit_sync(self) -> None:
        """The parts of the status bar that speak of the hub, as short as there is room for."""
        narrow = self.width() < theme_in_use().px(NARROW_WIDTH)
        if self._sync.link is Link.NO_HUB:
            tip = f"{NOT_CONNECTED} This store has not joined a hub." if narrow else "This store has not joined a hub"
            words = NOT_CONNECTED.partition(".")[0] if narrow else NOT_CONNECTED
            self.status.set_part("hub", words, dot="line-strong", tip=tip)
            return
        row = status_row(self._sync, self._now())
        words = "" if narrow and row.strong else row.words
        self.status.set_part("hub", words, dot=row.dot, strong=row.strong, tip=row.tip, spoken=row.spoken)
        icon = "hard-drive" if self._sync.waiting else "cloud-check"
        self.status.set_part("unsent", row.waiting, icon=icon, tip=CENTRE)
        self.status.set_part("last", row.last, tip=CENTRE)

    def _show_unsent(self, count: int) -> None:
        if self._sync.link is not Link.NO_HUB:
            return  # the exchange counts for itself
        tip = "Saves that no hub holds yet: they are safe here, and only here"
        self.status.set_part("unsent", unsent(count), icon="hard-drive", tip=tip)

    def _show_waiting(self, found: Waiting) -> None:
        self.rail.set_badge("today", found.today, amber=found.decide)
        if "referrals" in self.rail.keys:
            self.rail.set_badge("referrals", found.referrals)

    def _say_what_was_found(self, found: Found) -> None:
        for told in found_words(
            behind=found.behind,
            missing=found.missing,
            set_aside=found.set_aside,
            damaged=found.damaged,
            salvaged=found.salvaged,
            rekey_due=found.rekey_due,
        ):
            notice = Notice(told.true, told.do, "danger" if told.danger else "warn", link="Close")
            notice.link_chosen.connect(notice.hide)
            self._notices.addWidget(notice)

    def _show_grace(self, until: datetime | None) -> None:
        """That the time without the hub is over since then; None: it lasts."""
        if until is not None:
            self.grace.tell(*grace_words(until), "warn", icon="wifi-off")
        self.grace.setVisible(until is not None)

    def _toast(self, words: str) -> None:
        self.trouble.hide()
        self._undo = None
        self.toast.say(words)

    def _offer_undo(self, undo: Callable[[], object]) -> None:
        self._undo = undo
        self.toast.offer_undo()

    def _undo_from_toast(self) -> None:
        if self._undo is not None:
            self._undo()

    def _offer_hint(self, place: Place) -> None:
        """At most one, and none once this person has put it away."""
        self._hint = next_hint(place.page, self.preferences.settings.hints_seen)
        if self._hint is not None:
            self.hint.tell(self._hint.true, self._hint.do, icon="lightbulb")
        self._fit()

    def _put_hint_away(self) -> None:
        if self._hint is not None:
            self.preferences.put_hint_away(self._hint.key)
        self._hint = None
        self._fit()
        if self.page:
            self.page.widget.setFocus()

    def _show_hints_again(self, place: Place | None) -> None:
        self.preferences.show_hints_again()
        if place:
            self._offer_hint(place)

    def _lay_out(self, sitting: Sitting) -> None:
        bar = self.menuBar()
        bar.setNativeMenuBar(False)
        bar.setCornerWidget(self.top)
        self._size_menu_bar()
        whole = QWidget()
        self.setCentralWidget(whole)  # first what holds the rest: Qt styles anew what is put into something else
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        row.addLayout(column, 1)
        if sitting.session.kind is StoreKind.TRAINING:
            column.addWidget(_training_strip())
        column.addWidget(self.banner)
        self._notices.setContentsMargins(20, 0, 20, 0)
        self._notices.setSpacing(6)
        self._notices.addWidget(self.trouble)
        self.trouble.hide()
        self.grace.hide()
        self.hint.hide()
        column.addLayout(self._notices)
        hints = QVBoxLayout()
        hints.setContentsMargins(20, 0, 20, 0)
        hints.addWidget(self.grace)
        hints.addWidget(self.hint)
        column.addLayout(hints)
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)
        self.banner.hide()
        self.tabs.hide()
        self.setStatusBar(self.status)
        self.status.set_part("hub", NOT_CONNECTED, dot="line-strong")
        self.status.set_part("unsent", "", icon="hard-drive")
        self.status.set_part("last", "")
        self.status.set_part("facts", "")
        self._show_who(sitting.session)
        minutes = lasts(sitting.idle.minutes)
        self.status.set_part("lock", minutes, icon="lock", at_right=True, tip="When nothing is typed; Ctrl+L locks now")
        self.status.chosen.connect(self._status_chosen)

    def _show_who(self, session: Session) -> None:
        user = session.user
        self.top.show_user(initials(user.name), user.name)
        who = f"{user.name}, {role_label(user.role)}"
        self.status.set_part("who", who, at_right=True, tip="Who is signed in")
        pages = pages_of(session)
        for place in ("today", "caseload", "team", "reports"):
            self.rail.offer(place, on=place in pages)
        self.rail.offer("own", on="own" in pages and "team" not in pages)  # a lead has it in the menu

    def _size_menu_bar(self) -> None:
        height = theme_in_use().px(36)
        self.menuBar().setFixedHeight(height)
        self.top.setFixedHeight(height - 1)

    def _status_chosen(self, part: str) -> None:
        """Each part of the status bar opens what it is about."""
        offers = {
            "who": (Action.CHANGE_PASSWORD, Action.SET_QUICK_CODE, Action.LOCK),
            "text": (Action.TEXT_LARGER, Action.TEXT_SMALLER, Action.TEXT_NORMAL),
            "hub": (Action.ABOUT,),
            "unsent": (Action.BACK_UP, Action.ABOUT),
            "facts": (Action.SAVE_DRAFT, Action.REFRESH),
        }
        if part == "lock":
            self.do(Action.LOCK)
        elif part in ("hub", "unsent", "last") and self._sync.link is not Link.NO_HUB:
            self.do(Action.SYNC)
        elif part in offers:
            button = self.status.part(part)
            menu = self.menus.offered(*offers[part])
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(button.mapToGlobal(button.rect().topLeft()) - QPoint(0, menu.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        theme = theme_in_use()
        narrow = self.width() < theme.px(NARROW_WIDTH)
        wide = self.width() >= theme.px(WIDE_WIDTH)
        self.rail.set_width(NARROW if narrow else WIDE if wide else USUAL)
        self.top.name.setVisible(not narrow)
        self.top.search.set_small(narrow)
        self.menus.fill(self.menuBar(), as_one=narrow)
        for part in ("who", "unsent", "last"):
            self.status.set_part_shown(part, shown=not narrow)
        self._fit_sync()
        self.hint.setVisible(self._hint is not None and self.height() >= theme.px(LOW_HEIGHT))
        self.toast.stand(left=self.rail.width() + 16, above=theme.px(ABOVE_DOCK))

    def _show_keys_now(self) -> None:
        """Keys were changed: the menus hear them, the buttons show them."""
        self.menus.wear_keys()
        for button in self.findChildren(Button):
            button.renew_key()

    def _show_preferences(self) -> None:
        """What is fitted by hand to the theme and the size, and the marks in the menus."""
        settings = self.preferences.settings
        self._size_menu_bar()
        self.status.set_part("text", f"{settings.text:.0%}", at_right=True, tip="Text size")
        self.menus.check(Action.HIDE_NAMES, on=settings.hide_names)
        for action, look in LOOKS.items():
            self.menus.check(action, on=look == settings.look)
        self._fit()
        self._renew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "toast"):
            self._show_preferences()
            for place in range(self.stack.count()):  # what a page fits by hand it fits when its size changes
                if page := self.stack.widget(place):
                    QApplication.sendEvent(page, QResizeEvent(page.size(), page.size()))

    def _regions(self) -> list[QWidget]:
        """Rail, banner, page, dock, what was just done, status bar: those that are there."""
        page = self.stack.currentWidget()
        dock = page.findChild(QFrame, "dock") if page else None
        found = (self.rail, self.banner, page, dock, self.toast, self.status)
        return [region for region in found if region is not None and region.isVisible()]


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
