"""The exchange in the background: when it begins, what the status bar says, what is said aloud. It blocks nothing."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_core.operations.change_set import ChangeSet
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import DraftNote, HeldWork, LaptopNote, Scope
from smf_desktop.compose import House
from smf_desktop.presenters.sync.facts import Link, Progress, Result, Stage
from smf_desktop.services.laptop.sitting import Sitting
from smf_desktop.sync.timing import Timing
from smf_desktop.trouble import DiskFull, GrantLapsed
from tests.support.houses import PASSWORD, clock, house, service_template
from tests.support.keys import ToldClock
from tests.support.pages import PlainPage
from ui.desk import Place
from ui.main_window import Shell
from ui.syncing import Syncing

__all__ = ["clock", "house", "service_template"]


@dataclass
class OneHub:
    """A hub that answers as the test says; an exchange stands still while `open` is not set."""

    sitting: Sitting | None = None
    trouble: Trouble | None = None
    fault: Exception | None = None
    exchanges: int = 0
    closed: int = 0
    stopped: bool = False
    open: threading.Event = field(default_factory=threading.Event)
    overdue: datetime | GrantLapsed | None = None

    def looked_at(self) -> datetime | None:
        """When the time without it ended."""
        if isinstance(self.overdue, GrantLapsed):
            raise self.overdue
        return self.overdue

    def exchange(self, tell: Callable[[Progress], None], stop: Callable[[], bool]) -> Result:
        self.exchanges += 1
        tell(Progress(Stage.SENDING, 1, 2))
        while not self.open.wait(0.01):
            if stop():
                self.stopped = True
                break
        if self.trouble is not None:
            raise HubTrouble(self.trouble)
        if self.fault is not None:
            raise self.fault
        assert self.sitting is not None
        return Result(self.sitting.session.now(), sent=2, whole=True, kinds=frozenset({"visit"}))

    def held(self) -> tuple[HeldWork, Sequence[ChangeSet]]:
        return HeldWork(reviews=()), []

    def laptops(self) -> Sequence[LaptopNote]:
        return [LaptopNote(device="d", name="SMF-LT-021", users=(), last_seen=None, unsent=3, drafts=0)]

    def scope(self, feed: str) -> Scope:
        return Scope(scope=b"", people=(), signed_visits=0)

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        raise HubTrouble(Trouble.UNREACHABLE)

    def drafts_elsewhere(self) -> Sequence[DraftNote]:
        return []

    def bring_draft(self, note: DraftNote) -> bool:
        return False

    def take_over_draft(self, note: DraftNote, reason: str, recovery_key: str) -> bool:
        return False

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def hub() -> OneHub:
    return OneHub()


@pytest.fixture
def shell(house: House, hub: OneHub, qtbot: QtBot) -> Iterator[Shell]:
    sitting = house.enter(house.unlock("priya", PASSWORD))
    sitting = hub.sitting = replace(sitting, hub=hub, timing=Timing(chance=lambda: 0.0), overdue=hub.looked_at)
    page = {"today": PlainPage, "sync": PlainPage}
    shell = Shell(sitting, house.directory, pages=page)
    qtbot.addWidget(shell)
    shell.resize(1366, 690)
    with qtbot.waitActive(shell):
        shell.show()
        shell.activateWindow()
    shell.go(Place("today"))
    yield shell
    if not hub.closed:
        shell.close_down()
    sitting.close()


def says(shell: Shell, part: str) -> str:
    return shell.status.part(part).accessibleName()


def test_it_begins_by_itself_and_the_bar_says_each_state(qtbot: QtBot, shell: Shell, hub: OneHub) -> None:
    qtbot.waitUntil(lambda: "Syncing sending 1 of 2" in says(shell, "hub"))
    hub.open.set()
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Connected"))
    assert "Last sync 17-Nov-2026 10:00" in says(shell, "last")
    assert shell.desk.syncer.state.link is Link.CONNECTED


def test_keys_are_answered_while_it_runs(qtbot: QtBot, shell: Shell, hub: OneHub) -> None:
    qtbot.waitUntil(lambda: hub.exchanges == 1)
    page = shell.page
    assert isinstance(page, PlainPage)
    pressed: list[bool] = []
    page.button.clicked.connect(lambda: pressed.append(True))
    page.button.setFocus()
    qtbot.keyClick(page.button, Qt.Key.Key_Space)
    assert pressed == [True]
    assert not hub.open.is_set()
    hub.open.set()


def test_f9_during_an_exchange_makes_exactly_one_more(qtbot: QtBot, shell: Shell, hub: OneHub) -> None:
    qtbot.waitUntil(lambda: hub.exchanges == 1)
    for _ in range(3):
        qtbot.keyClick(shell, Qt.Key.Key_F9)
    hub.open.set()
    qtbot.waitUntil(lambda: hub.exchanges == 2)
    qtbot.waitUntil(lambda: shell.desk.syncer.state.link is Link.CONNECTED)
    qtbot.wait(100)
    assert hub.exchanges == 2


def test_a_hub_that_does_not_answer_is_offline_amber_and_no_window_opens(
    qtbot: QtBot, shell: Shell, hub: OneHub
) -> None:
    hub.trouble = Trouble.UNREACHABLE
    hub.open.set()
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Offline."))
    assert "since" not in says(shell, "hub"), "it has not answered yet: nobody knows since when"
    assert "waiting on this laptop" in says(shell, "hub")
    assert not shell.trouble.isVisible()
    hub.trouble = None
    qtbot.keyClick(shell, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Connected"))


def test_offline_says_since_when_once_the_hub_had_answered(qtbot: QtBot, shell: Shell, hub: OneHub) -> None:
    hub.open.set()
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Connected"))
    hub.trouble = Trouble.UNREACHABLE
    qtbot.keyClick(shell, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Offline since 10:00"))


def test_a_hub_that_answered_with_a_trouble_had_not_been_silent_since_before_it(
    qtbot: QtBot, shell: Shell, hub: OneHub
) -> None:
    hub.open.set()
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Connected"))
    for trouble, words in ((Trouble.UNREACHABLE, "Offline since 10:00"), (Trouble.BUSY, "Not synced")):
        hub.trouble = trouble
        qtbot.keyClick(shell, Qt.Key.Key_F9)
        qtbot.waitUntil(lambda words=words: says(shell, "hub").startswith(words))
    assert shell.desk.syncer.state.since is None


def test_the_bar_says_by_itself_when_the_hub_has_not_been_heard_of_for_long(
    qtbot: QtBot, shell: Shell, hub: OneHub, clock: ToldClock
) -> None:
    hub.open.set()
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Connected"))
    clock.wall += timedelta(minutes=25)
    syncing = shell.desk.syncer
    assert isinstance(syncing, Syncing)
    syncing._minute.timeout.emit()  # a minute has gone by
    assert says(shell, "hub").startswith("Last at the hub 25 minutes ago")
    exchanges = hub.exchanges
    assert exchanges == 1, "nobody was asked for it"
    qtbot.keyClick(shell, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Connected"))


def test_another_trouble_says_what_it_is_beside_the_word(qtbot: QtBot, shell: Shell, hub: OneHub) -> None:
    hub.trouble = Trouble.CERTIFICATE
    hub.open.set()
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Not synced"))
    assert "could not be shown to be safe" in shell.status.part("hub").toolTip()


@pytest.mark.parametrize(
    ("fault", "words"),
    [(DiskFull(), "The disk of this laptop is full."), (ZeroDivisionError(), "Something went wrong on this laptop.")],
)
def test_F05_what_is_wrong_on_this_laptop_is_not_laid_to_the_hub(
    qtbot: QtBot, shell: Shell, hub: OneHub, fault: Exception, words: str
) -> None:
    hub.fault = fault
    hub.open.set()
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Not synced"))
    tip = shell.status.part("hub").toolTip()
    assert tip.startswith(words)
    assert "hub" not in tip
    hub.fault = None
    qtbot.keyClick(shell, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Connected"))


def test_what_came_is_read_again_by_the_page(qtbot: QtBot, shell: Shell, hub: OneHub) -> None:
    page = shell.page
    assert isinstance(page, PlainPage)
    hub.open.set()
    qtbot.waitUntil(lambda: frozenset({"visit"}) in page.refreshed)


def test_each_part_of_the_bar_opens_the_sync_centre(qtbot: QtBot, shell: Shell, hub: OneHub) -> None:
    hub.open.set()
    qtbot.waitUntil(lambda: says(shell, "hub").startswith("Connected"))
    part = shell.status.part("last")
    part.setFocus()
    qtbot.keyClick(part, Qt.Key.Key_Space)
    assert shell.place == Place("sync")


def test_locking_stops_it_at_the_next_step(qtbot: QtBot, shell: Shell, hub: OneHub) -> None:
    qtbot.waitUntil(lambda: hub.exchanges == 1)
    shell.close_down()
    assert hub.stopped
    assert hub.closed >= 1


def test_in_a_long_session_the_time_without_the_hub_ends_and_comes_back(
    qtbot: QtBot, shell: Shell, hub: OneHub
) -> None:
    assert not shell.grace.isVisible()
    hub.overdue = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
    shell._minute.timeout.emit()
    qtbot.waitUntil(shell.grace.isVisible)
    assert "ended on 17-Nov-2026" in shell.grace.accessibleName()
    assert shell.desk.session.user.in_grace
    assert shell.page is not None, "the page is made anew and stands there"
    hub.overdue = None
    shell._minute.timeout.emit()
    qtbot.waitUntil(lambda: not shell.grace.isVisible())
    assert not shell.desk.session.user.in_grace


def test_once_the_grace_is_over_too_the_store_is_shut_and_that_is_why(qtbot: QtBot, shell: Shell, hub: OneHub) -> None:
    hub.overdue = GrantLapsed(datetime(2026, 11, 16, 9, 0, tzinfo=UTC))
    with qtbot.waitSignal(shell.shut) as shut:
        shell._minute.timeout.emit()
    assert shut.args == [hub.overdue]
