"""Whom the newest change sets of the teams name a record under, until the projector has folded them into the records.

It is read from the feeds themselves, so that another process's work is known as well; what this process took in is not
read again.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from smf_core.operations.change_set import ChangeSet, UnreadableChangeSet
from smf_core.operations.protocol import Pushed
from smf_core.policy.sending import OF_THE_SERVICE
from smf_core.records import Connection
from smf_hub.service.judging import Sent
from smf_hub.store import feeds

OF_NOBODY = OF_THE_SERVICE | {"access", "patient", "review", "saved_view", "absence"}
"""Kinds of record that are about no person, or are the person."""

FEW = 2_000
"""So many change sets are kept before the projector is asked how far it has come."""

READ = 5_000
"""At most so many of a feed are read, the newest: so far behind, the projector stands still."""

Named = tuple[str, str]


@dataclass(slots=True)
class Lately:
    """In the memory of one process; what the projector has folded is forgotten."""

    _places: dict[str, int] = field(default_factory=dict)
    _under: dict[Named, str] = field(default_factory=dict)
    _kept: deque[tuple[str, int, tuple[Named, ...]]] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    @property
    def is_full(self) -> bool:
        """Whether `forget` is due; also before the first look."""
        return not self._places or len(self._kept) > FEW

    def forget(self, folded: Mapping[str, int]) -> None:
        """What stands up to here is in the records."""
        with self._lock:
            self._places = {**folded, **self._places}
            while self._kept and self._kept[0][1] <= folded.get(self._kept[0][0], 0):
                for name in self._kept.popleft()[2]:
                    self._under.pop(name, None)

    def under(self, hub: Connection, records: Collection[Named]) -> dict[Named, str]:
        """Of some records those that were begun or written on lately, and the person under whom."""
        with self._lock:
            for feed, end in feeds.ends_of_teams(hub).items():
                begin = max(self._places.get(feed, 0), end - READ)
                for row in feeds.after(hub, feed, begin, READ) if end > begin else ():
                    self._keep(feed, row.feed_seq, row.patient, ChangeSet(row.head, row.body or b""))
            return {name: self._under[name] for name in records if name in self._under}

    def took(self, pushed: Pushed, sent: Sequence[Sent]) -> None:
        """What was taken in by this process, and where it stands."""
        out = {each.at for each in pushed.exceptions}
        stands = iter(each for at, each in enumerate(sent) if at not in out)
        with self._lock:
            for run in pushed.runs:
                of_run = [(seq, next(stands)) for seq in range(run.first, run.last + 1)]
                if self._places.get(run.feed, 0) == run.first - 1:
                    for seq, each in of_run:
                        self._keep(run.feed, seq, each.head.patient_id if each.head else None, each.change_set)

    def _keep(self, feed: str, seq: int, patient: str | None, change_set: ChangeSet) -> None:
        self._places[feed] = seq
        if patient is None:
            return
        names = tuple(name for name in _names(change_set) if name not in self._under)
        if names:
            self._under |= dict.fromkeys(names, patient)
            self._kept.append((feed, seq, names))


def _names(change_set: ChangeSet) -> Iterator[Named]:
    try:
        items = change_set.items
    except UnreadableChangeSet:
        return
    yield from dict.fromkeys((item.entity, item.entity_id) for item in items if item.entity not in OF_NOBODY)
