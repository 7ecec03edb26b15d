"""What a laptop's store tells of itself for an exchange, and what one piece of an exchange did to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.protocol import Mark, Stand, Stretch
from smf_core.operations.wire import Entry

Month = tuple[str, int]
"""A feed and a month of `digest.month`."""


@dataclass(frozen=True, slots=True)
class OwnReplica:
    """One chain that this laptop writes or wrote. `unsent_from`: its first number that no hub has confirmed."""

    replica: str
    end: Mark
    current: bool
    unsent_from: int | None


@dataclass(frozen=True, slots=True)
class Here:
    """Where a laptop stands. `complete`: the first exchange has brought everything. `scopes` are names of lists.
    `of_others` counts those of the `unsent` that others wrote, and a restored hub lacks.

    `due`: the feeds of which all months are to be compared; `differed`: exchanges in a row that found a difference;
    `uncompared`: something came or went since both sides were last compared; `leaving`: somebody left the scope whose
    rows or payloads are to go; `waits`: what of its work waits for a lead, the longest first and not all of it.
    """

    replicas: tuple[OwnReplica, ...]
    feeds: Mapping[str, Stand]
    scopes: Mapping[str, bytes]
    unsent: int
    drafts: int
    ratchet: bytes
    complete: bool
    of_others: int = 0
    due: frozenset[str] = frozenset()
    differed: int = 0
    uncompared: bool = False
    leaving: bool = False
    waits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Size:
    """The most that one push may hold: change sets, and their bytes before they are packed."""

    change_sets: int
    unpacked: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive change sets of one replica after `before`.

    Empty where the bytes of the next have gone, so that nothing further of this replica can be pushed.
    """

    change_sets: tuple[ChangeSet, ...]
    before: Mark
    after: bytes = b""


@dataclass(frozen=True, slots=True)
class Returning:
    """A stretch of a feed that a restored hub has forgotten, some of it as its bytes; `number` is its own here."""

    number: int
    stretch: Stretch
    entries: tuple[Entry, ...]

    @property
    def change_sets(self) -> tuple[ChangeSet, ...]:
        return tuple(each for each in self.entries if isinstance(each, ChangeSet))


@dataclass(frozen=True, slots=True)
class Done:
    """What a receipt, a page or a back-fill changed. Counts are of change sets; `kinds` of record to be read again."""

    sent: int = 0
    received: int = 0
    quarantined: int = 0
    kinds: frozenset[str] = frozenset()
    months: frozenset[Month] = frozenset()

    def __add__(self, other: "Done") -> "Done":
        return Done(
            self.sent + other.sent,
            self.received + other.received,
            self.quarantined + other.quarantined,
            self.kinds | other.kinds,
            self.months | other.months,
        )


@dataclass(frozen=True, slots=True)
class Entering:
    """What taking a list of people leaves to do: the `people` to be back-filled.

    `all_months`: what is here of the others must be compared whole. `doubted`: so many would leave that the list is
    taken only when it is the same at the next exchange, or it is older than what was last said of somebody.
    """

    people: Sequence[str] = field(default_factory=tuple)
    all_months: bool = False
    doubted: bool = False
