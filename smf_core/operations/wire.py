"""Change sets on the wire: one message, then the bytes of each as written, a line each.

What we write is JSON without spaces, so it never holds a line feed, and no bytes that hold one can come in this way.
An entry that the receiver may not have in full travels as its hash alone: the chain can still be followed.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from smf_core.operations.change_set import ChangeSet

M = TypeVar("M", bound=msgspec.Struct)

_LINE = b"\n"
_encode = msgspec.json.Encoder().encode


class NotOurMessage(ValueError):
    """Bytes that are not a message of this protocol."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A change set outside the receiver's scope: its hash alone."""

    hash: bytes


Entry = ChangeSet | Hidden


def pack(message: msgspec.Struct, entries: Iterable[Entry] = ()) -> bytes:
    """A message and the entries that go with it, ready to be compressed."""
    lines = [_encode(message)]
    for each in entries:
        if isinstance(each, Hidden):
            lines += (b"", b64encode(each.hash))
        else:
            lines += (each.head_bytes, each.body_bytes)
    return _LINE.join(lines)


def unpack(raw: bytes, kind: type[M]) -> tuple[M, Sequence[Entry]]:
    """What `pack` packed. The entries are not read yet, only told apart. Raises `NotOurMessage`."""
    first, *lines = raw.split(_LINE)
    if len(lines) % 2:
        raise NotOurMessage("lines")
    try:
        message = msgspec.json.decode(first, type=kind)
        entries = [_entry(*pair) for pair in zip(lines[::2], lines[1::2], strict=True)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise NotOurMessage(type(error).__name__) from None
    return message, entries


def _entry(head: bytes, body: bytes) -> Entry:
    return ChangeSet(head, body) if head else Hidden(b64decode(body, validate=True))
