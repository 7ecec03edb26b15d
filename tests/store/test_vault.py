"""From a password to the key of the store, and what stands between them."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unicodedata import normalize

import pytest

from smf_desktop.ports import KdfParams
from smf_desktop.presenters.messages.troubles import WORDS, words_for
from smf_desktop.security import attempts, slots, vault
from smf_desktop.security.kdf import START, Argon2id, calibrate, password_bytes
from smf_desktop.security.slots import Kind
from smf_desktop.security.vault import add_user, card, change_password, create, make_dearer, unlock
from smf_desktop.trouble import (
    NoSuchUser,
    PasswordTooShort,
    QuickCodeGone,
    RecoveryKeyMistyped,
    SecurityTrouble,
    StoreExists,
    UnlockMustWait,
    UsernameTaken,
    WrongPassword,
)
from tests.support.keys import CHEAP, ToldClock, means_of
from tests.support.vaults import GOOD, LEAD, NURSE, OTHER, Laptop, bytes_of, laptop, read_database, with_database

__all__ = ["laptop"]


def test_the_password_gives_the_key_the_store_was_made_with(laptop: Laptop) -> None:
    opened = laptop.unlocks()
    assert bytes(opened.key) == laptop.key
    assert len(laptop.key) == 48
    assert (opened.store_id, opened.kind, opened.user_id, opened.way) == (
        "store-1",
        "training",
        NURSE.user_id,
        "password",
    )
    assert bytes(opened.raw_key()) == b"x'" + laptop.key.hex().encode() + b"'"


def test_the_page_before_unlocking_knows_names_but_no_secrets(laptop: Laptop) -> None:
    opened = laptop.unlocks()
    add_user(laptop.directory, opened, LEAD, OTHER, laptop.means)
    laptop.clock.passes(86_400)
    laptop.unlocks(OTHER, "lead")
    shown = card(laptop.directory)
    assert (shown.store_id, shown.kind, shown.device) == ("store-1", "training", "LT-0412")
    assert [(user.username, str(user.last_used)) for user in shown.users] == [
        ("lead", "2026-11-18"),
        ("nurse", "2026-11-17"),
    ]
    secrets = laptop.key[:32], GOOD.encode(), *(laptop.keys.held.values() if laptop.keys else ())
    kept = b"".join(path.read_bytes() for path in laptop.directory.iterdir())
    assert not any(secret in kept or secret.hex().encode() in kept for secret in secrets)


def test_the_card_is_the_same_however_much_of_the_key_files_has_to_be_read_for_it(laptop: Laptop) -> None:
    attempts.note_success(laptop.directory, NURSE.user_id, laptop.clock.now())
    at_rest = card(laptop.directory)
    laptop.previous.unlink()
    assert card(laptop.directory) == at_rest
    laptop.previous.write_bytes(laptop.current.read_bytes().replace(b"Amina", b"Alina"))
    assert card(laptop.directory) == at_rest


def test_a_forgotten_key_opens_nothing(laptop: Laptop) -> None:
    opened = laptop.unlocks()
    assert "key" not in repr(opened)
    opened.zero()
    assert not any(opened.key)
    with pytest.raises(ValueError, match="wiped"):
        opened.raw_key()
    with pytest.raises(ValueError, match="wiped"):
        opened.derive("high-water")


def test_the_real_key_derivation_opens_the_real_database_file(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "store")
    means = replace(laptop.means, kdf=Argon2id(), params=START)
    opened, _ = create(
        laptop.directory, store_id="s", kind="live", device="d", first_user=NURSE, password=GOOD, means=means
    )
    database = laptop.directory / "records.db"
    with_database(database, opened)
    again = unlock(laptop.directory, "nurse", GOOD, means, database=database)
    assert read_database(database, again) == [(42,)]


def test_F16_a_wrong_password_fails_at_the_slot_and_waits_but_is_never_shut_out(laptop: Laptop) -> None:
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(WrongPassword) as wrong:
            laptop.unlocks("not it")
        assert wrong.value.tries_left == left
    runs = laptop.kdf.runs
    for wait in (30, 60, 120, 240, 480, 900, 900, 900):
        with pytest.raises(UnlockMustWait) as must_wait:
            laptop.unlocks(GOOD)
        assert must_wait.value.seconds == wait
        laptop.clock.passes(wait - 1)
        with pytest.raises(UnlockMustWait):
            laptop.unlocks(GOOD)
        laptop.clock.passes(1)
        with pytest.raises(WrongPassword):
            laptop.unlocks("not it")
    assert laptop.kdf.runs == runs + 8, "a try that must wait costs no derivation"
    laptop.clock.passes(900)
    assert bytes(laptop.unlocks().key) == laptop.key
    with pytest.raises(WrongPassword) as wrong:
        laptop.unlocks("not it")
    assert wrong.value.tries_left == 4


def test_F16_each_failed_unlock_is_told_to_the_audit_once_though_the_laptop_restarts(laptop: Laptop) -> None:
    began = laptop.clock.now()
    for _ in range(3):
        with pytest.raises(WrongPassword):
            laptop.unlocks("not it")
        laptop.clock.passes(10)
    laptop.unlocks()
    failures = attempts.untold_failures(laptop.directory)
    assert failures == {NURSE.user_id: tuple(began + timedelta(seconds=10 * n) for n in range(3))}
    with pytest.raises(WrongPassword):
        laptop.unlocks("not it")
    attempts.told(laptop.directory, failures)
    assert attempts.untold_failures(laptop.directory) == {NURSE.user_id: (began + timedelta(seconds=30),)}


def test_F16_a_clock_set_back_neither_shortens_the_wait_nor_makes_it_endless(laptop: Laptop) -> None:
    for _ in range(6):
        attempts.note_failure(laptop.directory, NURSE.user_id, laptop.clock.now())
    laptop.clock.passes(50)
    laptop.clock.is_set(-timedelta(days=400))
    with pytest.raises(UnlockMustWait) as must_wait:
        laptop.unlocks()
    assert must_wait.value.seconds == 60
    laptop.clock.passes(60)
    laptop.unlocks()


def test_F16_tries_that_cannot_be_counted_do_not_stop_care(laptop: Laptop) -> None:
    (laptop.directory / attempts.ATTEMPTS).write_text("{ damaged")
    with pytest.raises(WrongPassword):
        laptop.unlocks("not it")
    laptop.unlocks()


@pytest.mark.parametrize("password", ["Ångström café ﬁle", "Åé ½ ②"])
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_F22_a_password_is_the_same_however_its_letters_are_put_together(
    tmp_path: Path, password: str, form: str
) -> None:
    laptop = Laptop(tmp_path / "store").makes_a_store()
    change_password(laptop.directory, "nurse", GOOD, password, laptop.means)
    laptop.unlocks(normalize(form, password))


def test_F22_capital_letters_and_spaces_still_count(laptop: Laptop) -> None:
    for other in (GOOD.upper(), GOOD + " ", GOOD.replace(" ", "")):
        with pytest.raises(WrongPassword):
            laptop.unlocks(other)


def test_dearer_parameters_are_taken_up_by_the_same_password(laptop: Laptop) -> None:
    dearer = replace(laptop.means, params=KdfParams(16, 3, 4))
    change_password(laptop.directory, "nurse", GOOD, GOOD, dearer)
    assert slots.read(laptop.directory)[0].slots.users[0].params == KdfParams(16, 3, 4)
    assert bytes(laptop.unlocks().key) == laptop.key


def test_a_slot_that_opens_quickly_rises_one_doubling_at_a_time_and_stops_where_it_costs_enough(
    laptop: Laptop,
) -> None:
    def memory() -> int:
        return slots.read(laptop.directory)[0].slots.users[0].memory_kib

    assert memory() == CHEAP.memory_kib
    assert not make_dearer(laptop.directory, laptop.unlocks(), GOOD, 0.21, laptop.means)
    assert memory() == CHEAP.memory_kib
    assert make_dearer(laptop.directory, laptop.unlocks(), GOOD, 0.13, laptop.means)
    assert memory() == 2 * CHEAP.memory_kib
    assert bytes(laptop.unlocks().key) == laptop.key
    assert not make_dearer(laptop.directory, laptop.unlocks(), GOOD, 0.13, laptop.means), "never above the ceiling"
    with pytest.raises(WrongPassword):
        laptop.unlocks("not it")


def test_a_username_is_one_person_whatever_its_case(laptop: Laptop) -> None:
    opened = laptop.unlocks(username=" NURSE ")
    with pytest.raises(UsernameTaken):
        add_user(laptop.directory, opened, replace(LEAD, username="Nurse"), OTHER, laptop.means)
    with pytest.raises(NoSuchUser):
        laptop.unlocks(username="nobody")


@pytest.mark.parametrize(("kind", "password"), [("training", ""), ("live", "7 chars")])
def test_a_password_too_short_is_refused_before_anything_is_written(tmp_path: Path, kind: Kind, password: str) -> None:
    with pytest.raises(PasswordTooShort):
        create(
            tmp_path / "store", store_id="s", kind=kind, device="d", first_user=NURSE, password=password,
            means=means_of(keys=None),
        )  # fmt: skip
    assert not (tmp_path / "store").exists()


def test_a_store_is_never_made_over_another(laptop: Laptop) -> None:
    before = bytes_of(laptop.directory)
    with pytest.raises(StoreExists):
        laptop.makes_a_store()
    assert bytes_of(laptop.directory) == before


def test_the_key_file_is_for_its_owner_alone(laptop: Laptop) -> None:
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in (laptop.current, laptop.previous)} == {0o600}


def test_a_typed_password_can_be_wiped_after_use(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    typed: list[bytearray] = []

    def kept(text: str) -> bytearray:
        typed.append(password_bytes(text))
        return typed[-1]

    monkeypatch.setattr(vault, "password_bytes", kept)
    laptop.unlocks()
    assert typed
    assert not any(map(any, typed))


def test_calibration_spends_about_half_a_second_on_memory_first() -> None:
    clock = ToldClock(datetime(2026, 11, 17, tzinfo=UTC))

    class Measured(Argon2id):
        seconds_per_gib_pass = 0.7

        def derive(self, password: bytearray, salt: bytes, params: KdfParams) -> bytearray:
            clock.passes(self.seconds_per_gib_pass * params.memory_kib / 1_048_576 * params.passes)
            return bytearray(32)

    assert calibrate(Measured(), clock) == KdfParams(131_072, 5, 4)
    slow, fast = Measured(), Measured()
    slow.seconds_per_gib_pass, fast.seconds_per_gib_pass = 100.0, 0.0001
    assert calibrate(slow, clock) == START
    assert calibrate(fast, clock) == KdfParams(1_048_576, 10, 4)


def test_every_trouble_of_the_keys_has_words_of_its_own() -> None:
    for kind in (*SecurityTrouble.__subclasses__(), WrongPassword, UnlockMustWait, RecoveryKeyMistyped, QuickCodeGone):
        assert kind in WORDS, kind.__name__
    assert str(words_for(UnlockMustWait(90))).endswith("Try again in 2 minutes.")
    assert "One more try before a wait." in str(words_for(WrongPassword(1)))
