"""How far people moved, and how sure that is."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.measures import NoData, NotEnough, mean_difference
from smf_core.measures.confidence import t_quantile

RULER = st.integers(0, 10)
BOTH = st.lists(st.tuples(RULER, RULER), min_size=2, max_size=40)


def test_a_gain_of_a_few_people_is_as_reckoned_by_hand() -> None:
    found = mean_difference([3, 4, 5, 6], [5, 7, 6, 10])  # gains 2 3 1 4: mean 2.5, variance 5/3, t of 3 is 3.182446
    assert found.value == 2.5
    assert (round(found.low, 4), round(found.high, 4)) == (0.4457, 4.5543)


@given(both=BOTH)
def test_the_interval_is_the_paired_one_of_scipy(stats: ModuleType, both: list[tuple[int, int]]) -> None:
    first, last = zip(*both, strict=True)
    found = mean_difference(first, last)
    if len({after - before for before, after in both}) == 1:
        assert found.low == found.value == found.high == last[0] - first[0]
        return
    theirs = stats.ttest_rel(last, first).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9, abs=1e-12)


@given(freedom=st.integers(1, 5_000), confidence=st.floats(0.5, 0.999))
def test_the_quantile_is_that_of_student(stats: ModuleType, freedom: int, confidence: float) -> None:
    assert t_quantile(freedom, confidence) == pytest.approx(stats.t.ppf((1 + confidence) / 2, freedom), rel=1e-9)


def test_nobody_has_not_moved_and_one_person_shows_no_spread() -> None:
    with pytest.raises(NoData):
        mean_difference([], [])
    with pytest.raises(NotEnough):
        mean_difference([4], [9])


@pytest.mark.parametrize(("first", "last"), [([1, 2], [3]), ([1.0, float("nan")], [2.0, 3.0])])
def test_only_people_with_both_belong_in_it(first: list[float], last: list[float]) -> None:
    with pytest.raises(ValueError, match=r"."):
        mean_difference(first, last)
