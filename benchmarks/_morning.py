"""The laptops of a morning: each says what it has to a hub over a line of its own, as `smf_desktop.sync` says it.

`python -m benchmarks._morning PLAN ADDRESS SECONDS` reads what is to be said, all of it signed and packed before, and
begins each laptop at its own moment of so many seconds. Answers JSON: how each exchange went.
"""

import asyncio
import os
import random
import resource
import sys
import time
from base64 import b64encode
from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smf_core.operations import requests as say
from smf_core.operations.change_set import SCHEMA, ChangeSet, chained
from smf_core.operations.digest import bucket, month
from smf_core.operations.hub import Trouble
from smf_core.operations.protocol import (
    PROTOS,
    START,
    Hello,
    Mark,
    Page,
    Pull,
    Pushed,
    Stand,
    Verified,
    Verify,
    Welcome,
)
from smf_core.operations.wire import pack, unpack
from smf_desktop.sync.timing import FIRST, JITTER, MOST


class Batch(msgspec.Struct):
    """A push, packed and squeezed, the hashes of its change sets and the month of each."""

    body: bytes
    hashes: list[bytes]
    months: list[int]


class Part(msgspec.Struct):
    """One laptop: who it is, where it stands, what it has to send, and the digests of what it holds."""

    device: str
    key: bytes
    replicas: dict[str, Mark]
    stands: dict[str, Mark]
    scopes: dict[str, bytes]
    held: dict[int, list[bytes]]
    """By month the hashes of what is held of the team's people."""
    pushes: list[Batch]


class Went(msgspec.Struct):
    """How one exchange went: seconds from its first request to its last answer, the waits it was told to make left in
    the count of `busy` and in `with_waits`; `trouble` is empty unless it failed."""

    began: float
    seconds: float
    with_waits: float
    requests: int
    pulled: int
    busy: int
    trouble: str = ""


class Report(msgspec.Struct):
    went: list[Went]
    processor: float


class Refused(Exception):
    def __init__(self, why: Trouble, wait: int) -> None:
        super().__init__(why.value)
        self.why, self.wait = why, wait


class Laptop:
    """One exchange after another until one is whole."""

    def __init__(self, part: Part, address: str, chance: random.Random) -> None:
        self.part, self.chance = part, chance
        at = urlsplit(address)
        assert at.hostname
        assert at.port
        self.host, self.port = at.hostname, at.port
        self.key = Ed25519PrivateKey.from_private_bytes(part.key)
        self.token, self.ratchet = "", b""
        self.requests = self.pulled = 0
        self.receipted: set[bytes] = set()
        self.at = 0

    async def morning(self, began: float) -> Went:
        failures = busy = 0
        came = time.perf_counter()
        while True:
            start = time.perf_counter()
            trouble = ""
            try:
                await self.exchange()
            except Refused as refused:
                if refused.why is Trouble.BUSY:
                    busy += 1
                    failures += 1
                    step = min(MOST, FIRST * 2 ** (failures - 1)) * (1 - JITTER * self.chance.random())
                    await asyncio.sleep(max(step, refused.wait))
                    continue
                trouble = refused.why.value
            except (OSError, asyncio.IncompleteReadError, AssertionError) as error:
                trouble = f"{type(error).__name__} {error}"
            end = time.perf_counter()
            return Went(began, end - start, end - came, self.requests, self.pulled, busy, trouble)

    async def exchange(self) -> None:
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        try:
            welcome = await self.hello()
            while self.at < len(self.part.pushes):
                await self.push(self.part.pushes[self.at])
                self.at += 1
            touched: set[int] = {each for one in self.part.pushes for each in one.months}
            for feed in welcome.feeds:
                touched |= await self.pull(feed)
            for feed, head in welcome.feeds.items():
                if head.scope:
                    assert head.scope == self.part.scopes[feed], "scope"
                    await self.verify(feed, head.scope, touched)
        finally:
            self.writer.close()

    async def hello(self) -> Welcome:
        said = Hello(
            protos=PROTOS,
            app="4",
            schema=SCHEMA,
            replicas=self.part.replicas,
            feeds={feed: Stand(cursor=mark) for feed, mark in self.part.stands.items()},
            local_time="2026-11-23T08:00:00+00:00",
            unsent=sum(len(each.hashes) for each in self.part.pushes[self.at :]),
            ratchet=self.ratchet,
        )
        welcome = say.read(await self.ask("POST", "/v1/sync/hello", pack(said)), Welcome)
        self.token, self.ratchet = welcome.token, welcome.ratchet
        return welcome

    async def push(self, batch: Batch) -> None:
        told = say.read(await self.ask("POST", "/v1/sync/push", batch.body, packed=True), Pushed)
        assert sum(run.last - run.first + 1 for run in told.runs) == len(batch.hashes), "receipt"
        for run in told.runs:
            cursor = self.part.stands.get(run.feed, START)
            if cursor == Mark(seq=run.first - 1, chain=run.chain_before):
                self.part.stands[run.feed] = Mark(seq=run.last, chain=run.chain_after)
        for hash_, when in zip(batch.hashes, batch.months, strict=True):
            if when:
                self.receipted.add(hash_)
                self.part.held.setdefault(when, []).append(hash_)

    async def pull(self, feed: str) -> set[int]:
        touched: set[int] = set()
        while True:
            after = self.part.stands.get(feed, START)
            answer = await self.ask("POST", "/v1/sync/pull", pack(Pull(feed=feed, after=after)))
            page, entries = unpack(answer, Page)
            chain = after.chain
            for each in entries:
                chain = chained(chain, each.hash)
                if isinstance(each, ChangeSet) and each.hash not in self.receipted and feed.startswith("team:"):
                    if each.head.patient_id is None:
                        continue
                    when = month(each.head)
                    self.part.held.setdefault(when, []).append(each.hash)
                    touched.add(when)
                    self.pulled += 1
            assert chain == page.chain_after or not entries, "chain"
            if entries:
                self.part.stands[feed] = Mark(seq=page.last, chain=chain)
            if not page.more:
                return touched

    async def verify(self, feed: str, scope: bytes, months: Collection[int]) -> None:
        claims = {each: bucket(self.part.held[each]) for each in months if each}
        said = Verify(feed=feed, seq=self.part.stands[feed].seq, scope=scope, months=claims)
        verified = say.read(await self.ask("POST", "/v1/sync/verify", pack(said)), Verified)
        assert (verified.months, verified.stale) == ((), False), "verify"

    async def ask(self, method: str, target: str, body: bytes = b"", *, packed: bool = False) -> bytes:
        self.requests += 1
        headers: dict[str, str] = {"host": self.host, "user-agent": "smf", "accept-encoding": "zstd"}
        if packed or len(body) >= say.PACK_FROM:
            body = body if packed else say.squeeze(body)
            headers["content-encoding"] = "zstd"
        nonce, now = os.urandom(16).hex(), str(int(time.time() * 1000))
        content = say.signed_request(method, target, int(now), nonce, sha256(body).digest())
        headers |= {
            say.DEVICE: self.part.device,
            say.TIME: now,
            say.NONCE: nonce,
            say.SIGNATURE: b64encode(self.key.sign(content)).decode(),
            "authorization": f"Bearer {self.token}",
            "content-length": str(len(body)),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.writer.write(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        told = dict(line.partition(": ")[::2] for line in head.split("\r\n")[1:] if line)
        status = int(head.split(" ", 2)[1])
        answer = await self.reader.readexactly(int(told.get("content-length", "0")))
        if told.get("content-encoding") == "zstd":
            answer = say.inflate(answer, 64 * 1024 * 1024, 1000)
        if status >= 300:
            problem = say.read_problem(answer)
            assert problem, f"status {status}"
            raise Refused(problem[0], int(told.get("retry-after", "0")))
        return answer


async def morning(parts: Sequence[Part], address: str, seconds: float) -> list[Went]:
    """All of them, each from its own moment on."""
    chance = random.Random(8)

    async def one(part: Part, at: float) -> Went:
        laptop = Laptop(part, address, chance)
        await asyncio.sleep(at)
        return await laptop.morning(at)

    return list(await asyncio.gather(*(one(part, chance.random() * seconds) for part in parts)))


def main(plan: str, address: str, seconds: str) -> None:
    parts = msgspec.msgpack.decode(Path(plan).read_bytes(), type=list[Part])
    used = resource.getrusage(resource.RUSAGE_SELF)
    before = used.ru_utime + used.ru_stime
    went = uvloop.run(morning(parts, address, float(seconds)))
    used = resource.getrusage(resource.RUSAGE_SELF)
    report = Report(went, used.ru_utime + used.ru_stime - before)
    sys.stdout.buffer.write(msgspec.json.encode(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
