"""Unlocking: from what is typed to the key of the store. Nothing here reaches a database."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from smf_core.domain.trouble import DomainError
from smf_desktop.ports import Clock, UnlockCard
from smf_desktop.presenters.unlock import rekeying, unlock_rows
from smf_desktop.trouble import PasswordTooShort, QuickCodeGone, UnlockMustWait, WrongPassword, WrongQuickCode
from ui.tasks import Lane
from ui.views.unlock import UnlockView

if TYPE_CHECKING:
    from smf_desktop.services.laptop.door import Door, Key


class UnlockFlow(QObject):
    """Owns the unlock page. Every try runs in the lane, since making a password expensive to guess takes its time."""

    opened = Signal(object)
    """The `Key`."""

    def __init__(self, door: "Door", clock: Clock, lane: Lane, version: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = UnlockView()
        self._door, self._clock, self._lane, self._version = door, clock, lane, version
        self._waits_until = 0.0
        self._countdown = QTimer(self)
        self._countdown.setInterval(1000)
        self._countdown.timeout.connect(self._count)
        self.view.unlock_wanted.connect(self._unlock)
        self.view.code_wanted.connect(self._unlock_quickly)
        self.view.recovery_wanted.connect(self._recover)
        self.view.person_chosen.connect(self._chosen)

    def begin(self, card: UnlockCard) -> None:
        """Show who may come in."""
        self.view.set_busy(False)
        self.view.fill(unlock_rows(card, self._clock.now(), self._version))
        self.view.start()

    def tell(self, error: BaseException) -> None:
        """What became of a key that fitted: the store could not be opened with it."""
        self.view.set_busy(False)
        self.view.tell(_words(error))

    def show_rekeying(self, done: int, total: int) -> None:
        """The store gets a new key before it is opened."""
        self.view.tell(rekeying(done, total), "soft")

    def stop(self) -> None:
        self._countdown.stop()

    def _unlock(self, username: str, password: str) -> None:
        self._try(partial(self._door.unlock, username, password), self._not_unlocked)

    def _unlock_quickly(self, user_id: str, code: str) -> None:
        self._try(partial(self._door.unlock_quickly, user_id, code), self._not_unlocked)

    def _recover(self, recovery_key: str, username: str, password: str) -> None:
        self._try(partial(self._door.recover, recovery_key, username, password), self._not_recovered)

    def _try(self, job: "Callable[[], Key]", failed: Callable[[BaseException], None]) -> None:
        self.view.set_busy(True)
        self._lane.run(job, done=self._unlocked, failed=failed)

    def _unlocked(self, key: "Key") -> None:
        self._countdown.stop()
        self.view.forget()
        self.opened.emit(key)

    def _not_unlocked(self, error: BaseException) -> None:
        self.view.set_busy(False)
        gone = isinstance(error, QuickCodeGone) or (isinstance(error, WrongQuickCode) and not error.tries_left)
        if gone:
            self.view.offer_code(False)
        self.view.tell(_words(error))
        if isinstance(error, UnlockMustWait):
            self._waits_until = self._clock.steady() + error.seconds
            self._countdown.start()
        if isinstance(error, WrongPassword | WrongQuickCode):
            self.view.try_again()

    def _not_recovered(self, error: BaseException) -> None:
        self.view.set_busy(False)
        words = _words(error)
        if isinstance(error, PasswordTooShort):
            self.view.recovery.tell_new(words)
            self.view.recovery.new.setFocus()
        else:
            self.view.recovery.tell(words)
            if isinstance(error, DomainError):
                self.view.recovery.key.setFocus()

    def _chosen(self, user_id: str) -> None:
        self._countdown.stop()
        self.view.offer_code(self._door.has_quick_code(user_id))

    def _count(self) -> None:
        left = round(self._waits_until - self._clock.steady())
        if left <= 0:
            self._countdown.stop()
            self.view.tell()
        else:
            self.view.tell(_words(UnlockMustWait(left)))


def _words(error: BaseException) -> str:
    """What went wrong, in words."""
    from smf_desktop.presenters.messages.troubles import (
        words_for,  # knows every trouble there is, so it waits for the first
    )

    return str(words_for(error))
