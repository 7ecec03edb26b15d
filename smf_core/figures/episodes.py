"""Which counted episodes are asked about, and how they are told apart."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Date, Integer, String, cast, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from smf_core.domain.discharge import FAVOURABLE
from smf_core.figures.figure import Asked, Split
from smf_core.records import tables as t

E = t.counted_episode.c


class Of(NamedTuple):
    """The columns by which an episode is asked for and told apart."""

    team: ColumnElement[str]
    skill: ColumnElement[str]
    nurse: ColumnElement[str | None]
    referrer: ColumnElement[str]


COUNTED = Of(E.team, E.skill, E.nurse, E.referrer)
GOOD = E.outcome.in_(sorted(outcome.value for outcome in FAVOURABLE))
BY_EPISODE = frozenset(Split)
"""A split of episodes is by any of these: each has one skill, one nurse, one team, and one month it was closed in."""


class Unsought(FunctionElement[Any]):
    """A column that SQLite is not to look rows up by: it is to read an index in the order of the groups instead.

    What it looks up it would have to sort, each row in memory that is locked and wiped: that takes ten times as long.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(Unsought)
def _as_it_stands(unsought: Unsought, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(unsought.clauses, **how)


@compiles(Unsought, "sqlite")
def _with_a_sign(unsought: Unsought, compiler: SQLCompiler, **how: Any) -> str:
    return f"+{compiler.process(unsought.clauses, **how)}"


IN_ORDER = COUNTED._replace(skill=Unsought(E.skill))
"""Read in the order of their skills: of one team by itself, or of everybody."""

UNSOUGHT = IN_ORDER._replace(team=Unsought(E.team), nurse=Unsought(E.nurse))
"""Found by something else: whose they are, or that they are open."""


def asked_for(asked: Asked, of: Of = COUNTED) -> list[ColumnElement[bool]]:
    """What holds of an episode that is asked about, whenever it was."""
    wanted = ((of.team, asked.team), (of.skill, asked.skill), (of.nurse, asked.nurse))
    found = [column == said for column, said in wanted if said]
    if asked.locality:
        found.append(referred_from(asked.locality, of.referrer))
    return found


def closed_in(asked: Asked, *, sought: bool = True) -> list[ColumnElement[bool]]:
    """Those not `sought` by that are found by something else."""
    day, of = (E.closed_on, COUNTED) if sought else (Unsought(E.closed_on), UNSOUGHT)
    return [E.closed_on.is_not(None), day.between(asked.since, asked.until), *asked_for(asked, of)]


def begun_in(asked: Asked) -> list[ColumnElement[bool]]:
    return [E.first_on.between(asked.since, asked.until), *asked_for(asked)]


def open_on_last_day(asked: Asked) -> list[ColumnElement[bool]]:
    """Taught already and not yet closed when the last of the days asked for ended."""
    return [E.first_on <= asked.until, open_at_end_of(asked.until), *asked_for(asked)]


def open_still(asked: Asked) -> list[ColumnElement[bool]]:
    """Of `open_on_last_day` those that are open to this day: these and the others are few, each found by an index."""
    return [E.closed_on.is_(None), E.first_on <= asked.until, *asked_for(asked, UNSOUGHT)]


def closed_since(asked: Asked) -> list[ColumnElement[bool]]:
    """Of `open_on_last_day` those that were closed since."""
    return [E.closed_on > asked.until, E.first_on <= asked.until, *asked_for(asked, UNSOUGHT)]


def open_at_end_of(day: date) -> ColumnElement[bool]:
    return E.closed_on.is_(None) | (E.closed_on > day)


def part_of(by: Split, day: Column[Any] = E.closed_on, of: Of = COUNTED) -> ColumnElement[Any]:
    """The code of the part an episode is in; `day` is what names its month."""
    match by:
        case Split.SKILL:
            return of.skill
        case Split.NURSE:
            return func.coalesce(of.nurse, "")
        case Split.TEAM:
            return of.team
        case Split.MONTH:
            return month_of(DateOf(day))
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
    return func.count().filter(condition)


class DateOf(FunctionElement[date]):
    """The date that a day's number stands for: what other tables say of days."""

    type = Date()
    inherit_cache = True


@compiles(DateOf)
def _date_on_sqlite(day: DateOf, compiler: SQLCompiler, **how: Any) -> str:
    return f"date({compiler.process(day.clauses, **how)} * 86400, 'unixepoch')"


@compiles(DateOf, "postgresql")
def _date_on_postgresql(day: DateOf, compiler: SQLCompiler, **how: Any) -> str:
    return f"(DATE '1970-01-01' + {compiler.process(day.clauses, **how)})"


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
