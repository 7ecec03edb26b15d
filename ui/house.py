"""What the application asks of the folder a store lies in."""

from pathlib import Path
from typing import Protocol

from smf_desktop.ports import Battery, Clock, Progress
from smf_desktop.services.laptop.backups import BackupReader
from smf_desktop.services.laptop.door import Door, Key, Maker
from smf_desktop.services.laptop.joiner import Joiner
from smf_desktop.services.laptop.sitting import Sitting


class House(Door, Maker, Joiner, BackupReader, Protocol):
    """A store's folder, from the first run on."""

    @property
    def directory(self) -> Path: ...
    @property
    def name(self) -> str:
        """Of this computer."""
        ...

    @property
    def clock(self) -> Clock: ...
    @property
    def battery(self) -> Battery: ...
    @property
    def is_empty(self) -> bool: ...
    def hold(self) -> None: ...
    def release(self) -> None: ...
    def warm(self) -> None: ...
    def renewed(self, key: Key, progress: Progress) -> Key:
        """The key to enter with: a new one where somebody was removed and it can be done now."""
        ...

    def enter(self, key: Key) -> Sitting: ...
    def forget_quick_code(self) -> None: ...
