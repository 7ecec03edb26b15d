"""Core visits released: the vector of `clinical.md` 3.5, and what ends self-care days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection

from smf_core.domain.stated import DAYS_A_MONTH, STARTING_VISITS
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked, Split
from smf_core.figures.self_care import usual_core_visits
from tests.support.core_counts import goes_on, had_before, usual
from tests.support.figures import begun, figure, referred
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

MARCH = Asked(since=date(2026, 3, 1), until=date(2026, 3, 31), as_of=date(2026, 3, 31))
LATER = replace(MARCH, as_of=date(2026, 12, 31))


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def released(laptop: Laptop, asked: Asked = MARCH) -> tuple[float, float]:
    """Gross and net."""
    gross, net = (figure(laptop, f"visits_released_{name}", asked).value for name in ("gross", "net"))
    assert gross is not None
    assert net is not None
    return round(gross, 3), round(net, 3)


def taught(laptop: Laptop, person: str, *days: int, of: str = "insulin wound", pathways: tuple[str, ...] = ()) -> None:
    """A visit on each day of February, for all of somebody's pathways named."""
    for day in days:
        at = datetime.combine(date(2026, 2, day), time(9), UTC)
        laptop.signed(f"v {person} {day} {of}", person, at, {each: {} for each in pathways})


def one_with_both_skills(laptop: Laptop) -> None:
    laptop.person("p", "Abernathy", "Doreen", "1951-03-14")
    referred(laptop, "referral of p", "p", "2026-01-10", skills=["insulin", "wound"])
    laptop.episode("i", "p", skill="insulin")
    laptop.episode("w", "p", skill="wound")
    had_before(laptop, "p", "i", "60")
    had_before(laptop, "p", "w", "12", "prescriber_plan")
    laptop.save(item("episode", "w", "treatment_end", on="2026-03-21"), patient="p", at=MORNING)
    taught(laptop, "p", 2, 4, 6, of="both", pathways=("i", "w"))
    taught(laptop, "p", 8, 9, 10, 11, of="insulin", pathways=("i",))
    taught(laptop, "p", 16, 18, of="wound", pathways=("w",))
    for each in ("i", "w"):
        laptop.discharged(each, on="2026-03-01")
    goes_on(laptop, "p", "i", ("2026-03-01", "60"), ("2026-03-06", "30"), ("2026-03-11", "0"))
    goes_on(laptop, "p", "w", ("2026-03-01", "0"))


def test_one_person_with_two_skills_of_whom_each_visit_is_subtracted_once(laptop: Laptop) -> None:
    one_with_both_skills(laptop)
    assert released(laptop) == (67.023, 43.238)
    for name, told in (("gross", {"insulin": 59.138, "wound": 7.885}), ("net", {"insulin": 37.353, "wound": 2.885})):
        found = figures(laptop.connection, f"visits_released_{name}", replace(MARCH, by=Split.SKILL))
        assert {each.group["skill"]: round(each.value or 0, 3) for each in found} == told
    net = figure(laptop, "visits_released_net", MARCH)
    assert (
        net.beside[0] == "Gross 67.0, less 9 visits of ours in 2 closed episodes, less 14.8 core visits that went on."
    )
    assert "Core visits before teaching: 1 counted from the core diary, 1 planned by the prescriber." in net.beside
    assert net.beside[-1].startswith("A visit with two skills is taken off each")
    gross = figure(laptop, "visits_released_gross", MARCH)
    assert gross.denominator == 2
    assert "50 self-care days, 90 days each at most: 40.8 visits a month of self-care." in gross.beside[0]


def test_of_several_numbers_of_one_day_the_last_recorded_counts(laptop: Laptop) -> None:
    """Whatever number it is, and although numbers of later days were recorded before it."""
    one_with_both_skills(laptop)
    before = figure(laptop, "visits_released_net", MARCH).value or 0
    rows = ("2026-03-01", "60"), ("2026-03-06", "30"), ("2026-03-11", "0")
    goes_on(laptop, "p", "i", *rows, ("2026-03-06", "0"), ("2026-03-06", "15"))
    assert before - (figure(laptop, "visits_released_net", MARCH).value or 0) == pytest.approx(-5 * 15 / 30.4375)


def test_thirty_days_of_twice_daily_insulin_after_seven_visits(laptop: Laptop) -> None:
    days = [f"2026-02-{day:02}" for day in range(10, 17)]
    had_before(laptop, "p", begun(laptop, "p", days, "independent", "2026-03-01"), "60")
    gross, net = released(laptop)
    assert (round(gross, 1), round(net, 1)) == (59.1, 52.1)
    beside = figure(laptop, "visits_released_net", MARCH).beside
    assert beside[1].startswith("1 of 1 discharges to self-care say nothing of core visits that went on")


def test_failures_cost_their_visits_and_release_nothing(laptop: Laptop) -> None:
    begun(laptop, "p", ["2026-02-10", "2026-02-11"], "returned_core", "2026-03-01")
    assert figure(laptop, "visits_released_gross", MARCH).reason == "Nobody was discharged to self-care in this period."
    net = figure(laptop, "visits_released_net", MARCH)
    assert (net.value, net.denominator) == (-2, 1)


def test_nothing_closed_is_a_sentence(laptop: Laptop) -> None:
    for name in ("gross", "net"):
        found = figure(laptop, f"visits_released_{name}", MARCH)
        assert found.value is None
        assert found.reason


def self_care_days(laptop: Laptop, asked: Asked = LATER) -> float:
    """Of one person with a core visit a day before teaching."""
    found = figure(laptop, "visits_released_gross", asked)
    assert found.value is not None
    return round(found.value, 6)


def a_day(laptop: Laptop) -> str:
    pathway = begun(laptop, "p", ["2026-02-10"], "independent", "2026-03-01", skill="compression")
    had_before(laptop, "p", pathway, str(DAYS_A_MONTH))
    return pathway


def test_self_care_days_end_at_the_horizon_or_on_the_day_of_the_report(laptop: Laptop) -> None:
    a_day(laptop)
    assert self_care_days(laptop) == 90
    assert self_care_days(laptop, MARCH) == 30
    assert self_care_days(laptop, replace(MARCH, as_of=date(2026, 3, 1))) == 0


@pytest.mark.parametrize("how", ["again", "core", "died", "moved", "treatment"])
def test_self_care_days_end_with(laptop: Laptop, how: str) -> None:
    pathway = a_day(laptop)
    match how:
        case "again":
            referred(laptop, "other skill", "p", "2026-03-05", skills=["wound"])
            referred(laptop, "again", "p", "2026-03-11", skills=["compression"])
        case "core":
            back = {"patient": "p", "received_on": "2026-03-11", "team": "North", "reason": ""}
            laptop.save(item("core_return", "back", "received", **back), patient="p", at=MORNING)
        case "died":
            laptop.save(item("patient", "p", "death", died_on="2026-03-11", told_by="son"), patient="p", at=MORNING)
        case "moved":
            laptop.episode("other", "p", skill="wound")
            laptop.discharged("other", "moved", on="2026-03-11")
        case _:
            laptop.save(item("episode", pathway, "treatment_end", on="2026-03-11"), patient="p", at=MORNING)
    assert self_care_days(laptop) == 10


def test_a_treatment_that_ended_before_the_discharge_releases_nothing(laptop: Laptop) -> None:
    pathway = a_day(laptop)
    laptop.save(item("episode", pathway, "treatment_end", on="2026-02-20"), patient="p", at=MORNING)
    assert self_care_days(laptop) == 0


def test_core_visits_from_before_the_discharge_go_on_until_the_next_row(laptop: Laptop) -> None:
    pathway = a_day(laptop)
    goes_on(laptop, "p", pathway, ("2026-02-01", str(DAYS_A_MONTH)), ("2026-03-11", "0"))
    assert released(laptop, LATER) == (90, 90 - 1 - 10)


def test_without_a_number_of_its_own_an_episode_has_the_service_default(laptop: Laptop) -> None:
    starting = usual_core_visits(laptop.connection)
    assert {skill: each.a_month / DAYS_A_MONTH for skill, each in starting.items()} == pytest.approx(STARTING_VISITS)
    begun(laptop, "p", ["2026-02-10"], "independent", "2026-03-01")
    found = figure(laptop, "visits_released_gross", MARCH)
    assert found.value == pytest.approx(30)
    assert found.beside[1] == "Core visits before teaching: 1 by the service default."
    assert found.beside[2].startswith("Service default for insulin: 30.4 a month (starting value of the application")
    usual(laptop, "insulin", "60", on="2026-01-01")
    usual(laptop, "insulin", "45", on="2026-02-01")
    found = figure(laptop, "visits_released_gross", MARCH)
    assert found.value == pytest.approx(45 / DAYS_A_MONTH * 30)
    assert "Service default for insulin: 45.0 a month (audit, 01-Feb-2026)." in found.beside


def test_a_skill_without_any_default_says_so_and_counts_nothing(laptop: Laptop) -> None:
    begun(laptop, "p", ["2026-02-10"], "independent", "2026-03-01", skill="stoma")
    found = figure(laptop, "visits_released_gross", MARCH)
    assert found.value == 0
    assert "Core visits before teaching: 1 not known, and counted as 0." in found.beside


def test_a_visit_after_the_discharge_of_one_skill_counts_for_the_other_alone(laptop: Laptop) -> None:
    laptop.person("p", "Abernathy", "Doreen", "1951-03-14")
    referred(laptop, "referral of p", "p", "2026-01-10", skills=["insulin", "wound"])
    for name, skill in (("i", "insulin"), ("w", "wound")):
        laptop.episode(name, "p", skill=skill)
        had_before(laptop, "p", name, "0")
    for number in range(3):
        at = datetime.combine(date(2026, 3, 1) + timedelta(days=number), time(9), UTC)
        laptop.signed(f"v{number}", "p", at, {"i": {}, "w": {}})
    laptop.discharged("i", on="2026-03-02")
    laptop.discharged("w", on="2026-03-03")
    assert released(laptop) == (0, -3)
