"""Whether fewer people are referred to core teams: the vectors of `clinical.md` 3.4 and counts made by hand."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Connection

from smf_core.figures.core_chart import core_referral_chart
from smf_core.figures.core_referrals import NO_COMPARISON, NO_PROOF
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked, Figure, Split
from tests.support.core_counts import counted, rebased, stated
from tests.support.figures import figure, referred
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

YEAR = Asked(since=date(2026, 1, 1), until=date(2026, 12, 31), as_of=date(2026, 12, 31))
BEFORE = ("2025-01-01", "2025-12-31")


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def percents(found: Figure) -> tuple[float, float, float]:
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    return round(found.value + 1, 3), round(found.low + 1, 3), round(found.high + 1, 3)


def reason(laptop: Laptop, name: str = "core_referral_change", asked: Asked = YEAR) -> str:
    found = figure(laptop, name, asked)
    assert (found.value, found.low, found.high) == (None, None, None)
    return found.reason


def city(laptop: Laptop) -> None:
    """4,200 among 260,000 people in a year, then 3,816 among 262,500."""
    counted(laptop, "2025-01", [350] * 12, population=260_000)
    counted(laptop, "2026-01", [318] * 12, population=262_500)
    stated(laptop, *BEFORE)


def test_ten_percent_fewer(laptop: Laptop) -> None:
    city(laptop)
    found = figure(laptop, "core_referral_change", YEAR)
    assert percents(found) == (0.900, 0.861, 0.940)
    assert (found.numerator, found.denominator) == (3816, 4200)
    assert found.beside[-2:] == (NO_COMPARISON, NO_PROOF)
    assert "Referral types counted: all, as the teams do not tell them apart." in found.beside
    assert "12 months (Jan-2026 to Dec-2026) against 12 months (Jan-2025 to Dec-2025)" in found.beside[0]
    assert "Told per registered person and month." in found.beside


def test_the_same_fall_among_few_is_compatible_with_no_change(laptop: Laptop) -> None:
    counted(laptop, "2025-01", [35] * 12, population=260_000)
    counted(laptop, "2026-01", [32, 31] * 6, population=260_000)
    stated(laptop, *BEFORE)
    assert percents(figure(laptop, "core_referral_change", YEAR)) == (0.900, 0.783, 1.034)


def test_work_that_was_moved_and_not_avoided(laptop: Laptop) -> None:
    city(laptop)
    for number in range(250):
        referred(laptop, f"r{number}", f"p{number}", f"2026-{number % 12 + 1:02}-10", source=("gp", "self")[number % 2])
    for number in range(20):
        referred(laptop, f"core {number}", f"p{number}", "2026-03-03", source="core_team")
    check = figure(laptop, "core_and_other_referral_change", YEAR)
    assert percents(check) == (0.959, 0.918, 1.001)
    assert (check.numerator, check.denominator) == (4066, 4200)
    beside = "With referrals to this service from elsewhere: 4.1% fewer (95% interval: 8.2% fewer to 0.1% more)."
    assert beside in figure(laptop, "core_referral_change", YEAR).beside
    elsewhere = figure(laptop, "core_and_other_referral_change", replace(YEAR, team="leeds"))
    assert elsewhere.numerator == 3816


def test_against_teams_without_the_service(laptop: Laptop) -> None:
    city(laptop)
    assert reason(laptop, "core_referral_change_compared") == NO_COMPARISON
    counted(laptop, "2025-01", [166, 167, 167] * 4, team="Chesterfield", population=130_000, comparison=True)
    counted(laptop, "2026-01", [163, 163, 164] * 4, team="Chesterfield", population=131_000, comparison=True)
    found = figure(laptop, "core_referral_change_compared", YEAR)
    assert percents(found) == (0.925, 0.857, 0.999)
    assert any(said.startswith("Comparison teams: 2.7% fewer") for said in found.beside)
    words = "Against comparison teams without self-management: 7.5% fewer (95% interval: 14.3% fewer to 0.1% fewer)."
    assert words in figure(laptop, "core_referral_change", YEAR).beside
    assert figure(laptop, "core_referrals_per_month", YEAR).value == 318


def test_only_the_same_calendar_months_without_the_one_of_bedding_in(laptop: Laptop) -> None:
    counted(laptop, "2025-01", [*[350] * 6, *[999] * 6])
    counted(laptop, "2026-01", [9, *[318] * 5])
    stated(laptop, *BEFORE, bedding_in="2026-01-01")
    found = figure(laptop, "core_referral_change", replace(YEAR, until=date(2026, 7, 15)))
    assert (found.numerator, found.denominator) == (318 * 5, 350 * 5)
    assert found.beside[:2] == (
        "5 months (Feb-2026 to Jun-2026) against 5 months (Feb-2025 to Jun-2025), the same calendar months.",
        "Jan-2026 is left out, as the service was only beginning.",
    )
    assert any("it is taken as unchanged" in said for said in found.beside)


def test_months_that_vary_more_than_by_chance_widen_the_interval(laptop: Laptop) -> None:
    counted(laptop, "2025-01", [250, 450] * 6)
    counted(laptop, "2026-01", [218, 418] * 6)
    stated(laptop, *BEFORE)
    found = figure(laptop, "core_referral_change", YEAR)
    assert found.value == pytest.approx(318 / 350 - 1)
    assert percents(found) == (0.909, 0.707, 1.168)
    assert any("times as much as by chance" in said for said in found.beside)


def test_a_gap_is_named_and_never_a_nought(laptop: Laptop) -> None:
    counted(laptop, "2025-01", [350] * 12)
    counted(laptop, "2026-01", [318, None, 318, None, None, *[318] * 7])
    stated(laptop, *BEFORE)
    found = figure(laptop, "core_referrals_per_month", YEAR)
    assert (found.numerator, found.denominator, found.value) == (318 * 9, 9, 318)
    missing = "No count, or not of every team, for Feb-2026, Apr-2026 to May-2026: left out, never taken as 0."
    assert missing in found.beside
    change = figure(laptop, "core_referral_change", YEAR)
    assert (change.numerator, change.denominator) == (318 * 9, 350 * 9)
    assert missing in change.beside
    by_month = figures(laptop.connection, "core_referrals_per_month", replace(YEAR, by=Split.MONTH))
    assert [each.value for each in by_month][:3] == [318, None, 318]
    assert by_month[1].reason == "No count, or not of every team, for Feb-2026."


def test_a_month_counts_where_every_team_counted_it_and_only_types_counted_both_times(laptop: Laptop) -> None:
    for team, kind in (("North", "wound"), ("South", "wound"), ("North", "insulin")):
        counted(laptop, "2025-01", [100] * 12, team=team, kind=kind, population=1000)
    counted(laptop, "2026-01", [90] * 12, team="North", kind="wound", population=1000)
    counted(laptop, "2026-01", [90] * 11, team="SOUTH ", kind="Wound", population=1000)
    counted(laptop, "2026-01", [500] * 12, team="East", kind="wound", population=1000)
    found = figure(laptop, "core_referral_change", YEAR)
    assert found.reason == "No baseline is stated, so there is nothing to compare with."
    found = figure(laptop, "core_referral_change", replace(YEAR, before=(date(2025, 1, 1), date(2025, 12, 31))))
    assert (found.numerator, found.denominator) == (90 * 22, 100 * 22)
    assert "Referral types counted: Wound." in found.beside or "Referral types counted: wound." in found.beside
    assert "Left out, as not counted in both: East (wound), North (insulin)." in found.beside
    assert "Held against the time that was asked for." in found.beside


def test_the_newest_baseline_that_stands_counts(laptop: Laptop) -> None:
    counted(laptop, "2024-01", [400] * 12)
    city(laptop)
    stated(laptop, "2024-01-01", "2024-12-31", on="2025-02-01")
    assert figure(laptop, "core_referral_change", YEAR).denominator == 4200
    laptop.save(item("baseline", "baseline 2026-05-01", "stated", *_heads(laptop), **_withdrawn()), at=MORNING)
    assert figure(laptop, "core_referral_change", YEAR).denominator == 4800


def _withdrawn() -> dict[str, object]:
    said = {"what": "core_referrals", "since": BEFORE[0], "until": BEFORE[1], "on": "2026-05-01"}
    return {**said, "source": "core diaries", "by": "lea", "withdrawn": True}


def _heads(laptop: Laptop) -> list[tuple[str, int]]:
    made = next(each for each, _ in laptop.held if each.items[0].entity_id == "baseline 2026-05-01")
    return [(made.head.cs_id, 0)]


@pytest.mark.parametrize(
    ("after", "before", "words"),
    [
        ([0] * 12, [350] * 12, "Nothing at all was counted before or in this period, so no change can be told."),
        ([318] * 12, [0] * 12, "Nothing at all was counted before or in this period, so no change can be told."),
        ([None] * 12, [350] * 12, "No referrals to core teams have been imported for this period."),
        ([318] * 12, [None] * 12, "No referrals to core teams have been imported for the time before."),
        ([318] * 6, [None] * 6 + [350] * 6, "No calendar month was counted in full both before and in this period."),
    ],
)
def test_what_cannot_be_compared_is_a_sentence(
    laptop: Laptop, after: list[int | None], before: list[int | None], words: str
) -> None:
    counted(laptop, "2025-01", before)
    counted(laptop, "2026-01", after)
    stated(laptop, *BEFORE)
    for name in ("core_referral_change", "core_and_other_referral_change", "core_referral_change_compared"):
        assert reason(laptop, name) in (words, NO_COMPARISON)
    assert reason(laptop) == words


def test_no_baseline_one_that_overlaps_and_who_core_teams_cannot_tell(laptop: Laptop) -> None:
    counted(laptop, "2025-01", [350] * 24)
    assert reason(laptop) == "No baseline is stated, so there is nothing to compare with."
    stated(laptop, "2025-06-01", "2026-02-28")
    assert reason(laptop) == "This period overlaps the time it would be held against."
    within_a_month = replace(YEAR, before=(date(2025, 6, 2), date(2025, 6, 30)))
    assert reason(laptop, asked=within_a_month) == "No referrals to core teams have been imported for the time before."
    everybody = "Core teams' counts name no skill and no nurse, so this is told of everybody only."
    for asked in (replace(YEAR, skill="insulin"), replace(YEAR, nurse="amina")):
        assert reason(laptop, asked=asked) == everybody
        assert reason(laptop, "core_referrals_per_month", asked) == everybody


def test_a_month_that_is_not_over_and_a_period_of_days_count_nothing(laptop: Laptop) -> None:
    city(laptop)
    november = replace(YEAR, since=date(2026, 11, 1), until=date(2026, 12, 31), as_of=date(2026, 12, 17))
    assert figure(laptop, "core_referrals_per_month", november).denominator == 1
    days = replace(YEAR, since=date(2026, 11, 2), until=date(2026, 11, 30))
    assert reason(laptop, "core_referrals_per_month", days)


def test_a_baseline_with_gaps_is_held_against_the_months_that_both_times_have(laptop: Laptop) -> None:
    counted(laptop, "2025-01", [350, None, 350, *[None] * 9])
    counted(laptop, "2026-01", [318] * 12)
    stated(laptop, *BEFORE)
    found = figure(laptop, "core_referral_change", YEAR)
    assert (found.numerator, found.denominator) == (636, 700)
    assert (
        "No count, or not of every team, for Feb-2025, Apr-2025 to Dec-2025: left out, never taken as 0."
        in found.beside
    )


def test_months_of_two_years_against_one_are_said_where_they_are_not_even(laptop: Laptop) -> None:
    uneven = "Some calendar months are in it more often than others."
    counted(laptop, "2024-01", [350] * 36)
    both = replace(YEAR, since=date(2025, 1, 1), before=(date(2024, 1, 1), date(2024, 12, 31)))
    assert uneven not in figure(laptop, "core_referral_change", both).beside
    assert uneven in figure(laptop, "core_referral_change", replace(both, since=date(2025, 6, 1))).beside


def test_one_month_each_says_that_it_sees_no_spread(laptop: Laptop) -> None:
    counted(laptop, "2025-11", [350])
    counted(laptop, "2026-11", [318])
    stated(laptop, *BEFORE)
    found = figure(laptop, "core_referral_change", YEAR)
    assert (found.numerator, found.denominator) == (318, 350)
    assert any(said.startswith("With one month each") for said in found.beside)


def test_the_locality_is_that_of_the_core_team(laptop: Laptop) -> None:
    listed = {"name": "North core team", "locality": "North"}
    laptop.save(item("core_team", "north", "listed", **listed), at=MORNING)
    counted(laptop, "2026-01", [10] * 12, team="north core team")
    counted(laptop, "2026-01", [20] * 12, team="South core team")
    assert figure(laptop, "core_referrals_per_month", YEAR).value == 30
    assert figure(laptop, "core_referrals_per_month", replace(YEAR, locality="North")).value == 10
    assert reason(laptop, "core_referrals_per_month", replace(YEAR, locality="West"))


# --- the chart ---------------------------------------------------------------------------------------------------


def test_the_chart_has_gaps_limits_and_rebases_that_somebody_told(laptop: Laptop) -> None:
    counted(laptop, "2025-01", [350, 340, 360, 350, None, 345, 355, 350, 350, 340, 360, 350])
    counted(laptop, "2026-01", [310, 300, 320, 310, 305, 315])
    stated(laptop, *BEFORE)
    asked = replace(YEAR, until=date(2026, 6, 30))
    chart = core_referral_chart(laptop.connection, asked)
    assert [each.month for each in chart.months][:2] == ["2025-01", "2025-02"]
    assert len(chart.months) == 18
    gap = chart.months[4]
    assert (gap.count, gap.point) == (None, None)
    assert chart.baseline == ("2025-01", "2025-12")
    assert chart.baseline_mean == 3850 / 11
    assert chart.rebases == ()
    assert len({each.point.mean for each in chart.months if each.point}) == 1
    referred(laptop, "r", "p", "2026-06-10", source="hospital")
    assert core_referral_chart(laptop.connection, asked).months[-1].with_others == 316
    assert core_referral_chart(laptop.connection, replace(asked, locality="North")).months[-1].with_others is None
    rebased(laptop, "2026-01")
    rebased(laptop, "2025-07", "withdrawn", withdrawn=True)
    rebased(laptop, "2026-06", "too late to be reckoned")
    chart = core_referral_chart(laptop.connection, asked)
    assert [(each.month, each.cause, each.applied) for each in chart.rebases] == [
        ("2026-01", "Service start", True),
        ("2026-06", "too late to be reckoned", False),
    ]
    means = [each.point.mean for each in chart.months if each.point]
    assert (means[0], means[-1]) == (350, 310)


def test_a_chart_of_nothing_and_of_one_month(laptop: Laptop) -> None:
    empty = core_referral_chart(laptop.connection, YEAR)
    assert empty.reason
    assert not any(each.count or each.point for each in empty.months)
    counted(laptop, "2026-03", [310])
    one = core_referral_chart(laptop.connection, YEAR)
    assert [(each.count, each.point) for each in one.months if each.count] == [(310, None)]
    assert not one.reason
