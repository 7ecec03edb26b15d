"""The time that somebody may work without the hub: how it begins, ends, and is not made longer."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smf_core.policy.rules import Action, NotAllowed, Reason, require
from smf_desktop.presenters.unlock import unlock_rows
from smf_desktop.security.grants import GRACE_MS, Heard, used_time
from smf_desktop.trouble import GrantLapsed, NoLongerHere
from smf_hub.service import managing
from tests.support.houses import PASSWORD
from tests.support.joined import START, Joined, joined, north

__all__ = ["joined", "north"]

WEEK = 7 * 24 * 3600


@pytest.fixture(autouse=True)
def in_the_cellar(joined: Joined) -> None:
    joined.reach.down = True


def test_a_week_without_the_hub_is_a_week_of_work(joined: Joined) -> None:
    joined.clock.passes(WEEK - 60)
    assert joined.unlocks()


def test_reg_F25_after_its_end_a_day_can_be_finished_and_nothing_begun(joined: Joined) -> None:
    joined.clock.passes(WEEK + 60)
    sitting = joined.house.enter(joined.house.unlock("tom", PASSWORD))
    try:
        assert sitting.in_grace
        tom = sitting.session.user
        for act in (Action.OPEN_RECORD, Action.RECORD_VISIT, Action.AMEND_VISIT, Action.RECORD_RED_FLAG):
            require(tom, act)
        for act in (Action.TRIAGE_REFERRAL, Action.BOOK_VISIT, Action.CLOSE_FAVOURABLE, Action.IMPORT_REFERRALS):
            with pytest.raises(NotAllowed) as why:
                require(tom, act)
            assert why.value.reason is Reason.GRANT
    finally:
        sitting.close()


def test_then_it_is_locked_until_the_hub_answers(joined: Joined) -> None:
    joined.clock.passes(WEEK + 24 * 3600 + 60)
    with pytest.raises(GrantLapsed):
        joined.unlocks()
    joined.reach.down = False
    joined.place.world.clock.passes(WEEK + 24 * 3600 + 60)
    assert joined.unlocks()


def test_reg_F24_setting_the_clock_back_gains_nothing(joined: Joined) -> None:
    joined.clock.passes(WEEK + 24 * 3600 + 60)
    with pytest.raises(GrantLapsed):
        joined.unlocks()
    joined.clock.is_set(timedelta(days=-8))
    with pytest.raises(GrantLapsed):
        joined.unlocks()


def test_reg_F48_a_clock_that_was_wrong_by_years_and_put_right_locks_nobody_out(joined: Joined) -> None:
    joined.clock.is_set(timedelta(days=3650))
    with pytest.raises(GrantLapsed):
        joined.unlocks()
    joined.clock.is_set(timedelta(days=-3650))
    assert joined.unlocks()


def test_reg_F24_what_was_written_later_counts_when_the_clock_is_set_back(joined: Joined) -> None:
    joined.clock.passes(WEEK + 60)
    assert not joined.unlocks()  # in its grace; the unlock itself is written down
    joined.clock.is_set(timedelta(days=-3))
    assert not joined.unlocks()


def test_a_user_who_left_gets_no_further_grant(joined: Joined) -> None:
    managing.end_membership(joined.place, "tom")
    joined.clock.passes(WEEK + 24 * 3600 + 60)
    joined.place.world.clock.passes(WEEK + 24 * 3600 + 60)
    joined.reach.down = False
    with pytest.raises(NoLongerHere):
        joined.unlocks()


def test_the_unlock_page_says_by_when_to_connect(joined: Joined) -> None:
    (tom,) = unlock_rows(joined.house.card(), START, "1").people
    assert "Connect by 24-Nov-2026" in tom.under


MS = st.integers(0, 4 * 10**12)


@given(heard=MS, offset=st.integers(-(10**12), 10**12), then=MS, since=st.integers(0, 10**11), now=MS)
def test_the_time_used_never_falls_below_what_is_known(
    heard: int, offset: int, then: int, since: int, now: int
) -> None:
    told = Heard(heard, offset, then, then + since)
    used = used_time(now, told)
    assert used >= heard
    assert used >= heard + since
    assert used >= used_time(0, told)


def test_a_clock_that_was_years_ahead_is_healed_by_the_next_exchange() -> None:
    years = 10 * 365 * 24 * 3600 * 1000
    heard = 1_700_000_000_000
    still_ahead = Heard(heard, -years, heard + years, heard + years)
    assert used_time(heard + years, still_ahead) == heard
    put_right = used_time(heard + GRACE_MS, still_ahead)
    assert put_right == heard + GRACE_MS
