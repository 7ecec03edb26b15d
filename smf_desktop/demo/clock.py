"""Simulated time, and many acts in one durable save, so that a year and a half takes a minute."""

from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from datetime import date, datetime, time

from smf_core.domain.dates import LONDON
from smf_core.policy.roles import User
from smf_core.records import Connection
from smf_desktop.ports import NewId, Noted, OnTheWay, Saved, SentForReview
from smf_desktop.services.session import DraftRow, RecordStore
from smf_desktop.services.session import Work as OneWork
from smf_desktop.store import drafts
from smf_desktop.store.store import Work

NOW = time(10, 52)
"""When the demo stands still on its last day: in the middle of a morning of visits."""


class DemoClock:
    """A `Clock` that is told."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def steady(self) -> float:
        return self.at.timestamp()

    def local(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=LONDON)


def as_of_moment(as_of: date) -> datetime:
    """The moment at which a demo ends, and which its tour shows."""
    return datetime.combine(as_of, NOW, LONDON)


def opening_day(as_of: date, months: int) -> date:
    """The day on which the service of a demo begins."""
    month = as_of.year * 12 + as_of.month - 1 - months
    return date(month // 12, month % 12 + 1, min(as_of.day, 28))


def opening_moment(as_of: date, months: int) -> datetime:
    """When the store of a demo is to be made: the morning of its first day."""
    return datetime.combine(opening_day(as_of, months), time(7, 0), LONDON)


class ManyActs:
    """A `RecordStore` whose units of work stay as they are, but become durable many at a time.

    Everything between entering and leaving `together` is saved at once, or not at all. An act that the rules refuse
    has written nothing; one that fails later takes the batch with it. For one thread, and for a store that nobody else
    has open.
    """

    def __init__(self, store: RecordStore, owner: User, clock: DemoClock, new_id: NewId) -> None:
        self._store, self._owner, self._clock, self._new_id = store, owner, clock, new_id
        self._outer: OneWork | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        with self._store.work(author=self._owner.id, now=self._clock.now(), new_id=self._new_id) as outer:
            self._outer = outer
            try:
                yield
            finally:
                self._outer = None

    @property
    def _open(self) -> OneWork:
        if self._outer is None:
            raise RuntimeError("nothing happens outside `together`")
        return self._outer

    @contextmanager
    def work(self, *, author: str, now: datetime, new_id: NewId) -> Iterator[OneWork]:
        outer = self._open
        work = Work(outer.connection, author, now, new_id)
        try:
            yield work
        except Exception as error:
            if work.touched:  # half an act is in the batch, which must not be kept
                raise RuntimeError("an act was given up after it had begun to write") from error
            raise
        outer.touched.update(work.touched)

    @contextmanager
    def read(self, *, counts: bool = False) -> Iterator[Connection]:
        yield self._open.connection

    def drafts(self, author: str) -> Sequence[DraftRow]:
        return drafts.drafts(self._open.connection, author)

    def draft(self, author: str, page: str, record: str) -> bytes | None:
        return drafts.draft(self._open.connection, author, page, record)

    def blob(self, digest: str) -> bytes | None:
        return self._store.blob(digest)

    def unsent(self) -> int:
        return self._store.unsent()

    def on_the_way(self, since: datetime) -> OnTheWay:
        return self._store.on_the_way(since)

    def own_acts(self, days: int, now: datetime) -> Sequence[Saved]:
        return self._store.own_acts(days, now)

    def sent_for_review(self, patient: str | None = None) -> tuple[SentForReview, ...]:
        return self._store.sent_for_review(patient)

    def records_waiting(self, records: Iterable[str]) -> Set[str]:
        return self._store.records_waiting(records)

    def last_noted(self, author: str, action: str, patient: str, since: datetime) -> datetime | None:
        return self._store.last_noted(author, action, patient, since)

    def noted(self, action: str) -> Sequence[Noted]:
        return self._store.noted(action)

    def is_waiting_about(self, patient: str) -> bool:
        return self._store.is_waiting_about(patient)

    def standing(self) -> OnTheWay:
        return self._store.standing()
