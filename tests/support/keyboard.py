"""Someone at the real application with a keyboard and nothing else: every key goes to the window that has them."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QAbstractItemModel, QMetaObject, QMetaProperty, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTabBar, QWidget

from smf_desktop.compose import House
from ui.app import App, Window
from ui.main_window import Shell
from ui.theme import apply, load

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
HELD = {SHIFT: Qt.Key.Key_Shift, CTRL: Qt.Key.Key_Control, ALT: Qt.Key.Key_Alt}
ENTER, TAB, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space

Keys = Qt.Key | str


@dataclass
class Keyboard:
    """Counts what is pressed. A word is a press for each of its letters."""

    presses: int = 0

    def press(self, *keys: Keys, held: Qt.KeyboardModifier = NONE) -> None:
        """Keys one after the other; a string, of ASCII alone, is typed letter by letter."""
        for key in keys:
            for one in key if isinstance(key, str) else (key,):
                self._click(one, held)

    def paste(self, words: str) -> None:
        """What no key types, such as marks that turn the reading direction."""
        QGuiApplication.clipboard().setText(words)
        self.press("v", held=CTRL)

    def to(self, name: str, *, back: bool = False, at_most: int = 60) -> QWidget:
        """Tab until what has the focus has a name that begins so."""
        for _ in range(at_most):
            if spoken(self.focus()).startswith(name):
                return self.focus()
            self.press(TAB, held=SHIFT if back else NONE)
        raise AssertionError(f"no {name!r} within {at_most} stops; the last was {spoken(self.focus())!r}")

    def menu(self, *letters: str) -> None:
        """A menu by its underlined letter, held with Alt, then letters in it."""
        self.press(letters[0], held=ALT)
        until(lambda: QApplication.activePopupWidget() is not None)
        for letter in letters[1:]:
            self.press(letter)

    def window(self) -> QWindow:
        """The window that has the keyboard. A screen without a window manager gives it to none, so the front has it."""
        front = (
            QApplication.activeModalWidget()
            or QApplication.activeWindow()
            or next(one for one in QApplication.topLevelWidgets() if isinstance(one, Window) and one.isVisible())
        )
        if not front.isActiveWindow() and QApplication.activePopupWidget() is None:
            front.activateWindow()
            until(front.isActiveWindow)
        until(lambda: QGuiApplication.focusWindow() is not None)
        return QGuiApplication.focusWindow()

    def focus(self) -> QWidget:
        self.window()
        until(lambda: QApplication.focusWidget() is not None)
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def _click(self, key: Keys, held: Qt.KeyboardModifier) -> None:
        """Down and up, one event after the other: `keyClick` sends them all to one window, and crashes where the
        first takes that window down and an answer of the store comes before the last."""
        code = QTest.asciiToKey(ord(key)) if isinstance(key, str) else key
        text = key if isinstance(key, str) else QTest.keyToAscii(key).strip("\0")
        holding = [one for modifier, one in HELD.items() if modifier & held]
        for one in holding:
            self._send(True, one)
        self._send(True, code, held, text)
        self._send(False, code, held, text)
        for one in reversed(holding):
            self._send(False, one)
        self.presses += 1

    def _send(self, down: bool, code: int, held: Qt.KeyboardModifier = NONE, text: str = "") -> None:
        """To the window that has the keyboard by now; a key goes up wherever that is, if anywhere."""
        window = self.window() if down else QGuiApplication.focusWindow()
        if window is not None:
            QTest.simulateEvent(window, down, code, held, text, False)


@dataclass
class Nurse:
    """A person at the application."""

    app: App
    keys: Keyboard

    @property
    def shell(self) -> Shell:
        assert self.app.shell is not None
        return self.app.shell

    def unlock(self, password: str) -> None:
        """Type the password of the person shown, and Enter."""
        until(lambda: spoken(self.keys.focus()).startswith("Password for"))
        self.keys.press(password, ENTER)
        until(lambda: self.app.shell is not None)
        self.settle()

    def lock(self) -> None:
        self.keys.press("l", held=CTRL)
        until(lambda: self.app.shell is None)

    def settle(self) -> None:
        """Wait until every answer that a page asked for is on the screen."""
        lanes = self.shell.lanes
        until(lambda: all(lane.is_idle for lane in (lanes.store, lanes.read, lanes.work)))

    def waits_for(self, page: str) -> None:
        """Until this page stands there, filled and with the focus in it."""
        until(lambda: self.shell.place is not None and self.shell.place.page == page)
        self.settle()
        until(lambda: self.shell.stack.isAncestorOf(self.keys.focus()))

    def dialog(self, title: str) -> QWidget:
        """Until a dialog of this title has the keyboard."""

        def there() -> bool:
            modal = QApplication.activeModalWidget()
            return modal is not None and modal.windowTitle() == title and modal.isAncestorOf(self.keys.focus())

        until(there)
        found = QApplication.activeModalWidget()
        assert found is not None
        return found

    def toast(self, words: str) -> None:
        until(lambda: self.shell.toast.words.text() == words)

    def dock(self) -> str:
        """What the dock of the page says."""
        docks = [dock for dock in self.shell.stack.currentWidget().findChildren(QWidget, "dock") if dock.isVisible()]
        (words, *_) = [label.text() for label in docks[0].findChildren(QLabel) if label.isVisible()]
        return words


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Let the application run until something is true."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"not true after {seconds} seconds")
        QTest.qWait(5)


@contextmanager
def someone_at(house: House, qapp: QApplication) -> Iterator[Nurse]:
    """The application begun on this store, and closed at the end. As there, cycles are collected on this thread."""
    apply(qapp, load("light"))
    gc.disable()
    app = App(house, qapp)
    app.begin()
    try:
        yield Nurse(app, Keyboard())
    finally:
        app.window.close()
        for thing in (app.window, app):
            shiboken6.delete(thing)
        gc.enable()


def spoken(widget: QWidget) -> str:
    """What a screen reader calls a control."""
    text: Callable[[], str] | None = getattr(widget, "text", None)
    return widget.accessibleName() or (text().replace("&", "") if text else "")


# --- everything on the screen and behind it -----------------------------------------------------


def words_held(wanted: str) -> list[str]:
    """Where, in every widget there is, shown or hidden, these words stand: any text property, tab, or cell."""
    return [f"{place}: {words[:60]}" for place, words in _everything() if wanted.casefold() in words.casefold()]


def _everything() -> Iterator[tuple[str, str]]:
    texts: dict[tuple[type[QWidget], str], list[QMetaProperty]] = {}
    for widget in QApplication.allWidgets():
        kind = type(widget).__name__
        meta = widget.metaObject()
        of_kind = type(widget), meta.className()
        if of_kind not in texts:
            texts[of_kind] = _text_properties(meta)
        for found in texts[of_kind]:
            yield f"{kind}.{found.name()}", str(found.read(widget))
        for action in widget.actions():
            yield f"{kind} action", f"{action.text()} {action.toolTip()}"
        if isinstance(widget, QTabBar):
            for tab in range(widget.count()):
                yield f"{kind} tab", f"{widget.tabText(tab)} {widget.tabToolTip(tab)}"
        model: Callable[[], QAbstractItemModel | None] | None = getattr(widget, "model", None)
        if model is not None and (rows := model()) is not None:
            yield from _cells(kind, rows)


def _text_properties(meta: QMetaObject) -> list[QMetaProperty]:
    return [found for place in range(meta.propertyCount()) if (found := meta.property(place)).typeName() == "QString"]


ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
)


def _cells(kind: str, model: QAbstractItemModel) -> Iterator[tuple[str, str]]:
    for row in range(model.rowCount(QModelIndex())):
        for column in range(model.columnCount(QModelIndex())):
            for role in ROLES:
                found = model.data(model.index(row, column), role)
                if isinstance(found, str):
                    tip = " tip" if role == Qt.ItemDataRole.ToolTipRole else ""
                    yield f"{kind} cell {row},{column}{tip}", found


def rich_labels() -> list[str]:
    """Labels that would read what they hold as markup."""
    return [
        f"{type(label.parentWidget()).__name__}: {label.text()[:60]}"
        for label in QApplication.allWidgets()
        if isinstance(label, QLabel) and label.textFormat() is not Qt.TextFormat.PlainText
    ]
