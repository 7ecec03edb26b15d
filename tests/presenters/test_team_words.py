"""What the team page says of its figures: never a percentage without its counts, never a figure without a reason."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from smf_core.figures.core_chart import ChartMonth, ChartRebase, CoreReferralChart
from smf_core.measures import xmr
from smf_core.operations.protocol import LaptopNote
from smf_desktop.presenters.team.verdict import verdict
from smf_desktop.presenters.team.words import cell_words, laptops_words, period, periods, signed_percent

NOW = datetime(2026, 11, 17, 10, 0, tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("change", "words"), [(-0.1, "−10.0%"), (0.0214, "+2.1%"), (0.0, "0.0%"), (-0.0001, "0.0%"), (1.5, "+150.0%")]
)
def test_a_change_has_its_sign_unless_it_is_none(change: float, words: str) -> None:
    assert signed_percent(change) == words


def test_a_cell_of_a_table_says_nothing_where_nothing_is_known() -> None:
    assert [cell_words(kind, value) for kind, value in (("share", 0.742), ("count", 1234), ("number", 391.08))] == [
        "74%",
        "1,234",
        "391.1",
    ]
    assert (cell_words("share", None), cell_words("text", "Insulin")) == ("", "Insulin")


def test_periods_are_whole_months_before_this_one_and_this_one_so_far() -> None:
    days = {key: span for key, _, span in periods(date(2026, 11, 17))}
    assert days["months:12"] == (date(2025, 11, 1), date(2026, 10, 31))
    assert days["months:3"] == (date(2026, 8, 1), date(2026, 10, 31))
    assert days["last"] == (date(2026, 10, 1), date(2026, 10, 31))
    assert days["this"] == (date(2026, 11, 1), date(2026, 11, 17))
    assert period(*days["months:12"]) == "01-Nov-2025 to 31-Oct-2026"
    assert periods(date(2026, 1, 3))[0][2] == (date(2025, 1, 1), date(2025, 12, 31))


def chart(before: list[int], after: list[int]) -> CoreReferralChart:
    values = [*before, *after]
    points = xmr(values, improvement=-1, rebase_at=(len(before),) if after else ())
    places = range(2024 * 12 + 10, 2024 * 12 + 10 + len(values))
    names = [f"{place // 12}-{place % 12 + 1:02}" for place in places]
    months = tuple(ChartMonth(name, value, point) for name, value, point in zip(names, values, points, strict=True))
    if not after:
        return CoreReferralChart(months=months)
    reset = ChartRebase("r", names[len(before)], "Service starts", "", "Siân", NOW.date(), applied=True)
    return CoreReferralChart(months=months, rebases=(reset,))


LEVEL = [404, 430, 398, 420, 408, 388, 426, 415, 402, 420, 411, 418]


def test_after_a_reset_a_run_under_the_old_mean_is_the_improvement() -> None:
    found = verdict(chart(LEVEL, [each - 45 for each in LEVEL]))
    assert (found.words, found.note) == ("Improvement", "12 of 12 below old mean")
    assert verdict(chart(LEVEL, [each + 45 for each in LEVEL])).words == "Concern"


def test_without_a_run_or_a_mark_nothing_is_more_than_chance() -> None:
    assert verdict(chart(LEVEL, [])).words == "No change beyond chance"
    assert verdict(chart(LEVEL, LEVEL)).words == "No change beyond chance"


def test_fewer_than_twelve_months_have_no_verdict() -> None:
    assert verdict(chart(LEVEL[:6], [])).words == ""
    assert verdict(CoreReferralChart(months=())).words == ""


def test_laptops_that_have_not_synced_are_named() -> None:
    fresh = LaptopNote(device="a", name="SMF-LT-014", users=(), last_seen=NOW.isoformat(), unsent=0, drafts=0)
    old = replace(fresh, name="SMF-LT-021", last_seen="2026-11-12T09:00:00+00:00")
    never = replace(fresh, name="SMF-LT-030", last_seen=None)
    assert laptops_words([fresh, replace(old, revoked=True)], NOW) == ""
    assert laptops_words([fresh, old, never], NOW) == (
        "SMF-LT-021 was last at the hub 12-Nov-2026 09:00: what was done on it since is not in these figures. "
        "SMF-LT-030 was never at the hub: what was done on it since is not in these figures."
    )
