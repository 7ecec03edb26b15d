"""A database's schema as plain values, to be compared with another's or with the one that was released."""

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect

import migrations
from smf_core.records.tables import metadata
from smf_desktop.store.tables import local

RELEASED = Path(migrations.__file__).parent / "records" / "schema.json"


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
    """What the tables in the code would make."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        local.create_all(connection)
        made = schema_of(connection)
    engine.dispose()
    return made


if __name__ == "__main__":  # python -m tests.support.schemas: writes the released schema anew, with a new revision
    RELEASED.write_text(json.dumps(schema_of_tables(), indent=1) + "\n")
    sys.stdout.write(f"{RELEASED}\n")
