"""How long teaching took, and how much surer people became (`clinical.md` 3.2)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from statistics import median, quantiles

from sqlalchemy import Connection, Integer, func, select, type_coerce

from smf_core.domain.pathway import Hold
from smf_core.figures.episodes import BY_EPISODE, GOOD, E, closed_in, part_of
from smf_core.figures.figure import Asked, Counted, Definition
from smf_core.measures import NotEnough, mean_difference
from smf_core.records import tables as t
from smf_core.records.export import days_on_hold

NOBODY_DISCHARGED = "Nobody was discharged to self-care in this period."
NOBODY_ENDED = "Nobody's teaching ended in this period."
NOBODY_TWICE = "Nobody was asked at two visits."
ONE_TWICE = "Only one episode was asked about at two visits, too few for a mean."
FIRST_AFTER = "The first visit is dated after the discharge."
_H = t.hold.c


def _days(connection: Connection, asked: Asked) -> Iterable[Counted]:
    part, took = part_of(asked.by), type_coerce(E.closed_on, Integer) - type_coerce(E.first_on, Integer)
    favourable = [*closed_in(asked), GOOD]
    days: defaultdict[str, list[int]] = defaultdict(list)
    everybody: defaultdict[str, int] = defaultdict(int)
    for name, each, many in map(
        tuple, connection.execute(select(part, took, func.count()).where(*favourable).group_by(part, took)).all()
    ):
        everybody[name] += many
        days[name] += [each] * many if each >= 0 else []
    held = _held(connection, asked)
    found = [_told(name, sorted(days[name]), everybody[name], held.get(name, {})) for name in sorted(everybody)]
    return found or [Counted(numerator=0, denominator=0, reason=NOBODY_DISCHARGED)]


def _told(part: str, days: list[int], everybody: int, held: Mapping[str, int]) -> Counted:
    if not days:
        return Counted(part=part, numerator=0, denominator=everybody, reason=FIRST_AFTER)
    low, _, high = quantiles(days, n=4, method="inclusive") if len(days) > 1 else days * 3
    beside = (
        f"Half of them took {low:g} to {high:g} days",
        f"{sum(held.values())} days on hold among {len(held)} of them, not taken off",
    )
    return Counted(part=part, numerator=len(days), denominator=everybody, value=median(days), beside=beside)


def _held(connection: Connection, asked: Asked) -> Mapping[str, Mapping[str, int]]:
    """By part and episode, how many days of those it took somebody was on hold."""
    asking = select(part_of(asked.by), E.episode, E.first_on, E.closed_on, _H["from"], _H.until)
    of = asking.join(t.hold, _H.episode == E.episode).where(*closed_in(asked), GOOD)
    holds: defaultdict[tuple[str, str, date], list[Hold]] = defaultdict(list)
    for part, episode, first, closed, since, until in map(tuple, connection.execute(of)):
        holds[part, episode, closed].append(Hold("", "", max(since, first), None, until))
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (part, episode, closed), held in holds.items():
        if days := days_on_hold(held, closed):
            found[part][episode] = days
    return found


def _gain(connection: Connection, asked: Asked) -> Iterable[Counted]:
    part, first, last = part_of(asked.by), E.first_confidence, E.last_confidence
    asking = select(part, first, last, func.count()).where(*closed_in(asked)).group_by(part, first, last)
    before: defaultdict[str, list[int]] = defaultdict(list)
    after: defaultdict[str, list[int]] = defaultdict(list)
    everybody: defaultdict[str, int] = defaultdict(int)
    for name, began, ended, many in map(tuple, connection.execute(asking).all()):
        everybody[name] += many
        before[name] += [began] * many if began is not None else []
        after[name] += [ended] * many if began is not None else []
    found = [_gained(name, before[name], after[name], everybody[name]) for name in sorted(everybody)]
    return found or [Counted(numerator=0, denominator=0, reason=NOBODY_ENDED)]


def _gained(part: str, before: list[int], after: list[int], everybody: int) -> Counted:
    both = len(before)
    if both == 0:
        return Counted(part=part, numerator=0, denominator=everybody, reason=NOBODY_TWICE)
    try:
        gain = mean_difference(before, after)
    except NotEnough:
        return Counted(part=part, numerator=both, denominator=everybody, reason=ONE_TWICE)
    beside = (f"Asked at two visits or more in {both} of {everybody}",)
    return Counted(
        part=part,
        numerator=both,
        denominator=everybody,
        value=gain.value,
        low=gain.low,
        high=gain.high,
        beside=beside,
    )


DAYS_TO_DISCHARGE = Definition(
    id="days_to_discharge",
    label="Days to discharge, median",
    unit="days",
    version="1",
    words=(
        "Of the counted episodes closed in the period as independent or independent with agreed support, the median of "
        "the days from the first completed visit to discharge. Days on hold are in it, and said beside it."
    ),
    count=_days,
    splits=BY_EPISODE,
)
CONFIDENCE_GAIN = Definition(
    id="confidence_gain",
    label="Gain in confidence",
    unit="points of 10",
    version="1",
    words=(
        "Of the counted episodes closed in the period in which the learner was asked at two visits or more how "
        "confident they are, from 0 to 10: the mean of the last answer less the first, with its 95% interval. The "
        "patient is the learner wherever the patient learns."
    ),
    count=_gain,
    splits=BY_EPISODE,
)
