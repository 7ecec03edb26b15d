"""The application from start to end: first run, unlock, the open store, lock, and unlock again."""

import sys
import traceback
from functools import partial
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from smf_core.domain.trouble import DomainError, Known
from smf_desktop import PRODUCT, VERSION
from smf_desktop.trouble import JoiningUnfinished
from ui.flows.unlock import UnlockFlow
from ui.tasks import TURN_S, Collector, Lane
from ui.theme import apply, draw_controls, load, theme_in_use
from ui.widgets.clipboard import take_back

if TYPE_CHECKING:
    from smf_desktop.services.laptop.door import Key
    from smf_desktop.services.laptop.sitting import Sitting
    from ui.away import Away, Watch
    from ui.desk import Place
    from ui.flows.laptop.first_run import FirstRunFlow
    from ui.flows.laptop.joining import JoinFlow
    from ui.house import House
    from ui.main_window import Shell
    from ui.windows import Windows

USUAL_SIZE, LEAST_SIZE = QSize(1366, 768), QSize(640, 360)


class Window(QMainWindow):
    """The one window of the application; what it shows changes, it stays."""

    closing = Signal()
    painted = Signal()
    """The first page stands on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(LEAST_SIZE)
        self.resize(USUAL_SIZE)
        self.pages = QStackedWidget()
        self.setCentralWidget(self.pages)
        self._first: QWidget | None = None

    def put(self, page: QWidget, title: str) -> None:
        """Show this page alone; the one before is gone with everything on it."""
        if self._first is None:
            self._first = page
            page.installEventFilter(self)
        before = self.pages.currentWidget()
        self.pages.addWidget(page)
        self.pages.setCurrentWidget(page)
        self.setWindowTitle(title)
        if before is not None:
            self.pages.removeWidget(before)
            before.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._first and event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self.painted.emit)
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()


class App(QObject):
    """What is on the screen now: one of first run, unlock, trouble, or the open store."""

    opened = Signal()
    """An open store stands on the screen."""
    locked = Signal()
    warmed = Signal()
    """What an open store takes is imported."""
    _rekeying = Signal(int, int)

    def __init__(self, house: "House", app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._house, self._app = house, app
        self._lane = Lane("door", 1, self)
        self.window = Window()
        self.shell: Shell | None = None
        self.unlock: UnlockFlow | None = None
        self.first_run: FirstRunFlow | None = None
        self.joining: JoinFlow | None = None
        self.watch: Watch | None = None
        self._sitting: Sitting | None = None
        self.windows: Windows | None = None
        self._left_at: tuple[str, Place | None] = ("", None)
        self._signals: QObject | None = None
        self._ended = False
        self.window.closing.connect(self.end)
        self.window.painted.connect(self._after_first_paint)
        self._rekeying.connect(self._show_rekeying, Qt.ConnectionType.QueuedConnection)
        self._text_keys = [
            QShortcut(QKeySequence(keys), self.window, lambda step=step: self._scale(step))
            for keys, step in (("Ctrl++", 0.1), ("Ctrl+=", 0.1), ("Ctrl+-", -0.1), ("Ctrl+0", 0.0))
        ]

    def begin(self) -> None:
        """Show the first page."""
        if self._house.is_empty:
            self._show_first_run()
        else:
            self._show_unlock()
        self.window.show()

    def lock(self, why: "Away | None" = None) -> None:
        """Keep the drafts, close the store, wipe the key, empty the screen; then ask who is there."""
        from ui.away import Away  # came with the open store

        if self.shell is None:
            return
        self._close_store()
        if why is not Away.IDLE:
            self._house.forget_quick_code()
        self._show_unlock()
        self.locked.emit()

    def restore(self) -> None:
        """Bring back the records of a backup: with nobody in, so an open store is locked first."""
        from ui.flows.laptop.backups import RestoreDialog  # needed once in a laptop's life

        self.lock()
        dialog = RestoreDialog(self._house, self._house.clock, self._lane, self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.restored.connect(self._enter_restored)
        dialog.open()

    def end(self) -> None:
        """The window closes: as a lock, and another instance may come."""
        if self._ended:
            return
        self._ended = True
        self._close_store()
        self._stop_pages()
        self._lane.close()
        self._house.release()

    # --- pages -----------------------------------------------------------------------------------

    def _show_first_run(self) -> None:
        from ui.flows.laptop.first_run import FirstRunFlow  # needed once in a laptop's life

        house = self._house
        self.first_run = FirstRunFlow(house, self._lane, house.directory, house.name, self)
        self.first_run.made.connect(self._enter)
        self.first_run.cancelled.connect(self.window.close)
        self.first_run.join_wanted.connect(self._show_join)
        self.first_run.view.restore_wanted.connect(self.restore)
        self.window.put(self.first_run.view, f"New service · {PRODUCT}")
        self.first_run.view.show_step(self.first_run.view.step)

    def join(self) -> None:
        """The store that is open joins a hub: with nobody in, and by the password of who was."""
        if self._sitting is None:
            return
        username = self._sitting.session.user.username
        self.lock()
        self._show_join(username)

    def _show_join(self, username: str = "", key: "Key | None" = None) -> None:
        """`username` joins with the store that is here; with a key what was begun is gone on with."""
        from ui.flows.laptop.joining import JoinFlow  # needed once in a laptop's life

        house = self._house
        self._stop_pages()
        self.joining = JoinFlow(house, self._lane, device=house.name, username=username, parent=self)
        self.joining.joined.connect(self._enter)
        self.joining.back.connect(self._left_joining)
        self.window.put(self.joining.view, f"Set up this laptop · {PRODUCT}")
        if key is None:
            self.joining.view.show_step(self.joining.view.step)
        else:
            self.joining.resume(key)

    def _left_joining(self) -> None:
        if self._house.is_empty:
            self._stop_pages()
            self._show_first_run()
        else:
            self._show_unlock()

    def _show_unlock(self) -> None:
        try:
            self._house.hold()
            card = self._house.card()
        except (Known, DomainError) as error:
            self._show_trouble(error)
            return
        self._stop_pages()
        self.unlock = UnlockFlow(self._house, self._house.clock, self._lane, VERSION, self)
        self.unlock.opened.connect(self._enter)
        self.unlock.view.restore_wanted.connect(self.restore)
        self.window.put(self.unlock.view, f"Unlock · {PRODUCT}")
        self.unlock.begin(card)

    def _show_trouble(self, error: BaseException) -> None:
        from smf_desktop.presenters.messages.troubles import (
            words_for,  # knows every trouble there is, so it waits for one
        )
        from ui.views.trouble import TroubleView

        words = words_for(error)
        view = TroubleView(PRODUCT)
        view.again.connect(self._show_unlock)
        view.closed.connect(self.window.close)
        view.restore_wanted.connect(self.restore)
        self.window.put(view, PRODUCT)
        view.tell(words.happened, words.do)

    def _stop_pages(self) -> None:
        if self.unlock is not None:
            self.unlock.stop()
            self.unlock.deleteLater()
            self.unlock = None
        if self.first_run is not None:
            self.first_run.stop()
            self.first_run.deleteLater()
            self.first_run = None
        if self.joining is not None:
            self.joining.stop()
            self.joining.deleteLater()
            self.joining = None

    def _enter(self, key: "Key") -> None:
        if self.unlock is not None:
            self.unlock.view.set_busy(True)
        spare = key.again()

        def entered(sitting: "Sitting") -> None:
            spare.zero()
            self._show_store(sitting)

        def failed(error: BaseException) -> None:
            if isinstance(error, JoiningUnfinished):
                self._show_join("", spare)
            else:
                spare.zero()
                self._not_entered(error)

        self._lane.run(
            lambda: self._house.enter(self._house.renewed(key, self._tell_rekeying)), done=entered, failed=failed
        )

    def _tell_rekeying(self, done: int, total: int) -> bool:
        """In the lane."""
        self._rekeying.emit(done, total)
        return not self._ended

    def _show_rekeying(self, done: int, total: int) -> None:
        if self.unlock is not None:
            self.unlock.show_rekeying(done, total)

    def _enter_restored(self, key: "Key") -> None:
        self._show_unlock()  # of the store that is there now
        self._enter(key)

    def _not_entered(self, error: BaseException) -> None:
        self._note(error)
        if self.unlock is None:
            self._show_unlock()
        if self.unlock is not None:
            self.unlock.tell(error)

    def _show_store(self, sitting: "Sitting") -> None:
        from smf_desktop.services.team.who import home_of
        from ui.away import Watch
        from ui.battery import BatteryWatch
        from ui.desk import Place
        from ui.main_window import Shell  # SQLAlchemy comes with it: only once someone is in
        from ui.windows import Windows

        self._stop_pages()
        self._hear_text_keys(False)
        self._sitting = sitting
        shell = self.shell = Shell(sitting, self._house.directory)
        self._obey(shell)
        shell.windowTitleChanged.connect(self.window.setWindowTitle)
        watch = self.watch = Watch(self._app, self._house.clock, sitting.idle, self)
        watch.left.connect(self.lock, Qt.ConnectionType.QueuedConnection)
        self.windows = Windows(sitting, self._house.directory, shell, commanded=self._obey, parent=self)
        self.windows.visit_opened.connect(lambda is_open: watch.visit(is_open=is_open))
        battery = BatteryWatch(self._house.battery, shell)
        battery.low.connect(self._keep_all)
        self._restore_place(shell)
        self.window.put(shell, PRODUCT)
        user, place = self._left_at
        back = place if user == sitting.session.user.id else None
        shell.go(back or Place(home_of(sitting.session)))
        self.opened.emit()

    def _keep_all(self, left: int) -> None:
        """The battery runs out: what is written in any window is kept at once, and that is said once."""
        for shell in self.windows.shells if self.windows else ():
            shell.keep_before_dark(left)

    def _obey(self, shell: "Shell") -> None:
        """Do what any window of the store asks of the application."""
        shell.lock_wanted.connect(lambda: QTimer.singleShot(0, self, self.lock))
        shell.quit_wanted.connect(self.window.close)
        shell.join_wanted.connect(lambda: QTimer.singleShot(0, self, self.join))
        shell.shut.connect(lambda error: QTimer.singleShot(0, self, partial(self._shut, error)))
        shell.restore_wanted.connect(lambda: QTimer.singleShot(0, self, self.restore))

    def _shut(self, error: BaseException) -> None:
        """The hub, or the time without it, has this store closed: the unlock page says why."""
        self.lock()
        if self.unlock is not None:
            self.unlock.tell(error)

    def _close_store(self) -> None:
        shell, sitting, watch, windows = self.shell, self._sitting, self.watch, self.windows
        if shell is None or sitting is None or watch is None or windows is None:
            return
        self.shell = self._sitting = self.watch = self.windows = None
        watch.stop()
        watch.deleteLater()
        self._hear_text_keys(True)
        self._left_at = (sitting.session.user.id, shell.place)
        shell.windowTitleChanged.disconnect(self.window.setWindowTitle)
        try:
            self._remember_place(shell)
            windows.close_down()
            shell.close_down()
        except Exception as error:  # whatever a page does, the store is closed and the key is wiped
            self._note(error)
        finally:
            sitting.close()
            take_back()
            shell.hide()
            windows.deleteLater()

    def _restore_place(self, shell: "Shell") -> None:
        """Where this person had the window on these screens; one off the screen is pulled back by Qt."""
        from ui.windows import screens

        if kept := shell.preferences.place_on(screens()):
            self.window.restoreGeometry(QByteArray(kept))

    def _remember_place(self, shell: "Shell") -> None:
        from ui.windows import screens

        shell.preferences.remember_place(screens(), bytes(self.window.saveGeometry().data()))

    def _after_first_paint(self) -> None:
        """What the first page did without, while someone types."""
        from ui.away import system_signals

        draw_controls(self._app)
        self._signals = system_signals(self.window, self.lock)
        self.window.setWindowIcon(theme_in_use().icon("app-mark", "primary", 32))
        self._lane.run(partial(_warm, self._house), done=lambda _: self.warmed.emit(), failed=self._note)

    def _scale(self, step: float) -> None:
        """Text size before anyone is in; an open store has commands of its own for these keys."""
        now = theme_in_use()
        text = round(now.text + step, 1) if step else 1.0
        apply(self._app, load("dark" if now.name == "dark" else "light", text))

    def _hear_text_keys(self, hear: bool) -> None:
        for key in self._text_keys:
            key.setEnabled(hear)

    def our_fault(self, kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        """What nothing expected: told as such, and logged by place only, since a message may hold what was typed."""
        if issubclass(kind, KeyboardInterrupt):
            self.window.close()
            return
        self._note(error)
        if self.shell is not None:
            self.shell.tell(error)

    def _note(self, error: BaseException) -> None:
        if not isinstance(error, DomainError | Known):
            import logging  # a day without faults needs none

            places = [
                f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
            ]
            logging.getLogger(__name__).error("%s at %s", type(error).__name__, " > ".join(places))


def _warm(house: "House") -> None:
    """Import, off the interface thread, what an open store takes: its services first, then its windows."""
    house.warm()
    for module in ("main_window", "flows.day.today"):
        import_module(f"ui.{module}")


def make_application(name: str) -> QApplication:
    """The application as its first page needs it; `App` gives it the rest once that page stands."""
    # Named here, since `setStyle` answers the style, and for that PySide would read every class of one first.
    qt = QApplication([name, "-style", "Fusion"])
    dark = qt.styleHints().colorScheme() == Qt.ColorScheme.Dark
    apply(qt, load("dark" if dark else "light"), drawn=False)
    return qt


def run(house: "House") -> int:
    """The application until its window is closed. Answers the exit code."""
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    qt = make_application(sys.argv[0])
    qt.setApplicationName(PRODUCT)
    app = App(house, qt)
    sys.setswitchinterval(TURN_S)
    collector = Collector(qt)
    app.warmed.connect(collector.spare)
    qt.aboutToQuit.connect(collector.stop)
    sys.excepthook = app.our_fault
    app.begin()
    return qt.exec()
