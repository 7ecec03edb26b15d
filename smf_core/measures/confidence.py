"""How far to both sides of an estimate an interval reaches, counted in standard errors."""

from functools import cache
from math import atan, cos, exp, lgamma, pi, sin, sqrt, tan
from statistics import NormalDist


@cache
def normal_quantile(confidence: float) -> float:
    """How many standard deviations to both sides hold so much of a normal distribution: 1.959964 hold 95 %."""
    if not 0 < confidence < 1:
        raise ValueError(confidence)
    return NormalDist().inv_cdf((1 + confidence) / 2)


@cache
def t_quantile(freedom: int, confidence: float) -> float:
    """The same of Student's t distribution, whose spread is itself estimated: 2.262157 hold 95 % with 9 degrees.

    Newton's steps towards the angle of t. The share within it only ever bends downwards, so that a step from below
    cannot pass it, and the normal quantile is below it.
    """
    density = 2 * exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(pi)
    angle = atan(normal_quantile(confidence) / sqrt(freedom))
    while (step := (confidence - _share_within(angle, freedom)) / (density * cos(angle) ** (freedom - 1))) > 1e-14:
        angle += step
    return sqrt(freedom) * tan(angle)


def _share_within(angle: float, freedom: int) -> float:
    """How much of Student's t lies within `sqrt(freedom) * tan(angle)` of zero: a finite sum.

    Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.
    """
    odd = freedom % 2
    term = total = (cos(angle) if odd else 1.0) * (freedom > 1)
    for power in range(2 + odd, freedom, 2):
        term *= cos(angle) ** 2 * (power - 1) / power
        total += term
    return (angle + sin(angle) * total) * 2 / pi if odd else sin(angle) * total
