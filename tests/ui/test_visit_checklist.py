"""The checklist of the visit page by keyboard: ratings, reasons, learners and tabs."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_core.domain.missing import Part
from smf_core.domain.pathway import PATIENT
from smf_core.domain.visit import Level
from tests.support.pressing import Ctrl, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visit_bench import Bench, visit_place
from tests.support.visit_keys import Open, dialog, focus, level_of, open_page
from tests.support.visits import at_home, taught

__all__ = ["laptop", "open_page", "store_template", "team"]


# --- the checklist ---------------------------------------------------------------------------------------------------


def test_a_rating_key_rates_and_goes_to_the_next_step(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    press(qtbot, "4", "3", "0")
    assert [level_of(one, step) for step in ("s01", "s02", "s03")] == [
        Level.INDEPENDENT,
        Level.PROMPTED,
        Level.NOT_OBSERVED,
    ]
    assert focus() is one.view.checklist.items["s04"].rating.control
    press(qtbot, Qt.Key.Key_Up, Qt.Key.Key_Backspace)
    assert level_of(one, "s03") is None


def test_a_group_folds_when_it_is_complete_and_opens_with_a_key(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    press(qtbot, *"44444444")
    before, during, _ = one.view.checklist.bars
    assert not before.isChecked()
    assert during.isChecked()
    assert focus() is one.view.checklist.items["s09"].rating.control
    press(qtbot, Qt.Key.Key_Up)
    assert focus() is before
    press(qtbot, Qt.Key.Key_Return)
    assert before.isChecked()
    press(qtbot, Qt.Key.Key_Down, "1")
    assert level_of(one, "s01") is Level.NOT_YET
    assert before.isChecked(), "opened by hand, it stays open"


def test_last_time_stands_beside_and_equals_copies_it(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    taught(team, home, days_ago=2, levels={"s01": Level.PROMPTED})
    one = open_page(team.nurse, visit_place(home))
    row = one.view.checklist.items["s01"]
    assert row.rating.last.key == "3"
    assert row.rating.last.accessibleName() == "Visit 1: 3, with prompts"
    assert row.rating.control.accessibleName() == (
        "Step 1 of 18, Name each insulin, its dose and time with food, critical. "
        "Visit 1: 3, with prompts. Today not rated"
    )
    press(qtbot, "=")
    assert level_of(one, "s01") is Level.PROMPTED
    assert focus() is one.view.checklist.items["s02"].rating.control


def test_plus_asks_first_and_never_fills_a_critical_step(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    taught(team, home, days_ago=2)
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, "+")
    question = dialog(one, qtbot)
    assert focus() is question.no
    assert not one.form.sections[0].marks
    press(qtbot, Qt.Key.Key_Tab, Qt.Key.Key_Return)
    checklist = team.nurse.checklists.newest("insulin")
    filled = {step for step, mark in one.form.sections[0].marks.items() if mark.level}
    assert filled == {step.id for step in checklist.steps if not step.critical}


def test_a_critical_step_that_falls_asks_for_a_note_and_takes_it(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    taught(team, home, days_ago=2)
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, "2")
    row = one.view.checklist.items["s01"]
    assert row.quiet.text() == "Was 4 last time. Add a note?"
    assert row.quiet.isVisible()
    press(qtbot, Qt.Key.Key_Up, "n", "Mixed up the two pens")
    assert one.form.sections[0].marks["s01"].note == "Mixed up the two pens"
    press(qtbot, Qt.Key.Key_Return)
    assert focus() is row.rating.control
    assert not row.quiet.isVisible()
    assert not any(item.part is Part.STEP and item.id == "s01" for item in one.page._missing)


def test_a_slash_asks_for_the_reason_and_goes_on(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.checklist.focus_step("s06")
    press(qtbot, "/")
    assert level_of(one, "s06") is None, "nothing is set before a reason is typed"
    press(qtbot, "Clear insulin", Qt.Key.Key_Return)
    mark = one.form.sections[0].marks["s06"]
    assert (mark.level, mark.reason) == (Level.NA, "Clear insulin")
    assert focus() is one.view.checklist.items["s07"].rating.control


def test_an_assistant_cannot_set_a_critical_step_to_not_applicable(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.assistant, visit_place(at_home(team)))
    press(qtbot, "/")
    assert focus() is one.view.checklist.items["s01"].rating.control
    row = one.view.checklist.items["s01"]
    assert row.quiet.text() == "Only a registered nurse can set a critical step to not applicable."
    assert row.quiet.isVisible()
    assert level_of(one, "s01") is None


def test_letters_typed_in_a_field_are_text_not_commands(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.strip.also_present.setFocus()
    press(qtbot, "n 4 = /")
    assert one.form.also_present == "n 4 = /"
    assert not one.form.sections[0].marks


# --- learners and tabs -----------------------------------------------------------------------------------------------


def choose(one: Bench, key: str) -> None:
    """Choose the learner as the list does."""
    field = one.view.strip.learner
    field.setCurrentIndex(field.findData(key))
    field.activated.emit(field.currentIndex())


def test_changing_learner_on_an_untouched_skill_shows_that_learners_own_last_ratings(
    team: Team, open_page: Open
) -> None:
    home = at_home(team)
    taught(team, home, days_ago=2)
    one = open_page(team.nurse, visit_place(home))
    assert one.view.checklist.items["s01"].rating.last.key == "4"
    choose(one, home.daughter)
    assert [section.learner for section in one.form.sections] == [home.daughter]
    assert one.view.checklist.items["s01"].rating.last.key == ""
    assert one.view.checklist.last.text() == "First visit"


def test_changing_learner_on_a_touched_skill_begins_a_section_of_their_own(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, "4")
    choose(one, home.daughter)
    assert [section.learner for section in one.form.sections] == [PATIENT, home.daughter]
    assert one.form.sections[0].marks["s01"].level is Level.INDEPENDENT
    assert not one.form.sections[1].marks
    assert [one.view.tabs.tabText(tab) for tab in range(2)] == ["Insulin, Doreen 1/18", "Insulin, Anne Abernathy 0/18"]
    one.view.checklist.focus_first()
    press(qtbot, "2")
    assert one.form.sections[1].marks["s01"].level is Level.ASSISTED
    choose(one, PATIENT)
    assert one.view.tabs.currentIndex() == 0, "the one who has a section keeps it"


def test_two_skills_are_tabs_of_one_visit_with_one_signature(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team, "insulin", "catheter_care")
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, "4")
    assert one.view.tabs.tabText(0) == "Insulin 1/18"
    press(qtbot, Qt.Key.Key_PageDown, held=Ctrl)
    assert one.view.tabs.currentIndex() == 1
    assert one.page.title == "ABERNATHY, Doreen (Mrs) · Visit 1: catheter care"
    press(qtbot, "3")
    assert one.form.sections[1].marks["s01"].level is Level.PROMPTED
    press(qtbot, Qt.Key.Key_PageUp, held=Ctrl)
    assert one.view.tabs.currentIndex() == 0
    assert focus() is one.view.checklist.items["s02"].rating.control
