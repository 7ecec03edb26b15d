"""The hybrid clock: wall milliseconds where they rise, a counter where they do not.

It orders what people see; it never decides what is kept (`docs/adr/0001`).
"""

from typing import NamedTuple

COUNTER_MAX = 0xFFFF
AHEAD_MAX_MS = 5 * 60 * 1000
"""A stamp from elsewhere may pull our clock at most this far past the hub's time."""


class Stamp(NamedTuple):
    """Milliseconds since 1970 (UTC) and a 16-bit counter; ties between replicas break on the replica id."""

    ms: int
    counter: int


START = Stamp(0, 0)


def tick(last: Stamp, now_ms: int) -> Stamp:
    """The next stamp of this replica: always above `last`, whatever the wall clock did meanwhile."""
    if now_ms > last.ms:
        return Stamp(now_ms, 0)
    if last.counter < COUNTER_MAX:
        return Stamp(last.ms, last.counter + 1)
    return Stamp(last.ms + 1, 0)


def hear(last: Stamp, theirs: Stamp, now_ms: int) -> tuple[Stamp, bool]:
    """Our clock after seeing a stamp of another replica, and whether that stamp is suspect.

    `now_ms` is the best time known (the hub's where there is one). A stamp from the far future is kept
    on its operation as it is; our own clock follows it only to the bound.
    """
    limit = now_ms + AHEAD_MAX_MS
    suspect = theirs.ms > limit
    bounded = Stamp(limit, 0) if suspect else theirs
    return max(last, bounded), suspect
