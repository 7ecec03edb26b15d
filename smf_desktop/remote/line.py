"""A line to one hub that neither hangs nor is taken in: TLS or loopback, the system's proxy, and a last moment.

Importing this module loads the HTTP library; `hub.py` does so when the first line is needed.
"""

import ssl
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

CONNECT_S, WRITE_S, READ_S = 10.0, 30.0, 30.0
WHOLE_S = 180.0
"""Seconds for one request from its first byte to the last of its answer: 256 KiB each way at 64 kbit/s, twice over."""

IDLE_S = 15.0
ANSWER_MOST = 16 * 1024 * 1024
TOGETHER = 16 * 1024
"""Bytes of a request that wait for what follows them."""

_WITHOUT_BODY = frozenset({"GET", "HEAD"})
_BROKEN = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError)

Steady = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that each stage may take, and all of them together."""

    connect: float = CONNECT_S
    write: float = WRITE_S
    read: float = READ_S
    whole: float = WHOLE_S


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came, or as much of it as may be trusted to be there: nothing is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes


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
        self._usual = {"host": made.netloc.decode("ascii"), "accept-encoding": "zstd", "user-agent": "smf"}
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
        self._way.close()


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
        return self._steady() >= self._until


class _Stream(httpcore2.NetworkStream):
    """A stream whose every step ends at the last moment, however often a byte comes.

    Head and body of a small request go out together: each piece that goes alone costs both sides a wake-up.
    """

    def __init__(self, stream: httpcore2.NetworkStream, moment: _LastMoment) -> None:
        self._stream, self._moment = stream, moment
        self._held = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with suppress(httpcore2.WriteError):  # who does not want to hear it all may have said why
            self._let_go(timeout)
        if self._moment.passed():
            raise httpcore2.ReadTimeout
        return self._stream.read(max_bytes, self._moment.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._held += buffer
        if len(self._held) >= TOGETHER:
            self._let_go(timeout)

    def _let_go(self, timeout: float | None) -> None:
        held, self._held = self._held, b""
        if not held:
            return
        if self._moment.passed():
            raise httpcore2.WriteTimeout
        self._stream.write(held, self._moment.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        self._let_go(timeout)
        made = self._stream.start_tls(ssl_context, server_hostname, self._moment.left(timeout))
        return _Stream(made, self._moment)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _Sockets(httpcore2.SyncBackend):
    def __init__(self, moment: _LastMoment) -> None:
        self._moment = moment

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        made = super().connect_tcp(host, port, self._moment.left(timeout), local_address, socket_options)
        return _Stream(made, self._moment)


class _Network:
    """HTTP over `_Sockets`, through the system's proxy when there is one for this host."""

    def __init__(self, url: httpx2.URL, verify: ssl.SSLContext | None, moment: _LastMoment, patience: Patience) -> None:
        self._url = url
        stages = {"connect": patience.connect, "write": patience.write, "read": patience.read, "pool": patience.connect}
        self._extensions = {"timeout": stages}
        context = verify or _trust()
        context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_3)
        network = _Sockets(moment)
        proxy = _proxy(url)
        if proxy is None:
            self._pool = httpcore2.ConnectionPool(
                ssl_context=context, max_connections=1, keepalive_expiry=IDLE_S, network_backend=network
            )
        else:
            self._pool = httpcore2.HTTPProxy(
                proxy.url,
                proxy_auth=proxy.auth,
                ssl_context=context,
                proxy_ssl_context=_trust() if proxy.url.startswith("https") else None,
                max_connections=1,
                keepalive_expiry=IDLE_S,
                network_backend=network,
            )

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Raises what is in `_BROKEN`."""
        path = target.encode("ascii")
        asked = httpcore2.Request(
            method,
            httpcore2.URL(scheme=self._url.raw_scheme, host=self._url.raw_host, port=self._url.port, target=path),
            headers=[(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()],
            content=body,
            extensions=self._extensions,
        )
        with closing(self._pool.handle_request(asked)) as told:
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in told.headers}
            return Reply(told.status, found, _whole(told.iter_stream()))

    def close(self) -> None:
        self._pool.close()


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

    def close(self) -> None:
        self._transport.close()


@dataclass(frozen=True, slots=True)
class _Proxy:
    url: str
    auth: tuple[str, str] | None


def _proxy(url: httpx2.URL) -> _Proxy | None:
    """The system's proxy for an address with TLS; none for this computer itself or what the system leaves out."""
    if url.scheme != "https" or _is_loopback(url.host) or proxy_bypass(url.host):
        return None
    found = getproxies().get("https") or getproxies().get("all")
    if not found:
        return None
    made = httpx2.URL(found if "://" in found else f"http://{found}")
    if made.scheme not in {"http", "https"}:
        return None
    auth = (made.username, made.password) if made.username else None
    return _Proxy(str(made.copy_with(username=None, password=None)), auth)


def _trust() -> ssl.SSLContext:
    """What the operating system trusts."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
