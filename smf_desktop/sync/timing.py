"""When to exchange next. Pure: it is told what happens and what time it is (steady seconds), and says how long to wait.

A request during an exchange is never dropped: exactly one more follows, however many there were.
"""

from collections.abc import Callable
from dataclasses import dataclass

QUIET = 3.0
"""Seconds without another save before what was saved is sent."""

LONGEST_QUIET = 20.0
"""Somebody who saves all the time is sent for this often."""

EVERY = 5 * 60.0
"""Seconds between exchanges that nobody asked for."""

FIRST, MOST = 2.0, 5 * 60.0
"""After a failure it is tried again so soon, then twice as late each time, up to this."""

JITTER = 0.5
"""A wait is shorter by up to this part of it, so that laptops that lost their hub at once do not return at once."""

Chance = Callable[[], float]
"""A number from 0 up to 1."""


@dataclass(slots=True)
class Timing:
    """One laptop's timing. `due` is when the next exchange is to begin, in steady seconds; None: not at all."""

    chance: Chance
    every: float = EVERY
    due: float | None = None
    running: bool = False
    failures: int = 0
    _again: bool = False
    _saved_first: float | None = None
    _not_before: float = 0.0

    def started(self, now: float) -> None:
        """The store is open, or it has just joined a hub."""
        self._sooner(now)

    def saved(self, now: float) -> None:
        """Somebody saved: it is sent after a short quiet."""
        if self.running:
            self._again = True
            return
        if self._saved_first is None:
            self._saved_first = now
        at = min(now + QUIET, self._saved_first + LONGEST_QUIET)
        waits_for_hub = self.failures or now < self._not_before
        if waits_for_hub:  # a hub that does not answer is not asked the more often for what is saved meanwhile
            return
        self.due = at if self.due is None or self._saved_first != now else min(self.due, at)

    def connected(self, now: float) -> None:
        """A connection has appeared: what failed before says nothing any more."""
        self.failures = 0
        self._request(now)

    def asked(self, now: float) -> None:
        """Somebody asked for it (F9); a hub that told us to wait is asked all the same, it answers for itself."""
        self._not_before = 0.0
        self._request(now)

    def wait(self, now: float) -> float | None:
        """Seconds until an exchange is to begin; 0: now. None while one runs, and before `started`."""
        if self.running or self.due is None:
            return None
        return max(0.0, self.due - now)

    def begun(self) -> None:
        """An exchange has begun."""
        self.running, self._again, self._saved_first, self.due = True, False, None, None

    def ended(self, now: float, *, failed: bool, retry_after: int | None = None) -> None:
        """It ended. `retry_after`: seconds that the hub asked us to wait."""
        self.running = False
        self._not_before = now + retry_after if retry_after else 0.0
        if failed:
            self.failures += 1
            step = min(MOST, FIRST * 2 ** (self.failures - 1))
            self.due = max(now + step * (1 - JITTER * self.chance()), self._not_before)
        else:
            self.failures = 0
            self.due = now if self._again else now + self.every * (1 - JITTER * self.chance() / 5)
        self._again = False

    def _request(self, now: float) -> None:
        if self.running:
            self._again = True
        else:
            self._sooner(max(now, self._not_before))

    def _sooner(self, at: float) -> None:
        self.due = at if self.due is None else min(self.due, at)
