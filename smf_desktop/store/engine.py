"""How the encrypted file is opened: the key first, then every setting that keeps it safe."""

from errno import EDQUOT, ENOSPC
from functools import cache
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, QueuePool, StaticPool, create_engine, event
from sqlalchemy.util import LRUCache

from smf_desktop.trouble import (
    CipherTooOld,
    DiskFaulty,
    DiskFull,
    NoStoreHere,
    NotOurStore,
    StoreDamaged,
    StoreTrouble,
    StoreUnwritable,
)

FILE = "records.db"
WAL, SHM = "-wal", "-shm"
"""What SQLite adds to the file's name for its write-ahead log, and for the index of it in shared memory."""

OLDEST_SQLITE = (3, 51, 3)
"""Older ones lose a write-ahead log in a race (SQLite's WAL-reset bug)."""

OLDEST_CIPHER = (4, 4, 2)
"""Older ones damage a write-ahead log when encrypting a page fails."""

BUSY_MS = 5_000
CACHE_KIB = 64 * 1024
READERS = 3
PREPARED = 512
"""Statements kept ready by a connection: with few, what signing reads pushes out what a save writes."""

PREPARED_FEW = 5
"""The same where many rows are written at once, and the fewest the driver keeps: SQLite sets memory aside for a few
statements and for what each row takes while it is written, and what does not fit there is locked into memory and wiped
one by one, which costs five times as much. With eight a first exchange did so four times for each row, with five once.
"""

_NOTHINGS = tuple(f"SELECT {number}" for number in range(PREPARED_FEW))
"""As many statements as a connection that counts keeps ready: they take the place of the large ones."""

READS = "reads"
"""An option of a connection that could write: it only reads for now, and keeps nobody from writing."""

STATEMENTS = 500
"""Kept as written SQL; those asked for least lately are written anew."""

SALT_BYTES = 16

Driver = Any
"""The DB-API module; an argument so that a test can hand in the wrong one."""


def check_driver(driver: Driver = sqlcipher) -> None:
    """Raise `CipherTooOld` unless the driver is SQLCipher on a sound SQLite; plain SQLite ignores a key."""
    if tuple(driver.sqlite_version_info) < OLDEST_SQLITE:
        raise CipherTooOld
    probe = driver.connect(":memory:")
    try:
        if not hasattr(probe, "set_key"):
            raise CipherTooOld
        probe.set_key(bytearray(b"x'" + b"00" * 48 + b"'"))
        said = probe.execute("PRAGMA cipher_version").fetchone()
        if said is None or _numbers(said[0]) < OLDEST_CIPHER:
            raise CipherTooOld
    finally:
        probe.close()


def _numbers(version: str) -> tuple[int, ...]:
    """`4.19.0 community` as numbers."""
    return tuple(int(part) for part in version.split(" ")[0].split(".") if part.isdigit())


def check_file(path: Path) -> None:
    """Raise unless the file is there and could be an encrypted store. Nothing is ever created in its place."""
    header = _header(path)
    if len(header) < SALT_BYTES or header.startswith(b"SQLite format 3"):
        raise NotOurStore


def _header(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SALT_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        raise NoStoreHere from None
    except OSError:
        raise StoreUnwritable from None


def connect(
    path: Path, key: bytearray, *, driver: Driver = sqlcipher, writable: bool = True, prepared: int = PREPARED
) -> Any:
    """One keyed connection to a file that exists. `key` is SQLCipher's raw key text; it never enters SQL.

    One that is not `writable` cannot change the file, not even by bringing its log home. Raises a `StoreTrouble`.
    """
    mode = "rw" if writable else "ro"
    try:
        connection = driver.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=prepared,
        )
    except driver.OperationalError:
        raise StoreUnwritable from None
    try:
        connection.set_key(key)
        execute = connection.execute
        execute("PRAGMA cipher_log_level = NONE")
        execute("PRAGMA cipher_memory_security = ON")
        execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        execute("SELECT count(*) FROM sqlite_master").fetchone()
        execute("PRAGMA trusted_schema = OFF")
        execute("PRAGMA foreign_keys = ON")
        execute("PRAGMA synchronous = FULL")
        execute("PRAGMA secure_delete = ON")
        execute("PRAGMA temp_store = MEMORY")
        execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        if writable and execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise StoreUnwritable
        connection.enable_load_extension(False)
    except driver.Error as error:
        connection.close()
        found = trouble(error)
        if isinstance(found, NotOurStore) and _is_for(key, path):
            found = StoreDamaged()  # our salt, so our file and key: the first page is what does not hold
        raise found or error from None
    except StoreTrouble:
        connection.close()
        raise
    return connection


def _is_for(key: bytearray, path: Path) -> bool:
    """Whether the file begins with the salt that the key text x'<64 hex key><32 hex salt>' ends with."""
    return key[66:98] == _header(path).hex().encode()


@cache
def common() -> Engine:
    """An engine on an empty database in memory. It knows the driver, and the SQL it once wrote serves every engine."""
    made = create_engine(
        "sqlite://",
        creator=_in_memory,
        module=sqlcipher,
        poolclass=StaticPool,
        hide_parameters=True,
        execution_options={"compiled_cache": LRUCache[Any, Any](STATEMENTS)},
    )
    made.connect().close()
    return made


def scratch() -> Engine:
    """An engine on an empty database of its own in memory, which is gone when it is disposed of."""
    first = common()
    pool = StaticPool(_in_memory, dialect=first.dialect)
    return Engine(pool, first.dialect, first.url, execution_options=first.get_execution_options())


def _in_memory() -> Any:
    return sqlcipher.connect(":memory:", isolation_level=None, check_same_thread=False)


def engine(
    path: Path, key: bytearray, *, writer: bool, writable: bool = True, prepared: int = PREPARED, counts: bool = False
) -> Engine:
    """The pool of one that saves wait for in turn, or the pool of readers. A pool without the key cannot refill.

    `counts`: many rows are gone through to count them. What SQLite sets aside is for that then, and no statement is
    kept ready: five large ones took all of it, and each group of rows then ten times as long.
    """
    prepared = PREPARED_FEW if counts else prepared

    def create() -> Any:
        connection = connect(path, key, writable=writable, prepared=prepared)
        if not writer:
            connection.execute("PRAGMA query_only = ON")
        return connection

    first = common()
    pool = QueuePool(
        create,
        dialect=first.dialect,
        pool_size=1 if writer else READERS,
        max_overflow=0,
        use_lifo=True,  # whoever read last has the pages still in memory, and already deciphered
    )
    options = first.get_execution_options()
    made = Engine(pool, first.dialect, first.url, hide_parameters=True, execution_options=options)

    def begin(connection: Connection) -> None:
        reads = not writer or connection.get_execution_options().get(READS, False)
        # Straight to the driver: through SQLAlchemy these few letters take as long as a statement or two.
        connection.connection.cursor().execute("BEGIN" if reads else "BEGIN IMMEDIATE")

    event.listen(made, "begin", begin)
    if counts:
        event.listen(made, "before_cursor_execute", _let_go)
    return made


def _let_go(connection: Connection, *_: object) -> None:
    """Have the driver forget the statements that it keeps ready."""
    cursor = connection.connection.cursor()
    for text in _NOTHINGS:
        cursor.execute(text).fetchall()


_TROUBLES: dict[int, type[StoreTrouble]] = {
    sqlcipher.SQLITE_FULL: DiskFull,
    sqlcipher.SQLITE_IOERR: DiskFaulty,
    sqlcipher.SQLITE_CORRUPT: StoreDamaged,
    sqlcipher.SQLITE_NOTADB: NotOurStore,
    sqlcipher.SQLITE_PERM: StoreUnwritable,
    sqlcipher.SQLITE_BUSY: StoreUnwritable,
    sqlcipher.SQLITE_READONLY: StoreUnwritable,
    sqlcipher.SQLITE_CANTOPEN: StoreUnwritable,
}
_NO_ROOM_FOR_SHM = 10 | 19 << 8
"""SQLITE_IOERR_SHMSIZE: a full disk, met first by the shared-memory file."""


def trouble(error: BaseException) -> StoreTrouble | None:
    """Which trouble of the world a driver's error is, by its code; None when it is our own fault."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code == _NO_ROOM_FOR_SHM:
        return DiskFull()
    kind = _TROUBLES.get(code & 0xFF)
    return kind() if kind else None


def disk_trouble(error: OSError) -> StoreTrouble:
    """The same for what the operating system says of our own reading and writing."""
    return DiskFull() if error.errno in (ENOSPC, EDQUOT) else StoreUnwritable()
