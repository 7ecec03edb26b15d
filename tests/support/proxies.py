"""A bad line in front of a hub: it cuts, holds back, doubles or makes up what passes, on real sockets."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

PAGE = b"<html><body>Sign in to the WiFi</body></html>"
PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%b" % (len(PAGE), PAGE)
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
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def run() -> None:
        tasks: set[asyncio.Task[None]] = set()

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            tasks.add(task)
            try:
                await _pass(line, host, int(port), reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.transport.abort()

        listening = await asyncio.start_server(take, "127.0.0.1", 0)
        line.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
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
        yield line
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()


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
    if fault is Fault.PORTAL:
        writer.write(PORTAL)
        await writer.drain()
        return
    reply = await _forward(host, port, request)
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
    short = body[: len(body) * 2 // 3]
    lines = [
        f"content-length: {len(short)}" if each.lower().startswith("content-length") else each
        for each in head.decode("latin-1").split("\r\n")
    ]
    return "\r\n".join(lines).encode("latin-1") + END + short
