"""Per locality what was planned, delivered and released, on a laptop and at the hub alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from smf_core.domain.planned import Plan, PlanOf
from smf_core.figures.commissioning import NO_LOCALITIES, NOT_PLANNED, Locality, commissioned, planned_on
from smf_core.figures.commissioning_report import FIGURES, commissioned_of, commissioning_figures, commissioning_report
from smf_core.figures.figure import Figure, Split
from smf_core.figures.report import Report
from smf_core.figures.suppression import hide_small
from tests.support.figures import AUTUMN, begun
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

NORTH = Plan(id="1", what=PlanOf.PEOPLE, of="North", number=365, since=date(2026, 1, 1), source="board", by="lea")


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def core_team(laptop: Laptop, name: str, locality: str) -> None:
    laptop.save(item("core_team", name, "listed", name=name, locality=locality), at=MORNING)


def plan(laptop: Laptop, of: str, number: int, **more: object) -> None:
    said = {"what": "people", "of": of, "number": number, "since": "2026-01-01", "source": "board", "by": "lea"}
    laptop.save(item("plan", f"plan {of} {number}", "stated", **(said | more)), at=MORNING)


def by_name(laptop: Laptop) -> dict[str, Locality]:
    return {each.name: each for each in commissioned(laptop.connection, AUTUMN).localities}


def test_a_plan_counts_for_the_days_it_stands_on() -> None:
    whole = planned_on([NORTH], date(2026, 3, 1), date(2026, 3, 31))
    assert (whole.days, whole.people) == (31, 365 * 31 / 365.25)
    assert planned_on([NORTH], date(2025, 12, 1), date(2026, 1, 10)).days == 10
    ended = planned_on([replace(NORTH, until=date(2026, 3, 5))], date(2026, 3, 1), date(2026, 3, 31))
    assert ended.days == 5


def test_the_newest_plan_holds_and_a_withdrawn_one_does_not() -> None:
    newer = replace(NORTH, id="2", number=730, since=date(2026, 3, 16))
    found = planned_on([NORTH, newer], date(2026, 3, 1), date(2026, 3, 31))
    assert found.people == (15 * 365 + 16 * 730) / 365.25
    assert {each.id for each in found.plans} == {"1", "2"}
    withdrawn = planned_on([NORTH, replace(newer, withdrawn=True)], date(2026, 3, 1), date(2026, 3, 31))
    assert withdrawn.people == 365 * 31 / 365.25


def test_nothing_planned_is_a_sentence_and_never_a_nought() -> None:
    found = planned_on([NORTH], date(2025, 1, 1), date(2025, 12, 31))
    assert (found.people, found.days, found.reason) == (None, 0, NOT_PLANNED)
    nought = planned_on([replace(NORTH, number=0)], date(2026, 3, 1), date(2026, 3, 31))
    assert (nought.people, nought.reason) == (0, "")


def test_people_are_of_the_locality_of_the_team_that_referred_them(laptop: Laptop) -> None:
    core_team(laptop, "City North", "North")
    core_team(laptop, "City South", "South")
    begun(laptop, "ann", ["2026-10-01"], "independent", "2026-10-05", referrer="City North")
    begun(laptop, "ben", ["2026-10-01"], "returned_core", "2026-10-05", referrer="city north ")
    begun(laptop, "cat", ["2026-10-01"], referrer="City South")
    begun(laptop, "dan", ["2026-10-01"], referrer="A practice")
    begun(laptop, "eve", ["2026-05-01"], referrer="City North")
    plan(laptop, "North", 60)
    plan(laptop, "West", 10)
    found = commissioned(laptop.connection, AUTUMN)
    assert (found.begun, found.elsewhere, found.reason) == (4, 1, "")
    localities = by_name(laptop)
    assert list(localities) == ["North", "South", "West"]
    north = localities["North"]
    assert (north.begun, north.discharged.numerator, north.discharged.denominator) == (2, 1, 2)
    assert north.planned.people == pytest.approx(60 * 61 / 365.25)
    assert (north.released_gross.denominator, north.released_net.denominator) == (1, 2)
    assert localities["South"].planned.reason == NOT_PLANNED
    assert localities["South"].discharged.value is None
    assert localities["South"].discharged.reason
    assert (localities["West"].begun, localities["West"].planned.days) == (0, 61)


def test_one_locality_alone_and_a_split_that_was_asked_for_elsewhere(laptop: Laptop) -> None:
    core_team(laptop, "City North", "North")
    core_team(laptop, "City South", "South")
    begun(laptop, "cat", ["2026-10-01"], referrer="City South")
    found = commissioned(laptop.connection, replace(AUTUMN, locality="South", by=Split.SKILL))
    assert [(each.name, each.begun) for each in found.localities] == [("South", 1)]
    assert (found.begun, found.elsewhere) == (1, 0)


def test_without_localities_there_is_a_sentence(laptop: Laptop) -> None:
    begun(laptop, "ann", ["2026-10-01"], referrer="City North")
    found = commissioned(laptop.connection, AUTUMN)
    assert (found.localities, found.begun, found.elsewhere, found.reason) == ((), 1, 1, NO_LOCALITIES)


# --- as a report ---------------------------------------------------------------------------------


def test_figures_reckoned_elsewhere_make_the_same_view(laptop: Laptop) -> None:
    core_team(laptop, "City North", "North")
    core_team(laptop, "City South", "South")
    begun(laptop, "ann", ["2026-10-01"], "independent", "2026-10-05", referrer="City North")
    begun(laptop, "cat", ["2026-10-01"], referrer="City South")
    begun(laptop, "dan", ["2026-10-01"], referrer="A practice")
    plan(laptop, "North", 60)
    whole = commissioned(laptop.connection, AUTUMN)
    told = commissioning_figures(laptop.connection, AUTUMN)
    fewer = replace(whole, localities=tuple(replace(each, begun=0) for each in whole.localities), begun=0, elsewhere=0)
    assert commissioned_of(told, fewer) == whole
    south = commissioned_of([each for each in told if each.group.get("locality") != "North"], whole)
    assert [each.name for each in south.localities] == ["South"]


def test_as_a_report_every_locality_stands_with_everybody_and_with_those_of_none(laptop: Laptop) -> None:
    core_team(laptop, "City North", "North")
    many(laptop, "ann", 12, "City North")
    many(laptop, "dan", 6, "A practice")
    plan(laptop, "North", 60)
    told = {
        (each.id, each.group.get("locality")): each for each in commissioning_report(laptop.connection, AUTUMN).figures
    }
    assert {name for name, _ in told} == set(FIGURES)
    begun_by = {of: each.value for (name, of), each in told.items() if name == "people_begun"}
    assert begun_by == {"North": 12, "": 6, None: 18}
    rates = {of: (each.numerator, each.denominator) for (name, of), each in told.items() if name == "discharge_rate"}
    assert rates == {"North": (6, 12), "": (3, 6), None: (9, 18)}
    assert told["people_planned", "North"].value == pytest.approx(60 * 61 / 365.25)
    assert told["people_planned", "North"].beside == ("60 people a year from 01-Jan-2026: board.",)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=4), st.integers(0, 9), st.data())
def test_what_is_hidden_of_a_locality_is_not_what_is_left_of_the_whole(
    begun_in: list[int], elsewhere: int, data: st.DataObject
) -> None:
    """Whoever takes what is shown from the whole learns of no number from 1 to 4."""
    good = [data.draw(st.integers(0, each)) for each in (*begun_in, elsewhere)]
    names = [str(number) for number in range(len(begun_in))] + [""]
    parts = [(name, well, many) for name, well, many in zip(names, good, (*begun_in, elsewhere), strict=True) if many]
    figures = [figure for name, well, many in parts for figure in _pair({"locality": name}, well, many)]
    figures += _pair({}, sum(good), sum(begun_in) + elsewhere)
    shown = hide_small(Report(name="commissioning", asked=AUTUMN, definitions_version="1", figures=tuple(figures)))
    for name in ("people_begun", "discharge_rate"):
        told = {each.group.get("locality"): each for each in shown.figures if each.id == name}
        whole = told.pop(None)
        for count in ("numerator", "denominator"):
            total, counts = getattr(whole, count), [getattr(each, count) for each in told.values()]
            if total is not None:
                assert total - sum(filter(None, counts)) not in range(1, 5)
            assert not [each for each in (total, *counts) if each in range(1, 5)]


def _pair(of: dict[str, str], well: int, many: int) -> list[Figure]:
    rate = Figure(
        id="discharge_rate",
        label="",
        group=of,
        numerator=well,
        denominator=many,
        value=well / many if many else None,
        low=0.0,
        high=1.0,
        unit="people",
        reason="",
        beside=(),
        definition="",
        version="1",
    )
    return [replace(rate, id="people_begun", numerator=many, denominator=None, value=many), rate]


def many(laptop: Laptop, name: str, people: int, referrer: str) -> None:
    """So many people begun in autumn, of whom every other one is discharged to self-care."""
    for number in range(people):
        how = "independent" if number % 2 else "returned_core"
        begun(laptop, f"{name} {number}", ["2026-10-01"], how, "2026-10-05", referrer=referrer)
