"""A real hub in a blink, on either engine, and feeds as ingest would have filled them."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.digest import month
from smf_hub.ports import World
from smf_hub.service.place import Place, make_place, open_place
from smf_hub.store import feeds
from tests.support.keys import ToldClock
from tests.support.stores import ids

KEY = "5a" * 32
"""Of every hub of a test on SQLite."""


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
    place = make_place(
        url, key_of(url), world or hub_world(), service="Derby", kind="training", recovery_key=bytes(range(32))
    )
    try:
        yield place
    finally:
        place.close()


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
