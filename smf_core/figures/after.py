"""What came after a discharge to self-care: somebody was referred again, died or moved.

Few of those discharged come back, die or move: whoever did is found first, and nobody else is looked at.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, or_, select

from smf_core.domain.discharge import Outcome
from smf_core.figures.episodes import GOOD, DateOf, E, closed_in, names, part_of
from smf_core.figures.figure import Asked
from smf_core.figures.once import read_once
from smf_core.records import tables as t

_EP, _R, _C, _P = t.episode.c, t.referral.c, t.core_return.c, t.patient.c
_OTHER = t.episode.alias("other")
_GONE = (Outcome.DECEASED.value, Outcome.MOVED.value)
_CLOSED = DateOf(E.closed_on)
# Asked of the few rows for which all else holds: to join it would have each discharge looked up in two tables.
_OWN = select(_EP.referral).where(_EP.id == E.episode).scalar_subquery()
# On the very day, only what is linked to the discharge is known to have come after it.
_NEW = and_(_R.received_on >= _CLOSED, or_(_R.received_on > _CLOSED, _R.earlier_episode == E.episode))


class After(NamedTuple):
    """The first `day` on which it came after an episode of this part that was closed then."""

    part: str
    closed_on: date
    day: date


@read_once
def referred_again(connection: Connection, asked: Asked) -> Mapping[str, After]:
    """By episode discharged to self-care on the days asked for: to this service for its skill, or to a core team."""
    episodes = _discharged(asked)
    return _first(
        connection,
        episodes.add_columns(_R.received_on)
        .join(t.referral, _R.patient == E.patient)
        .where(_NEW, names(_R.skills, E.skill), _R.id != _OWN),
        episodes.add_columns(_C.received_on)
        .join(t.core_return, _C.patient == E.patient)
        .where(_C.received_on > _CLOSED),
    )


@read_once
def gone(connection: Connection, asked: Asked) -> Mapping[str, After]:
    """By episode discharged to self-care on the days asked for: the person died, or moved as another episode says."""
    episodes = _discharged(asked)
    died = select(_P.id).where(_P.died_on >= asked.since)
    left = select(_EP.patient).where(_EP.outcome.in_(_GONE), _EP.closed_on >= asked.since)
    return _first(
        connection,
        episodes.add_columns(_P.died_on)
        .join(t.patient, _P.id == E.patient)
        .where(E.patient.in_(died), _P.died_on >= _CLOSED),
        episodes.add_columns(_OTHER.c.closed_on)
        .join(_OTHER, _OTHER.c.patient == E.patient)
        .where(E.patient.in_(left), _OTHER.c.outcome.in_(_GONE), _OTHER.c.closed_on >= _CLOSED),
    )


def _discharged(asked: Asked) -> Select[*tuple[Any, ...]]:
    return select(E.episode, part_of(asked.by), E.closed_on).where(*closed_in(asked), GOOD)


def _first(connection: Connection, *asking: Select[*tuple[Any, ...]]) -> Mapping[str, After]:
    found: dict[str, After] = {}
    for each in asking:
        for episode, part, closed_on, day in map(tuple, connection.execute(each)):
            if episode not in found or day < found[episode].day:
                found[episode] = After(part, closed_on, day)
    return found
