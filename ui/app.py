"""The application from start to end: first run, unlock, the open store, lock, and unlock again."""

import logging
import sys
import traceback
from base64 import b64decode, b64encode
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from smf_core.domain.trouble import DomainError, Known
from smf_desktop import PRODUCT, VERSION
from smf_desktop.ports import Clock
from smf_desktop.services.door import Door, Key, Maker
from ui.away import Away, Watch, system_signals
from ui.flows.unlock import UnlockFlow
from ui.tasks import Collector, Lane
from ui.theme import apply, load, theme_in_use
from ui.views.trouble import TroubleView

if TYPE_CHECKING:
    from smf_desktop.services.sitting import Sitting
    from ui.desk import Place
    from ui.flows.first_run import FirstRunFlow
    from ui.main_window import Shell

USUAL_SIZE, LEAST_SIZE = QSize(1366, 768), QSize(640, 360)
log = logging.getLogger(__name__)


class House(Door, Maker, Protocol):
    """A store's folder, from the first run on."""

    @property
    def directory(self) -> Path: ...
    @property
    def name(self) -> str:
        """Of this computer."""
        ...

    @property
    def clock(self) -> Clock: ...
    @property
    def is_empty(self) -> bool: ...
    def hold(self) -> None: ...
    def release(self) -> None: ...
    def warm(self) -> None: ...
    def enter(self, key: Key) -> "Sitting": ...
    def forget_quick_code(self) -> None: ...


class Window(QMainWindow):
    """The one window of the application; what it shows changes, it stays."""

    closing = Signal()
    painted = Signal()
    """The first page stands on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(LEAST_SIZE)
        self.resize(USUAL_SIZE)
        self.setWindowIcon(QIcon(theme_in_use().pixmap("app-mark", "primary", 64)))
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

    def __init__(self, house: House, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._house, self._app = house, app
        self._lane = Lane("door", 1, self)
        self.window = Window()
        self.shell: Shell | None = None
        self.unlock: UnlockFlow | None = None
        self.first_run: FirstRunFlow | None = None
        self.watch: Watch | None = None
        self._sitting: Sitting | None = None
        self._left_at: tuple[str, Place | None] = ("", None)
        self._signals: QObject | None = None
        self._ended = False
        self.window.closing.connect(self.end)
        self.window.painted.connect(self._warm)
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

    def lock(self, why: Away = Away.SYSTEM) -> None:
        """Keep the drafts, close the store, wipe the key, empty the screen; then ask who is there."""
        if self.shell is None:
            return
        self._close_store()
        if why is not Away.IDLE:
            self._house.forget_quick_code()
        self._show_unlock()
        self.locked.emit()

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
        from ui.flows.first_run import FirstRunFlow  # needed once in a laptop's life

        house = self._house
        self.first_run = FirstRunFlow(house, self._lane, house.directory, house.name, self)
        self.first_run.made.connect(self._enter)
        self.first_run.cancelled.connect(self.window.close)
        self.window.put(self.first_run.view, f"New service · {PRODUCT}")
        self.first_run.view.show_step(self.first_run.view.step)

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
        self.window.put(self.unlock.view, f"Unlock · {PRODUCT}")
        self.unlock.begin(card)

    def _show_trouble(self, error: BaseException) -> None:
        from smf_desktop.presenters.messages import words_for  # knows every trouble there is, so it waits for one

        words = words_for(error)
        view = TroubleView(PRODUCT)
        view.again.connect(self._show_unlock)
        view.closed.connect(self.window.close)
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

    def _enter(self, key: Key) -> None:
        if self.unlock is not None:
            self.unlock.view.set_busy(True)
        self._lane.run(lambda: self._house.enter(key), done=self._show_store, failed=self._not_entered)

    def _not_entered(self, error: BaseException) -> None:
        self._note(error)
        if self.unlock is None:
            self._show_unlock()
        if self.unlock is not None:
            self.unlock.tell(error)

    def _show_store(self, sitting: "Sitting") -> None:
        from ui.desk import Place
        from ui.main_window import Shell  # SQLAlchemy comes with it: only once someone is in

        self._stop_pages()
        self._hear_text_keys(False)
        self._sitting = sitting
        shell = self.shell = Shell(sitting, self._house.directory)
        shell.lock_wanted.connect(lambda: QTimer.singleShot(0, self, self.lock))
        shell.quit_wanted.connect(self.window.close)
        shell.windowTitleChanged.connect(self.window.setWindowTitle)
        watch = self.watch = Watch(self._app, self._house.clock, sitting.idle, self)
        watch.left.connect(self.lock, Qt.ConnectionType.QueuedConnection)
        shell.place_changed.connect(lambda place: watch.visit(is_open=place.page == "visit"))
        self._restore_geometry(shell)
        self.window.put(shell, PRODUCT)
        user, place = self._left_at
        shell.go(place if place is not None and user == sitting.session.user.id else Place("today"))
        if self._signals is None:
            self._signals = system_signals(self.window, self.lock)
        self.opened.emit()

    def _close_store(self) -> None:
        shell, sitting, watch = self.shell, self._sitting, self.watch
        if shell is None or sitting is None or watch is None:
            return
        self.shell = self._sitting = self.watch = None
        watch.stop()
        watch.deleteLater()
        self._hear_text_keys(True)
        self._left_at = (sitting.session.user.id, shell.place)
        shell.windowTitleChanged.disconnect(self.window.setWindowTitle)
        shell.remember_geometry(b64encode(self.window.saveGeometry().data()).decode())
        try:
            shell.close_down()
        except Exception as error:  # whatever a page does, the store is closed and the key is wiped
            self._note(error)
        finally:
            sitting.close()
            shell.hide()

    def _restore_geometry(self, shell: "Shell") -> None:
        """Where this person had the window; one off the screen is pulled back by Qt."""
        kept = shell.settings.geometry
        if kept:
            self.window.restoreGeometry(QByteArray(b64decode(kept)))

    def _warm(self) -> None:
        self._lane.run(self._house.warm, done=lambda _: None, failed=self._note)

    def _scale(self, step: float) -> None:
        """Text size before anyone is in; an open store has commands of its own for these keys."""
        apply(self._app, load("light", round(theme_in_use().text + step, 1) if step else 1.0))

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
            places = [
                f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
            ]
            log.error("%s at %s", type(error).__name__, " > ".join(places))


def run(house: House) -> int:
    """The application until its window is closed. Answers the exit code."""
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName(PRODUCT)
    apply(qt, load("light"))
    app = App(house, qt)
    collector = Collector(qt)
    qt.aboutToQuit.connect(collector.stop)
    sys.excepthook = app.our_fault
    app.begin()
    return qt.exec()
