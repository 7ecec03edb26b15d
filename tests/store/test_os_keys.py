"""The operating system's key store, as the vault sees it."""

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from smf_desktop.security import os_keys
from smf_desktop.security.os_keys import OsKeys, system_keys
from smf_desktop.trouble import KeyStoreSilent


class Backend(KeyringBackend):
    priority = 0.0

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.held:
            raise PasswordDeleteError
        del self.held[service, username]


def test_any_bytes_come_back_as_they_were_and_go_when_told() -> None:
    keys = OsKeys(Backend())
    assert keys.read("a") is None
    keys.write("a", bytes(range(32)))
    assert keys.read("a") == bytes(range(32))
    keys.delete("a")
    keys.delete("a")
    assert keys.read("a") is None


def test_what_somebody_else_put_there_is_not_a_secret_of_ours() -> None:
    backend = Backend()
    backend.held[os_keys.SERVICE, "a"] = "not base64!"
    assert OsKeys(backend).read("a") is None


def test_a_locked_key_store_is_silent_not_empty() -> None:
    backend = Backend()
    backend.locked = True
    with pytest.raises(KeyStoreSilent):
        OsKeys(backend).read("a")
    with pytest.raises(KeyStoreSilent):
        OsKeys(backend).write("a", b"s")


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, Backend])
def test_a_computer_without_a_real_key_store_has_none(
    monkeypatch: pytest.MonkeyPatch, backend: type[KeyringBackend]
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", backend)
    assert system_keys() is None


def test_the_computers_own_key_store_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Backend, "__module__", "keyring.backends.Windows")
    monkeypatch.setattr(keyring, "get_keyring", Backend)
    assert isinstance(system_keys(), OsKeys)
