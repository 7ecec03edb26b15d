"""Whose record a laptop has no more work with: ended long enough ago, and nothing since."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection

from smf_core.records.queries.scope import out_of_scope
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

TODAY = date(2026, 11, 17)
LONG_AGO, LATELY = "2026-07-14", "2026-07-15"
"""126 and 125 days before."""


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def ended(laptop: Laptop, *, on: str = LONG_AGO) -> None:
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14")
    laptop.referral("referral of doreen", "doreen", on="2026-01-05", status="accepted", decided_on="2026-01-06")
    laptop.episode("insulin", "doreen")
    laptop.discharged("insulin", on=on)


def past(laptop: Laptop) -> frozenset[str]:
    return out_of_scope(laptop.connection, TODAY, 125)


def test_whoever_was_discharged_more_than_125_days_ago_is_out(laptop: Laptop) -> None:
    ended(laptop)
    assert past(laptop) == {"doreen"}
    assert out_of_scope(laptop.connection, TODAY, 3 * 365) == frozenset()


def test_the_last_day_still_counts(laptop: Laptop) -> None:
    ended(laptop, on=LATELY)
    assert past(laptop) == frozenset()


KEEPING: dict[str, Callable[[Laptop], object]] = {
    "taught again": lambda laptop: laptop.episode("insulin 2", "doreen"),
    "referred again": lambda laptop: laptop.referral("again", "doreen", on="2026-11-16"),
    "waiting for information": lambda laptop: laptop.referral("again", "doreen", status="waiting_information"),
    "refused lately": lambda laptop: laptop.referral("again", "doreen", status="rejected", decided_on=LATELY),
    "booked": lambda laptop: laptop.planned("v1", "doreen", datetime(2026, 11, 17, 8, 0, tzinfo=UTC)),
    "died lately": lambda laptop: laptop.save(item("patient", "doreen", "death", died_on=LATELY), at=MORNING),
    "a second pathway ended lately": lambda laptop: (
        laptop.episode("insulin 2", "doreen"),
        laptop.discharged("insulin 2", on=LATELY),
    ),
    "opened again": lambda laptop: laptop.save(
        item("episode", "insulin", "discharge", (laptop.held[-1][0].head.cs_id, 0), outcome=""), at=MORNING
    ),
}


@pytest.mark.parametrize("what", KEEPING)
def test_what_brings_somebody_back(laptop: Laptop, what: str) -> None:
    ended(laptop)
    KEEPING[what](laptop)
    assert past(laptop) == frozenset()


NOT_KEEPING: dict[str, Callable[[Laptop], object]] = {
    "a visit that was missed": lambda laptop: laptop.planned("v1", "doreen", datetime(2026, 11, 16, 8, 0, tzinfo=UTC)),
    "a visit taken back": lambda laptop: laptop.planned(
        "v1", "doreen", datetime(2026, 12, 1, 8, 0, tzinfo=UTC), cancelled=True
    ),
    "a refusal long ago": lambda laptop: laptop.referral("again", "doreen", status="rejected", decided_on=LONG_AGO),
}


@pytest.mark.parametrize("what", NOT_KEEPING)
def test_what_does_not(laptop: Laptop, what: str) -> None:
    ended(laptop)
    NOT_KEEPING[what](laptop)
    assert past(laptop) == {"doreen"}


def test_nothing_known_yet_is_a_beginning(laptop: Laptop) -> None:
    laptop.person("doreen", "Abernathy", "Doreen", "1951-03-14")
    assert past(laptop) == frozenset()
    laptop.save(item("patient", "doreen", "death", died_on=LONG_AGO), at=MORNING)
    assert past(laptop) == {"doreen"}


def test_a_record_merged_into_another_goes_with_it(laptop: Laptop) -> None:
    laptop.person("twin", "Abernathy", "Dorren", "1951-03-14")
    ended(laptop)
    laptop.save(item("patient", "twin", "same_person", kept="doreen", state="merged"), at=MORNING)
    assert past(laptop) == {"doreen", "twin"}
    laptop.referral("again", "twin", on="2026-11-16")
    assert past(laptop) == frozenset()


def seen_while_one(laptop: Laptop) -> None:
    """A visit of somebody discharged long ago taught a pathway of each: of theirs, and of whom they were taken for."""
    ended(laptop)
    laptop.person("twin", "Abernathy", "Dorren", "1951-03-14")
    laptop.referral("referral of twin", "twin", on="2026-01-05", status="accepted", decided_on="2026-01-06")
    laptop.episode("wound", "twin", skill="wound")
    laptop.signed("v1", "doreen", datetime(2026, 2, 2, 9, 0, tzinfo=UTC), {"insulin": {}, "wound": {}})
    laptop.save(item("patient", "twin", "same_person", kept="doreen", state="apart"), at=MORNING)


def test_whose_visit_taught_a_pathway_of_somebody_else_stays_as_long_as_they(laptop: Laptop) -> None:
    seen_while_one(laptop)
    assert past(laptop) == frozenset()
    laptop.discharged("wound", on=LONG_AGO)
    assert past(laptop) == {"doreen", "twin"}


def test_a_visit_of_both_that_was_entered_in_error_keeps_nobody(laptop: Laptop) -> None:
    seen_while_one(laptop)
    laptop.struck("v1")
    assert past(laptop) == {"doreen"}
