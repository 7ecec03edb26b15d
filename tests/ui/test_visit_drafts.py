"""The draft of a visit page: what was typed comes back, for whoever typed it alone, and can be undone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.visit import Level
from smf_desktop.services.drafts import drafts, save_draft
from smf_desktop.services.visit.visits import open_visit
from smf_desktop.trouble import DiskFull
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visit_bench import visit_place
from tests.support.visit_keys import Open, focus, level_of, open_page, press_tab
from tests.support.visits import at_home
from ui.actions import Action

__all__ = ["laptop", "open_page", "store_template", "team"]


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


def test_a_reason_asked_over_the_visit_is_there_again_after_a_lock_and_goes_into_its_draft(
    team: Team, open_page: Open, qtbot: QtBot
) -> None:
    place = visit_place(at_home(team))
    one = open_page(team.nurse, place)
    for action, field, kept in (
        (Action.STOP_EARLY, "reason", "stopped_reason"),
        (Action.WRITTEN_LATER, "late_reason", "late_reason"),
    ):
        one.page.do(action)
        in_front(qtbot).fields[field].control.setFocus()
        press(qtbot, "She felt")
        one.page.leave()
        one.page.clear()
        one.lanes.store.drain()
        assert sorted(row.page for row in drafts(team.nurse)) == ["patient", "visit"]
        one.page.enter(place)
        qtbot.waitUntil(lambda: one.page.can(Action.STOP_EARLY))
        one.page.do(action)
        back = in_front(qtbot)
        assert (back.values()[field], back.left_off.isVisible()) == ("She felt", True)
        back.fields[field].control.setFocus()
        press(qtbot, " faint")
        press(qtbot, Qt.Key.Key_Return, held=Ctrl)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        one.lanes.store.drain()
        assert getattr(one.kept(), kept) == "She felt faint"
        assert [row.page for row in drafts(team.nurse)] == ["visit"]
