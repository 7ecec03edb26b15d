"""When an unattended laptop locks itself."""

from dataclasses import dataclass, replace

from smf_desktop.ports import LEAST_MINUTES, MOST_MINUTES
from smf_desktop.trouble import IdleMinutesOutOfRange

VISIT_MINUTES = 10
"""While a visit is open both hands may be on the person; the laptop waits at least so long."""


@dataclass(frozen=True, slots=True)
class IdleLock:
    """The idle rule as told so far. `now` and `last_active` are steady seconds."""

    minutes: int = LEAST_MINUTES
    visit_open: bool = False
    last_active: float = 0.0

    def __post_init__(self) -> None:
        if not LEAST_MINUTES <= self.minutes <= MOST_MINUTES:
            raise IdleMinutesOutOfRange(LEAST_MINUTES, MOST_MINUTES)

    def active(self, now: float) -> "IdleLock":
        """A key, a click or a touch."""
        return replace(self, last_active=max(now, self.last_active))

    def visit(self, now: float, *, is_open: bool) -> "IdleLock":
        """A visit was opened or closed; someone did that."""
        return replace(self.active(now), visit_open=is_open)

    @property
    def locks_at(self) -> float:
        """Steady seconds at which the laptop locks if nothing more happens."""
        minutes = max(self.minutes, VISIT_MINUTES) if self.visit_open else self.minutes
        return self.last_active + minutes * 60

    def is_due(self, now: float) -> bool:
        return now >= self.locks_at
