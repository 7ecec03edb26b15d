"""The small forms round letters, by keyboard: core visits that go on, core teams, lists of practices, who to call."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.letter_trouble import BadPracticeFile
from smf_core.records.queries.episodes import episode as episode_of
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.services.laptop.accounts import settings
from smf_desktop.services.letters.practices import core_teams, find_practices
from smf_desktop.trouble import FileUnreadable
from tests.support.letters import PRACTICES, ended, taught
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.desk import Desk
from ui.flows.asking import Asker
from ui.flows.laptop.service_settings import ask_settings
from ui.flows.letters.core_stop import ask_core_visits
from ui.flows.letters.practices import ask_core_teams, take_in
from ui.flows.letters.printing import ask_printer
from ui.tasks import Lanes
from ui.views.form_dialog import Ask, FormDialog

__all__ = ["laptop", "store_template", "team"]

Key = Qt.Key


@dataclass
class Room:
    """A window to open forms over, and what was said in it."""

    qtbot: QtBot
    over: QWidget
    desk: Desk
    asker: Asker
    toasts: list[str] = field(default_factory=list)
    told: list[BaseException] = field(default_factory=list)

    def dialog(self, title: str) -> FormDialog:
        """Until a form of this title has the keyboard."""

        def there() -> bool:
            found = QApplication.activeModalWidget()
            focus = QApplication.focusWidget()
            return isinstance(found, FormDialog) and found.windowTitle() == title and found.isAncestorOf(focus)

        self.qtbot.waitUntil(there)
        found = QApplication.activeModalWidget()
        assert isinstance(found, FormDialog)
        return found

    def type(self, dialog: FormDialog, key: str, words: str) -> None:
        control = dialog.fields[key].control
        assert isinstance(control, QLineEdit | QPlainTextEdit)
        control.setFocus()
        self.qtbot.keyClick(control, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClicks(control, words)

    def save(self, dialog: FormDialog) -> None:
        self.qtbot.keyClick(dialog, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def says(self, toast: str) -> None:
        self.qtbot.waitUntil(lambda: toast in self.toasts)


@pytest.fixture
def room(qtbot: QtBot, team: Team) -> Iterator[Room]:
    over, lanes = QWidget(), Lanes()
    toasts: list[str] = []
    told: list[BaseException] = []
    desk = Desk(team.lead, lanes, lambda _place: None, told.append, toasts.append, lambda _kinds: None)
    over.show()
    with qtbot.waitActive(over):
        over.activateWindow()
    yield Room(qtbot, over, desk, Asker(desk, over), toasts, told)
    lanes.store.drain()
    lanes.close()
    for thing in (over, lanes.store, lanes.read, lanes.work):
        shiboken6.delete(thing)


def test_core_visits_that_go_on_are_recorded_from_a_day_with_who_said_so(team: Team, room: Room) -> None:
    home = taught(team)
    ended(team, home)
    episode = home.episodes["insulin"]
    ask_core_visits(room.desk, room.asker, room.over, episode, home.patient, "ABERNATHY, Doreen (Mrs)")
    dialog = room.dialog("How many core visits still go on?")
    room.save(dialog)
    assert dialog.fields["count"].message.words.text() == "Enter a number from 0 to 300"
    room.type(dialog, "count", "30")
    room.type(dialog, "on", "tomorrow")
    room.type(dialog, "source", "Sister Obi")
    room.save(dialog)
    assert dialog.fields["on"].message.words.text() == "Enter today or an earlier date"
    room.type(dialog, "on", "today")
    room.save(dialog)
    room.says("Core visits recorded")
    with team.nurse.read() as connection:
        held = episode_of(connection, episode)
    assert held is not None
    assert [(one.visits_per_month, one.source) for one in held.core_visits] == [("30", "Sister Obi")]


def test_a_core_team_is_added_changed_and_taken_off_the_list(team: Team, room: Room) -> None:
    ask_core_teams(room.desk, room.asker, room.over)
    first = room.dialog("Add a core team")
    room.type(first, "name", "North core team")
    room.type(first, "phone", "01632 960 110")
    room.save(first)
    room.says("Core team saved")
    (north,) = core_teams(team.nurse)
    assert (north.name, north.phone) == ("North core team", "01632 960 110")
    ask_core_teams(room.desk, room.asker, room.over)
    room.save(room.dialog("Which core team?"))
    second = room.dialog("Change this core team")
    second.checks["ended"].setChecked(True)
    room.save(second)
    room.qtbot.waitUntil(lambda: core_teams(team.nurse) == ())


def test_a_list_of_practices_is_taken_in_and_trouble_is_told(team: Team, room: Room, tmp_path: Path) -> None:
    path = tmp_path / "practices.csv"
    take_in(room.desk, path)
    room.qtbot.waitUntil(lambda: len(room.told) == 1)
    assert isinstance(room.told[0], FileUnreadable)
    path.write_text("name\nAlder Road\n", "utf-8")
    take_in(room.desk, path)
    room.qtbot.waitUntil(lambda: len(room.told) == 2)
    assert isinstance(room.told[1], BadPracticeFile)
    path.write_text("code,name\nC81001,Alder Road\n,No code\n", "utf-8")
    take_in(room.desk, path)
    room.qtbot.waitUntil(lambda: len(room.told) == 3)
    assert words_for(room.told[2]).happened.startswith("Row 3 has no code"), "which row it is, of 7,000"
    path.write_text(PRACTICES, "utf-8")
    take_in(room.desk, path)
    room.says("3 practices added, 0 changed")
    assert len(find_practices(team.nurse, "")) == 3


def test_the_clinical_lead_says_who_to_call(team: Team, room: Room) -> None:
    ask_settings(room.desk, room.asker, room.over)
    dialog = room.dialog("Service settings")
    room.type(dialog, "phone", "01632 960 100")
    room.type(dialog, "hours", "Monday to Friday")
    room.type(dialog, "other", "call 111")
    room.type(dialog, "reason", "New number")
    room.save(dialog)
    room.says("Settings saved")
    held = settings(team.nurse)
    assert (held.contact_phone, held.contact_hours, held.out_of_hours) == (
        "01632 960 100",
        "Monday to Friday",
        "call 111",
    )


def test_leaving_the_printers_question_prints_nothing(room: Room) -> None:
    asked: list[object] = []
    dialog = ask_printer(room.over, asked.append)
    room.qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), QPrintDialog))
    dialog.reject()
    room.qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert asked == []


def test_what_is_wrong_with_a_field_is_never_cut_off(qtbot: QtBot) -> None:
    over = QWidget()
    over.resize(1366, 690)
    qtbot.addWidget(over)
    form = FormDialog("Move it?", (Ask("who", "The right person"),), "Move", parent=over)
    with qtbot.waitExposed(form):
        form.show()
    form.tell({"who": "Choose the right person"})
    area, who = form.findChildren(QScrollArea)[0], form.fields["who"]
    qtbot.waitUntil(lambda: who.height() > who.control.height() + who.label.height() + 10)
    qtbot.waitUntil(lambda: area.viewport().height() >= who.sizeHint().height())
    assert area.verticalScrollBar().maximum() == 0, "the form grew with its words"
