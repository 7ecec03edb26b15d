"""The hybrid clock keeps rising and never decides what is kept, whatever the laptop's clock does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from smf_core.operations.clock import AHEAD_MAX_MS, COUNTER_MAX, START, Stamp, hear, tick
from smf_core.records.instants import columns, moment
from tests.support.worlds import Replica

YEAR_MS = 365 * 24 * 60 * 60 * 1000
NOW_MS = 1_794_906_300_000
stamps = st.builds(Stamp, st.integers(0, 2**50), st.integers(0, COUNTER_MAX))


@given(stamps, st.lists(st.integers(-YEAR_MS, 2**50), max_size=50))
def test_F49_a_clock_that_steps_back_never_takes_a_stamp_back(last: Stamp, readings: list[int]) -> None:
    for now_ms in readings:
        next_one = tick(last, now_ms)
        assert next_one > last
        assert 0 <= next_one.counter <= COUNTER_MAX
        last = next_one


@pytest.mark.parametrize("wrong_ms", [0, NOW_MS - YEAR_MS, NOW_MS + YEAR_MS, NOW_MS + 10 * YEAR_MS])
def test_F48_a_clock_that_was_wrong_costs_nothing_once_it_is_right_again(wrong_ms: int) -> None:
    stamped = [tick(START, NOW_MS)]
    for now_ms in (wrong_ms, wrong_ms + 5, NOW_MS + 1_000, NOW_MS + 2_000):
        stamped.append(tick(stamped[-1], now_ms))
    assert stamped == sorted(set(stamped))


def test_F51_a_hundred_thousand_saves_in_one_millisecond_still_rise() -> None:
    last = Stamp(NOW_MS, 0)
    for _ in range(100_000):
        next_one = tick(last, NOW_MS)
        assert next_one > last
        last = next_one
    assert last.ms - NOW_MS == 100_000 // (COUNTER_MAX + 1)


def test_F48_a_stamp_of_ten_years_ahead_is_suspect_and_pulls_our_clock_at_most_five_minutes() -> None:
    ours, suspect = hear(Stamp(NOW_MS, 3), Stamp(NOW_MS + 10 * YEAR_MS, 0), NOW_MS)
    assert suspect
    assert ours == Stamp(NOW_MS + AHEAD_MAX_MS, 0)
    assert hear(Stamp(NOW_MS, 3), Stamp(NOW_MS + 1_000, 7), NOW_MS) == (Stamp(NOW_MS + 1_000, 7), False)


@given(stamps, stamps, st.integers(0, 2**50))
def test_hearing_never_takes_our_clock_back(last: Stamp, theirs: Stamp, now_ms: int) -> None:
    assert hear(last, theirs, now_ms)[0] >= last


def test_F50_the_hour_that_comes_twice_keeps_its_order_and_its_offset() -> None:
    summer, winter = timezone(timedelta(hours=1)), timezone(timedelta(0))
    first, second = datetime(2026, 10, 25, 1, 30, tzinfo=summer), datetime(2026, 10, 25, 1, 30, tzinfo=winter)
    early, late = columns("read", first.isoformat()), columns("read", second.isoformat())
    assert early["read_at"] < late["read_at"]
    assert (early["read_offset"], late["read_offset"]) == (60, 0)
    assert moment(early["read_at"], early["read_offset"]).isoformat() == first.isoformat()


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-14 * 60, 14 * 60))
def test_F50_an_instant_comes_back_as_it_was_written(utc: datetime, minutes: int) -> None:
    assume(1 < utc.year < 9999)
    at = utc.astimezone(timezone(timedelta(minutes=minutes)))
    held = columns("read", at)
    back = moment(held["read_at"], held["read_offset"])
    assert (back, back.utcoffset()) == (at, at.utcoffset())


@pytest.mark.parametrize("text", ["2026-11-17T09:05:00", "0001-01-01T00:00:00+14:00", "tomorrow", ""])
def test_F50_text_that_is_no_instant_anywhere_takes_the_place_of_the_other(text: str) -> None:
    assert columns("read", text) == {"read_at": None, "read_offset": None}
    assert columns("read", text, "2026-11-17T09:05:00+01:00") == columns("read", "2026-11-17T09:05:00+01:00")


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2))
def test_instants_sort_as_text_as_they_do_in_time(moments: list[datetime]) -> None:
    assert [columns("at", each)["at_at"] for each in sorted(moments)] == sorted(
        columns("at", each)["at_at"] for each in moments
    )


def test_F52_two_laptops_with_one_stamp_show_the_same_value_first() -> None:
    amina, ben = Replica("a"), Replica("b")
    amina.writes("patient", "p", "phone", {"phone": "01632 960001"})
    ben.writes("patient", "p", "phone", {"phone": "01632 960002"})
    assert amina.stamp == ben.stamp
    amina.hears(ben)
    ben.hears(amina)
    seen = [laptop.record("patient", "p").value("phone") for laptop in (amina, ben)]
    assert seen[0] == seen[1]
    assert seen[0] is not None
    assert seen[0]["phone"] == "01632 960002"
