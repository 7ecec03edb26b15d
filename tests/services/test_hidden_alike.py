"""Whatever is exported of the same days hides the same parts: reports, the rows about people, the chart of the pack."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from smf_core.figures.commissioning_report import commissioning_report
from smf_core.figures.figure import Split
from smf_core.figures.report import EPISODES, Report, report
from smf_core.figures.rows import HIDDEN, AnyoneLike, blurred, hidden_in_reports
from smf_core.figures.suppression import hide_small
from smf_desktop.services.service.pack import rates_by_skill
from tests.support.figures import AUTUMN, begun
from tests.support.written import Laptop, empty

BY_SKILL = replace(AUTUMN, by=Split.SKILL)
PEOPLE = {
    "insulin": ("independent", "declined", "declined"),
    "wound": ("independent",) * 5 + ("",) * 5,
    "compression": ("independent",) * 6 + ("declined",) * 6,
    "catheter_care": ("independent",) * 8 + ("declined",) * 8,
}
"""How each person's teaching ended. For the medians it would do to hide the wounds with the insulin; for the endings it
would not, as two declined."""


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    with empty().begin() as found:
        laptop = Laptop(found)
        for skill, outcomes in PEOPLE.items():
            for number, outcome in enumerate(outcomes):
                begun(laptop, f"{skill} {number}", ["2026-10-05"], outcome, skill=skill)
        yield found


def skills_hidden(made: Report) -> set[str]:
    told = [each for each in hide_small(made).figures if each.group and each.id in EPISODES]
    assert told
    return {each.group["skill"] for each in told if each.suppressed}


HIDES = {"insulin", "wound", "compression"}


def test_a_report_hides_the_same_told_apart_and_not(connection: Connection) -> None:
    alone = report(connection, "visits-to-discharge", AUTUMN)
    told = [each for each in alone.figures if each.group]
    assert skills_hidden(replace(alone, figures=tuple(told), alongside=())) < HIDES, "nothing is shown by this test"
    assert skills_hidden(alone) == HIDES
    assert skills_hidden(report(connection, "discharge-rates", BY_SKILL)) == HIDES
    assert skills_hidden(report(connection, "visits-to-discharge", BY_SKILL)) == HIDES


def test_the_chart_of_the_pack_hides_the_same(connection: Connection) -> None:
    assert skills_hidden(rates_by_skill(connection, AUTUMN)) == HIDES


def test_rows_about_people_tell_no_skill_that_a_report_hides(connection: Connection) -> None:
    hidden = hidden_in_reports(connection, AUTUMN)
    assert hidden == {"skill": HIDES, "month": {"2026-10"} & hidden["month"]}
    kinds = {
        AnyoneLike("2026-10", "75 to 84", "female", skill, outcome): 20
        for skill in PEOPLE
        for outcome in ("independent", "declined")
    }
    told = blurred(kinds, hidden)
    assert {each.skill: now.skill for each, now in told.items()} == {
        **dict.fromkeys(HIDES, HIDDEN),
        "catheter_care": "catheter_care",
    }
    assert {now.skill for now in blurred(kinds).values()} == set(PEOPLE), "nothing else hides them"


def test_a_whole_that_is_small_is_hidden_with_all_that_it_is_made_of(connection: Connection) -> None:
    """One person more declined than were discharged on their own: of nobody else anything is left."""
    few = replace(AUTUMN, skill="insulin")
    made = (report(connection, "discharge-rates", replace(few, by=by)) for by in (Split.NONE, Split.NURSE, Split.MONTH))
    for each in (*made, commissioning_report(connection, few)):
        rates = [figure for figure in hide_small(each).figures if figure.id.startswith("discharge_rate")]
        assert rates
        assert all(figure.suppressed for figure in rates)
