"""The history of the hub's own tables: it makes what the code expects, on both engines, and it only ever adds."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData, event, inspect, text

from smf_hub.ports import HubNewer
from smf_hub.service.place import Place
from smf_hub.store.schema import bring_up_hub, bring_up_records
from smf_hub.store.tables import hub as tables
from tests.support.hubs import hub_again, new_hub
from tests.support.postgres import database, postgres
from tests.support.schemas import RELEASED_HUB, schema_of, schema_of_hub
from tests.support.stores import SCRIPTS

__all__ = ["postgres"]

REVISIONS = sorted((SCRIPTS / "hub" / "versions").glob("[0-9]*.py"))
RETIRED = SCRIPTS / "hub" / "retired.json"


@pytest.fixture(params=["sqlite", "postgresql"])
def hub_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.db'}"
        return
    with database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def place(hub_url: str) -> Iterator[Place]:
    with new_hub(hub_url) as made:
        yield made


def test_a_new_hub_is_what_the_tables_in_the_code_say(place: Place) -> None:
    with place.hub.read() as connection:
        if connection.dialect.name == "sqlite":
            assert schema_of(connection) == schema_of_hub()
            return
        made = MetaData()
        made.reflect(connection)
    assert set(made.tables) == {*tables.tables, "alembic_version"}
    for name, table in tables.tables.items():
        there = made.tables[name]
        assert [column.name for column in there.columns] == [column.name for column in table.columns]
        assert {column.name for column in there.primary_key} == {column.name for column in table.primary_key}
        assert {index.name for index in there.indexes} == {index.name for index in table.indexes}


def test_the_schema_is_the_one_written_down() -> None:
    """When it differs: a new revision first, then `python -m tests.support.schemas`."""
    assert json.loads(RELEASED_HUB.read_text()) == schema_of_hub()


def test_a_revision_knows_alembic_and_sqlalchemy_only_and_only_adds() -> None:
    for path in REVISIONS:
        tree = ast.parse(path.read_text())
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert imported <= {"alembic", "sqlalchemy"}, path.name
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not {name for name in called if name.startswith(("drop_", "alter_", "batch_", "rename_"))}, path.name


def test_a_retired_name_never_returns() -> None:
    said = schema_of_hub()
    names = set(said) | {f"{table}.{column}" for table, of in said.items() for column in of["columns"]}
    assert not names & set(json.loads(RETIRED.read_text()))


def test_bringing_up_what_is_up_changes_nothing(place: Place) -> None:
    for _ in range(2):
        with place.hub.write() as connection:
            bring_up_hub(connection)
            assert len(connection.execute(text("SELECT * FROM alembic_version")).all()) == 1


def test_a_hub_of_a_newer_version_is_not_opened(hub_url: str, place: Place) -> None:
    with place.hub.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    place.close()
    with pytest.raises(HubNewer), hub_again(hub_url):
        pass


def test_records_that_look_otherwise_now_are_made_again_empty(place: Place) -> None:
    """They are a picture of the feeds: the projector folds them anew."""
    with place.records.write() as connection:
        connection.execute(text("CREATE TABLE of_an_older_version (id INTEGER)"))
        bring_up_records(connection)
        assert inspect(connection).has_table("of_an_older_version"), "nothing to do"
        connection.execute(text("UPDATE records_shape SET shape = 'another'"))
        bring_up_records(connection)
        assert not inspect(connection).has_table("of_an_older_version")
        assert inspect(connection).has_table("patient")
        assert connection.execute(text("SELECT count(*) FROM records_shape")).scalar_one() == 1


def test_records_made_again_on_sqlite_are_emptied_before_their_tables_go(tmp_path: Path) -> None:
    """Of a full table that it drops SQLite keeps all of it in memory: 420 MB for five thousand people."""
    said: list[str] = []
    with new_hub(f"sqlite:///{tmp_path / 'hub.db'}") as place, place.records.write() as connection:
        event.listen(connection, "before_cursor_execute", lambda *each: said.append(each[2].strip()))
        connection.execute(text("UPDATE records_shape SET shape = 'another'"))
        bring_up_records(connection)
    dropped = [each.removeprefix("DROP TABLE ") for each in said if each.startswith("DROP TABLE ")]
    assert {"patient", "change_set"} <= set(dropped)
    assert all(said.index(f"DELETE FROM {name}") < said.index(f"DROP TABLE {name}") for name in dropped)
