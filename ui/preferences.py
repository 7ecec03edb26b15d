"""How one person likes their windows on this laptop: one for all windows of a sitting."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from smf_desktop.settings import Look, Settings, keep_settings, settings_of
from ui.actions import Action
from ui.keys import Keys, portable, wear_keys
from ui.looks import wear, when_system_changes
from ui.theme import theme_in_use

TEXT_STEP = 0.1


class Preferences(QObject):
    """What is kept for one person, and worn."""

    changed = Signal()
    keys_changed = Signal()

    def __init__(self, directory: Path, user_id: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._directory, self._user = directory, user_id
        self.settings: Settings = settings_of(directory, user_id)
        when_system_changes(self.wear)

    def wear(self) -> None:
        """Put the theme and the size on every window of the application."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            wear(app, self.settings.look, self.settings.text)
        self._wear_keys()

    # --- keys ---

    def set_keys(self, changed: Mapping[str, str]) -> None:
        """The keys that are not the usual ones, by command; they hold at once in every window."""
        self._keep(keys=dict(changed))
        self._wear_keys()
        self.keys_changed.emit()

    def set_letters(self, *, on: bool) -> None:
        """Whether letters alone are commands in lists."""
        self._keep(letters=on)
        self._wear_keys()

    def _wear_keys(self) -> None:
        changed = self.settings.keys
        known = {name: key for name, key in changed.items() if name in Action.__members__}
        usual = {portable(Action[name].shortcut): key for name, key in known.items()}
        wear_keys(Keys(self.settings.letters, known, {old: new for old, new in usual.items() if old}))

    # --- looks ---

    def grow_text(self, steps: int) -> None:
        """By steps of 10 %; 0 is back to 100 %."""
        wanted = self.settings.text + steps * TEXT_STEP if steps else 1.0
        self._keep(text=round(min(2.0, max(0.8, wanted)), 1))
        self.wear()

    def set_look(self, look: Look) -> None:
        self._keep(look=look)
        self.wear()

    def switch_look(self) -> None:
        self.set_look("light" if theme_in_use().name == "dark" else "dark")

    def switch_names(self) -> None:
        self._keep(hide_names=not self.settings.hide_names)

    # --- windows and pages ---

    def place_on(self, screens: str) -> bytes:
        """Where this person had the window on these screens, as Qt wrote it; empty where they never had it."""
        return b64decode(self.settings.places.get(screens, ""))

    def remember_place(self, screens: str, place: bytes) -> None:
        self._keep(places={**self.settings.places, screens: b64encode(place).decode()})

    def kept(self, name: str) -> bytes | None:
        """What a page keeps of its own; never anything about a person in care."""
        kept = self.settings.kept.get(name)
        return None if kept is None else b64decode(kept)

    def keep(self, name: str, state: bytes) -> None:
        self._keep(kept={**self.settings.kept, name: b64encode(state).decode()})

    # --- hints ---

    def put_hint_away(self, key: str) -> None:
        self._keep(hints_seen=(*self.settings.hints_seen, key))

    def show_hints_again(self) -> None:
        self._keep(hints_seen=())

    def _keep(self, **changes: object) -> None:
        self.settings = msgspec.structs.replace(self.settings, **changes)
        keep_settings(self._directory, self._user, self.settings)
        self.changed.emit()
