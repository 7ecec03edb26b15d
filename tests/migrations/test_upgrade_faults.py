"""An upgrade that is cut off, fails or finds no room: the old store or the new one, never mixed. F31 to F33, F05."""

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from smf_core.records import checking
from smf_core.records.tables import visit
from smf_desktop.compose import House, entering
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.store import schema
from smf_desktop.store.engine import FILE, connect
from smf_desktop.store.integrity import verify
from smf_desktop.store.schema import KEPT_SECONDS, bring_up, erase_old, version
from smf_desktop.trouble import DiskFull, StoreNewer, UpgradeFailed
from tests.support.disks import fill_up, small_disk
from tests.support.houses import PASSWORD, clock, house, service_template
from tests.support.processes import Child, killed_at, needs_strace, traced, write_points
from tests.support.revisions import ADDS, NEXT, next_release
from tests.support.stores import NOW, Laptop, laptop, save_note, store_template

__all__ = ["clock", "house", "laptop", "service_template", "store_template"]

BEFORE = schema.VERSION
KEPT = f"records.schema-{BEFORE}"
FAILS_AT_THE_END = (
    ADDS
    + """
    op.execute("INSERT INTO lent SELECT id, 'syringe' FROM visit")
    op.execute("INSERT INTO lent SELECT id, 'syringe' FROM visit ORDER BY id DESC LIMIT 1")
"""
)


def saved(laptop: Laptop, saves: int) -> Laptop:
    store = laptop.open().store
    for number in range(saves):
        save_note(store, laptop.new_id, f"note {number}")
    store.close()
    return laptop


def check_whole(laptop: Laptop, saves: int) -> None:
    opening = laptop.open()
    assert opening.behind is None
    assert not opening.store.damaged
    with opening.store.read() as connection:
        assert set(connection.scalars(select(visit.c.not_gone_ahead_note))) == {f"note {n}" for n in range(saves)}
        assert list(checking.broken_links(connection)) == []
    opening.store.close()


def files(laptop: Laptop) -> set[str]:
    return {path.name for path in laptop.directory.iterdir()} - {f"{FILE}-wal", f"{FILE}-shm"}


def test_an_upgrade_keeps_every_save_and_the_old_file_for_a_week(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(laptop, 30)
    old = laptop.path.read_bytes()
    bring_up(laptop.directory, laptop.key, next_release(tmp_path, monkeypatch))
    assert version(laptop.path, laptop.key) == NEXT
    check_whole(laptop, 30)
    assert verify(laptop.directory, laptop.key).ok
    kept = laptop.directory / KEPT
    assert kept.read_bytes() == old
    made = NOW.fromtimestamp(kept.stat().st_mtime, NOW.tzinfo)
    erase_old(laptop.directory, made + timedelta(days=6))
    assert kept.exists()
    erase_old(laptop.directory, made + timedelta(seconds=KEPT_SECONDS + 1))
    assert not kept.exists()


def test_what_an_older_version_could_not_show_is_folded_by_the_new_one(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables are made anew from the change sets, so a row that had gone astray is put right, too."""
    saved(laptop, 5)
    connection = connect(laptop.path, laptop.key)
    connection.execute("UPDATE visit SET not_gone_ahead_note = 'astray'")
    connection.close()
    bring_up(laptop.directory, laptop.key, next_release(tmp_path, monkeypatch))
    check_whole(laptop, 5)


# --- F31: cut off at any step --------------------------------------------------------------------


@needs_strace
def test_F31_power_loss_at_each_step_of_a_migration_leaves_the_old_store_or_the_new_one(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(laptop, 8)
    scripts = next_release(tmp_path, monkeypatch)
    seen = set()
    trial = Laptop(shutil.copytree(laptop.directory, tmp_path / "trial"), laptop.key)
    points = write_points(partial(bring_up, trial.directory, trial.key, scripts), tmp_path / "trace", wider=2)
    for point in points:
        here = Laptop(shutil.copytree(laptop.directory, tmp_path / "here"), laptop.key)
        killed_at(partial(bring_up, here.directory, here.key, scripts), point)
        found = version(here.path, here.key)
        seen.add(found)
        assert found in (BEFORE, NEXT)
        check_whole(here, 8)
        bring_up(here.directory, here.key, scripts)
        assert version(here.path, here.key) == NEXT
        check_whole(here, 8)
        assert not list(here.directory.glob("*.migrating*")), "what was cut off is cleared away"
        shutil.rmtree(here.directory)
    assert {point.call for point in points} >= {"pwrite64", "rename"}
    assert seen == {BEFORE, NEXT}


@needs_strace
def test_F31_the_new_file_is_on_the_disk_before_it_takes_the_old_ones_name(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So power may go at any moment: what a rename shows has been flushed, and the name is flushed after it."""
    saved(laptop, 8)
    scripts = next_release(tmp_path, monkeypatch)

    def migrate(say: Callable[[str], None], wait: Callable[[], None]) -> None:
        say("ready")
        wait()
        bring_up(laptop.directory, laptop.key, scripts)

    child = Child(migrate)
    assert child.line() == "ready"
    trace = tmp_path / "trace"
    calls = "trace=pwrite64,write,fsync,fdatasync,ftruncate,rename,copy_file_range,sendfile"
    with traced(child, "-f", "-y", "-e", calls, into=trace):
        child.go()
        child.end()
    lines = trace.read_text().splitlines()
    renamed = next(number for number, line in enumerate(lines) if re.search(r"rename\(.*\.migrating", line))
    written = [
        n for n, line in enumerate(lines) if "records.migrating>" in line and not re.search(r" f\w*sync\(", line)
    ]
    flushed = [n for n, line in enumerate(lines) if "records.migrating>" in line and re.search(r" f\w*sync\(", line)]
    assert written
    assert max(written) < max(flushed) < renamed
    assert any(re.search(rf"fsync\(\d+<{re.escape(str(laptop.directory))}>", line) for line in lines[renamed:])


# --- F32: it fails half-way ----------------------------------------------------------------------


@pytest.mark.logs
def test_F32_a_migration_that_fails_half_way_leaves_the_old_store_and_tells_support(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    saved(laptop, 600)
    old, names = laptop.path.read_bytes(), files(laptop)
    scripts = next_release(tmp_path, monkeypatch, FAILS_AT_THE_END)
    with caplog.at_level(logging.ERROR), pytest.raises(UpgradeFailed) as failed:
        bring_up(laptop.directory, laptop.key, scripts)
    assert [record.getMessage() for record in caplog.records] == [
        f"records not brought from schema {BEFORE} to {NEXT}: IntegrityError"
    ]
    assert "the version before opens them" in str(words_for(failed.value))
    assert (laptop.path.read_bytes(), files(laptop)) == (old, names)
    monkeypatch.setattr(schema, "VERSION", BEFORE)  # the version before goes on with it
    check_whole(laptop, 600)
    store = laptop.open().store
    save_note(store, laptop.new_id, "note 600")
    store.close()
    (tmp_path / "mended").mkdir()
    bring_up(laptop.directory, laptop.key, next_release(tmp_path / "mended", monkeypatch))
    check_whole(laptop, 601)


@pytest.mark.logs
def test_F32_a_migration_that_would_lose_a_change_set_is_not_put_in_place(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(laptop, 12)
    old = laptop.path.read_bytes()
    loses = ADDS + '    op.execute("DELETE FROM change_set WHERE seq = 12")\n'
    with pytest.raises(UpgradeFailed):
        bring_up(laptop.directory, laptop.key, next_release(tmp_path, monkeypatch, loses))
    assert laptop.path.read_bytes() == old


@pytest.mark.logs
def test_F32_whoever_unlocks_is_told_and_the_records_stay_as_they_were(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hold()
    house.enter(house.unlock("tom", PASSWORD)).close()
    old = (house.directory / FILE).read_bytes()
    scripts = next_release(tmp_path, monkeypatch, 'raise RuntimeError("made up")')
    monkeypatch.setattr(entering, "migrations", lambda: scripts)
    with pytest.raises(UpgradeFailed):
        house.enter(house.unlock("tom", PASSWORD))
    assert (house.directory / FILE).read_bytes() == old
    monkeypatch.undo()
    house.enter(house.unlock("tom", PASSWORD)).close()


def test_a_laptop_with_an_older_store_is_brought_up_when_someone_unlocks(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hold()
    scripts = next_release(tmp_path, monkeypatch)
    monkeypatch.setattr(entering, "migrations", lambda: scripts)
    sitting = house.enter(house.unlock("tom", PASSWORD))
    assert sitting.session.user.username == "tom"
    sitting.close()
    assert (house.directory / KEPT).exists()


# --- F05: no room --------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 8_192) as place:
        yield place


def test_F05_a_disk_full_during_a_migration_leaves_the_old_store_and_it_goes_on_when_there_is_room(
    laptop: Laptop, tmp_path: Path, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Laptop(shutil.copytree(saved(laptop, 200).directory, disk / "store"), laptop.key)
    size = here.path.stat().st_size
    old = here.path.read_bytes()
    scripts = next_release(tmp_path, monkeypatch)
    for room in (size // 2, size * 6 // 5, size * 19 // 10):  # the copy, the migration, the file that is kept
        fill_up(disk, room)
        with pytest.raises(DiskFull):
            bring_up(here.directory, here.key, scripts)
        assert here.path.read_bytes() == old
        assert not list(here.directory.glob("*.migrating*"))
        (disk / "filler").unlink()
    bring_up(here.directory, here.key, scripts)
    assert version(here.path, here.key) == NEXT
    check_whole(here, 200)


# --- F33: a store of a newer version -------------------------------------------------------------


def test_F33_an_older_application_changes_nothing_of_a_newer_store_and_says_so(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.hold()
    house.enter(house.unlock("tom", PASSWORD)).close()
    behind = (house.directory / FILE).read_bytes()
    house.enter(house.unlock("tom", PASSWORD)).close()
    with monkeypatch.context() as later:
        scripts = next_release(tmp_path, later)
        later.setattr(entering, "migrations", lambda: scripts)
        house.enter(house.unlock("tom", PASSWORD)).close()
        (house.directory / FILE).write_bytes(behind)  # and behind its mark: what an open store would act upon
        key = house.unlock("tom", PASSWORD)
        schema.bring_up(house.directory, key.raw_key(), scripts)
        key.zero()
    before = {path.name: path.read_bytes() for path in house.directory.iterdir() if "-shm" not in path.name}
    with pytest.raises(StoreNewer) as newer:
        house.enter(house.unlock("tom", PASSWORD))
    after = {path.name: path.read_bytes() for path in house.directory.iterdir() if "-shm" not in path.name}
    assert {name: data for name, data in after.items() if data} == {n: d for n, d in before.items() if d}
    assert "Update the program" in str(words_for(newer.value))
