"""From a password to the key of the store, and what stands between them."""

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unicodedata import normalize

import msgspec
import pytest
import sqlcipher3.dbapi2 as sqlcipher
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smf_desktop.ports import (
    DeviceSecret,
    DeviceSecretMissing,
    KdfParams,
    KeyFileDamaged,
    KeyFileMissing,
    KeyFileNotSaved,
    KeyForAnotherStore,
    KeyStoreSilent,
    LastUser,
    NoSuchUser,
    PasswordTooShort,
    QuickCodeGone,
    RecoveryKeyMistyped,
    SecurityTrouble,
    StoreExists,
    UnlockMustWait,
    UsernameTaken,
    WrongPassword,
    WrongRecoveryKey,
)
from smf_desktop.presenters.messages.troubles import WORDS, words_for
from smf_desktop.security import attempts, slots, vault
from smf_desktop.security.files import CURRENT, PREVIOUS
from smf_desktop.security.kdf import START, Argon2id, calibrate, password_bytes
from smf_desktop.security.opened import Means, Opened
from smf_desktop.security.recovery import new_recovery_key, open_by_recovery
from smf_desktop.security.slots import Kind
from smf_desktop.security.vault import (
    NewUser,
    add_user,
    card,
    change_password,
    check_recovery_key,
    create,
    make_dearer,
    recover,
    remove_user,
    unlock,
)
from tests.support.disks import Disk, PowerCut
from tests.support.keys import CHEAP, CheapKdf, KeysInMemory, ToldClock, chance, means_of

NURSE = NewUser("0190-nurse", "nurse", "Amina Bello", "Nurse")
LEAD = NewUser("0190-lead", "lead", "Ben Carrow", "Lead")
GOOD, OTHER = "three random words", "quite another one"


@dataclass
class Laptop:
    """A laptop with one store on it."""

    directory: Path
    keys: KeysInMemory | None = field(default_factory=KeysInMemory)
    clock: ToldClock = field(default_factory=ToldClock)
    kdf: CheapKdf = field(default_factory=CheapKdf)
    seed: int = 1
    recovery_key: str = ""
    key: bytes = b""

    @property
    def means(self) -> Means:
        return means_of(keys=self.keys, clock=self.clock, kdf=self.kdf, seed=self.seed)

    @property
    def current(self) -> Path:
        return self.directory / CURRENT

    @property
    def previous(self) -> Path:
        return self.directory / PREVIOUS

    def makes_a_store(self, *, kind: Kind = "training", store_id: str = "store-1") -> "Laptop":
        opened, recovery = create(
            self.directory, store_id=store_id, kind=kind, device="LT-0412", first_user=NURSE, password=GOOD,
            means=self.means,
        )  # fmt: skip
        self.key, self.recovery_key = bytes(opened.key), recovery.text
        return self

    def unlocks(self, password: str = GOOD, username: str = "nurse", database: Path | None = None) -> Opened:
        self.seed += 1
        return unlock(self.directory, username, password, self.means, database=database)

    def copied_to(self, directory: Path) -> "Laptop":
        shutil.copytree(self.directory, directory)
        keys = KeysInMemory()
        keys.held = dict(self.keys.held) if self.keys else {}
        return replace(self, directory=directory, keys=keys)


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path / "store").makes_a_store()


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
    _with_database(database, opened)
    again = unlock(laptop.directory, "nurse", GOOD, means, database=database)
    assert _read_database(database, again) == [(42,)]


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


def test_F17_a_key_file_of_another_store_is_refused_and_nothing_is_written(laptop: Laptop, tmp_path: Path) -> None:
    ours = laptop.directory / "records.db"
    _with_database(ours, laptop.unlocks())
    theirs = Laptop(tmp_path / "theirs", seed=90).makes_a_store(store_id="store-2")
    for name in (CURRENT, PREVIOUS):
        shutil.copy(theirs.directory / name, laptop.directory / name)
        before = _bytes_of(laptop.directory)
        with pytest.raises(KeyForAnotherStore):
            laptop.unlocks(database=ours)
        with pytest.raises(KeyForAnotherStore):
            recover(laptop.directory, theirs.recovery_key, "nurse", OTHER, theirs.means, database=ours)
        assert _bytes_of(laptop.directory) == before


def test_F17_a_flipped_bit_at_the_head_of_the_database_is_damage_not_another_store(laptop: Laptop) -> None:
    database = laptop.directory / "records.db"
    _with_database(database, laptop.unlocks())
    data = bytearray(database.read_bytes())
    data[3] ^= 1
    database.write_bytes(data)
    assert bytes(laptop.unlocks(database=database).key) == laptop.key


@pytest.mark.parametrize("kept", [0, 1, 100])
def test_F18_a_shortened_key_file_is_made_good_from_its_copy(laptop: Laptop, kept: int) -> None:
    whole = laptop.current.read_bytes()
    laptop.current.write_bytes(whole[:kept])
    assert bytes(laptop.unlocks().key) == laptop.key
    assert laptop.current.read_bytes() == whole


def test_F18_an_unlock_beside_another_window_leaves_the_key_file_alone(laptop: Laptop) -> None:
    """A new password may be put in force while the old one is still being tried."""
    damaged = laptop.directory / CURRENT
    damaged.write_bytes(b"{")
    unlock(laptop.directory, "nurse", GOOD, laptop.means, repair=False)
    assert damaged.read_bytes() == b"{"
    unlock(laptop.directory, "nurse", GOOD, laptop.means)
    assert damaged.read_bytes() != b"{"


def test_F18_without_a_whole_key_file_nothing_is_made_in_its_place(laptop: Laptop) -> None:
    laptop.current.write_bytes(b"")
    laptop.previous.write_bytes(b"{}")
    with pytest.raises(KeyFileDamaged):
        laptop.unlocks()
    with pytest.raises(StoreExists):
        laptop.makes_a_store()
    laptop.current.unlink()
    laptop.previous.unlink()
    with pytest.raises(KeyFileMissing):
        laptop.unlocks()
    assert [path.name for path in laptop.directory.iterdir()] == [attempts.ATTEMPTS]


def test_F18_an_older_copy_does_not_bring_an_old_password_back(laptop: Laptop) -> None:
    older = laptop.current.read_bytes()
    change_password(laptop.directory, "nurse", GOOD, OTHER, laptop.means)
    laptop.current.write_bytes(older)
    with pytest.raises(WrongPassword):
        laptop.unlocks(GOOD)
    laptop.unlocks(OTHER)
    assert laptop.current.read_bytes() != older


@pytest.mark.parametrize("memory_kib", [1, 1 << 30, -1, 10**30])
def test_F18_parameters_out_of_bounds_are_never_run(laptop: Laptop, memory_kib: int) -> None:
    _forge(laptop.current, lambda body: body["users"][0].update(memory_kib=memory_kib))
    runs = laptop.kdf.runs
    assert bytes(laptop.unlocks().key) == laptop.key
    assert laptop.kdf.runs == runs + 1, "only the copy's slot was derived"
    for path in (laptop.current, laptop.previous):
        _forge(path, lambda body: body["users"][0].update(memory_kib=memory_kib))
    runs = laptop.kdf.runs
    with pytest.raises(KeyFileDamaged):
        laptop.unlocks()
    assert laptop.kdf.runs == runs


def test_F18_the_bounds_of_the_product_hold_a_laptop_between_64_mib_and_1_gib() -> None:
    assert (Argon2id.floor, Argon2id.ceiling) == (KdfParams(65_536, 3, 1), KdfParams(1_048_576, 10, 8))


def test_F18_a_label_changed_by_hand_is_found_once_the_slot_opens(laptop: Laptop) -> None:
    whole = laptop.current.read_bytes()
    _forge(laptop.current, lambda body: body["users"][0].update(role="Lead"))
    assert bytes(laptop.unlocks().key) == laptop.key
    assert laptop.current.read_bytes() == whole
    for path in (laptop.current, laptop.previous):
        _forge(path, lambda body: body["users"][0].update(role="Lead"))
    with pytest.raises(KeyFileDamaged):
        laptop.unlocks()


@settings(max_examples=300)
@given(at=st.integers(0, 2_500), to=st.integers(0, 255), both=st.booleans())
@example(at=0, to=0xFF, both=True)
def test_F18_any_changed_byte_is_harmless_or_refused_and_never_gives_another_key(
    tmp_path_factory: pytest.TempPathFactory, at: int, to: int, both: bool
) -> None:
    laptop = Laptop(tmp_path_factory.mktemp("flip") / "store").makes_a_store()
    whole = laptop.current.read_bytes()
    data = bytearray(whole)
    data[at % len(data)] = to
    for path in (laptop.current, laptop.previous) if both else (laptop.current,):
        path.write_bytes(data)
    try:
        opened = laptop.unlocks()
    except (SecurityTrouble, WrongPassword):
        assert both, "one damaged file is made good from the other"
        assert laptop.current.read_bytes() == data
    else:
        assert bytes(opened.key) == laptop.key
        assert bytes(laptop.unlocks().key) == laptop.key


@settings(max_examples=300)
@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
@example(b'{"body":' + b"[" * 100_000)
@example(b'{"body":{},"checksum":"","mac":""}')
@example(b"x" * (slots.LARGEST + 1))
def test_F18_whatever_the_file_holds_it_is_read_or_refused(data: bytes) -> None:
    with pytest.raises(KeyFileDamaged):
        slots.decode(data)


@pytest.mark.parametrize("happened", ["wiped", "profile moved"])
def test_F19_a_lost_device_secret_leads_to_recovery_and_leaves_the_store_alone(laptop: Laptop, happened: str) -> None:
    assert laptop.keys
    if happened == "wiped":
        laptop.keys.held.clear()
    else:
        laptop.keys.held.update(dict.fromkeys(laptop.keys.held, b"s" * 32))
    before = _bytes_of(laptop.directory)
    for password in (GOOD, "not it"):
        with pytest.raises(DeviceSecretMissing):
            laptop.unlocks(password)
    assert _bytes_of(laptop.directory) == before
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


def test_F18_a_slots_seal_is_bound_to_all_that_makes_its_key(laptop: Laptop) -> None:
    held = slots.read(laptop.directory)[0].slots
    slot = held.users[0]
    changed = msgspec.structs.replace
    seals, envelopes = [held.private_context(slot)], [held.context(slot)]
    for name in ("user", "username", "memory_kib", "passes", "lanes", "salt", "device_secret", "secret_mark", "public"):
        seals.append(held.private_context(changed(slot, **{name: "other"})))
    for name in ("format", "store", "kind"):
        seals.append(changed(held, **{name: "other"}).private_context(slot))
    for name in ("user", "public"):
        envelopes.append(held.context(changed(slot, **{name: "other"})))
    for name in ("format", "store", "kind", "cipher_salt"):
        envelopes.append(changed(held, **{name: "other"}).context(slot))
    assert len({*seals, *envelopes}) == len(seals) + len(envelopes)


def test_reg_B40_a_wiped_key_store_never_costs_the_records(laptop: Laptop) -> None:
    database = laptop.directory / "records.db"
    _with_database(database, laptop.unlocks())
    stored = database.read_bytes()
    assert laptop.keys
    laptop.keys.held.clear()
    with pytest.raises(DeviceSecretMissing):
        laptop.unlocks(database=database)
    opened = recover(laptop.directory, laptop.recovery_key, "nurse", OTHER, laptop.means, database=database)
    assert database.read_bytes() == stored
    assert _read_database(database, opened) == [(42,)]


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


def test_the_recovery_key_can_be_read_aloud_and_typed_carelessly(laptop: Laptop) -> None:
    groups = laptop.recovery_key.split("-")
    assert [len(group) for group in groups] == [4] * 14
    assert not set(laptop.recovery_key) & set("ILOU")
    check_recovery_key(laptop.directory, laptop.recovery_key)
    careless = " ".join(groups).lower().replace("0", "o").replace("1", "l") + "\n"
    check_recovery_key(laptop.directory, careless)


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
    before = _bytes_of(laptop.directory)
    with pytest.raises(WrongRecoveryKey):
        recover(laptop.directory, theirs.recovery_key, "nurse", OTHER, laptop.means)
    assert _bytes_of(laptop.directory) == before


def test_recovery_ends_a_wait(laptop: Laptop) -> None:
    for _ in range(9):
        attempts.note_failure(laptop.directory, NURSE.user_id, laptop.clock.now())
    recover(laptop.directory, laptop.recovery_key, "nurse", OTHER, laptop.means)
    laptop.unlocks(OTHER)


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
    before = _bytes_of(laptop.directory)
    with pytest.raises(StoreExists):
        laptop.makes_a_store()
    assert _bytes_of(laptop.directory) == before


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


def _opens(laptop: Laptop, password: str) -> bool:
    try:
        return bytes(laptop.unlocks(password).key) == laptop.key
    except WrongPassword:
        return False


def _forge(path: Path, change: Callable[[dict[str, list[dict[str, object]]]], None]) -> None:
    """Change the body by hand and make the checksum fit, as anyone could; the MAC they cannot make."""
    file = json.loads(path.read_bytes())
    change(file["body"])
    body = json.dumps(file["body"], separators=(",", ":")).encode()
    checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
    path.write_bytes(msgspec.json.encode({"body": msgspec.Raw(body), "checksum": checksum, "mac": file["mac"]}))


def _bytes_of(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def _with_database(path: Path, opened: Opened) -> None:
    connection = sqlcipher.connect(str(path))
    connection.set_key(opened.raw_key())
    connection.execute("CREATE TABLE t (n)")
    connection.execute("INSERT INTO t VALUES (42)")
    connection.commit()
    connection.close()


def _read_database(path: Path, opened: Opened) -> list[tuple[int]]:
    connection = sqlcipher.connect(str(path))
    connection.set_key(opened.raw_key())
    rows: list[tuple[int]] = connection.execute("SELECT n FROM t").fetchall()
    connection.close()
    return rows


def test_every_trouble_of_the_keys_has_words_of_its_own() -> None:
    for kind in (*SecurityTrouble.__subclasses__(), WrongPassword, UnlockMustWait, RecoveryKeyMistyped, QuickCodeGone):
        assert kind in WORDS, kind.__name__
    assert str(words_for(UnlockMustWait(90))).endswith("Try again in 2 minutes.")
    assert "One more try before a wait." in str(words_for(WrongPassword(1)))
