"""Somebody whom this laptop does not hold: asked of the hub by keyboard alone, opened when they have come."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_core.domain.opening import WhyOpened
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import PersonAsked, PersonGiven
from smf_desktop.presenters.patient.page import patient_row
from smf_desktop.presenters.sync.asked_for import COMING, QUESTION, TITLE
from smf_desktop.presenters.sync.facts import Link, SyncState
from smf_desktop.services.record.opening import opened_off_list
from smf_desktop.services.record.overview import open_record
from smf_desktop.store.audit import gather_access
from tests.support.desks import OnDesk
from tests.support.opened import Open, open_page
from tests.support.pressing import in_front, press
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from tests.ui.test_sync_lists import OneHub, listed
from tests.ui.test_sync_marks import Told
from ui.desk import Desk, Place
from ui.flows.sync.asked_for import ask_for_person
from ui.flows.sync.page import SyncPage

__all__ = ["laptop", "open_page", "store_template", "team"]

TAB, ENTER, ESC = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape
CTRL = Qt.KeyboardModifier.ControlModifier


@dataclass
class Knows(OneHub):
    """A hub that answers as the test says."""

    answer: PersonGiven | HubTrouble = field(default_factory=PersonGiven)
    asked: list[PersonAsked] = field(default_factory=list)

    def open_person(self, said: PersonAsked) -> PersonGiven:
        self.asked.append(said)
        if isinstance(self.answer, HubTrouble):
            raise self.answer
        return self.answer


def asking(open_page: Open, team: Team, hub: Knows, syncer: Told) -> OnDesk:
    desks: list[Desk] = []

    def make(desk: Desk) -> SyncPage:
        desks.append(replace(desk, hub=hub, syncer=syncer))
        return SyncPage(desks[0])

    one = open_page(team.nurse, make, Place("sync"))
    ask_for_person(desks[0], one.page.widget)
    return one


def test_somebody_is_asked_for_by_name_and_opened_when_they_have_come(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    who = team.nurse.new_id()
    hub, syncer = Knows(answer=PersonGiven(patient=who, until=(START + timedelta(hours=72)).isoformat())), Told()
    one = asking(open_page, team, hub, syncer)
    in_front(qtbot, QUESTION)
    press(qtbot, ENTER)  # neither number nor name, and no reason
    assert hub.asked == []
    press(qtbot, TAB, "Abernathy", TAB, TAB, "14/03/1951", TAB, "They")
    press(qtbot, ENTER, held=CTRL)
    shown = listed(qtbot, TITLE, 1)
    (asked,) = hub.asked
    assert (asked.family, asked.date_of_birth, asked.why) == ("Abernathy", "1951-03-14", WhyOpened.RANG.value)
    assert asked.user == team.nurse.user.id
    assert shown.model.index(0, 0).data() == COMING
    assert not shown.buttons["open"].isEnabled()
    syncer.say(SyncState(Link.OFFLINE))
    assert "The record comes when it does" in shown.note.text()
    came = at_home(team)  # who it is does not matter here: somebody else than was asked for changes nothing
    syncer.say(SyncState(Link.CONNECTED, waiting=1))
    qtbot.wait(50)
    assert not shown.buttons["open"].isEnabled()
    assert came.patient != who
    press(qtbot, ESC)
    assert one.went == []


def test_who_is_here_is_opened_by_enter_without_a_second_reason_and_a_lead_reads_of_it(
    qtbot: QtBot, team: Team, open_page: Open
) -> None:
    home = at_home(team)
    hub = Knows(answer=PersonGiven(patient=home.patient, until=(START + timedelta(hours=72)).isoformat()))
    one = asking(open_page, team, hub, Told())
    in_front(qtbot, QUESTION)
    press(qtbot, "999 007 9323", TAB, TAB, TAB, TAB, "Somebody")
    press(qtbot, ENTER, held=CTRL)
    shown = listed(qtbot, TITLE, 1)
    qtbot.waitUntil(lambda: shown.buttons["open"].isEnabled())
    assert [shown.model.index(0, column).data() for column in range(4)] == [
        "ABERNATHY, Doreen (Mrs)",
        "14-Mar-1951 (75y)",
        "999 007 9323",
        "Until 20-Nov-2026 09:00",
    ]
    press(qtbot, ENTER)
    assert one.went == [Place("patient", home.patient)]
    facts = open_record(team.nurse, home.patient)
    row = patient_row(facts, team.nurse.checklists)
    assert row.banner.hub_chip == "Here until 20-Nov-2026 09:00"
    assert any("asked the hub for this person" in words for words in row.notices)
    assert open_record(team.nurse2, home.patient).held_until is None
    team.clock.forward(hours=72, seconds=1)
    assert open_record(team.nurse, home.patient).held_until is None


def test_nobody_and_several_are_told_in_the_form_and_noted(qtbot: QtBot, team: Team, open_page: Open) -> None:
    hub = Knows()
    asking(open_page, team, hub, Told())
    dialog = in_front(qtbot, QUESTION)
    press(qtbot, "9990079323", TAB, TAB, TAB, TAB, "They")
    press(qtbot, ENTER, held=CTRL)
    qtbot.waitUntil(lambda: "knows nobody of your team" in dialog.trouble.true.text())
    hub.answer = PersonGiven(several=True)
    press(qtbot, ENTER, held=CTRL)
    qtbot.waitUntil(lambda: "More than one person" in dialog.trouble.true.text())
    hub.answer = HubTrouble(Trouble.UNREACHABLE)
    press(qtbot, ENTER, held=CTRL)
    qtbot.waitUntil(lambda: "did not answer" in dialog.trouble.true.text())
    assert len(hub.asked) == 3
    press(qtbot, ESC)


def test_a_lead_reads_who_was_asked_of_the_hub_among_records_opened_outside_a_list(team: Team) -> None:
    home = at_home(team)
    with team.nurse.work() as work:
        work.note_access("asked_for", home.patient, WhyOpened.SAFETY.value)
    team.clock.forward(minutes=2)
    with team.store.work(author=team.nurse.user.id, now=team.clock.now(), new_id=team.nurse.new_id) as work:
        gather_access(work, everything=True)
    (row,) = opened_off_list(team.lead)
    assert (row.by, row.why) == (team.nurse.user.name, "Asked of the hub: Somebody may be in danger")
