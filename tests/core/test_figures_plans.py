"""How the database looks for a figure: through the kept counts and their indexes, never through every visit."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from smf_core.figures.definitions import DEFINITIONS, figures
from smf_core.figures.figure import Asked, Split
from smf_core.figures.people import splits_of_people
from smf_core.figures.referrals import acceptance_by_core_team
from smf_core.records.tables import metadata
from smf_desktop.store.engine import scratch
from tests.support.figures import AUTUMN, begun
from tests.support.written import Laptop, empty, statements

OF_TEAM_PAGE = (
    "discharge_rate",
    "discharge_rate_independent",
    "discharge_rate_supported",
    "discharge_rate_episode",
    "discharge_rate_opportunity",
    "discharge_rate_cohort",
    "open_over_twice_expected",
    "care_plan_coverage",
    "visits_to_discharge_median",
    "days_to_discharge",
    "confidence_gain",
    "rereferral_30",
    "sustained_90",
    "caseload_now",
)
ALWAYS_FEW = frozenset({"core_team", "core_return", "open_pathway"})
ASKED = (AUTUMN, replace(AUTUMN, team="derby"), replace(AUTUMN, nurse="amina", skill="insulin", locality="Derby"))


@pytest.fixture(scope="module")
def laptop() -> Iterator[Laptop]:
    engine = empty()
    with engine.connect() as connection:
        laptop = Laptop(connection)
        begun(laptop, "a", ["2026-10-01", "2026-10-02"], "independent", expected_visits=1)
        begun(laptop, "b", ["2026-10-01", "2026-10-02", "2026-10-03"], expected_visits=1)
        yield laptop
    engine.dispose()


@pytest.fixture
def in_store() -> Iterator[Laptop]:
    """Empty, on the SQLite that the store is on: older ones sort what comes in order already."""
    engine = scratch()
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield Laptop(connection)
    engine.dispose()


def plan(laptop: Laptop, name: str, asked: Asked) -> Iterator[str]:
    with statements(laptop.connection) as seen:
        figures(laptop.connection, name, asked)
    for text, values in seen:
        for row in laptop.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values):
            yield str(row.detail)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("name", OF_TEAM_PAGE)
def test_no_figure_of_the_team_page_reads_a_visit_or_every_row(laptop: Laptop, name: str, asked: Asked) -> None:
    splits = [by for by in (Split.NONE, Split.SKILL) if by in DEFINITIONS[name].splits]
    steps = [step for by in splits for step in plan(laptop, name, replace(asked, by=by))]
    assert steps
    for step in steps:
        what = step.split()
        assert not {"visit", "visit_section", "step_rating"} & set(what), step
        if what[0] == "SCAN":
            assert "COVERING INDEX" in step or what[1] in ALWAYS_FEW or what[1].startswith("anon_"), step


def test_visits_due_are_found_by_their_day_and_those_of_a_team_by_their_pathways(laptop: Laptop) -> None:
    assert any("visit_started" in step for step in plan(laptop, "no_access_rate", AUTUMN))
    found = list(plan(laptop, "no_access_rate", replace(AUTUMN, team="derby", since=date(2026, 10, 2))))
    assert any("counted_team" in step for step in found)
    assert not any("visit_section_visit" in step for step in found)


@pytest.mark.parametrize("name", ["rereferral_90", "visits_released_gross"])
def test_who_came_back_or_died_is_found_without_reading_everybody(laptop: Laptop, name: str) -> None:
    found = list(plan(laptop, name, AUTUMN))
    for index in ("referral_patient (patient=? AND received_on>?)", "patient_died (died_on>?)"):
        assert any(index in step for step in found), index


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("discharge_rate_independent", Split.NONE),
        ("discharge_rate_episode", Split.NONE),
        ("discharge_rate_episode", Split.SKILL),
        ("discharge_rate_cohort", Split.NONE),
        ("discharge_rate_cohort", Split.SKILL),
        ("visits_to_discharge_median", Split.NONE),
        ("visits_to_discharge_median", Split.SKILL),
    ],
)
def test_nobody_is_sorted_who_can_be_read_in_order(in_store: Laptop, name: str, by: Split) -> None:
    """SQLCipher locks and wipes the memory of each row it sorts: that takes longer than all the rest."""
    assert [step for step in plan(in_store, name, replace(AUTUMN, by=by)) if "TEMP B-TREE" in step] == []


def test_a_team_is_read_by_itself_and_everybody_in_the_narrowest_order(in_store: Laptop) -> None:
    for asked, index in ((AUTUMN, "counted_skill"), (replace(AUTUMN, team="derby", nurse="amina"), "counted_team")):
        assert any(f"COVERING INDEX {index}" in step for step in plan(in_store, "discharge_rate_episode", asked))


def test_acceptance_is_counted_in_an_index_of_everybody_or_of_the_team(in_store: Laptop) -> None:
    for asked, index in ((AUTUMN, "referral_source"), (replace(AUTUMN, team="derby", skill="wound"), "referral_team")):
        with statements(in_store.connection) as seen:
            acceptance_by_core_team(in_store.connection, asked)
        (text, values), *_ = seen
        (step,) = [row.detail for row in in_store.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
        assert f"COVERING INDEX {index}" in step


def test_who_is_told_apart_is_found_in_indexes_alone(in_store: Laptop) -> None:
    with statements(in_store.connection) as seen:
        splits_of_people(in_store.connection, AUTUMN)
    text, values = seen[0]
    steps = [row.detail for row in in_store.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    assert [step for step in steps if "counted_episode" in step and "COVERING" not in step] == []
