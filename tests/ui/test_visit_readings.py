"""Teaching, readings and red flags on the visit page by keyboard."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from smf_core.domain.missing import Part
from smf_core.domain.visit import TeachBackAnswer
from tests.support.pressing import Ctrl, Shift, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visit_bench import Bench, visit_place
from tests.support.visit_keys import Open, focus, open_page, press_tab
from tests.support.visits import at_home, taught

__all__ = ["laptop", "open_page", "store_template", "team"]


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
