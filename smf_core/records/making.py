"""Making the tables where they are only a picture of the change sets, to be thrown away and made again."""

from functools import lru_cache
from hashlib import sha256

from sqlalchemy import Connection, Dialect, MetaData, delete
from sqlalchemy.schema import CreateIndex, CreateTable

from smf_core.records.tables import metadata


def shape(dialect: Dialect, beside: MetaData) -> str:
    """A name for what the tables of this version look like, with those that whoever keeps them has beside them.

    Another version's tables have another one.
    """
    return sha256("\n".join((*_written(dialect, metadata), *_written(dialect, beside))).encode()).hexdigest()


def create_tables(connection: Connection) -> None:
    """Every table, empty."""
    cursor = connection.connection.cursor()
    for each in _written(connection.dialect, metadata):
        cursor.execute(each)


@lru_cache(8)
def _written(dialect: Dialect, wanted: MetaData) -> tuple[str, ...]:
    """The tables and their indexes as they are told to a database."""
    said = []
    for table in wanted.sorted_tables:
        said.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        said += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    return tuple(said)


def empty_tables(connection: Connection) -> None:
    """Take every row away, the log's too."""
    for table in reversed(metadata.sorted_tables):
        connection.execute(delete(table))
