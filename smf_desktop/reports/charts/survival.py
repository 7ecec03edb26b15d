"""How many visits teaching takes: the share still being taught after each, with those still taught counted in."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from smf_core.measures import Survival, kaplan_meier_of
from smf_desktop.reports.charts.chart import Column, Table
from smf_desktop.reports.charts.words import sentences, visits

NOBODY = "Nobody had a first visit in this period."


@dataclass(frozen=True, slots=True)
class Curve:
    """The people of one series. `still_taught[v]` of them were still taught when visit v came; all of them at 0."""

    key: str
    label: str
    survival: Survival
    still_taught: tuple[int, ...]

    @property
    def people(self) -> int:
        return self.still_taught[0]

    @property
    def last(self) -> int:
        """The most visits anybody has had."""
        return len(self.still_taught) - 1

    @property
    def median(self) -> str:
        median = self.survival.median
        return "median not reached" if median is None else f"median {visits(median)}"


def curve(key: str, label: str, ends: Mapping[tuple[int, bool], int]) -> Curve:
    """A series from how many had so many completed visits and were discharged at the last, or were not.

    Raises `NoData`.
    """
    survival = kaplan_meier_of(ends)
    last = Counter[int]()
    for (made, _), many in ends.items():
        last[made] += many
    still = tuple(accumulate(last[visit] for visit in range(max(last), -1, -1)))
    return Curve(key, label, survival, still[::-1])


@dataclass(frozen=True, slots=True)
class SurvivalChart:
    """The curves of visits to discharge, at most six; `reason` is what is said where there are none.

    `rounded`: how many are still taught is to the nearest five. `dark` are the keys of the curves that are hidden where
    small numbers are, whatever they show; "" hides all.
    """

    curves: tuple[Curve, ...]
    reason: str = NOBODY
    rounded: bool = False
    dark: frozenset[str] = frozenset()

    def table(self) -> Table:
        """A row for each visit at which somebody was discharged, and for the start of each series."""
        columns = (
            Column("Series"),
            Column("Visit", "count"),
            Column("Still being taught when it came", "count"),
            Column("Discharged at it", "count"),
            Column("Share still being taught after it", "share"),
            Column("95% CI from", "share"),
            Column("95% CI to", "share"),
        )
        rows: list[tuple[str | int | float | None, ...]] = []
        for each in self.curves:
            found = each.survival
            rows.append((each.label, 0, each.people, 0, 1.0, None, None))
            rows += [
                (each.label, *row)
                for row in zip(
                    found.times, found.at_risk, found.events, found.survival, found.low, found.high, strict=True
                )
            ]
        return Table(columns, tuple(rows))

    def summary(self) -> str:
        if not self.curves:
            return self.reason
        return sentences(
            (
                "Visits until discharge to self-care",
                *(f"{each.label}, n = {each.people}: {_median_told(each)}" for each in self.curves),
            )
        )


def _median_told(each: Curve) -> str:
    found, ended = each.survival, sum(each.survival.events)
    told = f"{ended} discharged"
    if found.median is None:
        return f"median not reached, {told}"
    high = "with no upper end yet" if found.median_high is None else f"to {found.median_high}"
    known = "" if found.median_low is None else f" (95% CI {found.median_low} {high})"
    return f"median {visits(found.median)}{known}, {told}"


def steps(times: Sequence[int], shares: Sequence[float], last: int) -> tuple[list[float], list[float]]:
    """The corners of a line that stays where it is until the next time."""
    xs: list[float] = []
    ys: list[float] = []
    for time, share in zip(times, shares, strict=True):
        xs += [time, time] if ys else [time]
        ys += [ys[-1], share] if ys else [share]
    return [*xs, float(last)], [*ys, ys[-1]]


def shares_named(lines: float) -> tuple[float, ...]:
    """The shares named beside a plot as high as so many lines of words."""
    if lines > 5:
        return 0.0, 0.25, 0.5, 0.75, 1.0
    return (0.0, 0.5, 1.0) if lines > 2.4 else (0.0, 1.0)


def share_at(each: Curve, visit: float, *, band: bool) -> float:
    """How high a series stands after so many visits, with its band."""
    if visit > each.last:
        return 0.0
    place = bisect_right(each.survival.times, visit) - 1
    if place < 0:
        return 1.0
    return each.survival.high[place] if band else each.survival.survival[place]
