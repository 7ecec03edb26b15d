"""How far people moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite, sqrt

from smf_core.measures.confidence import t_quantile
from smf_core.measures.trouble import NoData, NotEnough


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """By how much on average, and where that lies with 95 % confidence."""

    value: float
    low: float
    high: float


def mean_difference(first: Sequence[float], last: Sequence[float]) -> MeanDifference:
    """Last less first of each person, averaged, with Student's interval for pairs (Biometrika 1908; 6: 1-25).

    Only people with both belong in it. Where everybody moved by the same, the interval is that one value. Raises
    `NoData` of nobody and `NotEnough` of one person; `ValueError` where the two are not of one length, or one of
    them is not a number.
    """
    moved = [after - before for before, after in zip(first, last, strict=True)]
    if not moved:
        raise NoData
    if not all(map(isfinite, moved)):
        raise ValueError(moved)
    if len(moved) == 1:
        raise NotEnough
    freedom = len(moved) - 1
    mean = fsum(moved) / len(moved)
    error = sqrt(fsum((one - mean) ** 2 for one in moved) / freedom / len(moved))
    half = t_quantile(freedom, 0.95) * error
    return MeanDifference(mean, mean - half, mean + half)
