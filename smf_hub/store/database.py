"""One database of the hub: an encrypted SQLite file, or a schema on a PostgreSQL server.

On SQLite there is one writer and whoever writes waits for it; on PostgreSQL the rows that are taken decide who waits.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import psycopg
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import URL, Connection, Engine, QueuePool, Table, create_engine, event, insert, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError

from smf_core.records.rows import insert_rows
from smf_hub.ports import DatabaseSilent, HubExists, HubUnreadable, NoHubHere

BUSY_MS = 20_000
WRITER_KIB, READER_KIB = 32 * 1024, 8 * 1024
"""What one connection keeps of its file in memory: the two writers and the readers of both files 144 MB together."""

READERS = 5
POOL = 8
HUB, RECORDS = "hub", "records"
"""What a hub keeps: its own tables, and the records folded from them, which can be made again."""

_ONCE, _AGAIN = "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"
_AGAIN_ON_POSTGRESQL = " -csynchronous_commit=off"
"""What was folded last may be lost with the power: how far it had come is lost with it, and it is folded again."""


T = TypeVar("T")


class NotADatabase(ValueError):
    """A URL that is neither `sqlite:///FILE` nor `postgresql://...`."""


class TakenMeanwhile(Exception):
    """Somebody else wrote the same row in the meantime: nothing of the transaction happened."""


class Database:
    """Transactions on one of a hub's databases. `plain` begins none by itself."""

    def __init__(self, writer: Engine, reader: Engine, plain: Engine) -> None:
        self._writer, self._reader, self._plain = writer, reader, plain
        self._kept: Connection | None = None
        self._turn = Lock()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One durable transaction; an exception takes all of it back. Raises `TakenMeanwhile`."""
        try:
            with _begun(self._writer) as connection:
                yield connection
        except (IntegrityError, sqlcipher.IntegrityError, psycopg.IntegrityError):
            raise TakenMeanwhile from None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot."""
        with _begun(self._reader) as connection:
            yield connection

    def at_once(self, question: Callable[[Connection], T]) -> T:
        """What a statement or two answer. Each is its own snapshot: nothing is begun for it, and nothing has to end.

        Where the line to the server had broken it is asked once more, and so whatever it asks must write nothing.
        """
        try:
            return self._asked(question)
        except psycopg.OperationalError:
            self._plain.dispose()  # the others were broken with it
            return self._asked(question)

    def _asked(self, question: Callable[[Connection], T]) -> T:
        """By the connection that is kept for this: to fetch one and bring it back takes as long as what it is asked."""
        if not self._turn.acquire(blocking=False):
            with self._plain.connect() as another:
                return _unbroken(another, question)
        try:
            if self._kept is None or self._kept.closed:
                self._kept = self._plain.connect()
            return _unbroken(self._kept, question)
        finally:
            self._turn.release()

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
        self._writer.dispose()
        self._reader.dispose()
        self._plain.dispose()


def _unbroken(connection: Connection, question: Callable[[Connection], T]) -> T:
    """What a connection answers; one that does not is not used again."""
    try:
        return question(connection)
    except BaseException:
        connection.invalidate()
        connection.close()
        raise


@contextmanager
def _begun(engine: Engine) -> Iterator[Connection]:
    """A transaction. That a connection has broken since it was used last shows when it is to begin one."""
    with ExitStack() as taken:
        connection = taken.enter_context(engine.connect())
        try:
            transaction = connection.begin()
        except psycopg.OperationalError:
            connection.invalidate()
            engine.dispose()  # the others were broken with it
            connection = taken.enter_context(engine.connect())
            transaction = connection.begin()
        with transaction:
            yield connection


def parse(url: str) -> URL:
    """Raises `NotADatabase`."""
    try:
        made = make_url(url)
    except ArgumentError:
        raise NotADatabase from None
    if made.get_backend_name() == "postgresql":
        return made.set(drivername="postgresql+psycopg")
    if made.get_backend_name() == "sqlite" and made.database and made.database != ":memory:":
        return made
    raise NotADatabase


def file_of(url: URL, part: str) -> Path:
    """Where a part of a hub on SQLite lies: the records beside the hub's own file."""
    path = Path(str(url.database))
    return path if part == HUB else path.with_name(f"{path.stem}-{part}{path.suffix}")


def open_database(url: URL, part: str, key: bytearray | None) -> Database:
    """Open what is there. `key` is SQLCipher's raw key text, None on PostgreSQL. Raises the `Known` of `ports`."""
    if url.get_backend_name() == "postgresql":
        return _on_postgresql(url, part)
    path = file_of(url, part)
    if not path.exists():
        raise NoHubHere
    return _on_sqlite(path, part, key or bytearray())


def create_database(url: URL, part: str, key: bytearray | None) -> Database:
    """A new empty database, never over one that is there. Raises `HubExists` or `DatabaseSilent`."""
    if url.get_backend_name() == "postgresql":
        database = _on_postgresql(url, part)
        try:
            with database.write() as connection:
                there = "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s"
                if connection.exec_driver_sql(there, (part,)).first() is not None:
                    raise HubExists
                connection.exec_driver_sql(f'CREATE SCHEMA "{part}"')
        except BaseException:
            database.close()
            raise
        return database
    path = file_of(url, part)
    try:
        with path.open("xb"):
            pass
    except FileExistsError:
        raise HubExists from None
    path.chmod(0o600)
    return _on_sqlite(path, part, key or bytearray())


def have_database(url: URL, part: str, key: bytearray | None) -> Database:
    """What is there, or a new empty one. Raises as `open_database` does."""
    try:
        return create_database(url, part, key)
    except HubExists:
        return open_database(url, part, key)


def _on_postgresql(url: URL, part: str) -> Database:
    try:
        engine = create_engine(
            url,
            pool_size=POOL,
            max_overflow=POOL,
            pool_use_lifo=True,
            isolation_level="AUTOCOMMIT",  # transactions are begun below, by one word to the server
            hide_parameters=True,
            connect_args={"options": f"-csearch_path={part}{_AGAIN_ON_POSTGRESQL if part == RECORDS else ''}"},
        )
        with engine.connect():
            pass
    except OperationalError:
        raise DatabaseSilent from None
    writer = _beginning(engine.execution_options(), "BEGIN")
    return Database(writer, _beginning(engine.execution_options(), "BEGIN ISOLATION LEVEL REPEATABLE READ"), engine)


def _on_sqlite(path: Path, part: str, key: bytearray) -> Database:
    more = _AGAIN if part == RECORDS else _ONCE
    writer = _beginning(_engine(path, key, more, WRITER_KIB, size=1), "BEGIN IMMEDIATE")
    reader = _engine(path, key, more, READER_KIB, size=READERS)
    try:
        with writer.connect():
            pass
    except (DBAPIError, sqlcipher.DatabaseError):
        raise HubUnreadable from None
    return Database(writer, _beginning(reader.execution_options(), "BEGIN"), reader)


def _engine(path: Path, key: bytearray, more: str, cache_kib: int, *, size: int) -> Engine:
    return create_engine(
        "sqlite://",
        creator=lambda: _connect(path, key, more, cache_kib),
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_use_lifo=True,  # who read last has the pages in memory; the others need none until they are needed
        hide_parameters=True,
    )


def _beginning(engine: Engine, begin: str) -> Engine:
    """Transactions of an engine begin with that. Straight to the driver: through SQLAlchemy these few letters take as
    long as most of what is asked in between."""
    event.listen(engine, "begin", lambda connection: connection.connection.driver_connection.execute(begin))
    return engine


def _connect(path: Path, key: bytearray, more: str, cache_kib: int) -> Any:
    connection = sqlcipher.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.set_key(key)
    execute = connection.execute
    execute("PRAGMA cipher_log_level = NONE")
    execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    execute("PRAGMA trusted_schema = OFF")
    execute("PRAGMA foreign_keys = ON")
    execute("PRAGMA journal_mode = WAL")
    execute(more)
    execute("PRAGMA secure_delete = ON")
    execute("PRAGMA temp_store = MEMORY")
    execute(f"PRAGMA cache_size = -{cache_kib}")
    connection.enable_load_extension(False)
    return connection


def add_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that are not there yet: straight to the driver on SQLite, by binary COPY on PostgreSQL."""
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        insert_rows(connection, table, rows)
        return
    columns = [column for column in table.columns if column.name in rows[0]]
    names = ", ".join(f'"{column.name}"' for column in columns)
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN (FORMAT BINARY)') as copy:
        copy.set_types([column.type.compile(connection.dialect).lower().partition("(")[0] for column in columns])
        for row in rows:
            copy.write_row([row[column.name] for column in columns])


def insert_one(connection: Connection, table: Table, **values: Any) -> None:
    """One row by the ordinary way, for what happens seldom."""
    connection.execute(insert(table), [values])
