"""Reference cycles are collected on the interface thread; what stood when all was imported is not searched again."""

import gc
import weakref

from pytestqt.qtbot import QtBot

from ui.tasks import Collector


class Cycle:
    def __init__(self) -> None:
        self.itself = self


def test_what_is_spared_is_searched_no_more_and_a_cycle_made_later_is_still_collected(qtbot: QtBot) -> None:
    before = Cycle()
    collector = Collector(every_ms=10)
    try:
        collector.spare()
        assert not gc.isenabled()
        assert before not in gc.get_objects()
        gone = weakref.ref(Cycle())
        many = [Cycle() for _ in range(gc.get_threshold()[0] + 1)]  # more than one search waits for
        qtbot.waitUntil(lambda: gone() is None)
        assert len(many) > 0
    finally:
        collector.stop()
    assert gc.isenabled()
    assert before in gc.get_objects(), "whoever ends it leaves the interpreter as it was"
