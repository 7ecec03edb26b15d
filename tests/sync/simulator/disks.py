"""The disks of a simulated world: real SQLCipher files, and what befalls them.

A crash is a copy of the folder taken between two statements, as a killed process would leave it; whatever the process
goes on to do is done to a disk that nobody looks at again.
"""

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
import sqlcipher3.dbapi2 as sqlcipher

CHEAP = {
    "PRAGMA cipher_memory_security = ON": "PRAGMA cipher_memory_security = OFF",
    "PRAGMA synchronous = FULL": "PRAGMA synchronous = OFF",
}
"""Crashes are copies here, so nothing waits for a disk; memory is wiped elsewhere."""

SHARED_MEMORY = Path("/dev/shm")
_open: WeakSet[Any] = WeakSet()


class _Connection(sqlcipher.Connection):  # type: ignore[misc]  # without types of its own
    """A connection of the driver that knows in which folder its file lies."""

    folder: Path | None = None

    def execute(self, said: str, *more: Any) -> Any:
        if said.startswith("PRAGMA cache_size"):
            said = "PRAGMA cache_size = -2048"
        return super().execute(CHEAP.get(said, said), *more)

    def close(self) -> None:
        _open.discard(self)
        super().close()


class _Told(logging.Handler):
    """Hands on every line that is logged, with what is said of an error."""

    def __init__(self, hears: Callable[[str], object]) -> None:
        super().__init__(logging.DEBUG)
        self._hears = hears

    def emit(self, record: logging.LogRecord) -> None:
        self._hears(self.format(record))


LOGGERS = ("smf_core", "smf_desktop", "smf_hub", "httpx2")


@contextmanager
def simulated(hears: Callable[[str], object]) -> Iterator[None]:
    """While the block lasts every database is opened so that it can be broken, and every word of a log is heard."""
    real = sqlcipher.connect

    def connect(database: str, **more: Any) -> Any:
        made = real(database, **{"factory": _Connection, **more})
        if database.startswith("file://") and isinstance(made, _Connection):
            made.folder = Path(database.removeprefix("file://").partition("?")[0]).parent
            _open.add(made)
        return made

    told = _Told(hears)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as after:
        patch.setattr(sqlcipher, "connect", connect)
        for name in LOGGERS:
            logger = logging.getLogger(name)
            after.callback(logger.setLevel, logger.level)
            after.callback(logger.removeHandler, told)
            logger.setLevel(logging.DEBUG)
            logger.addHandler(told)
            patch.setattr(logger, "propagate", False)  # a killed hub's last word; one that lives is looked at
        yield


def _stop(connection: Any, said: str) -> None:
    """Nothing runs any more for a dead process; what it had begun may be taken back, which nobody sees."""
    connection.set_progress_handler(None if said.upper().startswith("ROLLBACK") else (lambda: 1), 1)


class Disk:
    """One folder with databases. `dead`: the process that used it was killed; `reborn` is what it left. `lives`: how
    many have ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dead = False
        self.lives = 0
        self._left = 0

    def copy(self, to: Path) -> Path:
        """What a kill at this moment would leave, or a copy that somebody takes of the whole folder."""
        return Path(shutil.copytree(self.folder, to, ignore=shutil.ignore_patterns("*-shm", "*.lock")))

    def copied(self, to: Path) -> "Disk":
        """Another disk with the same on it."""
        return Disk(self.copy(to))

    def arm(self, statements: int) -> None:
        """The process is to die just before its so-manieth statement from now on."""
        self._left = statements
        for each in self._connections():
            each.set_trace_callback(self._counted)

    def disarm(self) -> None:
        """It lives on. Nothing happens to one that has died."""
        self._left = 0
        if not self.dead:
            for each in self._connections():
                each.set_trace_callback(None)

    def dies(self) -> None:
        """Now."""
        if not self.dead:
            self.dead = True
            self.copy(self._next())
            for each in self._connections():
                each.set_trace_callback(lambda said, each=each: _stop(each, said))
                each.set_progress_handler(lambda: 1, 1)

    def reborn(self) -> None:
        """The folder is what the killed process left. Whoever held it open has let go of it."""
        shutil.rmtree(self.folder)
        self._next().rename(self.folder)
        self.dead = False
        self._left = 0
        self.lives += 1

    def becomes(self, copy: Path) -> None:
        """The folder is as it was when the copy was made. Whoever held it open has let go of it."""
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)

    def _next(self) -> Path:
        return self.folder.with_name(f"{self.folder.name}.life{self.lives + 1}")

    def _counted(self, said: str) -> None:
        self._left -= 1
        if self._left == 0:
            self.dies()

    def _connections(self) -> list[Any]:
        return [each for each in _open if each.folder == self.folder]
