"""A real hub in a blink, on either engine, and feeds as ingest would have filled them.

The migrations run once in a process and their files are copied, or an emptied database is used again. The tests of the
migrations and of the hub's commands make theirs the way the product does.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import inspect

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.digest import month
from smf_hub.ports import World
from smf_hub.service.place import Place, make_place, new_identity, open_place
from smf_hub.store import feeds
from smf_hub.store.database import HUB, RECORDS, Database, file_of, open_database, parse
from smf_hub.store.identity import write_identity
from smf_hub.store.keys import raw_key
from tests.support.keys import ToldClock
from tests.support.stores import ids

KEY = "5a" * 32
"""Of every hub of a test on SQLite."""
RECOVERY_KEY = bytes(range(32))
PARTS = (HUB, RECORDS)


def key_of(url: str) -> str | None:
    return KEY if url.startswith("sqlite") else None


def hub_world(first: int = 50_000) -> World:
    """The clock stands until it is told; ids rise; the bytes nobody can guess are the same in every run."""
    numbers = count(first)

    def random(size: int) -> bytes:
        return hashlib.shake_256(str(next(numbers)).encode()).digest(size)

    return World(clock=ToldClock(), new_id=ids(first), random=random)


@contextmanager
def new_hub(url: str, world: World | None = None) -> Iterator[Place]:
    """A new hub at a URL, open."""
    place = new_place(url, world or hub_world())
    try:
        yield place
    finally:
        place.close()


def new_place(url: str, world: World) -> Place:
    """A new training hub as `make_place` makes it, which the caller closes. On PostgreSQL the tables may be there."""
    at, key = parse(url), key_of(url)
    if key is None:
        hub, records = _on_postgresql(url)
        with hub.read() as connection:
            is_made = inspect(connection).has_schema(HUB)
        if not is_made:
            hub.close()
            records.close()
            return make_place(url, key, world, service="Derby", kind="training", recovery_key=RECOVERY_KEY)
    else:
        for part, content in _empty_files().items():
            with file_of(at, part).open("xb") as file:
                file.write(content)
            file_of(at, part).chmod(0o600)
        hub, records = (open_database(at, part, raw_key(key, part)) for part in PARTS)
    identity = new_identity(world, service="Derby", kind="training", recovery_key=RECOVERY_KEY)
    with hub.write() as connection:
        write_identity(connection, identity)
    return Place(hub, records, world, identity)


@cache
def _on_postgresql(url: str) -> tuple[Database, Database]:
    """Both parts of a hub there. What one test closed connects again when the next one asks, and knows its SQL."""
    hub, records = (open_database(parse(url), part, None) for part in PARTS)
    return hub, records


@cache
def _empty_files() -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        at = f"sqlite:///{Path(folder) / 'hub.db'}"
        make_place(at, KEY, hub_world(), service="", kind="training", recovery_key=RECOVERY_KEY).close()
        return {part: file_of(parse(at), part).read_bytes() for part in PARTS}


@contextmanager
def hub_again(url: str, world: World | None = None) -> Iterator[Place]:
    """The hub at a URL, opened once more."""
    place = open_place(url, key_of(url), world or hub_world(90_000))
    try:
        yield place
    finally:
        place.close()


def numbered(place: Place, feed: str, change_sets: Iterable[ChangeSet]) -> None:
    """Have change sets stand in a feed, as if a laptop had sent them and all were accepted."""
    with place.hub.write() as connection:
        feeds.add(connection, [feeds.Entry(feed, each.hash, _row(each)) for each in change_sets])


def _row(each: ChangeSet) -> dict[str, object]:
    head = each.head
    return {
        "cs_id": head.cs_id,
        "replica": head.replica_id,
        "seq": head.seq,
        "patient": head.patient_id,
        "month": month(head),
        "author": head.author,
        "device": "laptop",
        "received_at": 0,
        "suspect": False,
        "head": each.head_bytes,
        "body": each.body_bytes,
    }


def wait_for(done: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what another thread does. Raises `TimeoutError`."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise TimeoutError(f"not done after {seconds} seconds")
        time.sleep(0.01)
