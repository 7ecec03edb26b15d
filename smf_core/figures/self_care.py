"""The days after a discharge to self-care, and the core visits that went on in them (`clinical.md` 3.5)."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import fsum
from typing import Any

from sqlalchemy import Connection, Row, not_, select

from smf_core.domain.stated import DAYS_A_MONTH, STARTING_VISITS, STARTING_VISITS_ON, BaselineOf
from smf_core.figures.after import gone, referred_again
from smf_core.figures.episodes import GOOD, E, closed_in, part_of
from smf_core.figures.figure import Asked
from smf_core.figures.once import read_once
from smf_core.records import tables as t
from smf_core.records.instants import day_of
from smf_core.records.queries.batches import among, rows_in
from smf_core.records.queries.stated import baselines
from smf_core.records.queries.visits import COMPLETED

_EP, _V, _S, _CV = t.episode.c, t.visit.c, t.visit_section.c, t.core_visits.c
_TAUGHT_AT = among(select(_S.episode, _S.visit), _S.episode)
_VISITS = among(select(_V.id, _V.started_at).where(COMPLETED), _V.id)


@dataclass(frozen=True, slots=True)
class UsualVisits:
    """Core visits a month of a skill where an episode has no number of its own.

    `stated_on` is when the service stated it, or since when the application has that starting value (not `stated`).
    """

    a_month: float
    source: str
    stated_on: date
    stated: bool


def usual_core_visits(connection: Connection) -> Mapping[str, UsualVisits]:
    """By skill: the newest that the service stated and did not withdraw, else what the application starts with."""
    starting = "starting value of the application, which the service has not stated otherwise"
    found = {
        skill: UsualVisits(a_day * DAYS_A_MONTH, starting, STARTING_VISITS_ON, False)
        for skill, a_day in STARTING_VISITS.items()
    }
    for each in reversed(baselines(connection, BaselineOf.CORE_VISITS)):
        if not each.withdrawn and (a_month := decimal(each.visits_per_month)) is not None:
            found[each.skill] = UsualVisits(a_month, each.source, each.on, True)
    return found


@read_once
def discharged(connection: Connection, asked: Asked) -> Sequence[Row[*tuple[Any, ...]]]:
    """Each episode discharged to self-care on the days asked for, with its part, skill and last day."""
    asking = (
        select(
            part_of(asked.by).label("part"),
            *(E.episode, E.skill, E.closed_on),
            *(_EP.baseline_visits_per_month, _EP.baseline_kind, _EP.treatment_ends_on),
        )
        .join(t.episode, _EP.id == E.episode)
        .where(*closed_in(asked), GOOD)
    )
    return connection.execute(asking).all()


def ended_on(connection: Connection, asked: Asked) -> Mapping[str, date]:
    """When self-care ended, by episode: the first day of a re-referral, a death, or a move after the discharge."""
    found: dict[str, date] = {}
    for ended in (referred_again(connection, asked), gone(connection, asked)):
        for episode, each in ended.items():
            found[episode] = min(each.day, found.get(episode, date.max))
    return found


def core_visits_after(connection: Connection, asked: Asked) -> Mapping[str, Sequence[tuple[date, float]]]:
    """Core visits a month by episode and the day they count from, in order; of several of one day the last holds."""
    asking = (
        select(_CV.episode, _CV["from"], _CV.visits_per_month)
        .join(t.counted_episode, E.episode == _CV.episode)
        .where(*closed_in(asked, sought=False), GOOD)
        .order_by(_CV["from"], _CV.id)
    )
    found: defaultdict[str, dict[date, float]] = defaultdict(dict)
    for episode, day, a_month in map(tuple, connection.execute(asking)):
        found[episode][day] = decimal(a_month) or 0.0
    return {episode: tuple(rows.items()) for episode, rows in found.items()}


def core_visits_between(rows: Sequence[tuple[date, float]], since: date, until: date) -> float:
    """Core visits between two days, the second not included; each row holds until the next."""
    found = []
    for number, (day, a_month) in enumerate(rows):
        end = rows[number + 1][0] if number + 1 < len(rows) else until
        days = (min(end, until) - max(day, since)).days
        found.append(a_month / DAYS_A_MONTH * max(0, days))
    return fsum(found)


def shared_visits(connection: Connection, asked: Asked) -> Mapping[str, int]:
    """By part, how many visits too many there are when those of its episodes are added up: one was for several."""
    at_once = {row.episode: row for row in _at_once(connection, asked)}
    taught: defaultdict[str, set[str]] = defaultdict(set)
    for episode, visit in map(tuple, rows_in(connection, _TAUGHT_AT, at_once)):
        taught[visit].add(episode)
    shared = {visit: episodes for visit, episodes in taught.items() if len(episodes) > 1}
    twice: Counter[str] = Counter()
    for row in rows_in(connection, _VISITS, shared):
        day, theirs = day_of(row.started_at), (at_once[each] for each in shared[row.id])
        for name, number in Counter(each.part for each in theirs if day <= each.closed_on).items():
            twice[name] += number - 1
    return twice


def _at_once(connection: Connection, asked: Asked) -> Iterator[Row[*tuple[Any, ...]]]:
    """The episodes of people who were taught two of them side by side: only these can have had a visit for both."""
    asking = (
        select(part_of(asked.by).label("part"), E.patient, E.episode, E.first_on, E.last_on, E.closed_on)
        .where(*closed_in(asked, sought=False), not_(E.sole))
        .order_by(E.patient)
    )
    for _, theirs in groupby(connection.execute(asking).all(), key=lambda row: row.patient):
        episodes = list(theirs)
        for one in episodes:
            if any(o is not one and o.first_on <= one.last_on and o.last_on >= one.first_on for o in episodes):
                yield one


def decimal(text: str | None) -> float | None:
    """Decimal text as a number; None where there is none that can be read."""
    try:
        found = float(text) if text else None
    except ValueError:
        return None
    return found if found is not None and 0 <= found < 1e6 else None
