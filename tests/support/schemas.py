"""A database's schema as plain values, to be compared with another's or with the one that was released."""

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, create_engine, inspect

import migrations
from smf_core.records.tables import metadata
from smf_desktop.store.tables import local
from smf_hub.store.tables import hub

RELEASED = Path(migrations.__file__).parent / "records" / "schema.json"
RELEASED_HUB = Path(migrations.__file__).parent / "hub" / "schema.json"


def schema_of(connection: Connection) -> dict[str, Any]:
    """Every table with its columns, key, indexes and storage."""
    seen = inspect(connection)
    tables = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    stored = {row.name: str(row.sql) for row in tables}
    return {
        table: {
            "columns": {
                column["name"]: {"type": str(column["type"]), "nullable": column["nullable"]}
                for column in seen.get_columns(table)
            },
            "key": seen.get_pk_constraint(table)["constrained_columns"],
            "indexes": {
                str(index["name"]): {"columns": index["column_names"], "unique": bool(index["unique"])}
                for index in sorted(seen.get_indexes(table), key=lambda index: str(index["name"]))
            },
            "without_rowid": stored[table].rstrip().upper().endswith("WITHOUT ROWID"),
        }
        for table in sorted(seen.get_table_names())
        if table != "alembic_version"
    }


def schema_of_tables() -> dict[str, Any]:
    """What the tables of a laptop's store in the code would make."""
    return _made(metadata, local)


def schema_of_hub() -> dict[str, Any]:
    """What the hub's own tables in the code would make."""
    return _made(hub)


def _made(*tables: MetaData) -> dict[str, Any]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        for each in tables:
            each.create_all(connection)
        made = schema_of(connection)
    engine.dispose()
    return made


if __name__ == "__main__":  # python -m tests.support.schemas: writes the released schemas anew, with a new revision
    for path, schema in ((RELEASED, schema_of_tables()), (RELEASED_HUB, schema_of_hub())):
        path.write_text(json.dumps(schema, indent=1) + "\n")
        sys.stdout.write(f"{path}\n")
