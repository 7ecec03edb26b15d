"""A key file that was damaged, changed by hand, put back or is another store's."""

import base64
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smf_desktop.ports import KdfParams
from smf_desktop.security import attempts, slots
from smf_desktop.security.files import CURRENT, PREVIOUS
from smf_desktop.security.kdf import Argon2id
from smf_desktop.security.vault import change_password, recover, unlock
from smf_desktop.trouble import (
    KeyFileDamaged,
    KeyFileMissing,
    KeyForAnotherStore,
    SecurityTrouble,
    StoreExists,
    WrongPassword,
)
from tests.support.vaults import GOOD, OTHER, Laptop, bytes_of, laptop, with_database

__all__ = ["laptop"]


def test_F17_a_key_file_of_another_store_is_refused_and_nothing_is_written(laptop: Laptop, tmp_path: Path) -> None:
    ours = laptop.directory / "records.db"
    with_database(ours, laptop.unlocks())
    theirs = Laptop(tmp_path / "theirs", seed=90).makes_a_store(store_id="store-2")
    for name in (CURRENT, PREVIOUS):
        shutil.copy(theirs.directory / name, laptop.directory / name)
        before = bytes_of(laptop.directory)
        with pytest.raises(KeyForAnotherStore):
            laptop.unlocks(database=ours)
        with pytest.raises(KeyForAnotherStore):
            recover(laptop.directory, theirs.recovery_key, "nurse", OTHER, theirs.means, database=ours)
        assert bytes_of(laptop.directory) == before


def test_F17_a_flipped_bit_at_the_head_of_the_database_is_damage_not_another_store(laptop: Laptop) -> None:
    database = laptop.directory / "records.db"
    with_database(database, laptop.unlocks())
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


def _forge(path: Path, change: Callable[[dict[str, list[dict[str, object]]]], None]) -> None:
    """Change the body by hand and make the checksum fit, as anyone could; the MAC they cannot make."""
    file = json.loads(path.read_bytes())
    change(file["body"])
    body = json.dumps(file["body"], separators=(",", ":")).encode()
    checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
    path.write_bytes(msgspec.json.encode({"body": msgspec.Raw(body), "checksum": checksum, "mac": file["mac"]}))
