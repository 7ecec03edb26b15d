"""The half of the key that the operating system keeps: lost, locked, or never there."""

from pathlib import Path

import pytest

from smf_desktop.ports import DeviceSecret
from smf_desktop.security import vault
from smf_desktop.security.vault import add_user, card, change_password, recover
from smf_desktop.trouble import DeviceSecretMissing, KeyStoreSilent, WrongPassword
from tests.support.keys import KeysInMemory
from tests.support.vaults import GOOD, LEAD, OTHER, Laptop, bytes_of, laptop, read_database, with_database

__all__ = ["laptop"]


@pytest.mark.parametrize("happened", ["wiped", "profile moved"])
def test_F19_a_lost_device_secret_leads_to_recovery_and_leaves_the_store_alone(laptop: Laptop, happened: str) -> None:
    assert laptop.keys
    if happened == "wiped":
        laptop.keys.held.clear()
    else:
        laptop.keys.held.update(dict.fromkeys(laptop.keys.held, b"s" * 32))
    before = bytes_of(laptop.directory)
    for password in (GOOD, "not it"):
        with pytest.raises(DeviceSecretMissing):
            laptop.unlocks(password)
    assert bytes_of(laptop.directory) == before
    opened = recover(laptop.directory, laptop.recovery_key, "nurse", OTHER, laptop.means)
    assert bytes(opened.key) == laptop.key
    assert opened.way == "recovery"
    assert bytes(laptop.unlocks(OTHER).key) == laptop.key


def test_F19_a_key_store_that_is_only_locked_says_so(laptop: Laptop) -> None:
    assert laptop.keys
    laptop.keys.silent = True
    with pytest.raises(KeyStoreSilent):
        laptop.unlocks()
    laptop.keys.silent = False
    laptop.unlocks()


def test_F19_one_persons_recovery_takes_nothing_from_another(laptop: Laptop) -> None:
    add_user(laptop.directory, laptop.unlocks(), LEAD, OTHER, laptop.means)
    recover(laptop.directory, laptop.recovery_key, "nurse", "a third one", laptop.means)
    assert bytes(laptop.unlocks(OTHER, "lead").key) == laptop.key
    assert bytes(laptop.unlocks("a third one").key) == laptop.key


def test_F19_the_right_password_with_another_device_secret_opens_nothing(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "stored_secret", lambda *_: bytearray(b"s" * 32))
    with pytest.raises(WrongPassword):
        laptop.unlocks()


def test_reg_B40_a_wiped_key_store_never_costs_the_records(laptop: Laptop) -> None:
    database = laptop.directory / "records.db"
    with_database(database, laptop.unlocks())
    stored = database.read_bytes()
    assert laptop.keys
    laptop.keys.held.clear()
    with pytest.raises(DeviceSecretMissing):
        laptop.unlocks(database=database)
    opened = recover(laptop.directory, laptop.recovery_key, "nurse", OTHER, laptop.means, database=database)
    assert database.read_bytes() == stored
    assert read_database(database, opened) == [(42,)]


def test_a_laptop_without_a_key_store_says_so_and_works(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "store", keys=None).makes_a_store()
    assert laptop.unlocks().device_secret is DeviceSecret.NONE
    assert card(laptop.directory).users[0].device_secret is DeviceSecret.NONE


def test_a_key_store_that_keeps_nothing_counts_as_none(tmp_path: Path) -> None:
    class Forgetful(KeysInMemory):
        def write(self, name: str, secret: bytes) -> None:
            pass

    laptop = Laptop(tmp_path / "store", keys=Forgetful()).makes_a_store()
    assert laptop.unlocks().device_secret is DeviceSecret.NONE


def test_a_password_change_takes_up_a_key_store_that_was_not_there_before(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "store", keys=None).makes_a_store()
    laptop.keys = KeysInMemory()
    opened = change_password(laptop.directory, "nurse", GOOD, OTHER, laptop.means)
    assert opened.device_secret is DeviceSecret.OS
    assert bytes(laptop.unlocks(OTHER).key) == laptop.key


def test_the_store_folder_alone_opens_nothing_on_another_laptop_but_for_the_recovery_key(
    laptop: Laptop, tmp_path: Path
) -> None:
    stolen = laptop.copied_to(tmp_path / "stolen")
    stolen.keys = KeysInMemory()
    with pytest.raises(DeviceSecretMissing):
        stolen.unlocks()
    recover(stolen.directory, stolen.recovery_key, "nurse", OTHER, stolen.means)
    assert bytes(stolen.unlocks(OTHER).key) == laptop.key
