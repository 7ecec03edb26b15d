"""Numbers of a feed are seen in their order and without gaps, however writers meet, wait and give up (PostgreSQL)."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from random import Random

import psycopg
import pytest
from sqlalchemy import URL, Connection

from smf_core.operations.change_set import CHAIN_START, chained
from smf_hub.store import feeds
from smf_hub.store.database import HUB, Database, add_rows, create_database, open_database, parse
from smf_hub.store.tables import change_set, hub
from tests.support.postgres import database

WRITERS, READERS = 32, 4
FEEDS = tuple(f"team:{name}" for name in "abcdef")
GIVES_UP = 0.05


class GaveUp(Exception):
    """A writer takes its work back."""


@pytest.fixture
def url(postgres: URL) -> Iterator[str]:
    with database(postgres) as made:
        first = create_database(parse(made), HUB, None)
        with first.write() as connection:
            hub.create_all(connection)
        first.close()
        yield made


@contextmanager
def opened(url: str, number: int) -> Iterator[list[Database]]:
    """So many databases with connections of their own."""
    with ExitStack() as stack:
        made = [open_database(parse(url), HUB, None) for _ in range(number)]
        for each in made:
            stack.callback(each.close)
        yield made


def entry(feed: str, cs_id: str) -> feeds.Entry:
    row = {"cs_id": cs_id, "replica": "r", "seq": 1, "patient": None, "month": 0, "author": "a", "device": "d"}
    return feeds.Entry(
        feed, sha256(cs_id.encode()).digest(), row | {"received_at": 0, "suspect": False, "head": b"", "body": b""}
    )


Add = Callable[[Connection, list[feeds.Entry]], object]


def write(database: Database, writer: int, work: Callable[[], bool], done: Counter[str], add: Add) -> int:
    """Commit change sets in one or two feeds at a time until there is no more work. Answers how many commits."""
    chance, commits, number = Random(writer), 0, 0
    while work():
        wanted = chance.sample(FEEDS, 1 + (chance.random() < 0.2))
        number += 1
        try:
            with database.write() as connection:
                time.sleep(chance.random() * 0.004)
                add(connection, [entry(feed, f"{writer}-{number}-{feed}") for feed in wanted])
                if chance.random() < 0.3:
                    time.sleep(chance.random() * 0.002)
                if chance.random() < GIVES_UP:
                    raise GaveUp
        except GaveUp:
            continue
        commits += 1
        done.update(wanted)
    return commits


def read(database: Database, ended: threading.Event) -> tuple[Counter[str], int]:
    """Follow every feed by its numbers alone. Answers how many were seen of each, and how many did not follow on."""
    seen: Counter[str] = Counter()
    at = dict.fromkeys(FEEDS, (0, CHAIN_START))
    odd = 0
    while True:
        last = ended.is_set()
        for feed in FEEDS:
            with database.read() as connection:
                rows = list(feeds.after(connection, feed, at[feed][0], 1_000))
            for row in rows:
                number, chain = at[feed]
                odd += row.feed_seq != number + 1 or row.chain != chained(chain, row.cs_hash)
                at[feed] = row.feed_seq, row.chain
            seen[feed] += len(rows)
        if last:
            return seen, odd
        time.sleep(0.005)


def race(url: str, commits: int, add: Add = feeds.add) -> tuple[int, int]:
    """Let writers and readers loose. Answers how many change sets readers stepped over, and how many were odd."""
    left = iter(range(commits))
    turn = threading.Lock()

    def work() -> bool:
        with turn:
            return next(left, None) is not None

    ended = threading.Event()
    done = [Counter[str]() for _ in range(WRITERS)]
    with opened(url, WRITERS + READERS) as all_, ThreadPoolExecutor(WRITERS + READERS) as pool:
        readers = [pool.submit(read, each, ended) for each in all_[WRITERS:]]
        writers = [
            pool.submit(write, each, number, work, done[number], add) for number, each in enumerate(all_[:WRITERS])
        ]
        made = sum(each.result() for each in writers)
        ended.set()
        found = [each.result() for each in readers]
        with all_[0].read() as connection:
            heads = {feed: mark.seq for feed, mark in feeds.heads(connection, FEEDS).items()}
    assert made > commits * 0.9
    expected = sum(done, Counter[str]())
    odd = sum(each for _, each in found)
    if not odd:
        assert heads == dict(expected)
    return sum((expected - seen).total() for seen, _ in found), odd


def from_a_sequence(connection: Connection, entries: list[feeds.Entry]) -> None:
    """Numbers as others give them: taken when asked for, seen when committed."""
    for each in entries:
        number = connection.exec_driver_sql("SELECT nextval('numbers')").scalar_one()
        row = {**each.row, "feed": each.feed, "feed_seq": number, "chain": b"", "cs_hash": each.hash}
        add_rows(connection, change_set, [row])


def test_reg_B01_no_reader_steps_over_a_number(url: str) -> None:
    assert race(url, 3_000) == (0, 0)


@pytest.mark.nightly
def test_reg_B01_no_reader_steps_over_a_number_in_a_hundred_thousand(url: str) -> None:
    assert race(url, 100_000) == (0, 0)


def test_with_numbers_from_a_sequence_readers_do(url: str) -> None:
    with psycopg.connect(url, options=f"-csearch_path={HUB}") as connection:
        connection.execute("CREATE SEQUENCE numbers")
    stepped_over, _ = race(url, 600, from_a_sequence)
    assert stepped_over > 0


def test_reg_B02_an_open_transaction_elsewhere_stops_no_feed(url: str, postgres: URL) -> None:
    """Another database's transaction holds the horizon while tens of thousands of numbers of transactions go by."""
    with (
        database(postgres) as elsewhere,
        psycopg.connect(elsewhere) as held,
        psycopg.connect(elsewhere, autocommit=True) as burning,
    ):
        held.execute("SELECT pg_current_xact_id()")
        burning.execute(
            "CREATE PROCEDURE burn(n int) LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1..n LOOP "
            "PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
        )
        before = burning.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        burning.execute("CALL burn(50000)")
        after = burning.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert before is not None
        assert after is not None
        assert after[0] - before[0] >= 50_000
        assert race(url, 300) == (0, 0)
        held.rollback()
