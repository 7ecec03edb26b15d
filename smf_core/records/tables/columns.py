"""What the tables are made of."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Index, Integer, MetaData, String, Text, TypeDecorator, text

metadata = MetaData()
_FIRST = date(1970, 1, 1).toordinal()


class DayNumber(TypeDecorator[date]):
    """A day as the number of days since 1 January 1970: SQLite goes through numbers three times as fast as through
    the text that a date is there, and an index of them has half the pages."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> int | None:
        return None if value is None else value.toordinal() - _FIRST

    def process_result_value(self, value: int | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromordinal(value + _FIRST)


def id_column(name: str, *, key: bool = False, nullable: bool = False) -> Column[str]:
    return Column(name, String(36), primary_key=key, nullable=nullable and not key)


def instant_columns(name: str, *, nullable: bool = False) -> tuple[Column[Any], Column[Any]]:
    return (
        Column(f"{name}_at", String(27), nullable=nullable),
        Column(f"{name}_offset", Integer, nullable=nullable),
    )


def text_column(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def code_column(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, String(40), nullable=nullable)


def index_where_said(name: str, *columns: str, of: str = "") -> Index:
    """An index of the rows in which a column, its first unless it is named, holds something: others cost nothing."""
    said = text(f"{of or columns[0]} IS NOT NULL")
    return Index(name, *columns, sqlite_where=said, postgresql_where=said)


def index_of_unsettled(name: str, column: str, apart: str, on_postgresql: str = "") -> Index:
    """An index of the few rows that two people changed apart; `apart` is how a query asks for them, word for word."""
    return Index(name, column, sqlite_where=text(apart), postgresql_where=text(on_postgresql or apart))


def fit_for_postgresql(made: MetaData) -> None:
    """Have PostgreSQL hold what SQLite does: text of any length sorted by its characters, numbers of 64 bits."""
    for table in made.tables.values():
        for column in table.columns:
            if isinstance(column.type, String):
                column.type = column.type.with_variant(Text(collation="C"), "postgresql")
            elif isinstance(column.type, Integer):
                column.type = column.type.with_variant(BigInteger(), "postgresql")
