"""How the hub is asked, and asked again, for less, where that failed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.sync.steps import Pace, Step, Steps

TRIES = 6
"""So often in a row a request may fail, or the exchange begin over without getting anywhere, before it stops."""

_PASSING = frozenset({Trouble.UNREACHABLE, Trouble.TOO_LARGE, Trouble.BAD_REPLY})
"""What the next try, or one for less, may not meet."""

_FROM_HELLO = frozenset({Trouble.HELLO_DUE, Trouble.GAP})
"""The hub no longer knows us, or is not where it said: both sides say anew where they stand."""

T = TypeVar("T")


class FromTheTop(Exception):
    """Both sides say anew where they stand; what was done counts."""


@dataclass(slots=True)
class Asking:
    """The requests of one exchange. `failed`: how many failed since the last one that did not."""

    pace: Pace = field(default_factory=Pace)
    failed: int = 0

    def once(self, act: Callable[[], T]) -> Steps[T | None]:
        """Ask. None when it failed and is to be asked again, for less; raises when it failed too often in a row."""
        try:
            found = act()
        except HubTrouble as error:
            self.failed += 1
            hopeless = error.why is Trouble.TOO_LARGE and self.pace.is_least
            if self.failed >= TRIES or hopeless or error.why not in _PASSING | _FROM_HELLO:
                raise
            if error.why in _FROM_HELLO:
                raise FromTheTop from None
            self.pace.worse()
            yield Step("again")
            return None
        self.failed = 0
        self.pace.better()
        return found

    def until(self, act: Callable[[], T]) -> Steps[T]:
        """Ask until it is answered."""
        while (found := (yield from self.once(act))) is None:
            pass
        return found
