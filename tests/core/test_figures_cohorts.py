"""How many visits it takes: everybody who began is followed, those still taught as well."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from smf_core.figures.cohorts import NOBODY, NOT_REACHED, TOO_YOUNG, survival_of
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked, Split
from smf_core.figures.report import REPORTS, report
from tests.support.figures import AUTUMN, ask, begun, figure, parts
from tests.support.postgres import postgres
from tests.support.written import Laptop, records

__all__ = ["postgres", "records"]

MONTH = Asked(since=date(2026, 9, 1), until=date(2026, 9, 30), as_of=date(2026, 12, 29))
THE_EIGHT = ("3F", "5F", "5X", "6O", "7F", "7F", "9X", "10F")
"""The test vector of `clinical.md` 3.3: visits, and favourable, other or open."""


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def from_(day: str, visits: int) -> list[str]:
    return [(date.fromisoformat(day) + timedelta(days=each)).isoformat() for each in range(visits)]


def the_eight(laptop: Laptop, skill: str = "insulin", named: str = "") -> None:
    for number, one in enumerate(THE_EIGHT):
        outcome = {"F": "independent", "X": "returned_core", "O": ""}[one[-1]]
        begun(laptop, f"{named}{number}", from_("2026-10-05", int(one[:-1])), outcome, skill=skill)


def test_visits_to_discharge_are_the_median_of_the_curve(laptop: Laptop) -> None:
    the_eight(laptop)
    found = figure(laptop, "visits_to_discharge_median")
    assert (found.value, found.low, found.high) == (7, 3, None)
    assert (found.numerator, found.denominator, found.unit) == (5, 8, "visits")
    assert found.beside == ("1 still taught", "2 ended otherwise", "The interval has no upper end yet")
    cohort = survival_of(laptop.connection, AUTUMN)["insulin"]
    assert (cohort.episodes, cohort.ends[7, True]) == (8, 2)
    assert sorted(cohort.ends) == [(3, True), (5, False), (5, True), (6, False), (7, True), (9, False), (10, True)]
    assert cohort.outcomes.count(None) == 1


def test_a_median_that_is_not_reached_or_of_nobody_says_so(laptop: Laptop) -> None:
    nobody = figure(laptop, "visits_to_discharge_median")
    assert (nobody.value, nobody.denominator, nobody.reason) == (None, 0, NOBODY)
    for number in range(3):
        begun(laptop, f"open {number}", from_("2026-10-05", 4))
    censored = figure(laptop, "visits_to_discharge_median")
    assert (censored.value, censored.low, censored.numerator, censored.denominator) == (None, None, 0, 3)
    assert censored.reason == NOT_REACHED


def test_a_median_that_is_not_reached_keeps_the_lower_end_that_is_known(laptop: Laptop) -> None:
    for number in range(10):
        outcome = "independent" if number < 4 else None
        begun(laptop, f"p{number}", from_("2026-10-05", 3 if outcome else 8), outcome)
    found = figure(laptop, "visits_to_discharge_median")
    assert (found.value, found.low, found.high, found.reason) == (None, 3, None, NOT_REACHED)


def test_one_person_has_a_median_and_a_skill_never_taught_has_none(laptop: Laptop) -> None:
    begun(laptop, "one", from_("2026-10-05", 4), "independent")
    assert figure(laptop, "visits_to_discharge_median").value == 4
    assert parts(laptop, "visits_to_discharge_median", Split.SKILL) == {"insulin": (1, 1)}
    assert figure(laptop, "visits_to_discharge_median", replace(AUTUMN, skill="wound")).reason == NOBODY


def test_a_cohort_is_followed_past_its_period_and_no_further_than_asked(laptop: Laptop) -> None:
    begun(laptop, "slow", from_("2026-10-30", 40), "independent")  # until 8 December
    october = Asked(since=date(2026, 10, 1), until=date(2026, 10, 31), as_of=date(2026, 12, 31))
    assert figure(laptop, "visits_to_discharge_median", october).value == 40
    early = survival_of(laptop.connection, replace(october, as_of=date(2026, 11, 8)))["insulin"]
    assert (early.visits, early.outcomes) == ((10,), (None,))
    assert survival_of(laptop.connection, replace(october, as_of=date(2026, 10, 29))) == {}


def test_visits_after_a_discharge_do_not_count_towards_it(laptop: Laptop) -> None:
    begun(laptop, "checked", from_("2026-10-05", 6), "independent", closed="2026-10-08")
    assert figure(laptop, "visits_to_discharge_median").value == 4


def test_the_report_has_the_median_as_a_whole_and_by_skill(laptop: Laptop) -> None:
    the_eight(laptop)
    the_eight(laptop, "wound", "w")
    found = report(laptop.connection, "visits-to-discharge", AUTUMN).figures
    medians = {each.group.get("skill", ""): each.denominator for each in found if "median" in each.id}
    assert medians == {"": 16, "insulin": 8, "wound": 8}
    by_nurse = report(laptop.connection, "visits-to-discharge", replace(AUTUMN, by=Split.NURSE)).figures
    assert [dict(each.group) for each in by_nurse if "median" in each.id] == [{}, {"nurse": "amina"}]
    assert {each.id for each in found} == set(REPORTS["visits-to-discharge"])


def test_a_cohort_rate_counts_those_still_open_and_says_how_many(laptop: Laptop) -> None:
    begun(laptop, "done", ["2026-09-01"], "independent", "2026-12-29")
    begun(laptop, "later", ["2026-09-30"], "independent", "2026-12-30")
    begun(laptop, "other", ["2026-09-10"], "returned_core", "2026-09-20")
    begun(laptop, "open", ["2026-09-15"])
    begun(laptop, "not ours", ["2026-08-31", "2026-09-01"], "independent", "2026-09-20")
    found = figure(laptop, "discharge_rate_cohort", MONTH)
    assert (found.numerator, found.denominator, found.value) == (1, 4, 0.25)
    assert found.beside == ("2 of 4 still taught",)


def test_a_cohort_has_had_ninety_days(laptop: Laptop) -> None:
    begun(laptop, "september", ["2026-09-15"], "independent", "2026-09-20")
    begun(laptop, "october", ["2026-10-01"], "independent", "2026-10-02")
    a_day_early = figure(laptop, "discharge_rate_cohort", replace(MONTH, as_of=date(2026, 12, 28)))
    assert (a_day_early.value, a_day_early.denominator, a_day_early.reason) == (None, 1, TOO_YOUNG)
    both = replace(MONTH, until=date(2026, 10, 31))
    assert ask(laptop, "discharge_rate_cohort", both) == (1, 1)
    assert figure(laptop, "discharge_rate_cohort", both).beside == (
        "0 of 1 still taught",
        "Begun by 30-Sep-2026: those who began later have not had 90 days",
    )
    by_month = figures(laptop.connection, "discharge_rate_cohort", replace(both, by=Split.MONTH))
    assert [(each.group["month"], each.value, each.denominator, each.reason) for each in by_month] == [
        ("2026-09", 1.0, 1, ""),
        ("2026-10", None, 1, TOO_YOUNG),
    ]
    nobody = figure(laptop, "discharge_rate_cohort", replace(MONTH, since=date(2020, 1, 1), until=date(2020, 1, 31)))
    assert (nobody.value, nobody.reason) == (None, NOBODY)


def test_who_was_discharged_after_the_day_the_figures_are_of_was_still_taught_then(laptop: Laptop) -> None:
    begun(laptop, "then", ["2026-09-05"], "independent", closed="2026-12-29")
    begun(laptop, "since", ["2026-09-05"], "independent", closed="2026-12-30")
    found = figure(laptop, "discharge_rate_cohort", MONTH)
    assert (found.numerator, found.denominator) == (1, 2)
    assert found.beside[0] == "1 of 2 still taught"


def test_who_is_over_twice_the_expected_visits_is_told_as_of_the_last_day(laptop: Laptop) -> None:
    begun(laptop, "over", from_("2026-10-01", 5), expected_visits=2)
    begun(laptop, "twice", from_("2026-10-01", 4), expected_visits=2)
    begun(laptop, "since", from_("2026-10-20", 15), "declined", expected_visits=2)
    begun(laptop, "over then", from_("2026-10-01", 6), "independent", "2026-11-20", expected_visits=2)
    begun(laptop, "closed", from_("2026-10-01", 6), "independent", "2026-10-22", expected_visits=2)
    past = replace(AUTUMN, until=date(2026, 10, 22))
    assert ask(laptop, "open_over_twice_expected", past) == (2, 4)
    assert ask(laptop, "open_over_twice_expected", replace(past, until=date(2026, 10, 24))) == (3, 4)
    assert ask(laptop, "open_over_twice_expected") == (1, 2)
    assert parts(laptop, "open_over_twice_expected", Split.SKILL, past) == {"insulin": (2, 4)}
