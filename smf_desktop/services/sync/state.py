"""How the exchange with the hub stands, as pages are told, and what they may ask of it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.protocol import HeldWork, LaptopNote
from smf_desktop.presenters.sync.facts import Progress, Result, SyncState


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

    def cancel(self) -> None:
        """Stop at the next step. What was exchanged so far stands; the rest follows with the next exchange."""
        ...

    def subscribe(self, tell: Callable[[SyncState], None]) -> Callable[[], None]:
        """Have every new state told. Answers what ends that."""
        ...


class HubAccess(Protocol):
    """The hub this store has joined. Each call may take long, so it is made on the work lane.

    Every method raises `HubTrouble`.
    """

    def exchange(self, tell: Callable[[Progress], None], stop: Callable[[], bool]) -> Result:
        """One exchange, from greeting to check; between two steps `stop` is asked."""
        ...

    def held(self) -> tuple[HeldWork, Sequence[ChangeSet]]:
        """What waits for a lead of this user's teams, with the change sets in that order."""
        ...

    def laptops(self) -> Sequence[LaptopNote]:
        """Every laptop of this user's teams."""
        ...
