"""Which counted episodes are asked about, and how they are told apart."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Integer, String, case, cast, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from smf_core.domain.discharge import FAVOURABLE
from smf_core.figures.figure import Asked, Split
from smf_core.records import tables as t

E = t.counted_episode.c

GOOD = E.outcome.in_(sorted(outcome.value for outcome in FAVOURABLE))
BY_EPISODE = frozenset(Split)
"""A split of episodes is by any of these: each has one skill, one nurse, one team, and one month it was closed in."""


class Unsought(FunctionElement[Any]):
    """A column that SQLite is not to look rows up by: it is to read an index in the order of the groups instead.

    What it looks up it would have to sort, each row in memory that is locked and wiped: that takes ten times as long.
    """

    inherit_cache = True

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(Unsought)
def _as_it_stands(unsought: Unsought, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(unsought.clauses, **how)


@compiles(Unsought, "sqlite")
def _with_a_sign(unsought: Unsought, compiler: SQLCompiler, **how: Any) -> str:
    return f"+{compiler.process(unsought.clauses, **how)}"


Sought = Callable[[Column[Any]], ColumnElement[Any]]


def sought(column: Column[Any]) -> ColumnElement[Any]:
    return column


def asked_for(asked: Asked, by: Sought = sought) -> list[ColumnElement[bool]]:
    """What holds of an episode that is asked about, whenever it was."""
    wanted = ((E.team, asked.team), (by(E.skill), asked.skill), (E.nurse, asked.nurse))
    found = [column == said for column, said in wanted if said]
    if asked.locality:
        found.append(referred_from(asked.locality, E.referrer))
    return found


def closed_in(asked: Asked, by: Sought = sought) -> list[ColumnElement[bool]]:
    return [E.closed_on.is_not(None), by(E.closed_on).between(asked.since, asked.until), *asked_for(asked, by)]


def begun_in(asked: Asked, by: Sought = sought) -> list[ColumnElement[bool]]:
    return [by(E.first_on).between(asked.since, asked.until), *asked_for(asked, by)]


def sums(
    connection: Connection,
    asked: Asked,
    day: Column[Any],
    held: Callable[[Asked, Sought], Sequence[ColumnElement[bool]]],
    *each: ColumnElement[int],
) -> list[tuple[Any, ...]]:
    """(part, every sum in turn, how many episodes), by part; `day` names the month. Without episodes, no part."""
    if asked.by in (Split.NURSE, Split.TEAM):
        part = part_of(asked.by)
        asking = select(part, *each, func.count()).where(*held(asked, sought)).group_by(part)
    elif asked.by is Split.SKILL:
        asking = select(E.skill, *each, func.count()).where(*held(asked, Unsought)).group_by(E.skill)
    elif asked.by is Split.MONTH:
        asking = select(month_of(day), *each, func.count()).where(*held(asked, sought)).group_by(day)
    else:
        asking = select(cast("", String), *each, func.count()).where(*held(asked, sought))
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(each) + 1))
    for name, *counts in map(tuple, connection.execute(asking)):
        if counts[-1]:
            found[name] = [one + other for one, other in zip(found[name], counts, strict=True)]
    return [(name, *counts) for name, counts in sorted(found.items())]


def open_on_last_day(asked: Asked) -> list[ColumnElement[bool]]:
    """Taught already and not yet closed when the last of the days asked for ended."""
    return [E.first_on <= asked.until, open_at_end_of(asked.until), *asked_for(asked)]


def open_still(asked: Asked) -> list[ColumnElement[bool]]:
    """Of `open_on_last_day` those that are open to this day: these and the others are few, each found by an index."""
    return [E.closed_on.is_(None), E.first_on <= asked.until, *asked_for(asked)]


def closed_since(asked: Asked) -> list[ColumnElement[bool]]:
    """Of `open_on_last_day` those that were closed since."""
    return [E.closed_on > asked.until, E.first_on <= asked.until, *asked_for(asked)]


def open_at_end_of(day: date) -> ColumnElement[bool]:
    return E.closed_on.is_(None) | (E.closed_on > day)


def still_counted_after(day: date) -> ColumnElement[bool]:
    """Whether the kept number of visits may hold some that came after a day: those up to it are counted anew."""
    return open_at_end_of(day) & (E.last_on > day)


def part_of(by: Split, day: ColumnElement[Any] = E.closed_on) -> ColumnElement[Any]:
    """The code of the part an episode is in; `day` is what names its month."""
    match by:
        case Split.SKILL:
            return E.skill
        case Split.NURSE:
            return func.coalesce(E.nurse, "")
        case Split.TEAM:
            return E.team
        case Split.MONTH:
            return month_of(day)
        case Split.NONE:
            return cast("", String)


def month_of(day: ColumnElement[Any]) -> ColumnElement[str]:
    """A month as 2026-11."""
    return func.substr(cast(day, String), 1, 7)


def referred_from(locality: str, referrer: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether the core team that referred somebody is of a locality; it is known by its name."""
    named = select(func.lower(func.trim(t.core_team.c.name))).where(t.core_team.c.locality == locality)
    return func.lower(func.trim(referrer)).in_(named)


def names(codes: ColumnElement[Any], code: ColumnElement[Any] | str) -> ColumnElement[bool]:
    """Whether one of the codes of a comma-separated column is this one."""
    return (literal(",") + codes + ",").like(literal("%,") + code + ",%")


def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a group it holds of."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


class DaysBetween(FunctionElement[int]):
    """How many days the second of two days comes after the first."""

    type = Integer()
    inherit_cache = True


@compiles(DaysBetween)
def _on_sqlite(between: DaysBetween, compiler: SQLCompiler, **how: Any) -> str:
    first, second = (compiler.process(day, **how) for day in between.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(DaysBetween, "postgresql")
def _on_postgresql(between: DaysBetween, compiler: SQLCompiler, **how: Any) -> str:
    first, second = (compiler.process(day, **how) for day in between.clauses)
    return f"({second} - {first})"
