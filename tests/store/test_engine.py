"""Opening the encrypted file: only with the right library, only a store of ours, and never over what is there."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from smf_core.records.rows import asked
from smf_core.records.tables import change_set, team, visit
from smf_desktop.presenters.messages.troubles import WORDS
from smf_desktop.store.engine import FILE, check_driver, engine, trouble
from smf_desktop.store.store import Store, create_file
from smf_desktop.trouble import (
    CipherTooOld,
    DiskFaulty,
    DiskFull,
    NoStoreHere,
    NotOurStore,
    StoreDamaged,
    StoreExists,
    StoreTrouble,
    StoreUnwritable,
)
from tests.ciphers import memory_locked
from tests.support.processes import Child
from tests.support.stores import NOW, NURSE, Laptop, ids, item, raw_key, save_note

# --- reading -----------------------------------------------------------------------------------------


def test_a_read_is_one_snapshot_also_for_what_is_put_straight_to_the_driver(store: Store) -> None:
    count = "SELECT count(*) FROM change_set"
    new_id = ids()
    with store.read() as connection:
        before = asked(connection, count)
        save_note(store, new_id, "Key safe round the back")
        assert asked(connection, count) == before
    with store.read() as connection:
        assert asked(connection, count) != before


# --- the library (F23, B39) ----------------------------------------------------------------------


def test_B39_plain_sqlite_in_place_of_the_driver_is_refused_and_no_file_is_touched(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a store that is there nor one that would be new: plain SQLite takes no key and writes in clear."""
    plain = SimpleNamespace(connect=sqlite3.connect, sqlite_version_info=(3, 53, 4))
    with pytest.raises(CipherTooOld):
        check_driver(plain)
    before = {path.name: path.read_bytes() for path in laptop.directory.iterdir() if path.is_file()}
    empty = laptop.directory / "another"
    empty.mkdir()
    monkeypatch.setattr(sqlcipher, "connect", sqlite3.connect)
    with pytest.raises(CipherTooOld):
        Store(laptop.directory, laptop.key)
    with pytest.raises(CipherTooOld):
        create_file(empty, laptop.key)
    assert {path.name: path.read_bytes() for path in laptop.directory.iterdir() if path.is_file()} == before
    assert list(empty.iterdir()) == []


def test_F23_a_library_that_takes_a_key_and_encrypts_nothing_is_refused() -> None:
    """Plain SQLite answers nothing to a question about its cipher."""

    class Deaf(sqlite3.Connection):
        def set_key(self, key: bytearray) -> None:
            self.execute(f'PRAGMA key = "{key.decode()}"')

    plain = SimpleNamespace(connect=lambda name: sqlite3.connect(name, factory=Deaf), sqlite_version_info=(3, 53, 4))
    with pytest.raises(CipherTooOld):
        check_driver(plain)


@pytest.mark.parametrize("found", [(3, 51, 2), (3, 40, 1)])
def test_F23_a_sqlite_that_may_lose_its_log_is_refused(found: tuple[int, ...]) -> None:
    with pytest.raises(CipherTooOld):
        check_driver(SimpleNamespace(connect=sqlcipher.connect, sqlite_version_info=found))


@pytest.mark.parametrize(("found", "refused"), [("4.4.1 community", True), ("3.4.2", True), ("4.9.0 community", False)])
def test_F23_an_old_cipher_is_refused(found: str, refused: bool) -> None:
    def answer(_: str) -> Any:
        return SimpleNamespace(
            set_key=lambda key: None,
            execute=lambda pragma: SimpleNamespace(fetchone=lambda: (found,)),
            close=lambda: None,
        )

    driver = SimpleNamespace(connect=answer, sqlite_version_info=(3, 53, 4))
    if refused:
        with pytest.raises(CipherTooOld):
            check_driver(driver)
    else:
        check_driver(driver)


def test_the_driver_of_this_installation_is_sound() -> None:
    check_driver()


# --- the file (F10, F06, F17) --------------------------------------------------------------------


def plain_sqlite() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE patient (name)")
    return connection.serialize()


@pytest.mark.parametrize(
    "content", [b"", b"short", plain_sqlite(), b"\x00" * 8192, b"PK\x03\x04" + bytes(range(256)) * 40], ids=len
)
def test_F10_a_file_that_is_no_store_of_ours_is_refused_and_stays_as_it_is(laptop: Laptop, content: bytes) -> None:
    laptop.path.write_bytes(content)
    for opening in (lambda: Store(laptop.directory, laptop.key), laptop.open):
        with pytest.raises(NotOurStore):
            opening()
    assert laptop.path.read_bytes() == content


def test_F10_a_missing_file_is_said_and_none_is_made(laptop: Laptop) -> None:
    laptop.path.unlink()
    for opening in (lambda: Store(laptop.directory, laptop.key), laptop.open):
        with pytest.raises(NoStoreHere):
            opening()
    assert not laptop.path.exists()


def test_F10_a_folder_in_place_of_the_file_is_refused(laptop: Laptop) -> None:
    laptop.path.unlink()
    laptop.path.mkdir()
    with pytest.raises(StoreUnwritable):
        Store(laptop.directory, laptop.key)


def test_F10_no_new_file_is_made_over_one_that_is_there(laptop: Laptop) -> None:
    before = laptop.path.read_bytes()
    with pytest.raises(StoreExists):
        create_file(laptop.directory, raw_key(2))
    assert laptop.path.read_bytes() == before


def test_F17_the_key_of_another_store_opens_nothing_and_writes_nothing(laptop: Laptop) -> None:
    before = laptop.path.read_bytes()
    with pytest.raises(NotOurStore):
        Store(laptop.directory, raw_key(2))
    assert laptop.path.read_bytes() == before


def test_F06_a_flipped_bit_on_the_first_page_is_damage_and_not_another_store(laptop: Laptop) -> None:
    content = bytearray(laptop.path.read_bytes())
    content[2000] ^= 1
    laptop.path.write_bytes(content)
    with pytest.raises(StoreDamaged):
        Store(laptop.directory, laptop.key)
    assert laptop.path.read_bytes() == content


def test_a_folder_may_have_any_name(store_template: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a b#c?mode=memory&d%41é"
    odd.mkdir()
    (odd / FILE).write_bytes((store_template / FILE).read_bytes())
    store = Store(odd, raw_key())
    save_note(store, ids(), "kept")
    assert store.chain().seq == 1
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == [odd.name]


# --- the connections -----------------------------------------------------------------------------

SETTINGS = {
    "cipher_memory_security": "1",
    "foreign_keys": "1",
    "journal_mode": "wal",
    "secure_delete": "1",
    "synchronous": "2",
    "temp_store": "2",
    "trusted_schema": "0",
}


@pytest.mark.parametrize("writer", [True, False])
def test_every_connection_has_every_setting_that_keeps_the_store_safe(laptop: Laptop, writer: bool) -> None:
    def asked(say: Callable[[str], None], _: object) -> None:
        with memory_locked():
            made = engine(laptop.path, laptop.key, writer=writer)
            with made.connect() as connection:
                for name in SETTINGS:
                    say(f"{name} {connection.exec_driver_sql(f'PRAGMA {name}').scalar()}")
                assert connection.exec_driver_sql("PRAGMA cipher_version").scalar()
            made.dispose()

    said, code = Child(asked).end()
    assert code == 0
    assert dict(line.split(" ") for line in said) == SETTINGS


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnwritable), store.read() as connection:
        connection.execute(insert(team), [{"id": "t", "name": "North"}])


def test_who_counts_reads_what_all_read_and_cannot_write(store: Store) -> None:
    save_note(store, ids(), "Key safe round the back")
    with store.read() as plain, store.read(counts=True) as counting:
        everything = select(visit.c.id, visit.c.not_gone_ahead_note)
        assert counting.execute(everything).all() == plain.execute(everything).all() != []
        with pytest.raises(DBAPIError):
            counting.execute(insert(team), [{"id": "x", "name": "x"}])


def test_a_reader_sees_one_state_however_many_saves_pass(store: Store) -> None:
    new_id = ids()
    save_note(store, new_id, "before")
    with store.read() as connection:
        assert len(connection.execute(select(visit.c.id)).all()) == 1
        save_note(store, new_id, "meanwhile")
        assert len(connection.execute(select(visit.c.id)).all()) == 1
    with store.read() as connection:
        assert len(connection.execute(select(visit.c.id)).all()) == 2


def test_whoever_writes_many_rows_reads_them_again_and_keeps_nobody_from_saving(store: Store) -> None:
    new_id = ids()
    with store.work(author=NURSE, now=NOW, new_id=new_id, bulk=True) as work:
        work.save([item("team", "t", "made", name="North")], patient=None)
    with store.read(bulk=True) as connection, store.read() as other:
        assert connection.connection.driver_connection is not other.connection.driver_connection
        seen = connection.execute(select(change_set.c.cs_id)).all()
        save_note(store, new_id, "meanwhile")
        assert connection.execute(select(change_set.c.cs_id)).all() == seen
    with store.read(bulk=True) as connection:
        assert len(connection.execute(select(change_set.c.cs_id)).all()) == len(seen) + 1
    store.rest()
    with pytest.raises(StoreUnwritable), store.read(bulk=True) as connection:  # a reader's again
        connection.execute(insert(team), [{"id": "u", "name": "South"}])


def test_what_is_kept_of_many_rows_is_wiped_by_a_statement_which_unlike_closing_lets_other_threads_on(
    store: Store,
) -> None:
    said: list[str] = []
    with store.work(author=NURSE, now=NOW, new_id=ids(), bulk=True) as work:
        driver = work.connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(said.append)
    store.rest()
    assert said[-1] == "PRAGMA shrink_memory"
    store.rest()  # nothing is opened for it
    assert said.count("PRAGMA shrink_memory") == 1


def test_a_pool_whose_key_was_wiped_cannot_be_filled_again(laptop: Laptop) -> None:
    key = raw_key()
    store = Store(laptop.directory, key)
    save_note(store, ids(), "kept")
    store.close()
    key[:] = bytes(len(key))
    with pytest.raises(NotOurStore), store.read():
        pass


# --- what an error means -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (13, DiskFull),
        (10 | 19 << 8, DiskFull),
        (10 | 4 << 8, DiskFaulty),
        (11, StoreDamaged),
        (26, NotOurStore),
        (8, StoreUnwritable),
        (14, StoreUnwritable),
        (5, StoreUnwritable),
        (1, None),
        (19, None),
        (0, None),
    ],
)
def test_an_error_is_known_by_its_code_and_what_is_our_fault_is_no_trouble_of_the_world(
    code: int, kind: type[StoreTrouble] | None
) -> None:
    error = sqlcipher.OperationalError("its text says nothing")
    error.sqlite_errorcode = code
    assert type(trouble(error)) is (kind or type(None))


def test_our_own_fault_passes_as_it_is_and_the_next_save_works(store: Store) -> None:
    new_id = ids()
    with pytest.raises(IntegrityError), store.work(author=NURSE, now=NOW, new_id=new_id) as work:
        work.connection.execute(insert(team), [{"id": "t", "name": None}])
    save_note(store, new_id, "kept")
    assert store.chain().seq == 1


def test_a_save_left_by_an_exception_never_happened(store: Store) -> None:
    def turned_down(_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), store.work(author=NURSE, now=NOW, new_id=ids()) as work:
        turned_down(work.save([item("team", "t", "named", name="North")], patient=None))
    assert (store.chain().seq, store.unsent()) == (0, 0)


def test_an_error_carries_nothing_a_person_typed(store: Store) -> None:
    with pytest.raises(DBAPIError) as caught, store.work(author=NURSE, now=NOW, new_id=ids()) as work:
        work.connection.execute(insert(team), [{"id": "t", "name": "ABERNATHY"}, {"id": "t", "name": "ABERNATHY"}])
    assert "ABERNATHY" not in str(caught.value)


def test_every_trouble_of_the_store_has_words() -> None:
    assert [kind.__name__ for kind in StoreTrouble.__subclasses__() if kind not in WORDS] == []


# --- what lies on the disk -----------------------------------------------------------------------


def test_a_planted_surname_is_found_in_no_file_of_an_open_store(laptop: Laptop) -> None:
    store = laptop.open().store
    for number in range(30):
        save_note(store, laptop.new_id, f"Zzyzxqvanter {number}")
    with store.read() as connection:
        connection.exec_driver_sql("SELECT * FROM visit ORDER BY not_gone_ahead_note DESC").all()
        files = [path for path in laptop.directory.rglob("*") if path.is_file()]
        assert any(path.name.endswith("-wal") for path in files)
        for path in files:
            assert b"Zzyzxqvanter" not in path.read_bytes(), path.name
    store.close()


def told_without_rights(laptop: Laptop) -> list[str]:
    """What a user without rights is told: root may write anywhere, so a child gives its rights up first."""

    def act(say: Any, wait: Any) -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        try:
            store = Store(laptop.directory, laptop.key)
            save_note(store, ids(), "not kept")
            say("saved")
        except StoreTrouble as found:
            say(type(found).__name__)

    said, code = Child(act).end()
    assert code == 0
    return said


@pytest.mark.skipif(os.name == "nt", reason="folders have other rights on Windows")
@pytest.mark.parametrize(("folder", "file"), [(0o555, 0o644), (0o555, 0o444), (0o777, 0o444), (0o777, 0o000)])
def test_F11_a_folder_or_file_that_cannot_be_written_is_said_plainly_and_changes_nothing(
    store_template: Path, folder: int, file: int
) -> None:
    with TemporaryDirectory() as above:  # the folders of a test are closed to others
        Path(above).chmod(0o755)
        laptop = Laptop(shutil.copytree(store_template, Path(above) / "store"), raw_key())
        before = laptop.path.read_bytes()
        laptop.path.chmod(file)
        laptop.directory.chmod(folder)
        told = told_without_rights(laptop)
        laptop.directory.chmod(0o700)
        laptop.path.chmod(0o600)
        assert told == ["StoreUnwritable"]
        assert laptop.path.read_bytes() == before
