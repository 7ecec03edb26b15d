"""When an unattended laptop locks itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_desktop.security.lock import IdleLock
from smf_desktop.trouble import IdleMinutesOutOfRange

MINUTE = 60.0


def test_five_idle_minutes_lock_and_not_a_second_less() -> None:
    lock = IdleLock().active(100.0)
    assert not lock.is_due(100 + 5 * MINUTE - 1)
    assert lock.is_due(100 + 5 * MINUTE)


def test_an_open_visit_gives_ten_minutes_and_closing_it_five_again() -> None:
    lock = IdleLock().visit(0.0, is_open=True)
    assert lock.locks_at == 10 * MINUTE
    assert lock.visit(7 * MINUTE, is_open=False).locks_at == 12 * MINUTE


@pytest.mark.parametrize(("minutes", "while_open"), [(5, 10), (8, 10), (12, 15), (15, 15)])
def test_a_visit_never_shortens_what_the_service_chose(minutes: int, while_open: int) -> None:
    chosen = IdleLock(minutes).visit(0.0, is_open=True).locks_at
    assert chosen == max(10, minutes) * MINUTE
    assert chosen <= while_open * MINUTE


@pytest.mark.parametrize("minutes", [0, 4, 16, -5])
def test_the_service_chooses_from_5_to_15_minutes(minutes: int) -> None:
    with pytest.raises(IdleMinutesOutOfRange):
        IdleLock(minutes)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(5, 15))
def test_the_laptop_locks_exactly_that_long_after_the_last_touch_however_the_news_arrives(
    touches: list[float], minutes: int
) -> None:
    lock = IdleLock(minutes)
    for at in touches:
        lock = lock.active(at)
    assert lock.locks_at == max(touches) + minutes * MINUTE
