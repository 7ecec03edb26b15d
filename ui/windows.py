"""The windows of an open store: the first, and those opened beside it for a second record. From unlock to lock."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget

from smf_desktop import PRODUCT
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.services.session import Touched
from smf_desktop.services.team.who import home_of
from ui.desk import Place
from ui.main_window import Shell
from ui.places import is_same_writing
from ui.theme import theme_in_use

APART = 36
"""Pixels a new window stands to the right of and below the one it was opened from."""


def screens() -> str:
    """Which screens there are, and where: a window's place is kept for each set of them."""
    found = (screen.geometry() for screen in QGuiApplication.screens())
    return ",".join(sorted(f"{one.width()}x{one.height()}+{one.x()}+{one.y()}" for one in found))


class Beside(QMainWindow):
    """A window beside the first. Closing it keeps its drafts and leaves the others as they are."""

    closing = Signal()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        event.accept()


class Windows(QObject):
    """Each window has its own page, banner, history and undo; the store, its lanes and the preferences are shared."""

    visit_opened = Signal(bool)
    """Whether a visit is open in any of them, after one went elsewhere."""

    def __init__(
        self,
        sitting: Sitting,
        directory: Path,
        first: Shell,
        *,
        commanded: Callable[[Shell], None],
        parent: QObject | None = None,
    ) -> None:
        """`commanded` connects what a window asks of the application: lock, quit, restore."""
        super().__init__(parent)
        self._sitting, self._directory, self._first, self._commanded = sitting, directory, first, commanded
        self._beside: dict[Shell, Beside] = {}
        self._follow(first)

    @property
    def shells(self) -> tuple[Shell, ...]:
        """The first, then the others in the order they were opened."""
        return (self._first, *self._beside)

    def open_beside(self, origin: Shell) -> Shell:
        """A new window where `origin` is, or on the first page where that is written: a draft is open in one window."""
        shell = Shell(self._sitting, self._directory, pages=origin.makers, beside=self._first)
        window = self._beside[shell] = Beside()
        window.setMinimumSize(origin.window().minimumSize())
        window.setWindowIcon(theme_in_use().icon("app-mark", "primary", 32))
        window.setCentralWidget(shell)
        window.resize(origin.window().size())
        window.move(origin.window().pos().x() + APART, origin.window().pos().y() + APART)
        shell.windowTitleChanged.connect(window.setWindowTitle)
        window.setWindowTitle(PRODUCT)
        window.closing.connect(partial(self._closed, shell))
        self._follow(shell)
        self._commanded(shell)
        place = origin.place
        window.show()
        shell.go(place if place and not is_same_writing(place, place) else Place(home_of(self._sitting.session)))
        return shell

    def close_down(self) -> None:
        """Locking: every window beside the first keeps its drafts, is emptied and goes."""
        for shell in tuple(self._beside):
            shell.window().close()

    def _follow(self, shell: Shell) -> None:
        shell.window_wanted.connect(partial(self.open_beside, shell))
        shell.touched.connect(partial(self._pass_on, shell))
        shell.place_changed.connect(lambda _place: self._say_if_visit())
        shell.is_open_elsewhere = partial(self._show_elsewhere, shell)

    def _pass_on(self, from_: Shell, touched: Touched) -> None:
        for shell in self.shells:
            if shell is not from_:
                shell.hear_of(touched)

    def _say_if_visit(self) -> None:
        self.visit_opened.emit(any(shell.place is not None and shell.place.page == "visit" for shell in self.shells))

    def _show_elsewhere(self, asking: Shell, place: Place) -> bool:
        """Bring the window forward that writes this already."""
        for shell in self.shells:
            if shell is not asking and shell.place is not None and is_same_writing(shell.place, place):
                _raise(shell.window())
                shell.desk.toast("Already open in this window")
                return True
        return False

    def _closed(self, shell: Shell) -> None:
        window = self._beside.pop(shell, None)
        if window is None:
            return
        shell.windowTitleChanged.disconnect(window.setWindowTitle)
        shell.close_down()
        shell.hide()
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.deleteLater()
        self._say_if_visit()


def _raise(window: QWidget) -> None:
    if window.isMinimized():
        window.showNormal()
    window.raise_()
    window.activateWindow()
