"""How many visits it takes, with those still being taught counted as far as they have come.

`visits` is everybody's completed visits so far; somebody taught still has no end yet. Who ends at a visit and who is
open at it were both still taught when it came (`clinical.md` 3.3).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from smf_core.measures.confidence import normal_quantile
from smf_core.measures.trouble import NoData, NotACount


@dataclass(frozen=True, slots=True)
class Survival:
    """The share still being taught after each visit at which somebody was discharged, with its 95 % interval.

    `at_risk` were still taught when the visit came, `events` of them were discharged at it. A median is the first
    visit at which its line is at or under one half; None is not reached.
    """

    times: tuple[int, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    survival: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    median: int | None
    median_low: int | None
    median_high: int | None


def kaplan_meier(visits: Sequence[int], discharged: Sequence[bool]) -> Survival:
    """The product-limit curve of visits to discharge (Kaplan and Meier, J Am Stat Assoc 1958; 53: 457-481).

    The interval is Greenwood's variance on the log-log scale (Kalbfleisch and Prentice, The Statistical Analysis of
    Failure Time Data). Once nobody is left that variance has no end: low is then 0 and high stays as it was before,
    since fewer cannot be more. Raises `NoData` of nobody, `NotACount` of negative visits, `ValueError` where
    the two are not of one length. With nobody discharged yet the curve is empty and no median is reached.
    """
    return kaplan_meier_of(Counter(zip(visits, discharged, strict=True)))


def kaplan_meier_of(counts: Mapping[tuple[int, bool], int]) -> Survival:
    """`kaplan_meier` of how many had so many visits and were discharged at the last of them, or were not."""
    left, whole = 1, 1  # the share still taught, exact and never reduced: that would take longer than all the rest
    variance, low, high, normal = 0.0, 1.0, 1.0, normal_quantile(0.95)
    median = None
    rows: list[tuple[int, int, int, float, float, float]] = []
    for visit, at_risk, ended in _ends(
        {(visits, "discharged" if done else None): many for (visits, done), many in counts.items()}
    ):
        events = sum(ended.values())
        left, whole = left * (at_risk - events), whole * at_risk
        share = left / whole
        if left:
            variance += events / (at_risk * (at_risk - events))
            spread = exp(normal * sqrt(variance) / -log(share))
            low, high = share**spread, share ** (1 / spread)
        else:
            low = 0.0
        if median is None and 2 * left <= whole:
            median = visit
        rows.append((visit, at_risk, events, share, low, high))
    times, at_risks, happened, shares, lows, highs = zip(*rows, strict=True) if rows else ((),) * 6
    return Survival(
        times,
        at_risks,
        happened,
        shares,
        lows,
        highs,
        median=median,
        median_low=_half(times, lows),
        median_high=_half(times, highs),
    )


def aalen_johansen(
    visits: Sequence[int], outcomes: Sequence[str | None]
) -> dict[str, tuple[tuple[int, ...], tuple[float, ...]]]:
    """By outcome: the visits at which it came, and the share of all who had ended that way by then.

    The cumulative incidence with other ends as competing risks (Aalen and Johansen, Scand J Stat 1978; 5: 141-150). An
    outcome of None is still being taught; only outcomes which came are answered. The shares of all outcomes and of
    those still taught make one. Raises as `kaplan_meier`.
    """
    return aalen_johansen_of(Counter(zip(visits, outcomes, strict=True)))


def aalen_johansen_of(
    counts: Mapping[tuple[int, str | None], int],
) -> dict[str, tuple[tuple[int, ...], tuple[float, ...]]]:
    """`aalen_johansen` of how many had so many visits and ended so at the last of them."""
    left, whole, reached = 1, 1, dict[str, int]()  # shares of `whole`, exact and never reduced, as above
    curves: dict[str, tuple[list[int], list[float]]] = {}
    for visit, at_risk, ended in _ends(counts):
        reached = {code: share * at_risk for code, share in reached.items()}
        whole *= at_risk
        for code, number in ended.items():
            reached[code] = reached.get(code, 0) + left * number
            times, shares = curves.setdefault(code, ([], []))
            times.append(visit)
            shares.append(reached[code] / whole)
        left *= at_risk - sum(ended.values())
    return {code: (tuple(times), tuple(shares)) for code, (times, shares) in curves.items()}


def _ends(counts: Mapping[tuple[int, str | None], int]) -> Iterator[tuple[int, int, Mapping[str, int]]]:
    """(visit, how many were still taught when it came, how many ended at it by outcome), where somebody ended."""
    if not counts:
        raise NoData
    if min(visit for visit, _ in counts) < 0:
        raise NotACount
    at_risk = sum(counts.values())
    leaving, ended = defaultdict[int, int](int), defaultdict[int, dict[str, int]](dict)
    for (visit, outcome), number in counts.items():
        leaving[visit] += number
        if outcome is not None:
            ended[visit][outcome] = number
    for visit in sorted(leaving):
        if visit in ended:
            yield visit, at_risk, ended[visit]
        at_risk -= leaving[visit]


def _half(times: Sequence[int], shares: Sequence[float]) -> int | None:
    return next((time for time, share in zip(times, shares, strict=True) if share <= 0.5), None)
