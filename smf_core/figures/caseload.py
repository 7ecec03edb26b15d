"""Who is being taught."""

from sqlalchemy import Connection, String, bindparam, func, or_, select

from smf_core.figures.figure import Asked, Counted, Definition
from smf_core.records import tables as t

_team, _skill = bindparam("team", type_=String()), bindparam("skill", type_=String())
_OPEN = (
    select(func.count(t.episode.c.patient.distinct()))
    .join(t.referral, t.referral.c.id == t.episode.c.referral)
    .where(t.episode.c.closed_on.is_(None))
    .where(or_(_team == "", t.referral.c.team == _team), or_(_skill == "", t.episode.c.skill == _skill))
)


def _open_now(connection: Connection, asked: Asked) -> Counted:
    return Counted(connection.execute(_OPEN, {"team": asked.team, "skill": asked.skill}).scalar_one(), None)


CASELOAD_NOW = Definition(
    id="caseload_now",
    label="On the caseload now",
    unit="people",
    version="1",
    words=(
        "People with at least one open episode as the records stand, seen or not, on hold or not. The days asked for "
        "make no difference to it."
    ),
    count=_open_now,
    of_period=False,
)
