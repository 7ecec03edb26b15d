"""The few formulas that figures need, as they are printed in the books the definitions name."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, cos, exp, log, pi, sin, sqrt

Z = 1.959963984540054
"""Of a two-sided 95 % interval."""


def wilson(found: int, among: int) -> tuple[float, float]:
    """Wilson (1927), in the form with the centre and the half-width."""
    share, z2 = found / among, Z * Z
    centre = (share + z2 / (2 * among)) / (1 + z2 / among)
    half = Z * sqrt(share * (1 - share) / among + z2 / (4 * among * among)) / (1 + z2 / among)
    low = 0.0 if found == 0 else centre - half
    high = 1.0 if found == among else centre + half
    return low, high


@dataclass(frozen=True, slots=True)
class Median:
    """None is not reached."""

    value: int | None
    low: int | None
    high: int | None


def median_visits(people: Sequence[tuple[int, bool]]) -> Median:
    """Kaplan and Meier (1958) with Greenwood's variance on the log-log scale, of (visits, discharged).

    The interval of the median is where the band crosses one half, as Brookmeyer and Crowley (1982) read it.
    """
    left, variance = 1.0, 0.0
    crossed: dict[str, int] = {}
    for time in sorted({visits for visits, event in people if event}):
        at_risk = sum(visits >= time for visits, _ in people)
        events = sum(event and visits == time for visits, event in people)
        left *= 1 - events / at_risk
        bounds = {"value": left, "low": left}  # nobody left: no band there, and its lower edge is no higher
        if events < at_risk:
            variance += events / (at_risk * (at_risk - events))
            spread = Z * sqrt(variance) / abs(log(left))
            bounds |= {"low": left ** exp(spread), "high": left ** exp(-spread)}
        for name, bound in bounds.items():
            if bound <= 0.5:
                crossed.setdefault(name, time)
    return Median(crossed.get("value"), crossed.get("low"), crossed.get("high"))


def middle(values: Sequence[float], share: float) -> float:
    """A quantile with straight lines between the values (Hyndman and Fan 1996, number 7)."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def student(freedom: int) -> float:
    """Where 95 % of Student's distribution lie within, by halving (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    low, high = 0.0, 1000.0
    while (middle := (low + high) / 2) not in {low, high}:
        low, high = (middle, high) if _within(middle, freedom) < 0.95 else (low, middle)
    return low


def _within(t: float, freedom: int) -> float:
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term = cos(angle) if odd else 1.0
    total = 0.0
    for number in range(1 + odd, freedom, 2):
        total += term
        term *= cos(angle) ** 2 * number / (number + 1)
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: the count of each month, and person-time (or months)."""

    counts: tuple[int, ...]
    exposure: float

    @property
    def total(self) -> int:
        return sum(self.counts)


def ratio(before: Side, after: Side) -> tuple[float, float]:
    """The rate ratio, and the variance of its logarithm widened by the dispersion."""
    value = (after.total / after.exposure) / (before.total / before.exposure)
    return value, (1 / before.total + 1 / after.total) * max(1.0, dispersion(before, after))


def dispersion(before: Side, after: Side) -> float:
    """Pearson's chi-square over its degrees of freedom, of monthly counts about their two means."""
    chi, freedom = 0.0, -2
    for side in (before, after):
        mean = side.total / len(side.counts)
        chi += sum((count - mean) ** 2 / mean for count in side.counts)
        freedom += len(side.counts)
    return chi / freedom if freedom > 0 else 1.0


def around(value: float, variance: float) -> tuple[float, float, float]:
    """A ratio with its log-normal interval."""
    factor = exp(Z * sqrt(variance))
    return value, value / factor, value * factor
