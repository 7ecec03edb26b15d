"""The projector: follows every feed and folds what was accepted into the records, so that the hub can be asked.

It may be cut anywhere: how far it has come stands in the same transaction as what it has written. Where the feeds no
longer hold what was folded, since the hub came back from a backup and the records did not, it begins anew. A change
set that this version cannot fold is passed over, told to the administrator, and tried again when the projector next
starts.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.protocol import Mark
from smf_core.records import Connection
from smf_core.records.writing import write
from smf_hub.service import roots
from smf_hub.service.place import Place
from smf_hub.store import feeds, projected

STEP = 500
IDLE = 1.0
"""Seconds after which it looks without being woken: what another process wrote wakes nobody here."""

SETTLE = 0.5
"""Seconds without a request before it begins: folding takes turns with answering row by row, and slows both down."""
PATIENCE, BETWEEN = 10, 2
"""So often it waits that long for others at the most: before the first step, and before each that follows."""

LONGEST = 60.0
"""Seconds between tries while the disk or the server fails."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Failed:
    row: Any
    error: str


def step(place: Place, limit: int = STEP) -> int:
    """Fold the next change sets of all feeds, at most so many. Answers how many were followed; 0: nothing is left."""
    failed: list[_Failed] = []
    with place.records.write() as records:
        places = projected.take(records)
        with place.hub.read() as hub:
            anew = not projected.is_of_this_hub(hub, places)
            rows = projected.following(hub, {} if anew else {feed: at.seq for feed, at in places.items()}, limit)
        if anew:
            projected.empty(records)
        _fold(records, rows, failed)
        projected.move(records, {row.feed: Mark(seq=row.feed_seq, chain=row.chain) for row in rows})
        for each in failed:
            projected.pass_over(records, each.row, each.error)
    _tell(place, failed)
    return len(rows)


def catch_up(place: Place, limit: int = STEP) -> int:
    """Step until nothing is left. Answers how many change sets were followed."""
    followed = 0
    while done := step(place, limit):
        followed += done
    return followed


def retry(place: Place) -> int:
    """Try what was passed over once more. Answers how many are passed over still."""
    failed: list[_Failed] = []
    with place.records.write() as records:
        projected.take(records)
        waiting = projected.all_passed_over(records)
        with place.hub.read() as hub:
            rows = projected.rows_of(hub, waiting)
        for cs_id in waiting:
            projected.no_longer(records, cs_id)
        _fold(records, rows, failed)
        for each in failed:
            projected.pass_over(records, each.row, each.error)
    return len(failed)


def rebuild(place: Place) -> None:
    """Forget all that was folded; the next steps fold it again from the first change set."""
    with place.records.write() as records:
        projected.take(records)
        projected.empty(records)


def _fold(records: Connection, rows: Sequence[Any], failed: list[_Failed]) -> None:
    """All at once; where that fails, in halves, so that only what cannot be folded is left out."""
    rows = [row for row in rows if row.body is not None]
    if not rows:
        return
    try:
        with records.begin_nested():
            write(records, [(ChangeSet(row.head, row.body), None) for row in rows])
    except Exception as error:
        if projected.is_of_the_world(error):
            raise
        if len(rows) == 1:
            failed.append(_Failed(rows[0], type(error).__name__))
            return
        half = len(rows) // 2
        _fold(records, rows[:half], failed)
        _fold(records, rows[half:], failed)


def _tell(place: Place, failed: Sequence[_Failed]) -> None:
    if not failed:
        return
    now = place.now_ms()
    with place.hub.write() as hub:
        for each in failed:
            said = f"{each.row.cs_id} {each.error}"
            feeds.note_event(hub, place.world.new_id(), now, "passed_over", device=None, user=None, detail=said)


# --- running -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Signals:
    """What a running projector listens to."""

    awake: Event = field(default_factory=Event)
    asked: Event = field(default_factory=Event)
    stopped: Event = field(default_factory=Event)

    def wake(self) -> None:
        self.awake.set()

    def ask(self) -> None:
        """Somebody has asked something of the hub."""
        self.asked.set()

    def let_pass(self, times: int) -> None:
        """Wait until nobody has asked anything for a moment; not for ever."""
        for _ in range(times):
            self.asked.clear()
            if self.stopped.wait(SETTLE) or not self.asked.is_set():
                return

    def stop(self) -> None:
        self.stopped.set()
        self.awake.set()


def follow(place: Place, signals: Signals, kept: Path | None = None) -> None:
    """Project until told to stop: the whole work of a process, or of a thread, of its own.

    On each new day the root of the feeds is signed; `kept` is a folder that gets a copy of it.
    """
    pause = IDLE
    begun = False
    day = ""
    while not signals.stopped.is_set():
        signals.awake.clear()
        try:
            if not begun:
                retry(place)
                begun = True
            if (today := roots.today(place)) != day:
                roots.keep_root(place, kept)
                day = today
            while step(place) and not signals.stopped.is_set():
                if signals.asked.is_set():
                    signals.let_pass(BETWEEN)
            pause = IDLE
        except Exception as error:
            _log.warning("The projector waits: %s", type(error).__name__)
            pause = min(2 * pause, LONGEST)
        if signals.awake.wait(pause):
            signals.let_pass(PATIENCE)


@contextmanager
def projecting(place: Place, kept: Path | None = None) -> Iterator[None]:
    """A projector in a thread of this process, woken when a feed has grown; it has ended when the block has."""
    signals = Signals()
    thread = Thread(target=follow, args=(place, signals, kept), name="projector")
    before = place.woken, place.asked
    place.woken, place.asked = signals.wake, signals.ask
    thread.start()
    try:
        yield
    finally:
        place.woken, place.asked = before
        signals.stop()
        thread.join()
