"""The first exchange: it can be stopped and gone on with, and says done only when both sides hold the same."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.presenters.sync.facts import Progress, Result, Stage
from smf_desktop.presenters.sync.first import GOING, NOT_WHOLE, STOPPED, WHOLE, first_rows
from tests.support.sessions import START
from tests.ui.test_sync_lists import OneHub
from ui.flows.sync.first import FirstFetch
from ui.tasks import Lane


@dataclass
class SlowHub(OneHub):
    """Fetches until it is let go, and then answers as the test says."""

    answer: Result | HubTrouble = field(default_factory=lambda: Result(START, whole=True))
    go: threading.Event = field(default_factory=threading.Event)
    begun: int = 0

    def exchange(self, tell: Callable[[Progress], None], stop: Callable[[], bool]) -> Result:
        self.begun += 1
        tell(Progress(Stage.FETCHING, 200, 1000))
        while not self.go.wait(0.01):
            if stop():
                return Result(START)
        if isinstance(self.answer, HubTrouble):
            raise self.answer
        return self.answer


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane("work")
    yield made
    made.close()


def opened(qtbot: QtBot, hub: SlowHub, lane: Lane, figures: tuple[int, int] | None = None) -> FirstFetch:
    first = FirstFetch(lambda tell, stop: (hub.exchange(tell, stop), figures), lane)
    qtbot.addWidget(first.view)
    first.view.resize(1026, 600)
    first.view.show()
    first.view.activateWindow()
    first.begin()
    return first


def test_it_is_stopped_and_gone_on_with_by_keyboard(qtbot: QtBot, lane: Lane) -> None:
    hub = SlowHub()
    first = opened(qtbot, hub, lane)
    view = first.view
    qtbot.waitUntil(lambda: view.bar.maximum() == 1000)
    assert view.title.text() == GOING
    qtbot.keyClick(view.stop, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.title.text() == STOPPED)
    hub.go.set()
    qtbot.keyClick(view.go_on, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.title.text() == WHOLE)
    with qtbot.waitSignal(first.done):
        qtbot.keyClick(view.begin, Qt.Key.Key_Return)
    assert hub.begun == 2


def test_a_hub_that_falls_silent_is_told_and_what_came_stays(qtbot: QtBot, lane: Lane) -> None:
    hub = SlowHub(answer=HubTrouble(Trouble.UNREACHABLE))
    hub.go.set()
    first = opened(qtbot, hub, lane)
    qtbot.waitUntil(lambda: first.view.title.text() == "The hub did not answer.")
    assert "What has come stays here" in first.view.about.text()
    hub.answer = Result(START, whole=True)
    qtbot.keyClick(first.view.go_on, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: first.view.title.text() == WHOLE)


@pytest.mark.parametrize(("whole", "figures"), [(False, None), (True, (147, 148))])
def test_it_does_not_say_done_before_both_hold_the_same(
    qtbot: QtBot, lane: Lane, whole: bool, figures: tuple[int, int] | None
) -> None:
    hub = SlowHub(answer=replace(Result(START), whole=whole))
    hub.go.set()
    first = opened(qtbot, hub, lane, figures)
    qtbot.waitUntil(lambda: first.view.title.text() == NOT_WHOLE)
    assert not first.view.begin.isVisible()
    assert ("147 signed visits, the hub 148" in first.view.about.text()) is (figures is not None)


def test_the_figures_of_both_sides_are_said() -> None:
    rows = first_rows(Progress(Stage.CHECKING), whole=True, figures=(148, 148))
    assert rows.about == "The hub and this laptop hold the same. This laptop holds 148 signed visits, the hub 148."
    assert {row.state for row in rows.stages} == {"done"}
    one = first_rows(Progress(Stage.CHECKING), whole=True, figures=(1, 1))
    assert one.about.endswith("This laptop holds 1 signed visit, the hub 1.")
