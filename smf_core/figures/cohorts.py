"""Everybody who began on the days asked for, followed to the day the records stand on (`clinical.md` 3.3)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection, func, not_, select

from smf_core.domain.dates import written_day
from smf_core.domain.discharge import FAVOURABLE
from smf_core.figures.episodes import (
    BY_EPISODE,
    GOOD,
    E,
    Unsought,
    begun_in,
    counted,
    part_of,
    still_counted_after,
    sums,
)
from smf_core.figures.figure import Asked, Counted, Definition, Split, share
from smf_core.measures import kaplan_meier
from smf_core.records.counting import visits_until

NOBODY = "Nobody had a first visit in this period."
NOT_REACHED = "Not reached: with the visits so far, fewer than half would be discharged to self-care."
TOO_YOUNG = "Fewer than 90 days have passed since these people began."
OLD_ENOUGH = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Episodes, one at each place: their visits so far, and how they ended (None while still taught)."""

    visits: tuple[int, ...]
    outcomes: tuple[str | None, ...]

    @property
    def discharged(self) -> tuple[bool, ...]:
        return tuple(outcome in FAVOURABLE for outcome in self.outcomes)


def survival_of(connection: Connection, asked: Asked) -> Mapping[str, Cohort]:
    """By skill, what `kaplan_meier` and `aalen_johansen` are drawn from."""
    return cohorts(connection, replace(asked, by=Split.SKILL))


def cohorts(connection: Connection, asked: Asked) -> Mapping[str, Cohort]:
    """The episodes begun on the days asked for, by part, as they stood when the day `as_of` ended."""
    part, day = part_of(asked.by, E.first_on), asked.as_of
    begun, came_since = [*begun_in(asked), E.first_on <= day], still_counted_after(day)
    first = E.skill if asked.by is Split.NONE else part  # as an index has them: with nothing to tell apart, too
    settled = select(part, E.visits, E.outcome, counted(E.closed_on <= day), func.count()).where(
        *begun_in(asked, Unsought), Unsought(E.first_on) <= day, not_(came_since)
    )
    found: dict[str, Counter[tuple[int, str | None]]] = defaultdict(Counter)
    for name, visits, outcome, ended, many in connection.execute(settled.group_by(first, E.visits, E.outcome)):
        found[name].update({(visits, outcome): ended, (visits, None): many - ended})
    others = {row[1]: row[0] for row in connection.execute(select(part, E.episode).where(*begun, came_since))}
    came = visits_until(connection, others, day)
    for episode, name in others.items():
        found[name][came.get(episode, 0), None] += 1
    return {name: _spread(found[name]) for name in sorted(found)}


def _spread(counts: Counter[tuple[int, str | None]]) -> Cohort:
    visits, outcomes = zip(*counts.elements(), strict=True)
    return Cohort(visits, outcomes)


def _median(connection: Connection, asked: Asked) -> Iterable[Counted]:
    found = [_told(name, cohort) for name, cohort in cohorts(connection, asked).items()]
    return found or [Counted(numerator=0, denominator=0, reason=NOBODY)]


def _told(part: str, cohort: Cohort) -> Counted:
    curve = kaplan_meier(cohort.visits, cohort.discharged)
    everybody, events, taught = len(cohort.visits), sum(curve.events), cohort.outcomes.count(None)
    beside = [f"{taught} still taught", f"{everybody - events - taught} ended otherwise"]
    reached = curve.median is not None
    if reached and curve.median_high is None:
        beside.append("The interval has no upper end yet")
    return Counted(
        part=part,
        numerator=events,
        denominator=everybody,
        value=curve.median,
        low=curve.median_low if reached else None,
        high=curve.median_high if reached else None,
        reason="" if reached else NOT_REACHED,
        beside=tuple(beside),
    )


def _rate(connection: Connection, asked: Asked) -> Iterable[Counted]:
    last = old_enough(asked).until
    good = counted(GOOD & (E.closed_on <= asked.as_of))
    taught = counted(E.closed_on.is_(None) | (E.closed_on > asked.as_of))
    rows = sums(connection, old_enough(asked), E.first_on, begun_in, good, taught)
    young = replace(asked, since=max(asked.since, last + timedelta(days=1)))
    later = dict(sums(connection, young, E.first_on, begun_in)) if last < asked.until else {}
    told = f"Begun by {written_day(last)}: those who began later have not had 90 days"
    note = (told,) if later and asked.by is not Split.MONTH else ()
    found = {
        name: share(number, every, part=name, nobody=NOBODY, beside=(f"{left} of {every} still taught", *note))
        for name, number, left, every in rows
    }
    too_young = {name: Counted(part=name, denominator=many, reason=TOO_YOUNG) for name, many in later.items()}
    return [each for _, each in sorted((too_young | found).items())] or [share(0, 0, nobody=NOBODY)]


def old_enough(asked: Asked) -> Asked:
    """What was asked, up to the last day whose month, as far as the period goes, ended 90 days or more ago."""
    last = asked.as_of - OLD_ENOUGH
    if asked.until <= last:
        return asked
    return replace(asked, until=(last + timedelta(days=1)).replace(day=1) - timedelta(days=1))


VISITS_TO_DISCHARGE_MEDIAN = Definition(
    id="visits_to_discharge_median",
    label="Visits to discharge, median",
    unit="visits",
    version="1",
    words=(
        "Of the counted episodes whose first completed visit was in the period, followed to the day the figures are "
        "of: the number of completed visits by which half are discharged as independent or independent with agreed "
        "support, by the method of Kaplan and Meier with its 95 % interval. Visits in person and by video count, "
        "whatever their purpose, up to the day of discharge. Those still taught, and those that ended otherwise, "
        "count as far as they came."
    ),
    count=_median,
    splits=BY_EPISODE,
)
DISCHARGE_RATE_COHORT = Definition(
    id="discharge_rate_cohort",
    label="Of those who began, discharged to self-care",
    unit="episodes",
    version="1",
    words=(
        "Of all counted episodes whose first completed visit was in the period, open or closed, those discharged as "
        "independent or independent with agreed support by the day the figures are of. Episodes begun in a month that "
        "ended, as far as the period goes, fewer than 90 days before that day are left out."
    ),
    count=_rate,
    splits=BY_EPISODE,
)
