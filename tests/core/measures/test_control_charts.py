"""Which months differ from the others by more than chance."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf, isfinite, nan
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.measures import NoData, NotEnough, Point, xmr

COUNTS = st.lists(st.integers(0, 12), min_size=2, max_size=40)
"""Small counts: months often repeat one another and lie on a line."""

STEADY = [10.0, 12.0] * 6
"""Mean 11, moving range 2: limits 5.68 and 16.32, two thirds of the way 7.4533 and 14.5467."""


def rules(points: Sequence[Point]) -> list[str]:
    return ["" if point.rule is None else point.rule for point in points]


def after_steady(*values: float, run: int = 7) -> list[str]:
    """The rules of what came after a baseline of 12 steady months."""
    points = xmr([*STEADY, *values], baseline=12, run=run)
    assert rules(points)[:6] == [""] * 6
    return rules(points)[12:]


def test_limits_are_the_mean_and_so_many_moving_ranges() -> None:
    found = xmr([4, 8, 6, 10])[0]  # moving ranges 4 2 4: mean 10/3
    assert found.mean == 7
    assert (round(found.lower, 4), round(found.upper, 4)) == (-1.8667, 15.8667)
    assert round(found.range_upper, 4) == 10.89
    assert [point.moving_range for point in xmr([4, 8, 6, 10])] == [None, 4, 2, 4]


def test_a_point_is_outside_only_beyond_the_limit() -> None:
    assert after_steady(16.32, 11, 5.68) == ["", "", ""]
    assert after_steady(16.33, 11, 5.67) == ["outside", "", "outside"]


def test_a_shift_is_seven_points_on_one_side_and_all_of_them_are_marked() -> None:
    assert after_steady(11, 12, 12, 12, 12, 12, 12, 12, 11, 10) == ["", *["shift"] * 7, "", ""]
    assert after_steady(11, 12, 12, 12, 12, 12, 12, 11) == [""] * 8


def test_a_point_on_the_mean_breaks_a_shift() -> None:
    assert after_steady(11, 12, 12, 12, 11, 12, 12, 12, 12) == [""] * 9


def test_the_service_may_choose_six_for_shift_and_trend() -> None:
    assert after_steady(11, 12, 12, 12, 12, 12, 12, 11, run=6) == ["", *["shift"] * 6, ""]
    assert after_steady(9, 10, 11, 12, 13, 14, 9, run=6) == [*["trend"] * 6, ""]
    assert after_steady(9, 10, 11, 12, 13, 14, 9) == [""] * 7


def test_a_trend_is_seven_points_each_above_the_last_or_each_below() -> None:
    assert after_steady(8, 9, 10, 11, 12, 13, 14, 8) == [*["trend"] * 7, ""]
    points = xmr([*STEADY, 14, 13, 12, 11, 10, 9, 8, 11], baseline=12)
    assert rules(points)[12:] == [*["trend"] * 7, ""]
    assert {point.verdict for point in points[12:19]} == {"low"}


def test_equal_months_break_a_trend() -> None:
    assert after_steady(8, 9, 10, 11, 11, 12, 13, 14) == [""] * 8


def test_two_of_three_marks_those_near_a_limit_and_not_the_one_between() -> None:
    assert after_steady(15, 12, 15, 11) == ["two_of_three", "", "two_of_three", ""]
    assert after_steady(7, 7, 10) == ["two_of_three", "two_of_three", ""]


def test_two_of_three_needs_all_three_on_one_side() -> None:
    assert after_steady(15, 10, 15) == ["", "", ""]
    assert after_steady(15, 11, 15) == ["", "", ""]
    assert after_steady(11, 15, 15, 11) == ["", "", "", ""]
    assert after_steady(15, 7, 7, 15) == ["", "", "", ""]


def test_two_of_three_is_strictly_beyond_two_thirds_of_the_way() -> None:
    line = 11 + 2.66 * 2 / 3 * 3
    points = xmr([8, 11, 14, 11] * 3 + [line, line, 12], baseline=12)  # mean 11, moving range 3
    assert (points[0].mean, round(points[0].upper, 2)) == (11, 18.98)
    assert rules(points)[12:] == ["", "", ""]
    assert rules(xmr([8, 11, 14, 11] * 3 + [line + 0.01, line + 0.01, 12], baseline=12))[12:14] == ["two_of_three"] * 2


def test_a_point_outside_the_limits_counts_for_two_of_three() -> None:
    assert after_steady(17, 15, 12) == ["outside", "two_of_three", ""]
    assert after_steady(17, 12, 12) == ["outside", "", ""]


def test_of_several_rules_the_first_names_the_point() -> None:
    assert after_steady(12, 12, 12, 12, 15, 12, 15, 11) == [
        *["shift"] * 4, "two_of_three", "shift", "two_of_three", ""
    ]  # fmt: skip
    assert after_steady(12, 13, 14, 15, 15.5, 16, 17, 11) == [*["trend"] * 6, "outside", ""]


def test_a_trend_is_judged_by_where_it_goes_and_not_by_its_side_of_the_mean() -> None:
    rising = xmr([*STEADY, 8, 9, 10, 11, 12, 13, 14], baseline=12, improvement=1)[12:]
    assert {point.verdict for point in rising} == {"improvement"}
    falling = xmr([*STEADY, 14, 13, 12, 11, 10, 9, 8], baseline=12, improvement=-1)[12:]
    assert {point.verdict for point in falling} == {"improvement"}


def test_the_turn_of_two_trends_belongs_to_the_way_that_led_to_it() -> None:
    points = xmr([*STEADY, 8, 9, 10, 11, 12, 13, 14, 13, 12, 11, 10, 9, 8], baseline=12)[12:]
    assert rules(points) == ["trend"] * 13
    assert [point.verdict for point in points] == ["high"] * 7 + ["low"] * 6


@pytest.mark.parametrize(
    ("improvement", "above", "below"),
    [(-1, "concern", "improvement"), (1, "improvement", "concern"), (0, "high", "low")],
)
def test_what_a_mark_means_depends_on_which_way_is_better(
    improvement: Literal[-1, 0, 1], above: str, below: str
) -> None:
    points = xmr([*STEADY, 20, 11, 2], baseline=12, improvement=improvement)
    assert [point.verdict for point in points[12:]] == [above, "common", below]


def test_a_rebase_starts_anew_with_nothing_reaching_over() -> None:
    points = xmr([*STEADY, *(value - 4 for value in STEADY)], rebase_at=[12])
    assert rules(points) == [""] * 24
    assert [points[0].mean, points[11].mean, points[12].mean, points[23].mean] == [11, 11, 7, 7]
    assert points[12].moving_range is None
    rising = [*STEADY, 8, 9, 10, 11, 12, 13, 14]
    assert "trend" in rules(xmr(rising))
    assert "trend" not in rules(xmr(rising, rebase_at=[15]))


def test_a_chart_is_never_rebased_of_itself() -> None:
    points = xmr([*STEADY, *(value - 40 for value in STEADY)])
    assert len({(point.mean, point.lower, point.upper) for point in points}) == 1


def test_the_baseline_alone_makes_the_limits_of_each_segment() -> None:
    alone, later = xmr(STEADY), xmr([*STEADY, 90, 1, 90, *STEADY, 3, 80], baseline=12, rebase_at=[15])
    assert {(point.mean, point.lower, point.upper) for point in (*alone, *later)} == {
        (alone[0].mean, alone[0].lower, alone[0].upper)
    }


def test_limits_from_fewer_than_twelve_points_are_trial() -> None:
    assert {point.trial for point in xmr(STEADY)} == {False}
    assert {point.trial for point in xmr(STEADY[:11])} == {True}
    assert {point.trial for point in xmr(STEADY * 2, baseline=11)} == {True}
    assert [point.trial for point in xmr(STEADY * 2, rebase_at=[14])] == [False] * 14 + [True] * 10


def test_one_great_leap_widens_the_limits_unless_it_is_screened() -> None:
    values = [*STEADY, 60, *STEADY]
    plain, screened = xmr(values)[0], xmr(values, screen_outliers=True)[0]
    steps = [2] * 22 + [48, 50]
    assert plain.upper - plain.mean == pytest.approx(2.66 * sum(steps) / 24)
    assert screened.upper - screened.mean == pytest.approx(2.66 * 2)
    assert plain.mean == screened.mean


def test_a_moving_range_at_the_screen_is_dropped_and_one_under_it_kept() -> None:
    at = xmr([0, 200, 400, 733, 4000], screen_outliers=True)[0]  # moving ranges 200 200 333 3267: mean 1000
    assert round(at.range_upper, 6) == round(3.267 * 733 / 3, 6)
    under = xmr([0, 200, 400, 734, 4000], screen_outliers=True)[0]  # 200 200 334 3266: mean 1000
    assert under.range_upper == 3267


@pytest.mark.parametrize("screen", [False, True])
def test_months_that_never_move_have_their_limits_on_the_mean_and_no_mark(screen: bool) -> None:
    points = xmr([0.1] * 20, screen_outliers=screen)
    assert {(point.lower, point.mean, point.upper, point.rule) for point in points} == {(0.1, 0.1, 0.1, None)}
    assert rules(xmr([5] * 12 + [5.5, 5], baseline=12))[12:] == ["outside", ""]


def test_a_share_exactly_on_the_mean_is_on_it() -> None:
    assert rules(xmr([0.1, 0.2, 0.3] * 2 + [0.3, 0.2, 0.1] * 2))[1] == ""
    points = xmr([0.1, 0.3] * 6 + [0.3, 0.3, 0.3, 0.2, 0.3, 0.3, 0.3, 0.3], baseline=12)
    assert points[0].mean == 0.2
    assert rules(points)[12:] == [""] * 8


def test_no_point_has_no_chart_and_one_point_no_limits() -> None:
    with pytest.raises(NoData):
        xmr([])
    for values, said in (
        ([350], {}),
        ([350, 360, 340], {"baseline": 0}),
        ([350, 360, 340], {"baseline": 1}),
        ([350, 360, 340], {"baseline": -1}),
        ([350, 360, 340], {"rebase_at": [2]}),
        ([350, 360, 340], {"rebase_at": [1]}),
    ):
        with pytest.raises(NotEnough):
            xmr(values, **said)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, nan], {}),
        ([1, inf], {}),
        ([1, 2, 3], {"rebase_at": [3]}),
        ([1, 2, 3], {"rebase_at": [-1]}),
        ([1, 2, 3], {"run": 1}),
        ([1, 2, 3], {"improvement": 2}),
    ],
)
def test_what_is_no_chart_is_refused(values: list[float], said: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        xmr(values, **said)


def named_by_the_book(counts: list[int], baseline: int | None, run: int) -> list[str]:
    """The rules read one point at a time from their words; whole numbers, so that every line is exact."""
    first = counts[:baseline]
    many = len(first)
    moves = sum(abs(after - before) for before, after in pairwise(first))
    # (x - mean) times many * (many - 1) * 300 against the limit 2.66 and the line 2.66 * 2 / 3 times the mean move
    away = [(count * many - sum(first)) * (many - 1) * 300 for count in counts]
    limit, line = 798 * moves * many, 532 * moves * many
    places = range(len(counts))

    def windows(length: int, place: int) -> list[range]:
        return [
            range(start, start + length)
            for start in range(place - length + 1, place + 1)
            if start >= 0 and start + length <= len(counts)
        ]

    def one_side(window: range) -> bool:
        return all(away[at] > 0 for at in window) or all(away[at] < 0 for at in window)

    def one_way(window: range) -> bool:
        steps = [counts[at + 1] - counts[at] for at in window[:-1]]
        return all(step > 0 for step in steps) or all(step < 0 for step in steps)

    def near(place: int) -> bool:
        return abs(away[place]) > line

    def rule(place: int) -> str:
        if abs(away[place]) > limit:
            return "outside"
        if any(one_way(window) for window in windows(run, place)):
            return "trend"
        if near(place) and any(one_side(window) and sum(map(near, window)) >= 2 for window in windows(3, place)):
            return "two_of_three"
        return "shift" if any(one_side(window) for window in windows(run, place)) else ""

    return [rule(place) for place in places]


@given(counts=COUNTS, baseline=st.none() | st.integers(2, 20), run=st.sampled_from([6, 7]))
def test_every_point_is_marked_by_the_book(counts: list[int], baseline: int | None, run: int) -> None:
    assert rules(xmr(counts, baseline=baseline, run=run)) == named_by_the_book(counts, baseline, run)


DRIFTING = st.lists(st.integers(-1, 3), min_size=8, max_size=30).map(
    lambda steps: [sum(steps[: number + 1]) for number in range(len(steps))]
)


@given(counts=DRIFTING, baseline=st.none() | st.integers(2, 20), run=st.sampled_from([6, 7]))
def test_drifting_months_are_marked_by_the_book(counts: list[int], baseline: int | None, run: int) -> None:
    assert rules(xmr(counts, baseline=baseline, run=run)) == named_by_the_book(counts, baseline, run)


@given(first=COUNTS, second=COUNTS)
def test_each_segment_is_a_chart_of_its_own(first: list[int], second: list[int]) -> None:
    assert xmr([*first, *second], rebase_at=[len(first)]) == xmr(first) + xmr(second)


@given(values=COUNTS, screen=st.booleans())
def test_a_chart_held_upside_down_says_the_same(values: list[int], screen: bool) -> None:
    plain = xmr(values, improvement=1, screen_outliers=screen)
    turned = xmr([-value for value in values], improvement=-1, screen_outliers=screen)
    assert [(point.rule, point.verdict) for point in plain] == [(point.rule, point.verdict) for point in turned]


@given(values=st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=30), screen=st.booleans())
def test_no_limit_is_ever_without_end(values: list[float], screen: bool) -> None:
    for value, point in zip(values, xmr(values, screen_outliers=screen), strict=True):
        assert point.value == value
        assert point.lower <= point.mean <= point.upper
        assert isfinite(point.lower + point.upper + point.range_upper)
        assert (point.rule is None) == (point.verdict == "common")
