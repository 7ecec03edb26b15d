"""What is on this laptop alone is marked where it is read, and the mark goes by itself when the hub has it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_desktop.presenters.patient.timeline import NOT_AT_HUB
from smf_desktop.presenters.sync.facts import Link, Progress, Stage, SyncState
from smf_desktop.services.record.overview import open_record
from smf_desktop.services.sync.centre import how_it_stands
from tests.store.test_sent import joined, sent
from tests.support.opened import Open, open_page
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home, taught
from ui.desk import Desk, Place
from ui.flows.patient.page import PatientPage
from ui.flows.sync.page import SyncPage
from ui.views.patient.page import PatientView
from ui.views.sync.page import SyncView
from ui.widgets.cards import Card
from ui.widgets.text import Chip, Icon

__all__ = ["laptop", "open_page", "store_template", "team"]


@dataclass
class Told:
    """A syncer that says what the test says."""

    state: SyncState = field(default_factory=lambda: SyncState(Link.CONNECTED, waiting=3))
    tells: list[Callable[[SyncState], None]] = field(default_factory=list)

    def subscribe(self, tell: Callable[[SyncState], None]) -> Callable[[], None]:
        self.tells.append(tell)
        tell(self.state)

        def end() -> None:
            self.tells = [each for each in self.tells if each is not tell]

        return end

    def say(self, state: SyncState) -> None:
        self.state = state
        for tell in tuple(self.tells):
            tell(state)

    def request(self) -> None: ...

    def saved(self) -> None: ...

    def cancel(self) -> None: ...

    def close(self) -> None: ...


def chips(view: PatientView) -> list[Chip]:
    return [each for each in view.overview.findChildren(Chip) if each.words == NOT_AT_HUB]


def test_a_record_not_yet_at_the_hub_has_a_chip_that_goes_with_the_receipt(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    home = at_home(team)
    joined(team)
    sent(team, at=START)
    visit = taught(team, home)
    syncer = Told()

    def make(desk: Desk) -> PatientPage:
        return PatientPage(replace(desk, syncer=syncer))

    one = open_page(team.nurse, make, Place("patient", home.patient))
    page, view = one.page, one.page.widget
    assert isinstance(page, PatientPage)
    assert isinstance(view, PatientView)
    qtbot.waitUntil(lambda: page.banner is not None and page.banner.hub_chip == NOT_AT_HUB)
    assert len(chips(view)) >= 1
    (timeline,) = [each for each in view.overview.findChildren(Card) if each.accessibleName() == "Timeline"]
    qtbot.waitUntil(timeline.isVisible)
    QApplication.processEvents()  # laid out in the turn after
    edges = {icon.mapTo(timeline, QPoint()).x() for icon in timeline.findChildren(Icon)}
    assert len(edges) == 1, f"what is marked stands no further in than what is not: {edges}"
    assert view.row is not None
    (line,) = [each for each in view.row.visits if each.visit == visit]
    assert line.chip == NOT_AT_HUB
    assert line.spoken.count(NOT_AT_HUB) == 1
    assert NOT_AT_HUB not in line.about
    sent(team, at=START)
    syncer.say(replace(syncer.state, waiting=0))
    qtbot.waitUntil(lambda: page.banner is not None and page.banner.hub_chip == "")
    qtbot.waitUntil(lambda: chips(view) == [])
    assert all(each.chip == "" for each in view.row.visits)
    page.leave()
    assert syncer.tells == [], "a page that is left hears nothing more"


def test_reading_a_record_marks_nothing(team: Team) -> None:
    home = at_home(team)
    joined(team)
    sent(team, at=START)
    team.clock.forward(minutes=2)
    assert not open_record(team.nurse, home.patient).waits
    assert how_it_stands(team.nurse).unsent == 0


def test_a_change_of_somebody_else_marks_nobody_but_them(team: Team) -> None:
    home, other = at_home(team), at_home(team)
    joined(team)
    sent(team, at=START)
    taught(team, other)
    assert open_record(team.nurse, other.patient).waits
    assert not open_record(team.nurse, home.patient).waits


def test_the_lists_of_the_sync_centre_follow_what_was_sent(qtbot: QtBot, team: Team, open_page: Open) -> None:
    taught(team, at_home(team))
    joined(team)
    syncer = Told()

    def make(desk: Desk) -> SyncPage:
        return SyncPage(replace(desk, syncer=syncer))

    view = open_page(team.nurse, make, Place("sync")).page.widget
    assert isinstance(view, SyncView)
    qtbot.waitUntil(lambda: view.waiting.row.count > 0)
    waiting = view.waiting.row.count
    for state, words in (
        (SyncState(Link.SYNCING, progress=Progress(Stage.SENDING, 5, 12)), "Syncing: sending 5 of 12"),
        (SyncState(Link.SYNCING), "Syncing"),
        (SyncState(Link.OFFLINE, since=START), "Offline since 09:00"),
    ):
        syncer.say(state)
        assert view.link.words == words
    syncer.say(SyncState(Link.CONNECTED, waiting=3))
    sent(team, at=START)
    syncer.say(replace(syncer.state, waiting=0))
    qtbot.waitUntil(lambda: view.waiting.row.count == 0)
    assert view.sent.row.count == waiting
