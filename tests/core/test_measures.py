"""Shares of a whole, with the interval in which the truth may lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.measures import NoData, wilson


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


@given(st.integers(1, 10**6).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_share_lies_between_and_more_confidence_is_wider(counted: tuple[int, int]) -> None:
    successes, total = counted
    found, wider = wilson(successes, total), wilson(successes, total, confidence=0.99)
    assert 0 <= wider.low <= found.low <= successes / total <= found.high <= wider.high <= 1
    mirrored = wilson(total - successes, total)
    assert mirrored.low == pytest.approx(1 - found.high, abs=1e-12)


def test_of_nobody_there_is_no_share() -> None:
    with pytest.raises(NoData):
        wilson(0, 0)


@pytest.mark.parametrize(
    ("successes", "total", "confidence"), [(-1, 3, 0.95), (4, 3, 0.95), (1, 2, 1.0), (1, -2, 0.95)]
)
def test_what_cannot_be_is_refused(successes: int, total: int, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        wilson(successes, total, confidence)
