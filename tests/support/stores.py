"""A real encrypted store in a blink: one file migrated per run, copied for every test that asks."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

import migrations
from smf_core.operations.change_set import Item
from smf_desktop.store.engine import FILE
from smf_desktop.store.high_water import HighWater
from smf_desktop.store.recovery import Opening, open_store
from smf_desktop.store.schema import create_store
from smf_desktop.store.store import Store
from tests.support.made_once import made_once

SCRIPTS = Path(migrations.__file__).parent
NOW = datetime(2026, 11, 17, 9, 5, tzinfo=UTC)
NURSE = "00000000-0000-7000-8000-00000000aaaa"


def raw_key(number: int = 1) -> bytearray:
    """A raw key text of its own for each number: 64 hex digits of key, 32 of salt."""
    return bytearray(b"x'" + f"{number:064x}{number + 0xABCDEF:032x}".encode() + b"'")


def ids(first: int = 0) -> Callable[[], str]:
    """Ids that look like the real ones and rise, the same in every run."""
    numbers = count(first + 1)
    return lambda: f"0193{next(numbers):08x}"[:8] + f"-0000-7000-8000-{next(numbers):012x}"


def item(entity: str, entity_id: str, kind: str, *bases: tuple[str, int], **payload: object) -> Item:
    return Item(entity=entity, entity_id=entity_id, kind=kind, bases=bases, payload=payload)


def save_note(store: Store, new_id: Callable[[], str], text: str, after: timedelta = timedelta()) -> str:
    """One save such as a nurse makes, of a visit that did not go ahead. Answers the visit's id."""
    visit = new_id()
    with store.work(author=NURSE, now=NOW + after, new_id=new_id) as work:
        work.save([item("visit", visit, "not_gone_ahead", patient=NURSE, reason="no_access", note=text)], patient=NURSE)
    return visit


def make_store(directory: Path, key: bytearray, first: int = 0) -> None:
    """A new empty store, by the way the application makes one."""
    create_store(directory, scripts=SCRIPTS, new_id=ids(first), fill=lambda folder: bytearray(key))


class Laptop:
    """A store's folder that can be opened, closed, and left as a killed process leaves it."""

    def __init__(self, directory: Path, key: bytearray) -> None:
        self.directory = directory
        self.path = directory / FILE
        self.log = directory / f"{FILE}-wal"
        self.key = key
        self.new_id = ids(1_000)

    def mark(self) -> HighWater:
        return HighWater(self.directory, bytearray(32))

    def open(self) -> Opening:
        return open_store(self.directory, self.key, self.mark(), now=NOW, new_id=self.new_id, reserve=1024)

    def left_running(self, folder: Path) -> "Laptop":
        """What the disk holds of this store while it is open, as a copy: the state a kill leaves."""
        left = Laptop(shutil.copytree(self.directory, folder), self.key)
        left.new_id = self.new_id
        return left


@pytest.fixture(scope="session")
def store_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store under `raw_key()`, to be copied."""
    return made_once(tmp_path_factory, "store", lambda folder: make_store(folder / "store", raw_key())) / "store"


@pytest.fixture
def laptop(store_template: Path, tmp_path: Path) -> Laptop:
    """A new empty store nobody has opened."""
    shutil.copytree(store_template, tmp_path / "store")
    return Laptop(tmp_path / "store", raw_key())


@pytest.fixture
def store(laptop: Laptop) -> Iterator[Store]:
    """A new empty store, open."""
    opened = Store(laptop.directory, laptop.key)
    yield opened
    opened.close()
