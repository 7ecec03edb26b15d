"""Who came back after being discharged to self-care (`clinical.md` 3.2)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, func, select

from smf_core.domain.dates import written_day
from smf_core.domain.discharge import FAVOURABLE
from smf_core.figures.after import After, gone, referred_again
from smf_core.figures.episodes import BY_EPISODE
from smf_core.figures.figure import Asked, Counted, Definition, share
from smf_core.figures.tally import of_closed
from smf_core.records import tables as t

NOBODY = "Nobody discharged to self-care in this period has been away for {days} days yet."
_C = t.core_return.c


@dataclass(frozen=True, slots=True)
class _Since:
    """Of one part: discharges to self-care whose days have passed, of them those that came back, and those left out
    because the person died or moved and had not come back."""

    discharged: int
    back: int
    gone: int


def _within(connection: Connection, asked: Asked, days: int) -> Mapping[str, _Since]:
    passed = replace(asked, until=min(asked.until, asked.as_of - timedelta(days)))
    every = Counter[str]()
    for name, outcome, many in of_closed(connection, passed):
        every[name] += many.closed if outcome in FAVOURABLE else 0
    again, over = _soon(referred_again(connection, passed), days), _soon(gone(connection, passed), days)
    came, lost = Counter(again.values()), Counter(name for episode, name in over.items() if episode not in again)
    return {name: _Since(every[name], came[name], lost[name]) for name in sorted(+every)}


def _soon(found: Mapping[str, After], days: int) -> Mapping[str, str]:
    """The part of each episode after which it came within so many days."""
    return {episode: each.part for episode, each in found.items() if each.day <= each.closed_on + timedelta(days)}


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
