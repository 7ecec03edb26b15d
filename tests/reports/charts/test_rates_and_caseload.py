"""Rates by skill and the caseload by nurse, as tables, in words and drawn."""

from matplotlib.lines import Line2D

from smf_core.figures.figure import Figure
from smf_desktop.reports.charts.caseload import CaseloadChart, Load
from smf_desktop.reports.charts.chart import Size, packaged
from smf_desktop.reports.charts.pictures import draw
from smf_desktop.reports.charts.rates import Rate, RatesChart, rate_of
from tests.support import charts as c


def test_the_table_has_the_counts_and_no_share_of_a_few() -> None:
    rows = c.rates().table().rows
    insulin = c.rate("Insulin", 46, 64)
    assert rows[1] == ("Insulin", 46, 64, 46 / 64, insulin.low, insulin.high, "")
    assert rows[3] == ("Compression", 3, 7, None, None, None, "n under 10")
    assert rows[4] == ("Wound", None, None, None, None, None, "Nobody's teaching ended in this period.")
    assert rows[5][:3] == ("Whole team", 103, 139)


def test_skills_stand_with_the_highest_first_and_their_counts_beside() -> None:
    assert [each.label for each in c.rates().ordered] == [
        "Self-injection",
        "Insulin",
        "Catheter care",
        "Compression",
        "Wound",
    ]
    told = c.words(draw(c.rates(), packaged("light"), Size(440, 220)))
    assert {"88%", "36 of 41", "3 of 7, n under 10", "Nobody's teaching ended in this period."} <= set(told)
    assert "43%" not in told


def test_the_dot_of_a_few_is_hollow() -> None:
    figure = draw(c.rates(), packaged("light"), Size(440, 220)).figure
    dots = [each for each in figure.get_children() if isinstance(each, Line2D) and each.get_marker() == "o"]
    colours = packaged("light").colours
    assert [each.get_markerfacecolor() for each in dots] == [*[colours["c1"]] * 3, colours["surface"]]


def test_the_words_are_the_whole_and_then_its_parts() -> None:
    assert (
        c.rates()
        .summary()
        .startswith("Share discharged to self-care. Whole team: 74%, 103 of 139. Self-injection: 88%, 36 of 41. ")
    )
    assert "Compression: 3 of 7, n under 10." in c.rates().summary()


def test_a_number_kept_back_is_said_and_not_drawn() -> None:
    chart = RatesChart((Rate("wound", "Wound", reason="under 5"), c.rate("Insulin", 46, 64)))
    picture = draw(chart, packaged("light"), Size(440, 220))
    assert "under 5" in c.words(picture)
    assert chart.summary().endswith("Wound: under 5.")


def test_a_figure_told_apart_is_a_row_for_each_part() -> None:
    told = {
        "id": "discharge_rate_episode",
        "label": "",
        "unit": "episodes",
        "beside": (),
        "definition": "",
        "version": "1",
    }
    some = Figure(
        **told, group={"skill": "insulin"}, numerator=46, denominator=64, value=46 / 64, low=0.6, high=0.8, reason=""
    )
    none = Figure(
        **told, group={}, numerator=0, denominator=0, value=None, low=None, high=None, reason="Nobody's teaching ended."
    )
    assert rate_of(some, "Insulin") == Rate("insulin", "Insulin", 46, 64, 0.6, 0.8)
    assert rate_of(none, "Whole team").said == ("", "Nobody's teaching ended.")


def test_everybody_and_nobody_are_ends_of_the_scale() -> None:
    chart = RatesChart((c.rate("All", 10, 10), c.rate("None", 0, 10)))
    assert "All: 100%, 10 of 10. None: 0%, 0 of 10." in chart.summary()
    draw(chart, packaged("light"), Size(300, 180))


def test_nurses_stand_in_the_order_of_their_names_whatever_their_load() -> None:
    rows = c.caseload().table().rows
    assert [row[0] for row in rows] == ["Grace ADEYEMI", "Priya NAIR", "Siân HUGHES", "Tom OKAFOR"]
    assert rows[1] == ("Priya NAIR", 18, 3, 2, 23, 22)
    marks = draw(c.caseload(), packaged("light"), Size(440, 220)).marks
    assert [(each.key, each.part) for each in marks[:3]] == [
        ("Grace ADEYEMI", "taught"),
        ("Grace ADEYEMI", "ready"),
        ("Grace ADEYEMI", "over"),
    ]
    assert marks[1].words == "Grace ADEYEMI: 2 ready"


def test_the_words_are_each_ones_load() -> None:
    assert (
        c.caseload()
        .summary()
        .startswith("Caseload by nurse: 80 people. Grace ADEYEMI 19: 15 taught, 2 ready, 2 over, plan 22. ")
    )


def test_bars_begin_at_zero_and_are_as_long_as_their_counts() -> None:
    marks = draw(c.caseload(), packaged("light"), Size(600, 220)).marks
    taught = {each.key: each for each in marks if each.part == "taught"}
    assert len({each.left for each in taught.values()}) == 1
    assert abs(taught["Priya NAIR"].width / 18 - taught["Tom OKAFOR"].width / 15) < 0.01


def test_plans_that_differ_are_drawn_each_in_its_own_row() -> None:
    chart = CaseloadChart((Load("a", "A", 3, 0, 0, 5), Load("b", "B", 0, 0, 0), Load("c", "C", 2, 1, 0, 4)))
    told = c.words(draw(chart, packaged("light"), Size(440, 220)))
    assert "plan" in told
    assert "plan 5" not in told
    assert [row[5] for row in chart.table().rows] == [5, None, 4]


def test_what_has_no_room_is_said_to_be_in_the_table() -> None:
    chart = CaseloadChart(tuple(Load(str(number), f"Nurse {number:02}", number, 0, 0) for number in range(40)))
    told = c.words(draw(chart, packaged("light"), Size(300, 180)))
    assert any(words.endswith("more in the table") for words in told)
    assert len(chart.table().rows) == 40
