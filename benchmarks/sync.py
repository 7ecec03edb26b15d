"""Where an exchange stands: two laptops and a hub over real sockets, beside a server that only stores and gives back.

Both arms move the same operations: laptop A to the hub, hub to laptop B. Ours with signatures, authorisation,
validation, chain, receipts, folding and digests; the hub folds its own records meanwhile, as it does in service.
"""

import gc
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx2
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert

from benchmarks import _bare_hub as bare
from benchmarks._hub import world
from benchmarks._timing import Figure, tell
from benchmarks._work import SAVES, items, plain_json
from smf_core.operations.change_set import ChangeSet, Item
from smf_core.operations.enrolment import Enrol, proven
from smf_core.policy.roles import Role
from smf_desktop.compose import this_computer
from smf_desktop.remote.answer import Reply
from smf_desktop.remote.hub import RemoteHub
from smf_desktop.remote.line import Line
from smf_desktop.store import tables as local
from smf_desktop.store.engine import connect
from smf_desktop.store.exchanging import Exchanging
from smf_desktop.store.store import Store
from smf_desktop.sync.meanwhile import by_a_thread
from smf_desktop.sync.session import exchange, run
from smf_desktop.sync.steps import Exchanged, Who
from smf_hub.service.enrolling import enrol, new_code
from smf_hub.service.managing import add_team, add_user
from smf_hub.service.place import Place, make_place
from tests.support.postgres import NoServer, database, server
from tests.support.stores import make_store, raw_key

OPERATIONS, ROUNDS, PEOPLE, EMPTY = 10_000, 3, 200, 60
HUB_KEY = "5a" * 32


# --- ours ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Counting:
    """A laptop's own line, and how many bytes of bodies went over it."""

    line: Line
    count: int = 0

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        reply = self.line.ask(method, target, headers, body)
        self.count += len(body) + len(reply.body)
        return reply

    def close(self) -> None:
        self.line.close()


@dataclass(slots=True)
class Laptop:
    store: Store
    device: str
    user: str
    key: Ed25519PrivateKey
    hub_key: bytes
    hub: RemoteHub | None = None
    line: Any = None

    def connect(self, url: str) -> None:
        computer = this_computer()
        self.hub = RemoteHub(
            url,
            device=self.device,
            signing_key=self.key.private_bytes_raw(),
            hub_key=self.hub_key,
            clock=computer.clock,
            random=os.urandom,
        )
        self.line = Counting(self.hub._line)
        self.hub._line = self.line

    def sync(self) -> Exchanged:
        computer = this_computer()
        assert self.hub is not None
        store = Exchanging(self.store, computer.clock, computer.new_id)
        with by_a_thread() as apart:
            done = run(exchange(self.hub, store, computer.clock, Who("4", self.key.sign), apart))
        assert done.trouble is None, done
        return done


def laptop(place: Place, folder: Path, user: str, number: int) -> Laptop:
    computer = this_computer()
    key = Ed25519PrivateKey.generate()
    make_store(folder, raw_key(number), number * 1_000_000)
    store = Store(folder, raw_key(number))
    told = enrol(
        place,
        proven(
            Enrol(
                code=new_code(place, user),
                username=user,
                device_name=f"SMF-LT-{number:03}",
                key=key.public_key().public_bytes_raw(),
                store=computer.new_id(),
            ),
            key.sign,
        ),
    )
    row = {
        "hub": told.hub,
        "url": "loopback",
        "hub_key": told.hub_key,
        "recovery_key": told.recovery_key,
        "device": told.device,
        "device_key": key.private_bytes_raw(),
        "ratchet": b"",
        "offset_ms": 0,
        "joined_at": computer.clock.now().isoformat(),
        "heard_ms": 0,
    }
    with store.work(author="", now=computer.clock.now(), new_id=computer.new_id) as work:
        work.connection.execute(insert(local.joined_hub), [row])
    return Laptop(store, told.device, told.user.user, key, told.hub_key)


@contextmanager
def ours(url: str, folder: Path) -> Iterator[tuple[Laptop, Laptop, int]]:
    """Two laptops that have joined a hub in a process of its own, and have met once; and that process."""
    key = HUB_KEY if url.startswith("sqlite") else None
    place = make_place(url, key, world(), service="Derby", kind="training", recovery_key=bytes(range(32)))
    team = add_team(place, "North")
    for name in ("ann", "bea"):
        add_user(place, name, role=Role.NURSE, team=team)
    a, b = (laptop(place, folder / name, name, number) for number, name in ((11, "ann"), (12, "bea")))
    place.close()
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._hub", url, key or ""], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        for each in (a, b):
            each.connect(address)
        people(a, team)
        for each in (a, b, a, b):
            each.sync()
        yield a, b, process.pid
    finally:
        for each in (a, b):
            each.store.close()
            if each.hub is not None:
                each.hub.close()
        process.terminate()
        process.wait()


def people(a: Laptop, team: str) -> None:
    computer = this_computer()
    with a.store.work(author=a.user, now=computer.clock.now(), new_id=computer.new_id) as work:
        for number in range(PEOPLE):
            who = computer.new_id()
            said = [
                Item(entity="patient", entity_id=who, kind="name", payload={"family": f"TEST{number}", "given": "Ann"}),
                Item(entity="patient", entity_id=who, kind="born", payload={"date_of_birth": "1951-03-14"}),
                Item(entity="patient", entity_id=who, kind="team", payload={"team": team}),
            ]
            work.save(said, patient=who)


def save(a: Laptop, sizes: Sequence[int], chance: random.Random) -> bytes:
    """Ten thousand operations saved on a laptop; not timed. Answers them as plain JSON."""
    computer = this_computer()
    with a.store.read() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT id FROM patient")]
        last = connection.exec_driver_sql("SELECT max(rowid) FROM change_set").scalar_one()
    total, size = 0, cycle(sizes)
    with a.store.work(author=a.user, now=computer.clock.now(), new_id=computer.new_id) as work:
        while total < OPERATIONS:
            who, count = chance.choice(ids), next(size)
            work.save(items(chance, computer.new_id, who, a.user, count), patient=who)
            total += count
    with a.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT head, body FROM change_set WHERE rowid > ? ORDER BY rowid", (last,))
        return plain_json([ChangeSet(head, body) for head, body in rows])


# --- the floor -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Floor:
    """Two bare encrypted files and a bare server."""

    client: httpx2.Client
    process: int
    a: Any
    b: Any

    def load(self, raw: bytes) -> None:
        self.a.execute("DELETE FROM change")
        _into(self.a, bare.changes(raw))

    def up(self, where: str) -> None:
        rows = self.a.execute(bare.ALL).fetchall()
        body = zstandard.compress(bare.written(rows), 3)
        assert int(self.client.post(f"/push/{where}", content=body).content) == len(rows)

    def down(self, where: str) -> None:
        self.b.execute("DELETE FROM change")
        _into(self.b, bare.changes(zstandard.decompress(self.client.get(f"/pull/{where}").content)))


def _into(file: Any, rows: list[bare.Row]) -> None:
    file.execute("BEGIN IMMEDIATE")
    file.executemany(bare.INTO_SQLITE, rows)
    file.execute("COMMIT")


@contextmanager
def floor(folder: Path, url: str | None) -> Iterator[Floor]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "benchmarks._bare_hub", str(port), str(folder / "bare.db"), *([url] if url else [])]
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    files = []
    for name in ("floor-a.db", "floor-b.db"):
        (folder / name).touch()
        file = connect(folder / name, raw_key(21))
        file.execute(bare.TABLE.format(serial="INTEGER PRIMARY KEY"))
        files.append(file)
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
        for _ in range(200):
            try:
                client.post("/clear")
                break
            except httpx2.TransportError:
                time.sleep(0.05)
        try:
            yield Floor(client, process.pid, *files)
        finally:
            for file in files:
                file.close()
            process.terminate()
            process.wait()


# --- side by side --------------------------------------------------------------------------------


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def processor(process: int) -> float:
    """Milliseconds that another process has computed so far; the system reckons in hundredths of a second."""
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")


def at_rest(process: int) -> None:
    """Wait until another process has computed next to nothing for longer than the projector lets others go first."""
    quiet = 0
    for _ in range(120):
        before = processor(process)
        time.sleep(1)
        quiet = quiet + 1 if processor(process) - before < 50 else 0
        if quiet == 7:
            return


@dataclass(slots=True)
class Computed:
    """What both legs cost in milliseconds of processor: a machine with other work to do changes it less than time.

    `here` is of the laptops or of the floor's clients, `there` of the server.
    """

    server: int
    here: list[float] = field(default_factory=list)
    there: list[float] = field(default_factory=list)

    @contextmanager
    def counted(self) -> Iterator[None]:
        here, there = time.process_time(), processor(self.server)
        yield
        self.here.append((time.process_time() - here) * 1000)
        self.there.append(processor(self.server) - there)

    def middle(self) -> tuple[float, float]:
        """Without the first round, which warms up."""
        return statistics.median(self.here[1:]), statistics.median(self.there[1:])


def legs(where: str, url: str, postgresql: str | None, sizes: Sequence[int], goal: float, wire_goal: float) -> None:
    """Both legs of 10,000 operations, ours and the floor's in turn; then the line."""
    chance = random.Random(f"{where} {sizes}")
    took: dict[str, list[float]] = {"ours": [], "floor": []}
    up: list[float] = []
    wire: list[float] = []
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(place)
        a, b, hub = stack.enter_context(ours(url or f"sqlite:///{folder / 'hub.db'}", folder))
        under = stack.enter_context(floor(folder, postgresql))
        cost, bare_cost = Computed(hub), Computed(under.process)
        for turn in range(ROUNDS + 1):
            plain = save(a, sizes, chance)
            under.client.post("/clear")
            under.load(plain)
            a.line.count = b.line.count = 0
            with cost.counted():
                first = timed(a.sync)
                both = first + timed(b.sync)
            line = max(a.line.count, b.line.count) / len(plain)
            with bare_cost.counted():
                bare_both = timed(lambda: under.up(where)) + timed(lambda: under.down(where))
            if turn:
                took["ours"].append(both)
                took["floor"].append(bare_both)
                up.append(first)
                wire.append(line)
        at_rest(hub)
        nothing: dict[str, list[float]] = {"ours": [], "trip": []}
        for _ in range(EMPTY):  # in turn: what else the machine does meanwhile is met by both
            nothing["ours"].append(timed(a.sync))
            nothing["trip"].append(timed(lambda: under.client.post("/nothing", content=b"[]")))
    kind = "one by one" if len(sizes) == 1 else "saves of 1-28"
    middle = {name: statistics.median(each) for name, each in took.items()}
    name = f"10,000 operations, {kind}, {where}"
    tell(Figure(name, middle["ours"], middle["floor"], "stored and given back, no rules", 1 / goal, ROUNDS))
    tell(
        Figure(
            f"  the line, {kind}", statistics.median(wire) * 100, 100, "plain JSON, each leg", wire_goal, ROUNDS, "%"
        )
    )
    empty, trip = (statistics.median(each) for each in nothing.values())
    tell(Figure(f"  nothing new, {where}", empty, trip, "one bare round trip", 3.0, EMPTY))
    print(f"  nothing new at its quickest {min(nothing['ours']):.2f} ms of {min(nothing['trip']):.2f} ms")
    rates = [OPERATIONS / each * 1000 for each in (middle["ours"], statistics.median(up))]
    print(f"  ours {rates[0]:,.0f} operations a second over both legs, {rates[1]:,.0f} up")
    (laptops, at_hub), (clients, at_bare) = cost.middle(), bare_cost.middle()
    shares = f"laptops {laptops:,.0f} ms, hub {at_hub:,.0f} ms; floor {clients:,.0f} ms and {at_bare:,.0f} ms"
    print(f"  processor {(laptops + at_hub) / (clients + at_bare):.1f} x: {shares}")


LEGS = {"mixed": (SAVES, 0.5, 0.12), "single": ((1,), 0.25, 0.21)}


def main(chosen: list[str]) -> None:
    """`python -m benchmarks.sync sqlite mixed` runs that leg alone."""
    gc.disable()  # as the windows do, which collect between what they do
    wanted = [name for name in LEGS if name in chosen] or list(LEGS)
    if "sqlite" in chosen or "postgresql" not in chosen:
        for name in wanted:
            legs("sqlite", "", None, *LEGS[name])
    if "postgresql" in chosen or "sqlite" not in chosen:
        try:
            for name in wanted:
                with server() as at, database(at) as hub, database(at) as under:
                    legs("postgresql", hub, under, *LEGS[name])
        except NoServer as why:
            print(f"PostgreSQL was not measured: {why}")


if __name__ == "__main__":
    main(sys.argv[1:])
