"""The hub's own tables brought up by their migrations; the records' tables made again when they look otherwise now."""

from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Column, Connection, MetaData, String, Table, delete, insert, inspect, select

from smf_core.records.making import create_tables, shape
from smf_hub.ports import HubNewer
from smf_hub.store import projected
from smf_hub.store.database import HUB, file_of, open_database

_own = MetaData()

records_shape = Table("records_shape", _own, Column("shape", String(64), primary_key=True))
"""One row: what the records' tables looked like when they were made here."""


def is_there(url: URL) -> bool:
    """Whether a hub was made at a URL. Raises `DatabaseSilent`."""
    if url.get_backend_name() != "postgresql":
        return file_of(url, HUB).exists()
    database = open_database(url, HUB, None)
    try:
        with database.read() as connection:
            return inspect(connection).has_schema(HUB)
    finally:
        database.close()


def bring_up_hub(connection: Connection) -> None:
    """Run what migrations are missing, in the transaction of the caller. Raises `HubNewer`."""
    config = Config(str(Path(str(files("migrations"))) / "alembic.ini"), ini_section="hub")
    config.attributes["connection"] = connection
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if not set(MigrationContext.configure(connection).get_current_heads()) <= known:
        raise HubNewer
    command.upgrade(config, "head")


def bring_up_records(connection: Connection) -> None:
    """Have the records' tables as this version wants them. What is in others goes: the projector folds it again."""
    wanted = shape(connection.dialect, projected.own)
    if inspect(connection).has_table(records_shape.name):
        if connection.scalar(select(records_shape.c.shape)) == wanted:
            return
        there = MetaData()
        there.reflect(connection)
        if connection.dialect.name == "sqlite":
            for table in there.sorted_tables:  # of what it drops it keeps every page in memory until the table is gone
                connection.execute(delete(table))
        there.drop_all(connection)
    create_tables(connection)
    _own.create_all(connection)
    projected.own.create_all(connection)
    connection.execute(insert(records_shape), [{"shape": wanted}])
