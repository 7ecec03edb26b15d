"""A backup of a hub on SQLite: its own file, whole, from one moment, under its own key, read back before it counts.

The records beside it are not in it: the projector folds them again. The key is not in it either.
"""

from dataclasses import dataclass
from pathlib import Path

from smf_hub.ports import BackupIsTheServers, HubExists, NoBackupThere, World
from smf_hub.service.managing import note
from smf_hub.service.place import Place, open_place
from smf_hub.store import copies
from smf_hub.store.database import HUB, file_of, parse
from smf_hub.store.keys import raw_key


@dataclass(frozen=True, slots=True)
class Copied:
    """A backup that was made and proven. `size` in bytes."""

    file: Path
    feeds: int
    change_sets: int
    size: int


def back_up(place: Place, key: str | None, file: Path) -> Copied:
    """Copy a hub, which may be serving, into a file that must not be there.

    Raises `BackupIsTheServers` on PostgreSQL, `FileExistsError`, `CopyNotWritten`, `BackupNotSound`. Then there is no
    file.
    """
    raw = raw_key(key, HUB)
    if raw is None:
        raise BackupIsTheServers
    if file.exists():
        raise FileExistsError
    making = copies.making_of(file)
    copies.cleared(making)
    try:
        with place.hub.read() as connection:
            copies.copy_pages(connection, raw, making)
        feeds, change_sets = copies.proven(making, raw)
        size = making.stat().st_size
        copies.named(making, file)
    finally:
        copies.cleared(making)
    return Copied(file, feeds, change_sets, size)


def restore(file: Path, url: str, key: str | None, world: World) -> Copied:
    """Put a backup where no hub is.

    Raises `BackupIsTheServers` on PostgreSQL, `NoBackupThere`, `HubExists`, `BackupNotSound`. Then nothing is there.
    """
    at, raw = parse(url), raw_key(key, HUB)
    if raw is None:
        raise BackupIsTheServers
    if not file.is_file():
        raise NoBackupThere
    target = file_of(at, HUB)
    if target.exists():
        raise HubExists
    making = copies.making_of(target)
    copies.cleared(making)
    try:
        copies.copy_file(file, making)
        feeds, change_sets = copies.proven(making, raw)
        copies.put_aside_what_was_beside(target)
        copies.named(making, target)
    finally:
        copies.cleared(making)
    place = open_place(url, key, world)
    try:
        with place.hub.write() as connection:
            note(place, connection, place.now_ms(), "restored")
    finally:
        place.close()
    return Copied(file, feeds, change_sets, file.stat().st_size)
