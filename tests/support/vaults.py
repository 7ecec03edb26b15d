"""A laptop with a store under key and no cost: made, unlocked, copied, its key file changed by hand."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher

from smf_desktop.security.files import CURRENT, PREVIOUS
from smf_desktop.security.opened import Means, Opened
from smf_desktop.security.slots import Kind
from smf_desktop.security.vault import NewUser, create, unlock
from tests.support.keys import CheapKdf, KeysInMemory, ToldClock, means_of

NURSE = NewUser("0190-nurse", "nurse", "Amina Bello", "Nurse")
LEAD = NewUser("0190-lead", "lead", "Ben Carrow", "Lead")
GOOD, OTHER = "three random words", "quite another one"


@dataclass
class Laptop:
    """A laptop with one store on it."""

    directory: Path
    keys: KeysInMemory | None = field(default_factory=KeysInMemory)
    clock: ToldClock = field(default_factory=ToldClock)
    kdf: CheapKdf = field(default_factory=CheapKdf)
    seed: int = 1
    recovery_key: str = ""
    key: bytes = b""

    @property
    def means(self) -> Means:
        return means_of(keys=self.keys, clock=self.clock, kdf=self.kdf, seed=self.seed)

    @property
    def current(self) -> Path:
        return self.directory / CURRENT

    @property
    def previous(self) -> Path:
        return self.directory / PREVIOUS

    def makes_a_store(self, *, kind: Kind = "training", store_id: str = "store-1") -> "Laptop":
        opened, recovery = create(
            self.directory, store_id=store_id, kind=kind, device="LT-0412", first_user=NURSE, password=GOOD,
            means=self.means,
        )  # fmt: skip
        self.key, self.recovery_key = bytes(opened.key), recovery.text
        return self

    def unlocks(self, password: str = GOOD, username: str = "nurse", database: Path | None = None) -> Opened:
        self.seed += 1
        return unlock(self.directory, username, password, self.means, database=database)

    def copied_to(self, directory: Path) -> "Laptop":
        shutil.copytree(self.directory, directory)
        keys = KeysInMemory()
        keys.held = dict(self.keys.held) if self.keys else {}
        return replace(self, directory=directory, keys=keys)


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path / "store").makes_a_store()


def bytes_of(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def with_database(path: Path, opened: Opened) -> None:
    connection = sqlcipher.connect(str(path))
    connection.set_key(opened.raw_key())
    connection.execute("CREATE TABLE t (n)")
    connection.execute("INSERT INTO t VALUES (42)")
    connection.commit()
    connection.close()


def read_database(path: Path, opened: Opened) -> list[tuple[int]]:
    connection = sqlcipher.connect(str(path))
    connection.set_key(opened.raw_key())
    rows: list[tuple[int]] = connection.execute("SELECT n FROM t").fetchall()
    connection.close()
    return rows
