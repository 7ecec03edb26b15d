"""Who came back after being discharged to self-care (`clinical.md` 3.2)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from smf_core.domain.dates import written_day
from smf_core.domain.discharge import Outcome
from smf_core.figures.episodes import BY_EPISODE, GOOD, DateOf, DaysBetween, E, closed_in, names, part_of
from smf_core.figures.figure import Asked, Counted, Definition, share
from smf_core.records import tables as t

NOBODY = "Nobody discharged to self-care in this period has been away for {days} days yet."
_R, _C, _P, _EP = t.referral.c, t.core_return.c, t.patient.c, t.episode.c
_OTHER = t.episode.alias("other")
_SEVERAL = select(_R.patient).group_by(_R.patient).having(func.count() > 1)
_GONE = (Outcome.DECEASED.value, Outcome.MOVED.value)


@dataclass(frozen=True, slots=True)
class _Since:
    """Of one part: discharges to self-care whose days have passed, of them those that came back, and those left out
    because the person died or moved and had not come back."""

    discharged: int
    back: int
    gone: int


def _within(connection: Connection, asked: Asked, days: int) -> Mapping[str, _Since]:
    part, closed = part_of(asked.by), DateOf(E.closed_on)
    passed = [*closed_in(asked), GOOD, E.closed_on <= asked.as_of - timedelta(days)]
    every = dict(map(tuple, connection.execute(select(part, func.count()).where(*passed).group_by(part))))

    def after(day: ColumnElement[object], first: int) -> ColumnElement[bool]:
        return DaysBetween(closed, day).between(first, days)

    def those(asking: Select[Any]) -> Mapping[str, str]:
        return dict(map(tuple, connection.execute(asking.where(*passed))))

    episodes = select(E.episode, part)
    # On the very day, only what is linked to the discharge is known to have come after it.
    new = or_(after(_R.received_on, 1), and_(_R.received_on == closed, _R.earlier_episode == E.episode))
    referred = (
        episodes.join(t.episode, _EP.id == E.episode)
        .join(t.referral, (_R.patient == E.patient) & (_R.id != _EP.referral))
        .where(E.patient.in_(_SEVERAL), names(_R.skills, E.skill), new)
    )
    to_core = episodes.join(t.core_return, _C.patient == E.patient).where(after(_C.received_on, 1))
    back = {**those(referred), **those(to_core)}
    died = episodes.join(t.patient, _P.id == E.patient).where(_P.died_on.is_not(None), after(_P.died_on, 0))
    left = episodes.join(_OTHER, _OTHER.c.patient == E.patient).where(
        _OTHER.c.outcome.in_(_GONE), after(_OTHER.c.closed_on, 0)
    )
    gone = {**those(died), **those(left)}
    came = Counter(back.values())
    lost = Counter(name for episode, name in gone.items() if episode not in back)
    return {name: _Since(every[name], came[name], lost[name]) for name in sorted(every)}


def _rate(connection: Connection, asked: Asked, days: int, *, stayed: bool = False) -> Iterable[Counted]:
    looked = _looked_at(connection)
    nobody = NOBODY.format(days=days)
    found = [
        share(
            each.discharged - each.gone - each.back if stayed else each.back,
            each.discharged - each.gone,
            part=name,
            nobody=nobody,
            beside=(f"{each.gone} left out who died or moved within {days} days and had not come back", looked),
        )
        for name, each in _within(connection, asked, days).items()
    ]
    return found or [share(0, 0, nobody=nobody, beside=(looked,))]


def _looked_at(connection: Connection) -> str:
    last = connection.scalar(select(func.max(_C.received_on)))
    if last is None:
        return "Looked at: referrals to this service only. No re-referrals to core teams have been imported"
    return f"Looked at: referrals to this service, and re-referrals to core teams imported up to {written_day(last)}"


_WORDS = (
    "Of the counted episodes discharged in the period as independent or independent with agreed support, and {days} "
    "days or more before the day the figures are of, those after which {came} for the same skill within {days} days. A "
    "re-referral that a core team reported names no skill, so it counts for each. People who died or moved within "
    "{days} days and had not been referred again are left out."
)


def _rereferral(days: int) -> Definition:
    return Definition(
        id=f"rereferral_{days}",
        label=f"Referred again within {days} days",
        unit="episodes",
        version="1",
        words=_WORDS.format(days=days, came="the person was referred again"),
        count=partial(_rate, days=days),
        splits=BY_EPISODE,
    )


REREFERRAL_30 = _rereferral(30)
REREFERRAL_90 = _rereferral(90)
SUSTAINED_90 = Definition(
    id="sustained_90",
    label="Still discharged after 90 days",
    unit="episodes",
    version="1",
    words=_WORDS.format(days=90, came="the person was not referred again"),
    count=partial(_rate, days=90, stayed=True),
    splits=BY_EPISODE,
)
