"""How often something happens, after against before."""

from math import exp, inf, isfinite, nan
from types import ModuleType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smf_core.measures import (
    NoData,
    NoExposure,
    NotACount,
    NotEnough,
    NotEstimable,
    NotMeasurable,
    RateRatio,
    difference_in_differences,
    dispersion,
    rate_ratio,
)

COUNT = st.integers(1, 10**6)
EXPOSURE = st.floats(0.1, 1e9)
MONTHS = st.lists(st.integers(0, 600), min_size=2, max_size=24).filter(any)


def told(found: RateRatio) -> tuple[float, float, float]:
    return round(found.value, 3), round(found.low, 3), round(found.high, 3)


@pytest.mark.parametrize(
    ("after", "before", "people_after", "people_before", "expected"),
    [
        (3_816, 4_200, 262_500, 260_000, (0.900, 0.861, 0.940)),
        (378, 420, 260_000, 260_000, (0.900, 0.783, 1.034)),
        (4_066, 4_200, 262_500, 260_000, (0.959, 0.918, 1.001)),
    ],
)
def test_the_change_is_as_published(
    after: int, before: int, people_after: int, people_before: int, expected: tuple[float, float, float]
) -> None:
    assert told(rate_ratio(after, before, people_after, people_before)) == expected


def test_ten_per_cent_fewer_is_told_with_its_own_interval() -> None:
    found = rate_ratio(3_816, 4_200, 262_500, 260_000)
    fewer = [round((1 - share) * 100, 1) for share in (found.value, found.high, found.low)]
    assert fewer == [10.0, 6.0, 13.9]


def test_the_change_beside_teams_without_the_service_is_as_published() -> None:
    ours, theirs = rate_ratio(3_816, 4_200, 262_500, 260_000), rate_ratio(1_960, 2_000, 131_000, 130_000)
    found = difference_in_differences(ours, theirs)
    assert round(theirs.value, 3) == 0.973
    assert told(found) == (0.925, 0.857, 0.999)
    assert [round((1 - share) * 100, 1) for share in (found.value, found.high, found.low)] == [7.5, 0.1, 14.3]


@given(after=COUNT, before=COUNT, people_after=EXPOSURE, people_before=EXPOSURE)
def test_the_interval_is_that_of_statsmodels(
    statsmodels: ModuleType, after: int, before: int, people_after: float, people_before: float
) -> None:
    found = rate_ratio(after, before, people_after, people_before)
    theirs = statsmodels.stats.rates.confint_poisson_2indep(
        after, people_after, before, people_before, method="wald-log", compare="ratio"
    )
    assert (found.low, found.high) == pytest.approx(theirs, rel=1e-9)


@settings(max_examples=50)
@given(before=MONTHS, after=MONTHS)
def test_overdispersed_months_widen_it_as_the_quasi_poisson_model_of_statsmodels(
    statsmodels: ModuleType, before: list[int], after: list[int]
) -> None:
    spread = dispersion(before, after)
    assume(spread > 0)  # statsmodels divides by it
    design = [[1.0, 0.0]] * len(before) + [[1.0, 1.0]] * len(after)
    model = statsmodels.api.GLM([*before, *after], design, family=statsmodels.api.families.Poisson())
    fitted = model.fit(scale="X2")
    assert spread == pytest.approx(fitted.scale, rel=1e-6, abs=1e-9)
    found = rate_ratio(sum(after), sum(before), len(after), len(before), spread)
    assert found.value == pytest.approx(exp(fitted.params[1]), rel=1e-6)
    if spread > 1:
        assert found.error == pytest.approx(fitted.bse[1], rel=1e-6)


@given(after=COUNT, before=COUNT, people_after=EXPOSURE, people_before=EXPOSURE, spread=st.floats(0, 1))
def test_months_more_even_than_chance_never_narrow_it(
    after: int, before: int, people_after: float, people_before: float, spread: float
) -> None:
    counted = after, before, people_after, people_before
    assert rate_ratio(*counted, spread) == rate_ratio(*counted)


@given(
    ours=st.tuples(COUNT, COUNT), theirs=st.tuples(COUNT, COUNT), spreads=st.tuples(st.floats(0, 9), st.floats(0, 9))
)
def test_where_nothing_changed_elsewhere_only_the_doubt_grows(
    ours: tuple[int, int], theirs: tuple[int, int], spreads: tuple[float, float]
) -> None:
    here = rate_ratio(*ours, 1.0, 1.0, spreads[0])
    still = rate_ratio(theirs[0], theirs[0], 1.0, 1.0, spreads[1])
    found = difference_in_differences(here, still)
    assert found.value == pytest.approx(here.value)
    assert found.low < here.low < here.high < found.high
    assert found.error**2 == pytest.approx(here.error**2 + still.error**2)


def test_months_that_do_not_vary_have_no_dispersion() -> None:
    assert dispersion([350, 350], [300, 300, 300]) == 0
    assert dispersion([1], [1, 3]) == 1


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ([], [3, 4], NoData),
        ([3, 4], [], NoData),
        ([3], [4], NotEnough),
        ([3, -1], [4, 5], NotACount),
        ([0, 0], [4, 5], NotEstimable),
        ([4, 5], [0, 0], NotEstimable),
    ],
)
def test_months_which_show_no_spread_say_why(before: list[int], after: list[int], why: type[NotMeasurable]) -> None:
    with pytest.raises(why):
        dispersion(before, after)


@pytest.mark.parametrize(
    ("counted", "why"),
    [
        ((0, 4, 10, 10), NotEstimable),
        ((4, 0, 10, 10), NotEstimable),
        ((-4, 4, 10, 10), NotACount),
        ((4, -4, 10, 10), NotACount),
        ((4, 4, 0, 10), NoExposure),
        ((4, 4, 10, 0), NoExposure),
        ((4, 4, 10, -1), NoExposure),
        ((4, 4, inf, 10), NoExposure),
        ((4, 4, 10, nan), NoExposure),
        ((4, 4, 10, 10, 1e9), NotEstimable),
        ((4, 4, 1e-300, 1e300), NotEstimable),
        ((4, 4, 1e300, 1e-300), NotEstimable),
    ],
)
def test_what_bears_no_ratio_says_why(counted: tuple[int, int, float, float], why: type[NotMeasurable]) -> None:
    with pytest.raises(why):
        rate_ratio(*counted)


@pytest.mark.parametrize("spread", [-1.0, inf, nan])
def test_a_dispersion_is_a_number_from_zero_up(spread: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        rate_ratio(4, 4, 10, 10, spread)


ANY = st.integers(-1, 9) | st.integers()
ANYTHING = st.floats() | st.floats(0, 10)


@given(after=ANY, before=ANY, people_after=ANYTHING, people_before=ANYTHING, spread=ANYTHING)
def test_no_ratio_is_ever_without_end(
    after: int, before: int, people_after: float, people_before: float, spread: float
) -> None:
    try:
        found = rate_ratio(after, before, people_after, people_before, spread)
    except (NotMeasurable, ValueError):
        return
    assert 0 < found.low <= found.value <= found.high
    assert isfinite(found.high)
    assert isfinite(found.error)
