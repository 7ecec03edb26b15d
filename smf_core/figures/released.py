"""Core visits that were not needed as people do their own care: gross and net, never 46 x (60 - 7) (`clinical.md` 3.5).

Core visits during teaching are not released: self-care days count from discharge.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import fsum
from typing import Any

from sqlalchemy import Connection, Row

from smf_core.domain.dates import written_day
from smf_core.domain.pathway import BaselineKind
from smf_core.domain.stated import DAYS_A_MONTH
from smf_core.figures.episodes import BY_EPISODE
from smf_core.figures.figure import Asked, Counted, Definition
from smf_core.figures.self_care import (
    UsualVisits,
    core_visits_after,
    core_visits_between,
    decimal,
    discharged,
    ended_on,
    shared_visits,
    usual_core_visits,
)
from smf_core.figures.tally import closed_by_visits

HORIZON = 90
"""Days after a discharge that count at most."""

NOBODY = "Nobody's teaching ended in this period."
NOBODY_DISCHARGED = "Nobody was discharged to self-care in this period."
NOT_ADDED_UP = "A visit with two skills is taken off each of them and off the total once, so parts need not add up."


@dataclass(slots=True)
class _Part:
    """What was found of one part."""

    days: list[int] = field(default_factory=list)
    gross: list[float] = field(default_factory=list)
    still: list[float] = field(default_factory=list)
    without_row: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    usual: dict[str, UsualVisits] = field(default_factory=dict)
    self_care: list[tuple[str, date, date]] = field(default_factory=list)
    """The episode, and from when until when, of each discharge."""

    closed: int = 0
    visits: int = 0

    @property
    def discharges(self) -> int:
        return len(self.days)

    @property
    def released(self) -> float:
        return fsum(self.gross)

    @property
    def goes_on(self) -> float:
        return fsum(self.still)

    def a_month(self, visits: float) -> tuple[str, ...]:
        days = sum(self.days)
        if not days:
            return (f"{self.discharges} discharges to self-care, no self-care day yet.",)
        return (
            f"{self.discharges} discharges to self-care with {days} self-care days, {HORIZON} days each at most: "
            f"{visits / days * DAYS_A_MONTH:.1f} visits a month of self-care.",
        )

    def baselines(self) -> tuple[str, ...]:
        kinds = ", ".join(f"{number} {_KINDS[kind]}" for kind, number in sorted(self.kinds.items()))
        usual = (
            f"Service default for {skill.replace('_', ' ')}: {each.a_month:.1f} a month ({each.source}, "
            f"{written_day(each.stated_on)})."
            for skill, each in sorted(self.usual.items())
        )
        return (f"Core visits before teaching: {kinds}.", *usual) if kinds else ()


_KINDS = {
    BaselineKind.CORE_DIARY.value: "counted from the core diary",
    BaselineKind.PRESCRIBER_PLAN.value: "planned by the prescriber",
    BaselineKind.SERVICE_DEFAULT.value: "by the service default",
    "": "written down without saying where from",
    "unknown": "not known, and counted as 0",
}


def _gross(connection: Connection, asked: Asked) -> Iterable[Counted]:
    return [
        Counted(
            part=name,
            numerator=part.released,
            denominator=part.discharges,
            value=part.released,
            beside=(*part.a_month(part.released), *part.baselines()),
        )
        for name, part in sorted(_discharges(connection, asked).items())
    ] or [Counted(numerator=0, denominator=0, reason=NOBODY_DISCHARGED)]


def _net(connection: Connection, asked: Asked) -> Iterable[Counted]:
    return [_counted_net(name, part) for name, part in sorted(_with_costs(connection, asked).items())] or [
        Counted(numerator=0, denominator=0, reason=NOBODY)
    ]


def _counted_net(name: str, part: _Part) -> Counted:
    net = fsum((part.released, -part.visits, -part.goes_on))
    beside = (
        f"Gross {part.released:.1f}, less {part.visits} visits of ours in {part.closed} closed episodes, less "
        f"{part.goes_on:.1f} core visits that went on.",
        f"{part.without_row} of {part.discharges} discharges to self-care say nothing of core visits that went on; "
        "they are counted as having none.",
        *part.a_month(net),
        *part.baselines(),
        NOT_ADDED_UP,
    )
    return Counted(part=name, numerator=net, denominator=part.closed, value=net, beside=beside)


def self_care_until(connection: Connection, asked: Asked) -> Iterator[tuple[Row[*tuple[Any, ...]], date]]:
    """Each discharge to self-care of the period, and until when its self-care days count."""
    ends = ended_on(connection, asked)
    for each in discharged(connection, asked):
        last = min(asked.as_of, each.closed_on + timedelta(HORIZON), each.treatment_ends_on or date.max)
        yield each, max(each.closed_on, min(last, ends.get(each.episode, date.max)))


def _discharges(connection: Connection, asked: Asked) -> defaultdict[str, _Part]:
    """By part, the self-care days of those discharged and what they released."""
    found: defaultdict[str, _Part] = defaultdict(_Part)
    usual = usual_core_visits(connection)
    for each, until in self_care_until(connection, asked):
        one = found[each.part]
        days = (until - each.closed_on).days
        one.days.append(days)
        one.gross.append(_a_month(each, one, usual) / DAYS_A_MONTH * days)
        one.self_care.append((each.episode, each.closed_on, until))
    return found


def _with_costs(connection: Connection, asked: Asked) -> Mapping[str, _Part]:
    """The same with all that is taken off, of every part in which an episode was closed."""
    found = _discharges(connection, asked)
    for name, visits, closed in closed_by_visits(connection, asked):
        if closed:
            found[name].closed += closed
            found[name].visits += closed * visits
    for name, twice in shared_visits(connection, asked).items():
        found[name].visits -= twice
    rows = core_visits_after(connection, asked)
    for one in found.values():
        told = [each for each in one.self_care if each[0] in rows]
        one.without_row += one.discharges - len(told)
        one.still += [core_visits_between(rows[episode], since, until) for episode, since, until in told]
    return found


def _a_month(each: Row[*tuple[Any, ...]], part: _Part, usual: Mapping[str, UsualVisits]) -> float:
    """Core visits a month before teaching: the episode's own, else the usual of its skill. Notes which it was."""
    own = decimal(each.baseline_visits_per_month)
    if own is not None:
        part.kinds[each.baseline_kind if each.baseline_kind in _KINDS else ""] += 1
        return own
    if each.skill not in usual:
        part.kinds["unknown"] += 1
        return 0.0
    part.kinds[BaselineKind.SERVICE_DEFAULT.value] += 1
    part.usual[each.skill] = usual[each.skill]
    return usual[each.skill].a_month


_WORDS = (
    "For each discharge as independent or independent with agreed support in the period: core visits a day before "
    "teaching (what the episode says, else the service default of its skill; visits a month over 30.4375) times "
    "self-care days, from discharge until the day the figures are of, a re-referral, death, a move, the end of the "
    f"treatment or {HORIZON} days, whichever comes first. Core visits during teaching are not released."
)
VISITS_RELEASED_GROSS = Definition(
    id="visits_released_gross",
    label="Core visits released, gross",
    unit="visits",
    version="1",
    words=_WORDS,
    count=_gross,
    splits=BY_EPISODE,
)
VISITS_RELEASED_NET = Definition(
    id="visits_released_net",
    label="Core visits released, net",
    unit="visits",
    version="1",
    words=(
        "The gross, less every visit of ours in all episodes closed in the period, however they ended, and less the "
        "core visits that went on during self-care days (as recorded, each number from its day until the next; of "
        "several of one day the last recorded). A visit with two skills is taken off each of them, and off "
        f"the total once. {_WORDS}"
    ),
    count=_net,
    splits=BY_EPISODE,
)
