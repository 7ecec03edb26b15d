"""Rows are written as they are given, and where some stood already only what differs is written."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import URL, Connection, select
from sqlalchemy.dialects.postgresql import dialect

from smf_core.records import tables as t
from smf_core.records.projections import PROJECTIONS
from smf_core.records.queries.batches import among, rows_in
from smf_core.records.rows import insert_rows, replace_rows, statement
from smf_core.records.tables.columns import DayNumber
from tests.support.kept_open import kept_open
from tests.support.postgres import on_postgresql, postgres
from tests.support.written import empty

__all__ = ["postgres"]

SECTION, OTHER = "section-1", "section-2"


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Connection]:
    engine = empty()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="module")
def postgresql(request: pytest.FixtureRequest, postgres: URL) -> Iterator[Connection]:
    with kept_open(request.config, on_postgresql, postgres).connect() as connection:
        yield connection


@pytest.fixture
def connection(sqlite: Connection) -> Iterator[Connection]:
    """Of SQLite; what is written is taken back."""
    with sqlite.begin() as transaction:
        yield sqlite
        transaction.rollback()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Of either engine; what is written is taken back."""
    held: Connection = request.getfixturevalue(request.param)
    with held.begin() as transaction:
        yield held
        transaction.rollback()


def rating(step: str, level: str, note: str = "", section: str = SECTION) -> dict[str, Any]:
    return {
        "section": section,
        "step": step,
        "level": level,
        "note": note,
        "reason": "",
        "amended": bool(note),
        "settled": True,
    }


def ratings(connection: Connection) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in connection.execute(select(t.step_rating))}


def as_rows(given: Mapping[str, dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {tuple(row.values()) for row in given.values()}


some_ratings = st.dictionaries(
    st.sampled_from(["s1", "s2", "s3", "s4"]),
    st.tuples(st.sampled_from(["independent", "prompted"]), st.sampled_from(["", "Shaky", "Left hand"])),
).map(lambda found: {step: rating(step, *said) for step, said in found.items()})


@given(some_ratings, some_ratings)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_put_in_the_place_of_others_are_all_there_is_of_the_record(
    either: Connection, before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> None:
    elsewhere = rating("s1", "independent", section=OTHER)
    with either.begin_nested() as example:
        insert_rows(either, t.step_rating, [elsewhere, *before.values()])
        told = replace_rows(either, t.step_rating, "section", SECTION, list(after.values()))
        assert ratings(either) == as_rows(after) | {tuple(elsewhere.values())}
        assert {tuple(row.values()) for row in told} == as_rows(before) ^ as_rows(after)
        example.rollback()


def test_what_stands_already_costs_no_statement_and_a_change_names_its_columns_alone(connection: Connection) -> None:
    standing = [rating("s1", "independent"), rating("s2", "prompted")]
    insert_rows(connection, t.step_rating, standing)
    ran: list[str] = []
    connection.connection.driver_connection.set_trace_callback(ran.append)
    replace_rows(connection, t.step_rating, "section", SECTION, standing)
    replace_rows(connection, t.step_rating, "section", SECTION, [standing[0], rating("s2", "independent")])
    connection.connection.driver_connection.set_trace_callback(None)
    written = [each for each in ran if not each.startswith("SELECT")]
    assert len(written) == 1
    assert written[0].startswith("UPDATE step_rating SET level='independent' WHERE")


def test_a_row_reads_back_as_it_was_given_with_what_is_empty(connection: Connection) -> None:
    first = {"id": "t1", "name": "Bank", "phone": "", "address": None, "locality": "", "ended": False}
    second = {"id": "t2", "name": "Mill", "phone": "01632 960001", "address": None, "locality": "", "ended": True}
    nameless = {"id": "", "owner": "n1", "page": "caseload", "name": "", "content": "{}", "place": 0, "deleted": False}
    for table, rows in ((t.core_team, [first | {"address": ""}, second | {"address": ""}]), (t.saved_view, [nameless])):
        insert_rows(connection, table, rows)
        assert [dict(row._mapping) for row in connection.execute(select(table).order_by(table.c.id))] == rows
    text, values = statement(t.core_team, [first, second])
    assert values == [("t1", "Bank", "", 0), ("t2", "Mill", "01632 960001", 1)]
    assert "VALUES (?, ?, ?, NULL, '', ?)" in text


def test_every_type_of_column_reads_back_the_same_and_can_be_changed(either: Connection) -> None:
    away = {"id": "a1", "nurse": "n1", "from": date(2026, 11, 17), "until": date(2026, 11, 20), "cancelled": False}
    first = away | {"reason": "leave", "covered_by": None}
    then = first | {"until": date(9999, 12, 31), "reason": "100 % off \U0001f600", "cancelled": True}
    insert_rows(either, t.absence, [first])
    assert replace_rows(either, t.absence, "id", "a1", [first]) == []
    assert replace_rows(either, t.absence, "id", "a1", [then]) != []
    assert replace_rows(either, t.absence, "id", "a1", [then]) == []
    assert [dict(row._mapping) for row in either.execute(select(t.absence))] == [then]


def test_what_the_hub_cannot_hold_in_a_column_it_holds_as_near_as_may_be(either: Connection) -> None:
    many, long = 2**62, "x" * 500
    visit = {column.name: None for column in t.visit.columns if column.nullable}
    visit |= {column.name: "" for column in t.visit.columns if not column.nullable}
    visit |= {"id": "v1", "patient": "p1", "cancelled": False, "amended": False, "planned_minutes": many}
    insert_rows(either, t.visit, [visit | {"status": long, "planned_focus": "a\0b"}])
    found = either.execute(select(t.visit.c.planned_minutes, t.visit.c.status, t.visit.c.planned_focus)).one()
    assert tuple(found)[:2] == (many, long)
    assert found.planned_focus in ("a\0b", "a\ufffdb")


def test_text_is_sorted_and_compared_the_same_on_both(either: Connection) -> None:
    names = ["abernathy", "Zed", "a-b", "ab", "Äbel", "", "a b", "2026-11-17T09:05:00Z", "2026-11-17"]
    rows = [{"id": f"t{place}", "name": name} for place, name in enumerate(names)]
    insert_rows(either, t.team, rows)
    assert list(either.scalars(select(t.team.c.name).order_by(t.team.c.name))) == sorted(names)
    assert set(either.scalars(select(t.team.c.name).where(t.team.c.name >= "a"))) == {n for n in names if n >= "a"}


def test_many_ids_are_asked_for_at_once(either: Connection) -> None:
    insert_rows(either, t.team, [{"id": f"t{place}", "name": ""} for place in range(1_200)])
    asked = among(select(t.team.c.id), t.team.c.id)
    assert {row.id for row in rows_in(either, asked, (f"t{place}" for place in range(600, 1_300)))} == {
        f"t{place}" for place in range(600, 1_200)
    }


def test_dates_stand_as_text_and_a_column_nobody_knows_is_refused(connection: Connection) -> None:
    away = {"id": "a1", "nurse": "n1", "from": date(2026, 11, 17), "until": date(2026, 11, 20), "reason": "leave"}
    insert_rows(connection, t.absence, [away | {"cancelled": False}])
    assert connection.exec_driver_sql('SELECT "from", until FROM absence').all() == [("2026-11-17", "2026-11-20")]
    with pytest.raises(KeyError, match="colour"):
        insert_rows(connection, t.absence, [away | {"colour": "red"}])


def test_on_postgresql_text_of_any_length_sorts_by_characters_whatever_the_server_prefers() -> None:
    for table in t.metadata.sorted_tables:
        for column in table.columns:
            made = column.type.compile(dialect())
            if isinstance(column.type, DayNumber):
                assert made == "INTEGER"  # what it adds to a date
                continue
            assert made in ('TEXT COLLATE "C"', "BIGINT", "BOOLEAN", "DATE", "BYTEA"), (column, made)


def test_every_row_of_a_record_names_it_in_its_key() -> None:
    for projection in PROJECTIONS.values():
        for table, owner in projection.owners:
            assert owner.name in table.primary_key.columns
