"""Reference cycles are collected on the interface thread; what stood when all was imported is not searched again."""

import gc
import weakref

from pytestqt.qtbot import QtBot

from ui.tasks import Collector


class Cycle:
    def __init__(self) -> None:
        self.itself = self


def is_searched(thing: object) -> bool:
    """By identity: what else is there may not be fit to be compared."""
    return any(each is thing for each in gc.get_objects())


def test_what_is_spared_is_searched_no_more_and_a_cycle_made_later_is_still_collected(qtbot: QtBot) -> None:
    before = Cycle()
    collector = Collector(every_ms=10)
    try:
        collector.spare()
        assert not gc.isenabled()
        assert not is_searched(before)
        gone = weakref.ref(Cycle())
        many = [Cycle() for _ in range(gc.get_threshold()[0] + 1)]  # more than one search waits for
        qtbot.waitUntil(lambda: gone() is None)
        assert len(many) > 0
    finally:
        collector.stop()
    assert gc.isenabled()
    assert is_searched(before), "whoever ends it leaves the interpreter as it was"
