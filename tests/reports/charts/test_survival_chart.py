"""Visits to discharge as a table and in words; the sums of `clinical.md` 3.3."""

from collections import Counter

import pytest

from smf_core.measures import NoData, kaplan_meier
from smf_desktop.reports.charts.chart import Size, packaged
from smf_desktop.reports.charts.incidence import IncidenceChart, endings
from smf_desktop.reports.charts.pictures import draw
from smf_desktop.reports.charts.survival import SurvivalChart, curve
from tests.support import charts as c

MADE = (3, 5, 5, 6, 7, 7, 9, 10)
DISCHARGED = (True, True, False, False, True, True, False, True)
ENDS = Counter(zip(MADE, DISCHARGED, strict=True))
OUTCOMES = ("F", "F", "X", None, "F", "F", "X", "F")


def test_the_table_is_the_curve() -> None:
    survival = kaplan_meier(MADE, DISCHARGED)
    table = SurvivalChart((curve("insulin", "Insulin", ENDS),)).table()
    assert [column.kind for column in table.columns] == ["text", "count", "count", "count", "share", "share", "share"]
    assert table.rows[0] == ("Insulin", 0, 8, 0, 1.0, None, None)
    assert [row[1] for row in table.rows[1:]] == [3, 5, 7, 10]
    assert [row[4] for row in table.rows[1:]] == [0.875, 0.75, 0.375, 0.0]
    assert [row[5:] for row in table.rows[1:]] == list(zip(survival.low, survival.high, strict=True))


def test_still_taught_are_those_who_had_so_many_visits_or_more() -> None:
    each = curve("insulin", "Insulin", ENDS)
    assert each.still_taught == (8, 8, 8, 8, 7, 7, 5, 4, 2, 2, 1)
    assert (each.people, each.last) == (8, 10)
    at_events = [each.still_taught[visit] for visit in each.survival.times]
    assert at_events == list(each.survival.at_risk)


def test_the_words_say_n_the_median_and_how_many_were_discharged() -> None:
    chart = SurvivalChart((curve("insulin", "Insulin", ENDS),))
    assert chart.summary() == (
        "Visits until discharge to self-care. "
        "Insulin, n = 8: median 7 visits (95% CI 3 with no upper end yet), 5 discharged."
    )


def test_where_everybody_is_still_taught_no_median_is_made_up() -> None:
    chart = SurvivalChart((curve("insulin", "Insulin", {(1, False): 1, (4, False): 1, (6, False): 1}),))
    assert chart.summary().endswith("Insulin, n = 3: median not reached, 0 discharged.")
    assert chart.table().rows == (("Insulin", 0, 3, 0, 1.0, None, None),)
    picture = draw(chart, packaged("light"), Size(440, 220))
    assert "Number still being taught" in c.words(picture)
    assert ", n = 3, median not reached" in c.words(picture)


def test_nobody_at_all_has_no_curve() -> None:
    with pytest.raises(NoData):
        curve("insulin", "Insulin", {})


def test_numbers_still_taught_stand_under_the_visits_they_are_of() -> None:
    picture = draw(SurvivalChart((curve("insulin", "Insulin", ENDS),)), packaged("light"), Size(615, 265))
    shown = {(round(each.get_position()[0]), each.get_text()) for each in c.texts(picture)}
    axis = [each for each in c.texts(picture) if each.get_text() == "4"]
    assert any((round(each.get_position()[0]), "7") in shown for each in axis)


def test_a_mark_is_a_visit_at_which_somebody_was_discharged() -> None:
    marks = draw(c.survival(), packaged("light"), Size(615, 265)).marks
    assert {each.key for each in marks} == {"insulin", "other"}
    first = next(each for each in marks if each.key == "insulin")
    assert first.part == "2"
    assert first.words.startswith("Insulin, visit 2: 1 of 34 discharged, 97% still being taught")


def test_more_than_six_series_are_said_to_be_in_the_table() -> None:
    curves = tuple(curve(str(number), f"Skill {number}", ENDS) for number in range(8))
    assert "2 more in the table" in c.words(draw(SurvivalChart(curves), packaged("light"), Size(900, 500)))
    assert len(SurvivalChart(curves).table().rows) == 8 * 5


def test_endings_compete() -> None:
    found = endings(Counter(zip(MADE, OUTCOMES, strict=True)), {"F": "Independent"})
    chart = IncidenceChart(found, 8, 10)
    assert [row for row in chart.table().rows if row[0] == "Independent"] == [
        ("Independent", 3, 0.125),
        ("Independent", 5, 0.25),
        ("Independent", 7, 0.5625),
        ("Independent", 10, 0.71875),
    ]
    assert chart.summary().startswith("How teaching ended, with endings competing (Aalen-Johansen), n = 8. Independent")


def test_where_nobody_ended_the_words_say_so() -> None:
    chart = IncidenceChart(endings({(2, None): 1, (3, None): 1}, {}), 2, 3)
    assert chart.summary().endswith("n = 2. Everybody is still being taught.")
    draw(chart, packaged("light"), Size(300, 180))
