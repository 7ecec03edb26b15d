"""Requests that are under way while their exchange does something else."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar

T = TypeVar("T")


class Apart(Protocol):
    """Has something done while something else is. What it answers waits for the end, and answers or raises that."""

    def __call__(self, act: Callable[[], T]) -> Callable[[], T]: ...


def when_asked(act: Callable[[], T]) -> Callable[[], T]:
    """Nothing is done before somebody waits for it."""
    return act


@contextmanager
def by_a_thread() -> Iterator[Apart]:
    """One thread, begun when it is first needed; what it has begun is waited for at the end."""
    with ThreadPoolExecutor(1, "request") as thread:

        def apart(act: Callable[[], T]) -> Callable[[], T]:
            return thread.submit(act).result

        yield apart
