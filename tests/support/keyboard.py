"""Someone at the real application with a keyboard and nothing else: every key goes to the window that has them."""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QCoreApplication, QEvent, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from smf_desktop.compose import House
from ui.app import App
from ui.main_window import Shell
from ui.theme import apply, load

NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
ENTER, TAB, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space

Keys = Qt.Key | str


@dataclass
class Keyboard:
    """Counts what is pressed. A word is a press for each of its letters."""

    qtbot: QtBot
    presses: int = 0

    def press(self, *keys: Keys, held: Qt.KeyboardModifier = NONE) -> None:
        """Keys one after the other; a string is typed letter by letter."""
        for key in keys:
            for one in key if isinstance(key, str) else (key,):
                self._click(one, held)

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
        self.qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
        for letter in letters[1:]:
            self.press(letter)

    def focus(self) -> QWidget:
        self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def _click(self, key: Keys, held: Qt.KeyboardModifier) -> None:
        self.qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is not None)
        window = QGuiApplication.focusWindow()
        if isinstance(key, str) and not key.isascii():
            QTest.keyClicks(self.focus(), key)  # a window takes no other letters from a test
        else:
            QTest.keyClick(window, ord(key) if isinstance(key, str) else key, held)
        self.presses += 1


@dataclass
class Nurse:
    """A person at the application."""

    qtbot: QtBot
    app: App
    keys: Keyboard

    @property
    def shell(self) -> Shell:
        assert self.app.shell is not None
        return self.app.shell

    def unlock(self, password: str) -> None:
        """Type the password of the person shown, and Enter."""
        self.qtbot.waitUntil(lambda: spoken(self.keys.focus()).startswith("Password for"))
        with self.qtbot.waitSignal(self.app.opened, timeout=20_000):
            self.keys.press(password, ENTER)
        self.settle()

    def lock(self) -> None:
        with self.qtbot.waitSignal(self.app.locked):
            self.keys.press(Qt.Key.Key_L, held=CTRL)

    def settle(self) -> None:
        """Wait until every answer that a page asked for is on the screen."""
        lanes = self.shell.lanes
        self.qtbot.waitUntil(lambda: all(lane.is_idle for lane in (lanes.store, lanes.read, lanes.work)), timeout=20_000)

    def waits_for(self, page: str) -> None:
        """Until this page stands there, filled and with the focus in it."""
        self.qtbot.waitUntil(lambda: self.shell.place is not None and self.shell.place.page == page, timeout=10_000)
        self.settle()
        self.qtbot.waitUntil(lambda: self.shell.stack.isAncestorOf(self.keys.focus()))

    def dialog(self, title: str) -> QWidget:
        """Until a dialog of this title has the keyboard."""

        def there() -> bool:
            modal = QApplication.activeModalWidget()
            if modal is None or modal.windowTitle() != title:
                return False
            modal.activateWindow()
            focus = QApplication.focusWidget()
            return focus is not None and modal.isAncestorOf(focus)

        self.qtbot.waitUntil(there)
        found = QApplication.activeModalWidget()
        assert found is not None
        return found

    def toast(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: self.shell.toast.words.text() == words, timeout=10_000)

    def dock(self) -> str:
        """What the dock of the page says."""
        docks = [dock for dock in self.shell.stack.currentWidget().findChildren(QWidget, "dock") if dock.isVisible()]
        (words, *_) = [label.text() for label in docks[0].findChildren(QLabel) if label.isVisible()]
        return words


def someone_at(house: House, qapp: QApplication, qtbot: QtBot) -> Iterator[Nurse]:
    """The application begun on this store, and closed at the end. As there, cycles are collected on this thread."""
    apply(qapp, load("light"))
    gc.disable()
    app = App(house, qapp)
    qtbot.addWidget(app.window)
    app.begin()
    qtbot.waitExposed(app.window)
    with qtbot.waitActive(app.window):
        app.window.activateWindow()
    yield Nurse(qtbot, app, Keyboard(qtbot))
    app.window.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
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
    for widget in QApplication.allWidgets():
        kind = type(widget).__name__
        meta = widget.metaObject()
        for place in range(meta.propertyCount()):
            found = meta.property(place)
            if found.typeName() == "QString":
                yield f"{kind}.{found.name()}", str(found.read(widget))
        for action in widget.actions():
            yield f"{kind} action", f"{action.text()} {action.toolTip()}"
        if isinstance(widget, QTabBar):
            for tab in range(widget.count()):
                yield f"{kind} tab", f"{widget.tabText(tab)} {widget.tabToolTip(tab)}"
        model: Callable[[], QAbstractItemModel | None] | None = getattr(widget, "model", None)
        if model is not None and (rows := model()) is not None:
            yield from _cells(kind, rows)


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
                    yield f"{kind} cell {row},{column}", found


def rich_labels() -> list[str]:
    """Labels that would read what they hold as markup."""
    return [
        f"{type(label.parentWidget()).__name__}: {label.text()[:60]}"
        for label in QApplication.allWidgets()
        if isinstance(label, QLabel) and label.textFormat() is not Qt.TextFormat.PlainText
    ]
