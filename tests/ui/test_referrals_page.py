"""The referrals page by keyboard alone: a real store, real lanes, real key presses."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_core.domain.referral import ReferralStatus
from smf_core.records.queries.episodes import episodes_of
from smf_core.records.queries.referrals import count_by_status, referrals
from smf_desktop.presenters.referral.inbox import Box
from smf_desktop.services.referral.triage import wait_for_information
from tests.support.keyboard import words_held
from tests.support.pressing import Ctrl, Key, Shift, in_front, press
from tests.support.referral_pages import HEAD, Open, calendar, open_page, received, referred, to, view
from tests.support.sessions import Team, live_team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.views.form_dialog import FormDialog

__all__ = ["calendar", "laptop", "live_team", "open_page", "store_template", "team"]


# --- several at once ------------------------------------------------------------------------------


def test_several_are_accepted_at_once_and_who_is_left_is_named(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.nurse)
    inbox = view(one).inbox
    with team.nurse.read() as connection:
        held = next(each.referral.id for each in referrals(connection) if each.person.name.family == "Llewellyn")
    inbox.table.setFocus()
    press(qtbot, Key.Key_Home)
    press(qtbot, Key.Key_Down, held=Shift)
    assert inbox.accept.text() == "Accept (2)"
    wait_for_information(team.nurse2, held, "Which insulin")  # a colleague holds one of them meanwhile
    press(qtbot, "a")
    in_front(qtbot)
    press(qtbot, Key.Key_Return, held=Ctrl)
    form = in_front(qtbot)
    assert isinstance(form, FormDialog)
    assert form.fields["stops"].message.words.text() == "Choose an answer"
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["1 referral accepted"])
    qtbot.waitUntil(
        lambda: getattr(QApplication.activeModalWidget(), "windowTitle", str)().endswith("1 left as it was")
    )
    assert words_held("LLEWELLYN, Ceri: waits for information")
    press(qtbot, Key.Key_Escape)
    with team.nurse.read() as connection:
        counts = count_by_status(connection)
    assert (counts[ReferralStatus.ACCEPTED], counts[ReferralStatus.WAITING_INFORMATION]) == (1, 1)


def test_one_reason_sends_all_back_that_are_marked_with_ctrl_space(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.nurse)
    table = view(one).inbox.table
    table.setFocus()
    press(qtbot, Key.Key_Home)
    press(qtbot, Key.Key_Down, held=Ctrl)
    press(qtbot, Key.Key_Space, held=Ctrl)
    assert len(table.all_chosen()) == 2
    press(qtbot, "r")
    in_front(qtbot)
    press(qtbot, "Outside our area")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["2 referrals sent back"])
    assert received(team) == 0


# --- triage ---------------------------------------------------------------------------------------


def test_accepting_proposes_a_target_and_says_what_follows(team: Team, qtbot: QtBot, open_page: Open) -> None:
    referred(team.nurse)
    one = open_page(team.nurse)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 2)
    box.table.setFocus()
    press(qtbot, "a")
    form = in_front(qtbot)
    assert isinstance(form, FormDialog)
    assert form.values()["target"] == "24-Nov-2026"
    press(qtbot, "same")
    assert form.values()["target"] == "17-Nov-2026"
    to(qtbot, "Not met: Injection sites")
    press(qtbot, Key.Key_Space)
    assert "Teaching waits until this is met" in form.follows.true.text()
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Referral accepted"])
    qtbot.waitUntil(lambda: box.chips[Box.FIRST_VISIT].text() == "Waiting list 1")


def test_a_skill_being_taught_already_is_said_and_joined(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    referred(team.nurse, HEAD + "9990079323,Abernathy,Doreen,1951-03-14,insulin,2026-11-16,gp\n")
    one = open_page(team.nurse)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 1)
    box.table.setFocus()
    press(qtbot, "a")
    form = in_front(qtbot)
    assert isinstance(form, FormDialog)
    assert "second" in form.checks
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: one.toasts == ["Referral accepted"])
    with team.nurse.read() as connection:
        assert [each.id for each in episodes_of(connection, home.patient)] == list(home.episodes.values())


def test_waiting_and_sending_back_need_a_reason_and_move_between_the_lists(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    referred(team.nurse)
    one = open_page(team.nurse)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 2)
    box.table.setFocus()
    press(qtbot, "w")
    form = in_front(qtbot)
    assert isinstance(form, FormDialog)
    press(qtbot, Key.Key_Return, held=Ctrl)
    assert form.fields["reason"].message.words.text() == "Enter a reason"
    press(qtbot, "Dose is not on the letter", Key.Key_Tab, "the practice", Key.Key_Tab, "+2d")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: box.chips[Box.INFORMATION].text() == "Waiting for information 1")
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    box.table.setFocus()
    press(qtbot, "r")
    in_front(qtbot)
    press(qtbot, "Outside our area")
    press(qtbot, Key.Key_Return, held=Ctrl)
    qtbot.waitUntil(lambda: box.chips[Box.DECIDED].text() == "Decided 1")
    box.choose(Box.DECIDED)
    assert box.table.rows[0].detail == "Outside our area"
    assert box.table.rows[0].what == "Sent back 17-Nov-2026"


def test_an_empty_inbox_says_so_in_a_sentence(team: Team, open_page: Open) -> None:
    one = open_page(team.nurse)
    assert view(one).inbox.empty.true.text() == "No referrals wait for triage."


# --- the import -----------------------------------------------------------------------------------


def test_narrow_the_two_halves_stand_in_one_scroll_and_nothing_scrolls_sideways(team: Team, open_page: Open) -> None:
    one = open_page(team.nurse, width=640)
    page = view(one)
    assert page.side.y() > page.form.y() + page.form.height() - 5
    assert page._area.horizontalScrollBar().maximum() == 0
    with team.nurse.read() as connection:
        assert referrals(connection) == ()


def test_stacked_the_main_button_stays_in_sight_below_the_scroll(team: Team, qtbot: QtBot, open_page: Open) -> None:
    one = open_page(team.nurse, width=640)
    form = view(one).form
    qtbot.waitUntil(lambda: not form.isAncestorOf(form.dock))
    assert form.accept.isVisible()
    assert form.accept.mapTo(one.window, form.accept.rect().bottomLeft()).y() <= one.window.height()
    to(qtbot, "Add referral")
    one.window.resize(1282, 640)
    qtbot.waitUntil(lambda: form.isAncestorOf(form.dock))
