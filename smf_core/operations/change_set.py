"""The change set: one save, one author, one patient. It commits, is hashed, travels and is kept whole.

Its bytes are written once and never re-encoded; what a newer version wrote survives untouched in them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from smf_core.domain.text import clean_note
from smf_core.operations.clock import Stamp

SCHEMA = 1
ITEMS_MAX = 256
PAYLOAD_MAX = 64 * 1024
BODY_MAX = 1024 * 1024
"""Bytes of all items together: a hub takes in twice that at once, so none waits for ever."""
CHAIN_START = bytes(32)

EXACT = 2**53
"""Whole numbers from here on are not exact to every reader."""

Count = Annotated[int, msgspec.Meta(ge=0, lt=EXACT)]

T = TypeVar("T")


class _Once(Generic[T]):
    """Worked out when it is first asked for, and kept.

    As `cached_property`, without its lock, which costs as much as reading a short change set: two threads that ask at
    once both work it out.
    """

    def __init__(self, made: Callable[[Any], T]) -> None:
        self._made, self._name, self.__doc__ = made, made.__name__, made.__doc__

    def __get__(self, of: object, kind: type) -> T:
        of.__dict__[self._name] = value = self._made(of)
        return value


Ref = tuple[str, int]
"""Names one item: the change set's id and the item's index in it."""


class UnfitChangeSet(ValueError):
    """Our own code made a change set that may not be written; `reason` is a code."""


class TooLarge(UnfitChangeSet):
    """More items, or more text in one of them, than a change set may hold."""


class UnreadableChangeSet(ValueError):
    """Bytes that are not a change set; they are kept as they came and set aside."""


class Head(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who saved what, when. `care_time` is ISO 8601 with offset; `seq` counts 1, 2, 3 ... per replica."""

    cs_id: str
    replica_id: str
    seq: Count
    hlc: tuple[Count, Count]
    author: str
    patient_id: str | None
    care_time: str
    schema: Count
    n: Count
    grant_id: str | None = None
    act_id: str | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One operation: the unit of merge. `bases` are the items it was made on top of."""

    entity: str
    entity_id: str
    kind: str
    bases: tuple[Ref, ...] = ()
    payload: dict[str, Any] = {}


_head = msgspec.json.Decoder(Head)
_items = msgspec.json.Decoder(tuple[Item, ...])
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, eq=False)
class ChangeSet:
    """A change set as its bytes, read on demand."""

    head_bytes: bytes
    body_bytes: bytes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChangeSet) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @_Once
    def head(self) -> Head:
        """Raises `UnreadableChangeSet`."""
        head = _read(_head, self.head_bytes)
        if not _is_instant(head.care_time):
            raise UnreadableChangeSet("care time")
        return head

    @_Once
    def items(self) -> tuple[Item, ...]:
        """Raises `UnreadableChangeSet`."""
        items = _read(_items, self.body_bytes)
        if len(items) != self.head.n:
            raise UnreadableChangeSet("items")
        return items

    @_Once
    def hash(self) -> bytes:
        """SHA-256 over the head as written and the hash of the body, so a body may be dropped later."""
        return sha256(self.head_bytes + sha256(self.body_bytes).digest()).digest()

    @property
    def stamp(self) -> Stamp:
        return Stamp(*self.head.hlc)


def _read(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableChangeSet(type(error).__name__) from None


def _is_instant(text: str) -> bool:
    """Whether the text is a time with an offset, one that the calendar still has in UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.tzinfo is not None and bool(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return False


def write_change_set(
    *,
    cs_id: str,
    replica_id: str,
    seq: int,
    stamp: Stamp,
    author: str,
    patient_id: str | None,
    care_time: datetime,
    items: Sequence[Item],
    act_id: str | None = None,
) -> ChangeSet:
    """Encode one save. Raises `UnfitChangeSet` for a float or a naive time, `TooLarge` for too much.

    Text is kept as `clean_note` makes it, whoever wrote it: what no file can hold becomes a visible mark.
    """
    if not items:
        raise UnfitChangeSet("items")
    if len(items) > ITEMS_MAX:
        raise TooLarge("items")
    if not _is_instant(care_time.isoformat()):
        raise UnfitChangeSet("time")
    plain = tuple(msgspec.structs.replace(item, payload=_plain(item.payload)) for item in items)
    body = _encode(plain)
    if len(body) > BODY_MAX:
        raise TooLarge("body size")
    if len(body) > PAYLOAD_MAX and any(len(_encode(item.payload)) > PAYLOAD_MAX for item in plain):
        raise TooLarge("payload size")
    head = Head(
        cs_id=cs_id,
        replica_id=replica_id,
        seq=seq,
        hlc=(stamp.ms, stamp.counter),
        author=author,
        patient_id=patient_id,
        care_time=care_time.isoformat(),
        schema=SCHEMA,
        n=len(plain),
        act_id=act_id,
    )
    return ChangeSet(_encode(head), body)


def _plain(value: Any) -> Any:
    """The value with its text made fit to keep; only JSON without floats may pass."""
    match value:
        case str():
            return clean_note(value)
        case None | bool():
            return value
        case int() if abs(value) < EXACT:
            return value
        case dict():
            return {clean_note(str(key)): _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case _:
            raise UnfitChangeSet(type(value).__name__)


def chained(chain: bytes, change_set_hash: bytes) -> bytes:
    """The replica's chain after one more change set."""
    return sha256(chain + change_set_hash).digest()
