"""What tests find when they ask for a real PostgreSQL, and what they leave behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Connection

from smf_hub.service import people
from smf_hub.service.managing import everyone
from smf_hub.service.place import Place
from smf_hub.store.database import READERS
from smf_hub.store.feeds import note_event
from tests.support.emptied import EmptiedDatabase
from tests.support.hubs import new_hub
from tests.support.joining import staffed
from tests.support.postgres import NAMED, database

ENDED = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""

HELD = """
from tests.support.postgres import server
import time
with server() as url:
    print(url.query["host"], flush=True)
    time.sleep(60)
"""


def test_each_test_has_a_database_of_its_own_and_it_is_gone_afterwards(postgres: URL) -> None:
    with database(postgres) as one, database(postgres) as other:
        for url in (one, other):
            with psycopg.connect(url) as connection:
                connection.execute("CREATE TABLE t (n integer)")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(one)


def test_a_lent_database_is_empty_each_time_and_another_one_once_its_tables_were_changed(postgres: URL) -> None:
    with closing(EmptiedDatabase(postgres)) as lender:
        with lender.lent() as first, new_hub(first) as place:
            staffed(place, "amy")
            assert everyone(place)
        with lender.lent() as again:
            with new_hub(again) as place:
                assert (again, list(everyone(place))) == (first, [])
            with psycopg.connect(again, autocommit=True) as connection:
                connection.execute("CREATE TABLE hub.more (n integer)")
        with lender.lent() as other:
            assert other != first


@pytest.mark.skipif(NAMED in os.environ or os.name == "nt", reason="the server is not ours")
def test_a_server_whose_tests_were_killed_ends_and_leaves_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", HELD], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    folder = Path(child.stdout.readline().strip())
    assert (folder / "data").is_dir()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    until = time.monotonic() + 20
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folder.exists()


def read(place: Place) -> object:
    return list(everyone(place))


def write(place: Place) -> None:
    with place.hub.write() as connection:
        note_event(connection, place.world.new_id(), 0, "told", device=None, user=None)


def ask_at_once(place: Place) -> object:
    return people.noted(place, "nobody")


@pytest.mark.parametrize("asks", [read, write, ask_at_once])
def test_a_line_that_the_server_ended_is_laid_anew_before_anybody_notices(
    postgres: URL, asks: Callable[[Place], object]
) -> None:
    with closing(EmptiedDatabase(postgres)) as lender, lender.lent() as url, new_hub(url) as place:
        staffed(place, "amy")
        before = asks(place)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(ENDED)
        assert asks(place) == before


def test_who_asks_while_another_does_is_answered_and_a_question_that_fails_harms_no_other(tmp_path: Path) -> None:
    def counted(hub: Connection) -> int:
        return int(hub.exec_driver_sql("SELECT count(*) FROM identity").scalar_one())

    def fails(hub: Connection) -> int:
        raise LookupError

    with new_hub(f"sqlite:///{tmp_path / 'hub.db'}") as place:
        at_once = place.hub.at_once
        for _ in range(2 * READERS):
            with pytest.raises(LookupError):
                at_once(fails)
            with pytest.raises(LookupError):
                at_once(lambda _: at_once(fails))
        assert at_once(lambda _: at_once(lambda _: at_once(counted))) == at_once(counted) == 1
