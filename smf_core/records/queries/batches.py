"""Rows for many ids at once: one statement per few hundred ids, never one per id.

A statement that is made once, when its module is read, is asked ten times as fast as one composed for each question.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, String, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from smf_core.records.log import chunks

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
Code = TypeVar("Code", bound=StrEnum)


class _EachOf(FunctionElement[Any]):
    """The texts of a JSON array, a row each, in the column `value`."""

    inherit_cache = True


@compiles(_EachOf)
def _on_sqlite(each: _EachOf, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_each({compiler.process(each.clauses, **how)})"


@compiles(_EachOf, "postgresql")
def _on_postgresql(each: _EachOf, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(each.clauses, **how)} AS json))"


_IDS = select(_EachOf(bindparam("ids", type_=String())).table_valued("value").c.value)


def among(statement: Select[*tuple[Any, ...]], column: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """The statement, of the rows alone whose column holds one of the ids that `rows_in` is given."""
    return statement.where(column.in_(_IDS))


def rows_in(
    connection: Connection, statement: Select[*tuple[Any, ...]], ids: Iterable[Any]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """The rows of a statement made by `among`; its own order holds within each chunk of ids."""
    wanted = tuple(dict.fromkeys(ids))
    for part in chunks(wanted):
        some = msgspec.json.encode(part).decode()
        # At once: a row at a time, fetching takes several times as long.
        yield from connection.execute(statement, {"ids": some}).all()


def grouped(values: Iterable[V], key: Callable[[V], K]) -> defaultdict[K, list[V]]:
    """The values by key, each group in the order they came."""
    found: defaultdict[K, list[V]] = defaultdict(list)
    for value in values:
        found[key(value)].append(value)
    return found


def code(kind: type[Code], said: str | None, otherwise: Code) -> Code:
    """A word of a column as the code it is; a word that a newer version wrote there reads as `otherwise`.

    Whoever asks chooses the reading that does least harm: a gate not met, a flag as urgent as any.
    """
    try:
        return kind(said or "")
    except ValueError:
        return otherwise


def codes(text: str) -> tuple[str, ...]:
    """The codes of a comma-separated column."""
    return tuple(text.split(",")) if text else ()
