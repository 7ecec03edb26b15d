"""Arms timed side by side, and the one table all figures stand in."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

HEADER = f"{'what':<46}{'stands at':>10}  {'goal':>7}  {'':<5}{'ours':>10}  {'floor':>10}  {'rounds':>6}  against"


@dataclass(frozen=True, slots=True)
class Figure:
    """What we take against a floor measured in the same rounds, both in milliseconds (or `unit`)."""

    what: str
    ours: float
    floor: float
    against: str
    goal: float
    rounds: int
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        return self.ours / self.floor

    def line(self) -> str:
        met = "met" if self.ratio <= self.goal else "OVER"
        ours, floor = f"{self.ours:.2f} {self.unit}", f"{self.floor:.2f} {self.unit}"
        return (
            f"{self.what:<46}{self.ratio:>8.2f} x  {self.goal:>5.2f} x  {met:<5}{ours:>10}  {floor:>10}"
            f"  {self.rounds:>6}  {self.against}"
        )


def tell(figure: Figure) -> None:
    print(figure.line(), flush=True)


def interleaved(arms: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each arm, every arm once a round: other load on the machine falls on all of them alike.

    An arm that has more to do than is timed answers the milliseconds itself, as a float. The first round warms up and
    is dropped.
    """
    took: dict[str, list[float]] = {name: [] for name in arms}
    for turn in range(rounds + 1):
        for name, arm in arms.items():
            start = time.perf_counter()
            told = arm()
            if turn:
                took[name].append(told if isinstance(told, float) else (time.perf_counter() - start) * 1000)
    return took


def medians(arms: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    return {name: statistics.median(each) for name, each in interleaved(arms, rounds).items()}
