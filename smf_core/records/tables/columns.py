"""What the tables are made of."""

from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, String, Text, text

metadata = MetaData()


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


def index_where_said(name: str, *columns: str) -> Index:
    """An index of the rows in which the first of its columns holds something: the others cost a save nothing."""
    said = text(f"{columns[0]} IS NOT NULL")
    return Index(name, *columns, sqlite_where=said, postgresql_where=said)
