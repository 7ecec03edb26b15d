"""A PostgreSQL database with the tables of a hub, which many tests use in turn: making one takes a while."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

from tests.support.hubs import new_hub
from tests.support.kept_open import kept_open
from tests.support.postgres import database


class EmptiedDatabase:
    """A database of a PostgreSQL with the tables of a hub, lent to one test after another and emptied in between.

    Where a test left the tables otherwise than it found them, the next one gets another database.
    """

    def __init__(self, server: URL) -> None:
        self._server, self._held = server, ExitStack()
        self._url = ""
        self._tables: list[tuple[Any, ...]] = []
        self._line: psycopg.Connection | None = None

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a database in which `new_hub` finds tables and nothing in them."""
        if not self._url:
            self._url = self._held.enter_context(database(self._server))
            with new_hub(self._url):
                pass
            self._line = psycopg.connect(self._url, options="-clock_timeout=5s")
            self._held.callback(self._line.close)
            with self._line.transaction():
                self._tables = _tables(self._line)
                _empty(self._line)
        yield self._url
        if not self._is_empty_again():
            self.close()

    def close(self) -> None:
        self._held.close()
        self._url, self._line = "", None

    def _is_empty_again(self) -> bool:
        """By one connection that stays: a new one would first have to learn what each of the tables is."""
        assert self._line is not None
        try:
            with self._line.transaction():
                if _tables(self._line) == self._tables:
                    _empty(self._line)
                    return True
        except psycopg.Error:  # somebody holds what should be emptied
            pass
        return False


@pytest.fixture(scope="session")
def emptied(request: pytest.FixtureRequest, postgres: URL) -> EmptiedDatabase:
    """The one of this process of tests."""
    return kept_open(request.config, _on, postgres)


def _on(server: URL) -> closing[EmptiedDatabase]:
    return closing(EmptiedDatabase(server))


_SCHEMAS = "('hub', 'records')"
_KEPT = ("alembic_version", "records_shape")
"""What says which tables these are."""


def _tables(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """Every table, index and schema as the server numbers them, and which version they say they are."""
    found = connection.execute(
        "SELECT n.nspname, c.oid, c.relname, c.relnatts, c.relchecks, c.relhastriggers"
        " FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid"
        " WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema') ORDER BY 1, 2"
    ).fetchall()
    said = "SELECT version_num FROM hub.alembic_version UNION ALL SELECT shape FROM records.records_shape"
    return found + connection.execute(said).fetchall()


def _empty(connection: psycopg.Connection) -> None:
    names = connection.execute(
        f"SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN {_SCHEMAS} AND tablename <> ALL(%s)",
        (list(_KEPT),),
    ).fetchall()
    each = (sql.SQL("DELETE FROM {}").format(sql.Identifier(*name)) for name in names)
    connection.execute(sql.SQL("; ").join(each))
