"""The exchange in the background: one at a time on the `work` lane, when the timing says, and told as it goes.

Nothing here is waited for: every method answers at once, and no window opens by itself.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Event

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from smf_desktop.ports import OnTheWay
from smf_desktop.presenters.sync.facts import Link, Progress, Result, Stage, SyncState
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.sync.centre import how_it_stands
from smf_desktop.services.sync.state import HubAccess, Timing, why_stopped
from smf_desktop.trouble import LockedByHub, StoreWiped
from ui.tasks import Lanes

Tell = Callable[[SyncState], None]

MINUTE_MS = 60_000


class Syncing(QObject):
    """The `Syncer` of an open store that has joined a hub. Lives from unlock to lock."""

    _told = Signal(object)

    def __init__(
        self,
        session: Session,
        hub: HubAccess,
        timing: Timing,
        lanes: Lanes,
        changed: Callable[[Touched], None],
        closed_by_hub: Callable[[BaseException], None],
        parent: QObject,
    ) -> None:
        """`changed` is told the kinds of record that came, none where they are not known; `closed_by_hub` that this
        store is to be locked at once."""
        super().__init__(parent)
        self._session, self._hub, self._timing, self._lanes = session, hub, timing, lanes
        self._changed, self._closed_by_hub = changed, closed_by_hub
        self._fetched = False
        self._answered = False
        self._stop = Event()
        self._tells: list[Tell] = []
        self._running = False
        self._state = SyncState(Link.OFFLINE)
        self._told.connect(self._progressed, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._due)
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._tell)
        self._minute.start()
        self._watch()
        self._timing.started(self._now())
        self._look()
        self._wait()

    @property
    def state(self) -> SyncState:
        return self._state

    def request(self) -> None:
        """Exchange now; during an exchange, once more after it."""
        self._timing.asked(self._now())
        self._wait()

    def saved(self) -> None:
        """Something was saved here: it is sent after a few seconds of quiet."""
        self._timing.saved(self._now())
        self._look()
        self._wait()

    def draft_kept(self) -> None:
        """A draft was kept or taken away, so that the hub has an older one; it goes with the next exchange."""
        self._look()

    def connected(self) -> None:
        """A connection appeared."""
        self._timing.connected(self._now())
        self._wait()

    def cancel(self) -> None:
        self._stop.set()

    def close(self) -> None:
        """Locking: an exchange that runs stops at its next step."""
        self._timer.stop()
        self._minute.stop()
        self._stop.set()
        self._tells.clear()
        self._hub.close()

    def subscribe(self, tell: Tell) -> Callable[[], None]:
        self._tells.append(tell)
        tell(self._state)

        def end() -> None:
            if tell in self._tells:
                self._tells.remove(tell)

        return end

    # --- when --------------------------------------------------------------------------------------

    def _now(self) -> float:
        return self._session.clock.steady()

    def _wait(self) -> None:
        seconds = self._timing.wait(self._now())
        if seconds is None or self._running:
            self._timer.stop()
        else:
            self._timer.start(round(seconds * 1000))

    def _due(self) -> None:
        seconds = self._timing.wait(self._now())
        if seconds is None or self._running:
            return
        if seconds > 0:
            self._wait()
            return
        self._running = True
        self._stop.clear()
        self._timing.begun()
        self._say(replace(self._state, link=Link.SYNCING, trouble=None, progress=None))
        self._lanes.work.run(
            partial(self._hub.exchange, self._told.emit, self._stop.is_set), done=self._ended, failed=self._failed
        )

    def _watch(self) -> None:
        """Hear of connections from the operating system where it tells; otherwise tries are timed."""
        from PySide6.QtNetwork import QNetworkInformation  # half of starting would be spent on it

        if not QNetworkInformation.loadDefaultBackend():
            return
        found = QNetworkInformation.instance()
        if found is not None:
            found.reachabilityChanged.connect(self._reachable)

    def _reachable(self, how: object) -> None:
        from PySide6.QtNetwork import QNetworkInformation

        ways = QNetworkInformation.Reachability
        if how in (ways.Online, ways.Site, ways.Local):
            self.connected()
        elif how == ways.Disconnected and self._state.link is not Link.OFFLINE:
            since = self._session.now()
            self._say(replace(self._state, link=Link.OFFLINE, since=since, progress=None, trouble=None))

    # --- what came of it ---------------------------------------------------------------------------

    def _progressed(self, progress: Progress) -> None:
        if self._running:
            self._fetched = self._fetched or progress.stage in (Stage.FETCHING, Stage.FILLING)
            before = self._state.progress
            if before is not None and before.stage is Stage.SENDING and progress.stage is not Stage.SENDING:
                self._look()  # the receipts have come; what follows may take long
            self._say(replace(self._state, link=Link.SYNCING, progress=progress))

    def _ended(self, result: Result) -> None:
        self._running = False
        self._answered = True
        self._timing.ended(self._now(), failed=False)
        self._say(replace(self._state, link=Link.CONNECTED, progress=None, since=None, trouble=None, last=result))
        self._came(result.kinds)

    def _failed(self, error: BaseException) -> None:
        """It stopped. What came before that stands; a store that has to be closed is closed by whoever hears of it."""
        self._running = False
        if isinstance(error, LockedByHub | StoreWiped):
            self.close()
            self._closed_by_hub(error)
            return
        why = why_stopped(error)
        self._timing.ended(self._now(), failed=True, retry_after=why.retry_after)
        state = replace(self._state, progress=None)
        if why.away:
            since = self._state.since or (self._session.now() if self._answered else None)
            self._say(replace(state, link=Link.OFFLINE, since=since, trouble=None))
        else:
            self._answered = True
            self._say(replace(state, link=Link.TROUBLE, trouble=why.words, since=None))
        self._came(frozenset())

    def _came(self, kinds: Touched) -> None:
        if kinds or self._fetched:
            self._fetched = False
            self._changed(kinds)
        self._look()
        self._wait()

    def _look(self) -> None:
        """How much waits is asked of the store, off this thread."""
        self._lanes.read.run(partial(how_it_stands, self._session), done=self._looked, failed=lambda _: None)

    def _looked(self, way: OnTheWay) -> None:
        self._say(
            replace(
                self._state,
                waiting=way.unsent,
                drafts=way.drafts,
                documents=way.documents,
                offset_ms=way.offset_ms,
                complete=way.complete,
                held=way.held,
                last=self._state.last or self._before(way),
            )
        )

    def _before(self, way: OnTheWay) -> Result | None:
        """The last exchange of an earlier day: it ended with both sides holding the same."""
        if way.last is None:
            return None
        at = (way.last.ended_at or way.last.began_at).astimezone(self._session.now().tzinfo)
        return Result(at, way.last.sent, way.last.received, way.last.quarantined, way.last.conflicts, whole=True)

    def _say(self, state: SyncState) -> None:
        if state == self._state:
            return
        self._state = state
        self._tell()

    def _tell(self) -> None:
        """Also once a minute: what was said of the hub grows old."""
        for tell in tuple(self._tells):
            tell(self._state)
