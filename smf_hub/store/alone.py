"""One program serves a hub on a file: two would each hold back laptops by counts of its own, and fold by turns."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import URL

from smf_hub.ports import ServedAlready
from smf_hub.store.database import HUB, file_of


@contextmanager
def alone(url: URL) -> Iterator[None]:
    """Be the only one to serve a hub on SQLite while the block is; any number may on PostgreSQL.

    The lock is one of SQLite's own, on an empty file beside the hub's: it goes with its process, however that ends.
    Raises `ServedAlready`.
    """
    if url.get_backend_name() == "postgresql":
        yield
        return
    lock = sqlcipher.connect(file_of(url, HUB).with_suffix(".serving"), timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlcipher.OperationalError:
            raise ServedAlready from None
        yield
    finally:
        lock.close()
