"""Six digits to come back with after an idle lock, and when only the password will do."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from smf_desktop.security import attempts
from smf_desktop.security.opened import Means, Opened
from smf_desktop.security.quick_code import QuickCode
from smf_desktop.security.vault import NewUser, create, unlock
from smf_desktop.trouble import (
    KeyStoreSilent,
    QuickCodeGone,
    QuickCodeNotSixDigits,
    QuickCodeUnavailable,
    WrongPassword,
    WrongQuickCode,
)
from tests.support.keys import CheapKdf, KeysInMemory, ToldClock, means_of

CODE, WRONG = "481516", "234200"
NURSE = NewUser("0190-nurse", "nurse", "Amina Bello", "Nurse")


class Desk:
    """A laptop just unlocked by its nurse."""

    def __init__(self, directory: Path, *, keys: KeysInMemory | None) -> None:
        self.directory, self.keys, self.clock, self.kdf = directory, keys, ToldClock(), CheapKdf()
        self.means: Means = means_of(keys=keys, clock=self.clock, kdf=self.kdf)
        made = create(
            directory,
            store_id="s",
            kind="training",
            device="d",
            first_user=NURSE,
            password="pass",
            means=self.means,
        )
        self.opened: Opened = made[0]
        self.key = bytes(self.opened.key)

    def sets_a_code(self) -> QuickCode:
        code = QuickCode(self.opened, CODE, self.directory, self.means)
        self.opened.zero()
        return code


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "store", keys=KeysInMemory())


def test_the_same_person_comes_back_with_six_digits(desk: Desk) -> None:
    code = desk.sets_a_code()
    desk.clock.passes(1_800)
    again = code.unlock(NURSE.user_id, CODE)
    assert bytes(again.key) == desk.key
    assert again.way == "quick_code"
    assert (again.user_id, again.username, again.store_id) == (NURSE.user_id, "nurse", "s")


def test_two_hours_count_from_the_full_unlock_however_often_the_code_was_used(desk: Desk) -> None:
    code = desk.sets_a_code()
    for _ in range(11):
        desk.clock.passes(600)
        again = code.unlock(NURSE.user_id, CODE)
        again.zero()
    desk.clock.passes(599)
    assert code.usable(NURSE.user_id, desk.means.moment())
    desk.clock.passes(1)
    assert not code.usable(NURSE.user_id, desk.means.moment())
    with pytest.raises(QuickCodeGone):
        code.unlock(NURSE.user_id, CODE)


def asleep_for_two_hours(clock: ToldClock) -> None:
    clock.is_set(timedelta(hours=2))


def wall_clock_stopped(clock: ToldClock) -> None:
    clock.passes(7_200)
    clock.is_set(-timedelta(hours=2))


def wall_clock_set_back(clock: ToldClock) -> None:
    clock.is_set(-timedelta(minutes=5))


@pytest.mark.parametrize("happens", [asleep_for_two_hours, wall_clock_stopped, wall_clock_set_back])
def test_either_clock_ends_the_two_hours(desk: Desk, happens: Callable[[ToldClock], None]) -> None:
    code = desk.sets_a_code()
    happens(desk.clock)
    with pytest.raises(QuickCodeGone):
        code.unlock(NURSE.user_id, CODE)


def test_a_clock_corrected_by_seconds_ends_nothing(desk: Desk) -> None:
    code = desk.sets_a_code()
    desk.clock.is_set(-timedelta(seconds=20))
    assert bytes(code.unlock(NURSE.user_id, CODE).key) == desk.key


def test_three_wrong_tries_and_only_the_password_opens(desk: Desk) -> None:
    code = desk.sets_a_code()
    for left in (2, 1, 0):
        with pytest.raises(WrongQuickCode) as wrong:
            code.unlock(NURSE.user_id, WRONG)
        assert wrong.value.tries_left == left
    with pytest.raises(QuickCodeGone):
        code.unlock(NURSE.user_id, CODE)
    assert unlock(desk.directory, "nurse", "pass", desk.means).way == "password"


def test_a_right_code_does_not_give_the_tries_back(desk: Desk) -> None:
    code = desk.sets_a_code()
    for _ in range(2):
        with pytest.raises(WrongQuickCode):
            code.unlock(NURSE.user_id, WRONG)
    code.unlock(NURSE.user_id, CODE)
    with pytest.raises(WrongQuickCode) as wrong:
        code.unlock(NURSE.user_id, WRONG)
    assert wrong.value.tries_left == 0


def test_wrong_codes_are_told_to_the_audit_and_make_no_password_wait(desk: Desk) -> None:
    code = desk.sets_a_code()
    for _ in range(3):
        with pytest.raises(WrongQuickCode):
            code.unlock(NURSE.user_id, WRONG)
    assert attempts.untold_failures(desk.directory) == {NURSE.user_id: (desk.clock.now(),) * 3}
    with pytest.raises(WrongPassword) as wrong:
        unlock(desk.directory, "nurse", "not it", desk.means)
    assert wrong.value.tries_left == 4


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "１２３４５６", "²²²²²²"])
def test_what_is_not_six_digits_costs_no_try(desk: Desk, typed: str) -> None:
    with pytest.raises(QuickCodeNotSixDigits):
        QuickCode(desk.opened, typed, desk.directory, desk.means)
    code = desk.sets_a_code()
    for _ in range(4):
        with pytest.raises(QuickCodeNotSixDigits):
            code.unlock(NURSE.user_id, typed)
    assert bytes(code.unlock(NURSE.user_id, CODE).key) == desk.key


def test_another_person_at_the_laptop_ends_it(desk: Desk) -> None:
    code = desk.sets_a_code()
    with pytest.raises(QuickCodeGone):
        code.unlock("0190-lead", CODE)
    with pytest.raises(QuickCodeGone):
        code.unlock(NURSE.user_id, CODE)


def test_quitting_leaves_nothing_behind(desk: Desk) -> None:
    assert desk.keys
    before = set(desk.keys.held)
    code = desk.sets_a_code()
    assert len(set(desk.keys.held) - before) == 1
    code.forget()
    assert set(desk.keys.held) == before
    with pytest.raises(QuickCodeGone):
        code.unlock(NURSE.user_id, CODE)


def test_nothing_of_the_code_reaches_the_disk(desk: Desk) -> None:
    before = {path: path.read_bytes() for path in desk.directory.iterdir()}
    desk.sets_a_code()
    assert {path: path.read_bytes() for path in desk.directory.iterdir()} == before


def test_without_the_secret_in_the_key_store_the_code_is_worth_nothing(desk: Desk) -> None:
    assert desk.keys
    code = desk.sets_a_code()
    desk.keys.held.clear()
    with pytest.raises(QuickCodeGone):
        code.unlock(NURSE.user_id, CODE)


def test_another_secret_in_its_place_opens_nothing(desk: Desk) -> None:
    assert desk.keys
    code = desk.sets_a_code()
    desk.keys.held.update(dict.fromkeys(desk.keys.held, b"s" * 32))
    with pytest.raises(WrongQuickCode):
        code.unlock(NURSE.user_id, CODE)


def test_a_laptop_that_keeps_no_device_secret_has_no_quick_code(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "store", keys=None)
    with pytest.raises(QuickCodeUnavailable):
        QuickCode(desk.opened, CODE, desk.directory, desk.means)


def test_a_key_store_that_locks_itself_ends_it_without_harm(desk: Desk) -> None:
    assert desk.keys
    code = desk.sets_a_code()
    desk.keys.silent = True
    with pytest.raises(QuickCodeGone):
        code.unlock(NURSE.user_id, CODE)
    with pytest.raises(KeyStoreSilent):
        unlock(desk.directory, "nurse", "pass", desk.means)
