"""How often something happens among so many people in so much time, after against before."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, hypot, inf, sqrt

from smf_core.measures.confidence import normal_quantile
from smf_core.measures.trouble import NoData, NoExposure, NotACount, NotEnough, NotEstimable

_WIDEST = 709  # e to the next number is more than a float holds


@dataclass(frozen=True, slots=True)
class RateRatio:
    """So many times as often, and where that lies with 95 % confidence: 0.9 is 10 % fewer.

    `error` is the standard error of its logarithm.
    """

    value: float
    low: float
    high: float
    error: float


def rate_ratio(
    after: int, before: int, exposure_after: float, exposure_before: float, dispersion: float = 1.0
) -> RateRatio:
    """The rate after over the rate before, with the log-normal interval (`clinical.md` 3.4).

    Variance of the logarithm as in Rothman, Greenland and Lash, Modern Epidemiology (3rd edition), chapter 14, times
    `dispersion` where that is over 1 (McCullagh and Nelder, Generalized Linear Models, chapter 6). Exposures are
    people times time, in one unit. Raises `NotACount` of a negative count, `NoExposure` where there were no people or
    no time, `NotEstimable` where a count is zero or the interval is without end.
    """
    _check(after, before)
    if not (0 < exposure_after < inf and 0 < exposure_before < inf):
        raise NoExposure
    if after == 0 or before == 0:
        raise NotEstimable
    if not 0 <= dispersion < inf:
        raise ValueError(dispersion)
    return _ratio(
        after / exposure_after * exposure_before / before, sqrt(max(1.0, dispersion) * (1 / after + 1 / before))
    )


def difference_in_differences(ours: RateRatio, comparison: RateRatio) -> RateRatio:
    """The change here over the change where there was no service, as a ratio of rate ratios (`clinical.md` 3.4).

    Each of the two brings its own dispersion. Under 1: more fell here than fell anyway.
    """
    return _ratio(ours.value / comparison.value, hypot(ours.error, comparison.error))


def dispersion(before: Sequence[int], after: Sequence[int]) -> float:
    """How much more the months of each period vary about their mean than counts do by chance; 1 is as by chance.

    Pearson's chi-square over its degrees of freedom (McCullagh and Nelder, Generalized Linear Models, chapter 6).
    Raises `NoData` of a period without months, `NotEnough` of one month each, `NotACount` of a negative count,
    `NotEstimable` of a period in which nothing was counted.
    """
    if not before or not after:
        raise NoData
    _check(*before, *after)
    freedom = len(before) + len(after) - 2
    if freedom == 0:
        raise NotEnough
    return (_chi_square(before) + _chi_square(after)) / freedom


def _check(*counts: int) -> None:
    if not all(0 <= count < inf for count in counts):
        raise NotACount


def _chi_square(months: Sequence[int]) -> float:
    mean = sum(months) / len(months)
    if mean == 0:
        raise NotEstimable
    return sum((count - mean) ** 2 for count in months) / mean


def _ratio(value: float, error: float) -> RateRatio:
    half = normal_quantile(0.95) * error
    low, high = (value * exp(-half), value * exp(half)) if half < _WIDEST else (0.0, inf)
    if not 0 < low <= high < inf:
        raise NotEstimable
    return RateRatio(value, low, high, error)
