"""Rows are written as they are given, and where some stood already only what differs is written."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from smf_core.records import tables as t
from smf_core.records.projections import PROJECTIONS
from smf_core.records.rows import insert_rows, replace_rows, statement
from tests.support.written import empty

SECTION, OTHER = "section-1", "section-2"


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = empty()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


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
    connection: Connection, before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> None:
    elsewhere = rating("s1", "independent", section=OTHER)
    insert_rows(connection, t.step_rating, [elsewhere, *before.values()])
    told = replace_rows(connection, t.step_rating, "section", SECTION, list(after.values()))
    assert ratings(connection) == as_rows(after) | {tuple(elsewhere.values())}
    assert {tuple(row.values()) for row in told} == as_rows(before) ^ as_rows(after)
    connection.rollback()


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
    connection.rollback()


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
    connection.rollback()


def test_dates_stand_as_text_and_a_column_nobody_knows_is_refused(connection: Connection) -> None:
    away = {"id": "a1", "nurse": "n1", "from": date(2026, 11, 17), "until": date(2026, 11, 20), "reason": "leave"}
    insert_rows(connection, t.absence, [away | {"cancelled": False}])
    assert connection.exec_driver_sql('SELECT "from", until FROM absence').all() == [("2026-11-17", "2026-11-20")]
    with pytest.raises(KeyError, match="colour"):
        insert_rows(connection, t.absence, [away | {"colour": "red"}])
    connection.rollback()


def test_every_row_of_a_record_names_it_in_its_key() -> None:
    for projection in PROJECTIONS.values():
        for table, owner in projection.owners:
            assert owner.name in table.primary_key.columns
