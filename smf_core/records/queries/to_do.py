"""How much waits for one member of staff: counts alone, cheap enough to ask for after every save."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from smf_core.records import tables as t
from smf_core.records.instants import utc_text
from smf_core.records.queries.covers import booked_in_place


@dataclass(frozen=True, slots=True)
class ToDo:
    """Visits of the day still to be made or signed, visits of earlier days not signed, and open red flags."""

    today: int
    late: int
    flags: int


def to_do(connection: Connection, day_from: datetime, day_to: datetime, nurse: str) -> ToDo:
    """What waits on the day between two moments, and before it, for one nurse."""
    planned = select(func.count()).where(
        or_(t.visit.c.planned_nurse == nurse, booked_in_place(connection, nurse)),
        t.visit.c.status.in_(("planned", "started")),
        t.visit.c.cancelled.is_(False),
        t.visit.c.struck_reason == "",
    )
    start = utc_text(day_from)
    theirs = select(t.episode.c.patient).where(or_(t.episode.c.nurse == nurse, t.episode.c.accountable_nurse == nurse))
    flags = select(func.count()).where(
        t.red_flag.c.state == "open", t.red_flag.c.struck_reason == "", t.red_flag.c.patient.in_(theirs)
    )
    of_day = and_(t.visit.c.planned_at >= start, t.visit.c.planned_at < utc_text(day_to))
    return ToDo(
        today=connection.scalar(planned.where(of_day)) or 0,
        late=connection.scalar(planned.where(t.visit.c.planned_at < start)) or 0,
        flags=connection.scalar(flags) or 0,
    )
