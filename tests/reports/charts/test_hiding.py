"""Charts as they leave the application: no number from 1 to 4 in them, nor any that could be worked out."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from smf_core.measures import wilson
from smf_desktop.reports.charts.caseload import CaseloadChart, Load
from smf_desktop.reports.charts.chart import Size, packaged
from smf_desktop.reports.charts.control import ControlChart, Month
from smf_desktop.reports.charts.hiding import HIDDEN, without_small
from smf_desktop.reports.charts.pictures import draw, save
from smf_desktop.reports.charts.rates import Rate, RatesChart
from smf_desktop.reports.charts.survival import SurvivalChart, curve

PEOPLE = st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=60)


def survival(people: list[tuple[int, bool]]) -> SurvivalChart:
    return SurvivalChart((curve("insulin", "Insulin", Counter(people)),))


def rate(key: str, number: int, among: int) -> Rate:
    ends = wilson(number, among)
    return Rate(key, key, number, among, ends.low, ends.high)


@given(PEOPLE)
def test_a_curve_says_no_more_than_that_five_more_were_discharged_by_a_visit(people: list[tuple[int, bool]]) -> None:
    whole = survival(people)
    chart = without_small(whole)
    assert isinstance(chart, SurvivalChart)
    (before,), ended = whole.curves, sum(done for _, done in people)
    few = len(people) < 10 or 0 < ended < 5 or 0 < len(people) - ended < 5
    assert len(chart.curves) == (not few)
    for each in chart.curves:
        found = each.survival
        assert all(events >= 5 for events in found.events)
        assert not set(found.at_risk) & {0, 1, 2, 3, 4}
        assert each.people == len(people)
        assert all(many % 5 == 0 and many >= 5 for many in each.still_taught[1:])
        assert found.median == before.survival.median
        at = dict(zip(before.survival.times, before.survival.survival, strict=True))
        assert [at[time] for time in found.times] == list(found.survival)


def test_a_curve_with_enough_at_each_step_stays_as_it_is_and_one_of_few_goes() -> None:
    many = survival([(2, True)] * 5 + [(3, True)] * 5 + [(4, False)] * 5)
    assert without_small(many) == many
    few = without_small(survival([(2, True)] * 5 + [(3, False)] * 4))
    assert few.summary() == HIDDEN.capitalize()
    assert few.table().rows == ()


def test_the_rates_that_a_report_hides_are_hidden_and_no_others() -> None:
    rates, whole = (rate("a", 3, 12), rate("b", 20, 30), rate("c", 30, 40)), rate("", 53, 82)
    shown = without_small(RatesChart(rates, whole, dark=frozenset("ab")))
    assert isinstance(shown, RatesChart)
    assert {each.key: each.reason for each in shown.rates if each.share is None} == {"a": HIDDEN, "b": HIDDEN}
    assert shown.whole == whole
    none = without_small(RatesChart(rates, whole, dark=frozenset({"", "a", "b", "c"})))
    assert [row[1] for row in none.table().rows] == [None] * 4
    known = RatesChart(rates[1:], whole)
    assert without_small(known) == known


def test_the_curve_of_a_skill_that_a_report_hides_is_hidden_however_many_they_are() -> None:
    ends = Counter([(2, True)] * 5 + [(3, True)] * 5 + [(4, False)] * 5)
    curves = tuple(curve(key, key, ends) for key in ("insulin", "wound"))
    shown = without_small(SurvivalChart(curves, dark=frozenset({"wound"})))
    assert isinstance(shown, SurvivalChart)
    assert [each.key for each in shown.curves] == ["insulin"]
    assert without_small(SurvivalChart(curves, dark=frozenset({""}))).table().rows == ()


def test_a_load_with_a_small_part_is_told_as_one_and_a_small_load_not_at_all() -> None:
    """Nor is the next smallest, which everybody together would tell the small one by."""
    several = (("a", "Amina", 12, 3, 0), ("b", "Ben", 2, 0, 0), ("c", "Cy", 8, 5, 6), ("d", "Di", 20, 2, 0))
    shown = without_small(CaseloadChart(tuple(Load(*each, 20) for each in several)))
    assert shown.table().rows == (
        ("Amina", None, None, None, None, 20),
        ("Ben", None, None, None, None, 20),
        ("Cy", 8, 5, 6, 19, 20),
        ("Di", None, None, None, 22, 20),
    )
    assert shown.summary() == "Caseload by nurse. Amina hidden, plan 20. Ben under 5, plan 20. " + (
        "Cy 19: 8 taught, 5 ready, 6 over, plan 20. Di 22, plan 20."
    )
    said = save(draw(shown, packaged("light"), Size(600, 300)).figure, "svg").decode()
    assert "under 5" in said
    assert "told as one" in said


def test_a_chart_with_a_month_of_few_referrals_is_left_out_as_its_mean_would_tell_them() -> None:
    months = Month("2026-01", 3.0), Month("2026-02", 0.0), Month("2026-03", 12.0)
    shown = without_small(ControlChart(months))
    assert (shown.table().rows, shown.summary()) == ((), "Left out: a month in it has fewer than 5.")
    assert without_small(ControlChart(months[1:])) == ControlChart(months[1:])
