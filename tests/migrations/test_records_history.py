"""The history of the encrypted store's schema: it makes what the code expects, and it only ever adds."""

import ast
import json
from pathlib import Path

import pytest

from smf_desktop.store.engine import FILE, connect, engine
from smf_desktop.store.schema import VERSION, bring_up, version
from smf_desktop.store.store import create_file
from smf_desktop.trouble import StoreNewer
from tests.support.schemas import RELEASED, schema_of, schema_of_tables
from tests.support.stores import SCRIPTS, raw_key

REVISIONS = sorted((SCRIPTS / "records" / "versions").glob("[0-9]*.py"))
RETIRED = SCRIPTS / "records" / "retired.json"


def test_an_empty_file_becomes_what_the_tables_in_the_code_say(tmp_path: Path) -> None:
    path = create_file(tmp_path, raw_key())
    assert version(path, raw_key()) == 0
    bring_up(tmp_path, raw_key(), SCRIPTS)
    assert version(path, raw_key()) == VERSION
    made = engine(path, raw_key(), writer=False)
    with made.connect() as connection:
        assert schema_of(connection) == schema_of_tables()
    made.dispose()
    assert not list(tmp_path.glob("*.migrating*"))


def test_the_schema_is_the_one_written_down() -> None:
    """When it differs: a new revision first, then `python -m tests.support.schemas`."""
    assert json.loads(RELEASED.read_text()) == schema_of_tables()


def test_there_is_a_revision_for_each_version() -> None:
    assert [int(path.name[:4]) for path in REVISIONS] == list(range(1, VERSION + 1))


def test_a_revision_knows_alembic_and_sqlalchemy_only() -> None:
    for path in REVISIONS:
        tree = ast.parse(path.read_text())
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert imported <= {"alembic", "sqlalchemy"}, path.name


def test_a_revision_only_adds() -> None:
    for path in REVISIONS:
        called = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert not {name for name in called if name.startswith(("drop_", "alter_", "batch_", "rename_"))}, path.name


def test_a_retired_name_never_returns() -> None:
    """`table` or `table.column`, of what an older version wrote and nobody may give another meaning."""
    tables = schema_of_tables()
    names = set(tables) | {f"{table}.{column}" for table, said in tables.items() for column in said["columns"]}
    assert not names & set(json.loads(RETIRED.read_text()))


def test_a_migration_cut_off_half_way_is_made_anew(tmp_path: Path) -> None:
    path = create_file(tmp_path, raw_key())
    for left in (".migrating", ".migrating-wal", ".migrating-shm"):
        (tmp_path / f"records{left}").write_bytes(b"of a process that was killed")
    bring_up(tmp_path, raw_key(), SCRIPTS)
    assert version(path, raw_key()) == VERSION


def test_F33_a_store_of_a_newer_version_is_not_opened(tmp_path: Path) -> None:
    path = create_file(tmp_path, raw_key())
    connection = connect(path, raw_key())
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreNewer):
        bring_up(tmp_path, raw_key(), SCRIPTS)
    assert (tmp_path / FILE).read_bytes() == before
