"""Which months differ from the others by more than chance: the XmR chart of Making Data Count (`field.md` 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, groupby, pairwise
from typing import Literal, TypeAlias

from smf_core.measures.trouble import NoData, NotEnough

Rule: TypeAlias = Literal["outside", "trend", "two_of_three", "shift"]
Verdict: TypeAlias = Literal["common", "improvement", "concern", "high", "low"]

_RULES: tuple[Rule, ...] = "outside", "trend", "two_of_three", "shift"
"""Which of several rules a point is marked by: the first."""
_LIMIT = Fraction("2.66")  # 3 / 1.128: three standard deviations, told from moving ranges of two points
_RANGE_LIMIT = Fraction("3.267")
_ENOUGH = 12


@dataclass(frozen=True, slots=True)
class Point:
    """One value between the limits of its segment.

    `verdict` is by the direction of the run for a trend, else by the side of the mean; "high" and "low" where neither
    direction is an improvement. `trial`: the limits come from fewer than 12 points. `moving_range` is the step from
    the value before (None for the first of a segment), `range_upper` its own limit.
    """

    value: float
    mean: float
    lower: float
    upper: float
    rule: Rule | None
    verdict: Verdict
    trial: bool
    moving_range: float | None
    range_upper: float


def xmr(
    values: Sequence[float],
    *,
    improvement: Literal[-1, 0, 1] = 0,
    run: int = 7,
    baseline: int | None = None,
    rebase_at: Iterable[int] = (),
    screen_outliers: bool = False,
) -> tuple[Point, ...]:
    """Every value with its limits, the rule which marks it and what that means.

    Limits are the mean and 2.66 times the mean moving range to both sides (Wheeler, Understanding Variation; Nelson,
    J Qual Technol 1982; 14: 172-173), of the first `baseline` points of each segment or of all its points. A segment
    starts at each index of `rebase_at`, and nothing reaches over from one to the next. `screen_outliers` leaves
    moving ranges at or above 3.267 times their mean out of it, once.

    The rules, in the order in which they name a point:
    - outside: beyond a limit;
    - trend: `run` points (6 or 7) each above, or each below, the one before it; equal points break it;
    - two_of_three: of three points in a row on one side of the mean, the two or three beyond two thirds of the way to
      the limit, those beyond the limit too;
    - shift: `run` points in a row on one side of the mean; a point on the mean breaks it.

    Values are taken for what they are when written, so that one exactly on a line is on it. Raises `NoData` without
    values, and `NotEnough` where a segment or the baseline has one point: nothing has moved yet. `ValueError` for an
    index outside the values, or a value that is not a number.
    """
    if not values:
        raise NoData
    starts = sorted({0, *rebase_at})
    if run < 2 or improvement not in (-1, 0, 1) or not 0 <= starts[0] <= starts[-1] < len(values):
        raise ValueError(run, improvement, starts)
    written = [Fraction(str(value)) for value in values]
    return tuple(
        chain.from_iterable(
            _segment(written[start:end], improvement, run, baseline, screen_outliers)
            for start, end in pairwise((*starts, len(values)))
        )
    )


def _segment(
    values: Sequence[Fraction], improvement: int, run: int, baseline: int | None, screen_outliers: bool
) -> list[Point]:
    first = values if baseline is None else values[: max(0, baseline)]
    if len(first) < 2:
        raise NotEnough
    mean, moved = _mean(first), _mean_moving_range(first, screen_outliers)
    reach = _LIMIT * moved
    steps = [after - before for before, after in pairwise(values)]
    sides = [_sign(value - mean) for value in values]
    outside = _beyond(values, mean, reach)
    trend = _trend(steps, run)
    near = _two_of_three(sides, _beyond(values, mean, reach * 2 / 3))
    shift = _in_rows(sides, run)
    found = []
    for value, step, directions in zip(
        values, (None, *steps), zip(outside, trend, near, shift, strict=True), strict=True
    ):
        rule, direction = next(((rule, way) for rule, way in zip(_RULES, directions, strict=True) if way), (None, 0))
        found.append(
            Point(
                value=float(value),
                mean=float(mean),
                lower=float(mean - reach),
                upper=float(mean + reach),
                rule=rule,
                verdict=_verdict(direction, improvement),
                trial=len(first) < _ENOUGH,
                moving_range=None if step is None else float(abs(step)),
                range_upper=float(_RANGE_LIMIT * moved),
            )
        )
    return found


def _mean_moving_range(values: Sequence[Fraction], screen_outliers: bool) -> Fraction:
    moves = [abs(after - before) for before, after in pairwise(values)]
    mean = _mean(moves)
    if screen_outliers and mean:  # where nothing moves, nothing stands out
        mean = _mean([move for move in moves if move < _RANGE_LIMIT * mean])
    return mean


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def _beyond(values: Iterable[Fraction], mean: Fraction, reach: Fraction) -> list[int]:
    """On which side each value lies further from the mean than this; 0 on neither."""
    return [_sign(value - mean) if abs(value - mean) > reach else 0 for value in values]


def _in_rows(signs: Iterable[int], length: int) -> list[int]:
    """Each sign that stands in a row of so many alike or more; 0 in place of the others."""
    found: list[int] = []
    for sign, row in groupby(signs):
        long = len(list(row))
        found += [sign if long >= length else 0] * long
    return found


def _trend(steps: Iterable[Fraction], run: int) -> list[int]:
    """Which way each point's run goes; where one run turns into another, the way that led to the turn."""
    ways = _in_rows(map(_sign, steps), run - 1)
    return [before or after for before, after in zip((0, *ways), (*ways, 0), strict=True)]


def _two_of_three(sides: Sequence[int], beyond: Sequence[int]) -> list[int]:
    """The sides of points beyond in a three of one side that holds two of them or more; 0 for the others."""
    marked = set[int]()
    for start in range(len(sides) - 2):
        three = slice(start, start + 3)
        if abs(sum(sides[three])) == 3 and sum(map(abs, beyond[three])) >= 2:
            marked.update(range(start, start + 3))
    return [side if place in marked else 0 for place, side in enumerate(beyond)]


def _verdict(direction: int, improvement: int) -> Verdict:
    if direction == 0:
        return "common"
    if improvement == 0:
        return "high" if direction > 0 else "low"
    return "improvement" if direction == improvement else "concern"
