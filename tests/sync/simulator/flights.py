"""A request that is under way: it stands still wherever the world wants it to, while the world goes on.

It has a thread of its own, as in the product; of it and the world only one ever runs, so a seed makes the same again.
"""

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Generic, Protocol, TypeVar

from smf_hub.app.handling import Request, Response

T = TypeVar("T")

STUCK_S = 60
"""A request that neither moves nor ends in this time waits for something that cannot come."""


class Killed(BaseException):
    """The process that was asked is no more."""


Way = Callable[[Request], Response | None]


class HasWay(Protocol):
    """What brings a request to the hub, and its answer back."""

    way: Way


class Flight(Generic[T]):
    """It is on its way to the hub until it `arrives`, on its way back until it `returns`; either may be repeated.

    A request may be made again within it (a hub that says that a clock is off), which is one more on its way.
    """

    def __init__(self, act: Callable[[], T], network: HasWay) -> None:
        self._network = network
        self._found: Future[T] = Future()
        self._out: SimpleQueue[Request | None] = SimpleQueue()
        self._in: SimpleQueue[Response | Killed | None] = SimpleQueue()
        self._told: Response | None = None
        self._is_heard = False
        self._thread = Thread(target=self._flies, args=(act,), name="request under way", daemon=True)
        self.asked = self._runs(self._thread.start)

    def moves(self) -> None:
        """One stage further."""
        if self.asked is not None and not self._is_heard:
            self._told, self._is_heard = self._network.way(self.asked), True
        elif self.asked is not None:
            self._is_heard = False
            self.asked = self._runs(lambda: self._in.put(self._told))

    def found(self) -> T:
        """Wait for it to end; what it brought."""
        while self.asked is not None:
            self.moves()
        return self._found.result()

    def dies(self) -> Request | None:
        """Whoever sent it is no more. Answers what has not arrived yet, and still may."""
        rest = None if self._is_heard else self.asked
        while self.asked is not None:
            self.asked = self._runs(lambda: self._in.put(Killed()))
        return rest

    def _runs(self, begin: Callable[[], object]) -> Request | None:
        """Its thread goes on until it has something on its way, or has ended (None)."""
        straight, self._network.way = self._network.way, self._sent
        try:
            begin()
            asked = self._out.get(timeout=STUCK_S)
        finally:
            self._network.way = straight
        if asked is None:
            self._thread.join()
        return asked

    def _flies(self, act: Callable[[], T]) -> None:
        try:
            self._found.set_result(act())
        except BaseException as error:
            self._found.set_exception(error)
        self._out.put(None)

    def _sent(self, asked: Request) -> Response | None:
        self._out.put(asked)
        told = self._in.get()
        if isinstance(told, Killed):
            raise told
        return told
