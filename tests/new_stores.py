"""New stores with the schema that the migrations make: run once in each process, and after that as they left it. And
new hubs on the SQL that those before them wrote."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine

from smf_desktop.store import schema
from smf_desktop.store.engine import common
from smf_hub.store import database

_SCHEMA = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
_AT = "SELECT version_num FROM alembic_version"

_migrate = schema.migrate
_made: dict[Path, tuple[str, ...]] = {}


def copy_the_schema() -> None:
    """From now on the migrations run once over nothing, which takes ten times as long as to repeat what they did."""
    schema.migrate = _as_they_left_it


def _as_they_left_it(connection: Connection, scripts: Path) -> None:
    is_new = connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first() is None
    if is_new and scripts in _made:
        for words in _made[scripts]:
            connection.exec_driver_sql(words)
        return
    _migrate(connection, scripts)
    if is_new:
        tables = connection.exec_driver_sql(_SCHEMA).scalars().all()
        at = connection.exec_driver_sql(_AT).scalar_one()
        _made[scripts] = *tables, f"INSERT INTO alembic_version VALUES ('{at}')"


def share_the_sql() -> None:
    """From now on hubs on SQLite write each statement once, as the stores of laptops do: each used to write its own."""
    database.create_engine = _on_shared_sql


def _on_shared_sql(url: str | URL, **more: Any) -> Engine:
    if url == "sqlite://":
        return _of_a_file(**more)
    return create_engine(url, **more)


def _of_a_file(creator: Callable[[], Any], pool_size: int, **_: Any) -> Engine:
    first = common()
    pool = QueuePool(creator, dialect=first.dialect, pool_size=pool_size, max_overflow=0, use_lifo=True)
    return Engine(pool, first.dialect, first.url, hide_parameters=True, execution_options=first.get_execution_options())
