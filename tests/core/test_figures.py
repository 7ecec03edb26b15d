"""What a discharge rate is: counted by hand from a few people, on either engine."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from smf_core.figures.definitions import DEFINITIONS, figures
from smf_core.figures.figure import NoSuchFigure, NotSplitSo, Split
from smf_core.figures.report import REPORTS, report
from tests.support.figures import AUTUMN, ask, parts
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


def taught(laptop: Laptop, person: str, *endings: tuple[str, str, str], seen: bool = True, team: str = "derby") -> None:
    """Somebody with a pathway for each ending (skill, outcome, day); an outcome of "" leaves it open."""
    laptop.person(person, "Abernathy", person, "1951-03-14")
    received = {"patient": person, "team": team, "received_on": "2026-08-01", "source": "gp", "reason": ""}
    laptop.save(item("referral", f"referral of {person}", "received", **received), patient=person, at=MORNING)
    for number, (skill, outcome, day) in enumerate(endings):
        pathway = f"{person} {number}"
        laptop.episode(pathway, person, skill=skill)
        if seen:
            laptop.signed(f"visit {pathway}", person, MORNING - timedelta(days=9), {pathway: {}})
        if outcome:
            laptop.discharged(pathway, outcome, on=day)


def test_people_count_by_the_last_episode_of_every_skill(laptop: Laptop) -> None:
    taught(laptop, "independent", ("insulin", "independent", "2026-11-10"))
    taught(laptop, "supported", ("insulin", "independent_support", "2026-11-10"))
    taught(laptop, "returned", ("insulin", "returned_core", "2026-11-10"))
    taught(laptop, "second time", ("insulin", "returned_core", "2026-10-10"), ("insulin", "independent", "2026-11-10"))
    taught(laptop, "worse", ("insulin", "independent", "2026-10-10"), ("insulin", "returned_core", "2026-11-10"))
    taught(laptop, "both", ("insulin", "independent", "2026-10-10"), ("wound", "independent", "2026-11-10"))
    taught(laptop, "one of two", ("insulin", "independent", "2026-10-10"), ("wound", "declined", "2026-11-10"))
    taught(laptop, "same day", ("insulin", "declined", "2026-11-10"), ("insulin", "independent", "2026-11-10"))
    assert ask(laptop, "discharge_rate") == (4, 8)
    assert ask(laptop, "discharge_rate_episode") == (8, 13)


def test_who_is_not_counted(laptop: Laptop) -> None:
    taught(laptop, "yes", ("insulin", "independent", "2026-10-01"))
    taught(laptop, "last day", ("insulin", "moved", "2026-11-30"))
    taught(laptop, "too early", ("insulin", "independent", "2026-09-30"))
    taught(laptop, "too late", ("insulin", "independent", "2026-12-01"))
    taught(laptop, "in error", ("insulin", "entered_in_error", "2026-11-10"))
    taught(laptop, "never seen", ("insulin", "declined", "2026-11-10"), seen=False)
    taught(laptop, "open", ("insulin", "", ""))
    taught(laptop, "struck", ("insulin", "independent", "2026-11-10"))
    laptop.struck("visit struck 0")
    assert ask(laptop, "discharge_rate") == (1, 2)
    assert ask(laptop, "discharge_rate_episode") == (1, 2)
    assert ask(laptop, "caseload_now") == (1, None)


def test_by_team_and_skill(laptop: Laptop) -> None:
    taught(laptop, "a", ("insulin", "independent", "2026-11-10"), ("wound", "", ""))
    taught(laptop, "b", ("insulin", "declined", "2026-11-10"), ("wound", "", ""), ("insulin", "", ""), team="leeds")
    derby = replace(AUTUMN, team="derby")
    assert ask(laptop, "discharge_rate", derby) == (1, 1)
    assert ask(laptop, "caseload_now", derby) == (1, None)
    assert ask(laptop, "caseload_now") == (2, None)
    assert ask(laptop, "caseload_now", replace(AUTUMN, skill="insulin")) == (1, None)
    assert ask(laptop, "discharge_rate", replace(AUTUMN, skill="wound")) == (0, 0)


def test_who_is_alone_who_is_helped_and_who_still_learns_something_else(laptop: Laptop) -> None:
    taught(laptop, "alone", ("insulin", "independent", "2026-11-10"), ("wound", "independent", "2026-11-11"))
    taught(laptop, "helped", ("insulin", "independent", "2026-11-10"), ("wound", "independent_support", "2026-11-11"))
    taught(laptop, "neither", ("insulin", "independent_support", "2026-11-10"), ("wound", "declined", "2026-11-11"))
    taught(laptop, "learns on", ("insulin", "independent", "2026-11-10"), ("wound", "", ""))
    taught(laptop, "same again", ("insulin", "independent", "2026-11-10"), ("insulin", "", ""))
    taught(laptop, "not done", ("insulin", "declined", "2026-11-10"), ("wound", "", ""))
    assert ask(laptop, "discharge_rate") == (4, 6)
    assert ask(laptop, "discharge_rate_independent") == (3, 6)
    assert ask(laptop, "discharge_rate_supported") == (1, 6)
    (headline,) = figures(laptop.connection, "discharge_rate", AUTUMN)
    assert headline.beside == ("1 of them still taught another skill",)


def test_episodes_are_told_apart_by_skill_nurse_team_and_month(laptop: Laptop) -> None:
    taught(laptop, "a", ("insulin", "independent", "2026-10-31"), ("wound", "deceased", "2026-11-01"))
    taught(laptop, "b", ("insulin", "declined", "2026-11-30"), team="leeds")
    by_skill = {"insulin": (1, 2), "wound": (0, 1)}
    assert parts(laptop, "discharge_rate_episode", Split.SKILL) == by_skill
    assert parts(laptop, "discharge_rate_episode", Split.TEAM) == {"derby": (1, 2), "leeds": (0, 1)}
    assert parts(laptop, "discharge_rate_episode", Split.MONTH) == {"2026-10": (1, 1), "2026-11": (0, 2)}
    assert parts(laptop, "discharge_rate_opportunity", Split.SKILL) == {"insulin": (1, 2), "wound": (0, 0)}
    with pytest.raises(NotSplitSo):
        parts(laptop, "discharge_rate", Split.SKILL)


def test_a_rate_comes_with_its_interval_and_its_words_or_says_why_not(laptop: Laptop) -> None:
    (nobody,) = figures(laptop.connection, "discharge_rate", AUTUMN)
    assert (nobody.value, nobody.low, nobody.high, nobody.denominator) == (None, None, None, 0)
    assert nobody.reason == "Nobody's teaching ended in this period."
    for number in range(10):
        taught(laptop, f"p{number}", ("insulin", "independent", "2026-11-10"))
    (all_of_them,) = figures(laptop.connection, "discharge_rate", AUTUMN)
    assert (all_of_them.value, round(all_of_them.low or 0, 4), all_of_them.high) == (1.0, 0.7225, 1.0)
    assert (all_of_them.denominator, all_of_them.unit, all_of_them.reason) == (10, "people", "")
    assert all_of_them.definition == DEFINITIONS["discharge_rate"].words
    with pytest.raises(NoSuchFigure):
        figures(laptop.connection, "happiness", AUTUMN)


def test_every_definition_has_an_id_words_and_a_version() -> None:
    assert all(each.id == name and each.words and each.version for name, each in DEFINITIONS.items())


def test_a_report_of_nobody_says_each_sentence_once(laptop: Laptop) -> None:
    asked = replace(AUTUMN, since=date(1999, 10, 1), until=date(1999, 10, 31), by=Split.SKILL)
    found = [(each.id, dict(each.group)) for each in report(laptop.connection, "visits-to-discharge", asked).figures]
    assert found == [(name, {}) for name in REPORTS["visits-to-discharge"]]


@pytest.mark.parametrize("year", [1999, 2026, 2031])
def test_a_period_in_which_nothing_was_counted_has_a_sentence_in_place_of_every_rate(laptop: Laptop, year: int) -> None:
    """Before the service, in it, and still to come; of everybody, and of a nurse who left or a skill never taught."""
    taught(laptop, "a", ("insulin", "independent", "2026-06-10"))
    asked = replace(AUTUMN, since=date(year, 10, 1), until=date(year, 11, 30))
    for name, definition in DEFINITIONS.items():
        for of in (asked, replace(asked, nurse="who left"), replace(asked, skill="never taught", locality="Nowhere")):
            for by in definition.splits:
                for each in figures(laptop.connection, name, replace(of, by=by)):
                    assert bool(each.reason) == (each.value is None), name
                    assert each.value is not None or (each.low, each.high) == (None, None), name
                    assert each.denominator or not each.value, name
                    assert all(each.group.values()), f"{name}: nobody is a part of nothing"
