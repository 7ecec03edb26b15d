"""Shares of a whole."""

from dataclasses import dataclass
from math import sqrt

from smf_core.measures.confidence import normal_quantile
from smf_core.measures.trouble import NoData, NotACount


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a value lies with some confidence."""

    low: float
    high: float


def wilson(successes: int, total: int, confidence: float = 0.95) -> Interval:
    """The score interval of a share (`clinical.md` 3.2; Wilson, J Am Stat Assoc 1927; 22: 209-212).

    Raises `NoData` when the total is 0, `NotACount` where the successes are not between 0 and the total, `ValueError`
    where the confidence is not between 0 and 1.
    """
    if total == 0:
        raise NoData
    if not 0 <= successes <= total:
        raise NotACount
    share, z = successes / total, normal_quantile(confidence)
    spread = z * z / total
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    # Nobody and everybody are exact ends: reckoned, they miss them by the last digit.
    return Interval(
        low=0.0 if successes == 0 else max(0.0, centre - half),
        high=1.0 if successes == total else min(1.0, centre + half),
    )
