"""Shares of a whole, with the interval in which the truth may lie."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.measures import NoData, NotACount, wilson

COUNTED = st.integers(1, 10**6).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [
        (74, 100, 0.6463, 0.8160),
        (148, 200, 0.6751, 0.7959),
        (37, 50, 0.6045, 0.8413),
        (20, 27, 0.5532, 0.8683),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_wilson_is_as_published(successes: int, total: int, low: float, high: float) -> None:
    found = wilson(successes, total)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(COUNTED)
def test_the_share_lies_between_and_more_confidence_is_wider(counted: tuple[int, int]) -> None:
    successes, total = counted
    found, wider = wilson(successes, total), wilson(successes, total, confidence=0.99)
    assert 0 <= wider.low <= found.low <= successes / total <= found.high <= wider.high <= 1
    mirrored = wilson(total - successes, total)
    assert mirrored.low == pytest.approx(1 - found.high, abs=1e-12)


@given(counted=COUNTED, confidence=st.floats(0.5, 0.9999))
def test_the_interval_is_that_of_scipy(stats: ModuleType, counted: tuple[int, int], confidence: float) -> None:
    found = wilson(*counted, confidence)
    theirs = stats.binomtest(*counted).proportion_ci(confidence, method="wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9, abs=1e-12)


def test_of_nobody_there_is_no_share() -> None:
    with pytest.raises(NoData):
        wilson(0, 0)


@pytest.mark.parametrize(("successes", "total"), [(-1, 3), (4, 3), (1, -2), (0, -2)])
def test_more_than_everybody_and_less_than_nobody_are_refused(successes: int, total: int) -> None:
    with pytest.raises(NotACount):
        wilson(successes, total)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, float("nan")])
def test_confidence_is_more_than_none_and_less_than_certain(confidence: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        wilson(1, 2, confidence)
