"""Keys of one's own: a command's key changed, checked against every other, and letters in lists turned off."""

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.actions import Action, Menu
from ui.keys import portable
from ui.menus import ALSO_KEYS, key_words, plain_words, usual_words
from ui.preferences import Preferences
from ui.views.key_settings import KeyRow, KeysDialog
from ui.widgets.text import announce

EDITING = frozenset(f"Ctrl+{letter}" for letter in "ACVX")
"""Keys of every text field."""

MOVING = frozenset({"Esc", "Tab", "Shift+Tab", "Return", "Space", "F10", "Shift+F10"})
"""Keys that move, choose and leave everywhere."""


def refused(action: Action, key: str, changed: Mapping[str, str]) -> str:
    """Why a command cannot have this key, in a sentence; "" where it can. `changed` are the keys as they stand."""
    *held, last = key.replace("++", "+Plus").split("+")
    is_function = last.startswith("F") and last[1:].isdecimal()
    if key in EDITING or key in MOVING:
        return f"{key} is needed while you type and move. Press another key."
    if not is_function and not {"Ctrl", "Alt", "Meta"} & set(held):
        return "A letter or figure alone would act while you type. Hold Ctrl or Alt, or use a function key."
    if held == ["Alt"] and any(f"&{last.casefold()}" in menu.value.casefold() for menu in Menu):
        return f"{key} opens a menu. Press another key."
    other = next((one for one in Action if one is not action and key in keys_of(one, changed)), None)
    if other is not None:
        return f"{key} is {plain_words(other)}. Press another key, or change that one first."
    return ""


def keys_of(action: Action, changed: Mapping[str, str]) -> frozenset[str]:
    """The keys a command has: its own choice, else the usual one with those that do the same."""
    if action.name in changed:
        return frozenset(filter(None, (changed[action.name],)))
    usual = (action.shortcut, *ALSO_KEYS.get(action, ()))
    return frozenset(portable(key) for key in usual if key)


def usual_key(action: Action) -> str:
    return portable(action.shortcut)


class KeySettings(QObject):
    """Shows the dialog; what is set holds at once and in every window."""

    def __init__(self, preferences: Preferences, parent: QWidget) -> None:
        self.view = KeysDialog(preferences.settings.letters, parent)
        super().__init__(self.view)
        self._preferences = preferences
        self.view.letters_turned.connect(self._turn_letters)
        self.view.key_typed.connect(self._set)
        self.view.usual_wanted.connect(self._usual)
        self.view.all_usual_wanted.connect(self._all_usual)
        self._fill()

    def _fill(self) -> None:
        changed = self._preferences.settings.keys
        rows = [
            KeyRow(action.name, plain_words(action), key_words(action), usual_words(action), action.name in changed)
            for action in Action
        ]
        self.view.show_rows(sorted(rows, key=lambda row: row.words.casefold()))

    def _turn_letters(self, on: bool) -> None:
        self._preferences.set_letters(on=on)

    def _set(self, name: str, typed: str) -> None:
        action, key = Action[name], portable(typed)
        changed = self._preferences.settings.keys
        why = refused(action, key, changed) if key else "Press the keys together."
        if not why:
            self._keep({**changed, name: key} if key != usual_key(action) else _without(changed, name))
        self._say(why or f"{plain_words(action)}: {key_words(action)}", wrong=bool(why))

    def _usual(self, name: str) -> None:
        action, changed = Action[name], self._preferences.settings.keys
        rest = _without(changed, name)
        taken = refused(action, usual_key(action), rest) if usual_key(action) else ""
        if not taken:
            self._keep(rest)
        self._say(taken or f"{plain_words(action)}: {key_words(action) or 'no key'}", wrong=bool(taken))

    def _all_usual(self) -> None:
        self._keep({})
        self._preferences.set_letters(on=True)
        self.view.letters.setChecked(True)
        self._say("Every key is the usual one again", wrong=False)

    def _keep(self, changed: Mapping[str, str]) -> None:
        self._preferences.set_keys(changed)
        self._fill()

    def _say(self, words: str, *, wrong: bool) -> None:
        self.view.tell(words, wrong=wrong)
        announce(self.view, words, now=wrong)


def _without(changed: Mapping[str, str], name: str) -> dict[str, str]:
    return {one: key for one, key in changed.items() if one != name}
