"""A bad line in front of a hub: it cuts, holds back, doubles or makes up what passes, on real sockets."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import zstandard

PAGE = b"<html><body>Sign in to the WiFi</body></html>"
PORTAL = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(PAGE), PAGE)
END = b"\r\n\r\n"


class Fault(Enum):
    """What the line does to the next connections; `at` of `Line` says after how many bytes."""

    NONE = auto()
    CUT_BEFORE_SEND = auto()
    CUT_REQUEST = auto()
    CUT_BEFORE_REPLY = auto()
    CUT_REPLY = auto()
    SHORTEN_REPLY = auto()
    ALTER_REPLY = auto()
    REWORD_REPLY = auto()
    FEWER_LINES = auto()
    DRIP = auto()
    HALF_OPEN = auto()
    TWICE = auto()
    PORTAL = auto()


@dataclass
class Line:
    """`url` is where laptops connect; `seen` the bytes of each request that came."""

    url: str = ""
    fault: Fault = Fault.NONE
    at: int = 0
    drip_s: float = 0.05
    times: int = 1_000_000
    """To how many connections the fault happens."""
    after: int = 0
    """How many connections pass before."""
    connections: int = 0
    seen: list[bytes] = field(default_factory=list)

    def break_(self, fault: Fault, *, at: int = 0, times: int = 1_000_000, after: int = 0) -> None:
        self.fault, self.at, self.times, self.after = fault, at, times, after

    def mend(self) -> None:
        self.fault = Fault.NONE

    def next_fault(self) -> Fault:
        self.connections += 1
        if self.fault is Fault.NONE or self.times <= 0:
            return Fault.NONE
        if self.after:
            self.after -= 1
            return Fault.NONE
        self.times -= 1
        return self.fault


@contextmanager
def bad_line(url: str) -> Iterator[Line]:
    """A line to the hub at a plain address. One request per connection passes: each is closed after its answer."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    line = Line()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _pass(line, host, int(port), reader, writer)

    with _listening(take) as line.url:
        yield line


async def _pass(line: Line, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    fault = line.next_fault()
    if fault is Fault.CUT_BEFORE_SEND:
        return
    if fault is Fault.CUT_REQUEST:
        line.seen.append(await reader.readexactly(line.at))
        await _forward(host, port, line.seen[-1], cut=True)
        return
    request = await _request(reader)
    line.seen.append(request)
    if fault is Fault.HALF_OPEN:
        await asyncio.sleep(3600)
    reply = PORTAL if fault is Fault.PORTAL else await _forward(host, port, request)
    if fault is Fault.TWICE:
        await _forward(host, port, request)
    match fault:
        case Fault.CUT_BEFORE_REPLY:
            return
        case Fault.CUT_REPLY:
            writer.write(reply[: line.at or len(reply) // 2])
        case Fault.SHORTEN_REPLY:
            writer.write(_shortened(reply))
        case Fault.ALTER_REPLY:
            head, _, body = reply.partition(END)
            writer.write(head + END + bytes([body[0] ^ 1]) + body[1:])
        case Fault.REWORD_REPLY:
            writer.write(_reworded(reply))
        case Fault.FEWER_LINES:
            writer.write(_fewer(reply))
        case Fault.DRIP:
            for byte in reply:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(line.drip_s)
        case _:
            writer.write(reply)
    await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    await asyncio.sleep(0.02)


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(END)
    length = 0
    for each in head.decode("latin-1").split("\r\n"):
        name, _, value = each.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    return head + await reader.readexactly(length)


async def _forward(host: str, port: int, request: bytes, *, cut: bool = False) -> bytes:
    """Send to the hub and take its whole answer."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request if cut else request.replace(END, b"\r\nConnection: close" + END, 1))
        await writer.drain()
        return b"" if cut else await reader.read()
    finally:
        writer.close()


def _shortened(reply: bytes) -> bytes:
    """The reply with the end of its body gone, and a length that agrees with what is left."""
    head, _, body = reply.partition(END)
    return _with_body(head, body[: len(body) * 2 // 3])


def _fewer(reply: bytes) -> bytes:
    """The reply without its last change set, unpacked and packed again: everything about it looks right."""
    head, _, body = reply.partition(END)
    lines = zstandard.ZstdDecompressor().decompress(body).split(b"\n")
    return _with_body(head, zstandard.ZstdCompressor().compress(b"\n".join(lines[:-2])))


def _reworded(reply: bytes) -> bytes:
    """The reply as if it were about somebody else than `p`: as long as before, and every message in it can be read."""
    head, _, body = reply.partition(END)
    packed = b"zstd" in head
    told = zstandard.ZstdDecompressor().decompress(body) if packed else body
    assert b'"p"' in told
    told = told.replace(b'"p"', b'"q"')
    return _with_body(head, zstandard.ZstdCompressor().compress(told) if packed else told)


def _with_body(head: bytes, body: bytes) -> bytes:
    lines = [
        f"content-length: {len(body)}" if each.lower().startswith("content-length") else each
        for each in head.decode("latin-1").split("\r\n")
    ]
    return "\r\n".join(lines).encode("latin-1") + END + body


@contextmanager
def tunnel(to: str, *, answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> Iterator["Tunnel"]:
    """A proxy that passes every CONNECT on to one plain address, whatever host it was for."""
    host, _, port = to.removeprefix("https://").removeprefix("http://").rpartition(":")
    made = Tunnel()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: bytearray) -> None:
        while piece := await reader.read(65536):
            seen += piece
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        made.asked.append((await reader.readuntil(END)).partition(b"\r\n")[0])
        writer.write(answer)
        await writer.drain()
        if b" 200 " not in answer:
            writer.close()
            return
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        try:
            await asyncio.gather(copy(reader, there_writer, made.passed), copy(there_reader, writer, bytearray()))
        finally:
            there_writer.transport.abort()

    with _listening(take) as url:
        made.url = url
        yield made


@dataclass
class Tunnel:
    """`asked` are the first lines of requests, `passed` what went to the other side."""

    url: str = ""
    asked: list[bytes] = field(default_factory=list)
    passed: bytearray = field(default_factory=bytearray)


@dataclass
class Wire:
    """A line that passes every byte as it is, TLS too. `sent` and `told` count what went to the hub and came back."""

    url: str = ""
    sent: int = 0
    told: int = 0
    _left: dict[str, int] = field(default_factory=dict)
    _act: Callable[[], None] = lambda: None

    def when(self, act: Callable[[], None], *, sent: int = 0, told: int = 0) -> None:
        """Do it once, as soon as so many more bytes have gone to the hub, or have come from it."""
        self._act = act
        self._left = {"sent": sent} if sent else {"told": told}

    @property
    def waits(self) -> bool:
        """Whether it has not come to that yet."""
        return bool(self._left)

    def passed(self, way: str, size: int) -> bool:
        """Whether these bytes may still pass."""
        setattr(self, way, getattr(self, way) + size)
        if way not in self._left:
            return True
        self._left[way] -= size
        if self._left[way] > 0:
            return True
        self._left = {}
        self._act()
        return False


@contextmanager
def wire(to: str) -> Iterator[Wire]:
    """A line to the hub at an address, which may be gone and come back there."""
    scheme, _, address = to.partition("://")
    host, _, port = address.rpartition(":")
    made = Wire()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        while piece := await reader.read(4096):
            if not made.passed(way, len(piece)):
                break
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        try:
            await asyncio.gather(copy(reader, there_writer, "sent"), copy(there_reader, writer, "told"))
        finally:
            there_writer.transport.abort()

    with _listening(take) as url:
        made.url = url.replace("http", scheme, 1)
        yield made


Take = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@contextmanager
def _listening(take: Take) -> Iterator[str]:
    """Take connections in a thread of its own while the block lasts; what hangs then is dropped."""
    told: list[str] = []
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        tasks: set[asyncio.Task[None]] = set()

        async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await take(reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.transport.abort()

        listening = await asyncio.start_server(taken, "127.0.0.1", 0)
        told.append(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
        started.set()
        await stop.wait()
        listening.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="bad line")
    thread.start()
    started.wait(5)
    try:
        yield told[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()
