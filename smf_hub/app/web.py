"""The reception as an ASGI application: bodies are read within limits, the work is done by a few threads."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from smf_core.operations.hub import HubTrouble, Trouble
from smf_hub.app.behind import Behind
from smf_hub.app.describing import described
from smf_hub.app.handling import BUSY_S, Reception, Request, Response, where

log = logging.getLogger(__name__)

WORKERS = 8
ROOM = 512
"""Requests that may be inside at once: coming in, waiting or worked on. Their bodies are what memory is needed for."""

BEGINNING = 24
"""With so many inside no exchange begins: those that have begun are finished first, each in its seconds."""

HELLO = "/v1/sync/hello"
EACH_S, LATEST_S = 20.0, 60.0
"""Who may not begin is told when to come: so many of them in each second, none later than this."""

BODY_S = 120.0
"""Seconds that a body may take to come: 256 KiB need 35 on a line of 64 kbit/s."""


def app_over(
    behind: Behind, *, workers: int = WORKERS, room: int = ROOM, beginning: int = BEGINNING, body_s: float = BODY_S
) -> FastAPI:
    """The application. Its lifespan owns the threads."""
    return _App(Desk(Reception(behind), workers=workers, room=room, beginning=beginning, body_s=body_s))


class _App(FastAPI):
    """Its description of itself; everything else goes straight to the desk, past what would be done on the way."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(title="SMF hub", docs_url=None, redoc_url=None, lifespan=desk.staffed)
        self._desk, self._document = desk, described()

    def openapi(self) -> dict[str, Any]:
        return self._document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != self.openapi_url:
            await self._desk(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Turns:
    """When those who may not begin are to come again, so that they do not all come at once."""

    def __init__(self) -> None:
        self._last = 0.0

    def next(self, now: float) -> int:
        """Whole seconds from `now`, at least one."""
        self._last = min(max(self._last + 1 / EACH_S, now + 1), now + LATEST_S)
        return math.ceil(self._last - now)


class Desk:
    """Takes requests from the network to the reception, and its answers back."""

    def __init__(self, reception: Reception, *, workers: int, room: int, beginning: int, body_s: float) -> None:
        self._reception = reception
        self._workers, self._room, self._beginning, self._body_s = workers, room, beginning, body_s
        self._turns = Turns()
        self._inside = 0

    @asynccontextmanager
    async def staffed(self, app: FastAPI) -> AsyncIterator[None]:
        """What is being worked on when the hub stops is finished first."""
        with ThreadPoolExecutor(self._workers, thread_name_prefix="hub") as threads:
            self._threads = threads
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = _begun(scope)
        if self._inside >= self._room:
            await self._refuse(request, send, HubTrouble(Trouble.BUSY, {"retry_after": BUSY_S}))
            return
        if self._inside >= self._beginning and request.path == HELLO:
            turn = self._turns.next(asyncio.get_running_loop().time())
            await self._refuse(request, send, HubTrouble(Trouble.BUSY, {"retry_after": turn}))
            return
        self._inside += 1
        try:
            await self._serve(request, receive, send)
        except Exception as error:
            log.error("hub fault: %s", where(error))
        finally:
            self._inside -= 1

    async def _serve(self, request: Request, receive: Receive, send: Send) -> None:
        most = self._reception.most(request.method, request.path)
        try:
            async with asyncio.timeout(self._body_s):
                body = await _body(request, receive, most)
        except TimeoutError:
            await self._refuse(request, send, HubTrouble(Trouble.BAD_REQUEST), status=408)
            return
        except HubTrouble as trouble:
            await self._refuse(request, send, trouble)
            return
        except _Gone:
            return
        whole = Request(request.method, request.path, request.query, request.headers, body, request.address)
        loop = asyncio.get_running_loop()
        await _give(send, await loop.run_in_executor(self._threads, self._reception.handle, whole))

    async def _refuse(self, request: Request, send: Send, trouble: HubTrouble, status: int = 0) -> None:
        """Turn away somebody whose body has not been read: the rest of it is not waited for."""
        answer = self._reception.refuse(request, trouble, status)
        await _give(send, Response(answer.status, {**answer.headers, "connection": "close"}, answer.body))


class _Gone(Exception):
    """The line was cut before the whole body had come."""


def _begun(scope: Scope) -> Request:
    """What is known of a request before its body has come. Of a header that comes twice the last counts."""
    raw = scope.get("raw_path") or scope["path"].encode()
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    client = scope.get("client")
    return Request(
        scope["method"],
        raw.decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        headers,
        address=client[0] if client else "",
    )


async def _body(request: Request, receive: Receive, most: int) -> bytes:
    """All of it. Raises `HubTrouble` as soon as it is, or says it will be, more than `most`; `_Gone` when it is cut."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": most})
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        piece = message.get("body", b"")
        size += len(piece)
        if size > most:
            raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": most})
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


async def _give(send: Send, answer: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
