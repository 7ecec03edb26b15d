"""What came for a month after it was closed is counted from the change sets, and never guessed."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import Connection

from smf_core.figures.month_changes import Change, Heard, changes_since, heard_of
from smf_core.figures.months import Kept, compared, month_kept, of_month
from smf_core.records.log import held_record
from tests.support.core_counts import counted
from tests.support.figures import begun, visited
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

OCTOBER, CLOSED_ON = date(2026, 10, 1), date(2026, 11, 3)


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    made = Laptop(records)
    begun(made, "ann", ["2026-10-01", "2026-10-05"], "independent")
    begun(made, "ben", ["2026-10-02", "2026-10-30"])
    yield made
    records.rollback()


@pytest.fixture
def colleague(laptop: Laptop) -> Laptop:
    """Another laptop, whose work comes when its nurse is back in the office."""
    return Laptop(laptop.connection, author="priya", replica="laptop-2")


def closed(laptop: Laptop) -> Heard:
    return heard_of(laptop.connection, OCTOBER, "derby")


def kept(laptop: Laptop) -> Kept:
    return month_kept(laptop.connection, of_month(OCTOBER, "derby", CLOSED_ON))


def since(laptop: Laptop, heard: Heard) -> dict[Change, int]:
    return dict(changes_since(laptop.connection, OCTOBER, "derby", heard))


def amend(laptop: Laptop, visit: str, day: str, minutes: int = 30) -> None:
    signed = held_record(laptop.connection, "visit", visit).value("signed")
    assert signed
    said = {**signed.shown.payload, "started_at": f"{day}T09:00:00+00:00", "minutes": minutes}
    laptop.save(item("visit", visit, "signed", *signed.bases, **said), patient="ben", at=MORNING)


def test_nothing_changed(laptop: Laptop) -> None:
    heard, then = closed(laptop), kept(laptop)
    visited(laptop, "ben 0", "ben", ["2026-11-02"])
    assert (heard.visits, heard.discharges) == (4, 1)
    assert since(laptop, heard) == {}
    rows = compared(then, kept(laptop), since(laptop, heard))
    assert not any(row.why for row in rows)
    assert not any(row.changed for row in rows if row.then and row.then.id != "open_over_twice_expected")


def test_a_visit_of_the_month_that_comes_from_elsewhere_is_late(laptop: Laptop, colleague: Laptop) -> None:
    heard, then = closed(laptop), kept(laptop)
    visited(colleague, "ben 0", "ben", ["2026-10-09", "2026-10-12"])
    assert since(laptop, heard) == {Change.VISITS_LATE: 2}
    (cohort,) = [
        row
        for row in compared(then, kept(laptop), since(laptop, heard))
        if row.now and row.now.id == "no_access_rate" and not row.now.group
    ]
    assert cohort.changed
    assert cohort.why == {Change.VISITS_LATE: 2}


def test_what_this_laptop_signs_late_is_late_too(laptop: Laptop) -> None:
    heard = closed(laptop)
    visited(laptop, "ben 0", "ben", ["2026-10-31"])
    assert since(laptop, heard) == {Change.VISITS_LATE: 1}


def test_what_a_known_laptop_sends_later_is_late(laptop: Laptop, colleague: Laptop) -> None:
    visited(colleague, "ben 0", "ben", ["2026-10-09"])
    heard = closed(laptop)
    assert heard.visits == 5
    visited(colleague, "ben 0", "ben", ["2026-10-12"])
    assert since(laptop, heard) == {Change.VISITS_LATE: 1}


def test_amended_and_struck_visits_are_told_apart_from_late_ones(laptop: Laptop) -> None:
    heard = closed(laptop)
    amend(laptop, "visit ben 0 2026-10-02", "2026-10-02", minutes=55)
    laptop.struck("visit ben 0 2026-10-30")
    assert since(laptop, heard) == {Change.VISITS_AMENDED: 1, Change.VISITS_STRUCK: 1}


def test_a_visit_that_came_late_and_was_struck_changes_nothing(laptop: Laptop, colleague: Laptop) -> None:
    heard = closed(laptop)
    visited(colleague, "ben 0", "ben", ["2026-10-12"])
    colleague.struck("visit ben 0 2026-10-12")
    assert since(laptop, heard) == {}


def test_a_visit_that_was_struck_before_the_closing_is_not_counted_again(laptop: Laptop) -> None:
    laptop.struck("visit ben 0 2026-10-30")
    heard = closed(laptop)
    assert heard.visits == 3
    assert since(laptop, heard) == {}


def test_a_visit_whose_day_is_put_right_later_leaves_the_month(laptop: Laptop) -> None:
    heard = closed(laptop)
    amend(laptop, "visit ben 0 2026-10-30", "2026-11-01")
    assert since(laptop, heard) == {Change.VISITS_OTHERWISE: -1}


def test_discharges_that_came_late_were_changed_or_taken_back(laptop: Laptop, colleague: Laptop) -> None:
    heard = closed(laptop)
    colleague.discharged("ben 0", "shared_core", on="2026-10-30")
    assert since(laptop, heard) == {Change.DISCHARGES_LATE: 1}
    laptop.discharged("ann 0", "independent_support", on="2026-10-05")
    assert since(laptop, heard) == {Change.DISCHARGES_LATE: 1, Change.DISCHARGES_CHANGED: 1}


def test_a_discharge_that_was_taken_back(laptop: Laptop) -> None:
    heard = closed(laptop)
    laptop.save(item("episode", "ann 0", "discharge", reason="Too early"), patient="ann", at=MORNING)
    assert since(laptop, heard) == {Change.DISCHARGES_OTHERWISE: -1}


def test_corrected_counts_of_core_teams_are_why_of_their_figures_alone(laptop: Laptop) -> None:
    counted(laptop, "2026-10", [40])
    heard, then = closed(laptop), kept(laptop)
    counted(laptop, "2026-10", [42])
    changes = since(laptop, heard)
    assert changes == {Change.CORE_COUNTS: 1}
    rows = [row for row in compared(then, kept(laptop), changes) if row.changed]
    assert {row.then.id for row in rows if row.then} == {"core_referrals_per_month"}
    assert all(row.why == {Change.CORE_COUNTS: 1} for row in rows)


def test_visits_of_another_team_are_not_of_this_month(laptop: Laptop) -> None:
    heard = closed(laptop)
    begun(laptop, "cat", ["2026-10-20"], team="nottingham")
    assert since(laptop, heard) == {}


def test_a_visit_at_midnight_is_of_the_month_it_had_where_the_service_is(laptop: Laptop) -> None:
    heard = closed(laptop)
    at = datetime.fromisoformat("2026-10-31T23:50:00-01:00")  # November in London, whatever the laptop's clock said
    taught = {"patient": "ben", "visit": "late", "episode": "ben 0", "learner": "patient", "strategies": []}
    laptop.signed("late", "ben", at, {}, more=(item("section", "late section", "taught", **taught),))
    assert since(laptop, heard) == {}


def test_a_month_in_which_nothing_was_done(laptop: Laptop) -> None:
    before = date(2020, 2, 1)
    heard = heard_of(laptop.connection, before, "derby")
    assert (heard.replicas, heard.visits, heard.discharges) == ({}, 0, 0)
    empty = month_kept(laptop.connection, of_month(before, "derby", CLOSED_ON))
    assert all(each.value is not None or each.reason for each in empty.figures)
