"""The XmR chart as a table, in words and drawn: limits from 12 months, gaps as gaps, resets by name."""

from dataclasses import replace

from matplotlib.lines import Line2D

from smf_core.measures import xmr
from smf_desktop.reports.charts.chart import Picture, Size, packaged
from smf_desktop.reports.charts.control import ControlChart, Month, Rebase
from smf_desktop.reports.charts.pictures import draw
from tests.support import charts as c


def drawn(chart: ControlChart) -> Picture:
    return draw(chart, packaged("light"), Size(615, 265))


def lines(picture: Picture) -> list[Line2D]:
    return [each for each in picture.figure.get_children() if isinstance(each, Line2D)]


def dashed(picture: Picture) -> int:
    return sum(each.is_dashed() for each in lines(picture))


def test_the_table_is_the_points() -> None:
    points = xmr((*c.COUNTS, *c.AFTER), improvement=-1, rebase_at=(12,))
    rows = c.control().table().rows
    assert [row[1:6] for row in rows] == [
        (point.value, point.mean, point.lower, point.upper, point.moving_range) for point in points
    ]
    assert [row[0] for row in rows[:2]] == ["Nov-24", "Dec-24"]
    assert [row[0] for row in rows if row[8]] == ["Nov-25"]


def test_marks_are_told_with_their_reason() -> None:
    rows = c.without_reset().table().rows
    assert rows[1][6:8] == ("outside the limits", "concern")
    assert {row[7] for row in rows} == {"", "concern", "improvement"}
    marks = drawn(c.without_reset()).marks
    assert marks[1].words == "Dec-24: 430, concern, outside the limits"
    assert [each.key for each in marks[:2]] == ["2024-11", "2024-12"]


def test_a_mark_has_its_own_shape_as_well_as_its_colour() -> None:
    shapes = {(each.get_marker(), each.get_markerfacecolor()) for each in lines(drawn(c.without_reset()))}
    colours = packaged("light").colours
    assert {("o", colours["text-2"]), ("s", colours["c1"]), ("D", colours["c2"])} <= shapes


def test_twelve_months_have_limits_and_eleven_have_none() -> None:
    twelve, eleven = ControlChart(c.months(c.COUNTS)), ControlChart(c.months(c.COUNTS[:11]))
    assert dashed(drawn(twelve)) >= 2
    assert dashed(drawn(eleven)) == 0
    assert "Fewer than 12 months: no limits yet" in c.words(drawn(eleven))
    assert "median 411" in c.words(drawn(eleven))
    assert all(row[2:5] == (None, None, None) and row[6:8] == ("", "") for row in eleven.table().rows)
    assert eleven.summary() == (
        "Referrals to core teams each month, Nov-24 to Sep-25, 11 months. "
        "Fewer than 12 months: no limits yet; median 411."
    )


def test_a_gap_is_a_gap() -> None:
    values = [None if place in (5, 6) else count for place, count in enumerate((*c.COUNTS, *c.AFTER))]
    chart = ControlChart(c.months(values))
    runs = [each for each in lines(drawn(chart)) if each.get_marker() == "None" and len(each.get_xdata()) > 2]
    assert sorted(len(each.get_xdata()) for each in runs if each.get_linewidth() > 1) == [5, 17]
    assert "2 months not counted" in chart.summary()
    assert [row[1] for row in chart.table().rows[4:8]] == [408.0, None, None, 415.0]
    assert [each.key for each in drawn(chart).marks].count("2025-04") == 0


def test_months_that_are_not_there_are_a_gap_too() -> None:
    every = c.months((*c.COUNTS, *c.AFTER))
    marks = drawn(ControlChart((*every[:5], *every[7:]))).marks
    assert marks[5].left - marks[4].left > 2.5 * (marks[1].left - marks[0].left)


def test_a_reset_stands_with_its_name_and_the_old_mean_goes_on() -> None:
    told = c.words(drawn(c.control()))
    assert {"Service starts, limits reset", "before 412", "mean 367", "limits 342 to 392"} <= set(told)
    assert dashed(drawn(c.control())) == dashed(drawn(replace(c.control(), months=c.control().months[:12]))) * 2 + 1
    assert "Mean 367, limits 342 to 392, before 412; no month differs by more than chance." in c.control().summary()
    assert c.control().summary().endswith("Limits reset from Nov-25: Service starts.")


def test_after_a_reset_a_short_run_has_no_limits_of_its_own() -> None:
    chart = ControlChart(c.months((*c.COUNTS, *c.AFTER[:5]), rebase_at=(12,)), (Rebase("2025-11", "Service starts"),))
    assert {"before 412", "Fewer than 12 months: no limits yet"} <= set(c.words(drawn(chart)))


def test_without_any_month_counted_a_sentence_says_so() -> None:
    chart = ControlChart((Month("2026-10", None), Month("2026-11", None)))
    assert chart.summary() == "No month has been counted in this period."
    assert [row[:2] for row in chart.table().rows] == [("Oct-26", None), ("Nov-26", None)]


def test_shares_are_told_as_percentages_and_never_under_nothing() -> None:
    values = [0.02, 0.05, 0.01, 0.08, 0.0, 0.03, 0.06, 0.02, 0.07, 0.01, 0.04, 0.09]
    chart = ControlChart(c.months(values, improvement=1), what="Discharge rate by month", kind="share")
    assert "limits 0% to" in chart.summary()
    assert all(not words.startswith("-") for words in c.words(drawn(chart)))


def test_months_in_which_nothing_happened_are_zero() -> None:
    chart = ControlChart(c.months([0] * 12))
    assert "Mean 0, limits 0 to 0" in chart.summary()
    drawn(chart)
