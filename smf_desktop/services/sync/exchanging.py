"""What goes along with an exchange: grants and orders that came, drafts and documents that follow the records."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, cast

from msgspec.structs import replace

from smf_core.operations.hub import Hub, HubTrouble, Trouble
from smf_core.operations.protocol import DraftNote, Hello, Order, Signed, Welcome

PIECE = 256 * 1024
Stopped = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """A draft of one of this laptop's users as it is kept here. `saved_at` tells one state of it from the next."""

    slot: str
    author: str
    page: str
    record: str
    patient: str
    saved_at: str


class Beside(Protocol):
    """What a laptop keeps beside the records; every call is whole or nothing."""

    def draft_keys(self) -> Mapping[str, bytes]:
        """By user of this laptop the public key that drafts for them here are sealed to."""
        ...

    def done(self) -> Sequence[str]:
        """Serials of orders carried out that the hub has not heard of."""
        ...

    def heard(self, welcome: Welcome) -> tuple[Sequence[Signed], Sequence[Order]]:
        """Answers the grants that are the hub's and this laptop's, and the orders that are to be obeyed.

        What is neither is written down; what the hub has been told of orders is known to be told.
        """
        ...

    def unsent_drafts(self) -> Sequence[OwnDraft]:
        """Those the hub does not have as they are."""
        ...

    def signed_drafts(self) -> Sequence[str]:
        """Slots at the hub whose drafts are no longer here: signed, or discarded."""
        ...

    def sealed(self, draft: OwnDraft, keys: Sequence[bytes]) -> bytes | None:
        """A draft sealed to its author's keys and the service's recovery key; None if it has gone meanwhile."""
        ...

    def draft_sent(self, draft: OwnDraft) -> None: ...

    def draft_dropped(self, slot: str) -> None: ...

    def blobs_to_send(self) -> Sequence[tuple[str, int]]:
        """(digest, size) of documents that are here whole and that the hub is not known to have."""
        ...

    def blob_piece(self, digest: str, offset: int) -> bytes: ...

    def blob_sent(self, digest: str) -> None: ...

    def blobs_to_fetch(self) -> Sequence[tuple[str, int]]:
        """(digest, size) of documents that a record here names and that are not here whole."""
        ...

    def blob_here(self, digest: str) -> int:
        """How many bytes of it have come."""
        ...

    def keep_piece(self, digest: str, offset: int, content: bytes) -> None: ...

    def finish_blob(self, digest: str, size: int) -> bool:
        """Every piece has come. Answers whether the bytes are what the digest says; else they are gone again."""
        ...


class Listening:
    """A hub as an exchange sees it, which adds to hello what goes along and keeps what was answered."""

    def __init__(self, hub: Hub, beside: Beside) -> None:
        self._hub, self._beside = hub, beside
        self.orders: tuple[Order, ...] = ()
        self.draft_keys: Mapping[str, tuple[bytes, ...]] = {}

    def hello(self, said: Hello) -> Welcome:
        done = tuple(self._beside.done())
        welcome = self._hub.hello(replace(said, draft_keys=self._beside.draft_keys(), done=done))
        ours, orders = self._beside.heard(welcome)
        self.orders += tuple(each for each in orders if each not in self.orders)
        self.draft_keys = welcome.draft_keys
        return replace(welcome, grants=tuple(ours), orders=())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hub, name)

    @property
    def as_hub(self) -> Hub:
        """Everything but hello is the hub's own."""
        return cast(Hub, self)


def send_drafts(
    hub: Hub, beside: Beside, *, device: str, keys: Mapping[str, tuple[bytes, ...]], stopped: Stopped = lambda: False
) -> None:
    """Bring the slots at the hub to what is kept here. Raises `HubTrouble`; what was sent by then is sent."""
    for slot in beside.signed_drafts():
        if stopped():
            return
        hub.drop_draft(slot)
        beside.draft_dropped(slot)
    own = beside.draft_keys()
    for draft in beside.unsent_drafts():
        if stopped():
            return
        to = tuple(dict.fromkeys((own[draft.author], *keys.get(draft.author, ())))) if draft.author in own else ()
        sealed = beside.sealed(draft, to)
        if sealed is None:
            continue
        note = DraftNote(
            slot=draft.slot,
            author=draft.author,
            page=draft.page,
            patient=draft.patient,
            saved_at=draft.saved_at,
            device=device,
        )
        with _OnlyThisOne():
            hub.keep_draft(draft.slot, note, sealed)
            beside.draft_sent(draft)


def send_documents(hub: Hub, beside: Beside, stopped: Stopped = lambda: False) -> Iterator[tuple[int, int]]:
    """Send what the hub lacks of documents, piece by piece. Yields (bytes sent, of all) between pieces."""
    waiting = beside.blobs_to_send()
    sent, of_all = 0, sum(size for _, size in waiting)
    for digest, size in waiting:
        with _OnlyThisOne():
            arrived = hub.blob_ranges(digest)
            if arrived is not None:
                for offset in range(0, size, PIECE):
                    if stopped():
                        return
                    if not any(begin <= offset and min(offset + PIECE, size) <= end for begin, end in arrived):
                        hub.put_blob(digest, offset, beside.blob_piece(digest, offset))
                    yield sent + min(offset + PIECE, size), of_all
                hub.commit_blob(digest, size)
            beside.blob_sent(digest)
        sent += size


def fetch_documents(hub: Hub, beside: Beside, stopped: Stopped = lambda: False) -> Iterator[tuple[int, int]]:
    """Fetch what this laptop lacks of documents, piece by piece. Yields (bytes come, of all) between pieces."""
    waiting = beside.blobs_to_fetch()
    come, of_all = 0, sum(size for _, size in waiting)
    for digest, size in waiting:
        with _OnlyThisOne():
            at = beside.blob_here(digest)
            while at < size:
                if stopped():
                    return
                piece = hub.blob(digest, at)
                if not piece:
                    break
                beside.keep_piece(digest, at, piece)
                at += len(piece)
                yield come + at, of_all
            if at >= size:
                beside.finish_blob(digest, size)
        come += size


class _OnlyThisOne(suppress):
    """One draft or document that the hub does not take or have must not hold up the others."""

    def __init__(self) -> None:
        super().__init__(HubTrouble)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        alone = (Trouble.UNKNOWN, Trouble.NOT_ALLOWED, Trouble.BAD_REQUEST, Trouble.TOO_LARGE)
        return isinstance(error, HubTrouble) and error.why in alone
