"""Every request from its bytes to the bytes of its answer, without a network: who asks, may they, what is told."""

import logging
import traceback
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from smf_core.operations import requests as say
from smf_core.operations.enrolment import Again, Enrol
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.wire import NotOurMessage, pack
from smf_hub.app.behind import Behind, Known
from smf_hub.app.door import Joins, Nonces, Rates
from smf_hub.app.routes import (
    HEALTH,
    JOINING,
    LIMITS,
    OPEN,
    RETURNING,
    ROUTES,
    Answer,
    Call,
    Route,
    WrongMethod,
    matcher,
)
from smf_hub.ports import Caller

CLOCK_MS = 5 * 60 * 1000
"""So far a laptop's reckoning of the hub's time may be off."""

EACH_MINUTE = 600
BUSY_S = 5
NONCE_SHORTEST, NONCE_LONGEST = 16, 64

M = TypeVar("M", bound=msgspec.Struct)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """`path` and `query` as sent, `headers` by their names in lower case, `body` as sent, `address` of the sender."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    address: str = ""

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class UnknownEncoding(Exception):
    """The body is packed in a way that is not ours."""


class TooOften(Exception):
    """Somebody has to wait so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Reception:
    """Answers requests to one hub. Safe to be used by several threads at once."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind
        self._key = Ed25519PrivateKey.from_private_bytes(behind.signing_key)
        self._public = b64encode(self._key.public_key().public_bytes_raw()).decode()
        self._match = matcher((*ROUTES, *OPEN))
        self._nonces = Nonces(remember_ms=2 * CLOCK_MS)
        self._rates, self._joins = Rates(EACH_MINUTE), Joins()

    def handle(self, request: Request) -> Response:
        """The answer, whatever was asked. Raises nothing."""
        try:
            return self._signed(request, self._answer(request))
        except HubTrouble as trouble:
            return self.refuse(request, trouble)
        except TooOften as often:
            return self.refuse(request, HubTrouble(Trouble.BUSY, {"retry_after": often.seconds}), status=429)
        except UnknownEncoding:
            return self.refuse(request, HubTrouble(Trouble.BAD_REQUEST), status=415)
        except WrongMethod as wrong:
            refused = self.refuse(request, HubTrouble(Trouble.BAD_REQUEST), status=405)
            return replace(refused, headers={**refused.headers, "allow": ", ".join(wrong.methods)})
        except Exception as error:
            log.error("hub fault: %s", where(error))
            return self.refuse(request, HubTrouble(Trouble.HUB_FAULT))

    def refuse(self, request: Request, trouble: HubTrouble, status: int = 0) -> Response:
        """A problem document, signed like every answer."""
        why = trouble.why if trouble.why in say.STATUS else Trouble.HUB_FAULT
        status = status or say.STATUS[why]
        answer = self._signed(request, Answer(say.problem(why, trouble.detail, status), say.PROBLEM, status))
        wait = trouble.detail.get("retry_after")
        return answer if wait is None else replace(answer, headers={**answer.headers, "retry-after": str(wait)})

    def most(self, method: str, path: str) -> int:
        """How many bytes the body of such a request may have as sent."""
        try:
            return self._match(method, path)[0].most
        except (HubTrouble, WrongMethod):
            return LIMITS.packed

    # --- who asks --------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Answer:
        route, words = self._match(request.method, request.path)
        if route is HEALTH:
            return self._health()
        if len(request.body) > route.most:
            raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": route.most})
        now_ms = self._now_ms()
        if route is JOINING:
            self._slow_down(self._joins.wait(request.address, now_ms))
            return self._joined(request, now_ms)
        if route is RETURNING:
            self._slow_down(self._joins.wait(request.address, now_ms))
            self._behind.come_back(_read(request, Again))
            return Answer(status=204)
        caller = self._asker(request, route, now_ms)
        figure = partial(self._behind.figure, caller)
        call = Call(self._behind.hub(caller), figure, words, request.query, _unpacked(request))
        try:
            return route.act(call)
        except HubTrouble as trouble:
            if trouble.why is Trouble.UNKNOWN:
                self._behind.not_there(caller, f"{route.method} {route.path}")
            raise

    def _joined(self, request: Request, now_ms: int) -> Answer:
        try:
            return Answer(pack(self._behind.enrol(_read(request, Enrol))))
        except HubTrouble as trouble:
            if trouble.why is Trouble.CODE:
                self._joins.was_wrong(request.address, now_ms)
            raise

    def _asker(self, request: Request, route: Route, now_ms: int) -> Caller:
        """Who sent this, proven. Raises `HubTrouble`."""
        headers = request.headers
        device, nonce = headers.get(say.DEVICE, ""), headers.get(say.NONCE, "")
        time_text = headers.get(say.TIME, "")
        if not (_is_nonce(nonce) and time_text.isascii() and time_text.isdecimal() and len(time_text) <= 16):
            raise HubTrouble(Trouble.SIGNATURE)
        time_ms = int(time_text)
        content = say.signed_request(request.method, request.target, time_ms, nonce, sha256(request.body).digest())
        known = self._signer(device, content, headers.get(say.SIGNATURE, ""), lately=route.looks)
        self._slow_down(self._rates.wait(device, now_ms))
        if abs(time_ms - now_ms) > CLOCK_MS:
            raise HubTrouble(Trouble.CLOCK, {"hub_ms": now_ms})
        match self._nonces.is_new(device, nonce, now_ms):
            case None:
                raise HubTrouble(Trouble.BUSY, {"retry_after": BUSY_S})
            case False:
                raise HubTrouble(Trouble.SIGNATURE)
        if known.caller.revoked:
            if not route.revoked:
                raise HubTrouble(Trouble.REVOKED)
        elif route.token and not self._behind.token_holds(device, _bearer(headers)):
            raise HubTrouble(Trouble.HELLO_DUE)
        return known.caller

    def _signer(self, device: str, content: bytes, signature: str, *, lately: bool) -> Known:
        """The laptop of that name, which has signed this; asked anew where it was not by what was known `lately`."""
        known = self._behind.known(device, lately=lately)
        if known is not None and _is_signed(known.key, content, signature):
            return known
        if lately:
            return self._signer(device, content, signature, lately=False)
        raise HubTrouble(Trouble.SIGNATURE)

    def _slow_down(self, seconds: int) -> None:
        if seconds:
            raise TooOften(seconds)

    def _now_ms(self) -> int:
        return int(self._behind.clock.now().timestamp() * 1000)

    # --- what is told ----------------------------------------------------------------------------

    def _health(self) -> Answer:
        try:
            return Answer(msgspec.json.encode({"database": "answers", **self._behind.health()}))
        except Exception as error:
            log.error("hub fault: %s", where(error))
            raise HubTrouble(Trouble.BUSY, {"retry_after": BUSY_S}) from None

    def _signed(self, request: Request, answer: Answer) -> Response:
        headers = {"content-type": answer.kind, "cache-control": "no-store"}
        body = answer.body
        if request.method == "HEAD":
            headers[say.TOLD] = body.decode()
        elif len(body) >= say.PACK_FROM and answer.kind != say.BYTES:
            body = say.squeeze(body)
            headers["content-encoding"] = "zstd"
        nonce = request.headers.get(say.NONCE, "")
        if _is_nonce(nonce):
            signed = self._key.sign(say.signed_answer(nonce, answer.status, sha256(body).digest()))
            headers |= {say.HUB: self._public, say.HUB_SIGNATURE: b64encode(signed).decode()}
        return Response(answer.status, headers, b"" if request.method == "HEAD" else body)


def _is_signed(key: bytes, content: bytes, signature: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(b64decode(signature, validate=True), content)
    except (ValueError, InvalidSignature):
        return False
    return True


def _is_nonce(text: str) -> bool:
    return text.isascii() and text.isalnum() and NONCE_SHORTEST <= len(text) <= NONCE_LONGEST


def _bearer(headers: Mapping[str, str]) -> str:
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def _read(request: Request, kind: type[M]) -> M:
    try:
        return say.read(_unpacked(request), kind)
    except NotOurMessage:
        raise HubTrouble(Trouble.BAD_REQUEST) from None


def _unpacked(request: Request) -> bytes:
    """The body. Raises `HubTrouble`."""
    match request.headers.get("content-encoding", "identity").lower():
        case "identity":
            return request.body
        case "zstd":
            pass
        case _:
            raise UnknownEncoding
    try:
        return say.inflate(request.body, LIMITS.unpacked, LIMITS.ratio)
    except say.NotPacked:
        raise HubTrouble(Trouble.BAD_REQUEST) from None
    except say.Swollen:
        raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": LIMITS.unpacked}) from None


def where(error: BaseException) -> str:
    """The type of a fault and the line it comes from: no text of it, which could name somebody."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    return f"{type(error).__name__} at {last.name}:{last.lineno}" if last else type(error).__name__
