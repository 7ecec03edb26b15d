"""What the words about the exchange are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from smf_core.domain.checklist import Library
from smf_core.records.queries.disputes import Apart, Late
from smf_core.records.queries.patients import Known
from smf_core.records.queries.unbegun import Unbegun
from smf_desktop.ports import OnTheWay, Saved
from smf_desktop.presenters.messages.words import Words


class Link(StrEnum):
    """Whether there is a hub, and whether it answers."""

    NO_HUB = "no_hub"
    OFFLINE = "offline"
    CONNECTED = "connected"
    SYNCING = "syncing"
    TROUBLE = "trouble"


class Stage(StrEnum):
    """What an exchange is at."""

    GREETING = "greeting"
    SENDING = "sending"
    FETCHING = "fetching"
    FILLING = "filling"
    CHECKING = "checking"
    DRAFTS = "drafts"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one stage is; `of` 0 where nobody knows yet."""

    stage: Stage
    done: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What one exchange did. `whole`: the hub has confirmed everything, and both hold the same.

    `kinds` of record are other than before. `differed`: exchanges in a row, this one too, after which both did not.
    """

    at: datetime
    sent: int = 0
    received: int = 0
    quarantined: int = 0
    conflicts: int = 0
    whole: bool = False
    kinds: frozenset[str] = frozenset()
    differed: int = 0


@dataclass(frozen=True, slots=True)
class SyncState:
    """Everything the status bar and the sync centre say of the exchange.

    `waiting`: saves no hub has confirmed; `drafts`, `documents`: those it does not have as they are here. `since`: when
    the hub stopped answering; None where it has not answered since this was opened. `held`: saves that wait for a lead.
    `last`: the last exchange that came to its end. `trouble`, set with `Link.TROUBLE`: what stopped it.
    `offset_ms`: the hub's clock less ours. `complete` is False until the first exchange has brought everything and
    that was checked.
    """

    link: Link = Link.NO_HUB
    waiting: int = 0
    since: datetime | None = None
    last: Result | None = None
    trouble: Words | None = None
    progress: Progress | None = None
    offset_ms: int = 0
    complete: bool = True
    drafts: int = 0
    documents: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class ToReview:
    """Somebody with something to settle: how many of each kind (a unit of the person, or an allergy and so on).

    `late` is what of it may do harm and has waited too long, None where nothing has.
    """

    who: Known
    kinds: Mapping[str, int]
    late: Late | None = None

    @property
    def count(self) -> int:
        return sum(self.kinds.values())


@dataclass(frozen=True, slots=True)
class Centre:
    """The left side of the page, read together. `people` are those of whom something is said, by id; `unbegun` those
    whose record has not come."""

    reviews: tuple[ToReview, ...]
    way: OnTheWay
    people: Mapping[str, Known] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    unbegun: tuple[Unbegun, ...] = ()
    me: str = ""
    """The user who looks at it."""


@dataclass(frozen=True, slots=True)
class PersonApart:
    """What of one person is to be settled, and who they are. `mine` tells of each dispute whether this user may."""

    who: Known
    apart: Apart
    mine: tuple[bool, ...]
    names: Mapping[str, str]
    library: Library
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, slots=True)
class AskedFor:
    """Somebody whom the hub lets this laptop have, `until` then; None for whoever stays. `who` they are once here."""

    patient: str
    until: datetime | None
    who: Known | None = None


@dataclass(frozen=True, slots=True)
class Settling:
    """A settling of the last days. `undone`: it was taken back."""

    saved: Saved
    undone: bool


@dataclass(frozen=True, slots=True)
class SyncHistory:
    """Exchanges, and what was settled on this laptop in the last 30 days; both newest first."""

    way: OnTheWay
    settlings: tuple[Settling, ...]
    people: Mapping[str, Known]
    names: Mapping[str, str]
