"""Record a visit by keyboard: a real store, real lanes, real key presses on the real page."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.missing import Part
from smf_core.domain.pathway import PATIENT
from smf_core.domain.visit import Level, NextKind, Purpose, TeachBackAnswer
from smf_core.records.queries.visits import planned_visits, visit, visits_of_episode
from smf_desktop.ports import DiskFull
from smf_desktop.services.drafts import drafts, save_draft
from smf_desktop.services.session import Session
from smf_desktop.services.visit.visits import open_visit
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visit_bench import Bench, bench, visit_place
from tests.support.visits import at_home, taught
from ui.actions import Action
from ui.desk import Place
from ui.theme import apply, load, theme_in_use
from ui.views.visit.checklist import StepItem
from ui.views.visit.dialogs import Question

__all__ = ["laptop", "store_template", "team"]

Open = Callable[..., Bench]
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Open]:
    """Opens the visit page at a place and waits until it is filled."""
    benches: list[Bench] = []

    def made(session: Session, place: Place) -> Bench:
        one = bench(session)
        benches.append(one)
        one.page.enter(place)
        qtbot.waitUntil(lambda: one.page.form is not None or bool(one.told))
        assert not one.told
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.view.focus_start()
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        return one

    yield made
    for one in benches:
        one.close()


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(qtbot: QtBot, *keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press keys on whatever has the focus."""
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    for key in keys:
        if isinstance(key, str) and len(key) > 1:
            qtbot.keyClicks(focus(), key)
        else:
            qtbot.keyClick(focus(), key, held)


def press_tab(qtbot: QtBot, times: int = 1) -> None:
    for _ in range(times):
        qtbot.keyClick(focus(), Qt.Key.Key_Tab)


def dialog(one: Bench, qtbot: QtBot) -> Question:
    qtbot.waitUntil(lambda: any(question.isVisible() for question in one.view.findChildren(Question)))
    found = next(question for question in one.view.findChildren(Question) if question.isVisible())
    found.activateWindow()
    qtbot.waitUntil(lambda: found.isActiveWindow() and QApplication.focusWidget() is not None)
    return found


def level_of(one: Bench, step: str) -> Level | None:
    mark = one.form.sections[0].marks.get(step)
    return mark.level if mark else None


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


# --- teaching, readings, red flags -----------------------------------------------------------------------------------


def test_only_questions_not_yet_explained_are_asked(team: Team, open_page: Open) -> None:
    home = at_home(team)
    taught(team, home, days_ago=2)
    one = open_page(team.nurse, visit_place(home))
    assert list(one.view.teaching.items) == ["t04", "t05", "t06"]


def test_confidence_shows_last_time_and_asks_what_would_help(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    taught(team, home, days_ago=2)
    one = open_page(team.nurse, visit_place(home))
    assert one.view.teaching.was.text() == "Was 7 on 15-Nov-2026. Under 7: ask what would help."
    one.view.teaching.scale.setFocus()
    press(qtbot, "6")
    assert one.form.sections[0].confidence == 6
    assert one.view.teaching.was.property("tone") == "warn"
    press(qtbot, "1", "0")
    assert one.form.sections[0].confidence == 10
    press(qtbot, Qt.Key.Key_Backspace)
    assert one.form.sections[0].confidence is None


def test_a_soft_limit_asks_for_a_note_when_the_field_is_left(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    taught(team, home, days_ago=2)
    one = open_page(team.nurse, visit_place(home))
    item = one.view.readings.items[0, 0]
    assert item.number is not None
    assert item.number.last.text() == "6.8 last"
    one.view.readings.focus_first()
    press(qtbot, "3.6")
    assert not item.note.isVisible(), "nothing is said while typing"
    press_tab(qtbot)
    assert focus() is item.note
    assert item.number.message.words.text() == "Under 4.0. Check it, then note what you did"
    assert any(missing.part is Part.READING for missing in one.page._missing)
    press(qtbot, "15 g glucose")
    assert not any(missing.part is Part.READING for missing in one.page._missing)


def test_a_recheck_has_its_own_time_and_the_first_reading_stays(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.readings.focus_first()
    press(qtbot, "3.6")
    team.clock.forward(minutes=15)
    press(qtbot, Qt.Key.Key_R, held=Ctrl | Shift)
    press(qtbot, "4.8")
    values = [(reading.value, reading.at) for reading in one.form.sections[0].readings if reading.value]
    assert values == [("3.6", ""), ("4.8", "09:15")]


def test_a_hard_limit_stops_signing_and_never_the_draft(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.readings.focus_first()
    press(qtbot, "63.5")
    press_tab(qtbot)
    item = one.view.readings.items[0, 0]
    assert item.number is not None
    assert item.number.edit.property("state") == "hard"
    assert item.number.message.words.text() == "Enter a number from 0.6 to 35.0"
    assert any(missing.part is Part.READING for missing in one.page._missing)
    press(qtbot, Qt.Key.Key_S, held=Ctrl)
    one.lanes.store.drain()
    assert one.kept().sections[0].readings[0].value == "63.5"


def test_vital_signs_are_added_once_per_visit_and_blood_pressure_as_a_pair(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    home = at_home(team, "insulin", "catheter_care")
    one = open_page(team.nurse, visit_place(home))
    one.view.readings.add.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(one.view.readings.menu.isVisible)
    entry = next(action for action in one.view.readings.menu.actions() if action.text() == "Blood pressure")
    one.view.readings.menu.setActiveAction(entry)
    qtbot.keyClick(one.view.readings.menu, Qt.Key.Key_Return)
    assert [reading.observation for reading in one.form.vital_signs] == ["systolic_mmhg", "diastolic_mmhg"]
    press(qtbot, "132")
    press_tab(qtbot)
    press(qtbot, "140")
    press_tab(qtbot)
    diastolic = one.view.readings.items[None, 1]
    assert diastolic.number is not None
    assert diastolic.number.message.words.text() == "Enter less than the systolic, 132"
    press(qtbot, Qt.Key.Key_PageDown, held=Ctrl)
    assert (None, 0) in one.view.readings.items, "the same on the other tab"


def test_nothing_is_preset_among_red_flags_and_one_key_answers_no_to_all(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    assert all(item.control.answer is None for item in one.view.flags.items.values())
    one.view.flags.focus_first()
    press(qtbot, "n", "y")
    assert focus() is one.view.flags.items["r02"].fields["action"][1]
    press(qtbot, Qt.Key.Key_F4)
    flags = one.form.sections[0].flags
    assert flags["r02"].seen is True, "a flag that was seen is not taken back by it"
    assert all(flags[sign].seen is False for sign in flags if sign != "r02")


def test_red_flags_that_were_all_answered_no_make_room_and_open_again_by_key(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    flags = one.view.flags
    one.view.readings.focus_first()
    tall = flags.sizeHint().height()
    press(qtbot, Qt.Key.Key_F4)
    count = len(flags.items)
    assert flags.folded.isVisible()
    assert flags.folded.text() == f"None of these {count} was seen today."
    assert flags.sizeHint().height() * 3 < tall
    flags.focus_first()
    press(qtbot, Qt.Key.Key_Space)
    assert focus() is flags.items["r01"].control
    assert not flags.folded.isVisible()
    press(qtbot, "y")
    assert flags.items["r01"].fields["action"][1].isVisible()
    one.view.next.focus_first()
    assert not flags.folded.isVisible(), "what was seen stays in sight"


def test_answering_no_one_by_one_folds_them_when_they_are_left(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.flags.focus_first()
    press(qtbot, *("n" for _ in one.view.flags.items))
    assert not one.view.flags.folded.isVisible(), "not under the hands that answer"
    one.view.next.focus_first()
    assert one.view.flags.folded.isVisible()


def test_their_own_words_can_be_typed_after_an_answer_and_make_room_when_left_empty(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    first, second, *_ = one.view.teaching.items.values()
    first.answers.take_focus()
    press(qtbot, "1")
    press_tab(qtbot)
    assert focus() is first.own_words
    press_tab(qtbot)
    assert second.answers.isAncestorOf(focus())
    qtbot.waitUntil(first.own_words.isHidden)
    press(qtbot, "2")
    press_tab(qtbot)
    press(qtbot, "Jelly babies first")
    press_tab(qtbot)
    qtbot.wait(20)
    assert second.own_words.isVisible(), "what was said stays in sight"


def test_a_vital_sign_is_one_key_away(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    press(qtbot, Qt.Key.Key_F3)
    menu = one.view.readings.menu
    qtbot.waitUntil(menu.isVisible)
    assert "Blood pressure" in [action.text() for action in menu.actions()]
    next(action for action in menu.actions() if action.text() == "Blood pressure").trigger()
    menu.close()
    press(qtbot, "132")
    assert [reading.value for reading in one.form.vital_signs] == ["132", ""]


def test_a_red_flag_says_how_urgent_and_what_to_do_and_needs_what_was_done_and_who_was_told(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.flags.focus_flag("r02")
    press(qtbot, "y")
    item = one.view.flags.items["r02"]
    assert item.urgency.text().startswith("Call 999 now")
    assert item.action.text() == "999 or emergency department"
    wanted = [missing.why.value for missing in one.page._missing if missing.id == "r02"]
    assert wanted == ["action_needed", "told_needed"]
    press(qtbot, "15 g glucose at 09:10")
    press_tab(qtbot)
    press(qtbot, "GP on call")
    assert not [missing for missing in one.page._missing if missing.id == "r02"]


# --- drafts, undo ----------------------------------------------------------------------------------------------------


def test_a_change_is_in_the_draft_within_two_seconds_while_typing_goes_on(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.teaching.notes.setFocus()
    press(qtbot, "Magnifier clip")
    first = one.form
    qtbot.waitUntil(lambda: one.page.facts != "" and not one.page._unsaved, timeout=5_000)
    one.lanes.store.drain()
    assert first.sections[0].notes == "Magnifier clip"
    typed = ""
    for _ in range(30):  # three seconds of typing without a pause
        press(qtbot, "x")
        typed += "x"
        qtbot.wait(100)
        one.lanes.store.drain()
        kept = one.kept().sections[0].notes
        assert len("Magnifier clip" + typed) - len(kept) <= 20, "no change is older than two seconds"
    assert one.page.facts == f"Draft saved {team.clock.at:%H:%M:%S}"


def test_a_draft_comes_back_to_the_character_after_the_application_was_killed(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, "4", "3")
    one.view.next.focus_first()
    press(qtbot, "1")
    press_tab(qtbot)
    press(qtbot, "31/2 perhaps")
    one.view.gates.setFocus()
    press(qtbot, Qt.Key.Key_S, held=Ctrl)
    one.lanes.store.drain()
    again = open_page(team.nurse, visit_place(home))  # the first window is simply gone
    assert again.form == one.form
    assert again.form.next.on == "31/2 perhaps"
    assert focus() is again.view.checklist.items["s03"].rating.control


def test_opening_the_person_again_takes_up_the_draft_and_starts_no_second_visit(team: Team, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    one.page.leave()
    one.lanes.store.drain()
    assert open_page(team.nurse, visit_place(home)).form.visit == one.form.visit


def test_a_colleague_does_not_get_anothers_draft(team: Team, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    one.page.leave()
    one.lanes.store.drain()
    assert open_page(team.nurse2, visit_place(home)).form.visit != one.form.visit


def test_undo_and_redo_walk_the_page_and_typing_within_a_second_is_one_step(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    press(qtbot, "4", "3")
    one.view.strip.also_present.setFocus()
    press(qtbot, "Anne")
    team.clock.forward(seconds=5)
    press(qtbot, ", daughter")
    press(qtbot, Qt.Key.Key_Z, held=Ctrl)
    assert one.form.also_present == "Anne"
    assert one.view.strip.also_present.text() == "Anne"
    press(qtbot, Qt.Key.Key_Z, held=Ctrl)
    assert one.form.also_present == ""
    press(qtbot, Qt.Key.Key_Z, held=Ctrl)
    assert (level_of(one, "s01"), level_of(one, "s02")) == (Level.INDEPENDENT, None)
    assert one.view.checklist.items["s02"].rating.control.value == ""
    press(qtbot, Qt.Key.Key_Y, held=Ctrl)
    press(qtbot, Qt.Key.Key_Y, held=Ctrl)
    assert (level_of(one, "s02"), one.form.also_present) == (Level.PROMPTED, "Anne")


def test_locking_keeps_the_draft_and_empties_the_page(team: Team, open_page: Open, qtbot: QtBot) -> None:
    home = at_home(team)
    one = open_page(team.nurse, visit_place(home))
    press(qtbot, "4")
    form = one.form
    one.page.clear()
    one.lanes.store.drain()
    assert one.page.form is None
    assert one.page.banner is None
    assert not one.view.checklist.items
    assert open_visit(team.nurse, visit=form.visit).form == form


def test_locking_leaves_no_typed_word_in_any_widget(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.strip.also_present.setFocus()
    press(qtbot, "Quillfeather")
    one.view.teaching.notes.setFocus()
    press(qtbot, "Quillfeather")
    one.view.flags.focus_flag("r02")
    press(qtbot, "y", "Quillfeather")
    one.page.clear()
    for widget in one.view.findChildren(QWidget):
        for read in ("text", "toPlainText"):
            assert "Quillfeather" not in str(getattr(widget, read, str)())


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
    question = dialog(one, qtbot)
    qtbot.keyClicks(question.reason, "Felt faint")
    qtbot.keyClick(question.reason, Qt.Key.Key_Return)
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


def ready(one: Bench, qtbot: QtBot) -> None:
    """Everything but what comes next."""
    press(qtbot, Qt.Key.Key_F7)
    one.view.checklist.focus_first()
    for _ in one.view.checklist.items:
        press(qtbot, "4")
    for question in one.view.teaching.items:
        one.view.teaching.focus_question(question)
        press(qtbot, "1")
    one.view.teaching.scale.setFocus()
    press(qtbot, "8", Qt.Key.Key_F4)
    one.view.strip.minutes.setFocus()
    one.view.strip.minutes.selectAll()
    press(qtbot, "45")


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


# --- the look --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1282, 553), (635, 300), (1840, 900)])
def test_the_page_never_scrolls_sideways(team: Team, open_page: Open, qtbot: QtBot, width: int, height: int) -> None:
    one = open_page(team.nurse, visit_place(at_home(team, "insulin", "catheter_care")))
    one.window.resize(width, height)
    qtbot.wait(50)
    assert one.window.width() == width
    inside = one.view.body
    assert inside.mapTo(one.view, inside.rect().topRight()).x() < width
    for card in (one.view.checklist, one.view.teaching, one.view.readings, one.view.flags, one.view.next):
        assert card.mapTo(one.view, card.rect().topRight()).x() < width


@pytest.mark.parametrize("skill", ["insulin", "self_injection", "wound", "compression"])
def test_every_step_stands_on_one_line_at_the_smallest_screen_also_while_it_is_rated(
    team: Team, open_page: Open, qtbot: QtBot, skill: str
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team, skill)))
    checklist = one.view.checklist
    for step, item in checklist.items.items():
        checklist.focus_step(step)
        qtbot.waitUntil(lambda item=item: item.rating.words.property("strong") is True)
        assert item.rating.sizeHint().height() <= 27
        assert item.rating.width_in_words() - _word(item) <= checklist.area.viewport().width(), item.row.short
    marks = [mark for item in checklist.items.values() for mark in item.rating.marks]
    assert marks
    assert not any(mark.word.isVisible() for mark in marks)
    assert {mark.toolTip() for mark in marks} == {"Critical step"}
    assert {mark.accessibleName() for mark in marks} == {"Critical step"}
    one.window.resize(1840, 900)
    qtbot.waitUntil(lambda: all(mark.word.isVisible() for mark in marks))
    one.window.resize(1282, 553)
    qtbot.waitUntil(lambda: not any(mark.word.isVisible() for mark in marks))


@pytest.mark.parametrize("skill", ["catheter_care", "catheter_valve"])
def test_a_row_is_as_high_while_it_is_rated_as_before(team: Team, open_page: Open, qtbot: QtBot, skill: str) -> None:
    checklist = open_page(team.nurse, visit_place(at_home(team, skill))).view.checklist
    items = list(checklist.items.values())
    qtbot.waitUntil(lambda: all(item.height() >= 27 for item in items))
    before = [item.rating.height() for item in items]
    assert sum(high > 27 for high in before) <= 1
    for step, item in checklist.items.items():
        checklist.focus_step(step)
        qtbot.waitUntil(lambda item=item: item.rating.property("current") is True)
        QApplication.processEvents()
        assert [one.rating.height() for one in items] == before


def _word(item: StepItem) -> int:
    """How much of a row's width is the word that it leaves out."""
    return sum(mark.width_hidden() for mark in item.rating.marks)


def test_larger_text_stacks_the_page_and_the_keyboard_stays_where_it_was_in_sight(
    team: Team, open_page: Open, qtbot: QtBot, qapp: QApplication
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.readings.focus_first()
    at = focus()
    apply(qapp, load("light", 1.6))
    one.window.resize(1283, 553)
    qtbot.waitUntil(one.view._one.isVisible)
    qtbot.waitUntil(at.hasFocus)
    qtbot.waitUntil(lambda: 0 <= at.mapTo(one.view, at.rect().topLeft()).y() < one.view.dock.y())
    today = one.view.checklist.today
    assert today.width() == theme_in_use().px(176), "over the levels, that grew with the text"
    one.window.resize(1840, 1400)
    apply(qapp, load("light", 1.0))
    qtbot.waitUntil(lambda: not one.view._one.isVisible())
    qtbot.waitUntil(at.hasFocus)
    assert today.width() == theme_in_use().px(176)


def test_a_low_window_has_one_scroll_as_columns_would_have_no_room(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    assert not one.view._one.isVisible()
    one.window.resize(1282, 350)
    qtbot.waitUntil(one.view._one.isVisible)
    one.window.resize(1282, 553)
    qtbot.waitUntil(lambda: not one.view._one.isVisible())


def test_the_focus_is_always_brought_into_view(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    for target in (one.view.next.kinds.take_focus, one.view.teaching.notes.setFocus, one.view.readings.focus_first):
        target()
        qtbot.wait(20)
        top = focus().mapTo(one.view, focus().rect().topLeft()).y()
        bottom = focus().mapTo(one.view, focus().rect().bottomLeft()).y()
        assert top >= 0
        assert top < one.view.dock.y()
        assert bottom <= one.view.dock.y() or focus() is one.view.teaching.notes


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


def test_a_draft_that_could_not_be_kept_is_told_once_and_tried_again(
    team: Team, open_page: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.lanes.store.drain()
    full = [True, True]

    def save(*what: object) -> object:
        if full:
            full.pop()
            raise DiskFull
        return save_draft(*what)

    monkeypatch.setattr("ui.flows.visit.page.save_draft", save)
    press(qtbot, "4")
    form = one.form
    qtbot.waitUntil(lambda: one.kept() == form, timeout=15_000)
    assert not full
    assert [type(error) for error in one.told] == [DiskFull]


def unanswered(one: Bench) -> list[TeachBackAnswer]:
    return [answer.answer for answer in one.form.sections[0].answers.values() if answer.answer]


def test_an_answer_to_teach_back_takes_the_learners_words(team: Team, open_page: Open, qtbot: QtBot) -> None:
    one = open_page(team.nurse, visit_place(at_home(team)))
    one.view.teaching.focus_first()
    press(qtbot, "2")
    press_tab(qtbot)
    press(qtbot, "Jelly babies first")
    answer = one.form.sections[0].answers["t01"]
    assert (answer.answer, answer.words) == (TeachBackAnswer.PROMPTED, "Jelly babies first")
    assert unanswered(one) == [TeachBackAnswer.PROMPTED]


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
