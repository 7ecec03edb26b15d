"""How many of those whose teaching ended now do their own care (`clinical.md` 3.2)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, Row, String, bindparam, exists, or_, select

from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.figures.figure import Asked, Counted, Definition
from smf_core.records import tables as t
from smf_core.records.queries.visits import COMPLETED

_team, _skill = bindparam("team", type_=String()), bindparam("skill", type_=String())
_e = t.episode.c
_SEEN = (
    exists()
    .where(t.visit_section.c.episode == _e.id, t.visit.c.id == t.visit_section.c.visit, COMPLETED)
    .correlate(t.episode)
)
_COUNTED = (
    select(_e.patient, _e.skill, _e.closed_on, _e.outcome)
    .join(t.referral, t.referral.c.id == _e.referral)
    .where(_e.closed_on.between(bindparam("since", type_=Date()), bindparam("until", type_=Date())))
    .where(_e.outcome != Outcome.ENTERED_IN_ERROR.value, _SEEN)
    .where(or_(_team == "", t.referral.c.team == _team), or_(_skill == "", _e.skill == _skill))
)


def _closed(connection: Connection, asked: Asked) -> Iterable[Row[*tuple[Any, ...]]]:
    """(patient, skill, closed_on, outcome) of the counted episodes that were closed on the days asked for."""
    said = {"since": asked.since, "until": asked.until, "team": asked.team, "skill": asked.skill}
    return connection.execute(_COUNTED, said).all()


def _people(connection: Connection, asked: Asked) -> Counted:
    last: dict[tuple[str, str], tuple[date, bool]] = {}
    for row in _closed(connection, asked):
        one = row.patient, row.skill
        good = row.outcome in FAVOURABLE
        day, so_far = last.get(one, (row.closed_on, True))
        if row.closed_on >= day:
            last[one] = row.closed_on, good and (so_far or row.closed_on > day)
    people: dict[str, bool] = {}
    for (person, _), (_, good) in last.items():
        people[person] = people.get(person, True) and good
    return Counted(sum(people.values()), len(people))


def _episodes(connection: Connection, asked: Asked) -> Counted:
    outcomes = [row.outcome in FAVOURABLE for row in _closed(connection, asked)]
    return Counted(sum(outcomes), len(outcomes))


DISCHARGE_RATE = Definition(
    id="discharge_rate",
    label="Discharged to self-care",
    unit="people",
    version="1",
    words=(
        "Of the people with at least one counted episode closed in the period, those who left every skill they closed "
        "as independent or independent with agreed support: for each skill, the last counted episode closed in the "
        "period (where several were closed on that day, all of them). Counted is an episode with at least one "
        "completed visit, whenever that was, and not entered in error. People still being taught with nothing closed "
        "in the period are not in it."
    ),
    count=_people,
)

DISCHARGE_RATE_EPISODE = Definition(
    id="discharge_rate_episode",
    label="Episodes discharged to self-care",
    unit="episodes",
    version="1",
    words=(
        "Of the counted episodes closed in the period, those closed as independent or independent with agreed support. "
        "Counted is an episode with at least one completed visit, whenever that was, and not entered in error. "
        "Somebody taught several skills counts once for each, so this does not add up to people."
    ),
    count=_episodes,
)
