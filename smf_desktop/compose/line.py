"""The way to the hub of an open store: one exchange after another, each with what follows the records."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.hub import Hub, HubTrouble
from smf_core.operations.protocol import DraftNote, HeldWork, LaptopNote, PersonAsked, PersonGiven, Scope
from smf_desktop import VERSION
from smf_desktop.compose.beside import Laptop
from smf_desktop.compose.computer import Place
from smf_desktop.compose.obeying import obey, wipe_heard
from smf_desktop.ports import Reach
from smf_desktop.presenters.sync.facts import Progress, Result, Stage
from smf_desktop.security.draft_sealing import Draft, open_by_service_key, open_draft
from smf_desktop.security.files import WIPING
from smf_desktop.security.opened import Opened
from smf_desktop.security.sealing import SealBroken
from smf_desktop.services.auditing import DRAFT_TAKEN
from smf_desktop.services.sync.exchanging import Listening, fetch_documents, send_documents, send_drafts
from smf_desktop.store.exchanging import Exchanging
from smf_desktop.store.joined import joined
from smf_desktop.store.store import Store
from smf_desktop.sync import session
from smf_desktop.sync.meanwhile import by_a_thread
from smf_desktop.sync.steps import Exchanged, Who
from smf_desktop.trouble import DraftSealedBefore, LockedByHub, NotJoined, StoreWiped

Tell = Callable[[Progress], None]
Stop = Callable[[], bool]

SENDS_FIRST = 60.0
"""Seconds for which a store that heard that it is to be destroyed may send its work first."""

PAUSE = 1.0
"""Seconds between two tries of a store that is to be destroyed to send its work; to lock may wait for as long."""

_STAGES = {
    "hello": Stage.GREETING,
    "push": Stage.SENDING,
    "pull": Stage.FETCHING,
    "scope": Stage.FILLING,
    "verify": Stage.CHECKING,
}


@dataclass(slots=True)
class Line:
    """An open store and the way to its hub: the `HubAccess` of the windows and of the commands."""

    laptop: Laptop
    hub: Hub
    reach: Reach
    pause: Callable[[float], None]
    until: float | None = None
    """The steady second at which a store is destroyed that is known to have been ordered so, sent or not."""

    def exchange(self, tell: Tell, stop: Stop) -> Result:
        """One exchange as the windows want it told. Raises `HubTrouble`, `LockedByHub`, `StoreWiped`."""
        found = self.exchanged(tell, stop)
        if found.trouble is not None:
            detail = {} if found.retry_after is None else {"retry_after": found.retry_after}
            raise HubTrouble(found.trouble, detail)
        return Result(
            at=self.laptop.clock.now(),
            sent=found.sent,
            received=found.received,
            quarantined=found.quarantined,
            conflicts=found.conflicts,
            whole=found.all_sent,
            kinds=found.kinds,
            differed=found.differed,
        )

    def exchanged(self, tell: Tell, stop: Stop) -> Exchanged:
        """One exchange: records, then drafts, then documents; then what the hub ordered.

        A store that is to be destroyed tries for `SENDS_FIRST` to send all of its work; stopped in that, it goes on
        with the next exchange, or before anybody is let in. Troubles of the hub with the records are told in the
        answer; those with what follows are left for the next time. Raises `LockedByHub` or `StoreWiped` where the
        store has to be closed at once.
        """
        listening = Listening(self.hub, self.laptop)

        def ends() -> bool:
            return stop() or ((bool(listening.orders) or self.until is not None) and self._is_late())

        found = self._records(listening.as_hub, tell, ends)
        ordered = bool(listening.orders) or found.trouble is not None or self.until is not None
        while ordered and self._sends_first() and not stop():
            self.pause(PAUSE)
            found = found if stop() else self._records(listening.as_hub, tell, ends)
        self.laptop.note_dates()
        if found.trouble is None and not ends():
            with suppress(HubTrouble):
                self._follow(listening, tell, ends)
        if ordered and not self._sends_first() and obey(self.laptop, listening.orders):
            raise StoreWiped if (self.laptop.directory / WIPING).exists() else LockedByHub
        return found

    def _sends_first(self) -> bool:
        """Whether the store is to be destroyed, holds work that no hub has confirmed, and has time left to send it."""
        return not self._is_late() and self.until is not None and self.laptop.store.unsent() > 0

    def _is_late(self) -> bool:
        """Whether the store is to be destroyed now, sent or not. Its time begins when this is first asked."""
        now = self.laptop.clock.steady()
        if self.until is None and wipe_heard(self.laptop) is not None:
            self.until = now + SENDS_FIRST
        return self.until is not None and now >= self.until

    def _records(self, hub: Hub, tell: Tell, stop: Stop) -> Exchanged:
        laptop = self.laptop
        key = Ed25519PrivateKey.from_private_bytes(laptop.hub.device_key)
        store = Exchanging(laptop.store, laptop.clock, laptop.new_id)
        with by_a_thread() as apart:
            steps = session.exchange(hub, store, laptop.clock, Who(VERSION, key.sign), apart)
            while True:
                try:
                    step = next(steps)
                except StopIteration as ended:
                    found: Exchanged = ended.value
                    return found
                tell(Progress(_STAGES.get(step.what, Stage.GREETING), step.done, step.of))
                if stop():
                    steps.close()
                    return Exchanged(pending=laptop.store.unsent())

    def _follow(self, listening: Listening, tell: Tell, stop: Stop) -> None:
        laptop, hub = self.laptop, listening.as_hub
        tell(Progress(Stage.DRAFTS))
        send_drafts(hub, laptop, device=laptop.hub.device, keys=listening.draft_keys, stopped=stop)
        for way in (send_documents, fetch_documents):
            for done, of in way(hub, laptop, stop):
                tell(Progress(Stage.DOCUMENTS, done, of))

    def drafts_elsewhere(self) -> Sequence[DraftNote]:
        """The user's drafts on other laptops of theirs; for a lead also colleagues' that are unsigned for a day."""
        return [each for each in self.hub.drafts() if each.device != self.laptop.hub.device]

    def bring_draft(self, note: DraftNote) -> bool:
        """Have the user's own draft here, too, unless one of the same page and record is. Answers whether it came.

        Raises `HubTrouble`, and `DraftSealedBefore` for one that was sealed before this laptop had joined.
        """
        opened, sealed = self.laptop.opened, self.hub.draft(note.slot)
        try:
            draft = open_draft(opened, opened.user_id, note.slot, sealed)
        except SealBroken:
            raise DraftSealedBefore from None
        return self._keep(note, draft)

    def take_over_draft(self, note: DraftNote, reason: str, recovery_key: str) -> bool:
        """Have an absent colleague's draft as the user's own to finish; `reason` is a code, and is written down.

        Answers whether it came: not where the user has a draft of that page and record. Raises `HubTrouble`,
        `RecoveryKeyMistyped`, `WrongRecoveryKey`.
        """
        draft = open_by_service_key(recovery_key, note.slot, self.hub.draft(note.slot, reason))
        return self._keep(note, draft, reason)

    def _keep(self, note: DraftNote, draft: Draft, reason: str = "") -> bool:
        laptop, user = self.laptop, self.laptop.opened.user_id
        if laptop.store.draft(user, note.page, draft.record) is not None:
            return False
        with laptop.store.work(author=user, now=laptop.clock.now(), new_id=laptop.new_id) as work:
            work.keep_draft(note.page, draft.record, note.patient, draft.form)
            if reason:
                work.note_access(DRAFT_TAKEN, note.patient, reason)
        return True

    def held(self) -> tuple[HeldWork, Sequence[ChangeSet]]:
        return self.hub.held()

    def close(self) -> None:
        """Let go of the connection, where there is one."""
        self.reach.leave(self.hub)

    def laptops(self) -> Sequence[LaptopNote]:
        return self.hub.laptops()

    def open_person(self, said: PersonAsked) -> PersonGiven:
        return self.hub.open_person(said)

    def scope(self, feed: str) -> Scope:
        return self.hub.scope(feed)

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        return self.hub.figure(name, asked)


def line(house: Place, store: Store, opened: Opened) -> Line:
    """The way to the hub of an open store. Nothing is sent by this. Raises `NotJoined`."""
    with store.read() as connection:
        hub = joined(connection)
    if hub is None:
        raise NotJoined
    computer = house.computer
    laptop = Laptop(house.directory, store, opened, hub, computer.clock, computer.new_id, computer.random)
    reach = computer.reach()
    way = reach.hub(
        hub.url, device=hub.device, device_key=hub.device_key, hub_key=hub.hub_key, certificate=hub.certificate
    )
    return Line(laptop, way, reach, computer.pause)
