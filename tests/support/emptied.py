"""A PostgreSQL database with the tables of a hub, which many tests use in turn: making one takes a while."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL

from tests.support.hubs import new_hub
from tests.support.postgres import database


class EmptiedDatabase:
    """A database of a PostgreSQL with the tables of a hub, lent to one test after another and emptied in between.

    Where a test left the tables otherwise than it found them, the next one gets another database.
    """

    def __init__(self, server: URL) -> None:
        self._server, self._held = server, ExitStack()
        self._url = ""
        self._tables: list[tuple[Any, ...]] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a database in which `new_hub` finds tables and nothing in them."""
        if not self._url:
            self._url = self._held.enter_context(database(self._server))
            with new_hub(self._url):
                pass
            with psycopg.connect(self._url) as connection:
                self._tables = _tables(connection)
                _empty(connection)
        yield self._url
        if not self._is_empty_again():
            self.close()

    def close(self) -> None:
        self._held.close()
        self._url = ""

    def _is_empty_again(self) -> bool:
        try:
            with psycopg.connect(self._url) as connection:
                if _tables(connection) == self._tables:
                    _empty(connection)
                    return True
        except psycopg.Error:  # somebody holds what should be emptied
            pass
        return False


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
    connection.execute("SET lock_timeout = '5s'")
    names = connection.execute(
        f"SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN {_SCHEMAS} AND tablename <> ALL(%s)",
        (list(_KEPT),),
    ).fetchall()
    for name in names:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(*name)))
