"""By what somebody was at which moment the hub judges what they sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smf_core.operations.change_set import Item
from smf_core.policy.sending import (
    Refusal,
    Standing,
    care_that_counts,
    judged_moment,
    refusal,
)
from tests.support.examples import examples
from tests.support.sending import NORTH, NOTE, PERSON, SOUTH, item


@dataclass(frozen=True)
class Was:
    """Whose member somebody was, from one moment up to another."""

    team: str
    role: str
    since: datetime
    until: datetime = datetime(2100, 1, 1, tzinfo=UTC)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def standing(history: Sequence[Was], moment: int) -> Standing:
    return Standing.of({was.team: was.role for was in history if ms(was.since) <= moment < ms(was.until)})


DAY = datetime(2026, 11, 17, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
BEGAN = DAY - timedelta(days=300)


def judged(
    sent: Item, history: Sequence[Was], team: str, *, care: datetime, written: datetime, sent_at: datetime
) -> Refusal | None:
    moment, _ = judged_moment(care_that_counts([sent], care), ms(written), ms(sent_at))
    return refusal([sent], standing(history, moment), team, True)


MOVED = (Was(NORTH, "nurse", BEGAN, NOON), Was(SOUTH, "nurse", NOON))


def test_F88_nurse_changes_team_at_noon() -> None:
    night = DAY + timedelta(hours=20)
    morning, evening = DAY + timedelta(hours=9), DAY + timedelta(hours=15)
    assert judged(NOTE, MOVED, NORTH, care=morning, written=morning, sent_at=night) is None
    assert judged(NOTE, MOVED, NORTH, care=morning, written=evening, sent_at=night) is None  # written up later
    assert judged(NOTE, MOVED, SOUTH, care=evening, written=evening, sent_at=night) is None
    assert judged(NOTE, MOVED, NORTH, care=evening, written=evening, sent_at=night) is Refusal.OTHER_TEAM
    assert judged(NOTE, MOVED, SOUTH, care=morning, written=morning, sent_at=night) is Refusal.OTHER_TEAM


def test_F88_who_becomes_a_registered_nurse_at_noon_closes_nothing_before() -> None:
    raised = (Was(NORTH, "assistant", BEGAN, NOON), Was(NORTH, "nurse", NOON))
    closes = item("red_flag", "closing")
    before, after = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    assert judged(closes, raised, NORTH, care=before, written=before, sent_at=after) is Refusal.REGISTERED_NURSE
    assert judged(closes, raised, NORTH, care=after, written=after, sent_at=after) is None


@pytest.mark.parametrize("of", [("visit", "signed"), ("call", "made")])
def test_F88_who_came_at_noon_may_amend_what_the_team_wrote_in_the_morning(of: tuple[str, str]) -> None:
    morning, evening = DAY + timedelta(hours=9), DAY + timedelta(hours=15)
    amends = item(*of, changed=True, patient=PERSON, amend_reason="Minutes")
    assert judged(amends, MOVED, SOUTH, care=morning, written=evening, sent_at=evening) is None
    assert judged(amends, MOVED, NORTH, care=morning, written=evening, sent_at=evening) is Refusal.OTHER_TEAM
    assert judged(amends, MOVED, NORTH, care=morning, written=morning, sent_at=evening) is None  # sent later


CARE = [timedelta(), timedelta(minutes=-4), timedelta(days=34), timedelta(days=35)]
NOT_CARE = [timedelta(minutes=-6), timedelta(days=-400), timedelta(days=35, minutes=1), timedelta(days=4000)]


@pytest.mark.parametrize("before", CARE)
def test_the_time_of_care_counts_in_the_35_days_before_it_was_written(before: timedelta) -> None:
    hub = DAY + timedelta(days=3)
    assert judged_moment(DAY - before, ms(DAY), ms(hub)) == (ms(DAY - before), False)


@pytest.mark.parametrize("before", NOT_CARE)
def test_any_other_time_of_care_does_not_and_the_stamp_counts(before: timedelta) -> None:
    hub = DAY + timedelta(days=3)
    moment, suspect = judged_moment(DAY - before, ms(DAY), ms(hub))
    assert moment == ms(DAY)
    assert suspect is (DAY - before > hub + timedelta(minutes=5))


def test_an_old_backdated_operation_is_judged_when_it_was_written() -> None:
    """Who joined last month writes nothing of a year ago, and who left does not write of when they were here."""
    left = (Was(NORTH, "nurse", BEGAN, NOON - timedelta(days=1)),)
    long_ago = NOON - timedelta(days=60)
    assert judged(NOTE, left, NORTH, care=long_ago, written=NOON, sent_at=NOON) is Refusal.NOT_A_MEMBER


@pytest.mark.parametrize(("ahead", "told"), [(0, False), (4, False), (6, True), (60 * 24 * 3650, True)])
def test_B11_a_clock_ahead_is_marked_and_counts_up_to_the_hubs_own_time(ahead: int, told: bool) -> None:
    fast = DAY + timedelta(minutes=ahead)
    assert judged_moment(fast, ms(fast), ms(DAY)) == (ms(DAY), told)
    care = DAY - timedelta(days=2)
    assert judged_moment(care, ms(fast), ms(DAY)) == (ms(care), told)
    assert judged_moment(fast, ms(DAY), ms(DAY)) == (ms(DAY), told)


TEN_YEARS = 10 * 366 * 24 * 60
MINUTES = st.integers(-TEN_YEARS, TEN_YEARS) | st.integers(-60, 60) | st.integers(-50 * 24 * 60, 50 * 24 * 60)


@given(
    skew=MINUTES,
    joined=st.integers(1, 400 * 24 * 60),
    away=st.integers(0, 90 * 24 * 60),
    late=st.integers(0, 40 * 24 * 60),
    zone=st.integers(-14, 14),
)
@settings(max_examples=examples(500))
def test_P11_a_clock_wrong_by_up_to_ten_years_has_nothing_refused(
    skew: int, joined: int, away: int, late: int, zone: int
) -> None:
    """A laptop that last heard the hub `away` minutes ago writes up care of `late` minutes ago, and sends it."""
    began = DAY - timedelta(minutes=joined)
    history = (Was(NORTH, "nurse", began),)
    heard = DAY - timedelta(minutes=min(away, joined))
    shown = DAY + timedelta(minutes=skew)
    care = (shown - timedelta(minutes=late)).astimezone(timezone(timedelta(hours=zone)))
    stamp = max(ms(shown), ms(heard))  # a laptop's stamps never fall behind what it has heard
    moment, suspect = judged_moment(care, stamp, ms(DAY), ms(began))
    assert refusal([NOTE], standing(history, moment), NORTH, True) is None
    assert moment <= ms(DAY)
    assert suspect is (skew > 5)


@given(care=st.datetimes(timezones=st.just(UTC)), stamp=st.integers(0, 2**53), since=st.integers(0, ms(DAY)))
def test_P11_nobody_is_judged_in_the_future_nor_before_they_came(care: datetime, stamp: int, since: int) -> None:
    for counts in (care, None):
        moment, suspect = judged_moment(counts, stamp, ms(DAY), since)
        assert since <= moment <= ms(DAY)
        assert suspect or stamp <= ms(DAY) + 300_000
