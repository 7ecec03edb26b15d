"""The people behind a figure: whom it counts, and whom it counts them among."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Connection, Row, func, select

from smf_core.figures import caseload
from smf_core.figures.discharges import ALONE, HELPED, NOT_OURS, deciding, worst_of
from smf_core.figures.episodes import GOOD, E, begun_in, closed_in, open_on_last_day, part_of
from smf_core.figures.figure import Asked, NoSuchFigure, NotSplitSo
from smf_core.figures.tally import last_old_enough
from smf_core.records import tables as t
from smf_core.records.counting import visits_until

Rows = Sequence[Row[*tuple[Any, ...]]]

_OF_EPISODE = (E.patient, E.episode, E.skill, E.outcome, E.visits, E.closed_on)
"""As `Behind` has them."""

_SHOWN = (*_OF_EPISODE, E.last_on, E.expected_visits)
_PEOPLE = {
    "discharge_rate": (ALONE, HELPED),
    "discharge_rate_independent": (ALONE,),
    "discharge_rate_supported": (HELPED,),
}
_EPISODES: Mapping[str, tuple[Column[Any], Callable[[Asked], Iterable[ColumnElement[bool]]]]] = {
    "discharge_rate_episode": (E.closed_on, closed_in),
    "discharge_rate_opportunity": (E.closed_on, lambda asked: (*closed_in(asked), E.outcome.not_in(NOT_OURS))),
    "discharge_rate_cohort": (E.first_on, lambda asked: begun_in(replace(asked, until=last_old_enough(asked)))),
    "visits_to_discharge_median": (E.first_on, lambda asked: (*begun_in(asked), E.first_on <= asked.as_of)),
    "open_over_twice_expected": (E.first_on, open_on_last_day),
}
"""The day that names the month of an episode, and which episodes a figure is of."""


class Behind(NamedTuple):
    """An episode as it stood on the day that the figure is of; `counted` says whether it is in the numerator.

    A figure of people has every episode that it judges somebody by, so a person may be there more than once. A tuple,
    as three years have ninety thousand.
    """

    patient: str
    episode: str
    skill: str
    outcome: str | None
    visits: int
    closed_on: date | None
    counted: bool


def people_behind(connection: Connection, name: str, asked: Asked, part: str = "") -> tuple[Behind, ...]:
    """Whom a figure is of, or a part of it by what `asked` tells it apart; those still taught first, then the last
    closed.

    Raises `NoSuchFigure` where the people of a figure are not told, `NotSplitSo`.
    """
    if name == caseload.CASELOAD_NOW.id:
        return _taught(connection, asked, part)
    if name in _PEOPLE:
        return _ended(connection, asked, _PEOPLE[name])
    if name not in _EPISODES:
        raise NoSuchFigure
    month, of = _EPISODES[name]
    held = [*of(asked), *([part_of(asked.by, month) == part] if asked.by else [])]
    rows = connection.execute(select(*_SHOWN, GOOD.label("good")).where(*held)).all()
    if name.startswith("discharge_rate_") and month is E.closed_on:
        return _in_order(_behind(row, bool(row.good)) for row in rows)
    over = name == "open_over_twice_expected"
    return _in_order(_as_they_stood(connection, rows, asked.until if over else asked.as_of, over=over))


def _as_they_stood(connection: Connection, rows: Rows, day: date, *, over: bool) -> Iterable[Behind]:
    open_then = [row for row in rows if row.closed_on is None or row.closed_on > day]
    had = visits_until(connection, (row.episode for row in open_then if row.last_on > day), day)
    for row in rows:
        if row.closed_on is not None and row.closed_on <= day:
            yield _behind(row, bool(row.good))
        else:
            visits = had.get(row.episode, row.visits)
            many = over and visits > 2 * row.expected_visits
            yield Behind(row.patient, row.episode, row.skill, None, visits, None, counted=many)


def _ended(connection: Connection, asked: Asked, counting: Sequence[int]) -> tuple[Behind, ...]:
    """Of each person the episodes that decide: of every skill those closed last."""
    if asked.by:
        raise NotSplitSo
    rows = deciding(connection.execute(select(*_SHOWN, E.left_as.label("how")).where(*closed_in(asked))).all())
    worst = worst_of(rows)
    return _in_order(_behind(row, worst[row.patient] in counting) for row in rows)


def _taught(connection: Connection, asked: Asked, part: str) -> tuple[Behind, ...]:
    own, visits = caseload.OPEN, func.coalesce(E.visits, 0)
    held = [*caseload.held(asked), *([caseload.part(asked.by) == part] if asked.by else [])]
    seen = t.open_pathway.outerjoin(t.counted_episode, E.episode == own.episode)
    asking = select(own.patient, own.episode, own.skill, visits).select_from(seen).where(*held)
    return _in_order(
        Behind(patient, each, skill, None, had, None, counted=True)
        for patient, each, skill, had in connection.execute(asking)
    )


def _behind(row: Row[*tuple[Any, ...]], counted: bool) -> Behind:
    return Behind._make((*row[: len(_OF_EPISODE)], counted))


def _in_order(found: Iterable[Behind]) -> tuple[Behind, ...]:
    return tuple(sorted(sorted(found), key=lambda one: one.closed_on or date.max, reverse=True))
