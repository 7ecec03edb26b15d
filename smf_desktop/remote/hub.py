"""The hub as one laptop reaches it. Every request is signed, and only an answer that the hub signed is believed."""

import ssl
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from smf_core.operations import protocol
from smf_core.operations import requests as say
from smf_core.operations.change_set import ChangeSet
from smf_core.operations.enrolment import Again, Enrol, Enrolled
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.wire import Entry, NotOurMessage, pack, unpack
from smf_desktop.ports import Clock, Random

if TYPE_CHECKING:
    import httpx2

    from smf_desktop.remote.answer import Reply
    from smf_desktop.remote.line import Line, Patience

NONCE_BYTES = 16
UNPACKED_MOST = 64 * 1024 * 1024
RATIO_MOST = 1000
GATEWAY = frozenset({502, 504})
"""What a proxy answers when there is no hub behind it at the moment."""

M = TypeVar("M", bound=msgspec.Struct)


class RemoteHub:
    """Implements `smf_core.operations.hub.Hub`. Safe to be used by several threads, one at a time gets the line.

    `token` is what the last hello gave; after `HubTrouble` HELLO_DUE comes another hello.
    """

    def __init__(
        self,
        url: str,
        *,
        device: str,
        signing_key: bytes,
        hub_key: bytes,
        clock: Clock,
        random: Random,
        certificate: protocol.Signed | None = None,
        verify: ssl.SSLContext | None = None,
        transport: "httpx2.BaseTransport | None" = None,
        patience: "Patience | None" = None,
    ) -> None:
        """`signing_key` is the device's Ed25519 key, raw; `hub_key` the hub's public one. A hub that was restored from
        a backup and does not know the device any more is shown the `certificate`. `verify` is what is trusted
        in TLS, otherwise what the system trusts. Raises `HubTrouble` for an address that may not be spoken to."""
        self.token = ""
        self.limits = protocol.Limits()
        self._device, self._clock, self._random = device, clock, random
        self._key = Ed25519PrivateKey.from_private_bytes(signing_key)
        self._hub_key, self._certificate = hub_key, certificate
        self._line = _line(url, clock, verify, transport, patience)
        self._ahead_ms = 0

    def close(self) -> None:
        self._line.close()

    # --- the exchange ----------------------------------------------------------------------------

    def hello(self, said: protocol.Hello) -> protocol.Welcome:
        welcome = _read(self._hello(pack(said)), protocol.Welcome)
        self.token, self.limits = welcome.token, welcome.limits
        return welcome

    def _hello(self, said: bytes) -> bytes:
        try:
            return self._ask("POST", "/v1/sync/hello", said)
        except HubTrouble as trouble:
            if trouble.why is not Trouble.SIGNATURE or self._certificate is None:
                raise
        shown = Again(certificate=self._certificate, proof=self._key.sign(self._certificate.content))
        self._ask("POST", "/v1/enrol/again", pack(shown))
        return self._ask("POST", "/v1/sync/hello", said)

    def push(self, said: protocol.Push, change_sets: Sequence[ChangeSet]) -> protocol.Pushed:
        return _read(self._ask("POST", "/v1/sync/push", pack(said, change_sets)), protocol.Pushed)

    def offer(self, said: protocol.Offer, entries: Sequence[Entry]) -> protocol.Pushed:
        return _read(self._ask("POST", "/v1/sync/offer", pack(said, entries)), protocol.Pushed)

    def pull(self, said: protocol.Pull) -> tuple[protocol.Page, Sequence[Entry]]:
        return _unpacked(self._ask("POST", "/v1/sync/pull", pack(said)), protocol.Page)

    def scope(self, feed: str) -> protocol.Scope:
        return _read(self._ask("GET", f"/v1/sync/scope/{_word(feed)}"), protocol.Scope)

    def patient(self, feed: str, patient: str, after: int, until: int) -> tuple[protocol.Placed, Sequence[ChangeSet]]:
        asked = urlencode({"feed": feed, "after": after, "until": until})
        return _whole(self._ask("GET", f"/v1/sync/patient/{_word(patient)}?{asked}"), protocol.Placed)

    def verify(self, said: protocol.Verify) -> protocol.Verified:
        return _read(self._ask("POST", "/v1/sync/verify", pack(said)), protocol.Verified)

    # --- for leads -------------------------------------------------------------------------------

    def held(self) -> tuple[protocol.HeldWork, Sequence[ChangeSet]]:
        return _whole(self._ask("GET", "/v1/held"), protocol.HeldWork)

    def laptops(self) -> Sequence[protocol.LaptopNote]:
        return _read(self._ask("GET", "/v1/laptops"), say.Laptops).laptops

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        """A figure as the hub reckons it, as JSON."""
        return self._ask("GET", f"/v1/figures/{_word(name)}?{urlencode(asked)}")

    # --- drafts and documents --------------------------------------------------------------------

    def keep_draft(self, slot: str, note: protocol.DraftNote, sealed: bytes) -> None:
        self._ask("PUT", f"/v1/draft/{_word(slot)}", pack(note) + b"\n" + sealed, packs=False)

    def drop_draft(self, slot: str) -> None:
        self._ask("DELETE", f"/v1/draft/{_word(slot)}")

    def drafts(self) -> Sequence[protocol.DraftNote]:
        return _read(self._ask("GET", "/v1/drafts"), say.Drafts).drafts

    def draft(self, slot: str, reason: str = "") -> bytes:
        asked = f"?{urlencode({'reason': reason})}" if reason else ""
        return self._ask("GET", f"/v1/draft/{_word(slot)}{asked}")

    def blob_ranges(self, digest: str) -> Sequence[tuple[int, int]] | None:
        told = _read(self._ask("HEAD", f"/v1/blob/{_word(digest)}/0"), say.Ranges)
        return None if told.whole else told.ranges

    def put_blob(self, digest: str, offset: int, content: bytes) -> None:
        self._ask("PUT", f"/v1/blob/{_word(digest)}/{offset}", content, packs=False)

    def commit_blob(self, digest: str, size: int) -> None:
        self._ask("POST", f"/v1/blob/{_word(digest)}/commit", pack(say.Whole(size=size)))

    def blob(self, digest: str, offset: int) -> bytes:
        return self._ask("GET", f"/v1/blob/{_word(digest)}/{offset}")

    def open_person(self, said: protocol.PersonAsked) -> protocol.PersonGiven:
        return _read(self._ask("POST", "/v1/person/open", pack(said)), protocol.PersonGiven)

    # --- one request -----------------------------------------------------------------------------

    def _ask(self, method: str, target: str, body: bytes = b"", *, packs: bool = True) -> bytes:
        """What the hub tells. Raises `HubTrouble`. When the hub says our clock is off, its own is taken, once."""
        headers: dict[str, str] = {}
        if packs and len(body) >= say.PACK_FROM:
            if len(body) > self.limits.unpacked:
                raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": self.limits.unpacked})
            body = say.squeeze(body)
            headers["content-encoding"] = "zstd"
            if len(body) > self.limits.packed:
                raise HubTrouble(Trouble.TOO_LARGE, {"max_bytes": self.limits.packed})
        try:
            return self._once(method, target, headers, body)
        except HubTrouble as trouble:
            if trouble.why is not Trouble.CLOCK or "hub_ms" not in trouble.detail:
                raise
            self._ahead_ms = trouble.detail["hub_ms"] - self._now_ms()
        return self._once(method, target, headers, body)

    def _once(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
        nonce, time_ms = self._random(NONCE_BYTES).hex(), self._now_ms() + self._ahead_ms
        content = say.signed_request(method, target, time_ms, nonce, sha256(body).digest())
        signed = {
            **headers,
            say.DEVICE: self._device,
            say.TIME: str(time_ms),
            say.NONCE: nonce,
            say.SIGNATURE: b64encode(self._key.sign(content)).decode(),
        }
        if self.token:
            signed["authorization"] = f"Bearer {self.token}"
        reply = self._line.ask(method, target, signed, body)
        return _believed(method, reply, nonce, self._hub_key)

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def look(
    url: str,
    *,
    clock: Clock,
    random: Random,
    verify: ssl.SSLContext | None = None,
    transport: "httpx2.BaseTransport | None" = None,
) -> bytes:
    """The public key of the hub that answers there. Nothing is said of this laptop. Raises `HubTrouble`."""
    line = _line(url, clock, verify, transport, None)
    try:
        nonce = random(NONCE_BYTES).hex()
        reply = line.ask("GET", "/health", {say.NONCE: nonce}, b"")
        _believed("GET", reply, nonce, None)
    finally:
        line.close()
    return b64decode(reply.headers.get(say.HUB, ""))


def enrol(
    url: str,
    said: Enrol,
    *,
    clock: Clock,
    random: Random,
    hub_key: bytes | None = None,
    verify: ssl.SSLContext | None = None,
    transport: "httpx2.BaseTransport | None" = None,
) -> Enrolled:
    """Join a hub. Its key is believed this first time, unless one is expected: `fingerprint` is for people to compare.

    Raises `HubTrouble`.
    """
    line = _line(url, clock, verify, transport, None)
    try:
        nonce = random(NONCE_BYTES).hex()
        reply = line.ask("POST", "/v1/enrol", {say.NONCE: nonce}, pack(said))
        told = _believed("POST", reply, nonce, hub_key)
    finally:
        line.close()
    enrolled = _read(told, Enrolled)
    if b64encode(enrolled.hub_key).decode() != reply.headers.get(say.HUB):
        raise HubTrouble(Trouble.NOT_A_HUB)
    return enrolled


def _line(
    url: str,
    clock: Clock,
    verify: ssl.SSLContext | None,
    transport: "httpx2.BaseTransport | None",
    patience: "Patience | None",
) -> "Line":
    from smf_desktop.remote.line import Line, Patience  # loads the HTTP library, which nobody waits for at start

    return Line(url, steady=clock.steady, verify=verify, transport=transport, patience=patience or Patience())


def _believed(method: str, reply: "Reply", nonce: str, hub_key: bytes | None) -> bytes:
    """What a reply tells, when it is the hub's own; `hub_key` is None where any hub will do. Raises `HubTrouble`."""
    told = reply.headers.get(say.TOLD, "").encode() if method == "HEAD" else reply.body
    try:
        key = b64decode(reply.headers.get(say.HUB, ""), validate=True)
        signature = b64decode(reply.headers.get(say.HUB_SIGNATURE, ""), validate=True)
    except ValueError:
        key = signature = b""
    if not key or not signature:
        raise _from_a_stranger(reply)
    try:
        content = say.signed_answer(nonce, reply.status, sha256(told).digest())
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content)
    except (InvalidSignature, ValueError):
        raise HubTrouble(Trouble.BAD_REPLY) from None
    if hub_key is not None and key != hub_key:
        raise HubTrouble(Trouble.OTHER_HUB)
    if reply.headers.get("content-encoding") == "zstd" and method != "HEAD":
        try:
            told = say.inflate(told, UNPACKED_MOST, RATIO_MOST)
        except (say.NotPacked, say.Swollen):
            raise HubTrouble(Trouble.BAD_REPLY) from None
    if 200 <= reply.status < 300:
        return told
    problem = say.read_problem(told)
    raise HubTrouble(*problem) if problem else HubTrouble(Trouble.BAD_REPLY)


def _from_a_stranger(reply: "Reply") -> HubTrouble:
    """What an answer means that no hub has signed: a proxy's, or that of somebody who plays one."""
    if reply.status in {429, 503}:
        wait = reply.headers.get("retry-after", "")
        return HubTrouble(Trouble.BUSY, {"retry_after": int(wait)} if wait.isdecimal() and len(wait) < 7 else {})
    if reply.status == 413:
        return HubTrouble(Trouble.TOO_LARGE)
    return HubTrouble(Trouble.UNREACHABLE if reply.status in GATEWAY else Trouble.NOT_A_HUB)


def _word(text: str) -> str:
    return quote(text, safe="")


def _read(told: bytes, kind: type[M]) -> M:
    try:
        return say.read(told, kind)
    except NotOurMessage:
        raise HubTrouble(Trouble.BAD_REPLY) from None


def _unpacked(told: bytes, kind: type[M]) -> tuple[M, Sequence[Entry]]:
    try:
        return unpack(told, kind)
    except NotOurMessage:
        raise HubTrouble(Trouble.BAD_REPLY) from None


def _whole(told: bytes, kind: type[M]) -> tuple[M, Sequence[ChangeSet]]:
    message, entries = _unpacked(told, kind)
    change_sets = [each for each in entries if isinstance(each, ChangeSet)]
    if len(change_sets) != len(entries):
        raise HubTrouble(Trouble.BAD_REPLY)
    return message, change_sets
