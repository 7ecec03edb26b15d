"""Somebody who may be known already: compared, joined, merged, told apart."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smf_core.records.queries.merges import merges
from smf_core.records.queries.patients import search
from smf_core.records.queries.referrals import referrals_of
from smf_desktop.presenters.referral.inbox import Box
from smf_desktop.services.drafts import drafts
from tests.support.desks import OnDesk
from tests.support.pressing import Ctrl, Key, in_front, press
from tests.support.referral_pages import HEAD, Open, calendar, open_page, referred, skill, to, view
from tests.support.sessions import Team, live_team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home
from ui.views.referral.compare import CompareDialog

__all__ = ["calendar", "laptop", "live_team", "open_page", "store_template", "team"]


def test_somebody_alike_is_compared_side_by_side_and_joined(team: Team, qtbot: QtBot, open_page: Open) -> None:
    home = at_home(team)
    one = open_page(team.nurse)
    form = view(one).form
    press(
        qtbot, Key.Key_Tab, "16/11", Key.Key_Tab, "core", Key.Key_Tab, "Abernathy", Key.Key_Tab, "doreen", Key.Key_Tab
    )
    press(qtbot, Key.Key_Tab, "14/03/1951", Key.Key_Tab)
    qtbot.waitUntil(form.candidates[0].isVisible)
    assert form.candidates[0].true.text().startswith("Might already be here: ABERNATHY, Doreen (Mrs), Born 14-Mar-1951")
    assert form.candidates[0].do.text() == "Same name and date of birth."
    skill(qtbot, "Wound")
    to(qtbot, "Compare")
    press(qtbot, Key.Key_Space)
    shown = in_front(qtbot, kind=CompareDialog)
    assert isinstance(shown, CompareDialog)
    labels = [row.label for row in shown.table.model().rows if row.state == "same"]
    assert labels == ["Name", "Born"]
    to(qtbot, "Same person")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(form.decided.isVisible)
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    form.go_to("reason")
    to(qtbot, "Add referral")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: "Referral added" in one.toasts)
    with team.nurse.read() as connection:
        assert len(referrals_of(connection, home.patient)) == 2
        assert len(search(connection, "abernathy")) == 1


def marked(team: Team) -> str:
    """Somebody's second record, marked for review; answers the person who was here first."""
    home = at_home(team)
    referred(team.nurse, HEAD + ",Abernathy,Doreen,1951-03-14,wound,2026-11-16,gp\n")
    return home.patient


def test_a_lead_merges_from_the_inbox_and_undo_takes_it_back(team: Team, qtbot: QtBot, open_page: Open) -> None:
    kept = marked(team)
    one = open_page(team.lead)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 1)
    box.table.setFocus()
    press(qtbot, "c")
    in_front(qtbot, kind=CompareDialog)
    to(qtbot, "Merge records")
    press(qtbot, Key.Key_Space)
    to(qtbot, "Reason")
    press(qtbot, "Same daughter, same home")
    to(qtbot, "Merge records")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: one.toasts == ["Records merged"])
    with team.nurse.read() as connection:
        assert [one.kept.id for one in merges(connection)] == [kept]
        assert len(search(connection, "abernathy")) == 1
    qtbot.waitUntil(lambda: box.table.rows[0].mark == "")
    with qtbot.waitActive(one.window):
        one.window.activateWindow()
    box.table.setFocus()
    press(qtbot, Key.Key_Z, held=Ctrl)
    qtbot.waitUntil(lambda: len(one.toasts) == 2)
    with team.nurse.read() as connection:
        assert merges(connection) == ()
        assert len(search(connection, "abernathy")) == 2


def test_a_nurse_settles_a_mark_as_someone_else_and_cannot_merge(team: Team, qtbot: QtBot, open_page: Open) -> None:
    marked(team)
    one = open_page(team.nurse)
    box = view(one).inbox
    qtbot.waitUntil(lambda: len(box.table.rows) == 1)
    box.table.setFocus()
    press(qtbot, "c")
    shown = in_front(qtbot, kind=CompareDialog)
    assert isinstance(shown, CompareDialog)
    assert list(shown.answers) == ["another"]
    to(qtbot, "Someone else")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: one.toasts == ["Someone else"])
    qtbot.waitUntil(lambda: box.table.rows[0].mark == "")


def test_two_records_nobody_marked_are_proposed_to_a_lead_who_says_they_are_two(
    team: Team, qtbot: QtBot, open_page: Open
) -> None:
    at_home(team)
    at_home(team)
    one = open_page(team.lead)
    box = view(one).inbox
    assert box.chips[Box.DUPLICATES].text() == "Possible duplicates 1"
    box.choose(Box.DUPLICATES)
    box.table.setFocus()
    press(qtbot, "c")
    in_front(qtbot, kind=CompareDialog)
    to(qtbot, "Two people")
    press(qtbot, Key.Key_Space)
    to(qtbot, "Reason")
    press(qtbot, "Twins, being traced")
    to(qtbot, "Two people")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: box.chips[Box.DUPLICATES].text() == "Possible duplicates 0")
    assert one.told == []


def test_why_two_are_one_person_is_there_again_after_a_lock(team: Team, qtbot: QtBot, open_page: Open) -> None:
    marked(team)

    def compared(one: OnDesk) -> CompareDialog:
        box = view(one).inbox
        qtbot.waitUntil(lambda: len(box.table.rows) == 1 and QApplication.activeModalWidget() is None)
        with qtbot.waitActive(one.window):
            one.window.activateWindow()
        box.table.setFocus()
        press(qtbot, "c")
        return in_front(qtbot, kind=CompareDialog)

    one = open_page(team.lead)
    compared(one).reason.setFocus()
    press(qtbot, "Same daughter")
    one.page.leave()
    one.page.clear()
    one.lanes.store.drain()
    again = open_page(team.lead)
    back = compared(again)
    assert (back.reason.text(), back.left_off.isVisible()) == ("Same daughter", True)
    press(qtbot, Key.Key_Escape)
    assert compared(again).reason.text() == ""
    to(qtbot, "Reason")
    press(qtbot, "Same daughter, same home")
    to(qtbot, "Merge records")
    press(qtbot, Key.Key_Space)
    qtbot.waitUntil(lambda: again.toasts == ["Records merged"])
    assert list(drafts(team.lead)) == []
