"""Today by keyboard alone: a real store, real lanes, real key presses."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from smf_core.records.queries.visits import planned_visits
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.session import Session
from smf_desktop.services.visit.visits import book_visit
from tests.support.opened import Open, open_page
from tests.support.pressing import Ctrl, in_front, press
from tests.support.sessions import Team, live_team, team
from tests.support.stores import laptop, store_template
from tests.support.today import on_today
from tests.support.visits import Home, at_home
from ui.desk import Place
from ui.flows.day.today import TodayPage

__all__ = ["laptop", "live_team", "open_page", "store_template", "team"]

HEAD = "nhs_number,family_name,given_name,date_of_birth,skill,referral_received,source\n"
TWO = HEAD + (
    "999 055 4463,Llewellyn,Ceri,02/05/1960,insulin,10/11/2026,gp\n"
    "999 023 7700,Featherstone,Rosalind,1944-02-01,catheter_care|catheter_valve,2026-11-12,hospital\n"
)


def booked(team: Team, home: Home) -> str:
    at = team.clock.at.replace(hour=11, minute=30)
    episodes = list(home.episodes.values())
    nurse = team.nurse.user.id
    return book_visit(team.nurse, patient=home.patient, episodes=episodes, at=at, minutes=45, nurse=nurse)[0]


def referred(session: Session, text: str = TWO) -> None:
    take_in(session, examine(session, text.encode()), accept_valid=True)


# --- today ---------------------------------------------------------------------------------------


def test_today_opens_on_the_next_visit_and_ctrl_enter_starts_it(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    visit = booked(team, home)
    one = open_page(team.nurse, TodayPage, Place("today"))
    view = one.page.widget
    qtbot.waitUntil(lambda: view.table.hasFocus())
    assert view.next.name.text() == "ABERNATHY, Doreen (Mrs)"
    assert view.next.when.text() == "Next, in 2 h 30 min"
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    assert one.went == [Place("visit", home.patient, visit, tuple(home.episodes.values()))]


def test_enter_on_a_visit_opens_the_record(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    booked(team, home)
    one = on_today(qtbot, open_page, team.nurse)
    press(qtbot, Qt.Key.Key_Return)
    assert [place.page for place in one.went] == ["patient"]


def test_b_books_the_next_visit_and_undo_takes_it_back(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    booked(team, home)
    one = on_today(qtbot, open_page, team.nurse)
    press(qtbot, "b")
    in_front(qtbot)
    press(qtbot, "+2d", Qt.Key.Key_Tab, "1430", Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: one.toasts == ["Visit booked"])
    assert QApplication.activeModalWidget() is None
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    assert one.page.widget.table.hasFocus()
    assert tomorrow_and_after(team) == 1
    press(qtbot, Qt.Key.Key_Z, held=Ctrl)
    qtbot.waitUntil(lambda: len(one.toasts) == 2)
    assert tomorrow_and_after(team) == 0
    press(qtbot, Qt.Key.Key_Y, held=Ctrl)
    qtbot.waitUntil(lambda: len(one.toasts) == 3)
    assert tomorrow_and_after(team) == 1


def tomorrow_and_after(team: Team) -> int:
    now = team.clock.at
    with team.nurse.read() as connection:
        return len(planned_visits(connection, now.replace(hour=23), now.replace(month=12)))


def test_a_booking_that_cannot_be_keeps_what_was_typed_and_says_why(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    booked(team, home)
    one = on_today(qtbot, open_page, team.nurse)
    press(qtbot, "b")
    form = in_front(qtbot)
    press(qtbot, "someday", Qt.Key.Key_Tab, "25:00", Qt.Key.Key_Return)
    assert form.values()["on"] == "someday"
    assert form.values()["at"] == "25:00"
    assert form.fields["on"].message.words.text().startswith("Enter a date such as")
    assert "23:59" in form.fields["at"].message.words.text()
    assert form.fields["on"].control.hasFocus()
    press(qtbot, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert one.toasts == []


def test_a_day_without_visits_says_so_in_a_sentence(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse, TodayPage, Place("today"))
    qtbot.waitUntil(lambda: one.page.widget.empty is not None)
    assert one.page.widget.empty.true.text() == "No visits planned today."


def test_locking_leaves_no_one_on_the_page(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    booked(team, home)
    one = on_today(qtbot, open_page, team.nurse)
    one.page.clear()
    qtbot.wait(10)
    shown = [words(widget) for widget in one.page.widget.findChildren(QWidget)]
    assert not [text for text in shown if "ABERNATHY" in text or "Abernathy" in text or "999 007" in text]


def words(widget: QWidget) -> str:
    text = getattr(widget, "text", lambda: "")()
    return f"{text} {widget.accessibleName()} {widget.toolTip()}"
