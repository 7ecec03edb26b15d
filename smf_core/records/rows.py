"""Rows into tables by statements made once.

A save writes some ten rows. Composing a statement anew for each table takes longer than the store needs to write them,
so the text of an insert, and how each column's values are handed to the driver, are worked out once per table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert
from sqlalchemy.dialects import sqlite

Row = Mapping[str, Any]
"""Values by column name; a column that is not named is empty."""

_DIALECT = sqlite.dialect(paramstyle="qmark")


@dataclass(frozen=True, slots=True)
class _Insert:
    """`columns`: their names in the order of the statement, each with what makes its values fit for the driver."""

    text: str
    names: frozenset[str]
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def values(self, row: Row) -> tuple[Any, ...]:
        """Raises `KeyError` for a name that is no column."""
        if not row.keys() <= self.names:
            raise KeyError(*(row.keys() - self.names))
        given = row.get
        return tuple(given(name) if bind is None else bind(given(name)) for name, bind in self.columns)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows that are not there yet."""
    connection.exec_driver_sql(*statement(table, rows))


def statement(table: Table, rows: Sequence[Row]) -> tuple[str, list[tuple[Any, ...]]]:
    """The text of an insert, and the rows as the driver takes them. Raises `KeyError` for a name that is no column."""
    made = _insert(table)
    return made.text, [made.values(row) for row in rows]


def delete_rows(connection: Connection, table: Table, column: str, values: Iterable[str]) -> None:
    """Take away the rows whose column holds one of these values."""
    connection.exec_driver_sql(_delete(table, column), [(value,) for value in values])


@cache
def _insert(table: Table) -> _Insert:
    compiled = insert(table).compile(dialect=_DIALECT)
    columns = tuple(table.columns)
    return _Insert(
        text=str(compiled),
        names=frozenset(column.name for column in columns),
        columns=tuple((column.name, column.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)) for column in columns),
    )


@cache
def _delete(table: Table, column: str) -> str:
    return str(delete(table).where(table.c[column] == bindparam("gone")).compile(dialect=_DIALECT))
