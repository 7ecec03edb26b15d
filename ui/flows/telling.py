"""How far long work is, told from its lane to a window."""

from collections.abc import Callable
from threading import Event

from smf_desktop.ports import Progress

STEPS = 200
"""How often a bar is told at most: a copy tells of every piece, thousands in all."""


def telling(emit: Callable[[int, int], object], stop: Event) -> Progress:
    """Tells a window now and then, and the work whether someone wants it to stop."""
    last = -1

    def tell(done: int, total: int) -> bool:
        nonlocal last
        step = STEPS * done // max(1, total)
        if step != last:
            last = step
            emit(done, total)
        return not stop.is_set()

    return tell
