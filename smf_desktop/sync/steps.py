"""What an exchange is made of: what it needs, what it says on its way, and how it ended."""

from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from smf_core.operations.change_set import SCHEMA, ChangeSet
from smf_core.operations.exchange import Batch, Done, Entering, Here, Returning, Size
from smf_core.operations.hub import Trouble
from smf_core.operations.protocol import (
    PROTOS,
    Hello,
    Limits,
    Mark,
    Page,
    Placed,
    Pushed,
    Scope,
    Signed,
    Verify,
    Welcome,
)
from smf_core.operations.wire import Entry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """What has just been done, and how far that part is: `done` of `of` (0 of 0 where it is one thing).

    `what` is hello, push, pull, scope, verify, or again (a request failed and is made once more). `kinds` of record
    are other than before.
    """

    what: str
    done: int = 0
    of: int = 0
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Exchanged:
    """How an exchange ended. Counts are of change sets, `conflicts` of units that came apart by it.

    `pending` is what no hub has confirmed. `digest_equal`: both sides were found to hold the same. `retry_after`:
    seconds the hub asks us to wait. `differed`: exchanges in a row, this one too, that found a difference.
    """

    sent: int = 0
    received: int = 0
    quarantined: int = 0
    conflicts: int = 0
    pending: int = 0
    digest_equal: bool = False
    trouble: Trouble | None = None
    retry_after: int | None = None
    orders: tuple[Signed, ...] = ()
    kinds: frozenset[str] = frozenset()
    differed: int = 0

    @property
    def all_sent(self) -> bool:
        """The hub has confirmed all that was saved here, and both sides hold the same."""
        return self.trouble is None and not self.pending and self.digest_equal


class SyncStore(Protocol):
    """What an exchange needs of the store; each call is one transaction (`store.exchanging.Exchanging`)."""

    def here(self) -> Here: ...
    def own_chain(self, replica: str, seq: int) -> bytes | None: ...
    def cursor(self, of: str) -> Mark: ...
    def unsent(self) -> int: ...
    def apart(self) -> Counter[tuple[str, str]]: ...
    def welcomed(self, said: Welcome) -> Done: ...
    def begin_anew(self) -> None: ...
    def rewind(self, of: str, to: Mark) -> bool: ...
    def batch(self, replica: str, from_seq: int, size: Size) -> Batch | None: ...
    def returning(self, size: Size) -> Returning | None: ...
    def unproven(self, number: int) -> None: ...
    def offers(self, size: Size) -> Batch | None: ...
    def leave_replica(self, replica: str, of: str) -> None: ...
    def receipt(self, sent: Sequence[ChangeSet], said: Pushed) -> Done: ...
    def apply_page(self, page: Page, entries: Sequence[Entry]) -> Done: ...
    def backfill(self, patient: str, said: Placed, change_sets: Sequence[ChangeSet]) -> Done: ...
    def take_scope(self, of: str, said: Scope) -> Entering: ...
    def entered(self, of: str, people: Sequence[str], moved: Mapping[str, int]) -> None: ...
    def scope_taken(self, of: str, name: bytes) -> None: ...
    def put_away(self) -> frozenset[str]: ...
    def claim(self, of: str, months: frozenset[int] | None) -> Verify: ...
    def claim_people(self, of: str, month: int) -> Verify: ...
    def offer_rest(self, of: str, patient: str, until: int, theirs: frozenset[str]) -> int: ...
    def is_whole_due(self, of: str) -> bool: ...
    def verified(self, of: str) -> None: ...
    def completed(self) -> None: ...
    def begin(self) -> int: ...
    def finish(self, number: int, outcome: str, done: Done, conflicts: int) -> None: ...
    def differed(self) -> int: ...


class Now(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Who:
    """What the laptop says of itself: its version, how it signs, its users' keys for drafts, orders it obeyed."""

    app: str
    sign: Callable[[bytes], bytes]
    draft_keys: Mapping[str, bytes] = field(default_factory=dict)
    done: tuple[str, ...] = ()


def greeting(here: Here, who: Who, now: datetime) -> Hello:
    """The first word of a laptop that stands there."""
    return Hello(
        protos=PROTOS,
        app=who.app,
        schema=SCHEMA,
        replicas={each.replica: each.end for each in here.replicas},
        feeds=here.feeds,
        local_time=now.isoformat(),
        unsent=here.unsent,
        of_others=here.of_others,
        drafts=here.drafts,
        ratchet=here.ratchet,
        draft_keys=who.draft_keys,
        done=who.done,
        waits=here.waits,
    )


Steps = Generator[Step, None, T]


@dataclass(slots=True)
class Gains:
    """What an exchange has brought so far. `moved` counts what got anywhere; only its growth means something."""

    done: Done = field(default_factory=Done)
    moved: int = 0

    def note(self, done: Done) -> None:
        self.done += done
        self.moved += done.sent + done.received


@dataclass(slots=True)
class Pace:
    """How much is said at once: half after a failure, a quarter more after each success."""

    limits: Limits = field(default_factory=Limits)
    share: float = 1.0

    def worse(self) -> None:
        self.share = max(self.share / 2, 1 / (2 * self.limits.change_sets))

    def better(self) -> None:
        self.share = min(1.0, self.share * 1.25)

    @property
    def size(self) -> Size:
        unpacked = min(self.limits.unpacked, 4 * self.limits.packed)
        return Size(max(1, int(self.limits.change_sets * self.share)), int(unpacked * self.share))

    @property
    def is_least(self) -> bool:
        return self.size.change_sets == 1
