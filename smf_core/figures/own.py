"""What one nurse did herself, and how far the people she teaches have come: for her alone, beside nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, func, select

from smf_core.domain.dates import LONDON
from smf_core.figures.episodes import E, counted
from smf_core.records import tables as t
from smf_core.records.instants import utc_text
from smf_core.records.queries.visits import COMPLETED

MADE = (
    "Completed visits that this nurse signed, in person or by video, counted on the day they began; those entered in "
    "error are not in it."
)
MINUTES = "The minutes written down at those visits. A visit without minutes adds none, and is said beside them."
_V = t.visit.c


@dataclass(frozen=True, slots=True)
class Made:
    """The visits a nurse made on some days: to how many people, in how many minutes, `unsaid` of them without any."""

    visits: int
    people: int
    minutes: int
    unsaid: int


def visits_made(connection: Connection, nurse: str, since: date, until: date) -> Made:
    """What a nurse, by id, made from one day to another, both included."""
    first, after = (utc_text(datetime.combine(day, time(), LONDON)) for day in (since, until + timedelta(days=1)))
    minutes = func.coalesce(_V.minutes, 0)
    asking = select(
        func.count(), func.count(_V.patient.distinct()), func.coalesce(func.sum(minutes), 0), counted(minutes == 0)
    ).where(COMPLETED, _V.signed_by == nurse, _V.started_at >= first, _V.started_at < after)
    visits, people, sum_of, unsaid = map(int, connection.execute(asking).one())
    return Made(visits, people, sum_of, unsaid)


def confidence_of(connection: Connection, nurse: str) -> Mapping[str, tuple[int, int]]:
    """Of the open episodes a nurse teaches: what the learner said first and last, where they were asked twice."""
    asking = select(E.episode, E.first_confidence, E.last_confidence).where(
        E.closed_on.is_(None), E.nurse == nurse, E.first_confidence.is_not(None)
    )
    return {row.episode: (row.first_confidence, row.last_confidence) for row in connection.execute(asking)}
