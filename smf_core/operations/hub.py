"""The hub as one laptop sees it: what may be asked of it, and why it did not do it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.protocol import (
    DraftNote,
    HeldWork,
    Hello,
    LaptopNote,
    Offer,
    Page,
    PersonAsked,
    PersonGiven,
    Placed,
    Pull,
    Push,
    Pushed,
    Scope,
    Verified,
    Verify,
    Welcome,
)
from smf_core.operations.wire import Entry


class Trouble(StrEnum):
    """Why an exchange stopped, as a word. `presenters` has the sentences."""

    UNREACHABLE = "unreachable"
    NOT_A_HUB = "not_a_hub"
    CERTIFICATE = "certificate"
    OTHER_HUB = "other_hub"
    BUSY = "busy"
    TOO_LARGE = "too_large"
    TOKEN = "token"  # noqa: S105
    CLOCK = "clock"
    SIGNATURE = "signature"
    REVOKED = "revoked"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"
    TOO_OLD = "too_old"
    BAD_REQUEST = "bad_request"
    BAD_REPLY = "bad_reply"
    GAP = "gap"
    CODE = "code"
    CONFLICT = "conflict"
    HUB_FAULT = "hub_fault"


class HubTrouble(Exception):
    """The hub did not do what was asked. Nothing of it happened unless a later exchange says so.

    `detail` holds numbers by name (`retry_after`, `max_bytes`, `hub_ms`), never words about people.
    """

    def __init__(self, why: Trouble, detail: Mapping[str, int] | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.detail = dict(detail or {})


class Hub(Protocol):
    """The hub as one laptop sees it. Every call may be repeated; each raises `HubTrouble`."""

    def hello(self, said: Hello) -> Welcome: ...

    def push(self, said: Push, change_sets: Sequence[ChangeSet]) -> Pushed: ...

    def offer(self, said: Offer, entries: Sequence[Entry]) -> Pushed:
        """The receipt speaks of the change sets among the entries, by their place among these."""
        ...

    def pull(self, said: Pull) -> tuple[Page, Sequence[Entry]]: ...

    def scope(self, feed: str) -> Scope: ...

    def patient(self, feed: str, patient: str, after: int, until: int) -> tuple[Placed, Sequence[ChangeSet]]:
        """The change sets of one person numbered above `after` up to `until`, a page of them."""
        ...

    def verify(self, said: Verify) -> Verified: ...

    def held(self) -> tuple[HeldWork, Sequence[ChangeSet]]: ...

    def keep_draft(self, slot: str, note: DraftNote, sealed: bytes) -> None: ...

    def drop_draft(self, slot: str) -> None: ...

    def drafts(self) -> Sequence[DraftNote]: ...

    def draft(self, slot: str, reason: str = "") -> bytes:
        """The sealed bytes; somebody else's only with a reason, and it is written down."""
        ...

    def laptops(self) -> Sequence[LaptopNote]: ...

    def open_person(self, said: PersonAsked) -> PersonGiven:
        """Have a person for some days whom this laptop does not hold; it is written down."""
        ...

    def blob_ranges(self, digest: str) -> Sequence[tuple[int, int]] | None:
        """The byte ranges that have arrived; None when it is whole."""
        ...

    def put_blob(self, digest: str, offset: int, content: bytes) -> None: ...

    def commit_blob(self, digest: str, size: int) -> None: ...

    def blob(self, digest: str, offset: int) -> bytes:
        """A piece of a whole one from there on, empty at its end."""
        ...
