"""A store that was not closed, or not left alone: nothing foreign is merged, and what is missing is said."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select

from smf_core.operations.change_set import ChangeSet
from smf_core.records import checking
from smf_core.records.tables import change_set, visit
from smf_desktop.store.engine import FILE, connect
from smf_desktop.store.integrity import quick_look, verify
from smf_desktop.store.recovery import Behind, Opening
from smf_desktop.store.salvage import salvage
from smf_desktop.store.schema import create_store
from smf_desktop.store.store import AUDIT, Store, read_chain
from smf_desktop.trouble import FolderNotEmpty, StoreDamaged, StoreExists, StoreUnwritable
from tests.support.stores import NOW, NURSE, SCRIPTS, Laptop, ids, item, make_store, raw_key, save_note

SAVES = 30


def killed(laptop: Laptop, folder: Path, saves: int = SAVES, *, home: int = 0) -> Laptop:
    """What a kill leaves after so many saves, the first `home` of them brought home from the log."""
    store = laptop.open().store
    for number in range(saves):
        save_note(store, laptop.new_id, f"note {number}")
        if number + 1 == home:
            connection = connect(laptop.path, laptop.key)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
    left = laptop.left_running(folder)
    store.close()
    assert left.log.stat().st_size
    return left


def notes(opening: Opening) -> set[str]:
    with opening.store.read() as connection:
        return set(connection.scalars(select(visit.c.not_gone_ahead_note)))


def test_a_store_that_was_killed_opens_with_every_save(laptop: Laptop, tmp_path: Path) -> None:
    left = killed(laptop, tmp_path / "left")
    opening = left.open()
    assert (opening.behind, opening.set_aside, opening.store.chain().seq) == (None, (), SAVES)
    opening.store.close()
    assert sorted(path.name for path in left.directory.iterdir()) == ["high-water", FILE, "reserve.bin"]


# --- a damaged log: SQLite drops its end and says nothing (F08) ----------------------------------


def truncate(part: float) -> Callable[[bytes], bytes]:
    return lambda data: data[: int(len(data) * part)]


def corrupt(seed: int) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        place = random.Random(seed).randrange(len(data))
        return data[:place] + bytes([data[place] ^ 0x40]) + data[place + 1 :]

    return flip


DAMAGES = {
    "emptied": lambda data: b"",
    "garbage": lambda data: bytes(random.Random(1).randbytes(len(data))),
    "zeros": lambda data: bytes(len(data)),
    **{f"cut to {part}": truncate(part) for part in (0.9, 0.5, 0.1, 0.001)},
    **{f"flipped bit {seed}": corrupt(seed) for seed in range(12)},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_F08_a_damaged_log_opens_in_an_earlier_state_and_says_how_many_saves_are_missing(
    laptop: Laptop, tmp_path: Path, damage: str
) -> None:
    left = killed(laptop, tmp_path / "left", home=10)
    left.log.write_bytes(DAMAGES[damage](left.log.read_bytes()))
    damaged = left.log.read_bytes()
    opening = left.open()
    came_back = len(notes(opening))
    assert 10 <= came_back < SAVES
    assert opening.behind == Behind(missing=SAVES - came_back)
    assert not opening.store.damaged
    assert verify(left.directory, left.key).ok
    opening.store.close()
    kept = [path for path in left.directory.iterdir() if path.read_bytes() == damaged]
    assert kept or not damaged, "the log as it was found is kept"


def test_F08_a_log_that_is_gone_is_noticed(laptop: Laptop, tmp_path: Path) -> None:
    left = killed(laptop, tmp_path / "left", home=10)
    left.log.unlink()
    opening = left.open()
    assert (opening.behind, len(notes(opening))) == (Behind(SAVES - 10), 10)
    opening.store.close()


def test_F08_a_store_that_is_behind_goes_on_under_new_numbers_and_the_alarm_is_given_once(
    laptop: Laptop, tmp_path: Path
) -> None:
    left = killed(laptop, tmp_path / "left", home=10)
    left.log.write_bytes(b"")
    left.new_id = ids(50_000)
    opening = left.open()
    store = opening.store
    with store.read() as connection:
        old = set(connection.scalars(select(change_set.c.replica)))
        stamps = [ChangeSet(row.head, row.body).stamp for row in connection.execute(select(change_set))]
        audit = read_chain(connection, AUDIT)
    chain = store.chain()
    assert chain.replica_id not in old
    assert (chain.seq, audit.seq) == (0, 0)
    assert chain.stamp == max(stamps)
    store.close()
    opening = left.open()
    assert opening.behind is None
    assert opening.store.chain() == chain
    store = opening.store
    save_note(store, left.new_id, "after")
    store.close()
    again = left.open()
    assert again.behind is None
    assert "after" in notes(again)
    with again.store.read() as connection:
        assert list(checking.broken_links(connection)) == []
    again.store.close()


def test_an_earlier_copy_put_back_is_noticed(laptop: Laptop, tmp_path: Path) -> None:
    store = laptop.open().store
    save_note(store, laptop.new_id, "before the copy")
    store.close()
    backup = laptop.path.read_bytes()
    store = laptop.open().store
    save_note(store, laptop.new_id, "after the copy")
    store.close()
    laptop.path.write_bytes(backup)
    opening = laptop.open()
    assert opening.behind == Behind(1)
    opening.store.close()


def test_an_earlier_copy_that_was_written_to_elsewhere_is_noticed(laptop: Laptop, tmp_path: Path) -> None:
    store = laptop.open().store
    save_note(store, laptop.new_id, "before the copy")
    store.close()
    elsewhere = Laptop(shutil.copytree(laptop.directory, tmp_path / "elsewhere"), laptop.key)
    elsewhere.new_id = ids(50_000)
    for here, count in ((laptop, 2), (elsewhere, 3)):
        store = here.open().store
        for number in range(count):
            save_note(store, here.new_id, f"{here.directory.name} {number}")
        store.close()
    shutil.copy(elsewhere.path, laptop.path)
    opening = laptop.open()
    assert opening.behind == Behind(None)
    opening.store.close()


def test_a_mark_that_lags_or_is_gone_is_no_alarm(laptop: Laptop) -> None:
    store = laptop.open().store
    save_note(store, laptop.new_id, "one")
    lagging = (laptop.directory / "high-water").read_bytes()
    save_note(store, laptop.new_id, "two")
    store.close()
    (laptop.directory / "high-water").write_bytes(lagging)
    opening = laptop.open()
    assert opening.behind is None
    opening.store.close()
    (laptop.directory / "high-water").unlink()
    opening = laptop.open()
    assert opening.behind is None
    opening.store.close()


# --- a log of another store (F09) ----------------------------------------------------------------


def another(tmp_path: Path, *, key: int = 2, saves: int = 40) -> Laptop:
    """A different store, killed while it was open."""
    make_store(tmp_path / "other", raw_key(key), first=70_000)
    return killed(Laptop(tmp_path / "other", raw_key(key)), tmp_path / "other-left", saves)


@pytest.mark.parametrize("key", [2, 1], ids=["under another key", "under the same key"])
def test_F09_a_log_of_another_store_is_set_aside_and_never_merged(laptop: Laptop, tmp_path: Path, key: int) -> None:
    other = another(tmp_path, key=key)
    store = laptop.open().store
    for number in range(60):
        save_note(store, laptop.new_id, f"ours {number}")
    store.close()
    before = laptop.path.read_bytes()
    for side in ("-wal", "-shm"):
        shutil.copy(f"{other.path}{side}", f"{laptop.path}{side}")
    foreign = other.log.read_bytes()

    opening = laptop.open()
    assert laptop.path.read_bytes() == before
    assert opening.behind is None
    assert notes(opening) == {f"ours {number}" for number in range(60)}
    assert foreign in [path.read_bytes() for path in opening.set_aside]
    assert verify(laptop.directory, laptop.key).ok
    opening.store.close()
    assert foreign in [path.read_bytes() for path in laptop.directory.iterdir()]


def test_F09_an_older_log_of_this_store_is_not_merged_over_newer_pages(laptop: Laptop, tmp_path: Path) -> None:
    older = killed(laptop, tmp_path / "older", 5)
    store = laptop.open().store
    for number in range(20):
        save_note(store, laptop.new_id, f"newer {number}")
    store.close()
    shutil.copy(older.log, laptop.log)
    opening = laptop.open()
    assert (opening.behind, opening.store.chain().seq) == (None, 25)
    assert opening.set_aside
    assert verify(laptop.directory, laptop.key).ok
    opening.store.close()


def test_F09_shared_memory_of_another_store_is_ignored(laptop: Laptop, tmp_path: Path) -> None:
    left = killed(laptop, tmp_path / "left")
    other = another(tmp_path)
    shutil.copy(f"{other.path}-shm", f"{left.path}-shm")
    opening = left.open()
    assert (opening.behind, opening.store.chain().seq) == (None, SAVES)
    opening.store.close()


def test_what_an_interrupted_proof_left_behind_is_cleared_away(laptop: Laptop, tmp_path: Path) -> None:
    left = killed(laptop, tmp_path / "left")
    os.link(left.path, left.directory / "proof.db")
    (left.directory / "proof.db-wal").write_bytes(b"of a process that was killed")
    left.open().store.close()
    assert not list(left.directory.glob("proof*"))


# --- damaged pages (F06, F07) --------------------------------------------------------------------

PAGE = 4096


def flip(path: Path, page: int, place: int = 2000) -> None:
    """Flip a bit of a page; twice is as it was."""
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE + place)
        (byte,) = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))


def pages_of(laptop: Laptop, table: str, column: str = "body") -> list[int]:
    """The pages a table lies on, deepest last; found by breaking each in a copy and asking for the table."""
    copy = shutil.copy(laptop.path, laptop.directory.with_name("copy.db"))

    def opened() -> sqlcipher.Connection:
        connection = sqlcipher.connect(f"{copy.as_uri()}?immutable=1", uri=True)
        connection.set_key(laptop.key)
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return connection

    found = []
    connection = opened()
    for page in range(2, copy.stat().st_size // PAGE + 1):
        flip(copy, page)
        try:
            connection.execute(f"SELECT count({column}) FROM {table} NOT INDEXED").fetchone()
        except sqlcipher.DatabaseError:
            found.append(page)
        flip(copy, page)
        if page in found:  # a connection that met a broken page meets nothing else
            connection.close()
            connection = opened()
        connection.execute("PRAGMA shrink_memory")  # pages are read anew each time
    connection.close()
    return found


def filled(laptop: Laptop, saves: int = 60) -> list[int]:
    """A closed store with so many saves. Answers the pages of its log of change sets."""
    store = laptop.open().store
    for number in range(saves):
        save_note(store, laptop.new_id, f"note {number} " + "x" * 300)
    store.close()
    return pages_of(laptop, "change_set")


def test_F06_a_flipped_bit_is_met_at_the_first_look_and_the_store_is_only_read_from_then_on(laptop: Laptop) -> None:
    pages = filled(laptop)
    flip(laptop.path, pages[-1])
    store = Store(laptop.directory, laptop.key)
    with pytest.raises(StoreDamaged), store.read() as connection:
        connection.execute(select(change_set)).all()
    assert store.damaged
    with pytest.raises(StoreDamaged):
        save_note(store, ids(9_000), "not taken")
    with store.read() as connection:  # a fresh connection: sound pages can still be read (B41)
        assert len(connection.execute(select(visit.c.id)).all()) == 60
    store.close()


def test_F06_every_single_flipped_bit_of_the_file_is_found(laptop: Laptop) -> None:
    filled(laptop, 5)
    content = laptop.path.read_bytes()
    dice = random.Random(6)
    for number in range(12):
        place = dice.randrange(16, len(content))
        laptop.path.write_bytes(
            content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]
        )
        try:
            whole = number % 4 == 0  # which begins with the quick look
            look = verify(laptop.directory, laptop.key).findings if whole else quick_look(laptop.directory, laptop.key)
            codes = {finding.code for finding in look}
        except StoreDamaged:  # the first page
            codes = {"page"}
        assert "page" in codes, place


def test_F06_what_can_still_be_read_of_unsent_work_is_salvaged_beside_the_store(laptop: Laptop) -> None:
    pages = filled(laptop)
    for page in pages[2:4]:
        flip(laptop.path, page)
    before = laptop.path.read_bytes()
    result = salvage(laptop.directory, laptop.key)
    assert laptop.path.read_bytes() == before
    assert result.lost is not None
    assert 0 < result.lost < 30
    assert result.saved == 60 - result.lost
    assert result.file is not None
    assert b"note" not in result.file.read_bytes()
    connection = connect(result.file, laptop.key, writable=False)
    rows = connection.execute("SELECT head, body, cs_hash FROM change_set").fetchall()
    connection.close()
    assert len(rows) == result.saved
    assert all(ChangeSet(head, body).hash == digest for head, body, digest in rows)
    assert salvage(laptop.directory, laptop.key).file != result.file


def test_F06_the_bytes_of_documents_are_salvaged_with_the_records_that_name_them(laptop: Laptop) -> None:
    store = laptop.open().store
    picture = random.Random(2).randbytes(300_000)
    with store.work(author=NURSE, now=NOW, new_id=laptop.new_id) as work:
        digest = work.keep_blob(picture)
        work.save([item("document", "d", "added", patient=NURSE, digest=digest)], patient=NURSE)
    store.close()
    result = salvage(laptop.directory, laptop.key)
    assert result.file is not None
    connection = connect(result.file, laptop.key, writable=False)
    pieces = connection.execute("SELECT content FROM blob_chunk WHERE digest = ? ORDER BY place", (digest,)).fetchall()
    connection.close()
    assert b"".join(row[0] for row in pieces) == picture


def test_F06_with_a_log_left_behind_damage_is_found_at_opening_and_the_store_can_be_read(
    laptop: Laptop, tmp_path: Path
) -> None:
    filled(laptop)
    store = laptop.open().store
    save_note(store, laptop.new_id, "the newest")
    left = laptop.left_running(tmp_path / "left")
    store.close()
    pages = pages_of(left, "change_set")
    flip(left.path, pages[2])
    before = left.path.read_bytes(), left.log.read_bytes()
    opening = left.open()
    assert opening.store.damaged
    with pytest.raises(StoreDamaged):
        save_note(opening.store, left.new_id, "not taken")
    assert "the newest" in notes(opening)
    assert salvage(left.directory, left.key).saved > 40
    opening.store.close()
    assert (left.path.read_bytes(), left.log.read_bytes()) == before


def test_F06_damage_where_the_chain_stands_leaves_a_store_that_can_be_read(laptop: Laptop) -> None:
    filled(laptop)
    (page,) = (each for each in pages_of(laptop, "replica", "chain"))
    flip(laptop.path, page)
    opening = laptop.open()
    assert opening.store.damaged
    assert len(notes(opening)) == 60
    opening.store.close()


def test_F07_a_page_from_elsewhere_in_the_file_is_found(laptop: Laptop) -> None:
    pages = filled(laptop)
    content = bytearray(laptop.path.read_bytes())
    one, other = pages[-1] - 1, pages[-2] - 1
    content[one * PAGE : (one + 1) * PAGE] = content[other * PAGE : (other + 1) * PAGE]
    laptop.path.write_bytes(content)
    assert "page" in {finding.code for finding in verify(laptop.directory, laptop.key).findings}


def test_F07_an_older_version_of_a_page_passes_its_own_check_and_is_found_by_the_chain(laptop: Laptop) -> None:
    pages = filled(laptop)
    older = laptop.path.read_bytes()
    store = laptop.open().store
    for number in range(3):
        save_note(store, laptop.new_id, f"newer {number}")
    store.close()
    newer = bytearray(laptop.path.read_bytes())
    changed = [
        slice((page - 1) * PAGE, page * PAGE)
        for page in pages
        if newer[(page - 1) * PAGE : page * PAGE] != older[(page - 1) * PAGE : page * PAGE]
    ]
    newer[changed[-1]] = older[changed[-1]]
    laptop.path.write_bytes(newer)
    found = {finding.code for finding in verify(laptop.directory, laptop.key).findings}
    assert found
    assert "page" not in found


# --- a new store is whole or absent --------------------------------------------------------------


def test_a_new_store_has_its_key_file_its_schema_and_its_first_records(tmp_path: Path) -> None:
    key = raw_key()

    def fill(folder: Path) -> bytearray:
        (folder / "slots.json").write_text("the key file")
        return key

    def first(store: Store) -> None:
        with store.work(author=NURSE, now=NOW, new_id=ids(500)) as work:
            work.save([item("team", "t", "named", name="North")], patient=None)

    create_store(tmp_path / "a" / "store", scripts=SCRIPTS, new_id=ids(), fill=fill, first=first)
    assert not any(key), "the key text is wiped"
    laptop = Laptop(tmp_path / "a" / "store", raw_key())
    opening = laptop.open()
    assert opening.store.chain().seq == 1
    opening.store.close()
    assert (laptop.directory / "slots.json").read_text() == "the key file"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["store"]


def test_an_empty_folder_is_taken_and_one_that_is_not_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    make_store(tmp_path / "empty", raw_key())
    with pytest.raises(StoreExists):
        make_store(tmp_path / "empty", raw_key())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("not ours")
    with pytest.raises(FolderNotEmpty):
        make_store(tmp_path / "full", raw_key())
    with pytest.raises(FolderNotEmpty):
        make_store(tmp_path / "full" / "letter.txt", raw_key())
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("at", ["fill", "first"])
def test_a_new_store_that_fails_half_way_leaves_nothing(tmp_path: Path, at: str) -> None:
    def fill(folder: Path) -> bytearray:
        if at == "fill":
            raise StoreUnwritable
        return raw_key()

    def first(store: Store) -> None:
        raise StoreUnwritable

    with pytest.raises(StoreUnwritable):
        create_store(tmp_path / "store", scripts=SCRIPTS, new_id=ids(), fill=fill, first=first)
    assert list(tmp_path.iterdir()) == []


def test_what_an_interrupted_creation_left_behind_does_not_stop_the_next(tmp_path: Path) -> None:
    (tmp_path / "store.being-made").mkdir()
    (tmp_path / "store.being-made" / FILE).write_bytes(b"half of one")
    make_store(tmp_path / "store", raw_key())
    assert [path.name for path in tmp_path.iterdir()] == ["store"]
