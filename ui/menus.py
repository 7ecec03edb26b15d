"""The commands of one window: actions with their keys, in menus that hold every one of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from ui.actions import Action, Menu
from ui.keys import keys_in_use

ALSO_KEYS = {Action.TEXT_LARGER: ("Ctrl+=",), Action.MAIN: ("Ctrl+Enter",), Action.SIGN: ("Ctrl+Shift+Enter",)}
"""Keys that do the same as the one the menu shows: without Shift, and on the number pad."""

CHECKABLE = frozenset({Action.HIDE_NAMES, Action.LOOK_SYSTEM, Action.LOOK_LIGHT, Action.LOOK_DARK})


class Menus:
    """Menus, keys and the one menu that stands for all of them where there is no room for a bar."""

    def __init__(self, window: QMainWindow, *, do: Callable[[Action], None], can: Callable[[Action], bool]) -> None:
        self._window, self._do, self._can = window, do, can
        self.actions: Mapping[Action, QAction] = {action: self._make(action) for action in Action}
        self.menus: Mapping[Menu, QMenu] = {menu: QMenu(menu.value, window) for menu in Menu}
        self.one = QMenu("&Menu", window)
        for action, made in self.actions.items():
            self.menus[action.menu].addAction(made)
        for menu in self.menus.values():
            for made, words in zip(menu.actions(), lettered([made.text() for made in menu.actions()]), strict=True):
                made.setText(words)
        for menu in self.menus.values():
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self.show_what_can_be_done)
            menu.aboutToHide.connect(self.listen_to_every_key)
            self.one.addMenu(menu)

    def fill(self, bar: QMenuBar, *, as_one: bool) -> None:
        wanted = [self.one.menuAction()] if as_one else [menu.menuAction() for menu in self.menus.values()]
        if bar.actions() != wanted:
            bar.clear()
            for menu_action in wanted:
                bar.addAction(menu_action)

    def check(self, action: Action, *, on: bool) -> None:
        self.actions[action].setChecked(on)

    def show_what_can_be_done(self) -> None:
        for action, made in self.actions.items():
            made.setEnabled(self._can(action))

    def listen_to_every_key(self) -> None:
        """Outside a menu every action is on, since only then its key is heard; the window asks again if it can."""
        for made in self.actions.values():
            made.setEnabled(True)

    def wear_keys(self) -> None:
        """The keys as this person has them now."""
        for action, made in self.actions.items():
            if made.shortcuts() != (keys := _sequences(action)):
                made.setShortcuts(keys)

    def offered(self, *actions: Action) -> QMenu:
        """A menu of these alone, for a button."""
        menu = QMenu(self._window)
        menu.addActions([self.actions[action] for action in actions])
        menu.aboutToShow.connect(self.show_what_can_be_done)
        menu.aboutToHide.connect(self.listen_to_every_key)
        return menu

    def _make(self, action: Action) -> QAction:
        made = QAction(action.text, self._window)
        made.setShortcuts(_sequences(action))
        made.setToolTip(action.hint)
        made.setStatusTip("")
        made.setAutoRepeat(False)
        made.setCheckable(action in CHECKABLE)
        made.triggered.connect(partial(self._triggered, action))
        self._window.addAction(made)
        return made

    def _triggered(self, action: Action, checked: bool = False) -> None:
        self._do(action)


def lettered(texts: Sequence[str]) -> list[str]:
    """The same words, no two with the same letter to press: where it is taken the next free one of the words is it."""
    taken = {_letter(text): place for place, text in reversed(list(enumerate(texts)))}
    answer = []
    for place, text in enumerate(texts):
        if taken.get(_letter(text)) == place:
            answer.append(text)
            continue
        plain = text.replace("&", "")
        free = (at for at, letter in enumerate(plain) if letter.isalpha() and letter.casefold() not in taken)
        at = next(free, None)
        if at is not None:
            taken[plain[at].casefold()] = place
        answer.append(plain if at is None else f"{plain[:at]}&{plain[at:]}")
    return answer


def _letter(text: str) -> str:
    _, _, rest = text.partition("&")
    return rest[:1].casefold()


def _sequences(action: Action) -> list[QKeySequence]:
    changed = keys_in_use().changed
    usual = (action.shortcut, *ALSO_KEYS.get(action, ()))
    keys = (changed[action.name],) if action.name in changed else usual
    return [QKeySequence(key) for key in keys if key]


def key_words(action: Action) -> str:
    """The key of a command as this system writes it, "" for none."""
    return _native(keys_in_use().changed.get(action.name, action.shortcut))


def usual_words(action: Action) -> str:
    """The key a command has unless somebody changes it."""
    return _native(action.shortcut)


def _native(key: str) -> str:
    words = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return words.replace("Return", "Enter")  # as the keyboard and every button call it


def plain_words(action: Action) -> str:
    """A command as a menu shows it, without the mark of its letter and the dots that say a form follows."""
    return action.text.replace("&", "").removesuffix("...")
