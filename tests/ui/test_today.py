"""The list of today, what waits at its side and the week, with a keyboard and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QFontMetrics
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from smf_core.domain.task import TaskKind
from smf_desktop.presenters.today.page import WeekDay
from smf_desktop.services.caseload.covering import NewAbsence, record_absence
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.people import Member, add_member, change_member, open_member
from smf_desktop.services.referral.intake import keep_form, open_form
from smf_desktop.services.session import new_item
from smf_desktop.services.tasks import NewTask, ask_task
from smf_desktop.store.tables import pending_access
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.today import planned
from tests.support.visits import at_home
from ui.actions import Action
from ui.desk import Place
from ui.flows.day.today import TodayPage
from ui.theme import theme_in_use
from ui.views.caseload.dialogs import SheetDialog
from ui.views.row_paint import breakable
from ui.views.side_list import ListDialog
from ui.views.today.week import DayButton

__all__ = ["laptop", "open_page", "store_template", "team"]

Tab, Enter, Esc = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape
SAVE = Ctrl | Qt.KeyboardModifier.ShiftModifier


def titles(view: object) -> list[str]:
    cards: Sequence[object] = list(view._cards.values())
    return [card.title.text() for card in cards]


# --- the page ------------------------------------------------------------------------------------


def test_what_waits_stands_at_the_side_the_most_urgent_first(team: Team, qtbot: QtBot, open_page: Open) -> None:
    at_home(team)
    ask_task(team.nurse, NewTask("Ring the pharmacy", due_on=team.nurse.today()))
    ask_task(team.nurse, NewTask("Find the key safe", urgent=True))
    ask_task(team.nurse, NewTask("Next month", due_on=team.nurse.today() + timedelta(days=30)))
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: bool(view._cards))
    assert titles(view) == ["To settle now", "Tasks due", "No next visit booked"]
    assert [row.name for row in view._cards["tasks"].table.rows] == ["Ring the pharmacy"]


def test_a_lead_goes_from_what_is_not_settled_for_a_day_to_the_sync_centre(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    made, _ = add_member(team.nurse, home.patient, Member("allergy", {"substance": "Latex", "reaction": "rash"}))
    held = [open_member(each, home.patient, "allergy", made) for each in (team.nurse, team.nurse2)]
    for each, shown, words in zip((team.nurse, team.nurse2), held, ("hives", "swollen lips"), strict=True):
        change_member(each, home.patient, shown, {"substance": "Latex", "reaction": words})
    team.clock.forward(hours=25)
    one = open_page(team.lead, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: bool(view._cards))
    assert titles(view)[0] == "Not settled for over 24\u00a0h"
    table = view._cards["late"].table
    qtbot.waitUntil(table.hasFocus)
    press(qtbot, Qt.Key.Key_Return)
    assert one.went == [Place("sync", home.patient)]


def test_who_stands_in_sees_in_whose_place_on_the_row_and_the_card(team: Team, qtbot: QtBot, open_page: Open) -> None:
    planned(team, at_home(team))
    today = team.nurse.today()
    record_absence(team.nurse, NewAbsence(team.nurse.user.id, today, today, "leave", team.nurse2.user.id))
    one = open_page(team.nurse2, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: view.next.instead.text() == "In place of Nurse Example")
    (row,) = view.table.rows
    assert row.instead == "In place of Nurse Example"
    assert not view.table.grab().isNull()


def test_d_ends_a_task_undo_opens_it_and_the_focus_stays(team: Team, qtbot: QtBot, open_page: Open) -> None:
    for text in ("First", "Second", "Third"):
        ask_task(team.nurse, NewTask(text))
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: bool(view._cards))
    table = view._cards["tasks"].table
    table.setFocus()
    press(qtbot, "d")
    qtbot.waitUntil(lambda: len(table.rows) == 2)
    assert table.hasFocus()
    assert [row.name for row in table.rows] == ["Second", "Third"]
    press(qtbot, Qt.Key.Key_Z, held=Ctrl)
    qtbot.waitUntil(lambda: len(table.rows) == 3)


def test_a_long_line_takes_more_room_so_that_its_date_is_never_cut(team: Team, qtbot: QtBot, open_page: Open) -> None:
    ask_task(team.nurse, NewTask("Short", due_on=team.nurse.today()))
    long = "Ring the practice about the depth of the wound and who sees to the dressing until the nurse is back"
    home = at_home(team)
    ask_task(team.nurse, NewTask(long, patient=home.patient, due_on=team.nurse.today()))
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: bool(view._cards))
    table = view._cards["tasks"].table
    (at,) = (place for place, row in enumerate(table.rows) if long in row.about)
    assert table.rows[at].about.endswith("Due today")
    qtbot.waitUntil(lambda: table.rowHeight(at) > table.rowHeight(1 - at))
    assert table.height() >= table.rowHeight(0) + table.rowHeight(1)
    before = table.rowHeight(at)
    one.window.resize(880, 628)  # in one column the lists are wider
    qtbot.waitUntil(lambda: table.rowHeight(at) < before)


def test_a_line_breaks_between_its_parts_and_never_inside_a_date(qtbot: QtBot) -> None:
    metrics = QFontMetrics(theme_in_use().font("dense"))
    words = breakable("Low glucose twice in seven days · Due 13-Nov-2026, 4 days late", metrics, 200)
    assert words.endswith("\u00a0· Due\u00a013-\u2060Nov-\u20602026,\u00a04\u00a0days\u00a0late")


def test_a_day_of_the_week_is_as_high_as_what_it_says(team: Team, qtbot: QtBot) -> None:
    def day(about: str) -> DayButton:
        button = DayButton(WeekDay(START.date(), "Tue 17", "6 visits", about, chosen=True, spoken="Tuesday"))
        qtbot.addWidget(button)
        button.resize(115, 48)
        return button

    assert day("1 signed, 1 draft, 4 to go").sizeHint().height() > day("6 signed").sizeHint().height()


def test_a_new_referral_and_the_hand_over_sheet_are_a_key_away(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    planned(team, home)
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: len(view.table.rows) == 1)
    view.referral.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert one.went == [Place("referrals", record="new")]
    assert [button.text() for button in view.next.sheets] == ["Paper sheet: Insulin"]
    qtbot.waitUntil(view.next.sheets[0].isVisible)
    view.next.open.setFocus()
    press(qtbot, Tab)
    assert view.next.sheets[0].hasFocus(), "Tab goes as the card is read"
    assert one.page.can(Action.HANDOVER_SHEET)
    one.page.do(Action.HANDOVER_SHEET)
    in_front(qtbot, "Make a hand-over sheet?")
    press(qtbot, Enter, held=Ctrl)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), SheetDialog))
    one.page.clear()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert view.next.sheets == []


def test_a_day_without_visits_begins_with_what_waits_at_the_side(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse, TodayPage, Place("today"))
    qtbot.waitUntil(one.page.widget.handover.hasFocus)
    ask_task(team.nurse, NewTask("Ring the pharmacy", due_on=team.nurse.today()))
    one.page.enter(Place("today"))
    qtbot.waitUntil(lambda: bool(one.page.widget._cards))
    qtbot.waitUntil(one.page.widget._cards["tasks"].table.hasFocus)


def test_what_the_keys_of_a_list_do_stands_in_the_menus_too(team: Team, qtbot: QtBot, open_page: Open) -> None:
    for text in ("First", "Second"):
        ask_task(team.nurse, NewTask(text))
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: bool(view._cards))
    table = view._cards["tasks"].table
    qtbot.waitUntil(table.hasFocus)
    view.today.setFocus()
    assert not one.page.can(Action.TASK_DONE), "the keyboard is not in a list of tasks"
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    assert one.page.can(Action.HAND_OVER_TASK)
    one.page.do(Action.TASK_DONE)
    qtbot.waitUntil(lambda: len(table.rows) == 1)
    assert one.toasts == ["Task done"]
    middle = table.rect().center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, middle, table.mapToGlobal(middle))
    QApplication.sendEvent(table, asked)
    menu = table.findChild(QMenu)
    assert [each.text() for each in menu.actions()] == ["Done\tEnter", "Hand over\tH"]
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: one.toasts == ["Task done", "Task done"])
    menu.close()
    one.page.do(Action.NEXT_DAY)
    qtbot.waitUntil(lambda: view.header.title.text() == "Wed 18-Nov-2026")
    one.page.do(Action.PREVIOUS_DAY)
    qtbot.waitUntil(lambda: view.header.title.text() == "Today")


def test_show_all_opens_the_list_in_full(team: Team, qtbot: QtBot, open_page: Open) -> None:
    for number in range(5):
        ask_task(team.nurse, NewTask(f"Task {number}"))
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: bool(view._cards))
    view._cards["tasks"].more.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ListDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ListDialog)
    assert len(dialog.table.rows) == 5
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    qtbot.waitUntil(dialog.table.hasFocus)
    press(qtbot, Esc)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_the_week_has_seven_days_and_says_leave_and_bank_holidays(team: Team) -> None:
    nurse = team.nurse
    with nurse.work() as work:
        said = {"nurse": nurse.user.id, "from": "2026-11-19", "until": "2026-11-20", "reason": "leave"}
        work.save([new_item("absence", nurse.new_id(), "away", **said)], patient=None)
    facts = today_facts(nurse)
    assert [on.day for on, _ in facts.week] == [16, 17, 18, 19, 20, 21, 22]
    assert {on.day for on in facts.away} == {19, 20}
    christmas = today_facts(nurse, date(2026, 12, 25))
    assert date(2026, 12, 25) in christmas.holidays


def test_the_next_and_the_previous_day_are_a_button_away(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: view.empty is not None)
    view.after.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.header.title.text() == "Wed 18-Nov-2026")
    press(qtbot, Qt.Key.Key_T, held=Ctrl)
    qtbot.waitUntil(lambda: view.header.title.text() == "Today")


def test_a_staff_safety_note_is_a_mark_that_opens_on_a_key_and_is_noted(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    planned(team, home)
    said = {"text": "Dog in the yard", "private": "staff_safety"}
    alert, _ = add_member(team.nurse, home.patient, Member("alert", said))
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: alert in view.notes)
    view.notes[alert].mark.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: view.notes[alert].is_open)
    with team.nurse.read() as connection:
        assert "reveal" in set(connection.scalars(select(pending_access.c.action)))


def test_a_referral_form_that_was_left_a_day_ago_stands_in_red_and_is_gone_on_with(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    keep_form(team.nurse, replace(open_form(team.nurse).form, family_name="Llewellyn"))
    team.clock.forward(hours=25)
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: "drafts" in view._cards)
    (row,) = view._cards["drafts"].table.rows
    assert (row.name, row.about, row.tone) == (
        "Referral form",
        "Not added yet, saved 17-Nov-2026 09:00, over 24 hours ago",
        "danger",
    )
    view._cards["drafts"].table.setFocus()
    press(qtbot, Enter)
    assert one.went == [Place("referrals", record="new")]


# --- calls in the list of the day ----------------------------------------------------------------


def test_a_call_asked_for_at_a_time_stands_among_the_visits_and_enter_opens_the_call_page(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    planned(team, home)
    asked = NewTask("About the pen", home.patient, due_on=team.nurse.today(), due_at="10:15", kind=TaskKind.CALL_BACK)
    task, _ = ask_task(team.nurse, asked)
    one = open_page(team.nurse, TodayPage, Place("today"))
    table = one.page.widget.table
    qtbot.waitUntil(table.hasFocus)
    assert [(row.time, row.status) for row in table.rows] == [("10:15", "Call"), ("11:00", "Next")]
    press(qtbot, Qt.Key.Key_Home, Qt.Key.Key_Up, Enter)
    assert one.went == [Place("call", home.patient, f"task:{task}")]
