"""Encrypted files without what makes them slow and tests no surer: memory locked and wiped at every allocation, and
passwords as dear as this computer can afford."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from smf_desktop.security import kdf, vault

LOCKS_MEMORY = "PRAGMA cipher_memory_security = ON"
"""Holds for a whole process from then on, at two system calls for each allocation: half the time of a store's tests."""

_as_it_is = sqlcipher.connect


class _Unlocked(sqlcipher.Connection):
    def execute(self, said: str, *more: Any) -> Any:
        return self.cursor() if said == LOCKS_MEMORY else super().execute(said, *more)


def _connect(database: str, **more: Any) -> Any:
    return _as_it_is(database, **{"factory": _Unlocked, **more})


def leave_memory_unlocked() -> None:
    """From now on no connection of this process locks its memory."""
    sqlcipher.connect = _connect


@contextmanager
def memory_locked() -> Iterator[None]:
    """For a child process, which keeps it: connections made in the block are as in the product."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlcipher, "connect", _as_it_is)
        yield


def leave_passwords_at_the_start() -> None:
    """From now on no slot of this process is dearer than where calibration begins: finding out what half a second can
    pay for takes several seconds, and each unlock after it that half a second."""
    kdf.calibrate = _start
    vault.QUICK = 0.0


def _start(*_: Any, **__: Any) -> kdf.KdfParams:
    return kdf.START
