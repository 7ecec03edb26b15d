"""Everybody who began on the days asked for, followed to the day the records stand on (`clinical.md` 3.3)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from smf_core.domain.dates import written_day
from smf_core.domain.discharge import FAVOURABLE
from smf_core.figures.episodes import BY_EPISODE, UNSOUGHT, E, asked_for, part_of
from smf_core.figures.figure import Asked, Counted, Definition, Split, share
from smf_core.figures.once import read_once
from smf_core.figures.tally import begun_by_visits, last_old_enough, of_begun
from smf_core.measures import kaplan_meier_of
from smf_core.records.counting import visits_until

NOBODY = "Nobody had a first visit in this period."
NOT_REACHED = "Not reached: with the visits so far, fewer than half would be discharged to self-care."
TOO_YOUNG = "Fewer than 90 days have passed since these people began."


@dataclass(frozen=True, slots=True)
class Cohort:
    """How many episodes have had so many visits so far and ended so (None while still taught)."""

    counts: Mapping[tuple[int, str | None], int]

    @property
    def episodes(self) -> int:
        return sum(self.counts.values())

    @property
    def ends(self) -> Mapping[tuple[int, bool], int]:
        """How many have had so many visits and were discharged to self-care at the last, or were not."""
        found = defaultdict[tuple[int, bool], int](int)
        for (visits, outcome), many in self.counts.items():
            found[visits, outcome in FAVOURABLE] += many
        return found

    @property
    def visits(self) -> tuple[int, ...]:
        """Of each episode, in the order of `outcomes`."""
        return tuple(visits for (visits, _), many in self.counts.items() for _ in range(many))

    @property
    def outcomes(self) -> tuple[str | None, ...]:
        return tuple(outcome for (_, outcome), many in self.counts.items() for _ in range(many))


def survival_of(connection: Connection, asked: Asked) -> Mapping[str, Cohort]:
    """By skill, what `kaplan_meier` and `aalen_johansen` are drawn from."""
    return cohorts(connection, replace(asked, by=Split.SKILL))


@read_once
def cohorts(connection: Connection, asked: Asked) -> Mapping[str, Cohort]:
    """The episodes begun on the days asked for, by part, as they stood when the day `as_of` ended."""
    found: defaultdict[str, dict[tuple[int, str | None], int]] = defaultdict(partial(defaultdict, int))
    for part, visits, outcome, began, ended in begun_by_visits(connection, asked):
        if ended:
            found[part][visits, outcome] += ended
        if began > ended:
            found[part][visits, None] += began - ended
    _take_back(connection, asked, found)
    counts = {name: {of: many for of, many in found[name].items() if many} for name in sorted(found)}
    return {name: Cohort(some) for name, some in counts.items() if some}


def _take_back(connection: Connection, asked: Asked, found: Mapping[str, dict[tuple[int, str | None], int]]) -> None:
    """Have those count as far as they had come when the day `as_of` ended who have had visits since."""
    since = {row.episode: row for row in _seen_since(connection, asked)}
    came = visits_until(connection, since, asked.as_of)
    for episode, row in since.items():
        found[row.part][row.visits, row.outcome if row.ended else None] -= 1
        if row.first_on <= asked.as_of:
            found[row.part][came.get(episode, 0), None] += 1


def _seen_since(connection: Connection, asked: Asked) -> Iterator[Any]:
    day = asked.as_of
    ended = func.coalesce(E.closed_on <= day, False).label("ended")
    asking = select(
        part_of(asked.by, E.first_on).label("part"), E.episode, E.visits, E.outcome, E.first_on, ended
    ).where(E.first_on.between(asked.since, asked.until), *asked_for(asked, UNSOUGHT))
    yield from connection.execute(asking.where(E.closed_on.is_(None), E.last_on > day)).all()
    yield from connection.execute(asking.where(E.closed_on > day, E.last_on > day)).all()
    if day < asked.until:
        yield from connection.execute(asking.where(E.closed_on <= day, E.first_on > day)).all()


def _median(connection: Connection, asked: Asked) -> Iterable[Counted]:
    found = [_told(name, cohort) for name, cohort in cohorts(connection, asked).items()]
    return found or [Counted(numerator=0, denominator=0, reason=NOBODY)]


def _told(part: str, cohort: Cohort) -> Counted:
    curve = kaplan_meier_of(cohort.ends)
    everybody, events = cohort.episodes, sum(curve.events)
    taught = sum(many for (_, outcome), many in cohort.counts.items() if outcome is None)
    beside = [f"{taught} still taught", f"{everybody - events - taught} ended otherwise"]
    reached = curve.median is not None
    if reached and curve.median_high is None:
        beside.append("The interval has no upper end yet")
    return Counted(
        part=part,
        numerator=events,
        denominator=everybody,
        value=curve.median,
        low=curve.median_low,
        high=curve.median_high,
        reason="" if reached else NOT_REACHED,
        beside=tuple(beside),
    )


def _rate(connection: Connection, asked: Asked) -> Iterable[Counted]:
    good, ended, old, young = (Counter[str]() for _ in range(4))
    for part, outcome, many in of_begun(connection, asked):
        good[part] += many.old_ended if outcome in FAVOURABLE else 0
        ended[part] += many.old_ended
        old[part] += many.old
        young[part] += many.young
    told = f"Begun by {written_day(last_old_enough(asked))}: those who began later have not had 90 days"
    note = (told,) if young.total() and asked.by is not Split.MONTH else ()
    found = []
    for part, every in sorted(old.items()):
        left = f"{every - ended[part]} of {every} still taught"
        if every:
            found.append(share(good[part], every, part=part, nobody=NOBODY, beside=(left, *note)))
        elif young[part]:
            found.append(Counted(part=part, denominator=young[part], reason=TOO_YOUNG))
    return found or [share(0, 0, nobody=NOBODY)]


VISITS_TO_DISCHARGE_MEDIAN = Definition(
    id="visits_to_discharge_median",
    label="Visits to discharge, median",
    unit="visits",
    version="1",
    words=(
        "Of the counted episodes whose first completed visit was in the period, followed to the day the figures are "
        "of: the number of completed visits by which half are discharged as independent or independent with agreed "
        "support, by the method of Kaplan and Meier with its 95% interval. Visits in person and by video count, "
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
