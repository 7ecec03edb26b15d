"""Shares of a whole."""

from dataclasses import dataclass
from functools import cache
from math import sqrt
from statistics import NormalDist


class NoData(ValueError):
    """There is nothing to take a share of."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a value lies with some confidence."""

    low: float
    high: float


def wilson(successes: int, total: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a share (`clinical.md` 3.2). Raises `NoData` when the total is 0.

    `ValueError` where the successes are not between 0 and the total, or the confidence not between 0 and 1.
    """
    if total == 0:
        raise NoData
    if not 0 <= successes <= total:
        raise ValueError(successes, total)
    share, z = successes / total, _z(confidence)
    spread = z * z / total
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    # Nobody and everybody are exact ends: reckoned, they miss them by the last digit.
    return Interval(
        low=0.0 if successes == 0 else max(0.0, centre - half),
        high=1.0 if successes == total else min(1.0, centre + half),
    )


@cache
def _z(confidence: float) -> float:
    """How many standard deviations to both sides hold so much of a normal distribution."""
    if not 0 < confidence < 1:
        raise ValueError(confidence)
    return NormalDist().inv_cdf((1 + confidence) / 2)
