"""What a discharge rate is: counted by hand from a few people, on either engine."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from smf_core.figures.definitions import DEFINITIONS, figure
from smf_core.figures.figure import Asked, Figure, NoSuchFigure
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, item, records

__all__ = ["postgres", "records"]

AUTUMN = Asked(date(2026, 10, 1), date(2026, 11, 30))


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


def ask(laptop: Laptop, name: str, asked: Asked = AUTUMN) -> tuple[int, int | None]:
    found = figure(laptop.connection, name, asked)
    return found.numerator, found.denominator


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
    derby = Asked(AUTUMN.since, AUTUMN.until, team="derby")
    assert ask(laptop, "discharge_rate", derby) == (1, 1)
    assert ask(laptop, "caseload_now", derby) == (1, None)
    assert ask(laptop, "caseload_now") == (2, None)
    assert ask(laptop, "caseload_now", Asked(AUTUMN.since, AUTUMN.until, skill="insulin")) == (1, None)
    assert ask(laptop, "discharge_rate", Asked(AUTUMN.since, AUTUMN.until, skill="wound")) == (0, 0)


def test_a_rate_comes_with_its_interval_and_its_words_or_says_why_not(laptop: Laptop) -> None:
    nobody = figure(laptop.connection, "discharge_rate", AUTUMN)
    assert (nobody.value, nobody.low, nobody.high, nobody.n, nobody.reason) == (None, None, None, 0, "no_data")
    for number in range(10):
        taught(laptop, f"p{number}", ("insulin", "independent", "2026-11-10"))
    all_of_them: Figure = figure(laptop.connection, "discharge_rate", AUTUMN)
    assert (all_of_them.value, round(all_of_them.low or 0, 4), all_of_them.high) == (1.0, 0.7225, 1.0)
    assert (all_of_them.n, all_of_them.unit, all_of_them.reason) == (10, "people", "")
    assert all_of_them.definition == DEFINITIONS["discharge_rate"].words
    with pytest.raises(NoSuchFigure):
        figure(laptop.connection, "happiness", AUTUMN)


def test_every_definition_has_an_id_words_and_a_version() -> None:
    assert all(each.id == name and each.words and each.version for name, each in DEFINITIONS.items())
