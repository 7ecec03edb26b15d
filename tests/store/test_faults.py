"""The disk is full, fails, or is taken: one plain answer, nothing saved is lost, and work goes on when it can."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from smf_core.records.tables import visit
from smf_desktop.store import drafts
from smf_desktop.store.instance import Instance
from smf_desktop.store.integrity import verify
from smf_desktop.store.reserve import FILE as RESERVE
from smf_desktop.store.reserve import make_reserve, release_reserve
from smf_desktop.store.store import Store
from smf_desktop.trouble import DiskFaulty, DiskFull, StoreDamaged, StoreInUse, StoreTrouble
from tests.support.disks import fill_up, small_disk
from tests.support.processes import Child, needs_strace, traced
from tests.support.stores import NOW, NURSE, Laptop, ids, item, save_note

# --- F04: the disk is full -----------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 8_192) as place:
        yield place


def save_until_refused(store: Store, laptop: Laptop) -> None:
    for _ in range(2_000):
        save_note(store, laptop.new_id, "x" * 1_000)


def test_F04_a_full_disk_takes_the_save_back_and_the_reserve_makes_room_for_the_next(
    laptop: Laptop, disk: Path
) -> None:
    here = Laptop(shutil.copytree(laptop.directory, disk / "store"), laptop.key)
    store = here.open().store
    save_note(store, here.new_id, "before")
    assert make_reserve(here.directory, 2 * 1024 * 1024)
    fill_up(disk)
    with pytest.raises(DiskFull):
        save_until_refused(store, here)
    acknowledged = store.chain().seq
    with store.work(author=NURSE, now=NOW, new_id=here.new_id) as work:
        drafts.save_draft(work.connection, NURSE, "visit", "v", "p", NOW, b"what was typed")
    save_note(store, here.new_id, "after")
    assert not store.damaged
    assert store.chain().seq == acknowledged + 1
    assert verify(here.directory, here.key).ok
    store.close()
    (disk / "filler").unlink()
    opening = here.open()
    assert (opening.behind, opening.store.chain().seq) == (None, acknowledged + 1)
    opening.store.close()


def test_F04_a_store_that_was_killed_on_a_full_disk_opens_on_its_reserve(laptop: Laptop, disk: Path) -> None:
    store = laptop.open().store
    for number in range(20):
        save_note(store, laptop.new_id, f"note {number}")
    left = laptop.left_running(disk / "store")
    store.close()
    (left.directory / f"{left.path.name}-shm").unlink()
    assert make_reserve(left.directory, 2 * 1024 * 1024)
    fill_up(disk)
    opening = left.open()
    assert (opening.behind, opening.store.chain().seq) == (None, 20)
    save_note(opening.store, left.new_id, "after")
    opening.store.close()


def write_past_the_last_page(connection: Connection) -> None:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
    for number in range(200):
        drafts.save_draft(connection, NURSE, "visit", f"v{number}", "p", NOW, b"x" * 4_000)


def test_F04_a_page_limit_takes_the_whole_unit_of_work_back(laptop: Laptop) -> None:
    """The same without a disk of one's own: SQLite is told that there are no more pages."""
    store = Store(laptop.directory, laptop.key)
    new_id = ids()
    save_note(store, new_id, "before")
    make_reserve(laptop.directory, 1024 * 1024)
    with pytest.raises(DiskFull), store.work(author=NURSE, now=NOW, new_id=new_id) as work:
        write_past_the_last_page(work.connection)
    assert not (laptop.directory / RESERVE).exists()
    with store.read() as connection:
        assert drafts.drafts(connection, NURSE) == []
    save_note(store, new_id, "after")
    assert store.chain().seq == 2
    store.close()


def test_the_reserve_takes_real_room_and_is_made_once(tmp_path: Path) -> None:
    assert make_reserve(tmp_path, 3 * 1024 * 1024)
    assert (tmp_path / RESERVE).stat().st_blocks * 512 >= 3 * 1024 * 1024
    at = (tmp_path / RESERVE).stat().st_mtime_ns
    assert make_reserve(tmp_path, 3 * 1024 * 1024)
    assert (tmp_path / RESERVE).stat().st_mtime_ns == at
    assert release_reserve(tmp_path)
    assert not release_reserve(tmp_path)


def test_F05_a_document_for_which_there_is_no_room_leaves_neither_bytes_nor_record(laptop: Laptop, disk: Path) -> None:
    here = Laptop(shutil.copytree(laptop.directory, disk / "store"), laptop.key)
    store = here.open().store
    assert make_reserve(here.directory, 2 * 1024 * 1024)
    fill_up(disk, 300_000)
    picture = os.urandom(900_000)

    def save() -> None:
        with store.work(author=NURSE, now=NOW, new_id=here.new_id) as work:
            document = {"patient": NURSE, "digest": work.keep_blob(picture), "size": len(picture)}
            work.save([item("document", here.new_id(), "added", **document)], patient=NURSE)

    with pytest.raises(DiskFull):
        save()
    assert store.chain().seq == 0
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM blob").scalar_one() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM blob_chunk").scalar_one() == 0
    save()  # into the reserve, which was given back
    assert store.chain().seq == 1
    store.close()


# --- F14: the disk answers with an error ---------------------------------------------------------


def told(laptop: Laptop, fault: str, saves: int = 4) -> list[str]:
    """What each of some saves is told while system calls fail, and how many there are in the end."""

    def act(say: Callable[[str], None], wait: Callable[[], None]) -> None:
        store = laptop.open().store
        for number in range(3):
            save_note(store, laptop.new_id, f"before {number}")
        say("ready")
        wait()
        for number in range(saves):
            try:
                save_note(store, laptop.new_id, f"note {number}")
                say("saved")
            except StoreTrouble as trouble:
                say(type(trouble).__name__)
        with store.read() as connection:
            say(str(len(connection.execute(select(visit.c.id)).all())))
        os._exit(0)  # as a kill would: nothing is put in order

    child = Child(act)
    assert child.line() == "ready"
    with traced(child, "-f", "-e", "trace=fsync,fdatasync,pwrite64", "-e", f"inject={fault}"):
        child.go()
        said, code = child.end()
    assert code == 0
    return said


@needs_strace
def test_F14_after_a_flush_that_failed_the_save_is_refused_the_store_read_again_and_the_next_one_saved(
    laptop: Laptop,
) -> None:
    *said, count = told(laptop, "fsync,fdatasync:error=EIO:when=2")
    assert said == ["saved", DiskFaulty.__name__, "saved", "saved"]
    opening = laptop.open()
    assert (opening.behind, opening.store.damaged) == (None, False)
    # Of the refused save, the log may have kept the whole or nothing.
    assert opening.store.chain().seq == int(count)
    assert int(count) in (6, 7)
    opening.store.close()
    assert verify(laptop.directory, laptop.key).ok


@needs_strace
def test_F14_a_disk_that_goes_on_failing_is_only_read(laptop: Laptop) -> None:
    *said, count = told(laptop, "fsync,fdatasync:error=EIO:when=2+")
    assert said == ["saved", DiskFaulty.__name__, StoreDamaged.__name__, StoreDamaged.__name__]
    assert int(count) >= 4
    opening = laptop.open()
    assert opening.behind is None
    assert opening.store.chain().seq >= 4
    opening.store.close()


@needs_strace
def test_F14_a_write_that_failed_is_told_and_the_next_save_works(laptop: Laptop) -> None:
    *said, _ = told(laptop, "pwrite64:error=EIO:when=3")
    assert said == [DiskFaulty.__name__, "saved", "saved", "saved"]
    opening = laptop.open()
    assert opening.behind is None
    opening.store.close()


@needs_strace
def test_F04_a_write_for_which_there_is_no_room_is_a_full_disk(laptop: Laptop) -> None:
    *said, count = told(laptop, "pwrite64:error=ENOSPC:when=3")
    assert said == [DiskFull.__name__, "saved", "saved", "saved"]
    assert count == "6"


# --- F12: two windows ----------------------------------------------------------------------------


def test_F12_a_second_window_is_refused_before_it_touches_the_store(laptop: Laptop) -> None:
    with Instance(laptop.directory, pid=4711, since=NOW):
        store = laptop.open().store
        save_note(store, laptop.new_id, "mine")
        with pytest.raises(StoreInUse) as refused:
            Instance(laptop.directory, pid=4712, since=NOW + timedelta(minutes=1))
        assert (refused.value.pid, refused.value.since) == (4711, NOW)
        save_note(store, laptop.new_id, "still mine")
        store.close()


def test_F12_a_second_writer_that_slipped_past_waits_its_turn_and_numbers_on(laptop: Laptop) -> None:
    """The database's own lock: a unit of work reads where the chain stands inside its transaction."""
    one, other = Store(laptop.directory, laptop.key), Store(laptop.directory, laptop.key)
    new_id = ids()
    for number in range(6):
        save_note((one, other)[number % 2], new_id, f"note {number}")
    assert one.chain() == other.chain()
    one.close()
    other.close()
    assert verify(laptop.directory, laptop.key).ok
