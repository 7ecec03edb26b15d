"""When two visits may be one that two nurses have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from smf_core.domain.twice import Made, may_be_one, pair_id, pairs_that_may_be_one

NINE = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
ANN = Made("v1", "doreen", NINE, 45, "ann", frozenset({"insulin"}), signed=True)
BEA = replace(ANN, id="v2", nurse="bea")


@pytest.mark.parametrize(("hours", "asked"), [(-4, False), (-3.9, True), (0, True), (3.9, True), (4, False)])
def test_less_than_the_time_between_two_doses_apart_it_may_be_one(hours: float, asked: bool) -> None:
    later = replace(BEA, at=NINE + timedelta(hours=hours))
    assert may_be_one(ANN, later) is may_be_one(later, ANN) is asked


def test_one_nurse_who_comes_twice_knows_of_it() -> None:
    assert not may_be_one(ANN, replace(BEA, nurse="ann"))


def test_another_skill_is_another_visit() -> None:
    assert not may_be_one(ANN, replace(BEA, episodes=frozenset({"wound"})))
    assert may_be_one(ANN, replace(BEA, episodes=frozenset({"wound", "insulin"})))


@pytest.mark.parametrize(
    ("dose", "hours", "asked"),
    [("08:00", 9, True), ("Breakfast", 1, False), ("08:00", 24, False), ("", 1, True), ("", 9, False)],
)
def test_a_dose_that_both_are_booked_for_decides_before_the_clock(dose: str, hours: float, asked: bool) -> None:
    """The same dose of a day, however far apart; two different doses of it never, however near."""
    booked = replace(ANN, dose="08:00")
    assert may_be_one(booked, replace(BEA, dose=dose, at=NINE + timedelta(hours=hours))) is asked


def test_a_pair_has_the_earlier_first_and_one_name_wherever_it_is_asked() -> None:
    late = replace(BEA, at=NINE + timedelta(hours=1))
    far = replace(BEA, id="v3", at=NINE + timedelta(days=3))
    assert list(pairs_that_may_be_one((far, late, ANN))) == [(ANN, late)]
    assert pair_id("v1", "v2") == pair_id("v2", "v1") != pair_id("v1", "v3")
    assert str(UUID(pair_id("v1", "v2"))) == pair_id("v1", "v2")
