"""The palette: one field that finds people and commands, by keyboard alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from smf_core.domain.patient import Name
from smf_desktop.presenters.palette import Command, Found, RowKind, asked, matching_commands, none_found, palette_rows
from smf_desktop.services.caseload.search import find_people, recent_people
from smf_desktop.services.record.overview import open_record
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.store.audit import gather_access
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.palette import Palette
from ui.menus import plain_words
from ui.tasks import Lanes

__all__ = ["laptop", "store_template", "team"]

THREE = (
    "nhs_number,family_name,given_name,date_of_birth,skill,referral_received,source\n"
    "999 007 9323,Abernathy,Doreen,14/03/1951,insulin,10/11/2026,gp\n"
    "999 055 4463,Abernathy,Dora,02/05/1960,insulin,10/11/2026,gp\n"
    "999 023 7700,Featherstone,Rosalind,1944-02-01,catheter_care,2026-11-12,hospital\n"
)
TODAY = date(2026, 11, 17)
DOREEN = Found("p1", Name("Abernathy", "Doreen", "Mrs"), date(1951, 3, 14), "9990079323", is_taught=True)
START = Command("MAIN", "Start visit", "Ctrl+Return", "Do what this page is for", about_person=True)
LOCK = Command("LOCK", "Lock", "Ctrl+L", "Lock now; drafts are kept")


@dataclass
class Bench:
    window: QMainWindow
    lanes: Lanes
    desk: Desk
    went: list[Place] = field(default_factory=list)
    did: list[Action] = field(default_factory=list)

    def palette(self, typed: str = "", about: str = "") -> Palette:
        palette = Palette(self.desk, [Action.LOCK, Action.ABOUT, Action.MAIN], about, self.did.append, self.window)
        palette.open_below(self.window.menuBar(), typed)
        return palette


@pytest.fixture
def bench(qtbot: QtBot, team: Team) -> Iterator[Bench]:
    take_in(team.nurse, examine(team.nurse, THREE.encode()), accept_valid=True)
    window, lanes = QMainWindow(), Lanes()
    qtbot.addWidget(window)
    went: list[Place] = []
    told: list[BaseException] = []
    desk = Desk(team.nurse, lanes, went.append, told.append, lambda words: None, lambda kinds: None)
    window.resize(1366, 690)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    yield Bench(window, lanes, desk, went)
    lanes.close()
    assert told == []


def rows(palette: Palette) -> list[tuple[str, str]]:
    return [(row.kind.value, row.words) for row in palette.view._rows.rows]


def people(palette: Palette) -> list[str]:
    return [words for kind, words in rows(palette) if kind == "person"]


# --- by keyboard ---------------------------------------------------------------------------------


def test_a_name_typed_and_enter_opens_the_record(qtbot: QtBot, bench: Bench) -> None:
    palette = bench.palette()
    qtbot.waitUntil(palette.view.field.hasFocus)
    qtbot.keyClicks(palette.view.field, "feather")
    qtbot.waitUntil(lambda: people(palette) == ["FEATHERSTONE, Rosalind"])
    current = palette.view.current
    assert current is not None
    qtbot.keyClick(palette.view.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bench.went == [Place("patient", current.key)])


@pytest.mark.parametrize("typed", ["9990237700", "999 023 7700", "01/02/1944", "@feather"])
def test_people_are_found_by_number_and_date_of_birth_too(qtbot: QtBot, bench: Bench, typed: str) -> None:
    palette = bench.palette(typed)
    qtbot.waitUntil(lambda: people(palette) == ["FEATHERSTONE, Rosalind"])


def test_names_easily_taken_for_one_another_are_both_marked_and_show_when_they_were_born(
    qtbot: QtBot, bench: Bench
) -> None:
    palette = bench.palette("abernathy")
    qtbot.waitUntil(lambda: len(people(palette)) == 2)
    found = [row for row in palette.view._rows.rows if row.kind is RowKind.PERSON]
    assert all(("Similar name", "warn") in row.marks for row in found)
    assert {row.beside[:11] for row in found} == {"14-Mar-1951", "02-May-1960"}


def test_a_command_is_found_by_a_word_of_it_and_done(qtbot: QtBot, bench: Bench) -> None:
    palette = bench.palette(">")
    qtbot.waitUntil(palette.view.field.hasFocus)
    qtbot.keyClicks(palette.view.field, "abo")
    assert rows(palette) == [("heading", "Commands"), ("command", "About")]
    qtbot.keyClick(palette.view.field, Qt.Key.Key_Enter)
    assert bench.did == [Action.ABOUT]


def test_up_and_down_pass_over_headings_and_go_round(qtbot: QtBot, bench: Bench) -> None:
    palette = bench.palette(">")
    qtbot.waitUntil(palette.view.field.hasFocus)
    words = []
    for _ in range(4):
        current = palette.view.current
        assert current is not None
        words.append(current.words)
        qtbot.keyClick(palette.view.field, Qt.Key.Key_Down)
    assert words == ["Lock", "About", "Page's main action", "Lock"]


def test_escape_closes_it_and_gives_the_focus_back(qtbot: QtBot, bench: Bench) -> None:
    palette = bench.palette()
    view = palette.view
    qtbot.waitUntil(view.field.hasFocus)
    qtbot.keyClick(view.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shiboken6.isValid(view))
    assert bench.went == []


def test_the_newest_words_win_over_an_answer_that_comes_late(qtbot: QtBot, bench: Bench) -> None:
    palette = bench.palette()
    for typed in ("a", "ab", "feath", "zzzz", "abernathy, dora"):
        palette.view.field.setText(typed)
    qtbot.waitUntil(lambda: bench.lanes.read.is_idle)
    assert people(palette) == ["ABERNATHY, Dora"]


def test_nobody_found_is_said_with_what_to_do(qtbot: QtBot, bench: Bench) -> None:
    palette = bench.palette("@zzzz")
    qtbot.waitUntil(lambda: palette.view.none.text() == "No one on this laptop matches")
    assert palette.view.what_to_do.isVisible()


# --- whom it knows -------------------------------------------------------------------------------


def test_whoever_was_opened_last_is_offered_first(team: Team) -> None:
    take_in(team.nurse, examine(team.nurse, THREE.encode()), accept_valid=True)
    dora, doreen = sorted(find_people(team.nurse, "abernathy"), key=lambda one: one.name.given)
    assert recent_people(team.nurse) == ()
    assert [one.id for one in recent_people(team.nurse, [doreen.id])] == [doreen.id]
    for one in (doreen, dora, doreen, dora):
        open_record(team.nurse, one.id)
    with team.nurse.work() as work:
        gather_access(work, everything=True)
    assert [one.id for one in recent_people(team.nurse)] == [dora.id, doreen.id]
    assert recent_people(team.nurse2) == ()


# --- in words ------------------------------------------------------------------------------------


def test_commands_for_the_person_on_the_page_stand_before_the_others() -> None:
    made = palette_rows(asked("lo"), (), (LOCK, START), TODAY)
    assert [row.words for row in made] == ["Commands", "Lock"]
    made = palette_rows(asked(""), (DOREEN,), (LOCK, START), TODAY, "ABERNATHY")
    assert [row.words for row in made] == [
        "Opened lately",
        "ABERNATHY, Doreen (Mrs)",
        "Commands for ABERNATHY",
        "Start visit",
        "Commands",
        "Lock",
    ]
    assert made[1].spoken == ("Abernathy, Doreen, Mrs, Born 14 March 1951, 75 years, 999 007 9323, person")


def test_enter_never_takes_a_command_for_the_person_that_only_speaks_of_what_was_typed() -> None:
    death = Command("RECORD_DEATH", "Record a death", "", "Stops visits, tasks and letters", about_person=True)
    tasks, letters = Command("TASKS", "Tasks", "", ""), Command("TAB", "Letters and documents", "", "", True)
    made = palette_rows(asked(">tasks"), (), (death, tasks), TODAY, "ABERNATHY")
    assert [row.words for row in made] == ["Commands", "Tasks", "Commands for ABERNATHY", "Record a death"]
    made = palette_rows(asked(">letters"), (), (letters, Command("LETTERS", "Letters", "", "")), TODAY, "ABERNATHY")
    assert [row.words for row in made][1] == "Letters"


def test_those_who_begin_with_the_words_come_first() -> None:
    other = Command("X", "Clock", "", "")
    assert [one.words for one in matching_commands((other, LOCK), "lock")] == ["Lock", "Clock"]


def test_a_person_no_longer_taught_or_dead_is_marked() -> None:
    gone = Found("p2", DOREEN.name, DOREEN.born, None, is_taught=False)
    died = Found("p3", DOREEN.name, DOREEN.born, None, is_taught=False, died=date(2026, 10, 2))
    marks = [row.marks for row in palette_rows(asked("a"), (gone, died), (), TODAY)[1:]]
    assert marks == [(("Not being taught", "neutral"),), (("Died", "neutral"),)]


def test_what_there_is_none_of_is_said_of_what_was_looked_for() -> None:
    assert none_found(asked(">x"))[0] == "No command matches"
    assert none_found(asked("x"))[0] == "No one on this laptop matches"


def test_a_command_reads_as_in_its_menu_without_marks() -> None:
    assert plain_words(Action.IMPORT_REFERRALS) == "Import referrals"
    assert not [action for action in Action if "&" in plain_words(action) or plain_words(action).endswith(".")]
