"""The window of an open store: menus, rail, banner, pages, status bar. It lives from unlock to lock."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from smf_core.domain.trouble import DomainError
from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.services.day.to_do import waiting
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.sync.centre import reviews_waiting
from smf_desktop.services.sync.state import NoSyncer, Syncer
from smf_desktop.services.team.who import may_read_figures, pages_of
from smf_desktop.settings import MONTHLY_EXPORT
from smf_desktop.trouble import GrantLapsed, NoLongerHere
from ui.actions import Action, Needs
from ui.desk import Desk, Page, Place
from ui.flows.laptop.account import AboutDialog, ask_password, ask_quick_code
from ui.frame import LOOKS, Frame
from ui.places import GOES, OPENS, PAGES, REPORTS, Maker, back_up, dose_cover, new_task, record_call
from ui.preferences import Preferences
from ui.regions import next_region
from ui.tasks import Lanes
from ui.widgets.bars import Tabs
from ui.widgets.clipboard import copy_for_a_while

if TYPE_CHECKING:
    from ui.flows.service.scheduled import MonthlyExport

MINUTE_MS = 60_000
FIRST_PAGE_MS = 3_000
"""By then the first page stands, and what only later pages need may be read."""
_OF_SOME = frozenset({Action.TODAY, Action.CASELOAD, Action.TEAM, Action.OWN_FIGURES})
"""Pages that are offered to those alone who may read them, as those of reports are."""


class Shell(Frame):
    """Everything between unlock and lock. Closing it down keeps the drafts and leaves nothing of anyone behind."""

    lock_wanted = Signal()
    quit_wanted = Signal()
    restore_wanted = Signal()
    join_wanted = Signal()
    shut = Signal(object)
    """The store has to be closed now; the trouble says why."""
    place_changed = Signal(object)
    """The `Place` now shown."""
    window_wanted = Signal()
    """A second window on the same store."""
    touched = Signal(object)
    """Kinds of record a page here changed: the other windows read them again."""

    def __init__(
        self,
        sitting: Sitting,
        directory: Path,
        *,
        pages: Mapping[str, Maker] = PAGES,
        beside: "Shell | None" = None,
        parent: QWidget | None = None,
    ) -> None:
        user = sitting.session.user.id
        super().__init__(sitting, beside.preferences if beside else Preferences(directory, user), parent)
        self._sitting, self._session, self._directory = sitting, sitting.session, directory
        self._is_first = beside is None
        self.lanes: Lanes = Lanes(self, beside=beside.lanes if beside else None)
        self.desk: Desk = Desk(
            self._session,
            self.lanes,
            self.go,
            self.tell,
            self._toast,
            self.changed,
            self._offer_undo,
            self.preferences.kept,
            self.preferences.keep,
            syncer=beside.desk.syncer if beside else self._syncer(sitting),
            hub=sitting.hub,
            reasons=beside.desk.reasons if beside else set(),
        )
        self.is_open_elsewhere: Callable[[Place], bool] = lambda place: False
        """Whether another window has this place and comes forward with it instead."""
        self._makers, self._pages = pages, dict[str, Page]()
        self._history: list[Place] = []
        self._at = -1
        self.rail.chosen.connect(lambda key: self.go(Place(key)))
        self.tabs.currentChanged.connect(lambda index: self.go(Place(self.tabs.tabData(index))))
        for lane in (self.lanes.store, self.lanes.read, self.lanes.work):
            lane.delivered.connect(self._renew)
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._each_minute)
        self._minute.start()
        self._show_preferences()
        self._export: MonthlyExport | None = None
        self._end_sync = self.desk.syncer.subscribe(self._show_sync)
        self._count()
        if self._is_first and may_read_figures(self._session):
            QTimer.singleShot(FIRST_PAGE_MS, self, self._warm_charts)

    @property
    def makers(self) -> Mapping[str, Maker]:
        """What makes its pages, by name."""
        return self._makers

    # --- where we are ----------------------------------------------------------------------------

    @property
    def place(self) -> Place | None:
        return self._history[self._at] if self._history else None

    @property
    def page(self) -> Page | None:
        return self._pages.get(self.place.page) if self.place else None

    def go(self, place: Place) -> None:
        """Open a place; it becomes the newest of the history. One that is being written elsewhere is shown there."""
        if self.is_open_elsewhere(place):
            return
        self._leave()
        del self._history[self._at + 1 :]
        self._history.append(place)
        self._at = len(self._history) - 1
        self._enter()

    def _warm_charts(self) -> None:
        """What draws charts takes a second to read: in the background, for whoever has a page with charts."""
        self.lanes.work.run(_warm_charts, done=lambda _: None, failed=lambda _: None)

    def _syncer(self, sitting: Sitting) -> Syncer:
        """The exchange in the background, of a store that has joined a hub."""
        if sitting.hub is None or sitting.timing is None:
            return NoSyncer()
        from ui.syncing import Syncing

        return Syncing(
            self._session, sitting.hub, sitting.timing, self.lanes, self._came, self._closed_by_hub, parent=self
        )

    def _came(self, kinds: Touched) -> None:
        """Records of these kinds came from the hub; of any kind where none is named."""
        self.hear_of(kinds)
        self.touched.emit(kinds)

    def _closed_by_hub(self, error: BaseException) -> None:
        self.shut.emit(error)

    def changed(self, touched: Touched) -> None:
        """Records of these kinds changed: every window's page in front reads them again, the others when next shown."""
        if touched:
            self.desk.syncer.saved()
        self.hear_of(touched)
        self.touched.emit(touched)

    def hear_of(self, touched: Touched) -> None:
        """Records of these kinds were changed, here or in another window; of any kind where none is named."""
        if not touched or touched & {"approval", "user"}:
            self.lanes.read.run(self._sitting.renewed, done=partial(self._renewed, touched), failed=self._stop)
        elif self.page:
            self.page.refresh(touched)
        self._count()

    def _renewed(self, touched: Touched, session: Session) -> None:
        """Who works here may have another role by now; what became of colleagues is read like any record."""
        user = replace(session.user, in_grace=self._session.user.in_grace)
        if "approval" in touched or user != self._session.user:
            self._take_up(replace(session, user=user))
        elif self.page:
            self.page.refresh(touched)

    def _take_up(self, session: Session) -> None:
        """Another session, with the role of its user and the checklists as they are now: every page is made anew."""
        for page in self._pages.values():
            page.clear()
        self.lanes.store.drain()
        for page in self._pages.values():
            self.stack.removeWidget(page.widget)
            page.widget.deleteLater()
        self._pages = {}
        self._session = session
        self.desk = replace(self.desk, session=session)
        self._show_who(session)
        if self._history:
            self._enter()

    def tell(self, error: BaseException) -> None:
        """What went wrong, on the page, until it is closed or something else is done."""
        words = words_for(error)
        mild = isinstance(error, DomainError) and words is not OUR_FAULT
        self.trouble.tell(words.happened, words.do, "warn" if mild else "danger")
        self.trouble.show()

    def keep_before_dark(self, left: int) -> None:
        """The battery has so many per cent left: keep the draft at once, and say so."""
        if self.page and self.page.can(Action.SAVE_DRAFT):
            self.page.do(Action.SAVE_DRAFT)
        self.trouble.tell(f"The battery is at {left}%.", "What was typed is kept. Plug in, or lock and close.", "warn")
        self.trouble.show()

    def _put_away(self) -> None:
        """Keep every draft and empty every page of this window."""
        self._minute.stop()
        self._end_sync()
        if self._export is not None:
            self._export.stop()
        if self._is_first:
            self.desk.syncer.close()
        for dialog in self.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()
        for page in self._pages.values():
            page.clear()
        self.banner.forget()
        self.toast.hide()
        self.setWindowTitle("")

    def close_down(self) -> None:
        """Keep every draft, empty every page, wait for the last save.

        What is asked and not answered yet ends with it. The first window takes every dialog and the threads with it;
        its caller then closes the sitting.
        """
        if self._is_first:
            for dialog in QApplication.topLevelWidgets():
                if isinstance(dialog, QDialog) and dialog.isVisible():
                    dialog.reject()
            if popup := QApplication.activePopupWidget():
                popup.close()
        self._put_away()
        for _ in range(2):  # a draft that was not kept comes back once, and is given once more
            self.lanes.store.drain()
            QCoreApplication.sendPostedEvents(self.lanes.store)
        self.lanes.close()

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
        self._show_tabs(place.page, self._makers)
        if place.page in REPORTS:
            self.rail.select("reports")
        elif self.rail.offers(place.page):
            self.rail.select(place.page)
        elif place.patient:
            self.rail.select("caseload")  # a person's pages belong to the caseload, wherever one came from
        elif self.rail.offers("today"):
            self.rail.select("today")  # tasks, letters and calls of everybody are the day's work
        page.enter(place)
        self._offer_hint(place)
        self._renew()
        self.place_changed.emit(place)

    def _step(self, by: int) -> None:
        there = self._at + by
        if 0 <= there < len(self._history) and not self.is_open_elsewhere(self._history[there]):
            self._leave()
            self._at += by
            self._enter()

    def _count(self) -> None:
        """What waits: for a hub, and for this user. A count that cannot be read is told where the work is done."""
        self.lanes.read.run(self._session.store.unsent, done=self._show_unsent, failed=self.tell)
        self.lanes.read.run(partial(reviews_waiting, self._session), done=self._show_reviews, failed=lambda _: None)
        self.lanes.read.run(partial(waiting, self._session), done=self._show_waiting, failed=lambda _: None)

    def _each_minute(self) -> None:
        if self._sitting.found.damaged:
            return
        if self._is_first:
            self.lanes.store.run(self._sitting.each_minute, done=lambda _: None, failed=self.tell)
            self._look_after_export()
        if self._sitting.hub is not None:
            self.lanes.store.run(self._sitting.overdue, done=self._stand, failed=self._stop)

    def _look_after_export(self) -> None:
        """What is saved every month, where this person wants that."""
        if self._export is None and self.preferences.kept(MONTHLY_EXPORT) and not self._sitting.found.damaged:
            from ui.flows.service.scheduled import MonthlyExport  # few have one

            self._export = MonthlyExport(lambda: self.desk, self)
        if self._export is not None:
            self._export.look()

    def _stand(self, overdue: datetime | None) -> None:
        """The time without the hub is over since then, or it lasts: what may be begun follows from it."""
        user, in_grace = self._session.user, overdue is not None
        if user.in_grace != in_grace:
            self._take_up(replace(self._session, user=replace(user, in_grace=in_grace)))
        self._show_grace(overdue)

    def _stop(self, error: BaseException) -> None:
        """Whoever is in may not be in any more, or it could not be found out."""
        if isinstance(error, GrantLapsed | NoLongerHere):
            self.shut.emit(error)
        else:
            self.tell(error)

    # --- commands --------------------------------------------------------------------------------

    def can(self, action: Action) -> bool:
        """Whether a command means something here and now."""
        needs, page = action.needs, self.page
        if needs is Needs.PATIENT and not (page and page.banner):
            return False
        if needs in (Needs.VISIT, Needs.DISCHARGE) and not (self.place and self.place.page == needs.name.lower()):
            return False
        if action is Action.BACK:
            return self._at > 0
        if action is Action.FORWARD:
            return self._at < len(self._history) - 1
        if action in (Action.REFERRALS, Action.NEW_REFERRAL):
            return "referrals" in self._makers
        if action in (Action.NEXT_TAB, Action.PREVIOUS_TAB):
            return self._tabs_in_front() is not None
        if action in _OF_SOME or GOES.get(action) in REPORTS:
            return GOES[action] in self._makers and GOES[action] in pages_of(self._session)
        if action in (Action.SYNC_NOW, Action.ASK_HUB):
            return self.desk.hub is not None
        if action is Action.JOIN_HUB:
            return self.desk.hub is None and not self._sitting.found.damaged
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
            **{action: partial(self.go, Place(page)) for action, page in GOES.items()},
            **{action: partial(opens, self.desk, self) for action, opens in OPENS.items()},
            Action.LOCK: self.lock_wanted.emit,
            Action.QUIT: self.quit_wanted.emit,
            Action.BACK: lambda: self._step(-1),
            Action.FORWARD: lambda: self._step(1),
            Action.NEW_REFERRAL: self._new_referral,
            Action.NEXT_REGION: lambda: next_region(self._regions(), 1),
            Action.PREVIOUS_REGION: lambda: next_region(self._regions(), -1),
            Action.NEXT_TAB: lambda: self._turn_tab(1),
            Action.PREVIOUS_TAB: lambda: self._turn_tab(-1),
            Action.TEXT_LARGER: lambda: self.preferences.grow_text(1),
            Action.TEXT_SMALLER: lambda: self.preferences.grow_text(-1),
            Action.TEXT_NORMAL: lambda: self.preferences.grow_text(0),
            **{action: partial(self.preferences.set_look, look) for action, look in LOOKS.items()},
            Action.OTHER_LOOK: self.preferences.switch_look,
            Action.FULL_SCREEN: self._full_screen,
            Action.HIDE_NAMES: self.preferences.switch_names,
            Action.NEW_WINDOW: self.window_wanted.emit,
            Action.SEARCH: lambda: self._search(""),
            Action.COMMANDS: lambda: self._search(">"),
            Action.OVERVIEW: self._overview,
            Action.COPY_NHS_NUMBER: self._copy_nhs_number,
            Action.SYNC_NOW: self.desk.syncer.request,
            Action.CALL: lambda: record_call(self.desk, self, self.menuBar(), self._whose()),
            Action.NEW_TASK: lambda: new_task(self.desk, self, self._whose(), self._who()),
            Action.DOSE_COVER: lambda: dose_cover(self.desk, self, self._whose() or "", self._who()),
            Action.BACK_UP: lambda: back_up(self._sitting.backups, self.desk, self),
            Action.JOIN_HUB: self.join_wanted.emit,
            Action.RESTORE: self.restore_wanted.emit,
            Action.CHANGE_PASSWORD: lambda: ask_password(self.desk, self._sitting, self),
            Action.SET_QUICK_CODE: lambda: ask_quick_code(self.desk, self._sitting, self),
            Action.HELP: self._help,
            Action.WHAT_IS_THIS: self._what_is_this,
            Action.KEYS: self._show_keys,
            Action.CHANGE_KEYS: self._change_keys,
            Action.SHOW_HINTS: lambda: self._show_hints_again(self.place),
            Action.ABOUT: lambda: AboutDialog(self._sitting, self._directory, self).open(),
            Action.REFRESH: lambda: self.changed(frozenset()),
        }

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nothing else wanted leaves the page."""
        if event.key() == Qt.Key.Key_Escape and self.page and self.page.can(Action.CLOSE_PAGE):
            self.do(Action.CLOSE_PAGE)
        else:
            super().keyPressEvent(event)

    def _whose(self) -> str | None:
        """Whose record is on the screen."""
        return self.page.banner.patient if self.page and self.page.banner else None

    def _who(self) -> str:
        return self.page.banner.name if self.page and self.page.banner else ""

    def _tabs_in_front(self) -> Tabs | None:
        """Those of the page, else those the page is one of."""
        inside = self.page.widget.findChildren(Tabs) if self.page else []
        return next((tabs for tabs in (*inside, self.tabs) if tabs.isVisible()), None)

    def _turn_tab(self, by: int) -> None:
        if tabs := self._tabs_in_front():
            tabs.setCurrentIndex((tabs.currentIndex() + by) % tabs.count())

    def _new_referral(self) -> None:
        self.go(Place("referrals", record="new"))
        if self.page and self.page.can(Action.NEW_REFERRAL):
            self.page.do(Action.NEW_REFERRAL)

    def _search(self, typed: str) -> None:
        from ui.flows.palette import Palette  # on first use, as all that stands beside the pages

        about = self.page.banner.name.split(",")[0] if self.page and self.page.banner else ""
        offered = [action for action in Action if action not in (Action.SEARCH, Action.COMMANDS) and self.can(action)]
        shown = [place.patient for place in reversed(self._history) if place.patient]
        palette = Palette(self.desk, offered, about, self.do, self, shown)
        palette.open_below(self.menuBar(), typed)

    def _help(self) -> None:
        from ui.flows.help import show_help

        show_help(self, self.place.page if self.place else "", self.can)

    def _what_is_this(self) -> None:
        from ui.flows.help import say_what_it_is

        say_what_it_is(QApplication.focusWidget())

    def _show_keys(self) -> None:
        from ui.flows.help import key_rows
        from ui.views.keys import KeySheet

        KeySheet(key_rows(self.can), self).open()

    def _change_keys(self) -> None:
        from ui.flows.laptop.key_settings import KeySettings

        KeySettings(self.preferences, self).view.open()

    def _overview(self) -> None:
        if self.page and self.page.banner:
            self.go(Place("patient", patient=self.page.banner.patient))

    def _copy_nhs_number(self) -> None:
        number = self.page.banner.nhs_copy if self.page and self.page.banner else ""
        if not number:
            self._toast("NHS No. not known")
            return
        copy_for_a_while(number)
        self._toast("NHS number copied")

    def _full_screen(self) -> None:
        window = self.window()
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


def _warm_charts() -> None:
    from smf_desktop.reports.charts.pictures import warm

    warm()
