"""The hub on the network: TLS 1.3, or plain HTTP on the loopback alone."""

import gc
import ssl
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from smf_hub.app.app import make_app
from smf_hub.ports import CertificateUnreadable, PlainHttp, PortTaken
from smf_hub.service.place import Place

KEEP_ALIVE_S = 75
SWITCH_S = 0.001
"""So long a thread computes before another one that waits has its turn: the projector must not hold up an answer."""

STOP_S = 30
"""Seconds that what is being worked on may take when the hub is told to stop."""


def serve(
    place: Place,
    host: str,
    port: int,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    *,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve until a signal says stop. `ready` is told the address once it answers; port 0 takes a free one.

    Raises `PlainHttp` for a host beyond this computer without a certificate, `CertificateUnreadable`.
    """
    made = server(make_app(place), host, port, tls_cert, tls_key, ready=ready)
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()  # what is loaded stays: going through it again and again took a sixth of the time of a push
    made.run()


def server(
    app: FastAPI,
    host: str,
    port: int,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
    *,
    ready: Callable[[str], None] = lambda url: None,
) -> "Server":
    """What `serve` runs. Raises as it does."""
    if tls_cert is None and not _is_loopback(host):
        raise PlainHttp
    context = None if tls_cert is None else _tls(tls_cert, tls_key)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="asyncio" if sys.platform == "win32" else "uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1,::1",  # a proxy on this computer says whom it speaks for, and nobody else
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOP_S,
        ssl_context_factory=None if context is None else lambda config, usual: context,
    )
    return Server(config, ready)


class Server(uvicorn.Server):
    """Tells its address once it answers there."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[Any] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            raise PortTaken from None
        for listening in self.servers:
            for found in listening.sockets:
                host, port = found.getsockname()[:2]
                shown = f"[{host}]" if ":" in host else host
                self._ready(f"{'https' if self.config.is_ssl else 'http'}://{shown}:{port}")
                return


def _tls(cert: Path, key: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError):
        raise CertificateUnreadable from None
    return context


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
