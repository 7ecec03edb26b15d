"""Arms timed side by side: every arm once a round, medians and the ratio of two of them."""

import statistics
import time
from collections.abc import Callable, Mapping


def interleaved(arms: Mapping[str, Callable[[], object]], rounds: int = 7) -> dict[str, float]:
    """Median seconds of each arm; other load on the machine falls on all of them alike."""
    took: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(rounds):
        for name, arm in arms.items():
            start = time.perf_counter()
            arm()
            took[name].append(time.perf_counter() - start)
    return {name: statistics.median(each) for name, each in took.items()}


def tell(what: str, ours: float, floor: float, floor_name: str, goal: float) -> None:
    """One line: where we stand against a floor measured in the same run."""
    ratio = ours / floor
    mark = "within" if ratio <= goal else "OVER"
    print(f"{what}: {ours * 1000:8.2f} ms = {ratio:5.2f} x {floor_name} ({floor * 1000:.2f} ms); goal {goal} x: {mark}")
