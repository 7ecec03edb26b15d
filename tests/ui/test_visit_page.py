"""Record a visit by keyboard: a real store, real lanes, real key presses on the real page."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_core.domain.missing import Part
from smf_core.domain.visit import Level, NextKind, Purpose
from smf_core.records.queries.visits import planned_visits, visit, visits_of_episode
from smf_desktop.services.drafts import drafts
from tests.support.pressing import Ctrl, Shift, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visit_bench import visit_place
from tests.support.visit_keys import Open, focus, open_page, press_tab, ready
from tests.support.visits import at_home, taught
from ui.actions import Action
from ui.desk import Place

__all__ = ["laptop", "open_page", "store_template", "team"]


# --- the whole job ---------------------------------------------------------------------------------------------------


def test_a_whole_visit_is_recorded_and_signed_by_keyboard(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, Qt.Key.Key_F7)
    for _ in team.nurse.checklists.newest("insulin").steps:
        press(qtbot, "4")
    # The last rating went on to teach-back: 1 is "Explained fully"; Tab passes the words to the next question.
    for _ in team.nurse.checklists.newest("insulin").teach_back:
        press(qtbot, "1")
        press_tab(qtbot, 2)
    press(qtbot, "8")
    one.view.readings.focus_first()
    press(qtbot, "6.8")
    press(qtbot, Qt.Key.Key_F4)
    one.view.next.focus_first()
    press(qtbot, "1")
    press_tab(qtbot)
    press(qtbot, "tomorrow")
    press_tab(qtbot)
    press(qtbot, "1130")
    press(qtbot, Qt.Key.Key_F8)
    press(qtbot, "45")
    assert one.view.dock.words.text() == "Ready to sign"
    press(qtbot, Qt.Key.Key_Return, held=Ctrl | Shift)
    qtbot.waitUntil(lambda: bool(one.went))
    assert one.went == [Place("patient", home.patient)]
    assert one.toasts == ["Visit signed"]
    with team.nurse.read() as connection:
        (signed,) = visits_of_episode(connection, home.episodes["insulin"])
        (planned,) = planned_visits(connection, team.clock.now(), team.clock.now().replace(day=30))
    (section,) = signed.sections
    assert set(section.ratings) == {step.id for step in team.nurse.checklists.newest("insulin").steps}
    assert section.confidence == 8
    assert [reading.value for reading in section.readings] == ["6.8"]
    assert (planned.at.day, planned.at.hour, planned.at.minute) == (18, 11, 30)


def test_signing_with_something_missing_goes_to_the_first_and_signs_nothing(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, Qt.Key.Key_Return, held=Ctrl | Shift)
    assert focus() is one.view.strip.right_person
    assert one.view.dock.words.text().startswith("Before you sign: right person to confirm")
    assert not one.went


def test_f8_walks_everything_that_is_missing_and_back(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    press(qtbot, Qt.Key.Key_F8)
    assert focus() is one.view.strip.right_person
    press(qtbot, Qt.Key.Key_F8)
    assert focus() is one.view.strip.minutes
    press(qtbot, Qt.Key.Key_F8)
    assert focus() is one.view.checklist.items["s01"].rating.control
    press(qtbot, Qt.Key.Key_F8, held=Shift)
    assert focus() is one.view.strip.minutes
    missing = one.page._facts.missing(one.form, team.clock.now())
    for _ in range(len(missing) - 2):
        press(qtbot, Qt.Key.Key_F8)
    assert one.view.next.kinds.isAncestorOf(focus())


# --- leaving ---------------------------------------------------------------------------------------------------------


def test_esc_closes_what_is_open_first_and_then_the_page(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, "n", "Left hand")
    press(qtbot, Qt.Key.Key_Escape)
    assert not one.went, "the note was open"
    press(qtbot, Qt.Key.Key_Escape)
    assert one.went == [Place("patient", home.patient)]
    one.lanes.store.drain()
    assert one.kept().sections[0].marks["s01"].note == "Left hand"


def test_a_visit_that_did_not_go_ahead_has_its_own_page_and_the_draft_stays(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    record = one.form.visit
    one.view.not_gone_ahead.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.went == [Place("not_gone_ahead", home.patient, record)])
    one.lanes.store.drain()
    assert one.kept().visit == record


def test_stopping_early_sets_the_rest_to_not_seen_with_the_reason(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    press(qtbot, "4")
    one.page.do(Action.STOP_EARLY)
    in_front(qtbot, "Stop the visit early?")
    press(qtbot, "Felt faint", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert one.form.purpose is Purpose.STOPPED_EARLY
    assert one.form.stopped_reason == "Felt faint"
    levels = [mark.level for mark in one.form.sections[0].marks.values()]
    assert levels.count(Level.NOT_OBSERVED) == len(levels) - 1 == 17
    with qtbot.waitActive(one.window):  # a window manager would do it
        one.window.activateWindow()
    assert one.view.checklist.isAncestorOf(focus())
    press(qtbot, Qt.Key.Key_Z, held=Ctrl)
    assert one.form.purpose is Purpose.TEACHING


def test_back_to_the_core_team_opens_the_discharge_page(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    ready(one, qtbot)
    one.view.next.focus_first()
    press(qtbot, "4")
    assert one.form.next.kind is NextKind.CORE_TEAM
    press(qtbot, Qt.Key.Key_Return, held=Ctrl | Shift)
    qtbot.waitUntil(lambda: bool(one.went))
    assert one.went == [Place("discharge", home.patient, home.episodes["insulin"], (home.episodes["insulin"],))]


def test_going_back_to_a_signed_visit_starts_no_second_one(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    place = visit_place(home)
    one = open_page(team.nurse, place)
    ready(one, qtbot)
    one.view.next.focus_first()
    press(qtbot, "4")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl | Shift)
    qtbot.waitUntil(lambda: bool(one.went))
    one.page.enter(place)
    qtbot.waitUntil(lambda: len(one.went) == 2)
    assert one.went[-1] == Place("patient", home.patient)
    assert one.page.form is None


# --- gates -----------------------------------------------------------------------------------------------------------


def test_unmet_hard_gates_stand_on_top_and_stop_teaching_but_not_an_assessment(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team, gates=False)))
    assert one.view.gates.isVisible()
    assert focus() is one.view.gates.items["u01"].control
    assert one.view.gates.do.text() == "Teaching cannot be signed until every hard gate is met; an assessment can."
    assert sum(missing.part is Part.GATE for missing in one.page._missing) == 15
    one.page.do(Action.ASSESS_ONLY)
    assert not any(missing.part is Part.GATE for missing in one.page._missing)
    assert one.view.gates.do.text().startswith("This visit can be signed.")


def test_a_gate_is_met_with_evidence_and_written_at_once(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team, gates=False)
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, "m")
    assert focus() is one.view.gates.items["u01"].evidence
    press(qtbot, "Passport seen")
    one.page.save_now()
    one.lanes.store.drain()
    assert one.kept().sections[0].gates["u01"].words == "Passport seen", "what is typed is in the draft"
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "u01" not in one.view.gates.items)
    assert focus() is one.view.gates.items["u02"].control
    assert one.view.gates.true.text() == "Before teaching: 1 of 15 hard gates met"
    assert not one.form.sections[0].gates
    assert any("episode" in touched or "referral" in touched for touched in one.changed)


def test_a_gate_without_evidence_is_not_written(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team, gates=False)))
    press(qtbot, "m", Qt.Key.Key_Return)
    one.lanes.store.drain()
    assert focus() is one.view.gates.items["u01"].evidence
    assert one.view.gates.true.text() == "Before teaching: 0 of 15 hard gates met"


def test_an_assistant_is_told_who_answers_a_hard_gate(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.assistant, visit_place(at_home(team, gates=False)))
    assert one.view.gates.do.text().endswith("A registered nurse answers the hard gates.")
    press(qtbot, "m")
    gate = one.view.gates.items["u01"]
    assert gate.about.text() == "Only a registered nurse can set a hard gate to met or not applicable."
    assert gate.about.isVisible()
    assert not one.form.sections[0].gates
    assert one.view.gates.items["u01"].control.value == ""


def test_teaching_starts_when_the_last_hard_gate_is_met(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team, gates=False)
    one = open_page(team.nurse, visit_place(home))
    hard = [gate for gate in team.nurse.checklists.newest("insulin").all_gates if gate.is_hard]
    for gate in hard:
        one.view.gates.focus_gate(gate.id)
        press(qtbot, "m", "Seen", Qt.Key.Key_Return)
        qtbot.waitUntil(lambda gate=gate: one.view.gates.isHidden() or gate.id not in one.view.gates.items)
    assert one.view.gates.isHidden()
    assert focus() is one.view.checklist.items["s01"].rating.control


# --- amending --------------------------------------------------------------------------------------------------------


def test_a_signed_visit_is_amended_with_a_reason_and_both_versions_are_kept(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    home = at_home(team)
    signed = taught(team, home, days_ago=2)
    one = open_page(team.nurse, Place("visit", home.patient, signed))
    assert one.view.title.text() == "Amend visit 1: insulin"
    assert focus() is one.view.amend.reason
    press(qtbot, "Typed in the wrong row")
    one.view.checklist.focus_step("s04")
    press(qtbot, "3")
    assert one.view.checklist.items["s04"].quiet.text() == "Signed as 4, on own."
    assert one.view.amend.changes.text() == "Changed: 1 step."
    press(qtbot, Qt.Key.Key_Return, held=Ctrl | Shift)
    qtbot.waitUntil(lambda: bool(one.went) or bool(one.told))
    assert not one.told
    assert one.toasts == ["Amendment signed"]
    with team.nurse.read() as connection:
        found = visit(connection, signed)
    assert found is not None
    assert found.sections[0].ratings["s04"].level is Level.PROMPTED
    assert found.sections[0].ratings["s04"].amended
    assert not found.sections[0].ratings["s05"].amended


def test_an_amendment_has_a_draft_too_and_merely_looking_has_none(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    signed = taught(team, home, days_ago=2)
    one = open_page(team.nurse, Place("visit", home.patient, signed))
    one.page.leave()
    one.lanes.store.drain()
    assert not drafts(team.nurse)
    press(qtbot, "Typed in the wrong row")
    one.page.leave()
    one.lanes.store.drain()
    assert open_page(team.nurse, Place("visit", home.patient, signed)).form == one.form


def test_an_amendment_without_a_reason_is_not_signed(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    signed = taught(team, home, days_ago=2)
    one = open_page(team.nurse, Place("visit", home.patient, signed))
    one.view.checklist.focus_step("s04")
    press(qtbot, "3")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl | Shift)
    assert focus() is one.view.amend.reason
    assert not one.went


def test_a_reading_emptied_in_an_amendment_is_taken_out(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    signed = taught(team, home, days_ago=2)
    one = open_page(team.nurse, Place("visit", home.patient, signed))
    press(qtbot, "Another person's reading")
    item = next(item for item in one.view.readings.items.values() if item.row.observation == "cbg_mmol_l")
    item.control.setFocus()
    item.control.selectAll()
    press(qtbot, Qt.Key.Key_Delete)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl | Shift)
    qtbot.waitUntil(lambda: bool(one.went) or bool(one.told))
    with team.nurse.read() as connection:
        found = visit(connection, signed)
    assert found is not None
    assert [reading.observation for reading in found.sections[0].readings] == ["insulin_units"]


def test_F60_a_colleagues_visit_that_may_be_this_one_is_told_above_the_form(
    qtbot: QtBot, open_page: Open, team: Team
) -> None:
    """Also while the page is open: the colleague's laptop exchanged a moment ago."""
    home = at_home(team)
    one = open_page(team.nurse2, visit_place(home))
    assert one.view.near.isHidden()
    taught(team, home)
    one.page.refresh(frozenset({"visit"}))
    qtbot.waitUntil(lambda: not one.view.near.isHidden())
    assert one.view.near.true.text().startswith("A visit near this one is already recorded: Nurse Example, ")
    one.page.clear()
    assert one.view.near.isHidden()
    assert one.view.near.true.text() == ""
