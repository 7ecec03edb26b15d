"""The first run: asks for a service, makes its store, shows the recovery key once."""

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from smf_desktop.presenters.first_run import JOIN
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.laptop.door import Key, Kind, Maker, NewService
from smf_desktop.trouble import PasswordTooShort
from ui.tasks import Lane
from ui.views.first_run import PROTECT, READY, SERVICE, WELCOME, FirstRunView


class FirstRunFlow(QObject):
    """Owns the page. Making the store takes a few seconds, so it runs in the lane."""

    made = Signal(object)
    """The first user's `Key`, once the recovery key is written down."""
    cancelled = Signal()
    join_wanted = Signal()
    """The laptop is to join a hub instead."""

    def __init__(self, maker: Maker, lane: Lane, place: Path, device: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = FirstRunView()
        self._maker, self._lane = maker, lane
        self._key: Key | None = None
        self._recovery_key = ""
        self._busy = False
        self.view.device.setText(device)
        self.view.place.setText(f"The store will be in {place}")
        self.view.continued.connect(self._continue)
        self.view.back.connect(lambda: self.view.show_step(self.view.step - 1))
        self.view.cancelled.connect(self.cancelled)
        self.view.save_wanted.connect(self._save)

    def stop(self) -> None:
        """The window closes: neither key stays."""
        self._recovery_key = ""
        self.view.forget()
        if self._key is not None:
            self._key.zero()
            self._key = None

    def _continue(self) -> None:
        if self._busy or not self._complete():
            return
        if self.view.step == WELCOME and self.view.kind.value == JOIN[0]:
            self.join_wanted.emit()
        elif self.view.step == PROTECT:
            self._make()
        elif self.view.step == READY:
            self._finish()
        else:
            self.view.show_step(self.view.step + 1)

    def _complete(self) -> bool:
        """Say of every field of this step what is missing, and go to the first."""
        view = self.view
        wanted = {
            WELCOME: {"kind": ("Choose training, live or a hub.", bool(view.kind.value))},
            SERVICE: {
                "service": ("Enter the name of the service.", bool(view.service.text().strip())),
                "team": ("Enter the name of the team.", bool(view.team.text().strip())),
                "device": ("Enter a name for this laptop.", bool(view.device.text().strip())),
            },
            PROTECT: {
                "name": ("Enter your name.", bool(view.name.text().strip())),
                "username": ("Enter a username without spaces.", len(view.username.text().split()) == 1),
                "role": ("Choose your role.", bool(view.role.key())),
                "password": ("Enter a password.", bool(view.password.edit.take())),
                "again": (
                    "The two passwords differ. Type the same one twice.",
                    view.password.edit.take() == view.again.edit.take(),
                ),
            },
            READY: {"written": ("Write the key down first, then tick this.", view.written.isChecked())},
        }[view.step]
        missing = []
        for field, (words, there) in wanted.items():
            view.tell(field, "" if there else words)
            if not there:
                missing.append(field)
        if missing:
            view.go_to(missing[0])
        return not missing

    def _make(self) -> None:
        view = self.view
        kind: Kind = "live" if view.kind.value == "live" else "training"
        new = NewService(
            service=view.service.text().strip(),
            team=view.team.text().strip(),
            device=view.device.text().strip(),
            kind=kind,
            name=view.name.text().strip(),
            username=view.username.text().strip(),
            role=view.role.key(),
            password=view.password.edit.take(),
            clinical_lead=view.lead.isChecked(),
        )
        self._set_busy(True)
        self._lane.run(partial(self._maker.make, new), done=self._is_made, failed=self._is_not_made)

    def _is_made(self, answer: tuple[Key, str]) -> None:
        self._set_busy(False)
        self._key, self._recovery_key = answer
        self.view.forget()
        self.view.show_key(self._recovery_key)
        self.view.show_step(READY)

    def _is_not_made(self, error: BaseException) -> None:
        self._set_busy(False)
        words = words_for(error)
        if isinstance(error, PasswordTooShort):
            self.view.tell("password", str(words))
            self.view.go_to("password")
        else:
            self.view.tell_trouble(words.happened, words.do)

    def _save(self) -> None:
        """Write the recovery key where the person says; only they may read the file."""
        name, _ = QFileDialog.getSaveFileName(self.view, "Save the recovery key", "recovery-key.txt")
        if not name:
            return
        try:
            with open(name, "w", encoding="utf-8", opener=_private) as file:
                file.write(self._recovery_key + "\n")
        except OSError:
            self.view.tell("written", "The file could not be written. Choose another place, or write the key down.")
        else:
            self.view.tell("written", "")

    def _finish(self) -> None:
        key, self._key = self._key, None
        self._recovery_key = ""
        self.view.forget()
        if key is not None:
            self.made.emit(key)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.view.set_busy("Making it" if busy else "")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
