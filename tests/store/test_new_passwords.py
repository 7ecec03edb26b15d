"""A new password, by the old one or by the recovery key, and a person removed: whole or not at all."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_desktop.security import attempts, slots
from smf_desktop.security.recovery import new_recovery_key, open_by_recovery
from smf_desktop.security.vault import add_user, change_password, recover, remove_user
from smf_desktop.trouble import (
    KeyFileNotSaved,
    LastUser,
    NoSuchUser,
    RecoveryKeyMistyped,
    WrongPassword,
    WrongRecoveryKey,
)
from tests.support.disks import Disk, PowerCut
from tests.support.keys import chance
from tests.support.vaults import GOOD, LEAD, NURSE, OTHER, Laptop, bytes_of, laptop

__all__ = ["laptop"]


def _cut_everywhere(laptop: Laptop, tmp_path: Path, change: Callable[[Laptop], object]) -> Iterator[tuple[Laptop, int]]:
    """The laptop as it starts again after a power cut at each step of a change in turn, and just after its end."""
    for forgetful in (False, True):
        for cut_at in range(1, 200):
            again = laptop.copied_to(tmp_path / f"cut-{forgetful}-{cut_at}")
            disk = Disk(cut_at, forgetful=forgetful)
            with pytest.MonkeyPatch.context() as patch:
                disk.install(patch)
                try:
                    change(again)
                except PowerCut:
                    yield again, cut_at
                    continue
            disk.lose()
            yield again, 0
            break
        else:
            pytest.fail("the change never came to its end")


def test_F20_a_power_cut_at_any_step_of_a_password_change_leaves_the_old_or_the_new(
    laptop: Laptop, tmp_path: Path
) -> None:
    opened_by = {GOOD: 0, OTHER: 0}

    def change(each: Laptop) -> None:
        change_password(each.directory, "nurse", GOOD, OTHER, each.means)

    for again, cut_at in _cut_everywhere(laptop, tmp_path, change):
        opens = [password for password in (OTHER, GOOD) if _opens(again, password)]
        assert len(opens) == 1, f"cut at step {cut_at}: {len(opens)} passwords open"
        opened_by[opens[0]] += 1
        assert cut_at or opens == [OTHER]
        assert again.current.read_bytes() == again.previous.read_bytes(), "unlocking brings the copy level"
        assert not list(again.directory.glob("slots*.new"))
    assert min(opened_by.values()) > 5


def test_F20_a_power_cut_in_a_recovery_leaves_the_recovery_key_good(laptop: Laptop, tmp_path: Path) -> None:
    assert laptop.keys
    laptop.keys.held.clear()

    def change(each: Laptop) -> None:
        recover(each.directory, each.recovery_key, "nurse", OTHER, each.means)

    for again, _ in _cut_everywhere(laptop, tmp_path, change):
        again.seed += 7
        opened = recover(again.directory, again.recovery_key, "nurse", "a third one", again.means)
        assert bytes(opened.key) == laptop.key
        assert bytes(again.unlocks("a third one").key) == laptop.key


def test_F20_a_full_disk_leaves_the_password_as_it_was(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = laptop.current.read_bytes()

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(KeyFileNotSaved):
            change_password(laptop.directory, "nurse", GOOD, OTHER, laptop.means)
    assert laptop.current.read_bytes() == whole
    assert not list(laptop.directory.glob("*.new"))
    laptop.unlocks(GOOD)


def test_F20_a_disk_that_keeps_other_bytes_than_it_was_given_is_noticed(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def careless(handle: int, data: memoryview) -> int:
        return real(handle, bytes(data).replace(b'"mac":"', b'"mac":"A', 1)[: len(data)])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", careless)
        with pytest.raises(KeyFileNotSaved):
            change_password(laptop.directory, "nurse", GOOD, OTHER, laptop.means)
    assert bytes(laptop.unlocks(GOOD).key) == laptop.key


def test_F21_a_removed_person_is_gone_from_both_files_and_the_rest_stay(laptop: Laptop) -> None:
    opened = laptop.unlocks()
    add_user(laptop.directory, opened, LEAD, OTHER, laptop.means)
    remove_user(laptop.directory, opened, "LEAD", laptop.means)
    with pytest.raises(NoSuchUser):
        laptop.unlocks(OTHER, "lead")
    for path in (laptop.current, laptop.previous):
        assert [slot.username for slot in slots.decode(path.read_bytes()).slots.users] == ["nurse"]
    assert laptop.keys
    assert list(laptop.keys.held) == ["store-1/0190-nurse"]
    laptop.unlocks()
    with pytest.raises(LastUser):
        remove_user(laptop.directory, opened, "nurse", laptop.means)


def test_the_recovery_key_can_be_read_aloud_and_typed_carelessly(laptop: Laptop) -> None:
    groups = laptop.recovery_key.split("-")
    assert [len(group) for group in groups] == [4] * 14
    assert not set(laptop.recovery_key) & set("ILOU")
    careless = " ".join(groups).lower().replace("0", "o").replace("1", "l") + "\n"
    recover(laptop.directory, careless, "nurse", OTHER, laptop.means)


@given(st.data())
def test_one_wrong_letter_in_the_recovery_key_is_found(data: st.DataObject) -> None:
    letters = new_recovery_key(chance(5))[0].text.replace("-", "")
    at = data.draw(st.integers(0, 55))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ").filter(lambda letter: letter != letters[at]))
    with pytest.raises(RecoveryKeyMistyped):
        open_by_recovery(letters[:at] + other + letters[at + 1 :], bytes(96), b"")


@pytest.mark.parametrize("typed", ["", "ABCD", "U" * 56, "0" * 57, "é" * 56])
def test_what_is_not_a_recovery_key_is_called_mistyped(laptop: Laptop, typed: str) -> None:
    with pytest.raises(RecoveryKeyMistyped):
        recover(laptop.directory, typed, "nurse", OTHER, laptop.means)


def test_the_recovery_key_of_another_store_changes_nothing(laptop: Laptop, tmp_path: Path) -> None:
    theirs = Laptop(tmp_path / "theirs", seed=50).makes_a_store()
    before = bytes_of(laptop.directory)
    with pytest.raises(WrongRecoveryKey):
        recover(laptop.directory, theirs.recovery_key, "nurse", OTHER, laptop.means)
    assert bytes_of(laptop.directory) == before


def test_recovery_ends_a_wait(laptop: Laptop) -> None:
    for _ in range(9):
        attempts.note_failure(laptop.directory, NURSE.user_id, laptop.clock.now())
    recover(laptop.directory, laptop.recovery_key, "nurse", OTHER, laptop.means)
    laptop.unlocks(OTHER)


def _opens(laptop: Laptop, password: str) -> bool:
    try:
        return bytes(laptop.unlocks(password).key) == laptop.key
    except WrongPassword:
        return False
