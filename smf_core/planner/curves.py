"""How many visits somebody will need and how it will end, drawn from those who were taught before them."""

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from smf_core.planner.seen import SkillSeen

_TOO_FEW_LEFT = 1e-4
_VISITS_AT_MOST = 400


@dataclass(frozen=True, slots=True)
class Step:
    """A visit at which somebody ended: how many were still taught when it came, and how many ended how."""

    visit: int
    at_risk: int
    good: int
    other: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One curve: after so many visits to self-care or not (`cells`, by visit), with the share of all up to each.

    `good` is the share of self-care among all who ended, for whoever has had more visits than anybody.
    """

    cells: Sequence[tuple[int, bool]]
    shares: Sequence[float]
    good: float

    def after(self, so_far: int, chance: float) -> tuple[int, bool]:
        """The end of somebody who has had so many visits already; `chance` is from 0 up to 1."""
        first = bisect(self.cells, (so_far, True))
        before = self.shares[first - 1] if first else 0.0
        wanted = before + chance * (self.shares[-1] - before)
        if first == len(self.cells):
            return so_far + 1, chance < self.good
        return self.cells[min(bisect(self.shares, wanted, first), len(self.cells) - 1)]


class Curve:
    """The visits to each kind of end, as Aalen and Johansen count them, and how far they may be off by chance.

    Those still taught count as far as they came. Past the most visits anybody has had, each further visit ends
    teaching as often as visits did on the whole, the same ways.
    """

    def __init__(self, visits: Sequence[int], ends: Sequence[bool | None]) -> None:
        """Of each who began. Needs one who ended."""
        self.steps = _steps(visits, ends)
        good, ended = sum(end is True for end in ends), sum(end is not None for end in ends)
        self._last = max(visits)
        self._good = good / ended
        self._each_visit = min(1.0, ended / sum(max(1, each) for each in visits))

    @property
    def beyond(self) -> float:
        """The share that lies past the most visits anybody has had."""
        left = 1.0
        for step in self.steps:
            left *= 1 - (step.good + step.other) / step.at_risk
        return left

    def draw(self, random: Random) -> Drawn:
        """A curve as it may be behind what was seen: at each visit the shares that ended are drawn for themselves.

        Lo, A Bayesian bootstrap for censored data, Ann Stat 1993; 21: 100-123; here with two kinds of end.
        """
        left, cells, weights = 1.0, list[tuple[int, bool]](), list[float]()
        for step in self.steps:
            parts = [_gamma(random, each) for each in (step.good, step.other, step.at_risk - step.good - step.other)]
            whole = sum(parts)
            for end, part in zip((False, True), (parts[1], parts[0]), strict=True):
                if part:
                    cells.append((step.visit, end))
                    weights.append(left * part / whole)
            left *= parts[2] / whole
        for visit in range(self._last + 1, self._last + _VISITS_AT_MOST):
            if left < _TOO_FEW_LEFT:
                break
            ended = left * self._each_visit
            cells += ((visit, False), (visit, True))
            weights += (ended * (1 - self._good), ended * self._good)
            left -= ended
        return Drawn(cells, list(accumulate(weights)), self._good)


def expected(skill: SkillSeen, good: float) -> Drawn:
    """Everybody has the visits that the checklist expects, and so many of them end in self-care."""
    visits = max(1, skill.expected_visits)
    return Drawn(((visits, False), (visits, True)), (1 - good, 1.0), good)


def _steps(visits: Sequence[int], ends: Sequence[bool | None]) -> tuple[Step, ...]:
    leaving, ended = Counter(visits), Counter(zip(visits, ends, strict=True))
    at_risk, found = len(visits), list[Step]()
    for visit in sorted(leaving):
        good, other = ended[visit, True], ended[visit, False]
        if good or other:
            found.append(Step(visit, at_risk, good, other))
        at_risk -= leaving[visit]
    return tuple(found)


def _gamma(random: Random, shape: int) -> float:
    return random.gammavariate(shape, 1.0) if shape else 0.0
