"""When the next exchange is due."""

from hypothesis import given
from hypothesis import strategies as st

from smf_desktop.sync.timing import EVERY, FIRST, LONGEST_QUIET, MOST, QUIET, Timing


def begun() -> Timing:
    timing = Timing(lambda: 0.0)
    timing.started(0)
    timing.begun()
    timing.ended(0, failed=False)
    return timing


def test_a_save_is_sent_after_a_short_quiet() -> None:
    timing = begun()
    timing.saved(10)
    assert timing.wait(10) == QUIET
    timing.saved(12)
    assert timing.wait(12) == QUIET


def test_somebody_who_saves_all_the_time_is_sent_for_all_the_same() -> None:
    timing = begun()
    for second in range(10, 60):
        timing.saved(second)
    assert timing.due == 10 + LONGEST_QUIET


def test_reg_B45_requests_during_an_exchange_make_exactly_one_more() -> None:
    timing = begun()
    timing.asked(1)
    timing.begun()
    for request in (timing.asked, timing.saved, timing.connected):
        for _ in range(50):
            request(2)
        assert timing.wait(2) is None
        timing.ended(3, failed=False)
        assert timing.wait(3) == 0
        timing.begun()
    timing.ended(4, failed=False)
    assert timing.wait(4) == EVERY


def test_F47_pressed_fifty_times_runs_once() -> None:
    timing = begun()
    for _ in range(50):
        timing.asked(1)
    assert timing.wait(1) == 0
    timing.begun()
    timing.ended(2, failed=False)
    assert timing.wait(2) == EVERY


def test_failures_wait_ever_longer_up_to_five_minutes() -> None:
    timing = begun()
    waits = []
    for _ in range(12):
        timing.begun()
        timing.ended(0, failed=True)
        waits.append(timing.wait(0))
    assert waits[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert waits[-1] == MOST


def test_saving_does_not_ask_a_silent_hub_the_more_often() -> None:
    timing = begun()
    for _ in range(12):
        timing.begun()
        timing.ended(0, failed=True)
    timing.saved(1)
    assert timing.due == MOST


def test_a_connection_that_appears_is_used_at_once() -> None:
    timing = begun()
    for _ in range(12):
        timing.begun()
        timing.ended(0, failed=True)
    timing.connected(7)
    assert timing.wait(7) == 0


def test_F46_a_hub_that_asks_us_to_wait_is_waited_for() -> None:
    timing = begun()
    timing.begun()
    timing.ended(100, failed=True, retry_after=90)
    timing.connected(101)
    assert timing.wait(101) == 89


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=30))
def test_every_wait_is_within_its_bounds(chances: list[float]) -> None:
    rest = iter(chances)
    timing = Timing(lambda: next(rest))
    for at in range(len(chances)):
        timing.begun()
        timing.ended(at, failed=True)
        wait = timing.wait(at)
        assert wait is not None
        step = min(MOST, FIRST * 2**at)
        assert step / 2 <= wait <= step
