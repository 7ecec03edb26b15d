"""New stores with the schema that the migrations make: run once in each process, and after that as they left it."""

from pathlib import Path

from sqlalchemy import Connection

from smf_desktop.store import schema

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
