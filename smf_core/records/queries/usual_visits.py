"""How many visits it took those discharged to self-care in one skill."""

from datetime import date

from sqlalchemy import Connection, func, select

from smf_core.domain.discharge import FAVOURABLE
from smf_core.records import tables as t
from smf_core.records.queries.visits import COMPLETED


def visits_to_discharge(connection: Connection, skill: str, from_: date, to: date) -> tuple[int, ...]:
    """Completed visits of each pathway closed to self-care between two days, both included; fewest first."""
    closed = select(t.episode.c.id).where(
        t.episode.c.skill == skill,
        t.episode.c.closed_on >= from_,
        t.episode.c.closed_on <= to,
        t.episode.c.outcome.in_([outcome.value for outcome in FAVOURABLE]),
    )
    section = t.visit_section
    counted = (
        select(func.count(section.c.visit.distinct()))
        .join(t.visit, t.visit.c.id == section.c.visit)
        .where(section.c.episode.in_(closed), COMPLETED)
        .group_by(section.c.episode)
    )
    return tuple(sorted(connection.scalars(counted)))
