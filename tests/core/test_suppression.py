"""Numbers under five do not leave: not as they stand, and not as what is left of the others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from smf_core.figures.commissioning_report import FIGURES as OF_LOCALITIES
from smf_core.figures.figure import Asked, Figure
from smf_core.figures.report import REPORTS, Report
from smf_core.figures.suppression import EITHER, FEW_OTHERS, FEWER, KIN, UNDER, hide_small, nearly_the_same
from smf_core.measures import wilson

ASKED = Asked(since=date(2026, 1, 1), until=date(2026, 6, 30), as_of=date(2026, 11, 17))
WHOLE: Mapping[str, str] = {}
SKILLS = ("catheter_care", "compression", "insulin", "wound")


def figure(
    name: str, number: float | None, among: float | None, part: str = "", beside: tuple[str, ...] = ()
) -> Figure:
    share = number / among if number is not None and among else None
    ends = wilson(int(number or 0), int(among or 0)) if among and number is not None and number <= among else None
    return Figure(
        id=name,
        label=name,
        group={"skill": part} if part else WHOLE,
        numerator=number,
        denominator=among,
        value=number if among is None else share,
        low=ends.low if ends else None,
        high=ends.high if ends else None,
        unit="people",
        reason="" if share is not None or among is None else "Nobody.",
        beside=beside,
        definition="What it means.",
        version="1",
    )


def hidden(*figures: Figure) -> tuple[Figure, ...]:
    return hide_small(Report(name="caseload", asked=ASKED, definitions_version="1", figures=figures)).figures


# --- one figure ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "among"), [(1, 20), (4, 20), (16, 20), (19, 20), (0, 3), (3, 3)])
def test_a_small_number_or_what_is_left_of_it_is_hidden(number: int, among: int) -> None:
    (one,) = hidden(figure("no_access_rate", number, among))
    assert (one.suppressed, one.reason) == (True, UNDER)
    assert (one.numerator, one.value, one.low, one.high) == (None, None, None, None)
    assert one.denominator == (among if among > 4 else None)


@pytest.mark.parametrize(("number", "among"), [(0, 20), (5, 20), (15, 20), (20, 20), (5, 10)])
def test_other_numbers_stand_as_they_are(number: int, among: int) -> None:
    shown = figure("no_access_rate", number, among)
    assert hidden(shown) == (shown,)


def test_among_fewer_than_ten_the_counts_stand_without_a_percentage() -> None:
    (one,) = hidden(figure("no_access_rate", 0, 9))
    assert (one.numerator, one.denominator, one.value, one.reason, one.suppressed) == (0, 9, None, FEWER, False)


def test_a_count_among_nothing_is_hidden_where_it_is_small() -> None:
    found = hidden(
        figure("caseload_now", 3, None, "insulin"),
        figure("caseload_now", 5, None, "wound"),
        figure("caseload_now", 6, None, "compression"),
    )
    assert [each.suppressed for each in found] == [True, True, False], "with the whole of 14 the 3 would be told"


def test_months_and_what_core_teams_count_are_no_people() -> None:
    quarter = figure("core_referrals_per_month", 1098, 3)
    assert hidden(quarter) == (quarter,)
    assert hidden(figure("core_referrals_per_month", 3, 3))[0].suppressed


# --- what figures give away of one another -------------------------------------------------------


def test_both_kinds_of_discharge_go_where_one_of_them_is_small_and_their_sum_stays() -> None:
    rate, alone, helped = hidden(
        figure("discharge_rate", 47, 60),
        figure("discharge_rate_independent", 45, 60),
        figure("discharge_rate_supported", 2, 60),
    )
    assert (rate.numerator, rate.denominator) == (47, 60)
    assert [each.reason for each in (alone, helped)] == [EITHER, EITHER]


def test_what_is_left_of_the_headline_is_no_single_skill() -> None:
    """Of 60 people 8 had wounds, of whom 3 went back: the next smallest skill is hidden with it."""
    found = hidden(
        figure("discharge_rate", 47, 60),
        figure("discharge_rate_episode", 30, 38, "insulin"),
        figure("discharge_rate_episode", 7, 14, "catheter_care"),
        figure("discharge_rate_episode", 5, 8, "wound"),
    )
    assert [each.suppressed for each in found] == [False, False, True, True]


def test_a_few_endings_that_nobody_could_help_are_not_what_is_left_between_two_rates() -> None:
    four, five = (
        hidden(figure("discharge_rate_episode", 23, 34), figure("discharge_rate_opportunity", 23, among))
        for among in (30, 29)
    )
    assert [each.suppressed for each in four] == [False, True]
    assert [each.suppressed for each in five] == [False, False]


def test_the_headline_goes_where_nothing_else_can_be_hidden_beside_a_part() -> None:
    found = hidden(figure("discharge_rate", 33, 40), figure("discharge_rate_episode", 33, 40, "insulin"))
    assert not any(each.suppressed for each in found)
    found = hidden(figure("discharge_rate", 37, 40), figure("discharge_rate_episode", 37, 40, "insulin"))
    assert all(each.suppressed for each in found)


def test_a_count_beside_a_figure_goes_where_it_tells_of_a_few() -> None:
    told = ("2 of them still taught another skill", "Looked at: referrals to this service only")
    (one,) = hidden(figure("discharge_rate", 30, 60, beside=told))
    assert one.numerator == 30
    assert one.beside[0] == told[1]
    assert "hidden" in one.beside[1]
    harmless = ("12 of 60 still taught", "Begun by 02-Aug-2026: those who began later have not had 90 days")
    assert hidden(figure("discharge_rate_cohort", 30, 60, beside=harmless))[0].beside == harmless
    (leftover,) = hidden(figure("discharge_rate_cohort", 30, 60, beside=("27 of 60 still taught",)))
    assert "27" not in " ".join(leftover.beside), "30 and 27 of 60 leave 3 who ended otherwise"


def test_every_figure_of_every_report_is_known_here_or_stands_alone() -> None:
    known = {name for kin in KIN for name in (*kin.together, *kin.follow)}
    assert known <= {name for names in (*REPORTS.values(), OF_LOCALITIES) for name in names}


@pytest.mark.parametrize("name", ["no_access_rate", "acceptance_rate", "discharge_rate_cohort", "rereferral_30"])
def test_a_part_is_not_what_is_left_of_a_whole_saved_beside_it_or_another_time(name: str) -> None:
    parts = [figure(name, 3, 30, "wound"), figure(name, 8, 40, "insulin"), figure(name, 20, 50, "compression")]
    whole = figure(name, 31, 120)
    together = hidden(*parts, whole)
    assert [each.suppressed for each in together] == [True, True, False, False]
    assert [each.denominator for each in together[:2]] == [None, None]
    assert hidden(*parts) == together[:3]
    assert hidden(whole) == together[3:]


def test_of_parts_that_cannot_hide_one_another_none_is_left() -> None:
    found = hidden(figure("no_access_rate", 2, 30, "wound"), figure("no_access_rate", 0, 40, "insulin"))
    assert all(each.suppressed for each in found)


def test_the_endings_that_nobody_could_help_are_not_what_is_left_of_all_of_them() -> None:
    parts = {"insulin": (30, 28), "wound": (40, 33), "compression": (50, 41)}
    every = [figure("discharge_rate_episode", 20, among, part) for part, (among, _) in parts.items()]
    ours = [figure("discharge_rate_opportunity", 20, among, part) for part, (_, among) in parts.items()]
    found = hidden(
        *every, *ours, figure("discharge_rate_episode", 60, 120), figure("discharge_rate_opportunity", 60, 102)
    )
    assert [each.suppressed for each in found[3:6]] == [True, True, False], "18 in all less 7 and 9 would leave 2"
    assert not any(each.suppressed for each in (*found[:3], *found[6:]))


BOTH = "core_and_other_referral_change"
SAID = "With referrals to this service from elsewhere: 18.8% fewer (95% interval: 29.5% fewer to 6.5% fewer)."


@pytest.mark.parametrize(("after", "before", "few"), [(3, 0, True), (0, 4, True), (60, 2, True), (5, 0, False)])
def test_the_diversion_check_tells_of_no_few_people(after: int, before: int, few: bool) -> None:
    alone, both = hidden(
        figure("core_referral_change", 346, 430, beside=(SAID, "No comparison teams.")),
        figure(BOTH, 346 + after, 430 + before, beside=(f"From elsewhere: {after} against {before}.",)),
    )
    assert (alone.numerator, alone.denominator, alone.suppressed) == (346, 430, False)
    assert (both.suppressed, both.numerator, both.denominator) == (few, None if few else 351, None if few else 430)
    assert (SAID in alone.beside) is not few
    if few:
        assert both.reason == FEW_OTHERS
        assert alone.beside == (f"With referrals to this service from elsewhere: {FEW_OTHERS}.", "No comparison teams.")
        assert not both.beside


# --- an attacker ---------------------------------------------------------------------------------

MANY = 1000
"""More people than the service has."""
Sum = dict[tuple[str, str], int]
"""How often each unknown (what, part) is in a count."""


@dataclass
class Service:
    """Counts by part of what nobody outside knows, each of its own unknown."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, *whats: str, part: str) -> Sum:
        return {(what, part): 1 for what in whats}

    def value(self, counted: Sum) -> int:
        return sum(self.counts[each] * many for each, many in counted.items())


UNKNOWN = (
    "alone",
    "helped",
    "back",
    "gone",
    "asked",
    "passed",
    "passed_first",
    "again",
    "again_late",
    "open",
    "taken",
    "turned",
    "now",
)
PARTS = ("discharge_rate_episode", "discharge_rate_opportunity", "days_to_discharge", "confidence_gain")


def cells(service: Service, parts: tuple[str, ...], by_skill: bool) -> Iterator[tuple[str, str, Sum, Sum]]:
    """Every figure with what its numerator and its denominator count."""

    def of(*whats: str) -> Iterator[tuple[str, Sum]]:
        if by_skill:
            yield from ((part, service.of(*whats, part=part)) for part in parts)
        else:
            yield "", everywhere(*whats)

    def everywhere(*whats: str) -> Sum:
        return {each: many for part in parts for each, many in service.of(*whats, part=part).items()}

    good, closed = ("alone", "helped"), ("alone", "helped", "back", "gone")
    yield "discharge_rate", "", everywhere(*good), everywhere(*closed)
    yield "discharge_rate_independent", "", everywhere("alone"), everywhere(*closed)
    yield "discharge_rate_supported", "", everywhere("helped"), everywhere(*closed)
    for name, number, among in (
        ("discharge_rate_episode", good, closed),
        ("discharge_rate_opportunity", good, ("alone", "helped", "back")),
        ("days_to_discharge", good, good),
        ("confidence_gain", ("asked",), closed),
        ("acceptance_rate", ("taken",), ("taken", "turned")),
        ("caseload_now", ("now",), ("now",)),
        ("rereferral_30", ("again",), ("passed", "passed_first")),
        ("rereferral_90", ("again", "again_late"), ("passed",)),
    ):
        for (part, some), (_, every) in zip(of(*number), of(*among), strict=True):
            yield name, part, some, every
    for (part, some), (_, every) in zip(of("again", "again_late"), of("passed"), strict=True):
        yield "sustained_90", part, every | dict.fromkeys(some, -1), every
    yield "visits_to_discharge_median", "", everywhere(*good), everywhere(*closed, "open")
    for part in parts:
        yield (
            "visits_to_discharge_median",
            part,
            service.of(*good, part=part),
            service.of(*closed, "open", part=part),
        )


@st.composite
def services(draw: st.DrawFn) -> tuple[Service, tuple[str, ...]]:
    parts = SKILLS[: draw(st.integers(1, 4))]
    few_or_many = st.one_of(st.integers(0, 6), st.integers(0, 40))
    service = Service()
    for part in parts:
        has = {
            what: draw(few_or_many) for what in ("alone", "helped", "back", "gone", "open", "taken", "turned", "now")
        }
        good = has["alone"] + has["helped"]
        has["asked"] = draw(st.integers(0, good + has["back"] + has["gone"]))
        has["passed"] = draw(st.integers(0, good))
        has["passed_first"] = draw(st.integers(0, good - has["passed"]))
        has["again"] = draw(st.integers(0, has["passed"]))
        has["again_late"] = draw(st.integers(0, has["passed"] - has["again"]))
        service.counts |= {(what, part): has[what] for what in UNKNOWN}
    return service, parts


@dataclass
class Attacker:
    """Somebody with the report, a solver of whole numbers, and every rule by which the figures were counted."""

    service: Service
    rows: list[list[float]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def row(self, counted: Sum) -> list[float]:
        return [float(counted.get(each, 0)) for each in self.service.counts]

    def learn(self, counted: Sum, low: float, high: float = np.inf) -> None:
        self.rows.append(self.row(counted))
        self.low.append(low)
        self.high.append(high)

    def could_be(self, counted: Sum) -> tuple[int, int]:
        cost = np.array(self.row(counted))
        rules = LinearConstraint(np.array(self.rows), self.low, self.high)
        ends = []
        for sign in (1, -1):
            found = milp(sign * cost, constraints=rules, integrality=np.ones(len(cost)), bounds=Bounds(0, MANY))
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]


@given(services())
@settings(max_examples=25, deadline=None)
def test_nobody_with_a_solver_works_out_a_hidden_small_number(
    made: tuple[Service, tuple[str, ...]],
) -> None:
    """Whoever has the report told apart may have its wholes as well."""
    service, parts = made
    told: list[tuple[str, str, Sum, Sum]] = []
    shown: list[Figure] = []
    for by_skill in (False, True):
        some_told = [each for each in cells(service, parts, by_skill) if by_skill or not each[1]]
        told += some_told
        shown += hidden(
            *(figure(name, service.value(some), service.value(every), part) for name, part, some, every in some_told)
        )
    attacker = Attacker(service)
    for part in parts:
        for less, more in (
            (("asked",), ("alone", "helped", "back", "gone")),
            (("passed", "passed_first"), ("alone", "helped")),
            (("again", "again_late"), ("passed",)),
        ):
            attacker.learn(service.of(*more, part=part) | dict.fromkeys(service.of(*less, part=part), -1), 0)
    for (_, _, some, every), seen in zip(told, shown, strict=True):
        for counted, number in ((some, seen.numerator), (every, seen.denominator)):
            if number is not None:
                attacker.learn(counted, number, number)
    asked: dict[frozenset[tuple[tuple[str, str], int]], tuple[Sum, str]] = {}
    for (name, part, some, every), seen in zip(told, shown, strict=True):
        rest = every | {each: every.get(each, 0) - many for each, many in some.items()}
        for counted in (some, every, rest):
            if 0 < service.value(counted) < 5 and name not in ("days_to_discharge",):
                assert seen.suppressed, (name, part)
                asked[frozenset(counted.items())] = (counted, f"{name} {part}")
    for counted, where in asked.values():
        low, high = attacker.could_be(counted)
        assert high - low >= 3, f"{where}: from {low} to {high}"


def test_hiding_twice_hides_no_more() -> None:
    once = hidden(figure("discharge_rate", 3, 40), figure("no_access_rate", 2, 30), figure("acceptance_rate", 9, 30))
    assert hidden(*(replace(each) for each in once)) == once


def test_why_there_is_no_figure_stays_said_where_its_people_are_few() -> None:
    nothing = Figure(
        id="care_plan_coverage",
        label="Care plans in time",
        group={},
        numerator=None,
        denominator=3,
        value=None,
        low=None,
        high=None,
        unit="people",
        reason="Care plans cannot be recorded in this version yet.",
        beside=(),
        definition="",
        version="1",
    )
    (found,) = hide_small(Report(name="caseload", asked=ASKED, definitions_version="1", figures=(nothing,))).figures
    assert (found.denominator, found.suppressed, found.reason) == (None, True, nothing.reason)


# --- the same days, counted twice ----------------------------------------------------------------


def test_what_differs_by_a_few_people_is_told_with_all_that_counts_them() -> None:
    then = [figure("discharge_rate", 20, 40), figure("no_access_rate", 30, 90), figure("caseload_now", 25, None)]
    now = [figure("discharge_rate", 21, 41), figure("no_access_rate", 36, 95), figure("caseload_now", 25, None)]
    found = nearly_the_same(then, now)
    assert {"discharge_rate", "discharge_rate_episode", "visits_to_discharge_median", "rereferral_30"} <= found
    assert not {"no_access_rate", "caseload_now"} & found
    assert nearly_the_same(then, then) == frozenset()


@pytest.mark.parametrize(("more", "near"), [(1, True), (4, True), (5, False), (0, False)])
def test_a_part_that_only_one_has_is_one_of_nobody_in_the_other(more: int, near: bool) -> None:
    whole = figure("no_access_rate", 30, 90)
    new = figure("no_access_rate", 0, more, "wound")
    assert bool(nearly_the_same([whole], [whole, new])) is near
    assert bool(nearly_the_same([whole, new], [whole])) is near
