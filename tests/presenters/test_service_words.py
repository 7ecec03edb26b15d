"""What a closed month, a figure in a line and a plan say."""

from dataclasses import replace
from datetime import date

import pytest

from smf_core.domain.planned import Plan, PlanOf, ToDo
from smf_core.figures.commissioning import Planned
from smf_core.figures.figure import Figure
from smf_core.figures.month_changes import Change
from smf_core.figures.months import Compared, KeptFigure, Meant
from smf_core.figures.quality import Fault, Looked
from smf_desktop.presenters.service.commissioning import plan_words, planned_words
from smf_desktop.presenters.service.months import NOT_THERE, month_rows, summary, todo_words, why_words
from smf_desktop.presenters.service.quality import FAULTS, fault_counts
from smf_desktop.presenters.service.said import figure_words

RATE = Figure(
    id="discharge_rate",
    label="Discharged to self-care",
    group={},
    numerator=148,
    denominator=200,
    value=0.74,
    low=0.6751,
    high=0.7959,
    unit="people",
    reason="",
    beside=(),
    definition="",
    version="1",
)
MEANT = Meant("Discharged to self-care", "people", "1", "Of the people ...")
PLAN = Plan(
    id="1", what=PlanOf.PEOPLE, of="North", number=120, since=date(2026, 4, 1), source="board paper 7", by="lea"
)


def figure(**changes: object) -> Figure:
    return replace(RATE, **changes)  # type: ignore[arg-type]  # a test names the fields


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (RATE, "74%, 148 of 200, 95% CI 68% to 80%"),
        (figure(numerator=3, denominator=4, value=0.75, low=0.3, high=0.95), "3 of 4, fewer than 10"),
        (figure(value=None, low=None, high=None, reason="Nobody's teaching ended."), "Nobody's teaching ended."),
        (
            figure(id="visits_to_discharge_median", numerator=30, denominator=41, value=7, low=5, high=None),
            "7, from 30 of 41, 95% CI 5 to not reached",
        ),
        (
            figure(id="core_referral_change", numerator=3816, denominator=4200, value=-0.1, low=-0.139, high=-0.06),
            "−10.0%, 95% CI −13.9% to −6.0%",
        ),
        (
            figure(id="visits_released_net", numerator=52.1, denominator=9, value=52.1, low=None, high=None),
            "52.1, among 9",
        ),
        (figure(id="caseload_now", numerator=60, denominator=None, value=60, low=None, high=None), "60"),
    ],
)
def test_a_figure_never_stands_without_what_it_was_counted_from(shown: Figure, words: str) -> None:
    assert figure_words(shown) == words


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ({}, ""),
        ({Change.VISITS_LATE: 1}, "1 visit came after the month was closed."),
        (
            {Change.VISITS_LATE: 3, Change.VISITS_AMENDED: 2, Change.VISITS_STRUCK: 1},
            "3 visits came after the month was closed, 2 visits amended, 1 visit entered in error.",
        ),
        ({Change.DISCHARGES_OTHERWISE: -1}, "1 discharge fewer for another reason, such as another date."),
        ({Change.VISITS_OTHERWISE: 2}, "2 visits more for another reason, such as another date."),
        ({Change.CORE_COUNTS: 2}, "2 counts of core teams added or corrected."),
        ({Change.DEFINITION: 1}, "The definition is another now."),
        ({Change.NOW: 1}, "This figure is of today, not of the month."),
    ],
)
def test_why_a_figure_is_another_now(why: dict[Change, int], words: str) -> None:
    assert why_words(why) == words


def test_every_change_has_words() -> None:
    assert all(why_words({change: 2}) for change in Change)


def test_then_and_now_of_a_skill_and_of_a_figure_that_was_not_there() -> None:
    then = KeptFigure("discharge_rate", {"skill": "insulin"}, 3, 4, 0.75, 0.3, 0.95)
    now = KeptFigure("discharge_rate", {"skill": "insulin"}, 4, 5, 0.8, 0.4, 0.96)
    rows = (
        Compared(then, now, MEANT, {Change.DISCHARGES_LATE: 1}),
        Compared(None, KeptFigure("new", value=1.0), MEANT, {Change.DEFINITION: 1}),
        Compared(now, now, MEANT, {}),
    )
    changed, added, same = month_rows(rows, {"insulin": "Insulin"})
    assert changed.spoken == (
        "Discharged to self-care, Insulin. Then: 3 of 4, fewer than 10. Now: 4 of 5, fewer than 10. "
        "1 discharge came after the month was closed."
    )
    assert (added.then, added.now, added.part) == (NOT_THERE, "1", "")
    assert same.why == ""
    assert summary(rows) == "2 of 3 figures changed since."


def test_plans_and_actions() -> None:
    assert plan_words(PLAN) == "Planned: 120 people a year from 01-Apr-2026 (board paper 7)."
    assert " until 31-Mar-2027 " in plan_words(replace(PLAN, until=date(2027, 3, 31)))
    assert planned_words(Planned(people=0.0, days=1, plans=(PLAN,))) == "0 people in 1 day"
    assert planned_words(Planned(people=None, days=0, plans=(), reason="Nothing planned.")) == "Nothing planned."
    assert (
        todo_words(ToDo("Who rings them?", "Dr Osei", date(2026, 12, 1))) == "Who rings them? Dr Osei, by 01-Dec-2026"
    )


def test_every_fault_has_words_and_a_count_with_its_denominator() -> None:
    assert set(FAULTS) == set(Fault)
    rows = fault_counts([Looked(Fault.NO_LANGUAGE, 3, 1041), Looked(Fault.LETTER_NOT_SENT, 0, 1)])
    assert [(row.words, row.clear) for row in rows] == [("3 of 1,041 people", False), ("0 of 1 letter", True)]
