"""Rows into tables by statements made once, for SQLCipher and for PostgreSQL.

A save writes some ten rows. Composing a statement anew for each table takes longer than the store needs to write them,
so how each column's values are handed to the driver is worked out once per table, and every text once. They go
straight to the driver, in the transaction that the caller has begun: SQLAlchemy's bookkeeping takes as long again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Boolean,
    ClauseElement,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    String,
    Table,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import registry

Row = Mapping[str, Any]
"""Values by column name; a column that is not named is empty."""

Values = tuple[Any, ...]
"""A row as the driver takes and answers it, in the order of the table's columns."""

_DRIVERS = {"sqlite": ("sqlite.pysqlite", "qmark"), "postgresql": ("postgresql.psycopg", "format")}
"""By engine: how SQLAlchemy calls the driver, and how that has values marked in a statement's text."""
_EACH_OF = "json_each(?)", "json_array_elements_text(%s::json) AS each_of(value)"
_NUMBERS = (
    "IN (SELECT CAST(value AS integer) FROM json_each(?))",
    "= ANY (ARRAY (SELECT CAST(value AS integer) FROM json_each(?)))",
)
"""Some numbers: PostgreSQL takes what it cannot count for a hundred, and would rather read a whole feed than look for
ten of its places; for the values of an array it goes to the index. For many texts that would be the slower way."""

_AS_NUMBER: Callable[[bool | None], int | None] = {None: None, False: 0, True: 1}.__getitem__
"""The driver itself would look up how to write each."""

TEXTS = 1024
"""Statements kept: a handful for each table."""


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """A table as a driver sees it. `binds` makes the values of some columns, by their place, fit for the driver.

    `whole` reads a row that names every column.
    """

    table: Table
    dialect: Dialect
    names: tuple[str, ...]
    known: frozenset[str]
    keys: tuple[int, ...]
    binds: Mapping[int, Callable[[Any], Any]]
    whole: Callable[[Row], Values]

    def values(self, row: Row) -> Values:
        """Raises `KeyError` for a name that is no column."""
        made = list(self.said(row))
        for place, bind in self.binds.items():
            made[place] = bind(made[place])
        return tuple(made)

    def said(self, row: Row) -> Values:
        """The values as they were said, not fit for the driver yet. Raises `KeyError` for a name that is no column."""
        try:
            if len(row) == len(self.names):
                return self.whole(row)
        except KeyError:  # as many names, and one that is no column
            raise KeyError(*(row.keys() - self.known)) from None
        if not row.keys() <= self.known:
            raise KeyError(*(row.keys() - self.known))
        return tuple(map(row.get, self.names))

    def key(self, values: Values) -> Values:
        return tuple(values[place] for place in self.keys)

    def row(self, values: Values) -> Row:
        return dict(zip(self.names, values, strict=True))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows that are not there yet."""
    shape = _shape(table, connection.dialect.name)
    insert_values(connection, table, [shape.said(row) for row in rows])


def insert_values(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """`insert_rows` for rows whose values stand in the order of the table's columns."""
    if rows:
        shape = _shape(table, connection.dialect.name)
        run(connection, *_insert(shape, rows, shape.binds))


def statement(table: Table, rows: Sequence[Row]) -> tuple[str, list[Values]]:
    """The text of an insert into SQLite, and the rows as it takes them. Raises `KeyError` for what is no column."""
    shape = _shape(table, "sqlite")
    return _insert(shape, [shape.said(row) for row in rows], shape.binds)


def replace_rows(connection: Connection, table: Table, owner: str, record: str, rows: Sequence[Row]) -> list[Row]:
    """Have exactly these rows in a table where the column `owner`, a part of its key, names a record.

    Only what differs is written: a row that is as it was costs the store nothing, a column that is as it was no index.
    Answers the rows that stood there and those that stand there now, where they differ.
    """
    shape = _shape(table, connection.dialect.name)
    found = connection.connection.cursor()
    found.execute(_select(shape, owner), (record,))
    held = {shape.key(values): values for values in found.fetchall()}
    wanted = {shape.key(values): values for values in map(shape.values, rows)}
    if held == wanted:
        return []
    new = [values for key, values in wanted.items() if key not in held]
    gone = [key for key in held if key not in wanted]
    other = [key for key in held if key in wanted and held[key] != wanted[key]]
    if gone:
        run(connection, _delete(shape), gone)
    for key in other:
        _update(connection, shape, key, held[key], wanted[key])
    if new:
        run(connection, *_insert(shape, new, {}))
    before, after = (*gone, *other), (*new, *(wanted[key] for key in other))
    return [shape.row(values) for values in (*(held[key] for key in before), *after)]


def asked(connection: Connection, text: str, values: Values = ()) -> Sequence[Values]:
    """What a statement answers that marks values by `?` and many at once, as JSON, by `json_each(?)`; put once."""
    cursor = connection.connection.cursor()
    cursor.execute(_in_words_of(text, connection.dialect.name), values)
    return cursor.fetchall()


def do(connection: Connection, text: str, values: Values) -> None:
    """Have one statement done that is put as `asked` takes it and answers nothing."""
    connection.connection.cursor().execute(_in_words_of(text, connection.dialect.name), values)


@lru_cache(TEXTS)
def _in_words_of(text: str, engine: str) -> str:
    if engine == "sqlite":
        return text
    return text.replace(*_NUMBERS).replace(*_EACH_OF).replace("?", "%s")


def run(connection: Connection, text: str, rows: Sequence[Values]) -> None:
    """Have the driver do one statement of a begun transaction for each of some rows. Raises the driver's own errors."""
    connection.connection.cursor().executemany(text, rows)


def _insert(
    shape: _Shape, rows: Sequence[Values], binds: Mapping[int, Callable[[Any], Any]]
) -> tuple[str, list[Values]]:
    """What is empty in all of these rows is said in the text: the driver copies each value it is handed."""
    count = len(rows)
    said, given = [], []
    for place, each in enumerate(zip(*rows, strict=True)):
        how = "''" if each.count("") == count else "NULL" if each.count(None) == count else "?"
        if how == "?" or place in shape.keys:
            how, bind = "?", binds.get(place)
            given.append(tuple(map(bind, each)) if bind else each)
        said.append(how)
    return _insert_text(shape, tuple(said)), list(zip(*given, strict=True))


def _update(connection: Connection, shape: _Shape, key: Values, held: Values, wanted: Values) -> None:
    changed = tuple(place for place, value in enumerate(wanted) if value != held[place])
    run(connection, _update_text(shape, changed), [(*(wanted[place] for place in changed), *key)])


@lru_cache(TEXTS)
def _insert_text(shape: _Shape, said: tuple[str, ...]) -> str:
    values: dict[str, ColumnElement[Any]] = {
        name: bindparam(f"to_{name}") if how == "?" else literal_column(how)
        for name, how in zip(shape.names, said, strict=True)
    }
    return _text(shape, insert(shape.table).values(values))


@lru_cache(TEXTS)
def _update_text(shape: _Shape, changed: tuple[int, ...]) -> str:
    values: dict[str, ColumnElement[Any]] = {
        name: bindparam(f"to_{name}") for name in (shape.names[place] for place in changed)
    }
    return _text(shape, update(shape.table).where(*_of_key(shape)).values(values))


@cache
def _select(shape: _Shape, owner: str) -> str:
    return _text(shape, select(shape.table).where(shape.table.c[owner] == bindparam("of")))


@cache
def _delete(shape: _Shape) -> str:
    return _text(shape, delete(shape.table).where(*_of_key(shape)))


def _of_key(shape: _Shape) -> tuple[ColumnElement[bool], ...]:
    return tuple(column == bindparam(f"of_{column.name}") for column in shape.table.primary_key.columns)


def _text(shape: _Shape, statement: ClauseElement) -> str:
    return str(statement.compile(dialect=shape.dialect))


@cache
def _shape(table: Table, engine: str) -> _Shape:
    columns = tuple(table.columns)
    names = tuple(column.name for column in columns)
    driver, marks = _DRIVERS[engine]
    dialect: Dialect = registry.load(driver)(paramstyle=marks)
    binds = ((place, _bind(column, dialect)) for place, column in enumerate(columns))
    return _Shape(
        table=table,
        dialect=dialect,
        names=names,
        known=frozenset(names),
        keys=tuple(names.index(column.name) for column in table.primary_key.columns),
        binds={place: bind for place, bind in binds if bind is not None},
        whole=itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],),  # of one it answers no tuple
    )


def _bind(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What SQLAlchemy does to the values of a column before the driver gets them."""
    if dialect.name == "postgresql" and isinstance(column.type, String):
        return _without_nul
    if isinstance(column.type, Boolean) and dialect.name == "sqlite":
        return _AS_NUMBER
    made: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    return made


def _without_nul(words: str | None) -> str | None:
    """PostgreSQL holds every character but this one; what the change set says stays in its bytes."""
    return words.replace("\0", "\ufffd") if words else words
