"""Today, the caseload, triage and the import by keyboard alone: a real store, real lanes, real key presses."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from smf_core.domain.referral import ReferralStatus
from smf_core.records.queries.referrals import count_by_status
from smf_core.records.queries.visits import planned_visits
from smf_desktop.presenters.referrals import RowKind
from smf_desktop.services.referrals import examine, take_in
from smf_desktop.services.session import Session, StoreKind
from smf_desktop.services.visits import book_visit
from tests.support.desks import OnDesk, on_desk
from tests.support.sessions import Team, live_team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import Home, at_home, taught
from ui.desk import Desk, Page, Place
from ui.flows.caseload import CaseloadPage
from ui.flows.referrals import ImportDialog
from ui.flows.today import TodayPage
from ui.views.form_dialog import FormDialog

__all__ = ["laptop", "live_team", "store_template", "team"]

MESSY = Path(__file__).parents[1] / "data" / "referrals-messy.csv"
HEAD = "nhs_number,family_name,given_name,date_of_birth,skill,referral_received,source\n"
TWO = HEAD + (
    "999 055 4463,Llewellyn,Ceri,02/05/1960,insulin,10/11/2026,gp\n"
    "999 023 7700,Featherstone,Rosalind,1944-02-01,catheter_care|catheter_valve,2026-11-12,hospital\n"
)
Ctrl, Shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Open = Callable[[Session, Callable[[Desk], Page], Place], OnDesk]


@pytest.fixture
def open_page(qtbot: QtBot) -> Iterator[Open]:
    """Opens a page at a place; the test waits for what it shows."""
    made: list[OnDesk] = []

    def opened(session: Session, make: Callable[[Desk], Page], place: Place) -> OnDesk:
        one = on_desk(session, make)
        made.append(one)
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        one.page.enter(place)
        return one

    yield opened
    for one in made:
        one.close()


def press(qtbot: QtBot, *keys: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press keys on whatever has the focus."""
    for key in keys:
        qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
        if isinstance(key, str):
            qtbot.keyClicks(QApplication.focusWidget(), key)
        else:
            qtbot.keyClick(QApplication.focusWidget(), key, held)


def dialog(qtbot: QtBot) -> FormDialog:
    """The form that is open and has the keyboard."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), FormDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, FormDialog)
    with qtbot.waitActive(found):
        found.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and found.isAncestorOf(QApplication.focusWidget()))
    return found


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
    one = open_page(team.nurse, TodayPage, Place("today"))
    qtbot.waitUntil(lambda: one.page.widget.table.hasFocus())
    press(qtbot, Qt.Key.Key_Return)
    assert [place.page for place in one.went] == ["patient"]


def test_b_books_the_next_visit_and_undo_takes_it_back(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    booked(team, home)
    one = open_page(team.nurse, TodayPage, Place("today"))
    qtbot.waitUntil(lambda: one.page.widget.table.hasFocus())
    press(qtbot, "b")
    dialog(qtbot)
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
    one = open_page(team.nurse, TodayPage, Place("today"))
    qtbot.waitUntil(lambda: one.page.widget.table.hasFocus())
    press(qtbot, "b")
    form = dialog(qtbot)
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
    one = open_page(team.nurse, TodayPage, Place("today"))
    qtbot.waitUntil(lambda: one.page.widget.table.hasFocus())
    one.page.clear()
    qtbot.wait(10)
    shown = [words(widget) for widget in one.page.widget.findChildren(QWidget)]
    assert not [text for text in shown if "ABERNATHY" in text or "Abernathy" in text or "999 007" in text]


def words(widget: QWidget) -> str:
    text = getattr(widget, "text", lambda: "")()
    return f"{text} {widget.accessibleName()} {widget.toolTip()}"


# --- the caseload --------------------------------------------------------------------------------


def test_the_caseload_is_filtered_as_it_is_typed_and_enter_opens(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    one = open_page(team.nurse, CaseloadPage, Place("caseload"))
    view = one.page.widget
    qtbot.waitUntil(lambda: view.people.hasFocus())
    press(qtbot, Qt.Key.Key_F, held=Ctrl)
    assert view.filter.hasFocus()
    press(qtbot, "zz")
    qtbot.waitUntil(lambda: not view.people.isVisible())
    assert one.page.facts == "0 people on your caseload with 'zz' in the name or NHS number"
    view.filter.selectAll()
    press(qtbot, "aber")
    qtbot.waitUntil(lambda: view.people.isVisible() and len(view.people.lines) == 1)
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.people.hasFocus())
    qtbot.waitUntil(lambda: len(view.people.lines) == 1)
    press(qtbot, Qt.Key.Key_Return)
    assert one.went == [Place("patient", home.patient)]


def test_a_line_says_steps_visits_and_flags_to_a_screen_reader(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    taught(team, home, days_ago=3)
    one = open_page(team.nurse, CaseloadPage, Place("caseload"))
    view = one.page.widget
    qtbot.waitUntil(lambda: len(view.people.lines) == 1)
    spoken = [view.people.model().index(0, column).data(Qt.ItemDataRole.AccessibleTextRole) for column in range(5)]
    assert spoken[0] == "Abernathy, Doreen, Mrs. NHS number 9 9 9, 0 0 7, 9 3 2 3"
    assert spoken[2] == "Insulin, 18 of 18 steps on own"
    assert spoken[3] == "1 visit, 7 expected"


def test_someone_elses_people_stand_under_everyone(team: Team, qtbot: QtBot, open_page: Open) -> None:
    at_home(team)
    one = open_page(team.nurse2, CaseloadPage, Place("caseload"))
    view = one.page.widget
    qtbot.waitUntil(lambda: view.tabs.tabText(1) == "Everyone 1")
    qtbot.waitUntil(lambda: not view.people.isVisible())
    one.page.enter(Place("caseload", record="everyone"))
    qtbot.waitUntil(lambda: len(view.people.lines) == 1)


# --- triage --------------------------------------------------------------------------------------


def test_a_referral_is_accepted_by_keyboard(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.nurse, CaseloadPage, Place("caseload", record="referrals"))
    view = one.page.widget
    qtbot.waitUntil(lambda: view.triage.hasFocus())
    assert [row.name for row in view.triage.rows] == ["LLEWELLYN, Ceri", "FEATHERSTONE, Rosalind"]
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    form = dialog(qtbot)
    assert form.values()["nurse"] == team.nurse.user.id
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Referral accepted"])
    qtbot.waitUntil(lambda: [row.name for row in view.triage.rows] == ["FEATHERSTONE, Rosalind"])
    with team.nurse.read() as connection:
        assert count_by_status(connection)[ReferralStatus.ACCEPTED] == 1


def test_a_referral_waits_or_goes_back_only_with_a_reason(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.nurse, CaseloadPage, Place("caseload", record="referrals"))
    view = one.page.widget
    qtbot.waitUntil(lambda: view.triage.hasFocus())
    press(qtbot, "w")
    form = dialog(qtbot)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    assert form.fields["reason"].message.words.text() == "Enter a reason"
    assert isinstance(QApplication.focusWidget(), QPlainTextEdit)
    press(qtbot, "Dose is not on the letter")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: view.triage.rows[0].status == "Waiting for information")
    assert view.triage.rows[0].reason == "Dose is not on the letter"


def test_an_assistant_is_told_that_triage_is_a_registered_nurses(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.assistant, CaseloadPage, Place("caseload", record="referrals"))
    qtbot.waitUntil(lambda: one.page.widget.triage.hasFocus())
    press(qtbot, "r")
    form = dialog(qtbot)
    press(qtbot, "No such service here")
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(form.trouble.isVisible)
    assert form.trouble.true.text() == "Only a registered nurse can do this."
    assert form.values()["reason"] == "No such service here"
    press(qtbot, Qt.Key.Key_Escape)


def test_a_live_store_accepts_nobody_for_an_unapproved_checklist(
    live_team: Team, qtbot: QtBot, open_page: Open
) -> None:
    assert live_team.nurse.kind is StoreKind.LIVE
    referred(live_team.nurse, TWO.replace("999 055 4463", "").replace("999 023 7700", ""))
    one = open_page(live_team.nurse, CaseloadPage, Place("caseload", record="referrals"))
    qtbot.waitUntil(lambda: one.page.widget.triage.hasFocus())
    press(qtbot, "a")
    form = dialog(qtbot)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(form.trouble.isVisible)
    assert "approved" in form.trouble.true.text()
    with live_team.nurse.read() as connection:
        assert count_by_status(connection)[ReferralStatus.ACCEPTED] == 0
    press(qtbot, Qt.Key.Key_Escape)


# --- the import ----------------------------------------------------------------------------------


@pytest.fixture
def importing(team: Team, qtbot: QtBot, open_page: Open) -> tuple[OnDesk, ImportDialog]:
    """The import dialog over the caseload."""
    one = open_page(team.nurse, CaseloadPage, Place("caseload"))
    one.page.widget.bring.click()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), ImportDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, ImportDialog)
    with qtbot.waitActive(found):
        found.activateWindow()
    return one, found


def test_a_messy_file_shows_every_row_with_what_was_found(importing: tuple[OnDesk, ImportDialog], qtbot: QtBot) -> None:
    one, window = importing
    window.read(MESSY)
    qtbot.waitUntil(lambda: len(window.table.rows) > 100)
    kinds = [row.kind for row in window.table.rows]
    assert window.primary.text() == f"Import {len(kinds) - kinds.count(RowKind.ERROR)} rows"
    press(qtbot, Qt.Key.Key_F8)
    first = window.table.rows[window.table.currentIndex().row()]
    assert first.kind is not RowKind.READY
    assert first.found != "Ready"
    press(qtbot, Qt.Key.Key_F8, held=Shift)
    assert window.table.currentIndex().row() != window.table.rows.index(first)
    assert window.table.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole).startswith("Row ")
    assert one.changed == []
    window.reject()


def test_rows_to_correct_are_left_out_only_after_asking(
    team: Team, importing: tuple[OnDesk, ImportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    one, window = importing
    file = tmp_path / "two-and-one.csv"
    file.write_text(TWO + "999 114 2204,Idowu,Grace,30-Feb-1968,insulin,2026-11-12,gp\n", "utf-8")
    window.read(file)
    qtbot.waitUntil(lambda: len(window.table.rows) == 3)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    asked = dialog(qtbot)
    assert asked.windowTitle() == "Import 2 rows and leave out 1?"
    assert asked.cancel.hasFocus()
    press(qtbot, Qt.Key.Key_Escape)
    assert waiting(team) == 0
    with qtbot.waitActive(window):
        window.activateWindow()
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    dialog(qtbot)
    press(qtbot, Qt.Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["2 referrals imported"])
    assert waiting(team) == 2


def test_a_file_that_is_none_changes_nothing_and_says_so(
    team: Team, importing: tuple[OnDesk, ImportDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    _, window = importing
    for name, data in (("sheet.csv", b"PK\x03\x04"), ("empty.csv", b""), ("gone.csv", None)):
        path = tmp_path / name
        if data is not None:
            path.write_bytes(data)
        window.trouble.hide()
        window.read(path)
        qtbot.waitUntil(window.trouble.isVisible)
        assert window.trouble.true.text()
        assert "Nothing was" in window.trouble.do.text()
    assert waiting(team) == 0
    window.reject()


def waiting(team: Team) -> int:
    with team.nurse.read() as connection:
        return count_by_status(connection)[ReferralStatus.RECEIVED]


def test_every_field_of_a_form_has_a_name_for_a_screen_reader(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.nurse, CaseloadPage, Place("caseload", record="referrals"))
    qtbot.waitUntil(lambda: one.page.widget.triage.hasFocus())
    press(qtbot, "a")
    form = dialog(qtbot)
    assert all(field.control.accessibleName() for field in form.fields.values())
    assert all(line.accessibleName() for line in form.findChildren(QLineEdit))
    press(qtbot, Qt.Key.Key_Escape)
