"""A backup is a whole copy or no file, and a store restored from it forks nothing. F15, and F02 and F05 of both."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from smf_core.operations.change_set import ChangeSet
from smf_core.records import checking
from smf_core.records.tables import access, change_set, visit
from smf_desktop.compose import House
from smf_desktop.services.auditing import note
from smf_desktop.services.laptop.backups import ByPassword, ByRecoveryKey, RestoredStore
from smf_desktop.store import backup
from smf_desktop.store.backup import Copied, Unlocked, restore_backup, write_backup
from smf_desktop.store.engine import FILE, connect
from smf_desktop.store.high_water import HighWater
from smf_desktop.store.integrity import verify
from smf_desktop.store.packing import unpack
from smf_desktop.store.schema import VERSION
from smf_desktop.store.store import AUDIT, read_chain
from smf_desktop.trouble import (
    BackupDamaged,
    BackupExists,
    BackupNoRoom,
    BackupNotSound,
    BackupStopped,
    BackupUnwritable,
    DeviceSecretMissing,
    DiskFull,
    FolderNotEmpty,
    NotABackup,
    StoreDamaged,
    StoreExists,
    StoreInUse,
    StoreNewer,
    WrongPassword,
    WrongRecoveryKey,
)
from tests.support.disks import small_disk
from tests.support.houses import PASSWORD, clock, computer, new_service, service_template
from tests.support.keys import KeysInMemory, ToldClock, means_of
from tests.support.processes import killed_at, needs_strace, write_points
from tests.support.stores import NOW, NURSE, Laptop, ids, save_note

__all__ = ["clock", "service_template"]

KEYS = {"slots.json": b"the key file"}


def on(done: int, total: int) -> bool:
    return True


def back_up(laptop: Laptop, file: Path, progress: Callable[[int, int], bool] = on) -> Copied:
    return write_backup(laptop.directory, laptop.key, file, store="s", keys=KEYS, now=NOW, progress=progress)


def restore(file: Path, laptop: Laptop, directory: Path) -> Laptop:
    """What the application does of it, without the vault. Answers the restored laptop."""

    def unlock(folder: Path) -> Unlocked:
        assert (folder / "slots.json").read_bytes() == KEYS["slots.json"]
        mac = bytearray(32)
        return Unlocked(NURSE, bytearray(laptop.key), HighWater(directory, mac), HighWater(folder, mac))

    restore_backup(
        file,
        directory,
        key_files=frozenset(KEYS),
        unlock=unlock,
        set_aside=None,
        now=NOW,
        new_id=ids(900_000),
        progress=on,
    )
    restored = Laptop(directory, laptop.key)
    restored.new_id = ids(950_000)
    return restored


def saved(laptop: Laptop, saves: int = 20) -> Laptop:
    store = laptop.open().store
    for number in range(saves):
        save_note(store, laptop.new_id, f"note {number} " + "x" * 300)
    store.close()
    return laptop


def notes(laptop: Laptop) -> set[str]:
    opening = laptop.open()
    try:
        assert opening.behind is None
        assert opening.set_aside == ()
        with opening.store.read() as connection:
            assert list(checking.broken_links(connection)) == []
            return {text.split(" x")[0] for text in connection.scalars(select(visit.c.not_gone_ahead_note))}
    finally:
        opening.store.close()


def made(number: int) -> set[str]:
    return {f"note {each}" for each in range(number)}


# --- F15: copied while open ----------------------------------------------------------------------


def test_F15_a_backup_made_while_the_store_is_written_to_is_one_moment_of_it_and_opens_and_verifies(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PAGES", 20)
    store = laptop.open().store
    for number in range(300):
        save_note(store, laptop.new_id, f"note {number} " + "x" * 300)

    def saving(done: int, total: int) -> bool:
        save_note(store, laptop.new_id, "during")
        return True

    found = back_up(laptop, tmp_path / "b", saving)
    after = store.chain().seq
    store.close()
    assert after > 310
    assert found.change_sets == 300
    assert [path.name for path in tmp_path.iterdir() if "b" in path.name] == ["b"]
    restored = restore(tmp_path / "b", laptop, tmp_path / "restored")
    assert notes(restored) == made(300)
    assert verify(restored.directory, restored.key).ok


def test_F15_nothing_of_anyone_stands_in_clear_in_a_backup(laptop: Laptop, tmp_path: Path) -> None:
    store = laptop.open().store
    save_note(store, laptop.new_id, "Zzyzxquill")
    store.close()
    back_up(laptop, tmp_path / "b")
    data = (tmp_path / "b").read_bytes()
    assert b"Zzyzxquill" not in data
    assert b"SQLite format 3" not in data
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0


def test_F15_a_copy_made_by_another_program_of_the_open_file_alone_is_noticed(laptop: Laptop, tmp_path: Path) -> None:
    """Why the backup is not a copy of the file: what is still in the log is not in it."""
    store = laptop.open().store
    for number in range(20):
        save_note(store, laptop.new_id, f"note {number}")
    copied = tmp_path / "copied"
    copied.mkdir()
    for name in (FILE, "high-water"):
        shutil.copy(laptop.directory / name, copied / name)
    store.close()
    opening = Laptop(copied, laptop.key).open()
    assert opening.behind is not None
    opening.store.close()


def test_a_backup_is_never_made_over_a_file(laptop: Laptop, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("mine")
    with pytest.raises(BackupExists):
        back_up(laptop, tmp_path / "letter")
    assert (tmp_path / "letter").read_text() == "mine"


def test_a_backup_that_is_stopped_or_has_nowhere_to_go_leaves_nothing(laptop: Laptop, tmp_path: Path) -> None:
    saved(laptop)
    before = sorted(path.name for path in tmp_path.iterdir())
    for after in (0, 1, 2, 3):
        told = iter([True] * after + [False] * 1_000)
        with pytest.raises(BackupStopped):
            back_up(laptop, tmp_path / "b", lambda done, total, told=told: next(told))
    with pytest.raises(BackupUnwritable):
        back_up(laptop, tmp_path / "no" / "such" / "folder" / "b")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_damaged_store_is_not_backed_up_as_if_it_were_whole(laptop: Laptop, tmp_path: Path) -> None:
    saved(laptop, 60)
    content = bytearray(laptop.path.read_bytes())
    content[len(content) - 2_000] ^= 1
    laptop.path.write_bytes(content)
    with pytest.raises((StoreDamaged, BackupNotSound)):
        back_up(laptop, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_store_whose_chain_is_broken_is_not_backed_up_as_if_it_were_whole(laptop: Laptop, tmp_path: Path) -> None:
    saved(laptop)
    connection = connect(laptop.path, laptop.key)
    connection.execute("DELETE FROM change_set WHERE seq = 7")
    connection.close()
    with pytest.raises(BackupNotSound):
        back_up(laptop, tmp_path / "b")
    assert not (tmp_path / "b").exists()


# --- restoring -----------------------------------------------------------------------------------


def test_a_restored_store_goes_on_under_numbers_of_its_own_and_nothing_is_forked(
    laptop: Laptop, tmp_path: Path
) -> None:
    saved(laptop)
    back_up(laptop, tmp_path / "b")
    restored = restore(tmp_path / "b", laptop, tmp_path / "restored")
    for each, text in ((laptop, "here"), (restored, "there")):
        store = each.open().store
        save_note(store, each.new_id, text)
        store.close()
    named: dict[tuple[str, int], set[bytes]] = {}
    for each in (laptop, restored):
        store = each.open().store
        with store.read() as connection:
            for row in connection.execute(select(change_set)):
                head = ChangeSet(row.head, row.body)
                named.setdefault((row.replica, row.seq), set()).add(head.hash)
            stamps = [ChangeSet(row.head, row.body).stamp for row in connection.execute(select(change_set))]
            assert read_chain(connection, AUDIT).seq == 0
        assert store.chain().stamp == max(stamps)
        store.close()
    assert all(len(hashes) == 1 for hashes in named.values())
    assert len(named) == 22
    assert verify(restored.directory, restored.key).ok


def test_everything_not_sent_before_the_backup_is_still_to_be_sent(laptop: Laptop, tmp_path: Path) -> None:
    saved(laptop)
    back_up(laptop, tmp_path / "b")
    store = restore(tmp_path / "b", laptop, tmp_path / "restored").open().store
    assert store.unsent() == 20
    store.close()


def test_a_store_is_never_restored_over_another_nor_into_a_full_folder(laptop: Laptop, tmp_path: Path) -> None:
    back_up(saved(laptop), tmp_path / "b")
    before = {path.name: path.read_bytes() for path in laptop.directory.iterdir()}
    with pytest.raises(StoreExists):
        restore(tmp_path / "b", laptop, laptop.directory)
    assert {path.name: path.read_bytes() for path in laptop.directory.iterdir()} == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter").write_text("mine")
    with pytest.raises(FolderNotEmpty):
        restore(tmp_path / "b", laptop, tmp_path / "full")
    (tmp_path / "empty").mkdir()
    assert notes(restore(tmp_path / "b", laptop, tmp_path / "empty")) == made(20)


@pytest.mark.parametrize("place", [0.02, 0.3, 0.6, 0.9, 0.999])
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    laptop: Laptop, tmp_path: Path, damage: str, place: float
) -> None:
    back_up(saved(laptop), tmp_path / "b")
    data = bytearray((tmp_path / "b").read_bytes())
    at = int(len(data) * place)
    if damage == "cut":
        del data[at:]
    else:
        data[at] ^= 0x10
    (tmp_path / "b").write_bytes(data)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(BackupDamaged):
        restore(tmp_path / "b", laptop, tmp_path / "restored")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(60), b"a,b\n1,2\n", b"SQLite format 3\x00" + bytes(99)])
def test_a_file_that_is_no_backup_is_told_from_a_damaged_one(laptop: Laptop, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b").write_bytes(content)
    with pytest.raises(NotABackup):
        restore(tmp_path / "b", laptop, tmp_path / "restored")
    with pytest.raises(NotABackup):
        restore(tmp_path / "nowhere", laptop, tmp_path / "restored")


def test_a_backup_of_a_newer_version_is_not_restored(
    laptop: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(saved(laptop), tmp_path / "b")
    monkeypatch.setattr("smf_desktop.store.schema.VERSION", VERSION - 1)
    with pytest.raises(StoreNewer):
        restore(tmp_path / "b", laptop, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()


# --- F05: no room --------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 2_048) as place:
        yield place


def test_F05_a_disk_full_during_a_backup_leaves_no_file_and_the_store_as_it_was(laptop: Laptop, disk: Path) -> None:
    saved(laptop, 300)
    for filled in (0, 600_000, 1_500_000):
        (disk / "filler").write_bytes(bytes(filled))
        with pytest.raises(BackupNoRoom):
            back_up(laptop, disk / "b")
        assert [path.name for path in disk.iterdir()] == ["filler"]
    assert notes(laptop) == made(300)


def test_F05_a_disk_full_during_a_restore_leaves_nothing_and_works_once_there_is_room(
    laptop: Laptop, tmp_path: Path, disk: Path
) -> None:
    back_up(saved(laptop), tmp_path / "b")
    (disk / "filler").write_bytes(bytes(1_900_000))
    with pytest.raises(DiskFull):
        restore(tmp_path / "b", laptop, disk / "restored")
    assert [path.name for path in disk.iterdir()] == ["filler"]
    (disk / "filler").unlink()
    assert notes(restore(tmp_path / "b", laptop, disk / "restored")) == made(20)


# --- F02: killed half-way ------------------------------------------------------------------------


@needs_strace
def test_F02_a_backup_killed_at_any_write_leaves_no_file_and_the_next_one_is_whole(
    laptop: Laptop, tmp_path: Path
) -> None:
    saved(laptop)
    file = tmp_path / "b"
    points = write_points(lambda: back_up(laptop, file), tmp_path / "trace", wider=2)
    file.unlink()
    named = 0
    for point in points:
        killed_at(lambda: back_up(laptop, file), point)
        if file.exists():  # killed after it had its name: then it is whole
            named += 1
            unpack(file, None, frozenset({FILE, *KEYS}), on)
            file.unlink()
        back_up(laptop, file)
        assert not list(tmp_path.glob(".b*")), "what was cut off is cleared away"
        file.unlink()
    assert len(points) - named > 15
    assert notes(laptop) == made(20)


@needs_strace
def test_F02_a_restore_killed_at_any_write_leaves_no_store_or_a_whole_one_and_can_be_done_again(
    laptop: Laptop, tmp_path: Path
) -> None:
    back_up(saved(laptop), tmp_path / "b")
    place = tmp_path / "restored"
    points = write_points(lambda: restore(tmp_path / "b", laptop, place), tmp_path / "trace", wider=2)
    shutil.rmtree(place)
    absent = 0
    for point in points:
        killed_at(lambda: restore(tmp_path / "b", laptop, place), point)
        if not place.exists():
            absent += 1
            restore(tmp_path / "b", laptop, place)
        assert notes(Laptop(place, laptop.key)) == made(20)
        shutil.rmtree(place)
    assert absent > 15


# --- with the vault: whose backup it is ----------------------------------------------------------


@pytest.fixture
def keys() -> KeysInMemory:
    return KeysInMemory()


@pytest.fixture
def home(tmp_path: Path, clock: ToldClock, keys: KeysInMemory) -> Iterator[House]:
    """A house whose computer has a key store, with one service in it; `recovery_key` is written beside."""
    house = House(computer(clock=clock, keys=keys), tmp_path / "home")
    key, recovery_key = house.make(new_service())
    key.zero()
    (tmp_path / "recovery").write_text(recovery_key)
    house.hold()
    yield house
    house.release()


def backed_up(home: House, file: Path) -> Path:
    return home.back_up(home.unlock("priya", PASSWORD), file, on).file


def closed(made_store: RestoredStore, house: House) -> str:
    """Enter what was restored, and leave. Answers who it was."""
    sitting = house.enter(made_store.key)
    try:
        return sitting.session.user.username
    finally:
        sitting.close()
        house.release()


def test_on_the_same_laptop_a_password_opens_a_backup(home: House, tmp_path: Path, keys: KeysInMemory) -> None:
    file = backed_up(home, tmp_path / "b")
    again = House(computer(keys=keys, first_id=7_000_000), tmp_path / "again")
    with pytest.raises(WrongPassword):
        again.restore(file, ByPassword("priya", "not it"), on)
    assert not (tmp_path / "again").exists()
    found = again.look_at(file)
    assert [user.username for user in found.card.users] == ["priya"]
    assert closed(again.restore(file, ByPassword("priya", PASSWORD), on), again) == "priya"


def test_on_another_laptop_a_backup_needs_the_recovery_key(home: House, tmp_path: Path) -> None:
    file = backed_up(home, tmp_path / "b")
    theirs = KeysInMemory()
    other = House(computer(keys=theirs, first_id=7_000_000), tmp_path / "other")
    with pytest.raises(DeviceSecretMissing):
        other.restore(file, ByPassword("priya", PASSWORD), on)
    strange = House(
        replace(computer(first_id=8_000_000), means=lambda _: means_of(keys=None, seed=2)), tmp_path / "strange"
    )
    key, strange_recovery_key = strange.make(new_service())
    key.zero()
    strange.release()
    with pytest.raises(WrongRecoveryKey):
        other.restore(file, ByRecoveryKey("priya", strange_recovery_key, "a new password"), on)
    assert not (tmp_path / "other").exists()
    recovery_key = (tmp_path / "recovery").read_text()
    restored = other.restore(file, ByRecoveryKey("priya", recovery_key, "a new password"), on)
    assert closed(restored, other) == "priya"
    other.hold()
    other.unlock("priya", "a new password").zero()
    with pytest.raises(WrongPassword):
        other.unlock("priya", PASSWORD)
    other.release()


def test_a_restored_store_that_takes_the_place_of_a_newer_one_says_how_much_is_missing_and_keeps_that_one(
    home: House, tmp_path: Path
) -> None:
    file = backed_up(home, tmp_path / "b")
    sitting = home.enter(home.unlock("priya", PASSWORD))
    for _ in range(3):
        with sitting.session.work() as work:
            work.save([work.change("team", sitting.session.team, "named", {"name": "North"})], patient=None)
    note(sitting.session, "read")
    sitting.close()
    with pytest.raises(StoreExists):
        home.restore(file, ByPassword("priya", PASSWORD), on)
    made_store = home.restore(file, ByPassword("priya", PASSWORD), on, set_aside=True)
    assert (made_store.behind, made_store.missing) == (True, 3)
    assert made_store.set_aside == tmp_path / "home.set-aside-1"
    assert (tmp_path / "home.set-aside-1" / FILE).exists()
    assert closed(made_store, home) == "priya"


def test_a_backup_can_be_made_beside_the_window_that_has_the_store_open(home: House, tmp_path: Path) -> None:
    sitting = home.enter(home.unlock("priya", PASSWORD))
    second = House(replace(home.computer, pid=4712), home.directory)
    with pytest.raises(StoreInUse):
        second.hold()
    made_file = second.back_up(second.unlock("priya", PASSWORD), tmp_path / "b", on)
    assert made_file.change_sets > 0
    assert sitting.backups.last() == made_file.made_at
    sitting.close()
    found = home.verify(home.unlock("priya", PASSWORD))
    assert found.ok


def test_the_audit_knows_of_backups_and_restores(home: House, tmp_path: Path, keys: KeysInMemory) -> None:
    file = backed_up(home, tmp_path / "b")
    again = House(
        computer(clock=ToldClock(datetime(2026, 11, 18, 9, 0, tzinfo=UTC)), keys=keys, first_id=7_000_000),
        tmp_path / "again",
    )
    sitting = again.enter(again.restore(file, ByPassword("priya", PASSWORD), on).key)
    with sitting.session.read() as connection:
        actions = set(connection.scalars(select(access.c.action)))
    sitting.close()
    again.release()
    assert {"backup", "restore"} <= actions


def test_what_a_cut_off_restore_left_is_cleared_away(laptop: Laptop, tmp_path: Path) -> None:
    back_up(saved(laptop), tmp_path / "b")
    (tmp_path / "restored.being-restored").mkdir()
    (tmp_path / "restored.being-restored" / FILE).write_bytes(b"half")
    assert notes(restore(tmp_path / "b", laptop, tmp_path / "restored")) == made(20)
    assert not list(tmp_path.glob("*.being-restored"))


def test_a_backup_file_reads_the_same_for_any_tool(laptop: Laptop, tmp_path: Path) -> None:
    back_up(saved(laptop), tmp_path / "b")
    (tmp_path / "out").mkdir()
    unpack(tmp_path / "b", tmp_path / "out", frozenset({FILE, *KEYS}), on)
    assert sorted(os.listdir(tmp_path / "out")) == [FILE, "slots.json"]
