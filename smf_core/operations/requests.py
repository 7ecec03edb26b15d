"""How a request and its answer are signed, packed and refused: what both ends of the line must do alike.

The hub is known by its signature on every answer, the laptop by its on every request; `docs/protocol.md` says why.
"""

from collections.abc import Mapping
from threading import local
from typing import TypeVar

import msgspec
import zstandard

from smf_core.operations.change_set import Count
from smf_core.operations.hub import Trouble
from smf_core.operations.protocol import DraftNote, LaptopNote, Message
from smf_core.operations.wire import NotOurMessage

DEVICE, TIME, NONCE, SIGNATURE = "smf-device", "smf-time", "smf-nonce", "smf-signature"
HUB, HUB_SIGNATURE, TOLD = "smf-hub", "smf-hub-signature", "smf-told"
"""Headers. `smf-hub` is the hub's public key, base64; an answer to HEAD carries in `smf-told` what it tells."""

JSON, LINES, BYTES, PROBLEM = (
    "application/json",
    "application/vnd.smf.lines",
    "application/octet-stream",
    "application/problem+json",
)
"""A message; a message and change sets as `wire` writes them; bytes as they are; a refusal."""

PACK_FROM = 512
"""Bodies of fewer bytes go as they are."""

LEVEL = 3
WINDOW = 8 * 1024 * 1024
RATIO_FROM = 64 * 1024
"""Up to so many bytes it does not matter how well a body was packed."""

M = TypeVar("M", bound=msgspec.Struct)


class NotPacked(ValueError):
    """Bytes that are not one whole zstd frame which says how long it is."""


class Swollen(ValueError):
    """A body that would become longer than is allowed."""


class Laptops(Message, frozen=True, kw_only=True):
    laptops: tuple[LaptopNote, ...] = ()


class Drafts(Message, frozen=True, kw_only=True):
    drafts: tuple[DraftNote, ...] = ()


class Ranges(Message, frozen=True, kw_only=True):
    """The byte ranges of a document that have arrived."""

    ranges: tuple[tuple[Count, Count], ...] = ()
    whole: bool = False


class Whole(Message, frozen=True, kw_only=True):
    """Every byte of a document has been sent."""

    size: Count


def signed_request(method: str, target: str, time_ms: int, nonce: str, digest: bytes) -> bytes:
    """What a device signs of a request: `target` is path and query as sent, `digest` the body's SHA-256 as sent."""
    return f"SMF-Request\n{method}\n{target}\n{time_ms}\n{nonce}\n{digest.hex()}".encode()


def signed_answer(nonce: str, status: int, digest: bytes) -> bytes:
    """What a hub signs of an answer to the request with that nonce; of one to HEAD, the digest of `smf-told`."""
    return f"SMF-Answer\n{nonce}\n{status}\n{digest.hex()}".encode()


class _Packing(local):
    """What packs and unpacks, made once for each thread: making it takes longer than packing what a hello says."""

    def __init__(self) -> None:
        self.squeezer = zstandard.ZstdCompressor(level=LEVEL)
        self.inflater = zstandard.ZstdDecompressor(max_window_size=WINDOW)


_packing = _Packing()


def squeeze(body: bytes) -> bytes:
    """The body as one zstd frame that says how long it is."""
    return _packing.squeezer.compress(body)


def inflate(packed: bytes, most: int, ratio: int) -> bytes:
    """What `squeeze` packed. How long it becomes is known, and judged, before any of it is unpacked.

    Raises `NotPacked` or `Swollen`.
    """
    try:
        size = zstandard.get_frame_parameters(packed).content_size
        if size == zstandard.CONTENTSIZE_UNKNOWN:
            raise NotPacked("length")
        if size > min(most, max(RATIO_FROM, ratio * len(packed))):
            raise Swollen
        return _packing.inflater.decompress(packed, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError:
        raise NotPacked("frame") from None


def read(raw: bytes, kind: type[M]) -> M:
    """One message. Raises `NotOurMessage`."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotOurMessage(type(error).__name__) from None


# --- refusals ------------------------------------------------------------------------------------

STATUS: Mapping[Trouble, int] = {
    Trouble.BAD_REQUEST: 400,
    Trouble.CLOCK: 401,
    Trouble.SIGNATURE: 401,
    Trouble.HELLO_DUE: 401,
    Trouble.CODE: 403,
    Trouble.NOT_ALLOWED: 403,
    Trouble.REVOKED: 403,
    Trouble.UNKNOWN: 404,
    Trouble.CONFLICT: 409,
    Trouble.GAP: 409,
    Trouble.TOO_LARGE: 413,
    Trouble.TOO_OLD: 426,
    Trouble.BUSY: 503,
    Trouble.HUB_FAULT: 500,
}
"""What a hub refuses with. The other troubles are those of the line, which only a laptop can tell."""

TITLES: Mapping[Trouble, str] = {
    Trouble.BAD_REQUEST: "This is not a request that the hub understands.",
    Trouble.CLOCK: "The time of the request is more than five minutes away from the hub's.",
    Trouble.SIGNATURE: "The request is not signed by a laptop of this hub.",
    Trouble.HELLO_DUE: "The token has run out. Say hello again.",
    Trouble.CODE: "This code cannot be used.",
    Trouble.NOT_ALLOWED: "This laptop may not do that.",
    Trouble.REVOKED: "This laptop has been shut out.",
    Trouble.UNKNOWN: "There is nothing here.",
    Trouble.CONFLICT: "This does not fit what the hub holds.",
    Trouble.GAP: "Change sets are missing before these.",
    Trouble.TOO_LARGE: "This is more than one request may hold.",
    Trouble.TOO_OLD: "The laptop and the hub have no version of the protocol in common.",
    Trouble.BUSY: "The hub has too much to do at the moment.",
    Trouble.HUB_FAULT: "Something went wrong in the hub.",
}


def problem(why: Trouble, detail: Mapping[str, int], status: int) -> bytes:
    """A refusal as RFC 9457 has it: `code` is the trouble, the numbers stand beside it."""
    return msgspec.json.encode({"type": "about:blank", "title": TITLES[why], "status": status, "code": why, **detail})


def read_problem(raw: bytes) -> tuple[Trouble, dict[str, int]] | None:
    """The trouble and its numbers; None for what is no refusal of a hub."""
    try:
        said = msgspec.json.decode(raw, type=dict[str, object])
        why = Trouble(str(said.get("code")))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    return why, {name: number for name, number in said.items() if type(number) is int and name != "status"}
