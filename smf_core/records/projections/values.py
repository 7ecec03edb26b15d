"""One record as rows: how the fields of a folded record are read into columns.

A record whose first operation has not arrived yet makes no rows: it is held until it does. Whatever JSON a payload
holds, rows can be made of it: a field of a form not known here counts as absent, and a date or time that a row must
have is then that of the save, so that one odd operation hides neither its record nor the next one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Column, Table

from smf_core.operations.fold import Record, Value
from smf_core.records.instants import columns, day

Row = dict[str, Any]
Rows = Mapping[Table, list[Row]]


@dataclass(frozen=True, slots=True)
class Projection:
    """The tables that hold a kind of record, each with the column naming the record, and how its rows are made."""

    owners: tuple[tuple[Table, Column[Any]], ...]
    rows: Callable[[Record], Rows]


def json_text(value: Any) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


def text(value: Value | None, name: str) -> str:
    if value is None:
        return ""
    found = value.shown.payload.get(name)
    return found if isinstance(found, str) else "" if found is None else str(found)


def maybe(value: Value | None, name: str) -> str | None:
    return text(value, name) or None


def state(value: Value | None, name: str, first: StrEnum) -> str:
    """How far something has got. One that is not known here stands at the start, so that no list loses it."""
    said = text(value, name)
    return said if said in frozenset(type(first)) else first.value


def flag(value: Value | None, name: str) -> bool:
    return bool(value and value[name])


def whole(value: Value | None, name: str) -> int | None:
    found = value[name] if value else None
    return int(found) if isinstance(found, int) and abs(found) < 2**63 else None


def codes(value: Value | None, name: str) -> str:
    found = value[name] if value else None
    return ",".join(str(code) for code in found) if isinstance(found, list) else text(value, name)


def needed_day(value: Value, name: str) -> date:
    """A date that the row must have."""
    return day(maybe(value, name)) or value.shown.care_moment.date()


def instant(column: str, value: Value, name: str) -> Row:
    """An instant that the row must have."""
    return columns(column, value[name], value.shown.care_time)


def struck(record: Record) -> str:
    return text(record.value("struck"), "reason")


_READERS: Mapping[str, Callable[[Value, str], Any]] = {
    "text": text,
    "code": maybe,
    "codes": codes,
    "flag": flag,
    "whole": whole,
    "count": lambda value, name: whole(value, name) or 0,
    "json": lambda value, name: json_text(value[name]) if value[name] is not None else "",
    "day": lambda value, name: day(maybe(value, name)),
    "needed_day": needed_day,
}
"""How a column is read from a field of the same name; `from_` stands for `from`, which Python keeps for itself."""


def read(value: Value, fields: Mapping[str, str]) -> Row:
    return {(column := name.rstrip("_")): _READERS[how](value, column) for name, how in fields.items()}


def one(
    table: Table, unit: str, more: Callable[[Record, Value], Row] | None = None, **fields: str
) -> Callable[[Record], Rows]:
    """One row of the unit that makes the record; `more` adds what is not a field of that unit."""

    def rows(record: Record) -> Rows:
        value = record.value(unit)
        if not value:
            return {}
        row = {"id": record.entity_id, **read(value, fields)}
        return {table: [row | more(record, value) if more else row]}

    return rows


def of(rows: Callable[[Record], Rows], *owners: Column[Any]) -> Projection:
    return Projection(tuple((owner.table, owner) for owner in owners if isinstance(owner.table, Table)), rows)
