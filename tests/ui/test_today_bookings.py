"""A visit booked, moved or gone to in vain, with a keyboard and nothing else."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from smf_core.domain.not_gone_ahead import NotGoneAheadForm
from smf_core.domain.task import TaskKind
from smf_core.records import tables as t
from smf_core.records.queries.visits import bookings_not_begun
from smf_desktop.services.booking.dose_covers import dose_cover_of
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.drafts import NOT_GONE_AHEAD, draft
from smf_desktop.services.tasks import my_tasks
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.tasks import tasks_about
from tests.support.today import ELEVEN, on_today, planned, with_dose
from tests.support.visits import at_home
from ui.actions import Action
from ui.desk import Place
from ui.flows.day.not_gone_ahead import NotGoneAheadFlow
from ui.flows.day.today import TodayPage
from ui.flows.patient.page import PatientPage

__all__ = ["laptop", "open_page", "store_template", "team"]

Tab, Enter, Esc = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape
SAVE = Ctrl | Qt.KeyboardModifier.ShiftModifier


# --- bookings ------------------------------------------------------------------------------------


def test_a_booking_that_clashes_says_so_once_and_is_made_on_the_second_press(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    planned(team, home)
    one = on_today(qtbot, open_page, team.nurse)
    press(qtbot, "b")
    dialog = in_front(qtbot, "Book the next visit")
    press(qtbot, "sat", Tab, "9", Enter)
    qtbot.waitUntil(lambda: dialog.trouble.isVisible())
    assert "weekend" in dialog.trouble.true.text()
    press(qtbot, Enter, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Visit booked"])


def test_a_series_is_booked_from_one_form(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    planned(team, home)
    one = on_today(qtbot, open_page, team.nurse)
    press(qtbot, "b")
    dialog = in_front(qtbot, "Book the next visit")
    press(qtbot, "+1d", Tab, "9")
    dialog.fields["times"].control.setFocus()
    dialog.fields["times"].control.selectAll()
    press(qtbot, "3", Tab)
    dialog.fields["every"].control.selectAll()
    press(qtbot, "7", Enter)
    qtbot.waitUntil(lambda: one.toasts == ["3 visits booked"])
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    press(qtbot, Qt.Key.Key_Z, held=Ctrl)
    qtbot.waitUntil(lambda: len(one.toasts) == 2)
    with team.nurse.read() as connection:
        assert len(bookings_not_begun(connection, home.patient)) == 1


def test_moving_a_dose_visit_asks_who_gives_the_dose_and_the_answer_ends_the_red_task(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    with_dose(team, home)
    one = on_today(qtbot, open_page, team.nurse)
    press(qtbot, "m")
    dialog = in_front(qtbot, "Move this visit")
    dialog.fields["on"].control.selectAll()
    press(qtbot, "+1d", Enter)
    asked = in_front(qtbot, "Who gives this dose?")
    assert [one.kind for one in tasks_about(team.nurse, home.patient).open] == [TaskKind.WHO_GIVES_DOSE]
    asked.fields["giver"].control.select("patient")
    press(qtbot, Enter, held=Ctrl)
    qtbot.waitUntil(lambda: [each.partition(",")[2] for each in one.toasts] == [" core team letter written"] * 2)
    assert tasks_about(team.nurse, home.patient).open == ()
    (cover,) = dose_cover_of(team.nurse, home.patient)
    moved_to = START.date() + timedelta(days=1)
    assert [(row.from_, row.until, row.giver.value) for row in cover.rows] == [
        (START.date(), START.date(), "patient"),
        (moved_to, moved_to, "smf"),
    ]
    assert cover.lapses[0].from_ == START.date() + timedelta(days=2)


def test_a_visit_of_another_day_is_moved_from_that_day(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    planned(team, home, ELEVEN + timedelta(days=1))
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: bool(view.week.count()))
    view.after.click()
    qtbot.waitUntil(lambda: bool(view.table.rows))
    assert not view.start.isVisible(), "it is not that day yet"
    assert one.page.can(Action.MOVE_VISIT)
    assert one.page.can(Action.CALL_OFF)


def test_left_unanswered_it_stands_red_on_today_and_is_answered_there(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    with_dose(team, home)
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: view.table.hasFocus())
    one.page.do(Action.CALL_OFF)
    in_front(qtbot, "Call this visit off?")
    press(qtbot, Enter, held=Ctrl)
    in_front(qtbot, "Who gives this dose?")
    press(qtbot, Esc)
    qtbot.waitUntil(lambda: "urgent" in view._cards)
    table = view._cards["urgent"].table
    assert table.rows[0].tone == "danger"
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    table.setFocus()
    press(qtbot, Enter)
    asked = in_front(qtbot, "Who gives this dose?")
    press(qtbot, Enter, held=Ctrl)
    assert asked.fields["giver"].message.words.text() == "Choose who gives it"
    asked.fields["giver"].control.select("other")
    asked.fields["who"].control.setText("Night nurse")
    press(qtbot, Enter, held=Ctrl)
    qtbot.waitUntil(lambda: "urgent" not in view._cards)


# --- a visit in vain -----------------------------------------------------------------------------


def test_no_reply_is_written_down_with_tries_and_who_was_told(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    visit = planned(team, home, START)
    team.clock.forward(minutes=15)
    one = open_page(team.nurse, NotGoneAheadFlow, Place("not_gone_ahead", home.patient, visit))
    view = one.page.widget
    qtbot.waitUntil(lambda: one.page.form is not None)
    qtbot.waitUntil(lambda: QApplication.focusWidget() in view.fields["why"].control.picks.values())
    press(qtbot, "3")
    qtbot.waitUntil(lambda: QApplication.focusWidget() in view.fields["tries"].control.chips.values())
    press(qtbot, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Space)
    assert [(one_.how.value, one_.at) for one_ in one.page.form.tries] == [("door", "09:15"), ("phone", "09:15")]
    assert view.fields["try_phone"].isVisible()
    press(qtbot, Tab, Tab, Tab, "3", "Team lead", Tab, "Curtains closed", Tab, "3")
    press(qtbot, Enter, held=SAVE)
    qtbot.waitUntil(lambda: one.toasts == ["Recorded: visit did not go ahead"])
    with team.nurse.read() as connection:
        row = connection.execute(select(t.visit).where(t.visit.c.id == visit)).one()
    assert (row.not_gone_ahead_reason, row.no_reply_outcome, row.told) == ("no_access", "not_known", "Team lead")
    assert [one.urgent for one in my_tasks(team.nurse).open] == [True]


def test_what_is_typed_of_a_visit_in_vain_is_a_draft(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    visit = planned(team, home)
    one = open_page(team.nurse, NotGoneAheadFlow, Place("not_gone_ahead", home.patient, visit))
    qtbot.waitUntil(lambda: one.page.form is not None)
    one.page.widget.take_focus("note")
    press(qtbot, "Curtains closed")
    one.page.save_now()
    qtbot.waitUntil(lambda: one.page.facts != "")
    kept = draft(team.nurse, NOT_GONE_AHEAD, visit, NotGoneAheadForm)
    assert kept is not None
    assert kept.note == "Curtains closed"
    facts = today_facts(team.nurse)
    assert [one.page for one in facts.drafts] == ["not_gone_ahead"]


def test_n_on_a_visit_of_today_opens_that_page(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    visit = planned(team, home)
    one = on_today(qtbot, open_page, team.nurse)
    press(qtbot, "n")
    assert one.went == [Place("not_gone_ahead", home.patient, visit)]


# --- the same from the person's own page ---------------------------------------------------------


def test_the_next_visit_can_be_moved_or_said_not_to_have_gone_ahead_from_the_persons_page(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    home = at_home(team)
    visit = planned(team, home)
    one = open_page(team.nurse, PatientPage, Place("patient", home.patient))
    qtbot.waitUntil(lambda: one.page.can(Action.MOVE_VISIT))
    one.page.do(Action.MOVE_VISIT)
    dialog = in_front(qtbot, "Move this visit")
    dialog.fields["on"].control.selectAll()
    press(qtbot, "+1d", Enter)
    qtbot.waitUntil(lambda: one.toasts == ["Visit moved"])
    one.page.do(Action.NOT_GONE_AHEAD)
    assert one.went == [Place("not_gone_ahead", home.patient, visit)]
