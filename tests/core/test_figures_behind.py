"""The people behind a figure, and what holds them back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection

from smf_core.domain.checklist_pieces import Step, StepGroup
from smf_core.domain.visit import Level
from smf_core.figures.behind import people_behind
from smf_core.figures.figure import NoSuchFigure, NotSplitSo, Split
from smf_core.figures.loads import NurseLoad, Stuck, caseload_by_nurse, stuck_steps
from smf_core.figures.people import FEWER, NO_AREAS, splits_of_people
from smf_core.records.keeping import keep_ready
from smf_core.records.queries.caseload import Pathway
from tests.support.figures import AUTUMN, ask, begun, visited
from tests.support.lines import kept
from tests.support.postgres import postgres
from tests.support.written import MORNING, Laptop, empty, item, records

__all__ = ["postgres", "records"]

DAYS = ["2026-10-01", "2026-10-10", "2026-10-20"]
BEHIND = (
    "discharge_rate",
    "discharge_rate_independent",
    "discharge_rate_supported",
    "discharge_rate_episode",
    "discharge_rate_opportunity",
    "discharge_rate_cohort",
    "visits_to_discharge_median",
    "open_over_twice_expected",
)


@pytest.fixture
def laptop(records: Connection) -> Iterator[Laptop]:
    yield Laptop(records)
    records.rollback()


@pytest.fixture
def listed() -> Iterator[Laptop]:
    """A laptop that keeps lines for its lists."""
    engine = empty()
    with engine.connect() as connection:
        yield Laptop(connection)
    engine.dispose()


def some(laptop: Laptop) -> None:
    begun(laptop, "alone", DAYS, "independent")
    begun(laptop, "helped", DAYS, "independent_support")
    begun(laptop, "neither", DAYS, "returned_core")
    begun(laptop, "died", DAYS, "deceased")
    begun(laptop, "open", DAYS, expected_visits=1)
    pathway = begun(laptop, "two", DAYS[:1], "independent", "2026-10-05")
    laptop.episode("two 1", "two", skill="wound")
    visited(laptop, "two 1", "two", DAYS[1:])
    laptop.discharged("two 1", "declined", "2026-11-01")
    assert pathway == "two 0"


def behind(laptop: Laptop, name: str, part: str = "", by: Split = Split.NONE) -> dict[str, bool]:
    found = people_behind(laptop.connection, name, replace(AUTUMN, by=by), part)
    return {each.episode: each.counted for each in found}


@pytest.mark.parametrize("name", BEHIND)
def test_as_many_people_are_behind_a_figure_as_it_counts(laptop: Laptop, name: str) -> None:
    some(laptop)
    asked = replace(AUTUMN, as_of=date(2027, 3, 1))
    found = people_behind(laptop.connection, name, asked)
    one = "patient" if name in BEHIND[:3] else "episode"
    everybody = {getattr(each, one) for each in found}
    counted = {getattr(each, one) for each in found if each.counted}
    assert (len(counted), len(everybody)) == ask(laptop, name, asked)
    assert len(everybody) >= 1


def test_who_did_and_who_did_not_with_how_it_ended(laptop: Laptop) -> None:
    some(laptop)
    assert behind(laptop, "discharge_rate") == {
        "alone 0": True, "helped 0": True, "neither 0": False, "died 0": False, "two 0": False, "two 1": False
    }  # fmt: skip
    assert behind(laptop, "discharge_rate_episode", "wound", Split.SKILL) == {"two 1": False}
    assert behind(laptop, "discharge_rate_episode", "2026-11", Split.MONTH) == {"two 1": False}
    first = people_behind(laptop.connection, "discharge_rate_episode", AUTUMN)[0]
    assert (first.patient, first.skill, first.outcome, first.visits, first.closed_on) == (
        "two", "wound", "declined", 2, date(2026, 11, 1)
    )  # fmt: skip


def test_people_stand_as_they_did_when_the_figure_was_taken(laptop: Laptop) -> None:
    some(laptop)
    early = replace(AUTUMN, until=date(2026, 10, 15), as_of=date(2026, 10, 15))
    cohort = people_behind(laptop.connection, "visits_to_discharge_median", early)
    assert {(each.episode, each.visits, each.outcome, each.counted) for each in cohort} == {
        ("two 0", 1, "independent", True),
        *((f"{name} 0", 2, None, False) for name in ("alone", "helped", "neither", "died", "open")),
        ("two 1", 1, None, False),
    }
    over = people_behind(laptop.connection, "open_over_twice_expected", early)
    assert {each.episode for each in over if each.counted} == set()
    assert behind(laptop, "open_over_twice_expected") == {"open 0": True}


def test_the_caseload_has_those_nobody_has_seen_and_ends_with_the_records(laptop: Laptop) -> None:
    some(laptop)
    begun(laptop, "unseen", [], skill="wound")
    assert behind(laptop, "caseload_now") == {"open 0": True, "unseen 0": True}
    assert behind(laptop, "caseload_now", "wound", Split.SKILL) == {"unseen 0": True}
    assert behind(laptop, "caseload_now", "amina", Split.NURSE) == {"open 0": True, "unseen 0": True}
    with pytest.raises(NoSuchFigure):
        behind(laptop, "acceptance_rate")
    with pytest.raises(NotSplitSo):
        behind(laptop, "discharge_rate", "insulin", Split.SKILL)
    with pytest.raises(NotSplitSo):
        behind(laptop, "caseload_now", "2026-10", Split.MONTH)


def test_people_are_told_apart_by_language_and_ethnic_category_where_they_are_ten(laptop: Laptop) -> None:
    for number in range(12):
        person = f"p{number}"
        begun(laptop, person, DAYS, "independent" if number else "declined")
        tongue = {"language": "Polish" if number < 2 else " english", "interpreter": False}
        said = item("patient", person, "language", **tongue)
        laptop.save(said, item("patient", person, "ethnic_category", ethnic_category="A"), patient=person, at=MORNING)
    language, ethnic, deprived = splits_of_people(laptop.connection, AUTUMN)
    assert [(each.part, each.numerator, each.denominator, each.value, each.reason) for each in language.parts] == [
        ("english", 10, 10, 1.0, ""),
        ("polish", 1, 2, None, FEWER),
    ]
    assert [(each.part, each.numerator, each.denominator) for each in ethnic.parts] == [("A", 11, 12)]
    assert (deprived.by, deprived.parts, deprived.reason) == ("deprivation", (), NO_AREAS)


def test_people_are_told_apart_by_how_deprived_the_place_is_where_they_live(laptop: Laptop) -> None:
    homes = ["DE22 3ZA"] * 5 + ["de223zb"] * 4 + ["DE22 4AA"] + ["S1 1AA", "", "Derby"]
    for number, postcode in enumerate(homes):
        begun(laptop, f"p{number}", DAYS, "independent" if number else "declined")
        home = item("patient", f"p{number}", "address", address="1 Road", postcode=postcode)
        laptop.save(home, patient=f"p{number}", at=MORNING)
    for code, decile, more in (("DE22", 10, {}), ("DE22 3", 1, {}), ("DE22 3ZB", 2, {}), ("S1", 1, {"gone": True})):
        laptop.save(item("area", code, "listed", code=code, decile=decile, **more), at=MORNING)
    *_, deprived = splits_of_people(laptop.connection, AUTUMN)
    assert [(each.part, each.numerator, each.denominator) for each in deprived.parts] == [
        ("", 3, 3),
        ("1", 8, 9),
        ("5", 1, 1),
    ]
    laptop.save(item("area", "DE22 4", "listed", code="DE22 4", decile=1), at=MORNING)
    *_, deprived = splits_of_people(laptop.connection, AUTUMN)
    assert [(each.part, each.denominator, each.value) for each in deprived.parts] == [("", 3, None), ("1", 10, 0.9)]


def test_of_nobody_there_is_nothing_to_tell_apart(laptop: Laptop) -> None:
    language, *_ = splits_of_people(laptop.connection, AUTUMN)
    assert (language.parts, language.reason) == ((), "Nobody's teaching ended in this period.")


# --- what only a laptop keeps


def plan(laptop: Laptop, name: str, of: str, number: int, since: str, **more: object) -> None:
    said = {"what": "caseload", "of": of, "number": number, "since": since, "source": "Contract", "by": "lea"}
    laptop.save(item("plan", name, "stated", **said, **more), at=MORNING)


def test_each_nurse_has_people_taught_ready_and_over_against_what_was_planned(listed: Laptop) -> None:
    begun(listed, "taught", DAYS)
    begun(listed, "over", DAYS, expected_visits=2)
    begun(listed, "ready", DAYS, expected_visits=2)
    begun(listed, "unseen", [], nurse="bea")
    begun(listed, "gone", DAYS, "independent")
    begun(listed, "both", DAYS)
    listed.episode("both 1", "both", skill="wound", nurse="amina")
    plan(listed, "all", "", 20, "2026-01-01")
    plan(listed, "all since", "", 22, "2026-06-01")
    plan(listed, "later", "", 30, "2027-06-01")
    plan(listed, "bea", "bea", 15, "2026-06-01")
    plan(listed, "taken back", "bea", 5, "2026-07-01", withdrawn=True)
    kept(listed.connection)
    keep_ready(listed.connection, {"ready": ["ready 0"]}, AUTUMN.as_of)
    assert caseload_by_nurse(listed.connection, AUTUMN) == (
        NurseLoad("amina", taught=2, ready=1, over=1, planned=22),
        NurseLoad("bea", taught=1, ready=0, over=0, planned=15),
    )
    assert caseload_by_nurse(listed.connection, replace(AUTUMN, skill="wound")) == (NurseLoad("amina", 1, 0, 0, 22),)
    assert caseload_by_nurse(listed.connection, replace(AUTUMN, team="leeds")) == ()


def test_a_critical_step_holds_back_whoever_does_not_do_it_on_their_own(listed: Laptop) -> None:
    steps = [Step(name, StepGroup.DURING, name != "s3", name, name) for name in ("s1", "s2", "s3")]

    def not_on_own(pathway: Pathway) -> list[Step]:
        levels = pathway.levels.get("patient", {})
        return [step for step in steps if levels.get(step.id) is not Level.INDEPENDENT]

    for person, level in (("a", "assisted"), ("b", "independent")):
        pathway = begun(listed, person, [])
        rated = {"s1": level, "s2": "prompted", "s3": "not_yet"}
        listed.signed(f"visit of {person}", person, datetime(2026, 10, 9, 9, tzinfo=UTC), {pathway: rated})
    begun(listed, "unseen", [])
    begun(listed, "gone", DAYS, "declined")
    kept(listed.connection)
    assert stuck_steps(listed.connection, AUTUMN, not_on_own) == (
        Stuck("insulin", "s2", (("a", "a 0"), ("b", "b 0")), 2),
        Stuck("insulin", "s1", (("a", "a 0"),), 2),
    )
    assert stuck_steps(listed.connection, replace(AUTUMN, skill="wound"), not_on_own) == ()
