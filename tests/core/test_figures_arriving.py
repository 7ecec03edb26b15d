"""Who is taken on, and which visits find nobody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations_with_replacement

import pytest
from sqlalchemy import Connection

from smf_core.figures import referrals, visits
from smf_core.figures.caseload import NO_CARE_PLANS
from smf_core.figures.figure import Asked, Split
from smf_core.figures.referrals import acceptance_by_core_team
from tests.support.figures import AUTUMN, ask, begun, figure, parts, referred, visited
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

JULY = Asked(since=date(2026, 7, 1), until=date(2026, 7, 31), as_of=date(2026, 7, 31))


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def core_team(laptop: Laptop, name: str, locality: str) -> None:
    said = {"name": name, "phone": "", "address": "", "locality": locality}
    laptop.save(item("core_team", name, "listed", **said), at=MORNING)


# --- referrals


def test_acceptance_leaves_out_what_nobody_has_triaged(laptop: Laptop) -> None:
    for name, status in (("a", "accepted"), ("b", "accepted"), ("c", "rejected"), ("d", "waiting_information")):
        referred(laptop, name, "p", "2026-10-01", status)
    referred(laptop, "e", "p", "2026-11-30")
    referred(laptop, "f", "p", "2026-09-30", "accepted")
    found = figure(laptop, "acceptance_rate")
    assert (found.numerator, found.denominator, found.value) == (2, 4, 0.5)
    assert found.beside == ("1 received and not yet triaged are left out",)


def test_acceptance_of_nothing_says_why(laptop: Laptop) -> None:
    assert figure(laptop, "acceptance_rate").reason == referrals.NOBODY
    referred(laptop, "a", "p", "2026-10-01")
    found = figure(laptop, "acceptance_rate")
    assert (found.value, found.numerator, found.denominator) == (None, 0, 0)
    assert found.reason == referrals.NOT_TRIAGED
    assert figure(laptop, "acceptance_rate", replace(AUTUMN, nurse="amina")).reason == referrals.NO_NURSE


def test_acceptance_by_team_month_skill_and_core_team(laptop: Laptop) -> None:
    core_team(laptop, "North core", "Derby")
    referred(laptop, "a", "p", "2026-10-01", "accepted", skills=["insulin", "wound"], source="core_team",
             referrer="North core ")  # fmt: skip
    referred(laptop, "b", "p", "2026-11-01", "rejected", team="leeds", source="core_team", referrer="North core")
    referred(laptop, "c", "p", "2026-11-02", "accepted", skills=["wound"])
    assert parts(laptop, "acceptance_rate", Split.TEAM) == {"derby": (2, 2), "leeds": (0, 1)}
    assert parts(laptop, "acceptance_rate", Split.MONTH) == {"2026-10": (1, 1), "2026-11": (1, 2)}
    assert parts(laptop, "acceptance_rate", Split.SKILL) == {"insulin": (1, 2), "wound": (2, 2)}
    assert ask(laptop, "acceptance_rate", replace(AUTUMN, skill="insulin")) == (1, 2)
    assert ask(laptop, "acceptance_rate", replace(AUTUMN, team="leeds")) == (0, 1)
    assert ask(laptop, "acceptance_rate", replace(AUTUMN, locality="Derby")) == (1, 2)
    by_team = acceptance_by_core_team(laptop.connection, AUTUMN)
    assert [(each.part, each.numerator, each.denominator) for each in by_team] == [("North core", 1, 2)]


# --- visits


def due(laptop: Laptop) -> str:
    """Two visits done, and one of every kind that did not go ahead."""
    pathway = begun(laptop, "p", ["2026-07-02", "2026-07-03"], team="derby", skill="insulin")
    for name, reason in (
        ("v1", "no_access"),
        ("v2", "patient_cancelled"),
        ("v3", "team_cancelled"),
        ("v4", "hospital"),
    ):
        at = datetime(2026, 7, 6, 9, tzinfo=UTC)
        laptop.planned(name, "p", at, pathway)
        laptop.missed(name, "p", at, reason)
    return pathway


def test_no_access_is_of_the_visits_that_were_due(laptop: Laptop) -> None:
    pathway = due(laptop)
    laptop.planned("told before", "p", datetime(2026, 7, 8, 9, tzinfo=UTC), pathway)
    laptop.missed("told before", "p", datetime(2026, 7, 7, 9, tzinfo=UTC), "patient_cancelled")
    laptop.planned("to come", "p", datetime(2026, 7, 20, 9, tzinfo=UTC), pathway)
    laptop.missed("wrong person", "p", datetime(2026, 7, 20, 9, tzinfo=UTC), "no_access")
    laptop.struck("wrong person")
    found = figure(laptop, "no_access_rate", JULY)
    assert (found.numerator, found.denominator, found.value, found.unit) == (1, 4, 0.25, "visits")
    assert found.beside == (
        "1 cancelled by the team, not among those due",
        "1 cancelled by the person before the day, not among those due",
        "1 not made as the person was in hospital, not among those due",
    )


def test_a_day_is_a_day_in_london(laptop: Laptop) -> None:
    begun(laptop, "p", [])
    for name, at in (
        ("june", datetime(2026, 6, 30, 22, 59, tzinfo=UTC)),
        ("july", datetime(2026, 6, 30, 23, 0, tzinfo=UTC)),
        ("still july", datetime(2026, 7, 31, 22, 59, tzinfo=UTC)),
        ("august", datetime(2026, 7, 31, 23, 0, tzinfo=UTC)),
    ):
        laptop.missed(name, "p", at, "no_access")
    assert ask(laptop, "no_access_rate", JULY) == (2, 2)
    summer = replace(JULY, since=date(2026, 6, 30), until=date(2026, 8, 15))
    assert parts(laptop, "no_access_rate", Split.MONTH, summer) == {
        "2026-06": (1, 1),
        "2026-07": (2, 2),
        "2026-08": (1, 1),
    }


def test_no_access_by_whose_visit_it_was_and_what_it_was_for(laptop: Laptop) -> None:
    pathway = due(laptop)
    laptop.episode("wound of p", "p", skill="wound")
    laptop.signed("both", "p", datetime(2026, 7, 9, 9, tzinfo=UTC), {pathway: {}, "wound of p": {}}, author="bea")
    laptop.missed("nobody knows what for", "p", datetime(2026, 7, 10, 9, tzinfo=UTC), "no_access")
    assert ask(laptop, "no_access_rate", JULY) == (2, 6)
    assert parts(laptop, "no_access_rate", Split.SKILL, JULY) == {"insulin": (2, 6), "wound": (1, 2)}
    assert parts(laptop, "no_access_rate", Split.TEAM, JULY) == {"derby": (2, 6)}
    assert parts(laptop, "no_access_rate", Split.NURSE, JULY) == {"": (1, 1), "amina": (1, 4), "bea": (0, 1)}
    assert ask(laptop, "no_access_rate", replace(JULY, skill="wound")) == (1, 2)
    assert ask(laptop, "no_access_rate", replace(JULY, nurse="bea")) == (0, 1)
    assert ask(laptop, "no_access_rate", replace(JULY, team="leeds")) == (0, 0)


def test_visits_of_a_team_are_the_same_however_the_days_cut_a_pathway(laptop: Laptop) -> None:
    """Kept counts say how many visits a pathway had on the whole; of one that is cut each visit is looked at."""
    closed = begun(laptop, "p", ["2026-07-02", "2026-07-04"], "independent", "2026-07-04")
    visited(laptop, closed, "p", ["2026-07-06"])  # written after it was closed, and not among its kept visits
    learns = begun(laptop, "q", ["2026-07-03"])
    laptop.episode("wound of q", "q", skill="wound")
    both = datetime(2026, 7, 5, 9, tzinfo=UTC)
    laptop.signed("both", "q", both, {learns: {}, "wound of q": {}})
    begun(laptop, "carer too", ["2026-07-04"], skill="wound")
    more = {"patient": "carer too", "visit": "visit carer too 0 2026-07-04", "episode": "carer too 0"}
    more |= {"learner": "carer", "notes": "", "confidence": None, "strategies": []}
    laptop.save(item("section", "of the carer", "taught", **more), patient="carer too", at=MORNING)
    begun(laptop, "elsewhere", ["2026-07-04"], team="leeds")
    begun(laptop, "r", ["2026-07-02", "2026-07-07"])
    made = {"insulin": (2, 4, 6, 3, 5, 2, 7), "wound": (5, 4)}
    for since, until in combinations_with_replacement(range(1, 9), 2):
        days = replace(JULY, since=date(2026, 7, since), until=date(2026, 7, until), team="derby")
        expected = {skill: sum(since <= day <= until for day in each) for skill, each in made.items()}
        many = sum(since <= day <= until for day in (2, 4, 6, 3, 5, 4, 2, 7))
        assert ask(laptop, "no_access_rate", days) == (0, many)
        assert ask(laptop, "no_access_rate", replace(days, skill="wound")) == (0, expected["wound"])
        by_skill = {skill: (0, each) for skill, each in expected.items() if each}
        if many:
            assert parts(laptop, "no_access_rate", Split.SKILL, days) == by_skill


def test_no_visit_due_is_said_and_not_a_rate(laptop: Laptop) -> None:
    found = figure(laptop, "no_access_rate", JULY)
    assert (found.value, found.low, found.denominator, found.reason) == (None, None, 0, visits.NOBODY)


# --- care plans


def test_care_plans_cannot_be_recorded_yet_and_those_who_should_have_one_are_counted(laptop: Laptop) -> None:
    for person, decided, closed in (
        ("long", "2026-11-15", ""),
        ("new", "2026-11-16", ""),
        ("gone", "2026-10-01", "2026-11-29"),
        ("gone since", "2026-10-01", "2026-12-01"),
    ):
        laptop.person(person, "Abernathy", person, "1951-03-14")
        referred(laptop, f"referral of {person}", person, "2026-10-01", "accepted", decided=decided)
        laptop.episode(f"{person} 0", person)
        if closed:
            laptop.discharged(f"{person} 0", on=closed)
    found = figure(laptop, "care_plan_coverage")
    assert (found.value, found.numerator, found.denominator) == (None, None, 2)
    assert found.reason == NO_CARE_PLANS
    assert parts(laptop, "care_plan_coverage", Split.NURSE) == {"amina": (None, 2)}
