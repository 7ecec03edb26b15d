"""How the exchange with the hub stands, as pages are told, and what they may ask of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import DraftNote, HeldWork, LaptopNote, PersonAsked, PersonGiven, Scope
from smf_desktop.presenters.messages.words import Words
from smf_desktop.presenters.sync.facts import Progress, Result, SyncState
from smf_desktop.presenters.sync.stopped import stopped_words


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why an exchange stopped. `away`: nobody answered; `retry_after`: seconds the hub asked to wait."""

    words: Words
    away: bool
    retry_after: int | None


def why_stopped(error: BaseException) -> Stopped:
    """What an exchange raised, as pages are told."""
    words = stopped_words(error)
    if isinstance(error, HubTrouble):
        return Stopped(words, error.why is Trouble.UNREACHABLE, error.detail.get("retry_after"))
    return Stopped(words, away=False, retry_after=None)


class Syncer(Protocol):
    """Exchanges in the background; every method answers at once, on the interface thread."""

    @property
    def state(self) -> SyncState: ...

    def request(self) -> None:
        """Exchange now (F9, a connection came): during an exchange, once more after it."""
        ...

    def saved(self) -> None:
        """Something was saved: exchange after a few seconds of quiet."""
        ...

    def draft_kept(self) -> None:
        """A draft was kept here or taken away: the hub does not have it as it is."""
        ...

    def close(self) -> None:
        """Locking: no exchange begins any more, and one that runs stops at its next step."""
        ...

    def cancel(self) -> None:
        """Stop at the next step. What was exchanged so far stands; the rest follows with the next exchange."""
        ...

    def subscribe(self, tell: Callable[[SyncState], None]) -> Callable[[], None]:
        """Have every new state told. Answers what ends that."""
        ...


class HubAccess(Protocol):
    """The hub this store has joined. Each call may take long, so it is made on the work lane."""

    def exchange(self, tell: Callable[[Progress], None], stop: Callable[[], bool]) -> Result:
        """One exchange, from greeting to check; between two steps `stop` is asked.

        Raises `HubTrouble`; `LockedByHub` or `StoreWiped` where the store has to be closed at once.
        """
        ...

    def held(self) -> tuple[HeldWork, Sequence[ChangeSet]]:
        """What waits for a lead of this user's teams, with the change sets in that order. Raises `HubTrouble`."""
        ...

    def laptops(self) -> Sequence[LaptopNote]:
        """Every laptop of this user's teams. Raises `HubTrouble`."""
        ...

    def scope(self, feed: str) -> Scope:
        """The people of a feed that are in this laptop's scope, and the hub's count of their signed visits.

        Raises `HubTrouble`.
        """
        ...

    def open_person(self, said: PersonAsked) -> PersonGiven:
        """Have somebody of the team for 72 hours whom this laptop does not hold. Raises `HubTrouble`."""
        ...

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        """A figure of everybody whom the hub holds, as JSON. Raises `HubTrouble`."""
        ...

    def drafts_elsewhere(self) -> Sequence[DraftNote]:
        """The user's drafts on other laptops; for a lead also colleagues' unsigned for a day. Raises `HubTrouble`."""
        ...

    def bring_draft(self, note: DraftNote) -> bool:
        """Have the user's own draft here, too. Answers False where there is one of that page and record already."""
        ...

    def take_over_draft(self, note: DraftNote, reason: str, recovery_key: str) -> bool:
        """Have a colleague's draft to finish; `reason` is a code and is written down. As `bring_draft`."""
        ...

    def close(self) -> None:
        """Let go of the connection: whatever waits for an answer stops waiting."""
        ...


class Timing(Protocol):
    """When to exchange next; told what happens, at what steady second (`smf_desktop.sync.timing`)."""

    def started(self, now: float) -> None: ...

    def saved(self, now: float) -> None: ...

    def connected(self, now: float) -> None: ...

    def asked(self, now: float) -> None: ...

    def wait(self, now: float) -> float | None: ...

    def begun(self) -> None: ...

    def ended(self, now: float, *, failed: bool, retry_after: int | None = None) -> None: ...


class NoSyncer:
    """A store without a hub: nothing is exchanged, and that is what it says."""

    state = SyncState()

    def request(self) -> None:
        return None

    def saved(self) -> None:
        return None

    def cancel(self) -> None:
        return None

    def draft_kept(self) -> None:
        return None

    def close(self) -> None:
        return None

    def subscribe(self, tell: Callable[[SyncState], None]) -> Callable[[], None]:
        return lambda: None
