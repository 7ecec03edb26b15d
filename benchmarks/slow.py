"""A line of 64 kbit/s whose answers take 300 ms each way: how long five hundred operations take on it, and whether
they get through at all when one request in five does.

The line is played in process, in time that is reckoned and not waited for: every byte of a request and its answer,
headers too, the handshakes of TCP and TLS, and the waits that the laptop's own timing makes. Hub and laptop are real.
"""

import os
import random
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from benchmarks._hub import world
from benchmarks._timing import Figure, tell
from benchmarks._work import SAVES, items
from benchmarks.sync import HUB_KEY, Laptop, laptop, people
from smf_core.policy.roles import Role
from smf_desktop.compose import this_computer
from smf_desktop.remote.hub import RemoteHub
from smf_desktop.store.exchanging import Exchanging
from smf_desktop.sync.meanwhile import by_a_thread
from smf_desktop.sync.session import exchange, run
from smf_desktop.sync.steps import Exchanged, Who
from smf_desktop.sync.timing import Timing
from smf_hub.app.app import OfPlace
from smf_hub.app.handling import Reception, Request
from smf_hub.service.managing import add_team, add_user
from smf_hub.service.place import Place, make_place
from smf_hub.service.projecting import catch_up

OPERATIONS, GOAL_S, SEEDS = 500, 60.0, 7
BYTES_A_SECOND, LATENCY_S = 64_000 / 8, 0.3
HANDSHAKE_TRIPS, HANDSHAKE_BYTES = 2, 3_500
"""TCP, then TLS 1.3 with the hub's certificates."""

GETS_THROUGH = 0.2
TIMEOUT_S = 30.0
"""So long the laptop waits for an answer that never comes."""


@dataclass(slots=True)
class SlowLine(httpx2.BaseTransport):
    """`now`: the seconds that have passed on it. Of `share` of the requests everything arrives."""

    reception: Reception
    chance: random.Random
    share: float = 1.0
    now: float = 0.0
    sent: int = 0
    requests: int = 0
    connected: bool = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        body = request.read()
        url = request.url
        head = sum(len(name) + len(value) + 4 for name, value in request.headers.raw) + len(url.raw_path) + 20
        if not self.connected:
            self.now += HANDSHAKE_TRIPS * 2 * LATENCY_S
            self._pass(HANDSHAKE_BYTES)
            self.connected = True
        lost = self.chance.random() >= self.share
        if lost and self.chance.random() < 0.5:  # it breaks on the way
            self._pass(round((head + len(body)) * self.chance.random()))
            self._break()
        self._pass(head + len(body))
        path, _, query = url.raw_path.decode().partition("?")
        headers = {name.decode().lower(): value.decode() for name, value in request.headers.raw}
        answer = self.reception.handle(Request(request.method, path, query, headers, body, "laptop"))
        if lost:  # the hub has done it, and nobody hears
            self._break()
        self._pass(sum(len(name) + len(value) + 4 for name, value in answer.headers.items()) + 40 + len(answer.body))
        self.now += 2 * LATENCY_S
        return httpx2.Response(answer.status, headers=dict(answer.headers), stream=_Whole(answer.body))

    def _pass(self, count: int) -> None:
        self.sent += count
        self.now += count / BYTES_A_SECOND

    def _break(self) -> None:
        self.now += TIMEOUT_S
        self.connected = False
        raise httpx2.TransportError("cut")


@dataclass(slots=True)
class _Whole(httpx2.SyncByteStream):
    body: bytes

    def __iter__(self) -> Iterator[bytes]:
        yield self.body


@dataclass(slots=True)
class Went:
    seconds: list[float] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)

    def note(self, line: SlowLine) -> None:
        self.seconds.append(line.now)
        self.sent.append(line.sent)
        self.requests.append(line.requests)


def one(each: Laptop, line: SlowLine) -> Exchanged:
    """One exchange over the line."""
    computer = this_computer()
    hub = RemoteHub(
        "http://127.0.0.1:1",
        device=each.device,
        signing_key=each.key.private_bytes_raw(),
        hub_key=each.hub_key,
        clock=computer.clock,
        random=os.urandom,
        transport=line,
    )
    store = Exchanging(each.store, computer.clock, computer.new_id)
    with by_a_thread() as apart:
        return run(exchange(hub, store, computer.clock, Who("4", each.key.sign), apart))


def until_done(each: Laptop, line: SlowLine) -> int:
    """Exchanges as the product's timing makes them, until all is said. Answers how many there were."""
    timing = Timing(line.chance.random)
    timing.started(line.now)
    for count in range(1, 200):
        line.now += timing.wait(line.now) or 0.0
        timing.begun()
        done = one(each, line)
        timing.ended(line.now, failed=done.trouble is not None, retry_after=done.retry_after)
        if done.all_sent:
            return count
    raise AssertionError("no progress")


def save(each: Laptop, chance: random.Random) -> None:
    """Five hundred operations in a day's saves."""
    computer = this_computer()
    with each.store.read() as connection:
        known = [row[0] for row in connection.exec_driver_sql("SELECT id FROM patient")]
    total, turn = 0, 0
    with each.store.work(author=each.user, now=computer.clock.now(), new_id=computer.new_id) as work:
        while total < OPERATIONS:
            size = min(SAVES[turn % len(SAVES)], OPERATIONS - total)
            size = 1 if size < 4 else size
            who = chance.choice(known)
            work.save(items(chance, computer.new_id, who, each.user, size), patient=who)
            total, turn = total + size, turn + 1


def round_of(place: Place, a: Laptop, b: Laptop, seed: int, share: float) -> tuple[SlowLine, SlowLine, int]:
    """Both legs: what one saved goes up, and comes down to the other."""
    chance, reception = random.Random(seed), Reception(OfPlace(place))
    save(a, chance)
    up, down = (SlowLine(reception, chance, share) for _ in range(2))
    tries = until_done(a, up)
    catch_up(place)
    return up, down, tries + until_done(b, down)


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        url = f"sqlite:///{folder / 'hub.db'}"
        place = make_place(url, HUB_KEY, world(), service="Derby", kind="training", recovery_key=bytes(range(32)))
        team = add_team(place, "North")
        for name in ("ann", "bea"):
            add_user(place, name, role=Role.NURSE, team=team)
        a, b = (laptop(place, folder / name, name, number) for number, name in ((11, "ann"), (12, "bea")))
        people(a, team)
        for each in (a, b, a, b):
            one(each, SlowLine(Reception(OfPlace(place)), random.Random(0)))
            catch_up(place)
        ups, downs = Went(), Went()
        for seed in range(SEEDS):
            up, down, _ = round_of(place, a, b, seed, 1.0)
            ups.note(up)
            downs.note(down)
        kbit = f"{BYTES_A_SECOND * 8 / 1000:.0f} kbit/s"
        for what, went in (("up", ups), ("down", downs)):
            name = f"{OPERATIONS} operations {what}, {kbit}, {LATENCY_S * 1000:.0f} ms"
            tell(Figure(name, max(went.seconds), GOAL_S, "the goal", 1.0, SEEDS, "s"))
            print(
                f"  {statistics.median(went.sent) / 1000:.1f} kB and {statistics.median(went.requests):.0f} requests,"
                " handshakes too; the slowest counts"
            )
        cut = [round_of(place, a, b, 100 + seed, GETS_THROUGH) for seed in range(SEEDS)]
        minutes = sorted((up.now + down.now) / 60 for up, down, _ in cut)
        tries = [count for _, _, count in cut]
        print(
            f"  one request in {1 / GETS_THROUGH:.0f} getting through: both legs whole {len(cut)} times of {SEEDS},"
            f" after {statistics.median(tries):.0f} exchanges (at most {max(tries)}),"
            f" {minutes[len(minutes) // 2]:.0f} minutes (at most {minutes[-1]:.0f})"
        )
        for each in (a, b):
            each.store.close()
        place.close()


if __name__ == "__main__":
    main()
