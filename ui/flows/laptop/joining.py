"""Joining a hub by window: look at the hub, enrol with a code, and fetch everything before anybody works here."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from smf_desktop.presenters.sync.joining import (
    address_of,
    code_problem,
    hub_checked,
    is_wrong_code,
    join_words,
    username_problem,
)
from smf_desktop.services.laptop.door import Key
from smf_desktop.services.laptop.joiner import Joined, Joiner
from smf_desktop.trouble import PasswordTooShort, WrongPassword
from ui.flows.sync.first import FirstFetch
from ui.tasks import Lane
from ui.views.joining import CONNECT, ENROL, FETCH, PROTECT, JoinView


class JoinFlow(QObject):
    """Owns the page. Whatever reaches for the network runs in the lane."""

    joined = Signal(object)
    """The `Key`: the store can be entered."""
    back = Signal()
    """To where one came from; nothing was joined."""

    def __init__(self, joiner: Joiner, lane: Lane, *, device: str, username: str = "", parent: QObject | None) -> None:
        """`username` is who joins with the store that is here; without one the store is made for the hub."""
        super().__init__(parent)
        self._joiner, self._lane = joiner, lane
        self._standing = bool(username)
        self.view = JoinView(standing=self._standing, username=username, device=device)
        self._url, self._hub_key = "", b""
        self._key: Key | None = None
        self._fetch: FirstFetch | None = None
        self._busy = self._over = False
        self.view.continued.connect(self._continue)
        self.view.back.connect(self._back)
        self.view.cancelled.connect(self.back)

    def resume(self, key: Key) -> None:
        """The laptop has joined, and what was cut is gone on with. The key is wiped here when it is not handed on."""
        self._key = key
        self._begin_fetch()

    def stop(self) -> None:
        """The window closes, or another page comes: no key stays, and what runs stops at its next step."""
        self._over = True
        self.view.forget()
        if self._fetch is not None:
            self._fetch.end()
        if self._key is not None:
            self._key.zero()
            self._key = None

    def _back(self) -> None:
        if self._busy:
            return
        if self.view.step == CONNECT:
            self.back.emit()
        else:
            self.view.show_step(self.view.step - 1)

    def _continue(self) -> None:
        if self._busy or not self._complete():
            return
        step = {CONNECT: self._look, ENROL: lambda: self.view.show_step(PROTECT), PROTECT: self._join}.get(
            self.view.step
        )
        if step is not None:
            step()

    def _complete(self) -> bool:
        """Say of every field of this step what is missing, and go to the first."""
        view = self.view
        again = self._standing or view.password.edit.take() == view.again.edit.take()
        wanted = {
            CONNECT: {"url": address_of(view.url.text())[1]},
            ENROL: {
                "code": code_problem(view.code.text()),
                "username": username_problem(view.username.text()),
                "device": "" if view.device.text().strip() else "Enter a name for this laptop.",
            },
            PROTECT: {
                "password": "" if view.password.edit.take() else "Enter a password.",
                "again": "" if again else "The two passwords differ. Type the same one twice.",
            },
        }.get(view.step, {})
        for field, words in wanted.items():
            view.tell(field, words)
        first = next((field for field, words in wanted.items() if words), "")
        if first:
            view.go_to(first)
        return not first

    # --- the hub -----------------------------------------------------------------------------------

    def _look(self) -> None:
        self._url, _ = address_of(self.view.url.text())
        self._set_busy("Looking")
        self._lane.run(partial(self._joiner.hub_at, self._url), done=self._looked, failed=self._not_done)

    def _looked(self, hub_key: bytes) -> None:
        if self._over:
            return
        self._set_busy("")
        self._hub_key = hub_key
        self.view.show_checked(*hub_checked(hub_key))
        self.view.show_step(ENROL)

    def _join(self) -> None:
        view = self.view
        self._set_busy("Joining")
        job = partial(
            self._joiner.join,
            url=self._url,
            code=view.code.text(),
            username=view.username.text().strip(),
            password=view.password.edit.take(),
            device_name=view.device.text().strip(),
            hub_key=self._hub_key,
        )
        self._lane.run(job, done=self._has_joined, failed=self._not_done)

    def _has_joined(self, answer: tuple[Key, Joined]) -> None:
        if self._over:
            answer[0].zero()
            return
        self._set_busy("")
        self.view.forget()
        self._key = answer[0]
        if self._standing:
            self._hand_on()
        else:
            self._begin_fetch()

    def _not_done(self, error: BaseException) -> None:
        if self._over:
            return
        self._set_busy("")
        words = join_words(error)
        if is_wrong_code(error):
            self.view.show_step(ENROL)
            self.view.tell("code", str(words))
            self.view.go_to("code")
        elif isinstance(error, PasswordTooShort | WrongPassword):
            self.view.tell("password", str(words))
            self.view.go_to("password")
        else:
            self.view.tell_trouble(words.happened, words.do)

    # --- the first exchange ------------------------------------------------------------------------

    def _begin_fetch(self) -> None:
        key = self._key
        if key is None:
            return
        self.view.show_step(FETCH)
        self._fetch = FirstFetch(partial(self._joiner.fetch, key), self._lane, self)
        self._fetch.done.connect(self._hand_on)
        self.view.put_in(self._fetch.view)
        self._fetch.begin()

    def _hand_on(self) -> None:
        key, self._key = self._key, None
        if key is not None:
            self.joined.emit(key)

    def _set_busy(self, words: str) -> None:
        self._busy = bool(words)
        self.view.set_busy(words)
