"""The wiring: identities that rise, stores that are whole or absent, keys that do not outlive their use."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from smf_core.records.queries.today import no_next_visit, overdue, today
from smf_core.records.tables import patient
from smf_desktop.compose import DATABASE, House, SystemClock, rising, this_computer, usual_place
from smf_desktop.ports import KdfParams
from smf_desktop.presenters.unlock import found_words
from smf_desktop.security import slots
from smf_desktop.security.kdf import START, Argon2id
from smf_desktop.services.day.to_do import waiting
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.laptop.setup import remove_user
from smf_desktop.store.engine import FILE, common
from smf_desktop.store.rehearsal import Rehearsal
from smf_desktop.trouble import (
    FolderIsShared,
    NoLongerHere,
    NoStoreHere,
    NotOurStore,
    PasswordTooShort,
    QuickCodeGone,
    StoreDamaged,
)
from tests.support.houses import PASSWORD, clock, computer, house, new_service, service_template
from tests.support.keys import CHEAP, CheapKdf, ToldClock, means_of

__all__ = ["clock", "house", "service_template"]


def v7(milliseconds: int, chance: int) -> UUID:
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (0b10 << 62) | chance)


def test_F49_ids_rise_when_the_clock_steps_back() -> None:
    made: Iterator[UUID] = iter([v7(2_000, 5), v7(1_000, 9), v7(1_000, 1), v7(2_000, 6), v7(3_000, 0)])
    new_id = rising(lambda: next(made))
    given = [new_id() for _ in range(5)]
    assert given == sorted(set(given))
    assert all(UUID(one).version == 7 for one in given)


def test_the_ids_of_this_computer_are_of_version_7_and_rise() -> None:
    new_id = this_computer().new_id
    given = [new_id() for _ in range(1_000)]
    assert given == sorted(set(given))
    assert {UUID(one).version for one in given} == {7}


def test_the_clock_of_this_computer_knows_its_offset_and_is_steady() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is not None
    assert clock.steady() <= clock.steady()


def test_a_new_slot_is_as_dear_as_this_computer_can_afford(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that derives keys in no time can afford the dearest; unlocking asks nothing of it."""
    monkeypatch.setattr(Argon2id, "derive", lambda *_: bytearray(32))
    dearest = replace(Argon2id.ceiling, lanes=START.lanes)
    assert [this_computer().means(is_new).params for is_new in (True, False)] == [dearest, START]


def test_the_two_names_of_the_database_are_one() -> None:
    assert DATABASE == FILE


def test_a_store_lies_in_the_persons_own_folder() -> None:
    place = usual_place({"HOME": "/home/priya"})
    assert place.is_relative_to("/home/priya")


def test_a_store_that_cannot_be_finished_leaves_nothing(tmp_path: Path) -> None:
    house = House(computer(), tmp_path / "store")
    with pytest.raises(PasswordTooShort):
        house.make(new_service(kind="live", password="short"))
    assert list(tmp_path.iterdir()) == []
    assert house.is_empty


def test_a_store_is_not_made_where_a_sync_program_copies(tmp_path: Path) -> None:
    with pytest.raises(FolderIsShared):
        House(computer(), tmp_path / "Dropbox" / "store").make(new_service())
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_has_no_store_and_stays_empty(tmp_path: Path) -> None:
    house = House(computer(), tmp_path)
    with pytest.raises(NoStoreHere):
        house.hold()
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_wiped_at_the_end_of_a_sitting_and_when_there_is_none(house: House) -> None:
    key = house.unlock("priya", PASSWORD)
    sitting = house.enter(key)
    assert any(key.key)
    sitting.close()
    assert not any(key.key)
    (house.directory / DATABASE).write_bytes(b"SQLite format 3\x00" + bytes(4080))
    key = house.unlock("priya", PASSWORD)
    with pytest.raises(NotOurStore):
        house.enter(key)
    assert not any(key.key)


def test_many_readers_at_once_still_have_the_key(house: House) -> None:
    sitting = house.enter(house.unlock("priya", PASSWORD))
    read = sitting.session.read
    with read(), read(), read():
        assert sitting.session.store.unsent is not None
    sitting.close()


def test_someone_who_left_is_let_in_no_more_though_their_slot_is_still_there(house: House) -> None:
    sitting = house.enter(house.unlock("priya", PASSWORD))
    remove_user(sitting.session, "tom")
    sitting.close()
    key = house.unlock("tom", PASSWORD)
    with pytest.raises(NoLongerHere):
        house.enter(key)
    assert not any(key.key)


def test_without_a_quick_code_there_is_none(house: House) -> None:
    assert not house.has_quick_code("anyone")
    with pytest.raises(QuickCodeGone):
        house.unlock_quickly("anyone", "123456")


def test_an_unlock_that_was_quick_makes_the_next_one_dearer_where_the_store_is_held(house: House) -> None:
    told = ToldClock()

    class Quick(CheapKdf):
        def derive(self, password: bytearray, salt: bytes, params: KdfParams) -> bytearray:
            told.passes(0.1)
            return super().derive(password, salt, params)

    means = means_of(keys=None, clock=told, kdf=Quick())
    here = House(replace(house.computer, clock=told, means=lambda _: means), house.directory)
    here.unlock("tom", PASSWORD).zero()
    assert _memory_of(house, "tom") == CHEAP.memory_kib, "another window may have the key file"
    here.hold()
    here.unlock("tom", PASSWORD).zero()
    assert _memory_of(house, "tom") == 2 * CHEAP.memory_kib
    assert _memory_of(house, "priya") == CHEAP.memory_kib
    here.unlock("tom", PASSWORD).zero()
    here.release()


def _memory_of(house: House, username: str) -> int:
    held = slots.read(house.directory)[0].slots
    return next(slot.memory_kib for slot in held.users if slot.username == username)


def test_F06_what_no_hub_has_is_salvaged_from_damaged_records_when_someone_unlocks(house: House) -> None:
    house.hold()
    sitting = house.enter(house.unlock("tom", PASSWORD))
    unsent = sitting.session.store.unsent()
    left = {path: path.read_bytes() for path in house.directory.iterdir() if path.name.startswith(DATABASE)}
    sitting.close()
    database = house.directory / DATABASE
    for place in range(len(left[database]) - 2_000, 0, -4_096):  # the last page of it that is no page of the schema
        for path, data in left.items():  # as a kill leaves it
            path.write_bytes(data)
        damaged = bytearray(left[database])
        damaged[place] ^= 1
        database.write_bytes(damaged)
        with contextlib.suppress(StoreDamaged):
            sitting = house.enter(house.unlock("tom", PASSWORD))
            break
    found = sitting.found
    sitting.close()
    assert found.damaged
    assert found.salvaged is not None
    assert 0 < found.salvaged <= unsent
    assert len(list(house.directory.glob("salvaged-*.db"))) == 1
    again = house.enter(house.unlock("tom", PASSWORD))
    assert again.found.salvaged == found.salvaged
    again.close()
    assert len(list(house.directory.glob("salvaged-*.db"))) == 1, "once, not at every unlock"
    (told, *_) = found_words(behind=False, missing=None, set_aside=0, damaged=True, salvaged=found.salvaged)
    assert told.do.startswith(f"A copy of {found.salvaged} save")


def test_what_today_reads_is_written_as_sql_before_there_is_a_key(house: House) -> None:
    written = common().get_execution_options()["compiled_cache"]
    written.clear()
    house.warm()
    assert len(written) > 40
    sitting = house.enter(house.unlock(new_service().username, PASSWORD))
    try:
        before = set(written)
        today_facts(sitting.session)
        waiting(sitting.session)
        assert set(written) == before
    finally:
        sitting.close()


def test_the_rehearsal_finds_what_a_first_page_shows_and_leaves_nothing(clock: ToldClock) -> None:
    store = Rehearsal("nurse", clock.now(), skill="wound", version="1.0")
    with store.read() as connection:
        (next_one,) = today(connection, clock.now(), clock.now() + timedelta(minutes=2), "nurse")
        (late,) = overdue(connection, clock.now(), "nurse")
        (unbooked,) = no_next_visit(connection, clock.now(), "nurse")
    assert next_one.person.id == late.person.id != unbooked.person.id
    store.close()
    with store.read() as connection, pytest.raises(DBAPIError):
        connection.execute(select(patient.c.id))
