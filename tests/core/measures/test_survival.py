"""How many visits it takes, with those still being taught counted as far as they have come."""

from itertools import pairwise
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smf_core.measures import NoData, NotACount, aalen_johansen, kaplan_meier

VISITS = [3, 5, 5, 6, 7, 7, 9, 10]
ENDS = ["F", "F", "X", None, "F", "F", "X", "F"]
"""The published eight: F is discharged to self-care, X another way out, None still being taught."""

PEOPLE = st.lists(st.tuples(st.integers(1, 15), st.sampled_from(["F", "X", "Y", None])), min_size=1, max_size=60)


def curve(people: list[tuple[int, str | None]]) -> tuple[list[int], list[str | None]]:
    return [visits for visits, _ in people], [end for _, end in people]


def test_the_curve_of_the_eight_is_as_published() -> None:
    found = kaplan_meier(VISITS, [end == "F" for end in ENDS])
    assert found.times == (3, 5, 7, 10)
    assert found.at_risk == (8, 7, 4, 1)
    assert found.events == (1, 1, 2, 1)
    assert found.survival == (0.875, 0.75, 0.375, 0.0)
    assert [round(low, 3) for low in found.low[:3]] == [0.387, 0.315, 0.056]
    assert [round(high, 3) for high in found.high[:3]] == [0.981, 0.931, 0.717]
    assert found.median == 7


def test_once_nobody_is_left_the_interval_still_says_how_few_they_were() -> None:
    found = kaplan_meier(VISITS, [end == "F" for end in ENDS])
    assert (found.low[-1], found.high[-1]) == (0.0, found.high[-2])
    assert (found.median_low, found.median_high) == (3, None)
    alone = kaplan_meier([4], [True])
    assert (alone.survival, alone.low, alone.high) == ((0.0,), (0.0,), (1.0,))
    assert (alone.median, alone.median_low, alone.median_high) == (4, 4, None)


def test_the_ways_out_of_the_eight_are_as_published() -> None:
    found = aalen_johansen(VISITS, ENDS)
    assert found == {"F": ((3, 5, 7, 10), (0.125, 0.25, 0.5625, 0.71875)), "X": ((5, 9), (0.125, 0.28125))}


@settings(max_examples=60)
@given(people=PEOPLE)
def test_the_curve_is_that_of_lifelines(lifelines: ModuleType, people: list[tuple[int, str | None]]) -> None:
    visits, ends = curve(people)
    discharged = [end == "F" for end in ends]
    found = kaplan_meier(visits, discharged)
    theirs = lifelines.KaplanMeierFitter().fit(visits, discharged)
    table = theirs.event_table.iloc[1:]
    table = table[table.observed > 0]
    assert found.times == tuple(table.index)
    assert (found.at_risk, found.events) == (tuple(table.at_risk), tuple(table.observed))
    assert found.survival == pytest.approx(theirs.survival_function_.loc[table.index].iloc[:, 0], abs=1e-9)
    limits = theirs.confidence_interval_.loc[table.index]
    for number, left in enumerate(found.survival):
        if left:
            assert (found.low[number], found.high[number]) == pytest.approx(tuple(limits.iloc[number]), abs=1e-9)


@given(people=PEOPLE)
def test_the_curve_is_that_of_scipy(stats: ModuleType, people: list[tuple[int, str | None]]) -> None:
    visits, ends = curve(people)
    found = kaplan_meier(visits, [end == "F" for end in ends])
    sample = stats.CensoredData.right_censored(visits, [end != "F" for end in ends])
    theirs = stats.ecdf(sample).sf
    assert found.survival == pytest.approx(tuple(theirs.evaluate(found.times)), abs=1e-12)


@given(people=PEOPLE)
def test_the_ways_out_are_those_of_statsmodels(statsmodels: ModuleType, people: list[tuple[int, str | None]]) -> None:
    visits, ends = curve(people)
    found = aalen_johansen(visits, ends)
    codes = sorted(found)
    if not codes:
        return
    status = [0 if end is None else codes.index(end) + 1 for end in ends]
    theirs = statsmodels.duration.survfunc.CumIncidenceRight(visits, status)
    for number, code in enumerate(codes):
        times, shares = found[code]
        at = {int(time): share for time, share in zip(theirs.times, theirs.cinc[number], strict=True)}
        assert shares == pytest.approx([at[time] for time in times], abs=1e-9)


@given(people=PEOPLE)
def test_nobody_is_lost_between_the_ways_out_and_those_still_taught(people: list[tuple[int, str | None]]) -> None:
    visits, ends = curve(people)
    ended = sum(shares[-1] for _, shares in aalen_johansen(visits, ends).values())
    still = kaplan_meier(visits, [end is not None for end in ends])
    assert ended + (still.survival[-1] if still.times else 1) == pytest.approx(1, abs=1e-12)


@given(people=PEOPLE)
def test_to_forget_the_other_ways_out_promises_more_discharges(people: list[tuple[int, str | None]]) -> None:
    visits, ends = curve(people)
    alone = kaplan_meier(visits, [end == "F" for end in ends])
    times, shares = aalen_johansen(visits, ends).get("F", ((), ()))
    assert times == alone.times
    assert all(share <= 1 - left + 1e-12 for share, left in zip(shares, alone.survival, strict=True))


@given(people=PEOPLE)
def test_the_curve_falls_within_its_interval_and_the_medians_are_in_order(people: list[tuple[int, str | None]]) -> None:
    visits, ends = curve(people)
    found = kaplan_meier(visits, [end == "F" for end in ends])
    assert all(1 > before > after >= 0 for before, after in pairwise(found.survival))
    assert all(
        0 <= low <= left <= high <= 1 for low, left, high in zip(found.low, found.survival, found.high, strict=True)
    )
    reached = [median for median in (found.median_low, found.median, found.median_high) if median is not None]
    assert reached == sorted(reached)
    assert found.median == next(
        (time for time, left in zip(found.times, found.survival, strict=True) if left <= 0.5), None
    )


@given(half=st.integers(1, 200))
def test_the_median_is_the_visit_at_which_exactly_half_are_left(half: int) -> None:
    found = kaplan_meier(range(1, 2 * half + 1), [True] * (2 * half))
    assert found.median == half


def test_with_everybody_still_taught_no_median_is_reached() -> None:
    found = kaplan_meier([2, 4], [False, False])
    assert (found.times, found.survival, found.low, found.high) == ((), (), (), ())
    assert (found.median, found.median_low, found.median_high) == (None, None, None)
    assert aalen_johansen([2, 4], [None, None]) == {}


def test_somebody_open_at_a_visit_was_there_when_another_was_discharged_at_it() -> None:
    found = kaplan_meier([4, 4], [True, False])
    assert (found.at_risk, found.survival, found.median) == ((2,), (0.5,), 4)


def test_nobody_has_no_curve_and_nobody_has_fewer_than_no_visits() -> None:
    with pytest.raises(NoData):
        kaplan_meier([], [])
    with pytest.raises(NoData):
        aalen_johansen([], [])
    with pytest.raises(NotACount):
        kaplan_meier([3, -1], [True, True])
    with pytest.raises(ValueError, match=r"zip"):
        aalen_johansen([3, 4], ["F"])
