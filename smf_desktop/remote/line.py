"""A line to one hub that neither hangs nor is taken in: TLS or loopback, the system's proxy, and a last moment.

Importing this module loads the HTTP library; `hub.py` does so when the first line is needed.
"""

import ssl
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Lock
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2
import truststore

from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.remote.answer import ANSWER_MOST, Answer, Reply

CONNECT_S, WRITE_S, READ_S = 10.0, 30.0, 30.0
WHOLE_S = 180.0
"""Seconds for one request from its first byte to the last of its answer: 256 KiB each way at 64 kbit/s, twice over."""

IDLE_S = 15.0
READ_BYTES = 64 * 1024
AGENT = "smf"

_WITHOUT_BODY = frozenset({"GET", "HEAD"})
_PORTS = {"http": 80, "https": 443}
_BROKEN = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError)

Steady = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that each stage may take, and all of them together."""

    connect: float = CONNECT_S
    write: float = WRITE_S
    read: float = READ_S
    whole: float = WHOLE_S


class Line:
    """One connection, kept between requests; one request at a time."""

    def __init__(
        self,
        url: str,
        *,
        steady: Steady,
        verify: ssl.SSLContext | None = None,
        transport: httpx2.BaseTransport | None = None,
        patience: Patience = Patience(),
    ) -> None:
        """Raises `HubTrouble` CERTIFICATE for an address without TLS beyond this computer: nothing is sent there."""
        made = _checked(url)
        self._moment = _LastMoment(steady, patience)
        self._way: _Network | _Handed = (
            _Network(made, verify, self._moment, patience) if transport is None else _Handed(made, transport)
        )
        self._usual = {"host": made.netloc.decode("ascii"), "accept-encoding": "zstd", "user-agent": AGENT}
        self._lock = Lock()

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send a request and take the whole answer; no redirect is followed, no cookie kept.

        Raises `HubTrouble` UNREACHABLE, CERTIFICATE or BAD_REPLY.
        """
        with self._lock:
            self._moment.begin()
            said = {**self._usual, **headers}
            if method not in _WITHOUT_BODY:
                said["content-length"] = str(len(body))
            try:
                return self._way.ask(method, target, said, body)
            except (httpx2.HTTPError, httpx2.StreamError, *_BROKEN, OSError) as error:
                raise HubTrouble(Trouble.CERTIFICATE if _is_tls(error) else Trouble.UNREACHABLE) from None

    def close(self) -> None:
        """For good: a request that is under way ends, one that comes later does not reach the hub."""
        self._way.end()


def _checked(url: str) -> httpx2.URL:
    try:
        made = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError):
        raise HubTrouble(Trouble.NOT_A_HUB) from None
    if made.scheme == "http" and not _is_loopback(made.host):
        raise HubTrouble(Trouble.CERTIFICATE)
    if made.scheme not in {"http", "https"} or not made.host:
        raise HubTrouble(Trouble.NOT_A_HUB)
    return made


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _whole(stream: Iterable[bytes]) -> bytes:
    """A body as it came, still packed."""
    pieces, size = [], 0
    for piece in stream:
        size += len(piece)
        if size > ANSWER_MOST:
            raise HubTrouble(Trouble.BAD_REPLY)
        pieces.append(piece)
    return b"".join(pieces)


def _is_tls(error: BaseException) -> bool:
    """Whether the other side could not prove who it is. A line cut while it tried to is no more than a cut line."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return not isinstance(seen, ssl.SSLEOFError | ssl.SSLZeroReturnError)
        seen = seen.__cause__ or seen.__context__
    return False


# --- the connection itself -----------------------------------------------------------------------


class _LastMoment:
    """When the present request has to be over: the shorter of a stage's time and what is left of the whole."""

    def __init__(self, steady: Steady, patience: Patience) -> None:
        self._steady, self._patience = steady, patience
        self._until = 0.0

    def begin(self) -> None:
        self._until = self._steady() + self._patience.whole

    def left(self, stage: float | None) -> float:
        """Seconds, at least a few thousandths, so that what waits for ever ends at once."""
        return max(0.005, min(self._until - self._steady(), stage if stage is not None else self._patience.whole))

    def passed(self) -> bool:
        return self.now() >= self._until

    def now(self) -> float:
        return self._steady()


class _Network:
    """HTTP/1.1 over one line that is kept, through the system's proxy when there is one for this host."""

    def __init__(self, url: httpx2.URL, verify: ssl.SSLContext | None, moment: _LastMoment, patience: Patience) -> None:
        self._url, self._moment, self._patience = url, moment, patience
        self._context = verify or _trust()
        self._context.minimum_version = max(self._context.minimum_version, ssl.TLSVersion.TLSv1_3)
        self._context.set_alpn_protocols(["http/1.1"])
        self._proxy = _proxy(url)
        self._open: httpcore2.NetworkStream | None = None
        self._ended = False
        self._used = 0.0

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Raises what is in `_BROKEN`, or `HubTrouble` BAD_REPLY."""
        said = _written(method, target, headers) + body
        try:
            answer = self._told(self._ready(), said, has_body=method != "HEAD")
        except BaseException:
            self.close()
            raise
        if not answer.stays:
            self.close()
        self._used = self._moment.now()
        return answer.reply

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None

    def end(self) -> None:
        """Also from another thread, while one asks: what that one is about to open is closed by itself."""
        self._ended = True
        self.close()

    def _ready(self) -> httpcore2.NetworkStream:
        """The line: a new one where the last was idle for long, or has been ended by the other side since."""
        last = self._open
        if last is not None and (self._moment.now() - self._used > IDLE_S or last.get_extra_info("is_readable")):
            self.close()
        return self._open or self._connected()

    def _connected(self) -> httpcore2.NetworkStream:
        left, stage, proxy = self._moment.left, self._patience.connect, self._proxy
        host, port = self._url.host, self._url.port or _PORTS[self._url.scheme]
        to = (proxy.url.host, proxy.url.port or _PORTS[proxy.url.scheme]) if proxy else (host, port)
        stream = self._kept(httpcore2.SyncBackend().connect_tcp(*to, left(stage)))
        if proxy and proxy.url.scheme == "https":
            stream = self._kept(stream.start_tls(_trust(), to[0], left(stage)))
        if proxy:
            beyond = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            asked = _written("CONNECT", beyond, {"host": beyond, "user-agent": AGENT, **proxy.shown})
            if not 200 <= self._told(stream, asked, has_body=False).reply.status < 300:
                raise httpcore2.ProxyError
        if self._url.scheme == "https":
            stream = self._kept(stream.start_tls(self._context, host, left(stage)))
        return stream

    def _kept(self, stream: httpcore2.NetworkStream) -> httpcore2.NetworkStream:
        self._open = stream
        if self._ended:
            raise httpcore2.ConnectError
        return stream

    def _told(self, stream: httpcore2.NetworkStream, said: bytes, *, has_body: bool) -> Answer:
        """The answer to one request. Head and body go out together: each piece that goes alone wakes both sides."""
        with suppress(httpcore2.WriteError):  # who does not want to hear it all may have said why
            stream.write(said, self._moment.left(self._patience.write))
        answer = Answer(has_body=has_body)
        while not answer.is_whole:
            if self._moment.passed():
                raise httpcore2.ReadTimeout
            answer.take(stream.read(READ_BYTES, self._moment.left(self._patience.read)))
        return answer


def _written(method: str, target: str, headers: Mapping[str, str]) -> bytes:
    """The head of a request. Raises `HubTrouble` where a word of the hub's in it does not fit a line."""
    lines = (f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()))
    if not all(line.isascii() and line.isprintable() for line in lines):
        raise HubTrouble(Trouble.BAD_REPLY)
    return "\r\n".join((*lines, "", "")).encode("ascii")


class _Handed:
    """The same over a transport that was handed in."""

    def __init__(self, url: httpx2.URL, transport: httpx2.BaseTransport) -> None:
        self._url, self._transport = url, transport

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Raises `httpx2.HTTPError` or `httpx2.StreamError`."""
        at = self._url.copy_with(raw_path=target.encode("ascii"))
        request = httpx2.Request(method, at, headers=dict(headers), content=body)
        with closing(self._transport.handle_request(request)) as told:
            assert isinstance(told.stream, httpx2.SyncByteStream)
            return Reply(told.status_code, dict(told.headers), _whole(told.stream))

    def end(self) -> None:
        self._transport.close()


@dataclass(frozen=True, slots=True)
class _Proxy:
    """`shown` are the headers that it lets somebody through for."""

    url: httpx2.URL
    shown: Mapping[str, str]


def _proxy(url: httpx2.URL) -> _Proxy | None:
    """The system's proxy for an address with TLS; none for this computer itself or what the system leaves out."""
    if url.scheme != "https" or _is_loopback(url.host) or proxy_bypass(url.host):
        return None
    found = getproxies().get("https") or getproxies().get("all")
    if not found:
        return None
    made = httpx2.URL(found if "://" in found else f"http://{found}")
    if made.scheme not in _PORTS:
        return None
    name = b64encode(f"{made.username}:{made.password}".encode()).decode() if made.username else ""
    return _Proxy(made, {"proxy-authorization": f"Basic {name}"} if name else {})


def _trust() -> ssl.SSLContext:
    """What the operating system trusts."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
