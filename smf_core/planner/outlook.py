"""Many runs of a scenario as one answer: what is likely each month, and between what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from statistics import quantiles

from smf_core.planner.run import Measure, Run, run
from smf_core.planner.scenario import Scenario
from smf_core.planner.seen import Seen
from smf_core.planner.service import Service

RUNS = 200
ENDS = (Measure.WAITING,)
"""What the whole of it is as it ends."""

MEANS = (Measure.CASELOAD, Measure.WEEKS, Measure.HOURS)
"""What the whole of it is the mean of; of anything else it is the sum."""


@dataclass(frozen=True, slots=True)
class Band:
    """The middle of the runs, and between what 90 of 100 of them are (from the 5th to the 95th percentile)."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a scenario came to in so many runs: by measure a band for each month, and one for the whole.

    None where nobody began in most runs.
    """

    scenario: Scenario
    runs: int
    months: dict[Measure, tuple[Band | None, ...]]
    whole: dict[Measure, Band | None]


def runs(seen: Seen, scenario: Scenario, seed: int, many: int = RUNS) -> Iterator[Run]:
    """So many courses of events, each with a chance of its own that the seed gives it. Raises `NotPlannable`."""
    service = Service(seen, scenario)
    for number in range(many):
        yield run(service, seen, scenario, Random(f"{seed} {number}"))


def outlook(scenario: Scenario, found: Sequence[Run]) -> Outlook:
    """Of two runs or more."""
    months = {
        measure: tuple(_band([one.months[measure][month] for one in found]) for month in range(scenario.months))
        for measure in Measure
    }
    whole = {measure: _band([_whole(measure, one.months[measure]) for one in found]) for measure in Measure}
    return Outlook(scenario, len(found), months, whole)


def _whole(measure: Measure, months: Sequence[float | None]) -> float | None:
    known = [each for each in months if each is not None]
    if measure in ENDS or not known:
        return months[-1]
    return sum(known) / len(known) if measure in MEANS else sum(known)


def _band(values: Sequence[float | None]) -> Band | None:
    known = [value for value in values if value is not None]
    if len(known) < max(2, len(values) / 2):
        return None
    cuts = quantiles(known, n=20, method="inclusive")
    return Band(cuts[9], cuts[0], cuts[18])
