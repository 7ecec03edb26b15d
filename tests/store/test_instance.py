"""One window per store, on a disk of the laptop's own."""

import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.store.instance import FILE, Instance, check_folder, read_mounts
from smf_desktop.trouble import FolderIsShared, NoStoreHere, StoreInUse, StoreUnwritable

SINCE = datetime(2026, 11, 17, 9, 12, tzinfo=UTC)

HOLDS_ON = """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from smf_desktop.store.instance import Instance

    held = Instance(Path(sys.argv[1]), pid=4711, since=datetime(2026, 11, 17, 9, 12, tzinfo=UTC))
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX word")
def test_F12_a_second_window_is_told_who_holds_the_store_until_that_one_is_killed(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    first = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLDS_ON), str(tmp_path)],
        cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert first.stdin
    assert first.stdout
    try:
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(StoreInUse) as in_use:
            Instance(tmp_path, pid=1, since=SINCE)
        assert (in_use.value.pid, in_use.value.since) == (4711, SINCE)
        assert words_for(in_use.value).happened == "This store is already open by process 4711 since 17-Nov-2026 09:12."
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        with Instance(tmp_path, pid=1, since=SINCE):
            pass
    finally:
        first.kill()
        first.wait(10)
        first.stdin.close()
        first.stdout.close()


def test_F12_two_in_one_process_are_two_all_the_same(tmp_path: Path) -> None:
    with Instance(tmp_path, pid=1, since=SINCE) as first:
        with pytest.raises(StoreInUse):
            Instance(tmp_path, pid=2, since=SINCE)
        first.release()
        first.release()
        Instance(tmp_path, pid=2, since=SINCE).release()


def test_F12_a_holder_that_left_no_name_is_still_a_holder(tmp_path: Path) -> None:
    with Instance(tmp_path, pid=1, since=SINCE):
        (tmp_path / FILE).write_bytes(b"\xff{")
        with pytest.raises(StoreInUse) as in_use:
            Instance(tmp_path, pid=2, since=SINCE)
    assert in_use.value.pid is None
    assert words_for(in_use.value).happened == "This store is already open."


def test_a_hold_left_by_a_dead_process_bars_nobody(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"pid":1,"since":"2026-11-17T09:12:00Z"}')
    Instance(tmp_path, pid=2, since=SINCE).release()


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NoStoreHere):
        Instance(tmp_path / "gone", pid=1, since=SINCE)
    assert not (tmp_path / "gone").exists()


def test_F11_a_folder_that_cannot_be_written_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(StoreUnwritable):
        Instance(tmp_path, pid=1, since=SINCE)


@pytest.mark.parametrize(
    "folder",
    [
        "OneDrive/store",
        "OneDrive - Northshire Community Trust/smf",
        "Dropbox/smf",
        "Dropbox (Personal)/smf",
        "Google Drive/smf",
        "GoogleDrive-amina@example.test/My Drive",
        "Library/CloudStorage/smf",
        "iCloudDrive/smf",
        "nextcloud/smf",
    ],
)
def test_F11_a_synced_folder_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(FolderIsShared) as shared:
        check_folder(tmp_path / folder, environ={}, mounts="")
    assert shared.value.why == "synced"


@pytest.mark.parametrize("folder", ["dropbox-project/smf", "My Driver/smf", "onedriver", "smf", "Box", "boxes/smf"])
def test_F11_a_folder_that_only_sounds_like_one_is_taken(tmp_path: Path, folder: str) -> None:
    check_folder(tmp_path / folder, environ={}, mounts="")


def test_F11_windows_names_its_synced_folder_itself(tmp_path: Path) -> None:
    environ = {"OneDriveCommercial": str(tmp_path / "Files")}
    check_folder(tmp_path / "smf", environ=environ, mounts="")
    with pytest.raises(FolderIsShared):
        check_folder(tmp_path / "Files" / "smf", environ=environ, mounts="")


def test_F11_a_link_into_a_synced_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "store").symlink_to(tmp_path / "Dropbox")
    with pytest.raises(FolderIsShared):
        check_folder(tmp_path / "store", environ={}, mounts="")


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
files:/home /srv/home nfs4 rw 0 0
//files/team /mnt/team\\040share cifs rw 0 0
/dev/sdb1 /srv/home/own ext4 rw 0 0
amina@host: /mnt/remote fuse.sshfs rw 0 0
odd line
"""


@pytest.mark.skipif(os.name != "posix", reason="paths of the mount table")
@pytest.mark.parametrize(
    ("folder", "refused"),
    [
        ("/srv/home/amina", True),
        ("/srv/home", True),
        ("/srv/home/own/store", False),
        ("/srv/homes", False),
        ("/mnt/team share/smf", True),
        ("/mnt/remote/smf", True),
        ("/var/smf", False),
    ],
)
def test_F11_a_network_folder_is_refused(folder: str, refused: bool) -> None:
    if not refused:
        check_folder(Path(folder), environ={}, mounts=MOUNTS)
        return
    with pytest.raises(FolderIsShared) as shared:
        check_folder(Path(folder), environ={}, mounts=MOUNTS)
    assert shared.value.why == "network"


def test_the_disk_these_tests_run_on_is_taken(tmp_path: Path) -> None:
    check_folder(tmp_path, environ={}, mounts=read_mounts())
