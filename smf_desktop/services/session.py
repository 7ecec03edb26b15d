"""One unlocked user on one laptop, and what every service needs of the store."""

from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Protocol

from smf_core.domain.checklist import Library
from smf_core.operations.change_set import Item
from smf_core.operations.fold import Record
from smf_core.policy.roles import User
from smf_core.records import Connection
from smf_desktop.ports import Clock, NewId, Noted, OnTheWay, Saved, SentForReview

Touched = frozenset[str]
"""The kinds of record a service changed; the views that show those refresh."""


class StoreKind(StrEnum):
    """Fixed when a store is made: training takes only NHS numbers in the 999 range, live refuses them."""

    TRAINING = "training"
    LIVE = "live"


class Work(Protocol):
    """One unit of work: leaving it by an exception means nothing happened."""

    @property
    def connection(self) -> Connection: ...

    @property
    def now(self) -> datetime: ...

    @property
    def touched(self) -> set[str]: ...

    def save(
        self,
        items: Sequence[Item],
        *,
        patient: str | None,
        care_time: datetime | None = None,
        act: str | None = None,
    ) -> str: ...

    def record(self, entity: str, entity_id: str) -> Record: ...

    def change(
        self, entity: str, entity_id: str, kind: str, payload: Mapping[str, Any], key: str | None = None
    ) -> Item: ...

    def keep_draft(self, page: str, record: str, patient: str, form: bytes) -> None: ...

    def discard_draft(self, page: str, record: str) -> None: ...

    def move_draft(self, page: str, record: str, to: str) -> None: ...

    def put_by(self, cs_id: str) -> None: ...

    def keep_blob(self, content: bytes) -> str: ...

    def note_access(self, action: str, patient: str | None = None, detail: str = "") -> None: ...


class DraftRow(Protocol):
    """That a draft exists, without its content. `record` is the visit or episode it is about."""

    @property
    def page(self) -> str: ...

    @property
    def record(self) -> str: ...

    @property
    def patient(self) -> str: ...

    @property
    def saved_at(self) -> datetime: ...


class RecordStore(Protocol):
    """The encrypted store: units of work in turn, and readers that never wait for them."""

    def work(self, *, author: str, now: datetime, new_id: NewId) -> AbstractContextManager[Work]: ...

    def read(self, *, counts: bool = False) -> AbstractContextManager[Connection]: ...

    def drafts(self, author: str) -> Sequence[DraftRow]: ...

    def draft(self, author: str, page: str, record: str) -> bytes | None: ...

    def blob(self, digest: str) -> bytes | None: ...

    def unsent(self) -> int: ...

    def on_the_way(self, since: datetime) -> OnTheWay: ...

    def own_acts(self, days: int, now: datetime) -> Sequence[Saved]: ...

    def sent_for_review(self, patient: str | None = None) -> tuple[SentForReview, ...]: ...

    def records_waiting(self, records: Iterable[str]) -> Set[str]: ...

    def is_waiting_about(self, patient: str) -> bool: ...

    def last_noted(self, author: str, action: str, patient: str, since: datetime) -> datetime | None: ...

    def noted(self, action: str) -> Sequence[Noted]: ...

    def standing(self) -> OnTheWay: ...


@dataclass(frozen=True, slots=True)
class Session:
    """What a service is given: whose hands are on the keyboard, on which store, at what time."""

    store: RecordStore
    user: User
    clock: Clock
    new_id: NewId
    checklists: Library
    kind: StoreKind
    service: str
    team: str

    def now(self) -> datetime:
        return self.clock.now()

    def today(self) -> date:
        return self.clock.now().date()

    def local(self, on: date, at: time) -> datetime:
        """A day and a time of it here, as aware time: the clocks may change between now and then."""
        return self.clock.local(datetime.combine(on, at))

    def work(self) -> AbstractContextManager[Work]:
        return self.store.work(author=self.user.id, now=self.clock.now(), new_id=self.new_id)

    def read(self, *, counts: bool = False) -> AbstractContextManager[Connection]:
        """One snapshot of the records; `counts` is for figures, which go through many rows."""
        return self.store.read(counts=counts)


def new_item(entity: str, entity_id: str, kind: str, /, **payload: Any) -> Item:
    """The first operation of a unit; fields without a value are left out."""
    return Item(
        entity=entity,
        entity_id=entity_id,
        kind=kind,
        payload={name: value for name, value in payload.items() if value not in (None, "", ())},
    )
