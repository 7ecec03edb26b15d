"""The episodes that began or closed on some days, counted in one walk of an index: what most figures are made from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, or_, select

from smf_core.figures.episodes import IN_ORDER, E, Unsought, asked_for, counted, part_of
from smf_core.figures.figure import Asked, Split
from smf_core.figures.once import read_once

OLD_ENOUGH, DAY = timedelta(days=90), timedelta(days=1)


class Tally(NamedTuple):
    """How many episodes `closed` on the days asked for, the `sole` ones of their person among them; how many began on
    these days, `old` enough or too `young`, and how many of them had ended by the day `as_of`."""

    closed: int
    sole: int
    old: int
    old_ended: int
    young: int
    young_ended: int


ByOutcome = Iterable[tuple[str, str | None, Tally]]
"""By part and outcome. The whole has one part, ""."""


def of_closed(connection: Connection, asked: Asked) -> ByOutcome:
    """By part, a month being that in which they closed."""
    return _by_outcome(connection, asked, E.closed_on)


def of_begun(connection: Connection, asked: Asked) -> ByOutcome:
    """By part, a month being that in which they began."""
    return _by_outcome(connection, asked, E.first_on)


def begun_by_visits(connection: Connection, asked: Asked) -> Iterable[tuple[str, int, str | None, int, int]]:
    """By part, visits as they are kept and outcome: how many began on the days asked for, how many of them ended."""
    for part, visits, outcome, _, _, old, old_ended, young, young_ended in _by_visits(connection, asked, E.first_on):
        yield part if asked.by else "", visits, outcome, old + young, old_ended + young_ended


def closed_by_visits(connection: Connection, asked: Asked) -> Iterable[tuple[str, int, int]]:
    """By part and visits as they are kept: how many closed on the days asked for."""
    for part, visits, _, closed, *_ in _by_visits(connection, asked, E.closed_on):
        yield part if asked.by else "", visits, closed


def last_old_enough(asked: Asked) -> date:
    """The last of the days whose month, as far as the period goes, ended 90 days or more ago."""
    last = asked.as_of - OLD_ENOUGH
    return asked.until if asked.until <= last else (last + DAY).replace(day=1) - timedelta(days=1)


def _told(asked: Asked) -> Asked:
    """The same told apart: parts add up to the whole, which then needs no walk of its own."""
    return asked if asked.by else replace(asked, by=Split.SKILL)


def _by_outcome(connection: Connection, asked: Asked, month: Column[Any]) -> ByOutcome:
    if asked.by is Split.MONTH:
        return _added_up(_walked(connection, asked, month))
    found = _added_up_once(connection, _told(asked))
    return found if asked.by else (("", outcome, many) for _, outcome, many in found)


Rows = Sequence[tuple[Any, ...]]
"""Of each part, visits and outcome: these three, and the six counts of a `Tally`."""


def _by_visits(connection: Connection, asked: Asked, month: Column[Any]) -> Rows:
    return _walked(connection, asked, month) if asked.by is Split.MONTH else _walked_once(connection, _told(asked))


@read_once
def _added_up_once(connection: Connection, asked: Asked) -> ByOutcome:
    return _added_up(_walked_once(connection, asked))


@read_once
def _walked_once(connection: Connection, asked: Asked) -> Rows:
    return _walked(connection, asked, E.first_on)


def _walked(connection: Connection, asked: Asked, month: Column[Any]) -> Rows:
    part, first, closed = part_of(asked.by, month), Unsought(E.first_on), Unsought(E.closed_on)
    ending = closed.between(asked.since, asked.until)
    last = last_old_enough(asked)
    old, young = first.between(asked.since, last), first.between(max(asked.since, last + DAY), asked.until)
    either = or_(first.between(asked.since, asked.until), ending)
    of = month.between(asked.since, asked.until) if asked.by is Split.MONTH else either
    # Asked first, as it holds of next to nobody: of all others the walk then asks no more.
    since = closed > asked.as_of
    each = ending, ending & E.sole, old, since & old, young, since & young
    group = part, E.visits, E.outcome
    asking = select(*group, *map(counted, each)).where(of, *asked_for(asked, IN_ORDER)).group_by(*group)
    # Whoever has an outcome has ended, then or since.
    return [
        (name, visits, outcome, *ended, many, many - later if outcome else 0, few, few - after if outcome else 0)
        for name, visits, outcome, *ended, many, later, few, after in connection.execute(asking).all()
    ]


def _added_up(rows: Rows) -> ByOutcome:
    alike = defaultdict[tuple[str, str | None], list[tuple[int, ...]]](list)
    for part, _, outcome, *many in rows:
        alike[part, outcome].append(tuple(many))
    return [(part, outcome, Tally(*map(sum, zip(*each, strict=True)))) for (part, outcome), each in alike.items()]
