"""The hub as one laptop sees it: what may be asked of it, and why it did not do it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from smf_core.operations import protocol
from smf_core.operations.change_set import ChangeSet
from smf_core.operations.wire import Entry


class Trouble(StrEnum):
    """Why an exchange stopped, as a word. `presenters` has the sentences."""

    UNREACHABLE = "unreachable"
    NOT_A_HUB = "not_a_hub"
    CERTIFICATE = "certificate"
    OTHER_HUB = "other_hub"
    BUSY = "busy"
    TOO_LARGE = "too_large"
    HELLO_DUE = "hello_due"
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

    def hello(self, said: protocol.Hello) -> protocol.Welcome: ...

    def push(self, said: protocol.Push, change_sets: Sequence[ChangeSet]) -> protocol.Pushed: ...

    def offer(self, said: protocol.Offer, entries: Sequence[Entry]) -> protocol.Pushed:
        """The receipt speaks of the change sets among the entries, by their place among these."""
        ...

    def pull(self, said: protocol.Pull) -> tuple[protocol.Page, Sequence[Entry]]: ...

    def scope(self, feed: str) -> protocol.Scope: ...

    def patient(self, feed: str, patient: str, after: int, until: int) -> tuple[protocol.Placed, Sequence[ChangeSet]]:
        """The change sets of one person numbered above `after` up to `until`, a page of them."""
        ...

    def verify(self, said: protocol.Verify) -> protocol.Verified: ...

    def held(self) -> tuple[protocol.HeldWork, Sequence[ChangeSet]]: ...

    def keep_draft(self, slot: str, note: protocol.DraftNote, sealed: bytes) -> None: ...

    def drop_draft(self, slot: str) -> None: ...

    def drafts(self) -> Sequence[protocol.DraftNote]: ...

    def draft(self, slot: str, reason: str = "") -> bytes:
        """The sealed bytes; somebody else's only with a reason, and it is written down."""
        ...

    def laptops(self) -> Sequence[protocol.LaptopNote]: ...

    def open_person(self, said: protocol.PersonAsked) -> protocol.PersonGiven:
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

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        """A figure as the hub reckons it, as JSON; `asked` says of whom and when."""
        ...
