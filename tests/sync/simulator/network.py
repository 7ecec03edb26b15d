"""The network of a simulated world: an HTTP transport that hands requests to the hub's reception, or does worse."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random as Dice
from typing import TYPE_CHECKING, Any

import httpx2

from smf_hub.app.handling import Request, Response
from tests.sync.simulator.flights import Way

if TYPE_CHECKING:
    from tests.sync.simulator.world import World

TIMEOUT_S = 30
WEEK_S = 7 * 24 * 3600
SEALED = "/v1/draft/"
"""Where bodies are for their author's eyes alone."""


@dataclass
class Faults:
    """How often, of 1, a request meets each fault. `HONEST` meets none."""

    lost: float = 0.0
    """It never arrives."""
    reply_lost: float = 0.0
    cut: float = 0.0
    """The reply ends after some bytes."""
    altered: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    """Given up by the laptop, and arriving minutes later, after others."""
    replayed: float = 0.0
    """It arrives, and again up to seven days later."""
    half_open: float = 0.0
    """Nothing comes until the laptop gives up."""

    @property
    def all(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


HONEST = Faults()
TORTURE = Faults(
    lost=0.06, reply_lost=0.06, cut=0.04, altered=0.01, twice=0.04, late=0.03, replayed=0.04, half_open=0.02
)
"""About as often as in a lift; what the figures of the simulator are told with."""


@dataclass
class Network(httpx2.BaseTransport):
    """One laptop's way to the hub."""

    world: "World"
    name: str
    dice: Dice
    alive: Any
    """Raises where the laptop has died meanwhile."""
    faults: Faults = field(default_factory=Faults)
    requests: int = 0
    way: Way = field(init=False)

    def __post_init__(self) -> None:
        self.way = self.world.hub.hears

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.alive()
        self.requests += 1
        self.world.passes(self.dice.uniform(0.05, 0.4))
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(request.method, path, query, headers, request.read(), "192.0.2.1")
        self._overheard(f"{asked.method} {path} {query} {headers}", asked.body if path.startswith(SEALED) else b"")
        fault = self._fault()
        counts = self.world.faults_met
        counts[fault] = counts.get(fault, 0) + 1
        match fault:
            case "lost" | "half_open":
                self._gives_up(fault)
            case "reply_lost":
                self._heard(asked)
                self._gives_up(fault)
            case "late":
                self.world.later(self.dice.uniform(1, 400), f"late request of {self.name}", lambda: self._heard(asked))
                self._gives_up(fault)
            case "replayed":
                again = self.dice.uniform(1, WEEK_S)
                self.world.later(again, f"replay for {self.name}", lambda: self._heard(asked))
        told = self._heard(asked)
        if fault == "twice":
            self._heard(asked)
        self.alive()
        if told is None:
            self._gives_up("hub down")
        assert told is not None
        body = told.body
        self._overheard(f"{told.status} {told.headers}", body if told.status >= 400 or path.startswith(SEALED) else b"")
        if fault == "altered" and body:
            at = self.dice.randrange(len(body))
            body = body[:at] + bytes([body[at] ^ (1 << self.dice.randrange(8))]) + body[at + 1 :]
        length = {"content-length": str(len(body))} if request.method != "HEAD" else {}
        raw = {**told.headers, **length}
        whole = not (fault == "cut" and body)
        stream = _Bytes(body if whole else body[: self.dice.randrange(len(body))], whole)
        return httpx2.Response(told.status, headers=raw, stream=stream)

    def _overheard(self, said: str, body: bytes) -> None:
        """What may end in somebody's log, and what no hub may read."""
        self.world.overhears(f"a request of {self.name}", said + body.decode("latin-1"))

    def _fault(self) -> str:
        if not self.world.torture:
            return "none"
        at = self.dice.random()
        for name, often in self.faults.all.items():
            at -= often
            if at < 0:
                return name
        return "none"

    def _heard(self, asked: Request) -> Response | None:
        return self.way(replace(asked))

    def _gives_up(self, why: str) -> None:
        self.world.passes(TIMEOUT_S if why != "lost" else 1)
        raise httpx2.ReadTimeout("")


class _Bytes(httpx2.SyncByteStream):
    """Some bytes; where they are not all, the line is gone after them."""

    def __init__(self, content: bytes, whole: bool) -> None:
        self._content, self._whole = content, whole

    def __iter__(self) -> Iterator[bytes]:
        yield self._content
        if not self._whole:
            raise httpx2.RemoteProtocolError("")
