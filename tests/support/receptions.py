"""A hub without a database behind the real reception, on a real socket, and laptops that speak to it."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smf_core.operations.change_set import CHAIN_START, ChangeSet
from smf_core.operations.enrolment import Enrol, Enrolled, KnownUser
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import (
    DraftNote,
    Exceptional,
    Hello,
    Outcome,
    Page,
    Placed,
    Pull,
    Push,
    Pushed,
    Run,
    Scope,
    Welcome,
)
from smf_core.operations.wire import Entry
from smf_desktop.remote.hub import RemoteHub
from smf_hub.app.behind import Known
from smf_hub.app.serving import server
from smf_hub.app.web import app_over
from smf_hub.ports import Caller

DEVICE = "0192f000-0000-7000-8000-0000000000d1"
USER = "0192f000-0000-7000-8000-0000000000a1"
TEAM = "0192f000-0000-7000-8000-0000000000b1"


class Chance:
    """Bytes that are other ones each time, and the same in each run."""

    def __init__(self, seed: str) -> None:
        self._seed, self._n = seed, 0
        self._lock = threading.Lock()

    def __call__(self, size: int) -> bytes:
        with self._lock:
            self._n += 1
            return sha256(f"{self._seed} {self._n}".encode()).digest()[:size]


class Watch:
    """A clock that stands still until it is moved; what is steady is real."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def steady(self) -> float:
        return monotonic()

    def local(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=UTC)

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Shelf:
    """What the hub behind the reception has taken, for as long as the test lasts."""

    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    drafts: dict[str, tuple[DraftNote, bytes]] = field(default_factory=dict)
    pieces: dict[tuple[str, int], bytes] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


class HubOfPaper:
    """Takes what it is given, answers plausibly; implements `hub.Hub` as far as the line needs it."""

    def __init__(self, behind: "BehindOfPaper", caller: Caller) -> None:
        self._behind, self._caller, self._shelf = behind, caller, behind.shelf

    def hello(self, said: Hello) -> Welcome:
        self._shelf.calls.append("hello")
        token = self._behind.new_token(self._caller.device)
        return Welcome(hub_time=said.local_time, proto=1, my_view={}, feeds={}, token=token)

    def push(self, said: Push, change_sets: Sequence[ChangeSet]) -> Pushed:
        self._shelf.calls.append("push")
        self._behind.held_up.wait(5)
        new, known = 0, []
        for at, each in enumerate(change_sets):
            if each.head.cs_id in self._shelf.change_sets:
                known.append(Exceptional(at=at, outcome=Outcome.DUPLICATE, feed="service", seq=at + 1))
            else:
                self._shelf.change_sets[each.head.cs_id] = each
                new += 1
        run = Run(feed="service", first=1, last=new, chain_before=CHAIN_START, chain_after=CHAIN_START)
        return Pushed(runs=(run,) if new else (), exceptions=tuple(known))

    def offer(self, said: Any, entries: Sequence[Entry]) -> Pushed:
        return Pushed()

    def pull(self, said: Pull) -> tuple[Page, Sequence[Entry]]:
        entries = list(self._shelf.change_sets.values())[said.after.seq :]
        last = said.after.seq + len(entries)
        page = Page(feed=said.feed, first=said.after.seq + 1, last=last, chain_after=CHAIN_START, head=last)
        return page, entries

    def scope(self, feed: str) -> Scope:
        if feed != f"team:{TEAM}":
            raise HubTrouble(Trouble.UNKNOWN)
        return Scope(scope=b"x", people=("p",))

    def patient(self, feed: str, patient: str, after: int, until: int) -> tuple[Placed, Sequence[ChangeSet]]:
        found = [each for each in self._shelf.change_sets.values() if each.head.patient_id == patient]
        return Placed(feed=feed, seqs=tuple(range(after + 1, after + 1 + len(found)))), found

    def keep_draft(self, slot: str, note: DraftNote, sealed: bytes) -> None:
        self._shelf.drafts[slot] = (note, sealed)

    def drop_draft(self, slot: str) -> None:
        self._shelf.drafts.pop(slot, None)

    def drafts(self) -> Sequence[DraftNote]:
        return [note for note, _ in self._shelf.drafts.values()]

    def draft(self, slot: str, reason: str = "") -> bytes:
        self._shelf.reasons.append(reason)
        if slot not in self._shelf.drafts:
            raise HubTrouble(Trouble.UNKNOWN)
        return self._shelf.drafts[slot][1]

    def blob_ranges(self, digest: str) -> Sequence[tuple[int, int]] | None:
        if digest in self._shelf.whole:
            return None
        pieces = self._shelf.pieces.items()
        return [(start, start + len(bytes_)) for (which, start), bytes_ in pieces if which == digest]

    def put_blob(self, digest: str, offset: int, content: bytes) -> None:
        self._shelf.pieces[digest, offset] = content

    def commit_blob(self, digest: str, size: int) -> None:
        self._shelf.whole.add(digest)

    def blob(self, digest: str, offset: int) -> bytes:
        return self._shelf.pieces.get((digest, offset), b"")

    def laptops(self) -> Any:
        raise ZeroDivisionError("ABERNATHY, Doreen is in this text")


class BehindOfPaper:
    """Implements `Behind`: one laptop, in memory."""

    def __init__(self, watch: Watch, chance: Chance) -> None:
        self.clock = watch
        self.signing_key = chance(32)
        self.device_key = chance(32)
        self.shelf = Shelf()
        self.revoked = False
        self.tokens: set[tuple[str, str]] = set()
        self.not_there_noted: list[str] = []
        self.held_up = threading.Event()
        self.held_up.set()
        self._chance = chance

    @property
    def public_key(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.signing_key).public_key().public_bytes_raw()

    def new_token(self, device: str) -> str:
        token = self._chance(8).hex()
        self.tokens.add((device, token))
        return token

    def known(self, device: str, *, lately: bool = False) -> Known | None:
        if device != DEVICE:
            return None
        key = Ed25519PrivateKey.from_private_bytes(self.device_key).public_key().public_bytes_raw()
        return Known(key, Caller(DEVICE, TEAM, frozenset({USER}), revoked=self.revoked))

    def token_holds(self, device: str, token: str) -> bool:
        return (device, token) in self.tokens

    def hub(self, caller: Caller) -> Any:
        return HubOfPaper(self, caller)

    def enrol(self, said: Enrol) -> Enrolled:
        if said.code != "RIGHT":
            raise HubTrouble(Trouble.CODE)
        return Enrolled(
            device=DEVICE,
            user=KnownUser(user=USER, username=said.username, name="Nurse", role="nurse"),
            team=TEAM,
            team_name="North",
            service="s",
            service_name="Service",
            kind="training",
            hub="h",
            hub_key=self.public_key,
            recovery_key=bytes(32),
        )

    def figure(self, caller: Caller, name: str, asked: Mapping[str, str]) -> bytes:
        raise HubTrouble(Trouble.UNKNOWN)

    def not_there(self, caller: Caller, path: str) -> None:
        self.not_there_noted.append(path)

    def health(self) -> Mapping[str, int]:
        return {"feeds": 2, "change_sets": len(self.shelf.change_sets)}


@contextmanager
def served(
    behind: Any,
    *,
    cert: Path | None = None,
    key: Path | None = None,
    workers: int = 4,
    room: int = 64,
    beginning: int = 64,
    body_s: float = 5,
) -> Iterator[str]:
    """The address at which the hub answers while the block lasts; its threads have ended when it has."""
    told: list[str] = []
    app = app_over(behind, workers=workers, room=room, beginning=beginning, body_s=body_s)
    serving = server(app, "127.0.0.1", 0, cert, key, ready=told.append)
    thread = threading.Thread(target=serving.run, name="hub server")
    thread.start()
    try:
        until = monotonic() + 10
        while not told and monotonic() < until and thread.is_alive():
            sleep(0.005)
        yield told[0]
    finally:
        serving.should_exit = True
        thread.join(10)


@contextmanager
def remote(url: str, behind: BehindOfPaper, **more: Any) -> Iterator[RemoteHub]:
    """The hub as its laptop reaches it."""
    more.setdefault("hub_key", behind.public_key)
    more.setdefault("device", DEVICE)
    more.setdefault("signing_key", behind.device_key)
    more.setdefault("clock", behind.clock)
    more.setdefault("random", Chance("nonces"))
    made = RemoteHub(url, **more)
    try:
        yield made
    finally:
        made.close()


def hello() -> Hello:
    return Hello(protos=(1,), app="test", schema=1, replicas={}, feeds={}, local_time="2026-11-23T08:00:00+00:00")
