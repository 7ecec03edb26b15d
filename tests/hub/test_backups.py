"""A backup of a hub is whole, of one moment, and never made or put over anything."""

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from smf_hub.ports import BackupIsTheServers, BackupNotSound, HubExists, NoBackupThere
from smf_hub.service.backups import back_up, restore
from smf_hub.service.managing import add_team, all_teams, check, events
from smf_hub.service.place import Place
from smf_hub.store.checking import counts
from tests.support.hubs import KEY, hub_again, key_of, new_hub
from tests.support.joining import joins, staffed, world
from tests.support.pushing import Writer, person


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    return tmp_path / "kept"


@pytest.fixture
def place(hub_url: str) -> Iterator[Place]:
    with new_hub(hub_url, world()) as made:
        yield made


@pytest.fixture
def on_file(tmp_path: Path) -> Iterator[Place]:
    with new_hub(f"sqlite:///{tmp_path / 'hub.db'}", world()) as made:
        yield made


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'hub.db'}"


def write(writer: Writer, people: int = 3) -> None:
    for _ in range(people):
        patient, items = person(writer.team)
        writer.write(*items, patient=patient)
    assert not writer.send().exceptions


def test_a_backup_is_the_hub_in_one_file_for_its_owner_and_under_its_key(on_file: Place, folder: Path) -> None:
    staffed(on_file, "amy")
    writer, _ = joins(on_file, "amy")
    write(writer)
    made = back_up(on_file, KEY, folder / "hub.copy")
    assert [each.name for each in folder.iterdir()] == ["hub.copy"]
    assert made.size == (folder / "hub.copy").stat().st_size
    assert (made.feeds, made.change_sets) == (2, check(on_file).change_sets)
    if sys.platform != "win32":
        assert stat.S_IMODE((folder / "hub.copy").stat().st_mode) == 0o600
    assert b"ABERNATHY" not in (folder / "hub.copy").read_bytes()
    restore(folder / "hub.copy", url_of(folder), KEY, world())
    with hub_again(url_of(folder), world()) as again:
        assert again.identity == on_file.identity
        assert not check(again).findings
        assert [each.name for each in all_teams(again)] == ["North"]
        assert events(again, 1)[0].kind == "restored"


def test_postgresql_is_backed_up_by_its_own_means(place: Place, hub_url: str, folder: Path) -> None:
    if hub_url.startswith("sqlite"):
        assert back_up(place, key_of(hub_url), folder / "copy").change_sets == 0
        return
    with pytest.raises(BackupIsTheServers):
        back_up(place, None, folder / "copy")
    with pytest.raises(BackupIsTheServers):
        restore(folder / "copy", hub_url, None, world())
    assert list(folder.iterdir()) == []


def test_every_backup_of_a_hub_that_is_written_to_is_of_one_moment(on_file: Place, folder: Path) -> None:
    """Two laptops push all the while, and another process makes the backups."""
    staffed(on_file, "amy", "ben")
    writers = [joins(on_file, name)[0] for name in ("amy", "ben")]
    over = Event()

    def pushing(writer: Writer) -> None:
        while not over.is_set():
            write(writer)

    threads = [Thread(target=pushing, args=(each,)) for each in writers]
    for each in threads:
        each.start()
    found = []
    try:
        with hub_again(f"sqlite:///{folder.parent / 'hub.db'}", world()) as beside:
            for number in range(4):
                found.append(back_up(beside, KEY, folder / f"{number}").change_sets)
    finally:
        over.set()
        for each in threads:
            each.join()
    with on_file.hub.read() as connection:
        assert found[0] < found[-1] <= counts(connection)[1]
    assert found == sorted(found)


def test_nothing_is_written_over(on_file: Place, folder: Path) -> None:
    (folder / "copy").write_bytes(b"of another day")
    with pytest.raises(FileExistsError):
        back_up(on_file, KEY, folder / "copy")
    assert (folder / "copy").read_bytes() == b"of another day"
    back_up(on_file, KEY, folder / "whole")
    with pytest.raises(HubExists):
        restore(folder / "whole", f"sqlite:///{folder.parent / 'hub.db'}", KEY, world())
    with pytest.raises(NoBackupThere):
        restore(folder / "nowhere", url_of(folder), KEY, world())
    assert {each.name for each in folder.iterdir()} == {"copy", "whole"}


@pytest.mark.parametrize("key", [KEY, "6b" * 32])
def test_what_does_not_hold_is_not_put_in_place(on_file: Place, folder: Path, key: str) -> None:
    add_team(on_file, "North")
    back_up(on_file, KEY, folder / "whole")
    if key == KEY:
        with (folder / "whole").open("r+b") as file:
            file.seek(5 * 4096 + 700)
            file.write(os.urandom(16))
    before = (folder / "whole").read_bytes()
    with pytest.raises(BackupNotSound):
        restore(folder / "whole", url_of(folder), key, world())
    assert [each.name for each in folder.iterdir()] == ["whole"]
    assert (folder / "whole").read_bytes() == before


def test_what_sqlite_left_of_the_lost_file_is_not_taken_for_the_new_ones(on_file: Place, folder: Path) -> None:
    back_up(on_file, KEY, folder / "whole")
    for end in ("-wal", "-shm"):
        (folder / f"hub.db{end}").write_bytes(b"of the file that is gone")
    restore(folder / "whole", url_of(folder), KEY, world())
    for end in ("-wal", "-shm"):
        assert (folder / f"hub.db{end}.aside").read_bytes() == b"of the file that is gone"
    with hub_again(url_of(folder), world()) as again:
        assert not check(again).findings
