"""The Caseload page by keyboard alone: a real store, real lanes, real key presses."""

from datetime import date

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from smf_desktop.presenters.caseload.views import Column
from smf_desktop.services.caseload import freshness
from smf_desktop.services.caseload.saved_views import views
from smf_desktop.services.people import Member, NewPerson, add_member
from smf_desktop.store.tables import pending_access
from tests.support.caseload_pages import Open, everyone, names, open_page, reason_given, settled, two_people, words
from tests.support.pressing import Alt, Ctrl, in_front, press
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home, taught
from ui.actions import Action
from ui.desk import Place
from ui.views.caseload.cells import in_rows
from ui.views.caseload.dialogs import ColumnsDialog
from ui.views.caseload.page import CaseloadView
from ui.widgets.buttons import Button

__all__ = ["laptop", "open_page", "store_template", "team"]


def test_the_list_is_narrowed_as_it_is_typed_and_enter_opens(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    one = open_page(team.nurse, "mine")
    view = one.page.widget
    assert view.people.hasFocus()
    press(qtbot, Qt.Key.Key_F, held=Ctrl)
    assert view.filters.field.hasFocus()
    press(qtbot, "zz")
    qtbot.waitUntil(lambda: not view.people.isVisible())
    settled(qtbot, one)
    assert one.page.facts == "0 people in this view"
    view.filters.field.selectAll()
    press(qtbot, "aber")
    qtbot.waitUntil(lambda: view.people.isVisible() and len(view.people.lines) == 1)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(view.people.hasFocus)
    settled(qtbot, one)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.went == [Place("patient", home.patient)])


def test_a_list_that_is_made_anew_says_so_and_shows_everybody_in_the_end(
    team: Team, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "SOON", 1)
    two_people(team)
    said: list[str] = []
    monkeypatch.setattr(CaseloadView, "show_about", lambda _view, words: said.append(words))
    view = open_page(team.nurse, "everyone").page.widget
    assert len(view.people.lines) == 2
    assert any("being made anew: 1 person is still to come" in words for words in said)
    assert "anew" not in said[-1]


def test_a_line_says_steps_visits_and_flags_to_a_screen_reader(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    view = open_page(team.nurse, "mine").page.widget
    spoken = [view.people.model().index(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in range(5)]
    assert spoken[0] == "Abernathy, Doreen, Mrs. NHS number 9 9 9, 0 0 7, 9 3 2 3"
    assert spoken[2] == "Insulin, 18 of 18 steps on own"
    assert spoken[3] == "1 visit, 7 expected"
    assert spoken[4] == "Flag: Overdue"


def test_an_empty_tab_says_what_is_true_and_what_fills_it(team: Team, qtbot: QtBot, open_page: Open) -> None:
    at_home(team)
    one = open_page(team.nurse2, "mine")
    view = one.page.widget

    def said() -> str:
        return " ".join(words(each) for each in view._empty_card.findChildren(QWidget) if not each.isHidden())

    assert "No one on your caseload yet." in said()
    accept = next(each for each in view._empty_card.findChildren(Button) if each.text() == "Accept a referral")
    accept.click()
    assert one.went == [Place("referrals")]
    one.page.enter(Place("caseload", record="no_next"))
    settled(qtbot, one)
    assert "Everyone you teach has a next visit." in said()
    view.filter_chosen.emit("skill", "insulin")
    settled(qtbot, one)
    assert "No one matches these filters." in said()


def test_someone_elses_people_stand_under_everyone(team: Team, qtbot: QtBot, open_page: Open) -> None:
    at_home(team)
    one = open_page(team.nurse2, "mine")
    view = one.page.widget
    assert not view.people.isVisible()
    assert [view.tabs.tabText(place) for place in range(5)] == [
        "My caseload 0",
        "Ready to discharge 0",
        "No next visit 0",
        "Over expected 0",
        "Everyone 1",
    ]
    press(qtbot, Qt.Key.Key_End)
    press(qtbot, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: len(view.people.lines) == 1)
    view.people.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    assert in_front(qtbot).windowTitle() == "Why do you open this record?"
    press(qtbot, Qt.Key.Key_Escape)
    assert one.went == []
    settled(qtbot, one)


def test_a_filter_is_set_and_taken_away_with_the_keyboard_and_says_itself_in_words(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    at_home(team)
    one = open_page(team.nurse, "mine")
    view = one.page.widget
    skill = view.filters.chips["skill"]
    assert (skill.active, skill.face.accessibleName()) == (False, "Skill: any, does not narrow the list")
    skill.face.setFocus()
    wound = next(action for action in skill.menu.actions() if action.text() == "Wound care" or "ound" in action.text())
    wound.trigger()
    qtbot.waitUntil(lambda: not view.people.isVisible())
    settled(qtbot, one)
    assert skill.active
    empty = view._empty_card.findChild(QWidget, "") is not None
    assert empty
    assert "ound" in " ".join(words(each) for each in view._empty_card.findChildren(QWidget))
    skill.face.setFocus()
    press(qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: view.people.isVisible() and len(view.people.lines) == 1)
    settled(qtbot, one)
    assert not skill.active


def test_alt_down_orders_by_the_column_the_cursor_is_in(team: Team, qtbot: QtBot, open_page: Open) -> None:
    two_people(team)
    one = open_page(team.nurse, "mine")
    view = one.page.widget
    assert view.people.hasFocus()
    press(qtbot, Qt.Key.Key_Home)
    view.people.setCurrentIndex(view.people.model().index(0, 0))
    press(qtbot, Qt.Key.Key_Down, held=Alt)
    settled(qtbot, one)
    assert names(one) == ["LLEWELLYN, Ceri", "ABERNATHY, Doreen (Mrs)"]
    spoken = view.people.model().headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Patient, sorted descending"
    press(qtbot, Qt.Key.Key_Up, held=Alt)
    settled(qtbot, one)
    assert names(one) == ["ABERNATHY, Doreen (Mrs)", "LLEWELLYN, Ceri"]


def test_space_shows_whoever_is_chosen_beside_the_list_and_escape_closes(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    add_member(team.nurse, home.patient, Member("allergy", {"substance": "Penicillin", "reaction": "Rash"}))
    one = open_page(team.nurse, "mine")
    view = one.page.widget
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.peek.patient == home.patient)
    said = " ".join(words(each) for each in view.peek.findChildren(QWidget))
    assert "Penicillin, Rash" in said
    assert "14-Nov-2026: No note" in said
    press(qtbot, Qt.Key.Key_Escape)
    assert not view.peek.isVisible()
    assert view.peek.patient == ""
    assert view.people.hasFocus()


def test_a_look_at_somebody_on_a_colleagues_list_shows_nothing_before_the_reason(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    add_member(team.nurse, home.patient, Member("allergy", {"substance": "Penicillin", "reaction": "Rash"}))
    one = open_page(team.nurse2, "mine")
    everyone(qtbot, one)
    view = one.page.widget
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.peek.is_closed)
    said = " ".join(words(each) for each in view.peek.findChildren(QWidget))
    assert "On a colleague's list." in said
    assert "Penicillin" not in said
    press(qtbot, Qt.Key.Key_Space)
    reason_given(qtbot)
    qtbot.waitUntil(lambda: view.peek.patient == home.patient)
    settled(qtbot, one)
    with team.nurse.read() as connection:
        noted = connection.execute(select(pending_access).where(pending_access.c.author == team.nurse2.user.id)).all()
    assert [(row.action, row.patient, row.detail) for row in noted] == [
        ("off_list", home.patient, "rang"),
        ("read", home.patient, "peek"),
    ]
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    qtbot.waitUntil(view.people.hasFocus)
    press(qtbot, Qt.Key.Key_Space, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.peek.patient == home.patient)
    assert QApplication.activeModalWidget() is None, "the reason is asked once for each person"
    settled(qtbot, one)


def test_booking_for_somebody_on_a_colleagues_list_asks_why_first(team: Team, qtbot: QtBot, open_page: Open) -> None:
    at_home(team)
    one = open_page(team.nurse2, "mine")
    everyone(qtbot, one)
    press(qtbot, "b")
    reason_given(qtbot)
    qtbot.waitUntil(lambda: getattr(QApplication.activeModalWidget(), "windowTitle", str)() == "Book the next visit")
    press(qtbot, Qt.Key.Key_Escape)
    settled(qtbot, one)


def test_flags_stand_in_words_on_two_lines_before_they_are_counted() -> None:
    assert in_rows([80, 60], 200, 1, 0) == [[80, 60]]
    assert in_rows([80, 60, 90], 200, 2, 24) == [[80, 60], [90]]
    assert in_rows([180, 180, 60, 60], 200, 2, 24) == [[180], [180]], "the others are counted beside them"
    assert in_rows([], 200, 1, 0) == [[]]


def test_a_view_is_saved_renamed_moved_and_deleted_and_the_deleting_taken_back(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    at_home(team)
    one = open_page(team.nurse, "mine")
    view, page = one.page.widget, one.page
    view.filter_chosen.emit("skill", "insulin")
    settled(qtbot, one)
    page.do(Action.SAVE_VIEW)
    form = in_front(qtbot)
    press(qtbot, "Insulin, week 2", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["View saved"])
    settled(qtbot, one)
    assert form is not None
    assert view.tabs.tabText(5) == "Insulin, week 2 1"
    assert view.tabs.currentIndex() == 5
    (kept,) = views(team.nurse)
    assert kept.asked.skill == "insulin"
    assert views(team.nurse2) == ()
    assert page.can(Action.DELETE_VIEW)
    page.do(Action.RENAME_VIEW)
    in_front(qtbot).fields["name"].control.selectAll()
    press(qtbot, "Week 2", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.tabs.tabText(5).startswith("Week 2"))
    settled(qtbot, one)
    page.do(Action.DELETE_VIEW)
    qtbot.waitUntil(lambda: view.tabs.count() == 5)
    settled(qtbot, one)
    assert view.tabs.currentIndex() == 0
    assert not page.can(Action.DELETE_VIEW), "a tab that is built in stays"
    page.do(Action.UNDO)
    qtbot.waitUntil(lambda: view.tabs.count() == 6)
    settled(qtbot, one)


def test_columns_are_chosen_and_ordered_by_keyboard_and_stay(team: Team, qtbot: QtBot, open_page: Open) -> None:
    at_home(team)
    one = open_page(team.nurse, "mine")
    view = one.page.widget
    one.page.do(Action.COLUMNS)
    form = in_front(qtbot, kind=ColumnsDialog)
    press(qtbot, Qt.Key.Key_Down, Qt.Key.Key_Space)  # without the NHS number
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Down, held=Alt)
    assert form.columns()[:3] == (Column.PERSON, Column.VISITS, Column.SKILLS)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: Column.NUMBER not in view.people.columns)
    settled(qtbot, one)
    assert view.people.columns[:3] == (Column.PERSON, Column.VISITS, Column.SKILLS)
    again = open_page(team.nurse, "mine")
    assert again.page.widget.people.columns == view.people.columns


def test_every_skill_beyond_two_stands_by_its_sign(team: Team, qtbot: QtBot, open_page: Open) -> None:
    at_home(team, "insulin", "catheter_care", "wound")
    two = NewPerson("Llewellyn", "Ceri", date(1960, 5, 2), sex="female", nhs_number="9990554463")
    at_home(team, "insulin", "catheter_care", person=two)
    view = open_page(team.nurse, "mine").page.widget
    column = view.people.model().columns.index(Column.SKILLS)
    drawn = {}
    for place, line in enumerate(view.people.lines):
        cell = view.people.visualRect(view.people.model().index(place, column))
        low_right = QRect(cell.right() - 20, cell.center().y() + 2, 15, cell.height() // 2 - 4)
        picture = view.people.viewport().grab(low_right).toImage()
        colours = {picture.pixelColor(x, y).rgba() for x in range(picture.width()) for y in range(picture.height())}
        drawn[len(line.skills)] = len(colours) > 1
    assert drawn == {3: True, 2: False}
    three = next(line for line in view.people.lines if len(line.skills) == 3)
    tip = view.people.model().index(view.people.lines.index(three), column).data(Qt.ItemDataRole.ToolTipRole)
    assert all(skill.label in tip for skill in three.skills)


def test_locking_leaves_no_one_on_the_page(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse, "mine")
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: one.page.widget.peek.patient == home.patient)
    one.page.clear()
    qtbot.waitUntil(lambda: one.page.widget.peek.patient == "")
    qtbot.wait(10)
    shown = [words(widget) for widget in one.page.widget.findChildren(QWidget)]
    assert not [text for text in shown if "ABERNATHY" in text or "Abernathy" in text or "999 007" in text]
