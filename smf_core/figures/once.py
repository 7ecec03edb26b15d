"""What several figures are counted from is read once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import Connection

from smf_core.figures.figure import Asked

T = TypeVar("T")
Read = Callable[[Connection, Asked], T]

_KEPT = "figures read"


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Meanwhile what is read for one figure serves the others. Of one transaction, in which nothing is written."""
    if _KEPT in connection.info:
        yield
        return
    connection.info[_KEPT] = dict[Any, Any]()
    try:
        yield
    finally:
        del connection.info[_KEPT]


def read_once(read: Read[T]) -> Read[T]:
    """A read whose answer, which nobody may change, serves every figure that is reckoned `together`."""

    @wraps(read)
    def answer(connection: Connection, asked: Asked) -> T:
        kept: dict[Any, T] = connection.info.get(_KEPT, {})
        if (read, asked) not in kept:
            kept[read, asked] = read(connection, asked)
        return kept[read, asked]

    return answer
