"""Numbers under five do not leave: not as they stand, and not as what is left of the others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

import numpy as np
import pytest

from smf_core.figures.commissioning_report import FIGURES as OF_LOCALITIES
from smf_core.figures.figure import Asked, Figure, Split
from smf_core.figures.hidden_parts import KIN
from smf_core.figures.report import REPORTS, Report, asked_alongside, asked_of
from smf_core.figures.rows import ALIKE, HIDDEN, AnyoneLike, blurred, endings_hidden
from smf_core.figures.suppression import EITHER, FEW_OTHERS, FEWER, UNDER, hide_small, nearly_the_same
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
NURSES = ("amina", "ben", "cy")
Unknown = tuple[str, str, str]
"""What is counted, of which skill, by which nurse."""
Sum = Mapping[Unknown, int]
"""How often each unknown is in a count."""

GOOD, ENDED = ("alone", "helped"), ("alone", "helped", "back", "gone")
BEGUN = (*ENDED, "open")
COUNTED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "discharge_rate": (GOOD, ENDED),
    "discharge_rate_independent": (("alone",), ENDED),
    "discharge_rate_supported": (("helped",), ENDED),
    "discharge_rate_episode": (GOOD, ENDED),
    "discharge_rate_opportunity": (GOOD, ("alone", "helped", "back")),
    "visits_to_discharge_median": (GOOD, BEGUN),
    "discharge_rate_cohort": ((*GOOD, "-young_good"), (*BEGUN, "-young_good", "-young_rest")),
    "days_to_discharge": (GOOD, GOOD),
    "confidence_gain": (("asked",), ENDED),
    "acceptance_rate": (("taken",), ("taken", "turned")),
    "caseload_now": (("now",), ()),
    "rereferral_30": (("again",), ("passed", "passed_first")),
    "rereferral_90": (("again", "again_late"), ("passed",)),
    "sustained_90": (("passed", "-again", "-again_late"), ("passed",)),
}
"""What the numerator and the denominator of each figure count."""
WITHIN = (
    ("asked", ENDED),
    ("passed passed_first", GOOD),
    ("again again_late", ("passed",)),
    ("young_good", GOOD),
    ("young_rest", ("back", "gone", "open")),
)
"""What cannot be more than what: whoever attacks knows the definitions."""


@dataclass(frozen=True)
class Service:
    """Counts of what nobody outside knows."""

    counts: Mapping[Unknown, int]

    def of(self, whats: Iterable[str], skill: str = "", nurse: str = "") -> Sum:
        signs = {what.removeprefix("-"): -1 if what.startswith("-") else 1 for what in whats}
        return {
            each: signs[each[0]]
            for each in self.counts
            if each[0] in signs and skill in ("", each[1]) and nurse in ("", each[2])
        }

    def value(self, counted: Sum) -> int:
        return sum(self.counts[each] * many for each, many in counted.items())

    def parts(self, by: Split) -> Iterator[Mapping[str, str]]:
        if not by:
            yield {}
        else:
            at = 1 if by is Split.SKILL else 2
            yield from ({by.value: part} for part in sorted({each[at] for each in self.counts}))

    def cells(self, name: str, by: Split) -> Iterator["Cell"]:
        """A figure and its parts."""
        for group in self.parts(by):
            some, every = (self.of(whats, **group) for whats in COUNTED[name])
            yield Cell(name, group, some, every)

    def report(self, name: str, asked: Asked) -> Iterator[tuple["Cell", Figure | None]]:
        """What a report of this name says as it leaves; of nobody it says nothing."""
        told = [cell for figure, of in asked_of(name, asked) if figure in COUNTED for cell in self.cells(figure, of.by)]
        beside = [cell for figure, of in asked_alongside(asked) for cell in self.cells(figure, of.by)]
        found = Report(
            name=name,
            asked=asked,
            definitions_version="1",
            figures=tuple(cell.figure(self) for cell in told if cell.anybody(self)),
            alongside=tuple(cell.figure(self) for cell in beside if cell.anybody(self)),
        )
        shown = {(each.id, *each.group.items()): each for each in hide_small(found).figures}
        yield from ((cell, shown.get((cell.name, *cell.group.items()))) for cell in told)


@dataclass(frozen=True)
class Cell:
    """One part of a figure, by what it counts."""

    name: str
    group: Mapping[str, str]
    some: Sum
    every: Sum

    @property
    def rest(self) -> Sum:
        return {each: self.every.get(each, 0) - self.some.get(each, 0) for each in {**self.every, **self.some}}

    def anybody(self, service: Service) -> bool:
        """Whether it is of somebody; the whole is told of nobody as well."""
        return not self.group or bool(service.value(self.some) or service.value(self.every))

    def figure(self, service: Service) -> Figure:
        among = service.value(self.every) if self.every else None
        return replace(figure(self.name, service.value(self.some), among), group=self.group)


SEEDS = (5, 14, 23, 36)
"""Services of which two reports, each hiding for itself alone, would tell a small number."""


def made_up(seed: int) -> Service:
    """A service of up to four skills and three nurses, with many few and with numbers that nearly are the same."""
    chance = Random(seed)
    most, young, windows = chance.choice((6, 12, 40)), chance.random() < 0.7, chance.random() < 0.7
    counts: dict[Unknown, int] = {}
    for skill in SKILLS[: chance.randint(1, 4)]:
        teach = chance.randint(1, 3)
        for nurse in NURSES:  # who teaches what does not stand in any report
            some = int(nurse in NURSES[:teach])
            has = {
                what: some * chance.randint(0, chance.choice((3, 6, most, most)))
                for what in (*BEGUN, "taken", "turned", "now")
            }
            good, rest = has["alone"] + has["helped"], has["back"] + has["gone"] + has["open"]
            has["young_good"] = chance.randint(0, min(good, chance.choice((0, 2, most)))) if young else 0
            has["young_rest"] = chance.randint(0, min(rest, chance.choice((0, 2, most)))) if young else 0
            has["asked"] = chance.randint(0, good + has["back"] + has["gone"])
            has["passed"] = chance.randint(0, good) if windows else good
            has["passed_first"] = chance.randint(0, good - has["passed"])
            has["again"] = chance.randint(0, min(has["passed"], chance.choice((3, most))))
            has["again_late"] = chance.randint(0, has["passed"] - has["again"])
            counts |= {(what, skill, nurse): many for what, many in has.items()}
    return Service(counts)


@dataclass
class Attacker:
    """Somebody with every export, a solver of whole numbers, and every rule by which the figures were counted."""

    service: Service
    known: dict[tuple[float, ...], tuple[float, float]] = field(default_factory=dict)
    """From what to what each sum is."""

    def __post_init__(self) -> None:
        for skill, nurse in sorted({each[1:] for each in self.service.counts}):
            for less, more in WITHIN:
                fewer = self.service.of((f"-{what}" for what in less.split()), skill, nurse)
                self.learn({**self.service.of(more, skill, nurse), **fewer}, 0)

    def row(self, counted: Sum) -> tuple[float, ...]:
        return tuple(float(counted.get(each, 0)) for each in self.service.counts)

    def learn(self, counted: Sum, low: float, high: float = np.inf) -> None:
        row = self.row(counted)
        before = self.known.get(row, (low, high))
        self.known[row] = max(low, before[0]), min(high, before[1])

    def learn_sum(self, skills: Iterable[str], whats: Iterable[str], many: int) -> None:
        """That so many are of these in the skills together."""
        counted = {each: 1 for skill in skills for each in self.service.of(whats, skill)}
        self.learn(counted, many, many)

    def read(self, cell: Cell, seen: Figure | None) -> None:
        numbers = (seen.numerator, seen.denominator) if seen else (0, 0)
        for counted, number in zip((cell.some, cell.every), numbers, strict=True):
            if number is not None:
                self.learn(counted, number, number)

    def could_be(self, counted: Sum) -> tuple[int, int]:
        from scipy.optimize import Bounds, LinearConstraint, milp  # takes seconds: only a test that solves pays

        cost = np.array(self.row(counted))
        low, high = zip(*self.known.values(), strict=True)
        rules = LinearConstraint(np.array(list(self.known)), low, high)
        ends = []
        for sign in (1, -1):
            tried = (
                milp(
                    sign * cost,
                    constraints=rules,
                    integrality=np.ones(len(cost)),
                    bounds=Bounds(0, MANY),
                    options={"presolve": presolve},
                )
                for presolve in (True, False)
            )
            ends.append(min(found.fun for found in tried if found.fun is not None))
        return round(ends[0]), round(-ends[1])


OUTCOMES = {"alone": "independent", "helped": "independent_support", "back": "returned_core", "gone": "deceased"}


def read_rows(attacker: Attacker) -> None:
    """What the rows about people say: all of a skill, and all of an ending there, are told or hidden together."""
    service, by_skill = attacker.service, replace(ASKED, by=Split.SKILL)
    beside = [cell for name, of in asked_alongside(by_skill) for cell in service.cells(name, of.by)]
    dark = endings_hidden(cell.figure(service) for cell in beside if cell.anybody(service))
    skills = sorted({each[1] for each in service.counts})
    counts: dict[AnyoneLike, int] = {}
    for skill in skills:
        for what, outcome in OUTCOMES.items():
            if many := service.value(service.of([what], skill)):
                counts[AnyoneLike("2026-03", "40 to 64", "female", skill, outcome)] = many
    if sum(counts.values()) < ALIKE:
        return
    told = Counter[tuple[str, str]]()
    for like, now in blurred(counts, {"skill": dark}).items():
        told[now.skill, now.outcome] += counts[like]
    assert min(told.values()) >= ALIKE
    alone = {skill for skill, _ in told} - {HIDDEN}
    for skill, those in (*((each, {each}) for each in alone), (HIDDEN, set(skills) - alone)):
        left = dict(OUTCOMES)
        for what, outcome in OUTCOMES.items():
            if (skill, outcome) in told:
                attacker.learn_sum(those, [what], told[skill, outcome])
                left.pop(what)
        attacker.learn_sum(those, left, told[skill, HIDDEN])


def look_for_hidden_numbers(service: Service) -> None:
    """With every report of the same days, told apart by skill, by nurse and not at all, and the rows about people."""
    attacker = Attacker(service)
    read_rows(attacker)
    asked: dict[frozenset[tuple[Unknown, int]], tuple[Sum, str]] = {}
    for name in REPORTS:
        for by in (Split.NONE, Split.SKILL, Split.NURSE):
            for cell, seen in service.report(name, replace(ASKED, by=by)):
                attacker.read(cell, seen)
                for counted in (cell.some, cell.every, cell.rest):
                    if 0 < service.value(counted) < 5 and cell.name != "days_to_discharge":
                        assert seen is None or seen.suppressed, (name, cell.name, cell.group)
                        asked[frozenset(counted.items())] = counted, f"{cell.name} {cell.group}"
    for counted, where in asked.values():
        low, high = attacker.could_be(counted)
        assert high - low >= 3, f"{where}: from {low} to {high}"


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_with_every_export_and_a_solver_works_out_a_hidden_small_number(seed: int) -> None:
    look_for_hidden_numbers(made_up(seed))


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
